"""What people used before a date and after it, for as long as they were alive and registered; added up by strata of people who are alike.

Whoever dies or leaves is followed to that day and no further: what came after the date is divided by how long people were followed,
so that a cohort of whom many die does not seem to need little care. Days in a bed count in the span in which they were spent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import ibis
import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY

OUTCOMES = ("emergency_admissions", "attendances", "bed_days", "cost")
STRATUM = ("age_band", "sex", "decile", "emergencies")
Spans = tuple[date, date, date]
"""The first span ends on the second day, the other begins after it: (start, as_at, end)."""
_SOURCES = {
    "emergency_admissions": ("admissions", "recorded_date"),
    "attendances": ("attendances", "recorded_date"),
    "bed_days": ("admissions", "recorded_date"),
    "cost": ("costs", "event_date"),
}
_DAY = timedelta(days=1)


@cache
def comparing_parameters() -> Mapping[str, Any]:
    """Name to value, meaning, source and date."""
    text = resources.files("leftshift.population.cohorts").joinpath("comparing.toml").read_text("utf-8")
    return tomllib.loads(text)


def parameter(name: str) -> float:
    """The value of a parameter of comparing."""
    return float(comparing_parameters()[name]["value"])


def known_outcomes(
    engine: Engine, records: Mapping[str, ir.Table], end: date, known_to: date | None
) -> tuple[str, ...]:
    """The outcomes whose records reach to the end of the span; raises FaultsFound where none does.

    A set that does not say when it was drawn is taken to be known up to its last entry, and as much longer as entries may be late.
    """
    if known_to is not None and known_to < end:
        raise refused(f"records drawn on {known_to}", f"records that were drawn on {end} or later")
    late = timedelta(days=parameter("days_late"))
    known = []
    for name, (table, column) in _SOURCES.items():
        (row,) = engine.rows(records[table].aggregate(last=records[table][column].max()))
        last = row["last"]
        if last is not None and (known_to is not None or last + late >= end):
            known.append(name)
    if not known:
        raise refused("no entry near the end", f"admissions, attendances or costs up to {end}")
    return tuple(known)


def refused(found: str, expected: str) -> FaultsFound:
    """Records that do not say what became of people."""
    faults = Faults()
    action = "Draw the records again once the months are over, or compare fewer months"
    faults.add(Fault("outcomes not known", "records", None, None, found, expected, action))
    return FaultsFound(faults)


def followed_people(people: ir.Table, records: Mapping[str, ir.Table], spans: Spans) -> ir.Table:
    """Of everybody whom the records know: ``until`` which day they were alive and registered, the share of the span until it, and ``died``."""
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


def strata_of(
    people: ir.Table, followed: ir.Table, records: Mapping[str, ir.Table], cohort: str, spans: Spans
) -> ir.Table:
    """Sums of strata, of those inside the cohort and of those outside: a row each, with ``people`` and what ``_sums`` names."""
    wide = people.select(
        "person_id", "sex", age_band=(people.age / parameter("age_band")).floor(), decile=people.imd_decile.fill_null(0),
        inside=people[membership_column(cohort)],
    ).join(followed, "person_id")  # fmt: skip
    for part in _outcomes(records, followed, spans):
        wide = wide.left_join(part, "person_id").drop("person_id_right")
    used = [f"{name}_{when}" for name in OUTCOMES for when in ("before", "after")]
    measured = wide.mutate(**{name: wide[name].cast("float64").fill_null(0.0) for name in used})
    measured = measured.mutate(
        emergencies=ibis.least(measured.emergency_admissions_before, float(parameter("most_emergencies")))
    )
    return measured.group_by([*STRATUM, "inside"]).agg(**_sums(measured))


def _outcomes(records: Mapping[str, ir.Table], followed: ir.Table, spans: Spans) -> list[ir.Table]:
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


def _summed(rows: ir.Table, name: str, value: Any, spans: Spans, earlier: Any | None = None) -> ir.Table:
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
    """What means of a stratum, how far they may be off, and how much one person adds to them are worked out from."""
    x = measured.followed
    sums = {
        "people": measured.count(), "followed": x.sum(), "followed_squares": (x * x).sum(), "died": measured.died.sum(),
    }  # fmt: skip
    for name in OUTCOMES:
        before, after = measured[f"{name}_before"], measured[f"{name}_after"]
        sums |= {
            f"{name}_before": before.sum(), f"{name}_after": after.sum(),
            f"{name}_before_squares": (before * before).sum(), f"{name}_after_squares": (after * after).sum(),
            f"{name}_before_people": (before != 0).ifelse(1, 0).sum(), f"{name}_after_people": (after != 0).ifelse(1, 0).sum(),
            f"{name}_both": (before * after).sum(), f"{name}_before_followed": (before * x).sum(),
            f"{name}_after_followed": (after * x).sum(),
        }  # fmt: skip
    return sums
