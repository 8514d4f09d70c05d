"""How lists and objects are written in a form: a line each, ticked boxes, or JSON; errors in words."""

import json
import re

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.text import capfirst
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from journeys.models.mapped import validate_texts
from journeys.models.stage import validate_lines, validate_phases
from journeys.phases import Intent, Phase, validate_intents
from journeys.storable import cleaned

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
MONOSPACE = {"style": "font-family: ui-monospace, monospace", "spellcheck": "false", "rows": 8}


class WordedForm(forms.ModelForm):
    """Says a violated constraint in words, and says of a field that is not on the form above it instead."""

    constraint_words = {}

    def _update_errors(self, errors):
        if hasattr(errors, "error_dict"):
            told = errors.error_dict
            for name in set(told) - set(self.fields) - {NON_FIELD_ERRORS}:
                told.setdefault(NON_FIELD_ERRORS, []).extend(told.pop(name))
            general = [self._worded(error) for error in told.pop(NON_FIELD_ERRORS, [])]
            if general := [error for error in general if error.message]:
                told[NON_FIELD_ERRORS] = general
        super()._update_errors(errors)

    def _worded(self, error):
        words = (words for name, words in self.constraint_words.items() if name in str(error.message))
        message = next(words, None)
        return error if message is None else ValidationError(message, code=error.code)


class Indented(json.JSONEncoder):
    def __init__(self, **options):
        super().__init__(**{**options, "indent": 2})


class WrittenJSON(forms.JSONField):
    """JSON, indented; empty is an empty object."""

    widget = UnfoldAdminTextareaWidget(attrs=MONOSPACE)

    def __init__(self, **options):
        super().__init__(**{**options, "encoder": Indented})

    def to_python(self, value):
        if value in self.empty_values:
            return {}
        try:
            read = cleaned(super().to_python(value))
            # What JSON can say and a database cannot keep: NUL, half a character, infinity.
            plain = json.dumps(read, ensure_ascii=False, allow_nan=False)
            plain.encode()
            if NUL.search(plain):
                raise ValueError(value)
        except RecursionError as error:
            raise ValidationError("This is nested too deeply.", code="invalid") from error
        except ValueError as error:
            raise ValidationError("Take out NUL and broken characters, NaN and Infinity.", code="invalid") from error
        return {} if read in self.empty_values else read

    def bound_data(self, data, initial):
        """What was written, as it was written."""
        return initial if self.disabled else InvalidJSONInput(data or "")

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    hint = "One a line."
    empty = []

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        if "\x00" in text:
            raise ValidationError("Take out the NUL characters.", code="nul_character")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial or self.empty)
        except ValidationError:
            return True


class TranslationsField(Lines):
    """An object of locale → text, one a line."""

    hint = "One language a line, such as “nb: Tenk”."
    empty = {}

    def prepare_value(self, value):
        lines = [f"{code}: {text}" for code, text in value.items()] if isinstance(value, dict) else value
        return super().prepare_value(lines)

    def to_python(self, value):
        texts = {}
        for line in super().to_python(value):
            code, colon, text = (part.strip() for part in line.partition(":"))
            if not (code and colon and text):
                raise ValidationError(f"“{line}”: write a language, a colon and a text, such as “nb: Tenk”.", "invalid")
            if code in texts:
                raise ValidationError(f"“{code}” stands here twice.", code="invalid")
            texts[code] = text
        return texts


class Phases(forms.MultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    hint = "Which of the phases that all journeys share this stage covers."

    def __init__(self, **options):
        super().__init__(**options, choices=Phase.choices)


class Intents(forms.MultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    hint = "One step with any of these will do."

    def __init__(self, **options):
        super().__init__(**options, choices=Intent.choices)


WRITTEN = {validate_texts: TranslationsField, validate_lines: Lines, validate_phases: Phases, validate_intents: Intents}


def written_field(db_field):
    """The form field in which a JSON field is written: by what validates it, else as JSON."""
    kind = next((WRITTEN[check] for check in db_field.validators if check in WRITTEN), WrittenJSON)
    return kind(
        label=capfirst(db_field.verbose_name),
        required=not db_field.blank,
        initial=db_field.get_default(),
        help_text=getattr(kind, "hint", db_field.help_text),
    )
