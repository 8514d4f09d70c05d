"""Facets, changes, reasons and drafts against the naive oracle; instants and snapshots against recorded answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.delivery.compose import places_of
from content.delivery.draft_selection import DraftReader
from content.delivery.eligibility import Reason
from content.delivery.explain import explain
from content.delivery.facets import facets
from content.delivery.reading import Reading
from content.delivery.select import select
from content.models import Edition, Pin, PublishedState, Term
from content.tokens import issue_token
from journeys.models import Channel
from tests.factories import TouchpointFactory
from tests.oracle.histories import QUESTIONS, WORLDS, hold, random_worlds, walk
from tests.oracle.naive import Naive, Words
from tests.oracle.worlds import DAY, START, World, drafts, instants, queries, verbs

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ABSENT = {Reason.EXPIRED, Reason.NOT_YET_LIVE, Reason.NOT_PUBLISHED, Reason.LOCALE_MISSING}
fewer_worlds = settings(random_worlds, max_examples=max(1, WORLDS // 2))


def draw_query(data, map_, world):
    return data.draw(queries(map_, list(world.naive.uids.values())))


def check_facets(data, map_, world, answers):
    for _ in range(QUESTIONS // 4):
        query = replace(draw_query(data, map_, world), segment_exact=False, channel_exact=False)
        at = data.draw(instants())
        reading = Reading(current_catalogue(), at)
        names = ("stage", "kind", "segment", "channel", "locale", "phase", "term", "topic")
        assert facets(names, query, reading) == naive_facets(world, map_, query, at)


def naive_facets(world, map_, query, at):
    def count(**changed):
        return len(world.naive.select(replace(query, **changed), at))

    own = [stage for stage in map_.stages if stage.journey_id == query.journey.pk]
    topics = Term.objects.filter(vocabulary__slug="topic")
    others = tuple(term for term in query.terms.any if term.vocabulary.slug != "topic")
    phases = ("awareness", "exploration", "evaluation", "purchase", "loyalty", "advocacy")
    return {
        "stage": {stage.slug: count(stages=(stage,)) for stage in own},
        "kind": {kind.slug: count(kinds=(kind.pk,)) for kind in map_.kinds},
        "segment": {
            "everyone": count(segment="everyone"),
            **{segment.slug: count(segment=segment) for segment in map_.segments},
        },
        "channel": {"any": count(channel="any"), **{c.slug: count(channel=c) for c in Channel.objects.all()}},
        "locale": {code: count(locale=locale) for code, locale in map_.locales.items()},
        "phase": {phase: count(phases=frozenset({phase})) for phase in phases},
        "term": {
            f"{term.vocabulary.slug}:{term.slug}": count(terms=replace(query.terms, any=(term,))) for term in map_.terms
        },
        "topic": {term.slug: count(terms=replace(query.terms, any=(*others, term))) for term in topics},
    }


def check_changes(data, map_, world, answers):
    for _ in range(QUESTIONS // 2):
        query = draw_query(data, map_, world)
        at = data.draw(instants())
        since = at - data.draw(st.integers(0, 20)) * DAY / 4
        changed, gone = naive_changes(world.naive, query, since, at)
        selection = select(replace(query, changed_since=since), at=at)
        assert [one.asset_id for one in walk(selection, 2)] == changed
        assert {(one.public_id, one.at) for one in selection.removed(since)} == gone


def naive_changes(naive: Naive, query, since: datetime, at: datetime):
    """The assets that answer and were not shown so all the time; and those that answered in between, and until when."""
    edges = sorted({edge for words in naive.editions for edge in (words.start, words.asked_until) if edge})
    moments = [since, *(edge for edge in edges if since < edge < at), at]
    answers = {moment: {words.asset: words for words in naive.select(query, moment)} for moment in moments}
    now = [words.asset for words in naive.select(query, at)]
    changed = [
        asset
        for asset in now
        if any(naive.shown_words(asset, query, moment) is not answers[at][asset] for moment in moments)
    ]
    gone = set()
    for asset in naive.uids:
        then = [moment for moment in moments[:-1] if asset in answers[moment]]
        if then and asset not in now:
            words = answers[then[-1]][asset]
            ended = (edge for edge in edges if edge > then[-1] and naive.shown_words(asset, query, edge) is not words)
            gone.add((naive.uids[asset], min(ended)))
    return changed, gone


def check_reasons(data, map_, world, answers):
    for _ in range(QUESTIONS):
        query = draw_query(data, map_, world)
        at = data.draw(instants())
        explanations = explain(query, at=at, catalogue=current_catalogue(), ids=world.naive.uids)
        assert {one.asset_id for one in explanations if one.reason is None} == {
            words.asset for words in world.naive.select(query, at)
        }
        for reason in explanations:
            absent = naive_absence(world.naive, reason.asset_id, query, at)
            if absent:
                assert (reason.reason, reason.at) == absent
            else:
                only_translations = {Reason.LOCALE_MISSING} if query.translations_only else set()
                assert reason.reason not in ABSENT - only_translations


def naive_absence(naive: Naive, asset: int, query, at: datetime):
    """Why nothing is shown at ``at``, and when it comes or when it went; ``None`` where something is."""
    reader = replace(query, translations_only=False)
    if naive.shown_words(asset, reader, at):
        return None
    own = [words for words in naive.editions if words.asset == asset and not words.cancelled]
    edges = sorted({edge for words in own for edge in (words.start, words.asked_until) if edge})
    coming = [edge for edge in edges if edge > at and naive.shown_words(asset, reader, edge)]
    if coming:
        return Reason.NOT_YET_LIVE, coming[0]
    before = [edge for edge in edges if edge <= at and naive.shown_words(asset, reader, edge)]
    if before:
        return Reason.EXPIRED, min(e for e in edges if e > before[-1] and not naive.shown_words(asset, reader, e))
    return (Reason.LOCALE_MISSING if own else Reason.NOT_PUBLISHED), None


def check_drafts(data, map_, world, answers):
    naive = published_now(world)
    catalogue = current_catalogue()
    reading = Reading(catalogue, world.now, drafts=DraftReader(catalogue, at=world.now))
    for _ in range(QUESTIONS // 3):
        query = draw_query(data, map_, world)
        expected = naive.select(query, world.now)
        selection = reading.select(query)
        editions = walk(selection, data.draw(st.integers(1, 3)))
        assert [one.asset_id for one in editions] == [words.asset for words in expected]
        assert {one.number for one in editions} <= {None}
        assert selection.count() == len(expected)
        assert {e.asset_id for e in reading.explain(query, naive.uids) if e.reason is None} == {
            words.asset for words in expected
        }
        for edition, words, ways in zip(editions, expected, reading.ways_on(editions, query), strict=True):
            stage = stage_of(edition, query, catalogue)
            steps = [
                (s.source, s.asset.asset_id if s.asset else s.url, s.to_stage.pk if s.to_stage else None)
                for s in ways.steps
            ]
            assert (steps, ways.dead_end) == naive.next_steps(words, stage, query, world.now)


def stage_of(edition, query, catalogue):
    [(_, stage)] = places_of([edition], query, catalogue)
    return stage.pk if stage else None


def published_now(world: World) -> Naive:
    """The oracle of a world in which every draft was published just now."""
    naive = replace(world.naive, editions=[])
    for number, spec in enumerate(world.specs):
        for code, text in spec["texts"].items():
            asset = world.assets[number]
            own = [w for w in world.naive.editions if (w.asset, w.locale) == (asset.pk, code) and not w.cancelled]
            first = min((w.start for w in own), default=world.now)
            given_date = None if text["published"] is None else START + text["published"] * DAY
            naive.editions.append(
                Words(
                    asset=asset.pk,
                    locale=code,
                    number=1,
                    start=world.now,
                    asked_until=None,
                    kind=asset.kind_id,
                    title=text["title"],
                    given=given_date or first,
                    market_bound=text["market_bound"],
                    placements=world.placements(spec),
                    terms={world.map.terms[i].pk for i in spec["terms"]},
                    steps=world.targets(number, text["steps"]),
                )
            )
    return naive


@random_worlds
@given(data=st.data())
def test_facets_changes_reasons_and_drafts_are_those_of_the_naive_oracle(map_, data):
    hold(data, map_, check_facets, check_changes, check_reasons, check_drafts)


# Instants and snapshots, by the API


def parameters(query) -> dict[str, str]:
    """A query as a front-end would write it."""
    words: dict[str, str] = {"locale": query.locale.code, "journey": query.journey.slug, "ordering": query.ordering}
    for name, stages in (("stage", query.stages), ("stage__all", query.stages_all), ("stage__none", query.stages_none)):
        words[name] = ",".join(stage.slug for stage in stages)
    words["phase"] = ",".join(sorted(query.phases))
    words["crosswalk"] = "on" if query.crosswalk else "off"
    words["locale_fallback"] = "none" if query.translations_only else "chain"
    for name, value, exact in (
        ("segment", query.segment, query.segment_exact),
        ("channel", query.channel, query.channel_exact),
    ):
        if value is not None:
            words[f"{name}__exact" if exact else name] = value if isinstance(value, str) else value.slug
    words["id__in"], words["exclude"] = ",".join(query.among or ()), ",".join(query.excluded)
    words["term"] = ",".join(f"{term.vocabulary.slug}:{term.slug}" for term in query.terms.any)
    return {name: value for name, value in words.items() if value}


CONTEXT = ("journey", "stage", "segment", "channel", "locale", "locale_fallback", "crosswalk", "exclude")


def requests(data, map_, world):
    """A few requests at random, one of each route."""
    words = parameters(replace(draw_query(data, map_, world), kinds=(), kinds_none=()))
    context = {name: value for name, value in words.items() if name in CONTEXT}
    uid = data.draw(st.sampled_from(list(world.naive.uids.values())))
    number = list(world.naive.uids.values()).index(uid)
    exact = {f"{name}__exact" for name in ("segment", "channel")} & set(words)
    counted = {"facets": "kind,stage"} if exact else {"facets": "kind,segment,channel"}
    return [
        ("/api/v1/content/", {**words, **counted, "include": "next_steps", "count": "true"}),
        (f"/api/v1/content/{uid}/", context),
        (f"/api/v1/content/{map_.kinds[world.specs[number]['kind']].slug}/asset-{number}/", context),
        (f"/api/v1/content/{uid}/next/", context),
        ("/api/v1/touchpoints/place/", {**context, "include": "next_steps"}),
    ]


def comparable(answer):
    """An answer without what tells what is known when asked, and without the name of its state."""

    def bare(value):
        if isinstance(value, list):
            return [bare(one) for one in value]
        if isinstance(value, dict):
            return {name: bare(one) for name, one in value.items() if name not in ("live_until", "snapshot", "next")}
        return value

    return answer.status_code, bare(answer.json()) if answer.status_code == 200 else None


@fewer_worlds
@given(data=st.data())
def test_what_was_answered_at_an_instant_is_answered_as_of_it_and_by_its_snapshot(api, map_, data):
    with transaction.atomic():
        place = TouchpointFactory(
            slug="place", journey=map_.journeys[1], stage=map_.stages[6], channel=map_.channels[0]
        )
        _, secret = issue_token("preview", scopes=["preview"])
        bearer = {"Authorization": f"Bearer {secret}"}
        world = World(map_, data.draw(st.lists(drafts(), min_size=4, max_size=5)))
        Pin.objects.create(touchpoint=place, asset=world.assets[1])
        recorded = []
        for verb in [("publish", set(range(5)), None, None, None), *data.draw(st.lists(verbs(), max_size=5))]:
            before = published_number()
            world.apply(verb)
            for record in recorded[-1:]:
                replaced = replaced_at(record[0], world.now if was_seen(before, world.now) else None)
                for late in (59 * MINUTE, 60 * MINUTE):
                    check_snapshots(api, record, replaced, (replaced or world.now) + late)
            at = world.now + data.draw(st.integers(1, 11)) * DAY / 24
            with time_machine.travel(at, tick=False):
                answered = {}
                for path, words in requests(data, map_, world):
                    answer = api.get(path, words)
                    answered[(path, tuple(words.items()))] = (comparable(answer), answer.json().get("snapshot"))
                    assert comparable(api.get(path, {**words, **pinned(answer)})) == comparable(answer)
            recorded.append((at, [(path, dict(words)) for path, words in answered], answered))
        later = world.now + 20 * DAY
        with time_machine.travel(later, tick=False):
            for at, asked_for, answered in recorded:
                for path, words in asked_for:
                    expected, _ = answered[(path, tuple(words.items()))]
                    again = api.get(path, {**words, "as_of": at.isoformat()}, headers=bearer)
                    assert comparable(again) == expected, (path, words, at)
        transaction.set_rollback(True)


def pinned(answer):
    token = answer.json().get("snapshot")
    return {"snapshot": token} if token else {}


def published_number() -> int:
    return PublishedState.objects.values_list("number", flat=True).first() or 0


def was_seen(before: int, at: datetime) -> bool:
    """Whether the verb at ``at``, if it published anything, changed which editions are live then."""
    live = [set(Edition.objects.live(then).values_list("pk", flat=True)) for then in (at - timedelta.resolution, at)]
    return published_number() > before and live[0] != live[1]


def replaced_at(at: datetime, published: datetime | None) -> datetime | None:
    """When the state read at ``at`` was replaced: by a publication, or before that by what begins or ends itself."""
    editions = Edition.objects.filter(cancelled_at=None).exclude(live_until=F("live_from"))
    edges = [edge for window in editions.values_list("live_from", "live_until") for edge in window if edge]
    return min([*(edge for edge in edges if edge > at), *([published] if published else [])], default=None)


def check_snapshots(api, record, replaced: datetime | None, now: datetime) -> None:
    """By its token a state is read as it was, until an hour after it was replaced; then it is gone."""
    _, asked_for, answered = record
    with time_machine.travel(now, tick=False):
        for path, words in asked_for:
            expected, token = answered[(path, tuple(words.items()))]
            if token is None:
                continue
            again = api.get(path, {**words, "snapshot": token})
            if replaced is None or now < replaced + 60 * MINUTE:
                assert comparable(again) == expected
            else:
                assert (again.status_code, again.json()["errors"][0]["code"]) == (410, "snapshot_expired")
