"""The answer of a named check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a named check found: whether it passed, and a sentence of detail."""

    check: str
    passed: bool
    detail: str
