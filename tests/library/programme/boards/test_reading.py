"""The tables and the file of boards: what is read, and every slip with its table, entry, line and what to do."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.foundation.money import Money
from leftshift.place.folders import kind_of, read_texts, texts_to_write
from leftshift.place.schema import Table
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.parameters import paper_templates, parameters
from leftshift.programme.boards.reading_file import boards_from, read_boards, schema
from leftshift.programme.boards.rows import ROW_TYPES

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "examples" / "boards" / "prevention-board.toml"
HEAD = 'source = "a test"\nbasis = "assumed"\n'
BODY = '[[bodies]]\nbody = "board"\nname = "The board"\nquorum = 2\n'


@pytest.mark.parametrize("table", schema().tables.values(), ids=lambda table: str(table.name))
def test_a_row_has_the_columns_of_its_table(table: Table) -> None:
    assert {field.name for field in fields(ROW_TYPES[table.name])} - {"origin"} == set(table.columns)
    assert set(table.key) <= set(table.columns)
    assert all(not column.refers or column.refers in schema().tables for column in table.columns.values())


def test_every_parameter_and_template_says_how_sure_it_is() -> None:
    wanted = {"value", "unit", "label", "name", "source", "date"}
    assert all(set(entry) == wanted and entry["label"] in "SKI" for entry in parameters().values())
    assert all(entry["label"] in "SKI" for entry in paper_templates()["part"].values())
    headings = schema().tables["paper_risks"].columns["heading"].choices
    assert tuple(paper_templates()["risks"]["headings"]) == headings


def test_the_tables_are_a_part_of_a_folder_and_come_back_from_it() -> None:
    """A kind of folder names them by a path inside its package; what is written is read again."""
    kind = kind_of("programme", "leftshift.programme", ["boards/schema.toml"], ROW_TYPES)
    example = read_boards(EXAMPLE)
    tables = {name: getattr(example, name) for name in kind.schema.tables}
    found = read_texts(texts_to_write(kind, {"name": "Boards"}, tables), kind)

    assert not found.faults
    assert found.tables == tables
    assert Boards.of(found.tables, name=example.name) == example


def _read(text: str) -> Boards:
    return boards_from(HEAD + text, "b.toml")


def _faults(text: str) -> list[Fault]:
    with pytest.raises(FaultsFound) as refused:
        _read(text)
    return list(refused.value.faults)


def test_values_of_toml_and_of_cells_are_the_same() -> None:
    native = _read(
        BODY
        + 'public = false\n[[members]]\nmember = "a"\nbody = "board"\nname = "A"\nbegins = 2026-01-01\nsenior_in = ["x", "y"]\n'
        '[[interests]]\ninterest = "i"\nbody = "board"\nmember = "a"\nkind = "financial"\nwhat = "w"\nsince = 2026-01-01\n'
        "value = 25000.50\nshare = 0.02\n"
    )
    cells = _read(
        BODY
        + 'public = "no"\n[[members]]\nmember = "a"\nbody = "board"\nname = "A"\nbegins = "2026-01-01"\nsenior_in = "x; y"\n'
        '[[interests]]\ninterest = "i"\nbody = "board"\nmember = "a"\nkind = "financial"\nwhat = "w"\nsince = "2026-01-01"\n'
        'value = "25,000.50"\nshare = "2%"\n'
    )

    assert native == cells
    assert native.interests[0].value == Money(2_500_050)
    assert native.members[0].begins == date(2026, 1, 1)


def test_what_does_not_say_where_it_comes_from_takes_what_the_head_says() -> None:
    found = _read(
        BODY + 'source = "page 4"\nbasis = "published"\n[[closures]]\nday = 2026-12-29\nreason = "closed"\n'
    )

    assert (found.bodies[0].source, found.bodies[0].basis) == ("page 4", "published")
    assert (found.closures[0].source, found.closures[0].basis) == ("a test", "assumed")
    assert boards_from(BODY, "b.toml").bodies[0].source == "entered in b.toml"


@pytest.mark.parametrize(
    ("text", "kind", "place", "suggestion"),
    [
        ('[[bodys]]\nbody = "b"\n', "unknown name", "b.toml, row 3, column bodys", "bodies"),
        (BODY + "papers_day = 4\n", "unknown name", "b.toml, bodies 1, row 7, column papers_day", "papers_days"),
        ('[[bodies]]\nbody = "b"\nname = "B"\n', "missing value", "b.toml, bodies 1, row 3, column quorum", None),
        (BODY + 'papers_days = "four"\n', "text in a number", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "papers_days = -1\n", "value out of range", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "papers_days = nan\n", "text in a number", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "papers_days = 1e400\n", "value out of range", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "papers_days = { x = 1 }\n", "value not understood", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "papers_days = [1]\n", "value not understood", "b.toml, bodies 1, row 7, column papers_days", None),
        (BODY + "meets = 2026-01-01T10:00:00\n", "value not understood", "b.toml, bodies 1, row 7, column meets", None),
        (BODY + 'public = "maybe"\n', "not one of the choices", "b.toml, bodies 1, row 7, column public", None),
        (BODY + BODY, "duplicate key", "b.toml, bodies 2, row 8, column body", None),
        (BODY + 'reports_to = "bord"\n', "unknown body", "b.toml, bodies 1, row 3, column reports_to", "board"),
        ("bodies = 3\n", "value not understood", "b.toml, row 3, column bodies", None),
        ("bodies = [3]\n", "value not understood", "b.toml, row 3, column bodies 1", None),
        ('nation = "england "\nnatoin = "x"\n', "unknown name", "b.toml, row 4, column natoin", "nation"),
        ('nation = "narnia"\n', "not one of the choices", "b.toml, row 3, column nation", None),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_table_entry_and_line(
    text: str, kind: str, place: str, suggestion: str | None
) -> None:
    found = {(fault.kind, fault.place): fault for fault in _faults(text)}

    assert (kind, place) in found, [str(fault) for fault in found.values()]
    assert found[kind, place].suggestion == suggestion


def test_every_fault_is_told_at_once_and_names_no_table_of_a_folder() -> None:
    faults = _faults(
        BODY + 'quorom = 1\n[[members]]\nmember = "A b"\nbody = "bord"\nname = "A"\nrole = "chiar"\n'
    )

    assert [(fault.kind, fault.column) for fault in faults] == [
        ("unknown name", "quorom"),
        ("name not understood", "member"),
        ("not one of the choices", "role"),
        ("unknown body", "body"),
    ]
    assert faults[-1].expected == "a body of [[bodies]]"
    assert not any(".csv" in str(fault) for fault in faults)


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=12), st.integers(-3, 10**18), st.booleans(), st.dates(), st.decimals(allow_nan=True),
    st.sampled_from(["board", "met", "a", "1", "2026-04-09", "financial", "present", "yes", "x;y", "decision"]),
    st.lists(st.text(max_size=4), max_size=3),
)  # fmt: skip


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return "nan" if not value.is_finite() else repr(float(value))
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    if isinstance(value, int):
        return str(value)
    escaped = "".join(
        character if character.isalnum() or character in " ;-_." else f"\\U{ord(character):08X}" for character in value
    )  # fmt: skip
    return f'"{escaped}"'


@st.composite
def _texts(draw: st.DrawFn) -> str:
    lines = []
    for name in draw(st.lists(st.sampled_from([*schema().tables]), max_size=8)):
        table = schema().tables[name]
        lines.append(f"[[{name}]]")
        for column in draw(st.sets(st.sampled_from([*table.columns]), min_size=len(table.columns) // 2)):
            choices = table.columns[column].choices
            value = draw(st.sampled_from(choices) if choices else VALUES)
            lines.append(f"{column} = {_toml(value)}")
    return "\n".join(lines)


@given(_texts())
def test_whatever_stands_in_a_file_is_read_or_refused(text: str) -> None:
    tomllib.loads(text)
    faults: list[Fault] = []
    try:
        check_boards(boards_from(text), date(2026, 4, 10)).document()
    except FaultsFound as refused:
        faults = list(refused.faults)

    assert all(fault.action and fault.expected for fault in faults)


ROWS_OF = {
    "members": ("member", "a"), "meetings": ("meeting", "met"), "papers": ("paper", "p"), "bodies": ("body", "board"),
}  # fmt: skip
_GOOD: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["1", "2", "x; y", "x"]),
    "prose": st.sampled_from(["Words.", "More\n\nwords."]),
    "name": st.sampled_from(["a", "b"]),
    "yes_no": st.booleans(),
    "whole": st.integers(1, 30),
    "money": st.integers(0, 60_000),
    "share": st.sampled_from(["0.5%", "2%"]),
    "month": st.just("2026-04"),
    "date": st.dates(date(2026, 3, 1), date(2026, 5, 31)),
}


@st.composite
def sound_files(draw: st.DrawFn) -> str:
    """A file in which every name refers to something, whatever else it says."""
    lines, keys = [], {name: {row[1]} for name, row in ROWS_OF.items()}
    for name, table in schema().tables.items():
        seen = set()
        for number in range(draw(st.integers(1, 3))):
            cells = {}
            for column, entry in table.columns.items():
                if column == ROWS_OF.get(name, ("",))[0]:
                    cells[column] = ROWS_OF[name][1] if number == 0 else f"{ROWS_OF[name][1]}{number}"
                    keys[name].add(cells[column])
                elif entry.refers:
                    cells[column] = (
                        draw(st.sampled_from(sorted(keys[entry.refers])))
                        if entry.required or draw(st.booleans())
                        else ""
                    )
                elif entry.choices:
                    cells[column] = draw(st.sampled_from(entry.choices))
                elif entry.required or draw(st.booleans()):
                    cells[column] = draw(_GOOD[entry.type])
            key = tuple(str(cells.get(part, "")) for part in table.key)
            if key not in seen:
                seen.add(key)
                lines += [
                    f"[[{name}]]",
                    *(f"{column} = {_toml(value)}" for column, value in cells.items() if value != ""),
                ]
    return "\n".join(lines)


@given(sound_files())
def test_whatever_is_read_can_be_checked(text: str) -> None:
    found = boards_from(text)
    document = check_boards(found, date(2026, 4, 10)).document()

    assert document["total"] >= len(document["faults"]) > 0 or document["faults"] == []
    for row in document["quorum"]:
        assert (row["quorate"] is None) is (row["reason"] is not None)
