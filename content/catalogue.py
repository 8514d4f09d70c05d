"""The map, locales, kinds and vocabularies in memory, read again when their version changes."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypedDict, TypeVar

from django.db import connection

from content.instants import EPOCH, instant
from content.models import Kind, Locale, Term, Vocabulary
from content.public_terms import debuts, public_ids
from journeys.atlas import Atlas, draw_atlas

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Values by key; all are forgotten when there are more than ``limit``. It ends with whatever holds it.

    Of queries it takes about 2 kB each: what a query has answered about the map is kept with it.
    """

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit
        self._values: dict[Hashable, Value] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of ``key``, made now unless it is known."""
        value = self._values.get(key)
        if value is None:
            # All at once instead of one by one: no order has to be kept and no lock taken, and a thousand queries are
            # read anew within a second. About 2 MB, of the 120 MiB of a worker in the benchmark.
            if len(self._values) >= self.limit:
                self._values.clear()
            value = self._values[key] = make()
        return value


class StagePlace(TypedDict):
    """A stage in the words of the API."""

    journey: str
    stage: str
    phases: list[str]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The map, locales, kinds and terms as of one version, and the number and instant of the last publication.

    Shared by all requests: read, never change it. ``token`` is the version's; empty where it changed while it was
    read, so that nothing can be kept under it.
    """

    atlas: Atlas
    locales: dict[str, Locale]
    locales_by_id: dict[int, Locale]
    chains: dict[int, list[int]]
    kinds: dict[str, Kind]
    kinds_by_id: dict[int, Kind]
    vocabularies: dict[str, Vocabulary]
    terms: dict[tuple[str, str], Term]
    descendants: dict[int, list[int]]
    publication: int = 0
    token: str = ""
    published_at: datetime | None = None
    debuts: dict[int, datetime] | None = None
    read_at: datetime = EPOCH

    @cached_property
    def public_terms(self) -> dict[tuple[str, str], Term]:
        """The terms that readers know of at ``read_at``; the others are for editors."""
        return self.terms_known(self.read_at)

    def terms_known(self, at: datetime) -> dict[tuple[str, str], Term]:
        """The terms that readers know of at ``at``."""
        known = public_ids(self.terms.values(), self.debuts or {}, at=at)
        return {name: term for name, term in self.terms.items() if term.pk in known}

    def is_as_of(self, at: datetime) -> bool:
        """Whether readers know of the same terms at ``at`` as at ``read_at``."""
        first, last = sorted((at, self.read_at))
        return self.debuts is not None and not any(first < debut <= last for debut in self.debuts.values())

    @property
    def default_locale(self) -> Locale | None:
        """The locale marked so, else the first by code."""
        marked = (locale for locale in self.locales.values() if locale.is_default)
        return next(marked, next(iter(self.locales.values()), None))

    @cached_property
    def places(self) -> dict[int, StagePlace]:
        """Each stage in the words of the API, by its id."""
        return {
            pk: {"journey": stage.journey.slug, "stage": stage.slug, "phases": stage.phases}
            for pk, stage in self.atlas.stages.items()
        }

    @cached_property
    def questions(self) -> "BoundedCache[Any]":
        """The queries that parameters were read into with this catalogue, shared by requests that ask the same."""
        return BoundedCache()

    def codes(self, locale: Locale) -> list[str]:
        """The codes of ``locale`` and its fallbacks, nearest first."""
        return [self.locales_by_id[pk].code for pk in self.chains[locale.pk]]

    def terms_of(self, vocabulary: Vocabulary) -> list[Term]:
        return [term for (slug, _), term in self.terms.items() if slug == vocabulary.slug]


STATE = """(SELECT token FROM journeys_mapversion WHERE id = 1) AS token,
(SELECT number FROM content_publishedstate WHERE id = 1) AS number,
(SELECT at FROM content_publishedstate WHERE id = 1) AS at"""
Version = tuple[str | None, int | None, datetime | str | None]
# The latest catalogue under its token: one per process, replaced whole, so that no lock is needed.
_cached: tuple[str, Catalogue] | None = None


def current_catalogue(*, now: datetime | None = None) -> Catalogue:
    """The current catalogue. One query when it is still the one in memory, else a dozen.

    A version never comes back, so what is in memory is right as long as its version stands. With ``now`` it says
    which terms readers know of then; a publication under way does not ask, since its editions are not there yet.
    """
    return catalogue_of(_state(), now=now)


def catalogue_of(version: Version, *, now: datetime | None) -> Catalogue:
    """The catalogue of a version (token, publication, its instant) that was read just now, at ``now``."""
    global _cached
    token, number, at = version
    cached = _cached
    if cached and cached[0] == token:
        catalogue = cached[1]
    else:
        catalogue = _draw()
        # A dozen statements see a dozen moments. The version is read before and after them; if it changed meanwhile,
        # what was drawn may be half old and half new, and serves this request alone.
        before, (token, number, at) = token, _state()
        token = token if token == before else None  # changed while it was drawn: good for now, not to be kept
        catalogue = replace(catalogue, token=token or "")
    # The number alone does not do: one that was refused leaves it to the next publication, at another instant.
    if (catalogue.publication, catalogue.published_at) != (number or 0, instant(at)):
        catalogue = replace(catalogue, publication=number or 0, published_at=instant(at), debuts=None)
    if now and not catalogue.is_as_of(now):
        catalogue = replace(catalogue, debuts=_debuts(catalogue), read_at=now)
    _cached = (token, catalogue) if token else None
    return catalogue


def _debuts(catalogue: Catalogue) -> dict[int, datetime]:
    """One query, none where every term is known already."""
    if catalogue.debuts is not None:
        return catalogue.debuts
    return debuts() if any(not (term.public or term.shown_since) for term in catalogue.terms.values()) else {}


def _state() -> Version:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STATE}")
        token, number, at = cursor.fetchone()
    return token, number, at


def _draw() -> Catalogue:
    locales = {locale.code: locale for locale in Locale.objects.all()}
    locales_by_id = {locale.pk: locale for locale in locales.values()}
    kinds = {kind.slug: kind for kind in Kind.objects.all()}
    terms = {(term.vocabulary.slug, term.slug): term for term in Term.objects.select_related("vocabulary")}
    return Catalogue(
        atlas=draw_atlas(),
        locales=locales,
        locales_by_id=locales_by_id,
        chains={pk: _chain(pk, locales_by_id) for pk in locales_by_id},
        kinds=kinds,
        kinds_by_id={kind.pk: kind for kind in kinds.values()},
        vocabularies={vocabulary.slug: vocabulary for vocabulary in Vocabulary.objects.all()},
        terms=terms,
        descendants=_descendants(list(terms.values())),
    )


def _chain(pk: int, locales: dict[int, Locale]) -> list[int]:
    # nb → da → en gives [nb, da, en]: readers of nb are shown nb where there is one, else da, else en.
    # Ends at a loop too, which ``Locale.clean`` refuses and raw SQL might make.
    chain: list[int] = []
    current: int | None = pk
    while current is not None and current not in chain:
        chain.append(current)
        current = locales[current].fallback_id
    return chain


def _descendants(terms: list[Term]) -> dict[int, list[int]]:
    """Each term with all terms below it, itself first."""
    children: dict[int | None, list[int]] = {}
    for term in terms:
        children.setdefault(term.parent_id, []).append(term.pk)
    below: dict[int, list[int]] = {}
    for term in terms:
        family = [term.pk]
        # The list grows at its end while the loop goes on, so children of children are met too: a queue in one line.
        for pk in family:  # grows while it is walked: breadth first, with no recursion
            family += [child for child in children.get(pk, []) if child not in family]
        below[term.pk] = family
    return below
