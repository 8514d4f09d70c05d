"""One thing that the audit says of a journey, with the key that waivers and assignments hang on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

from content.audit.live import Live
from content.query import Query
from journeys.models import Journey, Stage

LONGEST_KEY = 300  # as models keep it
TYPES = ("asset", "stage", "touchpoint", "channel", "journey")  # of what findings are about
MOST_TOLD = 100  # ids in evidence; ``count`` says how many there are


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
    words: str


CODES: dict[str, Code] = {
    "dead_end": Code(Severity.ERROR, "No step that is authored or derived leaves the stage along a transition."),
    "silent_stage": Code(Severity.ERROR, "Readers are shown nothing at this stage."),
    "unreachable_stage": Code(Severity.ERROR, "No walk along next steps leads here from where the journey begins."),
    "no_path_to_goal": Code(Severity.ERROR, "No walk along next steps leads on to a goal of the journey."),
    "address_taken": Code(Severity.ERROR, "Another text is shown at the same address."),
    "far_from_purchase": Code(Severity.WARNING, "The purchase is too many next steps away, or cannot be walked to."),
    "future_gap": Code(Severity.WARNING, "There is enough now, and within ninety days there will not be."),
    "buy_or_leave": Code(Severity.WARNING, "Whoever still weighs is offered nothing but to buy."),
    "step_missing": Code(Severity.WARNING, "None of the steps that are expected here is offered."),
    "unbalanced": Code(Severity.WARNING, "All weight is on the purchase, or there is nothing after it."),
    "kinds_missing": Code(Severity.WARNING, "A kind that is recommended at this stage is missing."),
    "terms_missing": Code(
        Severity.WARNING, "Content for a purpose, a term, that is recommended at this stage is missing."
    ),
    "gone_quiet": Code(Severity.WARNING, "Nothing new has gone live for longer than it should be."),
    "pin_not_shown": Code(Severity.WARNING, "What is pinned to a touchpoint is not shown there."),
    "text_too_long": Code(Severity.WARNING, "A text is longer or nested deeper than what is written today may be."),
    "review_overdue": Code(Severity.WARNING, "The day on which somebody should have looked at it again has passed."),
    "identical_message": Code(Severity.NOTE, "The same words stand at two stages, or in two places."),
    "near_duplicate": Code(Severity.NOTE, "Assets share four fifths of what they say, word for word."),
    "orphan_asset": Code(Severity.NOTE, "It stands at no stage, and no step, link or pin leads to it."),
    "expired": Code(Severity.NOTE, "It has ended by itself within ninety days, and nothing follows."),
    "few_alternatives": Code(Severity.NOTE, "All that is shown here leads on in too few ways, or all ask the same."),
    "missing_translation": Code(
        Severity.NOTE, "It is live in another language; readers of this one get that or nothing."
    ),
    # What the gates warned of when it was published.
    "stage_missing": Code(Severity.WARNING, "It was published without a stage."),
    "cta_missing": Code(Severity.WARNING, "It was published without a call to action."),
    "cta_target_dead": Code(Severity.WARNING, "Its primary step led to something that is not shown."),
    "binary_choice": Code(Severity.WARNING, "All its own steps are hard."),
    "not_approved": Code(Severity.WARNING, "It was published without approval."),
    "cta_target_expires": Code(Severity.WARNING, "Its primary step leads to something that ends before it does."),
    "link_dead": Code(Severity.WARNING, "A link in its text leads to something that is not shown."),
    "goes_dark": Code(Severity.WARNING, "When it ends nothing comes back."),
    "untranslated": Code(Severity.WARNING, "Its words are those of another language."),
    "hard_cta_too_early": Code(Severity.NOTE, "It asks for a purchase from somebody who has only become aware."),
    "home_page_cta": Code(Severity.NOTE, "A step leads to the home page."),
    "stage_too_broad": Code(Severity.NOTE, "One text for four stages or more."),
    "channel_not_recommended": Code(Severity.NOTE, "It is on a channel that is not recommended at its stage."),
    "too_long_for_channel": Code(Severity.NOTE, "Its title or summary is longer than the channel takes."),
    "image_alt_missing": Code(Severity.NOTE, "Its picture is not described in this language."),
    "scheduled_follows": Code(Severity.NOTE, "Another edition takes over at a known time."),
}


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
    """One thing the audit says. ``detail`` tells findings apart that have code, subject and context in common."""

    code: str
    subject: Subject
    context: FindingContext
    message: str
    remedy: str
    evidence: dict[str, Any] = field(default_factory=dict)
    detail: str = ""
    waived_until: datetime | None = None
    assigned_to: str | None = None

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def key(self) -> str:
        """Stable as long as the fault stands, whatever else changes: code, journey, subject, context."""
        told = self.context
        where = "/".join(word or "*" for word in (told.stage, told.segment, told.locale, told.channel))
        about = [self.subject.type, self.subject.id, *([self.detail] if self.detail else [])]
        key = ":".join([self.code, told.journey, *about, where])
        if len(key) <= LONGEST_KEY:
            return key
        return f"{key[: LONGEST_KEY - 17]}:{blake2b(key.encode(), digest_size=8).hexdigest()}"


class Key(NamedTuple):
    """What the key of a finding says."""

    code: str
    subject_type: str
    subject_id: str
    context: FindingContext


def parsed(key: str) -> Key | None:
    """``key`` in its parts; ``None`` for one that is no finding's of the audit, or was cut because it is too long."""
    code, *rest = key.split(":")
    if code not in CODES or len(rest) < 4 or len(key) >= LONGEST_KEY:
        return None
    journey, kind, uid, *_, where = rest
    words = [None if word == "*" else word for word in where.split("/")]
    return Key(code, kind, uid, FindingContext(journey, *words)) if len(words) == 4 else None


def context_of(reader: Query, stage: Stage | None = None) -> FindingContext:
    """The context of a reader's question, at a stage."""
    if reader.journey is None:
        raise ValueError("The audit is of one journey.")
    segment, channel = (
        one if one is None or isinstance(one, str) else one.slug for one in (reader.segment, reader.channel)
    )
    return FindingContext(reader.journey.slug, stage.slug if stage else None, segment, reader.locale.code, channel)


def of_stage(stage: Stage) -> Subject:
    return Subject("stage", stage.slug, stage.title)


def of_journey(journey: Journey) -> Subject:
    return Subject("journey", journey.slug, journey.title)


def of_asset(text: Live) -> Subject:
    return Subject("asset", text.public_id, text.title)


def audience(reader: Query) -> str:
    """Who is meant, in words that go on from “for”."""
    if reader.segment is None:
        return "readers"
    return "readers of whom nothing is known" if isinstance(reader.segment, str) else reader.segment.title


def as_json(titles: Iterable[str], last: str = "or") -> str:
    """“A, B or C”."""
    words = list(titles)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def id_evidence(ids: Sequence[str]) -> dict[str, Any]:
    """Evidence that names assets: the first hundred ids, and how many there are."""
    return {"assets": list(ids[:MOST_TOLD]), "count": len(ids)}
