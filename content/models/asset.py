import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.fields import refuse_misfits
from content.models.kind import Kind
from content.models.media import Media
from content.models.vocabulary import Term
from journeys.storable import clean_storable


class Asset(models.Model):
    """One piece of content in the editors' hands. Nothing here is public: readers see its editions."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="assets", verbose_name=_lazy("kind"))
    name = models.CharField(_lazy("name"), max_length=200, help_text=_lazy("For editors only."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_assets",
        verbose_name=_lazy("owner"),
    )
    review_date = models.DateField(
        _lazy("review date"), null=True, blank=True, help_text=_lazy("When it is due for review.")
    )
    brief = models.TextField(
        _lazy("brief"),
        blank=True,
        help_text=_lazy("For the author: what to say, to whom and why. Readers never see it."),
    )
    due = models.DateField(_lazy("due"), null=True, blank=True, help_text=_lazy("When it should be ready to publish."))
    no_stage_reason = models.CharField(
        _lazy("no stage, because"),
        max_length=200,
        blank=True,
        help_text=_lazy("Only for content of no stage, such as a privacy policy."),
    )
    terms = models.ManyToManyField(Term, blank=True, related_name="assets", verbose_name=_lazy("terms"))
    fields = models.JSONField(_lazy("shared fields"), default=dict, blank=True)
    image = models.ForeignKey(
        Media,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets",
        limit_choices_to={"width__isnull": False},
        verbose_name=_lazy("picture"),
        help_text=_lazy("For all languages. Each text has its own alternative text."),
    )
    created_at = models.DateTimeField(_lazy("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_lazy("updated"), auto_now=True)

    class Meta:
        verbose_name = _lazy("asset")
        verbose_name_plural = _lazy("assets")
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
            raise ValidationError({"image": ValidationError(_("Choose a picture."), code="image_not_a_picture")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)
