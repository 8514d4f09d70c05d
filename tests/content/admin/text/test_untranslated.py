"""A text that still has another language's words is known as a copy, and says so before readers are told otherwise."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from content.admin.text.translation import nearest_locale
from content.models import Asset, Locale, Translation
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import check, publish, restore, withdraw
from tests.admin_pages import form_of, page
from tests.content.publishing.test_gates import codes
from tests.drafts import draft
from tests.factories import TranslationFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BODY = "<p>Light it early, and let it burn down.</p>"


@pytest.fixture
def asset(world):
    return draft("see", slug="fire", title="Fire", summary="How to light it.", body=BODY)


def add(client, asset, code, **words):
    where = f"{page('content_translation_add')}?asset={asset.pk}&locale={Locale.objects.get(code=code).pk}"
    client.post(where, {**form_of(client, where), **words})
    return Translation.objects.get(asset=asset, locale__code=code)


def findings_of(asset, code):
    return [(one.weight.value, one.message) for one in check(asset) if (one.code, one.locale) == ("untranslated", code)]


def test_new_language_is_marked_as_the_copy_it_begins_as(admin_client, asset):
    text = add(admin_client, asset, "nb")

    assert text.copied_from.code == "en"
    assert findings_of(asset, "nb") == [
        ("warning", "Copied from English (en), not yet translated: write it in Norsk bokmål."),
    ]
    assert findings_of(asset, "en") == []


def test_copy_stays_one_when_the_original_is_rewritten(admin_client, asset):
    text = add(admin_client, asset, "nb", title="Bål")
    asset.translations.filter(locale__code="en").update(body="<p>Other words.</p>")

    assert len(findings_of(asset, "nb")) == 1

    text.body = "<p>Tenn tidlig, og la det brenne ned.</p>"
    text.save()
    assert findings_of(asset, "nb") == []


def test_copy_of_the_nearest_language_is_told_as_such(admin_client, asset):
    add(admin_client, asset, "da", body="<p>Tænd tidligt.</p>")

    assert add(admin_client, asset, "nb").copied_from.code == "da"
    assert [one.locale.code for one in nearest_locale(asset, Locale.objects.get(code="nb").pk)] == ["nb", "da", "en"]


def test_market_bound_copy_is_refused_by_every_road(admin_client, asset):
    add(admin_client, asset, "nb", market_bound="on")

    with pytest.raises(PublishRefused) as refused:
        publish(asset)

    [finding] = [one for one in refused.value.findings if one.code == "untranslated"]
    assert (finding.locale, finding.field, finding.weight.value) == ("nb", "body", "refusal")
    publish(asset, locales=[Locale.objects.get(code="en")])
    assert list(asset.editions.values_list("locale__code", flat=True)) == ["en"]


@pytest.mark.parametrize(
    ("english", "norwegian", "is_copy"),
    [
        ({"body": BODY}, {"body": f"{BODY[:3]}\n{BODY[3:]}"}, True),
        ({"body": BODY}, {"body": BODY.replace("Light", "Tenn")}, False),
        ({"body": BODY, "title": "Fire"}, {"body": BODY, "title": "Bål"}, True),
        ({"title": "Ember One"}, {"title": "Ember One"}, False),
        ({"title": "Ember One", "fields": {"sku": "A1", "price": {"amount": 5, "currency": "EUR"}}},) * 2 + (False,),
        ({"title": "Fire", "summary": "How to light it."},) * 2 + (True,),
        ({"title": "Fire", "summary": "How to light it."}, {"title": "Bål", "summary": "How to light it."}, False),
        ({"title": "Said", "fields": {"quote": "As hot as it gets."}},) * 2 + (True,),
        ({"title": "A", "body": "<figure><img src='/x.png' alt=''></figure>"},) * 2 + (False,),
    ],
)  # fmt: skip
def test_words_that_another_language_has_are_told_by_every_door(world, english, norwegian, is_copy):
    asset = draft("see", **english)
    TranslationFactory(asset=asset, locale=Locale.objects.get(code="nb"), **norwegian)

    assert ("untranslated" in codes(check(asset, locales=[Locale.objects.get(code="nb")]))) is is_copy
    assert findings_of(asset, "en") == []


def test_default_language_is_the_original_in_whatever_order_they_came(world):
    asset = draft("see", locales=("nb", "sv", "en"), summary="How to light it.", title="Fire")

    results = [one.locale for one in check(asset) if one.code == "untranslated"]

    assert results == ["nb", "sv"]


def test_bulk_line_is_judged_alike(world, tmp_path, capsys):

    words = {"title": "Fire", "body": BODY}
    texts = [{"locale": code, "slug": f"fire-{code}", **words} for code in ("nb", "en")]
    steps = [{"intent": "learn_more", "label": "More", "target": {"url": "/more"}}]
    line = {
        "key": "fire",
        "kind": "guide",
        "placements": [{"journey": "see-think-do-care", "stage": "see"}],
        "translations": [{**text, "next_steps": steps} for text in texts],
        "publish": {},
    }
    (tmp_path / "lines.jsonl").write_text(json.dumps(line))

    call_command("load_content", str(tmp_path / "lines.jsonl"))

    stored = {
        edition.locale.code: [one["code"] for one in edition.warnings] for edition in Asset.objects.get().editions.all()
    }
    assert "untranslated" in stored["nb"]
    assert "untranslated" not in stored["en"]


def test_restored_words_are_not_asked_about_again(admin_client, asset, at):

    add(admin_client, asset, "nb")
    publish(asset, at=at)
    withdraw(asset, at=at + DAY)

    restored = restore(asset.editions.get(locale__code="nb"), at=at + 2 * DAY)

    assert "untranslated" not in [one["code"] for one in restored.warnings]


def test_pages_of_the_asset_say_which_text_is_a_copy(admin_client, asset):
    text = add(admin_client, asset, "nb")

    own = admin_client.get(page("content_asset_change", asset.pk))
    written = admin_client.get(page("content_translation_change", text.pk))
    listed = own.content.decode()

    assert [(tab.code, tab.is_copy) for tab in own.context["tabs"]] == [
        ("", False),
        ("da", False),
        ("en", False),
        ("nb", True),
        ("sv", False),
    ]
    assert "copied from en, not yet translated" in listed
    assert "Copied from English (en), not yet translated" in written.content.decode()
