"""Load – lines into drafts, and drafts into editions, through the same gates and verbs as everything else."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from content.catalogue import Catalogue, current_catalogue
from content.findings import PublishRefused
from content.importers.draft import ASSET, edited, finish_draft, regained, unfinished, write_draft
from content.importers.shape import Line
from content.links import SCHEME, keys_in
from content.models import Asset, Source, Translation
from content.publish import publish_translations
from content.richtext import sanitise

BATCH = 200
Lines = Callable[[], Iterator[tuple[str, Line | ValidationError]]]
DEAD_TARGET = {"cta_target_dead"}
PUBLIC_ID = re.compile("[0-9a-f]{32}")


@dataclass
class Outcome:
    """What became of one line: the parts that changed and are new, the locales published, what was refused.

    A line that is ``refused`` changed nothing. ``held`` are locales whose draft is there but did not pass the
    gates, each with the reasons.
    """

    where: str
    key: str = ""
    changed: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    held: dict[str, list[str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def word(self) -> str:
        if self.refused:
            return "refused"
        return "created" if ASSET in self.new else "updated" if self.changed else "unchanged"


@dataclass
class Wanted:
    """One translation that waits to be published, and the outcome it is reported in."""

    translation: Translation
    source: Source
    outcome: Outcome
    window: tuple[datetime | None, datetime | None]

    @property
    def name(self) -> tuple[str, str]:
        return (self.translation.asset.public_id, self.translation.locale.code)


class Load:
    """One run over ``lines``, which is read three times: the keys, the drafts, then their steps and publishing.

    A bad line stops nothing and changes nothing. ``tell`` gets each outcome when it is certain, ``advance`` is
    called twice a line, with 1. Every batch is one transaction, so a broken run can be run again.
    """

    def __init__(
        self,
        lines: Lines,
        *,
        tell: Callable[[Outcome], None],
        publish: bool = True,
        overwrite: bool = False,
        advance: Callable[[int], None] = lambda steps: None,
    ) -> None:
        self.lines = lines
        self.tell = tell
        self.publish = publish
        self.overwrite = overwrite
        self.advance = advance
        self.keys: set[str] = set()
        self.seen: set[str] = set()
        self.new: dict[str, list[str]] = {}
        self.refused: dict[str, Outcome] = {}
        self.waiting: list[Wanted] = []

    def run(self) -> None:
        self.keys = {line.key for _, line in self.lines() if isinstance(line, Line)}
        for batch in batches(self.lines()):
            with transaction.atomic():
                self._write(batch)
        for batch in batches(self.lines()):
            with transaction.atomic():
                outcomes = self._finish(batch)
            waiting = {id(wanted.outcome) for wanted in self.waiting}
            for outcome in outcomes:
                if id(outcome) not in waiting:
                    self.tell(outcome)
        self._settle_waiting()

    def _write(self, batch: list[tuple[str, Line | ValidationError]]) -> None:
        """The drafts of a batch, without their steps."""
        catalogue = current_catalogue()
        lines = [line for _, line in batch if isinstance(line, Line)]
        sources, targets = sources_of(line.key for line in lines), targets_of(lines)
        for where, line in batch:
            try:
                if isinstance(line, ValidationError):
                    raise line
                if line.key in self.seen:
                    raise ValidationError(f"The key “{line.key}” stands twice.", code="key_repeated")
                self.seen.add(line.key)
                self._refuse_lost_targets(line, targets)
                before = set(sources[line.key].hashes) if line.key in sources else set()
                with transaction.atomic():
                    _, changed = write_draft(line, sources.get(line.key), catalogue, overwrite=self.overwrite)
                if new := [part for part in changed if part not in before]:
                    self.new[line.key] = new
            except ValidationError as error:
                self.refused[where] = Outcome(where, refused=words_of(error))
            self.advance(1)

    def _refuse_lost_targets(self, line: Line, targets: dict[str, Asset]) -> None:
        for step in line.steps:
            name = step["target"].get("key") or step["target"].get("id")
            if name and name not in self.keys and name not in targets:
                message = f"The step “{step['label']}” leads to “{name}”, which is nowhere."
                raise ValidationError(message, code="target_unknown")

    def _finish(self, batch: list[tuple[str, Line | ValidationError]]) -> list[Outcome]:
        """The steps of a batch, and its publishing."""
        catalogue = current_catalogue()
        lines = [line for where, line in batch if isinstance(line, Line) and where not in self.refused]
        sources = sources_of(line.key for line in lines)
        assets = targets_of(lines)
        outcomes: list[Outcome] = []
        wanted: list[Wanted] = []
        for where, line in batch:
            self.advance(1)
            if isinstance(line, ValidationError) or where in self.refused:
                outcomes.append(self.refused[where])
                continue
            outcome = self._finish_line(where, line, sources[line.key], assets, catalogue)
            outcomes.append(outcome)
            wanted += self._wanted(line, sources[line.key], outcome, catalogue)
        self.waiting += publish_round(wanted)
        return outcomes

    def _finish_line(
        self, where: str, line: Line, source: Source, assets: dict[str, Asset], catalogue: Catalogue
    ) -> Outcome:
        changed = unfinished(line, source)
        outcome = Outcome(where, line.key, changed, self.new.get(line.key, []), warnings=line.warnings)
        for code in regained(line, source, assets):
            if code not in changed and (self.overwrite or not edited(source, code, catalogue)):
                changed.append(code)
        finish_draft(line, source, changed, assets, catalogue)
        if lost := [s["label"] for s in line.steps if "key" in s["target"] and s["target"]["key"] not in assets]:
            outcome.warnings = [*outcome.warnings, f"left out steps to what was refused: {', '.join(lost)}"]
        if dead := sorted(linked_keys(line) - set(assets)):
            outcome.warnings = [*outcome.warnings, f"links to what is not there: {', '.join(dead)}"]
        return outcome

    def _wanted(self, line: Line, source: Source, outcome: Outcome, catalogue: Catalogue) -> list[Wanted]:
        """What of a line is still to be published; after a change of the asset's own part, all of it.

        What an editor has changed since the last import is the editor's to publish.
        """
        if not self.publish or line.data.get("publish") is None:
            return []
        codes = [code for code in line.locales if code not in line.held]
        if ASSET not in outcome.changed:
            codes = [code for code in codes if not source.hashes[code].get("published")]
        for code in codes:
            if code not in outcome.changed and not self.overwrite and edited(source, code, catalogue):
                outcome.held[code] = ["edited_since_import: An editor has changed this text; publish it in the admin."]
        codes = [code for code in codes if code not in outcome.held]
        if not codes:
            return []
        texts = Translation.objects.filter(asset=source.asset, locale__code__in=codes).select_related("asset", "locale")
        return [Wanted(text, source, outcome, line.window()) for text in texts]

    def _settle_waiting(self) -> None:
        """Tries again what led to something not published yet, together, until nothing more moves."""
        left = self.waiting
        while left:
            with transaction.atomic():
                still = publish_round(left)
            if len(still) == len(left):
                break
            left = still
        for outcome in {id(wanted.outcome): wanted.outcome for wanted in self.waiting}.values():
            self.tell(outcome)


def batches(lines: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def sources_of(keys: Iterable[str]) -> dict[str, Source]:
    return {s.key: s for s in Source.objects.filter(key__in=list(keys)).select_related("asset__kind")}


def targets_of(lines: list[Line]) -> dict[str, Asset]:
    """The assets that the steps and the bodies of ``lines`` name, by key or id."""
    steps = [step["target"] for line in lines for step in line.steps]
    keys = {step["key"] for step in steps if "key" in step}
    keys |= {key for line in lines for key in linked_keys(line)}
    ids = {step["id"] for step in steps if "id" in step}
    found = {source.key: source.asset for source in sources_of(keys).values()}
    hexes = [name for name in ids if PUBLIC_ID.fullmatch(name)]
    return found | {asset.public_id: asset for asset in Asset.objects.filter(uid__in=hexes)}


def linked_keys(line: Line) -> set[str]:
    """The keys that the bodies of ``line`` link to."""
    bodies = (text.get("body", "") for text in line.translations)
    return {key for body in bodies if SCHEME in body for key in keys_in(sanitise(body))}


def publish_round(wanted: list[Wanted]) -> list[Wanted]:
    """Publishes what the gates let pass, one call a window; what is left because its target is not there yet."""
    waiting: list[Wanted] = []
    for window in dict.fromkeys(one.window for one in wanted):
        left = [one for one in wanted if one.window == window]
        while left:
            try:
                with transaction.atomic():
                    publish_translations((one.translation for one in left), live_from=window[0], live_until=window[1])
            except PublishRefused as refused:
                reasons: dict[tuple[str, str], list[Any]] = {}
                for finding in refused.findings:
                    reasons.setdefault((finding.asset, finding.locale), []).append(finding)
                for one in (one for one in left if one.name in reasons):
                    findings = reasons[one.name]
                    one.outcome.held[one.name[1]] = [f"{f.code}: {f.message}" for f in findings]
                    if {finding.code for finding in findings} <= DEAD_TARGET:
                        waiting.append(one)
                left = [one for one in left if one.name not in reasons]
            else:
                _note_published(left)
                break
    return waiting


def _note_published(done: list[Wanted]) -> None:
    for one in done:
        code = one.name[1]
        one.outcome.published.append(code)
        one.outcome.held.pop(code, None)
        one.source.hashes[code]["published"] = True
    Source.objects.bulk_update({one.source.pk: one.source for one in done}.values(), ["hashes"])


def words_of(error: ValidationError) -> list[str]:
    """A refusal as sentences, each with the field it hangs on."""
    if hasattr(error, "error_dict"):
        return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
    return list(error.messages)
