"""Addresses of this admin never reach readers: they become links to what they are of, or are refused."""

import pytest
from django.urls import reverse

from content.catalogue import current_catalogue
from content.drafts.freeze import thaw
from content.links import by_reference
from content.models import Edition, Translation
from content.private_links import private_page
from content.publishing.gate_findings import WAIVABLE, PublishRefused
from content.publishing.publish import check, publish, restore
from tests.drafts import draft
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PREFIXES = ["", "http://testserver", "https://testserver:8443", "//testserver", "HTTP://TestServer"]
PAGES = [
    *("/admin/", "/admin/login/", "/admin/content/kind/", "/admin/content/asset/999999/change/", "/admin/auth/user/1/"),
    *(
        "/%61dmin/content/asset/",
        "/x/../admin/content/asset/",
        "\\admin\\content\\asset\\",
        "/admin/content/edition/3/change/",
    ),
    *("admin/content/asset/", "/admin/content/asset/publish/?ids=1", " /admin/\t"),
]
ELSEWHERE = [
    *(
        "https://example.org/admin/content/asset/1/change/",
        "/administration/",
        "/blog/admin/",
        "mailto:admin@testserver",
    ),
    *(
        "/admin/polls/question/",
        "https://testserver.example.org/admin/",
        "#admin",
        "javascript:/admin/",
        "http://[/admin/",
    ),
]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("where", PREFIXES[:2])
def test_a_page_of_the_admin_is_known_however_it_is_spelled(where, address):
    given = f"{where}{address.strip() if where else address}"
    assert private_page(given if not where or address[0] in "/\\ " else f"{where}/{address}") is not None


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_elsewhere_or_no_page_is_left_alone(address):
    assert private_page(address) is None


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("page", ["change/", "change", "history/", "", "change/?_changelist_filters=q%3Dx#top"])
@pytest.mark.parametrize("model", ["asset", "translation"])
def test_the_page_of_an_asset_or_of_a_text_becomes_a_kept_link(prefix, page, model):
    target = draft("see")
    pk = target.pk if model == "asset" else target.translations.get().pk
    href = f"{prefix}/admin/content/{model}/{pk}/{page}"
    _, sharp, part = href.partition("#")
    body = by_reference(f'<p><a href="{href}" rel="noopener noreferrer">x</a></p>', current_catalogue())
    assert body == f'<p><a href="asset:{target.public_id}{sharp}{part}" rel="noopener noreferrer">x</a></p>'


@pytest.mark.parametrize(
    "href", ["/admin/content/asset/999999/change/", "http://testserver/admin/", "//testserver/admin/"]
)
@pytest.mark.parametrize("tag", ['<a href="{}">x</a>', '<img src="{}">'])
def test_what_cannot_be_kept_is_refused_and_never_waived(href, tag, at):
    [finding] = [one for one in check(draft("see", body=f"<p>{tag.format(href)}</p>"), at=at) if one.refuses]
    assert (finding.code, finding.field, finding.locale) == ("link_private", "body", "en")
    assert finding.code not in WAIVABLE


def test_it_is_found_in_fields_at_any_depth_and_in_steps(at):
    KindFactory(slug="page", schema={"type": "object", "properties": {"blocks": {"type": "array"}}})
    fields = {
        "blocks": [
            {"text": '<p><a href="/admin/content/kind/">x</a></p>'},
            {"more": {"url": "http://testserver/admin/"}},
        ]
    }
    asset = draft("see", kind="page", fields=fields, steps=(("learn_more", "/admin/content/asset/"),))
    found = [one.field for one in check(asset, at=at) if one.code == "link_private"]
    assert found == ["fields.blocks.0.text", "fields.blocks.1.more.url", "next_steps.0"]


def test_what_is_live_already_is_read_and_not_restored(at, settings):
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    asset = draft("see", body='<p><a href="http://testserver/admin/">x</a></p>')
    [edition] = publish(asset, at=at)
    settings.ALLOWED_HOSTS = ["testserver"]
    assert "testserver/admin" in thaw(Edition.objects.get()).body
    with pytest.raises(PublishRefused, match="is a page of this admin"):
        restore(edition)


def test_the_forms_keep_what_was_pasted(admin_client):
    target, text = draft("see"), draft("see", steps=()).translations.get()
    page = reverse("admin:content_translation_change", args=[text.pk])
    own = f"http://testserver/admin/content/asset/{target.pk}/change/"
    rows = {
        "teasers-TOTAL_FORMS": 0,
        "teasers-INITIAL_FORMS": 0,
        "next_steps-TOTAL_FORMS": 1,
        "next_steps-INITIAL_FORMS": 0,
    }
    step = {"next_steps-0-position": 1, "next_steps-0-intent": "learn_more", "next_steps-0-label": "On"}
    words = {"title": "A", "slug": text.slug, "body": f'<p><a href="{own}">x</a></p>', "fields": "{}"}
    answer = admin_client.post(page, {**words, **rows, **step, "next_steps-0-target_url": own})
    assert answer.status_code == 302
    saved = Translation.objects.get(pk=text.pk)
    assert f'href="asset:{target.public_id}"' in saved.body
    assert [(one.target_asset_id, one.target_url) for one in saved.next_steps.all()] == [(target.pk, "")]
