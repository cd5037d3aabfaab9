"""An extract as banks give it: what is read, and every fault of what is not."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.ledger.parameters import parameter
from leftshift.fund.ledger.reading_extract import ExtractLine, read_extract
from tests.library.fund_ledger.making import day

HEAD = "date,reference,words,amount\n"


def test_an_extract_is_read() -> None:
    text = '\ufeffDate,Reference,Words,Amount\r\n2016-04-18,INV 1,Care,-1234.50\r\n\r\n19/04/2016,,,"£1,000.00"\r\n20.04.2016,x,y,(5)\r\n'

    assert read_extract(text.encode()) == (
        ExtractLine(day("2016-04-18"), "INV 1", "Care", -123_450, 2),
        ExtractLine(day("2016-04-19"), "", "", 100_000, 4),
        ExtractLine(day("2016-04-20"), "x", "y", -500, 5),
    )


def test_two_columns_of_money_are_read() -> None:
    assert [
        line.pence for line in read_extract("date,money in,money out\n1/4/2016,5,\n1/4/2016,,7.01\n")
    ] == [500, -701]


WRONG: list[tuple[str, str | bytes, str, int | None, str | None, str]] = [
    # name, content, kind, row, column, words
    ("nothing", "", "empty table", None, None, "a header and lines"),
    ("other letters", b"date,amount\n2016-04-18,\xa35\n", "file not understood", 2, None, "CSV UTF-8"),
    ("semicolons", "date;amount\n1;2\n", "file not understood", 1, None, "commas"),
    ("open quote", HEAD + '2016-04-18,"a,b,5\n', "file not understood", 2, None, "quotes"),
    ("an unknown column", "date,amout\n", "unknown column", 1, "'amout'", "Did you mean amount"),
    ("no date", "amount\n5\n", "missing column", 1, "date", "Add the column"),
    ("no amount", "date,money_in\n", "missing column", 1, "money_out", "Add the column"),
    ("a column twice", "date,date,amount\n", "duplicate column", 1, "date", "Remove one"),
    ("two ways of money", "date,amount,money_in,money_out\n", "unknown column", 1, "amount", "either amount"),
    ("no such day", HEAD + "2016-02-30,,,5\n", "date not understood", 2, "date", "'2016-02-30'"),
    ("an American day", HEAD + "04/18/2016,,,5\n", "date not understood", 2, "date", "18/04/2016"),
    ("an empty day", HEAD + ",a,b,5\n", "date not understood", 2, "date", "found nothing"),
    (
        "parts of a penny",
        HEAD + "2016-04-18,,,5.001\n",
        "number not understood",
        2,
        "amount",
        "pence at most",
    ),
    ("words for money", HEAD + "2016-04-18,,,five\n", "number not understood", 2, "amount", "'five'"),
    ("no money", HEAD + "2016-04-18,,,\n", "number not understood", 2, "amount", "found nothing"),
    ("nought", HEAD + "2016-04-18,,,0.00\n", "number not understood", 2, "amount", "moves nothing"),
    ("powers", HEAD + "2016-04-18,,,1e3\n", "number not understood", 2, "amount", "'1e3'"),
    ("infinity", HEAD + "2016-04-18,,,inf\n", "number not understood", 2, "amount", "'inf'"),
    (
        "a part too small to hold",
        HEAD + f"2016-04-18,,,1.{'0' * 40}1\n",
        "number not understood",
        2,
        "amount",
        "pence at most",
    ),
    (
        "too much",
        HEAD + "2016-04-18,,,100000000001\n",
        "number out of range",
        2,
        "amount",
        "at most £100,000,000,000",
    ),
    ("too many cells", HEAD + "2016-04-18,a,b,5,6\n", "too many cells", 2, None, "4 cells"),
    (
        "two lines in a cell",
        HEAD + '2016-04-18,"a\nb",c,5\n',
        "text not understood",
        2,
        "reference",
        "one line",
    ),
    (
        "both ways",
        "date,money_in,money_out\n2016-04-18,5,5\n",
        "number not understood",
        2,
        "money_in",
        "one of the two",
    ),
    (
        "neither way",
        "date,money_in,money_out\n2016-04-18,,\n",
        "number not understood",
        2,
        "money_in",
        "one of the two",
    ),
    (
        "out below nought",
        "date,money_in,money_out\n2016-04-18,,-5\n",
        "number not understood",
        2,
        "money_out",
        "without a sign",
    ),
]


@pytest.mark.parametrize(
    ("content", "kind", "row", "column", "words"),
    [case[1:] for case in WRONG],
    ids=[case[0] for case in WRONG],
)
def test_what_is_wrong_is_said(
    content: str | bytes, kind: str, row: int | None, column: str | None, words: str
) -> None:
    with pytest.raises(FaultsFound) as found:
        read_extract(content, "bank.csv")

    fault = found.value.faults.listed[0]
    assert (fault.kind, fault.file, fault.row, fault.column) == (kind, "bank.csv", row, column)
    assert words in str(fault)


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(FaultsFound) as found:
        read_extract(HEAD + "2016-02-30,,,5\n2016-04-18,,,x\n2016-04-19,,,5\n,,,7\n")

    assert [(fault.row, fault.column) for fault in found.value.faults] == [
        (2, "date"),
        (3, "amount"),
        (5, "date"),
    ]


def test_a_long_line_and_a_long_file_are_refused() -> None:
    with pytest.raises(FaultsFound, match="longer than 10,000"):
        read_extract(HEAD + "2016-04-18," + "a" * 10_001 + ",,5\n")
    with pytest.raises(FaultsFound, match="at most 100,000 lines"):
        read_extract("date,amount\n" + "2016-04-18,5\n" * (parameter("most_lines") + 1))


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2016-04-18", "1/4/2016", "5", "-5.01", "£1,000", "1e9", "NaN", '"', "\x00"]),
)
columns = st.sampled_from(["date", "amount", "reference", "words", "money_in", "money_out", "", "Date"])


@given(st.lists(columns, max_size=5), st.lists(st.lists(cells, max_size=6), max_size=6), st.booleans())
def test_whatever_is_in_it_is_read_or_told(head: list[str], rows: list[list[str]], quoted: bool) -> None:
    written = io.StringIO()
    if quoted:
        csv.writer(written).writerows([head, *rows])
    else:
        written.write("\n".join(",".join(row) for row in [head, *rows]))
    _read_or_told(written.getvalue())


@given(st.binary(max_size=200))
def test_whatever_bytes_it_is_made_of(content: bytes) -> None:
    _read_or_told(b"date,amount\n" + content)


def _read_or_told(content: str | bytes) -> None:
    try:
        lines = read_extract(content)
    except FaultsFound as problem:
        faults = problem.faults
    else:
        assert all(line.pence for line in lines)
        return
    assert faults.total > 0
    assert all(fault.expected and fault.action for fault in faults)


@given(
    st.lists(
        st.tuples(
            st.dates(),
            st.integers(-(10**12), 10**12).filter(bool),
            st.from_regex(r"[a-zA-Z0-9/ ,]{0,9}", fullmatch=True),
        ),
        max_size=8,
    )
)
def test_what_is_written_is_read(drawn: list[tuple[object, int, str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows(
        [
            ["date", "amount", "reference"],
            *([d, f"{'-' if p < 0 else ''}{abs(p) // 100}.{abs(p) % 100:02d}", r] for d, p, r in drawn),
        ]
    )

    assert [(line.date, line.pence, line.reference) for line in read_extract(written.getvalue())] == [
        (d, p, r.strip()) for d, p, r in drawn
    ]
