"""What should not be there is cleaned away, or refused in words, at every door; and every export parses."""

import io
import json
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from content.drafts.review import comment
from content.exports.workbook import add_table, new_book, saved
from content.fields import problems
from content.models import Translation, Waiver
from content.publishing.publish import publish
from content.publishing.waivers import waive
from content.richtext import sanitise
from content.tokens import issue_token
from journeys.addresses import validate_address
from journeys.models import Journey, Segment
from journeys.slugs import is_slug, slug_of
from journeys.storable import cleaned
from tests.drafts import draft
from tests.factories import JourneyFactory, KindFactory, SegmentFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
RANGES = [(0, 9), (14, 32), (0x202A, 0x202F), (0x2066, 0x206A), (0xFFFE, 0x10000), (0xD800, 0xE000)]
UNSEEN = "".join(chr(code) for first, end in RANGES for code in range(first, end))
SLUGS = ["UPPER", "аdmin", "ﬁle", "a--b", "-a", "a-", "a_b", "å", "a b", "a.b", "", "a\n"]


def test_what_nobody_sees_goes_and_all_else_stays():
    assert cleaned(f"a{UNSEEN}b\r\nc\rd\te\x0bf\x85g å 👨‍👩‍👧 \u200e\u00ad\u2028") == (
        "ab\nc\nd\te f g å 👨‍👩‍👧 \u200e\u00ad\u2028"
    )
    assert cleaned({"a\x00": ["b\u202e", {"c": 1.5, "d": None}]}) == {"a": ["b", {"c": 1.5, "d": None}]}


def test_models_clean_what_comes_by_any_road(at):
    user = User.objects.create_superuser("chief")
    asset = draft("see", title="A\u202eB", summary="x\x01y", fields={"a": ["b\x02"]}, seo_title="s\ufffe")
    text = asset.translations.get()
    text.refresh_from_db()
    assert (text.title, text.summary, text.fields, text.seo_title) == ("AB", "xy", {"a": ["b"]}, "s")
    assert SegmentFactory(title="F\x07am", titles={"nb": "F\u202d"}).titles == {"nb": "F"}
    assert comment(text, by=user, at=at, text="h\x00i").text == "hi"
    assert issue_token("S\x1fite", scopes=["preview"])[0].name == "Site"
    waive("stage_missing:x:en", reason="w\x08hy", until=at.replace(year=2999), by=user, at=at)
    assert Waiver.objects.get().reason == "why"
    [edition] = publish(asset, at=at, note="n\u2066ote")
    assert edition.publication.note == "note"


def test_what_has_to_say_something_is_not_cleaned_to_nothing():
    with pytest.raises(ValidationError) as refused:
        SegmentFactory(title="\u202e\x01")
    assert set(refused.value.error_dict) == {"title"}


@pytest.mark.parametrize(
    ("page", "words", "things"),
    [
        ("journeys_segment_add", {"slug": "odd", "titles": ""}, Segment.objects.filter(slug="odd")),
        ("auth_group_add", {}, Group.objects.all()),
    ],
)
def test_every_form_of_the_admin_is_cleaned(admin_client, page, words, things):
    unclean = "F\x00a\u202em"
    assert admin_client.post(reverse(f"admin:{page}"), {"title": unclean, "name": unclean, **words}).status_code == 302
    assert [str(one) for one in things.all()] == ["Fam"]


def test_every_export_parses_whatever_is_stored(api):
    journey = JourneyFactory(slug="odd")
    Journey.objects.filter(pk=journey.pk).update(title="a\x01\x0b\ufffe\u202eb")
    ElementTree.fromstring(api.get("/api/v1/journeys/odd/diagram.svg").content)  # noqa: S314
    assert json.loads(api.get("/api/v1/journeys/odd/").content)["title"].endswith("b")
    book = new_book()
    add_table(book, "a\x01\ufffe", ["t\ufffe"], [["a\x01\x0b\ufffe\uffff\ud800b", 1]])
    assert [[cell.value for cell in row] for row in load_workbook(io.BytesIO(saved(book))).worksheets[0]] == [
        ["t", None],
        ["a b", 1],
    ]


@pytest.mark.parametrize("slug", SLUGS[:-1])
def test_one_rule_of_slugs_holds_for_texts_and_for_the_map(slug):
    for make in (
        lambda: draft("see", slug=slug or " "),
        lambda: SegmentFactory(slug=slug),
        lambda: KindFactory(slug=slug),
        lambda: TermFactory(slug=slug),
    ):
        with pytest.raises(ValidationError) as refused:
            make()
        assert set(refused.value.error_dict) == {"slug"}


def test_a_slug_is_made_of_any_latin_word():
    assert [slug_of(words) for words in ("Ærlig øl", "ﬁle", "A_b--C", "straße", "аdmin")] == [
        *("aerlig-ol", "file", "a-b-c", "strasse", "dmin"),
    ]
    assert not any(map(is_slug, SLUGS))


def test_a_slug_of_an_older_rule_stays_until_it_is_changed(at):
    asset = draft("see", slug="old")
    Translation.objects.filter(asset=asset).update(slug="Ærlig_Øl")
    text = asset.translations.get()
    text.title = "New"
    text.save()
    [edition] = publish(asset, at=at)
    text.slug = "new"
    text.save()
    text.slug = "Ærlig_Øl"  # its own, once published
    text.save()
    assert edition.slug == "Ærlig_Øl"
    text.slug = "Other_One"
    with pytest.raises(ValidationError, match="is no slug"):
        text.save()


@pytest.mark.parametrize(
    "url",
    [
        "https://bank.example@evil.example/",
        "https://u:p@evil.example",
        "HTTP:\\\\a@b",
        "//a@b/",
        "https:/a@b",
        " https://a@b",
    ],
)
def test_an_address_with_a_user_is_taken_nowhere(url):
    with pytest.raises(ValidationError):
        validate_address(url)
    schema = {"type": "object", "properties": {}}
    assert [one.path for one in problems(schema, {"a": [{"b": url}]}, complete=True)] == ["a.0.b"]
    assert "@" not in sanitise(f'<a href="{url}">x</a>')


@pytest.mark.parametrize(
    "url",
    ["https://a.example/@user", "https://a.example/?q=a@b", "mailto:a@b.example", "/@user", "https://a.example/#a@b"],
)
def test_an_at_sign_elsewhere_is_none_of_that(url):
    validate_address(url)
    assert sanitise(f'<a href="{url}">x</a>').startswith(f'<a href="{url}"')
