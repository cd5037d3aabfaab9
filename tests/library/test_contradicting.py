"""Totals that cannot be met together: the conflict is named, and nobody else is blamed."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.economy.calibration.calibrating import calibrate
from leftshift.economy.calibration.contradicting import conflicts, smallest, straight
from leftshift.economy.calibration.moving import totals_of
from leftshift.economy.preparing import prepare
from leftshift.economy.result import run
from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.foundation.sources import Origin
from leftshift.model import read_place
from leftshift.place.place import Place
from leftshift.place.rows import Published
from tests.library.places import BASE, published
from tests.library.test_calibration import NEXT, two_lines

LLR = Path(__file__).parents[2] / "examples" / "llr-2014"


def three_bodies(**positions: str) -> Place:
    """Bodies A, B and C, each with an income of 100 that is an estimate; totals by body, or ``gap`` of all."""
    one = two_lines(("gap", NEXT, "0"))
    bodies = ("AAA", "BBB", "CCC")
    totals = [
        published(
            "gap" if code == "gap" else "closing_position",
            NEXT,
            value,
            organisation=None if code == "gap" else code,
            calibrate=True,
            origin=Origin("published.csv", row),
        )
        for row, (code, value) in enumerate(positions.items(), start=2)
    ]
    return one.with_tables(
        organisations=tuple(replace(one.organisations[0], code=code, name=code) for code in bodies),
        perimeters=tuple(replace(one.perimeters[0], organisation=code) for code in bodies),
        lines=tuple(replace(one.lines[0], line=code, organisation=code, value=100.0) for code in bodies),
        published=tuple(totals),
    )


def refused(place: Place) -> list[Fault]:
    with pytest.raises(FaultsFound) as caught:
        calibrate(place)
    return caught.value.faults.listed


def test_two_totals_that_contradict_each_other_name_each_other_and_by_how_much() -> None:
    faults = refused(two_lines(("gap", NEXT, "50"), ("gap", BASE, "60")))

    # with the other met to half of its last digit, 59.5 is the nearest that the first comes to
    assert [str(fault) for fault in faults] == [
        ", column value: found '50'; expected a total that can be met together with gap in 2024/25; with it met "
        "it comes to 59.5 £000 at the nearest, £9,500 away. Correct one of these 2 totals, or unmark one under calibrate.",
        ", column value: found '60'; expected a total that can be met together with gap in 2025/26; with it met "
        "it comes to 50.5 £000 at the nearest, £9,500 away. Correct one of these 2 totals, or unmark one under calibrate.",
    ]  # fmt: skip


def test_a_third_total_that_is_innocent_is_not_blamed() -> None:
    place = three_bodies(AAA="110", BBB="95")
    again = replace(
        place.published[0], value=place.published[0].value + 30, origin=Origin("published.csv", 9)
    )
    faults = refused(place.with_tables(published=(*place.published, again)))

    assert [(fault.row, fault.kind) for fault in faults] == [
        (2, "totals contradict each other"),
        (9, "totals contradict each other"),
    ]
    assert not any("BBB" in str(fault) for fault in faults)


def test_three_totals_that_conflict_only_together() -> None:
    # 110 + 95 + C = 200 leaves C at -5, and income is never negative; AAA, BBB and the gap agree two by two
    place = three_bodies(AAA="110", BBB="95", gap="-200")
    faults = refused(place)

    assert {fault.row for fault in faults} == {2, 3, 4}
    assert all(str(fault).count("(row ") == 2 for fault in faults)
    for pair in combinations(place.published, 2):
        calibrate(place.with_tables(published=pair))


def test_of_four_totals_only_the_three_that_conflict_are_named() -> None:
    place = three_bodies(AAA="110", BBB="95", CCC="105", gap="-300")
    innocent = replace(place.published[0], year=BASE, origin=Origin("published.csv", 12))
    faults = refused(place.with_tables(published=(*place.published, innocent)))

    # AAA of both years is 110, so either stands for it; the other is spared
    assert len(faults) == 4
    assert {3, 4, 5} < {fault.row for fault in faults}


def test_every_conflict_is_told_at_once() -> None:
    place = three_bodies(AAA="110", BBB="95")
    again = [replace(row, value=row.value + 30) for row in place.published]
    faults = refused(place.with_tables(published=(*place.published, *again)))

    assert sorted(fault.found for fault in faults) == ["'110'", "'125'", "'140'", "'95'"]


def test_a_total_that_no_estimate_reaches_stands_alone() -> None:
    place = three_bodies(AAA="110", BBB="95")
    firm = replace(place.lines[1], basis="published")
    faults = refused(place.with_tables(lines=(place.lines[0], firm, place.lines[2])))

    assert [(fault.row, fault.kind) for fault in faults] == [(3, "total cannot be met")]
    assert "they come to 100.0 £000 at the nearest, £5,000 away" in str(faults[0])


def test_the_same_figure_printed_with_other_digits_is_no_conflict() -> None:
    # 50.4 rounds to 50, so both are met as printed, though no value is both to the last bit
    place = two_lines(("gap", NEXT, "50"), ("gap", NEXT, "50.4"))
    gap = run(calibrate(place).place).gap(NEXT)

    assert gap == pytest.approx(50.4, abs=0.051)
    assert gap == pytest.approx(50, abs=0.501)


def test_an_estimate_that_would_turn_negative_leaves_the_rest_to_others() -> None:
    # income alone less cost alone is -2,000: the least change would take income below nought
    calibration = calibrate(two_lines(("gap", NEXT, "2000")))

    assert [change.after for change in calibration.changes] == pytest.approx([0.03, 2000.03], abs=0.01)


def test_two_totals_of_llr_that_contradict_each_other() -> None:
    place = read_place(LLR).place
    gap = next(row for row in place.published if row.calibrate and row.figure == "gap")
    wrong = replace(
        gap, figure="do_nothing_position", value=-gap.value + 5, origin=Origin("published.csv", 999)
    )
    faults = refused(place.with_tables(published=(*place.published, wrong)))

    assert {fault.row for fault in faults} == {gap.origin.row, 999}
    assert all("£4,500 away" in str(fault) for fault in faults)


def test_many_totals_are_answered_in_bounded_time() -> None:
    place = read_place(LLR).place
    result = run(place)
    many = [
        published("do_nothing_position", year, f"{result.do_nothing_position(code, year):.0f}", organisation=code, calibrate=True)
        for code in result.organisations[:6] for year in place.years
    ]  # fmt: skip
    wrong = replace(many[0], value=many[0].value + 100)
    started = time.perf_counter()
    faults = refused(place.with_tables(published=(*many * 6, wrong)))

    assert len(faults) == 2
    assert time.perf_counter() - started < 20


@given(
    st.lists(
        st.tuples(st.sampled_from(["AAA", "BBB", "CCC", "gap"]), st.integers(-400, 400)),
        min_size=2,
        max_size=6,
    )
)
def test_of_what_is_blamed_none_can_be_spared(figures: list[tuple[str, int]]) -> None:
    rows: list[Published] = []
    for number, (code, value) in enumerate(figures, start=2):
        row = three_bodies(**{code: str(value)}).published[0]
        rows.append(replace(row, origin=Origin("published.csv", number)))
    place = three_bodies().with_tables(published=tuple(rows))
    try:
        calibration = calibrate(place)
    except FaultsFound as caught:
        blamed = {fault.row for fault in caught.faults}
    else:
        for row, value in zip(
            rows, calibration.totals.values(calibration.totals.read, calibration.change[None])[0], strict=True
        ):
            assert abs(value - float(row.value)) <= 0.5 + 1e-5
        return

    rest = tuple(row for row in rows if row.origin.row not in blamed)
    if rest:
        calibrate(place.with_tables(published=rest))
    lines = straight(totals_of(prepare(place), tuple(rows)), np.zeros(3))
    found = conflicts(lines)
    assert {rows[at].origin.row for conflict in found for at in conflict} == blamed
    for conflict in (*found, smallest(lines, list(range(len(rows))))):
        assert not lines.can_be_met(conflict)
        assert all(lines.can_be_met([other for other in conflict if other != at]) for at in conflict)
