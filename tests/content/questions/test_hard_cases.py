"""Odd spellings, empty values, great numbers, and somebody else's write in between."""

import json
import sqlite3

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from content.catalogue import current_catalogue
from content.delivery.draft_selection import DraftReader
from content.links import by_reference
from content.models import Kind, Term, Translation
from content.publishing.publish import publish
from content.query import Query
from content.richtext import sanitise
from journeys.models import Channel, Journey, Stage, Touchpoint
from tests.drafts import draft, place
from tests.factories import StageFactory, TermFactory, TouchpointFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STOCK_LIMIT = 32_766  # parameters in a statement, as SQLite is usually built


@pytest.fixture
def editor():
    client = Client()
    client.force_login(User.objects.create_superuser("editor"))
    return client


@pytest.fixture
def stock_sqlite():
    """SQLite as most machines have it, with fewer parameters than some builds take."""
    own = connection.connection if connection.vendor == "sqlite" else None
    before = own.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, STOCK_LIMIT) if own else None
    yield
    if own:
        own.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


@pytest.mark.parametrize(
    "written", ["Asset:{}", " asset:{}", "as\tset:{}", "as&#10;set:{}", "\x01asset:{}", "ASSET:{}#a"]
)
def test_a_reference_in_any_spelling_tells_nothing_of_what_is_hidden(api, at, written):
    hidden = draft("see", title="Hidden")
    href = written.format(hidden.public_id)
    publish(draft("see", slug="open", body=f'<p><a href="{href}">x</a> <img src="{href}" alt="y"></p>'), at=at)
    body = api.get(f"{URL}guide/open/").json()["body"]
    assert body == '<p><a rel="noopener noreferrer">x</a> <img alt="y"></p>'


def test_sanitising_twice_is_sanitising_once():
    text = '<a href=" Asset:key/a%20b#c">x</a><a href="https://example.org/?asset:1">y</a>'
    assert sanitise(sanitise(text)) == sanitise(text)
    assert 'href="asset:key/a%20b#c"' in sanitise(text)


@pytest.mark.parametrize("written", ["[]", '""', "{}", ""])
def test_an_empty_value_is_an_empty_object_of_filters(api, editor, written):
    spot = TouchpointFactory(slug="spot", journey=Journey.objects.get(), channel=Channel.objects.first())
    words = {"title": "Spot", "slug": "spot", "journey": spot.journey_id, "channel": spot.channel_id}
    rows = {f"pins-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    address = f"/admin/journeys/touchpoint/{spot.pk}/change/"
    assert editor.post(address, {**words, **rows, "filters": written, "titles": ""}).status_code == 302
    assert Touchpoint.objects.get().filters == {}
    assert api.get("/api/v1/touchpoints/spot/").status_code == 200


@pytest.mark.parametrize("path", ["content/pk/abc", "content/uid/5", "content/pk/1", "content/nothing/here"])
def test_an_address_that_only_looks_like_ours_is_left_alone(path):
    draft("see")
    html = f'<p><a href="/api/v1/{path}">x</a></p>'
    assert by_reference(html, current_catalogue()) == html


@pytest.mark.usefixtures("stock_sqlite")
def test_thousands_of_terms_below_one_are_no_fault(api, at):
    topic = VocabularyFactory(slug="topic")
    root = TermFactory(vocabulary=topic, slug="root", title="Root")
    below = [Term(vocabulary=topic, slug=f"t{n}", title="T", parent=root, public=True) for n in range(3000)]
    Term.objects.bulk_create(below)
    asset = draft("think", slug="deep")
    asset.terms.add(Term.objects.get(slug="t2999"))
    publish([asset, draft("think", slug="other")], at=at)
    words = {"term": "topic:root", "stage": "see,think,do,care", "include": "next_steps", "fields": "slug"}
    assert [item["slug"] for item in api.get(URL, words).json()["results"]] == ["deep"]
    assert api.get(URL, {**words, "term__none": "topic:root", "term": "topic:root"}).json()["results"] == []
    refused = api.get(URL, {"facets": "topic"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "too_many_values")


def test_hundreds_of_stages_that_correspond_are_read_in_one_scan(api, at):
    think = Stage.objects.get(slug="think")
    others = [StageFactory(phases=think.phases) for _ in range(120)]
    names = [f"{stage.journey.slug}:{stage.slug}" for stage in others]
    assets = [draft(name, slug=f"a{number}") for number, name in enumerate(names[:5])]
    for name in names[5:]:
        place(assets[0], name)  # at a hundred stages with the same rank, and still one of the results
    publish(assets, at=at)
    page = api.get(URL, {"stage": "think", "page_size": 3, "fields": "slug"}).json()
    rest = api.get(page["next"]).json()
    assert [item["slug"] for item in page["results"] + rest["results"]] == ["a0", "a1", "a2", "a3", "a4"]
    assert rest["next"] is None


def test_fields_nested_without_end_are_refused(editor):
    kind = Kind.objects.get(slug="guide")
    kind.schema = {"type": "object", "properties": {}}
    kind.save()
    text = draft("see").translations.get()
    text.fields = json.loads('{"a":' * 300 + "1" + "}" * 300)
    with pytest.raises(ValidationError) as refused:
        text.save()
    assert "Nested too deeply" in str(refused.value)


def test_a_text_deleted_between_the_list_and_its_words_is_left_out(at):
    other, gone = draft("see", title="Kept"), draft("see", title="Gone")
    catalogue = current_catalogue()
    selection = DraftReader(catalogue, at=at).select(Query(locale=catalogue.locales["en"]))
    Translation.objects.filter(asset=gone).delete()
    assert [one.title for one in selection.page(10).results] == [other.translations.get().title]


@pytest.mark.parametrize("name", ["journey", "segment", "channel", "segment__exact", "channel__exact"])
def test_a_word_too_long_for_any_name_is_refused_unread(api, name):
    answer = api.get(URL, {name: "x" * 5000})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "max_length")
    assert len(answer.content) < 1000
