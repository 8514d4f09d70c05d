"""The map of a journey by mouse and by keyboard: where a stage leads stands out, and is told."""

import pytest

from content.publishing.publish import publish
from journeys.models import Channel, Journey, Transition
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address(people, words, segments):
    """The map of the default journey, with a way that is for families only."""
    way = Transition.objects.get(from_stage=stage("see"), to_stage=stage("do"))
    way.segments.set([segments["families"]])
    website, journey = Channel.objects.get(slug="website"), Journey.objects.get(is_default=True)
    TouchpointFactory(slug="till", title="Till", journey=journey, channel=website, stage=stage("do"))
    publish(draft("think"))
    return f"/admin/journeys/journey/{journey.pk}/map/"


def standing_out(page):
    return page.eval_on_selector_all(
        ".waymark-journey .way.out", "ways => ways.map(way => `${way.dataset.from}>${way.dataset.to}`).sort()"
    )


def test_the_keyboard_reaches_stages_and_tells_where_they_lead(page, live_server, enter, address):
    enter(page, "chief")
    page.goto(f"{live_server.url}{address}")
    page.get_by_role("region", name="Map").focus()
    page.keyboard.press("Tab")
    status = page.get_by_role("status")

    status.filter(has_text="From See on to Think and Do (only for Families).").wait_for()
    assert standing_out(page) == ["see>do", "see>think"]

    page.keyboard.press("ArrowRight")
    status.filter(has_text="From Think on to Do, and back to See.").wait_for()
    assert standing_out(page) == ["think>do", "think>see"]

    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/content/asset/?stage={stage('think').pk}")


def test_the_mouse_tells_and_lets_go(page, live_server, enter, address):
    enter(page, "chief")
    page.goto(f"{live_server.url}{address}")
    page.locator("a.stage[data-stage=care]").hover()
    assert standing_out(page) == ["care>do", "care>see", "care>think"]

    page.get_by_role("heading", name="Stages").hover()
    assert standing_out(page) == []


def test_without_script_the_picture_is_whole_and_leads_on(
    browser, browser_context_args, live_server, enter, page, address
):
    enter(page, "chief")
    context = browser.new_context(
        **browser_context_args, java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(f"{live_server.url}{address}")
    assert plain.locator(".waymark-journey a.stage").count() == 4
    plain.locator(".waymark-journey a.touchpoint").click()
    plain.wait_for_url("**/admin/journeys/touchpoint/*/change/")
    context.close()
