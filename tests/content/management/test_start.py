"""A fresh clone: what is said where nothing is ready, and the one command that makes an empty service ready."""

import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management.base import CommandError

from content.management.one_at_a_time import on_port

pytestmark = pytest.mark.served
ROOT = Path(__file__).parents[3]
KEY = "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2
COMMANDS = [
    ["load_journeys"],
    ["load_kinds"],
    ["load_roles"],
    ["createsuperuser", "--noinput", "--username", "a", "--email", "a@example.com"],
    ["changepassword", "admin"],
    ["create_token", "x", "--scope", "audit"],
    ["coverage"],
    ["audit_journey"],
    ["load_content", "content/demo/mapping.toml"],
    ["import_content", "content/demo/pages", "--mapping", "content/demo/mapping.toml"],
    ["deliver_webhooks", "--once"],
    ["rebuild_showings"],
]
# Runs each as its own command line would, and tells what it ended with.
ALL = """
import json, os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from config.command_line import run
told = {}
for arguments in json.loads(sys.argv[1]):
    try:
        run(["manage.py", *arguments])
        told[arguments[0]] = "done"
    except SystemExit as end:
        told[arguments[0]] = str(end.code)
    except BaseException as error:
        told[arguments[0]] = f"traceback: {error!r}"
print(json.dumps(told))
"""
STOCK = """
import json
from django.contrib.auth.models import Group, User
from content.models import Asset, Kind, Locale
from journeys.models import Journey
locales = [[one.code, one.is_default, one.fallback and one.fallback.code] for one in Locale.objects.all()]
users = list(User.objects.values_list("username", "is_superuser"))
counts = [model.objects.count() for model in (Journey, Kind, Group, Asset)]
print(json.dumps([counts, locales, users]))
"""


@pytest.fixture
def empty(tmp_path):
    """The environment of processes on a database of their own that nobody has set up."""
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    media = {"MEDIA_ROOT": str(tmp_path / "media")}
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield {**variables, **media, "DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite3'}"}
        return
    name = f"waymark_start_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {**variables, **media, "DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def begun(environment, *arguments):
    command = [sys.executable, *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)


def ended(process):
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err
    return process.returncode, out


def ran(environment, *arguments):
    return ended(begun(environment, *arguments))


def stock(environment):
    return json.loads(ran(environment, "manage.py", "shell", "-v0", "-c", STOCK)[1])


def test_a_command_on_a_database_without_tables_says_what_to_run(empty):
    code, out = ran(empty, "-c", ALL, json.dumps(COMMANDS))
    messages = json.loads(out.splitlines()[-1])
    assert code == 0
    for command, message in messages.items():
        assert "Run uv run manage.py migrate, or uv run manage.py start" in message, command
    assert list(messages) == [arguments[0] for arguments in COMMANDS]


def test_a_database_that_is_not_there_is_told_in_a_line():
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = begun({**variables, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "manage.py", "coverage")
    _, err = process.communicate(timeout=300)
    assert (process.returncode, err.startswith("The database does not answer just now."), err.count("\n")) == (
        1,
        True,
        1,
    )


def test_two_starts_at_once_make_one_service_and_a_third_leaves_it_as_editors_have_it(empty):
    start = ("manage.py", "start", "--no-serve", "--locales", "nb,en")
    both = [begun(empty, *start), begun(empty, *start)]
    codes, outs = zip(*map(ended, both), strict=True)
    assert codes == (0, 0)
    assert sum("Created the administrator admin with the password " in out for out in outs) == 1
    counts, locales, users = stock(empty)
    assert counts == [4, 12, 5, 0]
    assert locales == [["en", False, "nb"], ["nb", True, None]]
    assert users == [["admin", True]]
    delete = "from content.models import Kind; Kind.objects.filter(slug='offer').delete()"
    ran(empty, "manage.py", "shell", "-v0", "-c", delete)
    assert ran(empty, *start) == (0, "")
    assert stock(empty) == [[4, 11, 5, 0], locales, users]


def test_production_starts_without_telling_a_password_and_makes_who_the_environment_names(empty):
    # Static files are collected into the checkout, which is not this test's: only what comes before the server.
    production = {**empty, "ALLOWED_HOSTS": "cms.example", "SECRET_KEY": KEY}
    fill = "from content.management.commands.start import Command; Command()._fill('en'); Command()._first_user()"
    assert ran(production, "manage.py", "migrate", "-v0")[0] == 0
    _, out = ran(production, "manage.py", "shell", "-v0", "-c", fill)
    assert ("Nobody can sign in yet." in out, "password " in out) == (True, False)
    named = {"DJANGO_SUPERUSER_USERNAME": "eva", "DJANGO_SUPERUSER_PASSWORD": "a-Password-of-hers"}
    _, out = ran({**production, **named}, "manage.py", "shell", "-v0", "-c", fill)
    assert ("Created the administrator eva" in out, "a-Password-of-hers" in out) == (True, False)
    assert stock(production)[2] == [["eva", True]]


def test_a_port_is_taken_by_one_server_and_by_whatever_answers_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    on_port("127.0.0.1", port)
    with pytest.raises(CommandError, match=f"Port {port} is in use already"):
        on_port("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CommandError, match="already"):
        on_port("127.0.0.1", other.getsockname()[1])


def test_of_two_demos_on_one_port_the_second_ends_in_a_line(empty):
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = begun(empty, "manage.py", "demo", "--port", str(other.getsockname()[1]))
        _, err = process.communicate(timeout=300)
    assert (process.returncode, err.count("\n")) == (1, 1)
    assert "choose another with --port" in err
