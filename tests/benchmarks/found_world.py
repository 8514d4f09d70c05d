"""Writes the map, the languages and the words into an empty database."""

from django.db import transaction

from content.models import Locale, Term, Vocabulary
from content.presets.load import load_kinds
from journeys.models import Segment
from journeys.presets.load import load_journeys
from tests.benchmarks.world import TOPICS, WORLDS


def found_world(name: str = "small") -> None:
    world = WORLDS[name]
    with transaction.atomic():
        load_journeys([*world.journeys, *world.abroad])
        load_kinds()
        for code, fallback in world.locales.items():
            above = Locale.objects.get(code=fallback) if fallback else None
            Locale.objects.create(code=code, title=code, fallback=above, is_default=above is None)
        for slug, parent in world.segments.items():
            over = Segment.objects.get(slug=parent) if parent else None
            Segment.objects.create(slug=slug, title=slug.capitalize(), parent=over)
        topic = Vocabulary.objects.create(slug="topic", title="Topic")
        for slug in TOPICS:
            Term.objects.create(vocabulary=topic, slug=slug, title=slug.capitalize())
