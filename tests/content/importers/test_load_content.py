"""Bulk lines: one asset a line, through the same gates and verbs."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.drafts.history import keep, latest, revisions
from content.importers import load
from content.importers.load import Load
from content.importers.shape import read_lines
from content.models import Asset, Edition, NextStep, Publication, Source, Translation
from journeys.models import Segment
from tests.content.importers.lines import line, step, text, words
from tests.factories import TermFactory, VocabularyFactory


def test_a_whole_line_becomes_an_asset_and_its_editions(loading):
    Segment.objects.create(slug="families", title="Families")
    TermFactory(vocabulary=VocabularyFactory(slug="topic"), slug="travel")
    whole = {
        "key": "src-1",
        "kind": "blog-post",
        "no_stage_reason": None,
        "terms": {"topic": ["travel"]},
        "fields": {"reading_minutes": 4},
        "placements": [
            {
                **{"journey": "see-think-do-care", "stage": "think", "segments": ["families"]},
                **{"channels": ["website"], "priority": 70},
            }
        ],
        "translations": [
            {
                **{"locale": "en", "slug": "a", "title": "A", "summary": "S", "body": "<p>B</p><script>x</script>"},
                **{"fields": {"author": "Kari"}, "seo": {"title": "T", "description": "D"}, "market_bound": True},
                **{"teasers": {"see-think-do-care:think": "Now"}, "published_at": "2026-01-02T00:00:00Z"},
                "next_steps": [{"intent": "compare", "label": "All", "target": {"url": "/all"}}],
            },
            {"locale": "nb", "slug": "a-nb", "title": "A på norsk", "next_steps": [step("/alle", "url")]},
        ],
        "publish": {"live_from": None, "live_until": None},
    }

    outcomes = loading(whole)

    assert vars(outcomes["line 1"]) == {
        **{"where": "line 1", "key": "src-1", "changed": ["", "en", "nb"], "new": ["", "en", "nb"]},
        **{"published": ["en", "nb"], "held": {}, "refused": [], "warnings": [], "expired": {}, "left_out": []},
    }
    asset, edition = Asset.objects.get(), Edition.objects.get(locale__code="en")
    assert (asset.name, asset.fields, asset.source.key) == ("A", {"reading_minutes": 4}, "src-1")
    assert (edition.slug, edition.market_bound, f"{edition.published_at:%Y-%m-%d}") == ("a", True, "2026-01-02")
    document = json.loads(bytes(edition.document))
    assert (document["body"], document["terms"]) == ("<p>B</p>", {"topic": ["travel"]})
    assert document["fields"] == {"author": "Kari", "reading_minutes": 4}


def test_a_line_without_publish_stays_a_draft(loading):
    outcomes = loading(line("a", publish=None), {k: v for k, v in line("b").items() if k != "publish"})

    assert words(outcomes) == {"line 1": "created", "line 2": "created"}
    assert (Translation.objects.count(), Edition.objects.count()) == (2, 0)


def test_a_window_in_the_future_schedules(loading):
    loading(line("a", publish={"live_from": "2099-01-01T00:00:00Z", "live_until": "2099-02-01T00:00:00Z"}))

    edition = Edition.objects.get()
    assert (f"{edition.live_from:%Y-%m-%d}", f"{edition.live_until:%Y-%m-%d}") == ("2099-01-01", "2099-02-01")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "Not JSON: unexpected end of data, column 2."),
        ('{"key": "x"} x', "Not JSON: unexpected content after document, column 14."),
        ("[]", 'line: [] is not of type "object"'),
        ('"x"', 'line: "x" is not of type "object"'),
        ('{"key": "x"}', 'line: "kind" is a required property'),
        (line("x", translations=[]), "translations: [] has less than 1 item"),
        (line("x", colour=1), "line: Additional properties are not allowed ('colour' was unexpected)"),
        (line("x", kind="poem"), "Unknown kind “poem”."),
        (line("x", kind="guide", fields={"difficulty": "huge"}), 'fields: difficulty: "huge" is not one of'),
        (line("x", **text(fields={"difficulty": "huge"})), "fields: fields: Additional properties are not allowed"),
        (line("x", fields={"author": "x"}), "fields: author: belongs to the translation."),
        (line("x", terms={"topic": ["x"]}), "Unknown vocabulary “topic”."),
        (line("x", placements=[{"journey": "aida", "stage": "see"}]), "Unknown journey “aida”."),
        (line("x", placements=[{"journey": "see-think-do-care", "stage": "x"}]), "Unknown stage “x” in journey"),
        (
            line("x", placements=[{"journey": "see-think-do-care", "stage": "see", "segments": ["x"]}]),
            "Unknown segment “x”.",
        ),
        (
            line("x", placements=[{"journey": "see-think-do-care", "stage": "see", "channels": ["x"]}]),
            "Unknown channel “x”.",
        ),
        (line("x", placements=line("x")["placements"] * 2), "placements: a stage is given twice"),
        (
            line("x", placements=[{"journey": "see-think-do-care", "stage": "see", "priority": 101}]),
            "placements.0.priority: 101 is greater than the maximum of 100",
        ),
        (line("x", **text(locale="xx")), "Unknown locale “xx”."),
        (line("x", translations=text()["translations"] * 2), "translations: a locale is given twice"),
        (line("x", **text(slug="A b")), 'translations.0.slug: "A b" does not match'),
        (line("x", **text(title="")), 'translations.0.title: "" is shorter than 1 character'),
        (line("x", **text(title="x" * 301)), "translations.0.title: "),
        (line("x", **text(seo={"title": "x" * 301})), "translations.0.seo.title: "),
        (line("x", **text(title="\x00")), 'translations.0.title: "" is shorter'),
        (line("x", **text(published_at="soon")), "translations.0.published_at: "),
        (
            line("x", **text(published_at="2026-01-01T23:59:60Z")),
            "published_at (en): “2026-01-01T23:59:60Z” is out of",
        ),
        (line("x", **text(published_at="0001-01-01T00:00:00+10:00")), "published_at (en): “0001-01-01T00:00:00+10"),
        (line("x", **text(teasers={"see-think-do-care": "x"})), "Unknown stage “” in journey"),
        (line("x", step("nowhere")), "The step “On” leads to “nowhere”, which does not exist."),
        (line("x", step("0" * 32, "id")), f"The step “On” leads to “{'0' * 32}”, which does not exist."),
        (line("x", step("x")), "next_steps: a step leads to the asset itself"),
        (line("x", step("nowhere", "touchpoint")), "Unknown touchpoint “nowhere”."),
        (line("x", step("ftp://x", "url")), "Write a path that begins with / or an address"),
        (line("x", step("/" + "x" * 2000, "url")), "translations.0.next_steps.0.target: "),
        (line("x", {**step("a"), "intent": "shout"}), 'translations.0.next_steps.0.intent: "shout" is not one of'),
        (line("x", {**step("a"), "target": {"key": "a", "url": "/"}}), "translations.0.next_steps.0.target: "),
        (line("a"), "The key “a” is used twice."),
        (line("x" * 301), "key: "),
    ],
    ids=str,
)
def test_a_bad_line_is_refused_and_changes_nothing(loading, bad, reason):
    outcomes = loading(line("a"), bad, line("b"))

    assert words(outcomes) == {"line 1": "created", "line 2": "refused", "line 3": "created"}
    (message, *_) = outcomes["line 2"].refused
    assert message.startswith(reason)
    assert len(message) < 400
    assert sorted(Source.objects.values_list("key", flat=True)) == ["a", "b"]
    assert (Asset.objects.count(), Edition.objects.count(), Publication.objects.count()) == (2, 2, 1)


def test_a_line_nested_without_end_is_refused(loading):
    deep = json.dumps(line("x", fields={"x": 0})).replace('"x": 0', '"x": ' + "[" * 600 + "]" * 600)

    assert words(loading(line("a"), deep)) == {"line 1": "created", "line 2": "refused"}


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_are_read(loading, tmp_path):
    path = tmp_path / "windows.jsonl"
    path.write_bytes("\ufeff".encode() + f"{json.dumps(line('a'))}\r\n\r\n  \r\n{json.dumps(line('b'))}".encode())

    call_command("load_content", path, stdout=io.StringIO())

    assert Edition.objects.count() == 2


def test_loading_again_changes_nothing(loading):
    lines = [line("a", step("b")), line("b", step("a")), line("c")]
    loading(*lines)
    before = list(Source.objects.values_list("key", "hashes")), Publication.objects.count()

    outcomes = loading(*lines)

    assert words(outcomes) == {"line 1": "unchanged", "line 2": "unchanged", "line 3": "unchanged"}
    assert [outcome.published for outcome in outcomes.values()] == [[], [], []]
    assert (list(Source.objects.values_list("key", "hashes")), Publication.objects.count()) == before


def test_a_changed_line_is_published_on_top(loading):
    loading(line("a"), line("b"))

    outcomes = loading(line("a", **text(title="New")), line("b"))

    assert words(outcomes) == {"line 1": "updated", "line 2": "unchanged"}
    assert list(Edition.objects.order_by("pk").values_list("title", flat=True)) == ["A", "B", "New"]


def test_changed_tags_publish_every_language_again(loading):
    both = [{"locale": code, "slug": "a", "title": code} for code in ("en", "nb")]
    loading(line("a", translations=both))

    loading(line("a", translations=both, placements=[{"journey": "see-think-do-care", "stage": "care"}]))

    assert sorted(Edition.objects.values_list("locale__code", "number")) == [
        *(("en", 1), ("en", 2), ("nb", 1), ("nb", 2)),
    ]


def test_steps_may_lead_by_key_id_touchpoint_and_address(loading):
    loading(line("a"))
    public_id = Asset.objects.get().public_id

    outcomes = loading(line("b", step("a"), step(public_id, "id"), step("/x", "url"), step("c")), line("c"))

    assert words(outcomes) == {"line 1": "created", "line 2": "created"}
    ways = NextStep.objects.select_related("target_asset__source")
    assert [way.target_asset.source.key if way.target_asset else way.target_url for way in ways] == [
        *("a", "a", "/x", "c"),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 200])
def test_steps_across_batches_are_published_together(loading, monkeypatch, size):
    monkeypatch.setattr(load, "BATCH", size)
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    order = ["b", "c", "d", "a", "f", "e"]
    lines = [line(key, step(target), **think) for key, target in zip("abcdef", order, strict=True)]

    outcomes = loading(*lines)

    assert {outcome.word for outcome in outcomes.values()} == {"created"}
    assert [outcome.held for outcome in outcomes.values()] == [{}] * 6
    assert Edition.objects.count() == 6


def test_what_the_gates_hold_is_told_by_language(loading):
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}

    outcomes = loading(line("a", **think), line("b", step("a"), **think), line("c", step("/c", "url"), **think))

    held = {where: {code: r[0].partition(":")[0] for code, r in o.held.items()} for where, o in outcomes.items()}
    assert held == {"line 1": {"en": "cta_missing"}, "line 2": {"en": "cta_target_dead"}, "line 3": {}}
    assert list(Edition.objects.values_list("slug", flat=True)) == ["c"]


def test_what_was_held_goes_out_once_it_can(loading):
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    loading(line("a", **think), line("b", step("a"), **think))

    outcomes = loading(line("a", step("/on", "url"), **think), line("b", step("a"), **think))

    assert words(outcomes) == {"line 1": "updated", "line 2": "unchanged"}
    assert [outcome.published for outcome in outcomes.values()] == [["en"], ["en"]]


@pytest.mark.parametrize("size", [1, 2, 3, 200])
def test_what_leads_to_something_held_is_held_and_told_why(loading, monkeypatch, size):
    monkeypatch.setattr(load, "BATCH", size)
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    chain = [line(key, step(target), **think) for key, target in zip("abcde", "bcdef", strict=True)]

    outcomes = loading(*chain, line("f", **think), line("g"), line("h", step("g")))

    in_order = [outcomes[where] for where in sorted(outcomes)]
    held = [[reason.partition(":")[0] for reasons in o.held.values() for reason in reasons] for o in in_order]
    assert held == [*([["cta_target_dead"]] * 5), ["cta_missing"], [], []]
    assert sorted(Edition.objects.values_list("slug", flat=True)) == ["g", "h"]


def test_every_window_of_a_batch_is_kept(loading):
    windows = {f"k{n}": {"live_from": f"2099-01-0{n}T00:00:00Z", "live_until": None} for n in range(1, 4)}

    loading(line("k0"), *(line(key, publish=window) for key, window in windows.items()))

    starts = Edition.objects.exclude(slug="k0").order_by("slug").values_list("slug", "live_from")
    assert [(slug, {"live_from": f"{at:%Y-%m-%dT%H:%M:%SZ}", "live_until": None}) for slug, at in starts] == [
        *windows.items()
    ]
    assert Publication.objects.count() == 1


def test_a_load_costs_the_same_for_two_lines_and_for_twenty(loading, django_assert_num_queries):
    loading(line("x"), line("y", step("x")))
    with CaptureQueriesContext(connection) as few:
        loading(line("a"), line("b", step("a")))
    with django_assert_num_queries(len(few)):
        loading(*(line(f"k{n}", *([step("k0")] if n else [])) for n in range(20)))


def test_lines_are_read_as_a_stream(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line(f"k{n}")) for n in range(5)))

    lines = read_lines(path)

    assert next(lines)[1].key == "k0"
    assert [where for where, _ in lines] == ["line 2", "line 3", "line 4", "line 5"]


def test_progress_moves_twice_a_line(presets, tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join([json.dumps(line("a")), "{", json.dumps(line("b"))]))
    moved: list[int] = []

    Load(lambda: read_lines(path), tell=lambda outcome: None, advance=moved.append).run()

    assert sum(moved) == 6


def test_the_command_loads_tells_and_reports(presets, tmp_path):
    path, report = tmp_path / "lines.jsonl", tmp_path / "report.jsonl"
    think = {"placements": [{"journey": "see-think-do-care", "stage": "think"}]}
    path.write_text("\n".join([json.dumps(line("a")), "{", json.dumps(line("b", **think))]))
    out, err = io.StringIO(), io.StringIO()

    call_command("load_content", path, "--report", str(report), stdout=out, stderr=err)

    assert out.getvalue() == "2 created, 1 held back, 1 published, 1 refused\n"
    assert err.getvalue().splitlines() == [
        "line 2: refused: Not JSON: unexpected end of data, column 2.",
        "line 3: en not published: cta_missing: Say what the reader can do next: a text for consideration or purchase "
        "needs a call to action.",
    ]
    assert [(r["where"], r["outcome"]) for r in map(json.loads, report.read_text("utf-8").splitlines())] == [
        *(("line 1", "created"), ("line 2", "refused"), ("line 3", "created")),
    ]


def test_the_report_names_the_key_of_each_line_that_is_refused(presets, tmp_path):
    path, report = tmp_path / "lines.jsonl", tmp_path / "report.jsonl"
    lines = [line("a", kind="unknown"), line("b", nonsense=1), line("c"), line("c"), {"kind": "blog-post"}]
    path.write_text("\n".join(map(json.dumps, lines)))

    call_command("load_content", path, "--report", str(report), stdout=io.StringIO(), stderr=io.StringIO())

    assert [(r["key"], r["outcome"]) for r in map(json.loads, report.read_text("utf-8").splitlines())] == [
        *(("a", "refused"), ("b", "refused"), ("c", "created"), ("c", "refused"), ("", "refused")),
    ]


def test_the_command_can_try_and_keep_nothing(presets, tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(line("a")))
    out = io.StringIO()

    call_command("load_content", path, "--dry-run", stdout=out)

    assert out.getvalue() == "1 created, 0 held back, 1 published (dry run: nothing was saved)\n"
    assert (Source.objects.count(), Publication.objects.count()) == (0, 0)


def test_the_command_needs_a_file(db, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("load_content", tmp_path / "none.jsonl")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL's planner counts beforehand")
@pytest.mark.django_db(transaction=True)
def test_planner_knows_how_large_the_tables_have_become(loading):
    loading(*(line(f"src-{number}") for number in range(40)))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relname IN ('content_asset', 'content_edition') ORDER BY 1"
        )
        assert cursor.fetchall() == [("content_asset", 40.0), ("content_edition", 40.0)]


def test_an_import_is_kept_in_the_history_of_what_has_one(loading):
    loading(line("a"), line("b"))
    known, untold = (Source.objects.get(key=key).asset for key in "ab")
    keep(known, by=None, at=timezone.now())

    loading(line("a", **text(title="Anew")), line("b", **text(title="Anew")))

    assert [one.comment for one in revisions(known.pk)] == ["imported", ""]
    assert latest(untold.pk) == 0
