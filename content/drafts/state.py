"""The whole draft of an asset as plain values: the current one, or one out of its history."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db import models
from reversion.models import Version

from content.models import Asset, NextStep, Placement, Teaser, Translation

IGNORED = frozenset(
    {
        "status",
        "assignee_id",
        "approved_print",
        "copied_from_id",
        "copied_print",
        "id",
        "uid",
        "created_at",
        "updated_at",
        "asset_id",
        "locale_id",
        "translation_id",
        "stage_id",
    }
)
Values = dict[str, Any]
Row = tuple[type[models.Model], int, Values]


@dataclass(frozen=True)
class TextState:
    """A translation with its steps, in their order, and its teasers by stage."""

    words: Values
    steps: list[Values]
    teasers: dict[int, str]
    pk: int = field(compare=False)


@dataclass(frozen=True)
class AssetState:
    """An asset's own fields with the ids of its terms; its placements by stage; its texts by locale.

    Equal where an editor would see no difference: keys of rows that an import wrote anew do not count.
    """

    own: Values
    placements: dict[int, Values]
    texts: dict[int, TextState]


def current_asset_state(asset_ids: Iterable[int]) -> dict[int, Asset]:
    """The assets with everything that a revision keeps of them. Ten queries, whatever their number."""
    with_all = Asset.objects.prefetch_related(
        "terms",
        "placements__segments",
        "placements__channels",
        "placements__stage__journey",
        "translations__next_steps",
        "translations__teasers",
    )
    return with_all.in_bulk(list(asset_ids))


def asset_state_of(asset: Asset) -> AssetState:
    """The values of ``asset``, which ``current_asset_state`` has read. No queries."""
    rows: list[models.Model] = [asset, *asset.placements.all()]
    for text in asset.translations.all():
        rows += [text, *text.next_steps.all(), *text.teasers.all()]
    return _whole((type(row), row.pk, _values(row)) for row in rows)


def asset_state_at(versions: Iterable[Version]) -> AssetState:
    """The asset as one revision kept it, from all its versions. No queries."""
    return _whole((version._model, int(version.object_id), version.field_dict) for version in versions)


def asset_states_at(revision_ids: Collection[int]) -> dict[int, AssetState]:
    """The asset states of these revisions, by id. One query."""
    versions: dict[int, list[Version]] = defaultdict(list)
    for version in Version.objects.filter(revision__in=revision_ids).order_by("pk"):
        versions[version.revision_id].append(version)
    return {pk: asset_state_at(found) for pk, found in versions.items()}


def _values(row: models.Model) -> Values:
    own = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    tags = {field.name: [tag.pk for tag in getattr(row, field.name).all()] for field in row._meta.many_to_many}
    return {**own, **tags}


def _whole(rows: Iterable[Row]) -> AssetState:
    found: dict[type[models.Model], list[tuple[int, Values]]] = defaultdict(list)
    for model, pk, values in rows:
        found[model].append((pk, values))
    [(_, own)] = found[Asset]
    steps, teasers = _by_text(found[NextStep]), _by_text(found[Teaser])
    return AssetState(
        own=_content(own, "terms"),
        placements={values["stage_id"]: _content(values, "segments", "channels") for _, values in found[Placement]},
        texts={
            values["locale_id"]: TextState(
                words=_content(values),
                steps=sorted((_content(step) for step in steps[pk]), key=itemgetter("position")),
                teasers={teaser["stage_id"]: teaser["text"] for teaser in teasers[pk]},
                pk=pk,
            )
            for pk, values in found[Translation]
        },
    )


def _by_text(rows: Iterable[tuple[int, Values]]) -> dict[int, list[Values]]:
    by_text: dict[int, list[Values]] = defaultdict(list)
    for _, values in sorted(rows, key=itemgetter(0)):
        by_text[values["translation_id"]].append(values)
    return by_text


def _content(values: Values, *tags: str) -> Values:
    """The values that an editor can change, with the ids of many-to-many fields ``tags`` in order."""
    content = {name: value for name, value in values.items() if name not in IGNORED}
    return {**content, **{name: sorted(int(pk) for pk in values.get(name) or ()) for name in tags}}
