"""Deletes old events, attempts, share links, sign-ins and revisions of drafts."""

from datetime import datetime, timedelta

from django.conf import settings
from reversion.models import Revision

from content.accounts.sign_in import prune_sign_ins
from content.drafts.history import latest_of_current
from content.models import Event, ShareLink, WebhookAttempt, WebhookEndpoint
from content.models.webhook_delivery import DeliveryState

RETENTION = timedelta(days=30)
BATCH = 500


def prune(*, now: datetime) -> int:
    """Deletes finished events and attempts and ended share links older than 30 days; returns how many events.

    Pending deliveries stay. Also deleted are secrets that have run out, sign-ins that no rule counts any more, and
    revisions of drafts older than ``HISTORY_DAYS``, except the latest of each asset.
    """
    before = now - RETENTION
    WebhookEndpoint.objects.filter(old_secret_until__lte=now).update(old_secret="", old_secret_until=None)
    WebhookAttempt.objects.filter(at__lt=before).exclude(delivery__state=DeliveryState.PENDING).delete()
    ShareLink.objects.ended_before(before).delete()
    prune_sign_ins(now=now)
    deleted = 0
    # In batches, so that no transaction holds many rows for long.
    while pks := list(Event.objects.done_before(before).values_list("pk", flat=True)[:BATCH]):
        Event.objects.filter(pk__in=pks).delete()
        deleted += len(pks)
    _prune_history(now - timedelta(days=settings.HISTORY_DAYS))
    return deleted


def _prune_history(before: datetime) -> None:
    # Never the latest of an asset: without it there would be nothing to compare the next save with.
    old = Revision.objects.filter(date_created__lt=before).exclude(pk__in=latest_of_current()).order_by("pk")
    while pks := list(old.values_list("pk", flat=True)[:BATCH]):
        Revision.objects.filter(pk__in=pks).delete()
