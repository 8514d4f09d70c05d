"""Form fields for JSON values: one line each, check boxes, or JSON; and forms that explain violated constraints."""

import json
import re

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from journeys.models.mapped import validate_texts
from journeys.models.stage import validate_lines, validate_phases
from journeys.phases import Intent, Phase, validate_intents
from journeys.storable import cleaned

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
MONOSPACE = {"style": "font-family: ui-monospace, monospace", "spellcheck": "false", "rows": 8}


class WordedForm(forms.ModelForm):
    """Gives violated constraints a message, and shows errors of fields that are not on the form above it."""

    constraint_words: dict[str, str | Promise] = {}

    def _update_errors(self, errors):
        if hasattr(errors, "error_dict"):
            by_name = errors.error_dict
            for name in set(by_name) - set(self.fields) - {NON_FIELD_ERRORS}:
                by_name.setdefault(NON_FIELD_ERRORS, []).extend(by_name.pop(name))
            general = [self._worded(error) for error in by_name.pop(NON_FIELD_ERRORS, [])]
            # A constraint whose message is empty is explained by ``clean`` already.
            if general := [error for error in general if error.message]:
                by_name[NON_FIELD_ERRORS] = general
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
            data = cleaned(super().to_python(value))
            # What JSON can write and a database cannot store: NUL, half a character, infinity.
            plain = json.dumps(data, ensure_ascii=False, allow_nan=False)
            plain.encode()
            if NUL.search(plain):
                raise ValueError(value)
        except RecursionError as error:
            raise ValidationError(_("Nested too deeply."), code="invalid") from error
        except ValueError as error:
            message = _("Take out NUL and broken characters, NaN and Infinity.")
            raise ValidationError(message, code="invalid") from error
        return {} if data in self.empty_values else data

    def bound_data(self, data, initial):
        """The text as it was typed, not as it was parsed."""
        return initial if self.disabled else InvalidJSONInput(data or "")

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})
    hint = _lazy("One per line.")
    empty: list[str] | dict[str, str] = []

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        text = super().to_python(value)
        if "\x00" in text:
            raise ValidationError(_("Take out the NUL characters."), code="nul_character")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (initial or self.empty)
        except ValidationError:
            return True


class TranslationsField(Lines):
    """An object of locale → text, one a line."""

    hint = _lazy("One language per line, such as “nb: Tenk”.")
    empty: list[str] | dict[str, str] = {}

    def prepare_value(self, value):
        lines = [f"{code}: {text}" for code, text in value.items()] if isinstance(value, dict) else value
        return super().prepare_value(lines)

    def to_python(self, value):
        texts = {}
        for line in super().to_python(value):
            code, colon, text = (part.strip() for part in line.partition(":"))
            if not (code and colon and text):
                message = _("“%(line)s”: write a language, a colon and a text, such as “nb: Tenk”.") % {"line": line}
                raise ValidationError(message, code="invalid")
            if code in texts:
                message = _("“%(code)s” is here twice; take one out.") % {"code": code}
                raise ValidationError(message, code="invalid")
            texts[code] = text
        return texts


class Phases(forms.MultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    hint = _lazy("Which of the phases common to all journeys this stage covers.")

    def __init__(self, **options):
        super().__init__(**options, choices=Phase.choices)


class Intents(forms.MultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    hint = _lazy("One step with any of these is enough.")

    def __init__(self, **options):
        super().__init__(**options, choices=Intent.choices)


WRITTEN = {validate_texts: TranslationsField, validate_lines: Lines, validate_phases: Phases, validate_intents: Intents}


def written_field(db_field):
    """The form field for a JSON field, chosen by its validator; else a field of plain JSON."""
    kind = next((WRITTEN[check] for check in db_field.validators if check in WRITTEN), WrittenJSON)
    return kind(
        label=capfirst(db_field.verbose_name),
        required=not db_field.blank,
        initial=db_field.get_default(),
        help_text=getattr(kind, "hint", db_field.help_text),
    )
