"""Lists the changes between two states of a draft: field by field, language by language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from content.drafts.diff import Piece, marked_html, text_of, word_diff
from content.drafts.labels import Names, placement_in_words, step_in_words
from content.drafts.state import AssetState, TextState, Values
from content.field_display import label_of, text_lines
from content.models import Asset, Translation

OWN = ("name", "kind_id", "owner_id", "review_date", "brief", "due", "no_stage_reason", "image_id")
WORDS = (
    "title",
    "slug",
    "summary",
    "body",
    "image_alt",
    "seo_title",
    "seo_description",
    "published_at",
    "market_bound",
)
WHOLE_TEXT = _lazy("the whole text")
NAMED = {"kind_id": Names.kind, "owner_id": Names.person, "image_id": Names.picture}


@dataclass(frozen=True)
class Change:
    """One changed field: its label, the language (empty for shared fields), and the pieces of old and new text."""

    field: str
    locale: str
    pieces: list[Piece]

    @property
    def where(self) -> str:
        """``title (nb)``."""
        return f"{self.field} ({self.locale})" if self.locale else self.field

    @property
    def html(self) -> SafeString:
        return marked_html(self.pieces)


@dataclass(frozen=True)
class Part:
    """A part of a draft that has a page of its own: the asset with its tags, or one text by its locale's id."""

    locale_id: int | None = None


def changes(before: AssetState | None, after: AssetState, names: Names, *, part: Part | None = None) -> list[Change]:
    """The changes, the asset's own first, then its texts by language; of ``part`` alone if one is given.

    ``before`` is ``None`` for a new asset. Bodies are compared as text, and as HTML where only
    the markup differs. No queries.
    """
    found: list[Change] = []
    if part is None or part.locale_id is None:
        found += _own(before, after, names)
    if part is None or part.locale_id is not None:
        texts = {} if before is None else before.texts
        locales = {*texts, *after.texts} if part is None else {part.locale_id}
        for locale in sorted((pk for pk in locales if pk is not None), key=names.locale):
            pair = texts.get(locale), after.texts.get(locale)
            found += _text(*pair, names.locale(locale), names, _schema(after, names))
    return found


def _own(before: AssetState | None, after: AssetState, names: Names) -> Iterator[Change]:
    former = before.own if before else {}
    for name in OWN:
        yield from _change(_label(Asset, name), "", _value(name, former, names), _value(name, after.own, names))
    terms = ("\n".join(names.carried(own.get("terms", ()))) for own in (former, after.own))
    yield from _change(_("terms"), "", *terms)
    placed = (_placements(whole, names) for whole in (before, after))
    yield from _change(_("placements"), "", *placed)
    yield from _fields(_("shared fields: %(field)s"), "", former, after.own, _schema(after, names))


def _schema(whole: AssetState, names: Names) -> Values:
    kind = names.catalogue.kinds_by_id.get(whole.own.get("kind_id") or 0)
    return kind.schema if kind else {}


def _text(
    before: TextState | None, after: TextState | None, locale: str, names: Names, schema: Values
) -> Iterator[Change]:
    if before is None or after is None:
        whole = (_whole_text(text, names) for text in (before, after))
        yield from _change(str(WHOLE_TEXT), locale, *whole)
        return
    for name in WORDS:
        if name == "body":
            yield from _body(before.words["body"], after.words["body"], locale)
        else:
            label = _label(Translation, name)
            yield from _change(label, locale, _value(name, before.words, names), _value(name, after.words, names))
    yield from _fields(_("fields: %(field)s"), locale, before.words, after.words, schema)
    yield from _change(_("next steps"), locale, _steps(before, names), _steps(after, names))
    yield from _change(_("teasers"), locale, _teasers(before, names), _teasers(after, names))


def _change(field: str, locale: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(field, locale, word_diff(before, after))


def _body(before: str, after: str, locale: str) -> Iterator[Change]:
    if before == after:
        return
    former, latter = text_of(before), text_of(after)
    if former == latter:
        yield Change(_("markup of the body"), locale, word_diff(before, after))
    else:
        yield Change(_("body"), locale, word_diff(former, latter))


def _fields(label: str, locale: str, before: Values, after: Values, schema: Values) -> Iterator[Change]:
    former, latter = (values.get("fields") or {} for values in (before, after))
    for name in dict.fromkeys([*former, *latter]):
        texts = (text_lines(schema, name, fields.get(name)) for fields in (former, latter))
        yield from _change(label % {"field": label_of(schema, name)}, locale, *texts)


def _label(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)  # one of its own, no relation that leads to it
    return str(field.verbose_name)


def _value(name: str, values: Values, names: Names) -> str:
    value = values.get(name)
    if value is None or name not in NAMED:
        return _plain_value(value)
    return NAMED[name](names, value)


def _plain_value(value: object) -> str:
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _placements(whole: AssetState | None, names: Names) -> str:
    placed = whole.placements if whole else {}
    order = {pk: place for place, pk in enumerate(names.catalogue.atlas.stages)}
    stages = sorted(placed, key=lambda pk: (order.get(pk, len(order)), pk))
    return "\n".join(placement_in_words(stage, placed[stage], names) for stage in stages)


def _steps(text: TextState, names: Names) -> str:
    return "\n".join(step_in_words(step, names) for step in text.steps)


def _teasers(text: TextState, names: Names) -> str:
    return "\n".join(f"{names.stage(stage)}: {teaser}" for stage, teaser in text.teasers.items())


def _whole_text(text: TextState | None, names: Names) -> str:
    if text is None:
        return ""
    parts = [text.words["title"], text.words["summary"], text_of(text.words["body"])]
    return "\n".join(part for part in [*parts, _steps(text, names), _teasers(text, names)] if part)
