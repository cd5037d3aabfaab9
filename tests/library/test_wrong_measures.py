"""Measures that cannot be are answered: every fault with file, row, column, what was found and what to do; and never with a number that is none."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.measures.result import Measures
from leftshift.model import from_document
from leftshift.place.measure_rows import ROW_TYPES
from leftshift.place.reading import folder_texts
from leftshift.place.schema import catalogue
from tests.library.activity_places import SOUTHMOOR
from tests.library.edited_places import BY, Edit, answer, edited_texts

TEXTS = {
    name: text
    for name, text in folder_texts(SOUTHMOOR).items()
    if not name.startswith(("records", "scenarios"))
}
END = "Invented for the tutorial,assumed"


def edited(*edits: Edit) -> dict[str, str]:
    """The texts of southmoor with these changes."""
    return edited_texts(TEXTS, *edits)


def lines(table: str) -> int:
    """The row that an added line has."""
    return len(TEXTS[f"{table}.csv"].splitlines()) + 1


SEEN, T, M, D = "observations", "measure_targets", "measures", "measure_definitions"
NEW = -1
"""The row that was added."""
RULES: list[tuple[str, Edit | tuple[Edit, ...], str, str, int, str, str, str]] = [
    # name, edits, kind, table, row, column, what was found, words that say what to do
    ("part of nowhere", ("areas", "eastvale,Eastvale,SM1", "eastvale,Eastvale,SM2"), "unknown area", "areas", 3, "part_of", "'SM2'", "add it to areas.csv"),
    ("a peer that is not there", ("peers", "similar_places,aldermere", "similar_places,aldermeer"), "unknown area", "peers", 3, "member", "'aldermeer'", "Did you mean aldermere"),
    ("an observation of nobody", (SEEN, "", "supported,SM9,2025/26,,,66,,,,,0,no,"), "unknown area", SEEN, NEW, "of", "'SM9'", "an area of areas.csv"),
    ("ages of nobody", ("observations_by_age", "falls,SM1,2018/19,0-4", "falls,SM9,2018/19,0-4"), "unknown area", "observations_by_age", 2, "of", "'SM9'", "areas.csv"),
    ("a rebase of nobody", ("measure_rebases", "two_hours,RS2", "two_hours,RS9"), "unknown area", "measure_rebases", 2, "of", "'RS9'", "areas.csv"),
    ("an event of nobody", ("measure_events", "two_hours,RS2", "two_hours,RS9"), "unknown area", "measure_events", 4, "of", "'RS9'", "areas.csv"),
    ("a target of nobody", (T, "four_hours,RS1,2023-04", "four_hours,RS9,2023-04"), "unknown area", T, 3, "of", "'RS9'", "areas.csv"),
    ("a link of nobody", ("measure_links", "delayed_days,RS1", "delayed_days,RS9"), "unknown area", "measure_links", 5, "of", "'RS9'", "areas.csv"),
    ("areas in a circle", ("areas", "SM1,Southmoor,,", "SM1,Southmoor,eastvale,"), "areas in a circle", "areas", 2, "part_of", "'eastvale'", "what is part of what"),
    ("part of itself", ("areas", "aldermere,Aldermere (invented),,", "aldermere,Aldermere (invented),aldermere,"), "areas in a circle", "areas", 6, "part_of", "'aldermere'", "what is part of what"),
    ("a measure without definition", (M, "", "new,New,,lower,Somebody,month,,,,,count,,,no,,,no,no"), "measure without definition", M, NEW, "measure", "'new'", "worked out"),
    ("a rule set that is not there", (M, "month,45,,,admissions", "month,45,making_data_cuont,,admissions"), "not one of the choices", M, 2, "rule_set", "'making_data_cuont'", "Did you mean making_data_count"),
    ("a price without a year", (M, "count,2450,2024/25", "count,2450,"), "value missing", M, 2, "price_year", "nothing", "unit_value is given"),
    ("a year without a price", (M, "count,2450,2024/25", "count,,2024/25"), "value missing", M, 2, "unit_value", "nothing", "price_year is given"),
    ("days of no activity", (M, "calls,count,,,no,,,no", "calls,count,,,no,,,yes"), "nothing uses it", M, 11, "follows_days", "'yes'", "point of delivery"),
    ("definitions at once", (D, "discharge_ready_date,2025-04", "discharge_ready_date,"), "definitions at once", D, 5, "since", "nothing", "counted_weekly"),
    ("a rate of nothing", (D, "People registered with practices of the place", ""), "value missing", D, 2, "denominator", "nothing", "what a rate is of"),
    ("a link twice over", ("measure_links", "delayed_days,RS1,-15%,", "delayed_days,RS1,-15%,-20"), "two values", "measure_links", 5, "amount", "'-20'", "percent or amount"),
    ("a rebase where there is nothing", ("measure_rebases", "RS2,2025-10", "RS2,2035-10"), "nothing uses it", "measure_rebases", 2, "period", "'2035-10'", "there is a figure"),
    ("an event where there is nothing", ("measure_events", "four_hours,RS1,2024-12", "four_hours,RS1,1999-12"), "nothing uses it", "measure_events", 6, "period", "'1999-12'", "there is a figure"),
    ("a level that is missing", ("efficiencies", "delayed_days,level,900", "delayed_days,level,"), "value missing", "efficiencies", 3, "level", "nothing", "Write the level"),
    ("a level beside peers", ("efficiencies", "length_of_stay,best_quartile,,", "length_of_stay,best_quartile,5,"), "nothing uses it", "efficiencies", 2, "level", "'5'", "reaching is level"),
    ("peers that are not there", ("efficiencies", "RS1,delayed_days,level,900", "RS1,delayed_days,median,"), "no peers", "efficiencies", 3, "reaching", "'median'", "'delayed_days' has none"),
    # observations
    ("another kind of period", (SEEN, "", "supported,SM1,2025-04,,,66,,,,,0,no,"), "another kind of period", SEEN, NEW, "period", "'2025-04'", "a year, as measures.csv says"),
    ("calendar years between financial ones", (SEEN, "", "supported,SM1,2031,,,66,,,,,0,no,"), "another kind of period", SEEN, NEW, "period", "'2031'", "measures of their own"),
    ("a version that is not there", (SEEN, "", "supported,SM1,2031/32,,,66,,,,frist,0,no,"), "unknown version", SEEN, NEW, "version", "'frist'", "Did you mean first"),
    ("observed twice", ((SEEN, "", "supported,SM1,2031/32,,,66,,,,,0,no,"), (SEEN, "", "supported,SM1,2031/32,,,67,,,,first,0,no,")), "observed twice", SEEN, NEW - 1, "version", "'first'", "a higher revision"),
    ("neither value nor count", (SEEN, "", "supported,SM1,2031/32,,,,,,,,0,no,"), "value missing", SEEN, NEW, "value", "nothing", "a value or a numerator"),
    ("a count of how many", (SEEN, "", "supported,SM1,2031/32,5,,,,,,,0,no,"), "value missing", SEEN, NEW, "denominator", "nothing", "denominator of a proportion"),
    ("a standardised rate without value", (SEEN, "", "falls,SM1,2031/32,5,100,,,,,,0,no,"), "value missing", SEEN, NEW, "value", "nothing", "observations_by_age.csv, or given"),
    ("a part larger than its whole", (SEEN, "", "supported,SM1,2031/32,11,10,,,,,,0,no,"), "part larger than whole", SEEN, NEW, "numerator", "'11'", "at most 10"),
    ("fewer than none", (SEEN, "", "supported,SM1,2031/32,-1,10,,,,,,0,no,"), "value out of range", SEEN, NEW, "numerator", "'-1'", "0 or more"),
    ("half an interval", (SEEN, "", "supported,SM1,2031/32,,,66,60,,,,0,no,"), "value missing", SEEN, NEW, "upper", "nothing", "both ends"),
    ("the other half", (SEEN, "", "supported,SM1,2031/32,,,66,,70,,,0,no,"), "value missing", SEEN, NEW, "lower", "nothing", "both ends"),
    ("an interval upside down", (SEEN, "", "supported,SM1,2031/32,,,66,70,60,,,0,no,"), "ends do not follow", SEEN, NEW, "upper", "'60'", "70 or more"),
    ("a value that its counts do not give", (SEEN, "", "supported,SM1,2031/32,57,100,57.1,,,,,0,no,"), "figures contradict each other", SEEN, NEW, "value", "'57.1'", "about 57"),
    ("ages of what is not standardised", ("observations_by_age", "", "supported,SM1,2031/32,0-4,5,100,,0,no"), "nothing uses it", "observations_by_age", NEW, "measure", "'supported'", "a standardised rate"),
    ("ages that are no band", ("observations_by_age", "falls,SM1,2018/19,0-4", "falls,SM1,2018/19,0-9"), "another age band", "observations_by_age", 2, "age_band", "'0-9'", "0-4, 5-9"),
    ("ages by a version that is not there", ("observations_by_age", "0-4,3,15200,,0", "0-4,3,15200,frst,0"), "unknown version", "observations_by_age", 2, "version", "'frst'", "Did you mean first"),
    ("ages by the month", ("observations_by_age", "falls,SM1,2018/19,0-4", "falls,SM1,2018-04,0-4"), "another kind of period", "observations_by_age", 2, "period", "'2018-04'", "a year"),
    ("areas too deep to hide", ((SEEN, "", "care_home_admissions,d,2031-04,5,100,,,,,,0,no,"), ("areas", "", "c,C,eastvale,"), ("areas", "", "d,D,c,")), "areas too deep", SEEN, NEW, "of", "'d'", "at most 3 levels"),
    # targets
    ("an expression that nobody reads", (T, "0.9 * last year", "0.9 of last year"), "expression not understood", T, 5, "target", "'0.9 of last year'", "0.98 * last year"),
    ("a name that is not there", (T, "2026/27 Q4,best quartile", "2026/27 Q4,best quartille"), "expression not understood", T, 8, "target", "'best quartille'", "Did you mean best quartile"),
    ("a thousand in brackets", (T, "linear from baseline to 1.75", '"min(baseline, 1,000)"'), "expression not understood", T, 7, "target", "1,000", "space after each comma"),
    ("a week for a month", (T, "RS1,2023-04,2025-03", "RS1,W2023-04-03,2025-03"), "another kind of period", T, 3, "since", "'W2023-04-03'", "a month, or a year"),
    ("a month until a year", (T, "RS1,2023-04,2025-03", "RS1,2023-04,2024/25"), "another kind of period", T, 3, "until", "'2024/25'", "a month like since"),
    ("an end before the beginning", (T, "RS1,2023-04,2025-03", "RS1,2023-04,2022-03"), "periods do not follow", T, 3, "until", "'2022-03'", "2023-04 or later"),
    ("for ever", (T, "RS1,2025-04,2027-03,>=", "RS1,2025-04,2127-03,>="), "value out of range", T, 4, "until", "'2127-03'", "at most 600 periods"),
    ("shared among nobody", (T, "14%,,,", "14%,,same,"), "nothing uses it", T, 12, "shared_by", "'same'", "has parts in areas.csv"),
    ("a count that all have", (T, "0.9 * last year,,,", "0.9 * last year,,same,"), "counts have no common level", T, 5, "shared_by", "'same'", "proportional"),
    ("the wrong way", (T, "< 54 per 100,000", "> 54 per 100,000"), "target the wrong way", T, 9, "target", "> 54", "lower is better"),
    ("another multiplier", (T, "< 54 per 100,000", "< 54 per 1,000"), "another multiplier", T, 9, "target", "1,000", "per 100,000, as the measure is defined"),
    ("a percentage of a rate", (T, '"< 54 per 100,000"', "54%"), "percentage in doubt", T, 9, "target", "'54%'", "0.98 * baseline"),
    ("a target without a value", (T, "2027-03,14%", "2027-03,1/0"), "value out of range", T, 12, "target", "'1/0'", "an expression that has a value"),
    ("a target below nought", (T, "2027-03,14%", "2027-03,-5"), "value out of range", T, 12, "target", "'-5'", "0 or more"),
    ("more than all of them", (T, "2027-03,14%", "2027-03,140%"), "value out of range", T, 12, "target", "'140%'", "at most 100"),
    ("a target of peers that are not there", (T, "2027-03,14%", "2027-03,best quartile"), "no peers", T, 12, "target", "'best quartile'", "Name its peers"),
    ("a plan that says nothing", (T, "2027-03,14%", "2027-03,plan"), "no link to the plan", T, 12, "target", "'plan'", "measure_links.csv"),
    ("nothing done to what follows nothing", (T, "RS1,2025-04,2027-03,plan", "RS1,2025-04,2027-03,do nothing"), "no link to the plan", T, 6, "target", "'do nothing'", "follows an activity"),
    ("a baseline before the plan", (T, "plan,2024/25,catching_up", "plan,2023/24,catching_up"), "year out of range", T, 2, "baseline", "'2023/24'", "within the plan"),
    ("a baseline without figures", (T, "1.75,2024/25", "1.75,1999/00"), "no baseline", T, 7, "baseline", "'1999/00'", "add the figures"),
    ("a baseline by another definition", (T, "0.9 * last year,", "0.9 * baseline,2024/25"), "no baseline", T, 5, "baseline", "'2024/25'", "by the definition of 2026-04"),
    ("two targets at once", (T, "RS1,2025-04,2027-03,>=", "RS1,2025-03,2027-03,>="), "two targets at once", T, 4, "since", "'2025-03'", "row 3 ends"),
    # settings
    ("small numbers above seven", ("settings", "", "small_numbers,8"), "not one of the choices", "settings", NEW, "value", "'8'", "a whole number from 0 to 7"),
    ("small numbers in words", ("settings", "", "small_numbers,five"), "not one of the choices", "settings", NEW, "value", "'five'", "a whole number from 0 to 7"),
    ("amber without a sign", ("settings", "", "amber_band,10"), "not one of the choices", "settings", NEW, "value", "'10'", "% sign"),
    ("amber beyond all", ("settings", "", "amber_band,2000%"), "not one of the choices", "settings", NEW, "value", "'2000%'", "from 0% to 1000%"),
    ("a rule set of nobody", ("settings", "", "rule_set,six_points"), "not one of the choices", "settings", NEW, "value", "'six_points'", "Did you mean six_point"),
    # what reading tells of the new kinds of cell
    ("a month of 2016-17", (SEEN, "", "supported,SM1,2016-13,,,66,,,,,0,no,"), "", SEEN, NEW, "period", "'2016-13'", "a period such as 2016-04"),
    ("an observation of no measure", (SEEN, "", "suported,SM1,2031/32,,,66,,,,,0,no,"), "unknown measure", SEEN, NEW, "measure", "'suported'", "supported"),
    ("a measure that nobody is asked about", (T, "four_hours,RS1,2023-04", "four_hour,RS1,2023-04"), "unknown measure", T, 3, "measure", "'four_hour'", "four_hours"),
]  # fmt: skip


@pytest.mark.parametrize("rule", [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_each_fault_says_where_it_stands_what_was_found_and_what_to_do(
    rule: tuple[Edit | tuple[Edit, ...], str, str, int, str, str, str],
) -> None:
    edits, kind, table, row, column, was, words = rule
    many: tuple[Any, ...] = edits if isinstance(edits[0], tuple) else (edits,)

    found, model = answer(edited(*many))

    assert model is None
    there = lines(table) + NEW - row if row < 0 else row
    matching = [
        fault for fault in found
        if (not kind or fault.kind == kind) and (fault.file, fault.row, fault.column) == (f"{table}.csv", there, column)
    ]  # fmt: skip
    assert matching, [(fault.kind, str(fault)) for fault in found]
    fault = matching[0]
    assert was in fault.found
    hint = f" Did you mean {fault.suggestion}" if fault.suggestion else ""
    assert words in f"{fault.expected} {fault.action}{hint}"


def test_all_faults_are_told_at_once() -> None:
    found, _ = answer(
        edited(
            (SEEN, "", "supported,SM1,2031/32,11,10,,,,,,0,no,"),
            ("efficiencies", "delayed_days,level,900", "delayed_days,level,"),
            ("measure_links", "delayed_days,RS1,-15%,", "delayed_days,RS1,-15%,-20"),
            (T, "0.9 * last year", "0.9 of last year"),
        )
    )

    assert {fault.file for fault in found} == {"observations.csv", "efficiencies.csv", "measure_links.csv", "measure_targets.csv"}  # fmt: skip


# ------------------------------------------------------------------ whatever is typed into a cell
TABLES = sorted(name for name in ROW_TYPES if f"{name}.csv" in TEXTS)
NASTY = st.sampled_from(
    ["", "0", "-1", "1", "0.5", "7", "101%", "50%", "-15%", "1e400", "1e15", "1e-15", "0.0000001", "999999999", "-999999999999", "nan", "inf", "=1+1", "£1,000", "−5", "yes",
     "no", "2016-04", "2024/25", "2025/26 Q1", "2025-26", "W2025-04-07", "2025-04-01", "2016", "2014-2016", "2014/15-2016/17", "9999-12", "1899-01", "2199-12", "RS1", "RS2",
     "SM1", "eastvale", "aldermere", "similar_places", "falls", "delayed_days", "supported", "count", "rate", "proportion", "mean", "ratio", "standardised_rate",
     "standardised_ratio", "higher", "lower", "neither", "month", "year", "week", "day", "quarter", "first", "plan", "do nothing", "0.98 * last year", "linear(baseline, 5)",
     "best quartile", "< 360 per 100,000", "1 / 0", "baseline / (baseline - baseline)", "1e15 * 1e15", "emergency", "level", "target", "median", "proportional", "same",
     "catching_up", "beds", "money_per_head", "none", "0-4", "90+", "bed_days", "shorter_stays", "#", "ünï", "a" * 300]
)  # fmt: skip
AS_OF = date(2026, 11, 28)


def assert_sound(value: Any) -> None:
    """Plain values without a number that is none, in figures or in words."""
    text = json.dumps(value, allow_nan=False)
    assert not [
        word
        for word in ("nan", "inf", "None")
        if f" {word} " in text or f"{word}%" in text or f'"{word}' in text
    ]


def told(measures: Measures) -> None:
    assert_sound(measures.document())
    for table in measures.tables().values():
        for row in table.rows():
            assert all(not isinstance(cell, float) or math.isfinite(cell) for cell in row)


@settings(max_examples=40)
@given(st.data())
def test_any_cell_is_answered_or_gives_figures(data: st.DataObject) -> None:
    texts = _short()
    for _ in range(data.draw(st.integers(1, 3))):
        file = f"{data.draw(st.sampled_from(TABLES))}.csv"
        rows = [line.split(",") for line in texts[file].splitlines()]
        row = data.draw(st.integers(1, len(rows) - 1))
        rows[row][data.draw(st.integers(0, len(rows[row]) - 3))] = data.draw(NASTY)
        texts[file] = "\n".join(",".join(line) for line in rows) + "\n"

    faults, model = answer(texts)
    assert all(fault.file and fault.expected and fault.action for fault in faults)
    if model:
        told(model.measures(AS_OF))


def _short() -> dict[str, str]:
    """Southmoor with the figures of its last two years only, so that an example takes no second."""
    rows = TEXTS["observations.csv"].splitlines(keepends=True)
    late = [row for row in rows[1:] if row.split(",")[2] >= "2024-04"]
    return {**TEXTS, "observations.csv": "".join([rows[0], *late])}


def test_southmoor_is_sound() -> None:
    told(from_document(_short()).measures(AS_OF))
    assert set(catalogue("measure_kinds")) >= {"count", "rate"}


@settings(max_examples=8)
@given(st.lists(st.lists(NASTY, min_size=20, max_size=20), min_size=1, max_size=3), st.sampled_from(TABLES))
def test_rows_of_garbage_are_answered(garbage: list[list[str]], table: str) -> None:
    texts = _short()
    width = len(texts[f"{table}.csv"].splitlines()[0].split(",")) - 2
    added = "".join(",".join([*line[:width], BY]) + "\n" for line in garbage)

    faults, model = answer({**texts, f"{table}.csv": texts[f"{table}.csv"] + added})
    assert faults or model
    if model:
        told(model.measures(AS_OF))
