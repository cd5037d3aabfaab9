"""What became of a cohort beside people who are like it: means before and after a date, and the difference of the differences.

Matching is by coarsened exact strata (Iacus, King and Porro 2012): age band, sex, deprivation decile and emergency admissions in
the year before. Each stratum of the cohort is held against those of the same stratum outside it, and strata weigh as the cohort
has them; members of strata without anybody to compare are left out and counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY
from leftshift.population.facts.reaching import months_before
from leftshift.population.privacy.disclosure import disclosure_rules, shown_count
from leftshift.population.privacy.opting_out import without_opted_out

OUTCOMES = ("emergency_admissions", "attendances", "bed_days", "cost")
_STRATUM = ("age_band", "sex", "decile", "emergencies")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome a person, before and after: of the cohort, of those it is compared with, and the difference of the differences."""

    name: str
    cohort_before: float
    cohort_after: float
    others_before: float
    others_after: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cohort beside its like; counts are protected, and a cohort of the threshold or fewer has no outcomes."""

    cohort: str
    as_at: date
    months: int
    matched: int
    unmatched: int
    others: int
    outcomes: tuple[Outcome, ...]

    def document(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **asdict(self),
            "as_at": self.as_at.isoformat(),
            "outcomes": [asdict(one) for one in self.outcomes],
        }


@cache
def comparing_parameters() -> Mapping[str, Any]:
    """Name to value, meaning, source and date."""
    text = resources.files("leftshift.population.cohorts").joinpath("comparing.toml").read_text("utf-8")
    return tomllib.loads(text)


def compare_cohort(
    engine: Engine,
    people: ir.Table,
    records: Mapping[str, ir.Table],
    cohort: str,
    as_at: date,
    months: int,
    *,
    opt_outs: Path | None = None,
) -> Comparison:
    """Compare the cohort of a run at ``as_at`` with its like, over so many months before and after that date.

    ``people`` are those of the run; ``records`` were drawn at least so many months later. Whoever has said no
    since is left out.
    """
    people = without_opted_out(engine, people, records["opt_outs"], extra=opt_outs).persons
    spans = (months_before(as_at, months), as_at, months_before(as_at, -months))
    wide = people.select(
        "person_id", "sex", age_band=(people.age / _value("age_band")).floor(), decile=people.imd_decile.fill_null(0),
        inside=people[membership_column(cohort)],
    )  # fmt: skip
    for part in _outcomes(records, spans):
        wide = wide.left_join(part, "person_id").drop("person_id_right")
    measured = wide.mutate(
        **{
            name: wide[name].cast("float64").fill_null(0.0)
            for name in wide.columns
            if name.endswith(("_before", "_after"))
        }
    )
    measured = measured.mutate(
        emergencies=ibis.least(measured.emergency_admissions_before, float(_value("most_emergencies")))
    )
    strata = measured.group_by([*_STRATUM, "inside"]).agg(people=measured.count(), **_sums(measured))
    return _compared(pl.DataFrame(engine.rows(strata), infer_schema_length=None), cohort, as_at, months)


def _value(name: str) -> float:
    return float(comparing_parameters()[name]["value"])


def _outcomes(records: Mapping[str, ir.Table], spans: tuple[date, date, date]) -> list[ir.Table]:
    """A table a source, with two columns an outcome; a day belongs to the span that ends on it."""
    stays, visits, costs = records["admissions"], records["attendances"], records["costs"]
    stays = stays.filter(stays.method.startswith(EMERGENCY)).distinct()
    days = stays.discharge_date.fill_null(ibis.literal(spans[2])).delta(stays.event_date, unit="day")
    return [
        _summed(stays, "emergency_admissions", ibis.literal(1), spans),
        _summed(stays, "bed_days", days, spans),
        _summed(visits.distinct(), "attendances", ibis.literal(1), spans),
        # of a month the cost is dated to its first day
        _summed(costs, "cost", costs.cost, tuple(span - timedelta(days=1) for span in spans)),
    ]


def _summed(rows: ir.Table, name: str, value: Any, spans: tuple[date, ...]) -> ir.Table:
    start, middle, end = spans
    within = {"before": (start, middle), "after": (middle, end)}
    return rows.group_by("person_id").agg(
        **{
            f"{name}_{when}": ((rows.event_date > low) & (rows.event_date <= high)).ifelse(value, 0).sum()
            for when, (low, high) in within.items()
        }
    )


def _sums(measured: ir.Table) -> dict[str, Any]:
    sums: dict[str, Any] = {}
    for name in OUTCOMES:
        before, after = measured[f"{name}_before"], measured[f"{name}_after"]
        change = after - before
        sums |= {
            f"{name}_before": before.sum(), f"{name}_after": after.sum(), f"{name}_change": change.sum(),
            f"{name}_squares": (change * change).sum(),
        }  # fmt: skip
    return sums


def _compared(strata: pl.DataFrame, cohort: str, as_at: date, months: int) -> Comparison:
    inside, others = strata.filter(pl.col("inside")), strata.filter(~pl.col("inside"))
    pairs = inside.join(others, on=list(_STRATUM), suffix="_others", nulls_equal=True)
    matched, everybody = int(pairs["people"].sum()), int(inside["people"].sum())
    outcomes = (
        tuple(_outcome(pairs, name) for name in OUTCOMES) if matched > disclosure_rules().threshold else ()
    )
    return Comparison(
        cohort,
        as_at,
        months,
        shown_count(matched),
        shown_count(everybody - matched),
        shown_count(int(pairs["people_others"].sum())),
        outcomes,
    )


def _outcome(pairs: pl.DataFrame, name: str) -> Outcome:
    mine, theirs = pairs["people"], pairs["people_others"]
    share = mine / mine.sum()

    def mean(column: str, people: pl.Series) -> float:
        return float((share * pairs[column] / people).sum())

    def variance(suffix: str, people: pl.Series) -> pl.Series:
        of_mean = pairs[f"{name}_change{suffix}"] / people
        spread = (pairs[f"{name}_squares{suffix}"] / people - of_mean * of_mean).clip(lower_bound=0.0)
        return spread / people

    difference = mean(f"{name}_change", mine) - mean(f"{name}_change_others", theirs)
    error = float((share * share * (variance("", mine) + variance("_others", theirs))).sum()) ** 0.5
    reach = NormalDist().inv_cdf((1 + _value("confidence")) / 2) * error
    return Outcome(
        name,
        mean(f"{name}_before", mine),
        mean(f"{name}_after", mine),
        mean(f"{name}_before_others", theirs),
        mean(f"{name}_after_others", theirs),
        difference,
        difference - reach,
        difference + reach,
    )
