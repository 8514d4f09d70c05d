"""What each role sees and is refused when it goes to the addresses themselves."""

import pytest

from content.publishing.publish import publish
from tests.drafts import draft

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = ("author", "editor", "publisher", "analyst", "integrator")


@pytest.fixture
def addresses(people):
    """Some pages, and which roles may open them."""
    own, live = draft("see"), draft("see")
    own.owner = people["author"]
    own.save()
    publish(live)
    text = live.translations.get()
    see = ("author", "editor", "publisher", "analyst")
    return {
        "/admin/content/asset/": see,
        "/admin/content/asset/add/": ("author", "editor"),
        f"/admin/content/asset/{live.pk}/change/": see,
        f"/admin/content/asset/{live.pk}/delete/": ("editor",),
        f"/admin/content/asset/{live.pk}/readers/": see,
        f"/admin/content/asset/publish/?ids={own.pk}": ("publisher",),
        f"/admin/content/asset/withdraw/?ids={live.pk}": ("publisher",),
        f"/admin/content/sharelink/of/{text.pk}/": ("editor",),
        "/admin/content/waiver/add/": ("publisher",),
        "/admin/content/accesstoken/": ("integrator",),
        "/admin/content/webhookendpoint/add/": ("integrator",),
        "/admin/auth/user/": (),
    }


@pytest.mark.parametrize("name", STAFF)
def test_addresses_open_for_the_roles_they_are_for(page, live_server, enter, addresses, name):
    enter(page, name)

    opened = {address: page.goto(f"{live_server.url}{address}").status for address in addresses}

    assert opened == {address: 200 if name in roles else 403 for address, roles in addresses.items()}


def test_author_finds_no_button_to_publish_and_nothing_to_edit_in_anothers_text(page, live_server, enter, addresses):
    enter(page, "author")
    changed = next(address for address in addresses if address.endswith("/change/"))

    page.goto(f"{live_server.url}{changed}")

    assert page.get_by_role("link", name="Publish or schedule").count() == 0
    assert page.get_by_role("button", name="Save", exact=True).count() == 0
    assert page.locator("#id_name").count() == 0
