"""Purges caches in front of the service by key, through an adapter.

An adapter is a class with ``purge(keys)``, made without arguments; it raises what it likes if it failed, and is called
again later. ``PURGE_ADAPTER`` names it. The same keys may come twice, and some that no cache holds.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from content.outbound_http import OutgoingFailed, send

logger = logging.getLogger(__name__)


class Purger(Protocol):
    def purge(self, keys: Sequence[str]) -> None: ...


def purger() -> Purger | None:
    """The adapter that ``PURGE_ADAPTER`` names, ``None`` if it is empty. Raises ``ImproperlyConfigured``."""
    if not settings.PURGE_ADAPTER:
        return None
    try:
        adapter: Purger = import_string(settings.PURGE_ADAPTER)()
    except ImportError as error:
        raise ImproperlyConfigured(f"PURGE_ADAPTER={settings.PURGE_ADAPTER!r}: {error}.") from error
    return adapter


class LogPurge:
    """Only logs the keys, in one short line, however many there are."""

    most, longest = 5, 80  # keys, and characters of each

    def purge(self, keys: Sequence[str]) -> None:
        first = " ".join(key[: self.longest] for key in keys[: self.most])
        logger.info("purge %d keys: %s%s", len(keys), first, " …" if len(keys) > self.most else "")


class OverHTTP:
    """POSTs to ``PURGE_URL``, with ``PURGE_HEADER`` (``Name: value``) to say who asks. What is no 2xx is a failure."""

    most = 256  # keys in one request

    def __init__(self) -> None:
        name, colon, value = settings.PURGE_HEADER.partition(":")
        # Checked here, without the value in the message: the HTTP client would quote it, and it is a secret.
        if not settings.PURGE_URL or (name and not colon) or not (value.isascii() and value.isprintable()):
            raise ImproperlyConfigured("Set PURGE_URL, and PURGE_HEADER like “Name: value”, for this PURGE_ADAPTER.")
        self.headers = {name.strip(): value.strip()} if name else {}

    def purge(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), self.most):
            # A failure in the middle leaves the first keys purged and the delivery due again: all of them then come
            # twice, which a cache does not mind.
            headers, content = self.request(keys[start : start + self.most])
            answer = send("POST", settings.PURGE_URL, headers={**self.headers, **headers}, content=content)
            if not 200 <= answer.status < 300:
                raise OutgoingFailed(_("The cache answered %(status)d.") % {"status": answer.status})

    def request(self, keys: Sequence[str]) -> tuple[Mapping[str, str], bytes]:
        raise NotImplementedError


class HeaderPurge(OverHTTP):
    """The keys in a header, as Fastly takes them and as Varnish with xkey can be told to."""

    def request(self, keys: Sequence[str]) -> tuple[Mapping[str, str], bytes]:
        return {"Surrogate-Key": " ".join(keys)}, b""


class TagsPurge(OverHTTP):
    """The keys as the tags of a JSON object, as Cloudflare takes them."""

    most = 30

    def request(self, keys: Sequence[str]) -> tuple[Mapping[str, str], bytes]:
        return {"Content-Type": "application/json"}, json.dumps({"tags": list(keys)}).encode()
