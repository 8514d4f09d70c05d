"""Reverts a draft to a revision in one transaction, and lists what of it cannot be restored."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.accounts.ownership import may_edit
from content.drafts.history import keeping
from content.drafts.labels import Names, names_in, placement_in_words, step_in_words
from content.drafts.review import note_edit
from content.drafts.state import AssetState, TextState, Values, asset_state_of, asset_states_at, current_asset_state
from content.fields import problems, shared_names
from content.models import Asset, NextStep, Placement, Teaser, Translation
from content.permissions import CHANGE_TRANSLATION


def may_revert(user: User, asset: Asset) -> bool:
    """Whether ``user`` may edit the asset and its texts: a revert writes both."""
    return may_edit(user, asset) and user.has_perm(CHANGE_TRANSLATION)


@dataclass
class Possible:
    """The part of an old draft that can be restored today, and sentences on what is ``lost``."""

    whole: AssetState
    lost: list[str] = field(default_factory=list)


def revert(asset: Asset, revision: int, *, by: User | None, at: datetime, why: str = "") -> list[str]:
    """Makes the draft what it was at ``revision``; returns sentences on what could not be restored.

    All of it is one new revision, which can be reverted in turn. Texts keep their ids; editions are untouched.
    Refuses what the models refuse today (``unstorable`` …), and then changes nothing.
    """
    if by is not None and not may_revert(by, asset):
        raise PermissionDenied(_("You may not change this draft."))
    former = asset_states_at([revision])[revision]
    with keeping([asset.pk], by=by, at=at, why=why):
        current = current_asset_state([asset.pk])[asset.pk]
        possible = possible_now(current, former)
        _write(current, asset_state_of(current), possible.whole)
        note_edit(asset)
    return possible.lost


def possible_now(asset: Asset, former: AssetState) -> Possible:
    """The part of ``former`` that can be restored today. Five queries, while the map is the one in memory."""
    names = names_in([former])
    lost: list[str] = []
    own = _own(asset, former.own, names, lost)
    placements = _placements(former, names, lost)
    texts: dict[int, TextState] = {}
    for locale, text in former.texts.items():
        if locale not in names.catalogue.locales_by_id:
            lost.append(_("The text “%(title)s”: its language was deleted.") % {"title": text.words["title"]})
            continue
        texts[locale] = _text(asset, own, text, names, lost)
    return Possible(AssetState(own, placements, texts), lost)


def _own(asset: Asset, former: Values, names: Names, lost: list[str]) -> Values:
    own = dict(former)
    if own["kind_id"] != asset.kind_id and (own["kind_id"] not in names.catalogue.kinds_by_id or _is_published(asset)):
        kinds = {"former": names.kind(own["kind_id"]), "current": names.kind(asset.kind_id)}
        lost.append(_("Its kind “%(former)s”: it stays “%(current)s”.") % kinds)
        own["kind_id"] = asset.kind_id
    for name, existing, message in (
        ("owner_id", names.people, _("Its owner, whose account was deleted.")),
        ("image_id", names.media, _("Its picture, which was deleted.")),
    ):
        if own[name] and own[name] not in existing:
            lost.append(message)
            own[name] = None
    if gone := [pk for pk in own["terms"] if pk not in names.terms]:
        message = ngettext("%(count)d term, which was deleted.", "%(count)d terms, which were deleted.", len(gone))
        lost.append(message % {"count": len(gone)})
        own["terms"] = [pk for pk in own["terms"] if pk in names.terms]
    schema = names.catalogue.kinds_by_id[own["kind_id"]].schema
    own["fields"] = _fitting(schema, own["fields"], {}, lost, shared=True)
    return own


def _is_published(asset: Asset) -> bool:
    return asset.editions.exists()


def _placements(former: AssetState, names: Names, lost: list[str]) -> dict[int, Values]:
    atlas = names.catalogue.atlas
    placements: dict[int, Values] = {}
    for stage, placement in former.placements.items():
        words = {"placement": placement_in_words(stage, placement, names)}
        segments = [pk for pk in placement["segments"] if pk in atlas.segments_by_id]
        channels = [pk for pk in placement["channels"] if pk in atlas.channels_by_id]
        # A tag that lost all its audiences would stand for everyone.
        widened = (placement["segments"] and not segments) or (placement["channels"] and not channels)
        if stage not in atlas.stages or widened:
            lost.append(_("The placement %(placement)s.") % words)
            continue
        if (segments, channels) != (placement["segments"], placement["channels"]):
            lost.append(_("Part of the placement %(placement)s.") % words)
        placements[stage] = {**placement, "segments": segments, "channels": channels}
    return placements


def _text(asset: Asset, own: Values, text: TextState, names: Names, lost: list[str]) -> TextState:
    schema = names.catalogue.kinds_by_id[own["kind_id"]].schema
    fields = _fitting(schema, text.words["fields"], own["fields"], lost, shared=False)
    steps = [step for step in text.steps if _is_possible(asset, step, names, lost)]
    stages = names.catalogue.atlas.stages
    message = _("The teaser “%(teaser)s”: its stage was deleted.")
    lost += [message % {"teaser": teaser} for pk, teaser in text.teasers.items() if pk not in stages]
    teasers = {pk: teaser for pk, teaser in text.teasers.items() if pk in stages}
    return TextState({**text.words, "fields": fields}, steps, teasers, text.pk)


def _is_possible(asset: Asset, step: Values, names: Names, lost: list[str]) -> bool:
    """Whether the target of ``step`` exists and its own rules hold; else adds a sentence to ``lost``."""
    touchpoints = {place.pk for place in names.catalogue.atlas.touchpoints.values()}
    gone = (step["target_asset_id"] and step["target_asset_id"] not in names.assets) or (
        step["target_touchpoint_id"] and step["target_touchpoint_id"] not in touchpoints
    )
    words = {"step": step_in_words(step, names)}
    if gone:
        lost.append(_("The next step %(step)s.") % words)
        return False
    try:
        NextStep(translation=Translation(asset=asset), **step).clean()
    except ValidationError as error:
        lost.append(_("The next step %(step)s: %(reason)s") % {**words, "reason": " ".join(error.messages)})
        return False
    return True


def _fitting(schema: Values, fields: Values, beside: Values, lost: list[str], *, shared: bool) -> Values:
    """The ``fields`` that still belong to this side of the kind and have valid values; the others are ``lost``."""
    known, own = schema["properties"], shared_names(schema)
    elsewhere = {name for name in known if (name in own) is not shared}
    if schema.get("additionalProperties") is False:
        elsewhere |= set(fields) - set(known)
    found = problems(schema, {**beside, **fields}, complete=False)
    misfits = elsewhere | {problem.path.partition(".")[0] for problem in found}
    message = _("The field “%(name)s”, which no longer fits its kind.")
    lost += [message % {"name": name} for name in fields if name in misfits]
    return {name: value for name, value in fields.items() if name not in misfits}


def _write(asset: Asset, now: AssetState, then: AssetState) -> None:
    """Writes what differs, so that rows that stay keep their ids."""
    if now.own != then.own:
        own = dict(then.own)
        terms = own.pop("terms")
        _set(asset, own)
        asset.terms.set(terms)
    # Rows with unique positions or stages are deleted before the new ones are written: no order of updates would do.
    if now.placements != then.placements:
        asset.placements.all().delete()
        for stage, placement in then.placements.items():
            placed = Placement.objects.create(asset=asset, stage_id=stage, priority=placement["priority"])
            placed.segments.set(placement["segments"])
            placed.channels.set(placement["channels"])
    Translation.objects.filter(asset=asset).exclude(locale__in=then.texts).delete()
    current = {text.locale_id: text for text in Translation.objects.filter(asset=asset)}
    for locale, text in then.texts.items():
        # A text that was deleted comes back under its old id, so that links to its page in the admin hold.
        row = current.get(locale) or Translation(pk=_former(text), locale_id=locale)
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
        for stage, teaser in then.teasers.items():
            Teaser.objects.create(translation=row, stage_id=stage, text=teaser)


def _set(row: Model, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
