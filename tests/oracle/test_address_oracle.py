"""Addresses against a naive oracle: random histories of slugs that change, are shared, scheduled and withdrawn."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.delivery.lookup import look_up_slug
from content.models import Kind, Locale
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, withdraw
from content.query import Query
from tests.drafts import draft
from tests.oracle.histories import random_worlds
from tests.oracle.worlds import DAY, START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CHAINS = {"en": ["en"], "da": ["da", "en"], "nb": ["nb", "da", "en"], "sv": ["sv", "en"]}
READERS = (*CHAINS, None)
SLUGS = ("one", "two", "three", "four")
written_in, assets = st.sampled_from(["en", "da", "nb"]), st.integers(0, 1)
publishing = st.tuples(
    assets,
    st.dictionaries(written_in, st.sampled_from(SLUGS), min_size=1),
    st.integers(0, 6),
    st.none() | st.integers(1, 6),
    st.booleans(),
)
withdrawing = st.tuples(assets, st.sets(written_in, min_size=1))


@dataclass(eq=False)
class Text:
    asset: int
    locale: str
    slug: str
    start: datetime
    until: datetime | None
    market_bound: bool
    cancelled: bool = False


class Addresses:
    """Who owns each slug, and all texts in the order in which they were published."""

    def __init__(self):
        self.owners = {}
        self.texts = []

    def live(self, asset, locale, at):
        own = [t for t in self.texts if (t.asset, t.locale) == (asset, locale) and not t.cancelled and t.start <= at]
        last = max(enumerate(own), key=lambda item: (item[1].start, item[0]), default=(0, None))[1]
        return last if last and (last.until is None or at < last.until) else None

    def was_live(self, slug, at):
        """The texts that the owner of a slug had or has at it, up to ``at``."""
        asset = self.owners.get(slug)
        own = [t for t in self.texts if t.slug == slug and t.asset == asset and t.start <= at]
        return [t for t in own if self.live(asset, t.locale, t.start) is t]

    def end(self, text):
        """When a text that was live ended: as it was meant to, or as the next one began."""
        own = [t for t in self.texts if (t.asset, t.locale) == (text.asset, text.locale) and not t.cancelled]
        later = [t.start for t in own if (t.start, own.index(t)) > (text.start, own.index(text))]
        return min(filter(None, [text.until, *later]), default=None)

    def language(self, slug, at):
        """Whose slug it is: whose text has it, else whose text had it last; of several English, then by code."""
        texts = self.was_live(slug, at)
        current = [t.locale for t in texts if self.live(t.asset, t.locale, at) is t]
        order = ("en", "da", "nb")
        if current:
            return min(current, key=order.index)
        return max(texts, key=lambda t: (self.end(t), -order.index(t.locale))).locale if texts else None

    def answer(self, slug, reader, at):
        """The asset, slug and language that an address leads the readers of a locale to, in their language or, where
        none is asked for, in its own; and the slug to which the text that had it has moved."""
        language = self.language(slug, at)
        if language is None:
            return None
        asset = self.owners[slug]
        own = self.live(asset, language, at)
        moved = own and (None if own.slug == slug else f"/{language}/guide/{own.slug}")
        reader = reader or language
        for depth, locale in enumerate(CHAINS[reader]):
            found = self.live(asset, locale, at)
            if found and not (depth and found.market_bound):
                return (asset, found.slug, locale, reader, moved)
        return None

    def publish(self, texts):
        """Whether the owners allow it."""
        if any(self.owners.get(t.slug, t.asset) != t.asset for t in texts):
            return False
        self.owners |= {t.slug: t.asset for t in texts}
        self.texts += texts
        return True

    def withdraw(self, asset, locales, at):
        for text in (t for t in self.texts if t.asset == asset and t.locale in locales):
            text.cancelled |= text.start > at
            text.until = min(filter(None, (text.until, at)))


@random_worlds
@given(verbs=st.lists(publishing | withdrawing, min_size=1, max_size=8))
def test_every_address_leads_where_the_naive_oracle_says(locales, verbs):
    with transaction.atomic():
        Kind.objects.update(url_templates={"": "/{locale}/guide/{slug}"})
        naive, pair = Addresses(), [draft("see", locales=("en", "da", "nb")) for _ in range(2)]
        for number, (which, *how) in enumerate(verbs):
            apply(naive, pair, which, how, locales, at=START + number * DAY)
        catalogue = current_catalogue()
        for at in (START + quarter * DAY / 2 for quarter in range(2 * len(verbs) + 16)):
            found = {(slug, code): looked_up(slug, code, at, locales, catalogue) for slug in SLUGS for code in READERS}
            codes = {locale.pk: code for code, locale in locales.items()}
            results = {
                question: answer
                and (
                    [a.pk for a in pair].index(answer.shown.asset_id),
                    answer.shown.slug,
                    codes[answer.shown.locale_id],
                    answer.query.locale.code,
                    answer.moved_to,
                )
                for question, answer in found.items()
            }
            assert results == {(slug, code): naive.answer(slug, code, at) for slug in SLUGS for code in READERS}
        transaction.set_rollback(True)


def looked_up(slug, code, at, locales, catalogue):
    """What an address leads to for readers of a locale, and in no language but its own where there is none."""
    query = Query(locale=locales[code or "sv"])
    return look_up_slug(query, catalogue, at=at, kind="guide", slug=slug, own_language=code is None)


def apply(naive, pair, which, how, locales, *, at):
    if len(how) == 1:
        withdraw(pair[which], locales=[locales[code] for code in how[0]], at=at)
        naive.withdraw(which, how[0], at)
        return
    slugs, starts, lasts, market_bound = how
    start = at + starts * DAY
    until = start + lasts * DAY if lasts else None
    for code, slug in slugs.items():
        texts = pair[which].translations.filter(locale=Locale.objects.get(code=code))
        texts.update(slug=slug, market_bound=market_bound)
    allowed = naive.publish([Text(which, code, slug, start, until, market_bound) for code, slug in slugs.items()])
    try:
        with transaction.atomic():
            publish(pair[which], locales=[locales[c] for c in slugs], live_from=start, live_until=until, at=at)
        assert allowed
    except PublishRefused:
        assert not allowed
