"""The canonical phases that every model of the customer's journey shares, and the intents of a next step."""

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
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

    @property
    def words(self) -> str:
        """What it lets somebody do, to go on from “lets them”: “write a review”."""
        return WORDS.get(self, self.label.lower())


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


# Where the label in small letters does not say it.
WORDS = {
    Intent.FOLLOW: "follow us",
    Intent.DOWNLOAD: "download something",
    Intent.TRY: "try it",
    Intent.CONTACT: "contact us",
    Intent.START_PURCHASE: "begin a purchase",
    Intent.GIVE_FEEDBACK: "say what they think",
    Intent.REVISIT: "come again",
    Intent.WRITE_REVIEW: "write a review",
    Intent.REFER: "refer a friend",
    Intent.JOIN_GROUP: "join a group",
    Intent.COMPLEMENT: "get what goes with it",
}


def validate_intents(value: Any) -> None:
    """Refuses (``intents_invalid``) an empty list, an unknown intent, or one named twice."""
    known = isinstance(value, list) and bool(value) and all(one in Intent.values for one in value)
    if not known or len(set(value)) != len(value):
        raise ValidationError(f"Choose one or more of: {', '.join(Intent.values)}.", code="intents_invalid")
