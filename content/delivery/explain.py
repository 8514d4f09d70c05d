"""Why an asset answers a query or does not: for editors, and for whoever builds a front-end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from content.catalogue import Catalogue
from content.delivery.eligibility import CandidateText, Eligibility, Reason
from content.instants import EPOCH, STEP, micros
from content.models import Asset, Edition
from content.query import Query
from content.showings.timeline import LiveSpan
from content.showings.write import seen

NEWEST = 100


@dataclass(frozen=True)
class Explanation:
    """Why one asset does not answer (``reason``), or that it does; ``at`` is when it ended or will begin."""

    asset_id: int
    public_id: str
    kind_id: int
    locale_id: int | None
    slug: str
    title: str
    reason: Reason | None
    at: datetime | None = None


def explain(query: Query, *, at: datetime, catalogue: Catalogue, ids: Iterable[int] | None = None) -> list[Explanation]:
    """What became of each candidate for ``query`` at ``at``, newest published first.

    Candidates are the assets of ``ids``; else those that the query names; else the newest hundred with any edition
    at a stage that was asked for. Three queries, whatever their number.
    """
    assets = list(_candidates(query, catalogue, ids))
    editions: dict[int, dict[int, Edition]] = {asset.pk: {} for asset in assets}
    standing = Edition.objects.filter(asset__in=assets, cancelled_at=None).prefetch_related("edition_terms")
    for edition in standing.defer("document", "steps", "teasers", "warnings").order_by("pk"):
        editions[edition.asset_id][edition.pk] = edition
    admission = Eligibility(query, catalogue)
    return [_explained(asset, editions[asset.pk], admission, at=at, catalogue=catalogue) for asset in assets]


def _candidates(query: Query, catalogue: Catalogue, ids: Iterable[int] | None) -> QuerySet[Asset]:
    known = Asset.objects.filter(kind__in=catalogue.kinds_by_id)  # what came later is none of this state
    if ids is not None:
        return known.filter(pk__in=list(ids)).order_by("pk")
    if query.among is not None:
        return known.filter(uid__in=query.among).order_by("pk")
    asked = Q()
    if query.asks_stage:
        asked = Q(editions__mentions__stage__in=[pk for stages in query.levels(catalogue.atlas) for pk in stages])
    published = known.filter(asked, editions__isnull=False)
    return published.annotate(newest=Max("editions")).order_by("-newest")[:NEWEST]


def _explained(
    asset: Asset, editions: dict[int, Edition], admission: Eligibility, *, at: datetime, catalogue: Catalogue
) -> Explanation:
    chain = catalogue.chains[admission.query.locale.pk]
    shown, instant = seen(editions.values(), chain), micros(at)
    now = next((span for span in shown if span.start <= instant < span.end), None)
    if now is None:
        return _absent(asset, editions, shown, instant)
    edition = editions[now.edition]
    text = CandidateText(
        asset_id=asset.pk,
        public_id=asset.public_id,
        kind_id=edition.kind_id,
        locale_id=edition.locale_id,
        fallback=now.fallback,
        slug=edition.slug,
        title=edition.title,
        published_at=edition.published_at,
        live_from=EPOCH + now.start * STEP,
        placements=edition.placements,
        term_ids=frozenset(term.term_id for term in edition.edition_terms.all()),
    )
    return _explanation(asset, edition, admission.why_not(text))


def _absent(asset: Asset, editions: dict[int, Edition], shown: list[LiveSpan], instant: int) -> Explanation:
    """Nothing is shown at ``at``: what comes next, else what ended last, else that it is in other languages only."""
    coming = [span for span in shown if span.start > instant]
    ended = [span for span in shown if span.end <= instant]
    if coming:
        return _explanation(asset, editions[coming[0].edition], Reason.NOT_YET_LIVE, EPOCH + coming[0].start * STEP)
    if ended:
        return _explanation(asset, editions[ended[-1].edition], Reason.EXPIRED, EPOCH + ended[-1].end * STEP)
    other = next(iter(editions.values()), None)
    return _explanation(asset, other, Reason.LOCALE_MISSING if other else Reason.NOT_PUBLISHED)


def _explanation(
    asset: Asset, edition: Edition | None, reason: Reason | None, at: datetime | None = None
) -> Explanation:
    return Explanation(
        asset_id=asset.pk,
        public_id=asset.public_id,
        kind_id=edition.kind_id if edition else asset.kind_id,
        locale_id=edition.locale_id if edition else None,
        slug=edition.slug if edition else "",
        title=edition.title if edition else asset.name,
        reason=reason,
        at=at,
    )
