"""``GET /content/`` as a front-end meets it."""

import pytest

from content.publish import publish
from tests.drafts import draft

pytestmark = pytest.mark.django_db
URL = "/api/v1/content/"


def test_item_has_the_shape_of_the_contract(api, world, at):
    target = draft("do", slug="buy-it", title="Buy it")
    asset = draft(
        "think",
        locales=("da",),
        slug="choose",
        title="Vælg",
        summary="Kort",
        body="<p>Hej</p>",
        segments=("home-cooks",),
        steps=(("start_purchase", target), ("compare", "/compare")),
        seo_title="SEO",
    )
    publish([target, asset], at=at)
    answer = api.get(URL, {"stage": "think", "segment": "families", "locale": "nb", "include": "next_steps"}).json()
    assert answer == {
        "results": [
            {
                "id": asset.public_id,
                "kind": "guide",
                "slug": "choose",
                "url": "/guide/choose",
                "moved_to": None,
                "locale": {"requested": "nb", "served": "da"},
                "title": "Vælg",
                "summary": "Kort",
                "body": "<p>Hej</p>",
                "fields": {},
                "seo": {"title": "SEO", "description": ""},
                "image": None,
                "stages": [
                    {
                        "journey": "see-think-do-care",
                        "stage": "think",
                        "phases": ["exploration", "evaluation"],
                        "segments": ["home-cooks"],
                        "channels": [],
                    }
                ],
                "teaser": None,
                "terms": {},
                "published_at": "2026-03-01T12:00:00Z",
                "updated_at": "2026-03-01T12:00:00Z",
                "edition": {"number": 1, "live_from": "2026-03-01T12:00:00Z", "live_until": None},
                "match": {"stage": "exact", "segment": "ancestor", "channel": None, "locale": "fallback"},
                "next_steps": [
                    {
                        "intent": "start_purchase",
                        "commitment": "hard",
                        "primary": True,
                        "label": asset.translations.get().next_steps.get(position=1).label,
                        "direction": "advance",
                        "to_stage": {"journey": "see-think-do-care", "stage": "do"},
                        "source": "authored",
                        "target": {
                            "type": "asset",
                            "id": target.public_id,
                            "kind": "guide",
                            "slug": "buy-it",
                            "url": "/guide/buy-it",
                            "title": "Buy it",
                        },
                    },
                    {
                        "intent": "compare",
                        "commitment": "soft",
                        "primary": False,
                        "label": asset.translations.get().next_steps.get(position=2).label,
                        "direction": None,
                        "to_stage": None,
                        "source": "authored",
                        "target": {"type": "url", "url": "/compare"},
                    },
                ],
            }
        ],
        "next": None,
        "context": {
            "journey": "see-think-do-care",
            "stage": ["think"],
            "segment": "families",
            "channel": None,
            "locale": "nb",
        },
    }


def test_unknown_stage_is_refused_with_what_there_is(api, world):
    answer = api.get(URL, {"stage": "thnk"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json() == {
        "type": "urn:waymark:problem:invalid-parameter",
        "title": "Invalid parameter",
        "status": 400,
        "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
        "instance": "/api/v1/content/",
        "errors": [
            {
                "parameter": "stage",
                "code": "unknown_stage",
                "detail": "Unknown stage 'thnk' in journey 'see-think-do-care'.",
                "allowed": ["see", "think", "do", "care"],
            }
        ],
    }
