"""Cohorts by hand: who is in, how many are shown, who came and went, and what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from leftshift.population.cohorts.changing import CHANGES, count_changes
from leftshift.population.cohorts.comparing import Comparison, Outcome, compare_cohort
from leftshift.population.cohorts.counting import count_cohort, count_overlap
from leftshift.population.cohorts.definitions import packaged_cohorts
from leftshift.population.cohorts.planning import (
    RiskGroup,
    financial_year,
    packaged_teams,
    rows_for_place,
)
from leftshift.population.engines.engine import engine_of
from leftshift.population.privacy.disclosure import disclosure_rules
from leftshift.population.privacy.opting_out import Choices
from leftshift.population.runs.results import RunResult
from leftshift.population.runs.wanting import what_is_wanted
from leftshift.population.scores.reading import packaged_scores
from tests.library.people.made import AS_AT, people, records_of, with_diagnoses, write_set
from tests.library.people.runs import lists_text, people_of, scored

GP_LISTS = sorted(
    {
        key
        for score in packaged_scores().values()
        for key in score.lists()
        if key[0] != "icd10" or key[1].startswith("snee")
    }
)
CODES = lists_text([(system, name, f"{name}#") for system, name in GP_LISTS])
CONDITIONS = [item.name for item in packaged_scores()["long_term_conditions"].items]
FIVE = [f"ltc.{name}" for name in CONDITIONS[:5]]
DEFICITS = [item.name for item in packaged_scores()["efi"].items if item.name != "polypharmacy"]


def coded(person: int, *lists: str) -> list[dict[str, Any]]:
    return [{"person_id": person, "code": f"{name}#", "event_date": date(2015, 1, 1)} for name in lists]


def costs(*values: float) -> list[dict[str, Any]]:
    return [
        {"person_id": at, "score": "predicted_cost", "value": value, "event_date": AS_AT, "system": "ACG 12"}
        for at, value in enumerate(values, start=1)
    ]


def empty_tables(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        "gp_events": [],
        "prescriptions": [],
        "admissions": [],
        "diagnoses": [],
        "outside_scores": [],
        **rows,
    }


def test_who_is_in_the_cohort_of_2016(tmp_path: Path) -> None:
    rows = empty_tables(people(80, 80, 80, 80, 80, 80, 17, 40))
    rows["gp_events"] = [
        *coded(1, *(f"ltc.{name}" for name in CONDITIONS[:5])),
        *coded(2, *(f"ltc.{name}" for name in CONDITIONS[:4])),
        *coded(3, *(f"efi.{name}" for name in DEFICITS[:9])),
        *coded(4, *(f"efi.{name}" for name in DEFICITS[:8])),
        *coded(7, *(f"ltc.{name}" for name in CONDITIONS[:5])),
    ]
    with_diagnoses(rows, [(5, code) for code in ("F00", "I69", "T83", "H54")])  # 15.1 points
    with_diagnoses(rows, [(6, code) for code in ("F00", "I69", "T83", "Z60")])  # 15.0 points
    rows["outside_scores"] = costs(100, 100, 100, 100, 100, 100, 100, 420)  # the average is 140

    found = people_of(scored(tmp_path, rows, CODES), tmp_path / "scratch")

    assert {person for person, row in found.items() if row["in_llr_2016"]} == {1, 3, 5, 8}
    assert found[1]["in_llr_2016__conditions"]
    assert found[3]["in_llr_2016__frailty"]
    assert found[5]["in_llr_2016__frailty"]
    assert found[8]["in_llr_2016__cost"]  # exactly three times the average
    assert not found[7]["in_llr_2016__conditions"]  # of a child nothing is met


def test_who_is_in_the_cohort_of_2014(tmp_path: Path) -> None:
    rows = empty_tables(people(60, 61, 30, 18, 59, 17, 59))
    rows["gp_events"] = [
        *coded(3, "ltc.dementia"),
        *coded(4, *(f"ltc.{name}" for name in CONDITIONS[:3])),
        *coded(5, *(f"ltc.{name}" for name in CONDITIONS[:3])),
        *coded(6, *(f"ltc.{name}" for name in CONDITIONS[:3])),
        *coded(7, *(f"ltc.{name}" for name in CONDITIONS[:2])),
    ]

    found = people_of(scored(tmp_path, rows, CODES, ["leicester_city_2014"]), tmp_path / "scratch")

    assert {person for person, row in found.items() if row["in_leicester_city_2014"]} == {2, 3, 4, 5}


def test_what_was_recorded_later_is_not_seen(tmp_path: Path) -> None:
    rows = empty_tables(people(80, 80))
    rows["gp_events"] = coded(1, *(f"ltc.{name}" for name in CONDITIONS[:5])) + [
        {**row, "recorded_date": date(2016, 3, 1)}
        for row in coded(2, *(f"ltc.{name}" for name in CONDITIONS[:5]))
    ]
    write_set(tmp_path / "set", rows)
    (tmp_path / "set" / "manifest.json").write_text('{"drawn_on": "2016-04-01"}', "utf-8")

    found = people_of(scored(tmp_path, rows, CODES, as_at=date(2016, 2, 1)), tmp_path / "scratch")

    assert {person: row["long_term_conditions"] for person, row in found.items()} == {1: 5, 2: 0}


def halves(
    rows: dict[str, list[dict[str, Any]]], members: Collection[int]
) -> dict[str, list[dict[str, Any]]]:
    """People of 80, half of them in another locality; members have five conditions."""
    rows["practices"].append({"practice": "P2", "locality": "South", "commissioner": "C1", "network": "N2"})
    for row in rows["registrations"][len(rows["registrations"]) // 2 :]:
        row["practice"] = "P2"
    rows["gp_events"] = [event for at in members for event in coded(at, *FIVE)]
    return empty_tables(rows)


def test_small_counts_are_hidden_and_totals_add_up_what_is_shown(tmp_path: Path) -> None:
    members = [*range(1, 21), *range(61, 67)]
    rows = halves(people(*([80] * 50 + [30] * 50 + [80] * 20)), members)
    result = scored(tmp_path, rows, CODES, ["llr_2016", "leicester_city_2014"])

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        everybody = result.people(engine)
        counts = count_cohort(engine, everybody, "llr_2016", ["conditions", "frailty", "cost"])
        overlap = count_overlap(engine, everybody, "llr_2016", "leicester_city_2014")

    columns = ("people", "counted", "hidden", "share")
    assert counts.by("locality").select("locality", *columns).rows() == [
        ("North", 20, 60, 0, 0.333),
        ("South", 0, 60, 1, None),  # 6 of 60
    ]
    assert counts.by("practice").select("practice", *columns).rows() == [
        ("P1", 20, 60, 0, 0.333),
        ("P2", 0, 60, 1, None),
    ]
    assert counts.by("commissioner").select(columns).rows() == [(20, 120, 1, 0.167)]
    assert (counts.people, counts.counted, counts.hidden) == (20, 120, 1)
    # each reason of each locality: nobody is hidden like a few, and whoever is of a reason that is hidden is counted as such
    assert counts.by_reason().rows() == [
        ("conditions", 0, 2), ("cost", 0, 2), ("frailty", 0, 2), ("rest", 20, 0), ("several", 0, 2),
    ]  # fmt: skip
    # of North all 20 are in both, of South 6 are
    assert overlap.rows() == [
        ("both", 0, 2), ("leicester_city_2014 alone", 0, 2), ("llr_2016 alone", 0, 2), ("neither", 0, 2),
    ]  # fmt: skip
    assert result.record["counts"] == {
        "opted_out": 0,
        "opt_out_lines_of_others": 0,
        "not_counted": {"died": 0, "not_yet_born": 0, "not_registered": 0},
        "outside_validated": {"efi": 50, "hfrs": 50},
        "counted": 120,
        "cohorts": {"llr_2016": 20, "leicester_city_2014": 25},  # of North 50 are in it and only ten are not
    }


def test_a_cohort_of_a_place_that_is_one_practice_is_not_told_by_reason(tmp_path: Path) -> None:
    """Seven people for each of three reasons and for several: their sum, 28, would tell all four."""
    rows = empty_tables(people(*([80] * 88)))
    conditions, cost, frail, several = range(1, 8), range(8, 15), range(15, 22), range(22, 29)
    rows["gp_events"] = [event for at in [*conditions, *several] for event in coded(at, *FIVE)]
    rows["gp_events"] += [
        event for at in frail for event in coded(at, *(f"efi.{name}" for name in DEFICITS[:9]))
    ]
    rows["outside_scores"] = costs(*(1000 if at in cost or at in several else 1 for at in range(1, 89)))
    result = scored(tmp_path, rows, CODES)

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        counts = count_cohort(engine, result.people(engine), "llr_2016", ["conditions", "frailty", "cost"])

    assert counts.by("practice")["people"].to_list() == [30]
    assert counts.by_reason()["people"].to_list() == [0, 0, 0, 30, 0]
    assert result.record["counts"]["cohorts"] == {"llr_2016": 30}
    values = [
        cells
        for cells in product(range(31), repeat=4)
        if 28 <= sum(cells) <= 32 and min(cells) <= disclosure_rules().threshold
    ]
    assert all({cells[at] for cells in values} >= set(range(8)) for at in range(4))


def test_reasons_are_told_where_none_of_them_is_of_few(tmp_path: Path) -> None:
    rows = empty_tables(people(*([80] * 120)))
    rows["gp_events"] = [event for at in range(1, 60) for event in coded(at, *FIVE)]
    rows["gp_events"] += [
        event for at in range(30, 90) for event in coded(at, *(f"efi.{name}" for name in DEFICITS[:9]))
    ]
    result = scored(tmp_path, rows, CODES)

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        counts = count_cohort(engine, result.people(engine), "llr_2016", ["conditions", "frailty"])

    assert counts.by_reason().rows() == [
        ("conditions", 30, 0),  # 29
        ("frailty", 30, 0),
        ("rest", 0, 0),
        ("several", 30, 0),
    ]


def test_where_two_cohorts_overlap(tmp_path: Path) -> None:
    rows = empty_tables(people(*([80] * 50 + [40] * 50)))
    rows["gp_events"] = [event for at in range(21, 81) for event in coded(at, *FIVE)]
    result = scored(tmp_path, rows, CODES, ["llr_2016", "leicester_city_2014"])

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        everybody = result.people(engine).mutate(in_older=result.people(engine).age > 60)
        overlap = count_overlap(engine, everybody, "llr_2016", "older")

    assert overlap.rows() == [
        ("both", 30, 0), ("llr_2016 alone", 30, 0), ("neither", 20, 0), ("older alone", 20, 0),
    ]  # fmt: skip


def test_who_came_and_who_went(tmp_path: Path) -> None:
    members = range(1, 81)
    before, after = halves(people(*([80] * 400)), members), halves(people(*([80] * 400)), members)
    for row in after["persons"][:24]:
        row["death_date"] = date(2016, 1, 1)
    after["gp_events"] = [event for event in after["gp_events"] if event["person_id"] not in range(25, 43)]
    after["gp_events"] += [event for at in [*range(121, 181), *range(201, 211)] for event in coded(at, *FIVE)]
    for row in before["registrations"][156:180]:
        row["from_date"] = date(2015, 8, 1)  # of the sixty who meet it anew, 24 came later
    first = scored(tmp_path / "first", before, CODES, as_at=date(2015, 4, 1))
    second = scored(tmp_path / "second", after, CODES)

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        tables = first.people(engine, "a"), second.people(engine, "b")
        changes = count_changes(engine, *tables, "llr_2016")
        same = count_changes(engine, tables[0], tables[0], "llr_2016")

    assert [row[1:] for row in changes.rows()] == [
        ("North", "stayed", 40),  # 38
        ("North", "came", 60),
        ("North", "came to meet it", 35),  # 36
        ("North", "came to the place", 25),  # 24
        ("North", "went", 40),  # 42
        ("North", "no longer meets it", 20),  # 18
        ("North", "no longer counted", 20),  # 24, as what is left of those who went
        *(("South", change, 0) for change in CHANGES),  # ten came to meet it and nobody was there
    ]
    assert [row[1:] for row in same.rows()] == [
        (place, change, 0) for place in ("North", "South") for change in CHANGES
    ]


SPLIT = date(2015, 4, 1)


def stays_of(*stays: tuple[int, date, int]) -> list[dict[str, Any]]:
    """Emergency admissions of (person, day, days)."""
    return [
        {
            "admission_id": at,
            "person_id": person,
            "event_date": day,
            "discharge_date": day + timedelta(days=days),
            "method": "21",
            "provider": "X",
        }
        for at, (person, day, days) in enumerate(stays)
    ]


def compared(tmp_path: Path, rows: dict[str, list[dict[str, Any]]], out: Collection[int] = ()) -> Comparison:
    """Outcomes of a cohort a year before and after; whoever is ``out`` has said no since."""
    if not (tmp_path / "run").exists():
        scored(tmp_path, rows, CODES, as_at=SPLIT)
    rows.setdefault("attendances", [{"attendance_id": 1, "person_id": 1, "event_date": date(2015, 9, 1)}])
    no = tmp_path / "no.csv"
    no.write_text("person_id\n" + "".join(f"{one}\n" for one in out), "utf-8")
    with engine_of("duckdb", tmp_path / "scratch") as engine:
        records = records_of(engine, tmp_path / f"later {len(out)}", rows)
        everybody = RunResult(tmp_path / "run").people(engine)
        return compare_cohort(
            engine, everybody, records, "llr_2016", SPLIT, 12, known_to=AS_AT, choices=Choices(no)
        )


def outcome(found: Comparison, name: str) -> Outcome:
    return next(one for one in found.outcomes if one.name == name)


def test_what_became_of_a_cohort_beside_its_like(tmp_path: Path) -> None:
    rows = halves(people(*([80] * 200)), range(1, 101))
    # each person came once before; of the cohort all came again, of the others every second; one of these came twice before
    before = [(person, date(2014, 9, 1), 1) for person in [*range(1, 201), 102]]
    rows["admissions"] = stays_of(
        *before, *((person, date(2015, 9, 1), 4) for person in [*range(1, 101), *range(101, 201, 2)])
    )

    found = compared(tmp_path, rows)

    stays, days = outcome(found, "emergency_admissions"), outcome(found, "bed_days")
    # 99 others: the one who came twice has nobody like them in the cohort
    assert (found.matched, found.unmatched, found.others) == (0, 0, 0)
    assert (stays.cohort_before, stays.cohort_after) == (1, 1)
    assert stays.others_before == pytest.approx(
        1, abs=0.08
    )  # in steps of 0.15, as a hundred squares of 1 have it
    assert stays.others_after == pytest.approx(50 / 99, abs=0.05)
    assert stays.difference == pytest.approx(49 / 99, abs=0.05)
    # variance of the others' change: p(1-p)/n with p = 50/99; of the cohort none
    reach = 1.959964 * (50 / 99 * 49 / 99 / 99) ** 0.5
    assert stays.high == pytest.approx(49 / 99 + reach, abs=0.05)
    assert stays.low == pytest.approx(49 / 99 - reach, abs=0.05)
    assert days.cohort_after == 4
    # one person came to an emergency department: of nobody and of a few the same is told
    assert outcome(found, "attendances") == Outcome("attendances", *[None] * 7)


def test_who_had_nobody_like_them_is_told_where_they_are_not_few(tmp_path: Path) -> None:
    rows = people(*([80] * 100 + [95] * 30 + [80] * 270))
    found = compared(tmp_path, halves(rows, range(1, 131)))

    assert (found.matched, found.unmatched, found.others) == (100, 30, 0)


def test_what_one_person_cost_is_not_the_difference_of_two_comparisons(tmp_path: Path) -> None:
    """With and without somebody who said no: had means all their figures, the sums would give what that person cost."""
    rows = halves(people(*([80] * 200)), range(1, 101))
    rows["costs"] = [
        {"person_id": person, "event_date": month, "setting": "acute", "cost": 1_000.0 + 37 * (person % 11)}
        for person in range(1, 201)
        for month in (date(2014, 9, 1), date(2015, 9, 1))
    ]
    for row in rows["costs"]:
        if row["person_id"] == 8:
            row["cost"] = 4_321.5

    with_all, without = (outcome(compared(tmp_path, rows, out), "cost") for out in ((), (8,)))

    assert with_all.cohort_before is not None
    assert without.cohort_before is not None
    # the root of a hundred squares of some 1,200, a hundredth of it: steps of 150
    assert (with_all.cohort_before, without.cohort_before) == (1_200, 1_200)
    sums = [people * mean for people in (100, 99) for mean in (1_125, 1_275)]
    assert min(sums[:2]) - max(sums[2:]) < 0 < 4_321.5 < max(sums[:2]) - min(sums[2:])


def test_of_a_cohort_of_few_no_outcome_is_shown(tmp_path: Path) -> None:
    rows = halves(people(*([80] * 40)), range(1, 8))

    found = compared(tmp_path, rows)

    assert found.outcomes == ()
    assert (found.matched, found.unmatched) == (0, 0)


def test_a_definition_that_cannot_be_met_is_found_out_without_records(tmp_path: Path) -> None:
    from leftshift.population.cohorts.trying import try_definitions

    codes = tmp_path / "codes.csv"
    codes.write_text(CODES, "utf-8")
    text = 'name = "never"\ntitle = "Never"\nversion = "1"\nsource = "test"\ndated = 2026-01-01\namong = "age < 18"\n'
    criteria = '[[criteria]]\nname = "old"\nwhen = "age > 60"\n[[criteria]]\nname = "young"\nwhen = "not male and lowest(\'efi.ckd.egfr\') < (50 if age > 5 else 40) and medicines(months=12) >= 5"\n'
    (tmp_path / "never.toml").write_text(text + criteria, "utf-8")
    wanted = what_is_wanted(None, scores=[], list_files=[codes], cohort_files=[tmp_path / "never.toml"])

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        tried = {(one.cohort, one.criterion): one for one in try_definitions(engine, wanted)}

    assert not tried["never", "old"].works
    assert tried["never", "old"].problem == "no way was found in which it holds"
    assert tried["never", "young"].works
    assert tried["never", "young"].rows["prescriptions"] == 5
    assert all(one.works for (cohort, _), one in tried.items() if cohort != "never")
    assert len(tried) == sum(len(c.criteria) + 1 for c in packaged_cohorts().values()) + 3


def test_a_run_is_whole_or_not_there(tmp_path: Path) -> None:
    rows = empty_tables(people(80))
    write_set(tmp_path / "set", rows)
    (tmp_path / "run").mkdir()

    with pytest.raises(Exception, match="folder exists"):
        scored(tmp_path, rows, CODES)

    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_rows_for_a_place_hold_no_sum_to_which_few_people_add(tmp_path: Path) -> None:
    """Thirty people of the group: seven of them were in hospital, all at the emergency department."""
    rows = empty_tables(people(*([80] * 60)))
    rows["gp_events"] = [event for at in range(1, 31) for event in coded(at, *FIVE)]
    rows["outside_scores"] = [
        {"person_id": at, "score": "risk_group", "value": 1.0, "event_date": AS_AT} for at in range(1, 31)
    ]
    rows["attendances"] = [
        {"attendance_id": at, "person_id": at % 30 + 1, "event_date": date(2015, 9, at % 28 + 1)}
        for at in range(93)
    ]
    rows["admissions"] = [
        {"admission_id": at, "person_id": at, "event_date": date(2015, 9, 1), "method": "21"}
        for at in range(1, 8)
    ]
    result = scored(tmp_path, rows, CODES)
    teams = replace(
        packaged_teams(), risk_score="risk_group", risk_groups=(RiskGroup("high", "High", 1.0, 20),)
    )

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        everybody = result.people(engine)
        counts = count_cohort(engine, everybody, "llr_2016", ["conditions", "frailty", "cost"])
        found = []
        for more in (0, 1):
            if more:
                rows["admissions"].append({**rows["admissions"][0], "admission_id": 8, "person_id": 8})
            records = records_of(engine, tmp_path / f"records {more}", rows)
            found.append(rows_for_place(engine, everybody, records, counts, teams, AS_AT, "a run").tables)

    seven, eight = found
    assert "risk_groups" not in seven
    assert {row["measure"] for row in seven["observations"]} == {"llr_2016_attendances"}
    assert [(row["ed_attendances"], row["unplanned_admissions"]) for row in eight["risk_groups"]] == [
        (100, 9)
    ]
    assert {(row["numerator"], row["denominator"]) for row in eight["observations"]} == {(100, 30), (9, 30)}
    assert eight["cohorts"][0]["people"] == 30


@pytest.mark.parametrize(
    ("as_at", "after", "until"),
    [
        (date(2016, 3, 30), date(2014, 3, 31), date(2015, 3, 31)),
        (date(2016, 3, 31), date(2015, 3, 31), date(2016, 3, 31)),
        (date(2016, 4, 1), date(2015, 3, 31), date(2016, 3, 31)),
        (date(2015, 10, 1), date(2014, 3, 31), date(2015, 3, 31)),
    ],
)
def test_measures_are_of_the_financial_year_that_ended_last(as_at: date, after: date, until: date) -> None:
    assert financial_year(as_at) == (after, until)


def test_an_observation_counts_what_happened_in_its_year(tmp_path: Path) -> None:
    """As at October: thirty people came once in the financial year, and twenty since, who are in the year to the date alone."""
    rows = empty_tables(people(*([80] * 60)))
    rows["gp_events"] = [event for at in range(1, 31) for event in coded(at, *FIVE)]
    rows["attendances"] = [
        {"attendance_id": at, "person_id": at, "event_date": date(2015, 3, 31)} for at in range(1, 31)
    ]
    rows["attendances"] += [
        {"attendance_id": 100 + at, "person_id": at, "event_date": date(2015, 4, 1)} for at in range(1, 21)
    ]
    for event in rows["gp_events"]:
        event["event_date"] = date(2015, 1, 1)
    as_at = date(2015, 10, 1)
    result = scored(tmp_path, rows, CODES, as_at=as_at)

    with engine_of("duckdb", tmp_path / "scratch") as engine:
        everybody = result.people(engine)
        counts = count_cohort(engine, everybody, "llr_2016", ["conditions", "frailty", "cost"])
        records = records_of(engine, tmp_path / "records", rows)
        found = rows_for_place(engine, everybody, records, counts, packaged_teams(), as_at, "a run")

    (seen,) = (row for row in found.tables["observations"] if row["measure"] == "llr_2016_attendances")
    assert (seen["period"], seen["numerator"]) == ("2014/15", 28)  # 30, in steps of 7
    assert found.without_group == 60  # nobody has a group of risk
