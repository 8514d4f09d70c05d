"""A text column that is encrypted in the database."""

from typing import Any

from django.db import models


class Undecryptable(str):
    """A value encrypted with a key that is no longer listed; saved again, it stays as it is."""


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text that is encrypted on its way to the database, and ``Undecryptable`` where no key decrypts it.

    It cannot be filtered by: the same text is encrypted differently each time.
    """

    def get_prep_value(self, value: Any) -> Any:
        # Loaded where something is encrypted, not in every worker.
        from content.encryption import encrypt  # noqa: PLC0415

        return encrypt(value) if value and not isinstance(value, Undecryptable) else value

    def from_db_value(self, value: str | None, expression: object, connection: Any) -> str | None:
        from content.encryption import KeyLost, decrypt  # noqa: PLC0415

        if not value:
            return value
        try:
            return decrypt(value)
        except KeyLost:
            return Undecryptable(value)
