"""Intervals for the rows of a frame: every row answered, or every fault of every row."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.measures.grouping_faults import GroupedFaults, marks_in_words, slip_of
from leftshift.measures.loading.reading_cells import Mark, mark_of
from leftshift.measures.loading.sources import separator_fault
from leftshift.measures.statistics.estimates import METHODS, REASONS, Floats, Mask, words_of
from leftshift.measures.statistics.intervals import KINDS, estimate
from leftshift.measures.statistics.parameters import parameter

NEEDED = ("kind", "numerator", "denominator")
OPTIONAL = ("multiplier", "confidence", "standard_deviation")
RESULTS = ("value", "lower", "upper", "method", "withheld")
_FIRST_ROW = 2  # of a CSV file, below its header
_LEAST_CONFIDENCE, _MOST_CONFIDENCE = 0.5, 0.999999
_UNKNOWN, _COUNT, _MEAN = -1, KINDS.index("count"), KINDS.index("mean")
Kinds = NDArray[np.int8]
_CONFIDENCE_WORDS = "a level from 50% to 99.9999%, such as 0.95, 95 or 95%"


def intervals(
    frame: pl.DataFrame,
    *,
    file: str = "intervals",
    rows: Sequence[int] | None = None,
    tell: Callable[[str], object] = str,
) -> pl.DataFrame:
    """The rows of a frame with value, lower, upper, method and withheld beside them.

    Columns: kind (count, rate, proportion, mean, ratio), numerator, denominator (empty for a count); optional: multiplier (1 where
    none is given), confidence (0.95, 95 or 95%; 95% where none is given), standard_deviation (of the observations of a mean).
    Numbers may be text; the result has them as numbers, what was taken for an empty cell included, and confidence as a share. Other
    columns are kept. An empty numerator is a gap: withheld. Marks such as ``*`` in numerator and denominator are no numbers: ``tell`` is
    called with a sentence for each. Raises FaultsFound with every fault, one that many rows have alike once; faults name ``file`` and the number of
    the row in ``rows``, else as in a CSV file whose first row names the columns.
    """
    faults = GroupedFaults()
    _check_columns(frame, file, faults)
    faults.raise_if_any()
    numbered = range(_FIRST_ROW, frame.height + _FIRST_ROW) if rows is None else rows
    reading = _Reading(frame, file, numbered, faults)
    kinds = reading.kinds()
    numbers = {name: reading.numbers(name) for name in ("numerator", "denominator", "standard_deviation")}
    times = reading.numbers("multiplier", default=1.0)
    levels = reading.levels()
    reading.check_sizes(kinds, numbers, times)
    faults.listed.sort(key=lambda fault: fault.row or 0)
    faults.raise_if_any()
    for words in marks_in_words(reading.marks):
        tell(words)
    used = {**numbers, "multiplier": times, "confidence": levels}
    if "standard_deviation" not in frame.columns:
        del used["standard_deviation"]
    given = [pl.Series(name, found, nan_to_null=True) for name, found in used.items()]
    return frame.with_columns(
        words_of(KINDS, kinds).alias("kind"), *given, *_answers(kinds, numbers, times, levels)
    )


def _answers(kinds: Kinds, numbers: Mapping[str, Floats], times: Floats, levels: Floats) -> list[pl.Series]:
    """The columns of the result: one vectorised estimate for each kind and level that occurs."""
    size = kinds.size
    found = {name: np.full(size, np.nan) for name in ("value", "lower", "upper")}
    method, withheld = np.zeros(size, np.int8), np.zeros(size, np.int8)
    for kind, level, rows in _alike(kinds, levels):
        made = estimate(
            kind,
            numbers["numerator"][rows],
            None if kind == "count" else numbers["denominator"][rows],
            multiplier=times[rows],
            confidence=level,
            deviation=numbers["standard_deviation"][rows],
        )
        for name, column in found.items():
            column[rows] = getattr(made, name)
        method[rows], withheld[rows] = made.method, made.withheld
    return [
        *(pl.Series(name, column, nan_to_null=True) for name, column in found.items()),
        words_of(METHODS, method).alias("method"),
        words_of(REASONS, withheld).alias("withheld"),
    ]


def _alike(kinds: Kinds, levels: Floats) -> Iterator[tuple[str, float, slice | NDArray[np.intp]]]:
    """Each kind and level that occurs, with its rows."""
    if kinds.size and (kinds == kinds[0]).all() and (levels == levels[0]).all():
        yield KINDS[kinds[0]], float(levels[0]), slice(None)
        return
    order = np.lexsort((levels, kinds))
    changes = (np.diff(kinds[order]) != 0) | (np.diff(levels[order]) != 0)
    for rows in np.split(order, np.flatnonzero(changes) + 1) if kinds.size else ():
        yield KINDS[kinds[rows[0]]], float(levels[rows[0]]), rows


def _check_columns(frame: pl.DataFrame, file: str, faults: Faults) -> None:
    known = (*NEEDED, *OPTIONAL)
    separated = separator_fault(frame.columns[0], file) if frame.width == 1 else None
    if separated is not None:
        faults.add(separated)
        return
    for name in NEEDED:
        if name not in frame.columns:
            near = near_miss(name, [found for found in frame.columns if found not in known])
            action = f"Rename the column {shown(near)}" if near else "Add the column"
            faults.add(Fault("missing column", file, 1, name, "", f"a column {name}", action))
    for name in (column for column in frame.columns if column not in known):
        meant = slip_of(name, OPTIONAL, frame.columns)
        if meant is not None:
            expected, action = f"one of {', '.join(known)}", "Rename the column"
            faults.add(Fault("unknown column", file, 1, name, shown(name), expected, action, meant))
    for name in RESULTS:
        if name in frame.columns:
            faults.add(
                Fault(
                    "column in the way", file, 1, name, shown(name), "a name that no result has", "Rename it"
                )
            )


class _Reading:
    """Reads the columns of a frame, and collects what is wrong with them."""

    def __init__(self, frame: pl.DataFrame, file: str, rows: Sequence[int], faults: Faults) -> None:
        self.frame, self.file, self.rows, self.faults = frame, file, rows, faults
        self.marks = Counter[tuple[str, Mark]]()

    def kinds(self) -> Kinds:
        """The place of each row's kind in KINDS; -1 where it has none."""
        column = self.frame["kind"].cast(pl.String, strict=False).fill_null("")
        places = {kind: place for place, kind in enumerate(KINDS)}
        distinct = {text: places.get(text.strip().lower(), _UNKNOWN) for text in ("", *column.unique())}
        kinds = column.replace_strict(distinct, return_dtype=pl.Int8).to_numpy()
        for at in np.flatnonzero(kinds == _UNKNOWN):
            found = column[int(at)].strip()
            expected, near = ", ".join(KINDS), near_miss(found, KINDS)
            self._refuse("unknown kind", at, "kind", found, expected, "Name one of the kinds", near)
        return kinds

    def numbers(self, name: str, default: float = math.nan) -> Floats:
        """A column of numbers; the default where a cell is empty, NaN where it cannot be read."""
        if name not in self.frame.columns:
            return np.full(self.frame.height, default)
        column = self.frame[name]
        if column.dtype.is_numeric():
            found = column.cast(pl.Float64).to_numpy()  # a null is NaN
            return found if math.isnan(default) else np.where(np.isnan(found), default, found)
        texts = self._texts(name)
        plain = texts.str.contains(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
        found = (
            texts.set(~plain, None).cast(pl.Float64, strict=False).fill_null(math.nan).to_numpy(writable=True)
        )
        for at in (~plain).arg_true():
            found[at] = self._number(name, at, texts[at]) if texts[at] else default
        return found

    def levels(self) -> Floats:
        """The level of confidence of each row, as a share."""
        default = parameter("confidence")
        if "confidence" not in self.frame.columns:
            return np.full(self.frame.height, default)
        column = self.frame["confidence"]
        distinct = column.unique()
        texts = distinct.cast(pl.String, strict=False).fill_null("")
        known = [_level(text.strip()) if text.strip() else default for text in texts]
        found = np.full(column.len(), known[0] if known else default)
        if len(known) > 1:
            found = column.replace_strict(distinct, known, return_dtype=pl.Float64).to_numpy()
        for at in np.flatnonzero(np.isnan(found)):
            text, near = str(column[int(at)]).strip(), _meant(str(column[int(at)]).strip())
            action = "Write such a level"
            self._refuse("confidence not understood", at, "confidence", text, _CONFIDENCE_WORDS, action, near)
        return found

    def check_sizes(self, kinds: Kinds, numbers: Mapping[str, Floats], times: Floats) -> None:
        """Refuse what no count, denominator, multiplier or standard deviation can be."""
        may_be_negative = (kinds == _MEAN) | (kinds == _UNKNOWN)
        x, n, deviation = (numbers[name] for name in ("numerator", "denominator", "standard_deviation"))
        most = parameter("largest_number")
        for name, wrong, expected in (
            ("numerator", (x < 0) & ~may_be_negative, "0 or more: it is a count"),
            ("denominator", n < 0, "0 or more"),
            ("multiplier", times <= 0, "more than 0"),
            ("standard_deviation", deviation < 0, "0 or more"),
        ):
            self._refuse_all(name, wrong, expected)
        for name, values in (*numbers.items(), ("multiplier", times)):
            self._refuse_all(name, np.abs(values) > most, f"at most {most:.0e}".replace("+", ""))
        self._check_use(kinds, n, deviation)

    def _check_use(self, kinds: Kinds, n: Floats, deviation: Floats) -> None:
        """Refuse what a row gives and its kind does not use."""
        idle = (kinds == _COUNT) & ~np.isnan(n) & (n != 1)
        self._refuse_all("denominator", idle, "nothing: a count has no denominator")
        unused = (kinds != _MEAN) & (kinds != _UNKNOWN) & ~np.isnan(deviation)
        self._refuse_all("standard_deviation", unused, "nothing: only a mean has one")

    def _refuse_all(self, name: str, wrong: Mask, expected: str) -> None:
        if wrong.any():
            texts = self._texts(name)
            for at in np.flatnonzero(wrong):
                self._refuse("value out of range", at, name, texts[int(at)], expected, "Correct the value")

    def _number(self, name: str, at: int, text: str) -> float:
        mark = mark_of(text) if name in NEEDED else None
        if mark is not None:
            self.marks[name, mark] += 1
            return math.nan
        try:
            return float(parse_number(text))
        except NumberNotUnderstood:
            action = "Take the percent sign away" if text.endswith("%") else "Write digits only"
            self._refuse("text in a number", at, name, text, "a number", action)
        return math.nan

    def _texts(self, name: str) -> pl.Series:
        column = self.frame[name]
        return column.cast(pl.String, strict=False).fill_null("").str.strip_chars()

    def _refuse(
        self,
        kind: str,
        at: int | np.intp,
        name: str,
        found: str,
        expected: str,
        action: str,
        near: str | None = None,
    ) -> None:
        self.faults.add(
            Fault(kind, self.file, self.rows[int(at)], name, shown(found), expected, action, near)
        )


def _level(text: str) -> float:
    """A level as a share; NaN where it is none."""
    share = _share(text)
    return share if _LEAST_CONFIDENCE <= share <= _MOST_CONFIDENCE else math.nan


def _share(text: str) -> float:
    try:
        number = float(parse_number(text.removesuffix("%").strip()))
    except NumberNotUnderstood:
        return math.nan
    return number / 100 if text.endswith("%") or number > 1 else number


def _meant(text: str) -> str | None:
    """95% where somebody wrote 0.05 or 5%."""
    share = _share(text)
    return f"{100 * (1 - share):g}%" if 0 < share < _LEAST_CONFIDENCE else None
