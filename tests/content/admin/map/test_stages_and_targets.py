"""Stages and targets in the admin: what a target may say, and how a stage is emptied before it goes."""

import re

import pytest

from content.models import (
    Kind,
    Target,
)
from content.publishing.publish import publish
from journeys.models import Stage
from tests.admin_pages import errors, messages_of, page
from tests.drafts import draft, stage
from tests.factories import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(admin_client):
    return admin_client


def test_a_target_says_how_much_or_how_often_or_both(client, world):
    address, term = page("content_target_add"), TermFactory(title="Proof")
    form = {"stage": stage("think").pk, "minimum": "", "maximum": 5, "fresh_days": ""}

    refused = client.post(address, form)
    client.post(address, {**form, "fresh_days": 30})
    client.post(address, {**form, "minimum": 1, "term": term.pk})
    client.post(address, {**form, "minimum": 1, "term": term.pk, "kind": Kind.objects.get().pk, "fresh_days": 7})

    assert errors(refused) == {"__all__": ["Fill in how much there should be, or how often something new."]}
    names = ("term", "minimum", "maximum", "fresh_days")
    assert list(Target.objects.order_by("pk").values_list(*names)) == [
        (None, None, None, 30),
        (term.pk, 1, 5, None),
        (term.pk, 1, 5, 7),
    ]
    listed = client.get(page("content_target_changelist")).content.decode()
    cells = [re.findall(rf'field-{name}[ "][^>]*>\s*(.*?)\s*<', listed) for name in ("minimum", "most", "rhythm")]
    assert cells == [["-", "1", "1"], ["", "5", "5"], ["every 30 days", "", "every 7 days"]]
    assert "applies to every stage of the journey" in client.get(address).content.decode()
    same = client.post(address, {**form, "minimum": 2, "term": term.pk})
    assert errors(same) == {"__all__": ["There is a target for exactly this already; change that one."]}


def test_moving_content_to_another_stage_frees_the_stage(client, world, api):
    publish(draft("think", slug="grill"))
    draft("think")
    think, do = stage("think"), stage("do")

    response = client.post(page("journeys_stage_move", think.pk), {"to": do.pk})
    client.post(page("journeys_stage_delete", think.pk), {"post": "yes"})

    assert messages_of(response)[0] == "Moved to see-think-do-care: Do: 2 placements and 1 published edition."
    assert not Stage.objects.filter(slug="think").exists()
    assert [item["slug"] for item in api.get("/api/v1/content/?stage=do").json()["results"]] == ["grill"]


def test_a_stage_that_a_published_edition_names_says_so_when_it_is_to_go(client, world):
    publish(draft("think"))

    response = client.post(page("journeys_stage_delete", stage("think").pk), {"post": "yes"})

    assert messages_of(response)[0].startswith(
        "“see-think-do-care: Think” is used by 1 published edition and 1 placement and cannot be deleted."
    ) or messages_of(response)[0].startswith(
        "“see-think-do-care: Think” is used by 1 placement and 1 published edition and cannot be deleted."
    )
