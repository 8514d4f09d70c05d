"""axe-core finds nothing serious on the screens where editors live, in either theme, and nothing runs off a phone."""

from importlib import import_module

import pytest

from content.drafts.review import submit
from content.publishing.publish import publish
from journeys.models import Channel
from tests.drafts import draft, stage
from tests.factories import TouchpointFactory

pytestmark = pytest.mark.django_db(transaction=True)
SERIOUS = {"serious", "critical"}


@pytest.fixture
def screens(people, words, now):
    """Addresses of the screens, with something on each."""
    asset = draft("think", locales=("en", "nb"), kind="guide", title="Grill")
    asset.owner = people["chief"]
    asset.save()
    publish(asset, locales=[asset.translations.get(locale__code="en").locale])
    waiting = draft("see")
    TouchpointFactory(journey=stage("do").journey, channel=Channel.objects.get(slug="website"), stage=stage("do"))
    submit(waiting.translations.get(), by=people["editor"], at=now)
    text = asset.translations.get(locale__code="en")
    return {
        "desk": "/admin/",
        "list": "/admin/content/asset/",
        "add": "/admin/content/asset/add/",
        "asset": f"/admin/content/asset/{asset.pk}/change/",
        "text": f"/admin/content/translation/{text.pk}/change/",
        "review": f"/admin/content/translation/{text.pk}/review/",
        "publish": f"/admin/content/asset/publish/?ids={asset.pk}",
        "withdraw": f"/admin/content/asset/withdraw/?ids={asset.pk}",
        "history": f"/admin/content/asset/{asset.pk}/history/",
        "share": f"/admin/content/sharelink/of/{text.pk}/",
        "readers": f"/admin/content/asset/{asset.pk}/readers/",
        "map": f"/admin/journeys/journey/{stage('think').journey_id}/map/",
        "coverage": "/admin/content/coverage/",
        "coverage compared": "/admin/content/coverage/?split=locale&other_at_0=2999-01-01&other_at_1=12:00",
        "cell": "/admin/content/coverage/cell/?row=think&column=families",
        "brief": "/admin/content/coverage/brief/?row=think&column=families",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, live_server, enter, screens, theme):
    axe = import_module("axe_playwright_python.sync_playwright").Axe()  # of the group; without it ``page`` fails
    page.emulate_media(color_scheme=theme)
    enter(page, "chief")

    found = {}
    for name, address in screens.items():
        page.goto(f"{live_server.url}{address}")
        page.wait_for_load_state("networkidle")
        faults = [one for one in axe.run(page).response["violations"] if one["impact"] in SERIOUS]
        found[name] = [
            (fault["id"], [(node["html"][:80], node["failureSummary"]) for node in fault["nodes"][:3]])
            for fault in faults
        ]

    assert found == {name: [] for name in screens}


def test_nothing_runs_off_a_phone(page, live_server, enter, screens):
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, "chief")

    widths = {}
    for name, address in screens.items():
        page.goto(f"{live_server.url}{address}")
        page.wait_for_load_state("networkidle")
        widths[name] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(screens, 390)
