"""How drafts become editions: one road for publishing and restoring, all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from content.bulk import insert
from content.catalogue import Catalogue
from content.drafts.freeze import Draft
from content.drafts.unchanged import settle_age, unchanged
from content.fields import window
from content.models import Address, Edition, EditionMention, EditionTerm, Media, Publication, Status, Translation
from content.public_terms import note_debuts
from content.publishing.context import PublicationContext, open_editions
from content.publishing.gate_findings import GateFinding, PublishRefused, Weight
from content.publishing.gates import gate_finding, judge_words, mark_waived
from content.publishing.lookahead import judge_outlook
from content.publishing.refusals import forget_refusals
from content.publishing.windows import BATCH
from content.renditions import named_in
from journeys.storable import refuse_far_instants

Pair = tuple[int, int]  # an asset and a locale
MENTIONED = ("stage", "segment", "channel", "touchpoint", "media")


@dataclass(frozen=True)
class Issued:
    """Drafts with their editions; by asset and locale, the edition that stands already of each ``unchanged`` one."""

    drafts: list[Draft]
    unchanged: dict[Pair, Edition]

    @property
    def editions(self) -> list[Edition]:
        return [self.unchanged.get(draft.key, draft.edition) for draft in self.drafts]


def issue(
    publication: PublicationContext,
    drafts: list[Draft],
    live_from: datetime | None = None,
    live_until: datetime | None = None,
    *,
    replaced: frozenset[int] = frozenset(),
    again: bool = False,
) -> Issued:
    """Judges the drafts, writes their editions and showings, and judges the state that makes.

    A draft's own window goes before ``live_from`` and ``live_until``. Scheduled editions that are ``replaced``
    are cancelled in the same call. What stands already, word for word and with the same window, is answered as it
    stands, ``unchanged``, unless it is to be issued ``again``; where nothing else is left, nothing is written down.
    """
    if not drafts:
        raise ValidationError(_("There is no text here to publish in these languages."), code="nothing_to_publish")
    now = publication.at
    _forget_lost_stages(drafts, publication.catalogue)
    findings = _windows(drafts, live_from, live_until, now=now) + judge_words(drafts, publication.catalogue)
    if any(finding.weight is Weight.REFUSAL for finding in findings):
        _refuse_or_go_on(findings, now=now)  # what cannot even be written
    old = _editions_beside(drafts, replaced, now=now)
    issued = Issued(drafts, {} if again or replaced else unchanged(drafts, old, now=now))
    changed = [draft for draft in drafts if draft.key not in issued.unchanged]
    if changed:
        _write(publication, changed, old, findings)
    else:
        _refuse_or_go_on(findings, now=now)
        # ``claim`` has numbered and dated a publication that is none. Taken back, the number goes to the next one, and
        # no cache meets a state in which nothing differs.
        transaction.set_rollback(True)  # the claim: nothing has been published
    return issued


def leave_unchanged(issued: Issued) -> None:
    """Ends of ``unchanged`` drafts what publishing them would have ended: reviews, refusals, "with changes"."""
    if not issued.unchanged:
        return
    with transaction.atomic():
        settle_age(issued.unchanged.values())
        _end_reviews([draft for draft in issued.drafts if draft.key in issued.unchanged])
        forget_refusals({asset for asset, _locale in issued.unchanged})


def _write(
    publication: PublicationContext, drafts: list[Draft], old: list[Edition], findings: list[GateFinding]
) -> None:
    """Writes the publication of ``drafts`` and judges the state that makes."""
    asset_ids = list(dict.fromkeys(draft.asset.pk for draft in drafts))
    # The order is that of ``PublicationContext``. Gates that look ahead come last, since they ask the database what
    # readers would see: the rows are there, and go again with the transaction if one of them refuses.
    _number(drafts, publication.record())
    publication.remember(old)
    editions = [*old, *(draft.edition for draft in drafts)]
    publication.settle(editions)
    _attach(drafts, publication.catalogue)
    publication.show(asset_ids)
    findings += judge_outlook(drafts, editions, publication.catalogue, at=publication.at)
    _end_reviews(drafts)
    forget_refusals(set(asset_ids))
    _note(drafts, _refuse_or_go_on(findings, now=publication.at))


def _editions_beside(drafts: list[Draft], replaced: frozenset[int], *, now: datetime) -> list[Edition]:
    """The open editions of the same assets and locales; what is replaced and still ahead, cancelled."""
    keys = {draft.key for draft in drafts}
    editions = open_editions(Q(asset__in={draft.asset.pk for draft in drafts}), at=now)
    beside = [edition for edition in editions if (edition.asset_id, edition.locale_id) in keys]
    for edition in beside:
        if edition.pk in replaced and edition.live_from > now:
            edition.cancelled_at = now
    return beside


def bounded_window(
    start: datetime, until: datetime | None, bounds: tuple[datetime | None, datetime | None]
) -> tuple[datetime, datetime | None]:
    """A window within what the kind's own dates allow."""
    ends = [end for end in (until, bounds[1]) if end]
    return max(start, bounds[0] or start), min(ends, default=None)


def _windows(
    drafts: list[Draft], live_from: datetime | None, live_until: datetime | None, *, now: datetime
) -> list[GateFinding]:
    findings: list[GateFinding] = []
    for draft in drafts:
        edition = draft.edition
        start, until = draft.window or (live_from, live_until)
        refuse_far_instants(start, until)
        if start and start < now:
            message = _("The start has passed already; leave it out to publish now.")
            findings.append(gate_finding(draft, "window_in_past", Weight.REFUSAL, message, "live_from"))
        bounds = window(draft.kind.schema, draft.fields)
        edition.live_from, edition.asked_until = bounded_window(start or now, until, bounds)
        if edition.asked_until and edition.asked_until <= edition.live_from:
            message = _("The end comes before the start; look at the window and at the dates among the fields.")
            findings.append(gate_finding(draft, "window_invalid", Weight.REFUSAL, message, "live_until"))
    return findings


def _refuse_or_go_on(findings: list[GateFinding], *, now: datetime) -> list[GateFinding]:
    """The findings, those that a standing waiver covers marked so. Refuses if any is left that refuses."""
    findings = mark_waived(findings, at=now)
    if any(finding.refuses for finding in findings):
        raise PublishRefused(findings)
    return findings


def _forget_lost_stages(drafts: list[Draft], catalogue: Catalogue) -> None:
    """An old edition may name a stage that has been deleted since."""
    stages = catalogue.atlas.stages
    for edition in (draft.edition for draft in drafts):
        edition.placements = [placement for placement in edition.placements if placement["stage"] in stages]
        edition.teasers = {pk: text for pk, text in edition.teasers.items() if int(pk) in stages}


def _number(drafts: list[Draft], publication: Publication) -> None:
    """Numbers the new editions."""
    known = Edition.objects.filter(asset__in=[draft.asset.pk for draft in drafts]).values_list("asset_id", "locale_id")
    last = {(asset, locale): number for asset, locale, number in known.order_by().annotate(last=Max("number"))}
    for draft in drafts:
        draft.edition.number = last.get(draft.key, 0) + 1
        draft.edition.publication = publication


def _attach(drafts: list[Draft], catalogue: Catalogue) -> None:
    """Claims the addresses, and ties the editions to their terms and to the map."""
    addresses = {(draft.kind.pk, draft.edition.slug): draft.asset.pk for draft in drafts}
    # Only one publisher at a time holds the published state, so the gate has seen every address there is.
    Address.objects.bulk_create(
        [Address(kind_id=kind, slug=slug, asset_id=asset) for (kind, slug), asset in addresses.items()],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    insert(EditionTerm, ["edition", "term"], ((draft.edition.pk, pk) for draft in drafts for pk in draft.term_ids))
    media = _media_of(drafts)
    insert(
        EditionMention, ["edition", *MENTIONED], (row for draft in drafts for row in _mentions(draft, media, catalogue))
    )
    _note_terms(drafts, catalogue)


def _note_terms(drafts: list[Draft], catalogue: Catalogue) -> None:
    """Readers know of the terms of what is live now. No statement where they did before."""
    now = drafts[0].edition.publication.at
    new = {term.pk for term in catalogue.terms.values() if not term.shown_since}
    if any(draft.edition.live_from <= now and new.intersection(draft.term_ids) for draft in drafts):
        note_debuts(at=now)


def _stems(draft: Draft) -> set[str]:
    """The media that a draft names: as its picture, in its body or fields, or as where a step leads."""
    edition = draft.edition
    named = named_in(bytes(edition.document).decode(), *(step["url"] or "" for step in edition.steps))
    return named | ({draft.image["name"].partition(".")[0]} if draft.image else set())


def _media_of(drafts: list[Draft]) -> dict[str, int]:
    """The media that ``drafts`` name and that are there, by stem. One query, none if they name none."""
    stems = {stem for draft in drafts for stem in _stems(draft)}
    known = Media.objects.filter(uid__in=stems).values_list("uid", "pk") if stems else ()
    return {uid.hex: pk for uid, pk in known}


def _mentions(draft: Draft, media: dict[str, int], catalogue: Catalogue) -> list[tuple[int | None, ...]]:
    """One row per map object and media that the edition names."""
    edition = draft.edition
    named: dict[tuple[str, int], None] = {("media", media[stem]): None for stem in _stems(draft) if stem in media}
    for placement in edition.placements:
        named[("stage", placement["stage"])] = None
        named |= {("segment", pk): None for pk in placement["segments"]}
        named |= {("channel", pk): None for pk in placement["channels"]}
    for step in edition.steps:
        if step["touchpoint"] in catalogue.atlas.touchpoints:
            named[("touchpoint", catalogue.atlas.touchpoints[step["touchpoint"]].pk)] = None
    return [(edition.pk, *(pk if name == what else None for name in MENTIONED)) for what, pk in named]


def _end_reviews(drafts: list[Draft]) -> None:
    """What is published is no longer on its way. One statement, none if nothing was."""
    texts = [draft.under_way for draft in drafts if draft.under_way]
    if texts:
        Translation.objects.filter(pk__in=texts).update(status=Status.DRAFT, assignee=None)


def _note(drafts: list[Draft], findings: list[GateFinding]) -> None:
    """Stores what the gates warned of with the editions."""
    by_draft = {(draft.asset.public_id, draft.locale.code): draft.edition for draft in drafts}
    warned: dict[int, Edition] = {}
    for finding in findings:
        edition = by_draft.get((finding.asset, finding.locale))
        if edition is None:
            continue  # of a text that is unchanged: its edition has its own
        edition.warnings = [*edition.warnings, finding.as_data()]
        warned[edition.pk] = edition
    Edition.objects.bulk_update(warned.values(), ["warnings"], batch_size=BATCH)
