"""The conditions of a query as SQL over showings. Written by hand: Django refuses sliced unions on SQLite."""

import json
from collections.abc import Callable, Sized
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from content.catalogue import Catalogue
from content.instants import HOUR, micros
from content.models import Term
from content.models.showing import ALSO_ANY, ANYONE
from content.query import Query

Condition = tuple[str, *tuple[object, ...]]  # its SQL, then its parameters
NOT_PAST = "NOT s.past"  # of the showing ``s`` that is asked about


@dataclass
class Conditions:
    """A conjunction that is built up part by part, each with its parameters."""

    parts: list[str] = field(default_factory=list)
    params: list[object] = field(default_factory=list)

    def add(self, sql: str, *params: object) -> "Conditions":
        self.parts.append(sql)
        self.params += params
        return self

    def among(self, column: str, values: list[int]) -> "Conditions":
        """``column`` is one of ``values``; nothing is, if there are none."""
        if len(values) == 1:
            return self.add(f"{column} = %s", values[0])
        return self.add(f"{column} IN ({marks(values)})", *values) if values else self.add("1 = 0")

    def any_of(self, column: str, values: list[int]) -> "Conditions":
        """The same with all ``values`` in one parameter: SQLite takes 32,766, and a plan made for some serves any."""
        if connection.vendor == "postgresql":
            return self.add(f"{column} = ANY(%s)", values)
        return self.add(f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(values))

    def also(self, other: "Conditions") -> "Conditions":
        return self.add(other.sql, *other.params) if other.parts else self

    def copy(self) -> "Conditions":
        return Conditions(list(self.parts), list(self.params))

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "1 = 1"


def marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def row_fits(query: Query, alias: str, catalogue: Catalogue, *, at: datetime) -> Conditions:
    """What a single showing must meet: the reader's locale, alive at ``at``, the channel."""
    return alive(alias, catalogue, at=at).also(reader_fits(query, alias))


def alive(alias: str, catalogue: Catalogue, *, at: datetime) -> Conditions:
    """What a single showing must meet to be alive at ``at``, whoever reads it."""
    # The index of lists holds only rows that are not ``past``, so a question of nearly now has to say so: both
    # databases take a partial index only where the condition of the question implies the index's own. Who asks about an
    # earlier instant does without that index.
    now = micros(at)
    where = Conditions()
    if catalogue.published_at is None or at > catalogue.published_at - HOUR:
        where.add(f"NOT {alias}.past")  # those ended an hour or more before some publication
    return where.add(f"{alias}.live_from <= %s AND {alias}.live_until > %s", now, now)


def reader_fits(query: Query, alias: str) -> Conditions:
    """What a single showing must meet whenever it is alive: the reader's locale and channel."""
    where = Conditions().add(f"{alias}.locale_id = %s", query.locale.id)
    if query.translations_only:
        where.add(f"{alias}.fallback = 0")
    if query.channel == "any":
        where.add(f"({alias}.channels = 0 OR ({alias}.channels & %s) <> 0)", ALSO_ANY)
    elif query.channel is not None:
        # ``channels`` has a bit for each channel that is named, and none for any channel. With Website 0b001 and Mail
        # 0b100:
        #
        #     placement for        stored              asked for Mail          exactly Mail
        #     any channel          0                   fits (= 0)              no
        #     Website and Mail     0b101               fits (& 0b100)          fits
        #     Website              0b001               no                      no
        #     any, and Website     ALSO_ANY | 0b001    fits (& ALSO_ANY)       no
        mask = query.channel.mask
        named = f"({alias}.channels & %s) <> 0"
        if query.channel_exact:
            where.add(named, mask)
        else:
            where.add(f"({alias}.channels = 0 OR {named})", mask | ALSO_ANY)
    return where


def asset_fits(query: Query, catalogue: Catalogue, beside: Callable[[Query], Conditions]) -> Conditions:
    """What the shown edition must meet beside its placement: kind, terms, ids, the other stages. Alias ``s``.

    ``beside`` says which other rows ``o`` of the same asset are alive along with ``s``.
    """
    where = Conditions()
    atlas, descendants = catalogue.atlas, catalogue.descendants
    if query.kinds:
        where.among("s.kind_id", list(query.kinds))
    if query.kinds_none:
        where.add(f"s.kind_id NOT IN ({marks(query.kinds_none)})", *query.kinds_none)
    if query.changed_since:
        where.add("s.live_from > %s", micros(query.changed_since))
    _terms(where, query, descendants)
    _ids(where, query)
    audience = query.audience(atlas)
    for stages in query.widened(query.stages_all, atlas):
        where.add(*_at_stages(beside(query), stages, audience))
    hidden = [pk for stages in query.widened(query.stages_none, atlas) for pk in stages]
    if hidden:
        # Whoever and wherever it is for: the row for no audience stands once per placement.
        sql, *params = _at_stages(beside(Query(locale=query.locale)), hidden, [ANYONE])
        where.add(f"NOT {sql}", *params)
    return where


def fits(query: Query, catalogue: Catalogue, *, at: datetime) -> Conditions:
    """What a showing ``s`` must meet wherever it stands, at ``at``."""
    row = row_fits(query, "s", catalogue, at=at)
    return row.also(asset_fits(query, catalogue, lambda other: row_fits(other, "o", catalogue, at=at)))


def spans_of(query: Query, catalogue: Catalogue, *, after: datetime, until: datetime) -> Conditions:
    """What a showing ``s`` must meet that begins after ``after`` and by ``until``, or is alive then and ends by then.

    Conditions on other stages are not looked at: they are for what is shown at one instant.
    """
    first, last = micros(after), micros(until)
    where = Conditions()
    if catalogue.published_at is None or after > catalogue.published_at - HOUR:
        where.add(NOT_PAST)  # as in ``row_fits``
    where.add("s.live_until > %s AND s.live_from <= %s", first, last)
    # Leaves out the many that are live all the time from ``after`` until beyond ``until``: nothing changes about them.
    where.add("(s.live_from > %s OR s.live_until <= %s)", first, last)
    return where.also(reader_fits(query, "s")).also(asset_fits(query, catalogue, lambda other: Conditions()))


def fitted(query: Query, catalogue: Catalogue, *, since: datetime, at: datetime) -> Conditions:
    """What a showing ``s`` that ended after ``since``, and by ``at``, had to meet while it was alive."""

    def beside(other: Query) -> Conditions:
        # What stood beside a row while it was alive are the other rows of the same edition.
        return Conditions(["o.edition_id = s.edition_id"]).also(reader_fits(other, "o"))

    row = Conditions().add("s.live_until > %s AND s.live_until <= %s", micros(since), micros(at))
    return row.also(reader_fits(query, "s")).also(asset_fits(query, catalogue, beside))


def _at_stages(fits: Conditions, stages: list[int], audience: list[int]) -> Condition:
    fits.add("o.asset_id = s.asset_id").among("o.stage", stages).among("o.segment", audience)
    return (f"EXISTS (SELECT 1 FROM content_showing o WHERE {fits.sql})", *fits.params)


def _terms(where: Conditions, query: Query, descendants: dict[int, list[int]]) -> None:
    """One EXISTS per requirement: chained joins would match across two different terms."""
    by_vocabulary: dict[int, list[Term]] = {}
    for term in query.terms.any:
        by_vocabulary.setdefault(term.vocabulary_id, []).append(term)
    for group in [*by_vocabulary.values(), *([term] for term in query.terms.all)]:
        _term(where, "EXISTS", group, descendants)
    if query.terms.none:
        _term(where, "NOT EXISTS", list(query.terms.none), descendants)


def _term(where: Conditions, word: str, terms: list[Term], descendants: dict[int, list[int]]) -> None:
    ids = sorted({pk for term in terms for pk in descendants[term.pk]})
    own = Conditions(["t.edition_id = s.edition_id"]).any_of("t.term_id", ids)
    where.add(f"{word} (SELECT 1 FROM content_editionterm t WHERE {own.sql})", *own.params)


def _ids(where: Conditions, query: Query) -> None:
    for word, uids in (("IN", query.among), ("NOT IN", query.excluded or None)):
        if uids is not None:
            sql = f"s.asset_id {word} (SELECT id FROM content_asset WHERE uid IN ({marks(uids)}))"
            where.add(sql, *uids) if uids else where.add("1 = 0")
