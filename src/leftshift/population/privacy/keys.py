"""Keys from which pseudonyms are made: read from a file that others cannot read, and never shown."""

from __future__ import annotations

import hmac
import stat
from pathlib import Path
from typing import Final

from leftshift.foundation.faults import Fault, Faults

LEAST_BYTES: Final = 32
_LARGEST = 65_536
_BITS = 63  # so that a pseudonym fits a signed integer of Parquet and of every engine
_FEW = 8  # different bytes: fewer are no key that was drawn


class Key:
    """A secret; nothing that prints it shows it."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not written anywhere")

    def pseudonym(self, purpose: str, kind: str, value: str) -> int:
        """A number of 63 bits that stands for a value of a kind in sets of one purpose, and for nothing in those of another."""
        message = "\0".join((purpose, kind, value)).encode()
        digest = hmac.digest(self._secret, message, "sha256")
        return int.from_bytes(digest[:8], "big") >> (64 - _BITS)


def read_key(path: Path) -> Key:
    """The key in a file. Raises FaultsFound where it is too short or no draw, or where others may read or change it."""
    faults = Faults()

    def refuse(kind: str, found: str, expected: str, action: str) -> None:
        faults.add(Fault(kind, path.name, None, None, found, expected, action))

    if not path.is_file():
        refuse("key missing", "no file", f"a file of at least {LEAST_BYTES} random bytes", "Name the file")
        faults.raise_if_any()
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXO | stat.S_IWGRP):
        found = f"rights {stat.S_IMODE(mode):03o}"
        refuse(
            "key open to others",
            found,
            "a file of its owner alone, such as 600",
            "chmod 600, and draw a new key",
        )
    with path.open("rb") as stream:
        secret = stream.read(_LARGEST + 1)
    if len(secret) > _LARGEST:
        refuse("key too long", f"over {_LARGEST:,} bytes", "a key", "Name the right file")
    elif len(secret) < LEAST_BYTES:
        expected = f"at least {LEAST_BYTES} random bytes"
        refuse(
            "key too short",
            f"{len(secret)} bytes",
            expected,
            "Draw a new one, such as openssl rand -out FILE 32",
        )
    elif len(set(secret)) < _FEW:
        refuse("key not random", f"{len(set(secret))} different bytes", "random bytes", "Draw a new one")
    faults.raise_if_any()
    return Key(secret)
