import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from content.renditions import rendition_path, renditions
from journeys.storable import clean_storable

CENTRE = 0.5
SHARE = [MinValueValidator(0), MaxValueValidator(1)]


class Media(models.Model):
    """One uploaded picture or file, under a name of its own that nobody can guess: whoever knows it may fetch it.

    The names of its files in the storage are ``files``; ``content.media.files`` alone writes and removes them, and they
    never change. ``digest`` is of the upload, which for a picture is not what is stored.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_lazy("name"), max_length=40, unique=True, editable=False)
    title = models.CharField(
        _lazy("title"), max_length=200, help_text=_lazy("For editors; also the name of a downloaded file.")
    )
    mime = models.CharField(_lazy("type"), max_length=80, editable=False)
    size = models.PositiveBigIntegerField(
        _lazy("size"), editable=False, help_text=_lazy("In bytes, without smaller versions.")
    )
    width = models.PositiveIntegerField(_lazy("width"), null=True, editable=False)
    height = models.PositiveIntegerField(_lazy("height"), null=True, editable=False)
    focal_x = models.FloatField(
        _lazy("focal point, across"),
        default=CENTRE,
        validators=SHARE,
        help_text=_lazy("0 is the left edge, 1 the right one."),
    )
    focal_y = models.FloatField(
        _lazy("focal point, down"),
        default=CENTRE,
        validators=SHARE,
        help_text=_lazy("0 is the upper edge, 1 the lower one."),
    )
    digest = models.CharField(max_length=64, db_index=True, editable=False)
    created_at = models.DateTimeField(_lazy("added"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_lazy("added by"),
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = pgettext_lazy("one picture or file", "media")
        verbose_name_plural = pgettext_lazy("pictures and files", "media")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="media_focal_point_within_the_picture",
            ),
            models.CheckConstraint(
                condition=models.Q(width=None, height=None) | models.Q(width__gte=1, height__gte=1),
                name="media_width_and_height_go_together",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_picture(self) -> bool:
        return self.width is not None

    @property
    def url(self) -> str:
        return rendition_path(self.name)

    @property
    def thumbnail(self) -> str:
        """The address of the smallest file of a picture."""
        return rendition_path(next((name for name, _ in renditions(self.name, self.width)), self.name))

    @property
    def files(self) -> list[str]:
        """The names of all its files, the picture or file itself first."""
        return [self.name, *(name for name, _ in renditions(self.name, self.width))]

    def clean(self) -> None:
        clean_storable(self, "title", "focal_x", "focal_y")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)
