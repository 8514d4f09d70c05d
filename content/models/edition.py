from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.kind import Kind
from content.models.locale import Locale
from content.models.media import Media
from content.models.publication import Publication
from content.models.vocabulary import Term
from journeys.models import Channel, Segment, Stage, Touchpoint

# The columns that may change after publishing: the window, through ``settle`` alone, and the gates' warnings.
MOVABLE = frozenset({"live_from", "asked_until", "live_until", "cancelled_at", "published_at", "warnings"})


class StoredPlacement(TypedDict):
    """A placement as an edition keeps it: ids of the map; no segments or channels stand for all of them."""

    stage: int
    segments: list[int]
    channels: list[int]
    priority: int


class StoredStep(TypedDict):
    """An authored step as an edition keeps it. Its target is the id of an asset, a touchpoint's slug or an address."""

    intent: str
    label: str
    asset: int | None
    touchpoint: str | None
    url: str | None


class EditionImmutable(TypeError):
    """Code tried to change what was published: a defect, never the user's fault."""


def refuse_change(fields: Iterable[str]) -> NoReturn:
    raise EditionImmutable(f"Editions are immutable ({', '.join(sorted(fields))}): publish a new one instead.")


class EditionQuerySet(models.QuerySet["Edition"]):
    def live(self, at: datetime) -> "EditionQuerySet":
        return self.filter(live_from__lte=at).filter(models.Q(live_until=None) | models.Q(live_until__gt=at))

    def ending_after(self, at: datetime) -> "EditionQuerySet":
        """Live or scheduled at ``at``, and those cut short by a later one that may still be cancelled."""
        return self.filter(cancelled_at=None).filter(models.Q(live_until=None) | models.Q(live_until__gt=at))

    def update(self, **kwargs: Any) -> int:
        if extra := set(kwargs) - MOVABLE:
            refuse_change(extra)
        return super().update(**kwargs)

    def delete(self) -> NoReturn:
        refuse_change({"delete"})


class Edition(models.Model):
    """An immutable published snapshot of one asset in one locale, with its placements, terms and steps.

    It keeps the window it asked for (``live_from``, ``asked_until``). ``live_until`` is its effective end: the
    earlier of that and the start of the next standing edition; none is no end. The database refuses windows
    that overlap and any change of the words (``content/migrations/0002_triggers.py``). ``published_at`` is the editor's
    if ``dated``, else the asset's first start in this locale, which moves with a start that still lies ahead.
    """

    fixes_slugs = True

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="editions", verbose_name=_lazy("asset"))
    locale = models.ForeignKey(
        Locale, on_delete=models.PROTECT, related_name="editions", verbose_name=_lazy("language")
    )
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="editions", verbose_name=_lazy("kind"))
    number = models.PositiveIntegerField(_lazy("number"))
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="editions", verbose_name=_lazy("publication")
    )
    slug = models.CharField(_lazy("slug"), max_length=200)
    title = models.CharField(_lazy("title"), max_length=300)
    title_key = models.CharField(max_length=300)
    published_at = models.DateTimeField(_lazy("published"))
    dated = models.BooleanField(default=False)
    market_bound = models.BooleanField(_lazy("market-bound"), default=False)
    document = models.BinaryField()
    placements = models.JSONField(default=list)
    teasers = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    live_from = models.DateTimeField(_lazy("live from"))
    asked_until = models.DateTimeField(null=True)
    live_until = models.DateTimeField(_lazy("live until"), null=True)
    cancelled_at = models.DateTimeField(_lazy("cancelled"), null=True)
    warnings = models.JSONField(default=list)
    unchanged = False  # in a verb's answer: it was published already, so nothing was published now

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("edition")
        verbose_name_plural = _lazy("editions")
        ordering = ["asset", "locale", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "locale", "number"], name="edition_number_unique_in_asset_and_locale"
            ),
            models.CheckConstraint(
                condition=models.Q(live_until=None) | models.Q(live_until__gte=models.F("live_from")),
                name="edition_ends_after_it_begins",
            ),
        ]
        # For the sweep and the snapshots, which look for starts and ends between two instants.
        indexes = [
            models.Index(fields=["live_from"], name="edition_starts", condition=models.Q(cancelled_at=None)),
            models.Index(fields=["live_until"], name="edition_ends", condition=models.Q(cancelled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.locale.code} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not set(kwargs.get("update_fields") or ["words"]) <= MOVABLE:
            refuse_change({"save"})
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse_change({"delete"})

    def window_at(self, at: datetime) -> str:
        """The state of this edition at ``at``: ``cancelled``, ``scheduled``, ``live`` or ``ended``."""
        if self.cancelled_at:
            return "cancelled"
        # An empty window (it ends where it starts) has ended even before its start.
        # With 10 … 10 and ``at`` 5 this compares 10 with 10: ended, not scheduled.
        if self.live_until and self.live_until <= max(at, self.live_from):
            return "ended"
        return "live" if self.live_from <= at else "scheduled"


class EditionTerm(models.Model):
    """A term of an edition: what the parameter ``term`` filters by."""

    fixes_slugs = True

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edition_terms")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _lazy("published term")
        verbose_name_plural = _lazy("published terms")
        constraints = [models.UniqueConstraint(fields=["edition", "term"], name="edition_term_unique")]

    def __str__(self) -> str:
        return f"{self.edition}: {self.term}"


class EditionMention(models.Model):
    """A map object or media that an edition uses: its slug is fixed and it cannot be deleted."""

    fixes_slugs = True

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="mentions")
    stage = models.ForeignKey(Stage, null=True, on_delete=models.PROTECT, related_name="mentions")
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="mentions")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="mentions")
    touchpoint = models.ForeignKey(Touchpoint, null=True, on_delete=models.PROTECT, related_name="mentions")
    media = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        verbose_name = _lazy("published edition")
        verbose_name_plural = _lazy("published editions")

    def __str__(self) -> str:
        return str(self.edition)
