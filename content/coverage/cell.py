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
    AssetGroup,
    ChangeSpan,
    Judgement,
    QuestionGroup,
    Tally,
    changing_spans,
    coming_and_going,
    group_questions,
    one_row,
    placements_of,
)
from content.coverage.judge import QuestionMasks
from content.delivery.conditions import fits
from content.delivery.rows import tuples
from content.instants import EPOCH, STEP, day_of, later, micros
from content.query import Query


class MatchKind(StrEnum):
    """The best match of an asset, as ``Tally`` distinguishes them."""

    OWN = "own"
    EVERYONE = "everyone"
    LOCALE_FALLBACK = "locale_fallback"
    CROSSWALK = "crosswalk"


@dataclass(frozen=True)
class CellAsset:
    """One asset as readers of the cell see it; ``at`` is when it begins or ends to be there, if it does soon."""

    asset_id: int
    edition_id: int
    match: MatchKind
    at: datetime | None = None


@dataclass(frozen=True)
class CellContents:
    """``assets`` by how they match, the newest edition first; what is scheduled or expiring by when it changes."""

    assets: list[CellAsset]
    scheduled: list[CellAsset]
    expiring: list[CellAsset]
    review_overdue: list[CellAsset]

    def by(self, match: MatchKind) -> list[CellAsset]:
        return [asset for asset in self.assets if asset.match is match]

    @property
    def tally(self) -> Tally:
        counts = {str(match): len(self.by(match)) for match in MatchKind}
        changing = {name: len(getattr(self, name)) for name in ("scheduled", "expiring", "review_overdue")}
        return Tally(**counts, **changing)


def cell_contents(query: Query, *, at: datetime, catalogue: Catalogue, soon: timedelta = SOON) -> CellContents:
    """Returns what answers ``query`` at ``at`` (aware): exactly the assets that ``tally`` counts. Three statements."""
    board, [question] = group_questions([query], catalogue)
    until = later(at, soon)
    shown = _shown(question, catalogue, at=at)
    [spans] = changing_spans([question], catalogue, at=at, until=until)
    groups = [group for _, group, _ in shown] + [span.group for span in spans]
    judgement = Judgement(board, placements_of(groups))
    assets: list[CellAsset] = []
    overdue: list[CellAsset] = []
    for asset_id, group, is_overdue in shown:
        if match := _match(judgement.answers(group, question), group.fallback):
            assets.append(CellAsset(asset_id, group.edition, match))
            overdue += [assets[-1]] if is_overdue else []
    coming, going = _changing(spans, question, judgement, at=at, until=until)
    order = list(MatchKind)
    assets.sort(key=lambda asset: (order.index(asset.match), -asset.edition_id))
    return CellContents(assets, coming, going, overdue)


def _shown(question: QuestionGroup, catalogue: Catalogue, *, at: datetime) -> list[tuple[int, AssetGroup, bool]]:
    """What is shown to the readers of the cell's language, placed wherever, and whether its review is overdue."""
    where = one_row(fits(question.query, catalogue, at=at))
    columns = "s.asset_id, s.signature, s.kind_id, s.fallback, s.edition_id, COALESCE(a.review_date < %s, %s)"
    sql = f"SELECT {columns} FROM content_showing s JOIN content_asset a ON a.id = s.asset_id WHERE {where.sql}"
    day = connection.ops.adapt_datefield_value(day_of(at))
    rows = tuples(sql, [day, False, *where.params])
    return [(asset_id, AssetGroup(*group), bool(is_overdue)) for asset_id, *group, is_overdue in rows]


def _match(masks: QuestionMasks, fallback: int) -> MatchKind | None:
    """The best match, in the order in which ``Tally`` decides; there is one question, so a mask is whether it fits."""
    if masks.crosswalk:
        return MatchKind.CROSSWALK
    if not masks.any:
        return None
    if fallback:
        return MatchKind.LOCALE_FALLBACK
    return MatchKind.OWN if masks.own else MatchKind.EVERYONE


def _changing(
    spans: Iterable[ChangeSpan], question: QuestionGroup, judgement: Judgement, *, at: datetime, until: datetime
) -> tuple[list[CellAsset], list[CellAsset]]:
    """What comes to be there and what ceases to be, by when."""
    coming, going = [], []
    for asset_id, grouped_spans in groupby(spans, key=lambda span: span.asset):
        own = list(grouped_spans)
        comes, goes = coming_and_going(own, question, judgement, at=micros(at), until=micros(until))
        answers = [
            (span, match)
            for span in own
            if (match := _match(judgement.answers(span.group, question), span.group.fallback))
        ]
        if comes:
            first, match = answers[0]
            coming.append(CellAsset(asset_id, first.group.edition, match, _instant(first.start)))
        if goes:
            first, match = answers[0]
            going.append(CellAsset(asset_id, first.group.edition, match, _instant(_end(answers))))
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


def _when(asset: CellAsset) -> tuple[datetime, int]:
    return asset.at or EPOCH, asset.asset_id
