"""The admin is in one language, whatever the browser asks for: words, months, formats and the scripts' own."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from content.models import Asset
from tests.drafts import draft

pytestmark = pytest.mark.django_db
ASKED = ["nb-NO,nb;q=0.9", "sv-SE", "de"]
PAGES = ["admin:index", "admin:content_asset_changelist", "admin:content_asset_add", "admin:content_pin_add"]


def page(client, address, language):
    return client.get(address, headers={"Accept-Language": language})


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize("name", [*PAGES, "admin:login", "admin:jsi18n"])
def test_pages_are_the_same_whatever_language_is_asked_for(admin_client, client, world, name, language):
    browser = client if name == "admin:login" else admin_client
    responses = [page(browser, reverse(name), other) for other in ("en", language)]

    plain, other = (response.content.decode() for response in responses)
    for secret in ("csrfmiddlewaretoken", "csrf_token"):
        plain, other = (_without_line(text, secret) for text in (plain, other))
    assert other == plain
    assert "Vary" not in responses[1] or "Accept-Language" not in responses[1]["Vary"]


def _without_line(text, word):
    return "\n".join(line for line in text.splitlines() if word not in line)


@pytest.mark.parametrize("language", ASKED)
def test_form_of_an_asset_is_english_in_every_browser(admin_client, world, language):
    asset = draft("see")
    Asset.objects.update(created_at=datetime(2031, 5, 3, 10, 5, tzinfo=UTC))

    html = page(admin_client, reverse("admin:content_asset_change", args=[asset.pk]), language).content.decode()

    assert '<html lang="en"' in html
    assert "Save and continue editing" in html
    assert "2031-05-03 12:05" in html


def test_dates_are_never_read_month_first(admin_client, world):
    asset = draft("see")
    address = f"{reverse('admin:content_asset_publish')}?ids={asset.pk}"
    data = {"locales": [asset.translations.get().locale_id], "live_from_1": "10:00"}

    refused = admin_client.post(address, {**data, "live_from_0": "3/4/2031"})
    assert refused.context["form"].errors["live_from"] == ["Enter a valid date."]

    for day in ("2031-04-03", "3.4.2031"):
        admin_client.post(address, {**data, "live_from_0": day})
        edition = asset.editions.latest("pk")
        assert edition.live_from == datetime(2031, 4, 3, 8, tzinfo=UTC)


def test_language_of_one_page_is_not_that_of_the_next_request(admin_client, world):
    page(admin_client, reverse("admin:index"), "nb")

    assert translation.get_language() == "en"
