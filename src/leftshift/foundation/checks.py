"""The answer of a named check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a named check found, in a sentence of detail; ``passed`` is None where there was nothing to test."""

    check: str
    passed: bool | None
    detail: str

    @property
    def failed(self) -> bool:
        """Whether it was made and did not pass."""
        return self.passed is False

    @property
    def verdict(self) -> str:
        """Passed, failed or not tested, as a word."""
        return "Not tested" if self.passed is None else "Passed" if self.passed else "Failed"
