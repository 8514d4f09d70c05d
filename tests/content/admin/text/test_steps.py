"""The steps and teasers of a text in its form: what is suggested, and where each leads."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.models import Asset, NextStep, Teaser
from content.publishing.publish import publish
from tests.admin_pages import form_of, page, page_of, text_of
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def picked(client, term, field="target_asset"):
    parameters = {"term": term, "app_label": "content", "model_name": "nextstep", "field_name": field}
    return client.get(page("autocomplete"), parameters)


def test_a_suggestion_says_kind_state_languages_and_stages(client, world):
    asset = draft("see", "think", locales=("en", "nb"))
    Asset.objects.update(name="Grill")
    publish(asset)

    [found] = picked(client, "grill").json()["results"]

    assert found == {
        "id": str(asset.pk),
        "text": "Grill",
        "details": f"{asset.kind.title} · live · en, nb · See, Think",
    }


def test_suggestions_cost_the_same_for_many_as_for_one(client, world, django_assert_num_queries):
    draft("think", locales=("en", "nb"))
    picked(client, "")
    with CaptureQueriesContext(
        connection,
    ) as first:
        picked(client, "")
    for _ in range(4):
        draft("think", "see", locales=("en", "nb"))

    with CaptureQueriesContext(connection) as five:
        answer = picked(client, "")

    assert len(answer.json()["results"]) == 5
    assert len(five) == len(first)


def test_suggestions_of_other_things_are_as_ever(client, world):
    touchpoint = TouchpointFactory()

    answer = picked(client, touchpoint.title, "target_touchpoint").json()

    assert answer["results"] == [{"id": str(touchpoint.pk), "text": str(touchpoint)}]


def test_suggestions_are_for_those_who_may_see_what_is_suggested(client, world, staff):
    staff("view_nextstep")

    assert picked(client, "").status_code == 403


def test_a_step_says_where_it_leads_and_whether_readers_can_go_there(client, world):
    live, unborn = draft("think"), draft("think")
    publish(live)
    text = draft("see", steps=(("learn_more", live), ("compare", unborn), ("try", "/shop"))).translations.get()

    source = client.get(page_of(text)).content.decode()
    first, second, third = re.findall(r'<div class="step-leads" aria-live="polite">(.*?)</div>', source)[:3]

    assert f'href="{page_of(live)}">{live.name}</a>' in first
    assert f"{live.kind.title} · live" in first
    assert "do not see it" not in first
    assert f"{unborn.kind.title} · draft" in second
    assert "Readers of this language do not see it now" in second
    assert 'href="/shop"' in third


def test_a_live_target_that_readers_of_this_language_cannot_see_is_told(client, world):
    target = draft("think", locales=("nb",))
    publish(target)
    text = draft("see", steps=(("learn_more", target),)).translations.get()

    assert "Readers of this language do not see it now" in text_of(client.get(page_of(text)))


def test_a_new_step_is_offered_the_next_position_and_an_untouched_one_is_none(client, world):
    text = draft("see", steps=(("learn_more", "/a"), ("try", "/b"))).translations.get()
    response = client.get(page_of(text))
    steps = response.context["inline_admin_formsets"][0].formset
    blank = {"next_steps-TOTAL_FORMS": 3, "next_steps-2-position": 3, "next_steps-2-intent": "learn_more"}

    saved = client.post(page_of(text), form_of(client, page_of(text)) | blank)

    assert steps.empty_form["position"].value() == 3
    assert saved.status_code == 302
    assert NextStep.objects.count() == 2


def test_what_was_chosen_is_still_named_when_a_step_is_refused(client, world):
    target = draft("think")
    text = draft("see", steps=()).translations.get()
    row = {
        "next_steps-TOTAL_FORMS": 1,
        "next_steps-0-position": 1,
        "next_steps-0-intent": "learn_more",
        "next_steps-0-label": "",
        "next_steps-0-target_asset": target.pk,
    }

    response = client.post(page_of(text), form_of(client, page_of(text)) | row)

    option = rf'<option value="{target.pk}" selected[^>]*>{target.name}</option>'
    assert response.status_code == 200
    assert re.search(option, response.content.decode())


def test_teasers_are_offered_the_stages_of_the_placements_first(client, world):
    text = draft("care", "think").translations.get()
    Teaser.objects.create(translation=text, stage=stage("see"), text="Look")

    teasers = client.get(page_of(text)).context["inline_admin_formsets"][1].formset

    groups = [
        (name, [label for _, label in stages]) for name, stages in teasers.forms[0].fields["stage"].widget.choices[1:]
    ]
    title = stage("see").journey.title
    assert groups == [
        ("Its placements", [f"Think – {title}", f"Care – {title}"]),
        (title, [f"See – {title}", f"Do – {title}"]),
    ]
