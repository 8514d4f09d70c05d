"""Finds addresses that lead into this service's own admin: such links are not for readers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, ResolverMatch, resolve

ADMIN = "/admin/"
# As browsers read an address: blanks are nothing, “\” is “/”.
AS_BROWSERS_READ: dict[int, str | None] = {**dict.fromkeys(range(0x21)), ord("\\"): "/"}
IN_MARKUP = re.compile(r"""(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
OF_ASSET = re.compile(r"content_asset_\w+")
OF_TEXT = re.compile(r"content_translation_\w+")


@dataclass(frozen=True)
class PrivatePage:
    """A page of the admin; of an asset or of one of its texts, by id, if it is of one."""

    asset: int | None = None
    text: int | None = None


def private_page(href: str) -> PrivatePage | None:
    """The page of this admin that ``href`` leads to, on one of ``ALLOWED_HOSTS`` or without a host; else ``None``."""
    try:
        parts = urlsplit(href.translate(AS_BROWSERS_READ))
        host = split_domain_port(parts.netloc.rpartition("@")[2])[0]
    except ValueError:
        return None
    if parts.scheme.lower() not in ("", "http", "https") or (parts.netloc and not _is_ours(host)):
        return None
    # As the server sees it: “/x/../admin/” and “/%61dmin/” are the admin too.
    # ``normpath`` keeps two slashes at the beginning, which would hide “//admin/”.
    path = normpath(f"/{unquote(parts.path)}").replace("//", "/") + "/"
    if not path.startswith(ADMIN):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return _page(found, path)


def _is_ours(host: str) -> bool:
    return validate_host(host, [name for name in settings.ALLOWED_HOSTS if name != "*"])


def _page(found: ResolverMatch, path: str) -> PrivatePage | None:
    name, key = found.url_name or "", str(found.kwargs.get("object_id", ""))
    if not name and not key:
        return None  # the admin has no such page
    pk = int(key) if re.fullmatch("[0-9]{1,18}", key) else None
    if OF_ASSET.fullmatch(name) or path.startswith(f"{ADMIN}content/asset/"):
        return PrivatePage(asset=pk)
    if OF_TEXT.fullmatch(name) or path.startswith(f"{ADMIN}content/translation/"):
        return PrivatePage(text=pk)
    return PrivatePage()


def private_addresses(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yields path and address of each link into this admin in ``value``: HTML, or fields of a kind at any depth."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from private_addresses(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from private_addresses(inner, f"{path}.{index}")
    elif isinstance(value, str) and ADMIN.strip("/") in unquote(unescape(value)):
        named = [unescape("".join(found)) for found in IN_MARKUP.findall(value)]
        whole = [value.strip()] if len(value) < 2000 and not value.lstrip().startswith("<") else []
        yield from ((path, href) for href in dict.fromkeys([*named, *whole]) if private_page(href))
