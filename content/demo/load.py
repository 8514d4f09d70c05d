"""The demo brand: its map, its pages through the importer, and its pins."""

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
    """Loads the demo into an empty database, with its dates counted from ``now``: what became of each page."""
    with transaction.atomic():
        load_roles()
        load_journeys()
        load_kinds()
        load_purposes()
        load_targets()
        data = tomllib.loads((HERE / "map.toml").read_text("utf-8"))
        _names(data)
        _places(data)
        for target in data["targets"]:
            Target.objects.create(**_named(target))
        load_steps()
        report = import_folder(HERE / "pages", read_mapping(HERE / "mapping.toml"), now=now, publish=True)
        for pin in data["pins"]:
            touchpoint = Touchpoint.objects.get(slug=pin["touchpoint"])
            for position, key in enumerate(pin["assets"], start=1):
                Pin.objects.create(touchpoint=touchpoint, asset=Source.objects.get(key=key).asset, position=position)
    return report


def _named(target: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {"stage": Stage.objects.get(journey__slug=DEFAULT, slug=target["stage"])}
    if "segment" in target:
        named["segment"] = Segment.objects.get(slug=target["segment"])
    if "locale" in target:
        named["locale"] = Locale.objects.get(code=target["locale"])
    return {**target, **named}


def _names(data: dict[str, Any]) -> None:
    for locale in data["locales"]:
        fallback = Locale.objects.get(code=locale["fallback"]) if "fallback" in locale else None
        Locale.objects.create(**{**locale, "fallback": fallback})
    for segment in data["segments"]:
        parent = Segment.objects.get(slug=segment["parent"]) if "parent" in segment else None
        Segment.objects.create(**{**segment, "parent": parent})
    for vocabulary in data["vocabularies"]:
        terms = vocabulary.pop("terms")
        made = Vocabulary.objects.create(**vocabulary)
        for term in terms:
            above = Term.objects.get(vocabulary=made, slug=term["parent"]) if "parent" in term else None
            Term.objects.create(vocabulary=made, **{**term, "parent": above})


def _places(data: dict[str, Any]) -> None:
    for limit in data["limits"]:
        segments = Segment.objects.filter(slug__in=limit["segments"])
        for way in Transition.objects.filter(
            from_stage__journey__slug=limit["journey"], from_stage__slug=limit["from"]
        ):
            way.segments.set(segments)
    for journey in Journey.objects.exclude(closing_url=""):
        journey.closing_url = data["closing"]["url"]
        journey.save()
    for place in data["touchpoints"]:
        journey = Journey.objects.get(slug=place["journey"])
        stage = Stage.objects.get(journey=journey, slug=place["stage"]) if "stage" in place else None
        channel = Channel.objects.get(slug=place["channel"])
        Touchpoint.objects.create(**{**place, "journey": journey, "stage": stage, "channel": channel})
