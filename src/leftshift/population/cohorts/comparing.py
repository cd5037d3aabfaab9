"""What became of a cohort beside people who are like it: means before and after a date, and the difference of the differences.

Matching is by coarsened exact strata (Iacus, King and Porro 2012): age band, sex, deprivation decile and emergency admissions in
the span before. Each stratum of the cohort is held against those of the same stratum outside it, and strata weigh as the cohort
has them; members of strata without anybody to compare are left out and counted.

Whoever dies or leaves is followed to that day and no further: what came after the date is divided by how long people were followed,
so that a cohort of whom many die does not seem to need little care. Days in a bed count in the span in which they were spent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from statistics import NormalDist
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY
from leftshift.population.facts.reaching import months_before
from leftshift.population.privacy.disclosure import disclosure_rules, shown_count
from leftshift.population.privacy.opting_out import Choices, without_opted_out

OUTCOMES = ("emergency_admissions", "attendances", "bed_days", "cost")
_SOURCES = {
    "emergency_admissions": ("admissions", "recorded_date"),
    "attendances": ("attendances", "recorded_date"),
    "bed_days": ("admissions", "recorded_date"),
    "cost": ("costs", "event_date"),
}
_SIDES = ("", "_others")
_DAY = timedelta(days=1)
_STRATUM = ("age_band", "sex", "decile", "emergencies")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome a person: of the span before, and for each whole span after that people were followed.

    Of the cohort, of those it is compared with, and the difference of the differences.
    """

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
    """A cohort beside its like; counts are protected, and a cohort of the threshold or fewer has no outcomes.

    ``unknown`` are people of the run whom the records do not hold; ``not_known`` are outcomes whose records end before the span does.
    """

    cohort: str
    as_at: date
    months: int
    matched: int
    unmatched: int
    others: int
    unknown: int
    died: float | None
    others_died: float | None
    outcomes: tuple[Outcome, ...]
    not_known: tuple[str, ...]

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
    known_to: date | None = None,
    choices: Choices | None = None,
) -> Comparison:
    """Compare the cohort of a run at ``as_at`` with its like, over so many months before and after that date.

    ``people`` are those of the run; ``records`` (persons, registrations, admissions, attendances, costs, opt_outs) were drawn later: on
    ``known_to``, otherwise as late as their last entry. Whoever has said no since is left out. Raises FaultsFound where
    the records end before the months are over, and where they hold nobody of the run.
    """
    if not 1 <= months <= _value("most_months"):
        raise ValueError(f"months before and after are from 1 to {_value('most_months'):g}, not {months}")
    spans = (months_before(as_at, months), as_at, months_before(as_at, -months))
    names = known_outcomes(engine, records, spans[2], known_to)
    left = without_opted_out(engine, people, records, choices).persons
    wide = left.select(
        "person_id", "sex", age_band=(left.age / _value("age_band")).floor(), decile=left.imd_decile.fill_null(0),
        inside=left[membership_column(cohort)],
    )  # fmt: skip
    followed = engine.keep(_followed(wide, records, spans), "followed")
    wide = wide.join(followed, "person_id")
    for part in _outcomes(records, followed, spans):
        wide = wide.left_join(part, "person_id").drop("person_id_right")
    used = [f"{name}_{when}" for name in OUTCOMES for when in ("before", "after")]
    measured = wide.mutate(**{name: wide[name].cast("float64").fill_null(0.0) for name in used})
    measured = measured.mutate(
        emergencies=ibis.least(measured.emergency_admissions_before, float(_value("most_emergencies")))
    )
    strata = measured.group_by([*_STRATUM, "inside"]).agg(**_sums(measured))
    frame = pl.DataFrame(engine.rows(strata), infer_schema_length=None)
    if frame.is_empty():
        raise _refused("nobody of the run", "linked records of the people whom the run counted")
    (row,) = engine.rows(left.anti_join(followed, "person_id").aggregate(people=lambda t: t.count()))
    return _compared(frame, cohort, as_at, months, names, int(row["people"]))


def known_outcomes(
    engine: Engine, records: Mapping[str, ir.Table], end: date, known_to: date | None
) -> tuple[str, ...]:
    """The outcomes whose records reach to the end of the span; raises FaultsFound where none does.

    A set that does not say when it was drawn is taken to be known up to its last entry, and as much longer as entries may be late.
    """
    if known_to is not None and known_to < end:
        raise _refused(f"records drawn on {known_to}", f"records that were drawn on {end} or later")
    late = timedelta(days=_value("days_late"))
    known = []
    for name, (table, column) in _SOURCES.items():
        (row,) = engine.rows(records[table].aggregate(last=records[table][column].max()))
        last = row["last"]
        if last is not None and (known_to is not None or last + late >= end):
            known.append(name)
    if not known:
        raise _refused("no entry near the end", f"admissions, attendances or costs up to {end}")
    return tuple(known)


def _refused(found: str, expected: str) -> FaultsFound:
    faults = Faults()
    action = "Draw the records again once the months are over, or compare fewer months"
    faults.add(Fault("outcomes not known", "records", None, None, found, expected, action))
    return FaultsFound(faults)


def _followed(people: ir.Table, records: Mapping[str, ir.Table], spans: tuple[date, date, date]) -> ir.Table:
    """Of everybody whom the records know: the last day on which they were alive and registered, and the share of the span until it."""
    _, as_at, end = spans
    persons, registrations = records["persons"], records["registrations"]
    last = ibis.literal(end)
    here = registrations.filter(registrations.from_date <= end)
    here = here.group_by("person_id").agg(left=here.to_date.fill_null(last).max())
    known = people.select("person_id").join(persons.select("person_id", "death_date"), "person_id")
    known = known.left_join(here, "person_id").drop("person_id_right")
    until = ibis.least(known.death_date.fill_null(last), known.left.fill_null(last), last)
    until = ibis.greatest(until, ibis.literal(as_at))
    share = until.delta(ibis.literal(as_at), unit="day") / float((end - as_at).days)
    died = (known.death_date <= end).fill_null(False).ifelse(1.0, 0.0)
    return known.select("person_id", until=until, followed=share, died=died)


def _value(name: str) -> float:
    return float(comparing_parameters()[name]["value"])


def _outcomes(
    records: Mapping[str, ir.Table], followed: ir.Table, spans: tuple[date, date, date]
) -> list[ir.Table]:
    """A table a source, with two columns an outcome; a day belongs to the span that ends on it."""
    start, as_at, _ = spans
    until = followed.select("person_id", "until")
    stays, visits, costs = (
        records[name].join(until, "person_id") for name in ("admissions", "attendances", "costs")
    )
    stays = stays.filter(stays.method.startswith(EMERGENCY)).distinct()
    return [
        _summed(stays, "emergency_admissions", ibis.literal(1), spans),
        stays.group_by("person_id").agg(
            bed_days_before=_days(stays, ibis.literal(start), ibis.literal(as_at)).sum(),
            bed_days_after=_days(stays, ibis.literal(as_at), stays.until).sum(),
        ),
        _summed(visits.distinct(), "attendances", ibis.literal(1), spans),
        # of a month the cost is dated to its first day
        _summed(costs, "cost", costs.cost, spans, ibis.interval(days=1)),
    ]


def _days(stays: ir.Table, low: Any, high: Any) -> Any:
    """Days in a bed after one day and up to another; a stay without an end lasts."""
    ends = ibis.least(stays.discharge_date.fill_null(high), high)
    return ibis.greatest(ends.delta(ibis.greatest(stays.event_date, low), unit="day"), 0)


def _summed(
    rows: ir.Table, name: str, value: Any, spans: tuple[date, date, date], earlier: Any | None = None
) -> ir.Table:
    start, as_at, _ = spans
    until = rows.until
    if earlier is not None:
        start, as_at, until = start - _DAY, as_at - _DAY, (until - earlier).cast("date")
    day = rows.event_date
    inside = {"before": (day > start) & (day <= as_at), "after": (day > as_at) & (day <= until)}
    return rows.group_by("person_id").agg(
        **{f"{name}_{when}": holds.ifelse(value, 0).sum() for when, holds in inside.items()}
    )


def _sums(measured: ir.Table) -> dict[str, Any]:
    """What means of a stratum, and how far they may be off, are worked out from."""
    x = measured.followed
    sums = {
        "people": measured.count(), "followed": x.sum(), "followed_squares": (x * x).sum(), "died": measured.died.sum(),
    }  # fmt: skip
    for name in OUTCOMES:
        before, after = measured[f"{name}_before"], measured[f"{name}_after"]
        sums |= {
            f"{name}_before": before.sum(), f"{name}_after": after.sum(),
            f"{name}_before_squares": (before * before).sum(), f"{name}_after_squares": (after * after).sum(),
            f"{name}_both": (before * after).sum(), f"{name}_before_followed": (before * x).sum(),
            f"{name}_after_followed": (after * x).sum(),
        }  # fmt: skip
    return sums


def _compared(
    strata: pl.DataFrame, cohort: str, as_at: date, months: int, names: tuple[str, ...], unknown: int
) -> Comparison:
    inside, others = strata.filter(pl.col("inside")), strata.filter(~pl.col("inside"))
    pairs = inside.join(others, on=list(_STRATUM), suffix="_others", nulls_equal=True)
    pairs = pairs.filter(pl.col("followed") > 0, pl.col("followed_others") > 0)
    matched, everybody = int(pairs["people"].sum()), int(inside["people"].sum())
    is_shown = matched > disclosure_rules().threshold
    died, others_died = (
        (_weighted(pairs, "died", ""), _weighted(pairs, "died_others", "_others"))
        if is_shown
        else (None, None)
    )
    return Comparison(
        cohort,
        as_at,
        months,
        shown_count(matched),
        shown_count(everybody - matched),
        shown_count(int(pairs["people_others"].sum())),
        shown_count(unknown),
        died,
        others_died,
        tuple(_outcome(pairs, name) for name in names) if is_shown else (),
        tuple(name for name in OUTCOMES if name not in names),
    )


def _weighted(pairs: pl.DataFrame, column: str, suffix: str) -> float:
    """A mean over people of one side, whose strata weigh as the cohort has them."""
    share = pairs["people"] / pairs["people"].sum()
    return float((share * pairs[column] / pairs[f"people{suffix}"]).sum())


def _outcome(pairs: pl.DataFrame, name: str) -> Outcome:
    share = pairs["people"] / pairs["people"].sum()
    sides = [_Side(pairs, name, suffix) for suffix in _SIDES]
    before, after = (
        [float((share * of(side)).sum()) for side in sides] for of in (_Side.before, _Side.after)
    )
    difference = (after[0] - before[0]) - (after[1] - before[1])
    error = float(sum((share * share * side.variance()).sum() for side in sides)) ** 0.5
    reach = NormalDist().inv_cdf((1 + _value("confidence")) / 2) * error
    return Outcome(
        name, before[0], after[0], before[1], after[1], difference, difference - reach, difference + reach
    )


@dataclass(frozen=True)
class _Side:
    """An outcome of one side, stratum by stratum: before, of everybody; after, for each whole span that people were followed."""

    pairs: pl.DataFrame
    name: str
    suffix: str

    def _of(self, column: str) -> pl.Series:
        return self.pairs[f"{column}{self.suffix}"]

    def before(self) -> pl.Series:
        return self._of(f"{self.name}_before") / self._of("people")

    def after(self) -> pl.Series:
        return self._of(f"{self.name}_after") / self._of("followed")

    def variance(self) -> pl.Series:
        """Of after less before: of a ratio, as of the sum of what each person adds to it (Taylor linearisation)."""
        people, name, rate, mean = self._of("people"), self.name, self.after(), self.before()
        followed = self._of("followed") / people
        left = self._of(f"{name}_after_squares") - rate * 2 * self._of(f"{name}_after_followed")
        left = (left + rate * rate * self._of("followed_squares")) / (followed * followed)
        both = (self._of(f"{name}_both") - rate * self._of(f"{name}_before_followed")) * 2 / followed
        before = self._of(f"{name}_before_squares") - people * mean * mean
        return (left - both + before).clip(lower_bound=0.0) / (people * people)
