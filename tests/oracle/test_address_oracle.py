"""Addresses against a naive oracle: random histories of slugs that change, are shared, scheduled and withdrawn."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import current_catalogue
from content.findings import PublishRefused
from content.look_up import look_up_slug
from content.models import Locale
from content.publish import publish, withdraw
from content.query import Query
from tests.drafts import draft
from tests.oracle.test_select_oracle import random_worlds
from tests.oracle.worlds import DAY, START

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
CHAINS = {"en": ["en"], "da": ["da", "en"], "nb": ["nb", "da", "en"], "sv": ["sv", "en"]}
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


@dataclass
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

    def answer(self, slug, reader, at):
        """The asset and slug that an address leads the readers of a locale to."""
        asset = self.owners.get(slug)
        was_live = (t for t in self.texts if t.slug == slug and t.asset == asset and t.start <= at)
        if not any(self.live(t.asset, t.locale, t.start) is t for t in was_live):
            return None
        for depth, locale in enumerate(CHAINS[reader]):
            found = self.live(asset, locale, at)
            if found and not (depth and found.market_bound):
                return (asset, found.slug, locale)
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
        naive, pair = Addresses(), [draft("see", locales=("en", "da", "nb")) for _ in range(2)]
        for number, (which, *how) in enumerate(verbs):
            apply(naive, pair, which, how, locales, at=START + number * DAY)
        catalogue = current_catalogue()
        for at in (START + quarter * DAY / 2 for quarter in range(2 * len(verbs) + 16)):
            found = {
                (slug, code): look_up_slug(Query(locale=locales[code]), catalogue, at=at, kind="guide", slug=slug)
                for slug in SLUGS
                for code in CHAINS
            }
            codes = {locale.pk: code for code, locale in locales.items()}
            told = {
                asked: one and ([a.pk for a in pair].index(one.asset_id), one.slug, codes[one.locale_id])
                for asked, one in found.items()
            }
            assert told == {(slug, code): naive.answer(slug, code, at) for slug in SLUGS for code in CHAINS}
        transaction.set_rollback(True)


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
