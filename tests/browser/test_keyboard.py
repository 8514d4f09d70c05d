"""What the theme draws for the mouse is reached and worked by keyboard alone: nothing here clicks or moves a mouse."""

from importlib import import_module

import pytest

from content.models import Placement
from tests.drafts import draft

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "document.activeElement"


def expect(what):
    """Playwright's own, which waits; of the group, without which ``page`` fails."""
    return import_module("playwright.sync_api").expect(what)


def reach(page, label, most=160):
    """Tabs on until what has the focus is ``told`` so: by its name or by the words in it, those of choices apart."""
    for _ in range(most):
        page.keyboard.press("Tab")
        words = f"{HERE}.options || {HERE} === document.body ? '' : {HERE}.textContent"
        if label in page.evaluate(f"{HERE}.getAttribute('aria-label') || ({words})"):
            return page.locator(":focus")
    pytest.fail(f"No way to “{label}” by keyboard.")


def test_filters_open_and_close(page, live_server, enter):
    enter(page, "chief").goto(f"{live_server.url}/admin/content/asset/")

    expect(reach(page, "Filters")).to_have_role("button")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{HERE}.closest('#changelist-filter') !== null")

    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter")).to_be_hidden()
    expect(page.locator(":focus")).to_contain_text("Filters")


def test_more_and_the_menu_of_the_user(page, live_server, enter, people):
    asset = draft("see")
    enter(page, "chief").goto(f"{live_server.url}/admin/content/asset/{asset.pk}/change/")

    reach(page, "More")
    page.keyboard.press("Enter")
    page.wait_for_function(f"{HERE}.textContent.includes('Withdraw')")
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_contain_text("More")

    reach(page, "chief")
    page.keyboard.press(" ")
    page.wait_for_function(f"{HERE}.closest('nav') !== null && {HERE}.closest('nav').textContent.includes('Log out')")
    reach(page, "Log out")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Log in again").or_(page.get_by_label("Username")).first).to_be_visible()


def test_bin_of_a_placement(page, live_server, enter, people):
    asset = draft("see", "think")
    enter(page, "chief").goto(f"{live_server.url}/admin/content/asset/{asset.pk}/change/")

    box = reach(page, "Delete this row")
    expect(box).to_have_attribute("aria-checked", "false")
    page.keyboard.press(" ")
    expect(box).to_have_attribute("aria-checked", "true")
    reach(page, "Save and continue editing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    assert Placement.objects.filter(asset=asset).count() == 1
