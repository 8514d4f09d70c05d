"""The form of the findings worklist, in the query string, read by the API's own rules for its parameters."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from content.admin.findings.labels import SEVERITIES, code_label
from content.admin.query_forms import (
    QueryForm,
    choice_field,
    describe_as_of,
    journey_choices,
    locales_of,
    segments_of,
)
from content.audit.finding import CODES, Severity
from content.audit.process import Question
from content.questions.findings import read_choice, read_contexts, read_journey
from journeys.admin.when import WhenField

ASSIGNED = [
    ("", gettext_lazy("anyone or nobody")),
    ("me", gettext_lazy("me")),
    ("nobody", pgettext_lazy("assignee", "nobody")),
]
STANDING = [
    ("open", pgettext_lazy("findings", "open")),
    ("accepted", pgettext_lazy("findings", "accepted")),
    ("all", gettext_lazy("open or accepted")),
]
WAIVED = {"open": "false", "accepted": "true", "all": ""}  # the API's parameter, by the form's


class FindingsForm(QueryForm):
    """Once valid, ``parameters`` are the API's; ``chosen_journey`` and ``contexts`` are what to audit, and for whom."""

    journey = choice_field(gettext_lazy("Journey"))
    segment = choice_field(gettext_lazy("Segment"))
    locale = choice_field(gettext_lazy("Language"))
    severity = choice_field(gettext_lazy("Severity"))
    code = choice_field(gettext_lazy("Type"))
    assigned = choice_field(gettext_lazy("Assigned to"), choices=ASSIGNED)
    standing = choice_field(gettext_lazy("Status"), choices=STANDING)
    at = WhenField(label=gettext_lazy("As of"), required=False)

    def __init__(self, *args, catalogue, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        for name, choices in choices_of(catalogue).items():
            self.fields[name].choices = choices
        describe_as_of(self.fields["at"])

    @property
    def is_whole(self):
        """Whether it asks for what the daily record contains: the findings for all readers, now."""
        return not any(self.cleaned_data[name] for name in ("segment", "locale", "at"))

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        self.parameters = {
            "journey": data["journey"],
            "waived": WAIVED[data["standing"] or "open"],
            "severity": data["severity"],
            **{name: [data[name]] if data[name] else [] for name in ("segment", "locale", "code")},
        }
        try:
            self.chosen_journey = read_journey(self.parameters, self.catalogue)
        except ValidationError as refusal:
            self.add_error(None, [message for errors in refusal.error_dict.values() for message in errors])
        else:
            self.contexts = read_contexts(self.parameters, self.catalogue)
        return data

    @property
    def question(self):
        """The question for the audit; it depends on neither the user nor the filters of the list."""
        return Question(self.parameters, self.cleaned_data["at"], self.chosen_journey, self.contexts)

    def matcher(self, user):
        """A function that says whether a finding matches the filters, where “me” is ``user``."""
        matches = read_choice(self.parameters, self.chosen_journey, self.catalogue)
        assignee = {"": None, "me": user.username, "nobody": ""}[self.cleaned_data["assigned"]]
        return lambda finding: matches(finding) and (assignee is None or (finding.assigned_to or "") == assignee)


def choices_of(catalogue):
    """The choices of each field, by its name."""
    return {
        "journey": journey_choices(catalogue.atlas),
        "segment": segments_of(catalogue, ("", _("everyone and every segment"))),
        "locale": locales_of(catalogue, ("", _("all languages"))),
        "severity": [("", _("all")), *((str(severity), SEVERITIES[severity][0]) for severity in Severity)],
        "code": [("", _("all")), *((code, code_label(code)) for code in CODES)],
    }
