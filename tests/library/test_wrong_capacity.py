"""Capacity that cannot be is answered: every fault at once, with file, row, column, what was found and what to do."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import ROW_TYPES
from leftshift.place.reading import folder_texts
from tests.library.activity_places import SOUTHMOOR
from tests.library.edited_places import Edit, answer, edited_texts

PLAN = 11  # the column of activity_effects.csv that names a plan to avoid admissions; effects here give an amount or a percent


def _texts() -> dict[str, str]:
    """Southmoor, its effect on admissions given in per cent and not by a plan."""
    texts = folder_texts(SOUTHMOOR)
    rows = [line.split(",") for line in texts["activity_effects.csv"].splitlines()]
    for row in rows[1:]:
        row[PLAN - 1] = "8%" if row[PLAN] == "front_door" else row[PLAN - 1]
    plain = "".join(",".join([*row[:PLAN], *row[PLAN + 1 :]]) + "\n" for row in rows)
    return {**texts, "activity_effects.csv": plain}


TEXTS = _texts()
END = "Invented for the tutorial,assumed\n"


def edited(*edits: Edit) -> dict[str, str]:
    """The texts of southmoor with these changes."""
    return edited_texts(TEXTS, *edits)


def faults_of(*edits: Edit) -> list[Fault]:
    return answer(edited(*edits))[0]


EFFECTS = "activity_effects"
RULES: list[tuple[str, Edit | tuple[Edit, ...], str, str, int | None, str | None, str, str]] = [
    # name, edits, kind, table, row, column, what was found, words that say what to do
    # beds and occupancy
    ("freed beds filled twice", (EFFECTS, "", "again,closer_to_home,shift_provider,med_65_84_old,,,,,,5,,beds,cottage_new,1,to_teams,teams,,yes,"), "counted twice", EFFECTS, None, "backfills", "to_teams", "to_cottage has it"),
    ("nobody to grow from", ("population", "", "Southmoor,persons,0-17,2026/27,1000,Invented,assumed\nSouthmoor,persons,18-64,2026/27,1000,Invented,assumed\nSouthmoor,persons,65-74,2026/27,1000,Invented,assumed\nSouthmoor,persons,75-84,2026/27,1000,Invented,assumed\nSouthmoor,persons,85+,2026/27,0"), "nobody uses it", "activity", None, "age_band", "85+", "somebody to grow from in every year"),
    ("a line of one year", ("lines", "L6,RS1,cost,overheads,Buildings,21000,2024/25,yes", "L6,RS1,cost,overheads,Buildings,21000,2024/25,no"), "line of one year", "sites", 3, "line", "L6", "let it recur"),
    ("a ratio between providers", (EFFECTS, "1000,,activity,virtual,1", "1000,,activity,virtual,2"), "value out of range", EFFECTS, 2, "ratio", "2", "another length of stay"),
    ("beds open in a closed site", (("sites", "2028/29", "2026/27"), ("site_services", "general_hospital,2028/29", "general_hospital,2026/27")), "site closes with its beds", "sites", 3, "closes", "2026/27, with acute beds open", "close them here"),
    ("activity left in a closed site", ("site_services", "Care of older people,5900,general_hospital,2028/29", "Care of older people,5900,,"), "site closes before it moves", "activity", None, "site", "old_infirmary", "Say there where its services move"),
    ("funding that goes out alone", ("capital_funding", "virtual_ward_kit,Trust's own funds,2025/26,900", "virtual_ward_kit,Trust's own funds,2025/26,-900"), "value out of range", "capital_funding", None, "amount", "-900", "Add what comes in before"),
    ("occupancy of nought", ("bed_types", "acute,Acute beds,,", "acute,Acute beds,0,"), "value out of range", "bed_types", 2, "occupancy", "0", "0.01"),
    ("occupancy above all", ("bed_types", "hospital beds,0.92", "hospital beds,101%"), "value out of range", "bed_types", 3, "occupancy", "101%", "1"),
    ("occupancy as points", ("bed_types", "hospital beds,0.92", "hospital beds,92"), "percentage in doubt", "bed_types", 3, "occupancy", "92", "92%"),
    ("usual occupancy of nought", ("settings", "bed_occupancy,90%", "bed_occupancy,0%"), "not one of the choices", "settings", 6, "value", "0%", "%"),
    ("usual occupancy above all", ("settings", "bed_occupancy,90%", "bed_occupancy,150%"), "not one of the choices", "settings", 6, "value", "150%", "%"),
    ("negative beds", ("beds", "2024/25,615", "2024/25,-615"), "value out of range", "beds", 2, "beds", "-615", "0 or more"),
    ("beds of a type that is not there", ("beds", "general_hospital,acute,2024/25", "general_hospital,acutes,2024/25"), "unknown bed type", "beds", 2, "bed_type", "acutes", "acute"),
    ("beds in a site that is not there", ("beds", "general_hospital,acute,2024/25", "general_hospitl,acute,2024/25"), "unknown site", "beds", 2, "site", "general_hospitl", "general_hospital"),
    ("beds after the plan", ("beds", "2028/29,640", "2034/35,640"), "year outside the plan", "beds", 3, "year", "2034/35", "2029/30"),
    ("the same beds twice", ("beds", "", "general_hospital,acute,2028/29,650"), "duplicate key", "beds", 9, "site", "general_hospital", "row 3"),
    ("a site that closes with beds open", ("beds", f"old_infirmary,acute,2028/29,0,{END}", ""), "site closes with its beds", "sites", 3, "closes", "2028/29, with acute beds open", "0 beds"),
    ("beds in a site that is closed", ("beds", "old_infirmary,acute,2028/29,0", "old_infirmary,acute,2028/29,10"), "site is closed", "beds", 5, "year", "2028/29", "old_infirmary is open"),
    ("a bed type that nothing uses", ("bed_types", "", "cots,Cots,,no,"), "nothing uses it", "bed_types", 6, "bed_type", "cots", "remove it"),
    ("eleven months", ("seasonal_profiles", f"winter,2,1.0498,{END}", ""), "missing value", "seasonal_profiles", 2, "month", "no month 2", "Add the months"),
    ("a month thirteen", ("seasonal_profiles", "winter,2,", "winter,13,"), "value out of range", "seasonal_profiles", 3, "month", "13", "12"),
    ("a mean that is not one", ("seasonal_profiles", "winter,1,1.0698", "winter,1,2.0698"), "value out of range", "seasonal_profiles", 2, "factor", "mean of 1.08", "Divide"),
    ("a season that no bed has", (("bed_types", "acute,Acute beds,,no,winter", "acute,Acute beds,,no,"), ("bed_types", "0.92,no,winter", "0.92,no,")), "nothing uses it", "seasonal_profiles", 2, "profile", "winter", "bed_types.csv"),
    ("a season that is not there", ("bed_types", "acute,Acute beds,,no,winter", "acute,Acute beds,,no,wintr"), "unknown seasonal profile", "bed_types", 2, "seasonal_profile", "wintr", "winter"),
    # activity
    ("a negative count", ("activity", "acute,Emergency care,14000", "acute,Emergency care,-14000"), "value out of range", "activity", 3, "count", "-14000", "0 or more"),
    ("a count that is no number", ("activity", "acute,Emergency care,14000", "acute,Emergency care,many"), "text in a number", "activity", 3, "count", "many", "number"),
    ("a stay of a visit", ("activity", "30000,190,,", "30000,190,2,"), "nothing uses it", "activity", 11, "length_of_stay", "2", "no bed days"),
    ("a bed for a visit", ("activity", "K1,general_hospital,,Planned care,30000", "K1,general_hospital,acute,Planned care,30000"), "nothing uses it", "activity", 11, "bed_type", "acute", "Clear the cell"),
    ("a bed without a stay", ("activity", "14000,1600,2.5", "14000,1600,"), "missing value", "activity", 3, "length_of_stay", "", "bed days need one"),
    ("an unknown point of delivery", ("activity", "med_85,emergency,", "med_85,emergancy,"), "unknown point of delivery", "activity", 6, "point_of_delivery", "emergancy", "emergency"),
    ("an unknown provider", ("activity", "ed,ed,,all,,RS1", "ed,ed,,all,,RS9"), "unknown organisation", "activity", 2, "provider", "RS9", "RS"),
    ("an unknown contract", ("activity", "SM1,K1,general_hospital,,Emergency care,90000", "SM1,K7,general_hospital,,Emergency care,90000"), "unknown contract", "activity", 2, "contract", "K7", "add it to contracts.csv"),
    ("a contract with somebody else", ("activity", "SM1,K1,general_hospital,,Emergency care,90000", "SM1,K2,general_hospital,,Emergency care,90000"), "contract of another body", "activity", 2, "provider", "RS1", "RS2"),
    ("a payer who does not pay", ("activity", "RS1,SM1,K1,general_hospital,,Emergency care,90000", "RS1,RS2,K1,general_hospital,,Emergency care,90000"), "contract of another body", "activity", 2, "commissioner", "RS2", "SM1"),
    ("a site of somebody else", ("activity", "K1,general_hospital,,Emergency care,90000", "K1,cottage_hospital,,Emergency care,90000"), "site of another body", "activity", 2, "site", "cottage_hospital", "RS1"),
    ("growth of a contract that is not named", ("activity", "day_cases,day_case,Surgery,all,,RS1,SM1,K1,", "day_cases,day_case,Surgery,all,,RS1,SM1,,"), "missing value", "activity", 10, "demographic_growth", "no contract", "population"),
    ("an area of growth that is none", ("activity", "cottage_new,community_stay,,all,,", "cottage_new,community_stay,,all,Southmoor,"), "nothing uses it", "activity", 17, "area", "Southmoor", "Clear the cell"),
    ("an area without people", ("activity", "med_85,emergency,Medicine,85+,,", "med_85,emergency,Medicine,85+,Southmor,"), "unknown area", "activity", 6, "area", "Southmor", "Southmoor"),
    ("a band that the people do not have", ("activity", "med_85,emergency,Medicine,85+", "med_85,emergency,Medicine,80+"), "unknown age band", "activity", 6, "age_band", "80+", "finer bands"),
    ("a band that is none", ("activity", "med_85,emergency,Medicine,85+", "med_85,emergency,Medicine,old"), "ages not understood", "activity", 6, "age_band", "old", "65-74"),
    ("the same activity twice", ("activity", "med_65_84_old,", "med_65_84,"), "duplicate key", "activity", 5, "activity", "med_65_84", "row 4"),
    ("a point of delivery that nothing uses", ("points_of_delivery", "", "maternity,Births,non_elective,Hospital"), "nothing uses it", "points_of_delivery", 13, "point_of_delivery", "maternity", "remove it"),
    ("people who are missing", ("population", f"Southmoor,persons,85+,2029/30,8700,{END}", ""), "missing row", "population", 3, "year", "2029/30", "85+"),
    ("people who end too soon", tuple(("population", "2029/30", "2027/28") for _ in range(5)), "years not covered", "population", 3, "year", "2027/28", "2029/30"),
    ("a weight that nothing uses", ("age_weights", "", "elective,,85+,3"), "nothing uses it", "age_weights", None, "point_of_delivery", "elective", "emove"),
    # effects
    ("an amount and a percent", (EFFECTS, ",,,8%,activity", ",,5,8%,activity"), "two values", EFFECTS, 3, "amount", "5", "one of them"),
    ("neither", (EFFECTS, ",,,8%,activity", ",,,,activity"), "missing value", EFFECTS, 3, "amount", "", "one of them"),
    ("a percent as a share", (EFFECTS, ",,,8%,activity", ",,,0.08,activity"), "percentage in doubt", EFFECTS, 3, "percent", "0.08", "8%"),
    ("more than all of it", (EFFECTS, ",,,8%,activity", ",,,108%,activity"), "value out of range", EFFECTS, 3, "percent", "108%", "100"),
    ("more than there is, by several", ((EFFECTS, ",,,8%,activity", ",,,70%,activity"), (EFFECTS, "", "again,front_door,reduce,med_85,,,,,,,40%,activity,,1,,,,yes,")), "more than there is", EFFECTS, None, "percent", "110% of it in 2026/27, with again, front_door", "at most the activity of med_85"),
    ("more beds than there are", (EFFECTS, ",,,40,,beds,cottage_new", ",,,400,,beds,cottage_new"), "more than there is", EFFECTS, None, "amount", "in 2027/28, with", "at most the activity of med_65_84"),
    ("shorter than nothing", ((EFFECTS, ",,,5%,activity", ",,,60%,activity"), (EFFECTS, ",,,40,,beds,cottage_new", ",,,120,,beds,cottage_new")), "more than there is", EFFECTS, None, None, "of it in 20", "at most the bed days of med_65_84"),
    ("beds of several types", ((EFFECTS, "closer_to_home,shift_provider,,emergency,Medicine,65-84", "closer_to_home,shift_provider,,,,65-84"),), "nothing uses it", EFFECTS, 4, "unit", "beds", "one bed type"),
    ("a shift to nowhere", (EFFECTS, "1000,,activity,virtual", "1000,,activity,"), "missing value", EFFECTS, 2, "to_activity", "", "Name the row"),
    ("a shift to what is not there", (EFFECTS, "1000,,activity,virtual", "1000,,activity,virtul"), "unknown activity", EFFECTS, 2, "to_activity", "virtul", "virtual"),
    ("a shift to the same provider", (EFFECTS, "1000,,activity,virtual", "1000,,activity,elective_65"), "same provider", EFFECTS, 2, "to_activity", "elective_65", "shift_setting"),
    ("a substitution at another provider", (EFFECTS, "12%,activity,day_cases", "12%,activity,contacts"), "other provider", EFFECTS, 7, "to_activity", "contacts", "shift_provider"),
    ("a reduction that goes somewhere", (EFFECTS, ",,,8%,activity,,1", ",,,8%,activity,day_cases,1"), "nothing uses it", EFFECTS, 3, "to_activity", "day_cases", "moves nothing"),
    ("a stay that takes activity away", (EFFECTS, ",5%,activity", "50,,activity"), "not one of the choices", EFFECTS, 6, "unit", "activity", "bed_days or beds"),
    ("a ratio in beds", (EFFECTS, ",0.3,,activity", ",0.3,,beds"), "not one of the choices", EFFECTS, 9, "unit", "beds", "first attendance"),
    ("follow-ups without first visits", (EFFECTS, "follow_up_ratio,,,Medicine", "follow_up_ratio,contacts,,"), "nothing uses it", EFFECTS, 9, "change", "follow_up_ratio", "first attendances"),
    ("nothing to choose", (EFFECTS, "reduce,,emergency,Medicine,85+", "reduce,,emergency,Surgery,85+"), "nothing uses it", EFFECTS, 3, "effect", "front_door", "Widen"),
    ("a change that is none", (EFFECTS, "front_door,front_door,reduce", "front_door,front_door,reducing"), "not one of the choices", EFFECTS, 3, "change", "reducing", "reduce"),
    ("a back-fill without overflow", (EFFECTS, "to_teams,teams,,yes", "to_teams,,,yes"), "missing value", EFFECTS, 4, "overflow_to", "", "community team"),
    ("a back-fill of itself", (EFFECTS, "to_teams,teams,,yes", "to_cottage,teams,,yes"), "defined from itself", EFFECTS, 4, "backfills", "to_cottage", "frees the beds"),
    ("a back-fill of another stage", ("interventions", "care by teams,left_shift,plan", "care by teams,left_shift,comparison"), "other stage", EFFECTS, 4, "backfills", "to_teams", "both be planned"),
    ("a back-fill that is not there", (EFFECTS, "to_teams,teams,,yes", "to_team,teams,,yes"), "unknown activity effect", EFFECTS, 4, "backfills", "to_team", "to_teams"),
    ("an overflow without back-fill", (EFFECTS, "cottage_new,1,to_teams,teams", "cottage_new,1,,teams"), "nothing uses it", EFFECTS, 4, "overflow_to", "teams", "frees the beds"),
    ("a back-fill that shifts no provider", (EFFECTS, "25,,beds,teams,1,,", "25,,beds,teams,1,to_virtual_ward,teams"), "nothing uses it", EFFECTS, 5, "backfills", "to_virtual_ward", "shift_provider"),
    ("money counted twice", ("effects", "", "E2,front_door,cip,,L5,,100,,2024/25,,,"), "counted twice", EFFECTS, 3, "posted", "yes", "take the intervention out"),
    ("money nowhere", (EFFECTS, ",,,8%,activity,,1,,,,yes", ",,,8%,activity,,1,,,,no"), "nothing uses it", EFFECTS, 3, "posted", "no", "state its money"),
    ("a name of effects.csv", (EFFECTS, "front_door,front_door", "E1,front_door"), "name already taken", EFFECTS, 3, "effect", "E1", "Rename it"),
    ("a price that is missing", ("activity", "5000,3600,10", "5000,,10"), "missing value", EFFECTS, 3, "posted", "med_85", "no in posted"),
    ("an intervention that is not there", (EFFECTS, "front_door,front_door,reduce", "front_door,front_dor,reduce"), "unknown intervention", EFFECTS, 3, "intervention", "front_dor", "front_door"),
    ("a profile of its own", (EFFECTS, ",,,8%,activity,,1,,,,yes", ",,,8%,activity,,1,,,two_years,yes"), "nothing uses it", EFFECTS, 3, "profile", "two_years", "to the intervention"),
    ("the same effect twice", (EFFECTS, "advice,advice,reduce", "follow_ups,advice,reduce"), "duplicate key", EFFECTS, 9, "effect", "follow_ups", "row 8"),
    # admissions, staff, buildings and capital
    ("more admissions than there are", ("avoidance_plans", "2026/27,400", "2026/27,40000"), "more than there is", "avoidance_plans", 2, "admissions", "40000", "39,000"),
    ("negative staff", ("workforce", "18-34,520", "18-34,-520"), "value out of range", "workforce", 2, "wte", "-520", "0 or more"),
    ("more staff taken away than needed", ("workforce_effects", "nurses,need,-34", "nurses,need,-3400"), "more than there is", "workforce_effects", 4, "wte", "WTE in 2027/28", "Take fewer away"),
    ("a premium that is posted without a cost", ("staff_groups", "Registered nurses,52,", "Registered nurses,,"), "missing value", "staff_needed", 2, "posted", "yes", "cost"),
    ("a group of staff that is not there", ("workforce", "RS1,nurses,18-34", "RS1,nurse,18-34"), "unknown staff group", "workforce", 2, "staff_group", "nurse", "nurses"),
    ("a site that closes before its services move", ("site_services", "Planned surgery,9000,general_hospital,2028/29", "Planned surgery,9000,general_hospital,2029/30"), "site closes before its services move", "site_services", 5, "moves", "2029/30", "2028/29"),
    ("funding above cost", ("capital_funding", "Public dividend capital,2026/27,14000", "Public dividend capital,2026/27,44000"), "funding above cost", "capital_funding", None, "amount", "62,500", "cost"),
    ("negative capital", ("capital", "Ward block,2025/26,cost,9000", "Ward block,2025/26,cost,-9000"), "value out of range", "capital", 2, "amount", "-9000", "0 or more"),
]  # fmt: skip


@pytest.mark.parametrize("rule", [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_each_fault_says_where_it_stands_what_was_found_and_what_to_do(
    rule: tuple[Edit | tuple[Edit, ...], str, str, int | None, str | None, str, str],
) -> None:
    edits, kind, table, row, column, was, words = rule

    found = faults_of(*(edits if isinstance(edits[0], tuple) else (edits,)))

    matching = [fault for fault in found if (fault.kind, fault.file) == (kind, f"{table}.csv")]
    if column:
        matching = [fault for fault in matching if fault.column == column]
    assert matching, [str(fault) for fault in found]
    fault = matching[0]
    assert fault.row == (row or fault.row)
    assert fault.row is not None
    assert was in fault.found
    assert words in f"{fault.expected} {fault.action} {fault.suggestion or ''}"


def test_all_faults_are_told_at_once() -> None:
    found = faults_of(
        ("bed_types", "acute,Acute beds,,", "acute,Acute beds,0,"),
        ("beds", "2024/25,615", "2024/25,-615"),
        ("activity", "acute,Emergency care,14000", "acute,Emergency care,many"),
        (EFFECTS, "1000,,activity,virtual", "1000,,activity,virtul"),
        ("seasonal_profiles", "winter,12,", "winter,13,"),
        ("workforce", "18-34,520", "18-34,-520"),
        ("capital_funding", "2026/27,14000", "2026/27,44000"),
        ("site_services", "Planned surgery,9000,general_hospital,2028/29", "Planned surgery,9000,general_hospital,2029/30"),
        ("population", f"Southmoor,persons,85+,2029/30,8700,{END}", ""),
    )  # fmt: skip

    assert {fault.file for fault in found} >= {f"{table}.csv" for table in ("bed_types", "beds", "activity", EFFECTS, "seasonal_profiles", "workforce", "capital_funding", "site_services", "population")}  # fmt: skip
    assert all(fault.row and fault.column for fault in found)


@pytest.mark.parametrize(
    "edit",
    [
        ("activity", "med_85,emergency,", "med_85,emergancy,"),
        ("activity", "med_85,emergency,Medicine,85+,,", "med_85,emergency,Medicine,85+,Southmor,"),
        ("activity", "acute,Emergency care,14000", "acute,Emergency care,many"),
        (EFFECTS, "1000,,activity,virtual", "1000,,activity,virtul"),
        (EFFECTS, "front_door,front_door,reduce", "front_door,front_dor,reduce"),
        ("bed_types", "acute,Acute beds,,", "acute,Acute beds,0,"),
        ("sites", "cottage_hospital,Cottage Hospital,RS2", "cottage_hospital,Cottage Hospital,RS22"),
        ("population", "85+,2024/25,7000", "85+,2024/25,none"),
    ],
    ids=lambda edit: f"{edit[0]}: {edit[2]}",
)
def test_one_slip_is_one_fault(edit: Edit) -> None:
    found = faults_of(edit)

    assert len(found) == 1, [str(fault) for fault in found]


def test_what_was_found_is_said_as_the_cell_says_it() -> None:
    found = faults_of(("staff_groups", "Registered nurses,52,", "Registered nurses,,"))

    assert {fault.found for fault in found if fault.column == "posted"} == {"'yes'"}


@pytest.mark.parametrize(
    ("table", "where", "change", "words"),
    [
        (EFFECTS, 'effect = "to_virtual_ward"', 'to_activity = "virtul"', "Did you mean virtual?"),
        (EFFECTS, 'effect = "to_virtual_ward"', 'amount = "9000"', "at most the activity of med_65_84"),
        ("activity", 'activity = "med_85"', 'area = "Nowhere"', "an area of population.csv"),
        ("sites", 'site = "general_hospital"', 'organisation = "RS9"', "an organisation"),
        ("interventions", 'intervention = "step_down"', 'stage = "comparison"', "the same stage"),
    ],
)
def test_a_scenario_that_cannot_be_is_answered_once(table: str, where: str, change: str, words: str) -> None:
    scenario = f'name = "A test"\n\n[[change]]\nwhy = "A test"\ntable = "{table}"\nwhere = {{ {where} }}\nset = {{ {change} }}\n'

    found = answer(TEXTS | {"scenarios/test.toml": scenario})[0]

    assert [fault.file for fault in found] == ["scenarios/test.toml"], [str(fault) for fault in found]
    assert words in str(found[0])


# ------------------------------------------------------------------ whatever is typed into a cell
TABLES = sorted(name for name in ROW_TYPES if f"{name}.csv" in TEXTS and name != "records")
NASTY = st.sampled_from(
    ["", "0", "-1", "1", "0.5", "3", "101%", "50%", "1e400", "1e15", "1e-15", "0.0000001", "999999999", "nan", "=1+1", "£1,000", "−5", "yes", "no", "all", "85+", "0-17",
     "17-0", "2024/25", "2025/26", "2029/30", "2035/36", "RS1", "RS2", "SM1", "outside", "K1", "K2", "acute", "virtual", "team", "emergency", "day_cases", "teams",
     "cottage_new", "med_85", "to_teams", "reduce", "shift_provider", "shift_setting", "substitute", "length_of_stay", "follow_up_ratio", "beds", "bed_days", "activity",
     "population", "none", "service", "winter", "two_years", "supply", "need", "disposal", "cost", "one_hospital", "old_infirmary", "nurses", "#", "ünï", "a" * 300]
)  # fmt: skip


@given(st.data())
def test_any_cell_is_answered_or_gives_finite_figures(data: st.DataObject) -> None:
    texts = dict(TEXTS)
    for _ in range(data.draw(st.integers(1, 3))):
        file = f"{data.draw(st.sampled_from(TABLES))}.csv"
        lines = [line.split(",") for line in texts[file].splitlines()]
        row = data.draw(st.integers(1, len(lines) - 1))
        lines[row][data.draw(st.integers(0, len(lines[row]) - 3))] = data.draw(NASTY)
        texts[file] = "\n".join(",".join(line) for line in lines) + "\n"

    faults, model = answer(texts)
    assert all(fault.file and fault.expected and fault.action for fault in faults)
    if model:
        assert_finite(model.capacity().document())
        assert_finite(model.project().document())


def assert_finite(value: Any) -> None:
    if isinstance(value, float):
        assert math.isfinite(value)
    elif isinstance(value, dict):
        for part in value.values():
            assert_finite(part)
    elif isinstance(value, list | tuple):
        for part in value:
            assert_finite(part)


def test_a_plan_avoids_its_admissions_once() -> None:
    """Two effects that each name the plan would take its admissions twice."""
    texts = folder_texts(SOUTHMOOR)
    line = next(row for row in texts["activity_effects.csv"].splitlines() if row.startswith("front_door,"))
    texts["activity_effects.csv"] += line.replace("front_door,", "front_door_again,", 1) + "\n"

    [fault] = answer(texts)[0]

    assert (fault.kind, fault.column, fault.found) == ("counted twice", "plan", "'front_door'")
