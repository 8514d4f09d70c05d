"""One thing that the audit says of a journey, with the key that waivers and assignments hang on."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.audit.evidence import Evidence
from content.audit.live import Live
from content.query import Query
from journeys.models import Journey, Stage

LONGEST_KEY = 300  # the length of the models' fields
TYPES = ("asset", "stage", "touchpoint", "channel", "journey")  # of what findings are about


class Severity(StrEnum):
    """``error``: readers are left with nothing or nowhere to go. ``warning``: they soon will be, or are served badly.
    ``note``: worth knowing. The words are those of SARIF."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Code:
    """What can be found: how much it weighs, and in one sentence what it is."""

    severity: Severity
    words: Promise


def _codes(severity: Severity, **words: Promise) -> dict[str, Code]:
    return {code: Code(severity, sentence) for code, sentence in words.items()}


# In the order in which a report lists findings of one severity and stage.
CODES: dict[str, Code] = {
    **_codes(
        Severity.ERROR,
        dead_end=_lazy("No authored or derived next step leaves the stage along a transition."),
        silent_stage=_lazy("Readers are shown nothing at this stage."),
        unreachable_stage=_lazy("No path of next steps leads here from the entries of the journey."),
        no_path_to_goal=_lazy("No path of next steps leads to a goal of the journey."),
        address_taken=_lazy("Another text is shown at the same address."),
    ),
    **_codes(
        Severity.WARNING,
        far_from_purchase=_lazy("The purchase is too many next steps away, or cannot be reached."),
        future_gap=_lazy("There is enough now, and within ninety days there will not be."),
        buy_or_leave=_lazy("Readers who still compare can only buy or leave."),
        step_missing=_lazy("None of the next steps expected here is offered."),
        unbalanced=_lazy("Too much content is for the purchase, or there is nothing after it."),
        kinds_missing=_lazy("A kind that is recommended at this stage is missing."),
        terms_missing=_lazy("Content for a term that is recommended at this stage is missing."),
        gone_quiet=_lazy("Nothing new has gone live for longer than the target says."),
        pin_not_shown=_lazy("An asset pinned to a touchpoint is not shown there."),
        text_too_long=_lazy("A text is longer or nested deeper than new texts may be."),
        review_overdue=_lazy("The review date has passed."),
    ),
    **_codes(
        Severity.NOTE,
        identical_message=_lazy("The same words are used by two assets, or at two stages."),
        near_duplicate=_lazy("Assets share four fifths of what they say, word for word."),
        orphan_asset=_lazy("It has no stage, and no next step, link or pin leads to it."),
        expired=_lazy("It ended by itself in the last ninety days, and nothing follows."),
        few_alternatives=_lazy("The texts of the stage offer too few next steps, or all ask the same."),
        missing_translation=_lazy("It is live in another language; readers of this one get that or nothing."),
    ),
    # What the gates warned of when it was published.
    **_codes(
        Severity.WARNING,
        stage_missing=_lazy("It was published without a stage."),
        cta_missing=_lazy("It was published without a call to action."),
        cta_target_dead=_lazy("Its primary next step leads to something that is not shown."),
        binary_choice=_lazy("All its authored next steps ask to buy."),
        not_approved=_lazy("It was published without approval."),
        cta_target_expires=_lazy("Its primary next step leads to something that ends before it does."),
        link_dead=_lazy("A link in its text leads to something that is not shown."),
        goes_dark=_lazy("When it ends, nothing follows."),
        untranslated=_lazy("Its words are those of another language."),
    ),
    **_codes(
        Severity.NOTE,
        hard_cta_too_early=_lazy("It asks readers to buy who have only become aware."),
        home_page_cta=_lazy("A next step leads to the home page."),
        stage_too_broad=_lazy("One text serves four stages or more."),
        channel_not_recommended=_lazy("It is on a channel that is not recommended at its stage."),
        too_long_for_channel=_lazy("Its title or summary is longer than the channel takes."),
        image_alt_missing=_lazy("Its picture is not described in this language."),
        scheduled_follows=_lazy("Another edition takes over at a known time."),
    ),
}

PUBLIC_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class Subject:
    """What a finding is about. ``type`` is one of ``TYPES``; ``id`` as the API says it: the asset's public id, else
    a slug."""

    type: str
    id: str
    title: str


@dataclass(frozen=True)
class FindingContext:
    """For whom and where it holds, in slugs; ``None`` is no condition, or all of them."""

    journey: str
    stage: str | None = None
    segment: str | None = None
    locale: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Finding:
    """One thing the audit says. ``detail`` distinguishes findings that have code, subject and context in common."""

    code: str
    subject: Subject
    context: FindingContext
    message: str
    remedy: str
    evidence: Evidence = field(default_factory=Evidence)
    detail: str = ""
    waived_until: datetime | None = None
    assigned_to: str | None = None

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def key(self) -> str:
        """Stable as long as the fault is there, whatever else changes: code, journey, subject, context.

        ``dead_end:aida:stage:care:care/families/en/*``; a key that is too long is cut, and ends in a digest of it all.
        """
        context = self.context
        where = "/".join(word or "*" for word in (context.stage, context.segment, context.locale, context.channel))
        about = [self.subject.type, self.subject.id, *([self.detail] if self.detail else [])]
        key = ":".join([self.code, context.journey, *about, where])
        if len(key) <= LONGEST_KEY:
            return key
        # 17 = a colon and 16 hex digits. Waivers hang on the key, so two long ones must not become one by being cut.
        return f"{key[: LONGEST_KEY - 17]}:{blake2b(key.encode(), digest_size=8).hexdigest()}"


class FindingKey(NamedTuple):
    """What the key of a finding says, be it of the audit or of a gate; gates ask of no journey."""

    code: str
    subject_type: str
    subject_id: str
    context: FindingContext


def parse_key(key: str) -> FindingKey | None:
    """Returns ``key`` in its parts; ``None`` for one that is no finding's, or was cut because it is too long.

    The audit's is ``code:journey:type:id[:detail]:stage/segment/locale/channel``, a gate's ``code:asset:locale``.
    """
    code, *rest = key.split(":")
    if code not in CODES or len(key) >= LONGEST_KEY:
        return None
    if len(rest) == 2:
        uid, locale = rest
        return FindingKey(code, "asset", uid, FindingContext("", locale=locale)) if PUBLIC_ID.fullmatch(uid) else None
    if len(rest) < 4:
        return None
    journey, kind, uid, *_detail, where = rest
    words = [None if word == "*" else word for word in where.split("/")]
    return FindingKey(code, kind, uid, FindingContext(journey, *words)) if len(words) == 4 else None


def context_of(reader: Query, stage: Stage | None = None) -> FindingContext:
    """Returns the context of a reader's question, at a stage."""
    if reader.journey is None:
        raise ValueError("The audit is of one journey.")
    segment, channel = (
        value if value is None or isinstance(value, str) else value.slug for value in (reader.segment, reader.channel)
    )
    return FindingContext(reader.journey.slug, stage.slug if stage else None, segment, reader.locale.code, channel)


def of_stage(stage: Stage) -> Subject:
    return Subject("stage", stage.slug, stage.title)


def of_journey(journey: Journey) -> Subject:
    return Subject("journey", journey.slug, journey.title)


def of_asset(text: Live) -> Subject:
    return Subject("asset", text.public_id, text.title)


def audience(reader: Query) -> str:
    """Returns who is meant, to go on from “for”."""
    if reader.segment is None:
        return _("readers")
    return _("readers in no segment") if isinstance(reader.segment, str) else reader.segment.title
