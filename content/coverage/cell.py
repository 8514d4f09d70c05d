"""The assets that a cell counts, one by one: how each matches, and what of them is about to change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.db import connection

from content.catalogue import Catalogue
from content.coverage.count import (
    SOON,
    AssetCount,
    ChangeSpan,
    CountGroup,
    Judged,
    Tally,
    changing_spans,
    coming_and_going,
    count_groups,
    one_row,
    placements_of,
)
from content.coverage.judge import TargetAnswers
from content.delivery.conditions import fits
from content.delivery.rows import tuples
from content.instants import EPOCH, STEP, day_of, later, micros
from content.query import Query


class MatchKind(StrEnum):
    """The best match of an asset, as ``Tally`` tells them apart."""

    OWN = "own"
    EVERYONE = "everyone"
    LOCALE_FALLBACK = "locale_fallback"
    CROSSWALK = "crosswalk"


@dataclass(frozen=True)
class CellAsset:
    """One asset as readers of the cell see it; ``at`` is when it begins or ends to be there, if it does soon."""

    asset_id: int
    edition_id: int
    how: MatchKind
    at: datetime | None = None


@dataclass(frozen=True)
class CellContents:
    """``found`` by how they match, the newest edition first; what is scheduled or expiring by when it changes."""

    found: list[CellAsset]
    scheduled: list[CellAsset]
    expiring: list[CellAsset]
    review_overdue: list[CellAsset]

    def by(self, how: MatchKind) -> list[CellAsset]:
        return [one for one in self.found if one.how is how]

    @property
    def tally(self) -> Tally:
        counts = {str(how): len(self.by(how)) for how in MatchKind}
        changing = {name: len(getattr(self, name)) for name in ("scheduled", "expiring", "review_overdue")}
        return Tally(**counts, **changing)


def cell_contents(query: Query, *, at: datetime, catalogue: Catalogue, soon: timedelta = SOON) -> CellContents:
    """What answers ``query`` at ``at`` (aware): exactly the assets that ``tally`` counts. Three statements."""
    board, [group] = count_groups([query], catalogue)
    until = later(at, soon)
    standing = _standing(group, catalogue, at=at)
    [spans] = changing_spans([group], catalogue, at=at, until=until)
    alike = [one for _, one, _ in standing] + [span.alike for span in spans]
    judged = Judged(board, placements_of(alike))
    found: list[CellAsset] = []
    overdue: list[CellAsset] = []
    for asset, one, is_overdue in standing:
        if how := _how(judged.answered(one, group), one.fallback):
            found.append(CellAsset(asset, one.edition, how))
            overdue += [found[-1]] if is_overdue else []
    coming, going = _changing(spans, group, judged, at=at, until=until)
    order = list(MatchKind)
    found.sort(key=lambda met: (order.index(met.how), -met.edition_id))
    return CellContents(found, coming, going, overdue)


def _standing(group: CountGroup, catalogue: Catalogue, *, at: datetime) -> list[tuple[int, AssetCount, bool]]:
    """What is shown to the readers of the cell's language, placed wherever, and whether its review is overdue."""
    where = one_row(fits(group.asked, catalogue, at=at))
    columns = "s.asset_id, s.signature, s.kind_id, s.fallback, s.edition_id, COALESCE(a.review_date < %s, %s)"
    sql = f"SELECT {columns} FROM content_showing s JOIN content_asset a ON a.id = s.asset_id WHERE {where.sql}"
    day = connection.ops.adapt_datefield_value(day_of(at))
    return [(asset, AssetCount(*alike), bool(late)) for asset, *alike, late in tuples(sql, [day, False, *where.params])]


def _how(found: TargetAnswers, fallback: int) -> MatchKind | None:
    if found.crosswalk:
        return MatchKind.CROSSWALK
    if not found.any:
        return None
    if fallback:
        return MatchKind.LOCALE_FALLBACK
    return MatchKind.OWN if found.own else MatchKind.EVERYONE


def _changing(
    spans: Iterable[ChangeSpan], group: CountGroup, judged: Judged, *, at: datetime, until: datetime
) -> tuple[list[CellAsset], list[CellAsset]]:
    """What comes to be there and what ceases to be, by when."""
    coming, going = [], []
    for asset, grouped_spans in groupby(spans, key=lambda span: span.asset):
        own = list(grouped_spans)
        comes, goes = coming_and_going(own, group, judged, at=micros(at), until=micros(until))
        answers = [
            (span, how) for span in own if (how := _how(judged.answered(span.alike, group), span.alike.fallback))
        ]
        if comes:
            first, how = answers[0]
            coming.append(CellAsset(asset, first.alike.edition, how, _instant(first.start)))
        if goes:
            first, how = answers[0]
            going.append(CellAsset(asset, first.alike.edition, how, _instant(_end(answers))))
    return sorted(coming, key=_when), sorted(going, key=_when)


def _end(answers: list[tuple[ChangeSpan, MatchKind]]) -> int:
    """Where the first of some spans, and what follows it without a gap, ends."""
    end = answers[0][0].end
    for span, _ in answers[1:]:
        if span.start != end:
            break
        end = span.end
    return end


def _instant(micro: int) -> datetime:
    return EPOCH + micro * STEP


def _when(met: CellAsset) -> tuple[datetime, int]:
    return met.at or EPOCH, met.asset_id
