"""Encrypts and decrypts secrets that are stored, with the keys of ``content.keys``.

Fernet of ``cryptography``, which takes 7 MB of a process: loaded where something is encrypted.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from content.keys import derived, encryption_keys

PURPOSE = "encryption"


class KeyLost(Exception):
    """None of the listed keys decrypts this."""


def encrypt(text: str) -> str:
    return _box(encryption_keys()).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises ``KeyLost`` where none of the keys opens it."""
    try:
        return _box(encryption_keys()).decrypt(token.encode()).decode()
    except InvalidToken:
        raise KeyLost from None


def is_by_first(token: str) -> bool:
    """Whether the first key encrypted it."""
    try:
        _box(encryption_keys()[:1]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived(key, PURPOSE))) for key in keys])
