"""Signing and encryption keys, derived from the settings: one for each purpose.

``SECRET_KEY`` signs, and what its fallbacks signed still counts. The first of ``ENCRYPTION_KEYS`` encrypts
(``content/encryption.py``), and any key that is listed anywhere decrypts.
"""

import base64
import hmac
from functools import lru_cache

from django.conf import settings

# Three bytes are four letters, so twelve are sixteen and leave no “=” at the end.
BYTES = 12  # of a signature: 16 letters, since one stands in every answer; nobody guesses 96 bits


def signature(purpose: str, message: str) -> str:
    """The signature of ``message`` for one purpose, 16 letters: the same in all processes."""
    return _signature(settings.SECRET_KEY, purpose, message)


def signatures(purpose: str, message: str) -> list[str]:
    """The signatures of ``message`` by each valid key, the current one first."""
    return [_signature(key, purpose, message) for key in signing_keys()]


def verify(purpose: str, message: str, text: str) -> bool:
    """Whether ``text`` is the signature of ``message`` by a key that still counts."""
    # As bytes: ``compare_digest`` takes text of ASCII alone, and what a client sends may be anything.
    return any(hmac.compare_digest(text.encode(), valid.encode()) for valid in signatures(purpose, message))


def signing_keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def encryption_keys() -> tuple[str, ...]:
    """The first encrypts, all decrypt: what was written before ``ENCRYPTION_KEYS`` was set is still read."""
    return (*settings.ENCRYPTION_KEYS, *signing_keys())


@lru_cache(maxsize=64)
def derived(key: str, purpose: str) -> bytes:
    """Derives 32 bytes from ``key`` for one purpose; they reveal neither the key nor those of other purposes.

    HKDF (RFC 5869) with SHA-256, without salt, in its one block.
    """
    extracted = hmac.digest(bytes(32), key.encode(), "sha256")
    return hmac.digest(extracted, f"waymark:{purpose}".encode() + b"\x01", "sha256")


def _signature(key: str, purpose: str, message: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(derived(key, purpose), message.encode(), "sha256")[:BYTES]).decode()
