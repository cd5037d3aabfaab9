"""What becomes of a cohort beside its like: by hand, and held to a slow second way, person by person."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

import ibis
import polars as pl
import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.cohorts.comparing import (
    Comparison,
    Estimate,
    compare_cohort,
    estimate_of,
    pairs_of,
)
from leftshift.population.cohorts.following import OUTCOMES, followed_people, strata_of
from leftshift.population.engines.engine import Engine, engine_of
from leftshift.population.privacy.opting_out import Choices
from tests.library.people.made import AS_AT, Rows, people, records_of

START, END = date(2015, 4, 1), date(2017, 4, 1)


def alike(number: int) -> dict[str, list[dict[str, Any]]]:
    """Women of 70; the first half of them are the cohort."""
    return people(*[70] * number, imd_decile=4)


def compared(
    folder: Path, rows: Rows, *, months: int = 12, known_to: date | None = END, choices: Choices | None = None
) -> Comparison:
    with engine_of("duckdb", folder / "scratch") as engine:
        records = records_of(engine, folder / "set", rows)
        run = _run(engine, [row["person_id"] for row in rows["persons"]], records)
        return compare_cohort(engine, run, records, "x", AS_AT, months, known_to=known_to, choices=choices)


def worked_out(folder: Path, rows: Rows) -> dict[str, Estimate]:
    """Every outcome as it is before it is rounded to be told."""
    with engine_of("duckdb", folder / "scratch") as engine:
        records = records_of(engine, folder / "set", rows)
        run = _run(engine, [row["person_id"] for row in rows["persons"]], records)
        spans = (START, AS_AT, END)
        followed = engine.keep(followed_people(run, records, spans), "followed")
        strata = engine.rows(strata_of(run, followed, records, "x", spans))
    pairs = pairs_of(pl.DataFrame(strata, infer_schema_length=None))
    return {name: estimate_of(pairs, name) for name in OUTCOMES}


def means(found: Estimate) -> tuple[float, float, float, float]:
    """Before and after, of the cohort and of the others."""
    cohort, others = found.cohort, found.others
    return cohort.mean("before"), cohort.mean("after"), others.mean("before"), others.mean("after")


def _run(engine: Engine, keys: Iterable[int], records: Any) -> Any:
    keys = list(keys)
    columns: dict[str, list[Any]] = {"person_id": keys, "in_x": [key <= len(keys) / 2 for key in keys]}
    inside = engine.table("inside", columns, {"person_id": "int64", "in_x": "boolean"})
    about = records["persons"].select(
        "person_id", "sex", "imd_decile", age=ibis.literal(70), practice=ibis.literal("P1"), network=ibis.literal("N1"),
        locality=ibis.literal("North"), commissioner=ibis.literal("C1"),
    )  # fmt: skip
    return inside.join(about, "person_id")


def stay(person: int, day: date, days: int | None, method: str = "21") -> dict[str, Any]:
    return {
        "admission_id": person * 100_000 + day.toordinal() % 100_000, "person_id": person, "event_date": day, "method": method,
        "discharge_date": None if days is None else day + timedelta(days=days), "recorded_date": day,
    }  # fmt: skip


def test_a_day_in_bed_counts_in_the_span_in_which_it_was_spent(tmp_path: Path) -> None:
    rows = alike(40)
    # in from 22 March to 11 April: 10 days before and on the date, 10 after
    rows["admissions"] = [stay(key, date(2016, 3, 22), 20) for key in range(1, 21)]
    rows["admissions"] += [stay(key, date(2016, 1, 1), 4) for key in range(21, 41)]

    assert means(worked_out(tmp_path, rows)["bed_days"]) == (10, 10, 4, 0)


def test_a_stay_from_before_the_first_span_counts_from_its_first_day(tmp_path: Path) -> None:
    rows = alike(40)
    # 1 January and 94 days are 5 April
    rows["admissions"] = [stay(key, date(2015, 1, 1), 94) for key in range(1, 41)]

    found = worked_out(tmp_path, rows)

    assert means(found["bed_days"]) == (4, 0, 4, 0)
    assert means(found["emergency_admissions"]) == (0, 0, 0, 0)


def test_a_stay_that_lasts_counts_to_the_end(tmp_path: Path) -> None:
    rows = alike(40)
    rows["admissions"] = [stay(key, date(2017, 3, 22), None) for key in range(1, 21)]

    assert means(worked_out(tmp_path, rows)["bed_days"]) == (0, 10, 0, 0)


def test_whoever_dies_is_followed_to_that_day(tmp_path: Path) -> None:
    """Both sides are seen once a quarter while they live; half of the cohort die after a quarter."""
    rows = alike(40)
    quarter = AS_AT + timedelta(days=365) / 4
    for row in rows["persons"][:10]:
        row["death_date"] = quarter
    rows["attendances"] = [
        {"attendance_id": key * 10 + at, "person_id": key, "event_date": AS_AT + timedelta(days=91 * at - 5)}
        for key in range(1, 41)
        for at in (1, 2, 3, 4)
        if key > 10 or at == 1
    ]

    visits = worked_out(tmp_path, rows)["attendances"]
    told = compared(tmp_path / "told", rows)

    # 10 people once in 91 of 365 days, 10 four times in all of them
    assert means(visits) == pytest.approx((0, 50 / (10 * 91 / 365 + 10), 0, 4))
    assert abs(visits.difference) < 0.05
    # ten of twenty: each adds a twentieth, and the root of ten squares of it is 0.16; of the others nobody died, which is hidden as a few are
    assert (told.died, told.others_died) == (0.6, None)


def test_whoever_moves_away_is_followed_to_that_day(tmp_path: Path) -> None:
    rows = alike(40)
    for row in rows["registrations"][:20]:
        row["to_date"] = AS_AT + timedelta(days=73)
    rows["attendances"] = [
        {"attendance_id": key, "person_id": key, "event_date": AS_AT + timedelta(days=day)}
        for key, day in [*((key, 73) for key in range(1, 11)), *((key, 74) for key in range(11, 21))]
    ]

    # 10 visits of 20 people who were there for a fifth of the time; what came later is not seen
    assert means(worked_out(tmp_path, rows)["attendances"])[1] == pytest.approx(10 / 20 / 0.2)


def test_a_cost_belongs_to_the_month_it_is_dated_to(tmp_path: Path) -> None:
    rows = alike(40)
    months = [
        date(2015, 3, 1),
        date(2015, 4, 1),
        date(2016, 3, 1),
        date(2016, 4, 1),
        date(2017, 3, 1),
        date(2017, 4, 1),
    ]
    rows["costs"] = [
        {"person_id": key, "event_date": month, "setting": "acute", "cost": 10.0**at}
        for key in range(1, 21)
        for at, month in enumerate(months)
    ]

    assert means(worked_out(tmp_path, rows)["cost"]) == (110, 11_000, 0, 0)


# ------------------------------------------------------------------- what is not known
def test_records_that_end_too_early_are_refused(tmp_path: Path) -> None:
    rows = alike(40)
    rows["admissions"] = [stay(1, date(2016, 9, 1), 2)]

    with pytest.raises(FaultsFound, match="records drawn on 2017-03-31"):
        compared(tmp_path / "a", rows, known_to=date(2017, 3, 31))
    with pytest.raises(FaultsFound, match="no entry near the end"):
        compared(tmp_path / "b", rows, known_to=None)
    rows["admissions"].append(stay(1, date(2017, 2, 1), 2))
    assert compared(tmp_path / "c", rows, known_to=None).not_known == ("attendances", "cost")


def test_an_outcome_without_records_is_not_nought(tmp_path: Path) -> None:
    rows = alike(40)
    rows["attendances"] = [{"attendance_id": 1, "person_id": 1, "event_date": date(2016, 9, 1)}]

    found = compared(tmp_path, rows)

    assert [one.name for one in found.outcomes] == ["attendances"]
    assert found.not_known == ("emergency_admissions", "bed_days", "cost")


@pytest.mark.parametrize("months", [0, -5, 61, 100_000])
def test_months_that_make_no_span_are_refused(tmp_path: Path, months: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 60"):
        compared(tmp_path, alike(40), months=months)


def test_records_of_other_people_are_refused_and_missing_ones_counted(tmp_path: Path) -> None:
    rows = alike(40)
    rows["admissions"] = [stay(1, date(2016, 9, 1), 2)]
    with engine_of("duckdb", tmp_path / "scratch") as engine:
        records = records_of(engine, tmp_path / "set", rows)
        run = _run(engine, range(1, 41), records)
        few = records["persons"].filter(records["persons"].person_id > 10)
        none = records["persons"].filter(records["persons"].person_id > 99)

        found = compare_cohort(engine, run, {**records, "persons": few}, "x", AS_AT, 12, known_to=END)
        with pytest.raises(FaultsFound, match="nobody of the run"):
            compare_cohort(engine, run, {**records, "persons": none}, "x", AS_AT, 12, known_to=END)

    assert found.unknown == 10


def test_whoever_said_no_since_is_left_out(tmp_path: Path) -> None:
    """By NHS number, which the people of a run do not have."""
    rows = alike(40)
    rows["admissions"] = [stay(1, date(2016, 9, 1), 2)]
    for row, number in zip(rows["persons"], ("9990000018", "9990000026"), strict=False):
        row["nhs_number"] = number
    rows["opt_outs"] = [{"person_id": key} for key in range(3, 9)]
    (tmp_path / "no.csv").write_text("nhs_number\n9990000018\n9990000026\n")

    assert compared(tmp_path, rows, choices=Choices(tmp_path / "no.csv")).matched == 10  # 12, rounded


# ------------------------------------------------------------------- a slow second way
def drawn(seed: int) -> dict[str, list[dict[str, Any]]]:
    """People with random admissions, attendances, costs, deaths and moves."""
    draw = random.Random(seed)
    rows = alike(120)
    for table in ("admissions", "attendances", "costs"):
        rows[table] = []
    for at, row in enumerate(rows["persons"]):
        key, row["sex"] = row["person_id"], draw.choice("12")
        if draw.random() < 0.2:
            row["death_date"] = AS_AT + timedelta(days=draw.randint(1, 400))
        if draw.random() < 0.2:
            rows["registrations"][at]["to_date"] = AS_AT + timedelta(days=draw.randint(0, 400))
        days = draw.sample(range(-400, 400), k=8)
        rows["admissions"] += [
            stay(key, AS_AT + timedelta(days=day), draw.choice((0, 3, 40, None)), draw.choice(("21", "11")))
            for day in days[:3]
        ]
        rows["attendances"] += [
            {"attendance_id": key * 10 + n, "person_id": key, "event_date": AS_AT + timedelta(days=day)}
            for n, day in enumerate(days[3:])
        ]
        rows["costs"] += [
            {
                "person_id": key,
                "event_date": date(2015 + n // 12, n % 12 + 1, 1),
                "setting": "acute",
                "cost": draw.random() * 900,
            }
            for n in draw.sample(range(24), k=9)
        ]
    return rows


def slowly(rows: Rows) -> dict[str, tuple[float, ...]]:
    """Before, after of both sides, the difference and half its interval, from lists of persons."""
    strata: dict[Any, dict[bool, list[dict[Any, float]]]] = defaultdict(lambda: {True: [], False: []})
    for row in rows["persons"]:
        one = _of_one(rows, row)
        strata[row["sex"], min(one["emergency_admissions", "before"], 3)][row["person_id"] <= 60].append(one)
    pairs = [
        sides for sides in strata.values() if all(sum(p["x"] for p in side) > 0 for side in sides.values())
    ]
    everybody = sum(len(sides[True]) for sides in pairs)
    found = {}
    for name in ("emergency_admissions", "attendances", "bed_days", "cost"):
        means = {True: [0.0, 0.0], False: [0.0, 0.0]}
        variance = 0.0
        for sides in pairs:
            weight = len(sides[True]) / everybody
            for inside, side in sides.items():
                n, x = len(side), sum(p["x"] for p in side)
                rate, mean = sum(p[name, "after"] for p in side) / x, sum(p[name, "before"] for p in side) / n
                means[inside][0] += weight * mean
                means[inside][1] += weight * rate
                off = [
                    (p[name, "after"] - rate * p["x"]) / (x / n) - (p[name, "before"] - mean) for p in side
                ]
                variance += weight**2 * sum(e * e for e in off) / n**2
        difference = means[True][1] - means[True][0] - means[False][1] + means[False][0]
        found[name] = (*means[True], *means[False], difference, NormalDist().inv_cdf(0.975) * variance**0.5)
    return found


def _of_one(rows: Rows, row: dict[str, Any]) -> dict[Any, float]:
    key = row["person_id"]
    here = next(one for one in rows["registrations"] if one["person_id"] == key)
    until = min(row.get("death_date") or END, here.get("to_date") or END, END)
    spans = {"before": (START, AS_AT), "after": (AS_AT, until)}
    found: dict[Any, float] = {"x": (until - AS_AT).days / (END - AS_AT).days}
    stays = [one for one in rows["admissions"] if one["person_id"] == key and one["method"] == "21"]
    visits = [one for one in rows["attendances"] if one["person_id"] == key]
    for when, (low, high) in spans.items():
        found["emergency_admissions", when] = sum(low < one["event_date"] <= high for one in stays)
        found["attendances", when] = sum(low < one["event_date"] <= high for one in visits)
        nights = [low + timedelta(days=n + 1) for n in range((high - low).days)]
        found["bed_days", when] = sum(
            one["event_date"] < night <= (one["discharge_date"] or END) for one in stays for night in nights
        )
        found["cost", when] = sum(
            one["cost"]
            for one in rows["costs"]
            if one["person_id"] == key and low <= one["event_date"] < high
        )
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_fast_way_says_what_the_slow_way_says(seed: int, tmp_path: Path) -> None:
    rows = drawn(seed)
    found = worked_out(tmp_path, rows)

    for name, expected in slowly(rows).items():
        one = found[name]
        given = (*means(one), one.difference, one.half_interval)
        assert given == pytest.approx(expected, rel=1e-9, abs=1e-9), name
