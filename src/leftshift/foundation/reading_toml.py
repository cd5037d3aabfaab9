"""Read a person's TOML file value by value: exact numbers, and everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.money import Money, NumberNotUnderstood, parse_number
from leftshift.foundation.sources import BASES, Basis
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood

LONGEST_FILE = 1_000_000  # characters: such a file is written by people
LONGEST_TEXT = 20_000
MOST_ENTRIES = 2_000
LARGEST = Decimal(10) ** 12
_MOST_DECIMALS = 12
EARLIEST_YEAR, LATEST_YEAR = FinancialYear(1948), FinancialYear(2300)
_HEADING = re.compile(r"^\s*\[(\[?)\s*([^\[\]]+?)\s*\]")
_ENTRY = re.compile(r" \d+$")
_KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|'([^']+)'|([A-Za-z0-9_-]+))\s*=")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value of a person's file comes from; each part may be empty."""

    source: str = ""
    dated: date | None = None
    basis: Basis | None = None

    def __str__(self) -> str:
        parts = [self.basis or "", self.source, str(self.dated or "")]
        return ", ".join(part for part in parts if part) or "no source given"


class TomlReader:
    """Collects what is wrong with a file; ``table`` is where reading it begins."""

    def __init__(self, file: str, lines: Mapping[str, int], given: Mapping[str, Any]) -> None:
        self.file, self.lines, self.faults = file, lines, Faults()
        self.table = TomlTable(self, given, "")

    def refuse(
        self,
        kind: str,
        where: str,
        expected: str,
        action: str,
        found: Any = "",
        suggestion: str | None = None,
    ) -> None:
        """Keep a fault of the value at a path such as ``lines 2.amount``."""
        text = "" if isinstance(found, str) and not found else shown(_printed(found))
        self.faults.add(
            Fault(kind, self.file, self.line_of(where), where or None, text, expected, action, suggestion)
        )

    def line_of(self, where: str) -> int | None:
        """The line of a path, or of the nearest table around it."""
        while where:
            if where in self.lines:
                return self.lines[where]
            # of an entry of a list that is written in one line, the line of the list
            entry = _ENTRY.sub("", where)
            where = entry if entry != where else where.rpartition(".")[0]
        return None


def _printed(value: Any) -> str:
    """A value as text; of a table or list only what it is, for it may be as deep as its file is long."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) > LARGEST * LARGEST:
        return "a very long number"
    return str(value)


def open_toml(path: Path) -> TomlReader:
    """A reader of a file; raises FaultsFound, and OSError where there is none."""
    with path.open("rb") as stream:
        content = stream.read(4 * LONGEST_FILE + 1)
    try:
        return toml_reader(content.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise _one(
            Fault("wrong encoding", path.name, None, None, "", "text in UTF-8", "Save the file as UTF-8")
        ) from None


def toml_reader(text: str, file: str) -> TomlReader:
    """A reader of a text; raises FaultsFound where it is no TOML or too long."""
    if len(text) > LONGEST_FILE:
        expected = f"at most {LONGEST_FILE:,} characters"
        raise _one(Fault("file too large", file, None, None, f"{len(text):,}", expected, "Shorten it"))
    try:
        given = parse_toml(text, parse_float=Decimal)
    except NotToml as problem:
        said = shown(str(problem)).strip("'")
        raise _one(Fault("file not understood", file, None, None, "", "TOML", f"Mend it: {said}")) from None
    return TomlReader(file, lines_of_toml(text), given)


def _one(fault: Fault) -> FaultsFound:
    faults = Faults()
    faults.add(fault)
    return FaultsFound(faults)


def lines_of_toml(text: str) -> dict[str, int]:
    """Path to line, as ``prices.basis`` or ``lines 2.amounts.2016/17``; of a table the line of its heading."""
    found: dict[str, int] = {}
    seen: Counter[str] = Counter()
    inside: dict[str, set[str]] = {}  # list to the lists that were seen in it
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _HEADING.match(line):
            parts = [part.strip().strip("\"'") for part in heading[2].split(".")]
            name = ".".join(parts)
            if heading[1]:
                seen[name] += 1
                for inner in inside.pop(name, ()):
                    seen.pop(inner, None)
                for at in range(1, len(parts)):
                    inside.setdefault(".".join(parts[:at]), set()).add(name)
            table = _numbered(parts, seen)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1] or key[2] or key[3]
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def _numbered(parts: Sequence[str], seen: Mapping[str, int]) -> str:
    prefixes = (".".join(parts[: at + 1]) for at in range(len(parts)))
    return ".".join(
        f"{part} {seen[prefix]}" if seen.get(prefix) else part
        for part, prefix in zip(parts, prefixes, strict=True)
    )


class TomlTable:
    """A table of a file; every method reads one value and keeps what is wrong with it in the reader's faults."""

    def __init__(self, reader: TomlReader, given: Mapping[str, Any], at: str) -> None:
        self.reader, self.given, self.at = reader, given, at

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def path(self, name: str) -> str:
        """The path of a value of this table."""
        return f"{self.at}.{name}" if self.at else name

    def refuse(
        self,
        kind: str,
        name: str,
        expected: str,
        action: str,
        *,
        found: Any = "",
        suggestion: str | None = None,
    ) -> None:
        """Keep a fault of a value of this table; of the table itself without a name."""
        where = self.path(name) if name else self.at
        self.reader.refuse(kind, where, expected, action, found, suggestion)

    def known(self, names: Collection[str]) -> None:
        """Refuse every name that is not one of these."""
        for name in self.given:
            if name not in names:
                self.refuse(
                    "unknown name",
                    name[:80],
                    "one of " + ", ".join(names),
                    "Rename or remove it: nothing would read it",
                    suggestion=near_miss(name, names),
                )

    def missing(self, name: str, expected: str) -> None:
        """Refuse that a value is not there."""
        self.refuse("missing value", name, expected, "Fill it in")

    # ------------------------------------------------------------------ tables
    def table(self, name: str) -> TomlTable:
        """The table of a name; an empty one where there is none."""
        value = self.given.get(name, {})
        if isinstance(value, Mapping):
            return TomlTable(self.reader, value, self.path(name))
        self.refuse("value not understood", name, "a table of named values", "Write it so", found=value)
        return TomlTable(self.reader, {}, self.path(name))

    def tables(self, name: str) -> list[TomlTable]:
        """The tables of a list, each under [[name]]."""
        found = []
        for at, value in enumerate(self._list(name), start=1):
            where = self.path(f"{name} {at}")
            if isinstance(value, Mapping):
                found.append(TomlTable(self.reader, value, where))
            else:
                expected = f"a table under [[{name}]]"
                self.reader.refuse("value not understood", where, expected, "Write it so", value)
        return found

    def _list(self, name: str) -> list[Any]:
        value = self.given.get(name, [])
        if not isinstance(value, list):
            self.refuse("value not understood", name, "a list", "Write it as a list", found=value)
            return []
        if len(value) > MOST_ENTRIES:
            self.refuse("too many", name, f"at most {MOST_ENTRIES:,}", "Shorten it", found=f"{len(value):,}")
        return value[:MOST_ENTRIES]

    # ------------------------------------------------------------------- texts
    def text(self, name: str, *, needed: bool = False) -> str:
        """A text without spaces around it; empty where there is none."""
        value = self.given.get(name, "")
        if not isinstance(value, str):
            self.refuse("text not understood", name, "a text in quotes", "Put it into quotes", found=value)
            return ""
        if len(value) > LONGEST_TEXT:
            expected = f"at most {LONGEST_TEXT:,} characters"
            self.refuse("text too long", name, expected, "Shorten it", found=f"{len(value):,}")
        if needed and not value.strip():
            self.missing(name, f'{name} = "…"')
        return value.strip()[:LONGEST_TEXT]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        found: list[str] = []
        for value in self._list(name):
            if not isinstance(value, str) or not value.strip():
                self.refuse("text not understood", name, "texts in quotes", "Put it into quotes", found=value)
            elif value.strip() in found:
                self.refuse("duplicate key", name, "each once", "Leave one of the two out", found=value)
            else:
                found.append(value.strip())
        return tuple(found)

    def choice(self, name: str, choices: Iterable[str], otherwise: str = "") -> str:
        """One of these; ``otherwise`` where nothing is given, which is a fault where that is empty."""
        known = list(choices)
        value = self.text(name, needed=not otherwise)
        if value in known:
            return value
        if value:
            self._not_one_of(name, value, known)
        return otherwise or known[0]

    def member(self, name: str, codes: Collection[str], what: str, *, needed: bool = True) -> str:
        """The code of something that the file describes elsewhere; empty where it is none."""
        value = self.text(name, needed=needed)
        if value and value not in codes:
            expected = f"{what}: " + (", ".join(codes) if codes else "none is described")
            self.refuse(
                "unknown code",
                name,
                expected,
                "Use one of them, or describe it",
                found=value,
                suggestion=near_miss(value, codes),
            )
            return ""
        return value

    def _not_one_of(self, name: str, value: str, known: Collection[str]) -> None:
        expected = "one of " + ", ".join(known)
        guess = near_miss(value, known)
        self.refuse(
            "not one of the choices", name, expected, "Use one of them", found=value, suggestion=guess
        )

    def yes(self, name: str, *, otherwise: bool) -> bool:
        """true or false."""
        value = self.given.get(name, otherwise)
        if isinstance(value, bool):
            return value
        self.refuse("not understood", name, "true or false, without quotes", "Write one of them", found=value)
        return otherwise

    # ----------------------------------------------------------------- numbers
    def number(self, name: str, expected: str = "a number") -> Decimal | None:
        """An exact number, as a number or as people write one; None where there is none or it is refused."""
        value = self.given.get(name)
        return None if value is None else self._number_of(value, name, expected)

    def _number_of(self, value: Any, name: str, expected: str) -> Decimal | None:
        number = _exact(value)
        if number is None:
            self.refuse("number not understood", name, expected, "Write a number such as 84.2", found=value)
            return None
        if abs(number) > LARGEST:
            self.refuse("number out of range", name, f"at most {LARGEST:,f}", "Correct it", found=value)
            return None
        if number != round(number, _MOST_DECIMALS):
            expected = f"at most {_MOST_DECIMALS} decimals"
            self.refuse("too many decimals", name, expected, "Round it", found=value)
            return None
        return number

    def amount(self, name: str, *, negative: bool = True) -> Money | None:
        """An amount of pounds in whole pence."""
        expected = "an amount in pounds, with at most two decimals"
        number = self.number(name, expected)
        if number is None:
            return None
        if number < 0 and not negative:
            self.refuse("value out of range", name, "an amount of nought or more", "Correct it", found=number)
            return None
        try:
            return Money.pounds(number)
        except NumberNotUnderstood:
            self.refuse("too many decimals", name, expected, "Round it to the penny", found=number)
            return None

    def amounts(self, name: str) -> dict[FinancialYear, Money]:
        """Amounts in pounds by financial year."""
        table, found = self.table(name), dict[FinancialYear, Money]()
        for label in table.given:
            year = table.year_of(label, label[:80])
            amount = table.amount(label)
            if year is None or amount is None:
                continue
            if year in found:
                table.refuse("duplicate key", label, "each year once", "Leave one of the two out")
            found[year] = amount
        return found

    def share(self, name: str, expected: str = "a share such as 50% or 0.5") -> Decimal | None:
        """A share of one, given as ``"50%"`` or 0.5."""
        value = self.given.get(name)
        return None if value is None else self._share_of(value, name, expected)

    def shares(self, name: str) -> tuple[Decimal, ...]:
        """A list of shares."""
        found = (self._share_of(value, name, "shares such as 50% or 0.5") for value in self._list(name))
        return tuple(share for share in found if share is not None)

    def shares_by_name(self, name: str) -> dict[str, Decimal]:
        """Shares by a name, in the order of the file."""
        table = self.table(name)
        found = {key: table.share(key) for key in table.given}
        return {key: share for key, share in found.items() if share is not None}

    def _share_of(self, value: Any, name: str, expected: str) -> Decimal | None:
        signed = isinstance(value, str) and value.strip().endswith("%")
        number = self._number_of(value.strip()[:-1] if signed else value, name, expected)
        return number if number is None or not signed else number / 100

    def whole(self, name: str, *, least: int = 0, most: int = 10**9) -> int | None:
        """A whole number between bounds."""
        value = self.given.get(name)
        if value is None:
            return None
        number = _exact(value)
        if number is None or abs(number) > LARGEST or number != int(number) or not least <= number <= most:
            expected = f"a whole number from {least:,} to {most:,}"
            self.refuse("number not understood", name, expected, "Write one", found=value)
            return None
        return int(number)

    # ------------------------------------------------------------------- times
    def year(self, name: str, *, needed: bool = False) -> FinancialYear | None:
        """A financial year."""
        value = self.given.get(name)
        if value is None:
            if needed:
                self.missing(name, "a financial year such as 2016/17")
            return None
        return self.year_of(value, name)

    def year_of(self, value: Any, name: str) -> FinancialYear | None:
        """A financial year from a value that stands at a name."""
        expected = "a financial year such as 2016/17"
        try:
            year = FinancialYear.parse(value if isinstance(value, str) else "")
        except YearNotUnderstood as problem:
            said = str(problem)
            self.refuse("year not understood", name, expected, said[:1].upper() + said[1:], found=value)
            return None
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            expected = f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
            self.refuse("year out of range", name, expected, "Correct it", found=value)
            return None
        return year

    def day(self, name: str) -> date | None:
        """A day, as a date of TOML or a text in the same form."""
        value = self.given.get(name)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self.refuse("date not understood", name, "a day as 2016-03-09", "Write it so", found=value)
            return None

    def provenance(self) -> Provenance:
        """Where the values of this table come from: its ``source``, ``date`` and ``basis``."""
        basis = self.choice("basis", BASES) if "basis" in self else None
        return Provenance(self.text("source"), self.day("date"), cast(Basis, basis) if basis else None)


PROVENANCE = ("source", "date", "basis")


def _exact(value: Any) -> Decimal | None:
    """A finite number, exactly; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() < 200 else LARGEST * 2
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    try:
        return parse_number(value) if isinstance(value, str) else None
    except NumberNotUnderstood:
        return None
