"""Composes the rows of a line, not yet stored, with every refusal that needs no database."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.fields import refuse_misfits
from content.importers.draft import ASSET, edited_since, fingerprints, look_up, print_of_asset, print_of_text
from content.importers.shape import Line, instant_of, to_itself
from content.models import Asset, Media, NextStep, Placement, Source, Teaser, Translation
from content.richtext import refuse_excess, sanitise
from journeys.addresses import validate_address
from journeys.models import Stage
from journeys.slugs import is_slug, slug_of
from journeys.storable import clean_storable


@dataclass
class LineRows:
    """The rows of one line. ``changed`` are its parts that differ from what was read last, ``new`` those never read."""

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
        """Stores the fingerprints of the draft, so that an editor's changes are noticed.

        What was read stays empty until the steps are written: a run that broke in between is taken up there again.
        """
        for part in self.changed:
            self.source.hashes[part] = {"read": "", "draft": prints[part]}


class RowComposer:
    """Composes the lines of a batch. One query for a line whose kind changes, else none."""

    def __init__(self, catalogue: Catalogue, media: dict[str, Media], *, overwrite: bool) -> None:
        self.catalogue = catalogue
        self.media = media
        self.overwrite = overwrite

    def compose(self, line: Line, source: Source | None, draft: Asset | None, changed: list[str]) -> LineRows:
        """The rows of the ``changed`` parts of a line; ``draft`` is its asset as it is, one of ``current_drafts``."""
        self._refuse_targets(line, source)
        prints = fingerprints(draft, self.catalogue) if draft else {}
        rows = LineRows(line, source or Source(key=line.key, asset=Asset()), changed)
        if not changed:
            return rows
        if draft:
            rows.source.asset = draft
            self._refuse_edited(rows, prints)
        rows.new = [part for part in changed if part not in rows.source.hashes]
        if ASSET in changed:
            prints[ASSET] = self._asset(rows)
        texts = {text.locale_id: text for text in draft.translations.all()} if draft else {}
        for data in line.translations:
            if data["locale"] in changed:
                prints[data["locale"]] = self._text(rows, data, texts)
        rows.note(prints)
        return rows

    def _refuse_targets(self, line: Line, source: Source | None) -> None:
        for step in line.steps:
            target = step["target"]
            if "touchpoint" in target:
                look_up(self.catalogue.atlas.touchpoints, target["touchpoint"], "touchpoint")
            if "url" in target:
                validate_address(target["url"])
            if source and target.get("id") == source.asset.public_id:
                raise ValidationError(to_itself(), code="itself")

    def _refuse_edited(self, rows: LineRows, prints: dict[str, str]) -> None:
        for part in rows.changed if not self.overwrite else ():
            if edited_since(rows.source, part, prints):
                message = (
                    _("An editor has changed its %(locale)s text since the last import; use --overwrite to replace it.")
                    if part
                    else _(
                        "An editor has changed its tags or shared fields since the last import; "
                        "use --overwrite to replace them."
                    )
                )
                raise ValidationError(message % {"locale": part}, code="edited_since_import")

    def _asset(self, rows: LineRows) -> str:
        """Composes the asset's own part, and returns its fingerprint."""
        asset, line, data = rows.asset, rows.line, rows.line.data
        kind = look_up(self.catalogue.kinds, data["kind"], "kind")
        if asset.pk and asset.kind_id != kind.pk and asset.editions.exists():
            message = _("It is published as %(old)s and cannot become %(new)s.")
            raise ValidationError(message % {"old": asset.kind.slug, "new": kind.slug}, code="kind_fixed")
        asset.kind = kind
        asset.name = (data.get("name") or line.name or line.translations[0]["title"])[:200]
        asset.no_stage_reason = data.get("no_stage_reason") or ""
        asset.fields = data.get("fields", {})
        asset.image = look_up(self.media, data["image"]["media"], "media") if data.get("image") else None
        asset.clean()
        terms = [self._term(name, slug) for name, slugs in data.get("terms", {}).items() for slug in slugs]
        rows.terms = list(dict.fromkeys(terms))
        rows.placements = [self._placement(asset, place) for place in data.get("placements", [])]
        keys = [(own.stage_id, own.priority, segments, channels) for own, segments, channels in rows.placements]
        return print_of_asset(asset, keys, rows.terms)

    def _placement(self, asset: Asset, place: dict[str, Any]) -> tuple[Placement, list[int], list[int]]:
        stage = self._stage(place["journey"], place["stage"])
        atlas = self.catalogue.atlas
        segments = [look_up(atlas.segments, slug, "segment").pk for slug in place.get("segments", [])]
        channels = [look_up(atlas.channels, slug, "channel").pk for slug in place.get("channels", [])]
        placement = Placement(asset=asset, stage=stage, priority=place.get("priority", 50))
        return placement, list(dict.fromkeys(segments)), list(dict.fromkeys(channels))

    def _text(self, rows: LineRows, data: dict[str, Any], texts: dict[int, Translation]) -> str:
        """Composes one translation, and returns its fingerprint, with the steps that it has until the new ones come."""
        asset, locale = rows.asset, look_up(self.catalogue.locales, data["locale"], "locale")
        text = texts.get(locale.pk) or Translation(locale=locale)
        steps: list[NextStep] = list(text.next_steps.all()) if text.pk else []
        text.asset = asset
        body = data.get("body", "")
        if body != text.body:  # a body that is too long already may stay
            refuse_excess(body)
        if is_slug(text.slug) or slug_of(text.slug) != data["slug"]:  # a slug by an older rule stays as it is
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
        if not asset.pk:  # ``clean`` looks at the fields of stored assets only
            refuse_misfits(asset.kind.schema, text.fields, shared=False, beside=asset.fields)
        teasers = [self._teaser(text, place, words) for place, words in data.get("teasers", {}).items()]
        rows.texts.append(text)
        rows.teasers += teasers
        return print_of_text(text, steps, teasers)

    def _teaser(self, text: Translation, place: str, words: str) -> Teaser:
        """The teaser at ``place``, which is ``journey:stage``."""
        journey, _colon, stage = place.partition(":")
        teaser = Teaser(translation=text, stage=self._stage(journey, stage), text=words)
        clean_storable(teaser, "text")
        return teaser

    def _stage(self, journey: str, slug: str) -> Stage:
        atlas = self.catalogue.atlas
        stage = atlas.stage(look_up(atlas.journeys, journey, "journey"), slug)
        if stage is None:
            message = _("Unknown stage “%(stage)s” in journey “%(journey)s”.")
            raise ValidationError(message % {"stage": slug, "journey": journey}, code="unknown_stage")
        return stage

    def _term(self, vocabulary: str, slug: str) -> int:
        look_up(self.catalogue.vocabularies, vocabulary, "vocabulary")
        if (vocabulary, slug) not in self.catalogue.terms:
            message = _("Unknown term “%(vocabulary)s:%(term)s”.") % {"vocabulary": vocabulary, "term": slug}
            raise ValidationError(message, code="unknown_term")
        return self.catalogue.terms[(vocabulary, slug)].pk


def _has_floats(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_floats(inner) for inner in value.values())
    if isinstance(value, list):
        return any(_has_floats(inner) for inner in value)
    return isinstance(value, float)
