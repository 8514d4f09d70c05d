"""Moves everything tagged with one stage to another, so that the stage can go."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from content import clock
from content.drafts.freeze import Draft, thaw
from content.drafts.history import keep_known
from content.drafts.review import note_edits
from content.models import Edition, EditionMention, Placement, PublishedState, Teaser, Translation
from content.models.publication import Action
from content.publishing.context import open_editions, publication, require_publish_right
from content.publishing.issue import issue
from journeys.models import Stage


@dataclass(frozen=True)
class Retagged:
    """How many draft placements and how many editions moved."""

    drafts: int
    editions: int


def retag(stage: Stage, to: Stage, *, by: User | None = None, at: datetime | None = None) -> Retagged:
    """Moves drafts from ``stage`` to ``to`` at once, and what is live or scheduled by publishing it again.

    An asset already placed at ``to`` keeps that placement. Each edition keeps its window. Afterwards nothing
    that can still be shown names ``stage``, and it can be deleted. One publication. Refuses (``same_stage``),
    and what the gates refuse.
    """
    require_publish_right(by)
    if stage.pk == to.pk:
        raise ValidationError(_("Choose another stage to move to."), code="same_stage")
    with transaction.atomic():
        PublishedState.hold()
        moving = Placement.objects.filter(stage=stage)
        teasing = Teaser.objects.filter(stage=stage)
        touched = {*moving.values_list("asset", flat=True), *teasing.values_list("translation__asset", flat=True)}
        moving.filter(asset__placements__stage=to).delete()
        drafts = moving.update(stage=to)
        teasing.filter(translation__teasers__stage=to).delete()
        teasing.update(stage=to)
        now = at or clock.now()
        note_edits(Translation.objects.filter(asset__in=touched), at=now)
        keep_known(touched, by=by, at=now, why=f"moved from {stage} to {to}")
        editions = open_editions(Q(mentions__stage=stage), at=now)
        if editions:
            moved = [_moved(edition, stage, to, now=now) for edition in editions]
            replaced = frozenset(edition.pk for edition in editions)
            note = f"{stage} → {to}"
            with publication(Action.RESTORE, by=by, at=at, note=note) as current:
                issue(current, moved, replaced=replaced)
        EditionMention.objects.filter(stage=stage).delete()
    return Retagged(drafts=drafts, editions=len(editions))


def _moved(edition: Edition, stage: Stage, to: Stage, *, now: datetime) -> Draft:
    """The words of ``edition`` with its placements and teasers moved, for the rest of its window."""
    draft = thaw(edition)
    kept = [placement for placement in edition.placements if placement["stage"] != stage.pk]
    if not any(placement["stage"] == to.pk for placement in kept):
        kept += [{**p, "stage": to.pk} for p in edition.placements if p["stage"] == stage.pk]
    draft.edition.placements = sorted(kept, key=lambda placement: placement["stage"])
    teasers = dict(edition.teasers)
    if (text := teasers.pop(str(stage.pk), None)) is not None:
        teasers.setdefault(str(to.pk), text)
    draft.edition.teasers = teasers
    draft.window = (edition.live_from if edition.live_from > now else None, edition.asked_until)
    return draft
