"""Which terms readers know of: each from the first time a text with it is live, for good, or once it is marked public.

Computed from the windows of editions, so it comes true by itself; written down by the verbs and the sweep, so that it
stays true whatever becomes of the editions.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F, Min

from content.models import EditionTerm, Term


def debuts() -> dict[int, datetime]:
    """The first instant at which a text with a term goes live, by id, for terms without ``shown_since``. One query."""
    unknown = EditionTerm.objects.filter(term__shown_since=None, term__public=False, edition__cancelled_at=None)
    # An empty window was never live: a later publish with the same start has taken all of it.
    begun = unknown.exclude(edition__live_until=F("edition__live_from")).order_by()
    return dict(begun.values_list("term").annotate(first=Min("edition__live_from")))


def public_ids(terms: Iterable[Term], first: Mapping[int, datetime], *, at: datetime) -> set[int]:
    """The terms that readers know of at ``at``, ancestors included, by id. ``first`` is what ``debuts`` said."""
    by_id = {term.pk: term for term in terms}
    known = {pk for pk, term in by_id.items() if term.public or term.shown_since or (pk in first and first[pk] <= at)}
    return known | {above for pk in known for above in _ancestors(pk, by_id)}


def note_debuts(*, at: datetime) -> int:
    """Stores ``shown_since`` of the terms whose first text has gone live by ``at``; returns how many terms.

    Ancestors are known from then on too. One query, and two more where there is any.
    """
    begun = {pk: first for pk, first in debuts().items() if first <= at}
    if not begun:
        return 0
    by_id = {term.pk: term for term in Term.objects.all()}
    noted: dict[int, datetime] = {}
    for pk, first in begun.items():
        for term in (pk, *_ancestors(pk, by_id)):
            if by_id[term].shown_since is None:
                noted[term] = min(first, noted.get(term, first))
    for pk, first in noted.items():
        by_id[pk].shown_since = first
    return Term.objects.bulk_update([by_id[pk] for pk in noted], ["shown_since"])


def _ancestors(pk: int, by_id: Mapping[int, Term]) -> list[int]:
    found: list[int] = []
    parent = by_id[pk].parent_id
    while parent is not None and parent not in found:
        found.append(parent)
        parent = by_id[parent].parent_id
    return found
