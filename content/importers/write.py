"""Writes a batch of lines as drafts; what an editor changed is not overwritten."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from content import clock
from content.bulk import create, insert
from content.catalogue import Catalogue
from content.drafts.review import note_edits
from content.importers.compose import LineRows, RowComposer
from content.importers.draft import ASSET, TRANSLATED, changed_parts, current_drafts, fingerprints
from content.importers.outcome import unexpected
from content.importers.shape import Line
from content.models import Asset, Media, Placement, Source, Teaser, Translation

OWN = ("kind", "name", "no_stage_reason", "fields", "image", "updated_at")
WORDS = (*TRANSLATED, "fields", "image_alt", "seo_title", "seo_description")
REFUSED_BY_THE_DATABASE = (IntegrityError, DataError)
FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
TO_BLAME = (*REFUSED_BY_THE_DATABASE, *FAULTS)  # what one line can be the cause of
Refuse = Callable[[Line, ValidationError], None]


def write_drafts(lines: Sequence[Line], catalogue: Catalogue, *, overwrite: bool, refuse: Refuse) -> list[LineRows]:
    """Writes the changed parts of ``lines`` but for their steps: the rows of those that changed and were not refused.

    Each line is refused alone: for unknown names (``unknown_kind`` …), ``fields_invalid``,
    ``kind_fixed`` (published under another kind), ``not_stored`` (the database says no), and
    ``edited_since_import`` where an editor changed what would be overwritten, unless told to ``overwrite``.
    About twenty statements, whatever the number of lines.
    """
    sources = sources_of(line.key for line in lines)
    changed = {line.key: changed_parts(line, sources.get(line.key)) for line in lines}
    drafts = current_drafts(sources[key].asset_id for key, parts in changed.items() if parts and key in sources)
    composer = RowComposer(catalogue, _media_of(line for line in lines if changed[line.key]), overwrite=overwrite)
    batch: list[LineRows] = []
    for line in lines:
        source = sources.get(line.key)
        draft = drafts.get(source.asset_id) if source else None
        try:
            rows = composer.compose(line, source, draft, changed[line.key])
        except ValidationError as error:
            refuse(line, error)
        except FAULTS as error:
            refuse(line, unexpected(error))
        else:
            batch += [rows] if rows.changed else []
    try:
        with transaction.atomic():
            _store(batch, catalogue)
    except TO_BLAME as error:
        # The database does not say which row it refuses: the lines are written by halves until the one is found.
        half = len(batch) // 2
        if not half:
            refuse(batch[0].line, not_stored(error))
            return []
        composed = [rows.line for rows in batch]
        # Composed anew from the lines: rows that were to be stored may have got keys that went with the transaction.
        halves = (composed[:half], composed[half:])
        return [rows for part in halves for rows in write_drafts(part, catalogue, overwrite=overwrite, refuse=refuse)]
    return batch


def not_stored(error: Exception) -> ValidationError:
    """The refusal (``not_stored``, ``unexpected``) of the one line or text that caused ``error``."""
    if isinstance(error, FAULTS):
        return unexpected(error)
    return ValidationError(_("The database refuses it: %(error)s") % {"error": error}, code="not_stored")


def sources_of(keys: Iterable[str]) -> dict[str, Source]:
    """What was imported before under ``keys``, by key, with its assets. One query."""
    return {source.key: source for source in Source.objects.filter(key__in=list(keys)).select_related("asset")}


def put(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Inserts the rows that are new, and updates the fields ``names`` of those that are stored. Two statements."""
    rows = list(rows)
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk]
    manager: Any = type(rows[0])._default_manager if rows else None
    if new:
        create(new)
    if old:
        # An upsert by the key, since ``bulk_update`` would write a CASE with a branch for every row and field: 500
        # assets with six fields would be 3,000 branches to parse.
        manager.bulk_create(old, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _media_of(lines: Iterable[Line]) -> dict[str, Media]:
    """The media that the lines name for their pictures, by name; no query if there are none."""
    names = {line.data["image"]["media"] for line in lines if line.data.get("image")}
    return {media.name: media for media in Media.objects.filter(name__in=names)} if names else {}


def _store(batch: list[LineRows], catalogue: Catalogue) -> None:
    own = [rows for rows in batch if ASSET in rows.changed]
    old = [rows.asset.pk for rows in own if rows.asset.pk]
    for rows in own:
        rows.asset.updated_at = clock.now()
    put((rows.asset for rows in own), OWN)
    _store_tags(own, old)
    texts = [text for rows in batch for text in rows.texts]
    old_texts = [text.pk for text in texts if text.pk]
    put(texts, WORDS)
    if old_texts:
        Teaser.objects.filter(translation__in=old_texts).delete()
        note_edits(Translation.objects.filter(pk__in=old_texts), at=clock.now())
    create([teaser for rows in batch for teaser in rows.teasers])
    _take_fingerprints_again(batch, catalogue)
    put((rows.source for rows in batch), ["hashes"])


def _store_tags(own: list[LineRows], old: list[int]) -> None:
    """Writes the terms and placements of these assets, in place of those that the ``old`` ones had."""
    asset_terms: Any = Asset.terms.through
    for_segments: Any = Placement.segments.through
    on_channels: Any = Placement.channels.through
    if old:
        asset_terms.objects.filter(asset__in=old).delete()
        Placement.objects.filter(asset__in=old).delete()
        note_edits(Translation.objects.filter(asset__in=old), at=clock.now())
    insert(asset_terms, ["asset", "term"], ((rows.asset.pk, pk) for rows in own for pk in rows.terms))
    placements = [placement for rows in own for placement in rows.placements]
    create([placement for placement, _segments, _channels in placements])
    insert(for_segments, ["placement", "segment"], ((own.pk, pk) for own, pks, _channels in placements for pk in pks))
    insert(on_channels, ["placement", "channel"], ((own.pk, pk) for own, _segments, pks in placements for pk in pks))


def _take_fingerprints_again(batch: list[LineRows], catalogue: Catalogue) -> None:
    """Takes the fingerprints of what is stored, where a database may spell a number in another way (1.0, 1e9)."""
    inexact = [rows for rows in batch if rows.has_floats]
    for pk, asset in (current_drafts(rows.asset.pk for rows in inexact) if inexact else {}).items():
        prints = fingerprints(asset, catalogue)
        for rows in inexact:
            if rows.asset.pk == pk:
                rows.note(prints)
