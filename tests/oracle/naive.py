"""What the verbs promise, said again naively: lists in memory, no SQL, nothing shared with the code under test."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from content.query import Query
from journeys.models import Stage
from journeys.phases import commitment

BAND_LAST = 99


@dataclass
class Words:
    """One published edition as the oracle remembers it."""

    asset: int
    locale: str
    number: int
    start: datetime
    asked_until: datetime | None
    kind: int
    title: str
    given: datetime | None
    market_bound: bool
    placements: list[dict[str, Any]]
    terms: set[int]
    steps: list[dict[str, Any]]
    cancelled: bool = False


@dataclass
class Naive:
    """A published state. ``parents`` and ``chains`` are the map's trees, ``uids`` the assets' public ids."""

    stages: dict[int, Stage]
    ways: dict[int, list[tuple[int, set[int]]]]
    parents: dict[int, int | None]
    term_parents: dict[int, int | None]
    vocabulary: dict[int, int]
    chains: dict[str, list[str]]
    uids: dict[int, str] = field(default_factory=dict)
    editions: list[Words] = field(default_factory=list)

    def published_at(self, words: Words) -> datetime:
        """The editor's date, else when the asset first went or goes live in the locale."""
        own = [e for e in self.editions if (e.asset, e.locale) == (words.asset, words.locale) and not e.cancelled]
        return words.given or min(e.start for e in own)

    def live(self, asset: int, locale: str, at: datetime) -> Words | None:
        own = [e for e in self.editions if e.asset == asset and e.locale == locale and not e.cancelled]
        begun = sorted((e for e in own if e.start <= at), key=lambda e: (e.start, e.number))
        last = begun[-1] if begun else None
        return last if last and (last.asked_until is None or at < last.asked_until) else None

    def shown_words(self, asset: int, query: Query, at: datetime) -> Words | None:
        for depth, locale in enumerate(self.chains[query.locale.code]):
            found = self.live(asset, locale, at)
            if found and (depth == 0 or (not query.translations_only and not found.market_bound)):
                return found
        return None

    def line(self, segment: int) -> list[int]:
        line, current = [], segment
        while current is not None:
            line.append(current)
            current = self.parents[current]
        return line

    def distance(self, placement: dict[str, Any], query: Query) -> int | None:
        """How far the placement's audience is from the reader's; ``None`` if it is not for the reader."""
        if query.segment is None:
            return 0
        own = placement["segments"]
        if query.segment == "everyone":
            return None if own else 0
        if query.segment_exact:
            return 0 if query.segment.pk in own else None
        if not own:
            return BAND_LAST
        return next((d for d, segment in enumerate(self.line(query.segment.pk)) if segment in own), None)

    @staticmethod
    def on_channel(placement: dict[str, Any], query: Query) -> bool:
        own = placement["channels"]
        if query.channel is None:
            return True
        if query.channel == "any":
            return not own
        return query.channel.pk in own or (not own and not query.channel_exact)

    def level(self, stage: int, query: Query) -> int | None:
        """0 for a stage asked for, 1 for one that corresponds, ``None`` for others."""
        if query.phases and not query.phases & set(self.stages[stage].phases):
            return None
        if not query.stages:
            return 0 if query.phases else None
        if stage in [s.pk for s in query.stages]:
            return 0
        return 1 if query.crosswalk and any(self.correspond(stage, s.pk) for s in query.stages) else None

    def correspond(self, first: int, other: int) -> bool:
        a, b = self.stages[first], self.stages[other]
        return a.journey_id != b.journey_id and bool(set(a.phases) & set(b.phases))

    def fits_at(self, words: Words, stage: int, query: Query) -> bool:
        same = [stage] + [s for s in self.stages if query.crosswalk and self.correspond(s, stage)]
        return any(
            p["stage"] in same and self.distance(p, query) is not None and self.on_channel(p, query)
            for p in words.placements
        )

    def is_under(self, term: int, ancestor: int) -> bool:
        current: int | None = term
        while current is not None and current != ancestor:
            current = self.term_parents[current]
        return current == ancestor

    def has_term(self, words: Words, term: int) -> bool:
        return any(self.is_under(own, term) for own in words.terms)

    def best(self, words: Words, query: Query) -> tuple[Any, ...] | None:
        """Where the edition stands by relevance; ``None`` if no placement fits."""
        date = -self.published_at(words).timestamp()
        stages = query.stages or query.phases
        if not stages and not words.placements:
            fits = not query.segment_exact and not query.channel_exact
            return (0, self.nowhere(query), 0, date, words.asset) if fits else None
        found = []
        for placement in words.placements:
            level = self.level(placement["stage"], query) if stages else 0
            distance = self.distance(placement, query)
            if level is not None and distance is not None and self.on_channel(placement, query):
                found.append((level, distance, -placement["priority"] if stages else 0, date, words.asset))
        return min(found, default=None)

    @staticmethod
    def nowhere(query: Query) -> int:
        return 0 if query.segment is None or query.segment == "everyone" else BAND_LAST

    def passes(self, words: Words, query: Query) -> bool:
        by_vocabulary: dict[int, list[int]] = {}
        for term in query.terms.any:
            by_vocabulary.setdefault(self.vocabulary[term.pk], []).append(term.pk)
        hidden = [
            other
            for s in query.stages_none
            for other in self.stages
            if other == s.pk or (query.crosswalk and self.correspond(other, s.pk))
        ]
        uid = self.uids[words.asset]
        return all(
            [
                not query.kinds or words.kind in query.kinds,
                words.kind not in query.kinds_none,
                all(any(self.has_term(words, t) for t in group) for group in by_vocabulary.values()),
                all(self.has_term(words, t.pk) for t in query.terms.all),
                not any(self.has_term(words, t.pk) for t in query.terms.none),
                query.among is None or uid in query.among,
                uid not in query.excluded,
                all(self.fits_at(words, s.pk, query) for s in query.stages_all),
                not any(p["stage"] in hidden for p in words.placements),
            ]
        )

    def select(self, query: Query, at: datetime) -> list[Words]:
        found = []
        for asset in self.uids:
            words = self.shown_words(asset, query, at)
            if words and self.passes(words, query) and (place := self.best(words, query)):
                found.append((place, words))
        keys = {
            "relevance": lambda item: item[0],
            "published_at": lambda item: (self.published_at(item[1]), item[1].asset),
            "-published_at": lambda item: (-self.published_at(item[1]).timestamp(), item[1].asset),
            "title": lambda item: (item[1].title.casefold(), item[1].asset),
        }
        return [words for _, words in sorted(found, key=keys[query.ordering])]

    # Next steps

    def journey_stage(self, words: Words, query: Query) -> int | None:
        found = []
        for placement in words.placements:
            stage = self.stages[placement["stage"]]
            for own in self.in_order(query):
                if own == stage.pk or (stage.journey_id != query.journey.pk and self.correspond(own, stage.pk)):
                    found.append((stage.journey_id != query.journey.pk, self.stages[own].position, own))
                    break
        return min(found)[2] if found else None

    def in_order(self, query: Query) -> list[int]:
        own = [s for s in self.stages.values() if s.journey_id == query.journey.pk]
        return [s.pk for s in sorted(own, key=lambda s: s.position)]

    def ways_out(self, stage: int, query: Query) -> list[int]:
        reader = None
        if query.segment is not None:
            reader = set() if query.segment == "everyone" else set(self.line(query.segment.pk))
        onward = [to for to, only in self.ways.get(stage, []) if reader is None or not only or only & reader]
        here = self.stages[stage].position
        return sorted(onward, key=lambda to: (self.stages[to].position <= here, self.stages[to].position))

    def next_steps(self, words: Words, stage: int | None, query: Query, at: datetime) -> tuple[list[Any], bool]:
        """The steps as (source, target, to_stage), and whether it is a dead end."""
        reader = replace(
            query,
            stages=(),
            stages_all=(),
            stages_none=(),
            phases=frozenset(),
            segment_exact=False,
            channel_exact=False,
            kinds=(),
            kinds_none=(),
            terms=type(query.terms)(),
            among=None,
            ordering="relevance",
        )
        steps: list[Any] = []
        hardness: list[bool] = []

        def add(source: str, target: Any, to: int | None, intent: str) -> bool:
            if target == words.asset or target in [step[1] for step in steps]:
                return False
            steps.append((source, target, to))
            hardness.append(commitment(intent) == "hard")
            return True

        def draw(source: str, to: int) -> bool:
            for other in self.select(replace(reader, stages=(self.stages[to],)), at):
                if add(source, other.asset, to, self.stages[to].intent):
                    return True
            return False

        reachable = {other.asset: other for other in self.select(reader, at)}
        for step in words.steps:
            if step["asset"] is None:
                add("authored", step["url"], None, step["intent"])
            elif step["asset"] in reachable:
                to = self.journey_stage(reachable[step["asset"]], query)
                add("authored", step["asset"], to, step["intent"])
        entries = [s for s in self.in_order(query) if self.stages[s].is_entry]
        onward = self.ways_out(stage, query) if stage else entries
        for to in onward:
            draw("derived", to)
        dead_end = not any(stage is None or to in onward for _, _, to in steps)
        self.ladder(stage, onward, query, steps, hardness, draw, add)
        return steps, dead_end

    def ladder(self, stage, onward, query, steps, hardness, draw, add) -> None:
        weighing = stage is not None and bool({"exploration", "evaluation"} & set(self.stages[stage].phases))

        def wants(intent: str) -> bool:
            return len(steps) < 2 or (weighing and all(hardness) and commitment(intent) != "hard")

        beyond = []
        for near in onward:
            for far in self.ways_out(near, query):
                if far not in [*onward, stage, *beyond]:
                    beyond.append(far)
        rungs = [("fallback:same_stage", stage)] if stage else []
        for source, to in rungs + [("fallback:beyond", far) for far in beyond]:
            while wants(self.stages[to].intent) and draw(source, to):
                pass
        if query.journey.closing_url and wants(query.journey.closing_intent):
            add("fallback:default", query.journey.closing_url, None, query.journey.closing_intent)
