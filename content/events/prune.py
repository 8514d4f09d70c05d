"""Lets go of what was told long ago, and of what drafts were even longer ago."""

from datetime import datetime, timedelta

from django.conf import settings
from reversion.models import Revision

from content.accounts.sign_in import prune_sign_ins
from content.drafts.history import latest_of_current
from content.models import Event, ShareLink, WebhookAttempt, WebhookEndpoint
from content.models.webhook_delivery import DeliveryState

KEPT = timedelta(days=30)
BATCH = 500


def prune(*, now: datetime) -> int:
    """Deletes events and attempts that are done, and share links that ended, all over 30 days ago: how many events.

    What is still on its way stays. Secrets that sign no longer go too, sign-ins that nothing asks for any more, and
    revisions of drafts that are older than ``HISTORY_DAYS``, but for the latest of each asset.
    """
    before = now - KEPT
    WebhookEndpoint.objects.filter(old_secret_until__lte=now).update(old_secret="", old_secret_until=None)
    WebhookAttempt.objects.filter(at__lt=before).exclude(delivery__state=DeliveryState.PENDING).delete()
    ShareLink.objects.ended_before(before).delete()
    prune_sign_ins(now=now)
    gone = 0
    while pks := list(Event.objects.done_before(before).values_list("pk", flat=True)[:BATCH]):
        Event.objects.filter(pk__in=pks).delete()
        gone += len(pks)
    _prune_history(now - timedelta(days=settings.HISTORY_DAYS))
    return gone


def _prune_history(before: datetime) -> None:
    old = Revision.objects.filter(date_created__lt=before).exclude(pk__in=latest_of_current()).order_by("pk")
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        Revision.objects.filter(pk__in=pks).delete()
