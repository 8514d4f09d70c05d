"""Loads lines into drafts, and publishes the drafts, through the same gates and verbs as everything else."""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain, islice

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from content import clock
from content.bulk import count_rows
from content.catalogue import Catalogue, current_catalogue
from content.drafts.history import keep_known
from content.fields import window
from content.importers.draft import ASSET, current_drafts, edited_since, fingerprints, regained_locales, unfinished
from content.importers.finish import LineToFinish, LinkTarget, Targets, finish_drafts, target_name
from content.importers.former import write_former_addresses
from content.importers.outcome import BriefOutcome, LineOutcome, StepsLeftOut, Words, once, unexpected
from content.importers.shape import Line, key_of
from content.importers.waiting import Round, TextToPublish, attempt, in_order, in_two_sides
from content.importers.write import FAULTS, put, sources_of, write_drafts
from content.instants import day_of
from content.links import SCHEME, keys_in
from content.models import Asset, Source, Translation
from content.richtext import sanitise

BATCH = 500  # lines in one transaction
# By powers of four: the statistics always cover a quarter of the rows at least, and a load of a million lines (2,000
# batches) takes them six times in each of its two passes.
COUNTED_AFTER = frozenset(4**power for power in range(8))  # batches: 1, 4, 16 …
Batch = list[tuple[str, Line | ValidationError]]
Lines = Callable[[], Iterator[tuple[str, Line | ValidationError]]]
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
        self.waiting: list[TextToPublish] = []
        self.briefs: list[BriefOutcome] = []  # the outcomes of those
        self.shared: dict[Words, Words] = {}

    def run(self) -> None:
        for _where, line in self.lines():
            if isinstance(line, Line):
                self.new[line.key] = None
            elif key := key_of(line):
                self.gone.add(key)
        for number, batch in enumerate(batches(self.lines()), start=1):
            with transaction.atomic():
                self._write(batch)
            self._count_rows(number)
        for number, batch in enumerate(batches(self.lines()), start=1):
            outcomes, waiting = self._finish_or_halve(batch)
            self._count_rows(number)
            later = {id(text.outcome) for text in waiting}
            for outcome in outcomes:
                if id(outcome) not in later:
                    self.tell(outcome)
            self._wait(waiting)
        self._settle_waiting()

    def _count_rows(self, batches_done: int) -> None:
        """Lets PostgreSQL count its tables as they grow: one that was empty at the start it would read end to end."""
        if batches_done in COUNTED_AFTER:
            count_rows(apps.get_app_config("content").get_models(include_auto_created=True))

    def _wait(self, waiting: list[TextToPublish]) -> None:
        """Stores what waits, in as little memory as it takes; the texts of a line go on sharing their outcome."""
        briefs: dict[int, BriefOutcome] = {}
        for text in waiting:
            if isinstance(text.outcome, LineOutcome):
                text.outcome = briefs.setdefault(id(text.outcome), BriefOutcome(text.outcome, self.shared))
        self.waiting += waiting
        self.briefs += briefs.values()

    def _write(self, batch: Batch) -> None:
        """Writes the drafts of a batch, without their steps."""
        targets = targets_of([line for _where, line in batch if isinstance(line, Line)], besides=self.new)
        lines: list[Line] = []
        for where, line in batch:
            try:
                lines.append(self._checked(line, targets))
            except ValidationError as error:
                self._refuse(where, line, error)
            self.advance(1)
        for rows in write_drafts(
            lines,
            current_catalogue(),
            overwrite=self.overwrite,
            refuse=lambda line, error: self._refuse(line.where, line, error),
        ):
            self.new[rows.line.key] = once(tuple(rows.new), self.shared)

    def _refuse(self, where: str, line: Line | ValidationError, error: ValidationError) -> None:
        key = line.key if isinstance(line, Line) else key_of(line)
        self.refused[where] = LineOutcome(where, key, refused=words_of(error))

    def _checked(self, line: Line | ValidationError, targets: Targets) -> Line:
        """The line, if its key is new in this run and its steps lead to what is there or in another line."""
        if isinstance(line, ValidationError):
            raise line
        if self.new.get(line.key) is not None:
            raise ValidationError(_("The key “%(key)s” is used twice.") % {"key": line.key}, code="key_repeated")
        self.new[line.key] = ()
        for step in line.steps:
            name = target_name(step["target"])
            if name and name not in self.new and name not in targets and name not in self.gone:
                message = _("The step “%(label)s” leads to “%(target)s”, which does not exist.")
                raise ValidationError(message % {"label": step["label"], "target": name}, code="target_unknown")
        return line

    def _finish_or_halve(self, batch: Batch) -> tuple[list[LineOutcome], list[TextToPublish]]:
        """``_finish`` in a transaction. After an unforeseen fault by halves, until the one line is found: only that
        is refused."""
        try:
            with transaction.atomic():
                return self._finish(batch)
        except FAULTS as error:
            if len(batch) == 1:
                [(where, line)] = batch
                self._refuse(where, line, unexpected(error))
                return [self.refused[where]], []
        # Outside of the transaction that has failed: each half has one of its own, and what it writes stays.
        outcomes, waiting = self._finish_or_halve(batch[: len(batch) // 2])
        others = self._finish_or_halve(batch[len(batch) // 2 :])
        return outcomes + others[0], waiting + others[1]

    def _finish(self, batch: Batch) -> tuple[list[LineOutcome], list[TextToPublish]]:
        """Writes the steps of a batch and publishes it: the outcomes, and what waits for a target to be published."""
        catalogue = current_catalogue()
        lines = {where: line for where, line in batch if isinstance(line, Line) and where not in self.refused}
        sources = sources_of(line.key for line in lines.values())
        targets = targets_of(lines.values())
        items: dict[str, LineToFinish] = {}
        for where, line in lines.items():
            if source := sources.get(line.key):
                items[where] = LineToFinish(line, source, unfinished(line, source))
            else:
                self._refuse(where, line, ValidationError(_("It was deleted while this was loading."), code="gone"))
        self._heed_editors(items.values(), targets, catalogue)
        finish_drafts(list(items.values()), targets, catalogue)
        write_former_addresses(items.values(), catalogue)
        rewritten = [item.source.asset_id for item in items.values() if item.changed]
        keep_known(rewritten, by=None, at=clock.now(), why="imported")
        outcomes = {where: self._outcome(where, item, targets) for where, item in items.items()}
        texts = [self._to_publish(item, outcomes[where], targets, catalogue) for where, item in items.items()]
        result = attempt(still_stored([*chain.from_iterable(texts)]))
        note_published(result.published, sources.values())
        moved = {text.asset_id for text in result.published}
        put((item.source for item in items.values() if item.changed or item.source.asset_id in moved), ["hashes"])
        for _line in batch:
            self.advance(1)
        return [outcomes.get(where) or self.refused[where] for where, _line in batch], result.waiting

    def _heed_editors(self, items: Iterable[LineToFinish], targets: Targets, catalogue: Catalogue) -> None:
        """Notes which parts an editor has changed since the last import, where it matters; adds what is regained."""
        suspects: dict[int, set[str]] = {}
        for item in items:
            codes = {*regained_locales(item.line, item.source, targets), *self._due(item)}.difference(item.changed)
            if codes and not self.overwrite:
                suspects[item.source.asset_id] = codes
        drafts = current_drafts(suspects) if suspects else {}
        for item in items:
            if item.source.asset_id in drafts:
                prints = fingerprints(drafts[item.source.asset_id], catalogue)
                item.edited = {c for c in suspects[item.source.asset_id] if edited_since(item.source, c, prints)}
            back = regained_locales(item.line, item.source, targets)
            item.changed += [code for code in back if code not in item.changed and code not in item.edited]

    def _outcome(self, where: str, item: LineToFinish, targets: Targets) -> LineOutcome:
        line = item.line
        outcome = LineOutcome(where, line.key, item.changed, list(self.new[line.key] or ()), warnings=line.warnings)
        if steps := [s for s in line.steps if "key" in s["target"] and s["target"]["key"] not in targets]:
            outcome.left_out = list(dict.fromkeys(step["target"]["key"] for step in steps))
            warning = _("left out steps to what was refused: %(labels)s")
            labels = ", ".join(step["label"] for step in steps)
            outcome.warnings = [*outcome.warnings, StepsLeftOut(warning % {"labels": labels})]
        if dead := sorted(linked_keys(line) - set(targets)):
            warning = _("links to what does not exist: %(keys)s") % {"keys": ", ".join(dead)}
            outcome.warnings = [*outcome.warnings, warning]
        edited = _("An editor has changed this text; publish it in the admin.")
        outcome.held = {code: [f"edited_since_import: {edited}"] for code in self._due(item) if code in item.edited}
        return outcome

    def _due(self, item: LineToFinish) -> list[str]:
        """The languages of a line that are still to be published; after a change of the asset's own part, all."""
        if not self.publish or item.line.data.get("publish") is None:
            return []
        codes = [code for code in item.line.locales if code not in item.line.held]
        if ASSET in item.changed:
            return codes
        return [code for code in codes if code in item.changed or not item.source.hashes[code].get("published")]

    def _to_publish(
        self, item: LineToFinish, outcome: LineOutcome, targets: Targets, catalogue: Catalogue
    ) -> list[TextToPublish]:
        """The texts of a line to publish, without those that an editor has changed since the last import."""
        asset, window = item.source.asset, item.line.window()
        return [
            TextToPublish(
                asset_id=asset.pk,
                public_id=asset.public_id,
                locale_id=catalogue.locales[code].pk,
                code=code,
                outcome=outcome,
                window=window,
                target=primary(item.line, code, targets),
            )
            for code in self._due(item)
            if code not in item.edited and not self._expire(item, code, outcome, catalogue)
        ]

    def _expire(self, item: LineToFinish, code: str, outcome: LineOutcome, catalogue: Catalogue) -> bool:
        """Whether the end of a text has passed already, which is noted: it is no fault, and stays a draft."""
        kind = catalogue.kinds_by_id[item.source.asset.kind_id]
        fields = {**item.line.data.get("fields", {}), **item.line.text(code).get("fields", {})}
        ends = [end for end in (item.line.window()[1], window(kind.schema, fields)[1]) if end]
        if not ends or min(ends) > clock.now():
            return False
        outcome.expired[code] = _("expired on %(day)s, kept as a draft") % {"day": day_of(min(ends))}
        return True

    def _settle_waiting(self) -> None:
        """Publishes the texts that wait, what they lead to before themselves, until nothing more moves."""
        texts = self.waiting
        while texts:
            result = self._attempt(in_order(texts, BATCH), all_of_them=False)
            # What is left leads to what will not be live. It is tried all the same, so that the gates say of each text
            # why it is held, and let pass those whose dead target an editor has accepted.
            if result.waiting and not result.published:
                result = self._attempt(in_two_sides(result.waiting, BATCH), all_of_them=True)
            if not result.published:
                break
            texts = result.waiting
        for brief in self.briefs:
            self.tell(brief.whole())

    def _attempt(self, batches: Iterable[list[TextToPublish]], *, all_of_them: bool) -> Round:
        result = Round()
        for batch in batches:
            with transaction.atomic():
                part = attempt(still_stored(batch), all_of_them=all_of_them)
                sources = list(Source.objects.filter(asset__in={text.asset_id for text in part.published}))
                note_published(part.published, sources)
                put(sources, ["hashes"])
            result.add(part)
        return result


def batches(lines: Iterator[tuple[str, Line | ValidationError]]) -> Iterator[Batch]:
    """The lines in lists of ``BATCH``."""
    while batch := list(islice(lines, BATCH)):
        yield batch


def targets_of(lines: Iterable[Line], *, besides: Container[str] = ()) -> Targets:
    """The stored assets that the steps and the bodies of ``lines`` name, by key or id. Two queries at most.

    The keys in ``besides`` are not looked up.
    """
    steps = [step["target"] for line in lines for step in line.steps]
    keys = {step["key"] for step in steps if "key" in step}
    keys |= {key for line in lines for key in linked_keys(line)}
    keys = {key for key in keys if key not in besides}
    ids = [step["id"] for step in steps if "id" in step and PUBLIC_ID.fullmatch(step["id"])]
    targets: Targets = {}
    if keys:
        for key, pk, uid in Source.objects.filter(key__in=keys).values_list("key", "asset_id", "asset__uid"):
            targets[key] = LinkTarget(pk, uid.hex)
    if ids:
        for pk, uid in Asset.objects.filter(uid__in=ids).values_list("pk", "uid"):
            targets[uid.hex] = LinkTarget(pk, uid.hex)
    return targets


def linked_keys(line: Line) -> set[str]:
    """The keys that the bodies of ``line`` link to."""
    bodies = (text.get("body", "") for text in line.translations)
    return {key for body in bodies if SCHEME in body for key in keys_in(sanitise(body))}


def primary(line: Line, code: str, targets: Targets) -> int | None:
    """The asset that the primary step of a text leads to; ``None`` if it leads elsewhere.

    Steps to what was refused do not count: they are left out, so the next one becomes the primary.
    """
    for step in line.text(code).get("next_steps", []):
        name = target_name(step["target"])
        if not name:
            return None
        if name in targets:
            return targets[name].pk
    return None


def still_stored(texts: list[TextToPublish]) -> list[TextToPublish]:
    """Those of ``texts`` that nobody has deleted meanwhile. One query."""
    translations = Translation.objects.filter(asset__in={text.asset_id for text in texts}).order_by()
    pairs = set(translations.values_list("asset_id", "locale_id"))
    return [text for text in texts if text.pair in pairs]


def note_published(texts: Iterable[TextToPublish], sources: Iterable[Source]) -> None:
    """Marks ``texts`` as published in their ``sources``, which the caller saves."""
    by_asset = {source.asset_id: source for source in sources}
    for text in texts:
        by_asset[text.asset_id].hashes[text.code]["published"] = True


def words_of(error: ValidationError) -> list[str]:
    """A refusal as sentences, each with the field it hangs on."""
    if hasattr(error, "error_dict"):
        return [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
    return list(error.messages)
