"""What publishing an asset would change for readers, language by language, against what is live."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from content.catalogue import Catalogue, current_catalogue
from content.drafts.changes import Change, changes
from content.drafts.freeze import freeze, print_of
from content.drafts.gather import gather
from content.drafts.labels import names_in
from content.drafts.state import AssetState, TextState, Values
from content.models import Asset, Edition, EditionTerm, Locale, Media
from content.words import parse_words_or_notice

TAGS = frozenset({"placements", "terms"})


@dataclass(frozen=True)
class Consequences:
    """One language: what is ``live`` in it, if anything, and how the draft differs from that.

    Without anything live everything is new, and ``changes`` are what readers will see of it. ``print`` is the
    fingerprint of the draft, by which it can be told whether it is still the one that was looked at.
    """

    locale: Locale
    live: Edition | None
    changes: list[Change]
    print: str

    @property
    def is_tagged_anew(self) -> bool:
        """Whether readers of this language find it elsewhere than its editors have placed it by now."""
        return self.live is not None and any(change.field in TAGS for change in self.changes)


def consequences(asset: Asset, *, at: datetime, locale: Locale | None = None) -> list[Consequences]:
    """The languages that ``asset`` is written in, by code, or one alone. Thirteen queries, whatever their number."""
    catalogue = current_catalogue()
    editions = asset.editions.live(at).filter(cancelled_at=None).select_related("locale", "asset", "kind")
    live = {edition.locale_id: edition for edition in editions}
    carried: dict[int, list[int]] = {edition.pk: [] for edition in live.values()}
    for edition_id, term in _terms_of(carried):
        carried[edition_id].append(term)
    shown = {
        (parse_words_or_notice(bytes(edition.document)).get("image") or {}).get("name") for edition in live.values()
    }
    pictures = {media.name: media.pk for media in Media.objects.filter(Q(name__in=shown - {None}) | Q(assets=asset))}
    pairs: list[tuple[Locale, Edition | None, AssetState | None, AssetState, str]] = []
    for gathered in gather({asset.pk: [locale.pk] if locale else None}, catalogue):
        draft, now = freeze(gathered), live.get(gathered.locale.pk)
        before = _whole_as_read(now, carried[now.pk], pictures, catalogue) if now else None
        after = _whole_as_read(draft.edition, draft.term_ids, pictures, catalogue)
        pairs.append((gathered.locale, now, before, after, print_of(draft.edition)))
    names = names_in([whole for _, _, before, after, _ in pairs for whole in (before, after) if whole])
    return [
        Consequences(language, now, changes(before, after, names), seen) for language, now, before, after, seen in pairs
    ]


def _terms_of(edition_ids: dict[int, list[int]]) -> list[tuple[int, int]]:
    """The terms that these editions carry, as pairs. One query."""
    return list(EditionTerm.objects.filter(edition__in=edition_ids).values_list("edition_id", "term_id"))


def _whole_as_read(edition: Edition, term_ids: list[int], pictures: dict[str, int], catalogue: Catalogue) -> AssetState:
    """What readers get of an edition, in the shape in which drafts are compared."""
    words = parse_words_or_notice(bytes(edition.document))
    image = words.get("image") or {}
    return AssetState(
        own={
            "kind_id": edition.kind_id,
            "terms": sorted(term_ids),
            "image_id": pictures.get(image.get("name", ""), 0) or None,
            "fields": {},
        },
        placements={placed["stage"]: _placed(placed) for placed in edition.placements},
        texts={
            edition.locale_id: TextState(
                words={
                    **{name: words[name] for name in ("title", "summary", "body", "fields")},
                    "slug": edition.slug,
                    "image_alt": image.get("alt", ""),
                    "seo_title": words["seo"]["title"],
                    "seo_description": words["seo"]["description"],
                    "published_at": edition.published_at if edition.dated else None,
                    "market_bound": edition.market_bound,
                },
                steps=[_step(step, place, catalogue) for place, step in enumerate(edition.steps, start=1)],
                teasers={int(stage): said for stage, said in edition.teasers.items()},
                pk=0,
            )
        },
    )


def _placed(placed: Values) -> Values:
    return {name: placed[name] for name in ("segments", "channels", "priority")}


def _step(step: Values, position: int, catalogue: Catalogue) -> Values:
    """A step as drafts have it: an edition names touchpoints by slug, and counts no positions."""
    touchpoint = catalogue.atlas.touchpoints.get(step["touchpoint"])
    return {
        "position": position,
        "intent": step["intent"],
        "label": step["label"],
        "target_asset_id": step["asset"],
        "target_touchpoint_id": touchpoint.pk if touchpoint else None,
        "target_url": step["url"] or "",
    }
