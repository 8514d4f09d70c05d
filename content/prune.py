"""prune() – lets go of what was told long ago."""

from datetime import datetime, timedelta

from content.models import Event, ShareLink, WebhookAttempt, WebhookEndpoint
from content.models.webhook_delivery import DeliveryState

KEPT = timedelta(days=30)
BATCH = 500


def prune(*, now: datetime) -> int:
    """Deletes events and attempts that are done, and share links that ended, all over 30 days ago: how many events.

    What is still on its way stays. Secrets that sign no longer go too.
    """
    before = now - KEPT
    WebhookEndpoint.objects.filter(old_secret_until__lte=now).update(old_secret="", old_secret_until=None)
    WebhookAttempt.objects.filter(at__lt=before).exclude(delivery__state=DeliveryState.PENDING).delete()
    ShareLink.objects.ended_before(before).delete()
    gone = 0
    while pks := list(Event.objects.done_before(before).values_list("pk", flat=True)[:BATCH]):
        Event.objects.filter(pk__in=pks).delete()
        gone += len(pks)
    return gone
