"""Lines into drafts, and drafts into editions, through the same gates and verbs as everything else."""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from content import clock
from content.bulk import count_rows
from content.catalogue import Catalogue, current_catalogue
from content.drafts.history import keep_known
from content.fields import window
from content.importers.draft import ASSET, current_drafts, edited_since, fingerprints, regained_locales, unfinished
from content.importers.finish import Finishing, LinkTarget, Targets, finish_drafts, named
from content.importers.former import keep_former
from content.importers.outcome import BriefOutcome, LineOutcome, Words, once, unexpected
from content.importers.shape import Line, key_of
from content.importers.waiting import Round, WantedText, apart, attempt, in_order
from content.importers.write import FAULTS, put, sources_of, write_drafts
from content.instants import day_of
from content.links import SCHEME, keys_in
from content.models import Asset, Source, Translation
from content.richtext import sanitise

BATCH = 500
COUNTED_AFTER = frozenset(4**power for power in range(8))  # batches
Batch = list[tuple[str, Line | ValidationError]]
Lines = Callable[[], Iterator[tuple[str, Line | ValidationError]]]
LEFT_OUT = "left out steps to what was refused: "
EDITED = "edited_since_import: An editor has changed this text; publish it in the admin."
PUBLIC_ID = re.compile("[0-9a-f]{32}")


class Load:
    """One run over ``lines``, which is read three times: the keys, the drafts, then their steps and publishing.

    A bad line stops nothing and changes nothing. ``tell`` gets each outcome when it is certain, ``advance`` is
    called twice a line, with 1. Every batch is one transaction, so a broken run can be run again. What is kept
    in memory is small: the keys, and what waits to be published because its primary step leads to a later line.
    """

    def __init__(
        self,
        lines: Lines,
        *,
        tell: Callable[[LineOutcome], None],
        gone: Iterable[str] = (),
        publish: bool = True,
        overwrite: bool = False,
        advance: Callable[[int], None] = lambda steps: None,
    ) -> None:
        self.lines = lines
        self.tell = tell
        self.gone = set(gone)  # keys of what was refused before it was a line
        self.publish = publish
        self.overwrite = overwrite
        self.advance = advance
        self.new: dict[str, tuple[str, ...] | None] = {}  # by key: the parts that are new, once it was looked at
        self.refused: dict[str, LineOutcome] = {}
        self.waiting: list[WantedText] = []
        self.briefs: list[BriefOutcome] = []  # the outcomes of those
        self.shared: dict[Words, Words] = {}

    def run(self) -> None:
        for _, line in self.lines():
            if isinstance(line, Line):
                self.new[line.key] = None
            elif key := key_of(line):
                self.gone.add(key)
        for number, batch in enumerate(batches(self.lines()), start=1):
            with transaction.atomic():
                self._write(batch)
            self._learn(number)
        for number, batch in enumerate(batches(self.lines()), start=1):
            outcomes, waiting = self._finished(batch)
            self._learn(number)
            later = {id(wanted.outcome) for wanted in waiting}
            for outcome in outcomes:
                if id(outcome) not in later:
                    self.tell(outcome)
            self._keep(waiting)
        self._settle_waiting()

    def _learn(self, batches_done: int) -> None:
        """Lets PostgreSQL count its tables as they grow: one that was empty at the start it would read end to end."""
        if batches_done in COUNTED_AFTER:
            count_rows(apps.get_app_config("content").get_models(include_auto_created=True))

    def _keep(self, waiting: list[WantedText]) -> None:
        """Keeps what waits, in as little room as it takes."""
        briefs: dict[int, BriefOutcome] = {}
        for one in waiting:
            if isinstance(one.outcome, LineOutcome):
                one.outcome = briefs.setdefault(id(one.outcome), BriefOutcome(one.outcome, self.shared))
        self.waiting += waiting
        self.briefs += briefs.values()

    def _write(self, batch: Batch) -> None:
        """The drafts of a batch, without their steps."""
        there = targets_of([line for _, line in batch if isinstance(line, Line)], besides=self.new)
        lines: list[Line] = []
        for where, line in batch:
            try:
                lines.append(self._fresh(line, there))
            except ValidationError as error:
                self._refuse(where, error)
            self.advance(1)
        for written in write_drafts(
            lines,
            current_catalogue(),
            overwrite=self.overwrite,
            refuse=lambda line, error: self._refuse(line.where, error),
        ):
            self.new[written.line.key] = once(tuple(written.new), self.shared)

    def _refuse(self, where: str, error: ValidationError) -> None:
        self.refused[where] = LineOutcome(where, refused=words_of(error))

    def _fresh(self, line: Line | ValidationError, there: Targets) -> Line:
        """A line that was read for the first time and whose steps lead to what is there or in another line."""
        if isinstance(line, ValidationError):
            raise line
        if self.new.get(line.key) is not None:
            raise ValidationError(f"The key “{line.key}” stands twice.", code="key_repeated")
        self.new[line.key] = ()
        for step in line.steps:
            name = named(step["target"])
            if name and name not in self.new and name not in there and name not in self.gone:
                message = f"The step “{step['label']}” leads to “{name}”, which is nowhere."
                raise ValidationError(message, code="target_unknown")
        return line

    def _finished(self, batch: Batch) -> tuple[list[LineOutcome], list[WantedText]]:
        """``_finish`` in a transaction; what nobody foresaw is the fault of one line and stops no other."""
        try:
            with transaction.atomic():
                return self._finish(batch)
        except FAULTS as error:
            if len(batch) == 1:
                self._refuse(batch[0][0], unexpected(error))
                return [self.refused[batch[0][0]]], []
        outcomes, waiting = self._finished(batch[: len(batch) // 2])
        others = self._finished(batch[len(batch) // 2 :])
        return outcomes + others[0], waiting + others[1]

    def _finish(self, batch: Batch) -> tuple[list[LineOutcome], list[WantedText]]:
        """The steps of a batch, and its publishing: the outcomes, and what waits for something not published yet."""
        catalogue = current_catalogue()
        lines = {where: line for where, line in batch if isinstance(line, Line) and where not in self.refused}
        sources = sources_of(line.key for line in lines.values())
        targets = targets_of(lines.values())
        finishing: dict[str, Finishing] = {}
        for where, line in lines.items():
            if source := sources.get(line.key):
                finishing[where] = Finishing(line, source, unfinished(line, source))
            else:
                self._refuse(where, ValidationError("It was deleted while this was loading.", code="gone"))
        self._heed_editors(finishing.values(), targets, catalogue)
        finish_drafts(list(finishing.values()), targets, catalogue)
        keep_former(finishing.values(), catalogue)
        rewritten = [one.source.asset_id for one in finishing.values() if one.changed]
        keep_known(rewritten, by=None, at=clock.now(), why="imported")
        outcomes = {where: self._outcome(where, one, targets) for where, one in finishing.items()}
        wanted = [self._wanted(one, outcomes[where], targets, catalogue) for where, one in finishing.items()]
        made = attempt(there([one for of_line in wanted for one in of_line]))
        note_published(made.published, sources.values())
        moved = {one.asset_id for one in made.published}
        put((f.source for f in finishing.values() if f.changed or f.source.asset_id in moved), ["hashes"])
        for _ in batch:
            self.advance(1)
        return [outcomes.get(where) or self.refused[where] for where, _ in batch], made.waiting

    def _heed_editors(self, finishing: Iterable[Finishing], targets: Targets, catalogue: Catalogue) -> None:
        """Notes which parts an editor has changed since the last import, where it matters; adds what is regained."""
        suspects: dict[int, set[str]] = {}
        for one in finishing:
            codes = {*regained_locales(one.line, one.source, targets), *self._due(one)}.difference(one.changed)
            if codes and not self.overwrite:
                suspects[one.source.asset_id] = codes
        drafts = current_drafts(suspects) if suspects else {}
        for one in finishing:
            if one.source.asset_id in drafts:
                prints = fingerprints(drafts[one.source.asset_id], catalogue)
                one.edited = {c for c in suspects[one.source.asset_id] if edited_since(one.source, c, prints)}
            back = regained_locales(one.line, one.source, targets)
            one.changed += [code for code in back if code not in one.changed and code not in one.edited]

    def _outcome(self, where: str, one: Finishing, targets: Targets) -> LineOutcome:
        line = one.line
        outcome = LineOutcome(where, line.key, one.changed, list(self.new[line.key] or ()), warnings=line.warnings)
        if lost := [s for s in line.steps if "key" in s["target"] and s["target"]["key"] not in targets]:
            outcome.left_out = list(dict.fromkeys(s["target"]["key"] for s in lost))
            outcome.warnings = [*outcome.warnings, LEFT_OUT + ", ".join(s["label"] for s in lost)]
        if dead := sorted(linked_keys(line) - set(targets)):
            outcome.warnings = [*outcome.warnings, f"links to what is not there: {', '.join(dead)}"]
        outcome.held = {code: [EDITED] for code in self._due(one) if code in one.edited}
        return outcome

    def _due(self, one: Finishing) -> list[str]:
        """The languages of a line that are still to be published; after a change of the asset's own part, all."""
        if not self.publish or one.line.data.get("publish") is None:
            return []
        codes = [code for code in one.line.locales if code not in one.line.held]
        if ASSET in one.changed:
            return codes
        return [code for code in codes if code in one.changed or not one.source.hashes[code].get("published")]

    def _wanted(self, one: Finishing, outcome: LineOutcome, targets: Targets, catalogue: Catalogue) -> list[WantedText]:
        """What of a line is to be published. What an editor has changed since the last import is the editor's."""
        asset, window = one.source.asset, one.line.window()
        return [
            WantedText(
                asset_id=asset.pk,
                public_id=asset.public_id,
                locale_id=catalogue.locales[code].pk,
                code=code,
                outcome=outcome,
                window=window,
                target=primary(one.line, code, targets),
            )
            for code in self._due(one)
            if code not in one.edited and not self._expire(one, code, outcome, catalogue)
        ]

    def _expire(self, one: Finishing, code: str, outcome: LineOutcome, catalogue: Catalogue) -> bool:
        """Whether the end of a text has passed already, which is said: it is no fault, and stays a draft."""
        [text] = (data for data in one.line.translations if data["locale"] == code)
        kind = catalogue.kinds_by_id[one.source.asset.kind_id]
        fields = {**one.line.data.get("fields", {}), **text.get("fields", {})}
        ends = [end for end in (one.line.window()[1], window(kind.schema, fields)[1]) if end]
        if not ends or min(ends) > clock.now():
            return False
        outcome.expired[code] = f"expired on {day_of(min(ends))}, kept as a draft"
        return True

    def _settle_waiting(self) -> None:
        """Publishes what led to something not published yet, that first, until nothing more moves."""
        left = self.waiting
        while left:
            made = self._attempt(in_order(left, BATCH), all_of_them=False)
            if made.waiting and not made.published:
                made = self._attempt(apart(made.waiting, BATCH), all_of_them=True)
            if not made.published:
                break
            left = made.waiting
        for brief in self.briefs:
            self.tell(brief.whole())

    def _attempt(self, wanted: Iterable[list[WantedText]], *, all_of_them: bool) -> Round:
        made = Round()
        for batch in wanted:
            with transaction.atomic():
                part = attempt(there(batch), all_of_them=all_of_them)
                sources = list(Source.objects.filter(asset__in={one.asset_id for one in part.published}))
                note_published(part.published, sources)
                put(sources, ["hashes"])
            made.add(part)
        return made


def batches(lines: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def targets_of(lines: Iterable[Line], *, besides: Container[str] = ()) -> Targets:
    """The assets that the steps and the bodies of ``lines`` name, by key or id, ``besides`` these keys."""
    steps = [step["target"] for line in lines for step in line.steps]
    keys = {step["key"] for step in steps if "key" in step}
    keys |= {key for line in lines for key in linked_keys(line)}
    keys = {key for key in keys if key not in besides}
    ids = [step["id"] for step in steps if "id" in step and PUBLIC_ID.fullmatch(step["id"])]
    found: Targets = {}
    if keys:
        for key, pk, uid in Source.objects.filter(key__in=keys).values_list("key", "asset_id", "asset__uid"):
            found[key] = LinkTarget(pk, uid.hex)
    if ids:
        for pk, uid in Asset.objects.filter(uid__in=ids).values_list("pk", "uid"):
            found[uid.hex] = LinkTarget(pk, uid.hex)
    return found


def linked_keys(line: Line) -> set[str]:
    """The keys that the bodies of ``line`` link to."""
    bodies = (text.get("body", "") for text in line.translations)
    return {key for body in bodies if SCHEME in body for key in keys_in(sanitise(body))}


def primary(line: Line, code: str, targets: Targets) -> int | None:
    """The asset that the first step of a text leads to; none if it leads elsewhere."""
    [data] = (data for data in line.translations if data["locale"] == code)
    for step in data.get("next_steps", []):
        name = named(step["target"])
        if not name:
            return None
        if name in targets:
            return targets[name].pk
    return None


def there(wanted: list[WantedText]) -> list[WantedText]:
    """Those whose text is still there. One query."""
    texts = Translation.objects.filter(asset__in={one.asset_id for one in wanted}).order_by()
    pairs = set(texts.values_list("asset_id", "locale_id"))
    return [one for one in wanted if one.pair in pairs]


def note_published(done: Iterable[WantedText], sources: Iterable[Source]) -> None:
    """Notes in the sources, not saved, what has been published."""
    by_asset = {source.asset_id: source for source in sources}
    for one in done:
        by_asset[one.asset_id].hashes[one.code]["published"] = True


def words_of(error: ValidationError) -> list[str]:
    """A refusal as sentences, each with the field it hangs on."""
    if hasattr(error, "error_dict"):
        return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
    return list(error.messages)
