from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from content.models.kind import Kind
from content.models.vocabulary import Term
from journeys.models import Stage
from journeys.phases import validate_intents

NAMED = ("stage", "kind", "term")


class ExpectedStep(models.Model):
    """What is shown at a stage should offer a step with one of these intents.

    It is for the texts of which everything holds that it names; without a stage, at each where they stand. Each is
    judged by itself (``content/audit/expected.py``), and the audit tells where none is offered.
    """

    stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.CASCADE, related_name="expected_steps", help_text="Empty: any."
    )
    kind = models.ForeignKey(
        Kind, null=True, blank=True, on_delete=models.CASCADE, related_name="expected_steps", help_text="Empty: any."
    )
    term = models.ForeignKey(
        Term,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expected_steps",
        help_text="Empty: with any term or none. A term stands for those below it too.",
    )
    intents = models.JSONField(default=list, validators=[validate_intents])
    note = models.CharField(max_length=300, blank=True, help_text="Why, for whoever wonders later.")
    preset = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        constraints = [
            # Not nulls_distinct=False, which SQLite has not.
            models.UniqueConstraint(
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in NAMED),
                name="expected_step_unique_for_what_it_names",
                violation_error_code="expected_already",
                violation_error_message="A step is expected of exactly these already; change that one.",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__isnull=False) | models.Q(kind__isnull=False) | models.Q(term__isnull=False),
                name="expected_step_names_something",
                violation_error_code="names_nothing",
                violation_error_message="Name a stage, a kind or a term; nothing is expected of everything.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where}: {', '.join(self.intents)}"

    @property
    def where(self) -> str:
        """All that it names, in words."""
        return " · ".join(str(getattr(self, name)) for name in NAMED if getattr(self, f"{name}_id"))

    @property
    def detail(self) -> str:
        """What it names, in slugs: the same as long as that is."""
        term = f"{self.term.vocabulary.slug}.{self.term.slug}" if self.term else "*"
        return "/".join([self.stage.slug if self.stage else "*", self.kind.slug if self.kind else "*", term])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)
