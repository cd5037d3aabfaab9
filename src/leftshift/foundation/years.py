"""Financial years: 1 April to 31 March, written ``2016/17``; their quarters, and calendar months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MONTHS_IN_YEAR = 12
_FIRST_MONTH = 4
_CENTURY_TURNS_AT = 70  # 70/71 is 1970/71; 69/70 is 2069/70

_SPELLING = re.compile(r"^(?:FY\s*)?(\d{4}|\d{2})\s*[/\-\u2010-\u2014_]\s*(\d{4}|\d{2})$", re.IGNORECASE)
_QUARTERS = 4
_QUARTER = re.compile(r"^Q[1-4]$")
_MONTH_FIRST = re.compile(r"^(\d{4})-(\d{2})$")
_MANGLED = re.compile(
    r"^(?:[A-Za-z]{3}[-\s]\d{2,4}|\d{1,2}[-\s][A-Za-z]{3}(?:[-\s]\d{2,4})?|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}.*)$"
)


class YearNotUnderstood(ValueError):
    """A text that is no financial year; its message says what to write instead."""


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """The financial year that begins on 1 April of ``starts``."""

    starts: int

    @property
    def label(self) -> str:
        """The year as people write it, ``2016/17``."""
        return f"{self.starts}/{(self.starts + 1) % 100:02d}"

    def __str__(self) -> str:
        return self.label

    def plus(self, years: int) -> FinancialYear:
        """The financial year so many years later."""
        return FinancialYear(self.starts + years)

    @staticmethod
    def parse(text: str) -> FinancialYear:
        """Read any spelling in use (2016/17, 2016-17, 16/17, FY2016-17, 2016/2017).

        Raises YearNotUnderstood when the text is none of them or the two halves do not follow each other.
        """
        return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> FinancialYear:
    written = text.strip()
    if _MANGLED.match(written):
        raise YearNotUnderstood(
            "a spreadsheet turned the year into a date: format the column as text and write 2016/17"
        )
    match = _SPELLING.match(written)
    if not match:
        raise YearNotUnderstood("write a financial year as 2016/17")
    first, second = match.groups()
    starts = _full_year(first)
    if (starts + 1) % 10 ** len(second) != int(second):
        raise YearNotUnderstood(
            f"the two halves do not follow each other: {FinancialYear(starts).label} is the year from April {starts}"
        )
    return FinancialYear(starts)


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < _CENTURY_TURNS_AT else 1900)


def years_between(first: FinancialYear, last: FinancialYear) -> tuple[FinancialYear, ...]:
    """Every financial year from first to last, both included; empty when last comes before first."""
    return tuple(FinancialYear(starts) for starts in range(first.starts, last.starts + 1))


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month, written ``2016-04``."""

    year: int
    month: int

    @property
    def financial_year(self) -> FinancialYear:
        """The financial year that the month falls in."""
        return FinancialYear(self.year if self.month >= _FIRST_MONTH else self.year - 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    def months_since(self, year: FinancialYear) -> int:
        """Months from 1 April of the given financial year to this month; negative before it."""
        return (self.year - year.starts) * MONTHS_IN_YEAR + self.month - _FIRST_MONTH

    @staticmethod
    def parse(text: str) -> Month:
        """Read ``2016-04``, or a financial year as its April. Raises YearNotUnderstood."""
        written = text.strip()
        match = _MONTH_FIRST.match(written)
        # 2016-17 is a financial year, 2016-04 a month: no month is greater than 12, and 2011-12 is
        # read as the month, because this column asks for one.
        if match and 1 <= int(match.group(2)) <= MONTHS_IN_YEAR:
            return Month(int(match.group(1)), int(match.group(2)))
        try:
            return Month(FinancialYear.parse(written).starts, _FIRST_MONTH)
        except YearNotUnderstood as problem:
            raise YearNotUnderstood("write a month as 2016-04, or a financial year as 2016/17") from problem


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of a financial year, written ``2017/18 Q1``: Q1 is April to June."""

    year: FinancialYear
    number: int

    def __str__(self) -> str:
        return f"{self.year} Q{self.number}"

    @property
    def following(self) -> Quarter:
        """The next quarter."""
        last = self.number == _QUARTERS
        return Quarter(self.year.plus(1), 1) if last else Quarter(self.year, self.number + 1)

    @staticmethod
    def parse(text: str) -> Quarter:
        """Read ``2017/18 Q1`` or ``Q1 2017/18``. Raises YearNotUnderstood."""
        words = text.upper().split()
        named = [word for word in words if _QUARTER.match(word)]
        rest = [word for word in words if not _QUARTER.match(word)]
        if len(named) != 1 or len(rest) != 1:
            raise YearNotUnderstood("write a quarter of a financial year as 2017/18 Q1")
        return Quarter(FinancialYear.parse(rest[0]), int(named[0][1]))
