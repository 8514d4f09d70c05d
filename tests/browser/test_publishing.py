"""Scheduling, cancelling and restoring; two who edit one text; a link for somebody without an account."""

import re

import pytest

from content.models import Edition
from content.publishing.publish import publish
from tests.drafts import draft

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Grill for a balcony"


@pytest.fixture
def asset(people, words):
    made = draft("think", title=TITLE, slug="balcony", body="<p>Small and steady.</p>")
    made.name, made.owner = TITLE, people["chief"]
    made.save()
    return made


def live_title(page, live_server):
    answer = page.request.get(f"{live_server.url}/api/v1/content/guide/balcony/")
    return answer.json()["title"] if answer.ok else answer.status


def test_schedule_cancel_and_restore(page, live_server, enter, asset):
    publish(asset)
    text = asset.translations.get()
    text.title = "Grill for a terrace"
    text.save()
    enter(page, "chief")
    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={asset.pk}")
    assert page.locator("del").first.inner_text() == "balcony"
    assert page.locator("ins").first.inner_text() == "terrace"

    page.locator("#id_live_from_0").fill("2031-10-26")
    page.locator("#id_live_from_1").fill("02:30")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("comes twice in Europe/Oslo").first.wait_for()
    page.locator("#id_live_from_1").fill("02:30+01:00")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Scheduled: “Grill for a terrace” (en)").wait_for()
    assert live_title(page, live_server) == TITLE

    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={asset.pk}")
    rows = page.locator("section[aria-labelledby=timeline] tbody tr")
    assert [re.sub(r"\s+", " ", row.inner_text()).strip().split(" ")[1] for row in rows.all()] == ["scheduled", "live"]
    page.get_by_role("link", name="Withdraw …").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_text("Withdrawn:").wait_for()
    assert live_title(page, live_server) == 404

    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={asset.pk}")
    page.locator("tr", has_text="ended").get_by_role("link", name="Restore").click()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("Published:").wait_for()
    assert live_title(page, live_server) == TITLE
    assert Edition.objects.count() == 3


def test_second_of_two_editors_is_told_and_keeps_their_text(page, other_page, live_server, enter, asset):
    address = f"{live_server.url}/admin/content/translation/{asset.translations.get().pk}/change/"
    for tab, name in ((page, "chief"), (other_page, "editor")):
        enter(tab, name)
        tab.goto(address)
    other_page.get_by_label("Title", exact=False).first.fill("Grill for a small balcony")
    other_page.get_by_role("button", name="Save", exact=True).click()
    other_page.get_by_text("was changed successfully").wait_for()

    page.locator("#id_summary").fill("For two square metres.")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("editor changed title").first.wait_for()
    assert page.locator("#id_summary").input_value() == "For two square metres."
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    text = asset.translations.get()
    assert text.summary == "For two square metres."
    page.goto(address.replace("/change/", "/history/"))
    assert page.get_by_role("link", name="Revert to this").count() == 2


def test_shared_draft_opens_without_an_account_until_it_is_revoked(page, other_page, live_server, enter, asset):
    enter(page, "chief")
    page.goto(f"{live_server.url}/admin/content/sharelink/of/{asset.translations.get().pk}/")
    page.get_by_label("For whom").fill("The board")
    page.get_by_role("button", name="Create link").click()
    link = page.locator("input[readonly]").first.input_value()

    answer = other_page.goto(link)
    assert answer.status == 200
    assert other_page.get_by_role("heading", name=TITLE).first.is_visible()
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert other_page.context.cookies() == []

    page.goto(f"{live_server.url}/admin/content/sharelink/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    assert other_page.goto(link).status == 404
