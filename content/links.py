"""Links inside bodies, stored by the id of their asset, so that they follow it wherever it moves.

All HTML here is sanitised, so in a tag each attribute stands after one space and in double quotes, and no words
hold a ``<``.
"""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

from django.db.models import Q

from content.catalogue import Catalogue
from content.models import Address, Asset, Translation
from content.private_links import private_page

SCHEME = "asset"
TAG = r'(<a(?: [a-z]+="[^"]*")*?) href="'
# Groups: the tag up to its address, the address; in references the id and the fragment.
LINK = re.compile(TAG + r'([^"]*)"')
REFERENCE = re.compile(TAG + r'asset:([0-9a-f]{32})(#[^"]*)?"')
ANY = re.compile(TAG + r'asset:(?:([0-9a-f]{32})(#[^"]*)?|[^"]*)"')
# ``asset:key/blog%2Ffirst#prices``: what an import knows as “blog/first”, at its heading “prices”.
BY_KEY = re.compile(r"asset:key/([^#]+)(#.*)?")
OWN = [
    re.compile(r"/api/v1/content/(?P<uid>[0-9a-f]{32})/?"),
    re.compile(r"/api/v1/content/(?P<kind>[^/]+)/(?P<slug>[^/]+)/?"),
]


def referenced(html: str) -> list[str]:
    """The public ids of the assets that ``html`` links to, in order, each once."""
    return list(dict.fromkeys(match[2] for match in REFERENCE.finditer(html)))


def reference(public_id: str) -> str:
    return f"{SCHEME}:{public_id}"


def key_reference(key: str) -> str:
    """A link to what an import knows by ``key``; ``resolve_keys`` turns it into one by id."""
    return f"{SCHEME}:key/{quote(key, safe='')}"


def keys_in(html: str) -> list[str]:
    """The keys that ``html`` links to."""
    found = (BY_KEY.fullmatch(href) for href in _addresses(html))
    return [unquote(match[1]) for match in found if match]


def resolve_keys(html: str, ids: dict[str, str]) -> str:
    """``html`` with its links by key turned into links by id, where ``ids`` has the key."""

    def by_id(href: str) -> str | None:
        match = BY_KEY.fullmatch(href)
        known = match and ids.get(unquote(match[1]))
        return f"{reference(known)}{match[2] or ''}" if match and known else None

    return rewritten(html, by_id)


def rewritten(html: str, target_of: Callable[[str], str | None]) -> str:
    """``html`` with each address replaced by what ``target_of`` says; ``None`` leaves it."""

    def link(match: re.Match[str]) -> str:
        target = target_of(unescape(match[2]))
        return match[0] if target is None else f'{match[1]} href="{escape(target)}"'

    return LINK.sub(link, html)


def _addresses(html: str) -> list[str]:
    """The addresses that ``html`` links to, in order."""
    return [unescape(match[2]) for match in LINK.finditer(html)]


def by_reference(html: str, catalogue: Catalogue) -> str:
    """``html`` with the addresses of our own content kept by id: paths on the site, of the API and of the admin.

    What is or was published at an address owns it, else the first draft that has it. Three queries where there is any.
    """
    return all_by_reference([html], catalogue)[0]


def all_by_reference(htmls: list[str], catalogue: Catalogue) -> list[str]:
    """``by_reference`` of each of ``htmls``, in their order; three queries in all."""
    addresses = {href for html in htmls for href in _addresses(html)}
    named = {href: parts for href in addresses if (parts := _parts(href, catalogue))}
    if not named:
        return htmls
    owners = _owners(named.values())
    found = {href: next((owners[name] for name in names if name in owners), None) for href, names in named.items()}

    def by_id(href: str) -> str | None:
        owner, (_, sharp, part) = found.get(href), href.partition("#")
        return f"{reference(owner)}{sharp}{part}" if owner else None

    return [rewritten(html, by_id) for html in htmls]


# What an address names: (":uid", …), (":pk", …) or a text's (":text", …), which no slug can be; or (kind, slug).
Named = tuple[str, str]


def _parts(href: str, catalogue: Catalogue) -> list[Named]:
    """The names that an address may stand for: several kinds may show their content at the same path."""
    if page := private_page(href):
        named = {":pk": page.asset, ":text": page.text}
        return [(name, str(pk)) for name, pk in named.items() if pk]
    try:
        parts = urlsplit(href)
    except ValueError:
        return []
    if parts.scheme or parts.netloc or parts.query or not parts.path.startswith("/"):
        return []
    path = unquote(parts.path)
    for pattern in OWN:
        if match := pattern.fullmatch(path):
            names = match.groupdict()
            if "kind" in names:
                return [(names["kind"], names["slug"])] if names["kind"] in catalogue.kinds else []
            return [(f":{name}", value) for name, value in names.items()]
    return [
        (kind.slug, slug) for kind in catalogue.kinds.values() if (slug := kind.slug_at(path.rstrip("/"))) is not None
    ]


def _owners(named: Iterable[list[Named]]) -> dict[Named, str]:
    """The public id of what each name stands for, where it stands for one asset."""
    # PostgreSQL refuses a NUL in a parameter, and no address of ours holds one.
    pairs = {name for names in named for name in names if "\x00" not in name[1]}
    slugs = {slug for kind, slug in pairs if not kind.startswith(":")}
    found: dict[Named, str] = {}
    drafts = Translation.objects.filter(slug__in=slugs).values_list("asset__kind__slug", "slug", "asset__uid")
    # A dictionary keeps what is written last.
    # The oldest asset comes last and wins; a published address below wins over all drafts.
    for kind, slug, uid in drafts.order_by("-asset_id"):
        found[(kind, slug)] = uid.hex
    addresses = Address.objects.filter(kind__slug__in={kind for kind, _ in pairs}, slug__in=slugs)
    for kind, slug, uid in addresses.values_list("kind__slug", "slug", "asset__uid"):
        found[(kind, slug)] = uid.hex
    uids, keys = ([value for name, value in pairs if name == sort] for sort in (":uid", ":pk"))
    for pk, uid in Asset.objects.filter(Q(uid__in=uids) | Q(pk__in=keys)).values_list("pk", "uid"):
        found[(":uid", uid.hex)] = found[(":pk", str(pk))] = uid.hex
    texts = [value for name, value in pairs if name == ":text"]
    if texts:
        for pk, uid in Translation.objects.filter(pk__in=texts).values_list("pk", "asset__uid"):
            found[(":text", str(pk))] = uid.hex
    return {name: found[name] for name in pairs if name in found}


def target_of(address: str) -> str | None:
    """The public id of the asset whose page in this admin ``address`` is; ``None`` if it is none. Two queries."""
    page = private_page(address)
    named = [(name, str(pk)) for name, pk in ((":pk", page.asset), (":text", page.text)) if pk] if page else []
    return next(iter(_owners([named]).values()), None) if named else None


def resolved(html: str, urls: dict[str, str]) -> str:
    """``html`` for readers: links by id become addresses out of ``urls``; where it has none only the words stay."""

    def link(match: re.Match[str]) -> str:
        url, part = urls.get(match[2] or ""), match[3] or ""
        return match[1] if url is None else f'{match[1]} href="{escape(url)}{part}"'

    return ANY.sub(link, html) if SCHEME in html else html


def without_links(html: str, leads: Callable[[str], bool]) -> str:
    """``html`` without the links for which ``leads`` is false; their words stay."""

    def link(match: re.Match[str]) -> str:
        return match[0] if leads(unescape(match[2])) else match[1]

    return LINK.sub(link, html)
