"""Publishes the texts of a load in an order in which the gates can let them pass: targets before what leads to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from content.importers.outcome import OutcomeListener
from content.importers.write import TO_BLAME, not_stored
from content.models import Asset, Edition, Translation
from content.publishing.gate_findings import GateFinding, PublishRefused
from content.publishing.publish import publish_translations

DEAD_TARGET = {"cta_target_dead"}
SLUG_TAKEN = {"slug_taken"}


@dataclass(slots=True)
class TextToPublish:
    """One translation to publish, the outcome of its line, and the asset its primary step leads to."""

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
    """The result of an attempt. ``waiting`` are those whose target is not live; not all of them were judged."""

    published: list[TextToPublish] = field(default_factory=list)
    waiting: list[TextToPublish] = field(default_factory=list)

    def add(self, other: "Round") -> None:
        self.published += other.published
        self.waiting += other.waiting


def attempt(texts: list[TextToPublish], *, all_of_them: bool = False) -> Round:
    """Publishes of ``texts`` what the gates let pass, all in one call.

    What leads to an asset that was never published and is not among the rest is not tried, unless ``all_of_them``
    are. That is an order only: the gates' findings are in the outcomes.
    """
    passing, late = (texts, []) if all_of_them else ready(texts)
    result = Round([], late)
    # Each refusal names who is to blame: the others are tried again without them, and may be refused in their turn.
    while passing:
        try:
            with transaction.atomic():
                _publish(passing)
        except PublishRefused as refused:
            passing = _hold(passing, refused.findings, result)
            if not all_of_them:
                passing, late = ready(passing)
                result.waiting += late
        except TO_BLAME as error:
            # The database names nobody: halves are tried apart, until the one text is found.
            if len(passing) > 1:
                # One bad text of 500 takes nine halvings, and every text beside it is published all the same.
                half = len(passing) // 2
                for part in (passing[:half], passing[half:]):
                    result.add(attempt(part, all_of_them=all_of_them))
            else:
                refusal = not_stored(error)
                passing[0].outcome.hold(passing[0].code, [f"{refusal.code}: {refusal.messages[0]}"])
            return result
        else:
            break
    for text in passing:
        text.outcome.publish(text.code)
    result.published += passing
    return result


def ready(texts: list[TextToPublish]) -> tuple[list[TextToPublish], list[TextToPublish]]:
    """Those whose primary step leads to what was ever published or is among them, and the others. One query."""
    targets = {text.target for text in texts if text.target}
    published = set(Edition.objects.filter(asset__in=targets).order_by().values_list("asset_id", flat=True).distinct())
    go: list[TextToPublish] = texts
    wait: list[TextToPublish] = []
    # Whoever has to wait takes those along who lead there: again, until nobody more has to.
    while True:
        reachable = published | {text.asset_id for text in go}
        # Example: a → b → c, and c is in no batch and was never published. First b waits; then a, whose target waits by
        # now.
        late = [text for text in go if text.target and text.target not in reachable]
        if not late:
            return go, wait
        wait += late
        go = [text for text in go if not text.target or text.target in reachable]


def in_order(texts: Iterable[TextToPublish], size: int) -> Iterator[list[TextToPublish]]:
    """Batches of about ``size``, the target of a primary step before what leads to it; circles stay whole."""
    by_asset: dict[int, list[TextToPublish]] = {}
    for text in texts:
        by_asset.setdefault(text.asset_id, []).append(text)
    batch: list[TextToPublish] = []
    for circle in circles({asset: [t.target for t in own if t.target] for asset, own in by_asset.items()}):
        batch += [text for asset in circle for text in by_asset[asset]]
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def in_two_sides(texts: Iterable[TextToPublish], size: int) -> Iterator[list[TextToPublish]]:
    """Batches in which no text is together with what it leads to, so that one attempt judges them all.

    Each text stands on the other side of its target, which came before it: a → b → c makes {c, a} and {b}.
    """
    sides: dict[int, int] = {}
    batches: list[list[TextToPublish]] = [[], []]
    for text in chain.from_iterable(in_order(texts, 1)):
        # Targets come first (``in_order``), so that of the target is known; a text without one stands on side 0.
        side = sides.setdefault(text.asset_id, 1 - sides.get(text.target or 0, 1))
        batches[side].append(text)
        if len(batches[side]) >= size:
            yield batches[side]
            batches[side] = []
    yield from filter(None, batches)


def circles(targets: dict[int, list[int]]) -> Iterator[list[int]]:
    """The strongly connected parts of a graph, what they lead to before themselves (Tarjan 1972, without recursion).

    networkx has it too, but its import takes 0.4 s of every command. 1 → 2 ⇄ 3 gives [3, 2], then [1].
    """
    number: dict[int, int] = {}  # in the order of the first visit
    low: dict[int, int] = {}  # the least number that is reachable without leaving what is open
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


def _publish(texts: list[TextToPublish]) -> None:
    publish_translations(
        (Translation(asset_id=text.asset_id, locale_id=text.locale_id) for text in texts),
        windows={text.pair: text.window for text in texts},
    )


def _hold(texts: list[TextToPublish], findings: list[GateFinding], result: Round) -> list[TextToPublish]:
    """Notes in the outcomes which texts were refused and why, and returns the others."""
    reasons: dict[tuple[str, str], list[GateFinding]] = {}
    for finding in findings:
        reasons.setdefault((finding.asset, finding.locale), []).append(finding)
    passing: list[TextToPublish] = []
    judged = {finding.code for finding in findings} - SLUG_TAKEN
    for text in texts:
        own = reasons.get((text.public_id, text.code))
        # Whoever would have had the slug may be among those that are held: then it is judged again without them.
        if own is None or (judged and {finding.code for finding in own} == SLUG_TAKEN):
            passing.append(text)
            continue
        text.outcome.hold(text.code, [f"{finding.code}: {_message(finding, text)}" for finding in own])
        if {finding.code for finding in own} <= DEAD_TARGET:
            result.waiting.append(text)
    return passing


def _message(finding: GateFinding, text: TextToPublish) -> str:
    """The finding's message; for a slug that is taken with its owner, for which it takes two queries."""
    owner = _slug_owner(text) if finding.code in SLUG_TAKEN else ""
    if not owner:
        return finding.message
    return _("%(message)s It is the slug of %(owner)s.") % {"message": finding.message, "owner": owner}


def _slug_owner(text: TextToPublish) -> str:
    """Whose the slug of a text is: the key of its line, else what editors call it."""
    translation = Translation.objects.select_related("asset").get(asset=text.asset_id, locale=text.locale_id)
    slug = translation.slug
    others = Asset.objects.filter(kind=translation.asset.kind_id).exclude(pk=text.asset_id)
    owners = others.filter(Q(addresses__slug=slug) | Q(translations__slug=slug))
    owner = owners.order_by(F("addresses__pk").asc(nulls_last=True), "pk").values_list("source__key", "name").first()
    return (owner[0] or owner[1]) if owner else ""
