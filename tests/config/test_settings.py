"""Settings are read strictly: nonsense stops the process and says what to write."""

import os
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.key_file import key_path

ROOT = Path(__file__).parents[2]
KEY = "k3y-" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2


def check(*arguments, **environment):
    return python("manage.py", "check", *arguments, **environment)


def python(*arguments, **environment):
    variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DEBUG": "yes"}, "DEBUG='yes' is neither"),
        ({"TIME_ZONE": "Oslo"}, "TIME_ZONE='Oslo' is not a time zone"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with one of"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL must begin with one of"),
        ({"MEDIA_MAX_MB": "20M"}, "MEDIA_MAX_MB='20M' is not a whole number from 1 to 1000"),
        ({"MEDIA_MAX_MB": "0"}, "MEDIA_MAX_MB='0' is not a whole number"),
        ({"TRUSTED_PROXIES": "yes"}, "TRUSTED_PROXIES='yes' is not a whole number from 0 to 10"),
        ({"MEDIA_ROOT": "media"}, "must be the absolute path of a folder"),
        ({"MEDIA_BUCKET": "m", "MEDIA_ENDPOINT": "ftp://x"}, "MEDIA_ENDPOINT must begin with one of https://"),
        ({"MEDIA_ENDPOINT": "https://s3.example"}, "MEDIA_ENDPOINT is set, so MEDIA_BUCKET must be too"),
        ({"MEDIA_REGION": "eu-north-1"}, "MEDIA_REGION is set, so MEDIA_BUCKET must be too"),
        ({"ALLOWED_HOSTS": "cms.example"}, "SECRET_KEY must be too"),
        ({"ALLOWED_HOSTS": "cms.example", "SECRET_KEY": "short"}, "SECRET_KEY must be too"),
        ({"ENCRYPTION_KEYS": "short"}, "ENCRYPTION_KEYS: key 1 of 1 is too short or not random; write keys of 32"),
        ({"ENCRYPTION_KEYS": f"{KEY},{'a' * 60}"}, "ENCRYPTION_KEYS: key 2 of 2 is too short or not random"),
        ({"ENCRYPTION_KEYS": f"{KEY}ø"}, "ENCRYPTION_KEYS: key 1 of 1"),
        ({"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": f"{KEY},short"}, "SECRET_KEY_FALLBACKS: key 2 of 2"),
        ({"ALLOWED_HOSTS": "cms.example", "SECRET_KEY": KEY, "DEBUG": "true"}, "would show the code to strangers"),
        ({"ALLOWED_HOSTS": "*", "SECRET_KEY": KEY}, "ALLOWED_HOSTS=* would answer to any name"),
        ({"ALLOWED_HOSTS": "cms.example,*", "SECRET_KEY": KEY}, "ALLOWED_HOSTS=* would answer to any name"),
        ({"OUTGOING_ALLOW": "0.0.0.0/0"}, "OUTGOING_ALLOW=0.0.0.0/0 is too wide"),
        ({"OUTGOING_ALLOW": "10.1.0.0/16, ::/0"}, "OUTGOING_ALLOW=::/0 is too wide"),
        ({"OUTGOING_ALLOW": "0.0.0.0/1"}, "OUTGOING_ALLOW=0.0.0.0/1 is too wide"),
        ({"OUTGOING_ALLOW": "intranet"}, "write networks like 10.0.0.0/8"),
    ],
)
def test_nonsense_and_unsafe_production_stop_the_process(environment, message):
    result = check(**environment)
    assert (result.returncode, message in result.stderr) == (1, True)
    assert "Traceback" not in result.stderr


def test_a_server_says_it_too():
    result = python("-c", "import config.wsgi", ALLOWED_HOSTS="cms.example")
    message = "ALLOWED_HOSTS is set, so SECRET_KEY must be too: 50 random characters or more.\n"
    assert (result.returncode, result.stderr) == (1, message)


@pytest.mark.parametrize(
    ("mode", "folder", "starts"), [(0o644, 0o755, False), (0o640, 0o755, True), (0o600, 0o755, True)]
)
def test_production_refuses_a_database_that_everybody_can_read(mode, folder, starts):
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        file = Path(home) / "own.sqlite3"
        file.touch()
        file.chmod(mode)
        file.parent.chmod(folder)
        at = {"DATABASE_URL": f"sqlite:///{file}"}
        production = check(ALLOWED_HOSTS="cms.example", SECRET_KEY=KEY, **at)
        file.parent.chmod(0o700)
        hidden = check(ALLOWED_HOSTS="cms.example", SECRET_KEY=KEY, **at)
    assert (production.returncode == 0, f"chmod 600 {file}" in production.stderr) == (starts, not starts)
    assert hidden.returncode == 0  # nobody comes as far as the file


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


SHOW_KEY = "from config import settings; print(settings.SECRET_KEY)"


def test_a_service_without_a_key_makes_one_and_keeps_it_for_all_its_processes(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}"}
    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(lambda _: python("-c", SHOW_KEY, **database).stdout, range(6)))
    path = tmp_path / "site.sqlite3.key"
    assert set(keys) == {path.read_text()}
    assert len(keys[0].strip()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert python("-c", SHOW_KEY, **database, SECRET_KEY=KEY).stdout == f"{KEY}\n"


def test_a_key_that_cannot_be_kept_or_is_none_stops_the_process(tmp_path):
    database = {"DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}"}
    (tmp_path / "site.sqlite3.key").write_text("half")
    assert "holds no key; delete it" in python("-c", SHOW_KEY, **database).stderr
    nowhere = {"DATABASE_URL": f"sqlite:///{tmp_path / 'nowhere' / 'site.sqlite3'}"}
    assert "SECRET_KEY is not set, and none can be stored in" in python("-c", SHOW_KEY, **nowhere).stderr
    assert python("-c", SHOW_KEY, **nowhere, SECRET_KEY=KEY).returncode == 0


def test_postgresql_on_a_laptop_keeps_its_key_in_the_checkout():
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": "waymark"}
    assert key_path(database, ROOT) == ROOT / "waymark.key"
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    assert key_path(memory, ROOT) == ROOT / "waymark.key"
