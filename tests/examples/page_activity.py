"""The page of docs/method: activity and beds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from leftshift.capacity.beds.needing import Pool
from leftshift.capacity.gathering import with_contributions
from leftshift.capacity.result import Capacity
from leftshift.economy.result import Result
from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import capacity_rows as capacity
from leftshift.place.place import Place
from tests.examples.worked import (
    BASE,
    BY,
    FIRST,
    SECOND,
    Example,
    Expected,
    Page,
    flat_place,
    impact_on,
    intervention,
    rate,
    service,
    setting,
)

Ask = Callable[[Result], float]
ACUTE, COMMUNITY, TEAM = Pool("HOSP", "acute"), Pool("COMM", "community"), Pool("COMM", "team")
_KINDS = {
    "stays": "non_elective", "day_cases": "day_case", "first_visits": "outpatient_first", "follow_ups": "outpatient_follow_up",
    "community_stays": "bed_day", "team_care": "community_team",
}  # fmt: skip
_OCCUPANCY = {"acute": 0.9, "community": 0.92, "team": 1.0}


# ------------------------------------------------------------------ places
def done(name: str, kind: str, count: float, *, stay: float | None = None, price: float | None = None, **more: Any) -> capacity.Activity:  # fmt: skip
    """A row of activity that does not grow unless it is said; in beds of its provider where it has a stay."""
    away = kind in ("community_stays", "team_care")
    given: dict[str, Any] = {
        "provider": "COMM" if away else "HOSP",
        "contract": "community" if away else "hospital",
        "bed_type": {"stays": "acute", "community_stays": "community", "team_care": "team"}.get(kind),
        "demographic_growth": "none",
        "other_growth": False,
        **more,
    }
    return capacity.Activity(
        activity=name, point_of_delivery=kind, commissioner="CCG", count=_exact(count), length_of_stay=_or_none(stay), unit_price=_or_none(price), **given, **BY
    )  # fmt: skip


def does(name: str, change: str, by: str = "change", **more: Any) -> capacity.ActivityEffect:
    """An effect on activity."""
    numbers: dict[str, Any] = {key: _exact(more.pop(key)) for key in ("amount", "ratio") if key in more}
    return capacity.ActivityEffect(effect=name, intervention=by, change=change, **numbers, **more, **BY)


def _exact(value: float) -> Decimal:
    return Decimal(str(value))


def _or_none(value: float | None) -> Decimal | None:
    return None if value is None else _exact(value)


def treated(
    activity: Sequence[capacity.Activity], effects: Sequence[capacity.ActivityEffect] = (), **more: Any
) -> Place:
    """The two trusts with this activity and these effects, and what they contribute to the money."""
    given: dict[str, Any] = {
        "points_of_delivery": tuple(
            capacity.PointOfDelivery(point_of_delivery=name, name=name, kind=kind, **BY)
            for name, kind in _KINDS.items()
        ),
        "bed_types": tuple(
            capacity.BedType(bed_type=name, name=name, occupancy=share, **BY)
            for name, share in _OCCUPANCY.items()
        ),
        "settings": (setting("growth", "added"),),
        "activity": tuple(activity),
        "activity_effects": tuple(effects),
        "interventions": (intervention(),) if effects else (),
    }
    return with_contributions(flat_place((), **{**given, **more}))


def people(age_band: str, *counts: float) -> list[capacity.People]:
    """People of a band in the base year and in the last."""
    years = (BASE, SECOND)
    band = AgeBand.parse(age_band)
    return [
        capacity.People(area="Here", age_band=band, year=year, people=_exact(count), **BY)
        for year, count in zip(years, counts, strict=True)
    ]


def uses(age_band: str, use: float) -> capacity.AgeWeight:
    """How much of the stays a band uses."""
    return capacity.AgeWeight(
        point_of_delivery="stays", age_band=AgeBand.parse(age_band), use=_exact(use), **BY
    )


# ------------------------------------------------------------------ questions
def _capacity(result: Result) -> Capacity:
    return Capacity(result.place.written)


def _of_row(name: str, year: FinancialYear, *, bed_days: bool = False) -> Ask:
    def ask(result: Result) -> float:
        found = _capacity(result)
        at = [row.activity for row in found.activity.rows].index(name)
        return float(found.levels.of_rows(bed_days=bed_days)[year.starts - BASE.starts, at])

    return ask


def count_of(name: str, year: FinancialYear = FIRST) -> Ask:
    """Ask for the activity of a row under the plan."""
    return _of_row(name, year)


def days_of(name: str, year: FinancialYear = FIRST) -> Ask:
    """Ask for its bed days."""
    return _of_row(name, year, bed_days=True)


def step(name: str, pool: Pool = ACUTE, year: FinancialYear = FIRST) -> Ask:
    """Ask for a step of the bed bridge."""
    return lambda result: _capacity(result).bed_bridge(year)[pool][name]


def peak(result: Result) -> float:
    """The beds of the fullest month."""
    beds = _capacity(result).beds
    return float(beds.peak[0, beds.pools.index(ACUTE), 0])


def chance(result: Result) -> float:
    """The chance that the hospital's beds suffice on a day of the base year."""
    found = _capacity(result).beds_suffice()
    return float(found.suffice[0, found.pools.index(ACUTE)])


def shift(part: str) -> Ask:
    """Ask for what a shift moves, in beds of where it comes from."""
    return lambda result: float(
        next(
            getattr(row, part) for row in _capacity(result).left_shift(FIRST) if row.effect == "to_community"
        )
    )


_OLD: dict[str, Any] = {
    "demographic_growth": "population",
    "other_growth": True,
    "age_band": AgeBand.parse("85+"),
}
_GROWING: dict[str, Any] = {
    "services": (service("care", other_growth="other"), service("cost")),
    "assumptions": (rate("net_inflation", 0.0), rate("other", 0.01)),
    "population": (*people("0-84", 1000, 1000), *people("85+", 100, 110)),
}
_STAYS = done("stays", "stays", 1000, stay=4)
_OPEN: dict[str, Any] = {
    "sites": (capacity.Site(site="ward", name="Ward", organisation="HOSP", **BY),),
    "beds": (capacity.OpenBeds(site="ward", bed_type="acute", year=BASE, beds=Decimal(3), **BY),),
}
_WINTER: dict[str, Any] = {
    "bed_types": (
        capacity.BedType(
            bed_type="acute", name="acute", occupancy=0.9, seasonal_profile="winter", **BY
        ),
    ),
    "seasonal_profiles": tuple(
        capacity.SeasonalFactor(profile="winter", month=month, factor=_exact(1.08 if month == 1 else 1), **BY)
        for month in range(1, 13)
    ),
}  # fmt: skip
_BACK_FILL = treated(
    [
        done("stays", "stays", 3000, stay=4),
        done("cottage", "community_stays", 500, stay=20),
        done("arriving", "community_stays", 0, stay=20),
        done("teams", "team_care", 0, stay=20),
    ],
    [
        does("frees", "shift_setting", activity="cottage", amount=12, unit="beds", to_activity="teams", posted=False),
        does("to_community", "shift_provider", activity="stays", amount=20, unit="beds", to_activity="arriving", backfills="frees", overflow_to="teams", posted=False),
    ],
)  # fmt: skip

ACTIVITY = Page(
    "activity-and-beds",
    "Activity and beds",
    "A row of activity is a count of the base year. It grows when nothing is done; effects of interventions take a share of it, and give what they take to another "
    "row where something arrives. Each of these is a posting: so much of a row in the base year, times its growth, times the level that the intervention has reached. "
    "Any figure is a sum of postings, so activity by age sums to activity, sites sum to their provider, and what leaves one provider arrives at another. A bed is the bed "
    "days that fill it: `365 * occupancy` a year.\n\n"
    "Effects are shares of activity when nothing is done, and add up. If each were a share of what the one before it left, their order would decide "
    "what each is worth, and so who is paid for it; published plans add up as well. What together takes more than there is, is refused.",
    [
        Example(
            "Growth",
            "1,000 stays of people over 85, who are 100 now and 110 in two years, on a straight line; other growth of 1% a year is added.",
            treated([done("stays", "stays", 1000, stay=4, **_OLD)], **_GROWING),
            [
                Expected("Stays 2025/26", "1000 * (105 / 100 + 0.01)", count_of("stays")),
                Expected("Stays 2026/27", "1000 * (105 / 100 + 0.01) * (110 / 105 + 0.01)", count_of("stays", SECOND)),
                Expected("Beds for people 2026/27", "1000 * 4 * (110 / 100 - 1) / (365 * 0.9)", step("demography", year=SECOND)),
                Expected("Beds for other growth 2026/27", "1000 * 4 * ((1.05 + 0.01) * (110 / 105 + 0.01) - 1.1) / (365 * 0.9)", step("other_growth", year=SECOND)),
            ],
        ),
        Example(
            "Growth of activity that is not given by age",
            "1,000 stays of all ages. Somebody over 85 uses three times as much as somebody younger.",
            treated(
                [done("stays", "stays", 1000, stay=4, demographic_growth="population")],
                age_weights=(uses("0-84", 1), uses("85+", 3)),
                **_GROWING,
            ),
            [Expected("Stays 2026/27", "1000 * (1 * 1000 + 3 * 110) / (1 * 1000 + 3 * 100)", count_of("stays", SECOND))],
        ),
        Example(
            "A share of a row",
            "One in ten of 1,000 stays is avoided, from October.",
            treated([_STAYS], [does("avoid", "reduce", activity="stays", percent=0.1, posted=False)], interventions=(intervention(start=Month(2025, 10)),)),
            [
                Expected("Stays 2025/26", "1000 - 0.10 * 1000 * 6 / 12", count_of("stays")),
                Expected("Stays 2026/27", "1000 - 0.10 * 1000", count_of("stays", SECOND)),
            ],
        ),
        Example(
            "Two effects on one row add up",
            "Two interventions avoid one in ten each; 200 of 1,000 stays go, and not 190.",
            treated([_STAYS], [does("one", "reduce", activity="stays", percent=0.1, posted=False), does("two", "reduce", activity="stays", percent=0.1, posted=False)]),
            [Expected("Stays 2025/26", "1000 * (1 - 0.10 - 0.10)", count_of("stays"))],
        ),
        Example(
            "Shorter stays",
            "1,000 stays of 4 days become 5% shorter: bed days go, stays do not.",
            treated([_STAYS], [does("shorter", "length_of_stay", activity="stays", percent=0.05, posted=False)]),
            [
                Expected("Stays", "1000", count_of("stays")),
                Expected("Bed days", "1000 * 4 * 0.95", days_of("stays")),
                Expected("Beds at the start", "1000 * 4 / (365 * 0.9)", step("start")),
                Expected("Beds for shorter stays", "-0.05 * 1000 * 4 / (365 * 0.9)", step("length_of_stay")),
                Expected("Beds at the end", "1000 * 4 * 0.95 / (365 * 0.9)", step("end")),
            ],
        ),
        Example(
            "One kind in place of another",
            "12% of 1,000 stays become day cases, one for one.",
            treated([_STAYS, done("day", "day_cases", 2000)], [does("instead", "substitute", activity="stays", percent=0.12, to_activity="day", posted=False)]),
            [
                Expected("Stays", "1000 - 0.12 * 1000", count_of("stays")),
                Expected("Day cases", "2000 + 0.12 * 1000 * 1", count_of("day")),
                Expected("Beds", "-0.12 * 1000 * 4 / (365 * 0.9)", step("day_case")),
            ],
        ),
        Example(
            "Fewer follow-ups for one first visit",
            "0.3 fewer for each of 400 first visits: of 1,000 follow-ups 120 go, and the ratio falls from 2.5 to 2.2.",
            treated([done("first", "first_visits", 400), done("again", "follow_ups", 1000)], [does("ratio", "follow_up_ratio", amount=0.3, posted=False)]),
            [Expected("Follow-ups", "1000 - 0.3 * 400", count_of("again"))],
        ),
        Example(
            "A shift to another provider, back-fill and overflow",
            "Care in 20 hospital beds, filled to 90%, moves to the community. There 12 beds, filled to 92%, are freed, as their people are looked after at home. "
            "Bed days are kept: what fits into the freed beds lies there, the rest goes to the team.",
            _BACK_FILL,
            [
                Expected("Hospital beds", "-20", step("shifted_out")),
                Expected("Bed days that leave the hospital", "20 * 365 * 0.9", lambda result: 12000 - days_of("stays")(result)),
                Expected("Back-filled, in hospital beds", "12 * 365 * 0.92 / (365 * 0.9)", shift("back_filled")),
                Expected("To teams, in hospital beds", "20 - 12 * 0.92 / 0.9", shift("to_teams")),
                Expected("Community beds freed", "-12", step("shifted_out", COMMUNITY)),
                Expected("Community beds back-filled", "12", step("shifted_in", COMMUNITY)),
                Expected("Places with teams: both that overflow and those from freed beds", "(20 * 0.9 - 12 * 0.92) + 12 * 0.92", step("end", TEAM)),
                Expected("Community stays that arrive", "12 * 365 * 0.92 / 20", count_of("arriving")),
            ],
        ),
        Example(
            "The fullest month",
            "January has 1.08 times the bed days a day of the mean.",
            treated([_STAYS], **_WINTER),
            [Expected("Beds in the fullest month", "1.08 * 1000 * 4 / (365 * 0.9)", peak)],
        ),
        Example(
            "The chance that beds suffice on a day",
            "730 bed days a year: 2 people lie there on a usual day, and 3 beds are open. People come at random, so how many lie there is a Poisson number: the chance of at "
            "most 3. Where `uncertainty.csv` says what is uncertain, it is the mean over draws; where there is a season, over the days of the year.",
            treated([done("stays", "stays", 365, stay=2)], **_OPEN),
            [Expected("Chance, a share of 1", "2.718281828459045 ** -2 * (1 + 2 + 2 ** 2 / 2 + 2 ** 3 / 6)", chance)],
        ),
        Example(
            "What activity is worth",
            "100 of 1,000 stays at £2,000 are avoided. The commissioner saves the tariff, and the hospital loses it and 70% of it in cost: "
            "[the rule](interventions.md) of a QIPP on a contract, once. An effect posts its money or its intervention states it, never both.",
            treated([done("stays", "stays", 1000, stay=4, price=2000)], [does("avoid", "reduce", activity="stays", amount=100)]),
            [
                Expected("Commissioner, £000", "100 * 2000 / 1000", impact_on("CCG")),
                Expected("Hospital, £000", "-100 * 2000 / 1000 + 0.70 * 100 * 2000 / 1000", impact_on("HOSP")),
            ],
        ),
        Example(
            "What arrives is paid for",
            "120 stays at £2,000 become day cases at £700: what goes by the rule of a QIPP, what arrives as an investment, whose cost is all of its price.",
            treated(
                [done("stays", "stays", 1000, stay=4, price=2000), done("day", "day_cases", 2000, price=700)],
                [does("instead", "substitute", activity="stays", amount=120, to_activity="day")],
            ),
            [
                Expected("Commissioner, £000", "120 * 2 - 120 * 0.7", impact_on("CCG")),
                Expected("Hospital, £000", "-120 * 2 + 0.70 * 120 * 2 + 120 * 0.7 - 1.00 * 120 * 0.7", impact_on("HOSP")),
            ],
        ),
    ],
    column="comes to",
    amounts="Activity, beds and bed days are a year's.",
)  # fmt: skip
