from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.fields import refuse_misfits
from content.models.asset import Asset
from content.models.locale import Locale
from content.richtext import sanitise
from journeys.models import Stage
from journeys.slugs import is_slug, refuse_slug
from journeys.storable import clean_storable, refuse_unstorable


class Status(models.TextChoices):
    """The review status of a draft. Publishing makes it a draft again."""

    DRAFT = "draft", _lazy("draft")
    IN_REVIEW = "in_review", _lazy("in review")
    APPROVED = "approved", _lazy("approved")


class Translation(models.Model):
    """An asset's words in one locale: the draft. Publishing freezes them into an edition.

    ``approved_print`` is the fingerprint of what was last approved: any later change makes it differ. ``copied_print``
    is the fingerprint of the words it was created with, those of ``copied_from``: as long as it has them, it is not
    translated. ``updated_at`` is when anything last changed that its edition would freeze.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="translations", verbose_name=_lazy("asset"))
    locale = models.ForeignKey(
        Locale, on_delete=models.PROTECT, related_name="translations", verbose_name=_lazy("language")
    )
    slug = models.SlugField(_lazy("slug"), max_length=200, allow_unicode=True)
    title = models.CharField(_lazy("title"), max_length=300)
    summary = models.TextField(_lazy("summary"), blank=True)
    body = models.TextField(_lazy("body"), blank=True)
    fields = models.JSONField(_lazy("fields"), default=dict, blank=True)
    image_alt = models.CharField(
        _lazy("alternative text of the picture"),
        max_length=500,
        blank=True,
        help_text=_lazy("What the picture shows, for those who cannot see it. Empty if it is only decoration."),
    )
    seo_title = models.CharField(_lazy("SEO title"), max_length=300, blank=True)
    seo_description = models.TextField(_lazy("SEO description"), blank=True)
    published_at = models.DateTimeField(
        _lazy("publication date"),
        null=True,
        blank=True,
        help_text=_lazy("The date readers see. Empty: when it first goes live in this language."),
    )
    market_bound = models.BooleanField(
        _lazy("market-bound"),
        default=False,
        help_text=_lazy("For prices, payment and law: never shown to readers of another language."),
    )

    status = models.CharField(
        _lazy("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="assigned",
        verbose_name=_lazy("assignee"),
    )
    approved_print = models.CharField(max_length=40, blank=True, editable=False)
    copied_from = models.ForeignKey(Locale, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    copied_print = models.CharField(max_length=40, blank=True, editable=False)
    updated_at = models.DateTimeField(_lazy("updated"), auto_now=True)

    class Meta:
        verbose_name = _lazy("translation")
        verbose_name_plural = _lazy("translations")
        ordering = ["asset", "locale__code"]
        constraints = [models.UniqueConstraint(fields=["asset", "locale"], name="translation_unique_in_asset")]
        indexes = [models.Index(fields=["status", "asset"], name="translation_under_way")]
        permissions = [("review_translation", "Can approve what is to be published, or send it back")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_unstorable(self, "slug")
        clean_storable(self, "title", "summary", "body", "image_alt", "seo_title", "seo_description", "fields")
        self._refuse_slug()
        if self.asset_id:
            refuse_misfits(self.asset.kind.schema, self.fields, shared=False, beside=self.asset.fields)

    def _refuse_slug(self) -> None:
        """Refuses an invalid slug, unless it was stored or published under an older rule: two queries at most, then."""
        if not self.slug or is_slug(self.slug):  # an empty slug is refused by the form
            return
        own = Translation.objects.filter(asset=self.asset_id, slug=self.slug) if self.asset_id else None
        if own is None or not (own.exists() or self.asset.addresses.filter(slug=self.slug).exists()):
            refuse_slug(self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body = sanitise(self.body)
        self.clean()
        super().save(*args, **kwargs)


class Teaser(models.Model):
    """The text that presents a translation at one stage; two stages may have two teasers of one asset (S0)."""

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="teasers", verbose_name=_lazy("text")
    )
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+", verbose_name=_lazy("stage"))
    text = models.TextField(_lazy("teaser"))

    class Meta:
        verbose_name = _lazy("teaser")
        verbose_name_plural = _lazy("teasers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["translation", "stage"], name="teaser_unique_for_stage")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        clean_storable(self, "text")
        super().save(*args, **kwargs)
