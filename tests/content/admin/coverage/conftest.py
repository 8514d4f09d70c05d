"""A house with something for each way to count, and its heat-map as it is read."""

import re
from datetime import timedelta
from html import unescape

import pytest

from content.coverage.matrix import CellState
from content.models import Asset, Target
from content.publishing.publish import publish
from journeys.models import Channel, Recommendation, Stage
from journeys.presets.load import load_journeys
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, KindFactory, TermFactory, TouchpointFactory

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAP, CELL, BRIEF = (f"/admin/content/coverage/{page}" for page in ("", "cell/", "brief/"))
API = "/api/v1/coverage/"


@pytest.fixture
def house(world, clock, at):
    """Something for each way to count, and a target that makes an excess."""
    load_journeys(["aida-loyalty"])
    KindFactory(slug="faq", title="FAQ")
    topic = TermFactory(slug="fire", title="Fire", vocabulary__slug="topic", vocabulary__title="Topic")
    live = [
        draft("think", segments=("families",), locales=("en", "nb"), channels=("website",)),
        draft("think", locales=("da",), kind="faq"),
        draft("think", "do", segments=("home-cooks",)),
        draft("aida-loyalty:interest"),
        draft("see"),
        draft("see"),
        draft("see", segments=("professionals",)),
    ]
    live[2].terms.add(topic)
    place(live[3], "care", segments=("families",))
    publish(live, at=at - 9 * DAY)
    publish(draft("think", title="Going", segments=("families",)), live_until=at + 5 * DAY, at=at - DAY)
    publish(draft("do", title="Coming"), live_from=at + 9 * DAY, at=at - HOUR)
    Asset.objects.filter(pk=live[0].pk).update(review_date=at.date() - DAY)
    Target.objects.create(stage=stage("see"), minimum=1, maximum=1)
    Target.objects.create(stage=stage("care"), minimum=0, maximum=None)
    ChannelFactory(slug="mail", title="Mail")
    TouchpointFactory(slug="home", title="Home", journey=stage("see").journey, stage=stage("think"))
    return live


@pytest.fixture
def cells_on_page(admin_client):
    """Every cell of the heat-map as it is written on the page: its link and its words."""

    def read(**choices):
        answer = admin_client.get(MAP, choices)
        assert answer.status_code == 200
        html = answer.content.decode()
        found = re.findall(
            r'<td class="coverage-([a-z]+)(?: is-changed)?"><a href="([^"]*)"[^>]*>(.*?)</a></td>', html, re.S
        )
        return [(unescape(link), look, plain(words)) for look, link, words in found]

    return read


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def words_for(cell):
    """What the heat-map is to say of a cell of the API."""
    word = "none needed" if cell["state"] == "adequate" and not cell["filled"] else CellState(cell["state"]).label
    parts = [str(cell["filled"]), word]
    if cell["total"] != cell["filled"]:
        parts.append(f"of {cell['total']} including what does not count here")
    for name, sign, words in (
        ("scheduled", "+", "scheduled"),
        ("expiring_30d", "−", "expiring within 30 days"),
        ("review_overdue", "!", "review overdue"),
    ):
        if cell[name]:
            parts.append(f"{sign}{cell[name]} {words}")
    return " ".join(parts)


def counts_behind(client, link):
    """The totals of a cell's page, from the rows that it lists."""
    answer = client.get(link)
    assert answer.status_code == 200
    parts = {part["name"]: part for part in answer.context["parts"]}
    for name, part in parts.items():
        assert part["count"] == len(part["rows"]) > 0, name
    count = {name: len(parts[name]["rows"]) if name in parts else 0 for name in PARTS}
    total = sum(count[name] for name in ("own", "everyone", "locale_fallback", "crosswalk"))
    counts = {"total": total, "filled": answer.context["cell"].filled, "expiring_30d": count.pop("expiring")}
    return count | counts


PARTS = ("own", "everyone", "locale_fallback", "crosswalk", "scheduled", "expiring", "review_overdue")


@pytest.fixture
def described_stage(house):
    """A stage that says what it asks, and recommends a kind and a channel."""
    Stage.objects.filter(slug="think").update(
        question="Which one\nfits us?",
        purpose="Help them.",
        need="To compare.",
        barrier="Being sold to.",
        goals=["Trust", "A visit"],
    )
    guide = house[0].kind
    Target.objects.create(stage=stage("think"), kind=guide, minimum=1)
    Target.objects.create(stage=stage("think"), kind=KindFactory(slug="case", title="Case study"), minimum=1)
    Recommendation.objects.filter(stage=stage("think")).delete()
    Recommendation.objects.create(stage=stage("think"), channel=Channel.objects.get(slug="video"), role="Show it")
