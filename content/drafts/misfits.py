"""Finds drafts that no longer fit their kind's schema. Stored content stays readable either way."""

from dataclasses import dataclass

from content.fields import Problem, problems
from content.models import Asset, Kind, Translation


@dataclass(frozen=True)
class Misfit:
    """One draft that would be refused at its next publish, and why."""

    asset: Asset
    locale: str
    problems: list[Problem]


def misfits(kind: Kind) -> list[Misfit]:
    """The drafts of ``kind`` that do not fit its schema as it is now, by asset and locale. One query."""
    drafts = Translation.objects.filter(asset__kind=kind).select_related("asset", "locale")
    found = []
    for translation in drafts.order_by("asset_id", "locale__code").iterator():
        fields = {**translation.asset.fields, **translation.fields}
        if errors := problems(kind.schema, fields, complete=True):
            found.append(Misfit(translation.asset, translation.locale.code, errors))
    return found
