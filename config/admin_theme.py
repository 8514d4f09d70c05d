"""The admin's theme and its sidebar: entries for those who may see what they lead to."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, reverse_lazy


def may_see(model: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(model.replace(".", ".view_")))


def may(right: str, request: HttpRequest) -> bool:
    return bool(request.user.has_perm(right))


def is_within(request: HttpRequest, page: str, *, but: str) -> bool:
    """Whether an address lies under ``page``, and not under another that does."""
    return request.path.startswith(reverse(page)) and not request.path.startswith(reverse(but))


def screens(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Entries of the admin's sidebar, each for those who may see its model: title, icon, ``app.model``."""
    return [
        {
            "title": title,
            "icon": icon,
            "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
            "permission": partial(may_see, model),
        }
        for title, icon, model in rows
    ]


# The theme's own purple, but for 500: links in the dark are of it, and have to be read.
PRIMARY = {
    "50": "oklch(97.7% .014 308.299)",
    "100": "oklch(94.6% .033 307.174)",
    "200": "oklch(90.2% .063 306.703)",
    "300": "oklch(82.7% .119 306.383)",
    "400": "oklch(75.4% .163 305.504)",
    "500": "oklch(72.4% .183 305.504)",
    "600": "oklch(55.8% .288 302.321)",
    "700": "oklch(49.6% .265 301.924)",
    "800": "oklch(43.8% .218 303.724)",
    "900": "oklch(38.1% .176 304.987)",
    "950": "oklch(29.1% .149 302.717)",
}
UNFOLD = {
    "SITE_TITLE": "Waymark",
    "SITE_HEADER": "Waymark",
    "SITE_SYMBOL": "signpost",
    "COLORS": {"primary": PRIMARY},
    "SCRIPTS": [lambda request: static("content/zone.js"), lambda request: static("content/keyboard.js")],
    "DASHBOARD_CALLBACK": "content.admin.desk.desk",
    "SIDEBAR": {
        "navigation": [
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
                        "permission": partial(may, "content.view_coverage"),
                    },
                    {
                        "title": "Findings",
                        "icon": "troubleshoot",
                        "link": reverse_lazy("findings-page"),
                        "permission": partial(may, "content.view_coverage"),
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
    },
}
