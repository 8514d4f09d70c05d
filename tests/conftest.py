"""What every test has: a clock, a small map, and a client. No warnings, no network, no files in the checkout."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import settings as settings_of_hypothesis
from rest_framework.test import APIClient

from content import clock
from content.accounts.password_queue import Passwords
from content.delivery import current_state
from content.models import Locale
from journeys.models import Journey, Segment
from journeys.presets.load import load_journeys
from tests.factories import KindFactory
from tests.starting_rows import begin_with

pytest_plugins = ["tests.selection"]
settings_of_hypothesis.register_profile("quick", max_examples=25, deadline=None)
if "CI" not in os.environ:
    settings_of_hypothesis.load_profile("quick")

REQUEST_ID = "request-of-a-test"
ITERATIONS = 10  # of a hash of a password
OTHERS_OUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """At the end nobody else is on the database, or PostgreSQL would not drop it: a thread of a server may still be."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(OTHERS_OUT)


@pytest.fixture(scope="session", autouse=True)
def media_root(tmp_path_factory):
    """Where media go while tests run: never into the checkout."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")) as overridden:
        yield overridden


@pytest.fixture(scope="session", autouse=True)
def nothing_kept():
    """Every answer is made anew: tests of what is kept say so themselves."""
    with override_settings(RESPONSE_CACHE_MB=0) as overridden:
        yield overridden


@pytest.fixture(scope="session", autouse=True)
def audits_at_once():
    """Audits are computed where they are asked for: another process would not see the test's database."""
    with override_settings(AUDIT_PROCESS=False) as overridden:
        yield overridden


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """A hash takes no time: what tests of sign-in try is not how slow it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Passwords, "iterations", ITERATIONS)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_on_demand():
    """Static files are looked up when somebody asks: a client of a test does not list them all first."""
    with override_settings(WHITENOISE_AUTOREFRESH=True) as overridden:
        yield overridden


@pytest.fixture(scope="session", autouse=True)
def patient():
    """A machine that is busy with other tests ends no request: those of limits say so themselves."""
    with override_settings(DATABASE_SECONDS=dict.fromkeys(settings.DATABASE_SECONDS, 600.0)) as overridden:
        yield overridden


@pytest.fixture(scope="session", autouse=True)
def own_pulse(tmp_path_factory):
    """Runs side by side have databases of one name in memory, and must not hear each other."""
    path = tmp_path_factory.mktemp("pulse") / "word"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("content.change_signal._file", lambda *database: path)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_request_id():
    """Every request has the same id, so that whole answers can be compared; tests of ids give their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("config.request_id.new_id", lambda: REQUEST_ID)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_password_queue(tmp_path_factory):
    """Runs side by side do not wait for each other's passwords."""
    path = tmp_path_factory.mktemp("passwords") / "turn"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("content.accounts.password_queue._path", lambda: path)
        yield


@pytest.fixture(autouse=True)
def always_look(monkeypatch):
    """Each request looks at the state, since tests also change the map behind the service's back."""
    monkeypatch.setattr(current_state, "CHECK_EVERY", 0.0)
    monkeypatch.setattr(current_state, "_held", None)


@pytest.fixture(autouse=True)
def own_clock(monkeypatch):
    """The process's own clock decides, which tests set: that of the database cannot be set."""
    monkeypatch.setattr(clock, "SOURCES", {})
    monkeypatch.setattr(clock, "_look", None)
    monkeypatch.setattr(clock, "_warned", False)


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries, monkeypatch):
    """Counts as a server does whose process knows the state: it looks once a second, or when something changes."""

    @contextmanager
    def counted(number):
        monkeypatch.setattr(current_state, "CHECK_EVERY", 3600.0)
        current_state.current_state(now=timezone.now())
        with django_assert_num_queries(number) as found:
            yield found
        monkeypatch.setattr(current_state, "CHECK_EVERY", 0.0)
        monkeypatch.setattr(current_state, "_held", None)

    return counted


@pytest.fixture
def at() -> datetime:
    """The instant at which a test's story begins."""
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def locales(db: None) -> dict[str, Locale]:
    """``en``, ``da`` → ``en``, ``nb`` → ``da``, ``sv`` → ``en``."""
    begin_with("locales", add_locales)
    return {locale.code: locale for locale in Locale.objects.order_by("pk")}


def add_locales() -> None:
    en = Locale.objects.create(code="en", title="English", is_default=True)
    da = Locale.objects.create(code="da", title="Dansk", fallback=en)
    Locale.objects.create(code="nb", title="Norsk bokmål", fallback=da)
    Locale.objects.create(code="sv", title="Svenska", fallback=en)


@pytest.fixture
def journey(db: None) -> Journey:
    """See, Think, Do, Care, as it ships, and the default."""
    begin_with("see-think-do-care", lambda: load_journeys(["see-think-do-care"]))
    return Journey.objects.get()


@pytest.fixture
def segments(db: None) -> dict[str, Segment]:
    """``families`` under ``home-cooks``, and ``professionals``."""
    begin_with("segments", add_segments)
    return {slug: Segment.objects.get(slug=slug) for slug in ("home-cooks", "families", "professionals")}


def add_segments() -> None:
    home_cooks = Segment.objects.create(slug="home-cooks", title="Home cooks")
    Segment.objects.create(slug="families", title="Families", parent=home_cooks)
    Segment.objects.create(slug="professionals", title="Professionals")


@pytest.fixture
def kind(db: None):
    return KindFactory(slug="guide")


@pytest.fixture
def world(locales, journey, segments, kind):
    """All of the above."""
