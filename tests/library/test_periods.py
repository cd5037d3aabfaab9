"""Periods: every spelling in use, their order and what follows what."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.foundation.years import FinancialYear


@pytest.mark.parametrize(
    ("text", "written", "first", "last"),
    [
        ("2016-04", "2016-04", "2016-04-01", "2016-04-30"),
        ("Apr 2016", "2016-04", "2016-04-01", "2016-04-30"),
        ("may-2016", "2016-05", "2016-05-01", "2016-05-31"),
        ("Q4 2016/17", "2016/17 Q4", "2017-01-01", "2017-03-31"),
        ("2016/17 q1", "2016/17 Q1", "2016-04-01", "2016-06-30"),
        ("2016-17", "2016/17", "2016-04-01", "2017-03-31"),
        ("2016", "2016", "2016-01-01", "2016-12-31"),
        ("2016-02-29", "2016-02-29", "2016-02-29", "2016-02-29"),
        ("W2016-04-18", "W2016-04-18", "2016-04-18", "2016-04-24"),
        ("2014/15 - 16/17", "2014/15-2016/17", "2014-04-01", "2017-03-31"),
        ("2014\u20132016", "2014-2016", "2014-01-01", "2016-12-31"),
    ],
)
def test_it_reads_every_spelling(text: str, written: str, first: str, last: str) -> None:
    period = Period.parse(text)

    assert str(period) == written
    assert (period.first, period.end) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    ["", "sixty", "2016-13", "2016-02-30", "Apr-16", "0000", "9999", "J 2016", "Ju 2016", "2016/17-2014/15"],
)
def test_what_is_none_is_answered_with_how_to_write_one(text: str) -> None:
    with pytest.raises(PeriodNotUnderstood, match="write a month as 2016-04"):
        Period.parse(text)


PERIODS = st.sampled_from(
    ["2016-04", "2015/16 Q3", "2016/17", "2016", "2016-02-29", "W2016-04-18", "2014/15-2016/17", "2014-2016"]
).map(Period.parse)


@given(PERIODS, st.integers(-90, 150))
def test_what_is_so_many_steps_later_is_so_many_steps_since(period: Period, steps: int) -> None:
    later = period.plus(steps)

    assert later.steps_since(period) == steps
    assert Period.parse(str(later)) == later
    assert (period < later) == (steps > 0)
    assert later.sort == period.sort
    assert len(list(period.until(later))) == max(0, steps + 1)


def test_spans_of_years_overlap_by_all_but_one() -> None:
    assert str(Period.parse("2014/15-2016/17").following) == "2015/16-2017/18"


def test_a_period_knows_its_financial_year_and_how_many_a_year_has() -> None:
    assert Period.parse("2017-03").financial_year == FinancialYear(2016)
    assert Period.of_year(FinancialYear(2016)) == Period.parse("2016/17")
    assert [Period.parse(text).a_year for text in ("2016-04", "2016/17 Q1", "2016/17")] == [12, 4, 1]
    assert Period.parse("2016-02").days == 29
