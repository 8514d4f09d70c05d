"""Languages as readers meet them: each test keeps a promise that multilingual content elsewhere often breaks."""

import pytest
from django.utils import timezone

from content.models import Edition, Kind, Locale, NextStep
from content.publishing.publish import publish, reschedule, restore, withdraw
from journeys.models import Channel, Journey, Touchpoint
from tests.content.delivery.languages import (
    DAY,
    EVERY,
    ORDERINGS,
    URL,
    by_slug,
    listed,
    rewrite,
    same,
    served,
    walked,
    written,
)
from tests.drafts import draft, stage
from tests.factories import KindFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.mark.parametrize(
    "parameters", ["kind", "term", "term__all", "stage", "stage__all", "phase", "segment", "id__in"]
)
def test_every_filter_finds_what_is_served_in_a_fallback(api, at, parameters):
    """Elsewhere a filter on a value that comes from the fallback finds nothing."""
    food = TermFactory(vocabulary=VocabularyFactory(slug="topic"), slug="food")
    asset = written(texts={"en": "Only English"}, segments=("families",))
    asset.terms.set([food])
    publish(asset, at=at)
    values = {"kind": "guide", "stage": "see", "phase": "awareness", "segment": "families", "id__in": asset.public_id}
    value = values.get(parameters.removesuffix("__all"), "topic:food")
    assert {code: listed(api, code, **{parameters: value}) for code in EVERY} == same(EVERY, ["Only English"])


def test_term_filters_judge_the_text_that_is_shown(api, at):
    """Elsewhere a filter looks at one language's values and answers with another's."""
    topic = VocabularyFactory(slug="topic")
    food, travel = (TermFactory(vocabulary=topic, slug=slug) for slug in ("food", "travel"))
    asset = written(texts={"en": "English", "da": "Dansk"})
    asset.terms.set([food])
    publish(asset, at=at)
    asset.terms.set([travel])
    publish(asset, locales=[Locale.objects.get(code="da")], at=at + DAY)
    queries = [("term", "topic:food"), ("term", "topic:travel"), ("term__none", "topic:food")]
    assert {code: [listed(api, code, **{name: value}) for name, value in queries] for code in EVERY} == {
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
    queries = [{"stage": "see"}, {"stage": "care"}, {"stage__none": "see"}]
    assert {code: [listed(api, code, **one) for one in queries] for code in EVERY} == {
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
@pytest.mark.parametrize("parameters", [{}, {"stage": "see,care"}])
def test_pages_and_counts_hold_each_asset_once_whatever_languages_it_has(api, at, ordering, parameters):
    """Elsewhere a list has one item per language: doubled on the pages, and in the count."""
    asset = written("see", "care", texts={code: f"a {code}" for code in EVERY})
    publish([asset, written(texts={"en": "b en"}), written("care", texts={"en": "c en", "da": "c da"})], at=at)
    expected = {
        "en": ["a en", "b en", "c en"],
        "da": ["a da", "b en", "c da"],
        "nb": ["a nb", "b en", "c da"],
        "sv": ["a sv", "b en", "c en"],
    }
    for code in EVERY:
        titles, counts = walked(api, code, ordering=ordering, **parameters)
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
    queries = [{"stage": "see"}, {"stage__none": "see"}, {"stage__all": "care"}]
    assert {code: [listed(api, code, locale_fallback="none", **one) for one in queries] for code in EVERY} == {
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
    locales_of = {
        code: [(item["locale"], item["match"]["locale"]) for item in api.get(URL, {"locale": code}).json()["results"]]
        for code in EVERY
    }
    assert locales_of == {
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
    ("starts", "ends", "expected"),
    [(1, 2, ("Dansk", "da")), (-1, 1, ("Norsk", "nb")), (-2, -1, ("Dansk", "da"))],
)
def test_one_language_alone_is_scheduled_and_expires_over_its_fallback(api, locales, starts, ends, expected):
    """Elsewhere a schedule holds for all languages, or only works for the default one."""
    now = timezone.now()
    asset = written(texts={"da": "Dansk", "nb": "Norsk"})
    publish(asset, locales=[locales["da"]], at=now - 5 * DAY)
    window = {"live_from": now + starts * DAY, "live_until": now + ends * DAY}
    publish(asset, locales=[locales["nb"]], **window, at=now - 4 * DAY)
    assert served(api, asset) == {"en": None, "sv": None, "da": ("Dansk", "da"), "nb": expected}
    assert listed(api, "nb") == [expected[0]]


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
