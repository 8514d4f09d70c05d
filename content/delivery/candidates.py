"""What next steps can be drawn from: the best shown assets of some stages, and the targets that are shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from content.catalogue import Catalogue
from content.delivery.conditions import Conditions, fits
from content.delivery.rows import Statement, hex_id, tuples, united
from content.models.edition import StoredPlacement
from content.models.showing import ANYONE, ANYWHERE
from content.query import Query
from journeys.models import Stage

EXACT, CROSSWALK = 0, 1
SHALLOW = 2  # how many of a stage's best are read at first; seldom are all of them passed over
LINKED = -1  # the place of what texts link to; no stage has it
WHERE_TO = (
    "e.asset_id, e.kind_id, e.locale_id, e.slug, e.title, "
    f"CASE WHEN x.place = {ANYWHERE} THEN CAST(e.placements AS text) END, a.uid"
)


Columns = list[Any]  # those of ``WHERE_TO``
RankedTarget = tuple[tuple[int, int, int], Columns]  # its band, rank and asset, and what it is


class StepTarget(NamedTuple):
    """A shown asset that a step can lead to. Its placements are read where an editor chose it."""

    asset_id: int
    public_id: str
    kind_id: int
    locale_id: int
    slug: str
    title: str
    placements: list[StoredPlacement]


class Range(NamedTuple):
    """What stands at one stage for one segment. It may stand for the stage ``place``, in the order of ``band``."""

    place: int
    band: int
    stage: int
    segment: int


class CandidatePool:
    """Targets for readers in one context at one instant, read in one statement (a large map: a few);
    corresponding stages in one more, and one where the best that were read are all passed over.

    ``stages`` are those whose best assets may be needed, ``authored`` the assets that steps name, ``links`` the
    public ids of those that texts link to, ``depth`` how many of a stage's best can be passed over at most.
    """

    def __init__(
        self,
        query: Query,
        stages: Iterable[Stage],
        authored: set[int],
        *,
        depth: int,
        at: datetime,
        catalogue: Catalogue,
        links: Collection[str] = (),
    ) -> None:
        self.query = query
        self.stages = {stage.id: stage for stage in stages}
        self.depth = depth
        self.at = at
        self.catalogue = catalogue
        # By stage and asset its best order (band, rank, asset), with what it is.
        self.ranked: dict[int, dict[int, RankedTarget]] = {pk: {} for pk in self.stages}
        # The same in order, once somebody asks, and the first band of which there may be more.
        self.sorted: dict[int, tuple[list[RankedTarget], int | None]] = {}
        self.targets: dict[int, StepTarget] = {}  # those that were drawn
        self.authored: dict[int, StepTarget] = {}
        self.linked: dict[str, StepTarget] = {}
        # Two hopes that spare most of the reading: that the exact stages have something, so that those of the crosswalk
        # are never looked at, and that one of a stage's best two is not passed over. Where either fails, one statement
        # more reads all at once. The benchmark allows its case “list with next steps” twice the cost of “list”.
        self.read_level = EXACT
        self.read_depth = min(depth, SHALLOW)
        self.counted: Counter[tuple[int, int]] = Counter()  # rows read of the exact level, by stage and band
        self._read([*self._stage_parts(EXACT), *self._authored_part(sorted(authored)), *self._linked_part(links)])

    def best(self, stage: Stage, passed_over: Collection[object]) -> StepTarget | None:
        """The best shown asset at ``stage`` that is not among ``passed_over``."""
        found, sure = self._first(stage, passed_over)
        if not sure:
            self.read_depth = self.depth
            self._read(self._stage_parts(EXACT))
            found, _ = self._first(stage, passed_over)
        if found is None and self.query.crosswalk and self.read_level == EXACT:
            self.read_level = CROSSWALK
            self._read(self._stage_parts(CROSSWALK))
            return self.best(stage, passed_over)
        return found

    def _first(self, stage: Stage, passed_over: Collection[object]) -> tuple[StepTarget | None, bool]:
        """The first that is left of those read, and whether none stands before it that was not read."""
        pk = stage.id
        if pk not in self.sorted:
            ranked = sorted(self.ranked[pk].values(), key=lambda item: item[0])
            # A band of which as many rows came as were asked for may have more behind them; one with fewer is known to
            # its end. With two read of each band:
            #
            #     band 0   rows 7, 9   cut: perhaps more      band 1   row 4   all there is
            #
            # If 7 and 9 are passed over, asset 4 is left, but something of band 0 may stand before it: not sure, read
            # deeper.
            cut = (band for (place, band), count in self.counted.items() if place == pk and count >= self.read_depth)
            first_cut = min(cut, default=None) if self.read_depth < self.depth else None
            self.sorted[pk] = ranked, first_cut
        in_order, first_cut = self.sorted[pk]
        for (band, _, asset_id), words in in_order:
            if asset_id not in passed_over:
                if asset_id not in self.targets:
                    self.targets[asset_id] = _target(words)
                return self.targets[asset_id], first_cut is None or band <= first_cut
        return None, first_cut is None

    def _read(self, parts: list[Statement]) -> None:
        self.sorted.clear()
        for union, params in united(parts):
            sql = (
                f"SELECT x.place, x.band, x.rank, {WHERE_TO} FROM ({union}) x "
                "JOIN content_edition e ON e.id = x.edition_id JOIN content_asset a ON a.id = e.asset_id"
            )
            for place, band, rank, *words in tuples(sql, params):
                self._keep(place, band, rank, words)

    def _authored_part(self, authored: list[int]) -> list[Statement]:
        """The assets that steps name, if this reader is shown them at any stage."""
        if not authored:
            return []
        where = fits(self.query, self.catalogue, at=self.at).add("s.stage = %s", ANYWHERE)
        where.among("s.segment", self.query.audience(self.catalogue.atlas))
        where.any_of("s.asset_id", authored)
        columns = f"{ANYWHERE} AS place, 0 AS band, s.rank, s.edition_id"
        return [(f"SELECT {columns} FROM content_showing s WHERE {where.sql}", where.params)]

    def _linked_part(self, links: Collection[str]) -> list[Statement]:
        """The assets that texts link to, if they are shown in the reader's language, whoever they are for."""
        if not links:
            return []
        anybody = replace(self.query.anybody, among=tuple(links))
        where = fits(anybody, self.catalogue, at=self.at).add("s.stage = %s AND s.segment = %s", ANYWHERE, ANYONE)
        columns = f"{LINKED} AS place, 0 AS band, s.rank, s.edition_id"
        return [(f"SELECT {columns} FROM content_showing s WHERE {where.sql}", where.params)]

    def _stage_parts(self, level: int) -> list[Statement]:
        """One limited index range for each stage, level of match and segment."""
        audience = self.query.audience(self.catalogue.atlas)
        ranges = [
            Range(stage.id, level * len(audience) + distance, place, segment)
            for stage in self.stages.values()
            for place in self.query.levels_at(stage, self.catalogue.atlas)[level]
            for distance, segment in enumerate(audience)
        ]
        depth = self.read_depth if level == EXACT else self.depth
        return best_of(ranges, fits(self.query, self.catalogue, at=self.at), depth)

    def _keep(self, place: int, band: int, rank: int, words: Columns) -> None:
        # One statement reads three things, told apart by ``place``: −1 what texts link to, 0 what steps name, else a
        # stage.
        if place == LINKED:
            target = _target(words)
            self.linked[target.public_id] = target
            return
        asset_id = words[0]
        if place == ANYWHERE:
            self.authored[asset_id] = _target(words)._replace(placements=orjson.loads(words[5]))
            return
        if self.read_level == EXACT:
            self.counted[place, band] += 1
        order = (band, rank, asset_id)
        kept = self.ranked[place].get(asset_id)
        # An asset may stand at a stage for several of the reader's segments: its best row counts.
        if kept is None or order < kept[0]:
            self.ranked[place][asset_id] = (order, words)


def _target(words: Columns) -> StepTarget:
    asset_id, kind_id, locale_id, slug, title, _, uid = words
    return StepTarget(asset_id, hex_id(uid), kind_id, locale_id, slug, title, [])


def best_of(ranges: Sequence[Range], fits: Conditions, depth: int) -> list[Statement]:
    """Statements for the first ``depth`` of each of ``ranges``: its place, band, rank and edition."""
    best = (
        f"SELECT s.rank, s.edition_id FROM content_showing s WHERE {fits.sql} AND s.stage = {{}} AND s.segment = {{}} "
        f"ORDER BY s.rank, s.asset_id LIMIT {depth:d}"
    )
    if connection.vendor == "postgresql" and ranges:  # one plan for all of them, however many
        named = ", ".join(f"unnest(%s::bigint[]) AS {name}" for name in Range._fields)
        sql = f"SELECT r.place, r.band, b.* FROM (SELECT {named}) r, LATERAL ({best.format('r.stage', 'r.segment')}) b"
        return [(sql, [*map(list, zip(*ranges, strict=True)), *fits.params])]
    part = f"SELECT {{:d}} AS place, {{:d}} AS band, b{{}}.* FROM ({best.format('%s', '%s')}) b{{}}"
    return [(part.format(at.place, at.band, n, n), [*fits.params, at.stage, at.segment]) for n, at in enumerate(ranges)]
