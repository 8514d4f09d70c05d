"""One reader's path: a draft is tagged, published, fetched by stage, and leads on to the purchase and beyond it."""

import pytest

from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish
from tests.drafts import draft, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def test_from_draft_to_the_customer_who_came_back(api):
    thanks = draft("care", slug="thanks", title="Thank you", steps=())
    buy = draft(
        "do", slug="buy", title="Buy", steps=(("start_purchase", "https://shop.example/cart"), ("get_help", thanks))
    )
    choose = draft(slug="choose", title="Choose", steps=(("compare", buy),))
    with pytest.raises(PublishRefused) as refused:
        publish([thanks, buy, choose])
    assert [finding.code for finding in refused.value.findings] == ["stage_missing"]
    place(choose, "think", segments=("home-cooks",))
    publish([thanks, buy, choose])

    context = {"segment": "families", "locale": "nb"}
    [found] = api.get("/api/v1/content/", {"stage": "think", **context}).json()["results"]
    path = [found["title"]]
    for stage in ("think", "do"):
        ways = api.get(f"/api/v1/content/{found['id']}/next/", {"stage": stage, **context}).json()
        assert ways["dead_end"] is False
        ahead = next(s for s in ways["results"] if s["direction"] == "advance" and s["target"]["type"] == "asset")
        found = ahead["target"]
        path.append(found["title"])
    assert path == ["Choose", "Buy", "Thank you"]
