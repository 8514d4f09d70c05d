from datetime import datetime

import orjson
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.models.issuer import issuer_may, unless
from content.models.media import Media
from content.models.translation import Translation
from content.permissions import CHANGE_ASSET, EDIT_ANY_ASSET, SHARE_ASSET
from content.words import Words
from journeys.storable import clean_storable


class LinkDuration(models.IntegerChoices):
    """The numbers of days for which a link can be open."""

    DAY = 1, _lazy("1 day")
    WEEK = 7, _lazy("7 days")
    MONTH = 30, _lazy("30 days")


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def active(self, at: datetime) -> "ShareLinkQuerySet":
        return self.filter(self.vouched(), revoked_at=None, expires_at__gt=at)

    def stopped(self, at: datetime) -> "ShareLinkQuerySet":
        """Links that would be open, but whoever shared them is gone or may no longer share the text."""
        return self.with_stopped().filter(models.Q(is_stopped=True), revoked_at=None, expires_at__gt=at)

    def with_stopped(self) -> "ShareLinkQuerySet":
        """Annotates ``is_stopped``, which ``state_at`` reads."""
        return self.annotate(is_stopped=unless(self.vouched()))

    @staticmethod
    def vouched() -> models.Q:
        """A condition: shared by the system, or by somebody who may still share that text (see ``may_share``)."""
        own = models.Q(translation__asset__owner=models.F("created_by")) | issuer_may(EDIT_ANY_ASSET)
        by_rights = issuer_may(SHARE_ASSET) | issuer_may(CHANGE_ASSET) & own
        return models.Q(by_system=True) | by_rights

    def expired(self, at: datetime) -> "ShareLinkQuerySet":
        """Links whose time has run out, without those that were revoked before."""
        return self.filter(revoked_at=None, expires_at__lte=at)

    def ended_before(self, at: datetime) -> "ShareLinkQuerySet":
        return self.filter(models.Q(expires_at__lt=at) | models.Q(revoked_at__lt=at))


class ShareLink(models.Model):
    """A link that shows one text, as its draft was when it was shared, to whoever has the link, until it expires.

    The words, placements, teasers and steps are frozen as an edition freezes them. The token of the link is
    not stored, only the SHA-256 of it. It is never changed: revoke it, share again. It is deleted with its text.

    It opens for as long as whoever shared it may share that text. Without a person it opens only if the system
    itself made it: one whose person was deleted does not.
    """

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="share_links", verbose_name=_lazy("text")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    title = models.CharField(_lazy("title"), max_length=300)
    document = models.BinaryField()
    placements = models.JSONField(default=list, blank=True)
    teasers = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=list, blank=True)
    note = models.CharField(_lazy("for whom"), max_length=200, blank=True)
    created_at = models.DateTimeField(_lazy("shared"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_lazy("shared by"),
    )
    by_system = models.BooleanField(default=False, editable=False)
    expires_at = models.DateTimeField(_lazy("open until"))
    revoked_at = models.DateTimeField(_lazy("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_lazy("revoked by"),
    )
    last_opened_at = models.DateTimeField(_lazy("last opened"), null=True, blank=True)
    openings = models.PositiveIntegerField(_lazy("openings"), default=0)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("share link")
        verbose_name_plural = _lazy("share links")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("share_asset", "Can share drafts by link, and revoke such links")]

    def __str__(self) -> str:
        return _("%(title)s – for %(note)s") % {"title": self.title, "note": self.note} if self.note else self.title

    def clean(self) -> None:
        clean_storable(self, "note")

    @property
    def words(self) -> Words:
        """The frozen words, parsed: the same keys as in an edition's document."""
        words: Words = orjson.loads(bytes(self.document))
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
