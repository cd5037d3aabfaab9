"""The right to learn who is behind a pseudonym: asked for, recorded in a log that only grows, and answered after that.

Each line of the log holds the digest of the line before. Whoever changes, removes or inserts a line breaks the chain from there
on; whoever cuts lines off its end, or writes all of it anew, does not: hence keep the digest of the last line
(``verify_log`` gives it) in another place, and give it to ``verify_log`` the next time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.linked.structure import check_structure
from leftshift.population.privacy.keys import Key
from leftshift.population.privacy.pseudonyms import pseudonyms_of

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may learn who people are: why, on what legal reference, on which day, and of how many at most."""

    who: str
    reason: str
    reference: str
    on: date
    most: int


def reidentify(
    pseudonyms: Collection[int],
    *,
    purpose: str,
    key: Key,
    register: Path,
    permission: Permission | None,
    log: Path,
) -> Mapping[int, str]:
    """The NHS numbers behind pseudonyms of a purpose, from a set that holds numbers; who is not there is left out.

    The permission is written into the log first: where that fails, nothing is answered. Raises FaultsFound without a permission
    that says everything, for more people than it is of, and where the log was altered.
    """
    check_structure(register)
    asked = set(pseudonyms)
    granted = _granted(permission, len(asked), log.name)
    _record(log, _entry(granted, purpose, asked))
    return {
        pseudonym: number
        for piece in pseudonyms_of(register, purpose, key)
        for _, number, pseudonym in piece.iter_rows()
        if pseudonym in asked and number
    }


def _granted(permission: Permission | None, asked: int, log: str) -> Permission:
    faults = Faults()

    def refuse(column: str | None, found: str, expected: str, action: str) -> None:
        faults.add(Fault("permission missing", log, None, column, found, expected, action))

    if permission is None:
        refuse(None, "no permission", "who asks, why, and on what reference", "Have it granted and give it")
        raise FaultsFound(faults)
    for column in ("who", "reason", "reference"):
        if not getattr(permission, column).strip():
            refuse(column, "nothing", "a text", "Say it: it is recorded")
    if permission.most < 1:
        refuse("most", str(permission.most), "the number of people it is for", "Say how many")
    elif not 0 < asked <= permission.most:
        expected = f"from 1 to the {permission.most:,} that are permitted"
        refuse("most", f"{asked:,} people asked for", expected, "Ask for fewer, or have more permitted")
    faults.raise_if_any()
    return permission


def _entry(permission: Permission, purpose: str, asked: Collection[int]) -> dict[str, Any]:
    """What is recorded; of the people asked for a digest, which says whether a list is the one that was asked for."""
    listed = ",".join(str(pseudonym) for pseudonym in sorted(asked))
    return {
        "on": permission.on.isoformat(),
        "who": permission.who,
        "reason": permission.reason,
        "reference": permission.reference,
        "purpose": purpose,
        "most": permission.most,
        "asked": len(asked),
        "asked_digest": hashlib.sha256(listed.encode()).hexdigest(),
    }


def _record(log: Path, entry: Mapping[str, Any]) -> None:
    descriptor = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # two that ask at once must not follow the same line
        faults = Faults()
        last, lines = _chain(stream, log.name, faults)
        faults.raise_if_any()
        body = {"at": len(lines) + 1, **entry, "previous": last}
        line = json.dumps({**body, "digest": _digest(body)}, sort_keys=True) + "\n"
        stream.seek(0, os.SEEK_END)
        stream.write(line.encode())
        stream.flush()
        os.fsync(stream.fileno())


def verify_log(log: Path, *, known: str | None = None) -> str:
    """The digest of the last line. Raises FaultsFound with every line that was altered.

    ``known`` is the digest that an earlier call gave: it has to be there still, or lines were cut off or all written anew.
    """
    faults = Faults()
    if not log.is_file():
        expected = "the log of what was asked"
        faults.add(Fault("log missing", log.name, None, None, "no file", expected, "Bring it back"))
        faults.raise_if_any()
    with log.open("rb") as stream:
        last, digests = _chain(stream, log.name, faults)
    if known is not None and known not in {BEGINNING, *digests}:
        expected = "the line of the digest that was noted before"
        action = "Bring the log back from where it was kept, and see who wrote it anew"
        faults.add(Fault("log shortened", log.name, None, None, "no such line", expected, action))
    faults.raise_if_any()
    return last


def _chain(stream: IO[bytes], name: str, faults: Faults) -> tuple[str, list[str]]:
    """The digest of the last line and those of all, each line held to the one before."""
    last, digests = BEGINNING, list[str]()
    stream.seek(0)
    for at, line in enumerate(stream, start=1):
        entry = _read(line)
        problems = list(_problems(entry, line, at, last))
        for found, expected in problems:
            action = "Bring the log back from where it was kept"
            faults.add(Fault("log altered", name, at, None, found, expected, action))
        last = str(entry.get("digest", last))
        digests.append(last)
    return last, digests


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return entry if isinstance(entry, dict) else {}


def _problems(entry: Mapping[str, Any], line: bytes, at: int, last: str) -> Iterator[tuple[str, str]]:
    body = {name: value for name, value in entry.items() if name != "digest"}
    if not entry or not line.endswith(b"\n"):
        yield "a line that is cut off or no entry", "an entry of the log"
    elif entry.get("digest") != _digest(body):
        yield "an entry that is not as it was written", "its digest"
    elif entry.get("previous") != last or entry.get("at") != at:
        yield "an entry that does not follow the one before", "the digest and number of the entry before"


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
