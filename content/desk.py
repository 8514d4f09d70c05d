"""What waits on an editor's desk, as querysets of assets: each pile is also a filter of the list behind it."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from content.models import Asset, Edition

SOON = timedelta(days=14)
REVIEW_SOON = timedelta(days=30)
LASTING = Q(live_until=None) | Q(live_until__gt=F("live_from"))


def never_published(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Drafts of which nothing is, was or will be live."""
    return assets.filter(~Exists(Edition.objects.filter(asset=OuterRef("pk"), cancelled_at=None)))


def drafts_of(user: User) -> QuerySet[Asset]:
    """The drafts that ``user`` owns, those changed last first."""
    return never_published(Asset.objects.filter(owner=user))


def going_live(assets: QuerySet[Asset], *, at: datetime) -> QuerySet[Asset]:
    """Those of which something goes live within ``SOON`` after ``at``; ``moment`` is when, the first first."""
    coming = Edition.objects.filter(LASTING, cancelled_at=None, live_from__gt=at, live_from__lte=at + SOON)
    return _by_moment(assets, coming, "live_from")


def ending(assets: QuerySet[Asset], *, at: datetime) -> QuerySet[Asset]:
    """Those of which something ends within ``SOON`` after ``at`` and nothing follows; ``moment`` is when."""
    follows = Edition.objects.filter(
        LASTING,
        asset=OuterRef("asset"),
        locale=OuterRef("locale"),
        cancelled_at=None,
        live_from=OuterRef("live_until"),
    )
    leaving = Edition.objects.filter(
        LASTING, cancelled_at=None, live_from__lte=at, live_until__gt=at, live_until__lte=at + SOON
    )
    return _by_moment(assets, leaving.filter(~Exists(follows)), "live_until")


def review_due(assets: QuerySet[Asset], *, by: date) -> QuerySet[Asset]:
    """Those that somebody should have read again by that day, the longest due first."""
    return assets.filter(review_date__lte=by).order_by("review_date", "pk")


def untagged(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Those that serve no stage, with no reason given."""
    return assets.filter(placements=None, no_stage_reason="")


def _by_moment(assets: QuerySet[Asset], editions: QuerySet[Edition], name: str) -> QuerySet[Asset]:
    own = editions.filter(asset=OuterRef("pk")).order_by().values("asset").annotate(first=Min(name)).values("first")
    found = assets.filter(pk__in=editions.order_by().values("asset"))
    return found.annotate(moment=Subquery(own, output_field=DateTimeField())).order_by("moment", "pk")
