"""How public answers travel: named by the state they show, good until the next change, kept by each process."""

import gzip
import json
import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.api import http_cache
from content.api.http_cache import CachedDelivery
from content.api.response_cache import OVERHEAD, CachedResponse, ResponseCache
from content.change_signal import current_signal, renew
from content.delivery import current_state
from content.models import Pin
from content.publishing.publish import publish, reschedule, withdraw
from tests.drafts import draft, stage
from tests.factories import KindFactory, TouchpointFactory

URL = "/api/v1/content/"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(locales, journey, segments):
    KindFactory(slug="guide")
    return locales


@pytest.fixture
def response_cache(settings):
    """A process that keeps answers."""
    settings.RESPONSE_CACHE_MB = 1


def lifetime(answer):
    """``max-age`` and ``stale-while-revalidate``, in seconds."""
    public, fresh, stale = answer["Cache-Control"].split(", ")
    assert public == "public"
    return int(fresh.removeprefix("max-age=")), int(stale.removeprefix("stale-while-revalidate="))


def titles_at(api, **parameters):
    return [item["title"] for item in api.get(URL, parameters).json()["results"]]


def test_a_public_answer_says_how_it_may_be_kept(api, world, at):
    seen = draft("see", title="Grill")
    publish(seen, at=at)

    answer = api.get(URL, {"stage": "see", "crosswalk": "off"})

    assert lifetime(answer) == (60, 300)
    assert answer["ETag"].startswith('"')
    assert answer["Surrogate-Key"] == f"map s:see-think-do-care/see:en a:{seen.public_id}"
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies


def test_an_answer_that_has_not_changed_is_told_so_without_a_query(api, world, at, django_assert_num_queries):
    publish(draft("see"), at=at)
    tag = api.get(URL)["ETag"]

    with django_assert_num_queries(0):
        answer = api.get(URL, headers={"If-None-Match": f'"other", W/{tag}'})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert lifetime(answer) == (60, 300)
    assert "Content-Type" not in answer


@pytest.mark.parametrize("change", ["publish", "withdraw", "map", "pin"])
def test_a_change_gives_answers_another_name(api, world, at, change):
    asset = draft("see")
    place = TouchpointFactory(journey=stage("see").journey, stage=stage("see"))
    publish(asset, at=at)
    url = f"/api/v1/touchpoints/{place.slug}/"
    tag = api.get(url)["ETag"]

    if change == "publish":
        publish(draft("see"), at=at + HOUR)
    elif change == "withdraw":
        withdraw(asset, at=at + HOUR)
    elif change == "map":
        stage("see").__class__.objects.filter(slug="see").update(title="Notice")
    else:
        Pin.objects.create(touchpoint=place, asset=asset, position=1)

    answer = api.get(url, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_addresses_and_encodings_have_names_of_their_own(api, world, at):
    publish([draft("see") for _ in range(3)], at=at)

    plain = api.get(URL)
    packed = api.get(URL, headers={"Accept-Encoding": "br, gzip"})
    other = api.get(URL, {"stage": "see"})

    assert len({plain["ETag"], packed["ETag"], other["ETag"]}) == 3
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    again = api.get(URL, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert (again.status_code, again["ETag"]) == (304, packed["ETag"])


def test_the_order_of_parameters_changes_nothing(api, world, at):
    publish(draft("see"), at=at)
    first, other = api.get(f"{URL}?stage=see&segment=families"), api.get(f"{URL}?segment=families&stage=see")
    assert (first["ETag"], first.content) == (other["ETag"], other.content)


@pytest.mark.parametrize(("ahead", "expected"), [(20, (20, 0)), (100, (60, 40)), (100_000, (60, 300))])
def test_no_answer_is_good_beyond_the_next_start_or_end(api, world, at, ahead, expected):
    publish(draft("see"), at=at)
    with time_machine.travel(at + HOUR, tick=False):
        publish(draft("see"), live_from=at + HOUR + timedelta(seconds=ahead), at=at + HOUR)
        assert lifetime(api.get(URL)) == expected


def delivering(view):
    """Delivery with ``view`` in the place of all reads."""
    service = CachedDelivery(view)
    service.read = view
    return service


def test_a_lifetime_counts_from_when_the_answer_is_sent(world, at, settings):
    with time_machine.travel(at, tick=False) as clock:
        publish(draft("see"), live_from=at + MINUTE, at=at)

        def slow(request):
            clock.shift(20)
            return HttpResponse(b"{}", content_type="application/json")

        assert lifetime(delivering(slow)(RequestFactory().get(URL))) == (40, 0)


def test_a_boundary_changes_answers_on_the_instant(api, world, at, response_cache):
    publish(draft("see", title="Now"), at=at)
    publish(draft("see", title="Later"), live_from=at + HOUR, live_until=at + 2 * HOUR, at=at + MINUTE)
    step = timedelta(microseconds=1)
    with time_machine.travel(at + MINUTE, tick=False) as clock:
        seen = []
        for instant in (at + HOUR - step, at + HOUR, at + 2 * HOUR - step, at + 2 * HOUR):
            clock.move_to(instant)
            seen.append(sorted(titles_at(api)))
    assert seen == [["Now"], ["Later", "Now"], ["Later", "Now"], ["Now"]]


def test_the_short_way_keeps_what_the_long_one_promises(api, world, settings):
    names = ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    assert [api.get(URL)[name] for name in names] == ["DENY", "nosniff", "same-origin", "same-origin"]
    refused = api.get(URL, HTTP_HOST="evil.example")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    moved = api.get(URL.rstrip("/"))
    assert (moved.status_code, moved["Location"]) == (301, URL)
    settings.SECURE_SSL_REDIRECT = True
    secured = CachedDelivery(lambda request: None)(RequestFactory().get(URL))
    assert (secured.status_code, secured["Location"]) == (301, f"https://testserver{URL}")


def test_head_tells_what_get_would_and_sends_nothing(api, world, at):
    publish(draft("see"), at=at)
    got, head = api.get(URL), api.head(URL)
    assert head.content == b""
    assert {**head.headers} == {**got.headers}


def test_any_page_may_read_and_none_may_write(api, world):
    parameters = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    answer = api.options(URL, headers=parameters)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "Authorization, If-None-Match"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in api.get("/admin/login/")


@pytest.mark.parametrize(("path", "status"), [("?stage=thnk", 400), ("guide/nothing/", 404)])
def test_a_refusal_is_kept_by_nobody(api, world, response_cache, path, status):
    answer = api.get(f"{URL}{path}")
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
    assert "ETag" not in answer
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_what_a_token_reads_is_neither_kept_nor_answered_from_what_is_kept(api, world, at, response_cache, preview):
    asset = draft("see", title="Published")
    publish(asset, at=at)
    assert titles_at(api) == ["Published"]
    asset.translations.update(title="Drafted")

    answer = api.get(URL, {"draft": "true"}, **preview)

    assert [item["title"] for item in answer.json()["results"]] == ["Drafted"]
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer
    assert api.get(URL, {"draft": "true"}).status_code == 401
    assert titles_at(api) == ["Published"]


def test_a_kept_answer_costs_no_query_until_something_changes(
    api, world, at, response_cache, django_assert_num_queries
):
    asset = draft("see", title="Grill")
    publish(asset, at=at)
    first = api.get(URL)

    with django_assert_num_queries(0):
        again = api.get(URL)
    assert (again.content, again.headers) == (first.content, first.headers)

    publish(draft("see", title="Smoke"), at=at + HOUR)
    assert sorted(titles_at(api)) == ["Grill", "Smoke"]
    withdraw(asset, at=at + 2 * HOUR)
    assert titles_at(api) == ["Smoke"]


def test_an_edit_of_the_map_in_the_admin_is_seen_by_the_next_request(
    admin_client, api, world, at, response_cache, monkeypatch
):
    monkeypatch.setattr(current_state, "CHECK_EVERY", 3600.0)
    url = "/api/v1/segments/"
    before, word = api.get(url).json()["results"], current_signal()

    page = admin_client.post(
        "/admin/journeys/segment/add/", {"slug": "gourmets", "title": "Gourmets", "description": "", "_save": "Save"}
    )

    assert page.status_code == 302, page.content
    assert {row["slug"] for row in api.get(url).json()["results"]} == {row["slug"] for row in before} | {"gourmets"}
    assert current_signal() != word  # so that other processes look too


def test_a_change_that_nobody_told_is_seen_within_a_second(api, world, at, response_cache, monkeypatch):
    monkeypatch.setattr(current_state, "CHECK_EVERY", 1.0)
    publish(draft("see", title="Grill"), at=at)
    answers = [titles_at(api)]
    with monkeypatch.context() as silent:
        silent.setattr("content.models.publication.renew", lambda: None)
        publish(draft("see", title="Smoke"), at=at + HOUR)
    clock = current_state.monotonic()
    monkeypatch.setattr(current_state, "monotonic", lambda: clock + 1.1)
    answers.append(sorted(titles_at(api)))
    assert answers == [["Grill"], ["Grill", "Smoke"]]


def test_a_snapshot_is_looked_after_each_time(api, world, at, response_cache):
    asset = draft("see", title="Grill")
    publish(asset, at=at)
    with time_machine.travel(at + HOUR, tick=False) as clock:
        token = api.get(URL).json()["snapshot"]
        withdraw(asset, at=at + HOUR + MINUTE)
        clock.move_to(at + HOUR + 2 * MINUTE)
        answer = api.get(URL, {"snapshot": token})
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=0, must-revalidate")
        disguised = f"{URL}?snap%73hot={token}"
        assert api.get(disguised)["Cache-Control"] == answer["Cache-Control"]
        again = api.get(URL, {"snapshot": token}, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        clock.move_to(at + 2 * HOUR + 2 * MINUTE)
        gone = api.get(URL, {"snapshot": token}, headers={"If-None-Match": answer["ETag"]})
        assert (gone.status_code, gone["Cache-Control"]) == (410, "no-store")
        assert api.get(disguised).status_code == 410


@pytest.mark.parametrize(
    ("codings", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("br", False),
        ("gzip;q=nonsense", False),
        ("notgzip", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_a_coding_is_sent_to_whoever_takes_it(api, world, at, response_cache, codings, packed, again):
    publish(draft("see", body=f"<p>{'Fire. ' * 200}</p>"), at=at)
    if again:
        api.get(URL)
    answer = api.get(URL, headers={"Accept-Encoding": codings})
    assert (answer.get("Content-Encoding") == "gzip", answer["ETag"].endswith('-gz"')) == (packed, packed)


@pytest.mark.parametrize("host", ["evil.example", "10.1.2.3:8000", "testserver.evil.example", "a" * 60_000, "a,b"])
def test_a_host_that_is_not_ours_is_refused_whatever_it_has(api, world, at, response_cache, host):
    publish(draft("see"), at=at)
    tag = api.get(URL)["ETag"]
    answer = api.get(URL, headers={"Host": host, "If-None-Match": tag})
    assert (answer.status_code, answer["Cache-Control"], "ETag" in answer) == (400, "no-store", False)


def test_who_asks_without_https_is_sent_there_whatever_they_have(api, world, at, response_cache, settings):
    publish(draft("see"), at=at)
    settings.SECURE_SSL_REDIRECT = True
    secure = api.get(URL, secure=True)
    parameters = {"If-None-Match": secure["ETag"]}
    assert [api.get(URL, headers=parameters, secure=secure).status_code for secure in (True, False)] == [304, 301]


def test_an_event_loop_is_given_what_is_kept_and_nothing_that_takes_a_query(
    api, world, at, response_cache, monkeypatch
):
    publish(draft("see", body=f"<p>{'Fire. ' * 200}</p>"), at=at)
    monkeypatch.setattr(current_state, "CHECK_EVERY", 3600.0)
    made = CachedDelivery(lambda request: HttpResponse(status=404))
    ask = RequestFactory().get

    def at_once(path=URL, **headers):
        with CaptureQueriesContext(connection) as queries:
            found = http_cache.at_once(ask(path, headers=headers).META)
        assert len(queries) == 0
        return found

    before = at_once()
    answer = made(ask(URL))
    known, unpacked = at_once(), at_once(accept_encoding="gzip")
    packed = made(ask(URL, headers={"Accept-Encoding": "gzip"}))
    again = at_once(accept_encoding="gzip")
    has = at_once(if_none_match=answer["ETag"])
    assert (before, unpacked) == (None, None)
    assert (known.status, known.headers, known.body) == (200, dict(answer.headers), answer.content)
    assert (again.status, again.headers, again.body) == (200, dict(packed.headers), packed.content)
    assert (has.status, has.body, has.headers["ETag"]) == (304, b"", answer["ETag"])
    for headers in ({"authorization": "Bearer x"}, {"host": "evil.example", "if_none_match": answer["ETag"]}):
        assert at_once(**headers) is None
    assert at_once(f"{URL}?snapshot=s_1-1", if_none_match=answer["ETag"]) is None
    assert at_once("/admin/") is None
    renew()
    assert at_once() is None  # somebody has published: who knows what


def test_a_host_that_is_not_ours_gets_nothing_of_what_is_kept(api, world, at, response_cache):
    publish(draft("see"), at=at)
    assert api.get(URL).status_code == 200
    assert api.get(URL, headers={"Host": "evil.example"}).status_code == 400


def test_one_request_computes_what_two_hundred_wait_for(world, at, settings, monkeypatch):
    settings.RESPONSE_CACHE_MB = 1
    state = current_state.current_state(now=timezone.now())
    monkeypatch.setattr(http_cache, "current_state", lambda now: state)
    computed, together = Counter(), threading.Barrier(200)

    def view(request):
        computed[request.path] += 1
        return HttpResponse(json.dumps({"path": request.path}), content_type="application/json")

    service, answers = delivering(view), []

    def ask():
        together.wait()
        answers.append(service(RequestFactory().get(URL)).content)

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert computed == {URL: 1}
    assert answers == [b'{"path": "/api/v1/content/"}'] * 200


def test_what_is_kept_stays_within_its_bound_and_forgets_the_least_asked_for(world):
    state = current_state.current_state(now=timezone.now())
    body = b"x" * 1000
    each = CachedResponse(body, {}).size
    assert each == 1500 + OVERHEAD
    answers = ResponseCache(3 * each)
    for name in "abc":
        answers.keep(name, CachedResponse(body, {}), state)
    answers.get("a", state)
    answers.keep("d", CachedResponse(body, {}), state)
    answers.keep("huge", CachedResponse(body * 100, {}), state)

    assert [name for name in ("a", "b", "c", "d", "huge") if answers.get(name, state)] == ["a", "c", "d"]
    assert answers.size == 3 * each


def test_what_was_kept_of_another_state_is_never_told(api, world, at):
    state = current_state.current_state(now=timezone.now())
    answers = ResponseCache(1 << 20)
    answers.keep("a", CachedResponse(b"old", {}), state)
    publish(draft("see"), at=at)
    later = current_state.current_state(now=timezone.now())
    assert later is not state
    assert answers.get("a", later) is None


def test_an_answer_made_while_the_state_changed_is_kept_by_nobody(api, world, at, settings):
    settings.RESPONSE_CACHE_MB = 1
    publish(draft("see"), at=at)

    def view(request):
        publish(draft("see"), at=at + HOUR)
        return HttpResponse(b"{}", content_type="application/json")

    answer = delivering(view)(RequestFactory().get(URL))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer


def test_a_moved_schedule_moves_the_lifetime(api, world, at):
    with time_machine.travel(at, tick=False):
        [edition] = publish(draft("see"), live_from=at + MINUTE, at=at)
        before = lifetime(api.get(URL))
        reschedule(edition, live_from=at + 2 * MINUTE, at=at + timedelta(microseconds=5))
        assert (before, lifetime(api.get(URL))) == ((60, 0), (60, 60))
