"""The environment, read strictly: nonsense stops the process and says what to write instead."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
TRUE, FALSE = ("1", "true", "on"), ("0", "false", "off")


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

    def zone(self, name: str, default: str) -> str:
        key = self.text(name, default)
        try:
            ZoneInfo(key)
        except (KeyError, ValueError, OSError) as error:
            raise ImproperlyConfigured(f"{name}={key!r} is no time zone; write one like Europe/Oslo.") from error
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
        if config["ENGINE"] == "django.db.backends.sqlite3":
            config["OPTIONS"] = {
                # IMMEDIATE: a writer waits for the lock at its start instead of failing at its first write.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            }
        else:
            config["CONN_MAX_AGE"] = 60
            config["CONN_HEALTH_CHECKS"] = True
            config.setdefault("OPTIONS", {})["connect_timeout"] = 10
        return config
