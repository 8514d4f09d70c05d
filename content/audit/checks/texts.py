"""What is wrong with single texts that are live: overdue, missing, said twice, led to by nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from django.db.models import Exists, F, Max, OuterRef, Q

from content.audit.finding import CODES, Finding, FindingContext, Subject, as_json, id_evidence, of_asset
from content.audit.live import Live
from content.audit.near_duplicates import near_duplicates
from content.catalogue import Catalogue
from content.coverage.judge import QuestionBoard
from content.delivery.conditions import Conditions
from content.delivery.match import stage_in
from content.delivery.rows import tuples
from content.instants import EPOCH, STEP, day_of, micros
from content.models import Edition, Pin, Publication, Showing
from content.models.showing import ANYONE, ANYWHERE
from content.query import Query
from content.richtext import excess
from content.words import Unreadable, parse_words
from journeys.models import Journey

LATELY = timedelta(days=90)
ABOUT_TARGETS = frozenset(
    {"dead_end", "link_dead", "cta_target_dead", "cta_target_expires"}
)  # looked at afresh, not as they were


class TextWords(NamedTuple):
    """What an edition says, as far as the audit compares it."""

    digest: bytes
    teasers: dict[str, str]
    links: tuple[str, ...]
    text: str
    excess: str


@dataclass
class LiveTexts:
    """What is live of one journey: by the reader's locale what they see, each text once by the language it is in."""

    journey: Journey
    readers: Sequence[Query]
    live: dict[int, list[Live]]
    placements: dict[int, list[dict[str, Any]]]
    at: datetime
    catalogue: Catalogue

    @cached_property
    def locales(self) -> list[int]:
        """Those that the audit is of, in their order."""
        return list({reader.locale.pk: None for reader in self.readers})

    @cached_property
    def own(self) -> set[int]:
        """The signatures that are met by any reader and stand on the journey, or nowhere."""
        board = QuestionBoard([reader.anywhere() for reader in self.readers], self.catalogue)
        return {
            signature
            for signature, placements in self.placements.items()
            if board.answers(placements).any
            and (not placements or stage_in(self.journey, placements, self.catalogue.atlas))
        }

    @cached_property
    def by_locale(self) -> dict[int, dict[int, Live]]:
        """By the reader's locale and by asset, on the journey."""
        return {pk: {row.asset_id: row for row in rows if row.signature in self.own} for pk, rows in self.live.items()}

    @cached_property
    def true(self) -> list[Live]:
        """Each edition once, in the languages of the audit."""
        return [row for pk in self.locales for row in self.by_locale[pk].values() if not row.fallback]

    @cached_property
    def words(self) -> dict[int, TextWords]:
        """By edition. One statement."""
        return words_of({row.edition_id for row in self.true})

    @cached_property
    def linked(self) -> set[str]:
        """What the texts of all that is live link to, on whatever journey. One statement more."""
        others = {row.edition_id for rows in self.live.values() for row in rows} - set(self.words)
        return {uid for words in [*self.words.values(), *words_of(others).values()] for uid in words.links}

    def context(self, locale: int | None = None, stage: str | None = None) -> FindingContext:
        return FindingContext(
            self.journey.slug, stage, locale=self.catalogue.locales_by_id[locale].code if locale else None
        )


def words_of(editions: set[int]) -> dict[int, TextWords]:
    where = Conditions().any_of("id", sorted(editions))
    sql = f"SELECT id, CAST(teasers AS text), document FROM content_edition WHERE {where.sql}"
    return {pk: _words(pk, teasers, bytes(document)) for pk, teasers, document in tuples(sql, where.params)}


def text_findings(texts: LiveTexts) -> Iterator[Finding]:
    """``review_overdue``, ``missing_translation``, ``text_too_long``, ``identical_message``, ``near_duplicate``,
    ``orphan_asset``, ``expired``, dead links and targets, and what the gates warned of. Six statements, linear in
    what is live."""
    yield from _overdue(texts)
    yield from _missing(texts)
    yield from _too_long(texts)
    yield from _identical(texts)
    yield from _alike(texts)
    yield from _same_at_stages(texts)
    yield from _orphans(texts)
    yield from _expired(texts)
    yield from _targets(texts)
    yield from _warnings(texts)


def _words(pk: int, teasers: str, document: bytes) -> TextWords:
    try:
        words = parse_words(document)
    except Unreadable:
        return TextWords(str(pk).encode(), {}, (), "", "")  # like no other; ``check_editions`` tells of it
    said = [words["title"].casefold(), words["summary"], words["body"], words["fields"]]
    digest = blake2b(orjson.dumps(said), digest_size=16).digest()
    told_at = {stage: text for stage, text in orjson.loads(teasers).items() if text}
    return TextWords(
        digest, told_at, tuple(words["links"]), f"{words['summary']} {words['body']}", excess(words["body"])
    )


def _overdue(texts: LiveTexts) -> Iterator[Finding]:
    late: dict[int, Live] = {}
    for pk in texts.locales:
        for row in texts.by_locale[pk].values():
            if row.review_date and row.review_date < day_of(texts.at):
                late.setdefault(row.asset_id, row)
    for row in late.values():
        message = f"Somebody should have read it again on {row.review_date}."
        remedy = "Read it, mend what is no longer so, and set the next day."
        evidence = {**id_evidence([row.public_id]), "date": str(row.review_date)}
        yield Finding("review_overdue", of_asset(row), texts.context(), message, remedy, evidence)


def _missing(texts: LiveTexts) -> Iterator[Finding]:
    """What is bound to a market is not expected in the languages of others."""
    catalogue = texts.catalogue
    anywhere: dict[int, Live] = {}
    for rows in texts.by_locale.values():
        for row in rows.values():
            if not row.market_bound:
                anywhere.setdefault(row.asset_id, row)
    for pk in texts.locales:
        here = texts.by_locale[pk]
        title = catalogue.locales_by_id[pk].title
        for asset_id, other in anywhere.items():
            shown = here.get(asset_id)
            if shown and not shown.fallback:
                continue
            served = catalogue.locales_by_id[shown.locale_id] if shown else None
            message = f"There is no text in {title}; readers get {'it in ' + served.title if served else 'nothing'}."
            evidence = {**id_evidence([other.public_id]), "served": served.code if served else None}
            remedy = f"Translate it into {title}, or accept that its readers get {served.title if served else 'none'}."
            yield Finding("missing_translation", of_asset(shown or other), texts.context(pk), message, remedy, evidence)


def _too_long(texts: LiveTexts) -> Iterator[Finding]:
    """What was written before texts were bounded."""
    for row in texts.true:
        if why := texts.words[row.edition_id].excess:
            remedy = "Part it before you change it: it can be read and restored, but not saved anew."
            context, evidence = texts.context(row.locale_id), id_evidence([row.public_id])
            yield Finding("text_too_long", of_asset(row), context, why, remedy, evidence)


def _identical(texts: LiveTexts) -> Iterator[Finding]:
    said: dict[tuple[int, bytes], list[Live]] = {}
    for row in texts.true:
        said.setdefault((row.locale_id, texts.words[row.edition_id].digest), []).append(row)
    for (locale, _), rows in said.items():
        if len(rows) > 1:
            message = f"{len(rows)} assets say the very same in {texts.catalogue.locales_by_id[locale].title}."
            remedy = "Keep one and place it at all these stages with a teaser for each, or say it differently."
            evidence = id_evidence([row.public_id for row in rows])
            yield Finding("identical_message", of_asset(rows[0]), texts.context(locale), message, remedy, evidence)


def _alike(texts: LiveTexts) -> Iterator[Finding]:
    """Of those that are identical, the first stands for all."""
    said: dict[int, dict[bytes, Live]] = {}
    for row in texts.true:
        said.setdefault(row.locale_id, {}).setdefault(texts.words[row.edition_id].digest, row)
    for locale, by_digest in said.items():
        rows = list(by_digest.values())
        for group in near_duplicates([texts.words[row.edition_id].text for row in rows]):
            own = [rows[place] for place in group.places]
            title = texts.catalogue.locales_by_id[locale].title
            message = f"{len(own)} assets say nearly the same in {title}, {group.least:.0%} of it at least."
            remedy = "Keep one and place it where the others stand, or say what is different about each."
            evidence = {**id_evidence([row.public_id for row in own]), "similarity": round(group.least, 4)}
            yield Finding("near_duplicate", of_asset(own[0]), texts.context(locale), message, remedy, evidence)


def _same_at_stages(texts: LiveTexts) -> Iterator[Finding]:
    """One text at several stages should say at each why it is worth reading there: that is its teaser."""
    stages = {stage.pk: stage for stage in texts.catalogue.atlas.stages_of[texts.journey.pk]}
    for row in texts.true:
        teasers = texts.words[row.edition_id].teasers
        by_teaser: dict[str, list[Any]] = {}
        for placement in texts.placements[row.signature]:
            if placement["stage"] in stages:
                by_teaser.setdefault(teasers.get(str(placement["stage"]), ""), []).append(stages[placement["stage"]])
        for same in by_teaser.values():
            if len(same) > 1:
                own = sorted(same, key=lambda stage: stage.position)
                message = f"It introduces itself in the same words at {as_json((one.title for one in own), 'and')}."
                remedy = "Write a teaser for each stage: what it answers there."
                evidence = {**id_evidence([row.public_id]), "stages": [one.slug for one in own]}
                context = texts.context(row.locale_id)
                detail = "stages"
                yield Finding("identical_message", of_asset(row), context, message, remedy, evidence, detail=detail)
                break


def _orphans(texts: LiveTexts) -> Iterator[Finding]:
    """What stands at no stage is come to by a step, a link in a text or a pin, or by nothing."""
    placeless = {signature for signature in texts.own if not texts.placements[signature]}
    rows = {row.asset_id: row for pk in texts.locales for row in texts.by_locale[pk].values()}
    alone = {pk: row for pk, row in rows.items() if row.signature in placeless}
    if not alone:
        return
    led_to = {step["asset"] for steps in _steps(texts).values() for step in steps}
    led_to |= set(Pin.objects.filter(asset__in=alone).values_list("asset_id", flat=True))
    for asset_id, row in alone.items():
        if asset_id not in led_to and row.public_id not in texts.linked:
            message = "It stands at no stage, and no step, link or pin leads to it."
            remedy = "Give it a stage, lead to it from somewhere, or withdraw it."
            yield Finding("orphan_asset", of_asset(row), texts.context(), message, remedy, id_evidence([row.public_id]))


def _expired(texts: LiveTexts) -> Iterator[Finding]:
    """What ended by itself, so that readers of its language are shown nothing of it. What a verb ended was meant to."""
    same = {"asset": OuterRef("asset"), "locale": OuterRef("locale"), "cancelled_at": None}
    follows = Edition.objects.filter(Q(live_until=None) | Q(live_until__gt=texts.at), **same)
    by_verb = Publication.objects.filter(at=OuterRef("live_until"))
    lately = max(texts.at, EPOCH + LATELY) - LATELY
    ended = Edition.objects.filter(
        Q(live_until__gt=F("live_from")),
        live_until__gt=lately,
        live_until__lte=texts.at,
        locale__in=texts.locales,
        cancelled_at=None,
    )
    found = ended.exclude(Exists(follows)).exclude(Exists(by_verb)).select_related("asset").order_by("live_until", "pk")
    last = {(one.asset_id, one.locale_id): one for one in found.defer("document", "steps", "teasers", "warnings")}
    for (asset_id, locale), one in last.items():
        stands = not one.placements or stage_in(texts.journey, one.placements, texts.catalogue.atlas)
        if one.live_until and stands and asset_id not in {row.asset_id for row in texts.live[locale]}:
            day = str(day_of(one.live_until))
            message = f"It ended on {day}, and nothing follows: its readers are shown nothing of it."
            remedy = "Publish it again with a later end, or something in its place, and mend what led here."
            subject, evidence = Subject("asset", one.asset.public_id, one.title), {"date": day}
            ids = id_evidence([one.asset.public_id])
            yield Finding("expired", subject, texts.context(locale), message, remedy, {**ids, **evidence})


def _steps(texts: LiveTexts) -> dict[str, list[dict[str, Any]]]:
    """The steps of all that is live, on whatever journey."""
    told_once = {row.steps_text for rows in texts.live.values() for row in rows}
    return {text: orjson.loads(text) for text in told_once}


def _targets(texts: LiveTexts) -> Iterator[Finding]:
    """Whether readers are shown what the primary step and the links of a text lead to, as it stands now; and whether
    they will be as long as the text is."""
    steps = _steps(texts)
    named = {pk: {row.public_id for row in rows} for pk, rows in texts.live.items()}
    primary = {row: steps[row.steps_text][0] for row in texts.true if steps[row.steps_text]}
    ends = _ends({step["asset"] for step in primary.values() if step["asset"]}, at=texts.at)
    shown = {pk: {row.asset_id for row in rows} for pk, rows in texts.live.items()}
    for row in texts.true:
        context, ids = texts.context(row.locale_id), id_evidence([row.public_id])
        step = primary.get(row)
        if step and step["asset"]:
            is_shown, last = step["asset"] in shown[row.locale_id], ends.get((row.locale_id, step["asset"]), 0)
            label = f"“{step['label']}”, its primary step, leads to something that"
            if not is_shown:
                remedy = "Publish what it leads to again, or lead somewhere else."
                yield Finding("cta_target_dead", of_asset(row), context, f"{label} is not shown.", remedy, ids)
            elif last < row.live_until:
                day = str(day_of(EPOCH + last * STEP))
                message, remedy = f"{label} ends on {day}, before this does.", "Prolong that, or lead somewhere else."
                yield Finding("cta_target_expires", of_asset(row), context, message, remedy, {**ids, "date": day})
        dead = [uid for uid in texts.words[row.edition_id].links if uid not in named[row.locale_id]]
        if dead:
            message = f"{len(dead)} of the links in its text lead to something that is not shown."
            remedy = "Link to something else, or publish that again; readers see plain words until then."
            yield Finding("link_dead", of_asset(row), context, message, remedy, {**ids, "targets": dead})


def _ends(assets: set[int], *, at: datetime) -> dict[tuple[int, int], int]:
    """By reader's locale and asset until when it is shown, as far as is known. One query."""
    rows = Showing.objects.filter(asset__in=assets, stage=ANYWHERE, segment=ANYONE, live_until__gt=micros(at))
    told_ends = rows.values_list("locale_id", "asset_id").annotate(last=Max("live_until")).order_by()
    return {(locale, asset): last for locale, asset, last in told_ends}


def _warnings(texts: LiveTexts) -> Iterator[Finding]:
    rows = {row.edition_id: row for row in texts.true}
    warned = Edition.objects.live(texts.at).exclude(warnings=[]).order_by("pk")
    for pk, warnings in warned.values_list("pk", "warnings"):
        if (row := rows.get(pk)) is None:
            continue
        by_code: dict[str, dict[str, Any]] = {warning["code"]: warning for warning in reversed(warnings)}
        for code, warning in by_code.items():
            if code in CODES and code not in ABOUT_TARGETS:
                evidence = {**id_evidence([row.public_id]), "field": warning["field"]}
                message, remedy = warning["message"], "Mend it in the draft and publish it again."
                yield Finding(code, of_asset(row), texts.context(row.locale_id), message, remedy, evidence)
