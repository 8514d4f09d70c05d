"""Short ways to write a draft in a test."""

from itertools import count
from typing import Any

from content.models import Asset, Kind, Locale, Placement
from journeys.models import Channel, Segment, Stage
from tests.factories import AssetFactory, NextStepFactory, PlacementFactory, TranslationFactory

Place = str | tuple[str, dict[str, Any]]


def stage(name: str) -> Stage:
    """A stage by ``journey:stage``, or by its slug alone where only one has it."""
    journey, _, slug = name.rpartition(":")
    return Stage.objects.get(slug=slug, **({"journey__slug": journey} if journey else {}))


def draft(
    *stages: str,
    locales: tuple[str, ...] = ("en",),
    kind: str = "guide",
    segments: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
    priority: int = 50,
    steps: tuple[Any, ...] = (("learn_more", "/more"),),
    no_stage_reason: str = "",
    slug: str = "",
    **words: Any,
) -> Asset:
    """An asset at these stages, with a text in each of ``locales`` and ``steps`` of (intent, address or asset)."""
    asset = AssetFactory(kind=Kind.objects.get(slug=kind), no_stage_reason=no_stage_reason)
    for name in stages:
        place(asset, name, segments=segments, channels=channels, priority=priority)
    for code in locales:
        own = {"slug": f"{slug}-{code}"} if slug and len(locales) > 1 else {"slug": slug} if slug else {}
        text = TranslationFactory(asset=asset, locale=Locale.objects.get(code=code), **own, **words)
        for position, (intent, target) in enumerate(steps, start=1):
            aim = {"target_asset": target, "target_url": ""} if isinstance(target, Asset) else {"target_url": target}
            NextStepFactory(translation=text, position=position, intent=intent, **aim)
    return asset


VERSIONS = count(1)


def reworded(asset: Asset) -> Asset:
    """The same, its texts changed: what is unchanged is not published again."""
    asset.translations.update(summary=f"Version {next(VERSIONS)}")
    return asset


def place(
    asset: Asset,
    name: str,
    *,
    segments: tuple[str, ...] = (),
    channels: tuple[str, ...] = (),
    priority: int = 50,
) -> Placement:
    placement = PlacementFactory(asset=asset, stage=stage(name), priority=priority)
    placement.segments.set(Segment.objects.filter(slug__in=segments))
    placement.channels.set(Channel.objects.filter(slug__in=channels))
    return placement
