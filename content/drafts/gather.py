"""Reads current drafts with everything that an edition freezes of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from content.catalogue import Catalogue
from content.drafts.copies import find_copies
from content.models import Asset, Locale, NextStep, Placement, Teaser, Translation
from content.models.edition import StoredPlacement, StoredStep


class CarriedText(NamedTuple):
    """A term that an asset carries."""

    vocabulary: str
    slug: str
    pk: int


@dataclass(frozen=True)
class GatheredDraft:
    """An asset in one locale, as its editors have it. Placements, teasers and steps as an edition stores them."""

    asset: Asset
    translation: Translation
    locale: Locale
    terms: list[CarriedText]
    placements: list[StoredPlacement]
    teasers: dict[str, str]
    steps: list[StoredStep]
    copied_from: Locale | None  # the language whose words it still has


def gather(locales_of: Mapping[int, Collection[int] | None], catalogue: Catalogue) -> list[GatheredDraft]:
    """The drafts of these assets, each in the locales given for it, ``None`` for all: by asset, then locale code.

    Eight queries, whatever their number; an instance for each asset and text alone.
    """
    assets = Asset.objects.select_related("image").in_bulk(locales_of)
    written: dict[int, list[Translation]] = defaultdict(list)
    for text in Translation.objects.filter(asset__in=assets).order_by():
        written[text.asset_id].append(text)
    texts = [
        text
        for pk, found in written.items()
        for text in found
        if (only := locales_of[pk]) is None or text.locale_id in only
    ]
    order = {pk: place for place, pk in enumerate(locales_of)}
    locales = catalogue.locales_by_id
    texts.sort(key=lambda text: (order[text.asset_id], locales[text.locale_id].code))
    terms, placements = _terms(assets), _placements(assets)
    teasers, steps = _teasers(texts), _steps(texts)
    copied = {pk: find_copies(found, default=catalogue.default_locale) for pk, found in written.items()}
    # The catalogue's own instance: no query per asset, and every asset of a kind shares it.
    for asset in assets.values():
        asset.kind = catalogue.kinds_by_id[asset.kind_id]
    return [
        GatheredDraft(
            asset=assets[text.asset_id],
            translation=text,
            locale=locales[text.locale_id],
            terms=terms.get(text.asset_id, []),
            placements=placements.get(text.asset_id, []),
            teasers=teasers.get(text.pk, {}),
            steps=steps.get(text.pk, []),
            copied_from=locales.get(copied[text.asset_id].get(text.locale_id, 0)),
        )
        for text in texts
    ]


def _terms(assets: Collection[int]) -> dict[int, list[CarriedText]]:
    through: Any = Asset.terms.through
    found: dict[int, list[CarriedText]] = defaultdict(list)
    rows = through.objects.filter(asset__in=assets).values_list(
        "asset_id", "term__vocabulary__slug", "term__slug", "term_id"
    )
    for asset, *carried in rows:
        found[asset].append(CarriedText(*carried))
    return {asset: sorted(carried) for asset, carried in found.items()}


def _placements(assets: Collection[int]) -> dict[int, list[StoredPlacement]]:
    segments = _fitting(Placement.segments.through, "segment_id", assets)
    channels = _fitting(Placement.channels.through, "channel_id", assets)
    found: dict[int, list[StoredPlacement]] = defaultdict(list)
    rows = Placement.objects.filter(asset__in=assets).order_by("stage_id")
    for pk, asset, stage, priority in rows.values_list("pk", "asset_id", "stage_id", "priority"):
        found[asset].append(
            {
                "stage": stage,
                "segments": sorted(segments.get(pk, ())),
                "channels": sorted(channels.get(pk, ())),
                "priority": priority,
            }
        )
    return found


def _fitting(through: Any, name: str, assets: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for placement, pk in through.objects.filter(placement__asset__in=assets).values_list("placement_id", name):
        found[placement].append(pk)
    return found


def _teasers(texts: list[Translation]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = Teaser.objects.filter(translation__in=[text.pk for text in texts]).order_by("pk")
    for text, stage, teaser in rows.values_list("translation_id", "stage_id", "text"):
        found[text][str(stage)] = teaser
    return found


def _steps(texts: list[Translation]) -> dict[int, list[StoredStep]]:
    """The authored steps with their targets as references: what they lead to is looked up when reading."""
    found: dict[int, list[StoredStep]] = defaultdict(list)
    rows = NextStep.objects.filter(translation__in=[text.pk for text in texts]).order_by("position", "pk")
    columns = ("translation_id", "intent", "label", "target_asset_id", "target_touchpoint__slug", "target_url")
    for text, intent, label, asset, touchpoint, url in rows.values_list(*columns):
        found[text].append(
            {"intent": intent, "label": label, "asset": asset, "touchpoint": touchpoint, "url": url or None}
        )
    return found
