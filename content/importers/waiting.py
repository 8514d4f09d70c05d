"""What of a load is to be published, and the order in which its gates can let it pass."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from content.importers.outcome import OutcomeListener
from content.importers.write import TO_BLAME, not_stored
from content.models import Asset, Edition, Translation
from content.publishing.gate_findings import GateFinding, PublishRefused
from content.publishing.publish import publish_translations

DEAD_TARGET = {"cta_target_dead"}
SLUG_TAKEN = {"slug_taken"}


@dataclass(slots=True)
class WantedText:
    """One translation that is to be published, what is said of its line, and the asset its primary step leads to."""

    asset_id: int
    public_id: str
    locale_id: int
    code: str
    outcome: OutcomeListener
    window: tuple[datetime | None, datetime | None]
    target: int | None

    @property
    def pair(self) -> tuple[int, int]:
        return (self.asset_id, self.locale_id)


@dataclass
class Round:
    """What became of an attempt. ``waiting`` are those whose target is not there; not all of them were judged."""

    published: list[WantedText] = field(default_factory=list)
    waiting: list[WantedText] = field(default_factory=list)

    def add(self, other: "Round") -> None:
        self.published += other.published
        self.waiting += other.waiting


def attempt(wanted: list[WantedText], *, all_of_them: bool = False) -> Round:
    """Publishes what the gates let pass, all in one call.

    What leads to an asset that was never published and is not among the rest is not tried, unless ``all_of_them``
    are. That is an order only: what the gates say is said in the outcomes.
    """
    left, late = (wanted, []) if all_of_them else ready(wanted)
    made = Round([], late)
    while left:
        try:
            with transaction.atomic():
                _publish(left)
        except PublishRefused as refused:
            left = _hold(left, refused.findings, made)
            if not all_of_them:
                left, late = ready(left)
                made.waiting += late
        except TO_BLAME as error:
            if len(left) > 1:
                half = len(left) // 2
                for part in (left[:half], left[half:]):
                    made.add(attempt(part, all_of_them=all_of_them))
            else:
                left[0].outcome.hold(left[0].code, [f"{one.code}: {one.messages[0]}" for one in [not_stored(error)]])
            return made
        else:
            break
    for one in left:
        one.outcome.publish(one.code)
    made.published += left
    return made


def ready(wanted: list[WantedText]) -> tuple[list[WantedText], list[WantedText]]:
    """Those whose primary step leads to what was ever published or is among them, and the others. One query."""
    targets = {one.target for one in wanted if one.target}
    there = set(Edition.objects.filter(asset__in=targets).order_by().values_list("asset_id", flat=True).distinct())
    go: list[WantedText] = wanted
    wait: list[WantedText] = []
    while True:
        here = there | {one.asset_id for one in go}
        late = [one for one in go if one.target and one.target not in here]
        if not late:
            return go, wait
        wait += late
        go = [one for one in go if not one.target or one.target in here]


def in_order(wanted: Iterable[WantedText], size: int) -> Iterator[list[WantedText]]:
    """All of ``wanted``, about ``size`` at a time, what a primary step leads to first; circles stay whole."""
    by_asset: dict[int, list[WantedText]] = {}
    for one in wanted:
        by_asset.setdefault(one.asset_id, []).append(one)
    batch: list[WantedText] = []
    for circle in circles({asset: [o.target for o in own if o.target] for asset, own in by_asset.items()}):
        batch += [one for asset in circle for one in by_asset[asset]]
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def apart(wanted: Iterable[WantedText], size: int) -> Iterator[list[WantedText]]:
    """All of ``wanted``, so that none is tried together with what it leads to: one attempt judges them all."""
    sides: dict[int, int] = {}
    batches: list[list[WantedText]] = [[], []]
    for one in (one for batch in in_order(wanted, 1) for one in batch):
        side = sides.setdefault(one.asset_id, 1 - sides.get(one.target or 0, 1))
        batches[side].append(one)
        if len(batches[side]) >= size:
            yield batches[side]
            batches[side] = []
    yield from filter(None, batches)


def circles(targets: dict[int, list[int]]) -> Iterator[list[int]]:
    """The strongly connected parts of a graph, what they lead to before themselves (Tarjan 1972, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: dict[int, None] = {}  # in the order of their numbers
    for root, first in targets.items():
        path = [(root, iter(first))] if root not in number else []
        while path:
            node, onward = path[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                open_[node] = None
            following = next((target for target in onward if target in targets), None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    circle: list[int] = []
                    while not circle or circle[-1] != node:
                        circle.append(open_.popitem()[0])
                    yield circle
            elif following not in number:
                path.append((following, iter(targets[following])))
            elif following in open_:
                low[node] = min(low[node], number[following])


def _publish(wanted: list[WantedText]) -> None:
    publish_translations(
        (Translation(asset_id=one.asset_id, locale_id=one.locale_id) for one in wanted),
        windows={one.pair: one.window for one in wanted},
    )


def _hold(wanted: list[WantedText], findings: list[GateFinding], made: Round) -> list[WantedText]:
    """Says in the outcomes what was refused and why: the others."""
    reasons: dict[tuple[str, str], list[GateFinding]] = {}
    for finding in findings:
        reasons.setdefault((finding.asset, finding.locale), []).append(finding)
    left: list[WantedText] = []
    judged = {finding.code for finding in findings} - SLUG_TAKEN
    for one in wanted:
        own = reasons.get((one.public_id, one.code))
        # Whoever would have had the slug may be among those that are held: then it is judged again without them.
        if own is None or (judged and {finding.code for finding in own} == SLUG_TAKEN):
            left.append(one)
            continue
        one.outcome.hold(one.code, [f"{finding.code}: {finding.message}{_owner(finding, one)}" for finding in own])
        if {finding.code for finding in own} <= DEAD_TARGET:
            made.waiting.append(one)
    return left


def _owner(finding: GateFinding, one: WantedText) -> str:
    """Whose the slug is that one text would have: the key of its line, else what editors call it. Two queries."""
    if finding.code not in SLUG_TAKEN:
        return ""
    text = Translation.objects.select_related("asset").get(asset=one.asset_id, locale=one.locale_id)
    others = Asset.objects.filter(kind=text.asset.kind_id).exclude(pk=text.asset_id)
    owned = others.filter(Q(addresses__slug=text.slug) | Q(translations__slug=text.slug))
    owner = owned.order_by(F("addresses__pk").asc(nulls_last=True), "pk").values_list("source__key", "name").first()
    return f" It is the slug of {owner[0] or owner[1]}." if owner else ""
