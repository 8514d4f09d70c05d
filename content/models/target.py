from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from content.models.kind import Kind
from content.models.locale import Locale
from content.models.vocabulary import Term
from journeys.models import Channel, Journey, Segment, Stage

MINIMUM, MAXIMUM = 1, 5  # where no target says otherwise
NAMED = ("stage", "segment", "channel", "locale", "kind", "term", "journey")


class Target(models.Model):
    """How much content a cell of the coverage matrix should have, and how often something new. With a stage and a
    kind or a term, such content is also recommended there.

    It applies to the cells whose axes or conditions name everything that it names; of several targets the most
    specific counts (``content/coverage/targets.py``). Without a minimum it only says how often.
    """

    journey = models.ForeignKey(
        Journey,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("journey"),
        help_text=_lazy("Empty: any."),
    )
    stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("stage"),
        help_text=_lazy("Empty: any."),
    )
    segment = models.ForeignKey(
        Segment,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("segment"),
        help_text=_lazy("Empty: any. Segments below it are not included."),
    )
    channel = models.ForeignKey(
        Channel,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("channel"),
        help_text=_lazy("Empty: any."),
    )
    locale = models.ForeignKey(
        Locale,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("language"),
        help_text=_lazy("Empty: any."),
    )
    kind = models.ForeignKey(
        Kind,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("kind"),
        help_text=_lazy("Empty: all kinds together."),
    )
    term = models.ForeignKey(
        Term,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
        verbose_name=_lazy("term"),
        help_text=_lazy("Empty: any or none. Terms below it are not included."),
    )
    minimum = models.PositiveSmallIntegerField(
        _lazy("minimum"),
        null=True,
        blank=True,
        default=MINIMUM,
        help_text=_lazy("Fewer are a gap; 0: nothing is needed. Empty: only how often."),
    )
    maximum = models.PositiveSmallIntegerField(
        _lazy("maximum"),
        null=True,
        blank=True,
        default=MAXIMUM,
        validators=[MinValueValidator(1)],
        help_text=_lazy("More are too many. Empty: no maximum."),
    )
    fresh_days = models.PositiveSmallIntegerField(
        _lazy("something new at least every … days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_lazy("The audit warns where nothing new went live for longer. Empty: never."),
    )
    note = models.CharField(_lazy("note"), max_length=300, blank=True, help_text=_lazy("Why this target exists."))
    preset = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _lazy("target")
        verbose_name_plural = _lazy("targets")
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        permissions = [("view_coverage", "Can see where the journeys have nothing to say")]
        constraints = [
            # Not nulls_distinct=False, which SQLite has not.
            models.UniqueConstraint(
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in NAMED),
                name="target_unique_for_what_it_names",
                violation_error_message=_lazy("There is a target for exactly this already; change that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(maximum=None) | models.Q(maximum__gte=models.F("minimum")),
                name="target_maximum_not_below_minimum",
                violation_error_message=_lazy("The maximum may not be below the minimum."),
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=False) | models.Q(fresh_days__isnull=False),
                name="target_says_how_much_or_how_often",
                violation_error_code="says_nothing",
                violation_error_message=_lazy("Fill in how much there should be, or how often something new."),
            ),
        ]

    def __str__(self) -> str:
        much = "" if self.minimum is None else f"{self.minimum}–{'∞' if self.maximum is None else self.maximum}"
        often = ""
        if self.fresh_days:
            often = ngettext("something new every day", "something new every %(count)d days", self.fresh_days)
            often %= {"count": self.fresh_days}
        return f"{self.where}: {', '.join(filter(None, (much, often)))}"

    @property
    def where(self) -> str:
        """The titles of all that it names; that of the stage includes its journey."""
        names = [name for name in NAMED if getattr(self, f"{name}_id") and not (name == "journey" and self.stage_id)]
        return " · ".join(str(getattr(self, name)) for name in names) or _("Everywhere")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Takes the journey from the stage, and the maximum away where there is no minimum. Refuses
        (``other_journey``) a stage of another journey."""
        if self.stage and self.journey_id not in (None, self.stage.journey_id):
            message = _("Choose a stage of this journey, or leave the journey empty.")
            raise ValidationError({"stage": ValidationError(message, code="other_journey")})
        if self.stage:
            self.journey = self.stage.journey
        if self.minimum is None:
            self.maximum = None
