"""Rows that many tests begin with: made by the service's own code once in a process, and written as they were since."""

from collections.abc import Callable
from copy import deepcopy

from django.apps import apps
from django.db.models import Model

from journeys.models import MapVersion

Made = list[tuple[type[Model], list[Model]]]
_made: dict[str, Made] = {}


def begin_with(name: str, make: Callable[[], object]) -> None:
    """The rows that ``make`` makes, which ``name`` stands for.

    Copies have the keys of the first ones, so they come only into tables that are empty; otherwise ``make`` is called.
    """
    known = _made.get(name)
    if known and not any(model._base_manager.exists() for model, _ in known):
        for model, rows in known:
            model._base_manager.bulk_create(deepcopy(rows))
        return
    before = _rows()
    make()
    new = [(model, rows) for model, rows in _rows().items() if len(rows) > len(before[model])]
    if not any(before[model] for model, _ in new):
        _made[name] = new


def _rows() -> dict[type[Model], list[Model]]:
    """All rows of ours, but for the version of the map, which the database itself writes."""
    ours = [apps.get_app_config(app).get_models(include_auto_created=True) for app in ("journeys", "content")]
    return {
        model: list(model._base_manager.all())
        for models in ours
        for model in models
        if model is not MapVersion and not model._meta.proxy and model._meta.managed
    }
