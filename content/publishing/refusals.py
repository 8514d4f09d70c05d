"""What the gates refused last, asset by asset, until it is published after all."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User

from content.models import Asset, Refusal
from content.publishing.gate_findings import PublishRefused


def note_refusal(refused: PublishRefused, *, by: User, at: datetime) -> None:
    """Keeps what was said of each asset that is still there, in place of what was said before."""
    by_asset: dict[str, list[dict[str, object]]] = {}
    for finding in refused.findings:
        by_asset.setdefault(finding.asset, []).append(finding.as_data())
    assets = Asset.objects.filter(uid__in=by_asset)
    Refusal.objects.bulk_create(
        [Refusal(asset=asset, by=by, at=at, findings=by_asset[asset.public_id]) for asset in assets],
        update_conflicts=True,
        unique_fields=["asset"],
        update_fields=["by", "at", "findings"],
    )


def forget_refusals(asset_ids: Collection[int]) -> None:
    Refusal.objects.filter(asset__in=asset_ids).delete()
