"""The gates of an edition's own words and tags: what refuses, or warns, before anything is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.drafts.freeze import Draft
from content.fields import problems
from content.models import Address, Waiver
from content.private_links import private_addresses
from content.publishing.channel_fit import channel_advice, missing_channels, too_long
from content.publishing.gate_findings import GateFinding, Weight
from journeys.models import Stage
from journeys.phases import CONSIDERATION, Commitment, Phase, commitment

TOO_BROAD = 4  # stages of one journey
NEEDS_CTA = CONSIDERATION | {Phase.PURCHASE.value}


def gate_finding(draft: Draft, code: str, weight: Weight, message: str, field: str = "") -> GateFinding:
    return GateFinding(code, weight, message, draft.asset.public_id, draft.locale.code, field)


def judge_words(drafts: list[Draft], catalogue: Catalogue) -> list[GateFinding]:
    """What the gates say of ``drafts`` as they are, in their order. One query, for the addresses."""
    taken = _taken_addresses(drafts)
    findings: list[GateFinding] = []
    for draft in drafts:
        owner = taken.get((draft.kind.pk, draft.edition.slug), draft.asset.pk)
        findings += [*_fields(draft), *_slug(draft, owner), *_review(draft), *_copied(draft), *_image(draft)]
        findings += _private(draft)
        findings += [*_steps(draft, catalogue), *_tags(draft, catalogue)]
    return findings


def mark_waived(findings: list[GateFinding], *, at: datetime) -> list[GateFinding]:
    """``findings``, those that a waiver standing at ``at`` covers marked so. One query, none if none can be waived."""
    waivable = [finding.key for finding in findings if finding.weight is Weight.WAIVABLE]
    if not waivable:
        return findings
    waived = set(Waiver.objects.active(at).filter(key__in=waivable).values_list("key", flat=True))
    return [replace(f, waived=f.weight is Weight.WAIVABLE and f.key in waived) for f in findings]


def stages_of(draft: Draft, catalogue: Catalogue) -> list[Stage]:
    found_stages = (catalogue.atlas.stages.get(placement["stage"]) for placement in draft.edition.placements)
    return [stage for stage in found_stages if stage]


def _taken_addresses(drafts: list[Draft]) -> dict[tuple[int, str], int]:
    """Who owns each address: whoever published it first, else the first of ``drafts`` to ask for it."""
    kinds, slugs = {draft.kind.pk for draft in drafts}, {draft.edition.slug for draft in drafts}
    known = Address.objects.filter(kind__in=kinds, slug__in=slugs).values_list("kind_id", "slug", "asset_id")
    owners = {(kind, slug): asset for kind, slug, asset in known}
    for draft in drafts:
        # Two texts of one call that ask for the same free slug: the first has it, and the other is refused by name.
        owners.setdefault((draft.kind.pk, draft.edition.slug), draft.asset.pk)
    return owners


def _fields(draft: Draft) -> Iterator[GateFinding]:
    for problem in problems(draft.kind.schema, draft.fields, complete=True):
        where = f"fields.{problem.path}".rstrip(".")
        yield gate_finding(
            draft,
            "fields_invalid",
            Weight.REFUSAL,
            f"{where}: {problem.message}",
            where,
        )


def _slug(draft: Draft, owner: int) -> Iterator[GateFinding]:
    if owner != draft.asset.pk:
        message = _("Another %(kind)s is or was published as “%(slug)s”; choose another slug.") % {
            "kind": draft.kind.title.lower(),
            "slug": draft.edition.slug,
        }
        yield gate_finding(draft, "slug_taken", Weight.REFUSAL, message, "slug")


def _review(draft: Draft) -> Iterator[GateFinding]:
    if draft.kind.review and not draft.approved:
        message = _("Somebody has to approve it as it is now: %(kind)s is reviewed before publishing.") % {
            "kind": draft.kind.title.lower()
        }
        yield gate_finding(draft, "not_approved", Weight.WAIVABLE, message, "status")


def _copied(draft: Draft) -> Iterator[GateFinding]:
    """Readers would be told that these words are in their language; where prices and law are bound to it, never."""
    if source := draft.copied_from:
        bound = draft.edition.market_bound
        message = (
            _(
                "Copied from %(source)s (%(code)s), not yet translated: write it in %(locale)s before it is published, "
                "since it is bound to this market."
            )
            if bound
            else _("Copied from %(source)s (%(code)s), not yet translated: write it in %(locale)s.")
        ) % {"source": source.title, "code": source.code, "locale": draft.locale.title}
        yield gate_finding(draft, "untranslated", Weight.REFUSAL if bound else Weight.WARNING, message, "body")


def _image(draft: Draft) -> Iterator[GateFinding]:
    if draft.image and not draft.image["alt"]:
        message = _(
            "Say in this language what the picture shows, for those who do not see it; unless it only decorates."
        )
        yield gate_finding(draft, "image_alt_missing", Weight.WARNING, message, "image_alt")


def _private(draft: Draft) -> Iterator[GateFinding]:
    """Readers have no business in the admin, whatever road brought its address here."""
    steps = {f"next_steps.{place}": step["url"] or "" for place, step in enumerate(draft.edition.steps)}
    for where, href in private_addresses({"body": draft.body, "fields": draft.fields, **steps}):
        field = where.removeprefix(".")
        message = _(
            "%(field)s: “%(href)s” is a page of this admin, which readers cannot open; lead to the "
            "content itself: its address on your site, or the asset as the target of a step."
        ) % {"field": field, "href": href[:200]}
        yield gate_finding(draft, "link_private", Weight.REFUSAL, message, field)


def _steps(draft: Draft, catalogue: Catalogue) -> Iterator[GateFinding]:
    steps = draft.edition.steps
    hard = [step for step in steps if commitment(step["intent"]) == Commitment.HARD]
    phases = {phase for stage in stages_of(draft, catalogue) for phase in stage.phases}
    if not steps and phases & NEEDS_CTA:
        message = _("Say what the reader can do next: a text for consideration or purchase needs a call to action.")
        yield gate_finding(draft, "cta_missing", Weight.WAIVABLE, message, "next_steps")
    if steps and len(hard) == len(steps) and phases & CONSIDERATION:
        message = _("“Buy or leave” is no choice for somebody who still weighs: add a softer step, such as “compare”.")
        yield gate_finding(draft, "binary_choice", Weight.WAIVABLE, message, "next_steps")
    if hard and Phase.AWARENESS in phases:
        message = _("“%(label)s” asks for a purchase from somebody who has only just become aware.") % {
            "label": hard[0]["label"]
        }
        yield gate_finding(draft, "hard_cta_too_early", Weight.WARNING, message, "next_steps")
    for step in steps:
        if step["url"] and _is_home(step["url"]):
            message = _("“%(label)s” leads to the home page; lead to a page that goes on with the same thought.") % {
                "label": step["label"]
            }
            yield gate_finding(draft, "home_page_cta", Weight.WARNING, message, "next_steps")


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("", "http", "https") and parts.path in ("", "/") and not parts.query


def _tags(draft: Draft, catalogue: Catalogue) -> Iterator[GateFinding]:
    if not draft.edition.placements and not draft.no_stage:
        message = _("Choose a stage, or say why this belongs to none.")
        yield gate_finding(draft, "stage_missing", Weight.WAIVABLE, message, "placements")
    by_journey: dict[int, int] = {}
    for stage in stages_of(draft, catalogue):
        by_journey[stage.journey_id] = by_journey.get(stage.journey_id, 0) + 1
    if max(by_journey.values(), default=0) >= TOO_BROAD:
        message = _("One text for %(count)s stages of a journey rarely speaks to any of them.") % {
            "count": max(by_journey.values())
        }
        yield gate_finding(draft, "stage_too_broad", Weight.WARNING, message, "placements")
    for placement in draft.edition.placements:
        yield from _channels(draft, placement["stage"], placement["channels"], catalogue)


def _channels(draft: Draft, stage_id: int, channel_ids: list[int], catalogue: Catalogue) -> Iterator[GateFinding]:
    atlas = catalogue.atlas
    channels = [atlas.channels_by_id[pk] for pk in channel_ids if pk in atlas.channels_by_id]
    if stage := atlas.stages.get(stage_id):
        for channel in missing_channels(stage, channels, atlas):
            message = channel_advice(channel, stage)
            yield gate_finding(draft, "channel_not_recommended", Weight.WARNING, message, "placements")
    for channel in channels:
        for name, message in too_long(channel, title=draft.edition.title, summary=draft.summary):
            yield gate_finding(draft, "too_long_for_channel", Weight.WARNING, message, name)
