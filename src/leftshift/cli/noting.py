"""Records that cannot be altered in silence: what was noted of one before, and what a check of it found, on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.cli.verbs import OK, REFUSED

_SHORTEST = 16  # of a digest that is noted: fewer digits could be met by chance


def noted_before(text: str | None) -> tuple[int, str] | None:
    """The length and digest that a check printed before; raises ValueError for what it did not print."""
    if not text:
        return None
    number, _, digest = text.partition(":")
    if not (number.isascii() and number.isdecimal()) or len(digest) < _SHORTEST:
        raise ValueError("--noted takes what this command printed before, such as 120:9f86d081884c7d65")
    return int(number), digest


def show_checked(whole: str, things: str, length: int, digest: str, breaks: Sequence[str]) -> int:
    """Say every break, or that there is none and what to note elsewhere; gives the code of the command."""
    for entry in breaks:
        print(f"Tampered with: {entry}.")
    if not breaks:
        print(f"{whole} is whole: {length:,} {things}, none altered, removed or slipped in.")
    if length and not breaks:
        print(f"Note this elsewhere, and give it later as --noted: {length}:{digest}")
    return REFUSED if breaks else OK
