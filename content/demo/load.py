"""Loads the demo brand: its map, its pages through the importer, and its pins."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from content.accounts.roles import load_roles
from content.importers.folder.mapping import read_mapping
from content.importers.folder.run import ImportReport, import_folder
from content.models import Locale, Pin, Source, Target, Term, Vocabulary
from content.presets.load import load_kinds
from content.presets.load_purposes import load_purposes
from content.presets.load_steps import load_steps
from content.presets.load_targets import load_targets
from journeys.models import Channel, Journey, Segment, Stage, Touchpoint, Transition
from journeys.presets.load import DEFAULT, load_journeys

HERE = Path(__file__).parent


def load_demo(*, now: datetime) -> ImportReport:
    """Loads the demo into an empty database, with its dates counted from ``now``, and reports on each page."""
    with transaction.atomic():
        load_roles()
        load_journeys()
        load_kinds()
        load_purposes()
        load_targets()
        data = tomllib.loads((HERE / "map.toml").read_text("utf-8"))
        _create_names(data)
        _create_places(data)
        for target in data["targets"]:
            Target.objects.create(**_with_rows(target))
        load_steps()
        report = import_folder(HERE / "pages", read_mapping(HERE / "mapping.toml"), now=now, publish=True)
        for pin in data["pins"]:
            touchpoint = Touchpoint.objects.get(slug=pin["touchpoint"])
            for position, key in enumerate(pin["assets"], start=1):
                Pin.objects.create(touchpoint=touchpoint, asset=Source.objects.get(key=key).asset, position=position)
    return report


def _with_rows(target: dict[str, Any]) -> dict[str, Any]:
    """The target with rows in place of slugs and codes."""
    rows: dict[str, Any] = {"stage": Stage.objects.get(journey__slug=DEFAULT, slug=target["stage"])}
    if "segment" in target:
        rows["segment"] = Segment.objects.get(slug=target["segment"])
    if "locale" in target:
        rows["locale"] = Locale.objects.get(code=target["locale"])
    return {**target, **rows}


def _create_names(data: dict[str, Any]) -> None:
    """Creates locales, segments, vocabularies and terms; in the file, parents come before their children."""
    for locale in data["locales"]:
        fallback = Locale.objects.get(code=locale["fallback"]) if "fallback" in locale else None
        Locale.objects.create(**{**locale, "fallback": fallback})
    for segment in data["segments"]:
        parent = Segment.objects.get(slug=segment["parent"]) if "parent" in segment else None
        Segment.objects.create(**{**segment, "parent": parent})
    for values in data["vocabularies"]:
        terms = values.pop("terms")
        vocabulary = Vocabulary.objects.create(**values)
        for term in terms:
            above = Term.objects.get(vocabulary=vocabulary, slug=term["parent"]) if "parent" in term else None
            Term.objects.create(vocabulary=vocabulary, **{**term, "parent": above})


def _create_places(data: dict[str, Any]) -> None:
    """Limits transitions to segments, sets the journeys' closing address, and creates touchpoints."""
    for limit in data["limits"]:
        segments = Segment.objects.filter(slug__in=limit["segments"])
        for transition in Transition.objects.filter(
            from_stage__journey__slug=limit["journey"], from_stage__slug=limit["from"]
        ):
            transition.segments.set(segments)
    for journey in Journey.objects.exclude(closing_url=""):
        journey.closing_url = data["closing"]["url"]
        journey.save()
    for place in data["touchpoints"]:
        journey = Journey.objects.get(slug=place["journey"])
        stage = Stage.objects.get(journey=journey, slug=place["stage"]) if "stage" in place else None
        channel = Channel.objects.get(slug=place["channel"])
        Touchpoint.objects.create(**{**place, "journey": journey, "stage": stage, "channel": channel})
