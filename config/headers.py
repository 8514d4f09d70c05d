"""What every answer says to browsers: what may be loaded and run, what the page may use, and who may keep it.

A page of people gets the policy of its kind; everything else gets one that loads and runs nothing.
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
    """The same for whatever takes the long way; what does not say who may keep it is kept by nobody."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = super().__call__(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class PagePolicies(CSPMiddleware):
    """The policies of the admin and of the API's documentation; the rest has the one of ``ConstantHeaders``."""

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
    """Names the one inline script of the admin, the editor's import map: its addresses change with a release."""
    script = re.sub(r"^<script[^>]*>|</script>$", "", str(importmap))
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
