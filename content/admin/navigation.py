"""The admin's sidebar: entries for those who may see what they lead to."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse, reverse_lazy

from content.permissions import VIEW_COVERAGE


def may_see(model: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(model.replace(".", ".view_")))


def may(right: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(right))


def is_within(request: HttpRequest, page: str, *, but: str) -> bool:
    """Whether an address lies under ``page``, and not under another that does."""
    return request.path.startswith(reverse(page)) and not request.path.startswith(reverse(but))


def screens(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Entries of the sidebar, each for those who may see its model: title, icon, ``app.model``."""
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
        "title": "Content",
        "items": screens(
            ("Assets", "article", "content.asset"),
            ("Translations", "translate", "content.translation"),
            ("Media", "image", "content.media"),
            ("Pins", "push_pin", "content.pin"),
            ("Publications", "history", "content.publication"),
            ("Share links", "share", "content.sharelink"),
        ),
    },
    {
        "title": "Coverage",
        "separator": True,
        "items": [
            {
                "title": "Coverage",
                "icon": "grid_on",
                "link": reverse_lazy("coverage-page"),
                "active": lambda request: is_within(request, "coverage-page", but="findings-page"),
                "permission": partial(may, VIEW_COVERAGE),
            },
            {
                "title": "Findings",
                "icon": "troubleshoot",
                "link": reverse_lazy("findings-page"),
                "permission": partial(may, VIEW_COVERAGE),
            },
            *screens(
                ("Targets", "target", "content.target"),
                ("Expected steps", "alt_route", "content.expectedstep"),
            ),
        ],
    },
    {
        "title": "The map",
        "separator": True,
        "items": screens(
            ("Journeys", "route", "journeys.journey"),
            ("Stages", "steps", "journeys.stage"),
            ("Transitions", "trending_flat", "journeys.transition"),
            ("Segments", "groups", "journeys.segment"),
            ("Channels", "cell_tower", "journeys.channel"),
            ("Touchpoints", "touch_app", "journeys.touchpoint"),
        ),
    },
    {
        "title": "Settings",
        "separator": True,
        "items": screens(
            ("Kinds", "category", "content.kind"),
            ("Locales", "language", "content.locale"),
            ("Vocabularies", "sell", "content.vocabulary"),
            ("Waivers", "verified_user", "content.waiver"),
            ("Access tokens", "key", "content.accesstoken"),
            ("Webhooks", "webhook", "content.webhookendpoint"),
            ("Events", "bolt", "content.event"),
            ("Deliveries", "outbox", "content.webhookdelivery"),
            ("Users", "person", "auth.user"),
            ("Groups", "group", "auth.group"),
        ),
    },
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of the sidebar with their entries, as the theme takes them."""
    return NAVIGATION
