// A small client, typed by the document that the service serves: copy it into your front-end.

import type { components, paths } from "./api.js";

export type Item = components["schemas"]["Item"];
export type Step = components["schemas"]["Step"];
export type Problem = components["schemas"]["Problem"];
export type Detail = Item & { next_steps: Step[]; snapshot: string | null };
export type Page = Omit<components["schemas"]["ContentList"], "results"> & { results: Item[] };
export type Ways = components["schemas"]["NextSteps"];
export type Place = Omit<components["schemas"]["TouchpointContent"], "results"> & { results: Item[] };

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Asked } } } ? Asked : never;
// Whole items alone: with `fields` and `omit` an item is whatever you left of it.
type Whole<Asked> = Omit<NonNullable<Asked>, "fields" | "omit">;

export type ListQuery = Whole<Query<"/api/v1/content/">>;
export type DetailQuery = Whole<Query<"/api/v1/content/{id}/">>;
export type NextQuery = NonNullable<Query<"/api/v1/content/{id}/next/">>;
export type PlaceQuery = Whole<Query<"/api/v1/touchpoints/{touchpoint}/">>;

/** The service refused: `problem` says what, and `errors` names each parameter and what it may be. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  /** The state that a snapshot named is over: begin again without it. */
  get isOver(): boolean {
    return this.problem.status === 410;
  }
}

export class Waymark {
  constructor(
    private readonly address: string,
    private readonly token?: string,
  ) {}

  list(query: ListQuery = {}): Promise<Page> {
    return this.get("/api/v1/content/", query);
  }

  /** The page behind `next`; `undefined` at the end. */
  async after(page: Page): Promise<Page | undefined> {
    return page.next === null ? undefined : await this.get(page.next, {});
  }

  /** `undefined` where there is nothing, or nothing that you may see. */
  byId(id: string, query: DetailQuery = {}): Promise<Detail | undefined> {
    return this.find(`/api/v1/content/${id}/`, query);
  }

  bySlug(kind: string, slug: string, query: DetailQuery = {}): Promise<Detail | undefined> {
    return this.find(`/api/v1/content/${kind}/${encodeURIComponent(slug)}/`, query);
  }

  next(id: string, query: NextQuery = {}): Promise<Ways | undefined> {
    return this.find(`/api/v1/content/${id}/next/`, query);
  }

  touchpoint(slug: string, query: PlaceQuery = {}): Promise<Place | undefined> {
    return this.find(`/api/v1/touchpoints/${slug}/`, query);
  }

  private async find<Answer>(path: string, query: object): Promise<Answer | undefined> {
    try {
      return await this.get<Answer>(path, query);
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 404) return undefined;
      throw error;
    }
  }

  private async get<Answer>(path: string, query: object): Promise<Answer> {
    const url = new URL(path, this.address);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value)); // a list becomes a,b,c
    }
    const headers: Record<string, string> = this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` };
    const response = await fetch(url, { headers });
    const body: unknown = await response.json();
    if (!response.ok) throw new Refused(body as Problem);
    return body as Answer;
  }
}
