"""remap() – moves everything tagged with one stage to another, so that the stage can go."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from content.freeze import Draft, thaw
from content.issue import authorise, issue, still_standing
from content.models import Edition, EditionMention, Placement
from content.models.publication import Action
from journeys.models import Stage


@dataclass(frozen=True)
class Remapped:
    """How many draft placements and how many editions moved."""

    drafts: int
    editions: int


def remap(stage: Stage, to: Stage, *, by: User | None = None, at: datetime | None = None) -> Remapped:
    """Moves drafts from ``stage`` to ``to`` at once, and what is live or scheduled by publishing it again.

    An asset already placed at ``to`` keeps that placement. Each edition keeps its window. Afterwards nothing
    that can still be shown names ``stage``, and it can be deleted. Refuses (``same_stage``), and what the gates
    refuse.
    """
    authorise(by)
    if stage.pk == to.pk:
        raise ValidationError("Choose another stage to move to.", code="same_stage")
    with transaction.atomic():
        moving = Placement.objects.filter(stage=stage)
        moving.filter(asset__placements__stage=to).delete()
        drafts = moving.update(stage=to)
        editions = _standing_at(stage, at=at or timezone.now())
        for edition in editions:
            _again(edition, stage, to, by=by)
        EditionMention.objects.filter(stage=stage).delete()
    return Remapped(drafts=drafts, editions=len(editions))


def _standing_at(stage: Stage, *, at: datetime) -> list[Edition]:
    return still_standing(Q(mentions__stage=stage), at=at)


def _again(edition: Edition, stage: Stage, to: Stage, *, by: User | None) -> None:
    """Publishes the words of ``edition`` again with its placements moved, for the rest of its window."""
    draft = thaw(edition)
    kept = [p for p in edition.placements if p["stage"] != stage.pk]
    if not any(placement["stage"] == to.pk for placement in kept):
        kept += [{**p, "stage": to.pk} for p in edition.placements if p["stage"] == stage.pk]
    draft.edition.placements = sorted(kept, key=lambda placement: placement["stage"])

    def drafts(catalogue: object) -> list[Draft]:
        return [draft]

    start = edition.live_from if edition.live_from > timezone.now() else None
    issue(drafts, start, edition.asked_until, Action.RESTORE, by=by, at=None, note=f"{stage} → {to}")
