from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.mapped import refuse_cycle, uses, uses_in_words

MESSAGE = _lazy("Write a language code like nb or pt-BR.")
CODE = RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", MESSAGE, "locale_code")


class Locale(models.Model):
    """A language that readers can ask for, and the one to show where a text is missing in it.

    Changing a chain changes what readers of it see: save through ``content.showings.locales.put_locale``.
    """

    code = models.CharField(_lazy("code"), max_length=35, unique=True, validators=[CODE])
    title = models.CharField(
        _lazy("title"), max_length=80, help_text=_lazy("The language’s own name, like Norsk bokmål.")
    )
    fallback = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fallen_back_from",
        verbose_name=_lazy("fallback"),
        help_text=_lazy("The language shown where this one has no text."),
    )
    is_default = models.BooleanField(
        _lazy("default"), default=False, help_text=_lazy("The language of API requests that name none.")
    )

    class Meta:
        verbose_name = _lazy("language")
        verbose_name_plural = _lazy("languages")
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
            message = _("“%(code)s” is used by %(uses)s; its code is fixed.")
            message %= {"code": before, "uses": uses_in_words(used)}
            raise ValidationError({"code": ValidationError(message, code="slug_in_use")})
