"""Share links in the admin: the link is shown once, and each page takes its own right."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import ShareLink
from content.sharing.share import link_of, revoke, share
from content.tokens import digest
from tests.content.sharing.conftest import DAY, LINK, page
from tests.drafts import draft
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db


def test_the_token_is_nowhere_in_the_database(text, staff, client, at):
    staff("share_asset", "view_translation")
    answer = client.post(page("share", text.pk), {"lasting": 7, "note": "The board"})
    token = LINK.search(answer.content.decode())[1].split("/")[2]
    client.get(f"/preview/{token}/")

    stored = everything_stored()

    assert token not in stored
    assert digest(token) in stored


@pytest.mark.parametrize(
    ("rights", "codes"),
    [
        ([], {"changelist": 403, "change": 403, "share": 403, "revoke": 403, "delete": 403}),
        (["view_sharelink"], {"changelist": 200, "change": 200, "share": 403, "revoke": 403, "delete": 403}),
        (["view_translation"], {"changelist": 403, "change": 403, "share": 403, "revoke": 403, "delete": 403}),
        (["share_asset"], {"changelist": 200, "change": 200, "share": 403, "revoke": 200, "delete": 403}),
        (
            ["change_asset", "edit_any_asset", "view_translation"],
            {"changelist": 200, "change": 200, "share": 200, "revoke": 200, "delete": 403},
        ),
        (["publish_asset", "view_translation"], {"changelist": 403, "change": 403, "share": 403, "revoke": 403}),
    ],
)
def test_each_page_takes_its_own_right(text, client, staff, rights, codes):
    link, _ = share(text, by=None)
    staff(*rights)
    args = {"changelist": [], "share": [text.pk]}

    answers = {name: client.get(page(name, *args.get(name, [link.pk]))).status_code for name in codes}

    assert answers == codes


def test_sharing_asks_and_shows_the_link_once(text, client, staff, look):
    user = staff("change_asset", "edit_any_asset", "view_translation")

    response = client.get(page("share", text.pk))
    made = client.post(page("share", text.pk), {"lasting": 1, "note": " The board "})

    link = ShareLink.objects.get()
    [path] = set(LINK.findall(made.content.decode()))
    assert "as it was last saved" in response.content.decode()
    assert (link.note, link.created_by, link.expires_at - link.created_at) == ("The board", user, DAY)
    assert "no-store" in made["Cache-Control"]
    client.logout()
    assert client.get(path).status_code == 200
    assert (LogEntry.objects.get().object_repr, LogEntry.objects.get().change_message) == (str(link), "Shared.")


def test_a_form_with_other_days_is_asked_again(text, client, staff):
    staff("change_asset", "edit_any_asset", "view_translation")

    answer = client.post(page("share", text.pk), {"lasting": 365})

    assert (answer.status_code, ShareLink.objects.count()) == (200, 0)


def test_revoking_in_the_admin_is_a_post_and_says_who(text, client, staff, at):
    user = staff("change_asset", "edit_any_asset")
    link, token = share(text, by=None)

    client.get(page("revoke", link.pk))
    still = link_of(token, at=link.created_at)
    client.post(page("revoke", link.pk))

    link.refresh_from_db()
    assert (still, link_of(token, at=link.created_at)) == (link, None)
    assert (link.revoked_by, link.state_at(at)) == (user, "revoked")


def test_no_form_changes_or_deletes_a_link(text, admin_client):
    link, _ = share(text, by=None)

    words = {"title": "Other", "expires_at_0": "2999-01-01", "expires_at_1": "12:00", "post": "yes"}
    chosen = {"action": "delete_selected", "_selected_action": [link.pk], "post": "yes"}

    codes = [admin_client.post(page(name, link.pk), words).status_code for name in ("change", "delete")]
    admin_client.post(page("changelist"), chosen)

    assert (codes, ShareLink.objects.get().title) == ([403, 403], "Grillen")
    assert "Delete share link" not in admin_client.get(page("change", link.pk)).content.decode()


def test_the_list_is_narrowed_by_state_and_by_asset(text, admin_client, at):
    made = {"active": share(text, by=None)[0]}
    made["revoked"] = revoke(share(text, by=None)[0], by=None, at=at)
    made["expired"] = share(text, by=None, at=at - 40 * DAY)[0]
    other = share(draft("see", locales=("nb",)).translations.get(), by=None, at=at - 40 * DAY)[0]

    def listed(**parameters):
        return {link.pk for link in admin_client.get(page("changelist"), parameters).context["cl"].result_list}

    asset = {"translation__asset__id__exact": text.asset_id}
    assert {state: listed(state=state, **asset) for state in made} == {state: {one.pk} for state, one in made.items()}
    assert listed(state="expired") == {made["expired"].pk, other.pk}
    assert listed(**asset) == {one.pk for one in made.values()}


def test_the_list_asks_as_much_for_three_as_for_one(text, admin_client, admin_user):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            share(text, by=admin_user)
            share(draft("see", locales=("en",)).translations.get(), by=admin_user)
        admin_client.get(page("changelist"))
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(page("changelist"))
        counts.append(len(captured))

    assert counts[0] == counts[1]
