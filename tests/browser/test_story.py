"""An editor's day: write, tag, see what readers get, be refused, mend it, publish – and readers have it."""

import pytest

from content.drafts.review import submit
from content.models import Asset, Edition
from tests.drafts import draft

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_nothing_to_what_readers_get(page, live_server, enter, people, words, kind):
    enter(page, "chief")
    page.goto(f"{live_server.url}/admin/content/asset/add/")
    page.get_by_role("link", name=kind.title).first.click()
    page.get_by_label("Name", exact=False).first.fill("Grill for a balcony")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    assert Asset.objects.get().owner == people["chief"]

    page.get_by_role("link", name="English").first.click()
    page.locator("#id_title").fill("A grill for a balcony")
    page.locator("#id_slug").fill("balcony")
    page.locator("#id_summary").fill("Small, steady, and quick to put away.")
    page.get_by_role("textbox", name="Body").click()
    page.keyboard.type("It folds.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    text = Asset.objects.get().translations.get()
    assert "It folds." in text.body

    page.goto(f"{live_server.url}/admin/content/asset/{text.asset_id}/change/")
    page.get_by_role("link", name="Add another Placement").click()
    page.locator("#id_placements-0-stage").select_option(label="Think – See, Think, Do, Care")
    page.get_by_text("Which one fits us?").first.wait_for()
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("was changed successfully").wait_for()

    page.goto(f"{live_server.url}/admin/content/asset/{text.asset_id}/readers/")
    page.get_by_label("Drafts as if published").check(force=True)
    page.get_by_role("button", name="Show what they get").click()
    page.get_by_text("The only result").first.wait_for()
    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={text.asset_id}")
    page.get_by_text("Say what the reader can do next").first.wait_for()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Nothing was published, for these reasons:").wait_for()
    assert not Edition.objects.exists()

    page.get_by_role("link", name="Go there").first.click()
    page.get_by_role("link", name="Add another Next step").click()
    page.locator("#id_next_steps-0-intent").select_option("compare")
    page.locator("#id_next_steps-0-label").fill("Compare them")
    page.locator("#id_next_steps-0-target_url").fill("/compare")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()

    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={text.asset_id}")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published: “A grill for a balcony” (en)").wait_for()
    answer = page.request.get(f"{live_server.url}/api/v1/content/?stage=think&include=next_steps").json()
    assert [(one["title"], one["next_steps"][0]["label"]) for one in answer["results"]] == [
        ("A grill for a balcony", "Compare them")
    ]


def test_list_and_text_can_be_worked_by_keyboard(page, live_server, enter, people, words, kind):
    enter(page, "chief")
    page.goto(f"{live_server.url}/admin/content/asset/add/?kind={kind.pk}")
    page.locator("#id_name").focus()
    page.keyboard.type("By keys alone")
    page.keyboard.press("Enter")
    page.get_by_text("was added successfully").wait_for()

    page.goto(f"{live_server.url}/admin/content/asset/")
    walk_to(page, "By keys alone")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")

    assert page.locator("#id_name").input_value() == "By keys alone"


def test_draft_is_reviewed_and_published_by_keyboard(page, live_server, enter, people, words, kind, now):
    asset = draft("think", title="By keys")
    text = asset.translations.get()
    submit(text, by=people["editor"], at=now)
    enter(page, "chief")

    page.goto(f"{live_server.url}/admin/content/translation/{text.pk}/review/")
    walk_to(page, "text")
    page.keyboard.type("Good.")
    walk_to(page, "Approve")
    page.keyboard.press("Enter")
    page.get_by_text("It is approved as it is now.").wait_for()

    page.goto(f"{live_server.url}/admin/content/asset/publish/?ids={asset.pk}")
    walk_to(page, "note")
    page.keyboard.type("By hand")
    walk_to(page, "Publish")
    page.keyboard.press("Enter")
    page.get_by_text("Published: “By keys” (en)").wait_for()

    page.goto(f"{live_server.url}/admin/content/asset/{asset.pk}/readers/")
    walk_to(page, "draft")
    page.keyboard.press("Space")
    walk_to(page, "Show what they get")
    page.keyboard.press("Enter")
    page.wait_for_url("**draft=on**")


def walk_to(page, target):
    """Goes on by Tab to what has this name or these words."""
    for _ in range(150):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(() => { const one = document.activeElement; return [one.name || '', (one.innerText || '').trim()]; })()"
        )
        if target in here:
            return
    pytest.fail(f"“{target}” is not reached by Tab.")
