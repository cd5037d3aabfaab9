"""Read the question of a portfolio from a TOML text; every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from leftshift.economy.choosing.lines import lines_of
from leftshift.economy.choosing.question import (
    ANY,
    AS_IT_STANDS,
    AS_PLANNED,
    DO_NOTHING,
    EVERY,
    PERIMETER,
    TOTAL,
    Choice,
    Exclusion,
    Measure,
    Objective,
    PositionLimit,
    Prerequisite,
    Question,
    ResourceLimit,
    Starts,
)
from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood

_LONGEST = 200_000  # characters of one file: a question is short
_MOST = 2_000  # entries of one list
_WHOLE = ("name", "interventions", "starts", "lowest", "highest", "must_have", "most_starts_a_year", "most_interventions",
          "objective", "choices", "position_limits", "resource_limits", "exclusions", "prerequisites", "one_more")  # fmt: skip
_MEASURES: tuple[Measure, ...] = get_args(Measure)


def read_question(path: Path) -> Question:
    """The question of a file; raises FaultsFound, and OSError where there is none."""
    try:
        return question_of(path.read_text("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        fault = Fault("wrong encoding", path.name, None, None, "", "text in UTF-8", "Save the file as UTF-8")
        raise _one(fault) from None


def question_of(text: str, file: str = "question.toml") -> Question:
    """The question of a TOML text; raises FaultsFound with everything that is wrong with it."""
    if len(text) > _LONGEST:
        expected = f"at most {_LONGEST:,} characters"
        raise _one(Fault("file too large", file, None, None, f"{len(text):,}", expected, "Shorten it"))
    try:
        document = parse_toml(text)
    except NotToml as problem:
        fault = Fault("file not understood", file, None, None, "", "TOML", f"Mend it: {problem}")
        raise _one(fault) from None
    reader = _Reader(file, lines_of(text))
    question = reader.question(document)
    reader.faults.raise_if_any()
    return question


def _one(fault: Fault) -> FaultsFound:
    faults = Faults()
    faults.add(fault)
    return FaultsFound(faults)


class _Reader:
    """Reads values one by one and collects what is wrong with them; ``at`` is the path of a table."""

    def __init__(self, file: str, lines: Mapping[str, int]) -> None:
        self.file, self.lines, self.faults = file, lines, Faults()

    def refuse(
        self,
        kind: str,
        where: str,
        expected: str,
        action: str,
        found: Any = "",
        suggestion: str | None = None,
    ) -> None:
        line = self.lines.get(where) or self.lines.get(where.rpartition(".")[0])
        text = "" if found == "" else shown(str(found))
        self.faults.add(Fault(kind, self.file, line, where, text, expected, action, suggestion))

    def question(self, given: Mapping[str, Any]) -> Question:
        self._known(given, "", _WHOLE)
        more = self._one_more(given)
        return Question(
            name=self._text(given, "", "name") or "A portfolio",
            objective=self._objective(given),
            interventions=self._names(given, "", "interventions") if "interventions" in given else None,
            starts=self._starts(given, "") or ANY,
            lowest=self._share(given, "", "lowest", 1.0),
            highest=self._share(given, "", "highest", 1.0),
            choices=self._each(given, "choices", self._choice),
            position_limits=self._each(given, "position_limits", self._position_limit),
            resource_limits=self._each(given, "resource_limits", self._resource_limit),
            exclusions=self._each(given, "exclusions", self._exclusion),
            prerequisites=self._each(given, "prerequisites", self._prerequisite),
            must_have=self._names(given, "", "must_have"),
            most_starts_a_year=self._whole(given, "", "most_starts_a_year"),
            most_interventions=self._whole(given, "", "most_interventions"),
            file=self.file,
            lines=self.lines,
            **more,
        )

    # ------------------------------------------------------------------ tables
    def _objective(self, document: Mapping[str, Any]) -> Objective:
        at = "objective"
        given = self._table(document.get(at, {}), at, ("measure", "share", "whose", "years"))
        plain = Objective()
        share = self._share(given, at, "share", plain.share)
        if not 0 < share <= 1:
            expected = "a share of the draws above nought, up to 100%"
            self.refuse("value out of range", f"{at}.share", expected, "Correct it", given.get("share"))
        years = tuple(
            year
            for text in self._list(given, at, "years")
            if (year := self._year(text, f"{at}.years")) is not None
        )
        self._once(years, f"{at}.years")
        return Objective(self._measure(given, at), share, self._text(given, at, "whose") or PERIMETER, years)

    def _choice(self, entry: Any, at: str) -> Choice:
        given = self._table(entry, at, ("intervention", "starts", "lowest", "highest", "scale"))
        low, high = (self._share(given, at, name, None) for name in ("lowest", "highest"))
        if "scale" in given:
            if low is not None or high is not None:
                expected = "scale, or lowest and highest"
                self.refuse("two values", f"{at}.scale", expected, "Keep one of the two")
            low = high = self._share(given, at, "scale", None)
        name = self._text(given, at, "intervention", needed=True)
        return Choice(name, self._starts(given, at), low, high, self.lines.get(at))

    def _position_limit(self, entry: Any, at: str) -> PositionLimit:
        given = self._table(entry, at, ("organisation", "year", "no_worse_than", "measure"))
        whose = self._text(given, at, "organisation", needed=True)
        year = self._when(given, at, (EVERY,))
        floor = given.get("no_worse_than")
        words = (AS_IT_STANDS, DO_NOTHING)
        expected = f"an amount in £000, or one of {', '.join(words)}"
        if floor is None:
            self.refuse("missing value", f"{at}.no_worse_than", expected, "Fill it in")
        limit = floor if floor in words else self._number(floor, f"{at}.no_worse_than", expected)
        measure = self._measure(given, at)
        return PositionLimit(whose, year, 0.0 if limit is None else limit, measure, self.lines.get(at))

    def _resource_limit(self, entry: Any, at: str) -> ResourceLimit:
        given = self._table(entry, at, ("resource", "year", "at_most"))
        resource = self._text(given, at, "resource", needed=True)
        when = self._when(given, at, (EVERY, TOTAL))
        here = f"{at}.at_most"
        if "at_most" not in given:
            self.refuse("missing value", here, "an amount of the resource", "Fill it in")
        amount = self._number(given.get("at_most"), here, "an amount of the resource")
        if amount is not None and amount < 0:
            self.refuse("value out of range", here, "nought or more", "Correct it", given["at_most"])
        return ResourceLimit(resource, when, amount or 0.0, self.lines.get(at))

    def _exclusion(self, entry: Any, at: str) -> Exclusion:
        given = self._table(entry, at, ("of",))
        names = self._names(given, at, "of")
        if len(set(names)) < 2:
            expected = "two interventions or more, of which at most one is chosen"
            self.refuse("missing value", f"{at}.of", expected, "Name them")
        return Exclusion(names, self.lines.get(at))

    def _prerequisite(self, entry: Any, at: str) -> Prerequisite:
        given = self._table(entry, at, ("intervention", "needs", "lag_years"))
        name, needs = (self._text(given, at, key, needed=True) for key in ("intervention", "needs"))
        lag = self._whole(given, at, "lag_years")
        return Prerequisite(name, needs, lag or 0, self.lines.get(at))

    def _one_more(self, document: Mapping[str, Any]) -> dict[str, float]:
        at, names = "one_more", ("position", "resource", "count")
        given = self._table(document.get(at, {}), at, names)
        found = {}
        for name in names:
            if name in given:
                number = self._number(given[name], f"{at}.{name}", "a number above nought")
                if number is not None and number <= 0:
                    self.refuse(
                        "value out of range", f"{at}.{name}", "a number above nought", "Correct it", number
                    )
                found[f"one_more_{name}"] = number or 1.0
        return found

    # ------------------------------------------------------------------ values
    def _each(self, given: Mapping[str, Any], name: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
        entries = self._list(given, "", name)
        return tuple(read(entry, f"{name} {at}") for at, entry in enumerate(entries, start=1))

    def _table(self, given: Any, at: str, known: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(given, Mapping):
            self.refuse("value not understood", at, "a table of named values", "Write it so", given)
            return {}
        self._known(given, at, known)
        return given

    def _known(self, given: Mapping[str, Any], at: str, known: Sequence[str]) -> None:
        for name in given:
            if name not in known:
                expected, action = "one of " + ", ".join(known), "Rename or remove it: nothing would read it"
                self.refuse(
                    "unknown name", _path(at, name), expected, action, suggestion=near_miss(name, known)
                )

    def _list(self, given: Mapping[str, Any], at: str, name: str) -> list[Any]:
        found = given.get(name, [])
        if not isinstance(found, list):
            self.refuse("value not understood", _path(at, name), "a list", "Write it as a list", found)
            return []
        if len(found) > _MOST:
            self.refuse("too many", _path(at, name), f"at most {_MOST:,}", "Shorten it", f"{len(found):,}")
        return found[:_MOST]

    def _text(self, given: Mapping[str, Any], at: str, name: str, *, needed: bool = False) -> str:
        value = given.get(name, "")
        if not isinstance(value, str):
            self.refuse(
                "text not understood", _path(at, name), "a text in quotes", "Put it into quotes", value
            )
            return ""
        if needed and not value.strip():
            self.refuse("missing value", _path(at, name), f'{name} = "…"', "Fill it in")
        return value.strip()

    def _names(self, given: Mapping[str, Any], at: str, name: str) -> tuple[str, ...]:
        found = self._list(given, at, name)
        for value in found:
            if not isinstance(value, str):
                expected = "names in quotes"
                self.refuse("text not understood", _path(at, name), expected, "Put it into quotes", value)
        names = tuple(value.strip() for value in found if isinstance(value, str))
        self._once(names, _path(at, name))
        return names

    def _once(self, values: Sequence[Any], where: str) -> None:
        for value in dict.fromkeys(value for value in values if values.count(value) > 1):
            self.refuse("duplicate key", where, "each once", "Leave one of the two out", value)

    def _starts(self, given: Mapping[str, Any], at: str) -> Starts | None:
        value = given.get("starts")
        if value is None:
            return None
        if value == ANY or value == AS_PLANNED:  # noqa: SIM109  (so that the types see which)
            return ANY if value == ANY else AS_PLANNED
        where = _path(at, "starts")
        if not isinstance(value, list) or not value:
            expected = f"a list of financial years, or one of {ANY}, {AS_PLANNED}"
            self.refuse("value not understood", where, expected, "Write it so", value)
            return None
        self._once(value, where)
        return tuple(year for text in value if (year := self._year(text, where)) is not None)

    def _when(self, given: Mapping[str, Any], at: str, words: tuple[str, ...]) -> Any:
        value = given.get("year", EVERY)
        return value if value in words else self._year(value, f"{at}.year", words) or EVERY

    def _year(self, text: Any, where: str, words: Sequence[str] = ()) -> FinancialYear | None:
        try:
            return FinancialYear.parse(str(text))
        except YearNotUnderstood as problem:
            also = f", or one of {', '.join(words)}" if words else ""
            expected = f"a financial year such as 2016/17{also}"
            said = str(problem)
            self.refuse("year not understood", where, expected, said[:1].upper() + said[1:], text)
            return None

    def _measure(self, given: Mapping[str, Any], at: str) -> Measure:
        value = self._text(given, at, "measure") or "expected"
        for known in _MEASURES:
            if value == known:
                return known
        expected = "one of " + ", ".join(_MEASURES)
        guess = near_miss(value, _MEASURES)
        self.refuse("not one of the choices", f"{at}.measure", expected, "Use one of them", value, guess)
        return "expected"

    def _number(self, value: Any, where: str, expected: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                return float(parse_number(str(value)))
            except NumberNotUnderstood:
                pass
        self.refuse("number not understood", where, expected, "Write a number", value)
        return None

    def _share(self, given: Mapping[str, Any], at: str, name: str, default: Any) -> Any:
        value, where = given.get(name), _path(at, name)
        if value is None:
            return default
        signed = isinstance(value, str) and value.strip().endswith("%")
        number = self._number(value.strip()[:-1] if signed else value, where, "a share such as 50% or 0.5")
        if number is None:
            return default
        share = number / 100 if signed else number
        if share < 0:
            self.refuse("value out of range", where, "nought or more", "Correct it", value)
        return share

    def _whole(self, given: Mapping[str, Any], at: str, name: str) -> int | None:
        value = given.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        expected = "a whole number from nought up"
        self.refuse("number not understood", _path(at, name), expected, "Write one", value)
        return None


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
