"""The steps and links of a batch of lines, once everything that they may lead to is there."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from content.bulk import create
from content.catalogue import Catalogue
from content.importers.draft import ASSET, parts_of, print_of_text
from content.importers.shape import Line
from content.importers.write import put
from content.links import all_by_reference, keys_in, resolve_keys, target_of
from content.models import Asset, NextStep, Source, Teaser, Translation

HAS_LINKS = "<a"


class LinkTarget(NamedTuple):
    """An asset that a step or a link may lead to."""

    pk: int
    public_id: str


Targets = dict[str, LinkTarget]  # by key, or by public id


@dataclass
class Finishing:
    """A line whose ``changed`` parts are to be finished; the ``edited`` ones are an editor's by now."""

    line: Line
    source: Source
    changed: list[str]
    edited: set[str] = field(default_factory=set)
    lost: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class FinishedText:
    """A translation as it stands, with the steps that it is to have."""

    code: str
    translation: Translation
    finishing: Finishing
    steps: list[NextStep] = field(default_factory=list)
    teasers: list[Teaser] = field(default_factory=list)


def finish_drafts(lines: list[Finishing], targets: Targets, catalogue: Catalogue) -> None:
    """Writes the steps and links of ``lines``, and notes in their sources, not saved, what was read and what it made.

    A step to something that was refused itself is left out, and noted; a link to it is no link for readers.
    """
    texts = _texts(lines, catalogue)
    _link(texts, targets, catalogue)
    for text in texts:
        _compose_steps(text, targets, catalogue)
    NextStep.objects.filter(translation__in=[text.translation.pk for text in texts]).delete()
    create([step for text in texts for step in text.steps])
    teasers: dict[int, list[Teaser]] = {}
    for teaser in Teaser.objects.filter(translation__in=[text.translation.pk for text in texts]):
        teasers.setdefault(teaser.translation_id, []).append(teaser)
    for text in texts:
        text.teasers = teasers.get(text.translation.pk, [])
    made = {(text.translation.asset_id, text.code): text for text in texts}
    for finishing in lines:
        _note(finishing, made)


def _note(finishing: Finishing, texts: dict[tuple[int, str], FinishedText]) -> None:
    hashes, read = finishing.source.hashes, parts_of(finishing.line) if finishing.changed else {}
    for part in finishing.changed:
        text = texts.get((finishing.source.asset_id, part))
        if part == ASSET:
            made = hashes[ASSET]["draft"]  # it has no steps
        else:
            made = print_of_text(text.translation, text.steps, text.teasers) if text else ""
        lost = finishing.lost.get(part)
        hashes[part] = {"read": read[part], "draft": made, **({"lost": lost} if lost else {})}


def _texts(lines: list[Finishing], catalogue: Catalogue) -> list[FinishedText]:
    """The translations of the changed parts that are there; one query."""
    wanted = {
        (one.source.asset_id, catalogue.locales[code].pk): (code, one)
        for one in lines
        for code in one.changed
        if code != ASSET and code in catalogue.locales
    }
    found = Translation.objects.filter(asset__in={asset for asset, _ in wanted}).order_by()
    return [
        FinishedText(wanted[pair][0], translation, wanted[pair][1])
        for translation in found
        if (pair := (translation.asset_id, translation.locale_id)) in wanted
    ]


def _link(texts: list[FinishedText], targets: Targets, catalogue: Catalogue) -> None:
    """Keeps the bodies' links to our own content by id; notes the keys that lead to nothing."""
    linking = [text for text in texts if HAS_LINKS in text.translation.body]
    bodies: list[str] = []
    for text in linking:
        keys = keys_in(text.translation.body)
        text.finishing.lost[text.code] = [key for key in keys if key not in targets]
        bodies.append(resolve_keys(text.translation.body, {k: targets[k].public_id for k in keys if k in targets}))
    moved: list[Translation] = []
    for text, body in zip(linking, all_by_reference(bodies, catalogue), strict=True):
        if body != text.translation.body:
            text.translation.body = body
            moved.append(text.translation)
    put(moved, ["body"])


def _compose_steps(text: FinishedText, targets: Targets, catalogue: Catalogue) -> None:
    """The steps but for those whose target is not there, whose names are noted."""
    [data] = (data for data in text.finishing.line.translations if data["locale"] == text.code)
    for position, step in enumerate(data.get("next_steps", []), start=1):
        aim = _aim(step["target"], targets, catalogue)
        if aim is None:
            text.finishing.lost.setdefault(text.code, []).append(named(step["target"]))
            continue
        made = NextStep(
            translation=text.translation, position=position, intent=step["intent"], label=step["label"], **aim
        )
        try:
            made.clean()
        except ValidationError as error:
            warning = f"left out the step “{step['label']}”: {' '.join(error.messages)}"
            text.finishing.line.warnings.append(warning)
            continue
        text.steps.append(made)


def _aim(target: dict[str, str], targets: Targets, catalogue: Catalogue) -> dict[str, Any] | None:
    """The one field of a step that its target fills; ``None`` if that is an asset that is not there."""
    if "url" in target:
        own = target_of(target["url"])  # a page of this admin stands for what it is of
        found = Asset.objects.filter(uid=own).values_list("pk", flat=True).first() if own else None
        return {"target_asset_id": found} if found else {"target_url": target["url"]}
    if "touchpoint" in target:
        return {"target_touchpoint": catalogue.atlas.touchpoints[target["touchpoint"]]}
    return {"target_asset_id": targets[named(target)].pk} if named(target) in targets else None


def named(target: dict[str, str]) -> str:
    """The key or the id of the asset that a step leads to; empty for a touchpoint or an address."""
    return target.get("key") or target.get("id") or ""
