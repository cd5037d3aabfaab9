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
from math import hypot, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.counting import localities_told
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.cohorts.telling import LocalityTold, added
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY
from leftshift.population.facts.reaching import months_before
from leftshift.population.privacy.disclosure import disclosure_rules
from leftshift.population.privacy.opting_out import without_opted_out
from leftshift.population.privacy.rounding import in_steps, told_value
from leftshift.population.privacy.splitting import Known, part_of

OUTCOMES = ("emergency_admissions", "attendances", "bed_days", "cost")
_OTHERS = "_others"
_STRATUM = ("age_band", "sex", "decile", "emergencies")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome a person, before and after: of the cohort, of those it is compared with, and the difference of the differences.

    Means are in steps that no one person moves further; None where few people had any of it, and then there is no difference.
    """

    name: str
    cohort_before: float | None
    cohort_after: float | None
    others_before: float | None
    others_after: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cohort beside its like; outcomes are those of more people than the threshold, matched with more than that.

    Counts are as all counts of the cohort show them: ``matched`` is what ``unmatched``, where it is told, leaves; 0 is hidden.
    """

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
    told = list(localities_told(engine, people, cohort).values())
    return _compared(pl.DataFrame(engine.rows(strata), infer_schema_length=None), told, cohort, as_at, months)


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
        for when, value in (("before", before), ("after", after), ("change", change)):
            sums |= {
                f"{name}_{when}": value.sum(),
                f"{name}_{when}_squares": (value * value).sum(),
                f"{name}_{when}_people": (value != 0).ifelse(1, 0).sum(),
            }
    return sums


def _compared(
    strata: pl.DataFrame, told: list[LocalityTold], cohort: str, as_at: date, months: int
) -> Comparison:
    inside, others = strata.filter(pl.col("inside")), strata.filter(~pl.col("inside"))
    pairs = inside.join(others, on=list(_STRATUM), suffix=_OTHERS, nulls_equal=True)
    matched, everybody = int(pairs["people"].sum()), int(inside["people"].sum())
    like = int(pairs[f"people{_OTHERS}"].sum())
    is_told = min(matched, like) > disclosure_rules().threshold
    return Comparison(
        cohort,
        as_at,
        months,
        *_told_counts(told, matched, everybody - matched, like),
        tuple(_outcome(pairs, name) for name in OUTCOMES) if is_told else (),
    )


def _told_counts(told: list[LocalityTold], matched: int, unmatched: int, like: int) -> tuple[int, int, int]:
    """Those matched, those who are not, and the others, where each is a part of what all counts of the cohort show."""
    cohort, everybody = added(one.inside for one in told), added(one.counted for one in told)
    outside = Known(0, everybody.low - cohort.high, everybody.high - cohort.low)
    others = part_of(like, [outside]).shown
    if matched <= disclosure_rules().threshold:
        return 0, 0, others
    left_out = part_of(unmatched, [cohort]).shown
    return sum(one.people for one in told) - left_out, left_out, others


def _outcome(pairs: pl.DataFrame, name: str) -> Outcome:
    share = pairs["people"] / pairs["people"].sum()
    means = {
        f"{of}_{when}": _told_mean(pairs, share, name, when, suffix)
        for of, suffix in (("cohort", ""), ("others", _OTHERS))
        for when in ("before", "after")
    }
    difference, reach = _difference(pairs, share, name)
    if any(mean is None for mean in means.values()):
        return Outcome(name, **means, difference=None, low=None, high=None)
    error = NormalDist().inv_cdf((1 + _value("confidence")) / 2) * _error(pairs, share, name)
    middle, low, high = (in_steps(difference + off, reach) for off in (0.0, -error, error))
    return Outcome(name, **means, difference=middle, low=low, high=high)


def _told_mean(pairs: pl.DataFrame, share: pl.Series, name: str, when: str, of: str) -> float | None:
    column = f"{name}_{when}"
    contributors = int(pairs[f"{column}_people{of}"].sum())
    return told_value(_mean(pairs, share, column, of), _reach(pairs, share, column, of), contributors)


def _reach(pairs: pl.DataFrame, share: pl.Series, column: str, of: str) -> float:
    """The root of the sum of the squares of what each person adds to a mean."""
    weight = share / pairs[f"people{of}"]
    return sqrt((weight * weight * pairs[f"{column}_squares{of}"]).sum())


def _mean(pairs: pl.DataFrame, share: pl.Series, column: str, of: str) -> float:
    return float((share * pairs[f"{column}{of}"] / pairs[f"people{of}"]).sum())


def _difference(pairs: pl.DataFrame, share: pl.Series, name: str) -> tuple[float, float]:
    """The difference of the changes, and its reach."""
    column = f"{name}_change"
    value = _mean(pairs, share, column, "") - _mean(pairs, share, column, _OTHERS)
    return value, hypot(_reach(pairs, share, column, ""), _reach(pairs, share, column, _OTHERS))


def _error(pairs: pl.DataFrame, share: pl.Series, name: str) -> float:
    """The standard error of the difference of the changes."""
    variance = 0.0
    for of in ("", _OTHERS):
        people = pairs[f"people{of}"]
        mean = pairs[f"{name}_change{of}"] / people
        spread = (pairs[f"{name}_change_squares{of}"] / people - mean * mean).clip(lower_bound=0.0)
        variance += float((share * share * spread / people).sum())
    return sqrt(variance)
