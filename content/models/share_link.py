from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import models

from content.models.issuer import issuer_may, unless
from content.models.media import Media
from content.models.translation import Translation
from content.permissions import CHANGE_ASSET, EDIT_ANY_ASSET, SHARE_ASSET
from journeys.storable import clean_storable


class LinkDuration(models.IntegerChoices):
    """For how many days a link may be open."""

    DAY = 1, "1 day"
    WEEK = 7, "7 days"
    MONTH = 30, "30 days"


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def active(self, at: datetime) -> "ShareLinkQuerySet":
        return self.filter(self.vouched(), revoked_at=None, expires_at__gt=at)

    def stopped(self, at: datetime) -> "ShareLinkQuerySet":
        """Those that would be open, but for whoever shared them: they may not any more, or are gone."""
        return self.with_stopped().filter(models.Q(is_stopped=True), revoked_at=None, expires_at__gt=at)

    def with_stopped(self) -> "ShareLinkQuerySet":
        """With ``is_stopped``, which ``state_at`` tells."""
        return self.annotate(is_stopped=unless(self.vouched()))

    @staticmethod
    def vouched() -> models.Q:
        """Whoever shared it may still share that text, now; or the system did. As ``may_share`` says for one."""
        own = models.Q(translation__asset__owner=models.F("created_by")) | issuer_may(EDIT_ANY_ASSET)
        by_rights = issuer_may(SHARE_ASSET) | issuer_may(CHANGE_ASSET) & own
        return models.Q(by_system=True) | by_rights

    def expired(self, at: datetime) -> "ShareLinkQuerySet":
        """Those whose time has run out; one that was revoked before is not among them."""
        return self.filter(revoked_at=None, expires_at__lte=at)

    def ended_before(self, at: datetime) -> "ShareLinkQuerySet":
        return self.filter(models.Q(expires_at__lt=at) | models.Q(revoked_at__lt=at))


class ShareLink(models.Model):
    """A link that shows one text as its draft was when it was shared, to whoever has the link, for a time.

    The words, placements, teasers and steps are frozen as an edition freezes them. The token of the link is
    nowhere, only the SHA-256 of it. It is never changed: revoke it, share again. It goes with its text.

    It opens for as long as whoever shared it may share that text. Without a person it opens only if the system
    itself made it: one whose person was deleted does not.
    """

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="share_links")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    title = models.CharField(max_length=300)
    document = models.BinaryField()
    placements = models.JSONField(default=list, blank=True)
    teasers = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list, blank=True)
    note = models.CharField("for whom", max_length=200, blank=True)
    created_at = models.DateTimeField("shared")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="shared by",
    )
    by_system = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField("open until")
    revoked_at = models.DateTimeField("revoked", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_opened_at = models.DateTimeField("last opened", null=True, blank=True)
    openings = models.PositiveIntegerField(default=0)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("share_asset", "Can share drafts by link, and revoke such links")]

    def __str__(self) -> str:
        return f"{self.title} – for {self.note}" if self.note else self.title

    def clean(self) -> None:
        clean_storable(self, "note")

    @property
    def words(self) -> dict[str, Any]:
        """The frozen words, as an edition's document has them."""
        words: dict[str, Any] = orjson.loads(bytes(self.document))
        return words

    def shows(self, media: Media) -> bool:
        """Whether ``media`` is its picture, or is named in its body or fields."""
        return media.uid.hex.encode() in bytes(self.document)

    def state_at(self, at: datetime) -> str:
        """``revoked``, ``expired``, ``stopped`` (only for rows of ``with_stopped``) or ``active``."""
        if self.revoked_at:
            return "revoked"
        if at >= self.expires_at:
            return "expired"
        return "stopped" if getattr(self, "is_stopped", False) else "active"
