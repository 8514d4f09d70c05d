"""The demo: enough of everything, and every touchpoint leads somewhere, but for the one planted dead end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from content.audit.finding import Severity
from content.audit.run import findings
from content.catalogue import Catalogue, current_catalogue
from content.coverage.matrix import CellState, matrix
from content.delivery.compose import compose, ways_on
from content.delivery.rows import ShownText
from content.delivery.select import select
from content.demo.load import load_demo
from content.importers.folder.run import ImportReport
from content.models import Edition, Source
from content.query import Query
from journeys.models import Touchpoint

pytestmark = [
    pytest.mark.django_db,  # which also makes the tables when this file runs alone
    pytest.mark.xdist_group("demo"),  # which is loaded once
]
ROOT = Path(__file__).parents[3]
JOURNEY = "see-think-do-care"
SHARED = {"betaling", "kontakt", "levering", "om-oss"}
DEAD_SEGMENT, DEAD_STAGE = "everyone", "care"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[ImportReport]:
    """The demo, loaded once for this file and taken away after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(now=timezone.now())
        transaction.set_rollback(True)


@pytest.fixture
def now():
    return timezone.now()


def everything(query, at) -> list[ShownText]:
    return select(query, at=at).page(1000).results


def at_stage(catalogue: Catalogue, stage: str, locale: str, segment: str | None) -> Query:
    journey = catalogue.atlas.journeys[JOURNEY]
    return Query(
        locale=catalogue.locales[locale],
        journey=journey,
        stages=(catalogue.atlas.stage(journey, stage),),
        segment="everyone" if segment == "everyone" else catalogue.atlas.segments[segment] if segment else None,
    )


def test_every_page_is_read_and_published(demo):
    assert demo.totals == {"created": 188, "published": 188, "held": 0, "kept as drafts": 0}


def test_there_is_enough_of_everything(demo, now):
    catalogue = current_catalogue()
    editions = everything(Query(locale=catalogue.locales["en"]), now)
    assert len(editions) >= 60
    assert len({one.kind_id for one in editions}) >= 7
    stages = {catalogue.atlas.stages[p["stage"]] for one in editions for p in one.placements}
    assert {s.slug for s in stages if s.journey.slug == JOURNEY} == {"see", "think", "do", "care"}
    assert {s.journey.slug for s in stages} == {"aida-loyalty", "content-path", "nordic-omni", JOURNEY}
    channels = {
        catalogue.atlas.channels_by_id[c].is_digital
        for edition in editions
        for p in edition.placements
        for c in p["channels"]
    }
    assert channels == {True, False}
    for code in ("nb", "da", "sv"):
        served = [one.fallback for one in everything(Query(locale=catalogue.locales[code]), now)]
        assert served.count(0) >= 15
        assert max(served) >= 1
    assert Edition.objects.filter(live_from__gt=now).count() >= 2
    assert Edition.objects.filter(live_from__lte=now, live_until__isnull=False).count() >= 5


def test_some_pages_have_a_picture_and_say_in_their_language_what_it_shows(demo, now):
    catalogue = current_catalogue()
    for code, least in (("en", 6), ("nb", 6), ("da", 3), ("sv", 4)):
        query = Query(locale=catalogue.locales[code])
        items = compose([one for one in everything(query, now) if not one.fallback], query, catalogue, at=now)
        images = [item["image"] for item in items if item["image"]]
        assert len(images) >= least
        assert all(image["alt"] and len(image["renditions"]) == 3 for image in images)
    assert demo.added == ["6 pictures"]
    assert [file["warnings"] for file in demo.files if file["warnings"]] == []


def test_touchpoints_have_content_and_ways_on(demo, now):
    catalogue = current_catalogue()
    for place in Touchpoint.objects.all():
        stages = (catalogue.atlas.stages[place.stage_id],) if place.stage_id else ()
        journey, channel = catalogue.atlas.journeys[JOURNEY], catalogue.atlas.channels_by_id[place.channel_id]
        kinds = tuple(catalogue.kinds[slug].pk for slug in place.filters.get("kind", "").split(",") if slug)
        query = Query(locale=catalogue.locales["en"], journey=journey, stages=stages, channel=channel, kinds=kinds)
        editions = everything(query, now)
        assert editions, place.slug
        assert any(ways.steps for ways in ways_on(editions, query, catalogue, at=now)), place.slug


def reaches(
    catalogue: Catalogue, start: ShownText, goal: str, locale: str, segment: str | None, stage: str, at
) -> bool:
    """Whether somebody who follows nothing but next steps from ``start`` comes to an asset at ``goal``."""
    goals = {one.asset_id for one in everything(at_stage(catalogue, goal, locale, segment), at)}
    query = at_stage(catalogue, stage, locale, segment)
    [ways] = ways_on([start], query, catalogue, at=at)
    found = {step.asset.asset_id for step in ways.steps if step.asset}
    seen = {start.asset_id}
    anywhere = Query(locale=query.locale, journey=query.journey, segment=query.segment)
    while found - seen:
        if found & goals:
            return True
        editions = [one for one in everything(anywhere, at) if one.asset_id in found - seen]
        seen |= found
        found = {s.asset.asset_id for w in ways_on(editions, anywhere, catalogue, at=at) for s in w.steps if s.asset}
    return bool(found & goals)


@pytest.mark.parametrize("locale", ["en", "nb", "da", "sv"])
def test_every_path_leads_on_to_the_purchase_and_beyond_it(demo, now, locale, capsys):
    catalogue = current_catalogue()
    walked = []
    for segment in [None, "everyone", *sorted(catalogue.atlas.segments)]:
        for stage, goal in (("see", "do"), ("think", "do"), ("do", "care")):
            starts = everything(at_stage(catalogue, stage, locale, segment), now)
            there = [reaches(catalogue, one, goal, locale, segment, stage, now) for one in starts]
            walked.append((segment, stage, goal, len(there), sum(there)))
    with capsys.disabled():
        sys.stdout.write(f"\n{locale}: segment, from → to, assets, of which arrive\n")
        for segment, stage, goal, count, arrive in walked:
            sys.stdout.write(f"  {segment or '(any)':14} {stage:5} → {goal:5} {count:3} {arrive:3}\n")
    assert [w for w in walked if w[3] != w[4]] == []
    assert {w[1] for w in walked if w[3]} == {"see", "think", "do"}


def test_there_is_one_planted_dead_end_and_every_asset_there_shares_it(demo, now):
    catalogue = current_catalogue()
    dead: dict[tuple[str, str, str], list[bool]] = {}
    for locale in catalogue.locales:
        for segment in ["everyone", *catalogue.atlas.segments]:
            for stage in ("see", "think", "do", "care"):
                query = at_stage(catalogue, stage, locale, segment)
                ends = [ways.dead_end for ways in ways_on(everything(query, now), query, catalogue, at=now)]
                if any(ends):
                    dead[(locale, segment, stage)] = ends
    assert set(dead) == {(locale, DEAD_SEGMENT, DEAD_STAGE) for locale in catalogue.locales}
    assert all(all(ends) for ends in dead.values())


@pytest.mark.parametrize("name", ["aida-loyalty", "content-path", "nordic-omni"])
def test_the_other_journeys_have_no_error(demo, now, name):
    catalogue = current_catalogue()
    found = findings(catalogue.atlas.journeys[name], at=now, catalogue=catalogue)
    assert [one.key for one in found if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("code", ["en", "nb", "da", "sv"])
def test_whoever_is_not_known_is_met_at_every_stage_in_every_language(api, demo, code):
    parameters = {"locale": code, "segment": "everyone"}
    stages = ("see", "think", "do", "care")
    counts = [len(api.get("/api/v1/content/", {**parameters, "stage": one}).json()["results"]) for one in stages]
    assert min(counts) >= 2
    first = api.get("/api/v1/content/", {**parameters, "stage": "see", "channel": "website"}).json()["results"]
    assert [(item["kind"], item["locale"]["served"]) for item in first] == [("landing-page", code), ("blog-post", code)]
    page = api.get("/api/v1/touchpoints/front-page/", parameters).json()
    assert [bool(page[name]) for name in ("results", "exits")] == [True, True]


def test_every_address_leads_to_its_text_and_no_two_texts_share_one(api, demo, now):
    texts = Edition.objects.live(now).select_related("kind", "locale", "asset").order_by("pk")
    urls, odd = set(), []
    for text in texts:
        urls.add(url := text.kind.url(text.slug, text.locale.code))
        assert url.startswith(f"/{text.locale.code}/")
        item = api.get(f"/api/v1/content/{text.kind.slug}/{text.slug}/").json()
        assert (item["id"], item["moved_to"]) == (text.asset.public_id, None)
        if item["locale"]["served"] != text.locale.code:
            odd.append(text)
        answer = api.get(f"/api/v1/content/{text.kind.slug}/{text.slug}/", {"locale": text.locale.code}).json()
        assert (answer["title"], answer["url"], answer["moved_to"]) == (text.title, url, None)
    assert len(urls) == len(texts)
    # The same word in several languages: without a locale the first of them answers.
    assert {text.slug for text in odd} == SHARED


def test_what_ends_a_journey_is_a_page_of_the_demo(api, demo, now):
    catalogue = current_catalogue()
    contact = Edition.objects.get(slug="contact", locale__code="en")
    for journey in catalogue.atlas.journeys.values():
        assert journey.closing_url == contact.kind.url(contact.slug, "en")


def test_the_audit_finds_what_was_planted_and_no_other_dead_end_or_gap(demo, now):
    catalogue = current_catalogue()
    found = findings(catalogue.atlas.journeys[JOURNEY], at=now, catalogue=catalogue)
    planted = [("dead_end", DEAD_STAGE, DEAD_SEGMENT, code) for code in ("da", "en", "nb", "sv")]
    grave = [one for one in found if one.severity is Severity.ERROR or one.code == "future_gap"]
    where = [(one.code, one.context.stage, one.context.segment, one.context.locale) for one in grave]
    assert not {one.code for one in found} & {"step_missing", "few_alternatives"}
    assert where == [*planted, ("future_gap", "think", "restaurants", "en")]
    maria = Source.objects.get(key="testimonial/chef-maria").asset
    assert grave[-1].evidence["assets"] == [maria.public_id]
    assert grave[-1].evidence["from"][:10] in {str((now + timedelta(days=days)).date()) for days in (20, 21)}


def test_every_purpose_is_where_it_is_recommended_and_nothing_has_gone_quiet(demo, now):
    catalogue = current_catalogue()
    for journey in catalogue.atlas.journeys.values():
        codes = {one.code for one in findings(journey, at=now, catalogue=catalogue)}
        assert codes & {"terms_missing", "gone_quiet"} == set()
    query = Query(locale=catalogue.locales["en"], journey=catalogue.atlas.journeys[JOURNEY])
    laid = matrix(query, at=now, catalogue=catalogue, columns="purpose")
    assert laid.states[CellState.GAP] == 0
    recommended = [(cell.row.slug, cell.column.slug) for cell in laid.cells if cell.target.minimum]
    assert recommended == [
        ("think", "proof"),
        ("do", "delivery"),
        ("do", "payment"),
        ("care", "confirmation"),
        ("care", "getting-started"),
        ("care", "thank-you"),
    ]
    latent = findings(catalogue.atlas.journeys["nordic-omni"], at=now + timedelta(days=62), catalogue=catalogue)
    assert {one.context.stage for one in latent if one.code == "gone_quiet"} == {"latent"}


def test_what_expires_and_what_comes_is_counted_from_the_day_of_loading(demo, now):
    letter = Edition.objects.filter(asset=Source.objects.get(key="newsletter/christmas-card").asset, locale__code="en")
    assert (letter.get().live_from - now).days in (19, 20)
    consent = Edition.objects.filter(asset=Source.objects.get(key="testimonial/chef-maria").asset, locale__code="en")
    assert (consent.get().live_until - now).days in (20, 21)


# Counted by hand from the front matter of the English pages: own and for everyone or an ancestor. Two pages are still
# to come, the Christmas card and the second fire.
BY_HAND = {
    "see": {"everyone": (2, 0), "families": (4, 6), "pitmasters": (1, 7), "restaurants": (0, 6), "travellers": (2, 2)},
    "think": {"everyone": (7, 0), "families": (3, 14), "pitmasters": (0, 15), "restaurants": (2, 8)},
    "do": {"everyone": (8, 0), "families": (0, 10), "pitmasters": (0, 10), "travellers": (2, 8)},
    "care": {"everyone": (8, 0), "families": (1, 11), "restaurants": (1, 9), "travellers": (1, 8)},
}


def test_coverage_of_the_demo_is_what_was_counted_by_hand(demo, now):
    catalogue = current_catalogue()
    query = Query(locale=catalogue.locales["en"], journey=catalogue.atlas.journeys[JOURNEY])
    laid = matrix(query, at=now, catalogue=catalogue)
    counted = {
        stage: {
            cell.column.slug: (cell.tally.own, cell.tally.everyone)
            for cell in laid.cells
            if cell.row.slug == stage and cell.column.slug in audiences
        }
        for stage, audiences in BY_HAND.items()
    }
    assert counted == BY_HAND
    assert [(cell.row.slug, cell.column.slug) for cell in laid.cells if cell.state is CellState.GAP] == []
    scheduled = [(cell.row.slug, cell.tally.scheduled) for cell in laid.cells if cell.column.slug == "enthusiasts"]
    assert scheduled == [("see", 0), ("think", 0), ("do", 1), ("care", 1)]
    assert laid.balance.faults == ()


def run_demo(database: Path, *arguments: str) -> str:
    media = {"MEDIA_ROOT": str(database.parent / "media"), "MEDIA_BUCKET": ""}
    environment = {**os.environ, **media, "DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "manage.py", "demo", "--no-serve", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_the_command_sets_up_once_keeps_the_data_and_begins_again_when_told(tmp_path):
    database = tmp_path / "demo.sqlite3"
    first = run_demo(database, "--port", "8123")
    assert "188 pages read, 188 published." in first
    assert "http://127.0.0.1:8123/api/v1/content/" in first
    files = {path.name for path in (tmp_path / "media").iterdir()}
    second = run_demo(database)
    assert "is kept" in second
    assert "changepassword" in second
    assert "188 pages read" in run_demo(database, "--reset")
    again = {path.name for path in (tmp_path / "media").iterdir()}
    assert (len(again), again & files) == (len(files), set())
