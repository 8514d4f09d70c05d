"""Kinds: their schemas, their fields, and the twelve that ship."""

import pytest
from django.core.exceptions import ValidationError

from content.drafts.misfits import misfits
from content.fields import problems, window
from content.models import Kind
from content.presets.load import load_kinds
from content.publishing.publish import publish
from tests.drafts import draft
from tests.factories import JourneyFactory, KindFactory

pytestmark = pytest.mark.django_db


def test_the_twelve_kinds_ship_and_loading_again_keeps_what_editors_changed():
    assert [loaded.outcome for loaded in load_kinds()] == ["created"] * 12
    kind = Kind.objects.get(slug="faq")
    kind.title, kind.slug = "Questions", "questions"
    kind.save()
    assert {loaded.outcome for loaded in load_kinds()} == {"kept"}
    assert (Kind.objects.count(), Kind.objects.get(preset="faq").title) == (12, "Questions")


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("testimonial", {"quote": "Good", "rating": 5, "consent_until": "2027-01-01"}, set()),
        ("testimonial", {"rating": 6, "consent_until": "soon"}, {"quote", "rating", "consent_until"}),
        ("faq", {"questions": [{"question": "Why?", "answer": "So."}]}, set()),
        ("faq", {"questions": [{"question": "Why?"}]}, {"questions.0.answer"}),
        ("comparison", {"options": ["A"], "rows": []}, {"options", "rows"}),
        ("offer", {"code": "SPRING 1"}, {"code"}),
        ("press-release", {"embargo_until": "2026-03-01T08:00:00+01:00"}, set()),
        ("product-demo", {"video_url": "javascript:alert(1)"}, {"video_url"}),
        ("blog-post", {"author": "A", "colour": "red"}, {""}),
        ("blog-post", {"author": "A\x00"}, {"author"}),
    ],
)
def test_fields_are_held_to_the_schema(kind, fields, wrong):
    load_kinds([kind])
    assert {problem.path for problem in problems(Kind.objects.get().schema, fields, complete=True)} == wrong


@pytest.mark.parametrize(
    "schema",
    [
        [1],
        {"type": "string"},
        {"type": "object"},
        {"type": "object", "properties": {"a": {"type": "nonsense"}}},
        {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:1/schema.json"}}},
        {"type": "object", "properties": {"a": {"x-window": "during"}}},
        {"type": "object", "properties": {"a": {"x-localized": "no"}}},
        {"type": "object", "properties": {"a": True}},
    ],
)
def test_what_is_no_schema_or_fetches_one_is_refused(schema):
    with pytest.raises(ValidationError) as error:
        KindFactory(schema=schema)
    assert [e.code for e in error.value.error_dict["schema"]] == ["schema_invalid"]


SHARED = {
    "type": "object",
    "properties": {"rating": {"type": "integer", "x-localized": False}, "quote": {"type": "string"}},
    "required": ["quote"],
}


def test_a_field_stands_on_its_own_side_and_drafts_may_be_incomplete(locales, journey):
    KindFactory(slug="guide", schema=SHARED)
    asset = draft("see")  # no quote yet
    text = asset.translations.get()
    text.fields = {"rating": 5}
    with pytest.raises(ValidationError, match="rating: belongs to the asset"):
        text.save()
    asset.fields = {"quote": "Good"}
    with pytest.raises(ValidationError, match="quote: belongs to the translation"):
        asset.save()
    asset.fields = {"rating": "five"}
    with pytest.raises(ValidationError, match="rating"):
        asset.save()


def test_a_changed_schema_leaves_content_readable_and_tells_what_no_longer_fits(locales, journey, at, api):
    kind = KindFactory(slug="guide")
    asset = draft("see")
    publish(asset, at=at)
    kind.schema = SHARED
    kind.save()
    [misfit] = misfits(kind)
    assert (misfit.asset, misfit.locale, [p.message for p in misfit.problems]) == (
        asset,
        "en",
        ["This is missing."],
    )
    assert api.get(f"/api/v1/content/{asset.public_id}/").status_code == 200


def test_rich_text_is_sanitised_on_saving_and_on_publishing(world, at, api):
    nasty = '<p onclick="x()">Hi<script>alert(1)</script><a href="javascript:x">a</a></p>'
    asset = draft("see", body=nasty)
    assert asset.translations.get().body == '<p>Hi<a rel="noopener noreferrer">a</a></p>'
    asset.translations.update(body=nasty)
    publish(asset, at=at)
    body = api.get(f"/api/v1/content/{asset.public_id}/").json()["body"]
    assert body == '<p>Hi<a rel="noopener noreferrer">a</a></p>'


def test_windows_of_fields_count_whole_days_in_the_projects_zone():
    schema = {"type": "object", "properties": {"a": {"x-window": "until"}, "b": {"x-window": "until"}}}
    assert window(schema, {"a": "2026-03-28", "b": "2026-03-30"})[1].isoformat() == "2026-03-28T23:00:00+00:00"
    # The last Sunday of March has 23 hours in Oslo.
    assert window(schema, {"a": "2026-03-29"})[1].isoformat() == "2026-03-29T22:00:00+00:00"


def test_an_embargo_that_can_be_read_holds_and_one_that_cannot_is_refused(locales, journey, at):
    load_kinds(["press-release"])
    asset = draft("see", kind="press-release")
    asset.fields = {"embargo_until": "2030-12-01t08:00:00z"}
    asset.save()
    [edition] = publish(asset, at=at)
    assert edition.live_from.isoformat() == "2030-12-01T08:00:00+00:00"
    asset.fields = {"embargo_until": "2030-12-01T23:59:60Z"}
    with pytest.raises(ValidationError, match="Write a date or instant from 1900"):
        asset.save()


@pytest.mark.parametrize(
    "value", ["a\x00", "a\ud800", {"a\x00": 1}, [float("nan")], 10**30, {"deep": [{"x": "\udfff"}]}]
)
def test_what_a_database_cannot_keep_is_no_value_of_a_field(value):
    schema = {"type": "object", "properties": {}}
    assert problems(schema, {"field": value}, complete=True) != []


@pytest.mark.parametrize(
    "url", ["/\\evil.example", "//evil.example", "https://ex ample.com/", "javascript:alert(1)", "x"]
)
def test_addresses_that_mislead_are_refused(url):
    with pytest.raises(ValidationError) as error:
        JourneyFactory(closing_url=url, closing_label="Go")
    assert [e.code for e in error.value.error_dict["closing_url"]] == ["url_scheme"]
