"""Security headers of every response: what a browser may load, run and use, and who may cache it.

The admin and the API's documentation have policies of their own; everything else gets one that allows nothing.
"""

import base64
import hashlib
import re
from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_prose_editor.widgets import importmap

from config.language import ADMIN
from content.api.headers import ConstantHeaders

DOCS = "/api/v1/docs/"


class AllAnswers(ConstantHeaders):
    """The constant headers for every response of Django; one without ``Cache-Control`` may not be cached."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = super().__call__(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class PagePolicies(CSPMiddleware):
    """The policies of the admin and of the API's documentation; other responses have that of ``ConstantHeaders``."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if _policy_of(request) else response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        return PolicyParts(config=None if report_only else _policy_of(request))


def _policy_of(request: HttpRequest) -> dict[str, Any] | None:
    if request.path_info.startswith(ADMIN):
        scripts = [*settings.ADMIN_POLICY["script-src"], import_map_hash()]
        return {**settings.ADMIN_POLICY, "script-src": scripts}
    return settings.DOCS_POLICY if request.path_info == DOCS else None


@lru_cache(maxsize=1)
def import_map_hash() -> str:
    """The hash of the admin's only inline script, the editor's import map, for its policy.

    It is computed because the addresses in the script change with each release of the editor.
    """
    script = re.sub(r"^<script[^>]*>|</script>$", "", str(importmap))
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
