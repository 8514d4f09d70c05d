"""The work queues of editors as querysets: each is a list on the desk and a filter of the list of assets."""

from datetime import date, datetime, timedelta
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Case, Count, DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When

from content.models import Asset, Edition, Publication
from journeys.models import Touchpoint

Reviewed = TypeVar("Reviewed", Asset, Touchpoint)
SOON = LATELY = timedelta(days=14)
REVIEW_SOON = timedelta(days=30)
# Not an empty window, which a later edition with the same start has taken over.
LASTING = Q(live_until=None) | Q(live_until__gt=F("live_from"))


def going_live(assets: QuerySet[Asset], *, at: datetime) -> QuerySet[Asset]:
    """Assets of which something goes live within ``SOON`` after ``at``, ordered by ``moment``, when it does."""
    coming = Edition.objects.filter(LASTING, cancelled_at=None, live_from__gt=at, live_from__lte=at + SOON)
    return _by_moment(assets, coming, "live_from")


def ending(assets: QuerySet[Asset], *, at: datetime) -> QuerySet[Asset]:
    """Assets of which something ends within ``SOON`` after ``at`` and nothing follows, ordered by ``moment``."""
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


def review_overdue(things: QuerySet[Reviewed], *, on: date) -> QuerySet[Reviewed]:
    """Assets or touchpoints whose review was due before that day, the longest due first."""
    return things.filter(review_date__lt=on).order_by("review_date", "pk")


def review_soon(things: QuerySet[Reviewed], *, on: date) -> QuerySet[Reviewed]:
    """Assets or touchpoints whose review is due on that day or within ``REVIEW_SOON`` after it."""
    return things.filter(review_date__gte=on, review_date__lte=on + REVIEW_SOON).order_by("review_date", "pk")


def open_briefs(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Unpublished assets with a brief or a due date; the first due first."""
    published = Edition.objects.filter(asset=OuterRef("pk"), cancelled_at=None)
    ordered = assets.filter(~Q(brief="") | Q(due__isnull=False)).filter(~Exists(published))
    return ordered.order_by(F("due").asc(nulls_last=True), "pk")


def overdue(assets: QuerySet[Asset], *, on: date) -> QuerySet[Asset]:
    """Open briefs that were due before that day, the longest due first."""
    return open_briefs(assets).filter(due__lt=on)


def due_soon(assets: QuerySet[Asset], *, on: date) -> QuerySet[Asset]:
    """Open briefs that are due on that day or within ``SOON`` after it."""
    return open_briefs(assets).filter(due__gte=on, due__lte=on + SOON)


def own_first(things: QuerySet[Reviewed], user: User) -> QuerySet[Reviewed]:
    """``things`` with those that ``user`` owns first, else in their order."""
    mine = Case(When(owner=user, then=0), default=1)
    return things.order_by(mine, *things.query.order_by)


def published_since(at: datetime) -> QuerySet[Publication]:
    """Publications from ``at`` on, the last first.

    ``assets`` is of how many assets they made editions, ``asset`` and ``name`` are the first of these (``None`` where
    they only ended or moved what there was). Asked for each publication alone, so that a slice costs what it holds.
    """
    # Aggregates throughout: for the first of a publication PostgreSQL would walk all editions in their order.
    made = Edition.objects.filter(publication=OuterRef("pk")).order_by().values("publication")
    return Publication.objects.filter(at__gte=at).annotate(
        assets=Subquery(made.annotate(counted=Count("asset", distinct=True)).values("counted")),
        asset=Subquery(made.annotate(first=Min("asset")).values("first")),
        name=Subquery(Asset.objects.filter(pk=OuterRef("asset")).values("name")),
    )


def untagged(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Assets without a placement and without a reason for that."""
    return assets.filter(placements=None, no_stage_reason="")


def _by_moment(assets: QuerySet[Asset], editions: QuerySet[Edition], name: str) -> QuerySet[Asset]:
    own = editions.filter(asset=OuterRef("pk")).order_by().values("asset").annotate(first=Min(name)).values("first")
    found = assets.filter(pk__in=editions.order_by().values("asset"))
    return found.annotate(moment=Subquery(own, output_field=DateTimeField())).order_by("moment", "pk")
