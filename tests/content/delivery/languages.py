"""Short ways to write texts in several languages, and to read what is served of them."""

from datetime import timedelta
from urllib.parse import quote

from content.models import Locale, NextStep
from tests.drafts import draft
from tests.factories import TranslationFactory

DAY = timedelta(days=1)
URL = "/api/v1/content/"
EVERY = ("en", "da", "nb", "sv")  # da → en, nb → da → en, sv → en
ORDERINGS = ("relevance", "-published_at", "published_at", "title")


def same(codes, value):
    return dict.fromkeys(codes, value)


def written(*stages, texts, steps=(), **tags):
    """A draft whose words differ by locale: ``texts`` maps a code to a title, or to all the words it has."""
    asset = draft(*(stages or ("see",)), locales=(), **tags)
    for code, words in texts.items():
        own = {"title": words} if isinstance(words, str) else words
        text = TranslationFactory(asset=asset, locale=Locale.objects.get(code=code), **own)
        for position, (intent, label, target) in enumerate(steps, start=1):
            aim = {"target_url": target} if isinstance(target, str) else {"target_asset": target}
            NextStep.objects.create(translation=text, position=position, intent=intent, label=label[code], **aim)
    return asset


def rewrite(asset, code, **words):
    asset.translations.filter(locale__code=code).update(**words)


def listed(api, locale, **parameters):
    """The titles of the list in ``locale``."""
    return [item["title"] for item in api.get(URL, {"locale": locale, **parameters}).json()["results"]]


def served(api, asset, **parameters):
    """Title and language of what each locale's readers get of ``asset``; ``None`` where there is nothing."""
    answers = {code: api.get(f"{URL}{asset.public_id}/", {"locale": code, **parameters}).json() for code in EVERY}
    return {code: (item["title"], item["locale"]["served"]) if "id" in item else None for code, item in answers.items()}


def by_slug(api, slug, locale, kind="guide", **parameters):
    """(title, moved_to) of what an address leads readers of ``locale`` to; ``None`` where there is nothing.

    Without a locale, in the language whose slug it is.
    """
    query = {"locale": locale} if locale else {}
    answer = api.get(f"{URL}{kind}/{quote(slug)}/", {**query, **parameters})
    return (answer.json()["title"], answer.json()["moved_to"]) if answer.status_code == 200 else None


def walked(api, locale, **parameters):
    """All titles, read a page of one at a time, and the counts told on the way."""
    answer = api.get(URL, {"locale": locale, "page_size": 1, "count": "true", **parameters}).json()
    titles, counts = [], []
    while True:
        titles += [item["title"] for item in answer["results"]]
        counts.append(answer["count"])
        if answer["next"] is None:
            return titles, set(counts)
        answer = api.get(answer["next"]).json()
