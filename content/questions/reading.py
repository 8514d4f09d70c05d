"""Which state a question reads, and what it asks at a touchpoint."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content import clock
from content.delivery.current_state import current_state
from content.delivery.draft_selection import DraftReader
from content.delivery.reading import Reading
from content.delivery.snapshot import redeem, since_of
from content.delivery.touchpoint import query_at
from content.query import Query
from content.questions.meaning import ParameterValues, read_query, refusal
from journeys.models import Touchpoint
from journeys.parameters import CheckedParameters, Parameters

# What does not go together.
APART = (
    ("as_of", "snapshot"),
    ("draft", "as_of"),
    ("draft", "snapshot"),
    ("draft", "updated_since"),
    ("fields", "omit"),
)


def checked_parameters(filters: type[Parameters], words: Mapping[str, str]) -> CheckedParameters:
    """Parameters that come from somewhere else than an address, checked by name and type as those are."""
    form: Any = filters(dict(words)).form
    if not form.is_valid():
        raise ValidationError(form.errors.as_data())
    return CheckedParameters(form.cleaned_data)


def refuse_apart(parameters: CheckedParameters) -> None:
    """Refuses (``not_together``) what does not go together."""
    for one_name, other in APART:
        if one_name in parameters.given and other in parameters.given:
            raise refusal(
                other,
                "not_together",
                _("'%(one_name)s' and '%(other)s' do not go together; choose one.")
                % {"one_name": one_name, "other": other},
            )


def reading_of(parameters: CheckedParameters) -> Reading:
    """The state that stands, the one of a snapshot or an instant, or the drafts, for whoever may ask for it."""
    wanted, now = parameters.given, clock.now()
    state = current_state(now=now)
    since = wanted.get("updated_since")
    if isinstance(since, str):
        since = since_of(since, state, now=now)
    if "draft" in wanted:
        return Reading(state.catalogue, now, drafts=DraftReader(state.catalogue, at=now))
    if "as_of" in wanted:
        at = wanted["as_of"]
        return Reading(state.catalogue, at, since=since, known=state.catalogue.terms_known(max(at, now)))
    if "snapshot" in wanted:
        state = redeem(wanted["snapshot"], state, now=now)
    return Reading(state.catalogue, state.at, state.token, since=since, known=state.catalogue.public_terms)


def read_touchpoint(place: Touchpoint, parameters: ParameterValues, reading: Reading) -> Query:
    """The question at a touchpoint, in the words of its own journey unless the request names another."""
    journeys = reading.catalogue.atlas.journeys.values()
    own = next(journey for journey in journeys if journey.pk == place.journey_id)
    given = {name: value for name, value in parameters.items() if value not in (None, "", ())}
    return query_at(read_query({"journey": own.slug, **given}, reading), place, reading.catalogue)
