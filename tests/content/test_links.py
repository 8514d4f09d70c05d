"""Links in bodies are kept by id: they lead to where their asset is, for each reader, or are plain words."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse

from content.models import Kind, Locale
from content.publishing.publish import check, publish, withdraw
from tests.admin_pages import form_of
from tests.drafts import draft
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
REL = ' rel="noopener noreferrer"'


def link(asset, words="grill", part=""):
    return f'<p>See <a href="asset:{asset.public_id}{part}">{words}</a>.</p>'


def paragraph(href, words="grill"):
    return f'<p>See <a href="{href}"{REL}>{words}</a>.</p>'


PLAIN = f"<p>See <a{REL}>grill</a>.</p>"


@pytest.fixture
def saved(admin_client):
    """What an editor's body is kept as, written in the admin."""

    def save(body):
        text = draft("see").translations.get()
        address = reverse("admin:content_translation_change", args=[text.pk])
        response = admin_client.post(address, {**form_of(admin_client, address), "body": body})
        assert response.status_code == 302
        text.refresh_from_db()
        return text.body

    return save


@pytest.fixture
def body(api):
    def read(asset, **words):
        return api.get(f"{URL}{asset.public_id}/", words).json()["body"]

    return read


@pytest.fixture
def grill():
    Kind.objects.filter(slug="guide").update(url_templates={"": "/guides/{slug}", "nb": "/veiledning/{slug}/"})
    return draft("see", slug="grill", title="Grill")


@pytest.mark.parametrize(
    "address",
    [
        "/guides/grill",
        "/guides/grill/",
        "/veiledning/grill/",
        "/veiledning/grill",
        "/guide/grill",
        "/api/v1/content/{id}/",
        "/api/v1/content/{id}",
        "/api/v1/content/guide/grill/",
        "/admin/content/asset/{pk}/change/",
        "asset:{id}",
    ],
)
@pytest.mark.parametrize("part", ["", "#sizes"])
def test_an_address_of_our_own_content_is_kept_by_id(saved, grill, address, part):
    href = address.format(id=grill.public_id, pk=grill.pk)
    assert saved(f'<p>See <a href="{href}{part}">grill</a>.</p>') == paragraph(f"asset:{grill.public_id}{part}")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/guides/grill",
        "//example.com/guides/grill",
        "/guides/nothing",
        "/guides/",
        "/guides/a/grill",
        "guides/grill",
        "/guides/grill?utm=1",
        "#grill",
        "mailto:a@example.com",
        "/api/v1/content/00000000000000000000000000000000/",
        "/api/v1/content/guide/nothing/",
        "/admin/content/asset/999999999999999999/change/",
        "/admin/content/kind/1/change/",
        "/%00",
        "/guides/%00",
        "/guides/" + "x" * 3000,
    ],
)
def test_any_other_address_is_left_as_it_is(saved, grill, address):
    assert saved(f'<p>See <a href="{address}">grill</a>.</p>') == paragraph(address)


def test_a_draft_that_shares_a_slug_does_not_take_the_links_of_what_is_published(saved, grill, at):
    publish(grill, at=at)
    draft("see").translations.update(slug="grill")
    assert saved('<p>See <a href="/guides/grill">grill</a>.</p>') == paragraph(f"asset:{grill.public_id}")


def test_a_slug_of_letters_beyond_latin_is_found_as_browsers_write_it(saved, grill):
    asset = draft("see")
    asset.translations.update(slug="grillgrøt")  # of an older rule
    href = quote("/guides/grillgrøt")
    assert saved(f'<p>See <a href="{href}">grill</a>.</p>') == paragraph(f"asset:{asset.public_id}")


@pytest.mark.parametrize(
    "tag", ["<a href='/guides/grill'>", '<A HREF="/guides/grill">', '<a\nclass="x" href = "/guides/grill">']
)
def test_markup_of_another_hand_is_read_too(saved, grill, tag):
    html = f"<p>See {tag}grill</a>.</p><dl><dt>as HTML</dt></dl>"
    assert saved(html).startswith(paragraph(f"asset:{grill.public_id}"))


def test_an_address_in_the_words_is_no_link(saved, body, grill, at):
    words = '<p>Write &lt;a href="/guides/grill"&gt; or  href="/guides/grill".</p>'
    assert saved(words) == words
    sample = f'<p>Write &lt;a href="asset:{grill.public_id}"&gt;.</p>'
    asset = draft("see", body=sample)
    publish(asset, at=at)
    assert body(asset) == sample


def test_a_title_with_a_bracket_does_not_hide_its_link(body, grill, at):
    asset = draft("see", body=f'<p><a title="a &gt; b" href="asset:{grill.public_id}">grill</a></p>')
    publish([grill, asset], at=at)
    assert "/guides/grill" in body(asset)


def test_a_link_follows_its_asset_to_a_new_slug_and_is_read_where_it_stands_then(api, body, grill, preview, at):
    asset = draft("see", body=link(grill, part="#sizes"))
    publish([grill, asset], at=at)
    assert body(asset) == paragraph("/guides/grill#sizes")
    grill.translations.update(slug="barbecue")
    assert body(asset) == paragraph("/guides/grill#sizes")
    publish(grill, at=at + DAY)
    assert body(asset) == paragraph("/guides/barbecue#sizes")
    then = api.get(f"{URL}{asset.public_id}/", {"as_of": (at + HOUR).isoformat()}, **preview).json()
    assert then["body"] == paragraph("/guides/grill#sizes")


def test_each_reader_is_led_to_the_text_in_their_language(body, grill, at):
    asset = draft("see", body=link(grill))
    nb = grill.translations.get()
    nb.pk, nb.locale, nb.slug = None, Locale.objects.get(code="nb"), "grillen"
    nb.save()
    publish([grill, asset], at=at)
    assert [body(asset, locale=code) for code in ("en", "da", "nb")] == [
        paragraph("/guides/grill"),
        paragraph("/guides/grill"),
        paragraph("/veiledning/grillen/"),
    ]


def test_a_link_to_nothing_readers_can_see_is_plain_words(api, body, grill, at):
    bound = draft("see", slug="prices", locales=("en",), market_bound=True)
    asset = draft("see", body=link(grill) + link(bound, "prices"), locales=("en",))
    publish([bound, asset], at=at)
    assert body(asset) == PLAIN + paragraph("/guides/prices", "prices")
    assert body(asset, locale="nb") == PLAIN + PLAIN.replace("grill", "prices")
    publish(grill, at=at + DAY)
    assert body(asset).startswith(paragraph("/guides/grill"))
    withdraw(grill, at=at + 2 * DAY)
    assert body(asset).startswith(PLAIN)
    listed = api.get(URL).json()["results"]
    assert grill.public_id not in str(listed)


def test_whom_a_text_is_for_does_not_break_the_links_to_it(body, at):
    others = draft("see", slug="pros", segments=("professionals",), channels=("video",))
    asset = draft("see", body=link(others))
    publish([others, asset], at=at)
    assert body(asset, segment="families", channel="website", stage="see") == paragraph("/guide/pros")


def test_a_link_works_on_every_route_that_has_a_body(api, grill, at):
    asset = draft("see", slug="text", body=link(grill))
    publish([grill, asset], at=at)
    words = {"id__in": asset.public_id}
    bodies = [
        api.get(URL, words).json()["results"][0]["body"],
        api.get(URL, {**words, "include": "next_steps"}).json()["results"][0]["body"],
        api.get(f"{URL}guide/text/").json()["body"],
    ]
    assert bodies == [paragraph("/guides/grill")] * 3


def test_a_snapshot_keeps_the_addresses_of_its_links(api, grill, at):
    asset = draft("see", body=link(grill))
    publish([grill, asset], at=at)
    path = f"{URL}{asset.public_id}/"
    with time_machine.travel(at + DAY, tick=False):
        token = api.get(path).json()["snapshot"]
        withdraw(grill, at=at + DAY)
        assert api.get(path, {"snapshot": token}).json()["body"] == paragraph("/guides/grill")
    with time_machine.travel(at + DAY + STEP, tick=False):
        assert api.get(path).json()["body"] == PLAIN


def test_drafts_link_to_drafts(api, grill, preview, at):
    asset = draft("see", body=link(grill))
    publish(asset, at=at)
    path = f"{URL}{asset.public_id}/"
    assert api.get(path, {"draft": "true"}, **preview).json()["body"] == paragraph("/guides/grill")
    assert api.get(path, **preview).json()["body"] == PLAIN


def dead_links(*assets, **window):
    return [(finding.code, finding.field) for finding in check(assets, **window) if finding.code == "link_dead"]


def test_publishing_warns_of_a_link_to_nothing(grill, at):
    asset = draft("see", body=link(grill))
    [edition] = publish(asset, at=at)
    [warning] = [one for one in edition.warnings if one["code"] == "link_dead"]
    assert (warning["field"], grill.public_id in warning["message"]) == ("body", True)


def test_no_warning_where_the_target_is_shown_at_some_time_of_the_window(grill, at):
    asset, itself = draft("see", body=link(grill)), draft("see")
    itself.translations.update(body=link(itself))
    assert dead_links(asset, grill, at=at) == []
    assert dead_links(itself, at=at) == []
    publish(grill, live_from=at + DAY, live_until=at + 2 * DAY, at=at)
    assert dead_links(asset, at=at + HOUR) == []
    assert dead_links(asset, at=at + HOUR, live_until=at + DAY) == [("link_dead", "body")]
    assert dead_links(asset, at=at + HOUR, live_from=at + 2 * DAY) == [("link_dead", "body")]
    assert dead_links(asset, at=at + HOUR, live_from=at + 2 * DAY - STEP) == []


def test_a_link_that_is_dead_in_one_language_is_told_for_that_one(grill, at):
    bound = draft("see", market_bound=True)
    asset = draft("see", locales=("en", "nb"), body=link(bound))
    found = [(f.code, f.locale) for f in check([bound, asset], at=at) if f.code == "link_dead"]
    assert found == [("link_dead", "nb")]


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize(("words", "queries"), [({}, 2), ({"include": "next_steps"}, 2)], ids=["bare", "steps"])
def test_links_cost_one_statement_and_none_beside_next_steps(
    api, grill, at, words, queries, count, django_assert_num_queries
):
    KindFactory(slug="offer")
    targets = [grill, *(draft("see", kind="offer") for _ in range(count))]
    assets = [draft("think", body="".join(map(link, targets))) for _ in range(count)]
    publish([*targets, *assets], at=at)
    api.get(URL)
    with django_assert_num_queries(queries):
        answer = api.get(URL, {"stage": "think", "page_size": count, "crosswalk": "off", **words}).json()
    assert all("asset:" not in item["body"] for item in answer["results"])
    assert len(answer["results"]) == count
