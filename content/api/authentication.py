"""Who asks: nobody in particular, or the holder of a token. What a scope is needed for is refused by ``require``."""

from typing import cast

from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from content import clock
from content.delivery.reading import Reading
from content.models import AccessToken
from content.questions.reading import reading_of, refuse_apart
from content.tokens import bearer
from journeys.parameters import CheckedParameters

REFUSED = "The token is unknown, expired or revoked. Send 'Authorization: Bearer wmk_…', or no such header."


class Bearer(BaseAuthentication):
    """``request.auth`` is the token, ``None`` without one; ``request.user`` is ``None``, for a token is nobody.

    A header that holds no usable token is refused even where none is needed: whoever sends one means to be known,
    and would take the public answer for theirs. One query with a token, none without.
    """

    def authenticate(self, request: Request) -> tuple[None, AccessToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _, text = header.partition(" ")
        token = bearer(text.strip(" "), at=clock.now()) if scheme.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed(REFUSED)
        return None, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def require(request: Request, scope: str, parameter: str = "") -> None:
    """Refuses (401 without a token, 403 without the scope) what takes ``scope``: a parameter, or else the route."""
    token = cast("AccessToken | None", request.auth)
    needs = f"{_subject(parameter)} needs a token with scope '{scope}'"
    if token is None:
        raise NotAuthenticated(f"{needs}.")
    if not token.allows(scope):
        raise PermissionDenied(
            _("%(needs)s; this one has %(scopes)s.") % {"needs": needs, "scopes": ", ".join(token.scopes)}
        )


def _subject(parameter: str) -> str:
    return f"Parameter '{parameter}'" if parameter else "This address"


def read_reading(request: Request, parameters: CheckedParameters) -> Reading:
    """Which state the request reads. What only previews may ask for needs a token with the scope ``preview``."""
    refuse_apart(parameters)
    for name in ("draft", "as_of", "explain"):
        if name in parameters.given:
            require(request, "preview", name)
    return reading_of(parameters)
