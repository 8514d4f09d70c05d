"""What readers see of something now and how far its draft is, as one word."""

from django.db.models import Exists, F, OuterRef, Subquery

from content.drafts.queues import LASTING
from content.models import Asset, Edition, Publication, Status, Translation
from content.models.publication import Action

# Every word there is, with its colour.
COLOURS = {
    "draft": "default",
    "in review": "warning",
    "approved": "info",
    "scheduled": "info",
    "live": "success",
    "live with changes": "success",
    "live, change scheduled": "success",
    "live, in review": "success",
    "live, approved": "success",
    "expired": "default",
    "withdrawn": "danger",
}
ENDED = (Action.WITHDRAW, Action.RECALL)


def state_flags(at, *, asset, locale=None):
    """Annotations for ``state_label``: of an asset, or of one of its texts where ``locale`` is said too.

    Each is an ``OuterRef``. Something is changed if its draft is younger than all that is live of it or scheduled: what
    is edited back to the very words that stand is dated back to them (``content/drafts/unchanged.py``).
    """
    own = {"asset": asset, **({"locale": locale} if locale else {})}
    standing = Edition.objects.filter(cancelled_at=None, **own).order_by()
    drafts = Translation.objects.filter(**own).order_by()
    same = {"asset": OuterRef("asset"), "locale": OuterRef("locale")}
    as_young = Edition.objects.filter(LASTING, cancelled_at=None, publication__at__gte=OuterRef("updated_at"), **same)
    younger = Translation.objects.filter(~Exists(as_young.order_by().ending_after(at)), **same).order_by()
    last_end = standing.filter(live_from__lte=at).order_by(F("live_until").desc()).values("live_until")[:1]
    return {
        "is_live": Exists(standing.live(at)),
        "is_changed": Exists(standing.live(at).filter(Exists(younger))),
        "is_scheduled": Exists(standing.filter(LASTING, live_from__gt=at)),
        "is_in_review": Exists(drafts.filter(status=Status.IN_REVIEW)),
        "is_approved": Exists(drafts.filter(status=Status.APPROVED)),
        "was_live": Exists(standing.filter(live_from__lte=at)),
        "last_end": Subquery(last_end),
        "is_withdrawn": Exists(Publication.objects.filter(action__in=ENDED, at=OuterRef("last_end"))),
    }


# The first whose flags are all set is the word; the last is for when none is.
WORDS = {
    "live, in review": ("is_live", "is_in_review"),
    "live, approved": ("is_live", "is_approved"),
    "live with changes": ("is_live", "is_changed"),
    "live, change scheduled": ("is_live", "is_scheduled"),
    "live": ("is_live",),
    "scheduled": ("is_scheduled",),
    "in review": ("is_in_review",),
    "approved": ("is_approved",),
    "withdrawn": ("was_live", "is_withdrawn"),
    "expired": ("was_live",),
    "draft": (),
}
# What can be asked for: the flags that are set, and those that are not. Something can be live and in review.
STATES = {
    "draft": ((), ("is_live", "is_scheduled", "was_live", "is_in_review", "is_approved")),
    "in review": (("is_in_review",), ()),
    "approved": (("is_approved",), ()),
    "scheduled": (("is_scheduled",), ()),
    "live": (("is_live",), ()),
    "live with changes": (("is_live", "is_changed"), ()),
    "expired": (("was_live",), ("is_live", "is_scheduled", "is_withdrawn")),
    "withdrawn": (("was_live", "is_withdrawn"), ("is_live", "is_scheduled")),
}


def state_label(thing):
    return next(said for said, flags in WORDS.items() if all(getattr(thing, flag) for flag in flags))


def with_state_labels(things, *, at):
    """These few assets, or texts, as a list, each with its ``state_label``.

    One query more: asked of all of a list, each flag would be found for all.
    """
    page = list(things)
    words = _words(things.model.objects.filter(pk__in=[one.pk for one in page]), at=at)
    for one in page:
        one.word = words.get(one.pk, "")
    return page


def state_label_of(things, *, at):
    """The word of the one asset or text in a queryset; empty if there is none. One query."""
    return next(iter(_words(things, at=at).values()), "")


def _words(things, *, at):
    own = {"asset": OuterRef("asset"), "locale": OuterRef("locale")}
    if things.model is Asset:
        own = {"asset": OuterRef("pk")}
    return {one.pk: state_label(one) for one in things.order_by().only("pk").annotate(**state_flags(at, **own))}


def filter_by_state(assets, state, *, at):
    """Those that are in one of ``STATES``."""
    wanted, unwanted = STATES[state]
    told = assets.alias(**state_flags(at, asset=OuterRef("pk")))
    return told.filter(**dict.fromkeys(wanted, True), **dict.fromkeys(unwanted, False))
