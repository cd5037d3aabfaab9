"""The page of docs/method: statistics and their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from leftshift.measures.statistics.comparing import difference, ratio
from leftshift.measures.statistics.estimates import Estimates
from leftshift.measures.statistics.funnels import (
    event_funnel,
    expected_funnel,
    overdispersed_funnel,
    overdispersion,
    proportion_funnel,
)
from leftshift.measures.statistics.inequality import inequality
from leftshift.measures.statistics.intervals import estimate
from leftshift.measures.statistics.life_expectancy import life_expectancy
from leftshift.measures.statistics.ranking import quantile_groups
from leftshift.measures.statistics.standardising import (
    standardise_directly,
    standardise_indirectly,
    standardise_repeats,
)
from leftshift.measures.statistics.suppressing import audit, suppress
from leftshift.measures.statistics.trends import proportion_trend, rank_trend, recent_trend
from tests.examples.measured import Case, MethodPage, Worked

Z = "1.9599639845"


def _of(part: str, made: Callable[[], Estimates], at: int = 0) -> Callable[[], float]:
    return lambda: float(np.ravel(getattr(made(), part))[at])


def _byar(count: str, which: str) -> str:
    x = count if which == "lower" else f"({count} + 1)"
    sign = "-" if which == "lower" else "+"
    return f"{x} * (1 - 1 / (9 * {x}) {sign} {Z} / (3 * sqrt({x})))**3"


def _wilson(x: int, n: int, which: str) -> str:
    sign = "-" if which == "lower" else "+"
    return f"(2 * {x} + {Z}**2 {sign} {Z} * sqrt({Z}**2 + 4 * {x} * (1 - {x} / {n}))) / (2 * ({n} + {Z}**2))"


def _none() -> Estimates:
    return estimate("count", 0)


def _one() -> Estimates:
    return estimate("count", 1)


def _rate() -> Estimates:
    return estimate("rate", 65, 1000, multiplier=1000)


def _share() -> Estimates:
    return estimate("proportion", 5, 10, multiplier=100)


def _mean() -> Estimates:
    return estimate("mean", 40, 5, deviation=2.5**0.5)


def _ratio() -> Estimates:
    return estimate("ratio", 1, 1)


def _direct() -> Estimates:
    return standardise_directly([10, 30], [1000, 500], [3, 1], multiplier=1000)


def _repeats() -> Estimates:
    return standardise_repeats([[8], [6]], [1, 2], [1000], [1], multiplier=1000)


def _indirect() -> Estimates:
    return standardise_indirectly(30, [1000, 500], [100, 400], [10_000, 10_000], multiplier=100)


def _life() -> Estimates:
    return life_expectancy([100, 250], [10_000, 5_000], ages=(0, 50))


_FIFTHS = np.array([96.0, 88, 80, 72, 64])
_VARIED: tuple[list[int], list[int]] = ([36] * 5 + [16] * 5, [25] * 10)
_RISING = np.array([9.0, 10, 11, 12, 13, 14])

_CASES = [
    Case(
        "Counts and rates below 10 events: exact Poisson",
        "The lower limit is the mean at which as many events as were seen, or more, have a chance of half of what the level leaves (2.5%), the "
        "upper limit the mean at which as many or fewer have. In closed form: quantiles of the gamma distribution, with shape x below and x + 1 above. "
        "No events: the lower limit is 0. A rate is a count over people, or over time; it may exceed them. A count that is not whole takes the "
        "same quantiles.",
        [
            Worked("No events, upper limit: exp(-u) = 0.025", "-ln(0.025)", _of("upper", _none)),
            Worked("One event, lower limit: 1 - exp(-l) = 0.025", "-ln(1 - 0.025)", _of("lower", _one)),
            Worked(
                "One event, chance of one or fewer at the upper limit",
                "exp(-5.5716434) * (1 + 5.5716434)",
                lambda: math.exp(-_of("upper", _one)()) * (1 + _of("upper", _one)()),
            ),
        ],
    ),
    Case(
        "Counts and rates from 10 events: Byar's method",
        "Lower x(1 - 1/(9x) - z/(3√x))³; upper the same of x + 1 with a plus; z is 1.96 for 95%, 3.09 for 99.8%. Of a rate both are over its people.",
        [
            Worked("65 of 1,000, a thousand", "65 / 1000 * 1000", _of("value", _rate)),
            Worked("lower", _byar("65", "lower"), _of("lower", _rate)),
            Worked("upper", _byar("65", "upper"), _of("upper", _rate)),
        ],
    ),
    Case(
        "Proportions: Wilson",
        "The shares whose distance from what was seen is z of their own standard errors, without correction for continuity.",
        [
            Worked("5 of 10, percent", "5 / 10 * 100", _of("value", _share)),
            Worked("lower", f"100 * {_wilson(5, 10, 'lower')}", _of("lower", _share)),
            Worked("upper", f"100 * {_wilson(5, 10, 'upper')}", _of("upper", _share)),
        ],
    ),
    Case(
        "Means: Student's t",
        "Sum over number, and t with n - 1 degrees of freedom times the standard deviation over √n. Of 7, 9, 8, 10 and 6 the sum is 40 and the variance "
        "10 / 4. All equal: no width. One observation: withheld.",
        [
            Worked("mean", "40 / 5", _of("value", _mean)),
            Worked("lower", "40 / 5 - 2.7764451052 * sqrt(10 / 4) / sqrt(5)", _of("lower", _mean)),
            Worked("upper", "40 / 5 + 2.7764451052 * sqrt(10 / 4) / sqrt(5)", _of("upper", _mean)),
        ],
    ),
    Case(
        "Ratios of two counts: exact, given their sum",
        "For two independent counts, neither a part of the other, such as attendances and admissions. Given their sum, the first is binomial; the "
        "exact limits of its share p (Clopper and Pearson) become those of the ratio as p / (1 - p). It is exact for small counts, holds for zero "
        "above, and is the test by which two rates are compared. Where the lower count is an expected number, it is no count: that is an indirectly "
        "standardised ratio.",
        [
            Worked("1 over 1", "1 / 1", _of("value", _ratio)),
            Worked("lower: 1 - (1 - p)² = 0.025", "(1 - sqrt(0.975)) / sqrt(0.975)", _of("lower", _ratio)),
            Worked("upper: p² = 0.975", "sqrt(0.975) / (1 - sqrt(0.975))", _of("upper", _ratio)),
        ],
    ),
    Case(
        "Directly standardised rates: Dobson",
        "Rates of bands weighted by a standard population: Σw(x/n) / Σw, with variance v = Σw²x/n² / (Σw)². Of O events in all, each limit is the "
        "value + √(v/O) × (that limit of O - O). Withheld below 10 events. Here two bands: 10 of 1,000 and 30 of 500, weights 3 and 1, a thousand. Their variance is (9 × 10 / 1,000² + 1 × 30 / 500²) / 16, times 1,000²: 13.125. The "
        "standard population is that of Europe of 2013 in 19 bands unless others are given. A missing count is none; a band without people is withheld.",
        [
            Worked("value", "1000 * (3 * 10 / 1000 + 1 * 30 / 500) / 4", _of("value", _direct)),
            Worked(
                "lower",
                f"22.5 + sqrt((9 * 10 / 1000**2 + 1 * 30 / 500**2) / 16 * 1000**2 / 40) * ({_byar('40', 'lower')} - 40)",
                _of("lower", _direct),
            ),
            Worked(
                "upper",
                f"22.5 + sqrt((9 * 10 / 1000**2 + 1 * 30 / 500**2) / 16 * 1000**2 / 40) * ({_byar('40', 'upper')} - 40)",
                _of("upper", _direct),
            ),
        ],
    ),
    Case(
        "Events that one person can have again",
        "Persons, not events, are independent: those with f events count f² times in the variance. Here 8 persons with one and 6 with two, of 1,000.",
        [
            Worked("value, a thousand", "1000 * (8 * 1 + 6 * 2) / 1000", _of("value", _repeats)),
            Worked(
                "upper",
                f"20 + sqrt((8 * 1**2 + 6 * 2**2) / 20) * ({_byar('20', 'upper')} - 20)",
                _of("upper", _repeats),
            ),
        ],
    ),
    Case(
        "Indirectly standardised ratios and rates",
        "Events observed over those expected at the rates of a reference; as a rate, times the crude rate of the reference. The interval is that of the "
        "observed count, what is expected counts as known. Here 30 events; 1,000 and 500 people at 1% and 4%; percent.",
        [
            Worked("ratio", "100 * 30 / (1000 * 0.01 + 500 * 0.04)", _of("value", _indirect)),
            Worked("lower", f"100 * {_byar('30', 'lower')} / 30", _of("lower", _indirect)),
            Worked("upper", f"100 * {_byar('30', 'upper')} / 30", _of("upper", _indirect)),
        ],
    ),
    Case(
        "Life expectancy: Chiang's second method, with Silcocks",
        "Of a band of w years with death rate M, q = wM / (1 + w(1 - a)M) die, at most all; they live a of it (0.1 of the first year of life, else 0.5). In the "
        "open band 1/M years are left. The variance of q is q²(1 - q)/d, that of the open band is Silcocks' 4/(dM²) on half of those alive. Here from 0 to 50 "
        "100 of 10,000 die, after it 250 of 5,000: q is 0.5 / 1.25 = 0.4.",
        [
            Worked("at 50", "1 / (250 / 5000)", _of("value", _life, 1)),
            Worked("at birth", "0.6 * 50 + 0.4 * 25 + 0.6 * 20", _of("value", _life)),
            Worked(
                "upper limit at birth",
                f"52 + {Z} * sqrt((20 + 0.5 * 50)**2 * 0.4**2 * 0.6 / 100 + 0.6**2 / (250 * 0.05**2))",
                _of("upper", _life),
            ),
        ],
    ),
    Case(
        "Slope and relative index of inequality",
        "A line, weighted by people, through the values of quantiles (at least 5, from the most deprived) at the middle of each one's stretch of people from 0 to 1. "
        "The slope index is its end less its start, the relative index its end over its start; for rates it may be laid on the log, for proportions on "
        "the logit scale. Limits are quantiles of 100,000 seeded draws, each value normal with the standard error (upper - lower) / 3.92. Here fifths of "
        "equal size: 96, 88, 80, 72, 64.",
        [
            Worked(
                "slope index",
                "(-0.4 * 96 - 0.2 * 88 + 0.2 * 72 + 0.4 * 64) / (2 * 0.4**2 + 2 * 0.2**2)",
                lambda: float(inequality(_FIFTHS, _FIFTHS - 2, _FIFTHS + 2, np.ones(5)).slope.value),
            ),
            Worked(
                "relative index",
                "(100 - 40) / 100",
                lambda: float(inequality(_FIFTHS, _FIFTHS - 2, _FIFTHS + 2, np.ones(5)).relative.value),
            ),
        ],
    ),
    Case(
        "Quantiles",
        "The group of rank r among n in k groups: floor(k + 1 - ceiling((n + 1 - r) / (n / k))), at least 1; ties share their lowest rank, so they are never "
        "torn apart. None where there are fewer values than groups. Of 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8 in four groups the first value has rank 4.",
        [
            Worked(
                "group of 3: floor(5 - ceiling(9 / 3))",
                "5 - 3",
                lambda: float(quantile_groups([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], 4)[0]),
            )
        ],
    ),
    Case(
        "Funnels",
        "Proportions: baseline ± z√(p(1 - p)/n), within 0 and 1. Ratios and rates by observed events x: baseline × x over the exact upper, and lower, limit of "
        "x, so that an area on the limit has the baseline at an end of its own interval. By expected events E: (√baseline ± z/(2√E))². Overdispersion: the mean square "
        "phi of distances on the root (of proportions the arcsine of the root) in standard errors, the tenth at each end taken as the next one in; tau² = "
        "(kphi - (k - 1)) / (Σw - Σw²/Σw) with w = 1/s², not below 0; limits then take √(s² + tau²). Here ten ratios with E = 25, half 36/25, half 16/25.",
        [
            Worked(
                "proportion of 0.1, 400 people, upper",
                f"0.1 + {Z} * sqrt(0.1 * 0.9 / 400)",
                lambda: float(proportion_funnel(0.1, [400]).upper[0]),
            ),
            Worked(
                "ratio, one event, upper: 1 over -ln(0.975)",
                "1 / -ln(1 - 0.025)",
                lambda: float(event_funnel(1.0, [1]).upper[0]),
            ),
            Worked(
                "ratio, 25 expected, upper",
                f"(1 + {Z} / (2 * sqrt(25)))**2",
                lambda: float(expected_funnel(1.0, [25]).upper[0]),
            ),
            Worked("phi", "((1.2 - 1) / 0.1)**2", lambda: overdispersion(*_VARIED, 1.0, "ratio").phi),
            Worked(
                "tau",
                "sqrt((10 * 4 - 9) / (1000 - 10 * 100**2 / 1000))",
                lambda: overdispersion(*_VARIED, 1.0, "ratio").tau,
            ),
            Worked(
                "overdispersed, upper",
                f"(1 + {Z} * sqrt(0.1**2 + 31 / 900))**2",
                lambda: float(
                    overdispersed_funnel(overdispersion(*_VARIED, 1.0, "ratio"), 1.0, [25]).upper[0]
                ),
            ),
        ],
    ),
    Case(
        "Two areas compared",
        "Difference: each limit is √((p - its limit)² + (q - its opposite limit)²) away; of proportions that is Newcombe's method 10, of rates the same with their exact or "
        "Byar's limits. Ratio of rates: exact, as of two counts, times the people. Ratio of proportions: Wilson's limits combined (Donner and Zou). Newcombe's "
        "own example: 56 of 70 and 48 of 80.",
        [
            Worked(
                "difference",
                "56 / 70 - 48 / 80",
                _of("value", lambda: difference("proportion", 56, 70, 48, 80)),
            ),
            Worked(
                "lower",
                f"0.2 - sqrt((0.8 - {_wilson(56, 70, 'lower')})**2 + ({_wilson(48, 80, 'upper')} - 0.6)**2)",
                _of("lower", lambda: difference("proportion", 56, 70, 48, 80)),
            ),
            Worked(
                "ratio of rates, 1 of 100 and 1 of 200, upper",
                "sqrt(0.975) / (1 - sqrt(0.975)) * 200 / 100",
                _of("upper", lambda: ratio("rate", 1, 100, 1, 200)),
            ),
        ],
    ),
    Case(
        "Trends",
        "Recent trend: the latest five periods with limits, a line weighted by 1/s² with s = (upper - lower) / 3.92; a trend where (slope/its standard "
        "error)² is above 9.5495 and no period, left out, turns the slope or flattens it. Periods without limits are passed over. Here 10 to 14, each ± 0.98. Two more "
        "for other series: chi-squared for trend in proportions (Cochran and Armitage), from three periods; and Mann and Kendall's test for series without "
        "limits, from ten values, with the median of slopes between all pairs (Theil and Sen).",
        [
            Worked(
                "recent trend, chi-squared",
                "1**2 * 4 * (4 + 1 + 0 + 1 + 4)",
                lambda: float(recent_trend(_RISING, _RISING - 0.98, _RISING + 0.98).chi_squared),
            ),
            Worked(
                "10, 20, 30 of 100 each, chi-squared",
                "(-1 * 10 + 1 * 30)**2 / (0.2 * 0.8 * (100 + 0 + 100))",
                lambda: float(proportion_trend([10, 20, 30], [100] * 3).chi_squared),
            ),
            Worked(
                "ten rising values: S = 45, z² = (45 - 1)² / variance",
                "(45 - 1)**2 / (10 * 9 * 25 / 18)",
                lambda: float(rank_trend(np.arange(10.0)).chi_squared),
            ),
        ],
    ),
    Case(
        "Small numbers suppressed",
        "Counts from 1 to a threshold (7 unless said otherwise; 1 to 7) are hidden, totals too. Then as few others as it takes: for each hidden small number another "
        "table is sought that fits all that is shown and in which it differs by as much as the rule itself leaves open (1 to 7: six), and what has to move is hidden. Cheap numbers go first, zeros last. "
        "`audit` finds by linear programmes how far each hidden number could still be pinned down. Here 3, 20, 30, 15, of 68: with the 3 goes the 15. Lists and tables of rows and columns, with totals of "
        "groups of rows; not cubes. A second table about the same people is another matter: suppress both as one.",
        [
            Worked(
                "the hidden 3, at most",
                "68 - 20 - 30 - 0",
                lambda: float(audit(suppress([3, 20, 30, 15]))[1][0, 0]),
            ),
            Worked("at least", "0", lambda: float(audit(suppress([3, 20, 30, 15]))[0][0, 0])),
        ],
    ),
]

_WORDS = """Every statistic is worked out for many series at once, and gives value, lower and upper limit, how they were made, and where it
has no answer the reason in words. `leftshift intervals FILE.csv` does the first five for the rows of a file. Numbers that could be argued
about stand in `src/leftshift/measures/statistics/parameters.toml`, each with its source."""

_AFTER = """
## What is withheld, and what is refused

Withheld, with its reason, and the other rows answered: a gap; a denominator of zero; a proportion whose count exceeds its whole; a mean of one
observation or without its standard deviation; fewer than 10 events of a directly standardised rate; a life expectancy of 5,000 people or fewer, of a
band that is missing, empty or has more deaths than people, without deaths in the open band, or with a 95% interval wider than 20 years; a ratio to
nothing; what is larger than 1e15. In arrays negative counts are withheld as well; in a file or a frame they, numbers too large, unknown
kinds, levels of confidence that are none, and what a kind does not use (the denominator of a count) are faults: all are told, and nothing is answered.
Benchmark bands leave an area out of its own comparison, and are better, similar, worse by polarity, or lower, similar, higher where none is judged.

## Held against other implementations

| statistic | held against | where it differs |
| --- | --- | --- |
| counts, rates, proportions, means, directly and indirectly standardised rates, quantiles | PHStatsMethods 0.1.16, run in an environment of its own | agrees to the digits it prints. It raises an error for a count of zero, where we answer, and its own `byars()` gives 64.2 to 66.2 for a count of 65, where its rates, and we, have 50.2 to 82.8 |
| exact Poisson limits | statsmodels 0.15.0, `confint_poisson`, `exact-c` | agrees to 1e-7; also SciPy's chi-squared quantiles, which give NaN for the lower limit of no events, where it is 0 |
| difference of proportions | statsmodels 0.15.0, `confint_proportions_2indep`, `newcomb`; Newcombe (1998), table II | agrees |
| ratios | SciPy 1.17.1, `binomtest`, `exact` | agrees |
| life expectancy, inequality, directly standardised rates of repeat events, funnels by events | the definitions of PHEindicatormethods 2.1.0, worked out a second time, slowly | no lower limit of a standardised rate is below 0; its funnels cap the upper limit at 100 whatever the multiplier, ours do not |
| recent trend | the definition of FingertipsNext (commit d1600f4), worked out a second time | without any limits it says no change, we say that it cannot be calculated; a slope of exactly 0 with a period left out is a turn, whichever way the whole goes |
| suppression | every table of two by two, tried one by one | |
"""

PAGE = MethodPage("intervals", "Statistics and their intervals", _WORDS, _CASES, _AFTER)
