"""Labels for the ids in drafts: titles of stages, terms, people and media, also of those that are gone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from content.catalogue import Catalogue, current_catalogue
from content.drafts.state import AssetState, Values
from content.models import Asset, Media, Term
from journeys.models import Channel, Segment
from journeys.phases import Intent

Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True)
class Names:
    """The current map, and the existing assets, people and media that some drafts refer to."""

    catalogue: Catalogue
    terms: dict[int, Term]
    assets: dict[int, str]
    people: dict[int, str]
    media: dict[int, str]

    def locale(self, pk: int) -> str:
        """The code of a language; a phrase if it is deleted."""
        locale = self.catalogue.locales_by_id.get(pk)
        return locale.code if locale else _("a deleted language")

    def kind(self, pk: int) -> str:
        kind = self.catalogue.kinds_by_id.get(pk)
        return kind.title if kind else _("a deleted kind")

    def person(self, pk: int) -> str:
        return self.people.get(pk, _("a deleted user"))

    def picture(self, pk: int) -> str:
        return self.media.get(pk, _("a deleted picture"))

    def stage(self, pk: int) -> str:
        stage = self.catalogue.atlas.stages.get(pk)
        return f"{stage.title} ({stage.journey.title})" if stage else _("a deleted stage")

    def segments(self, pks: Iterable[int]) -> list[str]:
        return _titles(self.catalogue.atlas.segments_by_id, pks, _("a deleted segment"))

    def channels(self, pks: Iterable[int]) -> list[str]:
        return _titles(self.catalogue.atlas.channels_by_id, pks, _("a deleted channel"))

    def carried(self, pks: Iterable[int]) -> list[str]:
        """The terms by vocabulary, ``Topic: Grilling``, in order."""
        found = [self.terms.get(pk) for pk in pks]
        return sorted(f"{term.vocabulary.title}: {term.title}" if term else _("a deleted term") for term in found)

    def touchpoint(self, pk: int) -> str:
        places = self.catalogue.atlas.touchpoints.values()
        return next((place.title for place in places if place.pk == pk), _("a deleted touchpoint"))


def names_in(wholes: Collection[AssetState]) -> Names:
    """The labels for everything in these drafts. Four queries, while the map is the one in memory."""
    catalogue = current_catalogue()
    steps = [step for whole in wholes for text in whole.texts.values() for step in text.steps]
    people = _found(User.objects.all(), (whole.own.get("owner_id") for whole in wholes))
    return Names(
        catalogue=catalogue,
        terms={term.pk: term for term in catalogue.terms.values()},
        assets=_texts(_found(Asset.objects.only("name"), (step["target_asset_id"] for step in steps))),
        people={pk: spoken_user(user) for pk, user in people.items()},
        media=_texts(_found(Media.objects.all(), (whole.own.get("image_id") for whole in wholes))),
    )


def spoken_user(user: User) -> str:
    """The full name of ``user``, else the user name."""
    return user.get_full_name() or user.get_username()


def step_in_words(step: Values, names: Names) -> str:
    """``1. Learn more: “Read on” → asset Winter storage``."""
    if step["target_asset_id"]:
        name = names.assets.get(step["target_asset_id"])
        target = _("asset %(name)s") % {"name": name} if name else _("a deleted asset")
    elif step["target_touchpoint_id"]:
        target = _("touchpoint %(name)s") % {"name": names.touchpoint(step["target_touchpoint_id"])}
    else:
        target = step["target_url"]
    intent = Intent(step["intent"]).label if step["intent"] in Intent.values else step["intent"]
    words = {"position": step["position"], "intent": intent, "label": step["label"], "target": target}
    return _("%(position)s. %(intent)s: “%(label)s” → %(target)s") % words


def placement_in_words(stage: int, placement: Values, names: Names) -> str:
    """``Think (See, Think, Do, Care) for Families on Website, priority 50``."""
    return _("%(stage)s for %(segments)s on %(channels)s, priority %(priority)s") % {
        "stage": names.stage(stage),
        "segments": ", ".join(names.segments(placement["segments"])) or _("everyone"),
        "channels": ", ".join(names.channels(placement["channels"])) or _("any channel"),
        "priority": placement["priority"],
    }


def _titles(by_id: Mapping[int, Segment | Channel], pks: Iterable[int], deleted: str) -> list[str]:
    return [by_id[pk].title if pk in by_id else deleted for pk in pks]


def _found(rows: QuerySet[Found], pks: Iterable[int | None]) -> dict[int, Found]:
    return rows.in_bulk({pk for pk in pks if pk})


def _texts(rows: Mapping[int, Model]) -> dict[int, str]:
    return {pk: str(row) for pk, row in rows.items()}
