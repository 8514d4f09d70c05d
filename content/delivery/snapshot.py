"""The published state as it stands: the instant it is read at, and the token that names it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from content import clock
from content.catalogue import STATE, Catalogue, catalogue_of
from content.delivery.rows import NamedRow, instant_parameter, rows
from content.instants import EPOCH, HOUR, STEP, instant, micros
from content.keys import signature, verify
from content.models import Publication

PURPOSE = "snapshot"
CLOCK = "(SELECT now FROM clock)"
TOKEN = re.compile(r"s_(([0-9a-f]{1,15})-([0-9a-f]{1,15}))-([0-9A-Za-z_-]{16})", re.ASCII)
# A window that is empty never began; what was cancelled has no window.
REAL = "cancelled_at IS NULL AND (live_until IS NULL OR live_until > live_from)"
SHOWN = ", ".join(
    f"(SELECT {name} FROM content_publishedstate WHERE id = 1) AS {name}"
    for name in ("recalled", "shown_number", "shown_at", "answered_number")
)
NO_SNAPSHOT = {
    "snapshot": "begin again without it.",
    "updated_since": "fetch the whole list without it, then go on with the snapshot of that answer.",
}


class SnapshotExpired(ValidationError):
    """The state was replaced too long ago, or something in it was recalled."""

    status = HTTPStatus.GONE

    def __init__(self) -> None:
        words = ValidationError(_("This snapshot is over; begin again without it."), code="snapshot_expired")
        super().__init__({"snapshot": words})


@dataclass(frozen=True)
class PresentState:
    """The published state at some instant: publication ``number``, read at ``at``.

    ``number`` is that of the last publication of which readers see anything: those that are not ``visible`` count once
    something has changed by itself after them. ``answered`` also counts those that moved the end of what is shown.
    ``at`` is the later of the publication's own instant and the last one at which anything changed by itself;
    ``until`` the next one, if any. Whatever is read of one state is read at that one instant, so its parts agree
    even while others publish.
    """

    catalogue: Catalogue
    number: int
    at: datetime
    recalled: int
    until: datetime | None
    answered: int = 0

    @cached_property
    def token(self) -> str:
        words = f"{self.number:x}-{micros(self.at):x}"
        return f"s_{words}-{signature(PURPOSE, words)}"


def present(*, now: datetime) -> PresentState:
    """The state as it stands. One query while the map stays as it is.

    It stands as of the clock that the same statement reads: whoever was told that something is published or withdrawn
    finds it so. ``now`` counts where the database has no clock to ask.
    """
    # MATERIALIZED, so that the clock is read once however often the statement names it: several instants in one
    # statement would tell of several states. Both databases take the word.
    source = clock.source()
    edges = f"{_edges('MAX', '<=', 'last', CLOCK)}, {_edges('MIN', '>', 'next', CLOCK)}"
    sql = (
        f"WITH clock AS MATERIALIZED (SELECT {source or '%s'} AS now) SELECT {CLOCK} AS now, {STATE}, {SHOWN}, {edges}"
    )
    [row] = rows(sql, [] if source else [instant_parameter(now)])
    if source:
        now = clock.learn(row["now"])
    catalogue = catalogue_of((row["token"], row["number"], row["at"]), now=now)
    published, shown_at = instant(row["at"]), instant(row["shown_at"])
    # The number is that of the last publication of which readers see anything. Where something began or ended by itself
    # after the last one, whatever that was, the two together are a state of their own. Example: 7 is visible, 8 only
    # schedules something for noon: until noon the state is 7's and so is its token, so caches go on; from noon on it is
    # 8 at noon.
    edge = max((at for at in (instant(row["last_start"]), instant(row["last_end"])) if at), default=None)
    number = row["shown_number"] or 0
    if edge and published and edge > published:
        number = row["number"]
    return PresentState(
        catalogue=catalogue,
        number=number,
        at=min(max((at for at in (shown_at, edge) if at), default=EPOCH), now),
        recalled=row["recalled"] or 0,
        until=_first(row),
        answered=row["answered_number"] or 0,
    )


def redeem(token: str, state: PresentState, *, now: datetime) -> PresentState:
    """The state that ``token`` names, while it may be read.

    Refuses (``invalid_snapshot``) what no key that is listed signed, and raises ``SnapshotExpired`` an hour
    after it was replaced, or once something was recalled since. No query for the state as it stands, else two.
    """
    if token == state.token:
        return state
    number, at, replaced = _stood(token, "snapshot", state, now=now)
    if number < state.recalled or (replaced is not None and now >= replaced + HOUR):
        raise SnapshotExpired
    return replace(state, number=number, at=at)


def since_of(token: str, state: PresentState, *, now: datetime) -> datetime:
    """The instant of the state that ``token`` names, however long ago: where to go on from, not to be read.

    Refuses (``invalid_snapshot``) as ``redeem`` does.
    """
    return state.at if token == state.token else _stood(token, "updated_since", state, now=now)[1]


def _stood(token: str, parameter: str, state: PresentState, *, now: datetime) -> tuple[int, datetime, datetime | None]:
    """The number and the instant of a state that stood, and when it was replaced."""
    found = TOKEN.fullmatch(token)
    if not found or not verify(PURPOSE, found[1], found[4]):
        raise _no_snapshot(parameter)
    number, micro = int(found[2], 16), int(found[3], 16)
    # At most three rows tell all: the publication itself, the next one whatever it was, and the next visible one.
    near = Publication.objects.filter(number__gte=number).filter(Q(number__lte=number + 1) | Q(visible=True))
    known = list(near.order_by("number")[:3])
    ats = {publication.number: publication.at for publication in known}
    if number > state.number or micro > micros(now) or (number and number not in ats):
        raise _no_snapshot(parameter)  # signed for another database, or before a backup was put back
    read_at = min(max(EPOCH + micro * STEP, ats.get(number, EPOCH)), now)  # a publication may be dated ahead
    if number + 1 in ats:
        read_at = min(read_at, ats[number + 1] - STEP)  # it was read while the next one was being written
    following = next(
        (publication.at for publication in known if publication.visible and publication.number > number), None
    )
    ends = [end for end in (following, _next_edge(read_at)) if end and end <= now]
    return number, read_at, min(ends, default=None)


def _no_snapshot(parameter: str) -> ValidationError:
    message = _("This is no snapshot that this service signed, or with a key that is retired: %(parameter)s") % {
        "parameter": NO_SNAPSHOT[parameter]
    }
    return ValidationError({parameter: ValidationError(message, code="invalid_snapshot")})


def _next_edge(at: datetime) -> datetime | None:
    [row] = rows(f"SELECT {_edges('MIN', '>', 'next', '%s')}", [instant_parameter(at)] * 2)
    return _first(row)


def _first(row: NamedRow) -> datetime | None:
    return min((edge for edge in (instant(row["next_start"]), instant(row["next_end"])) if edge), default=None)


def _edges(best: str, sign: str, word: str, at: str) -> str:
    """The last or the next instant at which something starts or ends by itself; each the top of an index."""
    return ", ".join(
        f"(SELECT {best}({column}) FROM content_edition WHERE {column} {sign} {at} AND {REAL}) AS {word}_{name}"
        for column, name in (("live_from", "start"), ("live_until", "end"))
    )
