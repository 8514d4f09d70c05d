"""Languages as readers meet them: each test keeps a promise that multilingual content elsewhere often breaks."""

import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from content.models import Edition, Kind, Locale, NextStep
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, reschedule, restore, withdraw
from content.showings.locales import put_locale
from journeys.models import Channel, Journey, Touchpoint
from tests.drafts import draft, stage
from tests.factories import KindFactory, TermFactory, TouchpointFactory, TranslationFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
URL = "/api/v1/content/"
EVERY = ("en", "da", "nb", "sv")  # da → en, nb → da → en, sv → en
ORDERINGS = ("relevance", "-published_at", "published_at", "title")


def same(codes, value):
    return dict.fromkeys(codes, value)


def written(*stages, texts, steps=(), **tags):
    """A draft whose words differ by locale: ``texts`` maps a code to a title, or to all the words it has."""
    asset = draft(*(stages or ("see",)), locales=(), **tags)
    for code, words in texts.items():
        own = {"title": words} if isinstance(words, str) else words
        text = TranslationFactory(asset=asset, locale=Locale.objects.get(code=code), **own)
        for position, (intent, label, target) in enumerate(steps, start=1):
            aim = {"target_url": target} if isinstance(target, str) else {"target_asset": target}
            NextStep.objects.create(translation=text, position=position, intent=intent, label=label[code], **aim)
    return asset


def rewrite(asset, code, **words):
    asset.translations.filter(locale__code=code).update(**words)


def listed(api, locale, **parameters):
    """The titles of the list in ``locale``."""
    return [item["title"] for item in api.get(URL, {"locale": locale, **parameters}).json()["results"]]


def served(api, asset, **parameters):
    """Title and language of what each locale's readers get of ``asset``; ``None`` where there is nothing."""
    answers = {code: api.get(f"{URL}{asset.public_id}/", {"locale": code, **parameters}).json() for code in EVERY}
    return {code: (item["title"], item["locale"]["served"]) if "id" in item else None for code, item in answers.items()}


def by_slug(api, slug, locale, kind="guide", **parameters):
    """(title, moved_to) of what an address leads readers of ``locale`` to; ``None`` where there is nothing.

    Without a locale, in the language whose slug it is.
    """
    asked = {"locale": locale} if locale else {}
    answer = api.get(f"{URL}{kind}/{quote(slug)}/", {**asked, **parameters})
    return (answer.json()["title"], answer.json()["moved_to"]) if answer.status_code == 200 else None


def walked(api, locale, **parameters):
    """All titles, read a page of one at a time, and the counts told on the way."""
    answer = api.get(URL, {"locale": locale, "page_size": 1, "count": "true", **parameters}).json()
    titles, counts = [], []
    while True:
        titles += [item["title"] for item in answer["results"]]
        counts.append(answer["count"])
        if answer["next"] is None:
            return titles, set(counts)
        answer = api.get(answer["next"]).json()


@pytest.mark.parametrize("asked", ["kind", "term", "term__all", "stage", "stage__all", "phase", "segment", "id__in"])
def test_every_filter_finds_what_is_served_in_a_fallback(api, at, asked):
    """Elsewhere a filter on a value that comes from the fallback finds nothing."""
    food = TermFactory(vocabulary=VocabularyFactory(slug="topic"), slug="food")
    asset = written(texts={"en": "Only English"}, segments=("families",))
    asset.terms.set([food])
    publish(asset, at=at)
    values = {"kind": "guide", "stage": "see", "phase": "awareness", "segment": "families", "id__in": asset.public_id}
    value = values.get(asked.removesuffix("__all"), "topic:food")
    assert {code: listed(api, code, **{asked: value}) for code in EVERY} == same(EVERY, ["Only English"])


def test_term_filters_judge_the_text_that_is_shown(api, at):
    """Elsewhere a filter looks at one language's values and answers with another's."""
    topic = VocabularyFactory(slug="topic")
    food, travel = (TermFactory(vocabulary=topic, slug=slug) for slug in ("food", "travel"))
    asset = written(texts={"en": "English", "da": "Dansk"})
    asset.terms.set([food])
    publish(asset, at=at)
    asset.terms.set([travel])
    publish(asset, locales=[Locale.objects.get(code="da")], at=at + DAY)
    asked = [("term", "topic:food"), ("term", "topic:travel"), ("term__none", "topic:food")]
    assert {code: [listed(api, code, **{name: value}) for name, value in asked] for code in EVERY} == {
        "en": [["English"], [], []],
        "sv": [["English"], [], []],
        "da": [[], ["Dansk"], ["Dansk"]],
        "nb": [[], ["Dansk"], ["Dansk"]],
    }


def test_stage_filters_judge_the_text_that_is_shown(api, at, locales):
    """Elsewhere tags are shared, so that publishing one language moves all of them."""
    asset = written(texts={"en": "English", "nb": "Norsk"})
    publish(asset, at=at)
    asset.placements.update(stage=stage("care"))
    publish(asset, locales=[locales["nb"]], at=at + DAY)
    asked = [{"stage": "see"}, {"stage": "care"}, {"stage__none": "see"}]
    assert {code: [listed(api, code, **one) for one in asked] for code in EVERY} == {
        **same(("en", "da", "sv"), [["English"], [], []]),
        "nb": [[], ["Norsk"], ["Norsk"]],
    }


def test_the_kinds_counted_are_those_of_what_is_shown(api, at, locales):
    """Elsewhere the number of hits counts rows of every language."""
    KindFactory(slug="faq")
    publish([written(texts={code: code for code in EVERY}), written(texts={"da": "Dansk"}, kind="faq")], at=at)
    counts = {
        code: [api.get(URL, {"locale": code, "count": "true", "kind": kind}).json()["count"] for kind in kinds]
        for code in EVERY
        for kinds in [("guide", "faq", "guide,faq")]
    }
    assert counts == {"en": [1, 0, 1], "sv": [1, 0, 1], "da": [1, 1, 2], "nb": [1, 1, 2]}


def test_titles_are_sorted_as_they_are_shown(api, at):
    """Elsewhere sorting by a title that comes from the fallback puts it last, or first, or nowhere."""
    publish(
        [
            written(texts={"en": "A in English", "da": "Z på dansk"}),
            written(texts={"en": "M in English"}),
            written(texts={"en": "Z in English", "da": "K på dansk", "nb": "B på norsk"}),
        ],
        at=at,
    )
    assert {code: listed(api, code, ordering="title") for code in EVERY} == {
        "en": ["A in English", "M in English", "Z in English"],
        "sv": ["A in English", "M in English", "Z in English"],
        "da": ["K på dansk", "M in English", "Z på dansk"],
        "nb": ["B på norsk", "M in English", "Z på dansk"],
    }


def test_dates_are_sorted_as_they_are_shown(api, at):
    """Elsewhere lists are sorted by the date of another language than the one that is shown."""
    early, late = ({"published_at": at + days * DAY} for days in (-20, -10))
    publish(
        [
            written(texts={"en": {"title": "one", **early}, "da": {"title": "en", **late}}),
            written(texts={"en": {"title": "two", "published_at": at - 15 * DAY}}),
        ],
        at=at,
    )
    orders = ("-published_at", "published_at", "relevance")
    assert {code: [listed(api, code, ordering=order) for order in orders] for code in ("en", "da", "nb")} == {
        "en": [["two", "one"], ["one", "two"], ["two", "one"]],
        **same(("da", "nb"), [["en", "two"], ["two", "en"], ["en", "two"]]),
    }


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("asked", [{}, {"stage": "see,care"}])
def test_pages_and_counts_hold_each_asset_once_whatever_languages_it_has(api, at, ordering, asked):
    """Elsewhere a list has one item per language: doubled on the pages, and in the count."""
    one = written("see", "care", texts={code: f"a {code}" for code in EVERY})
    publish([one, written(texts={"en": "b en"}), written("care", texts={"en": "c en", "da": "c da"})], at=at)
    expected = {
        "en": ["a en", "b en", "c en"],
        "da": ["a da", "b en", "c da"],
        "nb": ["a nb", "b en", "c da"],
        "sv": ["a sv", "b en", "c en"],
    }
    for code in EVERY:
        titles, counts = walked(api, code, ordering=ordering, **asked)
        assert (sorted(titles), counts) == (expected[code], {3})


@pytest.mark.parametrize("ordering", ORDERINGS)
def test_true_translations_only_are_given_where_they_are_asked_for(api, at, ordering):
    """Elsewhere there is no way to ask what is really translated, or the switch has no effect."""
    both = written(texts={"en": "English", "da": "Dansk"})
    publish([both, written(texts={"en": "Only English"})], at=at)
    strict = {"locale_fallback": "none"}
    found = {code: walked(api, code, ordering=ordering, **strict) for code in EVERY}
    assert {code: (sorted(titles), counts) for code, (titles, counts) in found.items()} == {
        "en": (["English", "Only English"], {2}),
        "da": (["Dansk"], {1}),
        "nb": ([], {0}),
        "sv": ([], {0}),
    }
    assert served(api, both, **strict) == {"en": ("English", "en"), "da": ("Dansk", "da"), "nb": None, "sv": None}


def test_a_filter_over_true_translations_sees_their_own_tags_alone(api, at, locales):
    """Elsewhere the switch for true translations and the filters look at different texts."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    asset.placements.update(stage=stage("care"))
    publish(asset, locales=[locales["da"]], at=at + DAY)
    asked = [{"stage": "see"}, {"stage__none": "see"}, {"stage__all": "care"}]
    assert {code: [listed(api, code, locale_fallback="none", **one) for one in asked] for code in EVERY} == {
        "en": [["English"], [], []],
        "da": [[], ["Dansk"], ["Dansk"]],
        "nb": [[], [], []],
        "sv": [[], [], []],
    }


def test_leaving_out_what_was_seen_works_in_every_language(api, at):
    """Elsewhere each language has its own id, so that what was seen in one comes again in the other."""
    seen = written(texts={"en": "Seen", "da": "Set"})
    publish([seen, written(texts={"en": "Other"})], at=at)
    assert {code: listed(api, code, exclude=seen.public_id) for code in EVERY} == same(EVERY, ["Other"])


def test_the_answer_says_which_language_was_asked_and_which_is_served(api, at):
    """Elsewhere a fallback cannot be told from a translation."""
    publish(written(texts={"da": "Dansk"}), at=at)
    told = {
        code: [(item["locale"], item["match"]["locale"]) for item in api.get(URL, {"locale": code}).json()["results"]]
        for code in EVERY
    }
    assert told == {
        "en": [],
        "sv": [],
        "da": [({"requested": "da", "served": "da"}, "exact")],
        "nb": [({"requested": "nb", "served": "da"}, "fallback")],
    }


@pytest.mark.parametrize("code", ["no", "NB", "nb-NO", "*", "all", "en,da"])
def test_a_language_that_is_not_there_is_refused_and_never_replaced(api, at, code):
    """Elsewhere an unknown language silently answers in the default one."""
    publish(written(texts={"en": "English"}), at=at)
    answer = api.get(URL, {"locale": code})
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [
            {
                "parameter": "locale",
                "code": "unknown_locale",
                "detail": f"Unknown locale '{code}'.",
                "allowed": ["da", "en", "nb", "sv"],
            }
        ],
    )


def test_an_item_is_in_one_language_throughout(api, at):
    """Elsewhere an empty field is filled from another language: a page half in each."""
    full = {"title": "Full", "summary": "Summary", "body": "<p>Body</p>", "seo_title": "SEO"}
    asset = written(texts={"en": full, "da": "Kun titel"})
    think = asset.placements.get().stage
    asset.translations.get(locale__code="en").teasers.create(stage=think, text="Teaser")
    publish(asset, at=at)
    names = ("title", "summary", "body", "seo", "teaser")
    items = {code: api.get(f"{URL}{asset.public_id}/", {"locale": code, "stage": "see"}).json() for code in EVERY}
    english = ("Full", "Summary", "<p>Body</p>", {"title": "SEO", "description": ""}, "Teaser")
    danish = ("Kun titel", "", "", {"title": "", "description": ""}, None)
    assert {code: tuple(item[name] for name in names) for code, item in items.items()} == {
        "en": english,
        "sv": english,
        "da": danish,
        "nb": danish,
    }


def test_publishing_one_language_leaves_the_drafts_of_the_others_unseen(api, at, locales):
    """Elsewhere publishing one language publishes all, or lets their drafts be seen."""
    asset = written(texts={"en": {"title": "English", "slug": "english"}, "da": {"title": "Udkast", "slug": "udkast"}})
    publish(asset, locales=[locales["en"]], at=at)
    assert served(api, asset) == same(EVERY, ("English", "en"))
    assert {code: listed(api, code) for code in EVERY} == same(EVERY, ["English"])
    assert [by_slug(api, "udkast", code) for code in EVERY] == [None] * 4


def test_publishing_one_language_again_leaves_the_others_as_they_were(api, at, locales):
    """Elsewhere each publish of one language marks all of them as published anew."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    rewrite(asset, "en", title="Unfinished")
    rewrite(asset, "da", title="Rettet")
    publish(asset, locales=[locales["da"]], at=at + DAY)
    items = {code: api.get(f"{URL}{asset.public_id}/", {"locale": code}).json() for code in EVERY}
    names = ("title", "published_at", "updated_at")
    english = ("English", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z", 1)
    danish = ("Rettet", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", 2)
    assert {c: (*(item[name] for name in names), item["edition"]["number"]) for c, item in items.items()} == {
        "en": english,
        "sv": english,
        "da": danish,
        "nb": danish,
    }


@pytest.mark.parametrize(
    ("starts", "ends", "shown"),
    [(1, 2, ("Dansk", "da")), (-1, 1, ("Norsk", "nb")), (-2, -1, ("Dansk", "da"))],
)
def test_one_language_alone_is_scheduled_and_expires_over_its_fallback(api, locales, starts, ends, shown):
    """Elsewhere a schedule holds for all languages, or only works for the default one."""
    now = timezone.now()
    asset = written(texts={"da": "Dansk", "nb": "Norsk"})
    publish(asset, locales=[locales["da"]], at=now - 5 * DAY)
    window = {"live_from": now + starts * DAY, "live_until": now + ends * DAY}
    publish(asset, locales=[locales["nb"]], **window, at=now - 4 * DAY)
    assert served(api, asset) == {"en": None, "sv": None, "da": ("Dansk", "da"), "nb": shown}
    assert listed(api, "nb") == [shown[0]]


def test_withdrawing_one_language_leaves_the_others(api, at, locales):
    """Elsewhere taking down one language takes down all of them."""
    asset = written(texts={"en": "English", "da": "Dansk", "sv": "Svenska"})
    publish(asset, at=at)
    withdraw(asset, locales=[locales["da"]], at=at + DAY)
    assert served(api, asset) == {**same(("en", "da", "nb"), ("English", "en")), "sv": ("Svenska", "sv")}


def test_withdrawing_the_source_language_leaves_its_translations(api, at, locales):
    """Elsewhere the default language owns the rest: without it nothing is shown."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    withdraw(asset, locales=[locales["en"]], at=at + DAY)
    assert served(api, asset) == {"en": None, "sv": None, "da": ("Dansk", "da"), "nb": ("Dansk", "da")}
    assert {code: listed(api, code) for code in EVERY} == {"en": [], "sv": [], "da": ["Dansk"], "nb": ["Dansk"]}


def test_a_text_in_no_fallback_language_needs_no_source(api, at):
    """Elsewhere content cannot exist without the default language, or shows as an empty row there."""
    asset = written(texts={"sv": "Endast svenska"})
    publish(asset, at=at)
    assert {code: walked(api, code) for code in EVERY} == {
        **same(("en", "da", "nb"), ([], {0})),
        "sv": (["Endast svenska"], {1}),
    }


def test_what_is_withdrawn_is_gone_in_every_language(api, at):
    """Elsewhere what was taken down is still served in some language."""
    asset = written(texts={code: {"title": code, "slug": f"slug-{code}"} for code in EVERY})
    publish(asset, at=at)
    withdraw(asset, at=at + DAY)
    assert served(api, asset) == same(EVERY, None)
    assert {code: walked(api, code) for code in EVERY} == same(EVERY, ([], {0}))
    assert {by_slug(api, f"slug-{slug}", code) for slug in EVERY for code in EVERY} == {None}


def test_a_withdrawn_translation_does_not_come_back_with_the_next_publish_of_another(api, at, locales):
    """Elsewhere a deleted translation comes back when another language is published."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    withdraw(asset, locales=[locales["da"]], at=at + DAY)
    rewrite(asset, "en", title="English again")
    publish(asset, locales=[locales["en"]], at=at + 2 * DAY)
    assert served(api, asset) == same(EVERY, ("English again", "en"))


def test_a_deleted_draft_stays_published_until_it_is_withdrawn_and_then_is_gone(api, at, locales):
    """Elsewhere a deleted translation is still served and can no longer be taken down."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    asset.translations.get(locale__code="da").delete()
    publish(asset, at=at + DAY)
    before = served(api, asset)
    withdraw(asset, locales=[locales["da"]], at=at + 2 * DAY)
    english, danish = ("English", "en"), ("Dansk", "da")
    assert before == {"en": english, "da": danish, "nb": danish, "sv": english}
    assert served(api, asset) == same(EVERY, english)


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


def test_ways_on_keep_their_labels_and_lead_to_the_readers_own_language(api, at):
    """Elsewhere a fallback page loses its links, or they lead to another language than the reader's."""
    templates = {"": "/guide/{slug}", "da": "/vejledning/{slug}", "nb": "/veiledning/{slug}"}
    Kind.objects.filter(slug="guide").update(url_templates=templates)
    buy = written(
        "do",
        texts={code: {"title": f"Buy {code}", "slug": f"buy-{code}"} for code in ("en", "nb")},
        steps=[("buy", {"en": "Pay", "nb": "Betal"}, "/pay")],
    )
    steps = [("compare", {"en": "See the offer", "da": "Se tilbuddet"}, buy)]
    page = written("think", texts={"en": "Page", "da": "Side"}, steps=steps)
    publish([buy, page], at=at)
    found = {
        code: [
            (step["label"], step["source"], step["target"]["title"], step["target"]["url"])
            for step in api.get(f"{URL}{page.public_id}/", {"locale": code}).json()["next_steps"][:1]
        ]
        for code in EVERY
    }
    assert found == {
        "en": [("See the offer", "authored", "Buy en", "/guide/buy-en")],
        "sv": [("See the offer", "authored", "Buy en", "/guide/buy-en")],
        "da": [("Se tilbuddet", "authored", "Buy en", "/guide/buy-en")],
        "nb": [("Se tilbuddet", "authored", "Buy nb", "/veiledning/buy-nb")],
    }


def test_derived_ways_on_are_named_in_the_readers_language_and_never_twice(api, at):
    """Elsewhere related content comes once per language, or in the default one."""
    page = written(texts={"en": "Page"})
    texts = {"en": "Weigh", "da": "Vej", "nb": "Veie"}
    weigh = written("think", texts=texts, steps=[("compare", same(texts, "Compare"), "/compare")])
    publish([page, weigh], at=at)
    found = {
        code: [
            (step["label"], step["target"]["title"])
            for step in api.get(f"{URL}{page.public_id}/next/", {"locale": code, "stage": "see"}).json()["results"]
            if step["source"] == "derived"
        ]
        for code in EVERY
    }
    assert found == {code: [(title, title)] for code, title in {**texts, "sv": "Weigh"}.items()}


def test_ways_on_lead_to_true_translations_only_where_those_are_asked_for(api, at):
    """Elsewhere the switch for true translations holds for the page and not for what it links to."""
    english = written("do", texts={"en": "English"}, steps=[("buy", {"en": "Pay"}, "/pay")])
    danish = written("do", texts={"da": "Dansk"}, steps=[("buy", {"da": "Betal"}, "/betal")])
    steps = [("compare", {"da": "Til engelsk"}, english), ("compare", {"da": "Til dansk"}, danish)]
    page = written("think", texts={"da": "Side"}, steps=steps)
    publish([english, danish, page], at=at)
    found = {
        fallback: [
            step["target"]["title"]
            for step in api.get(f"{URL}{page.public_id}/next/", {"locale": "da", "locale_fallback": fallback}).json()[
                "results"
            ]
            if step["source"] == "authored"
        ]
        for fallback in ("chain", "none")
    }
    assert found == {"chain": ["English", "Dansk"], "none": ["Dansk"]}


def test_a_way_on_to_what_is_withdrawn_in_the_readers_language_leads_to_its_fallback(api, at, locales):
    """Elsewhere taking down one language breaks the links of that language."""
    goal = written("care", texts={"en": "Goal", "da": "Mål"})
    page = written(texts={"en": "Page", "da": "Side"}, steps=[("learn_more", {"en": "On", "da": "Videre"}, goal)])
    publish([goal, page], at=at)
    withdraw(goal, locales=[locales["da"]], at=at + DAY)
    step = api.get(f"{URL}{page.public_id}/next/", {"locale": "da"}).json()["results"][0]
    assert (step["label"], step["target"]["title"]) == ("Videre", "Goal")


def test_touchpoints_and_closing_steps_are_named_in_the_readers_language(api, at):
    """Elsewhere the names around the content stay in the editors' language."""
    journey, channel = Journey.objects.get(), Channel.objects.first()
    Journey.objects.update(closing_url="/contact", closing_label="Talk to us", closing_labels={"da": "Tal med os"})
    journey.refresh_from_db()
    journey.save()
    TouchpointFactory(slug="desk", title="Desk", titles={"da": "Skranke"}, journey=journey, channel=channel)
    page = draft("care", steps=())
    NextStep.objects.create(
        translation=page.translations.get(), label="Ask", target_touchpoint=Touchpoint.objects.get(slug="desk")
    )
    publish(page, at=at)
    found = {
        code: [
            (step["label"], step["target"].get("title"))
            for step in api.get(f"{URL}{page.public_id}/next/", {"locale": code}).json()["results"]
        ]
        for code in EVERY
    }
    english, danish = [("Ask", "Desk"), ("Talk to us", None)], [("Ask", "Skranke"), ("Tal med os", None)]
    assert found == {"en": english, "sv": english, "da": danish, "nb": danish}


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


def test_an_old_text_of_one_language_is_put_back_alone(api, at, locales):
    """Elsewhere the languages share one history, so that none can be put back without the others."""
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=at)
    for code in ("en", "da"):
        rewrite(asset, code, title=f"{code} again")
    publish(asset, at=at + DAY)
    restore(Edition.objects.get(asset=asset, locale=locales["da"], number=1), at=at + 2 * DAY)
    english, danish = ("en again", "en"), ("Dansk", "da")
    assert served(api, asset) == {"en": english, "sv": english, "da": danish, "nb": danish}


def test_the_end_of_one_language_is_moved_alone(api, locales):
    """Elsewhere an expiry date holds for every language."""
    now = timezone.now()
    asset = written(texts={"en": "English", "da": "Dansk"})
    publish(asset, at=now - 3 * DAY)
    danish = Edition.objects.get(asset=asset, locale=locales["da"])
    reschedule(danish, live_until=now - DAY, at=now - 2 * DAY)
    assert served(api, asset) == same(EVERY, ("English", "en"))


def test_the_language_is_in_the_address_alone(api, at):
    """Elsewhere the language is guessed from a header, and a cache gives it to the next reader."""
    publish(written(texts={"en": "English", "da": "Dansk"}), at=at)
    answers = [api.get(URL, headers={"Accept-Language": language}) for language in ("da", "en", "xx, *;q=0.5")]
    assert {answer.content for answer in answers} == {api.get(URL).content}
    assert [item["title"] for item in answers[0].json()["results"]] == ["English"]
