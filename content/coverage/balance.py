"""How a journey's content is divided among its stages: not all on the purchase, never nothing after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _lazy

from content.catalogue import Catalogue
from content.coverage.count import Tally
from content.query import Query
from journeys.models import Stage
from journeys.phases import Phase

MOST_ON_THE_SALE = 0.5  # of all content of a journey
FAULTS = {
    "all_on_the_sale": _lazy("More than half of all content is for the purchase."),
    "nothing_after": _lazy("There is nothing after the purchase."),
}


@dataclass(frozen=True)
class Share:
    """What one stage has, and its share of what all stages have. What serves two stages counts at both."""

    stage: Stage
    total: int
    share: float


@dataclass(frozen=True)
class Balance:
    """The shares in the order of the journey, and what is wrong with them, of ``FAULTS``."""

    shares: list[Share]
    faults: tuple[str, ...]


def stage_questions(query: Query, catalogue: Catalogue) -> list[Query]:
    """Returns ``query`` at each stage of its journey."""
    stages = catalogue.atlas.stages_of[query.journey.pk] if query.journey else []
    return [query.at_stage(stage) for stage in stages]


def balance_of(questions: Sequence[Query], tallies: Sequence[Tally]) -> Balance:
    """Returns the balance of ``stage_questions`` and their tallies; what fits by the crosswalk alone is not counted.

    S3: a campaign that puts all its weight on the last step before the sale wins neither those who come to it nor
    those who have bought. The stages after the sale are those behind the last that covers *purchase*.
    """
    totals = [tally.total - tally.crosswalk for tally in tallies]
    stages = [query.stages[0] for query in questions]
    whole = sum(totals)
    shares = [Share(stage, total, total / whole if whole else 0.0) for stage, total in zip(stages, totals, strict=True)]
    sale = [number for number, stage in enumerate(stages) if Phase.PURCHASE in stage.phases]
    after = shares[sale[-1] + 1 :] if sale else []
    faults = []
    if sum(shares[number].share for number in sale) > MOST_ON_THE_SALE:
        faults.append("all_on_the_sale")
    if after and not any(share.total for share in after):
        faults.append("nothing_after")
    return Balance(shares, tuple(faults))
