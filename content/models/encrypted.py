"""A column that only whoever has the keys can read."""

from typing import Any

from django.db import models


class Undecryptable(str):
    """What is stored under a key that is no longer listed; saved again, it stays as it is."""


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted on its way to the database, and ``Undecryptable`` where no key opens it.

    No condition on it ever holds: the same text is other letters each time.
    """

    def get_prep_value(self, value: Any) -> Any:
        # Loaded where something is encrypted, not in every worker.
        from content.encryption import encrypt  # noqa: PLC0415

        return encrypt(value) if value and not isinstance(value, Undecryptable) else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        from content.encryption import KeyLost, decrypt  # noqa: PLC0415

        if not value:
            return value
        try:
            return decrypt(value)
        except KeyLost:
            return Undecryptable(value)
