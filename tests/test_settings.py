"""Settings are read strictly: nonsense stops the process and says what to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KEY = "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2


def check(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEBUG": "yes"}, "DEBUG='yes' is neither"),
        ({"TIME_ZONE": "Oslo"}, "TIME_ZONE='Oslo' is no time zone"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with one of"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL must begin with one of"),
        ({"ALLOWED_HOSTS": "cms.example"}, "SECRET_KEY must be too"),
        ({"ALLOWED_HOSTS": "cms.example", "SECRET_KEY": "short"}, "SECRET_KEY must be too"),
        ({"ALLOWED_HOSTS": "cms.example", "SECRET_KEY": KEY, "DEBUG": "true"}, "would show the code to strangers"),
    ],
)
def test_nonsense_and_unsafe_production_stop_the_process(environment, said):
    result = check(**environment)
    assert (result.returncode, said in result.stderr) == (1, True)


def test_a_laptop_and_a_safe_production_start():
    assert check().returncode == 0
    production = check("--deploy", "--fail-level", "WARNING", ALLOWED_HOSTS="cms.example", SECRET_KEY=KEY)
    assert (production.returncode, production.stderr) == (0, "")


def test_sqlite_is_durable_and_waits_for_its_turn(db, settings):
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            assert pragma in options["init_command"]
    else:
        assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
