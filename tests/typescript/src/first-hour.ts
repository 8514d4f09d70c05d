// What a front-end does in its first hour, against the demo: WAYMARK is its address, WAYMARK_TOKEN a token for previews.

import assert from "node:assert/strict";
import { Refused, Waymark, type Item } from "./waymark.js";

const address = process.env["WAYMARK"] ?? "http://127.0.0.1:8000";
const token = process.env["WAYMARK_TOKEN"];
const waymark = new Waymark(address);

// The fields of a kind are typed: a testimonial has a quote, an FAQ has questions.
function oneLine(item: Item): string {
  switch (item.kind) {
    case "testimonial":
      return `“${item.fields.quote.slice(0, 40)}…” – ${item.fields.person ?? "a customer"}`;
    case "faq":
      return `${item.fields.questions.length} questions, first: ${item.fields.questions[0]?.question ?? "–"}`;
    default:
      return item.title;
  }
}

// 1. Fetch a stage for an audience, with next steps.
const page = await waymark.list({ stage: ["think"], segment: "families", locale: "nb", include: "next_steps", page_size: 5 });
assert.equal(page.results.length, 5);
for (const item of page.results) {
  const [first] = item.next_steps ?? [];
  console.log(`${item.kind} (${item.locale.served}): ${oneLine(item)}`);
  console.log(`   → ${first?.label ?? "nowhere"} (${first?.source ?? ""})`);
  assert.ok(first !== undefined);
}

// 2. Read on, in the very same state whatever editors publish meanwhile.
const pinned = page.next === null ? undefined : await waymark.list({ stage: ["think"], segment: "families", locale: "nb", page_size: 5, ...(page.snapshot === null ? {} : { snapshot: page.snapshot }) });
assert.deepEqual(pinned?.results.map((item) => item.id), page.results.map((item) => item.id));
const second = await waymark.after(page);
assert.ok(second !== undefined && second.results.every((item) => !page.results.some((seen) => seen.id === item.id)));
console.log(`page 2: ${second.results.length} more`);

// 3. Walk: from a page to where it leads, never to what was seen.
const seen: string[] = [];
let here = page.results[0]?.id;
while (here !== undefined && seen.length < 4) {
  seen.push(here);
  const ways = await waymark.next(here, { segment: "families", locale: "nb", exclude: seen });
  const onward = ways?.results.flatMap((step) => (step.target.type === "asset" ? [step] : []))[0];
  if (onward?.target.type !== "asset") break;
  console.log(`walk: ${onward.label} (${onward.commitment}, ${onward.direction ?? "elsewhere"})`);
  here = onward.target.id;
}
assert.ok(seen.length > 1);

// 4. A place on the front-end: what stands there, and the ways on.
const place = await waymark.touchpoint("product-sidebar", { segment: "families" });
assert.ok(place !== undefined && place.results.length > 0 && place.exits.length > 0);
console.log(`${place.touchpoint.title}: ${place.results.length} texts, exits: ${place.exits.map((step) => step.label).join(" · ")}`);

// 5. Errors say what to do; what is not there is undefined.
await assert.rejects(waymark.list({ stage: ["thnk" as "think"] }), (error: unknown) => {
  assert.ok(error instanceof Refused);
  console.log(`refused: ${error.problem.detail} Allowed: ${error.problem.errors?.[0]?.allowed?.join(", ") ?? ""}`);
  return error.problem.status === 400;
});
assert.equal(await waymark.bySlug("guide", "never-written"), undefined);

// 6. Preview drafts, where a token allows it.
await assert.rejects(waymark.list({ draft: "true" }), (error: unknown) => error instanceof Refused && error.problem.status === 401);
if (token !== undefined) {
  const drafts = await new Waymark(address, token).list({ draft: "true", stage: ["think"] });
  assert.ok(drafts.results.length > 0 && drafts.results.every((item) => item.edition === null));
  console.log(`drafts: ${drafts.results.length}, none of them public`);
}
console.log("done");
