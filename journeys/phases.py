"""The canonical phases that every model of the customer's journey shares, and the intents of a next step."""

from functools import cache

from django.db import models


class Phase(models.TextChoices):
    """Two stages of different journeys correspond when they share a phase."""

    AWARENESS = "awareness"
    EXPLORATION = "exploration"
    EVALUATION = "evaluation"
    PURCHASE = "purchase"
    LOYALTY = "loyalty"
    ADVOCACY = "advocacy"


# Where the customer weighs one thing against another: "buy or leave" is no choice here (S4).
CONSIDERATION = frozenset({Phase.EXPLORATION.value, Phase.EVALUATION.value})


class Commitment(models.TextChoices):
    """What a next step asks of the customer."""

    SOFT = "soft"
    MEDIUM = "medium"
    HARD = "hard"


class Intent(models.TextChoices):
    """What the customer does by taking a next step."""

    LEARN_MORE = "learn_more"
    COMPARE = "compare"
    READ_REVIEWS = "read_reviews"
    SUBSCRIBE = "subscribe"
    FOLLOW = "follow"
    DOWNLOAD = "download"
    TRY = "try"
    CONTACT = "contact"
    START_PURCHASE = "start_purchase"
    BUY = "buy"
    GET_STARTED = "get_started"
    GET_HELP = "get_help"
    GIVE_FEEDBACK = "give_feedback"
    REVISIT = "revisit"
    WRITE_REVIEW = "write_review"
    REFER = "refer"
    JOIN_GROUP = "join_group"
    COMPLEMENT = "complement"

    @property
    def commitment(self) -> Commitment:
        if self in {Intent.START_PURCHASE, Intent.BUY}:
            return Commitment.HARD
        return Commitment.MEDIUM if self in MEDIUM else Commitment.SOFT


MEDIUM = frozenset(
    {
        Intent.SUBSCRIBE,
        Intent.FOLLOW,
        Intent.DOWNLOAD,
        Intent.TRY,
        Intent.CONTACT,
        Intent.WRITE_REVIEW,
        Intent.REFER,
        Intent.JOIN_GROUP,
        Intent.COMPLEMENT,
    }
)


@cache
def commitment(intent: str) -> str:
    """How much ``intent`` asks for: ``soft``, ``medium`` or ``hard``."""
    return Intent(intent).commitment.value
