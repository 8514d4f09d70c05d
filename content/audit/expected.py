"""Which steps texts should offer: the rules that hold on a journey, and the texts they are for."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from content.audit.live import Live
from content.catalogue import Catalogue
from content.models import Edition, EditionTerm, ExpectedStep
from journeys.models import Journey


class ExpectedSteps(NamedTuple):
    """One rule; ``editions`` are those with its term, ``None`` where it names none."""

    rule: ExpectedStep
    intents: frozenset[str]
    editions: frozenset[int] | None

    @property
    def of_stage_alone(self) -> bool:
        return self.rule.kind_id is None and self.rule.term_id is None

    def holds_at(self, stage: int) -> bool:
        return self.rule.stage_id in (None, stage)

    def holds_for(self, text: Live) -> bool:
        return self.rule.kind_id in (None, text.kind_id) and (self.editions is None or text.edition_id in self.editions)


def all_expected(journey: Journey, *, at: datetime, catalogue: Catalogue) -> list[ExpectedSteps]:
    """Returns today's rules of the stages of ``journey`` and those of no stage; terms as they were published.

    One query, and one more where any of them names a term.
    """
    of_journey = Q(stage__journey=journey) | Q(stage=None)
    rules = ExpectedStep.objects.filter(of_journey).select_related("stage", "kind", "term__vocabulary").order_by("pk")
    by_term = _editions({pk for rule in rules for pk in catalogue.descendants.get(rule.term_id or 0, ())}, at=at)
    result = []
    for rule in rules:
        terms = catalogue.descendants.get(rule.term_id or 0, ())
        editions = frozenset(edition for pk in terms for edition in by_term.get(pk, ())) if rule.term_id else None
        result.append(ExpectedSteps(rule, frozenset(rule.intents), editions))
    return result


def _editions(terms: set[int], *, at: datetime) -> dict[int, list[int]]:
    """By term the editions that are live with it."""
    if not terms:
        return {}
    by_term: dict[int, list[int]] = {}
    rows = EditionTerm.objects.filter(term__in=terms, edition__in=Edition.objects.live(at).order_by())
    for term, edition in rows.values_list("term_id", "edition_id"):
        by_term.setdefault(term, []).append(edition)
    return by_term
