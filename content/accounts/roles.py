"""The roles that ship, as groups of permissions, and the rule for giving them to others."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from content.permissions import (
    ADD_COMMENT,
    ADD_MEDIA,
    ADD_TERM,
    ASSIGN_FINDING,
    CHANGE_MEDIA,
    CHANGE_TERM,
    CHANGE_TOUCHPOINT,
    EDIT_ANY_ASSET,
    PUBLISH_ASSET,
    REVIEW_TRANSLATION,
    VIEW_COVERAGE,
    VIEW_EVENT,
    VIEW_WEBHOOKATTEMPT,
    WAIVE_FINDING,
)

MAP = ("journey", "stage", "transition", "segment", "channel", "recommendation", "touchpoint")
READ = (
    *("asset", "translation", "placement", "nextstep", "teaser", "comment", "media", "source", "edition"),
    *("publication", "waiver", "pin", "kind", "locale", "vocabulary", "term", "target", "expectedstep", "assignment"),
    "auditrun",
)
WRITTEN = ("asset", "translation", "placement", "nextstep", "teaser")
MADE = ("add", "change", "delete")

_reading = {*(f"journeys.view_{name}" for name in MAP), *(f"content.view_{name}" for name in READ)}
_reading |= {VIEW_COVERAGE}
_writing = {*(f"content.{verb}_{name}" for verb in MADE for name in WRITTEN)}
_writing |= {ADD_COMMENT, ADD_MEDIA, CHANGE_MEDIA}

# By name: the permissions of each. A user can have several roles.
ROLES: dict[str, frozenset[str]] = {
    "Author": frozenset(_reading | _writing),
    "Editor": frozenset(
        _reading
        | _writing
        | {
            EDIT_ANY_ASSET,
            REVIEW_TRANSLATION,
            ASSIGN_FINDING,
            ADD_TERM,
            CHANGE_TERM,
            CHANGE_TOUCHPOINT,
        }
        | {f"content.{verb}_{name}" for verb in MADE for name in ("target", "expectedstep")}
    ),
    "Publisher": frozenset(
        _reading
        | {PUBLISH_ASSET, WAIVE_FINDING, ASSIGN_FINDING, ADD_COMMENT}
        | {f"content.{verb}_pin" for verb in MADE}
    ),
    "Analyst": frozenset(_reading),
    "Integrator": frozenset(
        {f"content.{verb}_accesstoken" for verb in ("view", "add", "change")}
        | {f"content.{verb}_webhookendpoint" for verb in ("view", *MADE)}
        | {f"content.{verb}_webhookdelivery" for verb in ("view", "change")}
        | {VIEW_WEBHOOKATTEMPT, VIEW_EVENT}
    ),
}


def load_roles() -> dict[str, str]:
    """Creates the missing roles as groups; returns the outcome of each, ``created`` or ``kept`` as it is."""
    with transaction.atomic():
        return {name: _load(name, rights) for name, rights in ROLES.items()}


def _load(name: str, rights: frozenset[str]) -> str:
    group, created = Group.objects.get_or_create(name=name)
    if not created:
        return "kept"
    known = Permission.objects.select_related("content_type").filter(
        content_type__app_label__in=("content", "journeys")
    )
    by_name = {_permission_name(permission): permission for permission in known}
    group.permissions.set(by_name[right] for right in rights)
    return "created"


def staff(*besides: int | None) -> QuerySet[User]:
    """The users that something can be assigned to, by name: active staff, and those with the ids ``besides``."""
    named = Q(is_staff=True, is_active=True) | Q(pk__in=[pk for pk in besides if pk])
    return User.objects.filter(named).order_by("username")


def rights_of(user: User) -> frozenset[str]:
    """The permissions of ``user``, active or not; of a superuser all. One query."""
    granted = Permission.objects.all() if user.is_superuser else _granted(user)
    return frozenset(f"{app}.{name}" for app, name in granted.values_list("content_type__app_label", "codename"))


def _granted(user: User) -> QuerySet[Permission]:
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def refuse_to_give(by: User, groups: Iterable[Group] = (), permissions: Iterable[Permission] = ()) -> None:
    """Refuses (``right_lacking``) to let ``by`` give groups or permissions that hold what they may not do themselves.

    Otherwise whoever may change users could raise their own rights, or those of somebody whose password they set.
    """
    own = rights_of(by)
    grants = {str(group): list(group.permissions.select_related("content_type")) for group in groups}
    grants |= {str(permission): [permission] for permission in permissions}
    lacking = [name for name, rights in grants.items() if not set(map(_permission_name, rights)) <= own]
    if lacking:
        message = _("You can only give what you may do yourself, which these are not: %(names)s. Ask a superuser.")
        raise ValidationError(message % {"names": ", ".join(lacking)}, code="right_lacking")


def _permission_name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
