"""Read a tidy frame of series, period by period; every fault of it at once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.foundation.periods import HOW_TO_WRITE, Period, PeriodNotUnderstood
from leftshift.measures.grouping_faults import GroupedFaults, marks_in_words, meant_period, slip_of
from leftshift.measures.loading.reading_cells import Mark, mark_of
from leftshift.measures.loading.sources import separator_fault
from leftshift.measures.process_control.rule_sets import parameter

NEEDED = ("period", "value")
OPTIONAL = ("series", "target", "rebase", "author", "better", "provisional")
DIRECTIONS: Mapping[str, int] = {"higher": 1, "lower": -1, "neither": 0}
ONLY_SERIES = "series"
_YES, _NO = {"yes", "true", "1", "y"}, {"", "no", "false", "0", "n"}
_LONGEST = 10_000
_WEEK = 7


@dataclass(frozen=True)
class Rows:
    """A frame that was read: one row a period of a series, sorted; ``kinds`` is the kind of period by series, ``firsts`` its first.

    ``table`` has ``series``, ``at`` (steps since the first period), ``value`` and ``target`` (null: none), ``rebase`` (null: none,
    else its reason, which may be empty), ``author``, ``provisional``, ``row``. ``said`` is what else a person should know: marks that are
    no figures, columns that were not read.
    """

    table: pl.DataFrame
    names: tuple[str, ...]
    firsts: tuple[Period, ...]
    spans: tuple[int, ...]
    better: tuple[int, ...]
    said: tuple[str, ...] = ()


@dataclass
class _Reader:
    file: str
    rows: pl.Series
    faults: GroupedFaults = field(default_factory=GroupedFaults)
    said: list[str] = field(default_factory=list)

    def refuse(
        self,
        kind: str,
        at: int | None,
        column: str | None,
        found: str,
        expected: str,
        action: str,
        suggestion: str | None = None,
    ) -> None:
        row = None if at is None else int(self.rows[at])
        self.faults.add(Fault(kind, self.file, row, column, found, expected, action, suggestion))


def read_frame(
    frame: pl.DataFrame, *, better: str, file: str = "frame", rows: Sequence[int] | None = None
) -> Rows:
    """The rows of a frame. ``rows`` are their numbers as a person counts them (default: from 1). Raises FaultsFound."""
    if better not in DIRECTIONS:
        near = near_miss(better, DIRECTIONS)
        raise ValueError(
            f"better is higher, lower or neither; found {better!r}"
            + (f". Did you mean {near}?" if near else "")
        )
    reader = _Reader(file, pl.Series(range(1, frame.height + 1) if rows is None else rows, dtype=pl.Int64))
    _check_columns(frame, reader)
    reader.faults.raise_if_any()
    table = _texts(frame).with_columns(
        _numbers(frame, "value", reader),
        _numbers(frame, "target", reader),
        _yes(frame, "provisional", reader),
    )
    parsed = _periods(table, reader)
    table = _placed(table.filter(pl.col("period").is_in([*parsed])), parsed, reader)
    return _sorted(table, _directions(table, better, reader), reader)


def _check_columns(frame: pl.DataFrame, reader: _Reader) -> None:
    separated = separator_fault(frame.columns[0], reader.file) if frame.width == 1 else None
    if separated is not None:
        reader.faults.add(separated)
        return
    for name in NEEDED:
        if name not in frame.columns:
            near = near_miss(name, [column for column in frame.columns if column not in OPTIONAL])
            reader.refuse(
                "missing column",
                None,
                name,
                shown(", ".join(frame.columns)),
                f"a column {name}",
                "Add the column",
                near,
            )
    _tell_unknown(frame, reader)
    if not reader.faults and frame.height == 0:
        reader.refuse("no rows", None, None, "", "at least one row", "Add the values of a series")


def _tell_unknown(frame: pl.DataFrame, reader: _Reader) -> None:
    """A column that is a slip of a known one is a fault; others are left unread, and said."""
    known, unread = (*NEEDED, *OPTIONAL), []
    for name in (column for column in frame.columns if column not in known):
        meant = slip_of(name, known, frame.columns)
        if meant is None:
            unread.append(name.strip())
            continue
        action = "Rename the column, or leave it out"
        reader.refuse("unknown column", None, name, shown(name), f"one of {', '.join(known)}", action, meant)
    if named := [name for name in unread if name]:
        columns = "Column" if len(named) == 1 else "Columns"
        reader.said.append(f"{columns} not read: {', '.join(map(shown, named))}.")


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of text, stripped, nothing as an empty text; the row's place as ``row``."""

    def text(name: str, otherwise: str) -> pl.Expr:
        if name not in frame.columns:
            return pl.lit(otherwise).alias(name)
        return pl.col(name).cast(pl.String).str.strip_chars().fill_null("").alias(name)

    return (
        frame.select(
            text("series", ONLY_SERIES),
            text("period", ""),
            text("rebase", ""),
            text("author", ""),
            text("better", ""),
        )
        .with_row_index("row")
        .with_columns(
            pl.col("row").cast(pl.Int64),
            pl.when(pl.col("series") == "")
            .then(pl.lit(ONLY_SERIES))
            .otherwise(pl.col("series"))
            .alias("series"),
        )
    )


def _numbers(frame: pl.DataFrame, name: str, reader: _Reader) -> pl.Series:
    """A column of numbers, null for nothing and for NaN; whatever else is a fault."""
    if name not in frame.columns:
        return pl.Series(name, [None] * frame.height, dtype=pl.Float64)
    given = frame[name]
    text = given.cast(pl.String).str.strip_chars().fill_null("")
    numbers = (text if given.dtype == pl.String else given).cast(pl.Float64, strict=False).fill_nan(None)
    largest = parameter("largest_value")
    wrong = (numbers.is_null() & ~text.str.to_lowercase().is_in(["", "nan"])) | (
        numbers.abs() > largest
    ).fill_null(False)
    marks = Counter[tuple[str, Mark]]()
    for at in wrong.arg_true().to_list():
        mark = mark_of(text[at]) if name == "value" else None
        if mark is not None:
            marks[name, mark] += 1
            continue
        kind = "text in a number" if numbers[at] is None else "number out of range"
        reader.refuse(
            kind,
            at,
            name,
            shown(text[at]),
            f"a number between −{largest:g} and {largest:g}, or nothing",
            "Write a number as 84.2",
        )
    reader.said += marks_in_words(marks)
    return numbers.alias(name)


def _yes(frame: pl.DataFrame, name: str, reader: _Reader) -> pl.Series:
    if name not in frame.columns:
        return pl.Series(name, [False] * frame.height)
    text = frame[name].cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("")
    for at in (~text.is_in([*_YES, *_NO])).arg_true().to_list():
        reader.refuse("not understood", at, name, shown(text[at]), "yes or no", "Write yes or no")
    return text.is_in([*_YES]).alias(name)


def _periods(table: pl.DataFrame, reader: _Reader) -> dict[str, Period]:
    """Text to period, each different text once."""
    parsed: dict[str, Period] = {}
    refused: dict[str, str] = {}
    for text in table["period"].unique(maintain_order=True).to_list():
        try:
            parsed[text] = Period.parse(text)
        except PeriodNotUnderstood:
            refused[text] = HOW_TO_WRITE
    if refused:
        for at, text in enumerate(table["period"].to_list()):
            if text in refused:
                reader.refuse(
                    "period not understood",
                    at,
                    "period",
                    shown(text),
                    "a period",
                    refused[text][0].upper() + refused[text][1:],
                    meant_period(text),
                )
    return parsed


def _placed(table: pl.DataFrame, parsed: Mapping[str, Period], reader: _Reader) -> pl.DataFrame:
    """With the step of each row on the calendar of its kind, and what the kind is; series of mixed kinds are faults."""
    known = pl.DataFrame(
        [{"period": text, "first": period.first, **_steps(period)} for text, period in parsed.items()],
        schema={
            "period": pl.String,
            "first": pl.Date,
            "kind": pl.String,
            "step": pl.Int64,
            "length": pl.Int64,
        },
    )
    table = table.join(known, on="period", how="left", maintain_order="left")
    table = table.with_columns(_as_series().over("series").alias("reads_as")).with_columns(
        pl.when(pl.col("reads_as") == "month")
        .then(pl.col("first").dt.year().cast(pl.Int64) * 12 + pl.col("first").dt.month() - 1)
        .when(pl.col("reads_as") == "week")
        .then(pl.col("step") // _WEEK)
        .otherwise(pl.col("step"))
        .alias("step"),
        pl.when(pl.col("reads_as") == "").then(pl.col("kind")).otherwise(pl.col("reads_as")).alias("kind"),
    )
    mixed = table.filter(pl.col("kind") != pl.col("kind").first().over("series"))
    for row in mixed.unique("series", keep="first", maintain_order=True).iter_rows(named=True):
        reader.refuse(
            "mixed periods",
            row["row"],
            "period",
            shown(row["period"]),
            f"periods of one kind in {_called(row['series'])}",
            "Give months, quarters and years in series of their own; weeks begin on the same weekday",
        )
    return table


def _as_series() -> pl.Expr:
    """Where days stand for something longer: all the first of a month are months, all a week apart are weeks."""
    days = (pl.col("kind") == "day").all() & (pl.col("step").n_unique() > 1)
    firsts = (pl.col("first").dt.day() == 1).all()
    weeks = (pl.col("step") % _WEEK).n_unique() == 1
    return (
        pl.when(days & firsts)
        .then(pl.lit("month"))
        .when(days & weeks)
        .then(pl.lit("week"))
        .otherwise(pl.lit(""))
    )


def _steps(period: Period) -> dict[str, Any]:
    """A period's place on the calendar of its kind; periods of one kind follow each other step by step."""
    if period.kind in ("day", "week"):
        day = period.first.toordinal()
        kind = "day" if period.kind == "day" else f"week {day % _WEEK}"
        return {"kind": kind, "step": day if period.kind == "day" else day // _WEEK, "length": period.length}
    month = period.first.year * 12 + period.first.month - 1
    kind = "month" if period.step == 1 else f"{period.kind} {period.length} {month % period.step}"
    return {"kind": kind, "step": month // period.step, "length": period.length}


def _directions(table: pl.DataFrame, better: str, reader: _Reader) -> dict[str, int]:
    """Series to which way is better."""
    given = table.with_columns(pl.col("better").str.to_lowercase()).filter(pl.col("better") != "")
    for row in given.filter(~pl.col("better").is_in([*DIRECTIONS])).iter_rows(named=True):
        reader.refuse(
            "not understood",
            row["row"],
            "better",
            shown(row["better"]),
            "higher, lower or neither",
            "Write one of them",
            near_miss(row["better"], DIRECTIONS),
        )
    differs = given.filter(pl.col("better") != pl.col("better").first().over("series"))
    for row in differs.unique("series", keep="first", maintain_order=True).iter_rows(named=True):
        reader.refuse(
            "contradiction",
            row["row"],
            "better",
            shown(row["better"]),
            f"one direction for {_called(row['series'])}",
            "Say the same in every row, or in one",
        )
    said = dict(given.unique("series", keep="first").select("series", "better").iter_rows())
    return {
        name: DIRECTIONS.get(said.get(name, better), 0)
        for name in table["series"].unique(maintain_order=True)
    }


def _sorted(table: pl.DataFrame, directions: Mapping[str, int], reader: _Reader) -> Rows:
    order = pl.DataFrame(
        {"series": [*directions], "order": range(len(directions))},
        schema={"series": pl.String, "order": pl.Int64},
    )
    table = table.join(order, on="series").sort("order", "step", "row")
    _refuse_twice(table, reader)
    table = table.with_columns((pl.col("step") - pl.col("step").min().over("order")).alias("at"))
    spans = table.group_by("order", maintain_order=True).agg(
        pl.col("at").max() + 1,
        pl.first("series"),
        pl.first("first", "reads_as", "length", "kind", "row"),
        pl.n_unique("kind").alias("kinds"),
    )
    for row in spans.filter((pl.col("at") > _LONGEST) & (pl.col("kinds") == 1)).iter_rows(named=True):
        reader.refuse(
            "too many periods",
            row["row"],
            "period",
            f"{row['at']:,} periods from first to last in {_called(row['series'])}",
            f"at most {_LONGEST:,}",
            "Look for a slip in a year, or take longer periods",
        )
    table = table.with_columns(_rebased().alias("rebase"))
    _refuse_late_rebases(table, reader)
    reader.faults.raise_if_any()
    return Rows(
        table.select("series", "order", "at", "value", "target", "rebase", "author", "provisional", "row"),
        tuple(spans["series"]),
        tuple(_first_period(row) for row in spans.iter_rows(named=True)),
        tuple(spans["at"]),
        tuple(directions.values()),
        tuple(reader.said),
    )


def _called(series: str) -> str:
    return "the series" if series == ONLY_SERIES else f"series {shown(series)}"


def _refuse_twice(table: pl.DataFrame, reader: _Reader) -> None:
    twice = table.with_columns(pl.col("row").first().over("order", "step").alias("before")).filter(
        pl.col("row") != pl.col("before")
    )
    for row in twice.sort("row").iter_rows(named=True):
        reader.refuse(
            "period twice",
            row["row"],
            "period",
            shown(row["period"]),
            f"each period once in {_called(row['series'])}; row {int(reader.rows[row['before']])} has it",
            "Keep one of the two rows",
        )


def _rebased() -> pl.Expr:
    """The reason of a rebase, empty where none is given; null for no rebase."""
    said = pl.col("rebase").str.to_lowercase()
    return (
        pl.when(said.is_in([*_NO]))
        .then(None)
        .when(said.is_in([*_YES]))
        .then(pl.lit(""))
        .otherwise(pl.col("rebase"))
    )


def _refuse_late_rebases(table: pl.DataFrame, reader: _Reader) -> None:
    latest = pl.col("at").filter(pl.col("value").is_not_null()).max().over("order")
    for row in table.filter(pl.col("rebase").is_not_null() & (pl.col("at") > latest.fill_null(-1))).iter_rows(
        named=True
    ):
        reader.refuse(
            "rebase after the latest value",
            row["row"],
            "rebase",
            shown(row["rebase"] or "yes"),
            "a value at the period of a rebase or after it",
            "Take the rebase out, or give the value",
        )


def _first_period(row: Mapping[str, Any]) -> Period:
    if row["reads_as"] == "month":
        return Period("month", row["first"], 1)
    if row["reads_as"] == "week":
        return Period("week", row["first"], _WEEK)
    kind = row["kind"].split()[0]
    return Period(kind, row["first"], row["length"])


def number(value: float) -> float | None:
    """A number, None for NaN: what may stand in JSON."""
    return None if math.isnan(value) else float(value)
