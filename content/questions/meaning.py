"""What the parameters mean: slugs become the map's own objects, or a refusal that says what there is."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content import clock
from content.catalogue import Catalogue
from content.delivery.current_state import current_state
from content.delivery.reading import Reading
from content.models import Locale, Term
from content.query import AnyChannel, Everyone, Query, Terms
from journeys.atlas import Atlas
from journeys.models import Journey, Stage
from journeys.parameters import CheckedParameters
from journeys.phases import Phase

ID = re.compile(r"[0-9a-f]{32}")
MOST_TOLD = 100
EVERYONE: Everyone = "everyone"
ANY: AnyChannel = "any"
Named = TypeVar("Named")
Reserved = TypeVar("Reserved", bound=str)  # a word that is the name of none, and means all of them
ParameterValues = Mapping[str, Any]


def refusal(parameter: str, code: str, detail: str, allowed: Iterable[str] = ()) -> ValidationError:
    """A refusal that names its parameter; ``allowed`` in its order. A % in what was asked is no format."""
    named = list(allowed)[:MOST_TOLD]
    params = {"detail": detail, **({"allowed": named} if named else {})}
    return ValidationError({parameter: [ValidationError("%(detail)s", code=code, params=params)]})


def known_or_refuse(parameter: str, word: str, known: Mapping[str, Named], what: str) -> Named:
    if word not in known:
        raise refusal(
            parameter,
            f"unknown_{what}",
            _("Unknown %(what)s '%(word)s'.") % {"what": what, "word": word},
            sorted(known),
        )
    return known[word]


def read_locale(parameters: ParameterValues, catalogue: Catalogue) -> Locale:
    """The language asked for, else the default one."""
    if parameters.get("locale"):
        return known_or_refuse("locale", parameters["locale"], catalogue.locales, "locale")
    if catalogue.default_locale is None:
        raise ValidationError(_("There is no locale yet; add one in the admin."), code="no_locale")
    return catalogue.default_locale


def read_query(parameters: ParameterValues, reading: Reading) -> Query:
    """The question that checked parameters put. Refuses each word that nothing is called, naming its parameter."""
    # Kept with the catalogue, so it ends with the map that it was read from. By the checked parameters, not by the
    # address: a page and the next differ in their cursor alone, and share the query with all that it has found out
    # about the map.
    public = reading.known is reading.catalogue.public_terms  # what is shared is for whoever asks
    if not isinstance(parameters, CheckedParameters) or reading.since or not public:
        return _query(parameters, reading)
    query: Query = reading.catalogue.questions.get(parameters, lambda: _query(parameters, reading))
    return query


def _query(parameters: ParameterValues, reading: Reading) -> Query:
    _refuse_pairs(parameters)
    catalogue, atlas = reading.catalogue, reading.catalogue.atlas
    journey = atlas.default_journey
    if parameters.get("journey"):
        journey = known_or_refuse("journey", parameters["journey"], atlas.journeys, "journey")
    segment, segment_exact = _named(parameters, "segment", atlas.segments, EVERYONE)
    channel, channel_exact = _named(parameters, "channel", atlas.channels, ANY)
    return Query(
        locale=read_locale(parameters, catalogue),
        journey=journey,
        stages=_stages(parameters, "stage", journey, atlas),
        stages_all=_stages(parameters, "stage__all", journey, atlas),
        stages_none=_stages(parameters, "stage__none", journey, atlas),
        phases=_phases(parameters),
        crosswalk=parameters.get("crosswalk") != "off",
        segment=segment,
        segment_exact=segment_exact,
        channel=channel,
        channel_exact=channel_exact,
        translations_only=parameters.get("locale_fallback") == "none",
        kinds=tuple(known_or_refuse("kind", w, catalogue.kinds, "kind").pk for w in parameters.get("kind", ())),
        kinds_none=tuple(
            known_or_refuse("kind__none", w, catalogue.kinds, "kind").pk for w in parameters.get("kind__none", ())
        ),
        terms=Terms(
            any=_terms(parameters, "term", reading),
            all=_terms(parameters, "term__all", reading),
            none=_terms(parameters, "term__none", reading),
        ),
        among=read_ids(parameters, "id__in") or None,
        excluded=read_ids(parameters, "exclude"),
        changed_since=reading.since,
        ordering=parameters.get("ordering") or "relevance",
    )


def _refuse_pairs(parameters: ParameterValues) -> None:
    for name in ("segment", "channel"):
        if parameters.get(name) and parameters.get(f"{name}__exact"):
            detail = _("'%(name)s' and '%(name)s__exact' do not go together; choose one.") % {"name": name}
            raise refusal(f"{name}__exact", "not_together", detail)


def _named(
    parameters: ParameterValues, name: str, known: Mapping[str, Named], reserved: Reserved
) -> tuple[Named | Reserved | None, bool]:
    """A segment or channel: what was asked, and whether exactly."""
    if word := parameters.get(f"{name}__exact"):
        return known_or_refuse(f"{name}__exact", word, known, name), True
    if not (word := parameters.get(name)):
        return None, False
    every: dict[str, Named | Reserved] = {**known, reserved: reserved}
    return (reserved if word == reserved else known_or_refuse(name, word, every, name)), False


def _stages(parameters: ParameterValues, parameter: str, journey: Journey | None, atlas: Atlas) -> tuple[Stage, ...]:
    words = parameters.get(parameter, ())
    known = {stage.slug: stage for stage in atlas.stages_of[journey.pk]} if journey else {}
    for word in words:
        if word not in known:
            detail = (
                _("Unknown stage '%(word)s' in journey '%(journey)s'.") % {"word": word, "journey": journey.slug}
                if journey
                else _("Unknown stage '%(word)s': there is no journey yet.") % {"word": word}
            )
            raise refusal(parameter, "unknown_stage", detail, known)
    return tuple(known[word] for word in words)


def _phases(parameters: ParameterValues) -> frozenset[str]:
    known = {phase: phase for phase in Phase.values}
    return frozenset(known_or_refuse("phase", word, known, "phase") for word in parameters.get("phase", ()))


def _terms(parameters: ParameterValues, parameter: str, reading: Reading) -> tuple[Term, ...]:
    found = []
    for word in parameters.get(parameter, ()):
        vocabulary, colon, slug = word.partition(":")
        if not colon:
            raise refusal(parameter, "malformed", _("Write '%(word)s' as vocabulary:term.") % {"word": word})
        known_or_refuse(parameter, vocabulary, reading.catalogue.vocabularies, "vocabulary")
        own = {name: term for (group, name), term in reading.terms.items() if group == vocabulary}
        found.append(known_or_refuse(parameter, slug, own, "term"))
    return tuple(found)


def read_ids(parameters: ParameterValues, parameter: str) -> tuple[str, ...]:
    """Public ids; refuses (``malformed``) what is none."""
    for word in parameters.get(parameter, ()):
        if not ID.fullmatch(word):
            raise refusal(
                parameter, "malformed", _("'%(word)s' is no id; ids are what answers carry as 'id'.") % {"word": word}
            )
    return tuple(parameters.get(parameter, ()))


def titles_in(code: str | None) -> tuple[Atlas, list[str], str | None]:
    """The map, the locale codes in which its titles are looked for, and the default one, in which its words are that
    say none: what the map's own routes need to know."""
    catalogue = current_state(now=clock.now()).catalogue
    default = catalogue.default_locale
    if not code and default is None:
        return catalogue.atlas, [], None
    codes = catalogue.codes(read_locale({"locale": code}, catalogue))
    return catalogue.atlas, codes, default.code if default else None
