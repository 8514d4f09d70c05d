"""Former addresses: the paths that content had before it was imported."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from content.bulk import create
from content.catalogue import Catalogue
from content.importers.draft import ASSET
from content.importers.finish import LineToFinish
from content.importers.shape import Line
from content.models import FormerAddress

LONGEST = 500


def path_of(address: str) -> str:
    """The path of a former address, without its host, query and last slash; empty if it is no path of a site."""
    try:
        path = unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
    return (path.rstrip("/") or "/") if path.startswith("/") and len(path) <= LONGEST else ""


def write_former_addresses(lines: Iterable[LineToFinish], catalogue: Catalogue) -> None:
    """Writes the former addresses of the changed parts of ``lines``; what cannot be kept is among their warnings.

    A path belongs to whoever named it first. Three statements, none where no line names any and none had any.
    """
    changed = [line for line in lines if line.changed]
    named = [(item, code, address) for item in changed for code, address in _addresses(item.line)]
    assets = {item.source.asset_id for item in changed}
    FormerAddress.objects.filter(asset__in=assets).delete()
    paths = {path_of(address) for *_item, address in named}
    owners = dict(FormerAddress.objects.filter(path__in=paths).values_list("path", "asset_id")) if paths else {}
    rows: list[FormerAddress] = []
    for item, code, address in named:
        path, asset = path_of(address), item.source.asset_id
        if not path:
            warning = _("former address “%(address)s”: write a path that begins with /")
            item.line.warnings.append(warning % {"address": address[:200]})
        elif owners.setdefault(path, asset) != asset:
            warning = _("former address “%(address)s”: another asset has it already")
            item.line.warnings.append(warning % {"address": path})
        elif path not in {row.path for row in rows}:
            rows.append(FormerAddress(path=path, asset_id=asset, locale=catalogue.locales.get(code)))
    create(rows)


def _addresses(line: Line) -> list[tuple[str, str]]:
    """The former addresses that a line names, each with its language; those of the line itself have none."""
    own = [(ASSET, address) for address in line.data.get("former", [])]
    return own + [(text["locale"], address) for text in line.translations for address in text.get("former", [])]
