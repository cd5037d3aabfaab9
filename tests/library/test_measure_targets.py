"""Targets by hand: what each name means, period by period, for whom, and what the plan makes of a baseline."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.measures.result import Measures
from leftshift.place import capacity_rows
from leftshift.place import measure_rows as rows
from leftshift.place.place import Place
from leftshift.place.rows import ProfilePoint
from tests.library.capacity_places import BUYER, BY, HOSPITAL, intervention
from tests.library.measure_places import (  # fmt: skip
    AS_OF,
    DISTRICTS,
    LEAGUE,
    at,
    definition,
    measure,
    months,
    observed,
    place,
    target,
    target_of,
)

YEAR = [observed("county", period, count, 1000) for period, count in zip(months("2016-04", 12), range(10, 22), strict=True)]  # fmt: skip
"""Twelve months of 10, 11 … 21 of 1,000 people: 1,000 a month per 100,000 in April, 2,100 in March, 186 of 12,000 = 1,550 in the year."""


def found(text: str, since: str = "2017-04", until: str = "2018-03", **more: Any) -> Place:
    tables = {"observations": YEAR, **more.pop("tables", {})}
    return place(measure_targets=[target(text, since, until, **more)], **tables)


# ------------------------------------------------------------------ names
def test_last_year_is_the_figure_of_the_same_month_a_year_before() -> None:
    """April 2016: 10 of 1,000 = 1,000 per 100,000; 0.98 of it 980. March 2017: 2,100, so 2,058."""
    given = found("0.98 * last year")

    assert target_of(given, "2017-04") == pytest.approx(980)
    assert target_of(given, "2018-03") == pytest.approx(2058)


def test_last_year_without_a_figure_yet_is_its_target() -> None:
    """Twice 0.98: 1,000 × 0.9604 in April 2018, of which April 2017 has no figure."""
    given = found("0.98 * last year", until="2019-03")

    assert target_of(given, "2018-04") == pytest.approx(1000 * 0.98 * 0.98)
    seen = given.with_tables(observations=(*YEAR, observed("county", "2017-04", 9, 1000)))
    assert target_of(seen, "2018-04") == pytest.approx(900 * 0.98)


def test_last_year_of_nothing_is_no_target() -> None:
    assert target_of(found("0.98 * last year", since="2016-04"), "2016-04") is None


@pytest.mark.parametrize(
    ("every", "before", "period"),
    [
        ("quarter", "2016/17 Q2", "2017/18 Q2"),
        ("year", "2016/17", "2017/18"),
        ("year", "2014/15-2016/17", "2015/16-2017/18"),
        ("week", "W2016-04-04", "W2017-04-03"),  # 52 weeks
        ("day", "2016-04-04", "2017-04-04"),  # 365 days
    ],
)
def test_a_year_before_is_so_many_periods_before(every: str, before: str, period: str) -> None:
    given = place(
        measures=[measure(every=every)], observations=[observed("county", before, 30, 1000)],
        measure_targets=[target("0.5 * last year", period)],
    )  # fmt: skip

    assert target_of(given, period) == pytest.approx(1500)


def test_baseline_is_by_default_the_financial_year_before() -> None:
    """186 of 12,000 = 1,550; not the mean of months that have other people."""
    given = found("0.9 * baseline")
    assert target_of(given, "2017-06") == pytest.approx(0.9 * 1550)

    uneven = [*YEAR[:11], observed("county", "2017-03", 21, 9000)]  # 186 of 20,000
    assert target_of(found("baseline", tables={"observations": uneven}), "2017-06") == pytest.approx(930)


def test_baseline_as_named() -> None:
    """The first quarter: 10 + 11 + 12 of 3,000 = 1,100; June alone: 1,200."""
    assert target_of(found("baseline", baseline="2016/17 Q1"), "2017-06") == pytest.approx(1100)
    assert target_of(found("baseline", baseline="2016-06"), "2017-06") == pytest.approx(1200)


def test_baseline_of_a_count_is_its_mean_month() -> None:
    """186 of 12 months: 15.5."""
    given = found("baseline", tables={"measure_definitions": [definition(kind="count")]})

    assert target_of(given, "2017-06") == pytest.approx(15.5)


def test_linear_arrives_in_the_last_period() -> None:
    """From 1,550 to 1,310 in 12 steps of 20: 1,530 in April, 1,310 in March."""
    given = found("linear from baseline to 1,310")

    assert target_of(given, "2017-04") == pytest.approx(1530)
    assert target_of(given, "2018-03") == pytest.approx(1310)
    assert target_of(given, "2018-04") is None
    assert target_of(given, "2017-03") is None


PEERS = [
    observed(code, "2017-03", count, 1000) for code, count in zip(LEAGUE, (10, 12, 14, 18, 30), strict=True)
]
"""1,000, 1,200, 1,400, 1,800 and 3,000: in their order the quartiles are the second and the fourth."""


@pytest.mark.parametrize(
    ("better", "text", "value"),
    [
        ("lower", "best quartile", 1200),
        ("lower", "worst quartile", 1800),
        ("lower", "peer median", 1400),
        ("lower", "best peer", 1000),
        ("lower", "peer mean", 1680),  # 8,400 / 5
        ("higher", "best quartile", 1800),
        ("higher", "worst quartile", 1200),
        ("higher", "best peer", 3000),
        ("neither", "best peer", 1000),
    ],
)
def test_levels_of_peers(better: str, text: str, value: float) -> None:
    given = found(text, tables={"measures": [measure(better=better, peers="league")], "observations": [*YEAR, *PEERS]})  # fmt: skip

    assert target_of(given, "2017-05") == pytest.approx(value)


def test_quartiles_of_four_peers_lie_between_them() -> None:
    """1,000, 1,200, 1,400, 1,800: a quarter of the way from the best is 0.75 of a step beyond 1,000: 1,150; the worst quartile 1,500."""
    tables = {"measures": [measure(peers="league")], "observations": [*YEAR, *PEERS[:4]]}

    assert target_of(found("best quartile", tables=tables), "2017-05") == pytest.approx(1150)
    assert target_of(found("worst quartile", tables=tables), "2017-05") == pytest.approx(1500)


def test_three_peers_are_too_few_and_one_is_not_its_own_peer() -> None:
    tables = {"measures": [measure(peers="league")], "observations": [*YEAR, *PEERS[:3]]}
    assert target_of(found("best quartile", tables=tables), "2017-05") is None

    own = {"measures": [measure(peers="league")], "observations": PEERS}
    assert target_of(found("best peer", of="p1", tables=own), "2017-05", of="p1") == pytest.approx(1200)


def test_peers_are_those_of_the_latest_month_that_enough_of_them_have() -> None:
    later = [observed(code, "2017-05", 50, 1000) for code in LEAGUE[:3]]  # three only
    ahead = [observed(code, "2017-09", 99, 1000) for code in LEAGUE]  # after the month asked for
    tables = {"measures": [measure(peers="league")], "observations": [*PEERS, *later, *ahead]}
    given = found("best peer", tables=tables)

    assert target_of(given, "2017-06") == pytest.approx(1000)
    assert target_of(given, "2017-10") == pytest.approx(9900)


# ------------------------------------------------------------------ whose, when
def test_its_own_target_comes_before_that_of_all() -> None:
    given = found("1").with_tables(
        measure_targets=(target("7", "2017-04", of=""), target("5", "2017-04", of="p1"))
    )

    assert target_of(given, "2017-04", of="p1") == 5
    assert target_of(given, "2017-04", of="p2") == 7


def test_the_target_of_a_whole_is_not_that_of_its_parts_unless_shared() -> None:
    assert target_of(found("5"), "2017-04", of="east") is None
    assert target_of(found("5", shared_by="same", tables={"observations": [observed("east", "2016-04", 1, 100)]}), "2017-04", of="east") == 5  # fmt: skip


def test_a_target_of_the_year_is_none_of_a_month() -> None:
    given = found("5", since="2017/18", until="2017/18")

    assert target_of(given, "2017/18") == 5
    assert target_of(given, "2017-04") is None


def test_rows_follow_each_other() -> None:
    given = place(observations=YEAR, measure_targets=[target("5", "2017-06", "2018-03"), target("6", "2017-04", "2017-05")])  # fmt: skip

    over = Measures(given, AS_OF).targets.over("m", "county")
    assert [(str(each.period), each.value) for each in over[:3]] == [
        ("2017-04", 6),
        ("2017-05", 6),
        ("2017-06", 5),
    ]
    assert len(over) == 12


# ------------------------------------------------------------------ a definition that changes
NEW = [definition(version="old"), definition(version="new", since="2017-04")]


def test_last_year_by_another_definition_is_no_last_year() -> None:
    """Figures before and after are not comparable: no target, and not one that follows from the old target either."""
    given = found("0.9 * last year", tables={"measure_definitions": NEW})
    assert target_of(given, "2017-04") is None

    both = found("0.9 * last year", tables={"measure_definitions": NEW, "observations": [*YEAR, observed("county", "2016-04", 7, 1000, version="new")]})  # fmt: skip
    assert target_of(both, "2017-04") == pytest.approx(630)


def test_baseline_by_another_definition_is_no_baseline() -> None:
    given = found("baseline", tables={"measure_definitions": NEW})
    assert target_of(given, "2017-04") is None

    both = [*YEAR, *(observed("county", period, 5, 1000, version="new") for period in months("2017-01", 3))]
    assert target_of(found("baseline", tables={"measure_definitions": NEW, "observations": both}), "2017-04") == pytest.approx(500)  # fmt: skip


def test_a_target_before_the_change_stays() -> None:
    given = found("0.9 * last year", until="2019-03", tables={"measure_definitions": [definition(version="old"), definition(version="new", since="2018-04")]})  # fmt: skip

    assert target_of(given, "2017-04") == pytest.approx(900)
    assert target_of(given, "2018-04") is None


# ------------------------------------------------------------------ the plan, by what links state
def linked(
    *links: rows.MeasureLink, text: str = "plan", profile: tuple[tuple[int, float], ...] = (), **more: Any
) -> Place:
    points = tuple(
        ProfilePoint(profile="slowly", period=month, share=share, **BY) for month, share in profile
    )
    works = replace(intervention("ward", start="2017-07"), profile="slowly" if points else None, **more)
    given = found(
        text, tables={"interventions": (works, intervention("other", start="2017-04")), "profiles": points}
    )
    return given.with_tables(measure_links=links)


def link(name: str = "ward", **more: Any) -> rows.MeasureLink:
    if "amount" in more:
        more["amount"] = Decimal(str(more["amount"]))
    return rows.MeasureLink(intervention=name, measure="m", **more, **BY)


def test_plan_by_percent_begins_when_the_intervention_does() -> None:
    """1,550 less 20% from July."""
    given = linked(link(percent=-0.2))

    assert target_of(given, "2017-06") == pytest.approx(1550)
    assert target_of(given, "2017-07") == pytest.approx(1550 * 0.8)


def test_plan_by_percent_builds_up_month_by_month() -> None:
    """A quarter of 20% in the first three months, all from the fourth; half of it delivered."""
    given = linked(link(percent=-0.2), profile=((1, 0.25), (4, 1.0)))
    expected = {"2017-06": 0.0, "2017-07": 0.25, "2017-09": 0.25, "2017-10": 1.0, "2018-03": 1.0}
    assert {month: target_of(given, month) for month in expected} == pytest.approx(
        {month: 1550 * (1 - 0.2 * reached) for month, reached in expected.items()}
    )

    halved = linked(link(percent=-0.2), profile=((1, 0.25), (4, 1.0)), delivery=0.5)
    assert target_of(halved, "2017-10") == pytest.approx(1550 * 0.9)


def test_plan_by_amount_and_links_add_up() -> None:
    """-100 in the unit of the measure by one, and 10% of the baseline by the other: 1,550 - 100 - 155."""
    given = linked(link(amount=-100), link("other", percent=-0.1))

    assert target_of(given, "2017-04") == pytest.approx(1550 - 155)
    assert target_of(given, "2017-07") == pytest.approx(1550 - 155 - 100)


def test_what_was_reached_in_the_baseline_is_not_reached_again() -> None:
    """Begun in January 2017: a quarter of the baseline year had it, so that three quarters are still to come."""
    given = linked(link(percent=-0.2), start=None).with_tables(
        interventions=(intervention("ward", start="2017-01"), intervention("other"))
    )

    assert target_of(given, "2017-04") == pytest.approx(1550 * (1 - 0.2 * 0.75))


def test_a_link_that_names_the_body_comes_before_one_of_all() -> None:
    given = linked(link(percent=-0.2), link(percent=-0.1, of="county"))

    assert target_of(given, "2017-07") == pytest.approx(1550 * 0.9)
    assert [row.percent for row in Measures(given, AS_OF).all[0].links] == [-0.1]


def test_links_of_others_do_not_count() -> None:
    assert target_of(linked(link(percent=-0.2, of="east")), "2017-07") == pytest.approx(1550)


def test_quarters_and_years_take_the_months_that_they_have() -> None:
    """From July 2017: none of the first quarter of 2017/18, all of the second; nine twelfths of the year."""
    for every, period, reached in (
        ("quarter", "2017/18 Q1", 0.0),
        ("quarter", "2017/18 Q2", 1.0),
        ("year", "2017/18", 0.75),
    ):
        before = "2016/17" if every == "year" else "2016/17 Q1"
        given = linked(link(percent=-0.2)).with_tables(
            measures=(measure(every=every),), observations=(observed("county", before, 10, 1000),),
            measure_targets=(target("plan", period),),
        )  # fmt: skip
        assert target_of(given, period) == pytest.approx(1000 * (1 - 0.2 * reached))


def test_do_nothing_without_activity_is_the_baseline_and_after_the_plan_there_is_none() -> None:
    given = linked(link(percent=-0.2), text="do nothing")
    assert target_of(given, "2017-07") == pytest.approx(1550)

    beyond = linked(link(percent=-0.2)).with_tables(measure_targets=(target("plan", "2020-04", "2021-04", baseline="2016/17"),))  # fmt: skip
    assert target_of(beyond, "2021-03") == pytest.approx(1550 * 0.8)
    assert target_of(beyond, "2021-04") is None


# ------------------------------------------------------------------ the plan, by its activity
def following(
    kind: str, text: str, *, with_people: bool = True, of: str = HOSPITAL, days: bool = False
) -> Place:
    """1,000 stays of 4 days grow with 10% more people in 2017/18; from April 2017 a tenth is avoided and stays are a quarter shorter."""
    activity = capacity_rows.Activity(
        activity="stays", point_of_delivery="emergency", age_band=AgeBand(0, None), provider=HOSPITAL, commissioner=BUYER, count=Decimal(1000),
        length_of_stay=Decimal(4), demographic_growth="population" if with_people else "none", **BY,
    )  # fmt: skip
    effects = (
        capacity_rows.ActivityEffect(effect="e1", intervention="ward", change="reduce", activity="stays", percent=0.1, posted=False, **BY),
        capacity_rows.ActivityEffect(effect="e2", intervention="rounds", change="length_of_stay", activity="stays", percent=0.25, unit="bed_days", posted=False, **BY),
    )  # fmt: skip
    people = tuple(
        capacity_rows.People(area="county", age_band=AgeBand(0, None), year=FinancialYear(start), people=Decimal(10_000 if start == 2016 else 11_000), **BY)
        for start in range(2016, 2021)
    )  # fmt: skip
    return place(
        measures=[measure(follows="emergency", follows_days=days)], measure_definitions=[definition(kind=kind)],
        observations=[observed(of, period, 10, 1000) for period in months("2016-04", 12)],
        measure_targets=[target(text, "2017-04", "2018-03", of=of)],
        interventions=(intervention("ward"), intervention("rounds")), activity=(activity,), activity_effects=effects,
        points_of_delivery=(capacity_rows.PointOfDelivery(point_of_delivery="emergency", name="Emergency", kind="non_elective", **BY),),
        population=people if with_people else (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "with_people", "value"),
    [
        ("count", "do nothing", True, 10 * 1.1),  # a tenth more people, a tenth more stays
        ("count", "plan", True, 10 * 1.1 * 0.9),
        ("rate", "do nothing", True, 1000 * 1.1 / 1.1),  # a head nothing changes
        ("rate", "plan", True, 1000 * 1.1 * 0.9 / 1.1),
        ("rate", "plan", False, 1000 * 0.9),  # nobody says how many people there are: those of the base year
        ("rate", "do nothing", False, 1000),
    ],
)
def test_plan_and_do_nothing_follow_the_activity(
    kind: str, text: str, with_people: bool, value: float
) -> None:
    given = following(kind, text, with_people=with_people)

    assert target_of(given, "2017-04", of=HOSPITAL) == pytest.approx(value)
    assert target_of(given, "2018-03", of=HOSPITAL) == pytest.approx(value)


def test_days_follow_bed_days() -> None:
    """4,400 - 440 for the stays avoided - 1,100 for a quarter, of 4,000 days; do nothing 4,400 of 4,000."""
    assert target_of(following("count", "plan", days=True), "2017-04", of=HOSPITAL) == pytest.approx(
        10 * (4400 - 440 - 1100) / 4000
    )
    assert target_of(following("count", "do nothing", days=True), "2017-04", of=HOSPITAL) == pytest.approx(11)


def test_activity_counts_for_its_commissioner_and_for_nobody_else() -> None:
    assert target_of(following("count", "plan", of=BUYER), "2017-04", of=BUYER) == pytest.approx(9.9)
    assert target_of(following("count", "plan", of="RT5"), "2017-04", of="RT5") is None


def test_of_all_districts_none_has_a_target_that_nobody_set() -> None:
    assert [target_of(found("5"), "2017-04", of=code) for code in DISTRICTS] == [None] * 3
    assert at("2017-04").financial_year == FinancialYear(2017)
