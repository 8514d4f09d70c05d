"""Audits are computed beside the service, one at a time: an equal question shares the answer, others come again."""

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.xdist_group("served")
ROUTE = "/api/v1/coverage/findings/"
LOCALES = ("en", "nb", "da", "sv")
PATIENCE = 120


def ask(served, path, token=True):
    request = urllib.request.Request(f"{served.address}{path}")
    if token:
        request.add_header("Authorization", f"Bearer {served.token}")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.loads(refused.read())


def ask_until_answered(served, path):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status, headers, body = ask(served, path)
        if status == 200:
            return body
        assert (status, body["type"]) == (503, "urn:waymark:problem:unavailable")
        assert headers["Content-Type"] == "application/problem+json"
        assert int(headers["Retry-After"]) > 0
        time.sleep(1)
    pytest.fail(f"{path} was never told")


def test_different_questions_at_once_are_told_or_asked_to_come_again_and_readers_are_answered(served):
    paths = [f"{ROUTE}?locale={code}" for code in LOCALES]
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(ask_until_answered, served, path) for path in paths]
        count = 0
        while not all(one.done() for one in found):
            status, _, body = ask(served, "/api/v1/content/?stage=see&page_size=1", token=False)
            assert (status, len(body["results"])) == (200, 1)
            count += 1
            time.sleep(0.05)
    assert count
    body = {code: one.result() for code, one in zip(LOCALES, found, strict=True)}
    for code, report in body.items():
        assert {one["context"]["locale"] for one in report["results"]} <= {code, None}


def test_equal_questions_at_once_share_one_computation(served):
    path = f"{ROUTE}?locale=sv,da&severity=error"
    with ThreadPoolExecutor(3) as threads:
        first, *others = threads.map(lambda _: ask_until_answered(served, path), range(3))
    assert [one["at"] for one in others] == [first["at"]] * 2


def test_what_cannot_be_asked_is_refused_at_once(served):
    status, _, body = ask(served, f"{ROUTE}?locale=xx")
    assert (status, body["errors"][0]["code"]) == (400, "unknown_locale")
