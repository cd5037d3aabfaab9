"""Formulas: what they may say, and what is answered to those that say something else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.population.defining.formulas import FormulaNotUnderstood, parse_formula, vocabulary


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("age >= 18", "yes"),
        ("18 <= age <= 59 and not coded('ltc.asthma')", "yes"),
        ("lowest('x', tenfold_to=25) < (130 if male else 115)", "yes"),
        ("age * age / 2 - 1", "number"),
        ("outside('cost') >= 3 * average(outside('cost'))", "yes"),
        ("item('efi', 'anaemia') or score('hfrs') > 15", "yes"),
        ("emergencies_before_stay(365, days=30)", "number"),
    ],
)
def test_what_a_formula_may_say(text: str, gives: str) -> None:
    assert parse_formula(text).gives == gives


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age and male", "'age' is not a yes"),
        ("coded('a') + 1", "is not a number"),
        ("codid('a')", "did you mean coded?"),
        ("coded()", "takes list, and was told 0"),
        ("coded(3)", "in quotes"),
        ("coded('a', month=3)", "does not take 'month'; it takes days, months"),
        ("coded('a', months=0)", "whole number above nothing"),
        ("coded('a', months=1, days=1)", "not both"),
        ("admissions(how='sometimes')", "one of any, emergency, elective"),
        ("lowest('a', tenfold_to='x') < 1", "is a number"),
        ("score(hfrs)", "must be a text in quotes or a number"),
        ("score('a', 'b')", "takes the name of a score"),
        ("'text'", "has no meaning"),
        ("__import__('os')", "there is no word"),
        ("age.__class__", "has no meaning"),
        ("[age for _ in 'a']", "has no meaning"),
        ("age >=", "is no formula"),
        ("age ** 2", "has no meaning"),
        ("1 if male else coded('a')", "of one kind"),
        ("average(male)", "of a number"),
        ("not " * 100 + "male", "nests at most"),
        ("age" * 2000, "at most 4,000 characters"),
        ("age < 1" + "0" * 400, "at most 1,000,000,000,000"),
        ("age < -1" + "0" * 400, "at most 1,000,000,000,000"),
        ("age < 1e999", "at most 1,000,000,000,000"),
        ("lowest('a') < 1" + "0" * 400, "at most 1,000,000,000,000"),
        ("lowest('a', tenfold_to=1" + "0" * 400 + ") < 3", "at most 1,000,000,000,000"),
    ],
)
def test_what_it_may_not(text: str, said: str) -> None:
    with pytest.raises(FormulaNotUnderstood) as refused:
        parse_formula(text)

    assert said in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(FormulaNotUnderstood):
        parse_formula(text)


def test_every_word_says_what_it_means() -> None:
    assert len(vocabulary()) > 20
    for word in vocabulary().values():
        assert word.meaning
        assert word.gives in ("yes", "number")
