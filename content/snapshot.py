"""present() – the published state as it stands: the instant it is read at, and the token that names it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError

from content.catalogue import STATE, Catalogue, catalogue_of
from content.instants import EPOCH, HOUR, STEP, instant, micros
from content.models import Publication
from content.shown import rows, stored

TOKEN = re.compile(r"s_([0-9a-f]{1,15})-([0-9a-f]{1,15})")
# A window that is empty never began; what was cancelled has no window.
REAL = "cancelled_at IS NULL AND (live_until IS NULL OR live_until > live_from)"
RECALLED = "(SELECT recalled FROM content_publishedstate WHERE id = 1) AS recalled"


class SnapshotExpired(ValidationError):
    """The state was replaced too long ago, or something in it was recalled."""

    status = HTTPStatus.GONE

    def __init__(self) -> None:
        words = ValidationError("This snapshot is over; begin again without it.", code="snapshot_expired")
        super().__init__({"snapshot": words})


@dataclass(frozen=True)
class Present:
    """The published state at some instant: publication ``number``, read at ``at``.

    ``at`` is the later of the publication's own instant and the last one at which anything changed by itself;
    ``until`` the next one, if any. Whatever is read of one state is read at that one instant, so its parts agree
    even while others publish.
    """

    catalogue: Catalogue
    number: int
    at: datetime
    recalled: int
    until: datetime | None

    @property
    def token(self) -> str:
        return f"s_{self.number:x}-{micros(self.at):x}"


def present(*, now: datetime) -> Present:
    """The state as it stands at ``now``. One query while the map stays as it is."""
    edges = f"{_edges('MAX', '<=', 'last')}, {_edges('MIN', '>', 'next')}"
    [row] = rows(f"SELECT {STATE}, {RECALLED}, {edges}", [stored(now)] * 4)
    catalogue = catalogue_of((row["token"], row["number"], row["at"]))
    begun = [at for at in (instant(row[name]) for name in ("at", "last_start", "last_end")) if at]
    return Present(
        catalogue=catalogue,
        number=row["number"] or 0,
        at=min(max(begun, default=EPOCH), now),
        recalled=row["recalled"] or 0,
        until=_first(row),
    )


def redeem(token: str, state: Present, *, now: datetime) -> Present:
    """The state that ``token`` names, while it may be read.

    Refuses (``invalid_snapshot``) what is no token of a state that stood, and raises ``SnapshotExpired`` an hour
    after it was replaced, or once something was recalled since. No query for the state as it stands, else two.
    """
    if token == state.token:
        return state
    number, at, replaced = _stood(token, "snapshot", state, now=now)
    if number < state.recalled or (replaced is not None and now >= replaced + HOUR):
        raise SnapshotExpired
    return replace(state, number=number, at=at)


def since_of(token: str, state: Present, *, now: datetime) -> datetime:
    """The instant of the state that ``token`` names, however long ago: where to go on from, not to be read.

    Refuses (``invalid_snapshot``) as ``redeem`` does.
    """
    return state.at if token == state.token else _stood(token, "updated_since", state, now=now)[1]


def _stood(token: str, parameter: str, state: Present, *, now: datetime) -> tuple[int, datetime, datetime | None]:
    """The number and the instant of a state that stood, and when it was replaced."""
    found = TOKEN.fullmatch(token)
    number, at = (int(part, 16) for part in found.groups()) if found else (0, 0)
    known = {
        publication.number: publication.at
        for publication in Publication.objects.filter(number__in=[number, number + 1])
    }
    if not found or number > state.number or at > micros(now) or (number and number not in known):
        words = ValidationError("This is no snapshot of ours; take one from an answer.", code="invalid_snapshot")
        raise ValidationError({parameter: words})
    following = known.get(number + 1)
    read_at = min(max(EPOCH + at * STEP, known.get(number, EPOCH)), now)  # a publication may be dated ahead
    if following:
        read_at = min(read_at, following - STEP)  # it was read while the next one was being written
    ends = [end for end in (following, _next_edge(read_at)) if end and end <= now]
    return number, read_at, min(ends, default=None)


def _next_edge(at: datetime) -> datetime | None:
    [row] = rows(f"SELECT {_edges('MIN', '>', 'next')}", [stored(at)] * 2)
    return _first(row)


def _first(row: dict[str, Any]) -> datetime | None:
    return min((edge for edge in (instant(row["next_start"]), instant(row["next_end"])) if edge), default=None)


def _edges(best: str, sign: str, word: str) -> str:
    """The last or the next instant at which something starts or ends by itself; each the top of an index."""
    return ", ".join(
        f"(SELECT {best}({column}) FROM content_edition WHERE {column} {sign} %s AND {REAL}) AS {word}_{name}"
        for column, name in (("live_from", "start"), ("live_until", "end"))
    )
