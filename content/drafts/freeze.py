"""Builds from a draft the edition it would become: its words, placements, terms and steps, not yet saved."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from content.drafts.gather import GatheredDraft
from content.links import referenced
from content.models import Asset, Edition, Kind, Locale, Media, Status
from content.richtext import sanitise
from content.words import Words, parse_words


@dataclass
class Draft:
    """An unsaved edition, with what the gates and its related rows need besides."""

    edition: Edition
    asset: Asset
    kind: Kind
    locale: Locale
    fields: dict[str, Any]
    body: str
    summary: str
    image: dict[str, Any] | None = None
    term_ids: list[int] = field(default_factory=list)
    no_stage: bool = False
    under_way: int | None = None  # the id of its text, where it is in review or was sent back
    approved: bool = True
    window: tuple[datetime | None, datetime | None] | None = None
    copied_from: Locale | None = None  # the language whose words it still has

    @property
    def key(self) -> tuple[int, int]:
        return (self.asset.pk, self.locale.pk)


def freeze(gathered: GatheredDraft) -> Draft:
    """The draft as an edition. No queries."""
    asset, translation, locale = gathered.asset, gathered.translation, gathered.locale
    fields = {**asset.fields, **translation.fields}
    body = sanitise(translation.body)
    image = _image(asset.image, translation.image_alt)
    edition = Edition(
        asset=asset,
        locale=locale,
        kind=asset.kind,
        dated=translation.published_at is not None,
        slug=translation.slug,
        title=translation.title,
        title_key=sort_key(translation.title),
        market_bound=translation.market_bound,
        document=_document(gathered, fields, body, image),
        placements=gathered.placements,
        teasers=gathered.teasers,
        steps=gathered.steps,
    )
    if translation.published_at:
        edition.published_at = translation.published_at
    approved = translation.approved_print
    return Draft(
        edition=edition,
        asset=asset,
        kind=asset.kind,
        locale=locale,
        fields=fields,
        body=body,
        summary=translation.summary,
        image=image,
        term_ids=[term.pk for term in gathered.terms],
        no_stage=bool(asset.no_stage_reason),
        under_way=translation.pk if translation.status != Status.DRAFT or translation.assignee_id else None,
        # An approval is of a fingerprint and not of a text: one letter more, a picture's new focal point or a term, and
        # nobody has approved what would be published.
        approved=bool(approved) and approved == print_of(edition),
        copied_from=gathered.copied_from,
    )


def print_of(edition: Edition) -> str:
    """The fingerprint of everything that an unsaved edition would freeze: equal for equal content."""
    dated = edition.published_at.isoformat() if edition.dated else None
    words = [edition.slug, edition.title, dated, edition.market_bound, bytes(edition.document).decode()]
    frozen = [*words, edition.placements, edition.teasers, edition.steps]
    return hashlib.blake2b(orjson.dumps(frozen), digest_size=16).hexdigest()


def _document(gathered: GatheredDraft, fields: dict[str, Any], body: str, image: dict[str, Any] | None) -> bytes:
    """The words as readers get them, stored once as bytes."""
    translation = gathered.translation
    by_vocabulary: dict[str, list[str]] = {}
    for term in gathered.terms:
        by_vocabulary.setdefault(term.vocabulary, []).append(term.slug)
    words: Words = {
        "id": gathered.asset.public_id,
        "title": translation.title,
        "summary": translation.summary,
        "body": body,
        "fields": fields,
        "seo": {"title": translation.seo_title, "description": translation.seo_description},
        "image": image,
        "terms": by_vocabulary,
        "links": referenced(body),
    }
    return orjson.dumps(words)


def _image(media: Media | None, alt: str) -> dict[str, Any] | None:
    """The picture with all that readers get of it, the focal point too: what is published does not move."""
    if media is None:
        return None
    focal_point = {"x": media.focal_x, "y": media.focal_y}
    return {"name": media.name, "width": media.width, "height": media.height, "alt": alt, "focal_point": focal_point}


def thaw(edition: Edition) -> Draft:
    """The words of an old ``edition`` as a new one to be; the asset's draft is left alone.

    They need no approval: they were published once. Refuses ``edition_unreadable``.
    """
    words = parse_words(bytes(edition.document))
    names = [
        "slug",
        "title",
        "title_key",
        "published_at",
        "dated",
        "market_bound",
        "document",
        "placements",
        "teasers",
        "steps",
    ]
    copy = Edition(
        asset=edition.asset,
        locale=edition.locale,
        kind=edition.kind,
        **{name: getattr(edition, name) for name in names},
    )
    return Draft(
        edition=copy,
        asset=edition.asset,
        kind=edition.kind,
        locale=edition.locale,
        fields=words["fields"],
        body=words["body"],
        summary=words["summary"],
        image=words.get("image"),
        term_ids=list(edition.edition_terms.values_list("term_id", flat=True)),
        no_stage=not edition.placements,
    )


def sort_key(title: str) -> str:
    """The key that titles are ordered by on both databases: code points of the case-folded title."""
    # By code points, since the two databases sort by no language alike. Cut after folding, which makes some letters two
    # (“ß” is “ss”): the column takes 300.
    return title.casefold()[:300]
