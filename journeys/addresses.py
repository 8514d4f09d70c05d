"""Addresses that people are led to."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

SCHEMES = ("https", "http", "mailto", "tel")
USER = re.compile(
    r"(?:(?:https?|ftp):[/\\]*|[/\\]{2,})[^/?#\\\s]*@", re.IGNORECASE
)  # “https://bank.example@evil.example/”
USER_WORDS = "Take out what stands before “@”: it hides where the address leads."
WORDS = f"Write a path that begins with / or an address ({', '.join(SCHEMES)}), without spaces."


def has_user(value: str) -> bool:
    """Whether an address names a user or a password before its host, however it is spelled."""
    return USER.match(re.sub(r"[\x00-\x1f]+", "", value).strip()) is not None


def validate_address(value: str) -> None:
    """Refuses (``url_scheme``) what is neither a path on the site nor an address people can open.

    Backslashes, blanks and control characters are refused too: browsers read some of them as another host.
    """
    if "\\" in value or any(letter.isspace() or not letter.isprintable() for letter in value):
        raise ValidationError(WORDS, code="url_scheme")
    if has_user(value):
        raise ValidationError(USER_WORDS, code="url_user")
    if value.startswith("/") and not value.startswith("//"):
        return
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValidationError(WORDS, code="url_scheme") from error
    if parts.scheme not in SCHEMES or not (parts.netloc or parts.scheme in ("mailto", "tel")):
        raise ValidationError(WORDS, code="url_scheme")
