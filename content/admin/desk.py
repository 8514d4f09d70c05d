"""The first page: what waits for whoever looks, and for somebody new what to begin with."""

from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content import clock
from content.admin.asset.state import filter_by_state
from content.admin.local_time import localise_instants
from content.audit.worklist import assigned_keys
from content.coverage.journeys import journey_gaps
from content.delivery.current_state import current_state
from content.drafts.queues import LATELY, ending, going_live, open_briefs, own_first, published_since, review_overdue
from content.drafts.review import sent_back_to, waiting_for
from content.instants import day_of
from content.models import Asset, Locale, Publication, Refusal
from content.models.publication import Action
from content.permissions import (
    ADD_ASSET,
    ADD_JOURNEY,
    ADD_LOCALE,
    PUBLISH_ASSET,
    REVIEW_TRANSLATION,
    VIEW_ASSET,
    VIEW_COVERAGE,
    VIEW_PUBLICATION,
    VIEW_TOUCHPOINT,
)
from journeys.admin.display import time_cell
from journeys.admin.urls import admin_url
from journeys.models import Journey, Touchpoint

SHOWN, GAPS_SHOWN = 5, 3
DONE = {
    Action.PUBLISH: "published",
    Action.WITHDRAW: "withdrew",
    Action.RECALL: "recalled",
    Action.RESCHEDULE: "rescheduled",
    Action.RESTORE: "restored",
}


@dataclass(frozen=True)
class DeskItem:
    name: str
    link: str
    more: str
    when: str


@dataclass(frozen=True)
class DeskQueue:
    """Some things on the desk: how many there are, the first few, and the list behind them."""

    title: str
    empty: str
    link: str
    count: int
    rows: list[DeskItem]


@dataclass(frozen=True)
class SilentStage:
    """A journey with its first gaps; ``more`` is how many others there are."""

    title: str
    told: str
    link: str
    rows: list[DeskItem]
    more: int


@dataclass(frozen=True)
class FirstStep:
    words: str
    link: str
    done: bool


def desk(request, context):
    """What the first page shows beside the screens. Two or three queries a pile, whatever there is."""
    user = request.user
    sees_assets = user.has_perm(VIEW_ASSET)
    steps = _first_steps(user) if sees_assets else []
    piles = _piles(user) if sees_assets and not steps else []
    if user.has_perm(VIEW_PUBLICATION) and not steps:
        piles.append(_published(sees_assets))
    silent = _silences() if user.has_perm(VIEW_COVERAGE) and not steps else []
    return context | {"title": "Your desk", "first_steps": steps, "piles": piles, "silences": silent}


def _piles(user):
    now, assets = clock.now(), Asset.objects.select_related("kind", "owner")
    overdue = review_overdue(assets, on=day_of(clock.now()))
    return [
        _pile(
            "My drafts",
            "No draft of yours waits to be published. What you add is yours, and waits here until it goes live.",
            filter_by_state(assets.filter(owner=user), "draft", at=now),
            lambda one: (one.kind, time_cell(one.updated_at)),
            owner="me",
            state="draft",
        ),
        *_briefs(user, assets),
        *_reviews(user, assets),
        *_refused(user),
        *_handed(user),
        _pile(
            "Review overdue",
            "Nothing is overdue. Give an asset a review date, and it turns up here when the day has passed.",
            own_first(overdue, user),
            lambda one: _overdue(one, user),
            review="overdue",
        ),
        *_places(user),
        _pile(
            "Going live in the next 14 days",
            "Nothing is scheduled. Publish an asset with a start that lies ahead, and it waits here.",
            going_live(assets, at=now),
            lambda one: (one.kind, time_cell(one.moment)),
            soon="live",
        ),
        _pile(
            "Ending in the next 14 days, with nothing to follow",
            "Nothing ends. What does is listed here in time for you to publish what follows, or to move its end.",
            ending(assets, at=now),
            lambda one: (one.kind, time_cell(one.moment)),
            soon="ending",
        ),
    ]


def _overdue(one, user):
    return "yours" if one.owner == user else one.owner or "nobody’s", f"{one.review_date}"


def _places(user):
    """The touchpoints that somebody should have looked at again, if there are any."""
    overdue = review_overdue(Touchpoint.objects.select_related("owner"), on=day_of(clock.now()))
    if user.has_perm(VIEW_TOUCHPOINT) and overdue.exists():
        told, own = (lambda one: _overdue(one, user)), own_first(overdue, user)
        yield _pile("Touchpoints to look at again", "", own, told, review="overdue")


def _briefs(user, assets):
    """What somebody ordered of whoever looks, if anybody did."""
    mine = open_briefs(assets.filter(owner=user))
    if mine.exists():
        yield _pile("My briefs", "", mine, lambda one: (one.kind, _due(one)), owner="me", due="open")


def _due(asset):
    if asset.due is None:
        return "no day"
    return f"{'overdue since' if asset.due < day_of(clock.now()) else 'due'} {asset.due}"


def _reviews(user, assets):
    """What came back to whoever looks, if anything did; what waits for them, if they review."""
    back = sent_back_to(assets, user)
    if back.exists():
        yield _pile("Sent back to you", "", back, lambda one: (one.kind, time_cell(one.updated_at)), review="mine")
    if user.has_perm(REVIEW_TRANSLATION):
        yield _pile(
            "Waiting for your review",
            "Nothing waits. A text that somebody asks you, or anybody, to review turns up here.",
            waiting_for(assets, user),
            lambda one: ("asked of you" if one.is_asked else "of anybody", time_cell(one.updated_at)),
            review="waiting",
        )


def _refused(user):
    """What the gates last refused, for those who publish and those whose it is."""
    found, asked = Refusal.objects.select_related("asset", "by"), {"refused": "yes"}
    if not user.has_perm(PUBLISH_ASSET):
        found, asked = found.filter(asset__owner=user), {**asked, "owner": "me"}
    if not found.exists():
        return
    link = f"{admin_url(Asset, 'changelist')}?{urlencode(asked)}"
    rows = [_refusal(one) for one in found[:SHOWN]]
    yield DeskQueue("Refused by the gates", "", link, found.count(), rows)


def _refusal(one):
    more = f"{one.by or 'the system'}: {localise_instants(one.findings[0]['message'])}"
    others = len(one.findings) - 1
    told = f"{more} – and {others} more" if others else more
    return DeskItem(one.asset.name, admin_url(Asset, "change", one.asset_id), told, time_cell(one.at))


def _handed(user):
    """What the audit found and somebody handed to whoever looks, if anybody did: a row for each journey."""
    handed = assigned_keys(user) if user.has_perm(VIEW_COVERAGE) else {}
    journeys = list(Journey.objects.filter(slug__in=handed)) if handed else []
    if journeys:
        rows = [_handed_row(one, handed[one.slug]) for one in journeys]
        count = sum(len(handed[one.slug]) for one in journeys)
        yield DeskQueue("Findings handed to you", "", rows[0].link, count, rows[:SHOWN])


def _handed_row(journey, keys):
    what = get_text_list(sorted({key.partition(":")[0].replace("_", " ") for key in keys}), _("and"))
    link = f"{reverse('findings-page')}?{urlencode({'journey': journey.slug, 'assigned': 'me', 'standing': 'all'})}"
    return DeskItem(journey.title, link, what, f"{len(keys)} finding{'' if len(keys) == 1 else 's'}")


def _pile(title, empty, things, told, **filters):
    link = f"{admin_url(things.model, 'changelist')}?{urlencode(filters)}"
    rows = [DeskItem(str(one), admin_url(things.model, "change", one.pk), *told(one)) for one in things[:SHOWN]]
    return DeskQueue(title, empty, link, things.count(), rows)


def _published(sees_assets):
    """What was published of late; whoever may not see assets is led to the publication instead."""
    since = timezone.make_aware(datetime.combine(day_of(clock.now()) - LATELY, time.min))
    found = published_since(since)
    link = f"{admin_url(Publication, 'changelist')}?{urlencode({'at__gte': since.isoformat()})}"
    empty = "Nothing was. Open an asset and choose “Publish”, and it is told here, with your note."
    rows = [_publication(one, sees_assets) for one in found.select_related("by")[:SHOWN]]
    return DeskQueue("Published in the last 14 days", empty, link, found.count(), rows)


def _publication(one, sees_assets):
    done = f"{one.by or 'the system'} {DONE[one.action]}"
    more = f"{done}: {one.note}" if one.note else done
    if not one.asset or not sees_assets:
        return DeskItem(f"Publication {one.number}", admin_url(Publication, "change", one.pk), more, time_cell(one.at))
    if one.assets > 1:
        name = f"{one.name} and {one.assets - 1} more"
        return DeskItem(name, admin_url(Publication, "change", one.pk), more, time_cell(one.at))
    return DeskItem(one.name, admin_url(Asset, "change", one.asset), more, time_cell(one.at))


def _silences():
    """The journeys that anything is placed on, and the default one: how much is covered, and the first gaps of each."""
    now = clock.now()
    atlas = (catalogue := current_state(now=now).catalogue).atlas
    found = journey_gaps(list(atlas.journeys.values()), at=now, catalogue=catalogue)
    default = atlas.default_journey
    found.sort(key=lambda one: one.journey != default)
    return [_silence(one) for one in found if one.filled or one.journey == default]


def _silence(covered):
    journey = {"journey": covered.journey.slug}
    rows = [
        DeskItem(
            f"{gap.row.title} × {gap.column.title}",
            f"{reverse('coverage-cell')}?{urlencode({**journey, 'row': gap.row.slug, 'column': gap.column.slug})}",
            "",
            f"{gap.missing} missing",
        )
        for gap in covered.gaps[:GAPS_SHOWN]
    ]
    score = f"{covered.score:.0%} covered in {covered.locale.title}"
    told = f"{score}: {len(covered.gaps)} of {covered.cells} cells are gaps"
    link = f"{reverse('coverage-page')}?{urlencode(journey)}"
    return SilentStage(covered.journey.title, told, link, rows, len(covered.gaps) - len(rows))


def _first_steps(user):
    """The first three things to do in an empty service, each with whether it is done; nothing once there are assets."""
    if Asset.objects.exists():
        return []
    steps = [
        (Locale, ADD_LOCALE, "Add the language you write in"),
        (Journey, ADD_JOURNEY, "Draw a journey: the stages your customers go through"),
        (Asset, ADD_ASSET, "Write the first asset and place it at a stage"),
    ]
    return [_step(model, words) for model, right, words in steps if user.has_perm(right)]


def _step(model, words):
    done = model.objects.exists()
    return FirstStep(words, admin_url(model, "changelist" if done else "add"), done)
