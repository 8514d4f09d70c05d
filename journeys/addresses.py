"""Validates the addresses that readers can open: paths on the site, web addresses, mail and telephone."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SCHEMES = ("https", "http", "mailto", "tel")
USER = re.compile(r"(?:(?:https?|ftp):[/\\]*|[/\\]{2,})[^/?#\\\s]*@", re.IGNORECASE)


def user_message() -> str:
    """The refusal of an address with a user name: “https://bank.example@evil.example/” leads to evil.example."""
    return _("Take out what stands before “@”: it hides where the address leads.")


def _bad_scheme() -> ValidationError:
    message = _("Write a path that begins with / or an address (%(schemes)s), without spaces.")
    return ValidationError(message % {"schemes": ", ".join(SCHEMES)}, code="url_scheme")


def has_user(value: str) -> bool:
    """Whether an address names a user or a password before its host, however it is spelled."""
    # Browsers drop control characters and take “\\” for “/”, so the expression has to see what they see.
    return USER.match(re.sub(r"[\x00-\x1f]+", "", value).strip()) is not None


def validate_address(value: str) -> None:
    """Refuses what is neither a path on the site nor an address people can open: ``url_scheme``, ``url_user``.

    Backslashes, blanks and control characters are refused too: browsers read some of them as another host.
    """
    if "\\" in value or any(letter.isspace() or not letter.isprintable() for letter in value):
        raise _bad_scheme()
    if has_user(value):
        raise ValidationError(user_message(), code="url_user")
    if value.startswith("/") and not value.startswith("//"):
        return
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise _bad_scheme() from error
    if parts.scheme not in SCHEMES or not (parts.netloc or parts.scheme in ("mailto", "tel")):
        raise _bad_scheme()
