from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _lazy

from content.models.kind import Kind
from content.models.vocabulary import Term
from journeys.models import Stage
from journeys.phases import validate_intents

NAMED = ("stage", "kind", "term")


class ExpectedStep(models.Model):
    """A rule: texts at a stage should offer a next step with one of these intents.

    It applies to texts that match everything it names; without a stage, at every stage of theirs. The audit checks
    each rule by itself (``content/audit/expected.py``).
    """

    stage = models.ForeignKey(
        Stage,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expected_steps",
        verbose_name=_lazy("stage"),
        help_text=_lazy("Empty: any."),
    )
    kind = models.ForeignKey(
        Kind,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expected_steps",
        verbose_name=_lazy("kind"),
        help_text=_lazy("Empty: any."),
    )
    term = models.ForeignKey(
        Term,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="expected_steps",
        verbose_name=_lazy("term"),
        help_text=_lazy("Empty: any or none. A term includes those below it."),
    )
    intents = models.JSONField(_lazy("intents"), default=list, validators=[validate_intents])
    note = models.CharField(_lazy("note"), max_length=300, blank=True, help_text=_lazy("Why this rule exists."))
    preset = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _lazy("expected step")
        verbose_name_plural = _lazy("expected steps")
        ordering = ["stage__journey__slug", "stage__position", "pk"]
        constraints = [
            # Not nulls_distinct=False, which SQLite has not.
            models.UniqueConstraint(
                *(Coalesce(name, 0, output_field=models.BigIntegerField()) for name in NAMED),
                name="expected_step_unique_for_what_it_names",
                violation_error_code="expected_already",
                violation_error_message=_lazy("There is a rule for exactly these already; change that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(stage__isnull=False) | models.Q(kind__isnull=False) | models.Q(term__isnull=False),
                name="expected_step_names_something",
                violation_error_code="names_nothing",
                violation_error_message=_lazy("Choose a stage, a kind or a term: a rule cannot apply to everything."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.where}: {', '.join(self.intents)}"

    @property
    def where(self) -> str:
        """The titles of all that it names."""
        return " · ".join(str(getattr(self, name)) for name in NAMED if getattr(self, f"{name}_id"))

    @property
    def detail(self) -> str:
        """The slugs of all that it names, ``*`` for any: part of the keys of findings."""
        term = f"{self.term.vocabulary.slug}.{self.term.slug}" if self.term else "*"
        return "/".join([self.stage.slug if self.stage else "*", self.kind.slug if self.kind else "*", term])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)
