"""The admin's first page: queues of work for the user, gaps in coverage, and first steps in an empty service."""

from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from content import clock
from content.admin.asset.state import filter_by_state
from content.admin.findings.labels import code_label
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

MOST_ROWS, MOST_GAPS = 5, 3  # of a queue, of a journey
DONE = {
    Action.PUBLISH: gettext_lazy("Published by %(user)s"),
    Action.WITHDRAW: gettext_lazy("Withdrawn by %(user)s"),
    Action.RECALL: gettext_lazy("Recalled by %(user)s"),
    Action.RESCHEDULE: gettext_lazy("Rescheduled by %(user)s"),
    Action.RESTORE: gettext_lazy("Restored by %(user)s"),
}


@dataclass(frozen=True)
class DeskItem:
    name: str
    link: str
    details: str
    when: str


@dataclass(frozen=True)
class DeskQueue:
    """A list of things on the desk: how many there are, the first few, and a link to all of them."""

    title: str
    empty: str
    link: str
    count: int
    rows: list[DeskItem]


@dataclass(frozen=True)
class JourneySummary:
    """How much of a journey is covered, with its first gaps; ``more`` is how many others there are."""

    title: str
    score: str
    link: str
    rows: list[DeskItem]
    more: int


@dataclass(frozen=True)
class FirstStep:
    label: str
    link: str
    done: bool


def desk(request, context):
    """The context of the first page. Two or three queries for each queue, however many rows there are."""
    user = request.user
    sees_assets = user.has_perm(VIEW_ASSET)
    steps = _first_steps(user) if sees_assets else []
    queues = _queues(user) if sees_assets and not steps else []
    if user.has_perm(VIEW_PUBLICATION) and not steps:
        queues.append(_published(sees_assets))
    journeys = _journeys() if user.has_perm(VIEW_COVERAGE) and not steps else []
    return context | {"title": _("Your desk"), "first_steps": steps, "queues": queues, "journeys": journeys}


def _queues(user):
    now, assets = clock.now(), Asset.objects.select_related("kind", "owner")
    overdue = review_overdue(assets, on=day_of(clock.now()))
    return [
        _queue(
            _("My drafts"),
            _("You have no unpublished drafts. What you add is listed here until it goes live."),
            filter_by_state(assets.filter(owner=user), "draft", at=now),
            lambda asset: (asset.kind, time_cell(asset.updated_at)),
            owner="me",
            state="draft",
        ),
        *_briefs(user, assets),
        *_reviews(user, assets),
        *_refused(user),
        *_assigned(user),
        _queue(
            _("Review overdue"),
            _("Nothing is overdue. Assets are listed here once their review date has passed."),
            own_first(overdue, user),
            lambda asset: _review_due(asset, user),
            review="overdue",
        ),
        *_touchpoints(user),
        _queue(
            _("Going live in the next 14 days"),
            _("Nothing is scheduled. Assets published with a start in the future are listed here."),
            going_live(assets, at=now),
            lambda asset: (asset.kind, time_cell(asset.moment)),
            soon="live",
        ),
        _queue(
            _("Ending in the next 14 days with nothing to follow"),
            _("Nothing ends soon. Assets are listed here in time to publish a successor or move their end."),
            ending(assets, at=now),
            lambda asset: (asset.kind, time_cell(asset.moment)),
            soon="ending",
        ),
    ]


def _review_due(thing, user):
    """The details and the date of a row: whose asset or touchpoint it is, and when its review was due."""
    return _("yours") if thing.owner == user else thing.owner or _("no owner"), localize(thing.review_date)


def _touchpoints(user):
    """A queue of the touchpoints whose review is overdue, if there are any."""
    overdue = review_overdue(Touchpoint.objects.select_related("owner"), on=day_of(clock.now()))
    if user.has_perm(VIEW_TOUCHPOINT) and overdue.exists():
        yield _queue(
            _("Touchpoints to review"),
            "",
            own_first(overdue, user),
            lambda touchpoint: _review_due(touchpoint, user),
            review="overdue",
        )


def _briefs(user, assets):
    """A queue of the open briefs that the user owns, if there are any."""
    briefs = open_briefs(assets.filter(owner=user))
    if briefs.exists():
        yield _queue(_("My briefs"), "", briefs, lambda asset: (asset.kind, _due(asset)), owner="me", due="open")


def _due(asset):
    if asset.due is None:
        return _("no due date")
    overdue = asset.due < day_of(clock.now())
    return (_("overdue since %(date)s") if overdue else _("due %(date)s")) % {"date": localize(asset.due)}


def _reviews(user, assets):
    """A queue of texts sent back to the user, if there are any; and, for reviewers, one of those to review."""
    back = sent_back_to(assets, user)
    if back.exists():
        yield _queue(
            _("Sent back to you"),
            "",
            back,
            lambda asset: (asset.kind, time_cell(asset.updated_at)),
            review="mine",
        )
    if user.has_perm(REVIEW_TRANSLATION):
        yield _queue(
            _("Waiting for your review"),
            _("Nothing is waiting. Texts that you, or anyone, should review are listed here."),
            waiting_for(assets, user),
            lambda asset: (_("for you") if asset.is_asked else _("for anyone"), time_cell(asset.updated_at)),
            review="waiting",
        )


def _refused(user):
    """A queue of what the gates last refused: all of it for publishers, else of the user's own assets."""
    refusals, filters = Refusal.objects.select_related("asset", "by"), {"refused": "yes"}
    if not user.has_perm(PUBLISH_ASSET):
        refusals, filters = refusals.filter(asset__owner=user), {**filters, "owner": "me"}
    if not refusals.exists():
        return
    link = f"{admin_url(Asset, 'changelist')}?{urlencode(filters)}"
    rows = [_refusal(refusal) for refusal in refusals[:MOST_ROWS]]
    yield DeskQueue(_("Publishing refused"), "", link, refusals.count(), rows)


def _refusal(refusal):
    values = {
        "user": refusal.by or _("the system"),
        "message": localise_instants(refusal.findings[0]["message"]),
        "count": (others := len(refusal.findings) - 1),
    }
    if others:
        details = ngettext(
            "%(user)s: %(message)s – and %(count)d more", "%(user)s: %(message)s – and %(count)d more", others
        )
    else:
        details = _("%(user)s: %(message)s")
    return DeskItem(
        refusal.asset.name, admin_url(Asset, "change", refusal.asset_id), details % values, time_cell(refusal.at)
    )


def _assigned(user):
    """A queue of the findings assigned to the user, if there are any: a row for each journey."""
    # The keys of findings by the slug of their journey; a journey may be gone since.
    keys = assigned_keys(user) if user.has_perm(VIEW_COVERAGE) else {}
    journeys = list(Journey.objects.filter(slug__in=keys)) if keys else []
    if journeys:
        rows = [_assigned_row(journey, keys[journey.slug]) for journey in journeys]
        count = sum(len(keys[journey.slug]) for journey in journeys)
        yield DeskQueue(_("Findings assigned to you"), "", rows[0].link, count, rows[:MOST_ROWS])


def _assigned_row(journey, keys):
    # A key begins with the code of its finding: “dead_end:…”.
    labels = get_text_list(sorted({code_label(key.partition(":")[0]) for key in keys}), _("and"))
    link = f"{reverse('findings-page')}?{urlencode({'journey': journey.slug, 'assigned': 'me', 'standing': 'all'})}"
    count = ngettext("%(count)d finding", "%(count)d findings", len(keys)) % {"count": len(keys)}
    return DeskItem(journey.title, link, labels, count)


def _queue(title, empty, objects, details_of, **filters):
    """A queue of a queryset; ``details_of`` gives the details and the date of a row, ``filters`` make its link."""
    link = f"{admin_url(objects.model, 'changelist')}?{urlencode(filters)}"
    rows = [
        DeskItem(str(thing), admin_url(objects.model, "change", thing.pk), *details_of(thing))
        for thing in objects[:MOST_ROWS]
    ]
    return DeskQueue(title, empty, link, objects.count(), rows)


def _published(sees_assets):
    """A queue of recent publications. Rows lead to the asset, or to the publication for users who see no assets."""
    since = timezone.make_aware(datetime.combine(day_of(clock.now()) - LATELY, time.min))
    publications = published_since(since)
    link = f"{admin_url(Publication, 'changelist')}?{urlencode({'at__gte': since.isoformat()})}"
    empty = _("Nothing was published. Open an asset and choose “Publish”; it is listed here with your note.")
    rows = [_publication(publication, sees_assets) for publication in publications.select_related("by")[:MOST_ROWS]]
    return DeskQueue(_("Published in the last 14 days"), empty, link, publications.count(), rows)


def _publication(publication, sees_assets):
    details = DONE[publication.action] % {"user": publication.by or _("the system")}
    if publication.note:
        details = _("%(action)s: %(note)s") % {"action": details, "note": publication.note}
    own_page = admin_url(Publication, "change", publication.pk)
    when = time_cell(publication.at)
    # A publication that only withdrew has no edition, and so no asset to lead to.
    if not publication.asset or not sees_assets:
        return DeskItem(_("Publication %(number)d") % {"number": publication.number}, own_page, details, when)
    if others := publication.assets - 1:
        name = ngettext("%(name)s and %(count)d more", "%(name)s and %(count)d more", others)
        return DeskItem(name % {"name": publication.name, "count": others}, own_page, details, when)
    return DeskItem(publication.name, admin_url(Asset, "change", publication.asset), details, when)


def _journeys():
    """Coverage and first gaps of the default journey, which comes first, and of each journey that has content."""
    now = clock.now()
    atlas = (catalogue := current_state(now=now).catalogue).atlas
    journeys = journey_gaps(list(atlas.journeys.values()), at=now, catalogue=catalogue)
    default = atlas.default_journey
    # The sort is stable: all but the default keep the order of the map.
    journeys.sort(key=lambda covered: covered.journey != default)
    return [_summary(covered) for covered in journeys if covered.filled or covered.journey == default]


def _summary(covered):
    journey = {"journey": covered.journey.slug}
    rows = [
        DeskItem(
            f"{gap.row.title} × {gap.column.title}",
            f"{reverse('coverage-cell')}?{urlencode({**journey, 'row': gap.row.slug, 'column': gap.column.slug})}",
            "",
            ngettext("%(count)d missing", "%(count)d missing", gap.missing) % {"count": gap.missing},
        )
        for gap in covered.gaps[:MOST_GAPS]
    ]
    score = ngettext(
        "%(score)s covered in %(language)s: %(gaps)d of %(count)d cell is a gap",
        "%(score)s covered in %(language)s: %(gaps)d of %(count)d cells are gaps",
        covered.cells,
    ) % {
        "score": f"{covered.score:.0%}",
        "language": covered.locale.title,
        "gaps": len(covered.gaps),
        "count": covered.cells,
    }
    link = f"{reverse('coverage-page')}?{urlencode(journey)}"
    return JourneySummary(covered.journey.title, score, link, rows, len(covered.gaps) - len(rows))


def _first_steps(user):
    """The first three things to do in an empty service, each with whether it is done; none once there are assets."""
    if Asset.objects.exists():
        return []
    steps = [
        (Locale, ADD_LOCALE, _("Add the language you write in")),
        (Journey, ADD_JOURNEY, _("Create a journey: the stages your customers go through")),
        (Asset, ADD_ASSET, _("Write the first asset and place it at a stage")),
    ]
    return [_step(model, label) for model, right, label in steps if user.has_perm(right)]


def _step(model, label):
    done = model.objects.exists()
    # What is done leads to the list, what is not to the form.
    return FirstStep(label, admin_url(model, "changelist" if done else "add"), done)
