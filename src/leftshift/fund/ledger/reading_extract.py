"""Read an extract of a bank or a ledger from CSV: every fault at once, memory bounded."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.money import Money, NumberNotUnderstood
from leftshift.fund.ledger.parameters import parameter

COLUMNS: Final = {
    "date": "the day of the line, as 2016-04-18 or 18/04/2016",
    "reference": "the reference that bank and ledger share; may be empty",
    "words": "what the line says; may be empty",
    "amount": "pounds, above nought for money that comes in and below for money that goes out",
    "money_in": "pounds that come in; with money_out, in place of amount",
    "money_out": "pounds that go out; with money_in, in place of amount",
}
_NEEDED: Final = ("date",)
_BRITISH: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_CHARACTERS: Final = 40
"""Of an amount: beyond that it is no amount, and arithmetic on it might round."""


@dataclass(frozen=True, order=True, slots=True)
class ExtractLine:
    """One line of an extract: pence above nought come into the pool. ``row`` is where it stands in its file."""

    date: datetime.date
    reference: str
    words: str
    pence: int
    row: int = 0


class _Refused(ValueError):
    """A cell or row that cannot be used."""

    def __init__(self, kind: str, column: str | None, found: str, expected: str, action: str) -> None:
        super().__init__(expected)
        self.kind, self.column, self.found = kind, column, found
        self.expected, self.action = expected, action


def read_extract(content: bytes | str, file: str = "extract.csv") -> tuple[ExtractLine, ...]:
    """The lines of an extract in their order; raises FaultsFound with everything that is wrong."""
    faults = Faults()
    text = _text(content, file, faults)
    lines = list(_read(text, file, faults)) if text is not None else []
    faults.raise_if_any()
    return tuple(lines)


def _text(content: bytes | str, file: str, faults: Faults) -> str | None:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        row = content[: problem.start].count(b"\n") + 1
        _add(
            faults,
            file,
            row,
            "file not understood",
            None,
            "",
            "text in UTF-8",
            "Save it as 'CSV UTF-8 (comma delimited)'",
        )
        return None


def _read(text: str, file: str, faults: Faults) -> Iterator[ExtractLine]:
    records = _records(text, file, faults)
    header = next(records, None)
    if header is None:
        if not faults:
            _add(
                faults,
                file,
                None,
                "empty table",
                None,
                "",
                "a header and lines",
                "Export the extract once more",
            )
        return
    names = _header(*header, file, faults)
    if names is None:
        return
    for count, (row, record) in enumerate(records, 1):
        if count > parameter("most_lines"):
            most = f"at most {parameter('most_lines'):,} lines"
            _add(faults, file, row, "file too large", None, "", most, "Split the extract by month")
            return
        try:
            yield _line(row, record, names)
        except _Refused as refused:
            _add(
                faults,
                file,
                row,
                refused.kind,
                refused.column,
                refused.found,
                refused.expected,
                refused.action,
            )


def _records(text: str, file: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_bounded(io.StringIO(text, newline="")), strict=True)
    row = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield row, [cell.strip() for cell in record]
            row = reader.line_num + 1
    except csv.Error as problem:
        _add(
            faults,
            file,
            row,
            "file not understood",
            None,
            "",
            "lines of CSV",
            f"Correct the quotes of the line: {problem}",
        )


def _bounded(lines: io.StringIO) -> Iterator[str]:
    longest = parameter("longest_line")
    while line := lines.readline(longest + 1):
        if len(line) > longest:
            raise csv.Error(f"a line is longer than {longest:,} characters")
        yield line


def _header(row: int, record: list[str], file: str, faults: Faults) -> list[str] | None:
    names = [name.casefold().replace(" ", "_") for name in record]
    before = faults.total
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        _add(
            faults,
            file,
            row,
            "file not understood",
            None,
            shown(record[0]),
            "columns separated by commas",
            "Save it as 'CSV UTF-8 (comma delimited)'",
        )
        return None
    for at, name in enumerate(names):
        if name not in COLUMNS:
            near = near_miss(name, set(COLUMNS) - set(names))
            _add(
                faults,
                file,
                row,
                "unknown column",
                shown(record[at]),
                "",
                f"one of {', '.join(COLUMNS)}",
                "Rename or remove the column",
                near,
            )
        elif name in names[:at]:
            _add(faults, file, row, "duplicate column", name, "", "each column once", "Remove one of them")
    missing = [name for name in _NEEDED if name not in names]
    if "amount" not in names:
        missing += [name for name in ("money_in", "money_out") if name not in names]
    for name in missing:
        _add(
            faults,
            file,
            row,
            "missing column",
            name,
            "",
            f"a column {name}: {COLUMNS[name]}",
            "Add the column",
        )
    if "amount" in names and {"money_in", "money_out"} & {*names}:
        _add(
            faults,
            file,
            row,
            "unknown column",
            "amount",
            "",
            "either amount, or money_in and money_out",
            "Remove one way or the other",
        )
    return names if faults.total == before else None


def _line(row: int, record: list[str], names: list[str]) -> ExtractLine:
    if len(record) > len(names) and any(record[len(names) :]):
        raise _Refused(
            "too many cells", None, "", f"{len(names)} cells", "Put text with commas into double quotes"
        )
    cells = {name: record[at] if at < len(record) else "" for at, name in enumerate(names)}
    for name in ("reference", "words"):
        if not cells.get(name, "").isprintable():
            raise _Refused(
                "text not understood",
                name,
                shown(cells[name]),
                "text on one line",
                "Remove line breaks and control characters",
            )
    return ExtractLine(
        _date(cells["date"]), cells.get("reference", ""), cells.get("words", ""), _pence(cells), row
    )


def _date(text: str) -> datetime.date:
    try:
        if _ISO.fullmatch(text):
            return datetime.date.fromisoformat(text)
        if match := _BRITISH.fullmatch(text):
            return datetime.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise _Refused("date not understood", "date", shown(text), COLUMNS["date"], "Correct the date")


def _pence(cells: Mapping[str, str]) -> int:
    if "amount" in cells:
        pence = _amount("amount", cells["amount"])
    else:
        given = [name for name in ("money_in", "money_out") if cells[name]]
        if len(given) != 1:
            raise _Refused(
                "number not understood",
                "money_in",
                shown(cells["money_in"]),
                "an amount in money_in or in money_out",
                "Fill in one of the two",
            )
        pence = _amount(given[0], cells[given[0]])
        if pence < 0:
            raise _Refused(
                "number not understood",
                given[0],
                shown(cells[given[0]]),
                "pounds above nought",
                "Put it into the other column, without a sign",
            )
        pence *= 1 if given[0] == "money_in" else -1
    if pence == 0:
        raise _Refused(
            "number not understood",
            "amount" if "amount" in cells else "money_in",
            "0",
            "an amount that is not nought",
            "Remove the line: it moves nothing",
        )
    return pence


def _amount(column: str, text: str) -> int:
    most = parameter("largest_amount")
    try:
        if len(text) > _MOST_CHARACTERS or "e" in text.casefold():
            raise NumberNotUnderstood("not an amount")
        pence = Money.pounds(text).pence
    except NumberNotUnderstood:
        raise _Refused(
            "number not understood",
            column,
            shown(text),
            f"{COLUMNS[column]}, with pence at most",
            "Correct the amount",
        ) from None
    if abs(Money(pence).pence) > most * 100:
        raise _Refused("number out of range", column, shown(text), f"at most £{most:,}", "Correct the amount")
    return pence


def _add(
    faults: Faults,
    file: str,
    row: int | None,
    kind: str,
    column: str | None,
    found: str,
    expected: str,
    action: str,
    suggestion: str | None = None,
) -> None:
    faults.add(Fault(kind, file, row, column, found, expected, action, suggestion))
