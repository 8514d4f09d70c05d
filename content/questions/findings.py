"""What the parameters of the audit mean."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from content.audit.finding import CODES, Finding
from content.audit.run import AuditChoice, chosen_readers
from content.catalogue import Catalogue
from content.query import AnyChannel, Everyone
from content.questions.meaning import ParameterValues, known_or_refuse, read_ids, refusal
from journeys.models import Channel, Journey, Segment

MOST_READERS = 500  # each is a walk through all that is live


def read_journey(parameters: ParameterValues, catalogue: Catalogue) -> Journey:
    """The journey that was asked for, else the default one. Refuses ``unknown_journey`` and ``no_journey``."""
    if parameters.get("journey"):
        return known_or_refuse("journey", parameters["journey"], catalogue.atlas.journeys, "journey")
    if catalogue.atlas.default_journey is None:
        raise refusal("journey", "no_journey", _("There is no journey yet; load one, or draw one in the admin."))
    return catalogue.atlas.default_journey


def read_contexts(parameters: ParameterValues, catalogue: Catalogue) -> AuditChoice:
    """The readers of the audit as ``findings`` takes them; refuses a word that nothing is called.

    Refuses ``too_many_readers``, which would keep a process busy for minutes.
    """
    atlas = catalogue.atlas
    segments: dict[str, Segment | Everyone] = {**atlas.segments, "everyone": "everyone"}
    channels: dict[str, Channel | AnyChannel] = {**atlas.channels, "any": "any"}
    found: AuditChoice = {}
    if words := parameters.get("segment"):
        found["segments"] = [known_or_refuse("segment", word, segments, "segment") for word in words]
    if words := parameters.get("locale"):
        found["locales"] = [known_or_refuse("locale", word, catalogue.locales, "locale") for word in words]
    if words := parameters.get("channel"):
        found["channels"] = [known_or_refuse("channel", word, channels, "channel") for word in words]
    count = len(chosen_readers(next(iter(atlas.journeys.values())), catalogue, found)) if atlas.journeys else 0
    if count > MOST_READERS:
        message = _(
            "That is to be looked at as %(count)s readers; name segments and languages, at most %(most_readers)s."
        ) % {"count": count, "most_readers": MOST_READERS}
        raise refusal("segment", "too_many_readers", message)
    if most := parameters.get("most_steps"):
        found["most_steps"] = most
    if least := parameters.get("least_ways"):
        found["least_ways"] = least
    return found


def read_choice(parameters: ParameterValues, journey: Journey, catalogue: Catalogue) -> Callable[[Finding], bool]:
    """Whether a finding is among those asked for by code, severity, stage, asset and acceptance."""
    stages = {stage.slug: stage for stage in catalogue.atlas.stages_of[journey.pk]}
    codes = {word for word in parameters.get("code") or () if known_or_refuse("code", word, CODES, "code")}
    at_stages = {known_or_refuse("stage", word, stages, "stage").slug for word in parameters.get("stage") or ()}
    ids, severity, waived = set(read_ids(parameters, "id__in")), parameters.get("severity"), parameters.get("waived")

    def is_chosen(found: Finding) -> bool:
        return (
            (not codes or found.code in codes)
            and (not severity or str(found.severity) == severity)
            and (not at_stages or found.context.stage in at_stages)
            and (not ids or bool(ids & {found.subject.id, *found.evidence.get("assets", ())}))
            and (not waived or (waived == "true") == bool(found.waived_until))
        )

    return is_chosen
