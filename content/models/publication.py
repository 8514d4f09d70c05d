from copy import copy
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content import clock
from content.change_signal import renew
from content.instants import STEP, as_rfc3339
from journeys.storable import refuse_far_instants


class Action(models.TextChoices):
    PUBLISH = "publish", _lazy("Publish")
    WITHDRAW = "withdraw", _lazy("Withdraw")
    RECALL = "recall", _lazy("Recall")
    RESCHEDULE = "reschedule", _lazy("Reschedule")
    RESTORE = "restore", _lazy("Restore")


class Publication(models.Model):
    """One call of a publishing verb: who did what when. Numbers and instants strictly increase.

    It is ``visible`` if what readers see changes at its instant; else the token of the state stays.
    """

    number = models.PositiveBigIntegerField(_lazy("number"), unique=True)
    at = models.DateTimeField(_lazy("time"), unique=True)
    action = models.CharField(_lazy("action"), max_length=10, choices=Action.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="publications",
        verbose_name=_lazy("by"),
    )
    note = models.CharField(_lazy("note"), max_length=500, blank=True)
    visible = models.BooleanField(_lazy("visible"), default=True, editable=False)

    class Meta:
        verbose_name = _lazy("publication")
        verbose_name_plural = _lazy("publications")
        ordering = ["-number"]

    def __str__(self) -> str:
        time = formats.date_format(timezone.localtime(self.at), "SHORT_DATETIME_FORMAT")
        return f"{self.number}: {self.action} {time}"


class PublishedState(models.Model):
    """One row: the last publication. Whoever holds its lock may publish.

    Snapshots of states before number ``recalled`` are refused: something in them was recalled. Events of what time
    changes are written up to ``swept_until``, and of the map for its version ``told_map``. The last visible publication
    is ``shown_number``, at ``shown_at``; the last that changed a byte of an answer, be it an end, ``answered_number``.
    """

    number = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(null=True)
    recalled = models.PositiveBigIntegerField(default=0)
    swept_until = models.DateTimeField(null=True)
    told_map = models.CharField(max_length=40, blank=True)
    shown_number = models.PositiveBigIntegerField(default=0)
    shown_at = models.DateTimeField(null=True)
    answered_number = models.PositiveBigIntegerField(default=0)
    before: "PublishedState | None" = None  # during a publication: the state before it
    unswept: tuple[datetime, datetime] | None = None  # during a publication: the time without events before it

    class Meta:
        verbose_name = _lazy("published state")
        verbose_name_plural = _lazy("published states")

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def hold(cls) -> "PublishedState":
        """The current state, under the write lock: nobody publishes until the transaction ends."""
        state, _ = cls.objects.select_for_update().get_or_create(pk=1)
        return state

    @property
    def instant(self) -> datetime:
        """When the publication under way takes effect."""
        if self.at is None:
            raise RuntimeError("Nothing is being published; claim the state first.")
        return self.at

    @property
    def announced_until(self) -> datetime:
        """Until when a publication announces starts and ends itself: no sweep covers that time again."""
        return self.swept_until or self.instant

    @classmethod
    def claim(cls, at: datetime | None) -> "PublishedState":
        """The next state, with its number and instant, under the write lock until the transaction ends.

        ``at`` left out is now, read from the clock that decides once the lock is held. Refuses (``at_not_increasing``)
        an ``at`` that is not after the last publication, and one that not every time zone has a date for
        (``out_of_range``).
        """
        refuse_far_instants(at)
        state = cls.hold()
        state._advance(at)
        state.save()
        # At once and again on commit (``change_signal.py``): no process of this machine goes on with the old state for
        # a second.
        renew()
        return state

    @classmethod
    def foreseen(cls, at: datetime | None) -> "PublishedState":
        """The state that ``claim`` would make now, with the same refusals: no lock, nothing saved, nobody notified."""
        refuse_far_instants(at)
        state = cls.objects.filter(pk=1).first() or cls(pk=1)
        state._advance(at)
        return state

    def _advance(self, at: datetime | None) -> None:
        # Instants strictly increase, whatever the clock does: a microsecond after the last one at least.
        if at is None:
            # Read under the lock: a clock that is read before it could be older than a publication that came in
            # between, and the instants of the two would stand in the wrong order.
            now = clock.read()
            at = max(now, self.at + STEP) if self.at else now
        elif self.at and at <= self.at:
            message = _("The last publication was at %(time)s; “at” must be later.")
            raise ValidationError(message % {"time": as_rfc3339(self.at)}, code="at_not_increasing")
        # Where readers see no change, ``note_unseen`` puts the last three fields back to what they are in this copy.
        self.before = copy(self)
        self.number += 1
        self.at = at
        self.shown_number, self.shown_at, self.answered_number = self.number, at, self.number
        if self.swept_until and self.swept_until < at:
            self.unswept = (self.swept_until, at)
        self.swept_until = max(at, self.swept_until or at)
