"""The state of an asset or a text: what readers see of it now, and how far its draft is."""

from django.db.models import Exists, F, OuterRef, Subquery, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from content.drafts.queues import LASTING
from content.models import Asset, Edition, Publication, Status, Translation
from content.models.publication import Action


class State(TextChoices):
    """The values stand in addresses of the list and never change; the labels are for people."""

    DRAFT = "draft", _lazy("draft")
    IN_REVIEW = "in review", _lazy("in review")
    APPROVED = "approved", _lazy("approved")
    SCHEDULED = "scheduled", _lazy("scheduled")
    LIVE = "live", _lazy("live")
    CHANGED = "live with changes", _lazy("live with changes")
    CHANGE_SCHEDULED = "live, change scheduled", _lazy("live, change scheduled")
    LIVE_IN_REVIEW = "live, in review", _lazy("live, in review")
    LIVE_APPROVED = "live, approved", _lazy("live, approved")
    EXPIRED = "expired", _lazy("expired")
    WITHDRAWN = "withdrawn", _lazy("withdrawn")


COLOURS = {
    State.DRAFT: "default",
    State.IN_REVIEW: "warning",
    State.APPROVED: "info",
    State.SCHEDULED: "info",
    State.LIVE: "success",
    State.CHANGED: "success",
    State.CHANGE_SCHEDULED: "success",
    State.LIVE_IN_REVIEW: "success",
    State.LIVE_APPROVED: "success",
    State.EXPIRED: "default",
    State.WITHDRAWN: "danger",
}


class WindowState(TextChoices):
    """What ``Edition.window_at`` answers, with labels for people."""

    LIVE = "live", _lazy("live")
    SCHEDULED = "scheduled", _lazy("scheduled")
    ENDED = "ended", _lazy("ended")
    CANCELLED = "cancelled", _lazy("cancelled")


WINDOW_COLOURS = {
    WindowState.LIVE: "success",
    WindowState.SCHEDULED: "info",
    WindowState.ENDED: "default",
    WindowState.CANCELLED: "warning",
}
ENDED = (Action.WITHDRAW, Action.RECALL)


def state_flags(at, *, asset, locale=None):
    """Annotations for ``state_of``: of an asset, or of one of its texts where ``locale`` is given too.

    Both are an ``OuterRef``. A draft is changed if it is younger than every edition of it that is live or scheduled;
    one that is edited back to the words of such an edition is dated back to it (``content/drafts/unchanged.py``).
    """
    own = {"asset": asset, **({"locale": locale} if locale else {})}
    editions = Edition.objects.filter(cancelled_at=None, **own).order_by()
    drafts = Translation.objects.filter(**own).order_by()
    same = {"asset": OuterRef("asset"), "locale": OuterRef("locale")}
    # Compared by when it was published and not by when it goes live: a draft that is scheduled for next week and not
    # touched since has no changes.
    newer_editions = Edition.objects.filter(
        LASTING, cancelled_at=None, publication__at__gte=OuterRef("updated_at"), **same
    )
    changed_drafts = Translation.objects.filter(~Exists(newer_editions.order_by().ending_after(at)), **same).order_by()
    # A withdrawal ends an edition at its own instant, so the two are compared to tell it from expiry.
    last_end = editions.filter(live_from__lte=at).order_by(F("live_until").desc()).values("live_until")[:1]
    return {
        "is_live": Exists(editions.live(at)),
        "is_changed": Exists(editions.live(at).filter(Exists(changed_drafts))),
        "is_scheduled": Exists(editions.filter(LASTING, live_from__gt=at)),
        "is_in_review": Exists(drafts.filter(status=Status.IN_REVIEW)),
        "is_approved": Exists(drafts.filter(status=Status.APPROVED)),
        "was_live": Exists(editions.filter(live_from__lte=at)),
        "last_end": Subquery(last_end),
        "is_withdrawn": Exists(Publication.objects.filter(action__in=ENDED, at=OuterRef("last_end"))),
    }


# The first whose flags are all set is the state; the last is for when none is. Something live with a draft
# in review and an edition scheduled is “live, in review”: what waits for somebody comes first.
RULES = {
    State.LIVE_IN_REVIEW: ("is_live", "is_in_review"),
    State.LIVE_APPROVED: ("is_live", "is_approved"),
    State.CHANGED: ("is_live", "is_changed"),
    State.CHANGE_SCHEDULED: ("is_live", "is_scheduled"),
    State.LIVE: ("is_live",),
    State.SCHEDULED: ("is_scheduled",),
    State.IN_REVIEW: ("is_in_review",),
    State.APPROVED: ("is_approved",),
    State.WITHDRAWN: ("was_live", "is_withdrawn"),
    State.EXPIRED: ("was_live",),
    State.DRAFT: (),
}
# What can be asked for: the flags that are set, and those that are not. Something can be live and in review.
FILTERS = {
    State.DRAFT: ((), ("is_live", "is_scheduled", "was_live", "is_in_review", "is_approved")),
    State.IN_REVIEW: (("is_in_review",), ()),
    State.APPROVED: (("is_approved",), ()),
    State.SCHEDULED: (("is_scheduled",), ()),
    State.LIVE: (("is_live",), ()),
    State.CHANGED: (("is_live", "is_changed"), ()),
    State.EXPIRED: (("was_live",), ("is_live", "is_scheduled", "is_withdrawn")),
    State.WITHDRAWN: (("was_live", "is_withdrawn"), ("is_live", "is_scheduled")),
}


def state_of(thing):
    """The ``State`` of an asset or a text that carries ``state_flags``."""
    return next(state for state, flags in RULES.items() if all(getattr(thing, flag) for flag in flags))


def with_states(things, *, at):
    """A page of assets, or of texts, as a list, each with its ``state``; ``None`` for one deleted meanwhile.

    One query more, for this page alone: annotations on the whole list would be computed for every row of it.
    """
    page = list(things)
    states = _states(things.model.objects.filter(pk__in=[thing.pk for thing in page]), at=at)
    for thing in page:
        thing.state = states.get(thing.pk)
    return page


def first_state(things, *, at):
    """The ``State`` of the first asset or text of a queryset; ``None`` if it is empty. One query."""
    return next(iter(_states(things, at=at).values()), None)


def state_cell(state: State | None) -> tuple[State, Promise] | str:
    """A ``State`` as a column with ``label=COLOURS`` takes it: the value for its colour, and the label."""
    return (state, state.label) if state else ""


def _states(things, *, at):
    own = {"asset": OuterRef("asset"), "locale": OuterRef("locale")}
    if things.model is Asset:
        own = {"asset": OuterRef("pk")}
    annotated = things.order_by().only("pk").annotate(**state_flags(at, **own))
    return {thing.pk: state_of(thing) for thing in annotated}


def filter_by_state(assets, state, *, at):
    """Those that are in one of ``FILTERS``."""
    true_flags, false_flags = FILTERS[state]
    flagged = assets.alias(**state_flags(at, asset=OuterRef("pk")))
    return flagged.filter(**dict.fromkeys(true_flags, True), **dict.fromkeys(false_flags, False))
