"""What somebody issued ends with them: suspended, demoted or deleted, at once and everywhere, and the pages say so."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from content.accounts.issued import CredentialsInUse, credentials_in_use
from content.accounts.roles import load_roles
from content.events.endpoints import MOST_ENDPOINTS, add_endpoint, disable
from content.models import AccessToken, ShareLink, WebhookEndpoint
from content.publishing.publish import publish, withdraw
from content.sharing.share import share
from content.tokens import MOST_TOKENS, issue_token, revoke
from tests.drafts import draft

pytestmark = pytest.mark.django_db
DRAFTS = "/api/v1/content/?draft=true"
FINDINGS = "/api/v1/coverage/findings/"


@pytest.fixture
def kari(world):
    """An editor who also sees to tokens."""
    load_roles()
    user = User.objects.create_user("kari", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=["Editor", "Integrator"]))
    return user


@pytest.fixture
def text(kari):
    return draft("think", title="Grillen").translations.get()


@pytest.fixture
def manager(db):
    return User.objects.create_superuser("manager")


def opens(client, link):
    return client.get(f"/preview/{link}/").status_code


def reads(api, token, address=DRAFTS):
    return api.get(address, headers={"Authorization": f"Bearer {token}"}).status_code


def suspend(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def demote(user):
    user.groups.clear()


def narrow(user):
    for group in user.groups.all():
        group.permissions.clear()


def remove(user):
    User.objects.get(pk=user.pk).delete()


def remove_past_the_orm(user):
    user.groups.clear()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE content_sharelink SET created_by_id = NULL")
        cursor.execute("UPDATE content_accesstoken SET created_by_id = NULL")


ENDS = [suspend, demote, narrow, remove, remove_past_the_orm]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("scope", ["preview", "audit"])
def test_what_somebody_issued_ends_with_them(client, api, text, kari, end, scope):
    _, link = share(text, by=kari)
    _, token = issue_token("Site", scopes=[scope], by=kari)
    address = DRAFTS if scope == "preview" else FINDINGS
    before = opens(client, link), reads(api, token, address), credentials_in_use([kari], at=timezone.now())

    end(kari)

    assert before == (200, 200, CredentialsInUse(1, 1))
    assert (opens(client, link), reads(api, token, address)) == (404, 401)
    assert credentials_in_use([kari], at=timezone.now()) == CredentialsInUse()


@pytest.mark.parametrize("end", ENDS)
def test_what_nobody_in_particular_issued_goes_on(client, api, text, kari, end):
    _, link = share(text, by=None)
    _, token = issue_token("Site", scopes=["preview", "audit"])

    if end is not remove_past_the_orm:
        end(kari)

    assert (opens(client, link), reads(api, token), reads(api, token, FINDINGS)) == (200, 200, 200)


def test_whoever_is_back_has_back_what_was_not_revoked(client, api, text, kari):
    _, link = share(text, by=kari)
    _, token = issue_token("Site", scopes=["preview"], by=kari)
    suspend(kari)

    User.objects.filter(pk=kari.pk).update(is_active=True)

    assert (opens(client, link), reads(api, token)) == (200, 200)


def test_a_link_to_ones_own_draft_ends_when_it_is_given_to_somebody_else(client, text):
    author = User.objects.create_user("anna", is_staff=True)
    author.groups.set(Group.objects.filter(name="Author"))
    text.asset.owner = author
    text.asset.save()
    _, link = share(text, by=author)
    before = opens(client, link)

    text.asset.owner = None
    text.asset.save()

    assert (before, opens(client, link)) == (200, 404)


def test_the_right_to_share_alone_is_enough_and_its_loss_too(client, text):
    user = User.objects.create_user("ola")
    right = Permission.objects.get(codename="share_asset")
    user.user_permissions.add(right)
    _, link = share(text, by=User.objects.get(pk=user.pk))
    before = opens(client, link)

    user.user_permissions.remove(right)

    assert (before, opens(client, link)) == (200, 404)


def test_a_token_stops_as_a_whole_when_one_of_its_scopes_is_lost(api, kari):
    _, token = issue_token("Site", scopes=["preview", "audit"], by=kari)
    lost = Permission.objects.get(codename="view_coverage")
    kari.groups.get(name="Editor").permissions.remove(lost)

    assert (reads(api, token), reads(api, token, FINDINGS)) == (401, 401)


@pytest.mark.parametrize("scopes", [["preview"], ["audit"], ["audit", "preview"]])
def test_nobody_issues_what_they_may_not_do(client, kari, scopes):
    kari.groups.remove(Group.objects.get(name="Editor"))
    client.force_login(kari)

    page = client.post(reverse("admin:content_accesstoken_add"), {"name": "Site", "scopes": scopes})
    with pytest.raises(ValidationError) as refused:
        issue_token("Site", scopes=scopes, by=User.objects.get(pk=kari.pk))

    assert [error.code for error in refused.value.error_dict["scopes"]] == ["scope_forbidden"]
    assert (page.status_code, AccessToken.objects.count()) == (200, 0)
    assert "You can only issue what you may do yourself" in page.content.decode()


def test_one_person_has_so_many_tokens_at_a_time(client, kari, manager):
    for number in range(MOST_TOKENS):
        token, _ = issue_token(f"Site {number}", scopes=["preview"], by=kari)
    client.force_login(kari)
    words = {"name": "One more", "scopes": ["preview"]}

    page = client.post(reverse("admin:content_accesstoken_add"), words)
    with pytest.raises(ValidationError) as refused:
        issue_token("One more", scopes=["preview"], by=kari)

    assert (refused.value.code, page.status_code) == ("too_many_tokens", 200)
    assert "You have 20 tokens, the most at a time" in page.content.decode()
    issue_token("Another's", scopes=["preview"], by=manager)
    issue_token("The system's", scopes=["preview"])
    revoke(token, at=timezone.now())
    issue_token("One more", scopes=["preview"], by=kari)


def test_there_are_so_many_endpoints(admin_client, at):
    for number in range(MOST_ENDPOINTS):
        endpoint, _ = add_endpoint(f"Site {number}", url="https://example.org/hook", at=at)
    disable(endpoint, reason="Off.")

    page = admin_client.post(
        reverse("admin:content_webhookendpoint_add"), {"name": "One more", "url": "https://example.org/hook"}
    )
    with pytest.raises(ValidationError) as refused:
        add_endpoint("One more", url="https://example.org/hook", at=at)

    assert (refused.value.code, page.status_code) == ("too_many_endpoints", 200)
    assert "There are 50 endpoints, the most there may be" in page.content.decode()
    changed = admin_client.post(
        reverse("admin:content_webhookendpoint_change", args=[endpoint.pk]),
        {"name": "Renamed", "url": "https://example.org/hook"},
    )
    assert (changed.status_code, WebhookEndpoint.objects.filter(name="Renamed").count()) == (302, 1)
    endpoint.delete()
    add_endpoint("One more", url="https://example.org/hook", at=at)


def test_a_recall_ends_the_links_to_what_it_recalls_and_no_others(client, manager, text, kari):
    other = draft("see").translations.get()
    both = draft("see", locales=("en", "nb"))
    publish([text.asset, both])
    links = {
        "recalled": share(text, by=kari)[1],
        "other": share(other, by=kari)[1],
        "en": share(both.translations.get(locale__code="en"), by=kari)[1],
        "nb": share(both.translations.get(locale__code="nb"), by=None)[1],
    }

    withdraw(text.asset, by=manager)
    results = {name: opens(client, link) for name, link in links.items()}
    withdraw(text.asset, recall=True, by=manager)
    withdraw(both, recall=True, locales=[both.translations.get(locale__code="nb").locale])

    assert results == dict.fromkeys(links, 200)
    assert {name: opens(client, link) for name, link in links.items()} == {
        "recalled": 404,
        "other": 200,
        "en": 200,
        "nb": 404,
    }
    ended = ShareLink.objects.get(translation=text)
    assert (ended.revoked_by, ended.revoked_at is None) == (manager, False)


def test_the_page_of_a_recall_says_how_many_links_end(client, manager, text):
    publish(text.asset)
    share(text, by=None)
    share(text, by=manager)
    client.force_login(manager)
    address = f"{reverse('admin:content_asset_withdraw')}?ids={text.asset_id}"

    html = client.get(address).content.decode()
    answer = client.post(address, {"locales": [text.locale_id], "recall": "on"})

    assert "2 share links are open; only a recall ends them too." in html
    assert "2 share links to it were ended." in [str(one) for one in get_messages(answer.wsgi_request)]


def person_form(user, **words):
    form = {"username": user.username, "is_staff": "on", "date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    return {**form, **words}


@pytest.mark.parametrize("how", ["suspend", "demote"])
def test_the_page_of_a_person_says_what_ends_before_and_after(client, manager, text, kari, how):
    share(text, by=kari)
    share(text, by=kari)
    issue_token("Site", scopes=["preview"], by=kari)
    client.force_login(manager)
    address = reverse("admin:auth_user_change", args=[kari.pk])
    groups = list(kari.groups.values_list("pk", flat=True))
    words = {"groups": groups} if how == "suspend" else {"is_active": "on"}

    before = " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())
    answer = client.post(address, person_form(kari, **words))

    assert "2 share links and 1 access token. They stop working if this person is deactivated" in before
    messages = [str(one) for one in get_messages(answer.wsgi_request)]
    assert "This change has stopped 2 share links and 1 access token." in messages


def test_a_change_that_ends_nothing_says_nothing_of_it(client, manager, text, kari):
    share(text, by=kari)
    client.force_login(manager)
    words = {"is_active": "on", "first_name": "Kari", "groups": list(kari.groups.values_list("pk", flat=True))}

    answer = client.post(reverse("admin:auth_user_change", args=[kari.pk]), person_form(kari, **words))

    assert [str(one) for one in get_messages(answer.wsgi_request) if "stopped" in str(one)] == []
    assert User.objects.get(pk=kari.pk).first_name == "Kari"


def test_the_page_of_a_group_says_what_ends_with_its_rights(client, manager, text, kari):
    share(text, by=kari)
    client.force_login(manager)
    group = Group.objects.get(name="Editor")

    answer = client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Editor", "permissions": []})

    messages = [str(one) for one in get_messages(answer.wsgi_request)]
    assert "This change has stopped 1 share link and 0 access tokens." in messages


def test_whoever_deletes_somebody_is_told_what_ends_with_them(client, manager, text, kari):
    share(text, by=kari)
    issue_token("Site", scopes=["preview"], by=kari)
    client.force_login(manager)
    chosen = {"action": "delete_selected", "_selected_action": [kari.pk], "index": 0}

    pages = [
        client.get(reverse("admin:auth_user_delete", args=[kari.pk])),
        client.post(reverse("admin:auth_user_changelist"), chosen),
    ]

    message = "This stops 1 share link and 1 access token that they have issued."
    assert [message in page.content.decode() for page in pages] == [True, True]


@pytest.mark.parametrize("state", ["usable", "stopped"])
def test_the_lists_tell_and_find_what_has_stopped(client, manager, text, kari, state):
    share(text, by=kari)
    issue_token("Site", scopes=["preview"], by=kari)
    if state == "stopped":
        suspend(kari)
    client.force_login(manager)
    link = "active" if state == "usable" else state

    tokens = client.get(reverse("admin:content_accesstoken_changelist")).context["cl"]
    links = client.get(reverse("admin:content_sharelink_changelist"), {"state": link}).context["cl"]
    others = client.get(
        reverse("admin:content_sharelink_changelist"), {"state": "stopped" if state == "usable" else "active"}
    ).context["cl"]

    assert [token.state_at(timezone.now()) for token in tokens.result_list] == [state]
    assert [one.state_at(timezone.now()) for one in links.result_list] == [link]
    assert list(others.result_list) == []
