"""Loading into a place: revisions, what comes twice, every fault where it was read, and all or nothing on disk."""

from __future__ import annotations

import string
from datetime import datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.measures.loading.adding import changed_texts, told_at_source
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.loading import Loaded, load
from leftshift.measures.loading.sources import csv_source
from leftshift.model import from_document
from leftshift.place.place import Place
from leftshift.workbooks.grids import source_of
from tests.library.loading_places import (
    APRIL,
    OBSERVATIONS,
    base_place,
    base_texts,
    figures,
    kinds,
    loaded,
    workbook,
)

HEAD = "measure,of,period,numerator,denominator\n"


def _after(
    found: Loaded, place: Place | None = None, texts: dict[str, str] | None = None
) -> tuple[Place, dict[str, str]]:
    """The place with what was loaded, and its texts."""
    assert not found.faults
    texts = texts or base_texts()
    changed = {**texts, **changed_texts(texts, place or base_place(), found.added)}
    return from_document(changed).place, changed


# ---------------------------------------------------------------------- revisions
def test_what_differs_is_a_revision_and_what_is_the_same_is_nothing() -> None:
    found = loaded(
        HEAD + "visits,hillside,2024-04,11,\nfour_hours,hillside,2024-05,1,2\nvisits,dale,2024-04,10,\n"
    )
    assert (found.new, found.revised, found.unchanged) == (2, 1, 0)
    assert figures(found)[0] == ("visits", "hillside", "2024-04", 11.0, None, None, 1)

    same = loaded(HEAD + "visits,hillside,2024-04,10.0,\n")
    assert (same.new, same.revised, same.unchanged, same.rows) == (0, 0, 1, ())


def test_a_provisional_figure_that_is_confirmed_is_a_revision_and_the_other_way_is_not() -> None:
    confirmed = loaded(HEAD + "four_hours,hillside,2024-04,90,100\n")
    assert [(row.revision, row.provisional) for row in confirmed.rows] == [(1, False)]

    assert loaded(HEAD + "visits,hillside,2024-04,10,\n", provisional=True).unchanged == 1


def test_an_older_file_that_is_loaded_again_does_not_bring_back_what_was_revised() -> None:
    first, second = HEAD + "visits,dale,2024-04,10,\n", HEAD + "visits,dale,2024-04,12,\n"
    place, texts = _after(loaded(first))
    place, texts = _after(loaded(second, place=place), place, texts)

    again = loaded(first, place=place)

    assert again.rows == ()
    assert any("earlier revision" in words for words in again.said)
    stated = loaded("measure,of,period,numerator,revision\nvisits,dale,2024-04,10,2\n", place=place)
    assert [row.revision for row in stated.rows] == [2]
    wrong = loaded("measure,of,period,numerator,revision\nvisits,dale,2024-04,11,1\n", place=place)
    assert kinds(wrong) == ["observed twice"]


def test_a_later_file_of_one_loading_revises_an_earlier_one_and_a_row_does_not() -> None:
    one, two = HEAD + "visits,dale,2024-04,10,\n", HEAD + "visits,dale,2024-04,12,\n"

    both = load([csv_source(one, "1.csv"), csv_source(two, "2.csv")], place=base_place())
    assert [(row.revision, row.origin.file) for row in both.rows] == [(0, "1.csv"), (1, "2.csv")]

    within = loaded(one + "visits,dale,2024-04,12,\nvisits,dale,2024-04-01,10,\n")
    assert kinds(within) == ["observed twice"]


def test_versions_are_told_apart_by_the_period_in_which_they_hold() -> None:
    text = "measure,of,period,numerator,version\nvisits,hillside,2024-04,10,first\nvisits,hillside,2024-04,14,new\n"

    found = loaded(text)

    assert (found.unchanged, [row.version for row in found.rows]) == (1, ["new"])


# ---------------------------------------------------------------------- what is wrong
def test_every_fault_at_once_with_row_column_and_what_may_be_meant() -> None:
    text = (
        "Measure,of,period,numerator,denominatr,revision\n"
        "visit,dale,2024-04,1,,\n"
        "visits,dael,2024-04,1,,\n"
        "visits,dale,2024-13,1,,\n"
        "visits,dale,2024-05,many,,\n"
        "visits,dale,2024-06,1,,x\n"
        ",dale,2024-07,1,,\n"
        "visits,dale,,1,,\n"
        "visits,dale,2024-08,1,,,,extra\n"
    )
    found = loaded(text)

    told = {(fault.kind, fault.row, fault.column, fault.suggestion) for fault in found.faults}
    assert told == {
        ("unknown column", 1, "denominatr", "denominator"),
        ("unknown measure", 2, "Measure", "visits"),
        ("unknown body", 3, "of", "dale"),
        ("period not understood", 4, "period", None),
        ("text in a number", 5, "numerator", None),
        ("text in a number", 6, "revision", None),
        ("value missing", 7, "Measure", None),
        ("value missing", 8, "period", None),
        ("too many cells", 9, None, None),
    }
    assert all(fault.file == "f.csv" and fault.action and fault.expected for fault in found.faults)


@pytest.mark.parametrize(
    ("text", "choices", "kinds_told"),
    [
        (
            "measure,of,period,numerator\nvisits,hilside,05/10/2026,10x1\n",
            {},
            ["period not understood", "text in a number", "unknown body"],
        ),
        (
            "measure,of,period,numerator,provisional\nvisit,hillside,soon,10x1,perhaps\n",
            {},
            ["not one of the choices", "period not understood", "text in a number", "unknown measure"],
        ),
        ("measure,of,period,numerator\nvisit,hillside,05/10/2026,4%\n", {}, ["unknown measure"]),
        ("of,2024-05,2024-06\nhilside,10x1,5\n", {"measure": "visits"}, ["text in a number", "unknown body"]),
        (
            "measure,2024-05,2024-06\nvisit,10x1,5%\n",
            {"of": "hillside"},
            ["text in a number", "unknown measure"],
        ),
    ],
)
def test_a_row_tells_the_fault_of_each_cell(
    text: str, choices: dict[str, Any], kinds_told: list[str]
) -> None:
    """Which kind of period, and whether per cents, can be said only where the measure is known."""
    assert sorted(kinds(loaded(text, **choices))) == kinds_told


def test_a_slip_of_many_rows_is_told_once_with_how_many() -> None:
    found = loaded(HEAD + "".join(f"visit,dale,2024-{month:02d},1,\n" for month in range(1, 13)))

    (fault,) = found.faults
    assert fault.found == "'visit', in 12 rows"


@pytest.mark.parametrize(
    ("text", "choices", "kind"),
    [
        ("a,b\n1,2\n", {}, "layout not known"),
        ("", {}, "layout not known"),
        ("Indicator ID,Area Code,Time period,Valeu\n1,2,3,4\n", {}, "layout not known"),
        (HEAD, {"measure": "visit"}, "unknown measure"),
        (HEAD, {"of": "dael"}, "unknown body"),
        (HEAD, {"layout": "wid"}, "unknown layout"),
        (HEAD, {"sheet": "one"}, "missing sheet"),
        (HEAD, {"measures": {"x": "visit"}}, "unknown measure"),
        (HEAD, {"only": {"color": frozenset({"x"})}}, "unknown column"),
        (
            HEAD + "visits,dale,2024-04,1,\nfalls,dale,2024-04,1,\n",
            {"measure": "visits"},
            "more than one measure",
        ),
        (HEAD + "visits,dale,2024-04,#N/A,\n", {}, "error in a cell"),
        ("measure,of,period,numerator,numerator\nvisits,dale,2024-04,1,1\n", {}, "duplicate column"),
        (HEAD + 'visits,dale,2024-04,"1,\n', {}, "file not understood"),
        ("Indicator ID,Indicator,Value type,Polarity\n1,A,Count,Not applicable\n", {}, "value missing"),
    ],
)
def test_each_slip_is_told_in_its_own_words(text: str, choices: dict[str, Any], kind: str) -> None:
    assert kind in kinds(loaded(text, **choices))


def test_faults_of_the_place_are_told_where_the_row_was_read() -> None:
    found = loaded(
        "of,measure,period,numerator,denominator\ndale,four_hours,2024-05,3,2\ndale,four_hours,2024-06,3,\n"
    )
    changed = changed_texts(base_texts(), base_place(), found.added)
    with pytest.raises(FaultsFound) as refused:
        from_document({**base_texts(), **changed})

    told = told_at_source(refused.value.faults, changed, found.added)
    assert [(fault.kind, fault.file, fault.row) for fault in told] == [
        ("part larger than whole", "f.csv", 2),
        ("value missing", "f.csv", 3),
    ]


# ---------------------------------------------------------------------- texts
def test_what_was_written_stays_word_for_word() -> None:
    found = loaded(HEAD + "visits,dale,2024-04,10,\n")
    text = changed_texts(base_texts(), base_place(), found.added)["observations.csv"]

    assert text == OBSERVATIONS + 'visits,dale,2024-04,10,,,,0,no,,"tidy, f.csv",assumed\n'.replace(
        "assumed", "published"
    )


def test_a_heading_that_lacks_a_column_is_written_anew_below_its_comments() -> None:
    found = loaded("measure,of,period,value,lower,upper\nfalls,dale,2023/24,10,9,11\n")
    text = changed_texts(base_texts(), base_place(), found.added)["observations.csv"]

    assert text.startswith("# counted by hand\nmeasure,of,period,numerator,denominator,value,lower,upper,")
    assert from_document({**base_texts(), "observations.csv": text}).place.observations[-1].upper == 11


def test_measures_of_metadata_are_added_with_their_definitions() -> None:
    text = (
        "Indicator ID,Indicator,Definition of numerator,Definition of denominator,Unit,Value type,Year type,Polarity\n"
        '901,Deaths,Deaths counted,People,"per 100,000",Crude rate,Calendar,BOB - Blue orange blue\n'
    )
    found = loaded(text, measures={"901": "deaths"}, owner="Director of public health")
    place, _ = _after(found)

    assert place.measures[-1].better == "neither"
    assert loaded(text, place=place, measures={"901": "deaths"}, owner="Another").unchanged == 1


# ---------------------------------------------------------------------- workbooks
def test_a_workbook_that_a_spreadsheet_mangled() -> None:
    rows: list[list[Any]] = [
        ["Visits to clinics", None, None],
        [None, "Group above", "Group above"],
        ["of", APRIL, "May 2024"],
        ["hillside", "1,234", 7],
        ["dale", 0.25, None],
    ]
    content = workbook({"Figures": rows, "Notes": [["nothing"]]}, {"B5": "0.0%"})
    found = load([source_of("f.xlsx", content)], place=base_place(), choices=Choices(measure="four_hours"))

    assert not found.faults
    assert figures(found) == [
        ("four_hours", "hillside", "2024-04", None, None, 1234.0, 1),
        ("four_hours", "hillside", "2024-05", None, None, 7.0, 0),
        ("four_hours", "dale", "2024-04", None, None, 25.0, 0),
    ]
    assert "f.xlsx, sheet Figures: the heading is in row 3" in found.said
    assert found.rows[0].source == "wide, f.xlsx, sheet Figures"
    assert (found.rows[0].origin.file, found.rows[0].origin.row) == ("f.xlsx, sheet Figures", 4)


def test_a_workbook_with_two_tables_asks_which() -> None:
    rows: list[list[Any]] = [
        ["measure", "of", "period", "numerator"],
        ["visits", "dale", datetime.combine(APRIL, time()), 3],
    ]
    source = source_of("f.xlsx", workbook({"One": rows, "Two": rows}))

    assert kinds(load([source], place=base_place())) == ["more than one sheet"]
    assert load([source], place=base_place(), choices=Choices(sheet="two")).new == 1
    found = load([source], place=base_place(), choices=Choices(sheet="Tow"))
    assert [(fault.kind, fault.suggestion) for fault in found.faults] == [("missing sheet", "Two")]


def test_a_formula_that_nobody_worked_out_is_told_and_never_taken_as_blank() -> None:
    content = workbook(
        {"One": [["measure", "of", "period", "numerator"], ["visits", "dale", "2024-04", "=1+1"]]}
    )

    with pytest.raises(FaultsFound) as refused:
        source_of("f.xlsx", content)
    (fault,) = refused.value.faults
    assert (fault.kind, fault.file, fault.row, fault.column) == (
        "formula without a value",
        "f.xlsx, sheet One",
        2,
        "D",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("f.xlsx", b"PK\x03\x04 no zip"), ("f.xls", b"x"), ("f.csv", b""), ("f.xlsx", b"\xd0\xcf\x11\xe0")],
)
def test_files_that_are_none_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(FaultsFound):
        source_of(name, content)


# ---------------------------------------------------------------------- properties
_cells = st.sampled_from(
    [
        "",
        "visits",
        "four_hours",
        "falls",
        "dale",
        "hillside",
        "2024-04",
        "2024/25",
        "Apr-24",
        "01/04/2024",
        "3",
        "1,234",
        "*",
        "<8",
        "95%",
        "-1",
    ]
) | st.text(st.sampled_from(string.printable), max_size=6)
_names = st.sampled_from(
    [
        "measure",
        "of",
        "period",
        "numerator",
        "denominator",
        "value",
        "revision",
        "Indicator ID",
        "Area Code",
        "Time period",
        "Value",
        "2024-04",
        "May 2024",
        "org_code",
        "type",
        "attendances",
        "breaches",
        "released",
    ]
)
_tables = st.tuples(
    st.lists(_names, min_size=1, max_size=7), st.lists(st.lists(_cells, max_size=8), max_size=6)
)


def _csv(heading: list[str], rows: list[list[str]]) -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    return "".join(",".join(map(quoted, row)) + "\n" for row in [heading, *rows])


@given(_tables)
def test_any_table_is_loaded_or_told_in_faults(table: tuple[list[str], list[list[str]]]) -> None:
    found = load(
        [csv_source(_csv(*table), "f.csv")], place=base_place(), choices=Choices(measures={"3": "falls"})
    )

    assert found.new + found.revised == len(found.rows)
    for fault in found.faults:
        assert fault.expected
        assert fault.action
    for row in found.rows:
        assert row.value is not None or row.numerator is not None
    changed = changed_texts(base_texts(), base_place(), found.added)
    try:
        from_document({**base_texts(), **changed})
    except FaultsFound as refused:
        told = told_at_source(refused.faults, changed, found.added)
    else:
        return
    assert {fault.file for fault in told} == {"f.csv"}


@given(st.binary(max_size=200))
def test_any_bytes_are_loaded_or_refused(content: bytes) -> None:
    try:
        load([source_of("f.csv", content)], place=base_place())
    except FaultsFound as refused:
        told = refused.faults
    else:
        return
    assert told


_months = st.integers(0, 30).map(lambda at: str(2022 + at // 12) + f"-{at % 12 + 1:02d}")
_rows = st.dictionaries(
    st.tuples(st.sampled_from(["visits", "four_hours"]), st.sampled_from(["dale", "hillside"]), _months),
    st.tuples(st.integers(0, 50), st.integers(50, 90)),
    max_size=12,
)


@given(_rows, _rows)
def test_loading_twice_changes_nothing_and_the_latest_figure_is_the_one_that_was_loaded_last(
    first: dict[tuple[str, str, str], tuple[int, int]], second: dict[tuple[str, str, str], tuple[int, int]]
) -> None:
    place, texts = base_place(), base_texts()
    files = [
        HEAD + "".join(f"{','.join(key)},{a},{b}\n" for key, (a, b) in rows.items())
        for rows in (first, second)
    ]
    for text in files:
        found = loaded(text, place=place)
        place, texts = _after(found, place, texts)
        assert loaded(text, place=place).rows == ()

    def latest() -> dict[tuple[str, str, str], tuple[int, int]]:
        best: dict[tuple[str, str, str], Any] = {}
        for row in place.observations:
            key = (row.measure, row.of, str(row.period))
            if key not in best or row.revision > best[key].revision:
                best[key] = row
        return {
            key: (int(row.numerator), int(row.denominator)) for key, row in best.items() if row.denominator
        }

    stands = latest()
    for key, numbers in second.items():
        # a figure that goes back to what it was before a revision stays revised: only a stated revision brings it back
        went_back = first.get(key) != numbers and key in {("four_hours", "hillside", "2024-04")}
        assert stands[key] == numbers or went_back
    assert texts["observations.csv"].startswith(OBSERVATIONS)
