from typing import Any

from django.conf import settings
from django.db import models

from content.fields import refuse_misfits
from content.models.asset import Asset
from content.models.locale import Locale
from content.richtext import sanitise
from journeys.models import Stage
from journeys.slugs import is_slug, refuse_slug
from journeys.storable import clean_storable, refuse_unstorable


class Status(models.TextChoices):
    """How far a draft is on its way to being published. Publishing makes it a draft again."""

    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    APPROVED = "approved", "approved"


class Translation(models.Model):
    """An asset's words in one locale: the draft. Publishing freezes them into an edition.

    ``approved_print`` is the fingerprint of what was last approved: whatever changes afterwards, by whatever road,
    is no longer that. ``copied_print`` is the fingerprint of the words that it began with, those of ``copied_from``: as
    long as it has them, it is not translated. ``updated_at`` is when anything last changed that its edition would
    freeze.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="translations")
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="translations")
    slug = models.SlugField(max_length=200, allow_unicode=True)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    fields = models.JSONField(default=dict, blank=True)
    image_alt = models.CharField(
        "alternative text of the picture",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for those who do not see it. Empty if it only decorates.",
    )
    seo_title = models.CharField("SEO title", max_length=300, blank=True)
    seo_description = models.TextField("SEO description", blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="The date readers see. Empty: when it first goes live in this language."
    )
    market_bound = models.BooleanField(
        default=False, help_text="Prices, payment, law: never shown to readers of another language."
    )

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="assigned"
    )
    approved_print = models.CharField(max_length=40, blank=True, editable=False)
    copied_from = models.ForeignKey(Locale, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    copied_print = models.CharField(max_length=40, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
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
        """What was stored or published under an older rule stays as it is; at most two queries, for such alone."""
        if not self.slug or is_slug(self.slug):  # that there is one, the form asks
            return
        own = Translation.objects.filter(asset=self.asset_id, slug=self.slug) if self.asset_id else None
        if own is None or not (own.exists() or self.asset.addresses.filter(slug=self.slug).exists()):
            refuse_slug(self.slug)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.body = sanitise(self.body)
        self.clean()
        super().save(*args, **kwargs)


class Teaser(models.Model):
    """What presents a translation to somebody at one stage; one asset may serve two stages with two teasers (S0)."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="teasers")
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["translation", "stage"], name="teaser_unique_for_stage")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        clean_storable(self, "text")
        super().save(*args, **kwargs)
