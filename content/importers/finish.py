"""Writes the next steps and links of a batch of lines, once everything that they may lead to is there."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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
class LineToFinish:
    """A line whose ``changed`` parts still need their steps.

    ``edited`` are locales whose text an editor has changed since; ``missing`` are absent targets, by locale.
    """

    line: Line
    source: Source
    changed: list[str]
    edited: set[str] = field(default_factory=set)
    missing: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class TextToFinish:
    """A stored translation, with the steps that it is to have."""

    code: str
    translation: Translation
    of: LineToFinish
    steps: list[NextStep] = field(default_factory=list)
    teasers: list[Teaser] = field(default_factory=list)


def finish_drafts(lines: list[LineToFinish], targets: Targets, catalogue: Catalogue) -> None:
    """Writes the steps and links of ``lines``, and sets the hashes of their sources, which the caller saves.

    A step to something that was refused itself is left out, and noted as missing; a link to it is no link for readers.
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
    by_part = {(text.translation.asset_id, text.code): text for text in texts}
    for line in lines:
        _set_hashes(line, by_part)


def _set_hashes(to_finish: LineToFinish, texts: dict[tuple[int, str], TextToFinish]) -> None:
    hashes, read = to_finish.source.hashes, parts_of(to_finish.line) if to_finish.changed else {}
    for part in to_finish.changed:
        text = texts.get((to_finish.source.asset_id, part))
        if part == ASSET:
            draft = hashes[ASSET]["draft"]  # it has no steps
        else:
            draft = print_of_text(text.translation, text.steps, text.teasers) if text else ""
        missing = to_finish.missing.get(part)
        hashes[part] = {"read": read[part], "draft": draft, **({"lost": missing} if missing else {})}


def _texts(lines: list[LineToFinish], catalogue: Catalogue) -> list[TextToFinish]:
    """The translations of the changed parts that are there; one query."""
    by_pair = {
        (line.source.asset_id, catalogue.locales[code].pk): (code, line)
        for line in lines
        for code in line.changed
        if code != ASSET and code in catalogue.locales
    }
    return [
        TextToFinish(by_pair[pair][0], translation, by_pair[pair][1])
        for translation in Translation.objects.filter(asset__in={asset for asset, _locale in by_pair}).order_by()
        if (pair := (translation.asset_id, translation.locale_id)) in by_pair
    ]


def _link(texts: list[TextToFinish], targets: Targets, catalogue: Catalogue) -> None:
    """Rewrites the bodies' links to our own content as references by id; notes the keys that lead to nothing."""
    linking = [text for text in texts if HAS_LINKS in text.translation.body]
    bodies: list[str] = []
    for text in linking:
        keys = keys_in(text.translation.body)
        text.of.missing[text.code] = [key for key in keys if key not in targets]
        bodies.append(resolve_keys(text.translation.body, {k: targets[k].public_id for k in keys if k in targets}))
    moved: list[Translation] = []
    for text, body in zip(linking, all_by_reference(bodies, catalogue), strict=True):
        if body != text.translation.body:
            text.translation.body = body
            moved.append(text.translation)
    put(moved, ["body"])


def _compose_steps(text: TextToFinish, targets: Targets, catalogue: Catalogue) -> None:
    """Composes the steps of a text, without those whose target is not there, which are noted as missing."""
    for position, data in enumerate(text.of.line.text(text.code).get("next_steps", []), start=1):
        target = _target_field(data["target"], targets, catalogue)
        if target is None:
            text.of.missing.setdefault(text.code, []).append(target_name(data["target"]))
            continue
        step = NextStep(
            translation=text.translation, position=position, intent=data["intent"], label=data["label"], **target
        )
        try:
            step.clean()
        except ValidationError as error:
            warning = _("left out the step “%(label)s”: %(reason)s")
            text.of.line.warnings.append(warning % {"label": data["label"], "reason": " ".join(error.messages)})
            continue
        text.steps.append(step)


def _target_field(target: dict[str, str], targets: Targets, catalogue: Catalogue) -> dict[str, Any] | None:
    """The one field of a step that its target fills; ``None`` if that is an asset that is not there."""
    if "url" in target:
        uid = target_of(target["url"])  # an address in this admin stands for the asset whose page it is
        pk = Asset.objects.filter(uid=uid).values_list("pk", flat=True).first() if uid else None
        return {"target_asset_id": pk} if pk else {"target_url": target["url"]}
    if "touchpoint" in target:
        return {"target_touchpoint": catalogue.atlas.touchpoints[target["touchpoint"]]}
    return {"target_asset_id": targets[target_name(target)].pk} if target_name(target) in targets else None


def target_name(target: dict[str, str]) -> str:
    """The key or the id of the asset that a step leads to; empty for a touchpoint or an address."""
    return target.get("key") or target.get("id") or ""
