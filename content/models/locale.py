from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from journeys.models.mapped import refuse_cycle, uses, uses_in_words

CODE = RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Write a language code like nb or pt-BR.", "locale_code")


class Locale(models.Model):
    """A language readers can ask for, and where to turn when a text is missing in it.

    Changing a chain changes what readers of it see: save through ``content.showings.locales.put_locale``.
    """

    code = models.CharField(max_length=35, unique=True, validators=[CODE])
    title = models.CharField(max_length=80, help_text="The language's own name, like Norsk bokmål.")
    fallback = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fallen_back_from",
        help_text="The language shown where this one has no text. A chain, without loops.",
    )
    is_default = models.BooleanField(default=False, help_text="The language of a request that names none.")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="locale_default_at_most_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        refuse_cycle(self, "fallback")
        before = Locale.objects.filter(pk=self.pk).values_list("code", flat=True).first() if self.pk else None
        if before not in (None, self.code) and (used := uses(self)):
            message = f"“{before}” is named by {uses_in_words(used)}; its code is fixed."
            raise ValidationError({"code": ValidationError(message, code="slug_in_use")})
