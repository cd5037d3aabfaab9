"""Working days over Easter and Christmas by hand, and against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.boards.working_days import WorkingDays, library_release

ENGLAND = WorkingDays()
SCOTLAND = WorkingDays("scotland")
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def test_four_working_days_before_a_meeting_after_easter() -> None:
    # Easter Day is 5 April 2026. Back from Thursday 9 April: Wed 8 (1), Tue 7 (2), Mon 6 is a holiday, Fri 3 is one,
    # Thu 2 (3), Wed 1 (4).
    meeting = date(2026, 4, 9)

    assert ENGLAND.before(meeting, 4) == date(2026, 4, 1)
    # clear days: neither 1 April, the day of issue, nor 9 April is counted; so Tue 31 March
    assert ENGLAND.before(meeting, 4, clear=True) == date(2026, 3, 31)
    assert [name for _, name in ENGLAND.skipped(date(2026, 4, 1), meeting)] == [
        "Good Friday",
        "Easter Monday",
    ]
    assert ENGLAND.notice(date(2026, 4, 1), meeting) == 4
    assert ENGLAND.notice(date(2026, 4, 1), meeting, clear=True) == 3
    # in Scotland Easter Monday is a working day: Wed 8, Tue 7, Mon 6, Thu 2
    assert SCOTLAND.before(meeting, 4) == date(2026, 4, 2)


def test_ten_working_days_before_a_meeting_after_christmas() -> None:
    # BCP's meeting of Monday 12 January 2026 (planning.md, section 4): petitions by 24 December, questions by 6 January,
    # statements by 9 January. Back from it: Fri 9 (1), Thu 8, Wed 7, Tue 6 (4), Mon 5 (5), Fri 2 (6), Thu 1 January is a
    # holiday, Wed 31 (7), Tue 30 (8), Mon 29 (9), Fri 26 and Thu 25 are holidays, Wed 24 December (10).
    meeting = date(2026, 1, 12)

    found = {number: ENGLAND.before(meeting, number) for number in (1, 4, 10)}

    assert found == {1: date(2026, 1, 9), 4: date(2026, 1, 6), 10: date(2025, 12, 24)}


def test_holidays_on_a_weekend_are_taken_later() -> None:
    # Christmas Day 2027 is a Saturday and Boxing Day a Sunday: Monday 27 and Tuesday 28 are off instead.
    assert ENGLAND.after(date(2027, 12, 24), 1) == date(2027, 12, 29)
    assert ENGLAND.off(date(2027, 12, 27)).startswith("Christmas Day")


def test_days_that_a_board_adds_are_no_working_days() -> None:
    closed = WorkingDays(closures={date(2025, 12, day): "offices closed" for day in (29, 30, 31)})

    # Fri 9, Thu 8, Wed 7, Tue 6, Mon 5, Fri 2 January, then nothing until Wed 24 December (7)
    assert closed.before(date(2026, 1, 12), 7) == date(2025, 12, 24)
    assert closed.off(date(2025, 12, 30)) == "offices closed"


def test_a_coronation_is_known() -> None:
    assert "Coronation" in ENGLAND.off(date(2023, 5, 8))
    assert library_release().startswith("holidays ")


@pytest.mark.parametrize("nation", ["england", "wales", "scotland", "northern_ireland"])
def test_every_nation_has_christmas(nation: str) -> None:
    assert not WorkingDays(nation).is_working(date(2025, 12, 25))


@given(DAYS, st.integers(0, 30), st.booleans())
def test_counting_back_is_what_counting_day_by_day_gives(day: date, number: int, clear: bool) -> None:
    found = ENGLAND.before(day, number, clear=clear)
    # the days between, one by one; the day of issue is one of them unless they are clear days
    between = [found + timedelta(days=at) for at in range((day - found).days)]
    counted = sum(ENGLAND.is_working(each) for each in (between[1:] if clear else between))

    assert counted == number == ENGLAND.notice(found, day, clear=clear) or (clear and number == 0)
    # and a working day later there would be too few
    if number:
        assert ENGLAND.is_working(found)
        assert ENGLAND.notice(ENGLAND.after(found, 1), day, clear=clear) < number


@given(DAYS, st.integers(1, 30))
def test_after_undoes_before(day: date, number: int) -> None:
    working = ENGLAND.after(day, 1)

    assert ENGLAND.before(ENGLAND.after(working, number), number) == working
