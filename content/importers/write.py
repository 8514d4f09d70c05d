"""A batch of lines as the drafts they describe, with nothing that an editor changed overwritten."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction

from content import clock
from content.bulk import create, insert
from content.catalogue import Catalogue
from content.drafts.review import note_edits
from content.importers.compose import Composing, Written
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


def write_drafts(lines: Sequence[Line], catalogue: Catalogue, *, overwrite: bool, refuse: Refuse) -> list[Written]:
    """Writes the changed parts of ``lines`` but for their steps: the lines that changed and were not refused.

    Each line is refused alone: for words that nothing is called (``unknown_kind`` …), ``fields_invalid``,
    ``kind_fixed`` (published under another kind), ``not_stored`` (the database says no), and
    ``edited_since_import`` where an editor changed what would be overwritten, unless told to ``overwrite``.
    About twenty statements, whatever the number of lines.
    """
    sources = sources_of(line.key for line in lines)
    changed = {line.key: changed_parts(line, sources.get(line.key)) for line in lines}
    drafts = current_drafts(sources[key].asset_id for key, parts in changed.items() if parts and key in sources)
    composing = Composing(catalogue, _media_of(line for line in lines if changed[line.key]), overwrite=overwrite)
    writing: list[Written] = []
    for line in lines:
        source = sources.get(line.key)
        draft = drafts.get(source.asset_id) if source else None
        try:
            written = composing.written(line, source, draft, changed[line.key])
        except ValidationError as error:
            refuse(line, error)
        except FAULTS as error:
            refuse(line, unexpected(error))
        else:
            writing += [written] if written.changed else []
    try:
        with transaction.atomic():
            _store(writing, catalogue)
    except TO_BLAME as error:
        half = len(writing) // 2
        if not half:
            refuse(writing[0].line, not_stored(error))
            return []
        left = [written.line for written in writing]
        halves = (left[:half], left[half:])
        return [w for part in halves for w in write_drafts(part, catalogue, overwrite=overwrite, refuse=refuse)]
    return writing


def not_stored(error: Exception) -> ValidationError:
    if isinstance(error, FAULTS):
        return unexpected(error)
    return ValidationError(f"The database refuses it: {error}", code="not_stored")


def sources_of(keys: Iterable[str]) -> dict[str, Source]:
    return {source.key: source for source in Source.objects.filter(key__in=list(keys)).select_related("asset")}


def put(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Inserts the rows that are new, and updates the fields ``names`` of those that stand."""
    rows = list(rows)
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk]
    manager: Any = type(rows[0])._default_manager if rows else None
    if new:
        create(new)
    if old:
        manager.bulk_create(old, update_conflicts=True, unique_fields=["pk"], update_fields=names)


def _media_of(lines: Iterable[Line]) -> dict[str, Media]:
    """The media that the lines name for their pictures, by name; no query if there are none."""
    names = {line.data["image"]["media"] for line in lines if line.data.get("image")}
    return {media.name: media for media in Media.objects.filter(name__in=names)} if names else {}


def _store(writing: list[Written], catalogue: Catalogue) -> None:
    own = [written for written in writing if ASSET in written.changed]
    old = [written.asset.pk for written in own if written.asset.pk]
    for written in own:
        written.asset.updated_at = clock.now()
    put((written.asset for written in own), OWN)
    _store_tags(own, old)
    texts = [text for written in writing for text in written.texts]
    former = [text.pk for text in texts if text.pk]
    put(texts, WORDS)
    if former:
        Teaser.objects.filter(translation__in=former).delete()
        note_edits(Translation.objects.filter(pk__in=former), at=clock.now())
    create([teaser for written in writing for teaser in written.teasers])
    _fingerprint_as_kept(writing, catalogue)
    put((written.source for written in writing), ["hashes"])


def _store_tags(own: list[Written], old: list[int]) -> None:
    """The terms and placements of these assets, in place of those that the ``old`` ones had."""
    carried: Any = Asset.terms.through
    for_segments: Any = Placement.segments.through
    on_channels: Any = Placement.channels.through
    if old:
        carried.objects.filter(asset__in=old).delete()
        Placement.objects.filter(asset__in=old).delete()
        note_edits(Translation.objects.filter(asset__in=old), at=clock.now())
    insert(carried, ["asset", "term"], ((written.asset.pk, pk) for written in own for pk in written.terms))
    placed = [one for written in own for one in written.placements]
    create([placement for placement, _, _ in placed])
    insert(for_segments, ["placement", "segment"], ((one.pk, pk) for one, pks, _ in placed for pk in pks))
    insert(on_channels, ["placement", "channel"], ((one.pk, pk) for one, _, pks in placed for pk in pks))


def _fingerprint_as_kept(writing: list[Written], catalogue: Catalogue) -> None:
    """Takes the fingerprints again where a database may keep a number in another spelling (1.0, 1e9)."""
    inexact = [written for written in writing if written.has_floats]
    for pk, asset in (current_drafts(written.asset.pk for written in inexact) if inexact else {}).items():
        made = fingerprints(asset, catalogue)
        for written in inexact:
            if written.asset.pk == pk:
                written.note(made)
