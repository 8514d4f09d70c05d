"""The choices of the findings worklist: a form in the address, read as the API reads its parameters."""

from django.core.exceptions import ValidationError

from content.admin.query_forms import QueryForm, choice_field, locales_of, say_time_zone, segments_of
from content.audit.finding import CODES, Severity
from content.audit.process import Question
from content.questions.findings import read_choice, read_contexts, read_journey
from journeys.admin.when import WhenField

ASSIGNED = [("", "anybody or nobody"), ("me", "me"), ("nobody", "nobody")]
STANDING = [("open", "open"), ("accepted", "accepted"), ("all", "open or accepted")]
WAIVED = {"open": "false", "accepted": "true", "all": ""}


class FindingsForm(QueryForm):
    """Once it is valid, ``journey_asked`` is whose findings are asked for and ``readers`` as whom it is looked at."""

    journey = choice_field("Journey")
    segment = choice_field("As seen by")
    locale = choice_field("In")
    severity = choice_field("Severity")
    code = choice_field("What")
    assigned = choice_field("Assigned to", choices=ASSIGNED)
    standing = choice_field("Standing", choices=STANDING)
    at = WhenField(label="As it will be on", required=False)

    def __init__(self, *args, catalogue, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        for name, choices in choices_of(catalogue).items():
            self.fields[name].choices = choices
        say_time_zone(self.fields["at"], "as of which it is told")

    @property
    def is_whole(self):
        """Whether it asks for all that the daily record is of: all readers, now."""
        return not any(self.cleaned_data[name] for name in ("segment", "locale", "at"))

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        self.asked = {
            "journey": data["journey"],
            "waived": WAIVED[data["standing"] or "open"],
            "severity": data["severity"],
            **{name: [data[name]] if data[name] else [] for name in ("segment", "locale", "code")},
        }
        try:
            self.journey_asked = read_journey(self.asked, self.catalogue)
        except ValidationError as refused:
            self.add_error(None, [message for one in refused.error_dict.values() for message in one])
        else:
            self.readers = read_contexts(self.asked, self.catalogue)
        return data

    @property
    def question(self):
        """What the audit is asked."""
        return Question(self.asked, self.cleaned_data["at"], self.journey_asked, self.readers)

    def is_chosen(self, user):
        """Whether a finding is among those that are asked for by ``user``."""
        by_api = read_choice(self.asked, self.journey_asked, self.catalogue)
        whose = {"": None, "me": user.username, "nobody": ""}[self.cleaned_data["assigned"]]
        return lambda one: by_api(one) and (whose is None or (one.assigned_to or "") == whose)


def choices_of(catalogue):
    atlas = catalogue.atlas
    return {
        "journey": [(slug, one.title) for slug, one in atlas.journeys.items()] or [("", "none yet")],
        "segment": segments_of(catalogue, ("", "everyone and every segment")),
        "locale": locales_of(catalogue, ("", "every language")),
        "severity": [("", "all"), *((str(one), f"{one}s") for one in Severity)],
        "code": [("", "all"), *((code, code.replace("_", " ")) for code in CODES)],
    }
