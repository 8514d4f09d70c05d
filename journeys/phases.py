"""The canonical phases that every model of the customer's journey shares, and the intents of a next step."""

from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    """Two stages of different journeys correspond when they share a phase."""

    AWARENESS = "awareness", _lazy("Awareness")
    EXPLORATION = "exploration", _lazy("Exploration")
    EVALUATION = "evaluation", _lazy("Evaluation")
    PURCHASE = "purchase", _lazy("Purchase")
    LOYALTY = "loyalty", _lazy("Loyalty")
    ADVOCACY = "advocacy", _lazy("Advocacy")


# Where the customer weighs one thing against another: "buy or leave" is no choice here (S4).
CONSIDERATION = frozenset({Phase.EXPLORATION.value, Phase.EVALUATION.value})


class Commitment(models.TextChoices):
    """What a next step asks of the customer."""

    SOFT = "soft", pgettext_lazy("commitment", "Soft")
    MEDIUM = "medium", pgettext_lazy("commitment", "Medium")
    HARD = "hard", pgettext_lazy("commitment", "Hard")


class Intent(models.TextChoices):
    """What the customer does by taking a next step."""

    LEARN_MORE = "learn_more", pgettext_lazy("intent", "Learn more")
    COMPARE = "compare", pgettext_lazy("intent", "Compare")
    READ_REVIEWS = "read_reviews", pgettext_lazy("intent", "Read reviews")
    SUBSCRIBE = "subscribe", pgettext_lazy("intent", "Subscribe")
    FOLLOW = "follow", pgettext_lazy("intent", "Follow")
    DOWNLOAD = "download", pgettext_lazy("intent", "Download")
    TRY = "try", pgettext_lazy("intent", "Try")
    CONTACT = "contact", pgettext_lazy("intent", "Contact")
    START_PURCHASE = "start_purchase", pgettext_lazy("intent", "Start purchase")
    BUY = "buy", pgettext_lazy("intent", "Buy")
    GET_STARTED = "get_started", pgettext_lazy("intent", "Get started")
    GET_HELP = "get_help", pgettext_lazy("intent", "Get help")
    GIVE_FEEDBACK = "give_feedback", pgettext_lazy("intent", "Give feedback")
    REVISIT = "revisit", pgettext_lazy("intent", "Revisit")
    WRITE_REVIEW = "write_review", pgettext_lazy("intent", "Write review")
    REFER = "refer", pgettext_lazy("intent", "Refer")
    JOIN_GROUP = "join_group", pgettext_lazy("intent", "Join group")
    COMPLEMENT = "complement", pgettext_lazy("intent", "Complement")

    @property
    def commitment(self) -> Commitment:
        if self in {Intent.START_PURCHASE, Intent.BUY}:
            return Commitment.HARD
        return Commitment.MEDIUM if self in MEDIUM else Commitment.SOFT

    @property
    def words(self) -> str:
        """A verb phrase for what it lets customers do, as in “lets them write a review”."""
        return str(WORDS[self]) if self in WORDS else str(self.label).lower()


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
    """The commitment of ``intent``: ``soft``, ``medium`` or ``hard``."""
    return Intent(intent).commitment.value


# Where the label in small letters does not say it.
WORDS = {
    Intent.FOLLOW: _lazy("follow us"),
    Intent.DOWNLOAD: _lazy("download something"),
    Intent.TRY: _lazy("try it"),
    Intent.CONTACT: _lazy("contact us"),
    Intent.START_PURCHASE: _lazy("begin a purchase"),
    Intent.GIVE_FEEDBACK: _lazy("say what they think"),
    Intent.REVISIT: _lazy("come again"),
    Intent.WRITE_REVIEW: _lazy("write a review"),
    Intent.REFER: _lazy("refer a friend"),
    Intent.JOIN_GROUP: _lazy("join a group"),
    Intent.COMPLEMENT: _lazy("get what goes with it"),
}


def validate_intents(value: Any) -> None:
    """Refuses (``intents_invalid``) an empty list, an unknown intent, or one named twice."""
    known = isinstance(value, list) and bool(value) and all(intent in Intent.values for intent in value)
    if not known or len(set(value)) != len(value):
        message = _("Choose one or more of: %(choices)s.") % {"choices": ", ".join(Intent.values)}
        raise ValidationError(message, code="intents_invalid")
