"""The secret key of a service without one in its environment: created once in a file that all processes share."""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

LEAST = 50  # characters


def key_path(database: dict[str, Any], root: Path) -> Path:
    """Where the key is: beside the file of an SQLite database, else in the checkout."""
    name = str(database["NAME"])
    if "sqlite" in database["ENGINE"] and not name.startswith((":memory:", "file:")):
        return Path(f"{name}.key")
    return root / "waymark.key"


def read_or_make_key(path: Path) -> str:
    """The key in ``path``, which is created if it does not exist; of several processes at once, one creates it.

    Raises ``ImproperlyConfigured`` if it can be neither read nor written, or holds no key.
    """
    try:
        if not path.exists():
            _create(path)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"SECRET_KEY is not set, and none can be stored in {path}: {error}.") from error
    if len(key) < LEAST:
        raise ImproperlyConfigured(f"{path} holds no key; delete it, and a new one is created.")
    return key


def _create(path: Path) -> None:
    """Creates the file under another name first, and links it, which fails if it exists.

    So no process reads half a key, and none replaces the key of another.
    """
    file, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # for its owner alone
    try:
        with os.fdopen(file, "w") as opened:
            opened.write(f"{secrets.token_urlsafe(48)}\n")
            opened.flush()
            os.fsync(opened.fileno())
        os.link(name, path)
    except FileExistsError:
        return  # another process was first
    finally:
        Path(name).unlink()
    folder = os.open(path.parent, os.O_RDONLY)  # its entry is on the disk, too, before the key signs anything
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
