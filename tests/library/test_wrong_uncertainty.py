"""Uncertainty that cannot be is answered: every fault at once, with file, row, column, what was found and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import from_document
from leftshift.place.reading import folder_texts

NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"
HEADER = (
    "quantity,moves,organisation,item,year,how,distribution,low,mode,high,mean,sd,values,group,source,basis"
)
TEXTS = folder_texts(NORTHMOOR)


def faults_of(*lines: str, correlations: str = "") -> list[Fault]:
    """The faults of northmoor with these uncertain quantities; each line without source and basis."""
    rows = "\n".join(f"{line},a test,assumed" for line in lines)
    pairs = "\n".join(f"{line},a test,assumed" for line in correlations.split())
    texts = TEXTS | {"uncertainty.csv": f"{HEADER}\n{rows}\n", "correlations.csv": f"one,other,correlation,source,basis\n{pairs}\n"}  # fmt: skip
    try:
        from_document(texts)
    except FaultsFound as found:
        return [fault for fault in found.faults if fault.file in ("uncertainty.csv", "correlations.csv")]
    return []


@pytest.mark.parametrize(
    ("line", "kind", "column"),
    [
        ("q,rate,,pay_inflation,,,triangular,0%,5%,2%,,,,", "value out of range", "mode"),
        ("q,rate,,pay_inflation,,,pert,3%,1%,5%,,,,", "value out of range", "mode"),
        ("q,rate,,pay_inflation,,,uniform,3%,,1%,,,,", "value out of range", "high"),
        ("q,rate,,pay_inflation,,,normal,,,,1%,-1%,,", "value out of range", "sd"),
        ("q,value,,C01,,,log_normal,,,,0,0.1,,", "value out of range", "mean"),
        ("q,rate,,pay_inflation,,,normal,,,,1%,,,", "missing value", "sd"),
        ("q,rate,,pay_inflation,,,normal,,2%,,1%,1%,,", "nothing uses it", "mode"),
        ("q,rate,,pay_inflation,,,uniform,0.01,,0.02,,,,", "percentage in doubt", "low"),
        ("q,rate,,pay_inflatoin,,,uniform,0%,,1%,,,,", "unknown assumption", "item"),
        ("q,rate,RN11,pay_inflation,,,uniform,0%,,1%,,,,", "unknown organisation", "organisation"),
        ("q,rate,RN3,pay_inflation,2010/11,,uniform,0%,,1%,,,,", "year outside the plan", "year"),
        ("q,rate,RN3,pay_inflation,2024/25,,uniform,0%,,1%,,,,", "year outside the plan", "year"),
        ("q,rate,E06000999,pay_share,,,uniform,0%,,1%,,,,", "nothing uses it", "item"),
        ("q,value,,C99,,,uniform,0.9,,1.1,,,,", "unknown contract or a line", "item"),
        ("q,delivery,,virtual_wards,,,uniform,0.9,,1.1,,,,", "unknown intervention or a step", "item"),
        ("q,delivery,RN1,virtual_ward,,,uniform,0.9,,1.1,,,,", "nothing uses it", "organisation"),
        ("q,delivery,,virtual_ward,,,uniform,-0.1,,1.1,,,,", "value out of range", "low"),
        ("q,delay,,virtual_ward,,,discrete,,,,,,0: 50%; 6: 40%,", "values not understood", "values"),
        ("q,delay,,virtual_ward,,,discrete,,,,,,0; 6,", "values not understood", "values"),
        ("q,delay,,virtual_ward,,,empirical,,,,,,six,", "values not understood", "values"),
        ("q,delay,,virtual_ward,,times,uniform,0,,6,,,,", "not one of the choices", "how"),
        ("q,delay,,virtual_ward,,,uniform,0%,,600%,,,,", "percentage in doubt", "low"),
        ("q,rate,,pay_inflation,,,gaussian,0%,,1%,,,,", "not one of the choices", "distribution"),
        ("q,rate,,pay_inflation,,,uniform,none,,1%,,,,", "text in a number", "low"),
        ("q,rate,,pay_inflation,,,uniform,-300%,,-200%,,,,", "value out of range", "low"),
        ("q,rate,,pay_inflation,,,normal,,,,0%,40%,,", "value out of range", "low"),
        ("q,value,,C02,,set,discrete,,,,,,-100: 100%,", "value out of range", "values"),
        ("q,value,,C02,,,normal,,,,1,2,,", "value out of range", "low"),
        ("q,delivery,,virtual_ward,,,triangular,-50%,0%,50%,,,,", "value out of range", "low"),
        ("q,delivery,,virtual_ward,,set,uniform,300%,,500%,,,,", "value out of range", "high"),
        ("q,value,,L14,,,uniform,0.5,,1.5,,,,", "nothing uses it", "item"),
    ],
)
def test_each_fault_is_told_where_it_stands(line: str, kind: str, column: str) -> None:
    found = [(fault.kind, fault.column) for fault in faults_of(line)]

    assert (kind, column) in found, found


def test_all_faults_are_told_at_once() -> None:
    found = faults_of(
        "one,rate,,pay_inflation,,,triangular,0%,5%,2%,,,,",
        "two,delivery,,virtual_wards,,,uniform,0.9,,1.1,,,,",
        "three,delay,,virtual_ward,,,discrete,,,,,,0: 50%,",
    )

    assert [fault.row for fault in found] == [2, 3, 4]
    mode = found[0]
    assert mode.found == "5%"
    assert "between 0% and 2%" in mode.expected
    assert found[1].suggestion == "virtual_ward"


@pytest.mark.parametrize(
    "line", ["q,rate,RN11,pay_inflation,,,uniform,0%,,1%,,,,", "q,rate,,pay_inflatoin,,,uniform,0%,,1%,,,,"]
)
def test_one_slip_is_one_fault(line: str) -> None:
    assert len(faults_of(line)) == 1


def test_a_mode_at_a_bound_is_no_fault() -> None:
    assert not faults_of("q,rate,,pay_inflation,,,pert,0%,0%,2%,,,,")
    assert not faults_of("q,rate,,pay_inflation,,,triangular,2%,2%,2%,,,,")


THREE = [f"{name},rate,,{item},,,normal,,,,0%,1%,,g" for name, item in zip("abc", ("pay_inflation", "non_pay_inflation", "allocation_growth"), strict=True)]  # fmt: skip


def test_correlations_that_cannot_be_together_are_refused_with_what_would_do() -> None:
    found = faults_of(*THREE, correlations="a,b,0.9 b,c,0.9 a,c,-0.9")

    assert [fault.kind for fault in found] == ["correlations contradict each other"]
    assert found[0].file == "correlations.csv"
    assert "all times 0.5" in found[0].action
    assert not faults_of(*THREE, correlations="a,b,0.9 b,c,0.9 a,c,0.7")
    assert faults_of(*THREE, correlations="a,b,1")


@pytest.mark.parametrize(
    ("pairs", "kind"),
    [
        ("a,z,0.5", "unknown quantity"),
        ("a,a,0.5", "correlated with itself"),
        ("a,b,1.5", "value out of range"),
        ("a,b,0.5 b,a,0.4", "set twice"),
        ("a,b,0.5 a,b,0.4", "duplicate key"),
    ],
)
def test_wrong_correlations_are_told(pairs: str, kind: str) -> None:
    assert kind in [fault.kind for fault in faults_of(*THREE, correlations=pairs)]


def test_what_one_quantity_sets_no_other_moves() -> None:
    found = faults_of(
        "whole,delivery,,left_shift,,set,uniform,0.5,,1,,,,",
        "one,delivery,,virtual_ward,,times,uniform,0.9,,1.1,,,,",
    )

    assert [(fault.kind, fault.row) for fault in found] == [("set twice", 3)]
    assert not faults_of(
        "whole,delivery,,left_shift,,times,uniform,0.5,,1,,,,",
        "one,delivery,,virtual_ward,,times,uniform,0.9,,1.1,,,,",
    )


cells = st.one_of(
    st.sampled_from(["", "0", "1%", "-5", "1e99", "nan", "RN1", "pay_inflation", "C01", "virtual_ward", "2025/26", "normal", "discrete", "0: 1", "0: 100%; ;", "set", "rate", "delay", "=1+1"]),
    st.text(st.characters(codec="utf-8", exclude_characters='",\r\n'), max_size=12),
)  # fmt: skip


@given(st.lists(st.lists(cells, min_size=14, max_size=14), min_size=1, max_size=4))
def test_whatever_the_cells_say_it_is_read_or_answered(lines: list[list[str]]) -> None:
    for fault in faults_of(*(",".join(line) for line in lines)):
        assert fault.expected
        assert fault.action
