import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from content.fields import refuse_misfits
from content.models.kind import Kind
from content.models.media import Media
from content.models.vocabulary import Term
from journeys.storable import clean_storable


class Asset(models.Model):
    """One piece of content in the editors' hands. Nothing here is public: readers see its editions."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="assets")
    name = models.CharField(max_length=200, help_text="What editors call it.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_assets"
    )
    review_date = models.DateField(null=True, blank=True, help_text="When somebody should read it again.")
    brief = models.TextField(
        blank=True,
        help_text="What it is to say, to whom and why: for whoever writes it. Readers never see it.",
    )
    due = models.DateField(null=True, blank=True, help_text="When it should be ready to be published.")
    no_stage_reason = models.CharField(
        "no stage, because",
        max_length=200,
        blank=True,
        help_text="For content that belongs to no stage, such as a privacy policy. Empty otherwise.",
    )
    terms = models.ManyToManyField(Term, blank=True, related_name="assets")
    fields = models.JSONField("shared fields", default=dict, blank=True)
    image = models.ForeignKey(
        Media,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets",
        limit_choices_to={"width__isnull": False},
        help_text="The picture that stands for it, in all languages; what it shows is said with each text.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["-updated_at", "-id"], name="asset_newest_first")]
        permissions = [
            ("edit_any_asset", "Can edit what others own"),
            ("publish_asset", "Can publish, schedule and withdraw"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return self.uid.hex

    def clean(self) -> None:
        clean_storable(self, "name", "brief", "no_stage_reason", "fields")
        if self.kind_id:
            refuse_misfits(self.kind.schema, self.fields, shared=True)
        if self.image and not self.image.is_picture:
            raise ValidationError({"image": ValidationError("Choose a picture.", code="image_not_a_picture")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)
