"""The journeys that ship."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from journeys.models import Channel, Journey, Stage
from journeys.phases import Phase
from journeys.presets.load import NAMES, load_journeys, read

pytestmark = pytest.mark.django_db
PHASES = {
    "nordic-omni": {
        "latent": ["awareness"],
        "search-and-selection": ["exploration", "evaluation"],
        "purchase": ["purchase"],
        "post-purchase": ["loyalty", "advocacy"],
    },
    "aida-loyalty": {
        "awareness": ["awareness"],
        "interest": ["exploration"],
        "desire": ["evaluation"],
        "purchase": ["purchase"],
        "loyalty": ["loyalty", "advocacy"],
    },
    "see-think-do-care": {
        "see": ["awareness"],
        "think": ["exploration", "evaluation"],
        "do": ["purchase"],
        "care": ["loyalty", "advocacy"],
    },
    "content-path": {
        "attention": ["awareness"],
        "consideration": ["exploration", "evaluation"],
        "decision": ["purchase"],
        "loyalty": ["loyalty"],
        "advocacy": ["advocacy"],
    },
}


def test_the_four_journeys_have_their_stages_and_phases():
    load_journeys()
    found = {j.slug: {s.slug: s.phases for s in j.stages.all()} for j in Journey.objects.all()}
    assert found == PHASES


@pytest.mark.parametrize("name", NAMES)
def test_every_stage_says_what_its_article_says(name):
    load_journeys([name])
    stages = list(Stage.objects.filter(journey__slug=name))
    assert [s.is_entry for s in stages] == [True] + [False] * (len(stages) - 1)
    assert {s.slug for s in stages if s.is_goal} >= {stages[-1].slug}
    for stage in stages:
        assert all([stage.purpose, stage.question, stage.need, stage.barrier, stage.goals, stage.original_title])
        assert stage.recommendations.exclude(role="").count() >= 2
        assert stage.ways_out.exists()


def test_every_phase_is_covered_in_every_journey_so_that_the_crosswalk_is_total():
    load_journeys()
    for journey in Journey.objects.all():
        assert {phase for stage in journey.stages.all() for phase in stage.phases} == set(Phase.values)


def test_advocacy_leads_back_to_the_attention_of_others():
    load_journeys(["content-path"])
    advocacy = Stage.objects.get(slug="advocacy")
    assert "attention" in [way.to_stage.slug for way in advocacy.ways_out.all()]


def test_channels_are_digital_and_offline_owned_earned_and_paid():
    load_journeys()
    assert {c.ownership for c in Channel.objects.all()} == {"owned", "earned", "paid"}
    assert {c.is_digital for c in Channel.objects.all()} == {True, False}
    assert Channel.objects.count() == len(read("channels")["channels"])


def test_loading_again_keeps_what_editors_changed():
    load_journeys()
    stage = Stage.objects.get(slug="think")
    stage.title, stage.slug = "Ponder", "ponder"
    stage.save()
    journey = stage.journey
    journey.slug = "ours"
    journey.save()
    before = list(Stage.objects.order_by("pk").values())
    assert {loaded.outcome for loaded in load_journeys()} == {"kept"}
    assert list(Stage.objects.order_by("pk").values()) == before


def test_the_command_says_what_it_did_and_what_it_does_not_know():
    out = StringIO()
    call_command("load_journeys", "content-path", stdout=out)
    call_command("load_journeys", "content-path", stdout=out)
    assert out.getvalue().splitlines() == [
        "content-path: created (5 stages, 11 transitions)",
        "content-path: kept (5 stages, 11 transitions)",
    ]
    with pytest.raises(CommandError, match="Unknown journey aidda"):
        call_command("load_journeys", "aidda")
