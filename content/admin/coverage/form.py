"""The form of the coverage pages, in the query string, read by the API's own rules for its parameters."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.query_forms import (
    COUNTABLE,
    QueryForm,
    channels_of,
    choice_field,
    describe_as_of,
    describe_instant,
    journey_choices,
    locales_of,
    multiple_choice_field,
    segments_of,
)
from content.coverage.axes import axes, axis_names, put
from content.coverage.matrix import matrix
from content.delivery.reading import Reading
from content.instants import as_rfc3339
from content.query import Query
from content.questions.coverage import AXES, read_axes, read_count_fallback
from content.questions.meaning import read_query
from content.questions.parameters import CoverageFilter
from content.questions.reading import checked_parameters
from journeys.admin.when import WhenField
from journeys.models.channel import Ownership

LISTS = ("stage", "kind", "term")
# “” in a choice is no condition, and is left out of the API's parameters.
SHOW = [("", gettext_lazy("number of assets")), ("share", gettext_lazy("share of the row"))]
AXIS_TITLES = {
    "stage": gettext_lazy("Stage"),
    "segment": gettext_lazy("Segment"),
    "channel": gettext_lazy("Channel"),
    "locale": gettext_lazy("Language"),
    "kind": gettext_lazy("Kind"),
    "touchpoint": gettext_lazy("Touchpoint"),
}
# The field of the form that shows an error of an API parameter.
FIELD_OF = {"count_fallback": "counted", "as_of": "at", "segment__exact": "segment"}


@dataclass(frozen=True)
class CoverageQuestion:
    """What the form asks: ``parameters`` as the API names them, and the axes by parameter, as ``matrix`` takes them."""

    parameters: dict[str, str]
    axis_parameters: dict[str, Any]
    query: Query
    counted: tuple[str, ...]
    reading: Reading

    def matrix(self):
        """The matrix of this question. Refuses what ``matrix`` refuses."""
        catalogue, at = self.reading.catalogue, self.reading.at
        return matrix(self.query, at=at, catalogue=catalogue, count_fallback=self.counted, **self.axis_parameters)

    @property
    def axes(self):
        """The names of the axes: rows, columns and, if any, split."""
        return [self.axis_parameters[name] for name in AXES if self.axis_parameters[name]]

    def cell(self, slugs):
        """The axis values and the query of the cell with these slugs, one for each axis; ``None`` if there is none."""
        if len(slugs) != len(self.axes):
            return None
        # An axis has a value for every row or column of the table, so a slug that is not among them has no cell.
        ownership = self.axis_parameters["ownership"]
        values = [
            next((value for value in axis.values if value.slug == slug), None)
            for axis, slug in zip(
                axes(self.axes, self.query, self.reading.catalogue, ownership=ownership), slugs, strict=True
            )
        ]
        return None if None in values else (values, put(self.query, values))


class CoverageForm(QueryForm):
    """Once valid, ``question`` is what it asks and ``other`` what that is compared with, ``None`` if nothing."""

    journey = choice_field(gettext_lazy("Journey"))
    rows = choice_field(gettext_lazy("Rows"))
    columns = choice_field(gettext_lazy("Columns"))
    split = choice_field(gettext_lazy("Split by"))
    segment = choice_field(gettext_lazy("Segment"))
    channel = choice_field(gettext_lazy("Channel"))
    locale = choice_field(gettext_lazy("Language"))
    at = WhenField(label=gettext_lazy("As of"), required=False)
    counted = multiple_choice_field(
        gettext_lazy("Count as well"), UnfoldAdminCheckboxSelectMultipleWidget, choices=COUNTABLE.items()
    )
    show = choice_field(gettext_lazy("Show"), choices=SHOW)
    ownership = multiple_choice_field(
        gettext_lazy("Ownership of channels"),
        UnfoldAdminCheckboxSelectMultipleWidget,
        choices=Ownership.choices,
        help_text=gettext_lazy("Limits channels and touchpoints in rows and columns. None selected: all."),
    )
    stage = multiple_choice_field(gettext_lazy("Stages"))
    kind = multiple_choice_field(gettext_lazy("Kinds"))
    term = multiple_choice_field(gettext_lazy("Terms"))
    other_at = WhenField(label=gettext_lazy("Another day"), required=False)
    other_segment = choice_field(gettext_lazy("Another segment"))

    main = ("journey", "rows", "columns", "split", "locale", "segment", "channel", "at")
    more = ("show", "counted", "ownership", *LISTS)
    compared = ("other_at", "other_segment")

    def __init__(self, *args, catalogue, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        self.question = self.other = None
        for name, choices in choices_of(catalogue, self.data.get("journey", "")).items():
            self.fields[name].choices = choices
        for name in LISTS:
            self.fields[name].widget.attrs["size"] = 6
            self.fields[name].help_text = _("None selected: all.")
        describe_as_of(self.fields["at"])
        labels = (_("Compare with: date"), _("Compare with: time"))
        describe_instant(self.fields["other_at"], _("Time zone: %(zone)s. Empty: the same time."), labels)

    def fields_of(self, names):
        return [self[name] for name in names]

    @property
    def main_fields(self):
        return self.fields_of(self.main)

    @property
    def more_fields(self):
        return self.fields_of(self.more)

    @property
    def compared_fields(self):
        return self.fields_of(self.compared)

    @property
    def more_open(self):
        return self._is_used(self.more)

    @property
    def compared_open(self):
        return self._is_used(self.compared)

    def _is_used(self, names):
        """Whether any of these fields has a value or an error, so that its section starts open."""
        return any(name in self.errors or getattr(self, "cleaned_data", {}).get(name) for name in names)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        now = clock.now()
        self.question = self._read(parameters_of(data), now, "")
        if self.question and (data["other_at"] or data["other_segment"]):
            changes = {"at": data["other_at"] or data["at"], "segment": data["other_segment"] or data["segment"]}
            self.other = self._read(parameters_of({**data, **changes}), now, "other_")
        return data

    def _read(self, parameters, now, prefix):
        """The question of these parameters; ``None`` where they are refused, with the errors at their fields."""
        try:
            values = checked_parameters(CoverageFilter, parameters)
            reading = Reading(self.catalogue, values["as_of"] or now)
            axis_parameters, query = read_axes(values, reading.catalogue), read_query(values, reading)
            return CoverageQuestion(parameters, axis_parameters, query, read_count_fallback(values), reading)
        except ValidationError as refusal:
            errors_of = refusal.error_dict if hasattr(refusal, "error_dict") else {None: [refusal]}
            for name, errors in errors_of.items():
                field = FIELD_OF.get(name, name)
                # Of the question to compare with, a field of its own comes first: other_at before at.
                field = next((own for own in (f"{prefix}{field}", field) if own in self.fields), None)
                for error in errors:
                    self.add_error(field, error)
            return None


def parameters_of(data):
    """The cleaned data of the form as parameters of the API, without those that are empty."""
    parameters = {name: data[name] for name in ("journey", *AXES, "segment", "channel", "locale")}
    parameters |= {name: ",".join(data[name]) for name in (*LISTS, "ownership")}
    parameters["count_fallback"] = ",".join(data["counted"])
    parameters["as_of"] = as_rfc3339(data["at"]) if data["at"] else ""
    return {name: value for name, value in parameters.items() if value}


def choices_of(catalogue, journey):
    """The choices of each field, by its name. Stages are those of ``journey``, or of the default one."""
    atlas, default = catalogue.atlas, catalogue.default_locale
    chosen = atlas.journeys.get(journey) or atlas.default_journey
    stages = atlas.stages_of[chosen.pk] if chosen else []
    axis = [(name, AXIS_TITLES.get(name) or catalogue.vocabularies[name].title) for name in axis_names(catalogue)]
    language = _("none yet")
    if default:
        language = _("%(language)s (%(code)s), the default") % {"language": default.title, "code": default.code}
    return {
        "journey": journey_choices(atlas),
        "rows": axis,
        "columns": axis,
        "split": [("", _("no split")), *axis],
        "segment": segments_of(catalogue, ("", _("all readers (no condition)"))),
        "other_segment": segments_of(catalogue, ("", _("the same"))),
        "channel": channels_of(catalogue),
        "locale": locales_of(catalogue, ("", language)),
        "stage": [(stage.slug, stage.title) for stage in stages],
        "kind": [(slug, kind.title) for slug, kind in catalogue.kinds.items()],
        "term": [
            (group.title, [(f"{slug}:{term.slug}", term.title) for term in catalogue.terms_of(group)])
            for slug, group in catalogue.vocabularies.items()
        ],
    }
