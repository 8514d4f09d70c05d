"""What the ids in drafts stand for, in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from content.catalogue import Catalogue, current_catalogue
from content.drafts.state import AssetState, Values
from content.models import Asset, Media, Term

GONE = "no longer there"


@dataclass(frozen=True)
class Names:
    """The map as it stands, and the assets, people and media that some drafts name and that are still there."""

    catalogue: Catalogue
    terms: dict[int, Term]
    assets: dict[int, str]
    people: dict[int, str]
    media: dict[int, str]

    def locale(self, pk: int) -> str:
        """The code; for a language that is gone, that it is."""
        locale = self.catalogue.locales_by_id.get(pk)
        return locale.code if locale else f"a language {GONE}"

    def kind(self, pk: int) -> str:
        kind = self.catalogue.kinds_by_id.get(pk)
        return kind.title if kind else f"a kind {GONE}"

    def person(self, pk: int) -> str:
        return self.people.get(pk, f"somebody {GONE}")

    def picture(self, pk: int) -> str:
        return self.media.get(pk, f"a picture {GONE}")

    def stage(self, pk: int) -> str:
        stage = self.catalogue.atlas.stages.get(pk)
        return f"{stage.title} ({stage.journey.title})" if stage else f"a stage {GONE}"

    def segments(self, pks: Iterable[int]) -> list[str]:
        return _titles(self.catalogue.atlas.segments_by_id, pks, "a segment")

    def channels(self, pks: Iterable[int]) -> list[str]:
        return _titles(self.catalogue.atlas.channels_by_id, pks, "a channel")

    def carried(self, pks: Iterable[int]) -> list[str]:
        """The terms by vocabulary, ``Topic: Grilling``, in order."""
        found = [self.terms.get(pk) for pk in pks]
        return sorted(f"{term.vocabulary.title}: {term.title}" if term else f"a term {GONE}" for term in found)

    def touchpoint(self, pk: int) -> str:
        places = self.catalogue.atlas.touchpoints.values()
        return next((place.title for place in places if place.pk == pk), f"a touchpoint {GONE}")


def names_in(wholes: Collection[AssetState]) -> Names:
    """What is needed to tell of these drafts. Four queries, while the map stands as it did."""
    catalogue = current_catalogue()
    steps = [step for whole in wholes for text in whole.texts.values() for step in text.steps]
    people = _found(User.objects.all(), (whole.own.get("owner_id") for whole in wholes))
    return Names(
        catalogue=catalogue,
        terms={term.pk: term for term in catalogue.terms.values()},
        assets=_said(_found(Asset.objects.only("name"), (step["target_asset_id"] for step in steps))),
        people={pk: spoken_user(user) for pk, user in people.items()},
        media=_said(_found(Media.objects.all(), (whole.own.get("image_id") for whole in wholes))),
    )


def spoken_user(user: User) -> str:
    return user.get_full_name() or user.get_username()


def step_in_words(step: Values, names: Names) -> str:
    """``1. Learn more: “Read on” → asset Winter storage``."""
    if step["target_asset_id"]:
        target = f"asset {names.assets.get(step['target_asset_id'], GONE)}"
    elif step["target_touchpoint_id"]:
        target = f"touchpoint {names.touchpoint(step['target_touchpoint_id'])}"
    else:
        target = step["target_url"]
    intent = step["intent"].replace("_", " ").capitalize()
    return f"{step['position']}. {intent}: “{step['label']}” → {target}"


def placement_in_words(stage: int, placement: Values, names: Names) -> str:
    """``Think (See, Think, Do, Care) for Families on Website, priority 50``."""
    whom = ", ".join(names.segments(placement["segments"])) or "everyone"
    where = ", ".join(names.channels(placement["channels"])) or "any channel"
    return f"{names.stage(stage)} for {whom} on {where}, priority {placement['priority']}"


def _titles(by_id: dict[int, Any], pks: Iterable[int], what: str) -> list[str]:
    return [by_id[pk].title if pk in by_id else f"{what} {GONE}" for pk in pks]


def _found(rows: QuerySet[Any], pks: Iterable[int | None]) -> dict[int, Any]:
    return rows.in_bulk({pk for pk in pks if pk})


def _said(rows: dict[int, Any]) -> dict[int, str]:
    return {pk: str(row) for pk, row in rows.items()}
