"""The page of docs/method: targets, ratings, forecasts, opportunities and the savings register."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from leftshift.measures.opportunity import opportunity
from leftshift.measures.rating import rate
from leftshift.measures.result import Measures
from leftshift.measures.targets.expressions import FUNCTIONS, NAMES, read_expression
from leftshift.measures.targets.forecasting import Forecast
from leftshift.measures.targets.sharing import Part, share
from leftshift.place.measure_rows import MeasureLink
from leftshift.place.place import Place
from tests.examples.measured import Case, MethodPage, Worked
from tests.library.capacity_places import BY, HOSPITAL, intervention
from tests.library.measure_places import (  # fmt: skip
    AS_OF,
    LEAGUE,
    definition,
    efficiency,
    measure,
    measured,
    months,
    observed,
    place,
    target,
    target_of,
)

_YEAR = [observed("county", period, count, 1000) for period, count in zip(months("2016-04", 12), range(10, 22), strict=True)]  # fmt: skip
_PEERS = [
    observed(code, "2017-03", count, 1000) for code, count in zip(LEAGUE, (10, 12, 14, 18, 30), strict=True)
]


def _set(text: str, until: str = "2018-03", baseline: str = "2016/17") -> Place:
    link = MeasureLink(intervention="ward", measure="m", percent=-0.2, amount=None, **BY)
    return place(
        measures=[measure(peers="league")], observations=[*_YEAR, *_PEERS], interventions=(intervention("ward", start="2017-07"),),
        measure_links=[link], measure_targets=[target(text, "2017-04", until, baseline=baseline)],
    )  # fmt: skip


def _is(text: str, period: str, **more: str) -> Callable[[], float]:
    return lambda: _known(target_of(_set(text, **more), period))


def _known(value: float | None) -> float:
    assert value is not None
    return value


def _shared(how: str, body: str) -> Callable[[], float]:
    parts = [Part("a", 1200, 100), Part("b", 1000, 300), Part("c", 800, 100)]
    return lambda: share(how, 900, parts, -1)[body]


def _off() -> float:
    found = rate(748.6, 724.4, -1, 0.1)
    assert found is not None
    assert found.colour == "amber"
    return _known(found.off) * 100


def _forecast() -> Forecast:
    rows = [observed("county", period, value) for period, value in zip(months("2016-04", 6), (10, 12, 8, 11, 9, 10), strict=True)]  # fmt: skip
    found = measured(place(measure_definitions=[definition(kind="count")], observations=rows, measure_targets=[target("126", "2016/17")])).forecast  # fmt: skip
    assert found is not None
    return found


def _compared() -> Place:
    rows = [
        observed(of, period, count, 1000)
        for period in months("2016-04", 12)
        for of, count in ((HOSPITAL, 20), *zip(LEAGUE, (10, 12, 14, 18, 30), strict=True))
    ]
    return place(
        measures=[measure(peers="league", unit_value=Decimal(50))], observations=rows,
        efficiencies=[efficiency("a", overlaps="beds"), efficiency("b", overlaps="beds", unit_value=60), efficiency("c")],
    )  # fmt: skip


def _units() -> float:
    found = opportunity(_compared(), Measures(_compared(), AS_OF).series, "m", HOSPITAL, "best_quartile")
    assert found is not None
    return _known(found.units)


_NAMES_LISTED = "\n".join(f"- `{name.replace('_', ' ')}`: {words}" for name, words in NAMES.items())

_CASES = [
    Case(
        "What an expression may hold",
        "Numbers (1,234.5 too, outside brackets), the names below, `+ − × /`, brackets, "
        + ", ".join(f"`{name}`" for name in FUNCTIONS)
        + ". A comparison may stand before it (`<`, `at most`, `over` …): under `<` and `>` a figure that is equal misses. "
        "`per 100,000` may stand behind it, and has to be the multiplier of the measure. `98% * last year` is a share of what has a name; a percentage by itself is "
        "a number of a measure in per cent. What could be read two ways is refused with what to write instead.\n\n"
        + _NAMES_LISTED,
        [
            Worked(
                "0.98 * 400 + 5",
                "0.98 * 400 + 5",
                lambda: _known(read_expression("0.98 * 400 + 5").value(lambda name: None, 1)),
            ),
            Worked(
                "98% * last year, of 1,000 in April", "98 / 100 * 1000", _is("98% * last year", "2017-04")
            ),
        ],
    ),
    Case(
        "How each name is worked out",
        "Here a measure of 10, 11 … 21 events of 1,000 people in the months of 2016/17, per 100,000; peers of 1,000, 1,200, 1,400, 1,800 and 3,000 of which lower is better. "
        "A level of several periods is what was counted over its denominators; of a count the mean period. `last year` where there is no figure yet is the target of a "
        "year before. `baseline` is the financial year before the first period unless a period is named. Quartiles are interpolated, need four peers, and leave "
        "the area itself out. `linear` moves by equal steps and arrives in the last period. All is by the definition that holds in the period of the target: a figure by "
        "another is none.",
        [
            Worked(
                "last year, April 2018, of which 2017 has no figure",
                "0.98 * 0.98 * 1000",
                _is("0.98 * last year", "2018-04", until="2019-03"),
            ),
            Worked("baseline", "186 / 12000 * 100000", _is("baseline", "2017-04")),
            Worked(
                "baseline of the first quarter",
                "(10 + 11 + 12) / 3000 * 100000",
                _is("baseline", "2017-04", baseline="2016/17 Q1"),
            ),
            Worked("best quartile", "1200", _is("best quartile", "2017-04")),
            Worked("peer mean", "(1000 + 1200 + 1400 + 1800 + 3000) / 5", _is("peer mean", "2017-04")),
            Worked(
                "linear(baseline, 1310), third of twelve months",
                "1550 + (1310 - 1550) * 3 / 12",
                _is("linear(baseline, 1310)", "2017-06"),
            ),
        ],
    ),
    Case(
        "Targets from the plan",
        "`plan` is the baseline, changed in proportion to the activity of the plan that the measure follows (a head, except for a count, where the place says how many people "
        "there are), and by what links state: a share of the baseline or an amount, as much as the intervention has reached in the months of the period beyond those "
        "of the baseline. `do nothing` leaves the interventions out. Here a link of −20% from July 2017.",
        [
            Worked("plan in June", "1550", _is("plan", "2017-06")),
            Worked("plan in July", "1550 * (1 - 0.2)", _is("plan", "2017-07")),
        ],
    ),
    Case(
        "Sharing among the parts of a whole",
        "`same`: all have it. `proportional`: each moves as the whole does. `catching_up`: those behind the target move the same share of their way to it, as far as the whole "
        "needs; where the whole is there already, proportional. Weighted by their denominators the parts come to the whole; counts add up, and are shared in proportion only. Here parts of "
        "1,200, 1,000 and 800 with weights 100, 300 and 100, together 1,000, to 900.",
        [
            Worked("proportional, first", "1200 * 900 / 1000", _shared("proportional", "a")),
            Worked(
                "catching up, first",
                "1200 - (1200 - 900) * (100 * 500) / (300 * 100 + 100 * 300)",
                _shared("catching_up", "a"),
            ),
            Worked("catching up, third, who is ahead", "800", _shared("catching_up", "c")),
        ],
    ),
    Case(
        "Red, amber, green",
        "Green on target; amber up to 10% of the target off it on the wrong side (of the target, the measure, else the setting `amber_band`); red beyond. 10.0% is amber and 10.1% red, "
        "by the figure itself and not as it is rounded on the page. Of a target of 0 there is no share: what misses it is red. Where neither way is better nothing is rated.",
        [Worked("748.6 against 724.4, how far off in per cent", "(748.6 - 724.4) / 724.4 * 100", _off)],
    ),
    Case(
        "Where the year is likely to end",
        "What was seen, and for every other period of the year the mean of the latest year of figures since the last rebase or change of definition (five at least); where the chart finds a season "
        "and two years are there, the year before at the level of now. A period without a figure is not nought. Counts add up, else the mean weighted by denominators. The interval "
        "of 90% is Student's t; it assumes that things go on as they are. Nothing is forecast by two definitions, or where small numbers are left out; no chance of the target is given while the latest figure is a special cause, or where all figures are equal. Here 10, 12, 8, 11, 9, 10: variance "
        "10 / 5, six to come.",
        [
            Worked("the year", "60 + 6 * 10", lambda: _forecast().value),
            Worked("upper", "120 + 2.0150483733 * sqrt(10 / 5 * (6 + 6**2 / 6))", lambda: _forecast().upper),
        ],
    ),
    Case(
        "What reaching a level of peers is worth",
        "The level over a year against the quartile, middle, best or mean of the peers over the same year, never below nought; times the denominators of a year, and the value of one. "
        "Its interval draws area and peers 2,000 times within their own; there is none where one of these is not known, as of money, and none of the best, which in noisy peers lies beyond what any of them truly is. Here 2,000 per 100,000 against 1,200, 1,000 people in each of twelve months.",
        [Worked("how many", "(2000 - 1200) * 12000 / 100000", _units)],
    ),
    Case(
        "The savings register",
        "Each efficiency in £000; of those that share a word of `overlaps` only the largest counts, and what an intervention books for an organisation is counted once. Here 96 at £50, 96 at £60, "
        "which overlap, and 96 at £50.",
        [Worked("together", "96 * 0.06 + 96 * 0.05", lambda: Measures(_compared(), AS_OF).savings.total)],
    ),
]

_WORDS = """A row of `measure_targets.csv` sets what a measure is meant to be from one period to another, by a number or an expression. Numbers that could be
argued about stand in `src/leftshift/measures/parameters.toml`, each with its source."""

_AFTER = """
## Small numbers

Of measures marked disclosive, counts from 1 to the setting `small_numbers` are not shown, and nothing is worked out from them: of what is counted, of those it is a part or a mean of,
and of the rest of a share; whether given or implied by value and denominator; by every definition. With them goes, in each whole of up to three levels, what would give
them away by subtraction ([statistics](intervals.md)). Of such measures what was first published is not told once a figure is revised. What is left are the higher figures: no mean, limits, icons or forecast
are drawn from them. What is published elsewhere, in another measure of the
same people, or on another day, is not seen: mind it.
"""

PAGE = MethodPage("targets", "Targets, ratings, forecasts and opportunities", _WORDS, _CASES, _AFTER)
