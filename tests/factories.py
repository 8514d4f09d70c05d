"""Drafts and map objects with their required fields. Editions are born by ``publish()``."""

import factory
from factory.django import DjangoModelFactory

from content.models import Asset, Kind, NextStep, Placement, Term, Translation, Vocabulary
from journeys.models import Channel, Journey, Segment, Stage, Touchpoint


class JourneyFactory(DjangoModelFactory):
    slug = factory.Sequence("journey-{}".format)
    title = factory.Sequence("Journey {}".format)

    class Meta:
        model = Journey


class StageFactory(DjangoModelFactory):
    journey = factory.SubFactory(JourneyFactory)
    slug = factory.Sequence("stage-{}".format)
    title = factory.Sequence("Stage {}".format)
    position = factory.Sequence(lambda n: n + 1)
    phases = ["exploration"]

    class Meta:
        model = Stage


class SegmentFactory(DjangoModelFactory):
    slug = factory.Sequence("segment-{}".format)
    title = factory.Sequence("Segment {}".format)

    class Meta:
        model = Segment


class ChannelFactory(DjangoModelFactory):
    slug = factory.Sequence("channel-{}".format)
    title = factory.Sequence("Channel {}".format)

    class Meta:
        model = Channel


class TouchpointFactory(DjangoModelFactory):
    slug = factory.Sequence("touchpoint-{}".format)
    title = factory.Sequence("Touchpoint {}".format)
    journey = factory.SubFactory(JourneyFactory)
    channel = factory.SubFactory(ChannelFactory)

    class Meta:
        model = Touchpoint


class KindFactory(DjangoModelFactory):
    slug = factory.Sequence("kind-{}".format)
    title = factory.Sequence("Kind {}".format)
    schema = {"type": "object", "properties": {}}

    class Meta:
        model = Kind


class VocabularyFactory(DjangoModelFactory):
    slug = factory.Sequence("vocabulary-{}".format)
    title = factory.Sequence("Vocabulary {}".format)

    class Meta:
        model = Vocabulary


class TermFactory(DjangoModelFactory):
    vocabulary = factory.SubFactory(VocabularyFactory)
    slug = factory.Sequence("term-{}".format)
    title = factory.Sequence("Term {}".format)
    public = True

    class Meta:
        model = Term


class AssetFactory(DjangoModelFactory):
    kind = factory.SubFactory(KindFactory)
    name = factory.Sequence("Asset {}".format)

    class Meta:
        model = Asset


class TranslationFactory(DjangoModelFactory):
    asset = factory.SubFactory(AssetFactory)
    slug = factory.Sequence("text-{}".format)
    title = factory.Sequence("Text {}".format)

    class Meta:
        model = Translation


class PlacementFactory(DjangoModelFactory):
    asset = factory.SubFactory(AssetFactory)
    stage = factory.SubFactory(StageFactory)

    class Meta:
        model = Placement


class NextStepFactory(DjangoModelFactory):
    translation = factory.SubFactory(TranslationFactory)
    position = factory.Sequence(lambda n: n + 1)
    label = factory.Sequence("Step {}".format)
    target_url = "/somewhere"

    class Meta:
        model = NextStep
