"""What is wrong with single texts that are live: overdue, missing, said twice, led to by nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import orjson
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.audit.evidence import Evidence, id_evidence
from content.audit.finding import CODES, Finding, FindingContext, Subject, of_asset
from content.audit.graph_texts import Placements
from content.audit.live import Live
from content.audit.near_duplicates import near_duplicates
from content.catalogue import Catalogue
from content.coverage.judge import QuestionBoard
from content.delivery.conditions import Conditions
from content.delivery.match import stage_in
from content.delivery.rows import tuples
from content.instants import EPOCH, day_of
from content.models import Edition, Pin, Publication
from content.models.edition import StoredStep
from content.query import Query
from content.richtext import excess
from content.words import Unreadable, parse_words
from journeys.models import Journey, Stage

LATELY = timedelta(days=90)
# Warnings of the gates about what changes with other texts: looked at afresh, not as they were.
ABOUT_TARGETS = frozenset({"dead_end", "link_dead", "cta_target_dead", "cta_target_expires"})


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
    placements: Placements
    at: datetime
    catalogue: Catalogue

    @cached_property
    def locales(self) -> list[int]:
        """The languages that the audit is of, in their order."""
        return list({reader.locale.pk: None for reader in self.readers})

    @cached_property
    def own(self) -> set[int]:
        """The signatures that are shown to any reader and are of the journey, or of no stage."""
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
        return {
            pk: {text.asset_id: text for text in texts if text.signature in self.own} for pk, texts in self.live.items()
        }

    @cached_property
    def true(self) -> list[Live]:
        """Each edition once, in the languages of the audit."""
        return [text for pk in self.locales for text in self.by_locale[pk].values() if not text.fallback]

    @cached_property
    def words(self) -> dict[int, TextWords]:
        """By edition. One statement."""
        return words_of({text.edition_id for text in self.true})

    @cached_property
    def linked(self) -> set[str]:
        """What the texts of all that is live link to, on whatever journey. One statement more."""
        others = {text.edition_id for texts in self.live.values() for text in texts} - set(self.words)
        return {uid for words in [*self.words.values(), *words_of(others).values()] for uid in words.links}

    @cached_property
    def steps(self) -> dict[str, list[StoredStep]]:
        """The steps of all that is live, on whatever journey, by their JSON: many texts have the same."""
        different = {text.steps_text for texts in self.live.values() for text in texts}
        return {steps: orjson.loads(steps) for steps in different}

    def context(self, locale: int | None = None, stage: str | None = None) -> FindingContext:
        return FindingContext(
            self.journey.slug, stage, locale=self.catalogue.locales_by_id[locale].code if locale else None
        )


def words_of(editions: set[int]) -> dict[int, TextWords]:
    """Returns by edition what it says. One statement."""
    where = Conditions().any_of("id", sorted(editions))
    sql = f"SELECT id, CAST(teasers AS text), document FROM content_edition WHERE {where.sql}"
    return {pk: _words(pk, teasers, bytes(document)) for pk, teasers, document in tuples(sql, where.params)}


def text_findings(texts: LiveTexts) -> Iterator[Finding]:
    """Yields ``review_overdue``, ``missing_translation``, ``text_too_long``, ``identical_message``, ``near_duplicate``,
    ``orphan_asset``, ``expired``, and what the gates warned of. Linear in what is live.

    Five statements at most, among them those of ``words`` and ``linked``."""
    yield from _overdue(texts)
    yield from _missing(texts)
    yield from _too_long(texts)
    yield from _identical(texts)
    yield from _near_duplicates(texts)
    yield from _same_at_stages(texts)
    yield from _orphans(texts)
    yield from _expired(texts)
    yield from _warnings(texts)


def _words(pk: int, teasers: str, document: bytes) -> TextWords:
    try:
        words = parse_words(document)
    except Unreadable:
        return TextWords(str(pk).encode(), {}, (), "", "")  # like no other; ``check_editions`` reports it
    compared = [words["title"].casefold(), words["summary"], words["body"], words["fields"]]
    digest = blake2b(orjson.dumps(compared), digest_size=16).digest()
    by_stage = {stage: teaser for stage, teaser in orjson.loads(teasers).items() if teaser}
    text = f"{words['summary']} {words['body']}"
    return TextWords(digest, by_stage, tuple(words["links"]), text, excess(words["body"]))


def _overdue(texts: LiveTexts) -> Iterator[Finding]:
    overdue: dict[int, tuple[Live, date]] = {}
    for pk in texts.locales:
        for text in texts.by_locale[pk].values():
            if text.review_date and text.review_date < day_of(texts.at):
                overdue.setdefault(text.asset_id, (text, text.review_date))
    for text, day in overdue.values():
        message = _("The review was due on %(day)s.") % {"day": date_format(day)}
        remedy = _("Review it, fix what is out of date, and set the next review date.")
        evidence: Evidence = {**id_evidence([text.public_id]), "date": str(day)}
        yield Finding("review_overdue", of_asset(text), texts.context(), message, remedy, evidence)


def _missing(texts: LiveTexts) -> Iterator[Finding]:
    """What is bound to a market is not expected in the languages of others."""
    catalogue = texts.catalogue
    anywhere: dict[int, Live] = {}
    for by_asset in texts.by_locale.values():
        for text in by_asset.values():
            if not text.market_bound:
                anywhere.setdefault(text.asset_id, text)
    for pk in texts.locales:
        for asset_id, other in anywhere.items():
            shown = texts.by_locale[pk].get(asset_id)
            if shown and not shown.fallback:
                continue
            served = catalogue.locales_by_id[shown.locale_id] if shown else None
            words = {"language": catalogue.locales_by_id[pk].title, "served": served.title if served else ""}
            message = _("There is no text in %(language)s; readers get nothing.")
            remedy = _("Translate it into %(language)s, or accept that its readers get none.")
            if served:
                message = _("There is no text in %(language)s; readers get it in %(served)s.")
                remedy = _("Translate it into %(language)s, or accept that its readers get %(served)s.")
            evidence: Evidence = {**id_evidence([other.public_id]), "served": served.code if served else None}
            subject, context = of_asset(shown or other), texts.context(pk)
            yield Finding("missing_translation", subject, context, message % words, remedy % words, evidence)


def _too_long(texts: LiveTexts) -> Iterator[Finding]:
    """What was written before texts were bounded."""
    for text in texts.true:
        if message := texts.words[text.edition_id].excess:
            remedy = _("Split it before you change it: it can be read and restored, but not saved as it is.")
            context, evidence = texts.context(text.locale_id), id_evidence([text.public_id])
            yield Finding("text_too_long", of_asset(text), context, message, remedy, evidence)


def _identical(texts: LiveTexts) -> Iterator[Finding]:
    by_digest: dict[tuple[int, bytes], list[Live]] = {}
    for text in texts.true:
        by_digest.setdefault((text.locale_id, texts.words[text.edition_id].digest), []).append(text)
    for (locale, _digest), same in by_digest.items():
        if len(same) > 1:
            message = ngettext(
                "%(count)d asset says exactly the same in %(language)s.",
                "%(count)d assets say exactly the same in %(language)s.",
                len(same),
            )
            words = {"count": len(same), "language": texts.catalogue.locales_by_id[locale].title}
            remedy = _("Keep one and place it at all these stages with a teaser for each, or word them differently.")
            evidence = id_evidence([text.public_id for text in same])
            context = texts.context(locale)
            yield Finding("identical_message", of_asset(same[0]), context, message % words, remedy, evidence)


def _near_duplicates(texts: LiveTexts) -> Iterator[Finding]:
    """Of those that are identical, the first stands for all."""
    by_locale: dict[int, dict[bytes, Live]] = {}
    for text in texts.true:
        by_locale.setdefault(text.locale_id, {}).setdefault(texts.words[text.edition_id].digest, text)
    for locale, by_digest in by_locale.items():
        different = list(by_digest.values())
        for group in near_duplicates([texts.words[text.edition_id].text for text in different]):
            same = [different[index] for index in group.indexes]
            message = ngettext(
                "%(count)d asset says nearly the same in %(language)s, at least %(share)s of it.",
                "%(count)d assets say nearly the same in %(language)s, at least %(share)s of it.",
                len(same),
            )
            title = texts.catalogue.locales_by_id[locale].title
            words = {"count": len(same), "language": title, "share": f"{group.least:.0%}"}
            remedy = _("Keep one and place it where the others are, or say what is different about each.")
            ids = id_evidence([text.public_id for text in same])
            evidence: Evidence = {**ids, "similarity": round(group.least, 4)}
            context = texts.context(locale)
            yield Finding("near_duplicate", of_asset(same[0]), context, message % words, remedy, evidence)


def _same_at_stages(texts: LiveTexts) -> Iterator[Finding]:
    """One text at several stages should say at each why it is worth reading there: that is its teaser."""
    stages = {stage.pk: stage for stage in texts.catalogue.atlas.stages_of[texts.journey.pk]}
    for text in texts.true:
        teasers = texts.words[text.edition_id].teasers
        by_teaser: dict[str, list[Stage]] = {}
        for placement in texts.placements[text.signature]:
            if placement["stage"] in stages:
                by_teaser.setdefault(teasers.get(str(placement["stage"]), ""), []).append(stages[placement["stage"]])
        same = next((found for found in by_teaser.values() if len(found) > 1), None)
        if same:
            own = sorted(same, key=lambda stage: stage.position)
            titles = get_text_list([stage.title for stage in own], _("and"))
            message = _("It introduces itself in the same words at %(stages)s.") % {"stages": titles}
            remedy = _("Write a teaser for each stage: what it answers there.")
            evidence: Evidence = {**id_evidence([text.public_id]), "stages": [stage.slug for stage in own]}
            context = texts.context(text.locale_id)
            yield Finding("identical_message", of_asset(text), context, message, remedy, evidence, detail="stages")


def _orphans(texts: LiveTexts) -> Iterator[Finding]:
    """What is at no stage is reached by a step, a link in a text or a pin, or by nothing."""
    without_stage = {signature for signature in texts.own if not texts.placements[signature]}
    by_asset = {text.asset_id: text for pk in texts.locales for text in texts.by_locale[pk].values()}
    alone = {pk: text for pk, text in by_asset.items() if text.signature in without_stage}
    if not alone:
        return
    targets = {step["asset"] for steps in texts.steps.values() for step in steps}
    targets |= set(Pin.objects.filter(asset__in=alone).values_list("asset_id", flat=True))
    for asset_id, text in alone.items():
        if asset_id not in targets and text.public_id not in texts.linked:
            message = _("It has no stage, and no next step, link or pin leads to it.")
            remedy = _("Give it a stage, link to it from somewhere, or withdraw it.")
            evidence = id_evidence([text.public_id])
            yield Finding("orphan_asset", of_asset(text), texts.context(), message, remedy, evidence)


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
    ended = ended.exclude(Exists(follows)).exclude(Exists(by_verb)).select_related("asset").order_by("live_until", "pk")
    editions = ended.defer("document", "steps", "teasers", "warnings")
    last = {(edition.asset_id, edition.locale_id): edition for edition in editions}
    shown = {pk: {text.asset_id for text in texts.live[pk]} for pk in texts.locales}
    for (asset_id, locale), edition in last.items():
        placements = edition.placements
        on_journey = not placements or stage_in(texts.journey, placements, texts.catalogue.atlas)
        if edition.live_until and on_journey and asset_id not in shown[locale]:
            day = day_of(edition.live_until)
            message = _("It ended on %(day)s and nothing follows, so readers no longer see it.")
            remedy = _("Publish it again with a later end, or something in its place, and fix what leads here.")
            subject = Subject("asset", edition.asset.public_id, edition.title)
            evidence: Evidence = {**id_evidence([edition.asset.public_id]), "date": str(day)}
            message %= {"day": date_format(day)}
            yield Finding("expired", subject, texts.context(locale), message, remedy, evidence)


def _warnings(texts: LiveTexts) -> Iterator[Finding]:
    """What the gates said when a text was published, in the words of that day; each code once, its first."""
    by_edition = {text.edition_id: text for text in texts.true}
    editions = Edition.objects.live(texts.at).exclude(warnings=[]).order_by("pk")
    for pk, warnings in editions.values_list("pk", "warnings"):
        if (text := by_edition.get(pk)) is None:
            continue
        by_code: dict[str, dict[str, str]] = {warning["code"]: warning for warning in reversed(warnings)}
        for code, warning in by_code.items():
            if code in CODES and code not in ABOUT_TARGETS:
                evidence: Evidence = {**id_evidence([text.public_id]), "field": warning["field"]}
                context, remedy = texts.context(text.locale_id), _("Fix it in the draft and publish it again.")
                yield Finding(code, of_asset(text), context, warning["message"], remedy, evidence)
