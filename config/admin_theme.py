"""Settings of the admin's theme: colours, scripts and first page. The sidebar is ``content/admin/navigation.py``."""

from urllib.parse import quote

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _

# The theme's own purple, but for 500: it colours links in dark mode, where the theme's has too little contrast.
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


def keyboard_script(request: HttpRequest) -> str:
    """The address of ``keyboard.js``, with its only text as the fragment: the theme's script tags take no data."""
    return f"{static('content/keyboard.js')}#{quote(_('Delete this row'))}"


UNFOLD = {
    "SITE_TITLE": "Waymark",
    "SITE_HEADER": "Waymark",
    "SITE_SYMBOL": "signpost",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("content/icon.svg")},
    ],
    "COLORS": {"primary": PRIMARY},
    "SCRIPTS": [lambda request: static("content/zone.js"), keyboard_script],
    "DASHBOARD_CALLBACK": "content.admin.desk.desk",
    "SIDEBAR": {"navigation": "content.admin.navigation.navigation"},
}
