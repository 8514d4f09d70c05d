"""An address is answered in the language whose slug it is, unless another is asked for; ``moved_to`` is a rename."""

from datetime import timedelta

import pytest
import time_machine

from content.models import Kind, Locale
from content.publishing.publish import publish, withdraw
from tests.drafts import draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def prefixed(kind):
    Kind.objects.update(url_templates={"": "/{locale}/guide/{slug}"})


def guide(*codes, **words):
    return draft("see", locales=codes, **words)


def rename(asset, code, slug, *, at):
    asset.translations.filter(locale__code=code).update(slug=slug)
    publish(asset, locales=[Locale.objects.get(code=code)], at=at)


def languages_of(api, slug, extra=None, **parameters):
    """The languages asked for and served, and ``moved_to``; ``None`` where there is nothing."""
    item = api.get(f"{URL}guide/{slug}/", parameters, **(extra or {})).json()
    return (item["locale"]["requested"], item["locale"]["served"], item["moved_to"]) if "id" in item else None


@pytest.mark.parametrize(
    ("default", "written", "expected"),
    [
        ("en", ("en", "da", "nb", "sv"), "en"),  # the default
        ("nb", ("en", "da", "sv"), "da"),  # the first that it falls back to
        ("nb", ("en", "sv"), "en"),
        ("sv", ("da", "nb"), "da"),  # by code, where the default falls back to neither
    ],
)
def test_of_several_whose_slug_it_is_the_preferred_answers(api, at, default, written, expected):
    Locale.objects.update(is_default=False)
    Locale.objects.filter(code=default).update(is_default=True)
    asset = guide(*written)
    asset.translations.update(slug="same")
    publish(asset, at=at)
    assert languages_of(api, "same") == (expected, expected, None)
    publish(guide("sv", slug="other"), at=at + DAY)
    assert languages_of(api, "other") == ("sv", "sv", None)


def test_of_several_that_had_a_slug_the_last_one_answers(api, at):
    asset = guide("en", "da", "nb")
    asset.translations.update(slug="old")
    publish(asset, at=at)
    for number, code in enumerate(("da", "en", "nb"), start=1):
        assert languages_of(api, "old")[2] is None
        rename(asset, code, f"new-{code}", at=at + number * DAY)
    assert languages_of(api, "old") == ("nb", "nb", "/nb/guide/new-nb")
    assert languages_of(api, "old", locale="en") == ("en", "en", "/nb/guide/new-nb")


def test_what_had_a_slug_and_is_gone_leads_to_what_its_readers_are_shown(api, at, locales):
    asset = guide("en", "da", "nb", slug="text")
    publish(asset, at=at)
    rename(asset, "nb", "new-nb", at=at + DAY)
    withdraw(asset, locales=[locales["nb"]], at=at + 2 * DAY)
    assert {slug: languages_of(api, slug) for slug in ("text-nb", "new-nb")} == {
        "text-nb": ("nb", "da", None),
        "new-nb": ("nb", "da", None),
    }
    assert languages_of(api, "new-nb", locale_fallback="none") is None
    asset.translations.filter(locale__code="nb").update(slug="again")
    publish(asset, locales=[locales["nb"]], at=at + 3 * DAY)
    moved = ("nb", "nb", "/nb/guide/again")
    assert {slug: languages_of(api, slug) for slug in ("text-nb", "new-nb")} == {"text-nb": moved, "new-nb": moved}
    withdraw(asset, at=at + 4 * DAY)
    assert {slug: languages_of(api, slug) for slug in ("text-nb", "text-en", "again")} == dict.fromkeys(
        ("text-nb", "text-en", "again")
    )


def test_past_and_future_states_snapshots_and_drafts_are_asked_alike(api, at, preview):
    asset = guide("en", "nb", slug="text")
    publish(asset, at=at)
    with time_machine.travel(at + DAY / 2, tick=False):
        token = api.get(f"{URL}guide/text-nb/").json()["snapshot"]
    rename(asset, "nb", "new", at=at + DAY)
    asset.translations.filter(locale__code="nb").update(slug="draft")
    with time_machine.travel(at + DAY + DAY / 48, tick=False):
        assert languages_of(api, "text-nb") == ("nb", "nb", "/nb/guide/new")
        assert languages_of(api, "text-nb", snapshot=token) == ("nb", "nb", None)
        assert languages_of(api, "new", snapshot=token) is None
        assert languages_of(api, "text-nb", preview, as_of=(at + DAY / 2).isoformat()) == ("nb", "nb", None)
        assert languages_of(api, "new", preview, as_of=(at + 9 * DAY).isoformat()) == ("nb", "nb", None)
        slugs = ("draft", "new", "text-nb", "text-en")
        assert {slug: languages_of(api, slug, preview, draft="true") for slug in slugs} == {
            "draft": ("nb", "nb", None),
            "new": ("nb", "nb", "/nb/guide/draft"),
            "text-nb": ("nb", "nb", "/nb/guide/draft"),
            "text-en": ("en", "en", None),
        }
        answers = {slug: languages_of(api, slug, preview, draft="true", locale="en") for slug in slugs}
        assert answers == {
            "draft": ("en", "en", None),
            "new": ("en", "en", "/nb/guide/draft"),
            "text-nb": ("en", "en", "/nb/guide/draft"),
            "text-en": ("en", "en", None),
        }


def test_all_of_the_answer_is_in_that_language(api, at):
    target = draft("think", locales=("en", "nb"), slug="choose")
    target.translations.filter(locale__code="nb").update(title="Velg")
    asset = guide("en", "nb", slug="text", steps=(("compare", target),))
    publish([target, asset], at=at)
    answer = api.get(f"{URL}guide/text-nb/")
    assert answer.json() == api.get(f"{URL}guide/text-nb/", {"locale": "nb"}).json()
    assert answer.json()["next_steps"][0]["target"]["url"] == "/nb/guide/choose-nb"
    assert answer["Surrogate-Key"] == api.get(f"{URL}guide/text-nb/", {"locale": "nb"})["Surrogate-Key"]


def test_a_rename_is_told_with_a_tag_of_its_own(api, at, locales):
    asset = guide("en", "nb", slug="text")
    publish(asset, at=at)
    before = api.get(f"{URL}guide/text-nb/")
    rename(asset, "nb", "new", at=at + DAY)
    after = api.get(f"{URL}guide/text-nb/", headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after.json()["moved_to"]) == (200, "/nb/guide/new")
    again = api.get(f"{URL}guide/text-nb/", headers={"If-None-Match": after["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("slug", "parameters", "queries"),
    [
        ("text-nb", {}, 1),
        ("text-en", {}, 1),
        ("text-nb", {"locale": "nb"}, 1),
        ("text-nb", {"locale": "en"}, 2),  # whose slug it is
        ("old", {}, 3),  # nobody's now, who had it last, what is shown
        ("never", {}, 2),
        ("never", {"locale": "nb"}, 1),
    ],
)
def test_one_statement_finds_what_has_the_slug(api, at, slug, parameters, queries, django_assert_num_queries):
    asset = guide("en", "nb", slug="old")
    asset.translations.filter(locale__code="nb").update(slug="old")
    publish(asset, at=at)
    asset.translations.filter(locale__code="en").update(slug="text-en")
    rename(asset, "nb", "text-nb", at=at + DAY)
    publish(asset, at=at + 2 * DAY)
    with django_assert_num_queries(queries):
        api.get(f"{URL}guide/{slug}/", {**parameters, "omit": "next_steps"})
