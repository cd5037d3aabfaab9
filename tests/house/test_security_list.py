"""The security list names files that exist, and every requirement it lists has a verdict."""

from __future__ import annotations

import re

from tests.house.tree import ROOT

LIST = (ROOT / "docs" / "guide" / "security.md").read_text("utf-8")
BELOW = ROOT / "src" / "leftshift" / "workspace"
VERDICTS = ("met", "not met", "not applicable", "see")
ROWS = [line.strip("| ").split(" | ") for line in LIST.splitlines() if re.match(r"\| \d", line)]


def test_every_requirement_has_a_verdict_and_a_place() -> None:
    assert len(ROWS) > 60
    for row in ROWS:
        assert len(row) == 4, row
        assert row[2].startswith(VERDICTS), row
        assert "`" in row[3] or not row[2].startswith("met"), row


def test_every_file_that_the_list_names_exists() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([a-z_/0-9A-Z.-]+)`", row[3])}
    missing = [name for name in named if not ((ROOT / name).is_file() or (BELOW / name).is_file())]

    assert len(named) > 40
    assert not missing, missing


def test_every_chapter_of_the_standard_is_there() -> None:
    chapters = {int(number) for row in ROWS for number in re.findall(r"(?:^|, |–)(\d+)\.", row[0])}

    assert chapters == set(range(1, 15))


def test_no_requirement_stands_twice() -> None:
    numbers = [number for row in ROWS for number in row[0].split(", ")]

    assert len(numbers) == len(set(numbers))
