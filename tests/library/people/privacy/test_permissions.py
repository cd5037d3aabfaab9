"""Who is behind a pseudonym is told to who may know, after it was recorded; the log shows what was altered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.linked.dataset import paths_of
from leftshift.population.privacy.permissions import BEGINNING, Permission, reidentify, verify_log
from tests.library.people.linked.sets import AS_AT, NUMBERS, sound_set, written
from tests.library.people.privacy.test_pseudonyms import KEY, PURPOSE, by_hand
from tests.library.people.quiet import says_nothing_of

MAY = Permission("A. Invented, Y00001", "Follow-up of a person at high risk", "s251, CAG 1/2026", AS_AT, 2)
FIRST, SECOND = (by_hand("nhs-number", number) for number in NUMBERS[:2])


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return written(tmp_path / "set", sound_set())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "asked.jsonl"


def ask(
    register: Path, log: Path, asked: list[int], may: Permission | None = MAY, purpose: str = PURPOSE
) -> dict[int, str]:
    return dict(reidentify(asked, purpose=purpose, key=KEY, register=register, permission=may, log=log))


def test_who_may_know_is_told_and_it_is_recorded(register: Path, log: Path) -> None:
    assert ask(register, log, [FIRST, SECOND]) == {FIRST: NUMBERS[0], SECOND: NUMBERS[1]}
    assert ask(register, log, [FIRST, 5]) == {FIRST: NUMBERS[0]}
    assert ask(register, log, [FIRST], purpose="another") == {}

    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(entry["at"], entry["asked"], entry["most"]) for entry in entries] == [
        (1, 2, 2),
        (2, 2, 2),
        (3, 1, 2),
    ]
    assert entries[0]["previous"] == BEGINNING
    assert {(entry["who"], entry["reason"], entry["reference"], entry["on"]) for entry in entries} == {
        (MAY.who, MAY.reason, MAY.reference, "2026-04-01")
    }
    assert verify_log(log) == entries[-1]["digest"]
    assert log.stat().st_mode & 0o077 == 0
    says_nothing_of(sound_set(), log.read_text())
    assert str(FIRST) not in log.read_text()


@pytest.mark.parametrize(
    ("may", "columns"),
    [
        (None, [None]),
        (replace(MAY, who=" ", reason="", reference=""), ["who", "reason", "reference"]),
        (replace(MAY, most=1), ["most"]),
        (replace(MAY, most=0), ["most"]),
    ],
)
def test_without_a_permission_nothing_is_told(
    register: Path, log: Path, may: Permission | None, columns: list[str | None]
) -> None:
    with pytest.raises(FaultsFound) as caught:
        ask(register, log, [FIRST, SECOND], may)

    assert [(fault.kind, fault.column) for fault in caught.value.faults] == [
        ("permission missing", column) for column in columns
    ]
    assert not log.exists()
    says_nothing_of(sound_set(), str(caught.value))


def test_to_ask_for_nobody_is_refused(register: Path, log: Path) -> None:
    with pytest.raises(FaultsFound, match="0 people asked for"):
        ask(register, log, [])


def test_what_cannot_be_recorded_is_not_answered(
    register: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("leftshift.population.privacy.permissions.os.fsync", fails)
    read: list[Path] = []

    def reads(path: Path, *_: object) -> Iterator[pl.DataFrame]:
        read.append(path)
        return iter(())

    monkeypatch.setattr("leftshift.population.privacy.permissions.pseudonyms_of", reads)

    with pytest.raises(OSError, match="no space left"):
        ask(register, log, [FIRST])
    assert not read


def three_lines(register: Path, log: Path) -> list[str]:
    for most in (1, 2, 3):
        ask(register, log, [FIRST], replace(MAY, most=most))
    return log.read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("alter", "rows"),
    [
        (lambda lines: [lines[0], lines[1].replace('"asked": 1', '"asked": 0'), lines[2]], [2]),
        (lambda lines: [lines[0], lines[2]], [2]),
        (lambda lines: lines[1:], [1, 2]),
        (lambda lines: [lines[1], lines[0], lines[2]], [1, 2, 3]),
        (lambda lines: [*lines, lines[2]], [4]),
        (lambda lines: [*lines, lines[2][:40]], [4]),
        (lambda lines: [*lines, "[]\n"], [4]),
        (lambda lines: [lines[0], "\n", *lines[1:]], [2, 3, 4]),
    ],
)
def test_what_was_altered_is_seen_and_stops_answers(
    register: Path, log: Path, alter: object, rows: list[int]
) -> None:
    assert callable(alter)
    log.write_text("".join(alter(three_lines(register, log))))
    before = log.read_bytes()

    with pytest.raises(FaultsFound) as caught:
        verify_log(log)
    with pytest.raises(FaultsFound, match="log altered"):
        ask(register, log, [FIRST])

    assert [fault.row for fault in caught.value.faults][:1] == rows[:1]
    assert log.read_bytes() == before


def test_lines_cut_off_are_seen_by_who_noted_the_last(register: Path, log: Path) -> None:
    lines = three_lines(register, log)
    noted = verify_log(log)
    assert verify_log(log, known=noted) == noted
    assert verify_log(log, known=BEGINNING) == noted
    log.write_text("".join(lines[:2]))

    assert verify_log(log) != noted
    with pytest.raises(FaultsFound, match="log shortened"):
        verify_log(log, known=noted)
    log.unlink()
    with pytest.raises(FaultsFound, match="log missing"):
        verify_log(log)


def test_the_register_has_to_be_there(register: Path, log: Path) -> None:
    paths_of(register, "persons")[0].unlink()

    with pytest.raises(FaultsFound, match=r"persons\.parquet"):
        ask(register, log, [FIRST])
    assert not log.exists()
