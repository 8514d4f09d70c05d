"""One line as rows, not yet stored, with every refusal that needs no database."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.fields import refuse_misfits
from content.importers.draft import ASSET, edited_since, fingerprints, known, print_of_asset, print_of_text
from content.importers.shape import Line, instant_of
from content.models import Asset, Media, NextStep, Placement, Source, Teaser, Translation
from content.richtext import refuse_excess, sanitise
from journeys.addresses import validate_address
from journeys.models import Stage
from journeys.slugs import is_slug, slug_of
from journeys.storable import clean_storable


@dataclass
class Written:
    """One line as rows. ``changed`` are its parts that differ from what was read last, ``new`` those never read."""

    line: Line
    source: Source
    changed: list[str]
    new: list[str] = field(default_factory=list)
    terms: list[int] = field(default_factory=list)
    placements: list[tuple[Placement, list[int], list[int]]] = field(default_factory=list)
    texts: list[Translation] = field(default_factory=list)
    teasers: list[Teaser] = field(default_factory=list)

    @property
    def asset(self) -> Asset:
        return self.source.asset

    @property
    def has_floats(self) -> bool:
        return any(_has_floats(fields) for fields in (self.asset.fields, *(text.fields for text in self.texts)))

    def note(self, prints: dict[str, str]) -> None:
        """Notes what its draft is now, so that an editor's changes are seen, and that its steps are to come."""
        for part in self.changed:
            self.source.hashes[part] = {"read": "", "draft": prints[part]}


class Composing:
    """What the lines of a batch are composed with. One query for a line whose kind changes, else none."""

    def __init__(self, catalogue: Catalogue, media: dict[str, Media], *, overwrite: bool) -> None:
        self.catalogue = catalogue
        self.media = media
        self.overwrite = overwrite

    def written(self, line: Line, source: Source | None, draft: Asset | None, changed: list[str]) -> Written:
        """The rows of the ``changed`` parts of a line; ``draft`` is its asset as it stands, one of ``standing``."""
        self._refuse_targets(line, source)
        prints = fingerprints(draft, self.catalogue) if draft else {}
        written = Written(line, source or Source(key=line.key, asset=Asset()), changed)
        if not changed:
            return written
        if draft:
            written.source.asset = draft
            self._refuse_edited(written, prints)
        written.new = [part for part in changed if part not in written.source.hashes]
        if ASSET in changed:
            prints[ASSET] = self._asset(written)
        texts = {text.locale_id: text for text in draft.translations.all()} if draft else {}
        for data in line.translations:
            if data["locale"] in changed:
                prints[data["locale"]] = self._text(written, data, texts)
        written.note(prints)
        return written

    def _refuse_targets(self, line: Line, source: Source | None) -> None:
        for step in line.steps:
            target = step["target"]
            if "touchpoint" in target:
                known(self.catalogue.atlas.touchpoints, target["touchpoint"], "touchpoint")
            if "url" in target:
                validate_address(target["url"])
            if source and target.get("id") == source.asset.public_id:
                raise ValidationError("next_steps: a step leads away from itself", code="itself")

    def _refuse_edited(self, written: Written, prints: dict[str, str]) -> None:
        for part in written.changed if not self.overwrite else ():
            if edited_since(written.source, part, prints):
                where = f"its {part} text" if part else "its tags or shared fields"
                message = f"An editor has changed {where} since the last import; import with --overwrite to replace it."
                raise ValidationError(message, code="edited_since_import")

    def _asset(self, written: Written) -> str:
        """Composes the asset's own part: its fingerprint."""
        asset, line, data = written.asset, written.line, written.line.data
        kind = known(self.catalogue.kinds, data["kind"], "kind")
        if asset.pk and asset.kind_id != kind.pk and asset.editions.exists():
            message = f"It is published as {asset.kind.slug} and cannot become {kind.slug}."
            raise ValidationError(message, code="kind_fixed")
        asset.kind = kind
        asset.name = (data.get("name") or line.name or line.translations[0]["title"])[:200]
        asset.no_stage_reason = data.get("no_stage_reason") or ""
        asset.fields = data.get("fields", {})
        asset.image = known(self.media, data["image"]["media"], "media") if data.get("image") else None
        asset.clean()
        terms = [self._term(name, slug) for name, slugs in data.get("terms", {}).items() for slug in slugs]
        written.terms = list(dict.fromkeys(terms))
        written.placements = [self._placement(asset, placed) for placed in data.get("placements", [])]
        placed = [(one.stage_id, one.priority, fits[0], fits[1]) for one, *fits in written.placements]
        return print_of_asset(asset, placed, written.terms)

    def _placement(self, asset: Asset, placed: dict[str, Any]) -> tuple[Placement, list[int], list[int]]:
        stage = self._stage(placed["journey"], placed["stage"])
        atlas = self.catalogue.atlas
        segments = [known(atlas.segments, slug, "segment").pk for slug in placed.get("segments", [])]
        channels = [known(atlas.channels, slug, "channel").pk for slug in placed.get("channels", [])]
        placement = Placement(asset=asset, stage=stage, priority=placed.get("priority", 50))
        return placement, list(dict.fromkeys(segments)), list(dict.fromkeys(channels))

    def _text(self, written: Written, data: dict[str, Any], texts: dict[int, Translation]) -> str:
        """Composes one translation: its fingerprint, with the steps that it has until the new ones come."""
        asset, locale = written.asset, known(self.catalogue.locales, data["locale"], "locale")
        text = texts.get(locale.pk) or Translation(locale=locale)
        steps: list[NextStep] = list(text.next_steps.all()) if text.pk else []
        text.asset = asset
        body = data.get("body", "")
        if body != text.body:  # what is longer already stays so
            refuse_excess(body)
        if is_slug(text.slug) or slug_of(text.slug) != data["slug"]:  # one of an older rule stays as it is
            text.slug = data["slug"]
        text.title = data["title"]
        text.summary, text.body = data.get("summary", ""), sanitise(body)
        text.fields = data.get("fields", {})
        text.image_alt = data.get("image_alt", "")
        seo = data.get("seo", {})
        text.seo_title, text.seo_description = seo.get("title", ""), seo.get("description", "")
        text.published_at = instant_of(data.get("published_at"))
        text.market_bound = data.get("market_bound", False)
        text.clean()
        if not asset.pk:  # then ``clean`` does not see it
            refuse_misfits(asset.kind.schema, text.fields, shared=False, beside=asset.fields)
        teasers = [self._teaser(text, place, said) for place, said in data.get("teasers", {}).items()]
        written.texts.append(text)
        written.teasers += teasers
        return print_of_text(text, steps, teasers)

    def _teaser(self, text: Translation, place: str, said: str) -> Teaser:
        journey, _, stage = place.partition(":")
        teaser = Teaser(translation=text, stage=self._stage(journey, stage), text=said)
        clean_storable(teaser, "text")
        return teaser

    def _stage(self, journey: str, stage: str) -> Stage:
        atlas = self.catalogue.atlas
        found = atlas.stage(known(atlas.journeys, journey, "journey"), stage)
        if found is None:
            raise ValidationError(f"Unknown stage “{stage}” in journey “{journey}”.", code="unknown_stage")
        return found

    def _term(self, vocabulary: str, slug: str) -> int:
        known(self.catalogue.vocabularies, vocabulary, "vocabulary")
        if (vocabulary, slug) not in self.catalogue.terms:
            raise ValidationError(f"Unknown term “{vocabulary}:{slug}”.", code="unknown_term")
        return self.catalogue.terms[(vocabulary, slug)].pk


def _has_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_floats(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_floats(inner) for inner in value)
    return isinstance(value, float)
