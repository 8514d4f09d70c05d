"""The drafts as readers would see them if all of them were published now; for previews."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal

import orjson
from django.db.models import Min, Q, QuerySet

from content.catalogue import Catalogue
from content.delivery.candidates import StepTarget
from content.delivery.eligibility import CandidateText, Eligibility, Reason
from content.delivery.explain import NEWEST, Explanation
from content.delivery.lookup import FoundText, moved, preferred
from content.delivery.rows import NamedRow, OrderPosition, ShownText
from content.delivery.select import COUNT_LIMIT, SelectedPage, refuse_position
from content.drafts.freeze import freeze, sort_key
from content.drafts.gather import GatheredDraft, gather
from content.instants import micros
from content.models import Address, Asset, Edition, Locale, Placement, Translation
from content.models.edition import StoredPlacement
from content.query import Query
from journeys.models import Stage

FITTING: tuple[Literal["segments"], Literal["channels"]] = ("segments", "channels")
Placed = tuple[OrderPosition, OrderPosition, CandidateText]  # what it is sorted by, its position, and itself


class DraftReader:
    """Every draft with its words and placements of now, whatever its dates: a preview is of what is not out yet.

    The questions of the published state are answered in memory: linear in the number of drafts, seven queries once.
    """

    def __init__(self, catalogue: Catalogue, *, at: datetime) -> None:
        self.catalogue = catalogue
        self.at = at
        self.held: dict[tuple[int, str | None], list[CandidateText]] = {}
        self.bases: dict[str | None, _Base] = {}

    def select(self, query: Query) -> "DraftSelection":
        return DraftSelection(self, query)

    def would_answer(self, query: Query, id: str) -> bool:
        """Whether the draft of one asset, if it were published, would answer ``query``. Seven queries."""
        return DraftSelection(self, query, only=id).count() > 0

    def look_up(self, query: Query, id: str) -> ShownText | None:
        """The draft of one asset for the query's reader; ``None`` if there is none in these languages."""
        reader = Query(locale=query.locale, translations_only=query.translations_only, among=(id,))
        return next(iter(DraftSelection(self, reader, only=id).page(1).results), None)

    def look_up_slug(self, query: Query, kind: str, slug: str, *, own_language: bool) -> FoundText | None:
        """The same by a slug: whoever published it owns it, else the first draft that has it."""
        if kind not in self.catalogue.kinds or "\x00" in slug:
            return None
        named = {"slug__in": {slug, unicodedata.normalize("NFC", slug)}}
        owners = Address.objects.filter(kind=self.catalogue.kinds[kind], **named)
        drafts = Translation.objects.filter(asset__kind=self.catalogue.kinds[kind], **named).order_by("asset_id")
        asset = owners.values_list("asset", flat=True).first() or drafts.values_list("asset", flat=True).first()
        if asset is None:
            return None
        own = dict(Translation.objects.filter(asset=asset).values_list("locale_id", "slug"))
        locale = self._language(asset, own, named["slug__in"])
        reader = query.in_language(locale) if own_language and locale else query
        shown = self.look_up(reader, Asset.objects.get(pk=asset).public_id)
        current = own.get(locale.pk) if locale else None
        return shown and FoundText(shown, reader, moved(self.catalogue.kinds[kind], slug, current, locale))

    def _language(self, asset: int, own: dict[int, str], spellings: set[str]) -> Locale | None:
        """Whose slug it is: of several the preferred, else the one that was last published with it."""
        for pk in preferred(self.catalogue):
            if own.get(pk) in spellings:
                return self.catalogue.locales_by_id[pk]
        former = Edition.objects.filter(asset=asset, slug__in=spellings).order_by("-publication", "locale__code")
        last = former.values_list("locale_id", flat=True).first()
        return self.catalogue.locales_by_id.get(last or 0)

    def pool(
        self,
        query: Query,
        stages: Iterable[Stage],
        authored: set[int],
        *,
        depth: int,
        at: datetime,
        catalogue: Catalogue,
        links: Collection[str] = (),
    ) -> "DraftPool":
        return DraftPool(self, query, authored, links)

    def explain(self, query: Query, ids: Collection[int] | None = None) -> list[Explanation]:
        """What became of each candidate, newest first: as ``delivery.explain.explain`` has them, among the drafts."""
        admission = Eligibility(query, self.catalogue)
        placed = {pk for stages in query.levels(self.catalogue.atlas) for pk in stages}

        def is_candidate(text: CandidateText) -> bool:
            if ids is not None:
                return text.asset_id in ids
            if query.among is not None:
                return text.public_id in query.among
            return not query.asks_stage or any(placement["stage"] in placed for placement in text.placements)

        texts = [text for text in reversed(self.texts(query)) if is_candidate(text)]
        explanations = [_explanation(text, admission.why_not(text)) for text in texts[:NEWEST]]
        return [
            *explanations,
            *_without_text(query, ids, self.catalogue.kinds_by_id, {text.asset_id for text in texts}),
        ]

    def texts(self, query: Query, only: str | None = None) -> list[CandidateText]:
        """What readers of the query's locale would see of each asset, or of one alone, in the order of assets."""
        key = (query.locale.pk, only)
        if key not in self.held:
            self.held[key] = self._read(self.catalogue.chains[query.locale.pk], only)
        return self.held[key]

    def _base(self, only: str | None) -> "_Base":
        if only not in self.bases:
            self.bases[only] = _Base(only)
        return self.bases[only]

    def _read(self, chain: list[int], only: str | None) -> list[CandidateText]:
        base = self._base(only)
        nearest: dict[int, tuple[int, NamedRow]] = {}
        for row in base.translations:
            if row["locale_id"] in chain:
                depth = chain.index(row["locale_id"])
                beside = nearest.get(row["asset_id"])
                if not (depth and row["market_bound"]) and (beside is None or depth < beside[0]):
                    nearest[row["asset_id"]] = (depth, row)
        return [
            CandidateText(
                asset_id=pk,
                public_id=uid.hex,
                kind_id=kind,
                locale_id=row["locale_id"],
                fallback=depth,
                slug=row["slug"],
                title=row["title"],
                published_at=row["published_at"] or base.first_starts.get((pk, row["locale_id"]), self.at),
                live_from=self.at,
                placements=base.placements.get(pk, []),
                term_ids=frozenset(base.terms.get(pk, [])),
            )
            for pk, uid, kind in base.assets
            if pk in nearest and kind in self.catalogue.kinds_by_id  # else it came after the map was read
            for depth, row in [nearest[pk]]
        ]


class _Base:
    """What of all drafts, or of one, is the same for every reader. Seven queries, once."""

    def __init__(self, only: str | None) -> None:
        assets = Asset.objects.filter(uid=only) if only else Asset.objects.all()
        names = ("asset_id", "locale_id", "slug", "title", "published_at", "market_bound")
        self.assets = list(assets.order_by("pk").values_list("pk", "uid", "kind_id"))
        self.translations = list(Translation.objects.filter(asset__in=assets).values(*names))
        self.placements = _placements(assets)
        self.terms = _terms(assets)
        self.first_starts = _first_starts(assets)


class DraftSelection:
    """What of the drafts answers a query, in its order: a ``Selected``."""

    def __init__(self, drafts: DraftReader, query: Query, *, only: str | None = None) -> None:
        self.drafts = drafts
        self.query = query
        admission = Eligibility(query, drafts.catalogue)
        name = query.ordering.removeprefix("-")
        placed: list[Placed] = []
        for text in drafts.texts(query, only):
            if admission.why_not(text) is None:
                position: OrderPosition = (*admission.position(text), text.asset_id)
                if name == "title":
                    position = (sort_key(text.title), text.asset_id)
                elif name == "published_at":
                    position = (micros(text.published_at), text.asset_id)
                placed.append((self._key(position), position, text))
        self.placed = sorted(placed, key=lambda item: item[0])

    def _key(self, position: OrderPosition) -> OrderPosition:
        return (-int(position[0]), *position[1:]) if self.query.ordering.startswith("-") else position

    def page(self, size: int, after: Sequence[int | str] | None = None) -> SelectedPage:
        """The next ``size`` results after a position, with their whole words. Eight queries."""
        if after is not None:
            refuse_position(after, self.query.ordering)
        rest = self.placed if after is None else self._behind(tuple(after))
        shown = self._shown([(text, position) for _, position, text in rest[:size]])
        return SelectedPage(shown, rest[size - 1][1] if len(rest) > size else None)

    def _behind(self, after: OrderPosition) -> list[Placed]:
        """What follows the asset at a position, wherever it stands by now: without a date it is as new as the clock."""
        # By the asset and not by the position: a draft without a date takes that of the clock, so between two pages its
        # position has moved while it stands where it stood.
        for place, (_, position, _) in enumerate(self.placed, start=1):
            if position[-1] == after[-1]:
                return self.placed[place:]
        return [item for item in self.placed if item[0] > self._key(after)]

    def count(self, limit: int = COUNT_LIMIT) -> int:
        return min(limit, len(self.placed))

    def find(self, public_id: str) -> ShownText | None:
        """One draft where it stands in the order, if it answers. Eight queries."""
        own = [(text, position) for _, position, text in self.placed if text.public_id == public_id]
        return next(iter(self._shown(own)), None)

    def before(self, position: Sequence[int | str], size: int) -> list[ShownText]:
        """The last ``size`` results before a position, in order. Eight queries."""
        ahead = self.placed[: self.count_before(position)]
        return self._shown([(text, position) for _, position, text in ahead[-size:]])

    def count_before(self, position: Sequence[int | str], limit: int = COUNT_LIMIT) -> int:
        return min(limit, sum(key < self._key(tuple(position)) for key, _, _ in self.placed))

    def _shown(self, wanted: list[tuple[CandidateText, OrderPosition]]) -> list[ShownText]:
        locales: dict[int, set[int]] = {}
        for text, _ in wanted:
            locales.setdefault(text.asset_id, set()).add(text.locale_id)
        found = gather(locales, self.drafts.catalogue)
        drafts = {(draft.asset.pk, draft.locale.pk): draft for draft in found}
        pairs = (((text.asset_id, text.locale_id), text, position) for text, position in wanted)
        return [self._one(text, position, drafts[pair]) for pair, text, position in pairs if pair in drafts]

    def _one(self, text: CandidateText, position: OrderPosition, gathered: GatheredDraft) -> ShownText:
        asset, locale = gathered.asset, gathered.locale
        edition = freeze(gathered).edition
        return ShownText(
            asset_id=asset.pk,
            locale_id=locale.pk,
            kind_id=asset.kind_id,
            number=None,
            slug=edition.slug,
            title=edition.title,
            published_at=text.published_at,
            live_from=self.drafts.at,
            live_until=None,
            placements=edition.placements,
            teasers=edition.teasers,
            steps_text=orjson.dumps(edition.steps).decode(),
            document=bytes(edition.document),
            fallback=text.fallback,
            position=position,
        )


class DraftPool:
    """What next steps can be drawn from, among the drafts; a ``StepSource``, as a ``CandidatePool`` is."""

    def __init__(self, drafts: DraftReader, query: Query, authored: set[int], links: Collection[str]) -> None:
        self.drafts = drafts
        self.query = query
        self.ranked: dict[int, list[StepTarget]] = {}
        shown = {text.asset_id: text for _, _, text in drafts.select(query.anywhere()).placed}
        self.authored = {pk: _target(shown[pk]) for pk in authored if pk in shown}
        linked = [text for text in drafts.texts(query) if text.public_id in links]
        self.linked = {
            text.public_id: _target(text) for text in linked if not (text.fallback and query.translations_only)
        }

    def best(self, stage: Stage, passed_over: Collection[object]) -> StepTarget | None:
        if stage.pk not in self.ranked:
            self.ranked[stage.pk] = [_target(item[2]) for item in self.drafts.select(self.query.at_stage(stage)).placed]
        return next((target for target in self.ranked[stage.pk] if target.asset_id not in passed_over), None)


def _target(text: CandidateText) -> StepTarget:
    names = ("asset_id", "public_id", "kind_id", "locale_id", "slug", "title", "placements")
    return StepTarget(**{name: getattr(text, name) for name in names})


def _explanation(text: CandidateText, reason: Reason | None) -> Explanation:
    names = ("asset_id", "public_id", "kind_id", "locale_id", "slug", "title")
    return Explanation(**{name: getattr(text, name) for name in names}, reason=reason)


def _without_text(
    query: Query, ids: Collection[int] | None, kinds: Iterable[int], known: set[int]
) -> list[Explanation]:
    """Those that are named and have no text that these readers could be shown."""
    named = Q(pk__in=ids) if ids is not None else Q(uid__in=query.among or ())
    absent = Asset.objects.filter(named, kind__in=kinds).exclude(pk__in=known).order_by("pk")
    return [
        Explanation(asset.pk, asset.public_id, asset.kind_id, None, "", asset.name, Reason.LOCALE_MISSING)
        for asset in absent
    ]


def _placements(assets: QuerySet[Asset]) -> dict[int, list[StoredPlacement]]:
    found: dict[int, StoredPlacement] = {}
    by_asset: dict[int, list[StoredPlacement]] = {}
    rows = Placement.objects.filter(asset__in=assets).order_by("stage_id")
    for pk, asset, stage, priority in rows.values_list("pk", "asset_id", "stage_id", "priority"):
        found[pk] = {"stage": stage, "segments": [], "channels": [], "priority": priority}
        by_asset.setdefault(asset, []).append(found[pk])
    for name in FITTING:
        through = getattr(Placement, name).through.objects.filter(placement__in=rows.values("pk"))
        for pk, named in through.values_list("placement_id", f"{name.removesuffix('s')}_id").order_by("pk"):
            found[pk][name].append(named)
    return by_asset


def _terms(assets: QuerySet[Asset]) -> dict[int, list[int]]:
    by_asset: dict[int, list[int]] = {}
    for asset, term in Asset.terms.through.objects.filter(asset__in=assets).values_list("asset_id", "term_id"):
        by_asset.setdefault(asset, []).append(term)
    return by_asset


def _first_starts(assets: QuerySet[Asset]) -> dict[tuple[int, int], datetime]:
    """When each text first went live: what readers see as its date where its editor gave none."""
    begun = Edition.objects.filter(asset__in=assets, cancelled_at=None).order_by()
    firsts = begun.values_list("asset_id", "locale_id").annotate(first=Min("live_from"))
    return {(asset, locale): first for asset, locale, first in firsts}
