"""The choices of the coverage screens: a form in the address, read as the API reads its parameters."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from content import clock
from content.admin.query_forms import (
    QueryForm,
    channels_of,
    choice_field,
    locales_of,
    multiple_choice_field,
    segments_of,
)
from content.coverage.axes import NAMES, axes, axis_names, put
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
COUNTED = [("locale", "what is in another language"), ("crosswalk", "what is at a stage that corresponds")]
SHOW = [("", "how many count"), ("share", "the share of all in the row")]
AXIS_TITLES = dict(zip(NAMES, ("Stage", "Segment", "Channel", "Language", "Kind", "Touchpoint"), strict=True))
# Which field of the form a refusal of the API belongs to.
FIELD_OF = {"count_fallback": "counted", "as_of": "at", "segment__exact": "segment"}


@dataclass(frozen=True)
class CoverageQuestion:
    """One question of the form: ``words`` are the API's, ``laid`` its axes by parameter, as ``matrix`` takes them."""

    words: dict[str, str]
    laid: dict[str, Any]
    query: Query
    counted: tuple[str, ...]
    reading: Reading

    def matrix(self):
        """Refuses what ``matrix`` refuses."""
        catalogue, at = self.reading.catalogue, self.reading.at
        return matrix(self.query, at=at, catalogue=catalogue, count_fallback=self.counted, **self.laid)

    @property
    def axes(self):
        return [self.laid[name] for name in AXES if self.laid[name]]

    def cell(self, slugs):
        """The values and the question of the cell of these slugs, one an axis; ``None`` where there is none."""
        if len(slugs) != len(self.axes):
            return None
        laid = axes(self.axes, self.query, self.reading.catalogue, ownership=self.laid["ownership"])
        found = [
            next((value for value in axis.values if value.slug == slug), None)
            for axis, slug in zip(laid, slugs, strict=True)
        ]
        return None if None in found else (found, put(self.query, found))


class CoverageForm(QueryForm):
    """Once it is valid, ``asked`` is the question and ``other`` what it is compared with, ``None`` if nothing."""

    journey = choice_field("Journey")
    rows = choice_field("Rows")
    columns = choice_field("Columns")
    split = choice_field("A table for each")
    segment = choice_field("Segment")
    channel = choice_field("Channel")
    locale = choice_field("Language")
    at = WhenField(label="As it will be on", required=False)
    counted = multiple_choice_field("Count as well", UnfoldAdminCheckboxSelectMultipleWidget, choices=COUNTED)
    show = choice_field("Show", choices=SHOW)
    ownership = multiple_choice_field(
        "Channels that are",
        UnfoldAdminCheckboxSelectMultipleWidget,
        choices=Ownership.choices,
        help_text="On an axis of channels or touchpoints. None chosen: all.",
    )
    stage = multiple_choice_field("Stages")
    kind = multiple_choice_field("Kinds")
    term = multiple_choice_field("Terms")
    other_at = WhenField(label="Another day", required=False)
    other_segment = choice_field("Another segment")

    main = ("journey", "rows", "columns", "split", "locale", "segment", "channel", "at")
    more = ("show", "counted", "ownership", *LISTS)
    compared = ("other_at", "other_segment")

    def __init__(self, *args, catalogue, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue = catalogue
        self.asked = self.other = None
        for name, choices in choices_of(catalogue, self.data.get("journey", "")).items():
            self.fields[name].choices = choices
        for name in LISTS:
            self.fields[name].widget.attrs["size"] = 6
            self.fields[name].help_text = "None chosen: all."
        zone = timezone.get_current_timezone_name()
        self.fields["at"].help_text = f"{zone} time. Empty: now."
        self.fields["other_at"].help_text = f"{zone} time. Empty: the same instant."
        for name, what in (("at", "as of which it is told"), ("other_at", "to compare with")):
            for part, word in zip(self.fields[name].widget.widgets, ("Date", "Time of day"), strict=True):
                part.attrs["aria-label"] = f"{word} {what}"

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
        return self._says(self.more)

    @property
    def compared_open(self):
        return self._says(self.compared)

    def _says(self, names):
        """Whether any of these says anything, or is wrong."""
        return any(name in self.errors or getattr(self, "cleaned_data", {}).get(name) for name in names)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        now = clock.now()
        self.asked = self._read(words_of(data), now, "")
        if self.asked and (data["other_at"] or data["other_segment"]):
            beside = {"at": data["other_at"] or data["at"], "segment": data["other_segment"] or data["segment"]}
            self.other = self._read(words_of({**data, **beside}), now, "other_")
        return data

    def _read(self, words, now, prefix):
        """The question of these words; ``None`` where it is refused, which is told beside its field."""
        try:
            asked = checked_parameters(CoverageFilter, words)
            reading = Reading(self.catalogue, asked["as_of"] or now)
            laid, query = read_axes(asked, reading.catalogue), read_query(asked, reading)
            return CoverageQuestion(words, laid, query, read_count_fallback(asked), reading)
        except ValidationError as refused:
            told = refused.error_dict if hasattr(refused, "error_dict") else {None: [refused]}
            for name, errors in told.items():
                field = FIELD_OF.get(name, name)
                field = next((one for one in (f"{prefix}{field}", field) if one in self.fields), None)
                for error in errors:
                    self.add_error(field, error)
            return None


def words_of(data):
    """What was chosen, in the parameters of the API; what sets no condition is left out."""
    words = {name: data[name] for name in ("journey", *AXES, "segment", "channel", "locale")}
    words |= {name: ",".join(data[name]) for name in LISTS}
    words["ownership"] = ",".join(data["ownership"])
    words["count_fallback"] = ",".join(data["counted"])
    words["as_of"] = as_rfc3339(data["at"]) if data["at"] else ""
    return {name: word for name, word in words.items() if word}


def choices_of(catalogue, journey):
    """The choices of each field. Stages are those of the journey that was chosen."""
    atlas, default = catalogue.atlas, catalogue.default_locale
    own = atlas.journeys.get(journey) or atlas.default_journey
    stages = atlas.stages_of[own.pk] if own else []
    axis = [(name, AXIS_TITLES.get(name) or catalogue.vocabularies[name].title) for name in axis_names(catalogue)]
    told = f"{default.title} ({default.code}), the default" if default else "none yet"
    return {
        "journey": [(slug, one.title) for slug, one in atlas.journeys.items()] or [("", "none yet")],
        "rows": axis,
        "columns": axis,
        "split": [("", "no: one table"), *axis],
        "segment": segments_of(catalogue, ("", "nobody in particular (no condition)")),
        "other_segment": segments_of(catalogue, ("", "the same")),
        "channel": channels_of(catalogue),
        "locale": locales_of(catalogue, ("", told)),
        "stage": [(stage.slug, stage.title) for stage in stages],
        "kind": [(slug, kind.title) for slug, kind in catalogue.kinds.items()],
        "term": [
            (group.title, [(f"{slug}:{term.slug}", term.title) for term in catalogue.terms_of(group)])
            for slug, group in catalogue.vocabularies.items()
        ],
    }
