"""Slugs of several languages: each leads every reader to the text in their own, and none leads to two."""

import unicodedata
from urllib.parse import quote

import pytest
from django.utils import timezone

from content.models import Kind
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, withdraw
from tests.content.delivery.languages import DAY, EVERY, URL, by_slug, rewrite, same, served, written
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_fallback_content_is_found_by_its_slug(api, at):
    """Elsewhere the list shows content of the fallback, but its address is not found."""
    publish(written(texts={"en": {"title": "English", "slug": "english"}}), at=at)
    assert {code: by_slug(api, "english", code) for code in EVERY} == same(EVERY, ("English", None))


def test_every_slug_leads_each_reader_to_the_text_in_their_language(api, at):
    """Elsewhere a language switch that keeps the slug ends in nothing, or in the other language."""
    texts = {code: {"title": code, "slug": f"slug-{code}"} for code in ("en", "da", "nb")}
    publish(written(texts=texts), at=at)
    own = {"en": "en", "da": "da", "nb": "nb", "sv": "en"}
    assert {(slug, reader): by_slug(api, f"slug-{slug}", reader) for slug in texts for reader in EVERY} == {
        (slug, reader): (own[reader], None) for slug in texts for reader in EVERY
    }
    assert {slug: by_slug(api, f"slug-{slug}", None) for slug in texts} == {slug: (slug, None) for slug in texts}


def test_a_slug_of_another_language_gives_true_translations_only_where_asked(api, at):
    """Elsewhere an address in one language cannot say whether there is a translation."""
    texts = {code: {"title": code, "slug": f"slug-{code}"} for code in ("en", "da")}
    publish(written(texts=texts), at=at)
    assert {code: by_slug(api, "slug-en", code, locale_fallback="none") for code in EVERY} == {
        "en": ("en", None),
        "da": ("da", None),
        "nb": None,
        "sv": None,
    }
    assert by_slug(api, "slug-da", None, locale_fallback="none") == ("da", None)


@pytest.mark.parametrize("changed", ["en", "da", "nb"])
def test_a_former_slug_of_any_language_leads_every_reader_on(api, at, locales, changed):
    """Elsewhere changing a translated slug leaves no redirect, or one to the default language."""
    texts = {code: {"title": code, "slug": f"slug-{code}"} for code in ("en", "da", "nb")}
    asset = written(texts=texts)
    publish(asset, at=at)
    rewrite(asset, changed, slug="new")
    publish(asset, locales=[locales[changed]], at=at + DAY)
    own = {"en": "en", "da": "da", "nb": "nb", "sv": "en"}
    moved = {f"slug-{code}": "/guide/new" if code == changed else None for code in texts} | {"new": None}
    assert {(slug, reader): by_slug(api, slug, reader) for slug in moved for reader in EVERY} == {
        (slug, reader): (own[reader], moved[slug]) for slug in moved for reader in EVERY
    }
    assert {slug: by_slug(api, slug, None) for slug in moved} == {
        slug: (slug.removeprefix("slug-") if slug != "new" else changed, moved[slug]) for slug in moved
    }


def test_the_slug_of_a_withdrawn_translation_leads_to_what_is_left(api, at, locales):
    """Elsewhere the addresses of a translation that is taken down are dead ends."""
    asset = written(texts={code: {"title": code, "slug": f"slug-{code}"} for code in ("en", "da")})
    publish(asset, at=at)
    withdraw(asset, locales=[locales["da"]], at=at + DAY)
    assert {code: by_slug(api, "slug-da", code) for code in (*EVERY, None)} == same((*EVERY, None), ("en", None))


def test_two_languages_may_exchange_their_slugs(api, at):
    """Elsewhere a former slug redirects even where it is somebody's present one."""
    asset = written(texts={"en": {"title": "en", "slug": "one"}, "da": {"title": "da", "slug": "two"}})
    publish(asset, at=at)
    rewrite(asset, "en", slug="two")
    rewrite(asset, "da", slug="one")
    publish(asset, at=at + DAY)
    found = {(slug, code): by_slug(api, slug, code) for slug in ("one", "two") for code in ("en", "da")}
    assert found == {
        ("one", "en"): ("en", None),
        ("two", "en"): ("en", None),
        ("one", "da"): ("da", None),
        ("two", "da"): ("da", None),
    }
    assert {slug: by_slug(api, slug, None) for slug in ("one", "two")} == {"one": ("da", None), "two": ("en", None)}


def test_the_languages_of_one_asset_may_share_a_slug(api, at):
    """Elsewhere the same word in two languages is refused, or gets a number behind it."""
    Kind.objects.filter(slug="guide").update(url_templates={"": "/{locale}/guide/{slug}"})
    asset = written(texts={code: {"title": code, "slug": "marketing"} for code in ("en", "da", "sv")})
    publish(asset, at=at)
    assert by_slug(api, "marketing", None) == ("en", None)
    own = {"en": "en", "da": "da", "nb": "da", "sv": "sv"}
    assert {code: by_slug(api, "marketing", code) for code in EVERY} == {
        code: (title, None) for code, title in own.items()
    }


def test_two_assets_never_answer_at_one_address_in_any_language(api, at):
    """Elsewhere the same slug in two languages answers with the wrong page, or fails on finding two."""
    dog = written(texts={"en": {"title": "Dog", "slug": "dog"}, "da": {"title": "Hund", "slug": "hund"}})
    publish(dog, at=at)
    breed = written(texts={"en": {"title": "Breed", "slug": "breed"}, "sv": {"title": "Ras", "slug": "hund"}})
    with pytest.raises(PublishRefused) as refused:
        publish(breed, at=at + DAY)
    found = [(f.code, f.locale, f.field) for f in refused.value.findings if f.refuses]
    assert found == [("slug_taken", "sv", "slug")]
    assert {code: by_slug(api, "hund", code) for code in EVERY} == {
        **same(("da", "nb"), ("Hund", None)),
        **same(("en", "sv"), ("Dog", None)),
    }
    assert served(api, breed) == same(EVERY, None)


def test_of_two_assets_in_one_publish_the_second_to_ask_for_a_slug_is_refused(api, at):
    """Elsewhere two texts that go live together end up at one address."""
    pair = [written(texts={code: {"title": code, "slug": "cane"}}) for code in ("en", "da")]
    with pytest.raises(PublishRefused) as refused:
        publish(pair, at=at)
    found = [(f.code, f.asset, f.locale) for f in refused.value.findings if f.refuses]
    assert found == [("slug_taken", pair[1].public_id, "da")]
    assert [by_slug(api, "cane", code) for code in EVERY] == [None] * 4


def test_two_kinds_may_share_a_slug(api, at):
    """Elsewhere slugs collide across content types that have addresses of their own."""
    KindFactory(slug="faq")
    guide = written(texts={"en": {"title": "Guide", "slug": "grill"}})
    publish([guide, written(texts={"da": {"title": "Spørgsmål", "slug": "grill"}}, kind="faq")], at=at)
    assert {code: (by_slug(api, "grill", code), by_slug(api, "grill", code, kind="faq")) for code in EVERY} == {
        **same(("en", "sv"), (("Guide", None), None)),
        **same(("da", "nb"), (("Guide", None), ("Spørgsmål", None))),
    }


def test_a_scheduled_slug_of_one_language_is_hidden_from_all_until_its_time(api, locales):
    """Elsewhere the address of a scheduled text betrays it before its time, in one language or another."""
    now = timezone.now()
    asset = written(texts={code: {"title": code, "slug": f"slug-{code}"} for code in ("en", "da")})
    publish(asset, at=now - 5 * DAY)
    for code, slug, starts in (("da", "soon", now + DAY), ("en", "begun", now - DAY)):
        rewrite(asset, code, slug=slug)
        publish(asset, locales=[locales[code]], live_from=starts, at=now - (4 if code == "da" else 3) * DAY)
    assert {slug: [by_slug(api, slug, code) for code in EVERY] for slug in ("soon", "slug-da", "begun", "slug-en")} == {
        "soon": [None] * 4,
        "slug-da": [("en", None), ("da", None), ("da", None), ("en", None)],
        "begun": [("en", None), ("da", None), ("da", None), ("en", None)],
        "slug-en": [(title, "/guide/begun") for title in ("en", "da", "da", "en")],
    }
    assert {slug: by_slug(api, slug, None) for slug in ("soon", "slug-da", "begun", "slug-en")} == {
        "soon": None,
        "slug-da": ("da", None),
        "begun": ("en", None),
        "slug-en": ("en", "/guide/begun"),
    }


@pytest.mark.parametrize("slug", ["smørrebrød-på-grill", "гриль", "日本の夏", "مشويات", "ny_grill-2"])
def test_slugs_of_an_older_rule_are_published_and_found_in_any_alphabet(api, at, slug):
    asset = written(texts={"da": {"title": "Dansk"}})
    rewrite(asset, "da", slug=slug)
    publish(asset, at=at)
    found = api.get(f"{URL}guide/{quote(slug)}/", {"locale": "nb"}).json()
    assert (found["slug"], found["url"], found["moved_to"]) == (slug, f"/guide/{slug}", None)


def test_a_slug_is_found_however_its_accents_are_typed(api, at):
    """Elsewhere an address copied from a machine that takes letters apart is not found."""
    asset = written(texts={"da": {"title": "Dansk"}})
    rewrite(asset, "da", slug="på-grill")  # of an older rule
    publish(asset, at=at)
    apart = unicodedata.normalize("NFD", "på-grill")
    assert (apart != "på-grill", by_slug(api, apart, "nb")) == (True, ("Dansk", "/guide/på-grill"))


def test_a_text_has_one_address_whoever_reads_it(api, at):
    """Elsewhere a fallback gives the same text a second address in every language."""
    Kind.objects.filter(slug="guide").update(url_templates={"": "/guide/{slug}", "da": "/vejledning/{slug}"})
    texts = {"en": {"title": "English", "slug": "english"}, "da": {"title": "Dansk", "slug": "dansk"}}
    publish(written(texts=texts), at=at)
    found = {code: api.get(URL, {"locale": code}).json()["results"][0]["url"] for code in EVERY}
    assert found == {
        "en": "/guide/english",
        "sv": "/guide/english",
        "da": "/vejledning/dansk",
        "nb": "/vejledning/dansk",
    }
