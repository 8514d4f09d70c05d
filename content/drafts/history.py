"""The revision history of drafts: each revision is the whole asset, whichever page saved it.

Published state has a record of its own and is no part of this: keeping and reverting change no public byte.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import reversion
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BigIntegerField, Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Cast
from reversion.models import Revision, Version

from content.drafts.state import AssetState, asset_state_of, asset_states_at, current_asset_state
from content.models import Asset, NextStep, Placement, Teaser, Translation

FIRST = "as it stood before"  # comment of a revision of what was not written in the admin, kept before a change
FORMAT = "exact_json"
UNDER_WAY = ["status", "assignee", "approved_print", "updated_at"]  # the state of a text's review: not part of it

reversion.register(Asset, follow=["translations", "placements"], exclude=["updated_at"], format=FORMAT)
reversion.register(Translation, follow=["next_steps", "teasers"], exclude=UNDER_WAY, format=FORMAT)
for model in (Placement, NextStep, Teaser):
    reversion.register(model, format=FORMAT)


def keep(asset: Asset, *, by: User | None, at: datetime, why: str = "") -> bool:
    """Stores the current draft as a revision, unless it equals the latest one; returns whether it did.

    About twenty queries, whatever the asset holds.
    """
    return bool(keep_all([asset.pk], by=by, at=at, why=why))


def keep_all(asset_ids: Collection[int], *, by: User | None, at: datetime, why: str = "") -> list[int]:
    """``keep`` for many; returns the ids of those stored. Twelve queries, and eight for each of these."""
    current = current_asset_state(asset_ids)
    numbers = latest_of(current)
    states = asset_states_at(numbers.values())
    changed = [pk for pk, asset in current.items() if asset_state_of(asset) != states.get(numbers.get(pk, 0))]
    for pk in changed:
        with reversion.create_revision(manage_manually=True):
            reversion.set_date_created(at)
            reversion.set_comment(why)
            if by is not None:
                reversion.set_user(by)
            reversion.add_to_revision(current[pk])
    return changed


def keep_known(asset_ids: Collection[int], *, by: User | None, at: datetime, why: str) -> None:
    """``keep_all`` for those that have a history. One query if none has."""
    known = latest_of(asset_ids)
    if known:
        keep_all(list(known), by=by, at=at, why=why)


@contextmanager
def keeping(asset_ids: Collection[int], *, by: User | None, at: datetime, why: str = "") -> Iterator[None]:
    """A context manager that stores the changes made within it as one revision of each asset, in one transaction.

    Changes made without a revision before are stored first, without a user, so that the change alone can be undone.
    """
    with transaction.atomic():
        hold(asset_ids)
        keep_all(asset_ids, by=None, at=at, why=FIRST)
        yield
        keep_all(asset_ids, by=by, at=at, why=why)


def hold(asset_ids: Collection[int]) -> list[int]:
    """Locks the assets until the transaction ends, so that saves come one after another; returns the ids that exist.

    Publishing may go on meanwhile: it names assets, and changes none.
    """
    assets = Asset.objects.select_for_update(no_key=True).filter(pk__in=asset_ids).order_by("pk")
    return list(assets.values_list("pk", flat=True))


def latest(asset_id: int) -> int:
    """The number of the asset's latest revision, 0 if it has none: grows with every change that is kept."""
    return latest_of([asset_id]).get(asset_id, 0)


def latest_of(asset_ids: Iterable[int]) -> dict[int, int]:
    """The number of the latest revision of those that have one. One query."""
    versions = _versions_of(asset_ids).values("object_id").annotate(number=Max("revision_id")).order_by()
    return {int(object_id): number for object_id, number in versions.values_list("object_id", "number")}


def latest_of_current() -> QuerySet[Any]:
    """The numbers of the latest revisions of all assets that are still there, as a subquery."""
    there = Asset.objects.filter(pk=Cast(OuterRef("object_id"), BigIntegerField()))
    found = Version.objects.get_for_model(Asset).filter(Exists(there)).order_by().values("object_id")
    numbers: QuerySet[Any] = found.annotate(number=Max("revision_id")).values("number")
    return numbers


def revisions(asset_id: int) -> QuerySet[Revision]:
    """The revisions of an asset, newest first, each with its user."""
    of_asset = _versions_of([asset_id]).values("revision_id")
    found: QuerySet[Revision] = Revision.objects.filter(pk__in=of_asset).select_related("user").order_by("-pk")
    return found


def as_of_revision(asset_id: int, number: int) -> AssetState | None:
    """The draft at revision ``number``; where that is pruned, at the revision before it, else at the first.

    ``None`` if the asset has no revisions. Three queries at most.
    """
    numbers = revisions(asset_id).values_list("pk", flat=True)
    nearest = numbers.filter(pk__lte=number).first() or numbers.last()
    return asset_states_at([nearest])[nearest] if nearest else None


def _versions_of(asset_ids: Iterable[int]) -> QuerySet[Version]:
    found: QuerySet[Version] = Version.objects.get_for_model(Asset).filter(object_id__in=[str(pk) for pk in asset_ids])
    return found
