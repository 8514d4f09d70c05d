"""The page of a share link: a draft as it was shared, to whoever has the link; and nothing else, to nobody else."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.media.files import remove_media
from content.models import Asset, Kind, Media, ShareLink, Translation
from content.sharing.share import open_link, revoke, share
from content.tokens import digest
from tests.content.sharing.conftest import DAY, TICK
from tests.drafts import draft, stage
from tests.factories import AssetFactory, NextStepFactory
from tests.pictures import media

pytestmark = pytest.mark.django_db
HOSTILE = (
    '<h2 onclick="x()">Hot</h2><script>alert(1)</script><img src="x" onerror="alert(2)"><style>p{}</style>'
    '<a href="javascript:alert(3)">run</a><iframe src="https://evil.example"></iframe><form action="/x"><input></form>'
    '<p style="position:fixed">still</p><svg onload="alert(4)"></svg><meta http-equiv="refresh" content="0">'
)


def test_whoever_has_the_link_sees_the_draft_without_an_account(text, look, at):
    user = User.objects.create_user("kari", first_name="Kari", last_name="Nordmann")
    user.user_permissions.add(Permission.objects.get(codename="share_asset"))
    _, token = share(text, by=User.objects.get(), note="The board", at=at)

    answer = look(token)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<html lang="nb" dir="ltr">' in html
    assert "<h1>Grillen</h1>" in html
    assert "<p>Varm</p>" in html
    assert "Om ild" in html
    banner = " ".join(re.sub(r"<[^>]+>", "", re.search("<aside.*</aside>", html, re.DOTALL)[0]).split())
    assert banner == (
        "Draft, not a published page. As it was on 2026-03-01 13:00; shared by Kari Nordmann until "
        "2026-03-08 13:00 CET."
    )
    assert f"<strong>{stage('think').title_in(['nb'])}</strong>" in html
    assert "The board" not in html


def test_the_page_is_kept_by_nobody_found_by_nobody_and_runs_nothing(text, look, at):
    answer = look(share(text, by=None, at=at)[1])

    assert {name: answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag", "X-Frame-Options")} == {
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "X-Frame-Options": "DENY",
    }
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; img-src 'self' https:; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in answer.content.decode()
    assert '<meta name="referrer" content="no-referrer">' in answer.content.decode()
    assert not {"ETag", "Last-Modified", "Vary", "Access-Control-Allow-Origin"} & set(answer.headers)
    assert not re.search(rb"<(script|style|iframe|form|link rel=.(?!stylesheet))|\sstyle=", answer.content)


@pytest.mark.parametrize("logged_in", [False, True])
@pytest.mark.parametrize("known", [False, True])
def test_no_cookie_is_set_and_nobody_is_recognised(text, look, staff, client, at, logged_in, known):
    token = share(text, by=None, at=at)[1] if known else "x"
    stranger = look(token)
    if logged_in:
        staff("change_asset")

    answer = look(token)

    assert (answer.cookies, answer.content, answer.headers) == ({}, stranger.content, stranger.headers)


def test_what_is_edited_after_sharing_does_not_show(text, look, at):
    step = text.next_steps.get()
    _, token = share(text, by=None, at=at)
    before = look(token).content
    Asset.objects.update(no_stage_reason="moved", name="Other", fields={"price": 3})
    text.asset.placements.all().delete()
    Translation.objects.update(title="Nytt", summary="Nytt", body="<p>Nytt</p>", seo_title="Nytt", fields={"a": "Nytt"})
    step.label = "Nytt"
    step.save()
    NextStepFactory(translation=text, label="Nytt")

    assert look(token).content == before


def test_sharing_again_shows_the_newer_draft_and_leaves_the_older_link_as_it_was(text, look, at):
    _, old = share(text, by=None, at=at)
    Translation.objects.update(title="Nytt")
    _, new = share(text, by=None, at=at)

    headings = [re.search("<h1>(.*)</h1>", look(token).content.decode())[1] for token in (old, new)]

    assert (headings, old == new) == (["Grillen", "Nytt"], False)


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_is_open_until_the_instant_it_expires_and_not_at_it(text, look, at, days):
    _, token = share(text, by=None, lasting=days, at=at)

    codes = [look(token, after=days * DAY + past).status_code for past in (-TICK, timedelta(0), TICK)]

    assert codes == [200, 404, 404]


def test_a_link_is_open_for_a_week_unless_told_otherwise(text, at):
    assert share(text, by=None, at=at)[0].expires_at == at + 7 * DAY


def test_a_revoked_link_opens_nothing_from_the_next_request_on(text, look, at):
    link, token = share(text, by=None, at=at)
    before = look(token)

    revoke(link, by=None, at=at + timedelta(minutes=5))

    assert (before.status_code, look(token).status_code) == (200, 404)


def test_revoking_ends_one_link_alone_and_a_second_time_changes_nothing(text, look, at):
    link, token = share(text, by=None, at=at)
    _, other = share(text, by=None, at=at)

    revoke(link, by=None, at=at + DAY)
    again = revoke(link, by=None, at=at + 2 * DAY)

    assert again.revoked_at == at + DAY
    assert (look(token).status_code, look(other).status_code) == (404, 200)


def test_what_is_unknown_expired_or_revoked_is_one_answer_to_the_byte(text, look, at):
    link, revoked = share(text, by=None, at=at)
    revoke(link, by=None, at=at)
    _, expired = share(text, by=None, lasting=1, at=at)
    _, deleted = share(text, by=None, at=at)
    ShareLink.objects.filter(digest=digest(deleted)).delete()

    tokens = [revoked, expired, deleted, "0" * 43, "x", "%00", "é", "..", "a" * 5000, expired.lower(), f"{expired}="]
    answers = [look(token, after=2 * DAY) for token in tokens]

    assert {(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in answers} == {
        (404, answers[0].content, tuple(sorted(answers[0].headers.items())))
    }
    assert b"This link has ended" in answers[0].content
    assert answers[0]["Cache-Control"] == "private, no-store"
    assert answers[0]["X-Robots-Tag"] == "noindex, nofollow, noarchive"


def test_what_is_unknown_expired_or_revoked_costs_the_same(text, at):
    link, revoked = share(text, by=None, at=at)
    revoke(link, by=None, at=at)
    _, expired = share(text, by=None, lasting=1, at=at)
    counts = []

    for token in (revoked, expired, "x"):
        with CaptureQueriesContext(connection) as captured:
            assert open_link(token, at=at + 2 * DAY) is None
        counts.append(len(captured))

    assert counts == [1, 1, 1]


def test_a_link_works_without_its_last_slash_and_is_not_sent_elsewhere(text, client, at):
    _, token = share(text, by=None, at=at)
    with time_machine.travel(at, tick=False):
        answers = [client.get(f"/preview/{token}{slash}") for slash in ("/", "")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_other_drafts_are_out_of_reach(text, look, client, at):
    target = draft("do", locales=("nb",), title="Hemmelig", slug="hemmelig", body="<p>Hemmelig</p>")
    AssetFactory(kind=Kind.objects.get(slug="guide"), name="Hemmelig")
    text.next_steps.update(target_asset=target, target_url="", label="Videre")
    Translation.objects.filter(pk=text.pk).update(
        body=f'<p><a href="asset:{target.public_id}">dit</a> <a href="/guide/hemmelig">og</a> '
        '<a href="https://example.org/">ut</a></p>'
    )
    _, token = share(text, by=None, at=at)

    html = look(token).content.decode()

    assert "Videre" in html
    assert not re.search(f"hemmelig|{target.public_id}", html, re.IGNORECASE)
    assert re.findall(r'href="([^"]*)"', html) == ["/static/content/preview.css", "https://example.org/"]
    assert '<a rel="noopener noreferrer">dit</a>' in html
    paths = [f"{token}/{target.public_id}/", f"{token}/../{target.public_id}/", str(target.pk), target.public_id]
    assert [client.get(f"/preview/{path}").status_code for path in paths] == [404] * 4


def test_the_link_opens_nothing_of_the_api(text, client, at):
    _, token = share(text, by=None, at=at)

    answer = client.get("/api/v1/content/", {"draft": "true"}, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_hostile_draft_is_only_words(text, look, at):
    words = {"title": "<script>t</script>", "summary": "<img src=x onerror=s()>", "seo_title": '"><script>'}
    hostile_fields = {
        "<b>n": "<script>f</script>",
        "link": "javascript:alert(1)",
        "nested": {"a": ["<i>", "https://x"]},
    }
    Translation.objects.update(body=HOSTILE, fields=hostile_fields, image_alt='" onload="x', **words)
    Asset.objects.update(image=media())
    text.next_steps.update(label="<script>l</script>")
    _, token = share(text, by=None, at=at)

    html = look(token).content.decode()

    assert not re.search(r"<(script|style|iframe|form|input|svg|i>|b>)|http-equiv|javascript:alert\(3\)", html)
    tags = "".join(re.findall(r"<[a-z][^>]*>", re.sub(r'"[^"]*"', '""', html)))
    assert not re.search(r"\son[a-z]+=|\sstyle=", tags)
    assert "<p>still</p>" in html
    assert "&lt;script&gt;t&lt;/script&gt;" in html
    assert 'href="javascript' not in html
    assert '<a href="https://x" rel="noopener noreferrer">https://x</a>' in html


def test_words_that_were_frozen_unclean_are_sanitised_when_shown(text, look, at):
    link, token = share(text, by=None, at=at)
    ShareLink.objects.update(document=bytes(link.document).replace(b"<p>Varm", b"<script>1</script><p>Varm"))

    assert b"<script" not in look(token).content


def test_the_picture_loads_without_a_login_and_says_what_it_shows(text, look, client, at):
    image = media()
    Asset.objects.update(image=image)
    Translation.objects.update(image_alt="En grill i regn")
    _, token = share(text, by=None, at=at)

    html = look(token).content.decode()

    [tag] = re.findall(r"<img [^>]*>", html)
    assert 'alt="En grill i regn"' in tag
    addresses = re.findall(r"/media/[\w.-]+", tag)
    assert len(set(addresses)) == 3  # 320 and 640 pixels wide, and the picture itself
    for address in addresses:
        with closing(client.get(address)) as answer:
            assert (answer.status_code, answer.cookies) == (200, {})


def test_a_picture_stays_as_long_as_a_link_shows_it(text, look, at):
    image, in_body = media(), media(colour="blue")
    Asset.objects.update(image=image)
    Translation.objects.update(body=f'<img src="{in_body.url}">')
    link, _ = share(text, by=None, at=at)
    Asset.objects.update(image=None)
    Translation.objects.update(body="")
    refusals = []

    for item in (image, in_body):
        with pytest.raises(ValidationError) as refusal:
            remove_media([item], at=at + DAY)
        refusals.append(refusal.value.code)
    revoke(link, by=None, at=at + DAY)
    remove_media([image, in_body], at=at + DAY)

    assert (refusals, Media.objects.count()) == (["media_in_use"] * 2, 0)


def test_media_that_a_link_shows_are_not_deleted_by_any_form(text, admin_client):
    image = media()
    Asset.objects.update(image=image)
    share(text, by=None, note="The board")
    Asset.objects.update(image=None)
    chosen = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}

    response = admin_client.post(reverse("admin:content_media_delete", args=[image.pk]), {"post": "yes"})
    admin_client.post(reverse("admin:content_media_changelist"), chosen)

    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "“grill” is shown by a share link to “Grillen – for The board” and cannot be deleted. Revoke the link first."
    ]
    assert Media.objects.get() == image


def test_fields_are_told_by_their_titles_in_words(text, look, at):
    schema = {
        "type": "object",
        "properties": {
            "quote": {"type": "string", "title": "What was said"},
            "until": {"type": "string", "format": "date", "title": "Valid until"},
            "at": {"type": "string", "format": "date-time"},
            "rating": {"type": "integer"},
            "free": {"type": "boolean"},
            "questions": {
                "type": "array",
                "title": "Questions",
                "items": {"type": "object", "properties": {"q": {"type": "string", "title": "Question"}}},
            },
            "empty": {"type": "string"},
        },
    }
    Kind.objects.filter(slug="guide").update(schema=schema)
    fields = {
        **{"rating": 4, "free": False, "quote": "Best\never", "until": "2026-12-24", "at": "2026-07-01T10:00:00Z"},
        **{"questions": [{"q": "How hot?"}, {"q": "How far?"}], "empty": "", "old_name": "kept"},
    }
    Translation.objects.update(fields=fields)
    _, token = share(text, by=None, at=at)

    html = re.search(r'<section class="fields".*?</section>', look(token).content.decode(), re.DOTALL)[0]

    plain = re.sub(r"<br>", " / ", re.sub(r"<(?!br)[^>]+>", "\n", html))
    words = "|".join(word.strip() for word in plain.split("\n") if word.strip())
    pairs = {
        *("What was said|Best / ever", "Valid until|2026-12-24", "At|2026-07-01 12:00", "Rating|4"),
        *("Free|no", "Questions|Question|How hot?|Question|How far?", "Old name|kept"),
    }
    assert {pair for pair in pairs if pair in words} == pairs
    assert len(words) == len("|".join(pairs))


def test_fields_that_lie_deep_in_one_another_are_shown_all_the_same(text, look, at):
    deep = "innermost"
    for _ in range(90):
        deep = {"in": [deep]}
    Translation.objects.update(fields={"deep": deep})

    answer = look(share(text, by=None, at=at)[1])

    assert (answer.status_code, b"innermost" in answer.content) == (200, True)


def test_a_stage_that_is_gone_is_left_out(text, look, at):
    _, token = share(text, by=None, at=at)
    text.asset.placements.all().delete()
    stage("think").delete()

    answer = look(token)

    assert (answer.status_code, b'class="places"' in answer.content) == (200, False)


def test_words_of_a_language_that_runs_to_the_left_do(text, look, at, locales):
    locales["nb"].code = "ar-EG"
    type(locales["nb"]).objects.filter(pk=locales["nb"].pk).update(code="ar-EG")

    answer = look(share(text, by=None, at=at)[1])

    assert '<html lang="ar-EG" dir="rtl">' in answer.content.decode()
