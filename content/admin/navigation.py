"""The admin's sidebar: each user sees the entries that they have permission for."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.permissions import VIEW_COVERAGE


def may_see(model: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(model.replace(".", ".view_")))


def may(right: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(right))


def is_within(request: HttpRequest, page: str, *, but: str) -> bool:
    """Whether the request is for ``page`` or a page below it, but not below ``but``."""
    return request.path.startswith(reverse(page)) and not request.path.startswith(reverse(but))


def screens(*rows: tuple[Promise, str, str]) -> list[dict[str, Any]]:
    """Entries for the lists of models, from title, icon and ``app.model``; each needs the right to view its model."""
    return [
        {
            "title": title,
            "icon": icon,
            "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
            "permission": partial(may_see, model),
        }
        for title, icon, model in rows
    ]


NAVIGATION: list[dict[str, Any]] = [
    {
        "title": _("Content"),
        "items": screens(
            (_("Assets"), "article", "content.asset"),
            (_("Translations"), "translate", "content.translation"),
            (_("Media"), "image", "content.media"),
            (_("Pins"), "push_pin", "content.pin"),
            (_("Publications"), "history", "content.publication"),
            (_("Share links"), "share", "content.sharelink"),
        ),
    },
    {
        "title": _("Coverage"),
        "separator": True,
        "items": [
            {
                "title": _("Coverage"),
                "icon": "grid_on",
                "link": reverse_lazy("coverage-page"),
                "active": lambda request: is_within(request, "coverage-page", but="findings-page"),
                "permission": partial(may, VIEW_COVERAGE),
            },
            {
                "title": _("Findings"),
                "icon": "troubleshoot",
                "link": reverse_lazy("findings-page"),
                "permission": partial(may, VIEW_COVERAGE),
            },
            *screens(
                (_("Targets"), "target", "content.target"),
                (_("Expected steps"), "alt_route", "content.expectedstep"),
            ),
        ],
    },
    {
        "title": _("Map"),
        "separator": True,
        "items": screens(
            (_("Journeys"), "route", "journeys.journey"),
            (_("Stages"), "steps", "journeys.stage"),
            (_("Transitions"), "trending_flat", "journeys.transition"),
            (_("Segments"), "groups", "journeys.segment"),
            (_("Channels"), "cell_tower", "journeys.channel"),
            (_("Touchpoints"), "touch_app", "journeys.touchpoint"),
        ),
    },
    {
        "title": _("Settings"),
        "separator": True,
        "items": screens(
            (_("Kinds"), "category", "content.kind"),
            (_("Languages"), "language", "content.locale"),
            (_("Vocabularies"), "sell", "content.vocabulary"),
            (_("Waivers"), "verified_user", "content.waiver"),
            (_("Access tokens"), "key", "content.accesstoken"),
            (_("Webhooks"), "webhook", "content.webhookendpoint"),
            (_("Events"), "bolt", "content.event"),
            (_("Deliveries"), "outbox", "content.webhookdelivery"),
            (_("Users"), "person", "auth.user"),
            (_("Groups"), "group", "auth.group"),
        ),
    },
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar with their entries, in the form that django-unfold expects."""
    return NAVIGATION
