"""write_draft() – one line as the draft it describes, with nothing that an editor changed overwritten silently."""

import hashlib
from typing import Any

import orjson
from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.importers.shape import Line, instant_of
from content.links import by_reference, keys_in, resolve_keys
from content.models import Asset, Media, NextStep, Placement, Source, Teaser, Term, Translation
from journeys.addresses import validate_address
from journeys.models import Stage

ASSET = ""  # the part of a line that is the asset's own
TRANSLATED = ("slug", "title", "summary", "body", "published_at", "market_bound")


def hashed(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)).hexdigest()[:32]


def parts_of(line: Line) -> dict[str, str]:
    """The hash of each part of a line: the asset's own, and each translation by locale."""
    own = {key: value for key, value in line.data.items() if key not in ("translations", "publish")}
    return {ASSET: hashed(own), **{t["locale"]: hashed(t) for t in line.translations}}


def changed_parts(line: Line, source: Source | None) -> list[str]:
    """The parts that differ from what was read last; all of them the first time."""
    read = {} if source is None else {part: hashes["read"] for part, hashes in source.hashes.items()}
    return [part for part, value in parts_of(line).items() if read.get(part) != value]


def write_draft(
    line: Line, source: Source | None, catalogue: Catalogue, *, overwrite: bool
) -> tuple[Source, list[str]]:
    """Writes the changed parts of ``line`` but for its steps: its source, and the parts that changed.

    Refuses words that nothing is called (``unknown_kind`` …), ``fields_invalid``, ``kind_fixed`` (published
    under another kind), and ``edited_since_import`` where an editor changed what would be overwritten, unless
    told to ``overwrite``.
    """
    changed = changed_parts(line, source)
    _refuse_targets(line, catalogue)
    if source and not overwrite:
        _refuse_edited(source, changed, catalogue)
    asset = source.asset if source else Asset()
    if ASSET in changed:
        _write_asset(asset, line, catalogue)
    if source is None:
        source = Source.objects.create(key=line.key, asset=asset)
    for data in line.translations:
        if data["locale"] in changed:
            _write_translation(asset, data, catalogue)
    for part in changed:
        source.hashes[part] = {"read": "", "draft": fingerprint(asset, part, catalogue)}
    if changed:
        source.save()
    return source, changed


def unfinished(line: Line, source: Source) -> list[str]:
    """The parts of ``line`` that are written but for their steps, by this run or by one that broke."""
    return [part for part in (ASSET, *line.locales) if not source.hashes[part]["read"]]


def regained(line: Line, source: Source, assets: dict[str, Asset]) -> list[str]:
    """The parts that had to leave out a step whose target has come since."""
    return [code for code in line.locales if set(source.hashes[code].get("lost", ())) & set(assets)]


def edited(source: Source, part: str, catalogue: Catalogue) -> bool:
    """Whether the draft is no longer what the last import made of it."""
    made = source.hashes.get(part, {}).get("draft")
    return bool(made) and fingerprint(source.asset, part, catalogue) != made


def finish_draft(
    line: Line, source: Source, changed: list[str], assets: dict[str, Asset], catalogue: Catalogue
) -> None:
    """Writes the steps and links, whose targets are all there by now, and notes what was read and what it made.

    A step to something that was refused itself is left out, and noted; a link to it is no link for readers.
    """
    read = parts_of(line)
    lost: dict[str, list[str]] = {}
    for data in line.translations:
        if data["locale"] in changed:
            translation = Translation.objects.get(asset=source.asset, locale=catalogue.locales[data["locale"]])
            lost[data["locale"]] = _write_links(translation, assets, catalogue)
            lost[data["locale"]] += _write_steps(translation, data.get("next_steps", []), assets, catalogue)
    for part in changed:
        made = fingerprint(source.asset, part, catalogue) if part else source.hashes[ASSET]["draft"]  # it has no steps
        noted = {"read": read[part], "draft": made}
        source.hashes[part] = {**noted, "lost": lost[part]} if lost.get(part) else noted
    if changed:
        source.save()


def fingerprint(asset: Asset, part: str, catalogue: Catalogue) -> str:
    """The hash of one part of a draft as it stands in the database."""
    if part == ASSET:
        fresh = Asset.objects.get(pk=asset.pk)
        placements = [
            [p.stage_id, p.priority, sorted(s.pk for s in p.segments.all()), sorted(c.pk for c in p.channels.all())]
            for p in fresh.placements.order_by("stage_id")
        ]
        terms = sorted(fresh.terms.values_list("pk", flat=True))
        image = [fresh.image_id] if fresh.image_id else []
        return hashed([fresh.kind_id, fresh.no_stage_reason, fresh.fields, placements, terms, *image])
    translation = Translation.objects.filter(asset=asset, locale=catalogue.locales.get(part)).first()
    if translation is None:
        return ""
    words = [getattr(translation, name) for name in (*TRANSLATED, "fields", "seo_title", "seo_description")]
    steps = list(
        translation.next_steps.values_list("intent", "label", "target_asset", "target_touchpoint", "target_url")
    )
    teasers = list(translation.teasers.order_by("stage_id").values_list("stage_id", "text"))
    return hashed([words, steps, teasers, *filter(None, [translation.image_alt])])


def _refuse_targets(line: Line, catalogue: Catalogue) -> None:
    for step in line.steps:
        if "touchpoint" in step["target"]:
            known(catalogue.atlas.touchpoints, step["target"]["touchpoint"], "touchpoint")
        if "url" in step["target"]:
            validate_address(step["target"]["url"])


def _refuse_edited(source: Source, changed: list[str], catalogue: Catalogue) -> None:
    for part in changed:
        if edited(source, part, catalogue):
            where = f"its {part} text" if part else "its tags or shared fields"
            message = f"An editor has changed {where} since the last import; import with --overwrite to replace it."
            raise ValidationError(message, code="edited_since_import")


def _write_asset(asset: Asset, line: Line, catalogue: Catalogue) -> None:
    data = line.data
    kind = known(catalogue.kinds, data["kind"], "kind")
    if asset.pk and asset.kind_id != kind.pk and asset.editions.exists():
        raise ValidationError(f"It is published as {asset.kind.slug} and cannot become {kind.slug}.", code="kind_fixed")
    asset.kind = kind
    asset.name = (data.get("name") or line.name or line.translations[0]["title"])[:200]
    asset.no_stage_reason = data.get("no_stage_reason") or ""
    asset.fields = data.get("fields", {})
    asset.image = _media(data["image"]["media"]) if data.get("image") else None
    asset.save()
    asset.terms.set(
        [_term(vocabulary, slug, catalogue) for vocabulary, slugs in data.get("terms", {}).items() for slug in slugs]
    )
    asset.placements.all().delete()
    for placed in data.get("placements", []):
        placement = Placement.objects.create(
            asset=asset,
            stage=_stage(placed["journey"], placed["stage"], catalogue),
            priority=placed.get("priority", 50),
        )
        segments = catalogue.atlas.segments
        placement.segments.set([known(segments, slug, "segment") for slug in placed.get("segments", [])])
        channels = catalogue.atlas.channels
        placement.channels.set([known(channels, slug, "channel") for slug in placed.get("channels", [])])


def _write_translation(asset: Asset, data: dict[str, Any], catalogue: Catalogue) -> None:
    locale = known(catalogue.locales, data["locale"], "locale")
    translation = Translation.objects.filter(asset=asset, locale=locale).first() or Translation(
        asset=asset, locale=locale
    )
    translation.asset = asset
    translation.slug, translation.title = data["slug"], data["title"]
    translation.summary, translation.body = data.get("summary", ""), data.get("body", "")
    translation.fields = data.get("fields", {})
    translation.image_alt = data.get("image_alt", "")
    seo = data.get("seo", {})
    translation.seo_title, translation.seo_description = seo.get("title", ""), seo.get("description", "")
    translation.published_at = instant_of(data.get("published_at"))
    translation.market_bound = data.get("market_bound", False)
    translation.save()
    translation.teasers.all().delete()
    for place, text in data.get("teasers", {}).items():
        journey, _, stage = place.partition(":")
        Teaser.objects.create(translation=translation, stage=_stage(journey, stage, catalogue), text=text)


def _write_links(translation: Translation, assets: dict[str, Asset], catalogue: Catalogue) -> list[str]:
    """Keeps the body's links to our own content by id: the keys that lead to nothing."""
    keys = keys_in(translation.body)
    ids = {key: assets[key].public_id for key in keys if key in assets}
    body = by_reference(resolve_keys(translation.body, ids), catalogue)
    if body != translation.body:
        translation.body = body
        translation.save()
    return [key for key in keys if key not in assets]


def _write_steps(
    translation: Translation, steps: list[dict[str, Any]], assets: dict[str, Asset], catalogue: Catalogue
) -> list[str]:
    """Writes the steps but for those whose target is not there: the names of those targets."""
    lost: list[str] = []
    translation.next_steps.all().delete()
    for position, step in enumerate(steps, start=1):
        target = step["target"]
        made = NextStep(translation=translation, position=position, intent=step["intent"], label=step["label"])
        if "url" in target:
            made.target_url = target["url"]
        elif "touchpoint" in target:
            made.target_touchpoint = known(catalogue.atlas.touchpoints, target["touchpoint"], "touchpoint")
        else:
            name = target.get("key") or target["id"]
            if name not in assets:
                lost.append(name)
                continue
            made.target_asset = assets[name]
        made.save()
    return lost


def known(names: dict[str, Any], slug: str, what: str) -> Any:
    """What ``slug`` names. Refuses (``unknown_<what>``) what nothing is called."""
    if slug not in names:
        raise ValidationError(f"Unknown {what} “{slug}”.", code=f"unknown_{what}")
    return names[slug]


def _media(name: str) -> Media:
    media = Media.objects.filter(name=name).first()
    if media is None:
        raise ValidationError(f"Unknown media “{name}”.", code="unknown_media")
    return media


def _stage(journey: str, stage: str, catalogue: Catalogue) -> Stage:
    found = catalogue.atlas.stage(known(catalogue.atlas.journeys, journey, "journey"), stage)
    if found is None:
        raise ValidationError(f"Unknown stage “{stage}” in journey “{journey}”.", code="unknown_stage")
    return found


def _term(vocabulary: str, slug: str, catalogue: Catalogue) -> Term:
    known(catalogue.vocabularies, vocabulary, "vocabulary")
    if (vocabulary, slug) not in catalogue.terms:
        raise ValidationError(f"Unknown term “{vocabulary}:{slug}”.", code="unknown_term")
    return catalogue.terms[(vocabulary, slug)]
