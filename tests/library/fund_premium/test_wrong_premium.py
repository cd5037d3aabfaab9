"""What a file of a Quality Premium may not say, each by hand; hypothesis tries the rest."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.premium.awarding import premium
from leftshift.fund.premium.reading import premium_of
from leftshift.fund.premium.telling import document
from tests.library.fund_premium.test_premium import ALL_MET, text_of

GOOD = text_of(ALL_MET)


@pytest.mark.parametrize(
    ("before", "after", "kind", "where", "suggestion"),
    [
        ("antibiotics =", "antibiotcs =", "unknown name", "measures.antibiotcs", "antibiotics"),
        ("antibiotics = { met = true }", "", "missing value", "measures.antibiotics", None),
        ("value = 325000", "value = 0", "number not understood", "population.value", None),
        ("value = 325000", "value = -5", "number not understood", "population.value", None),
        ("value = 325000", "value = 1.5", "number not understood", "population.value", None),
        ("value = 325000", "value = nan", "number not understood", "population.value", None),
        ("value = 325000", "value = 1e400", "number not understood", "population.value", None),
        ("value = 325000", "", "missing value", "population.value", None),
        ('round = "2016/17"', 'round = "2015/16"', "unknown round", "round", None),
        ('round = "2016/17"', 'round = "Apr-16"', "year not understood", "round", None),
        ('round = "2016/17"', "", "missing value", "round", None),
        ("local_1 = { met = true }", 'local_1 = { met = "perhaps" }', "not understood", "measures.local_1.met", None),
        ("local_1 = { met = true }", "local_1 = { value = 3 }", "missing value", "measures.local_1.target", None),
        ("local_1 = { met = true }", "local_1 = { target = 3 }", "missing value", "measures.local_1.value", None),
        ("local_1 = { met = true }", "local_1 = { met = true, value = 3, target = 4 }", "contradiction", "measures.local_1.met", None),
        ("local_1 = { met = true }", 'local_1 = { met = true, value = 4, target = 3, better = "lower" }', "contradiction", "measures.local_1.met", None),
        ("red_1 = { met = true }", "red_1 = { met = true, value = 74.9 }", "contradiction", "gateways.red_1.met", None),
        ("gp_survey = { met = true }", "gp_survey = { value = 80, target = 70 }", "two values", "measures.gp_survey.target", None),
        ("quality = { met = true }", "quality = 1", "value not understood", "whole_gateways.quality", None),
        ('organisation = "A commissioner"', "organisation = 3", "text not understood", "organisation", None),
    ],
)  # fmt: skip
def test_it_refuses(before: str, after: str, kind: str, where: str, suggestion: str | None) -> None:
    assert before in GOOD
    with pytest.raises(FaultsFound) as found:
        premium_of(GOOD.replace(before, after), "mine.toml")

    fault = next(fault for fault in found.value.faults if fault.column == where)
    assert (fault.kind, fault.file) == (kind, "mine.toml")
    if suggestion:
        assert fault.suggestion == suggestion
    assert fault.action
    assert fault.expected


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ('what = "measures.antibiotics.weight"\nvalue = "15%"\nsource = "x"', "weights do not add up"),
        ('what = "measures.antibiotcs.weight"\nvalue = "10%"\nsource = "x"', "unknown code"),
        ('what = "value_per_head"\nvalue = 4', "missing value"),
        ('what = "value_per_head"\nsource = "x"', "missing value"),
        ('what = "gateways.red_1.reduction"\nvalue = "125%"\nsource = "x"', "value out of range"),
        ('what = "combine"\nvalue = "by luck"\nsource = "x"', "not one of the choices"),
        ('what = "floor"\nvalue = 0.1\nsource = "x"\n[[overrides]]\nwhat = "floor"\nvalue = 0\nsource = "y"', "duplicate key"),
    ],
)  # fmt: skip
def test_it_refuses_overrides(entry: str, kind: str) -> None:
    with pytest.raises(FaultsFound) as found:
        premium_of(text_of(ALL_MET, more=f"[[overrides]]\n{entry}\n"))

    assert kind in found.value.faults.counts_by_kind


def test_it_says_everything_at_once_with_lines() -> None:
    text = GOOD.replace("local_1 = { met = true }", "local_1 = { met = 1 }").replace("325000", "0")
    with pytest.raises(FaultsFound) as found:
        premium_of(text + "[more]\n")

    places = {fault.column: fault.row for fault in found.value.faults}
    assert {"population.value", "measures.local_1.met", "more"} <= set(places)
    line = 1 + text.splitlines().index("local_1 = { met = 1 }")
    assert places["measures.local_1.met"] == line


_VALUES = st.recursive(
    st.none() | st.sampled_from(["true", "nan", "inf", "-1", "1e999", "9" * 5000, '"x"', "2016-01-01", "[]", "{}", "1979-05-27T07:32:00Z"]),
    lambda inner: st.lists(inner.filter(bool), max_size=3).map(lambda parts: "[" + ", ".join(map(str, parts)) + "]"),
    max_leaves=5,
)  # fmt: skip


@given(st.sampled_from(GOOD.splitlines()), _VALUES)
def test_a_hostile_value_is_a_fault_or_an_answer(line: str, value: str | None) -> None:
    name = line.partition(" =")[0]
    text = GOOD.replace(line, "" if value is None else f"{name} = {value}")
    with contextlib.suppress(FaultsFound):
        document(premium(premium_of(text)))


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 50_000, "a = " + "9" * 10_000, "a.b." * 20_000 + "c = 1", "\x00", "é" * 2_000_000]
)
def test_a_hostile_file_is_refused(text: str) -> None:
    with pytest.raises(FaultsFound):
        premium_of(text)
