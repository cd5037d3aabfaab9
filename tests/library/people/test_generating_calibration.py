"""Invented people are held to published totals, and one thing follows from another in them."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from leftshift.population.invented import parameters
from leftshift.population.invented.arrays import Draws
from leftshift.population.invented.calibration import read_calibration
from leftshift.population.invented.falling_ill import illness
from leftshift.population.invented.needing import Membership
from leftshift.population.invented.parameters import hospital_codes
from leftshift.population.invented.people import areas_of, drawn_people
from leftshift.population.invented.planning import planned_pieces
from tests.library.people.slow_cohort import counted_people, lists_by_code, reasons, rows, use_by_group

AS_AT = date(2016, 4, 1)
LLR = read_calibration("llr-2016")
SHARE = 20_000 / LLR.people


@pytest.fixture(scope="module")
def people(folder: Path) -> dict[int, dict[str, object]]:
    return counted_people(folder, AS_AT)


@pytest.fixture(scope="module")
def cohort(folder: Path) -> dict[int, set[str]]:
    return reasons(folder, AS_AT)


# ---------------------------------------------------------------------- what is published
def test_so_many_people_live_here(people: dict[int, dict[str, object]], folder: Path) -> None:
    found = Counter(one["locality"] for one in people.values())

    assert len(people) == 20_000
    assert {name: pytest.approx(count, abs=1.01) for name, count in found.items()} == {
        one.name: one.people * SHARE for one in LLR.localities
    }
    assert len({row["commissioner"] for row in rows(folder, "practices")}) == 3
    assert sum(1 for _ in rows(folder, "practices")) == 138
    out = {row["person_id"] for row in rows(folder, "opt_outs")}
    assert len(out) / (len(out) + len(people)) == pytest.approx(0.03, abs=0.001)


def test_the_cohort_is_that_of_every_locality(
    people: dict[int, dict[str, object]], cohort: dict[int, set[str]]
) -> None:
    found = Counter(people[key]["locality"] for key in cohort)

    for one in LLR.localities:
        assert found[one.name] == pytest.approx(one.cohort * SHARE, abs=1.01), one.name
    assert len(cohort) == pytest.approx(sum(one.cohort for one in LLR.localities) * SHARE, rel=0.02)


def test_the_cohort_has_people_of_every_adult_age(
    people: dict[int, dict[str, object]], cohort: dict[int, set[str]]
) -> None:
    decades = Counter(people[key]["birth_date"].year // 10 for key in cohort)  # type: ignore[attr-defined]

    assert all(decades[decade] > 20 for decade in range(193, 199))
    assert max(decades) == 199


def test_the_frailest_outside_the_cohort_stay_below_its_rules() -> None:
    piece = planned_pieces(LLR, 5_000)[0]
    draws = Draws(1, "a piece")
    frail = replace(
        drawn_people(piece, LLR, areas_of(LLR, 1), draws, AS_AT), frailty=np.full(piece.people, 5.0)
    )
    nobody = np.zeros(piece.people, dtype=np.bool_)
    ill = illness(frail, Membership(nobody, nobody, nobody), draws)

    assert ill.ltcs.max() == 4
    assert ill.deficits.max() == 7  # and five medicines may make one more


def test_every_rule_of_the_cohort_brings_people_into_it(cohort: dict[int, set[str]]) -> None:
    found = Counter(why for whys in cohort.values() for why in whys)
    alone = Counter(next(iter(whys)) for whys in cohort.values() if len(whys) == 1)

    assert min(found.values()) > 60
    assert {"conditions", "deficits", "cost"} <= alone.keys()


def test_use_is_that_of_every_risk_group(folder: Path) -> None:
    found = use_by_group(folder, AS_AT)

    for group in LLR.risk_groups:
        assert found["people"][group.score] == pytest.approx(group.share * 20_000, abs=1)
        for what, total in (("attendances", group.attendances), ("admissions", group.admissions)):
            assert found[what][group.score] == pytest.approx(total * SHARE, abs=1.01), group.name
    for what, total in (
        ("attendances", sum(one.attendances for one in LLR.risk_groups)),
        ("admissions", sum(one.admissions for one in LLR.risk_groups)),
    ):
        assert found[what].total() == pytest.approx(total * SHARE, rel=0.02), what


@pytest.mark.parametrize("people", [1, 7, 50_001, 123_457, LLR.people])
def test_pieces_add_up(people: int) -> None:
    pieces = planned_pieces(LLR, people)

    assert sum(piece.counted for piece in pieces) == people
    assert all(piece.by_group.sum() == piece.counted <= 50_000 for piece in pieces)
    assert all((piece.cohort <= piece.by_locality).all() for piece in pieces)
    in_cohort = np.sum([piece.cohort for piece in pieces], axis=0)
    exact = [LLR.scaled(one.cohort, people) for one in LLR.localities]
    assert in_cohort == pytest.approx(exact, abs=1)
    assert [piece.first_person for piece in pieces] == [
        sum(other.people for other in pieces[:at]) for at in range(len(pieces))
    ]


# ---------------------------------------------------------------------- what depends on what
def test_conditions_and_admissions_rise_with_age_deprivation_and_need(
    folder: Path, people: dict[int, dict[str, object]]
) -> None:
    person = pl.read_parquet(folder / "persons" / "*.parquet").filter(pl.col("person_id").is_in(list(people)))
    admitted = _emergencies(folder, date(2013, 4, 1), AS_AT)
    lists = lists_by_code(folder, "gp")
    ill = {code for code, names in lists.items() if any(name.startswith("ltc.") for name in names)}
    conditions = (
        pl.read_parquet(folder / "gp_events" / "*.parquet")
        .filter(pl.col("code").is_in(list(ill)))
        .with_columns(condition=pl.col("code").str.replace(r"-\d+$", ""))
        .group_by("person_id")
        .agg(pl.col("condition").n_unique())
    )
    whole = person.join(admitted, on="person_id", how="left").join(conditions, on="person_id", how="left")
    whole = whole.with_columns(pl.col("admissions", "condition").fill_null(0))
    age = whole["birth_date"].dt.year()
    old, middle, young = (
        whole.filter(age < 1941),
        whole.filter((age >= 1956) & (age < 1976)),
        whole.filter((age > 1986) & (age < 1998)),
    )

    def mean(frame: pl.DataFrame, column: str) -> float:
        return float(frame[column].mean())  # type: ignore[arg-type]

    for column in ("admissions", "condition"):
        assert mean(old, column) > 1.5 * mean(middle, column) > 1.5 * mean(young, column)
        poor, rich = middle.filter(pl.col("imd_decile") <= 3), middle.filter(pl.col("imd_decile") >= 8)
        assert mean(poor, column) > 1.15 * mean(rich, column), column
    many, few = whole.filter(pl.col("condition") >= 5), whole.filter(pl.col("condition") <= 1)
    assert mean(many, "admissions") > 4 * mean(few, "admissions")
    central = middle.filter(pl.col("lsoa").str.starts_with("INVL01"))
    assert mean(central, "imd_score") > 2 * mean(
        middle.filter(pl.col("lsoa").str.starts_with("INVL06")), "imd_score"
    )


def _emergencies(folder: Path, after: date, until: date) -> pl.DataFrame:
    stays = pl.read_parquet(folder / "admissions" / "*.parquet")
    return (
        stays.filter(
            pl.col("method").str.starts_with("2"),
            pl.col("event_date") > after,
            pl.col("event_date") <= until,
        )
        .group_by("person_id")
        .agg(admissions=pl.len())
    )


def test_what_was_known_a_year_before_tells_who_is_admitted(folder: Path) -> None:
    """The area under the curve of age, medicines and previous use, by ranks."""
    before, year = date(2015, 4, 1), date(2014, 4, 1)
    person = pl.read_parquet(folder / "persons" / "*.parquet").filter(
        pl.col("birth_date") <= before,
        pl.col("death_date").is_null() | (pl.col("death_date") > before),
    )
    medicines = (
        pl.read_parquet(folder / "prescriptions" / "*.parquet")
        .filter(pl.col("event_date") > year, pl.col("event_date") <= before)
        .group_by("person_id")
        .agg(medicines=pl.col("code").n_unique())
    )
    earlier = _emergencies(folder, date(2013, 4, 1), before).rename({"admissions": "earlier"})
    whole = person
    for part in (medicines, earlier, _emergencies(folder, before, AS_AT)):
        whole = whole.join(part, on="person_id", how="left")
    whole = whole.with_columns(pl.col("medicines", "earlier", "admissions").fill_null(0))
    age = (2015 - whole["birth_date"].dt.year()).to_numpy()
    score = (
        (age / 85) ** 2 * 3 + 0.2 * whole["medicines"].to_numpy() + np.minimum(whole["earlier"].to_numpy(), 3)
    )
    is_admitted = whole["admissions"].to_numpy() > 0
    ranks = pl.Series(score).rank().to_numpy()
    count, others = int(is_admitted.sum()), int((~is_admitted).sum())
    area = (ranks[is_admitted].sum() - count * (count + 1) / 2) / (count * others)

    assert 0.75 < area < 0.87


def test_medicines_and_hospital_codes_follow_conditions(folder: Path) -> None:
    events = pl.read_parquet(folder / "gp_events" / "*.parquet")
    diabetic = set(events.filter(pl.col("code").str.starts_with("INV-DIABETES-"))["person_id"])
    codes = pl.read_parquet(folder / "diagnoses" / "*.parquet").filter(pl.col("code").str.starts_with("E11"))
    issued = pl.read_parquet(folder / "prescriptions" / "*.parquet").filter(pl.col("code") == "0601INV01")
    high = events.filter((pl.col("code") == "INV-HBA1C-1") & (pl.col("value") > 47))

    for found in (codes, issued, high):
        assert found.height > 30
        assert set(found["person_id"]) <= diabetic


def test_five_medicines_are_common_among_the_old_alone(
    folder: Path, people: dict[int, dict[str, object]]
) -> None:
    many = set(
        pl.read_parquet(folder / "prescriptions" / "*.parquet")
        .filter(pl.col("event_date") > date(2015, 4, 1))
        .group_by("person_id")
        .agg(pl.col("code").n_unique())
        .filter(pl.col("code") >= 5)["person_id"]
    )
    born = {key: one["birth_date"].year for key, one in people.items()}  # type: ignore[attr-defined]

    def share(first: int, last: int) -> float:
        able = [key for key, year in born.items() if first <= year <= last]
        return sum(key in many for key in able) / len(able)

    assert share(1900, 1936) > 0.3 > share(1950, 1970) > 0.05 > share(1996, 2016)


def test_costs_are_the_sum_of_what_was_given(folder: Path) -> None:
    costs = pl.read_parquet(folder / "costs" / "*.parquet")
    since = date(2014, 4, 1)
    for setting, table in (
        ("inpatient", "admissions"),
        ("emergency", "attendances"),
        ("outpatient", "appointments"),
    ):
        given = pl.read_parquet(folder / table / "*.parquet").filter(pl.col("event_date") >= since)
        by_person = given.group_by("person_id").agg(pl.col("cost").sum()).sort("person_id")
        billed = costs.filter(pl.col("setting") == setting).group_by("person_id").agg(pl.col("cost").sum())
        billed = billed.sort("person_id")
        assert by_person["person_id"].to_list() == billed["person_id"].to_list()
        assert billed["cost"].to_list() == pytest.approx(by_person["cost"].to_list(), abs=0.2)


# ---------------------------------------------------------------------- lists
def test_the_lists_that_others_ask_for_are_there(folder: Path) -> None:
    names = {
        system: {name for found in lists_by_code(folder, system).values() for name in found}
        for system in ("gp", "medicine", "icd10", "attendance")
    }
    deficits = {name for name in names["gp"] if name.startswith("efi.") and name.count(".") == 1}
    values = {name for name in names["gp"] if name.startswith("efi.") and name.count(".") == 2}
    hospital = {
        "hip",
        "stroke",
        "fall",
        "frailty",
        "mental-health",
        "alcohol",
        "drugs",
        "self-harm",
        "homelessness",
        "dentistry",
    }

    assert (len(deficits), len(values)) == (35, 18)
    assert sum(name.startswith("ltc.") for name in names["gp"]) == 20
    assert sum(name.startswith("cambridge.") for name in names["gp"]) == 18
    assert sum(name.startswith("snee.") for name in names["gp"]) == 19
    assert len(names["medicine"]) == 8
    assert names["icd10"] == names["attendance"] == {f"snee.hospital.{one}" for one in hospital}


def test_every_list_is_used(folder: Path) -> None:
    used = {
        "gp": set(pl.read_parquet(folder / "gp_events" / "*.parquet")["code"]),
        "medicine": set(pl.read_parquet(folder / "prescriptions" / "*.parquet")["code"]),
        "attendance": set(pl.read_parquet(folder / "attendances" / "*.parquet")["code"]),
    }
    for system, codes in used.items():
        by_code = lists_by_code(folder, system)
        every = {name for names in by_code.values() for name in names}
        seen = {name for code in codes for name in by_code.get(code, ())}
        assert every - seen <= {"snee.hospital.homelessness", "snee.end-stage-heart"}, system


def test_hospital_frailty_points_are_those_of_the_published_table() -> None:
    table = Path(__file__).parent / "hfrs_points.csv"
    points = dict(line.split(",") for line in table.read_text("utf-8").splitlines()[1:])

    assert len(points) == 109
    assert {one.code: one.points for one in hospital_codes()} == {
        one.code: float(points.get(one.code[:3], 0)) for one in hospital_codes()
    }


def test_every_parameter_says_where_it_comes_from() -> None:
    folder = Path(parameters.__file__).parent
    for name in ("parameters.toml", "unit_costs.toml"):
        for key, given in tomllib.loads((folder / name).read_text("utf-8")).items():
            assert set(given) == {"value", "name", "source", "date"}, key
            assert all(given.values()), key
