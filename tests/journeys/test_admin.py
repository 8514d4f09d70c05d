"""The map's screens: nothing in use can go, and what is written wrong is said in words."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from journeys.models import Channel, Journey, Segment, Stage, Touchpoint, Transition
from tests.drafts import draft, stage
from tests.factories import ChannelFactory, TouchpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def page(name, *args):
    return reverse(f"admin:journeys_{name}", args=args)


def messages_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response):
    form = response.context["adminform"].form
    return {name: list(lines) for name, lines in form.errors.items()}


def rows(prefix):
    return {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}


def test_texts_in_other_languages_are_written_a_line_each(client):
    words = {"title": "Families", "slug": "families", "titles": "nb: Familier\n sv:  Familjer "}

    client.post(page("segment_add"), words)

    assert Segment.objects.get().titles == {"nb": "Familier", "sv": "Familjer"}


@pytest.mark.parametrize("titles", ["Familier", "nb:", "nb: a\nnb: b", "nb: \x00"])
def test_a_line_that_is_no_text_in_a_language_is_refused_in_words(client, titles):
    response = client.post(page("segment_add"), {"title": "Families", "slug": "families", "titles": titles})

    assert list(errors(response)) == ["titles"]


def test_a_second_default_journey_is_refused_in_words(client, journey):
    words = {"title": "Other", "slug": "other", "is_default": "on", "closing_intent": "contact"}

    response = client.post(page("journey_add"), words)

    assert errors(response) == {"__all__": ["Another journey is the default already: change that one first."]}


def test_a_transition_to_nowhere_is_refused_in_words(client, journey):
    response = client.post(page("transition_add"), {"from_stage": stage("see").pk})

    assert errors(response) == {"to_stage": ["This field is required."]}


def test_a_transition_to_itself_is_refused_in_words(client, journey):
    response = client.post(page("transition_add"), {"from_stage": stage("see").pk, "to_stage": stage("see").pk})

    assert errors(response) == {"__all__": ["Choose another stage: a transition cannot lead back to its own."]}


def test_a_stage_offers_ways_on_to_the_other_stages_of_its_journey(client, journey):
    response = client.get(page("stage_change", stage("see").pk))

    [ways_on] = [f for f in response.context["inline_admin_formsets"] if f.opts.model is Transition]
    field = ways_on.formset.empty_form.fields["to_stage"]
    assert [found.slug for found in field.queryset] == ["think", "do", "care"]


def test_stages_can_change_places_on_their_journeys_page(client, journey):
    stages = list(Stage.objects.all())
    form = {"title": "STDC", "slug": journey.slug, "closing_intent": "contact"}
    form |= {"stages-TOTAL_FORMS": len(stages), "stages-INITIAL_FORMS": len(stages)}
    for index, each in enumerate(stages):
        form |= {
            f"stages-{index}-id": each.pk,
            f"stages-{index}-journey": journey.pk,
            f"stages-{index}-position": len(stages) - index,
            f"stages-{index}-title": each.title,
            f"stages-{index}-intent": each.intent,
        }

    client.post(page("journey_change", journey.pk), form)

    assert [each.slug for each in Stage.objects.all()] == ["care", "do", "think", "see"]


def test_a_touchpoint_at_a_stage_of_another_journey_is_refused_in_words(client, journey):
    other = Journey.objects.create(slug="other", title="Other")
    words = {"title": "Mail", "slug": "mail", "journey": other.pk, "stage": stage("see").pk}

    response = client.post(page("touchpoint_add"), {**words, "channel": ChannelFactory().pk, "filters": "{}"})

    assert errors(response) == {"stage": ["Choose a stage of the touchpoint’s own journey."]}


@pytest.mark.parametrize("filters", ['{"kind": ', "[1]", '{"kind": NaN}', "[" * 100_000])
def test_filters_that_are_no_object_are_refused_in_words(client, journey, filters):
    words = {"title": "Mail", "slug": "mail", "journey": journey.pk, "channel": ChannelFactory().pk}

    response = client.post(page("touchpoint_add"), {**words, "filters": filters})

    assert list(errors(response)) == ["filters"]
    assert not Touchpoint.objects.exists()


def test_a_stage_in_use_is_kept_and_says_by_what(client, world):
    draft("think")
    draft("think")
    TouchpointFactory(journey=stage("think").journey, stage=stage("think"))

    response = client.post(page("stage_delete", stage("think").pk), {"post": "yes"})

    assert messages_of(response) == [
        "“see-think-do-care: Think” is used by 2 placements and 1 touchpoint and cannot be deleted. First choose “Move "
        "content to another stage” here, and give its touchpoints another stage."
    ]
    assert Stage.objects.filter(slug="think").exists()


def test_several_stages_of_which_one_is_in_use_are_kept_together(client, world):
    draft("think")
    chosen = [stage("see").pk, stage("think").pk]
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

    response = client.post(page("stage_changelist"), action)

    assert b"These 2 are used by 1 placement and cannot be deleted." in response.content
    assert Stage.objects.count() == 4


def test_a_segment_that_a_draft_is_for_is_kept_since_without_it_the_draft_were_for_everyone(client, world, segments):
    draft("think", segments=("families",))

    response = client.post(page("segment_delete", segments["families"].pk), {"post": "yes"})

    assert messages_of(response) == [
        "“Families” is used by 1 placement and cannot be deleted. Choose other segments there first: without any, the "
        "content would be for everyone."
    ]


def test_a_channel_that_nothing_uses_can_go(client):
    channel = ChannelFactory()

    client.post(page("channel_delete", channel.pk), {"post": "yes"})

    assert not Channel.objects.exists()


def test_a_stage_is_found_by_its_own_name_before_its_journeys(client, journey):
    parameters = {"app_label": "journeys", "model_name": "touchpoint", "field_name": "stage", "term": "think"}

    found = client.get(reverse("admin:autocomplete"), parameters).json()["results"]

    assert [each["text"] for each in found][:2] == ["see-think-do-care: Think", "see-think-do-care: See"]
