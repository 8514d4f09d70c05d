"""Random worlds: a fixed map, random drafts, and a random history of publishing verbs, mirrored in the oracle."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from content.delivery.select import ORDERINGS
from content.models import Asset, Edition, Kind, Locale, NextStep, Placement, Term, Translation, Vocabulary
from content.publishing.publish import publish, reschedule, restore, withdraw
from content.query import Query, Terms
from journeys.models import Channel, Journey, Segment, Stage, Transition
from journeys.presets.load import load_journeys
from tests.factories import ChannelFactory, KindFactory, SegmentFactory, TermFactory
from tests.oracle.naive import Naive, Words

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LOCALES = ("en", "da", "nb", "sv")


@dataclass
class Map:
    """The map's rows in lists, so that strategies can draw by index."""

    stages: list[Stage]
    journeys: list[Journey]
    segments: list[Segment]
    channels: list[Channel]
    kinds: list[Kind]
    terms: list[Term]
    locales: dict[str, Locale]


def draw_map() -> Map:
    """Two journeys, a tree of four segments, two channels, two kinds, a tree of terms, four locales in chains."""
    load_journeys(["see-think-do-care", "aida-loyalty"])
    Channel.objects.exclude(recommendations__isnull=False).delete()
    en = Locale.objects.create(code="en", title="English", is_default=True)
    da = Locale.objects.create(code="da", title="Dansk", fallback=en)
    nb = Locale.objects.create(code="nb", title="Norsk", fallback=da)
    sv = Locale.objects.create(code="sv", title="Svenska", fallback=en)
    root = SegmentFactory(slug="root")
    child = SegmentFactory(slug="child", parent=root)
    segments = [root, child, SegmentFactory(slug="leaf", parent=child), SegmentFactory(slug="other")]
    topic, product = (Vocabulary.objects.create(slug=slug, title=slug) for slug in ("topic", "product"))
    above = TermFactory(vocabulary=topic, slug="above")
    terms = [above, TermFactory(vocabulary=topic, slug="below", parent=above), TermFactory(vocabulary=product)]
    limited = Transition.objects.filter(from_stage__slug="think").first()
    limited.segments.set([child])
    return Map(
        stages=list(Stage.objects.order_by("journey__slug", "position")),
        journeys=list(Journey.objects.order_by("slug")),
        segments=segments,
        channels=[ChannelFactory(slug="web"), ChannelFactory(slug="mail")],
        kinds=[KindFactory(slug=slug, url_templates={"": f"/{{locale}}/{slug}/{{slug}}"}) for slug in ("guide", "faq")],
        terms=terms,
        locales={"en": en, "da": da, "nb": nb, "sv": sv},
    )


def naive_of(world: Map) -> Naive:
    ways: dict[int, list[tuple[int, set[int]]]] = {}
    for way in Transition.objects.prefetch_related("segments"):
        only = {segment.pk for segment in way.segments.all()}
        ways.setdefault(way.from_stage_id, []).append((way.to_stage_id, only))
    return Naive(
        stages={stage.pk: stage for stage in world.stages},
        ways=ways,
        parents={segment.pk: segment.parent_id for segment in world.segments},
        term_parents={term.pk: term.parent_id for term in world.terms},
        vocabulary={term.pk: term.vocabulary_id for term in world.terms},
        chains={"en": ["en"], "da": ["da", "en"], "nb": ["nb", "da", "en"], "sv": ["sv", "en"]},
    )


def some(items: Any, most: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(items), unique=True, max_size=most)


def seldom(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One time in ten the rare one, so that conditions do not empty every answer."""
    return st.integers(0, 9).flatmap(lambda n: rare if n == 7 else usual)


def drafts() -> st.SearchStrategy[dict[str, Any]]:
    placement = st.fixed_dictionaries(
        {
            "stage": st.sampled_from([6, 1, 2, 7, 5, 3, 8, 0]),
            "segments": st.just([]) | some(range(4), 2),
            "channels": some(range(2), 1),
            "priority": st.sampled_from([0, 50, 50, 100]),
        }
    )
    text = st.fixed_dictionaries(
        {
            "title": st.sampled_from(["Ash", "ash", "Birch", "Åre", "zeta"]),
            "published": st.none() | st.integers(-5, 3),
            "market_bound": st.booleans(),
            "steps": st.lists(st.integers(-2, 5), max_size=3, unique=True),
        }
    )
    return st.fixed_dictionaries(
        {
            "kind": st.integers(0, 1),
            "placements": seldom(
                st.lists(placement, min_size=1, max_size=4, unique_by=lambda p: p["stage"]), st.just([])
            ),
            "terms": some(range(3), 2),
            "texts": st.dictionaries(st.sampled_from(LOCALES), text, min_size=1, max_size=3),
        }
    )


def verbs() -> st.SearchStrategy[tuple[Any, ...]]:
    which = st.sets(st.integers(0, 5), min_size=1, max_size=4)
    locales = st.none() | some(LOCALES, 2)
    start, end = st.none() | st.integers(0, 4), st.none() | st.integers(1, 9)
    return st.one_of(
        st.tuples(st.just("publish"), which, locales, start, end),
        st.tuples(st.just("publish"), which, locales, start, end),
        st.tuples(st.just("redraft"), st.integers(0, 5), drafts()),
        st.tuples(st.just("withdraw"), which, locales),
        st.tuples(st.just("reschedule"), st.integers(0, 30), start, end),
        st.tuples(st.just("restore"), st.integers(0, 30), start, end),
    )


class World:
    """One world under way: the drafts, and the oracle beside the database."""

    def __init__(self, world: Map, specs: list[dict[str, Any]]) -> None:
        self.map = world
        self.naive = naive_of(world)
        self.specs = [dict(spec) for spec in specs]
        self.assets: list[Asset] = []
        for number, spec in enumerate(self.specs):
            asset = Asset.objects.create(kind=world.kinds[spec["kind"]], name=str(number), no_stage_reason="free")
            self.assets.append(asset)
            self.naive.uids[asset.pk] = asset.public_id
        for number in range(len(specs)):
            self.write(number)
        self.now = START

    def write(self, number: int) -> None:
        """The draft of one asset from its spec; the gates that would refuse are waived by being no stage at all."""
        spec, asset = self.specs[number], self.assets[number]
        asset.placements.all().delete()
        asset.terms.set([self.map.terms[index] for index in spec["terms"]])
        for placed in spec["placements"]:
            made = Placement.objects.create(
                asset=asset, stage=self.map.stages[placed["stage"]], priority=placed["priority"]
            )
            made.segments.set([self.map.segments[index] for index in placed["segments"]])
            made.channels.set([self.map.channels[index] for index in placed["channels"]])
        asset.translations.all().delete()
        for code, text in spec["texts"].items():
            published = text["published"]
            made_text = Translation.objects.create(
                asset=asset,
                locale=self.map.locales[code],
                slug=f"asset-{number}",
                title=text["title"],
                market_bound=text["market_bound"],
                published_at=None if published is None else START + published * DAY,
            )
            for position, target in enumerate(self.targets(number, text["steps"]), start=1):
                step = NextStep(translation=made_text, position=position, label="Go", intent=target["intent"])
                step.target_asset_id, step.target_url = target["asset"], target["url"] or ""
                step.save()

    def targets(self, number: int, indices: list[int]) -> list[dict[str, Any]]:
        """Soft steps to an address first, so that no gate refuses; -2 is a hard address."""
        steps: list[dict[str, Any]] = [{"intent": "learn_more", "asset": None, "url": "/first"}]
        for index in indices:
            if index < 0:
                intent = "buy" if index == -2 else "contact"
                steps.append({"intent": intent, "asset": None, "url": f"/address{index}"})
            elif index < len(self.assets) and index != number:
                steps.append({"intent": "compare", "asset": self.assets[index].pk, "url": None})
        return steps

    def apply(self, verb: tuple[Any, ...]) -> None:
        """One verb, half a day after the last, in the database and in the oracle."""
        self.now += DAY / 2
        name, *args = verb
        getattr(self, f"do_{name}")(*args)

    def do_redraft(self, number: int, spec: dict[str, Any]) -> None:
        if number < len(self.specs):
            self.specs[number] = {**spec, "kind": self.specs[number]["kind"]}
            self.write(number)

    def window(self, start: int | None, end: int | None) -> tuple[datetime | None, datetime | None]:
        begins = None if start is None else self.now + start * DAY
        return begins, None if end is None else (begins or self.now) + end * DAY

    def do_publish(self, which: set[int], locales: list[str] | None, start: int | None, end: int | None) -> None:
        chosen = [n for n in sorted(which) if n < len(self.assets)]
        texts = [
            (n, code) for n in chosen for code in sorted(self.specs[n]["texts"]) if locales is None or code in locales
        ]
        if not texts:
            return
        begins, ends = self.window(start, end)
        only = None if locales is None else [self.map.locales[code] for code in locales]
        assets = [Asset.objects.get(pk=self.assets[n].pk) for n in chosen]
        made = publish(assets, locales=only, live_from=begins, live_until=ends, at=self.now)
        same = {(edition.asset_id, edition.locale.code) for edition in made if edition.unchanged}
        for number, code in texts:
            if (self.assets[number].pk, code) not in same:
                self.remember(number, code, begins or self.now, ends)

    def remember(self, number: int, code: str, start: datetime, until: datetime | None) -> None:
        spec, asset = self.specs[number], self.assets[number]
        text = spec["texts"][code]
        before = [e for e in self.naive.editions if e.asset == asset.pk and e.locale == code]
        given = text["published"]
        self.naive.editions.append(
            Words(
                asset=asset.pk,
                locale=code,
                number=len(before) + 1,
                start=start,
                asked_until=until,
                kind=asset.kind_id,
                title=text["title"],
                given=None if given is None else START + given * DAY,
                market_bound=text["market_bound"],
                placements=self.placements(spec),
                terms={self.map.terms[i].pk for i in spec["terms"]},
                steps=self.targets(number, text["steps"]),
            )
        )

    def placements(self, spec: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "stage": self.map.stages[p["stage"]].pk,
                "segments": [self.map.segments[i].pk for i in p["segments"]],
                "channels": [self.map.channels[i].pk for i in p["channels"]],
                "priority": p["priority"],
            }
            for p in spec["placements"]
        ]

    def do_withdraw(self, which: set[int], locales: list[str] | None) -> None:
        chosen = [self.assets[n] for n in sorted(which) if n < len(self.assets)]
        only = None if locales is None else [self.map.locales[code] for code in locales]
        withdraw(chosen, locales=only, at=self.now)
        for words in self.naive.editions:
            if words.asset in [asset.pk for asset in chosen] and (locales is None or words.locale in locales):
                if words.start > self.now:
                    words.cancelled = True
                else:
                    words.asked_until = min(filter(None, [words.asked_until, self.now]))

    def picked(self, index: int) -> tuple[Words, Edition] | None:
        if index >= len(self.naive.editions):
            return None
        words = self.naive.editions[index]
        edition = Edition.objects.get(asset=words.asset, locale__code=words.locale, number=words.number)
        return words, edition

    def do_reschedule(self, index: int, start: int | None, end: int | None) -> None:
        found = self.picked(index)
        if found is None or found[1].window_at(self.now) not in ("live", "scheduled"):
            return
        words, edition = found
        moves = {}
        if start is not None and words.start > self.now:
            moves["live_from"] = words.start = self.now + start * DAY
        moves["live_until"] = words.asked_until = None if end is None else max(words.start, self.now) + end * DAY
        reschedule(edition, at=self.now, **moves)

    def do_restore(self, index: int, start: int | None, end: int | None) -> None:
        found = self.picked(index)
        if found is None:
            return
        begins, ends = self.window(start, end)
        if restore(found[1], live_from=begins, live_until=ends, at=self.now).unchanged:
            return
        words = found[0]
        own = [e for e in self.naive.editions if (e.asset, e.locale) == (words.asset, words.locale)]
        moved = {"number": len(own) + 1, "start": begins or self.now, "asked_until": ends, "cancelled": False}
        self.naive.editions.append(Words(**{**vars(words), **moved}))


def instants() -> st.SearchStrategy[datetime]:
    """Mostly when something has been published already."""
    return st.sampled_from([1, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 30, 40, 0, -1]).map(
        lambda quarters: START + quarters * DAY / 4
    )


def queries(world: Map, uids: list[str]) -> st.SearchStrategy[Query]:
    """Any question that the API can put, in the words of either journey or of none."""

    def of_journey(journey: Journey) -> st.SearchStrategy[Query]:
        own = [stage for stage in world.stages if stage.journey_id == journey.pk]
        segment = seldom(st.none() | st.sampled_from(world.segments), st.just("everyone"))
        channel = seldom(st.none() | st.sampled_from(world.channels), st.just("any"))
        kinds = seldom(st.just(()), st.just((world.kinds[0].pk,)))
        ids = st.lists(st.sampled_from(uids), unique=True, max_size=3).map(tuple)
        asked_terms = st.builds(
            Terms,
            any=some(world.terms, 2).map(tuple),
            all=some(world.terms, 1).map(tuple),
            none=some(world.terms, 1).map(tuple),
        )
        few = seldom(st.just(()), some(own, 1).map(tuple))
        return st.builds(
            Query,
            locale=st.sampled_from(list(world.locales.values())),
            journey=st.just(journey),
            stages=st.just(()) | st.lists(st.sampled_from(own), unique=True, min_size=1, max_size=3).map(tuple),
            stages_all=few,
            stages_none=few,
            phases=seldom(
                st.just(frozenset()), st.sampled_from([frozenset({"evaluation"}), frozenset({"loyalty", "purchase"})])
            ),
            crosswalk=st.booleans(),
            segment=segment,
            channel=channel,
            translations_only=seldom(st.just(False), st.just(True)),
            kinds=kinds,
            kinds_none=kinds,
            terms=seldom(st.just(Terms()), asked_terms),
            among=seldom(st.none(), st.lists(st.sampled_from(uids), unique=True, min_size=1, max_size=3).map(tuple)),
            excluded=seldom(st.just(()), ids),
            ordering=seldom(st.just("relevance"), st.sampled_from(ORDERINGS)),
        )

    return st.sampled_from(world.journeys).flatmap(of_journey).flatmap(exactly)


def exactly(query: Query) -> st.SearchStrategy[Query]:
    """Sometimes the same question with an exact audience or channel."""
    can_segment = query.segment is not None and not isinstance(query.segment, str)
    can_channel = query.channel is not None and not isinstance(query.channel, str)
    return st.builds(
        lambda segment, channel: query.__class__(
            **{**vars(query), "segment_exact": segment and can_segment, "channel_exact": channel and can_channel}
        ),
        segment=seldom(st.just(False), st.just(True)),
        channel=seldom(st.just(False), st.just(True)),
    )
