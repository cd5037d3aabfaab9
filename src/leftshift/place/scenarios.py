"""A scenario: a short file of named changes to inputs, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood

FOLDER = "scenarios"
_HEADING = ("name", "description", "source", "kind")
STRESS = "stress"
_CHANGE = ("why", "table", "where", "set", "add", "times", "in", "from", "to", "source")
_OPERATIONS = ("set", "add", "times")
_CODE = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_LONGEST = 1_000_000  # characters of one file: a scenario is short


@dataclass(frozen=True)
class ScenarioChange:
    """One named change: of which rows, in which years, which columns become what. Texts as they were written."""

    why: str
    table: str
    where: Mapping[str, str]
    operations: Mapping[str, Mapping[str, str]]  # set, add, times → column → text
    years: tuple[FinancialYear | None, FinancialYear | None] | None
    source: str
    line: int

    def writes(self) -> Iterator[tuple[str, str, str]]:
        """(operation, column, text) of everything it does."""
        for operation, columns in self.operations.items():
            for column, text in columns.items():
                yield operation, column, text


@dataclass(frozen=True)
class Scenario:
    """Named changes to the inputs of a place. ``text`` is its file, kept as it was written."""

    code: str
    text: str
    name: str = field(compare=False)
    description: str = field(compare=False)
    source: str = field(compare=False)
    kind: str = field(compare=False)  # "stress" for a shock that stress tests apply, else empty
    changes: tuple[ScenarioChange, ...] = field(compare=False)

    @property
    def file(self) -> str:
        """Where it stands in the place folder."""
        return f"{FOLDER}/{self.code}.toml"


def read_scenario(name: str, text: str) -> tuple[Scenario | None, list[Fault]]:
    """Read a scenario's file; ``name`` is its path in the place folder. What is wrong comes back as faults."""
    reader = _Reader(name, text)
    scenario = reader.read()
    return (None if reader.faults else scenario), reader.faults


class _Reader:
    """Reads one file and collects its faults."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.faults: list[Fault] = []
        self.lines = [
            number
            for number, line in enumerate(text.splitlines(), start=1)
            if re.match(r"^\s*\[\[\s*change\s*\]\]", line)
        ]

    def refuse(
        self,
        kind: str,
        expected: str,
        action: str,
        *,
        line: int | None = None,
        column: str | None = None,
        **more: Any,
    ) -> None:
        """Add a fault."""
        self.faults.append(
            Fault(
                kind, self.name, line, column, more.get("found", ""), expected, action, more.get("suggestion")
            )
        )

    def read(self) -> Scenario | None:
        """The scenario; None when it has faults."""
        code = self.name.removeprefix(f"{FOLDER}/").removesuffix(".toml")
        if not _CODE.match(code):
            expected = "a file name of lower-case letters, digits and hyphens, ending in .toml"
            self.refuse("name not understood", expected, "Rename the file", found=shown(code))
        if len(self.text) > _LONGEST:
            self.refuse("file too large", f"at most {_LONGEST:,} characters", "Keep the changes that matter")
            return None
        try:
            document = parse_toml(self.text)
        except NotToml as problem:
            self.refuse("file not understood", "TOML", f"Mend it: {problem}")
            return None
        given = document.pop("change", [])
        heading = {key: self._words(document.pop(key, ""), None, key) for key in _HEADING}
        self._strangers(document, (*_HEADING, "change"), None)
        if not heading["name"]:
            self.refuse("missing value", 'name = "…"', "Add the name that people use", column="name")
        if heading["kind"] not in ("", STRESS):
            found = shown(heading["kind"])
            self.refuse(
                "not one of the choices",
                f'kind = "{STRESS}", or no kind',
                "Use one of them",
                column="kind",
                found=found,
            )
        if not isinstance(given, list) or not given or not all(isinstance(entry, dict) for entry in given):
            self.refuse("empty scenario", "at least one [[change]]", "Say what changes", column="change")
            return None
        changes = [self._change(entry, self._line(at)) for at, entry in enumerate(given)]
        return Scenario(
            code,
            self.text,
            heading["name"],
            heading["description"],
            heading["source"],
            heading["kind"],
            tuple(change for change in changes if change),
        )

    def _line(self, at: int) -> int:
        return self.lines[at] if at < len(self.lines) else at + 1

    def _words(self, value: Any, line: int | None, column: str) -> str:
        if isinstance(value, str):
            return value.strip()
        self.refuse("text not understood", "a text in quotes", "Put it into quotes", line=line, column=column)
        return ""

    def _strangers(self, given: Mapping[str, Any], known: tuple[str, ...], line: int | None) -> None:
        for key in given:
            if key not in known:
                self.refuse(
                    "unknown column",
                    "one of " + ", ".join(known),
                    "Remove or rename it: nothing would read it",
                    line=line,
                    column=key,
                    suggestion=near_miss(key, known),
                )

    def _change(self, given: Mapping[str, Any], line: int) -> ScenarioChange | None:
        before = len(self.faults)
        self._strangers(given, _CHANGE, line)
        why, table = (self._words(given.get(key, ""), line, key) for key in ("why", "table"))
        for key, value in (("why", why), ("table", table)):
            if not value:
                self.refuse("missing value", f'{key} = "…"', f"Add {key}", line=line, column=key)
        where = self._cells(given.get("where"), line, "where")
        if not where:
            self.refuse(
                "missing value",
                "where = { column = value }",
                "Say which rows change",
                line=line,
                column="where",
            )
        operations = {
            name: self._cells(given[name], line, name) for name in _OPERATIONS if given.get(name) is not None
        }
        self._check_operations(operations, line)
        years = self._years(given, line)
        source = self._words(given.get("source", ""), line, "source")
        if len(self.faults) > before:
            return None
        return ScenarioChange(why, table, where, operations, years, source, line)

    def _check_operations(self, operations: Mapping[str, Mapping[str, str]], line: int) -> None:
        named = [column for columns in operations.values() for column in columns]
        if not named:
            expected = "set, add or times with a column and a value"
            self.refuse("missing value", expected, "Say what becomes of the rows", line=line, column="set")
        for column in sorted({column for column in named if named.count(column) > 1}):
            self.refuse("two values", "one of set, add and times", "Keep one", line=line, column=column)

    def _cells(self, value: Any, line: int, key: str) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(
                "text not understood", f"{key} = {{ column = value }}", "Write it so", line=line, column=key
            )
            return {}
        found = {}
        for column, cell in value.items():
            if isinstance(cell, bool):
                found[column] = "yes" if cell else "no"
            elif isinstance(cell, str | int | float):
                found[column] = str(cell).strip()
            else:
                self.refuse(
                    "text not understood", "a text or a number", "Write one", line=line, column=column
                )
        return found

    def _years(
        self, given: Mapping[str, Any], line: int
    ) -> tuple[FinancialYear | None, FinancialYear | None] | None:
        named = {key: given[key] for key in ("in", "from", "to") if key in given}
        if not named:
            return None
        if "in" in named and len(named) > 1:
            self.refuse("two values", "in, or from and to", "Keep one of the two", line=line, column="in")
        found = {key: self._year(value, line, key) for key, value in named.items()}
        if "in" in found:
            return found["in"], found["in"]
        first, last = found.get("from"), found.get("to")
        if first and last and last < first:
            self.refuse("years do not follow", f"a year from {first}", "Correct it", line=line, column="to")
        return first, last

    def _year(self, value: Any, line: int, key: str) -> FinancialYear | None:
        try:
            return FinancialYear.parse(str(value))
        except YearNotUnderstood as problem:
            self.refuse(
                "year not understood",
                "a financial year such as 2016/17",
                str(problem).capitalize(),
                line=line,
                column=key,
                found=shown(str(value)),
            )
            return None
