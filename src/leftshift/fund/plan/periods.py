"""The months, quarters and years of a round."""

from __future__ import annotations

from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Metric

_MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)


def periods_of(found: Round, metric: Metric) -> list[Period]:
    """The periods of all years of a round for which a metric is planned."""
    return [period for year in found.years for period in periods_in(year, metric.every)]


def periods_in(year: FinancialYear, every: str) -> list[Period]:
    """The months or quarters of a financial year, or the year itself."""
    if every == "year":
        return [Period.of_year(year)]
    if every == "quarter":
        return quarters_of(year)
    return [Period.parse(f"{year.starts + (month < 4)}-{month:02d}") for month in _MONTHS]


def quarters_of(year: FinancialYear) -> list[Period]:
    """The four quarters of a financial year."""
    return [Period.parse(f"{year} Q{number}") for number in (1, 2, 3, 4)]
