"""No page asks for what its own policy forbids, and what needs a policy of its own still works under it."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from content.events.endpoints import add_endpoint
from content.models import Kind, Translation
from content.publishing.publish import publish
from content.sharing.share import share
from journeys.models import Journey
from tests.browser.conftest import PASSWORD
from tests.drafts import draft

FOREIGN = '<p>Words.</p><figure><img src="https://pictures.example/a.png" alt="A picture"></figure>'


@pytest.fixture
def house(people, world):
    User.objects.create_superuser("root", password=PASSWORD)
    Kind.objects.filter(slug="guide").update(
        schema={
            "type": "object",
            "properties": {
                "steps": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
                "level": {"type": "string", "enum": ["easy", "hard"]},
            },
        }
    )
    asset = draft("see")
    asset.translations.update(body=FOREIGN)
    publish(asset)
    add_endpoint("Site", url="https://example.org/hook", at=timezone.now())
    return asset


@pytest.fixture
def faults(page):
    """What the browser says against pages: policies that were broken, headers it cannot read, scripts that failed."""
    messages = []
    wrong = ("Content Security Policy", "Content-Security-Policy", "Permissions-Policy", "Refused to")
    page.on(
        "console",
        lambda message: messages.append((page.url, message.text)) if any(w in message.text for w in wrong) else None,
    )
    page.on("pageerror", lambda error: messages.append((page.url, str(error))))
    return messages


def test_no_page_of_the_admin_breaks_its_policy(live_server, house, page, enter, faults):
    enter(page, "root")
    text = Translation.objects.get(asset=house)
    pages = {
        "/admin/": "h1, h2",
        f"/admin/content/asset/{house.pk}/change/": "#placements-group, [id*=placements]",
        f"/admin/content/translation/{text.pk}/change/": ".ProseMirror",
        "/admin/content/asset/add/": "form",
        "/admin/content/asset/": "#result_list",
        f"/admin/content/asset/{house.pk}/history/": "h1, h2, table",
        f"/admin/content/asset/publish/?ids={house.pk}": "form",
        f"/admin/content/kind/{house.kind_id}/change/": "form",
        f"/admin/content/edition/{house.editions.get().pk}/change/": ".prose",
        "/admin/content/media/add/": "input[type=file]",
        "/admin/content/coverage/": "table",
        "/admin/content/coverage/findings/": "form",
        f"/admin/journeys/journey/{Journey.objects.get().pk}/map/": "svg",
        "/admin/journeys/stage/": "#result_list",
        "/admin/content/webhookendpoint/add/": "form",
        "/admin/auth/user/add/": "form",
        "/admin/password_change/": "form",
        "/admin/content/asset/?secret__regex=a": "a[href='/admin/content/asset/']",
    }
    for address, awaited in pages.items():
        page.goto(f"{live_server.url}{address}")
        page.locator(awaited).first.wait_for(state="attached")
        page.wait_for_load_state("networkidle")
    assert faults == []


def test_the_editor_of_texts_and_of_fields_works_under_the_policy(live_server, house, page, enter, faults):
    enter(page, "root")
    page.goto(f"{live_server.url}/admin/content/translation/{Translation.objects.get(asset=house).pk}/change/")
    page.get_by_role("textbox", name="Body").click()
    page.keyboard.type("More words. ")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert "More words." in Translation.objects.get(asset=house).body
    assert faults == []


def test_neither_do_the_pages_of_strangers(live_server, house, page, faults):
    link, token = share(
        Translation.objects.get(asset=house), lasting=7, by=User.objects.get(username="root"), at=timezone.now()
    )
    page.goto(f"{live_server.url}/admin/login/")
    page.get_by_label("Username").wait_for()
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.locator(".opblock").first.wait_for()
    page.locator(".opblock").first.click()
    page.goto(f"{live_server.url}/preview/{token}/")
    page.get_by_role("heading", name=link.title).wait_for()
    page.goto(f"{live_server.url}/api/v1/journeys/see-think-do-care/diagram.svg")
    assert faults == []


def test_a_script_that_got_into_a_page_does_not_run(live_server, house, page, enter):
    enter(page, "root")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.evaluate("const s = document.createElement('script'); s.text = 'window.ran = 2'; document.body.append(s)")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
