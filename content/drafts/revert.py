"""A draft as a revision kept it, in one transaction, and what of it cannot come back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError

from content.accounts.ownership import may_edit
from content.drafts.history import keeping
from content.drafts.labels import GONE, Names, names_in, placement_in_words, step_in_words
from content.drafts.review import note_edit
from content.drafts.state import AssetState, TextState, Values, asset_state_of, asset_states_at, current_asset_state
from content.fields import problems, shared_names
from content.models import Asset, NextStep, Placement, Teaser, Translation
from content.permissions import CHANGE_TRANSLATION


def may_revert(user: User, asset: Asset) -> bool:
    """Whoever may edit the asset and its texts: a revert writes both."""
    return may_edit(user, asset) and user.has_perm(CHANGE_TRANSLATION)


@dataclass
class Possible:
    """What of a kept draft can stand today, and in words what of it is ``lost`` because what it names is gone."""

    whole: AssetState
    lost: list[str] = field(default_factory=list)


def revert(asset: Asset, revision: int, *, by: User | None, at: datetime, why: str = "") -> list[str]:
    """Makes the draft what it was at ``revision``: what could not come back, in words.

    All of it is one new revision, which can be reverted in turn. Texts keep their ids; editions are untouched.
    Refuses (``unstorable`` …) what cannot be written today although nothing it names is gone, and then changes nothing.
    """
    if by is not None and not may_revert(by, asset):
        raise PermissionDenied("You may not change this draft.")
    kept = asset_states_at([revision])[revision]
    with keeping([asset.pk], by=by, at=at, why=why):
        standing = current_asset_state([asset.pk])[asset.pk]
        possible = possible_now(standing, kept)
        _write(standing, asset_state_of(standing), possible.whole)
        note_edit(asset)
    return possible.lost


def possible_now(asset: Asset, kept: AssetState) -> Possible:
    """What of ``kept`` can be had today. Five queries, while the map stands as it did."""
    names = names_in([kept])
    lost: list[str] = []
    own = _own(asset, kept.own, names, lost)
    placements = _placements(kept, names, lost)
    texts: dict[int, TextState] = {}
    for locale, text in kept.texts.items():
        if locale not in names.catalogue.locales_by_id:
            lost.append(f"The text “{text.words['title']}”: its language is {GONE}.")
            continue
        texts[locale] = _text(asset, own, text, names, lost)
    return Possible(AssetState(own, placements, texts), lost)


def _own(asset: Asset, kept: Values, names: Names, lost: list[str]) -> Values:
    own = dict(kept)
    if own["kind_id"] != asset.kind_id and (own["kind_id"] not in names.catalogue.kinds_by_id or _is_published(asset)):
        lost.append(f"Its kind “{names.kind(own['kind_id'])}”: it stays “{names.kind(asset.kind_id)}”.")
        own["kind_id"] = asset.kind_id
    for name, found, what in (("owner_id", names.people, "owner"), ("image_id", names.media, "picture")):
        if own[name] and own[name] not in found:
            lost.append(f"Its {what}, who is {GONE}." if what == "owner" else f"Its {what}, which is {GONE}.")
            own[name] = None
    if gone := [pk for pk in own["terms"] if pk not in names.terms]:
        lost.append(f"{len(gone)} of its terms: {GONE}.")
        own["terms"] = [pk for pk in own["terms"] if pk in names.terms]
    schema = names.catalogue.kinds_by_id[own["kind_id"]].schema
    own["fields"] = _fitting(schema, own["fields"], {}, lost, shared=True)
    return own


def _is_published(asset: Asset) -> bool:
    return asset.editions.exists()


def _placements(kept: AssetState, names: Names, lost: list[str]) -> dict[int, Values]:
    atlas = names.catalogue.atlas
    placements: dict[int, Values] = {}
    for stage, placement in kept.placements.items():
        told = placement_in_words(stage, placement, names)
        segments = [pk for pk in placement["segments"] if pk in atlas.segments_by_id]
        channels = [pk for pk in placement["channels"] if pk in atlas.channels_by_id]
        # A tag that lost all its audiences would stand for everyone.
        widened = (placement["segments"] and not segments) or (placement["channels"] and not channels)
        if stage not in atlas.stages or widened:
            lost.append(f"The placement {told}.")
            continue
        if (segments, channels) != (placement["segments"], placement["channels"]):
            lost.append(f"Part of the placement {told}.")
        placements[stage] = {**placement, "segments": segments, "channels": channels}
    return placements


def _text(asset: Asset, own: Values, text: TextState, names: Names, lost: list[str]) -> TextState:
    schema = names.catalogue.kinds_by_id[own["kind_id"]].schema
    fields = _fitting(schema, text.words["fields"], own["fields"], lost, shared=False)
    steps = [step for step in text.steps if _can_stand(asset, step, names, lost)]
    stages = names.catalogue.atlas.stages
    lost += [f"The teaser “{said}”: its stage is {GONE}." for pk, said in text.teasers.items() if pk not in stages]
    teasers = {pk: said for pk, said in text.teasers.items() if pk in stages}
    return TextState({**text.words, "fields": fields}, steps, teasers, text.pk)


def _can_stand(asset: Asset, step: Values, names: Names, lost: list[str]) -> bool:
    touchpoints = {place.pk for place in names.catalogue.atlas.touchpoints.values()}
    gone = (step["target_asset_id"] and step["target_asset_id"] not in names.assets) or (
        step["target_touchpoint_id"] and step["target_touchpoint_id"] not in touchpoints
    )
    if not gone:
        try:
            NextStep(translation=Translation(asset=asset), **step).clean()
        except ValidationError as error:
            lost.append(f"The step {step_in_words(step, names)}: {' '.join(error.messages)}")
            return False
        return True
    lost.append(f"The step {step_in_words(step, names)}.")
    return False


def _fitting(schema: Values, fields: Values, beside: Values, lost: list[str], *, shared: bool) -> Values:
    """Those of ``fields`` that the kind still knows on this side, with values that fit it."""
    known, own = schema["properties"], shared_names(schema)
    elsewhere = {name for name in known if (name in own) is not shared}
    if schema.get("additionalProperties") is False:
        elsewhere |= set(fields) - set(known)
    found = problems(schema, {**beside, **fields}, complete=False)
    misfits = elsewhere | {problem.path.partition(".")[0] for problem in found}
    lost += [f"The field “{name}”: its kind has changed, and it no longer fits." for name in fields if name in misfits]
    return {name: value for name, value in fields.items() if name not in misfits}


def _write(asset: Asset, now: AssetState, then: AssetState) -> None:
    """Writes what differs, so that rows that stay keep their ids."""
    if now.own != then.own:
        own = dict(then.own)
        terms = own.pop("terms")
        _set(asset, own)
        asset.terms.set(terms)
    if now.placements != then.placements:
        asset.placements.all().delete()
        for stage, placement in then.placements.items():
            placed = Placement.objects.create(asset=asset, stage_id=stage, priority=placement["priority"])
            placed.segments.set(placement["segments"])
            placed.channels.set(placement["channels"])
    Translation.objects.filter(asset=asset).exclude(locale__in=then.texts).delete()
    standing = {text.locale_id: text for text in Translation.objects.filter(asset=asset)}
    for locale, text in then.texts.items():
        row = standing.get(locale) or Translation(pk=_former(text), locale_id=locale)
        row.asset = asset
        _write_text(row, now.texts.get(locale), text)


def _former(text: TextState) -> int | None:
    """The id that a text had, so that links to its page hold again; ``None`` if another has it."""
    return None if Translation.objects.filter(pk=text.pk).exists() else text.pk


def _write_text(row: Translation, now: TextState | None, then: TextState) -> None:
    if now is None or now.words != then.words:
        _set(row, then.words)
    if now is None or now.steps != then.steps:
        row.next_steps.all().delete()
        for step in then.steps:
            NextStep.objects.create(translation=row, **step)
    if now is None or now.teasers != then.teasers:
        row.teasers.all().delete()
        for stage, said in then.teasers.items():
            Teaser.objects.create(translation=row, stage_id=stage, text=said)


def _set(row: Any, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
