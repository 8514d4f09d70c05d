"""Settings are read strictly: nonsense stops the process and says what to write."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KEY = "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2


def check(*arguments, **environment):
    return python("manage.py", "check", *arguments, **environment)


def python(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
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
        ({"MEDIA_MAX_MB": "20M"}, "MEDIA_MAX_MB='20M' is no whole number from 1 to 1000"),
        ({"MEDIA_MAX_MB": "0"}, "MEDIA_MAX_MB='0' is no whole number"),
        ({"TRUSTED_PROXIES": "yes"}, "TRUSTED_PROXIES='yes' is no whole number from 0 to 10"),
        ({"MEDIA_ROOT": "media"}, "must be the whole path of a folder"),
        ({"MEDIA_BUCKET": "m", "MEDIA_ENDPOINT": "ftp://x"}, "MEDIA_ENDPOINT must begin with one of https://"),
        ({"MEDIA_ENDPOINT": "https://s3.example"}, "MEDIA_ENDPOINT is set, so MEDIA_BUCKET must be too"),
        ({"MEDIA_REGION": "eu-north-1"}, "MEDIA_REGION is set, so MEDIA_BUCKET must be too"),
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


SHOW_STORAGE = """
import sys, types
from importlib.machinery import ModuleSpec
for name in ("storages", "boto3"):
    sys.modules[name] = types.ModuleType(name) if {there} else None
    if sys.modules[name]:
        sys.modules[name].__spec__ = ModuleSpec(name, None)
from config import settings
print(settings.STORAGES["default"], settings.MEDIA_ROOT)
"""


def test_media_lie_in_a_folder_unless_a_bucket_is_named():
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    assert python("-c", SHOW_STORAGE.format(there=False)).stdout == f"{files} {ROOT / 'media'}\n"
    assert python("-c", SHOW_STORAGE.format(there=False), MEDIA_ROOT="/srv/media").stdout == f"{files} /srv/media\n"


def test_a_bucket_needs_its_library():
    result = python("-c", SHOW_STORAGE.format(there=False), MEDIA_BUCKET="pictures")
    assert (result.returncode, "not installed: uv sync --extra s3" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("environment", "options"),
    [
        ({}, {"endpoint_url": None, "region_name": None, "addressing_style": None}),
        (
            {"MEDIA_ENDPOINT": "https://s3.example", "MEDIA_REGION": "eu-north-1"},
            {"endpoint_url": "https://s3.example", "region_name": "eu-north-1", "addressing_style": "path"},
        ),
    ],
)
def test_media_lie_in_a_bucket_that_is_named(environment, options):
    result = python("-c", SHOW_STORAGE.format(there=True), MEDIA_BUCKET="pictures", MEDIA_ROOT="/m", **environment)
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "pictures", **options}}
    assert result.stdout == f"{storage} /m\n"


def test_sqlite_is_durable_and_waits_for_its_turn_and_postgresql_prepares(db, settings):
    options = settings.DATABASES["default"].get("OPTIONS", {})
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            assert pragma in options["init_command"]
    else:
        assert options["server_side_binding"] is True
