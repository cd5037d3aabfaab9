"""What of small numbers may be shown: counts at or below a threshold are hidden, the rest are rounded.

**Why totals are sums of what is shown.** It seems safe to round every cell by itself, totals as well. It is not: four cells of 7
are each hidden (0 to 7), their total of 28 is rounded to 30 (28 to 32), and only four cells of 7 make 28. So a total is
never rounded from the true one: it is the sum of the parts as they are shown, and says nothing that they do not say. A reader is
left with each cell alone: a hidden one is any of 0 to 7, a shown one any of five. The price is a total that is too low where parts
are hidden; ``hidden`` beside it says how many they are.

**Two exports** of the same cells tell the difference of a cell to five values at best. Whoever knows from elsewhere that exactly one
person left, or the true total, learns more; no rounding that is the same every time prevents that. Nor may one export break a cell
up that another shows whole, for that is a total rounded from the true one: take both from one table by ``with_totals``, or tell
the one as a part of the other (``privacy.splitting``), as cohorts do.

Sums and means are hidden with the count of people they come from, and otherwise rounded to few figures. Work rates and shares out from
counts that are protected: a share of true counts gives the counts away.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Any

import polars as pl

from leftshift.foundation.faults import Fault, Faults, near_miss, shown

ALL = "all"
HIDDEN = "hidden"
_TABLE = "table to be shown"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The parameters: what is hidden, to what the rest is rounded, and to how many figures sums and means are."""

    threshold: int
    base: int
    significant: int


@cache
def disclosure_rules() -> Disclosure:
    """The parameters that ``disclosure.toml`` gives."""
    text = resources.files("leftshift.population.privacy").joinpath("disclosure.toml").read_text("utf-8")
    return Disclosure(**{name: int(given["value"]) for name, given in tomllib.loads(text).items()})


def shown_count(count: int, rules: Disclosure | None = None) -> int:
    """A count as it may be shown; 0 stands for every count that is hidden."""
    rules = rules or disclosure_rules()
    return 0 if count <= rules.threshold else rules.base * ((2 * count + rules.base) // (2 * rules.base))


def count_text(count: int, rules: Disclosure | None = None) -> str:
    """A protected count in words: of a hidden one, that it is the threshold or fewer."""
    rules = rules or disclosure_rules()
    return f"{count:,}" if count else f"{rules.threshold:,} or fewer"


def told_text(count: int) -> str:
    """A count that is told or hidden, in words: what is hidden may be small, or would give a small one away."""
    return f"{count:,}" if count else HIDDEN


def protected(
    rows: pl.DataFrame | Sequence[Mapping[str, Any]],
    *,
    counts: Sequence[str],
    values_by_count: Mapping[str, str] | None = None,
    totals: Mapping[str, Sequence[str]] | None = None,
    labels: Sequence[str] = (),
    rules: Disclosure | None = None,
) -> pl.DataFrame:
    """A table as it may be shown. Its rows have no person in common; give no row that is the total of others.

    ``counts``: columns that count people; a hidden one is 0 (``count_text``). ``values_by_count``: a sum or mean and the column
    that counts whom it comes from; null where that is hidden. ``totals``: a column and those that add up to it, which are counts;
    it is worked out anew from what is shown. ``labels``: columns of numbers that say what a row is about, such as a year; every
    other column of numbers has to be one of these. Raises FaultsFound.
    """
    rules, totals, values = rules or disclosure_rules(), totals or {}, values_by_count or {}
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), infer_schema_length=None)
    _refuse(frame, counts, values, totals, labels)
    hidden = [
        pl.when(pl.col(count) <= rules.threshold)
        .then(None)
        .otherwise(_figures(pl.col(value), rules))
        .alias(value)
        for value, count in values.items()
    ]
    done = frame.with_columns([*(_rounded(count, rules) for count in counts), *hidden])
    return done.with_columns(pl.sum_horizontal(list(parts)).alias(total) for total, parts in totals.items())


def with_totals(
    cells: pl.DataFrame, *, over: Sequence[str], counts: Sequence[str], label: str = ALL
) -> pl.DataFrame:
    """Cells that are protected, and below them every total over some or all of the columns ``over``.

    A total is the sum of its cells as they are shown; ``<count>_hidden`` says how many of them are hidden. Sums and means have no
    totals here: null.
    """
    beside = [(pl.col(count) == 0).sum().cast(pl.Int64).alias(f"{count}_{HIDDEN}") for count in counts]
    parts = [cells.with_columns((pl.col(c) == 0).cast(pl.Int64).alias(f"{c}_{HIDDEN}") for c in counts)]
    for size in range(1, len(over) + 1):
        for summed in combinations(over, size):
            kept = [column for column in over if column not in summed]
            sums = [*(pl.col(count).sum() for count in counts), *beside]
            found = cells.group_by(kept, maintain_order=True).agg(sums) if kept else cells.select(sums)
            parts.append(found.with_columns(pl.lit(label).alias(column) for column in summed))
    texts = [part.with_columns(pl.col(column).cast(pl.String) for column in over) for part in parts]
    return pl.concat(texts, how="diagonal_relaxed")


def _rounded(column: str, rules: Disclosure) -> pl.Expr:
    count = pl.col(column)
    near = (2 * count + rules.base) // (2 * rules.base) * rules.base
    return pl.when(count <= rules.threshold).then(0).otherwise(near).alias(column)


def _figures(value: pl.Expr, rules: Disclosure) -> pl.Expr:
    return value.cast(pl.Float64).round_sig_figs(rules.significant)


def _refuse(
    frame: pl.DataFrame,
    counts: Sequence[str],
    values: Mapping[str, str],
    totals: Mapping[str, Sequence[str]],
    labels: Sequence[str],
) -> None:
    faults = Faults()
    named = {*counts, *values, *totals, *labels}
    for column in {*counts, *values, *labels} - set(frame.columns):
        guess = near_miss(column, frame.columns)
        expected = "a column of the table"
        faults.add(
            Fault(
                "column missing", _TABLE, None, shown(column), "", expected, "Name one that is there", guess
            )
        )
    for column, kind in frame.schema.items():
        if (kind.is_numeric() or kind.is_nested()) and column not in named:
            expected = "a count, a value with the count it comes from, or a label"
            action = "Say which it is: a number that nobody described is not shown"
            faults.add(
                Fault("column not described", _TABLE, None, shown(column), str(kind), expected, action)
            )
    for count in {*values.values(), *(part for parts in totals.values() for part in parts)} - set(counts):
        expected = "one of the counts: " + ", ".join(counts)
        faults.add(
            Fault("not a count", _TABLE, None, shown(count), "", expected, "Add its column to the counts")
        )
    for count in [name for name in counts if name in frame.columns]:
        _refuse_count(frame[count], faults)
    faults.raise_if_any()


def _refuse_count(count: pl.Series, faults: Faults) -> None:
    whole = count.dtype.is_integer()
    wrong = int(count.null_count() + (count < 0).sum()) if whole else count.len()
    if wrong or not whole:
        found = f"{wrong:,} rows" if whole else str(count.dtype)
        expected = "whole numbers of people, none below nought"
        faults.add(Fault("not a count", _TABLE, None, shown(count.name), found, expected, "Count people"))
