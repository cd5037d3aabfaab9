"""Random numbers by name: every quantity that is drawn has a stream of its own."""

from __future__ import annotations

import hashlib

import numpy as np


def named_generator(seed: int, name: str, purpose: str) -> np.random.Generator:
    """Numbers that follow from the seed, the name of what is drawn and the purpose alone."""
    digest = hashlib.sha256(f"{seed}\x00{name}\x00{purpose}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16])))
