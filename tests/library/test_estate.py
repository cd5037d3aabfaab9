"""Sites and their services by year: by hand, what must hold of any estate, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.capacity.checking_estate import estate_faults
from leftshift.capacity.estate import area_used, estate, estate_contributions, site_of
from leftshift.economy.result import run
from leftshift.foundation.faults import Fault
from leftshift.place import capacity_rows, rows
from leftshift.place.contributions import gather
from leftshift.place.place import Place
from leftshift.place.seen import Seen
from tests.library.capacity_places import BASE, BY, HOSPITAL, OTHER, number, place, year


def site(name: str, area: float | None = 1000, **more: Any) -> capacity_rows.Site:
    given_more = {"organisation": HOSPITAL, "name": name.capitalize(), **more}
    return capacity_rows.Site(site=name, area=None if area is None else number(area), **BY, **given_more)


def service(name: str, at: str, area: float | None = 100, **more: Any) -> capacity_rows.SiteService:
    return capacity_rows.SiteService(
        site=at, service=name, area=None if area is None else number(area), **BY, **more
    )


OLD = site("old", utilisation=0.6, running_cost=500.0, backlog=80.0, closes=year(2019))
NEW = site("new", 2000, utilisation=0.5, running_cost=900.0)
WARDS = service("Wards", "old", 400, moves_to="new", moves=year(2018))
CLINICS = service("Clinics", "old", 200, moves_to="new", moves=year(2019))


def two_sites(*more: Any, **tables: Any) -> Place:
    return place(**{"sites": (OLD, NEW, *more), "site_services": (WARDS, CLINICS), **tables})


def faults(asked: Place) -> list[Fault]:
    return list(estate_faults(asked, Seen()))


def test_services_take_their_area_with_them() -> None:
    found = estate(two_sites()).by_year

    assert [entry.area_used for entry in found["old"]] == [600, 600, 600 - 400, 0, 0]
    assert [entry.area_used for entry in found["new"]] == [1000, 1000, 1000 + 400, 1400 + 200, 1600]
    assert [entry.is_open for entry in found["old"]] == [True, True, True, False, False]
    assert found["new"][3].utilisation == pytest.approx(1600 / 2000)
    assert found["new"][3].is_below_target


def test_85_per_cent_is_enough() -> None:
    at, below = (
        estate(place(sites=(site("one", utilisation=share),))).by_year["one"][0] for share in (0.85, 0.849)
    )

    assert (at.is_below_target, below.is_below_target) == (False, True)


def test_a_closed_site_costs_nothing_and_an_open_one_what_its_year_asks() -> None:
    found = estate(two_sites(inflation=0.02))

    assert [entry.running_cost for entry in found.by_year["old"]] == pytest.approx(
        [500, 510, 500 * 1.02**2, 0, 0]
    )
    assert found.totals()[3].running_cost == pytest.approx(900 * 1.02**3)
    assert [entry.open_sites for entry in found.totals()] == [2, 2, 2, 1, 1]
    assert [entry.backlog for entry in found.totals()] == [80, 80, 80, 0, 0]
    assert found.totals()[0].utilisation == pytest.approx(1600 / 3000)


def test_it_says_where_each_service_is_and_which_must_move() -> None:
    found = estate(two_sites())

    assert [site_of(WARDS, when) for when in found.years] == ["old", "old", "new", "new", "new"]
    assert [row.service for row in found.closing()["old"]] == ["Clinics"]
    assert [row.service for row in found.services_at("old", BASE)] == ["Clinics", "Wards"]
    assert found.by_year["new"][2].services == ("Wards",)


def test_without_utilisation_the_area_of_the_services_is_what_is_used() -> None:
    there = (service("One", "house", 300), service("Two", "house", 250))
    asked = place(sites=(site("house"), site("shed")), site_services=there)

    assert estate(asked).by_year["house"][0].utilisation == pytest.approx(0.55)
    assert estate(asked).by_year["shed"][0].area_used is None


def test_what_moves_without_an_area_leaves_the_use_unknown() -> None:
    asked = two_sites(site_services=(service("Wards", "old", None, moves_to="new", moves=year(2018)),))

    assert [entry.area_used for entry in estate(asked).by_year["new"]] == [1000, 1000, None, None, None]


def test_running_cost_that_ends_and_begins_is_posted() -> None:
    closing = site("old", running_cost=500.0, closes=year(2019), posted=True)
    opening = site("hub", running_cost=200.0, opens=year(2018), posted=True, organisation=OTHER)
    asked = place(sites=(closing, opening), inflation=0.02, lines=(
        rows.Line(line="L1", organisation=HOSPITAL, type="other_income", service="care", value=900.0, year=BASE, **BY),
    ))  # fmt: skip
    contributions = estate_contributions(asked)
    result = run(gather(asked, contributions))

    assert [entry.cause for entry in contributions] == ["sites hub", "sites old"]
    assert result.position(HOSPITAL, "2018/19") == pytest.approx(900)
    assert result.position(HOSPITAL, "2019/20") == pytest.approx(900 + 500 * 1.02**3)
    assert result.position(OTHER, "2017/18") == 0
    assert result.position(OTHER, "2018/19") == pytest.approx(-200 * 1.02**2)
    assert result.bridge("2020/21")["capacity"] == pytest.approx((500 - 200) * 1.02**4)
    assert result.do_nothing_position(OTHER, "2020/21") == 0


def test_what_an_intervention_states_is_not_posted_again() -> None:
    assert estate_contributions(two_sites()) == []


def test_it_is_told_as_plain_values_and_as_a_table() -> None:
    found = estate(two_sites())
    document = json.loads(json.dumps(found.document()))

    assert document["sites"][1]["years"]["2018/19"]["area_used"] == 200
    assert document["services"][1]["years"]["2018/19"] == "new"
    assert document["closing"] == {"old": ["Clinics"]}
    assert found.table()["area_used"].sum() == pytest.approx(600 * 2 + 200 + 1000 * 2 + 1400 + 1600 * 2)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["a", "b", "c"]), st.integers(2017, 2021), st.integers(0, 90)),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_area_that_moves_is_neither_made_nor_lost_in_any_order(
    moves: list[tuple[str, str, int, int]], random: Any
) -> None:
    sites = tuple(site(name, 5000, utilisation=0.5) for name in "abc")
    services = [
        service(f"S{at}", origin, area, moves_to=target, moves=year(when))
        for at, (origin, target, when, area) in enumerate(moves)
    ]
    asked = place(sites=sites, site_services=tuple(services))
    random.shuffle(services)

    assert (
        estate(place(sites=sites[::-1], site_services=tuple(services))).document() == estate(asked).document()
    )
    for when in asked.years:
        assert sum(area_used(row, asked.site_services, when) or 0 for row in sites) == pytest.approx(7500)


def test_a_sound_estate_has_no_fault() -> None:
    assert faults(two_sites()) == []


COST = rows.Line(line="L9", organisation=HOSPITAL, type="cost", service="care", value=300.0, year=BASE, **BY)
WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("closes before it opens", {"sites": (site("a", opens=year(2019), closes=year(2018)),)}, "closes", "dates do not follow", "2019/20"),
    ("opens before the plan", {"sites": (site("a", opens=year(2016)),)}, "opens", "year outside the plan", "open already"),
    ("closes after the plan", {"sites": (site("a", closes=year(2021)),)}, "closes", "year outside the plan", "2020/21"),
    ("moves to itself", {"sites": (site("a"),), "site_services": (service("S", "a", moves_to="a", moves=year(2018)),)}, "moves_to", "moves to itself", "another site"),
    ("moves nowhere", {"sites": (site("a"),), "site_services": (service("S", "a", moves=year(2018)),)}, "moves_to", "missing value", "beside moves"),
    ("moves at no time", {"sites": (site("a"), site("b")), "site_services": (service("S", "a", moves_to="b"),)}, "moves", "missing value", "beside moves_to"),
    ("moves in the base year", {"sites": (site("a"), site("b")), "site_services": (service("S", "a", moves_to="b", moves=BASE),)}, "moves", "year outside the plan", "2016/17"),
    ("moves before its site opens", {"sites": (site("a", opens=year(2018)), site("b")), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "moves", "dates do not follow", "2018/19"),
    ("moves to a site that is not open yet", {"sites": (site("a"), site("b", opens=year(2019))), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "moves_to", "site is not open", "2018/19"),
    ("moves to a site that is closed", {"sites": (site("a"), site("b", closes=year(2018))), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "moves_to", "site is not open", "2018/19"),
    ("stays in a site that closes", {"sites": (site("a", closes=year(2018)),), "site_services": (service("S", "a"),)}, "moves", "site closes before its services move", "2018/19, when a closes"),
    ("moves too late", {"sites": (site("a", closes=year(2018)), site("b")), "site_services": (service("S", "a", moves_to="b", moves=year(2019)),)}, "moves", "site closes before its services move", "2018/19"),
    ("moves to a site that closes later", {"sites": (site("a"), site("b", closes=year(2020))), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "moves", "site closes before its services move", "b closes"),
    ("more moves in than there is room", {"sites": (site("a"), site("b", 150, utilisation=0.5)), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "area", "more than there is", "room"),
    ("more moves out than is used", {"sites": (site("a", utilisation=0.05), site("b")), "site_services": (service("S", "a", moves_to="b", moves=year(2018)),)}, "utilisation", "more than there is", "move out"),
    ("posted without a cost", {"sites": (site("a", closes=year(2018), posted=True),)}, "running_cost", "missing value", "posted"),
    ("posted and nothing happens", {"sites": (site("a", running_cost=4.0, posted=True),)}, "posted", "nothing uses it", "opens or closes"),
    ("a line that nothing takes from", {"sites": (site("a", running_cost=4.0, line="L9"),), "lines": (COST,)}, "line", "nothing uses it", "empty cell"),
    ("a line of another", {"sites": (site("a", running_cost=4.0, closes=year(2018), posted=True, line="L9", organisation=OTHER),), "lines": (COST,)}, "line", "line is no cost", OTHER),
    ("more than its line", {"sites": (site("a", running_cost=400.0, closes=year(2018), posted=True, line="L9"),), "lines": (COST,)}, "running_cost", "more than there is", "at most 300"),
    ("posted without a price", {"sites": (site("a", running_cost=4.0, closes=year(2018), posted=True),), "assumptions": ()}, "posted", "missing assumption", "net_inflation"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "column", "kind", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_wrong_estate_is_answered(tables: dict[str, Any], column: str, kind: str, words: str) -> None:
    found = faults(place(**tables))

    assert [(fault.column, fault.kind) for fault in found] == [(column, kind)], found
    assert words in found[0].expected


def test_every_service_that_is_left_behind_is_named() -> None:
    asked = place(
        sites=(site("a", closes=year(2018)), site("b")),
        site_services=(
            service("Wards", "a"), service("Clinics", "a", moves_to="b", moves=year(2019)), service("Labs", "a", moves_to="b", moves=year(2018)),
        ),
    )  # fmt: skip

    assert [fault.found for fault in faults(asked)] == ["Wards stays", "Clinics moves in 2019/20"]
