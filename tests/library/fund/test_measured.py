"""Planned values, ratings, claims, capacity and demand by hand: the examples of the page of the method."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.metrics.claiming import claims_of, differing_overlaps, outcomes
from leftshift.fund.metrics.pathways import surplus
from leftshift.fund.metrics.planning import MetricPlans, of_values, worked_out
from leftshift.fund.metrics.rating import status_of
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import MetricStatus
from leftshift.fund.plan.work_rows import CareNumber, Claim, MetricPlan, PathwayFact
from tests.library.fund.plans import ABOUT, clean, round_of

FOUND = round_of("2025-26")
YEAR = FinancialYear.parse("2025/26")
DAY = date(2025, 12, 31)
METRICS = {row.metric: row for row in FOUND.metrics}
Q1 = Period.parse("2025/26 Q1")


def months(metric: str, figures: list[tuple[int, int]]) -> FundPlan:
    """A plan of the first months of a metric."""
    rows = [
        MetricPlan(
            metric=metric, period=Period.parse(f"2025-{4 + at:02d}"), numerator=Decimal(above), denominator=Decimal(below), **ABOUT
        )
        for at, (above, below) in enumerate(figures)
    ]  # fmt: skip
    return clean("2025-26").with_tables(metric_plan=rows)


def planned(plan: FundPlan, metric: str, period: Period = Q1) -> Decimal | None:
    entry = MetricPlans(plan, FOUND, DAY).at(metric, period)
    return entry.value if entry else None


def test_a_value_is_numerator_over_denominator_times_the_multiplier_half_up() -> None:
    # 62 / 52,900 × 100,000 = 117.2023 → 117.2
    metric = METRICS["residential_admissions"]
    exact = worked_out(Decimal(62), Decimal(52_900), metric)
    assert exact is not None
    assert exact.quantize(Decimal("0.0001")) == Decimal("117.2023")
    assert worked_out(Decimal(62), Decimal(0), metric) is None
    assert worked_out(None, Decimal(1), metric) is None


def test_a_quarter_of_months_whose_denominators_add_up() -> None:
    # 900, 1,000 and 1,100 days over 1,500, 2,000 and 2,500 discharges: 3,000 / 6,000 = 0.50
    plan = months("discharge_delay", [(900, 1500), (1000, 2000), (1100, 2500)])
    assert planned(plan, "discharge_delay") == Decimal("0.50")


def test_a_quarter_of_months_of_residents() -> None:
    # 50, 60 and 70 over 1,000 residents: 180 / 1,000 × 100,000 = 18,000 in the quarter
    plan = months("emergency_admissions_65", [(50, 1000), (60, 1000), (70, 1000)])
    assert planned(plan, "emergency_admissions_65") == Decimal("18000.0")


def test_a_quarter_that_lacks_a_month_has_no_value() -> None:
    plan = months("discharge_delay", [(900, 1500), (1000, 2000)])
    assert planned(plan, "discharge_delay") is None
    assert of_values([Decimal(1), None], METRICS["discharge_delay"]) is None
    assert of_values([], METRICS["discharge_delay"]) is None


def test_an_expression_without_names_needs_no_place_and_one_with_names_says_what_it_needs() -> None:
    row = MetricPlan(metric="discharge_delay", period=Period.parse("2025-04"), target="0.5 * 3", **ABOUT)
    plan = clean("2025-26").with_tables(metric_plan=[row, replace(row, period=Period.parse("2025-05"), target="0.98 * last year")])  # fmt: skip
    one, two = MetricPlans(plan, FOUND, DAY).planned

    assert (one.value, one.how) == (Decimal("1.50"), "expression")
    assert two.value is None
    assert "measure" in two.reason


@pytest.mark.parametrize(
    ("actual", "rating", "status"),
    [("0.50", "green", "on_track"), ("0.52", "amber", "not_on_track"), ("0.60", "red", "not_on_track"), (None, "", "no_data")],
)  # fmt: skip
def test_a_figure_at_plan_or_better_is_on_track(actual: str | None, rating: str, status: str) -> None:
    # lower is better, the plan is 0.50, amber up to 5 in 100 worse: 0.525
    plan = months("discharge_delay", [(900, 1500), (1000, 2000), (1100, 2500)])
    if actual:
        said = MetricStatus(period=Q1, metric="discharge_delay", actual=Decimal(actual), **ABOUT)
        plan = plan.with_tables(metric_status=[said])
    found = status_of(MetricPlans(plan, FOUND, DAY), METRICS["discharge_delay"], Q1)

    assert (found.rating, found.status, found.is_overridden) == (rating, status, False)


def claim(name: str, scheme: str, planned: int, overlap: float = 0.0, **more: Any) -> Claim:
    values: dict[str, Any] = {
        "people": "frail", "metric": "emergency_admissions_65", "owner": "Head of care", "year": YEAR, **more, **ABOUT
    }  # fmt: skip
    return Claim(claim=name, scheme=scheme, planned=Decimal(planned), overlap=overlap, **values)


def attributed(*claims: Claim) -> dict[str, Decimal]:
    found = claims_of(clean("2025-26").with_tables(claims=claims))
    return {entry.row.claim: entry.attributed_plan for entry in found.attributed}


def test_what_two_claims_share_counts_once_whichever_says_it() -> None:
    # 100 and 50; 30 of them are the same: 100 + (50 − 30) = 120
    wanted = {"a": Decimal(100), "b": Decimal(20)}
    assert attributed(claim("a", "care", 100, 0.3), claim("b", "homes", 50, 0.6)) == wanted
    assert attributed(claim("a", "care", 100, 0.3), claim("b", "homes", 50)) == wanted
    assert attributed(claim("a", "care", 100), claim("b", "homes", 50, 0.6)) == wanted


def test_where_two_say_different_things_the_larger_holds_and_it_is_said() -> None:
    rows = (claim("a", "care", 100, 0.3), claim("b", "homes", 50, 0.2))
    # the one says 30, the other 10
    assert attributed(*rows) == {"a": Decimal(100), "b": Decimal(20)}
    (pair,) = differing_overlaps(rows)
    assert pair.reason == "10 of one and 30 of the other are shared"
    assert not list(differing_overlaps((claim("a", "care", 100, 0.3), claim("b", "homes", 50, 0.6))))


def test_overlaps_that_are_more_than_a_claim_take_no_more_than_it_has() -> None:
    # the first says 90 are shared, and the second has only 50
    assert attributed(claim("a", "care", 100, 0.9), claim("b", "homes", 50, 1.0)) == {
        "a": Decimal(100),
        "b": Decimal(0),
    }


def test_probability_weighs_what_is_left() -> None:
    # (50 − 30) × 70%
    found = attributed(claim("a", "care", 100, 0.3), claim("b", "homes", 50, 0.6, probability=0.7))
    assert found["b"] == Decimal("14.0")


@pytest.mark.parametrize("people", [("", ""), ("x", ""), ("", "x"), ("x", "x")])
def test_a_scheme_that_claims_twice_is_refused(people: tuple[str, str]) -> None:
    rows = [claim("a", "care", 1, people=people[0]), claim("b", "care", 1, people=people[1])]
    found = claims_of(clean("2025-26").with_tables(claims=rows))

    assert [double.row.claim for double in found.doubles] == ["b"]
    assert [entry.row.claim for entry in found.attributed] == ["a"]


def test_two_schemes_for_the_same_people_without_an_overlap_are_refused() -> None:
    rows = [claim("a", "care", 10), claim("b", "homes", 10)]
    (double,) = claims_of(clean("2025-26").with_tables(claims=rows)).doubles

    assert "neither says how far they overlap" in double.reason


shares = st.integers(0, 100).map(lambda percent: percent / 100)


@given(st.lists(st.tuples(st.integers(0, 500), shares.filter(bool)), min_size=1, max_size=6), st.randoms())
def test_shared_people_never_make_more_nor_fewer_than_there_are(
    sizes: list[tuple[int, float]], luck: Any
) -> None:
    rows = [claim(f"c{at}", f"scheme_{at}", size, overlap) for at, (size, overlap) in enumerate(sizes)]
    found = attributed(*rows)

    assert all(0 <= value <= size for value, (size, _) in zip(found.values(), sizes, strict=True))
    assert max(size for size, _ in sizes[:1]) <= sum(found.values()) <= sum(size for size, _ in sizes)
    shuffled = list(rows)
    luck.shuffle(shuffled)
    assert attributed(*shuffled) == found


def test_more_claimed_than_the_metric_moves_is_said_beside_it_and_never_added() -> None:
    # the plan moves 150 → 140: ten fewer
    row = MetricPlan(
        metric="emergency_admissions_65", period=Period.parse("2025-04"), numerator=Decimal(140), denominator=Decimal(1000), actual=Decimal(150), **ABOUT
    )  # fmt: skip
    plan = clean("2025-26").with_tables(metric_plan=[row], claims=[claim("a", "care", 11)])
    (entry,) = outcomes(plan)

    assert (entry.planned, entry.gap, entry.exceeds) == (Decimal(11), Decimal(10), True)
    assert entry.system_change is None
    (same,) = outcomes(plan.with_tables(claims=[claim("a", "care", 10)]))
    assert not same.exceeds


def care(kind: str, number: int, month: str = "2025-06") -> CareNumber:
    choices: dict[str, Any] = {"setting": "hospital_discharge", "kind": kind, **ABOUT}
    return CareNumber(
        pathway="bedded_reablement", month=Month.parse(month), number=Decimal(number), **choices
    )


def test_capacity_less_demand_and_what_is_bought_when_needed() -> None:
    rows = [care("demand", 50), care("block", 44), care("spot", 8)]
    plan = clean("2025-26").with_tables(capacity_demand=rows)
    (line,) = surplus(plan, FOUND)

    # 44 + 8 − 50 = 2; of 50, 6 are met by spot: 12%
    assert line.months[0].surplus == 2
    assert line.spot_percent == 12.0


def test_people_in_a_pathway_at_a_time_by_littles_law() -> None:
    fact = PathwayFact(setting="hospital_discharge", pathway="bedded_reablement", length=Decimal(24), places=Decimal(40), **ABOUT)  # fmt: skip
    rows = [care("demand", 60), care("block", 50)]
    plan = clean("2025-26").with_tables(capacity_demand=rows, pathway_facts=[fact])
    (line,) = surplus(plan, FOUND)

    # June: 50 of the 60 are served, 50 × 24 days / 30 days = 40 people at a time
    assert line.occupied(line.months[0]) == 40
    # 40 places × 30 days / 24 days a stay = 50 stays: all that there is room for
    assert line.beyond_places == ""
    more = plan.with_tables(capacity_demand=[care("demand", 60), care("block", 51)])
    assert surplus(more, FOUND)[0].beyond_places == "2025-06 51 of 50"
