"""The first page: what waits for whoever looks, and for somebody new what to begin with."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils import timezone

from content.desk import drafts_of, ending, going_live, review_due
from content.models import Asset, Locale, Publication
from journeys.admin.screen import address, told_time
from journeys.models import Journey

SHOWN = 5


@dataclass(frozen=True)
class Pile:
    """Some assets on the desk: how many there are, the first few, and the list behind them."""

    title: str
    empty: str
    link: str
    count: int
    rows: list[tuple[str, str, str]] = field(default_factory=list)  # name, address, when


def desk(request, context):
    """What the first page shows beside the screens. Two queries a pile, whatever there is."""
    user = request.user
    if user.has_perm("content.view_asset"):
        piles = _piles(user)
        context |= {"piles": piles, "first_steps": _first_steps(user)}
    if user.has_perm("content.view_publication"):
        context["published"] = [
            (one.get_action_display(), one.by or "the system", told_time(one.at), one.note, _page(one))
            for one in Publication.objects.select_related("by")[:SHOWN]
        ]
        context["publications"] = address(Publication, "changelist")
    return context


def _page(publication):
    return address(Publication, "change", publication.pk)


def _piles(user):
    now, today = timezone.now(), timezone.localdate()
    assets = Asset.objects.all()
    return [
        _pile(
            "My drafts",
            "Nothing of yours waits to be published.",
            drafts_of(user),
            lambda one: told_time(one.updated_at),
            owner="me",
            state="draft",
        ),
        _pile(
            "Going live in 14 days",
            "Nothing is scheduled for the next two weeks.",
            going_live(assets, at=now),
            lambda one: told_time(one.moment),
            soon="live",
        ),
        _pile(
            "Ending in 14 days, with nothing to follow",
            "Nothing ends in the next two weeks.",
            ending(assets, at=now),
            lambda one: told_time(one.moment),
            soon="ending",
        ),
        _pile(
            "To be read again",
            "No review is due. Give an asset a review date and it turns up here.",
            review_due(assets, by=today),
            lambda one: f"{one.review_date}",
            review="due",
        ),
    ]


def _pile(title, empty, assets, when, **filters):
    link = f"{address(Asset, 'changelist')}?{urlencode(filters)}"
    rows = [(one.name, address(Asset, "change", one.pk), when(one)) for one in assets[:SHOWN]]
    return Pile(title, empty, link, assets.count() if len(rows) == SHOWN else len(rows), rows)


def _first_steps(user):
    """The first three things to do in an empty service, each with whether it is done; nothing once there are assets."""
    if Asset.objects.exists():
        return []
    steps = [
        (Locale, "content.add_locale", "Add the language you write in"),
        (Journey, "journeys.add_journey", "Draw a journey: the stages your customers go through"),
        (Asset, "content.add_asset", "Write the first asset and place it at a stage"),
    ]
    return [
        (words, address(model, "add"), model.objects.exists()) for model, right, words in steps if user.has_perm(right)
    ]
