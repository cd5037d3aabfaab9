"""The reader of files that people write in TOML."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money, whole_half_up
from leftshift.foundation.reading_toml import (
    MOST_ENTRIES,
    Provenance,
    TomlReader,
    TomlTable,
    lines_of_toml,
    open_toml,
    toml_reader,
)
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear
from leftshift.fund.fund import read_fund
from leftshift.model import read_place
from leftshift.programme.programme import read_programme

TEXT = """a = "x"
[one]
b = 1
[[many]]
c = 1
[many.inner]
d = 1
[[many]]
"c" = 2
[[many.deep]]
e = 1
[[many]]
[[many.deep]]
e = 2
"2016/17" = 3
"""


def _reader(value: str) -> TomlReader:
    return toml_reader(f"x = {value}\n", "f.toml")


def test_every_value_has_the_line_it_stands_in() -> None:
    lines = lines_of_toml(TEXT)

    for path, line in {
        "a": 1, "one": 2, "one.b": 3, "many 1": 4, "many 1.c": 5, "many 1.inner.d": 7, "many 2.c": 9,
        "many 2.deep 1.e": 11, "many 3.deep 1.e": 14, "many 3.deep 1.2016/17": 15,
    }.items():  # fmt: skip
        assert lines[path] == line
    reader = toml_reader(TEXT, "f.toml")
    assert reader.line_of("many 2.deep 1.missing.deeper") == 10
    assert reader.line_of("nowhere") is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0.1", "0.1"),
        ("1_000.50", "1000.50"),
        ('"£1,234.50"', "1234.50"),
        ('"(12)"', "-12"),
        ("3", "3"),
        ("1e3", "1000"),
    ],
)
def test_numbers_are_exact(value: str, number: str) -> None:
    assert _reader(value).table.number("x") == Decimal(number)


@pytest.mark.parametrize(
    ("value", "share"), [('"12.5%"', "0.125"), ("0.5", "0.5"), ('"-10%"', "-0.1"), ('"+10%"', "0.1")]
)
def test_shares_are_exact(value: str, share: str) -> None:
    assert _reader(value).table.share("x") == Decimal(share)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((value, TomlTable.number) for value in ("true", "nan", "inf", "1e13", "1e-13", '"a"', "[1]", "9" * 400, "1e-99999999")),
        *((value, TomlTable.amount) for value in ("0.001", "1e99", '"£"', "false")),
        *((value, TomlTable.share) for value in ('"%"', '"a%"', "[]", "nan")),
        *((value, TomlTable.whole) for value in ("1.5", "-1", "1e10", '"x"', "true")),
        *((value, TomlTable.year) for value in ("2016", '"2016/18"', '"1900/01"', '"Apr-16"')),
        *((value, TomlTable.day) for value in ("3", '"yesterday"', "2016-01-01T00:00:00Z")),
        *((value, TomlTable.text) for value in ("3", "[]", '"' + "x" * 20_001 + '"')),
        *((value, TomlTable.texts) for value in ("[1]", '[""]', '["a", "a"]', '"a"', "[" + "'a'," * (MOST_ENTRIES + 1) + "]")),
        *((value, TomlTable.table) for value in ("3", "[]")),
        *((value, TomlTable.tables) for value in ("3", "[3]", "{}")),
        ("3", TomlTable.amounts),
        ('{ "2016" = 1 }', TomlTable.amounts),
        ('{ "2016/17" = "a" }', TomlTable.amounts),
    ],
)  # fmt: skip
def test_what_it_cannot_read_is_a_fault_with_its_line(
    value: str, read: Callable[[TomlTable, str], Any]
) -> None:
    reader = _reader(value)
    read(reader.table, "x")

    assert reader.faults
    assert all(fault.row == 1 and (fault.column or "").startswith("x") for fault in reader.faults)
    assert all(len(str(fault)) < 500 for fault in reader.faults)


def test_a_slip_is_guessed() -> None:
    reader = _reader('"costt"')

    assert reader.table.choice("x", ["cost", "benefit"]) == "cost"
    assert reader.table.member("x", ["cost"], "a side") == ""
    assert [fault.suggestion for fault in reader.faults] == ["cost", "cost"]
    reader.table.known(["y"])
    assert reader.faults.listed[-1].kind == "unknown name"


def test_amounts_days_and_provenance() -> None:
    reader = toml_reader(
        'source = " a paper "\ndate = 2016-03-09\nbasis = "assumed"\n[a]\n"2016/17" = 1.5\n"17/18" = "£2"\n',
        "f.toml",
    )

    assert reader.table.amounts("a") == {FinancialYear(2016): Money(150), FinancialYear(2017): Money(200)}
    assert reader.table.provenance() == Provenance("a paper", date(2016, 3, 9), "assumed")
    assert str(reader.table.provenance()) == "assumed, a paper, 2016-03-09"
    assert str(Provenance()) == "no source given"
    assert not reader.faults


def test_a_file_is_read_with_its_mark_and_refused_when_it_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_bytes("x = 'é'".encode("utf-8-sig"))
    assert open_toml(path).table.text("x") == "é"
    path.write_bytes(b"x = '\xff'")
    with pytest.raises(FaultsFound, match="UTF-8"):
        open_toml(path)


@given(st.fractions())
def test_rounding_is_to_the_nearest_and_half_away_from_nought(value: Fraction) -> None:
    found = whole_half_up(value)

    assert abs(found - value) <= Fraction(1, 2)
    assert whole_half_up(-value) == -found
    assert whole_half_up(Fraction(found) + Fraction(1, 2)) == found + (found >= 0)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FaultsFound):
        toml_reader(text, "f.toml").table.known([])


_NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)


@given(st.lists(st.tuples(_NAMES, st.booleans()), max_size=12))
def test_lists_in_lists_are_counted_anew_in_each(headings: list[tuple[str, bool]]) -> None:
    """Held to a second way: of each list only what came after the last heading of any list around it counts."""
    text = "\n".join(f"[[{name}]]" if many else f"[{name}]" for name, many in headings)
    found: dict[str, int] = {}
    for at, (name, _) in enumerate(headings):
        said = [_counted(part, headings[: at + 1]) for part in _prefixes(name)]
        found.setdefault(".".join(said), at + 1)
    assert lines_of_toml(text) == found


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def _counted(name: str, headings: list[tuple[str, bool]]) -> str:
    around = {f"{part}" for part in _prefixes(name)[:-1]}
    since = [at for at, (other, many) in enumerate(headings) if many and other in around]
    count = sum(many and other == name for other, many in headings[max(since, default=-1) + 1 :])
    last = name.rpartition(".")[2]
    return f"{last} {count}" if count else last


@pytest.mark.parametrize(
    "text",
    ["a = " + "9" * 10_000, "a.b." * 20_000 + "c = 1", "[" + "'a' . \"b\"." * 100 + "c]", "a = {" + "x." * 100 + "y = 1}", "a = " + "[" * 50_000],
)  # fmt: skip
def test_what_would_hold_the_parser_is_refused_by_every_reader(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotToml):
        parse_toml(text)
    for read in (read_place, read_programme, read_fund):
        folder = tmp_path / read.__name__
        folder.mkdir()
        for name in ("place.toml", "programme.toml", "plan.toml"):
            (folder / name).write_text(text, "utf-8")
        with pytest.raises(FaultsFound, match="Mend it"):
            read(folder)


def test_a_key_of_many_parts_that_people_write_is_read() -> None:
    assert parse_toml("a.b.'c d'.\"e\" = 1\n[x.y]\nz = 'one.two.three'") == {
        "a": {"b": {"c d": {"e": 1}}}, "x": {"y": {"z": "one.two.three"}},
    }  # fmt: skip
