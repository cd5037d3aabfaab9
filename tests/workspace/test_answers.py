"""The rooms that answer: drivers, interventions, why, inputs, scenarios, compare, sources."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

from tests.workspace.conftest import EXAMPLES, Pages

pytestmark = pytest.mark.usefixtures("examples")
LLR, NORTHMOOR = "/places/llr-2014", "/places/northmoor"


def words_of(text: str) -> str:
    """What a reader sees of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_the_drivers_have_the_opening_position_and_the_investments_as_their_own(pages: Pages) -> None:
    text = words_of(pages.get(f"{LLR}/drivers/2018-19/"))

    for words in (
        "Cost inflation adds most to the gap in 2018/19",
        "Opening position −9,112 −10,570",
        "39,700",
        "Planned investments 160,000",
        "Gap 398,116",
        "Drivers of the gap by year",
    ):
        assert words in text


def test_interventions_stand_by_pathway_and_setting_of_care(pages: Pages) -> None:
    text = words_of(pages.get(f"{NORTHMOOR}/interventions/2027-28/"))

    for words in (
        "Pathways by settings of care 2027/28",
        "Frail and older people −467 1,648",
        "Total −1,143",
        "from 2025-04, 6 months late",
        "80% delivered",
    ):
        assert words in text
    assert "Not stated" in pages.get(f"{LLR}/interventions/2018-19/")


def test_every_figure_of_every_room_leads_to_why_it_is_so(pages: Pages) -> None:
    for room in ("overview", "drivers", "organisations", "impact", "tie-out", "scenarios"):
        text = pages.get(f"{LLR}/{room}/2018-19/")
        assert text.count('class="app-why"') + text.count("app-card__figure app-why") >= 4, room


def test_why_opens_a_figure_down_to_the_row_of_a_file(pages: Pages) -> None:
    text = pages.get(f"{LLR}/why/position/2018-19/?organisation=RWE")
    seen = words_of(text)

    for words in (
        "Why? Position with the plan, University Hospitals of Leicester NHS Trust, 2018/19",
        "−45,530",
        "What goes out",
        "Growth of the activity it is paid for",
        "lines.csv, row 19 · Calibrated estimate",
        "What matters most",
        "Pay inflation of University Hospitals of Leicester NHS Trust One percentage point more each year −34,974",
    ):
        assert words in seen
    assert f'href="{LLR}/inputs/lines/19/2018-19/"' in text


def test_what_lies_deep_has_a_page_of_its_own_with_the_way_back(pages: Pages) -> None:
    text = pages.get(f"{LLR}/why/position/2018-19/?organisation=RWE")
    deeper = html.unescape(re.findall(r'href="([^"]*at=[^"]*)"[^>]*>Open its parts', text)[0])

    below = pages.get(deeper)
    assert "Above this branch" in below
    assert "assumptions.csv, row" in words_of(below)
    assert pages.client.get(f"{LLR}/charts/why/position/2018-19.svg?organisation=RWE&at=0").status_code == 200


def amount_of(branch: Any) -> float:
    """The amount that the line of a branch shows."""
    shown = next(
        part for part in branch.iter("span") if part.get("class", "").startswith("app-branch__amount")
    )
    return float(shown.text.replace(",", "").replace("−", "-"))


def test_every_branch_that_a_page_opens_sums_to_what_it_hangs_on(pages: Pages) -> None:
    """As a reader adds them up, to the rounding of each."""
    for address in (f"{NORTHMOOR}/why/gap/2027-28/", f"{LLR}/why/position/2018-19/?organisation=RWE"):
        page = html5lib.parse(pages.get(address), namespaceHTMLElements=False)
        opened = 0
        for branch in page.iter("li"):
            children = branch.findall("./details/ul/li")
            if branch.get("class") == "app-branch" and children:
                opened += 1
                assert sum(map(amount_of, children)) == pytest.approx(
                    amount_of(branch), abs=1 + len(children) / 2
                )
        assert opened > 10


def test_rows_have_the_numbers_of_the_file_comments_included(pages: Pages) -> None:
    where = next(
        number
        for number, line in enumerate(
            (EXAMPLES / "llr-2014" / "interventions.csv").read_text().splitlines(), 1
        )
        if line.startswith("cip,")
    )

    assert "Cost improvement programmes (CIP)" in words_of(
        pages.get(f"{LLR}/inputs/interventions/{where}/2018-19/")
    )
    assert f"interventions.csv, row {where}" in words_of(pages.get(f"{LLR}/why/impact/2018-19/"))


def test_a_row_shows_what_it_feeds(pages: Pages) -> None:
    fed = words_of(pages.get(f"{LLR}/inputs/assumptions/164/2018-19/"))
    scaled = words_of(pages.get(f"{NORTHMOOR}/inputs/rules/2/2027-28/"))
    nothing = words_of(pages.get(f"{LLR}/inputs/published/2/2018-19/"))

    assert "Pay inflation of RWE 2016/17" in fed
    assert (
        "Position with the plan, University Hospitals of Leicester NHS Trust, 2018/19 −25,226 Part of it"
        in fed
    )
    assert (
        "Impact: Shorter hospital stays, Northmoor Hospitals NHS Trust, 2027/28 812 Runs through it" in scaled
    )
    assert "As it stands it adds nothing to any figure of 2018/19" in nothing


def test_scenarios_stand_beside_the_plan_with_what_they_change(pages: Pages) -> None:
    text = words_of(pages.get(f"{LLR}/scenarios/2018-19/"))

    for words in (
        "Slow delivery worsens the closing position of 2018/19 most, by £67.5m to a deficit of £65.6m.",
        "Pay award 425,396 399,996 −25,400 −27,280",
        "cip Interventions delivery 100% 80% Trusts deliver four fifths of their cost improvement",
    ):
        assert words in text


def test_a_place_is_looked_at_under_scenarios_and_says_so(pages: Pages) -> None:
    text = words_of(pages.get("/places/llr-2014~pay-award~slow-delivery/overview/2018-19/"))

    assert "Under Pay award and Slow delivery: not the plan itself." in text
    assert "£425.4m" in text
    assert "Under" not in words_of(pages.get(f"{LLR}/overview/2018-19/"))
    why = words_of(pages.get("/places/llr-2014~pay-award/why/position/2018-19/?organisation=RWE&at=0.1.0"))
    assert "scenarios/pay-award.toml" in why


def test_compare_shows_what_differs_what_moved_and_because_of_what(pages: Pages) -> None:
    query = "before=1&after=1&after_under=pay-award&after_under=slow-delivery"
    text = words_of(pages.get(f"{LLR}/compare/2018-19/?{query}"))

    for words in (
        "the closing position of 2018/19 moves by −£94.7m, most of all because of intervention cip (−£47.7m)",
        "Pay inflation of RWE −20,795",
        "The move −94,750",
        "RWE, pay_inflation, 2016/17 Assumptions percent 4.1% 5.1% The hospital trust's pay rises by a point more",
    ):
        assert words in text


def test_compare_says_who_gains_when_the_whole_does_not_move(pages: Pages) -> None:
    text = words_of(pages.get(f"{LLR}/compare/2018-19/?before=1&after=1&after_under=block-contracts"))

    assert "does not move, but University Hospitals of Leicester NHS Trust loses £36.8m" in text


def test_two_versions_are_compared(pages: Pages, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    import_place(folder, by="a test")
    lines = folder / "lines.csv"
    lines.write_text(
        lines.read_text().replace(
            "L09,RN1,cost,provider_cost,Hospital cost,108000",
            "L09,RN1,cost,provider_cost,Hospital cost,109000",
        )
    )
    reading = import_place(folder, by="a test")
    assert reading.version is not None
    code = reading.version.place.code

    text = words_of(pages.get(f"/places/{code}/compare/2027-28/?before=1&after=2"))
    assert "Version 2, stored" in text
    assert "L09 Lines value 108000 109000" in text
    assert "Line L09 −1,172" in text
    earlier = words_of(pages.get(f"/places/{code}@1/overview/2027-28/"))
    assert "Version 1, which is not the current one." in earlier
    assert "Version 1, which" not in words_of(pages.get(f"/places/{code}@2/overview/2027-28/"))
    assert pages.client.get(f"/places/{code}@1/charts/bridge/2027-28.svg").status_code == 200


def test_versions_of_which_one_has_a_new_step_are_compared(pages: Pages, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    import_place(folder, by="a test")
    steps, lines = folder / "steps.csv", folder / "interventions.csv"
    steps.write_text(steps.read_text() + "newstep,A new step,9,a test,assumed\n")
    lines.write_text(
        lines.read_text().replace(
            "medicines,Medicines optimisation,qipp", "medicines,Medicines optimisation,newstep"
        )
    )
    reading = import_place(folder, by="a test")
    assert reading.version is not None, reading.faults
    code = reading.version.place.code

    assert "newstep" in pages.get(f"/places/{code}/compare/2027-28/?before=1&after=2")
    assert pages.client.get(f"/places/{code}/charts/compare/2027-28.svg?before=1&after=2").status_code == 200


def test_scenarios_that_conflict_are_answered_on_the_page(pages: Pages, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    (folder / "scenarios" / "other.toml").write_text(
        'name = "Other"\n[[change]]\nwhy = "x"\ntable = "contracts"\nwhere = { contract = "C01" }\nset = { form = "blended" }\n'
    )
    reading = import_place(folder, by="a test")
    assert reading.version is not None
    code = reading.version.place.code

    text = words_of(
        pages.get(
            f"/places/{code}/compare/2027-28/?before=1&after=1&after_under=other&after_under=block-contracts"
        )
    )
    assert "These two cannot be compared" in text
    assert "scenarios/other.toml" in text
    assert pages.client.get(f"/places/{code}~other~block-contracts/overview/2027-28/").status_code == 404


def test_sources_say_how_firm_the_facts_are_and_what_calibration_left_open(pages: Pages) -> None:
    text = words_of(pages.get(f"{LLR}/sources/2018-19/"))

    for words in (
        "They do not determine any of the 36 estimates",
        "University Hospitals of Leicester NHS Trust 2013/14 −39,750 −39,650 Determined",
        "Not determined",
        "LLR five-year strategy, June 2014, appendix 6",
        "Contracts: follow one to every figure that it feeds",
    ):
        assert words in text
    assert "Estimates, each up to" not in words_of(pages.get(f"{NORTHMOOR}/sources/2027-28/"))


@pytest.mark.parametrize(
    "address",
    [
        "/places/llr-2014~no-such/overview/2018-19/",
        "/places/llr-2014/why/nothing/2018-19/",
        "/places/llr-2014/why/position/2018-19/?organisation=XXX",
        "/places/llr-2014/why/gap/2018-19/?at=99",
        "/places/llr-2014/why/gap/2018-19/?at=a.b",
        "/places/llr-2014/inputs/contracts/999/2018-19/",
        "/places/llr-2014/inputs/nothing/2/2018-19/",
        "/places/llr-2014/compare/2018-19/?before=99",
        "/places/llr-2014/compare/2018-19/?before=abc",
        "/places/llr-2014/compare/2018-19/?before=%C2%B2",
        "/places/llr-2014/why/gap/2018-19/?at=%C2%B2",
        "/places/llr-2014/why/gap/2018-19/?organisation=%00",
        "/places/llr-2014@99/overview/2018-19/",
        "/places/llr-2014/nowhere/2018-19/",
        "/places/llr-2014/charts/why/gap/2018-19.svg?at=9.9",
    ],
)
def test_what_is_not_there_is_told_in_words(pages: Pages, address: str) -> None:
    assert "Page not found" in pages.get(address, status=404)


def test_hostile_words_are_shown_and_never_run(pages: Pages, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    lines = folder / "lines.csv"
    lines.write_text(lines.read_text().replace("Hospital cost", '"<script>alert(1)</script> & ""quoted"""'))
    reading = import_place(folder, by="a test")
    assert reading.version is not None
    code = reading.version.place.code

    for address in (
        f"/places/{code}/why/position/2027-28/?organisation=RN1",
        f"/places/{code}/inputs/lines/10/2027-28/",
    ):
        assert "<script>alert(1)</script>" in words_of_raw(pages.get(address))


def words_of_raw(text: str) -> str:
    assert "<script" not in text
    return html.unescape(text)


def test_runs_under_scenarios_are_kept_and_bounded() -> None:
    from leftshift.workspace.plan import queries

    for cached in (queries.live, queries.model_of, queries.document_of, queries.comparison):
        assert (cached.cache_info().maxsize or 0) <= 64
