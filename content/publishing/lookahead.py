"""The gates that look ahead: what the state after the whole call says of each new edition."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.delivery.next_steps import Position, next_steps
from content.drafts.freeze import Draft
from content.instants import EPOCH, STEP, micros
from content.links import referenced
from content.models import Asset, Edition, Showing
from content.models.showing import ANYONE, ANYWHERE
from content.publishing.address_clashes import judge_paths
from content.publishing.gate_findings import GateFinding, Weight
from content.publishing.gates import gate_finding, stages_of
from content.query import Query
from journeys.models import Journey, Segment, Stage

Windows = dict[tuple[int, int | str], list[tuple[int, int]]]


@dataclass(frozen=True)
class ReaderContext:
    """A reader for whom it is asked whether stages are dead ends."""

    locale_id: int
    journey: Journey
    segment: Segment | None
    at: datetime


def judge_outlook(
    drafts: list[Draft], standing: Iterable[Edition], catalogue: Catalogue, *, at: datetime
) -> list[GateFinding]:
    """What the gates say of ``drafts`` now that they, their showings and their paths are written at ``at``, by asset.

    ``standing`` are all editions of the same assets and locales that had not ended. One query for the paths, one for
    the targets, one more if bodies have links, and one or two for each kind of reader the drafts are for.
    """
    by_pair: dict[tuple[int, int], list[Edition]] = {}
    for edition in standing:
        by_pair.setdefault((edition.asset_id, edition.locale_id), []).append(edition)
    windows = _target_windows(drafts)
    findings: list[GateFinding] = []
    dead = _dead_ends(drafts, catalogue)
    for draft in drafts:
        findings += [*_target(draft, windows), *_links(draft, windows), *_successors(draft, by_pair[draft.key])]
        if draft.key in dead:
            stage, whom = dead[draft.key]
            message = _("Nothing leads on from here at %(stage)s for %(whom)s: no step follows a transition.") % {
                "stage": stage.title,
                "whom": whom,
            }
            findings.append(gate_finding(draft, "dead_end", Weight.WARNING, message, "next_steps"))
    return findings + judge_paths(drafts, catalogue, at=at)


def _target_windows(drafts: list[Draft]) -> Windows:
    """When each primary target, and each asset that a body links to, is shown: by reader's locale and its id."""
    targets = {draft.edition.steps[0]["asset"] for draft in drafts if draft.edition.steps}
    linked = {uid for draft in drafts for uid in referenced(draft.body)}
    # Not joined by “or” with the other condition, which would read every showing there is.
    targets |= set(Asset.objects.filter(uid__in=linked).values_list("pk", flat=True)) if linked else set()
    shown: Windows = {}
    rows = Showing.objects.filter(
        asset__in=targets - {None},
        locale__in={draft.locale.pk for draft in drafts},
        stage=ANYWHERE,
        segment=ANYONE,
    )
    for locale, asset, uid, *times in rows.values_list(
        "locale_id", "asset_id", "asset__uid", "live_from", "live_until"
    ):
        shown.setdefault((locale, asset), []).append((times[0], times[1]))
        shown.setdefault((locale, uid.hex), []).append((times[0], times[1]))
    return shown


def _links(draft: Draft, windows: Windows) -> Iterator[GateFinding]:
    """What the body links to should be shown at some time within the window; readers get the others as plain words."""
    start, end = micros(draft.edition.live_from), micros(draft.edition.live_until)
    for uid in referenced(draft.body):
        if not any(w[0] < end and start < w[1] for w in windows.get((draft.locale.pk, uid), [])):
            message = _(
                "A link in the text leads to asset %(uid)s, which is neither live nor scheduled in this time."
            ) % {"uid": uid}
            yield gate_finding(draft, "link_dead", Weight.WARNING, message, "body")


def _target(draft: Draft, windows: Windows) -> Iterator[GateFinding]:
    """The primary step's target must be shown at some time within the window; a warning if not to its end."""
    edition = draft.edition
    if not edition.steps or not (target := edition.steps[0]["asset"]):
        return
    start, end = micros(edition.live_from), micros(edition.live_until)
    # Two half-open windows have an instant in common where each begins before the other ends.
    shown = [w for w in windows.get((draft.locale.pk, target), []) if w[0] < end and start < w[1]]
    label = edition.steps[0]["label"]
    if not shown:
        message = _(
            "“%(label)s”, the primary step, leads to something that is neither live nor scheduled in this time."
        ) % {"label": label}
        yield gate_finding(draft, "cta_target_dead", Weight.WAIVABLE, message, "next_steps")
    elif (last := max(until for _start, until in shown)) < end:
        when = _utc_minute(EPOCH + last * STEP)
        message = _("“%(label)s”, the primary step, leads to something that ends on %(when)s, before this does.") % {
            "label": label,
            "when": when,
        }
        yield gate_finding(draft, "cta_target_expires", Weight.WARNING, message, "next_steps")


def _successors(draft: Draft, standing: list[Edition]) -> Iterator[GateFinding]:
    edition = draft.edition
    others = [other for other in standing if other.pk != edition.pk and other.cancelled_at is None]
    # By start and then by number, as ``effective_ends`` orders them: of two that start together the later publish wins.
    own = (edition.live_from, edition.number)
    later = [other for other in others if (other.live_from, other.number) > own]
    if later:
        first = min(later, key=lambda other: other.live_from)
        message = _("Edition %(number)s is scheduled for %(live_from)s and takes over then.") % {
            "number": first.number,
            "live_from": _utc_minute(first.live_from),
        }
        yield gate_finding(draft, "scheduled_follows", Weight.WARNING, message)
    end = edition.live_until
    if end and not any(other.live_from == end for other in later):
        replaced = [o for o in others if o.live_from <= edition.live_from and micros(o.asked_until) > micros(end)]
        if replaced:
            message = _("On %(end)s this ends and nothing comes back: what it replaces would have stayed.") % {
                "end": _utc_minute(end)
            }
            yield gate_finding(draft, "goes_dark", Weight.WARNING, message)


def _dead_ends(drafts: list[Draft], catalogue: Catalogue) -> dict[tuple[int, int], tuple[Stage, str]]:
    """The first stage at which each draft leaves readers it is for with no way on, and who they are."""
    atlas = catalogue.atlas
    readers: dict[ReaderContext, list[tuple[Draft, Stage]]] = {}
    for draft in drafts:
        for placement in draft.edition.placements:
            stage = atlas.stages.get(placement["stage"])
            for segment in [atlas.segments_by_id.get(pk) for pk in placement["segments"]] or [None]:
                if stage:
                    context = ReaderContext(draft.locale.pk, stage.journey, segment, draft.edition.live_from)
                    readers.setdefault(context, []).append((draft, stage))
    dead: dict[tuple[tuple[int, int], int], list[str]] = {}
    for context, group in readers.items():
        query = Query(
            locale=catalogue.locales_by_id[context.locale_id],
            journey=context.journey,
            segment=context.segment or "everyone",
        )
        standings = [Position(draft.asset.pk, draft.edition.steps, stage) for draft, stage in group]
        found_ways = next_steps(standings, query, at=context.at, catalogue=catalogue)
        for (draft, stage), ways in zip(group, found_ways, strict=True):
            if ways.dead_end:
                dead.setdefault((draft.key, stage.id), []).append(
                    context.segment.title if context.segment else "everyone"
                )
    ends = {
        draft.key: [stage for stage in stages_of(draft, catalogue) if (draft.key, stage.id) in dead] for draft in drafts
    }
    return {key: (stages[0], ", ".join(dead[(key, stages[0].id)])) for key, stages in ends.items() if stages}


def _utc_minute(at: datetime) -> str:
    """To the minute, and in no editor's zone: it is kept with the edition, and screens tell it in their reader's."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
