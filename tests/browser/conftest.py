"""Real Chromium against a real server: what an editor does, by mouse and by keyboard.

``uv run --group browser pytest tests/browser``, with Debian's Chromium (``apt-get install chromium``).
"""

import os
import shutil
from importlib.util import find_spec

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from content.accounts.roles import load_roles
from journeys.models import Stage

QUIET = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
PASSWORD = "steady-hand-9"
NO_DELETE = "SELECT sql FROM sqlite_master WHERE name = 'content_edition_no_delete'"

if find_spec("playwright") is None:

    @pytest.fixture
    def browser():
        pytest.fail("needs Playwright: uv run --group browser pytest tests/browser")

    @pytest.fixture
    def page(browser):
        """Never reached."""


@pytest.fixture(scope="session")
def browser_type_launch_args():
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("There is no Chromium: apt-get install chromium, or name one in CHROMIUM.")
    return {"executable_path": chromium, "args": ["--no-sandbox", *QUIET]}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"viewport": {"width": 1440, "height": 900}, "timezone_id": "Europe/Oslo", "locale": "en-GB"}


@pytest.fixture(scope="session", autouse=True)
def beside_a_loop():
    """Playwright keeps a loop, and tests make and read the database beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(autouse=True)
def patience(page):
    page.set_default_timeout(30_000)


@pytest.fixture
def emptied(patience, transactional_db):
    """Lets the database be emptied afterwards: on SQLite that deletes, and editions refuse to be."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            [no_delete] = cursor.execute(NO_DELETE).fetchone()
            cursor.execute("DROP TRIGGER content_edition_no_delete")
            call_command("flush", interactive=False, verbosity=0)
            cursor.execute(no_delete)


@pytest.fixture
def people(emptied, world):
    """Somebody of each role, and one who both edits and publishes, by name."""
    load_roles()
    roles = {name.lower(): [name] for name in ("Author", "Editor", "Publisher", "Analyst", "Integrator")}
    roles["chief"] = ["Editor", "Publisher"]
    found = {}
    for name, groups in roles.items():
        found[name] = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        found[name].groups.set(Group.objects.filter(name__in=groups))
    return found


@pytest.fixture
def words(world):
    """The stages say what they ask, as those of a real journey do."""
    Stage.objects.filter(slug="think").update(question="Which one fits us?", need="To compare without being sold to.")


@pytest.fixture
def enter(live_server, people):
    """Logs somebody in by the form, on a page of theirs: the page, on the desk."""

    def logged_in(page, name):
        page.goto(f"{live_server.url}/admin/login/?next=/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        page.get_by_role("heading", name="Your desk").or_(page.get_by_text("Getting started")).first.wait_for()
        return page

    return logged_in


@pytest.fixture
def other_page(browser, browser_context_args):
    """A page of somebody else's browser."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


@pytest.fixture
def now():
    return timezone.now()
