"""Fingerprints of lines and drafts: which parts of a line are new, and whether an editor has changed its draft."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _lazy

from content.catalogue import Catalogue
from content.importers.shape import Line
from content.models import Asset, NextStep, Source, Teaser, Translation

Named = TypeVar("Named")
ASSET = ""  # the part of a line that is the asset's own
TRANSLATED = ("slug", "title", "summary", "body", "published_at", "market_bound")
PlacementKeys = tuple[int, int, Iterable[int], Iterable[int]]  # stage, priority, segments, channels
# By what is looked up, which is part of the refusal's code.
UNKNOWN = {
    "channel": _lazy("Unknown channel “%(slug)s”."),
    "journey": _lazy("Unknown journey “%(slug)s”."),
    "kind": _lazy("Unknown kind “%(slug)s”."),
    "locale": _lazy("Unknown locale “%(slug)s”."),
    "media": _lazy("Unknown media “%(slug)s”."),
    "segment": _lazy("Unknown segment “%(slug)s”."),
    "touchpoint": _lazy("Unknown touchpoint “%(slug)s”."),
    "vocabulary": _lazy("Unknown vocabulary “%(slug)s”."),
}


def hash_of(value: object) -> str:
    """32 hex digits that are the same for equal JSON, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).hexdigest()[:32]


def parts_of(line: Line) -> dict[str, str]:
    """The hash of each part of a line: the asset's own, and each translation by locale."""
    own = {key: value for key, value in line.data.items() if key not in ("translations", "publish")}
    return {ASSET: hash_of(own), **{t["locale"]: hash_of(t) for t in line.translations}}


def changed_parts(line: Line, source: Source | None) -> list[str]:
    """The parts that differ from what was read last; all of them the first time."""
    if source is None:
        return [ASSET, *line.locales]
    read = {part: hashes["read"] for part, hashes in source.hashes.items()}
    return [part for part, value in parts_of(line).items() if read.get(part) != value]


def unfinished(line: Line, source: Source) -> list[str]:
    """The parts of ``line`` that are written but for their steps, by this run or by one that broke."""
    return [part for part in (ASSET, *line.locales) if not source.hashes[part]["read"]]


def regained_locales(line: Line, source: Source, targets: Collection[str]) -> list[str]:
    """The locales that had to leave out a step whose target is among ``targets`` by now."""
    return [code for code in line.locales if not set(source.hashes[code].get("lost", ())).isdisjoint(targets)]


def current_drafts(asset_ids: Iterable[int]) -> dict[int, Asset]:
    """The drafts as they stand, with all that fingerprints are taken of. Eight queries."""
    with_all = Asset.objects.select_related("kind").prefetch_related(
        "terms", "placements__segments", "placements__channels", "translations__teasers", "translations__next_steps"
    )
    return {asset.pk: asset for asset in with_all.filter(pk__in=list(asset_ids))}


def edited_since(source: Source, part: str, prints: dict[str, str]) -> bool:
    """Whether the draft with these fingerprints is no longer what the last import made of it."""
    # Two hashes for each part: ``read`` is of what the line said, so that an equal line is skipped; ``draft`` is of the
    # rows that it became, so that an editor's change is noticed.
    made = source.hashes.get(part, {}).get("draft")
    return bool(made) and prints.get(part, "") != made


def fingerprint(asset: Asset, part: str, catalogue: Catalogue) -> str:
    """The hash of one part of a draft as it stands in the database; empty if there is none."""
    return fingerprints(current_drafts([asset.pk])[asset.pk], catalogue).get(part, "")


def fingerprints(asset: Asset, catalogue: Catalogue) -> dict[str, str]:
    """The hash of each part of a draft. No queries, if it is one of ``current_drafts``."""
    placements = [
        (p.stage_id, p.priority, [s.pk for s in p.segments.all()], [c.pk for c in p.channels.all()])
        for p in asset.placements.all()
    ]
    texts = {
        catalogue.locales_by_id[text.locale_id].code: print_of_text(text, text.next_steps.all(), text.teasers.all())
        for text in asset.translations.all()
    }
    return {ASSET: print_of_asset(asset, placements, [term.pk for term in asset.terms.all()]), **texts}


def print_of_asset(asset: Asset, placements: Iterable[PlacementKeys], terms: Iterable[int]) -> str:
    """The hash of an asset's own part, from its rows in memory."""
    rows = sorted(
        [stage, priority, sorted(segments), sorted(channels)] for stage, priority, segments, channels in placements
    )
    # What came later is in the hash only where it is used: else every draft of an older import would count as edited.
    image = [asset.image_id] if asset.image_id else []
    return hash_of([asset.kind_id, asset.no_stage_reason, asset.fields, rows, sorted(terms), *image])


def print_of_text(translation: Translation, steps: Iterable[NextStep], teasers: Iterable[Teaser]) -> str:
    """The hash of a text with its steps, which come in their order, from their rows in memory."""
    words = [getattr(translation, name) for name in (*TRANSLATED, "fields", "seo_title", "seo_description")]
    targets = [
        (step.intent, step.label, step.target_asset_id, step.target_touchpoint_id, step.target_url) for step in steps
    ]
    by_stage = sorted((teaser.stage_id, teaser.text) for teaser in teasers)
    return hash_of([words, targets, by_stage, *filter(None, [translation.image_alt])])


def look_up(names: Mapping[str, Named], slug: str, what: str) -> Named:
    """The value of ``slug`` in ``names``; ``what`` is a key of ``UNKNOWN``. Refuses (``unknown_<what>``) others."""
    if slug not in names:
        raise ValidationError(UNKNOWN[what] % {"slug": slug}, code=f"unknown_{what}")
    return names[slug]
