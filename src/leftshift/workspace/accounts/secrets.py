"""Secrets that are shown once: made here, kept as a hash, or sealed with the key of the workspace."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for one another


def new_token() -> str:
    """A token with 256 bits of luck."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A recovery code that a person can write down: 50 bits of luck."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def hash_of(token: str) -> str:
    """What is kept of a token. It has luck enough that a plain hash cannot be reversed."""
    return hashlib.sha256(token.strip().encode()).hexdigest()


def seal(text: str) -> str:
    """The text, so that only this workspace's key opens it."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed, with the key of now or an older one that is still named."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_lock(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _lock(key: str) -> Fernet:
    return Fernet(
        base64.urlsafe_b64encode(hashlib.sha256(b"leftshift second factor" + key.encode()).digest())
    )
