"""Reads settings from the environment, strictly: an invalid value stops the process and says what to write instead.

Messages are plain English: they are printed before Django is set up, and so before anything can be translated.
"""

import stat
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
FILES = "django.core.files.storage.FileSystemStorage"
WIDEST = {4: 8, 6: 7}  # prefixes: 10.0.0.0/8 and fc00::/7
LEAST_KEY, LEAST_LETTERS = 50, 5
MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
TRUE, FALSE = ("1", "true", "on"), ("0", "false", "off")


def is_strong(key: str, least: int = LEAST_KEY) -> bool:
    """Whether a key may be random: long enough, and of more than a few different characters."""
    return len(key) >= least and len(set(key)) >= LEAST_LETTERS


class Environment:
    """Typed look-ups in the process environment, with an optional ``.env`` file beside ``manage.py``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.env = environ.Env()
        dotenv = root / ".env"
        if dotenv.exists():
            environ.Env.read_env(dotenv)

    def text(self, name: str, default: str = "") -> str:
        return str(self.env.str(name, default=default)).strip()

    def flag(self, name: str, *, default: bool) -> bool:
        word = self.text(name, "true" if default else "false").lower()
        if word not in TRUE + FALSE:
            raise ImproperlyConfigured(f"{name}={word!r} is neither {'/'.join(TRUE)} nor {'/'.join(FALSE)}.")
        return word in TRUE

    def words(self, name: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def keys(self, name: str, *, least: int) -> list[str]:
        """Random keys. A refusal names a key by its place, and never shows it."""
        keys = self.words(name)
        for place, key in enumerate(keys, start=1):
            if not is_strong(key, least) or not (key.isascii() and key.isprintable()):
                raise ImproperlyConfigured(
                    f"{name}: key {place} of {len(keys)} is too short or not random; write keys of {least} random "
                    f"characters or more, with commas between them. This makes one: {MAKE_KEY}"
                )
        return keys

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        word = self.text(name, str(default))
        if not (word.isascii() and word.isdigit() and len(word) < 10 and least <= int(word) <= most):
            raise ImproperlyConfigured(f"{name}={word!r} is not a whole number from {least} to {most}.")
        return int(word)

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name) or default)
        if not path.is_absolute():
            raise ImproperlyConfigured(f"{name}={str(path)!r} must be the absolute path of a folder.")
        return path

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """Networks or single addresses, such as ``127.0.0.0/8, 10.1.2.3``; none wider than a private network can be."""
        try:
            networks = [ip_network(word) for word in self.words(name)]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}; write networks like 10.0.0.0/8.") from error
        for network in networks:
            if network.prefixlen < WIDEST[network.version]:
                raise ImproperlyConfigured(
                    f"{name}={network} is too wide: it would include networks that are not yours; write your own, "
                    f"such as 10.1.0.0/16 (/{WIDEST[network.version]} at most)."
                )
        return networks

    def zone(self, name: str, default: str) -> str:
        key = self.text(name, default)
        try:
            ZoneInfo(key)
        except (KeyError, ValueError, OSError) as error:
            raise ImproperlyConfigured(f"{name}={key!r} is not a time zone; write one like Europe/Oslo.") from error
        return key

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        address = self.text(name)
        if address and urlsplit(address).scheme not in schemes:
            raise ImproperlyConfigured(f"{name} must begin with one of {', '.join(s + '://' for s in schemes)}.")
        return address

    def database(self, name: str) -> dict[str, Any]:
        """Django's database settings from a URL; without one, SQLite in the checkout."""
        address = self.url(name, DATABASE_SCHEMES) or f"sqlite:///{self.root / 'waymark.sqlite3'}"
        config: dict[str, Any] = dict(self.env.db_url_config(address))
        config["CONN_MAX_AGE"] = 60
        is_sqlite = config["ENGINE"] == "django.db.backends.sqlite3"
        config["ENGINE"] = "content.databases.sqlite3" if is_sqlite else "content.databases.postgresql"
        if is_sqlite:
            config["TEST"] = {"NAME": ":memory:"}  # Django's default for its own engine; ours has another name
            config["OPTIONS"] = {
                # IMMEDIATE: a writer waits for the lock at its start instead of failing at its first write.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            }
        else:
            # Planning a statement of delivery costs the database more than running it, so plans are reused.
            # A plan for some values serves all: without this PostgreSQL plans each statement five times by its values
            # first, and goes back to that whenever it expects to gain, which the benchmark's column “CPU ms: database”
            # shows.
            generic_plans = "-c plan_cache_mode=force_generic_plan"
            prepared = {"server_side_binding": True, "prepare_threshold": 5, "options": generic_plans}
            # A connection that was cut is noticed in half a minute: 10 + 4 × 5 seconds.
            alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}
            config["OPTIONS"] = {
                **{"connect_timeout": 10, "tcp_user_timeout": 30_000},
                **alive,
                **prepared,
                **config.get("OPTIONS", {}),
            }
        return config

    def storage(self, bucket_name: str, endpoint_name: str, region_name: str) -> dict[str, Any]:
        """Django's storage of files: an S3-compatible bucket if one is named, else a folder.

        The bucket's keys are read by the library, from ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``.
        """
        bucket, region = self.text(bucket_name), self.text(region_name)
        endpoint = self.url(endpoint_name, ("https", "http"))
        if not bucket:
            if endpoint or region:
                name = endpoint_name if endpoint else region_name
                raise ImproperlyConfigured(f"{name} is set, so {bucket_name} must be too.")
            return {"BACKEND": FILES}
        if not (find_spec("storages") and find_spec("boto3")):
            raise ImproperlyConfigured(f"{bucket_name} is set, but its library is not installed: uv sync --extra s3")
        options = {"bucket_name": bucket, "endpoint_url": endpoint or None, "region_name": region or None}
        # Most services other than Amazon's know a bucket only as part of the path, not of the host.
        options["addressing_style"] = "path" if endpoint else None
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def refuse_readable(database: dict[str, Any]) -> None:
    """Refuses an SQLite file that everybody on the machine can read: it holds drafts and the hashes of passwords."""
    path = Path(str(database["NAME"]))
    if "sqlite" not in database["ENGINE"] or not path.is_file():
        return
    folders = path.resolve().parents  # a file cannot be reached through a folder that is closed to others
    if path.stat().st_mode & stat.S_IROTH and all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
        raise ImproperlyConfigured(f"Everybody on this machine can read the database; run chmod 600 {path}*")
