from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from journeys.models.mapped import Mapped, refuse_cycle, uses, uses_in_words


class Vocabulary(Mapped):
    """A facet of the editors' own, such as Topic, Product or Need."""

    preset = models.SlugField(max_length=80, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _lazy("vocabulary")
        verbose_name_plural = _lazy("vocabularies")
        constraints = [models.UniqueConstraint(fields=["slug"], name="vocabulary_slug_unique")]

    def clean(self) -> None:
        super().clean()
        before = Vocabulary.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        if before in (None, self.slug):
            return
        for term in self.terms.all():
            if used := uses(term):
                message = _("“%(slug)s” is used by %(uses)s; the slug is fixed.")
                message %= {"slug": f"{before}:{term.slug}", "uses": uses_in_words(used)}
                raise ValidationError({"slug": ValidationError(message, code="slug_in_use")})


class Term(Mapped):
    """One value of a vocabulary. A tree: a term stands for its descendants too.

    Readers know of it from the first time a text with it is live, for good, or once an editor says so; of its
    ancestors too. ``shown_since`` is since when, stored once it has happened (``content/public_terms.py``).
    """

    vocabulary = models.ForeignKey(
        Vocabulary, on_delete=models.CASCADE, related_name="terms", verbose_name=_lazy("vocabulary")
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_lazy("parent"),
    )
    public = models.BooleanField(
        _lazy("public already"),
        default=False,
        help_text=_lazy("Readers can use it before a text with it is live; after that they always can."),
    )
    shown_since = models.DateTimeField(_lazy("public since"), null=True, editable=False)

    class Meta:
        verbose_name = _lazy("term")
        verbose_name_plural = _lazy("terms")
        ordering = ["vocabulary__slug", "slug"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "slug"], name="term_slug_unique_in_vocabulary")]

    def clean(self) -> None:
        super().clean()
        if self.parent and self.parent.vocabulary_id != self.vocabulary_id:
            message = _("Choose a parent of the same vocabulary.")
            raise ValidationError({"parent": ValidationError(message, code="other_vocabulary")})
        refuse_cycle(self, "parent")
