"""A term is known to readers from the first time a text with it is live, for good, or once it is marked public."""

from datetime import timedelta

import pytest
import time_machine

from content.events.elapsed import announce_elapsed
from content.models import EditionTerm, Event, Term
from content.publishing.publish import publish, withdraw
from journeys.models import Journey
from tests.drafts import draft
from tests.factories import TermFactory, VocabularyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/content/"
STEP, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def topic():
    """Business with deals below it, with merger below those; and sports, which every reader knows."""
    topic = VocabularyFactory(slug="topic", title="Topic")
    business = TermFactory(vocabulary=topic, slug="business", title="Business", public=False)
    deals = TermFactory(vocabulary=topic, slug="deals", title="Deals", parent=business, public=False)
    TermFactory(vocabulary=topic, slug="merger", title="Merger", parent=deals, public=False)
    TermFactory(vocabulary=topic, slug="sports", title="Sports")
    return {term.slug: term for term in Term.objects.all()}


@pytest.fixture
def secret(topic):
    asset = draft("see", title="Secret")
    asset.terms.add(topic["merger"])
    return asset


def known(api):
    """The terms that each public place tells of."""
    [vocabulary] = api.get("/api/v1/vocabularies/").json()["results"]
    facets = api.get(URL, {"facets": "term,topic"}).json()["facets"]
    [refused] = api.get(URL, {"term": "topic:nothing"}).json()["errors"]
    paths = api.get("/api/v1/openapi.json").json()["paths"]
    [listed] = [one for one in paths[URL]["get"]["parameters"] if one["name"] == "term"]
    answered = {slug for slug in ("business", "deals", "merger", "sports") if ask_by_term(api, slug).status_code == 200}
    return [
        {term["slug"] for term in vocabulary["terms"]},
        {name.removeprefix("topic:") for name in facets["term"]},
        set(facets["topic"]),
        set(refused["allowed"]),
        {name.removeprefix("topic:") for name in listed["schema"]["items"]["enum"]},
        answered,
    ]


def ask_by_term(api, slug, **more):
    return api.get(URL, {"term": f"topic:{slug}", **more})


def everywhere(*slugs):
    return [set(slugs)] * 6


ALL = everywhere("business", "deals", "merger", "sports")


def test_what_only_drafts_carry_is_as_unknown_as_what_there_is_not(api, secret):
    assert known(api) == everywhere("sports")
    for parameter in ("term", "term__all", "term__none"):
        there, not_there = (api.get(URL, {parameter: f"topic:{slug}"}) for slug in ("merger", "regrem"))
        assert there.status_code == not_there.status_code == 400
        assert there.content.replace(b"merger", b"regrem") == not_there.content


def test_a_publish_makes_its_terms_and_those_above_them_known_for_good(api, secret, at):
    with time_machine.travel(at, tick=False) as clock:
        publish(secret, at=at)
        assert known(api) == ALL
        assert set(Term.objects.exclude(shown_since=at).values_list("slug", flat=True)) == {"sports"}
        clock.shift(HOUR)
        withdraw(secret, at=at + HOUR)
        assert known(api) == ALL
        EditionTerm.objects.all().delete()  # whatever becomes of the editions
        Term.objects.filter(slug="merger").update(parent=None)
        assert known(api) == ALL


def test_a_term_becomes_known_as_time_passes_with_nobody_at_work(api, secret, at):
    with time_machine.travel(at, tick=False) as clock:
        publish(secret, live_from=at + DAY, live_until=at + 2 * DAY, at=at)
        assert known(api) == everywhere("sports")
        clock.move_to(at + DAY - STEP)
        assert known(api) == everywhere("sports")
        clock.move_to(at + DAY)
        assert known(api) == ALL
        clock.move_to(at + 9 * DAY)  # it has ended
        assert known(api) == ALL
        assert not Term.objects.exclude(shown_since=None).exists()
        Event.objects.all().delete()
        announce_elapsed(now=at + 9 * DAY)
        publish(draft("see"), live_from=at + 10 * DAY, at=at + 9 * DAY + HOUR)
        assert known(api) == ALL


def test_the_worker_writes_down_what_became_known_and_tells_caches_of_the_map(secret, at):
    publish(secret, live_from=at + DAY, at=at)
    announce_elapsed(now=at + HOUR)
    Event.objects.all().delete()
    announce_elapsed(now=at + DAY)
    assert {event.type for event in Event.objects.all()} == {"content.went_live", "map.changed"}
    assert dict(Term.objects.values_list("slug", "shown_since")) == {
        **dict.fromkeys(("business", "deals", "merger"), at + DAY),
        "sports": None,
    }


def test_what_was_cancelled_before_it_began_never_becomes_known(api, secret, at):
    with time_machine.travel(at, tick=False) as clock:
        publish(secret, live_from=at + DAY, at=at)
        withdraw(secret, at=at + HOUR)
        clock.move_to(at + 2 * DAY)
        assert known(api) == everywhere("sports")
        announce_elapsed(now=at + 2 * DAY)
        assert known(api) == everywhere("sports")


def test_an_editor_marks_a_term_public(api, topic, admin_client):
    page = f"/admin/content/term/{topic['deals'].pk}/change/"
    assert "not public: no text with it has been live" in admin_client.get(page).content.decode()
    words = {"title": "Deals", "slug": "deals", "parent": topic["business"].pk, "titles": "", "public": "on"}
    answer = admin_client.post(page, words)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert known(api) == everywhere("business", "deals", "sports")
    assert "not public: no text with it has been live" not in admin_client.get(page).content.decode()


def test_who_may_preview_or_audit_asks_by_every_term(api, secret, preview, audit, at):
    with time_machine.travel(at, tick=False):
        answer = ask_by_term(api, "deals", draft="true", facets="topic", **{})
        assert answer.status_code == 401
        answer = api.get(URL, {"term": "topic:deals", "draft": "true", "facets": "topic"}, **preview).json()
        assert [item["title"] for item in answer["results"]] == ["Secret"]
        assert set(answer["facets"]["topic"]) == {"business", "deals", "merger", "sports"}
        rows = api.get("/api/v1/coverage/", {"rows": "topic", "journey": Journey.objects.get().slug}, **audit).json()
        assert set(rows["rows"]) == {"business", "deals", "merger", "sports"}
        publish(secret, live_from=at + DAY, at=at)
        then = {"term": "topic:deals", "as_of": (at + DAY).isoformat()}
        assert [item["title"] for item in api.get(URL, then, **preview).json()["results"]] == ["Secret"]
        before = {**then, "as_of": (at + DAY - STEP).isoformat()}
        assert api.get(URL, before, **preview).status_code == 400
        # What one was answered is not known to the next.
        assert ask_by_term(api, "deals").status_code == 400


def test_knowing_the_terms_costs_a_request_nothing(api, secret, at, django_assert_num_queries):
    publish(secret, live_from=at + DAY, at=at)
    with time_machine.travel(at + HOUR, tick=False), django_assert_num_queries(0):
        assert api.get("/api/v1/vocabularies/").status_code == 200
