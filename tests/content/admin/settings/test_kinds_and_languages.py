"""Kinds and languages in the admin: what does not fit is refused in words, what is in use is kept."""

import pytest

from content.models import (
    Kind,
    Locale,
)
from content.publishing.publish import publish
from tests.admin_pages import errors, form_of, messages_of, page
from tests.drafts import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def test_review_is_switched_on_for_a_kind(client, world):
    kind = Kind.objects.get(slug="guide")
    address = page("content_kind_change", kind.pk)

    client.post(address, form_of(client, address) | {"review": "on"})

    kind.refresh_from_db()
    assert kind.review


def test_a_changed_schema_names_the_drafts_that_no_longer_fit(client, world, kind):
    asset = draft("think")
    address = page("content_kind_change", kind.pk)
    schema = '{"type": "object", "properties": {"author": {"type": "string"}}, "required": ["author"]}'

    response = client.post(address, form_of(client, address) | {"schema": schema})

    [line] = [line for line in messages_of(response) if "these fields" in line]
    assert line.startswith("1 text does not match these fields.")
    assert page("content_asset_change", asset.pk) in line


def test_a_schema_that_is_none_is_refused_in_words(client, world, kind):
    address = page("content_kind_change", kind.pk)

    response = client.post(address, form_of(client, address) | {"schema": '{"type": "array"}'})

    assert errors(response) == {"schema": ["Write a JSON Schema of type “object” with “properties”."]}


def test_fields_that_do_not_fit_their_kind_are_refused_in_words(client, world):
    Kind.objects.update(schema={"type": "object", "properties": {"rating": {"type": "integer", "x-localized": False}}})
    asset = draft("think")
    address = page("content_asset_change", asset.pk)

    response = client.post(address, form_of(client, address) | {"fields": '{"rating": "high"}'})

    assert errors(response) == {"fields": ['rating: "high" is not of type "integer"']}


def test_an_asset_whose_kind_asks_for_more_than_the_first_form_has_is_refused_in_words(client, world, kind):
    Kind.objects.update(schema={"type": "object", "properties": {}, "minProperties": 1})

    response = client.post(page("content_asset_add"), {"name": "Grill", "kind": kind.pk})

    assert list(errors(response)) == ["__all__"]


def test_another_fallback_is_shown_to_readers_at_once(client, world, api, locales):
    publish(draft("think", locales=("da",), slug="grill"))
    address = page("content_locale_change", locales["sv"].pk)

    client.post(address, form_of(client, address) | {"fallback": locales["da"].pk})

    assert api.get("/api/v1/content/guide/grill/?locale=sv").json()["locale"]["served"] == "da"


@pytest.mark.parametrize(("code", "result"), [("en", True), ("sv", False)])
def test_a_language_in_use_is_kept_and_another_can_go(client, world, locales, code, result):
    publish(draft("think"))

    client.post(page("content_locale_delete", locales[code].pk), {"post": "yes"})

    assert Locale.objects.filter(code=code).exists() is result


def test_a_second_default_language_is_refused_in_words(client, world, locales):
    address = page("content_locale_change", locales["sv"].pk)

    response = client.post(address, form_of(client, address) | {"is_default": "on"})

    assert errors(response) == {"__all__": ["Another language is the default already. First clear the mark there."]}
