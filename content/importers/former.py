"""The addresses that content had before it was imported."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from content.bulk import create
from content.catalogue import Catalogue
from content.importers.draft import ASSET
from content.importers.finish import Finishing
from content.models import FormerAddress

LONGEST = 500


def path_of(address: str) -> str:
    """The path of a former address, without its host, query and last slash; empty if it is no path of a site."""
    try:
        path = unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""
    return (path.rstrip("/") or "/") if path.startswith("/") and len(path) <= LONGEST else ""


def keep_former(lines: Iterable[Finishing], catalogue: Catalogue) -> None:
    """Writes the former addresses of the changed parts of ``lines``; what cannot be kept is among their warnings.

    A path belongs to whoever named it first. Three statements, none where no line names any and none had any.
    """
    changed = [one for one in lines if one.changed]
    wanted = [(one, code, address) for one in changed for code, address in _named(one)]
    assets = {one.source.asset_id for one in changed}
    FormerAddress.objects.filter(asset__in=assets).delete()
    paths = {path_of(address) for _, _, address in wanted}
    owners = dict(FormerAddress.objects.filter(path__in=paths).values_list("path", "asset_id")) if paths else {}
    rows: list[FormerAddress] = []
    for one, code, address in wanted:
        path, asset = path_of(address), one.source.asset_id
        if not path:
            one.line.warnings.append(f"former address “{address[:200]}”: write a path that begins with /")
        elif owners.setdefault(path, asset) != asset:
            one.line.warnings.append(f"former address “{path}”: another asset has it already")
        elif path not in {row.path for row in rows}:
            rows.append(FormerAddress(path=path, asset_id=asset, locale=catalogue.locales.get(code)))
    create(rows)


def _named(one: Finishing) -> list[tuple[str, str]]:
    """The former addresses that a line names, each with its language; those of the line itself have none."""
    own = [(ASSET, address) for address in one.line.data.get("former", [])]
    return own + [(text["locale"], address) for text in one.line.translations for address in text.get("former", [])]
