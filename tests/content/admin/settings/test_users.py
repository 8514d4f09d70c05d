"""Whoever may change users raises neither themselves nor anybody else above what they may do."""

import pytest
from axes.models import AccessFailureLog
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.urls import reverse

from content.accounts.roles import load_roles

pytestmark = pytest.mark.django_db
RIGHTS = [f"{verb}_{what}" for verb in ("view", "add", "change", "delete") for what in ("user", "group")]


@pytest.fixture
def manager(client, db):
    """May change users and groups, and is an analyst."""
    load_roles()
    user = User.objects.create_user("manager", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    user.groups.set(Group.objects.filter(name="Analyst"))
    client.force_login(user)
    return user


@pytest.fixture
def people(manager, django_user_model):
    """One of each: the manager, an analyst, a publisher, a suspended publisher, a superuser."""
    found = {"themselves": manager, "superuser": User.objects.create_superuser("root")}
    for name, role in (("analyst", "Analyst"), ("publisher", "Publisher"), ("suspended", "Publisher")):
        found[name] = User.objects.create_user(name, is_staff=True, is_active=name != "suspended")
        found[name].groups.set(Group.objects.filter(name=role))
    return found


def page(name, *args):
    return reverse(f"admin:auth_{name}", args=args)


def form(user, **words):
    data = {"username": user.username, "is_staff": "on", "date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    return {**data, "is_active": "on", **words}


def groups(*names):
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def names_of(user):
    return sorted(user.groups.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("who", "expected", "has"),
    [
        ("themselves", ["Analyst", "Publisher"], ["Analyst"]),
        ("themselves", ["Analyst", "Integrator"], ["Analyst"]),
        ("analyst", ["Analyst", "Editor"], ["Analyst"]),
        ("publisher", ["Publisher", "Editor"], ["Publisher"]),
        ("publisher", ["Publisher", "Analyst"], ["Analyst", "Publisher"]),
        ("publisher", [], []),
        ("suspended", ["Publisher"], ["Publisher"]),
        ("superuser", ["Analyst"], []),
    ],
)
def test_nobody_gives_a_group_that_may_what_they_may_not(client, people, who, expected, has):
    user = people[who]

    client.post(page("user_change", user.pk), form(user, groups=groups(*expected), is_superuser="on"))

    user.refresh_from_db()
    assert (names_of(user), user.is_superuser) == (has, who == "superuser")


def test_the_refusal_names_the_group(client, people):
    response = client.post(
        page("user_change", people["themselves"].pk), form(people["themselves"], groups=groups("Analyst", "Publisher"))
    )

    errors = response.context["adminform"].form.errors["groups"]
    assert errors == ["You can only give what you may do yourself, which these are not: Publisher. Ask a superuser."]


def test_somebody_is_suspended_by_whoever_may_change_users(client, people):
    user = people["publisher"]
    data = form(user, groups=groups("Publisher"))
    del data["is_active"]

    client.post(page("user_change", user.pk), data)

    user.refresh_from_db()
    assert (user.is_active, names_of(user)) == (False, ["Publisher"])


def test_single_rights_are_for_superusers_to_give(client, people):
    right = Permission.objects.get(codename="publish_asset")

    client.post(page("user_change", people["analyst"].pk), form(people["analyst"], user_permissions=[right.pk]))

    assert not people["analyst"].user_permissions.exists()


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("themselves", True), ("analyst", True), ("publisher", False), ("suspended", False), ("superuser", False)],
)
def test_nobody_sets_the_password_of_somebody_who_may_do_more(client, people, who, allowed):
    words = {"password1": "steady-hand-9", "password2": "steady-hand-9", "usable_password": "true"}
    before = User.objects.get(pk=people[who].pk).password

    opened = client.get(page("user_password_change", people[who].pk)).status_code
    posted = client.post(page("user_password_change", people[who].pk), words).status_code

    assert (opened, posted) == ((200, 302) if allowed else (403, 403))
    assert (User.objects.get(pk=people[who].pk).password != before) is allowed


@pytest.mark.parametrize("group", ["own", "Publisher", "new"])
def test_nobody_widens_a_group_beyond_what_they_may(client, people, group):
    own = Group.objects.create(name="own")
    people["themselves"].groups.add(own)
    right, harmless = (Permission.objects.get(codename=name) for name in ("waive_finding", "view_user"))
    held = {"own": set(), "Publisher": None, "new": set()}[group]
    target = None if group == "new" else Group.objects.get(name=group)
    address = page("group_change", target.pk) if target else page("group_add")
    if held is None:
        held = set(target.permissions.values_list("pk", flat=True))
        right = Permission.objects.get(codename="add_kind")

    refused = client.post(address, {"name": group, "permissions": [*held, right.pk]})
    taken = client.post(address, {"name": group, "permissions": [*held, harmless.pk]})

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert "You can only give what you may do yourself" in refused.content.decode()
    assert set(Group.objects.get(name=group).permissions.values_list("pk", flat=True)) == {*held, harmless.pk}


@pytest.mark.parametrize("how", ["page", "list"])
def test_a_superuser_is_deleted_by_superusers_alone(client, people, how):
    root = people["superuser"]
    chosen = {"action": "delete_selected", "_selected_action": [root.pk], "index": 0, "post": "yes"}

    response = (
        client.post(page("user_delete", root.pk), {"post": "yes"})
        if how == "page"
        else client.post(page("user_changelist"), chosen)
    )

    assert (response.status_code, User.objects.filter(pk=root.pk).count()) == (403, 1)


def test_a_superuser_gives_everything(client, people):
    client.force_login(people["superuser"])
    user, right = people["analyst"], Permission.objects.get(codename="add_kind")

    client.post(
        page("user_change", user.pk),
        form(user, groups=groups("Publisher"), user_permissions=[right.pk], is_superuser="on"),
    )

    user.refresh_from_db()
    assert (names_of(user), list(user.user_permissions.all()), user.is_superuser) == (["Publisher"], [right], True)


def test_whoever_may_change_users_lifts_what_wrong_passwords_locked_but_for_superusers(client, people):
    for name in ("publisher", "root", "somebody-else"):
        AccessFailureLog.objects.create(username=name, ip_address="192.0.2.1")
    chosen = {
        "action": "let_sign_in",
        "_selected_action": [people["publisher"].pk, people["superuser"].pk],
        "index": 0,
    }

    response = client.post(page("user_changelist"), chosen)

    assert [str(one) for one in get_messages(response.wsgi_request)] == [
        "Sign-in unlocked: 1 wrong password forgotten."
    ]
    assert set(AccessFailureLog.objects.values_list("username", flat=True)) == {"root", "somebody-else"}
