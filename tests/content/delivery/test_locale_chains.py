"""Chains of fallbacks: what is bound to a market, and languages and chains that are added or changed later."""

import pytest

from content.models import Locale
from content.publishing.publish import publish, withdraw
from content.showings.locales import put_locale
from tests.content.delivery.languages import DAY, EVERY, URL, by_slug, listed, rewrite, same, served, walked, written
from tests.factories import TranslationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_a_market_bound_text_is_skipped_and_the_chain_goes_on_past_it(api, at):
    """Elsewhere prices and legal texts of one country are shown in another that has no own."""
    texts = {"en": "English", "da": {"title": "Dansk pris", "slug": "pris", "market_bound": True}}
    asset = written(texts=texts)
    publish(asset, at=at)
    english, danish = ("English", "en"), ("Dansk pris", "da")
    assert served(api, asset) == {"en": english, "sv": english, "da": danish, "nb": english}
    assert {code: walked(api, code, ordering="title") for code in EVERY} == {
        **same(("en", "sv", "nb"), (["English"], {1})),
        "da": (["Dansk pris"], {1}),
    }
    assert [by_slug(api, "pris", code) and by_slug(api, "pris", code)[0] for code in ("da", "nb")] == [
        "Dansk pris",
        "English",
    ]


def test_content_bound_to_one_market_is_nowhere_else(api, at):
    """Elsewhere content for one country is found by address, or counted, in all others."""
    bound = {"title": "English law", "slug": "law", "market_bound": True}
    law = written("do", texts={"en": bound}, steps=[("contact", {"en": "Ask"}, "/ask")])
    page = written(texts={"en": "Page"}, steps=[("learn_more", {"en": "The law"}, law)])
    publish([law, page], at=at)
    assert served(api, law) == {"en": ("English law", "en"), "da": None, "nb": None, "sv": None}
    assert {code: walked(api, code, stage="do") for code in EVERY} == {
        "en": (["English law"], {1}),
        **same(("da", "nb", "sv"), ([], {0})),
    }
    assert [by_slug(api, "law", code) for code in EVERY] == [("English law", None), None, None, None]
    authored = {
        code: [
            step["label"]
            for step in api.get(f"{URL}{page.public_id}/next/", {"locale": code}).json()["results"]
            if step["source"] == "authored"
        ]
        for code in EVERY
    }
    assert authored == {"en": ["The law"], "da": [], "nb": [], "sv": []}


def test_a_text_that_is_no_longer_market_bound_is_shared_again(api, at, locales):
    """Elsewhere what is kept from other languages once is kept from them for ever, or never."""
    asset = written(texts={"da": {"title": "Bundet", "market_bound": True}})
    publish(asset, at=at)
    before = served(api, asset)
    rewrite(asset, "da", title="Fri", market_bound=False)
    publish(asset, at=at + DAY)
    assert (before["nb"], served(api, asset)["nb"]) == (None, ("Fri", "da"))


def test_a_fallback_of_a_fallback_is_looked_up_to_the_end(api, at, locales):
    """Elsewhere only the default language stands in, or only one step of the chain is tried."""
    nynorsk = put_locale(Locale(code="nn", title="Nynorsk", fallback=locales["nb"]))
    asset = written(texts={"en": {"title": "English", "slug": "english"}})
    publish(asset, at=at)
    item = api.get(f"{URL}guide/english/", {"locale": nynorsk.code}).json()
    assert (item["title"], item["locale"], item["match"]["locale"]) == (
        "English",
        {"requested": "nn", "served": "en"},
        "fallback",
    )
    assert walked(api, "nn") == (["English"], {1})


def test_a_language_added_later_shows_what_its_chain_holds_at_once(api, at, locales):
    """Elsewhere a language added later shows nothing until everything is saved again."""
    asset = written(texts={"en": {"title": "English", "slug": "old"}, "da": "Dansk"})
    publish(asset, at=at)
    rewrite(asset, "en", slug="new")
    publish(asset, locales=[locales["en"]], at=at + DAY)
    put_locale(Locale(code="fi", title="Suomi", fallback=locales["en"]))
    put_locale(Locale(code="fo", title="Føroyskt", fallback=locales["da"]))
    put_locale(Locale(code="is", title="Íslenska"))
    assert {code: walked(api, code) for code in ("fi", "fo", "is")} == {
        "fi": (["English"], {1}),
        "fo": (["Dansk"], {1}),
        "is": ([], {0}),
    }
    assert by_slug(api, "old", "fi") == ("English", "/guide/new")


def test_a_language_added_later_is_published_like_any_other(api, at, locales):
    """Elsewhere content made before a language was added cannot be published in it."""
    asset = written(texts={"en": "English"})
    publish(asset, at=at)
    finnish = put_locale(Locale(code="fi", title="Suomi", fallback=locales["en"]))
    TranslationFactory(asset=asset, locale=finnish, title="Suomeksi")
    publish(asset, locales=[finnish], at=at + DAY)
    assert (listed(api, "fi"), listed(api, "en"), listed(api, "da")) == (["Suomeksi"], ["English"], ["English"])


def test_another_default_language_answers_those_who_name_none_and_moves_no_text(api, at, locales):
    """Elsewhere changing the default language orphans everything written in the old one."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    before = served(api, asset)
    for code, is_default in (("en", False), ("da", True)):
        locales[code].is_default = is_default
        put_locale(locales[code])
    answer = api.get(URL).json()
    assert ([item["title"] for item in answer["results"]], answer["context"]["locale"]) == (["Dansk"], "da")
    assert api.get("/api/v1/").json()["default_locale"] == "da"
    assert served(api, asset) == before


def test_another_chain_is_followed_at_once(api, at, locales):
    """Elsewhere a changed fallback is only honoured by what is published after it."""
    asset = written(texts={"en": "English", "sv": "Svenska"})
    publish(asset, at=at)
    seen = []
    for fallback in (locales["sv"], None, locales["en"]):
        locales["da"].fallback = fallback
        put_locale(locales["da"])
        seen.append((listed(api, "da"), listed(api, "nb"), served(api, asset)["nb"]))
    swedish, english = ["Svenska"], ["English"]
    assert seen == [
        (swedish, swedish, ("Svenska", "sv")),
        ([], [], None),
        (english, english, ("English", "en")),
    ]


def test_a_chain_changed_later_answers_and_goes_on_answering_through_the_next_publish(api, at, locales):
    """Elsewhere the next publish brings the old chain back."""
    asset = written(texts={"en": "English", "sv": "Svenska"})
    publish(asset, at=at)
    locales["da"].fallback = locales["sv"]
    put_locale(locales["da"])
    rewrite(asset, "en", title="English again")
    publish(asset, locales=[locales["en"]], at=at + DAY)
    withdraw(asset, locales=[locales["sv"]], at=at + 2 * DAY)
    assert served(api, asset) == same(EVERY, ("English again", "en"))
