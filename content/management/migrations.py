"""Migrations hold the schema alone: labels, help texts and choices are words for people, and change without one."""

from typing import Any

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState
from django.db.models import Field

LABELS = ("verbose_name", "verbose_name_plural")  # options of models


class SchemaAutodetector(MigrationAutodetector):
    """Django's own, which also takes a changed word for a change of the model."""

    def __init__(self, from_state: ProjectState, to_state: ProjectState, questioner: Any = None) -> None:
        for state in (from_state, to_state):
            remove_labels(state)
        super().__init__(from_state, to_state, questioner)


def remove_labels(state: ProjectState) -> None:
    """Removes from ``state`` what no database knows of; its models, fields and constraints are copies of the real ones.

    A field without choices has its validators and its length still.
    """
    for model in state.models.values():
        for name in LABELS:
            model.options.pop(name, None)
        for field in model.fields.values():
            _remove_labels_of(field)
        for constraint in model.options.get("constraints", ()):
            constraint.violation_error_message = constraint.default_violation_error_message


def _remove_labels_of(field: Any) -> None:
    plain = Field()
    field.verbose_name = field._verbose_name = None
    field.help_text, field.choices = plain.help_text, plain.choices
    field._error_messages = None
