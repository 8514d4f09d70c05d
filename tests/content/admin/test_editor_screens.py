"""Small things of an editor's day: where one is after saving, what was said of a text, and words instead of keys."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from content.drafts.review import comment, send_back, submit
from content.models import Translation
from content.publishing.publish import publish
from content.publishing.waivers import waive
from tests.admin_pages import form_of, messages_of, page
from tests.drafts import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture
def text(world):
    return draft("see", locales=("nb",), title="Bål").translations.get()


def test_save_stays_on_the_text(client, text):
    where = page("content_translation_change", text.pk)

    response = client.post(where, {**form_of(client, where), "title": "Bålet", "_save": "Save"})

    assert response["Location"] == where
    assert b"_continue" not in client.get(where).content


def test_save_stays_on_a_new_text(client, text):
    other = draft("see").translations.get()
    where = f"{page('content_translation_add')}?asset={other.asset_id}&locale={text.locale_id}"

    response = client.post(where, {**form_of(client, where), "title": "Ny", "_save": "Save"})

    assert response["Location"] == page("content_translation_change", Translation.objects.get(title="Ny").pk)


def test_comment_of_the_review_stands_on_the_text_that_came_back(client, admin_user, text):
    anna, now = User.objects.create_superuser("anna"), timezone.now()
    where = page("content_translation_change", text.pk)
    submit(text, by=anna, at=now)
    assert client.get(where).context["sent_back"] is None

    send_back(text, by=admin_user, at=now, text="Shorter, <b>please</b>.")
    comment(text, by=anna, at=now + timedelta(minutes=1), text="Which part?")

    response = client.get(where)
    assert (response.context["sent_back"].text, response.context["sent_back"].by) == (
        "Shorter, <b>please</b>.",
        admin_user,
    )
    assert "Shorter, &lt;b&gt;please&lt;/b&gt;." in response.content.decode()
    submit(text, by=anna, at=now + timedelta(minutes=2))
    assert client.get(where).context["sent_back"] is None


def test_comment_goes_when_the_text_is_published(client, admin_user, text):
    anna, now = User.objects.create_superuser("anna"), timezone.now()
    submit(text, by=anna, at=now)
    send_back(text, by=admin_user, at=now, text="Shorter.")

    publish(text.asset)

    assert client.get(page("content_translation_change", text.pk)).context["sent_back"] is None


def test_language_stands_once_where_two_editions_of_it_end(client, text):
    publish(text.asset)
    publish(text.asset, live_from=timezone.now() + timedelta(days=1))

    where = f"{page('content_asset_withdraw')}?ids={text.asset_id}"
    response = client.post(where, {"locales": [text.locale_id]})

    assert messages_of(response) == ["Withdrawn: “Bål” (nb)."]


def test_asset_and_language_of_a_new_text_have_a_row_each(client, text):
    added = client.get(page("content_translation_add")).context["adminform"]
    changed = client.get(page("content_translation_change", text.pk)).context["adminform"]

    first = [next(iter(form)).fields for form in (added, changed)]
    assert first == [
        ["asset", "locale", "title", "slug", "summary", "body"],
        [("asset", "locale"), "title", "slug", "summary", "body"],
    ]


@pytest.mark.parametrize(("length", "over"), [(60, False), (61, True), (74, True)])
def test_meter_is_over_as_soon_as_engines_would_cut(client, text, length, over):
    Translation.objects.update(seo_title="x" * length)

    html = client.get(page("content_translation_change", text.pk)).content.decode()

    assert (f'<span class="length-meter{" is-over" if over else ""}" data-length-of="id_seo_title"' in html) is True


def test_waiver_says_in_words_what_it_accepts(client, admin_user, text):
    key = f"cta_missing:{text.asset.public_id}:nb"

    form_html = client.get(f"{page('content_waiver_add')}?key={key}").content.decode()
    refused = client.post(f"{page('content_waiver_add')}?key={key}", {"key": key, "reason": ""}).content.decode()
    made = waive(key, reason="Soon", until=timezone.now() + timedelta(days=1), by=admin_user, at=timezone.now())
    html = client.get(page("content_waiver_change", made.pk)).content.decode()

    link = f'href="{page("content_asset_change", text.asset_id)}">{text.asset.name}</a> (nb)'
    for source in (form_html, refused, html):
        assert "It has no call to action." in source
        assert link in source
    for form in (form_html, refused):
        assert f'<input type="hidden" name="key" value="{key}"' in form
    assert f">{key}<" not in html


@pytest.mark.parametrize("key", ["", "nonsense", "nonsense:1:en", "cta_missing", "<script>"])
def test_key_that_says_nothing_is_no_error(client, world, key):
    response = client.get(page("content_waiver_add"), {"key": key})

    assert response.status_code == 200
    assert b"<script>\xe2" not in response.content
