"""What if: settings in the address, the same as a scenario says, kept without touching what was agreed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workspace.conftest import Pages, signed_in

pytestmark = pytest.mark.usefixtures("examples")
PAGE = "/places/llr-2014/what-if/2018-19/"


def test_at_first_the_sliders_of_what_matters_most_stand_where_the_plan_has_them(pages: Pages) -> None:
    text = pages.get(PAGE)

    assert "Pay inflation of University Hospitals of Leicester NHS Trust" in text
    assert "The closing position is that of the plan." in text
    assert text.count('type="range"') == 6
    assert "1,880" in text


def test_settings_stand_in_the_address(pages: Pages) -> None:
    text = pages.get(f"{PAGE}?delivery.cip=80&delivery.qipp=80")
    part = pages.client.get(f"{PAGE}?delivery.cip=80&delivery.qipp=80&part=1").content.decode()

    assert "£67.5m worse" in text or "worse than the plan" in text
    assert "worse than the plan" in part
    assert "<html" not in part
    row = re.search(r"Cost improvement programmes \(CIP\)</th>(.*?)</tr>", part, re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row.group(1)) == ["238,372", "190,698", "−47,674"]


def test_the_same_as_the_scenario_of_the_example(pages: Pages) -> None:
    """Both trusts' pay a point up: what the page says is what the library says of the same scenario text."""
    from leftshift import read_place
    from tests.library.test_levers import LLR, under

    model = under(read_place(LLR), rate__RWE__pay_inflation="1.0", rate__RT5__pay_inflation="1.0")
    closing = round(model.project().perimeter_position("2018/19"))
    text = pages.get(f"{PAGE}?rate.RWE.pay_inflation=1.0&rate.RT5.pay_inflation=1.0")

    assert f"−{abs(closing):,}" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("rate.RWE.pay_inflation=99", "is not between -3.0 and 3.0 points"),
        ("rate.RWE.pay_inflation=x", "is no number"),
    ],
)
def test_a_setting_out_of_range_is_told_and_the_plan_shown(pages: Pages, query: str, words: str) -> None:
    text = pages.get(f"{PAGE}?{query}")

    assert words in text
    assert "1,880" in text


def test_settings_that_do_not_go_together_are_told(pages: Pages) -> None:
    text = pages.get("/places/northmoor/what-if/2027-28/?delay.ward_closure=24")

    assert "These settings do not go together" in text


def test_kept_as_a_scenario_it_is_a_version_for_which_agreements_hold(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.queries import latest_run

    version = import_place(folder, by="a test").version
    assert version is not None
    code = version.place.code
    asha = signed_in("asha")
    address = f"/places/{code}/what-if/2027-28/keep"
    posted = {"name": "Dearer pay", "rate.all.pay_inflation": "1.5"}
    answer = asha.client.post(address, posted)
    assert answer["Location"] == f"/places/{code}~dearer-pay/overview/2027-28/"
    assert "Under Dearer pay" in asha.get(answer["Location"])
    run = latest_run(code)
    assert run is not None
    assert run.version.number == 2
    assert run.version.plan_fingerprint == version.plan_fingerprint

    again = asha.client.post(address, posted)
    assert again.status_code == 302
    assert "There is a scenario of that name already (dearer-pay)" in asha.get(again["Location"])
    assert signed_in("vera").client.post(address, posted).status_code == 403
    nameless = asha.client.post(address, {"name": "…", "rate.all.pay_inflation": "1.5"})
    assert "Give the scenario a name" in asha.get(nameless["Location"])


def test_two_scenarios_kept_from_the_same_page_are_both_there(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.queries import latest_run

    version = import_place(folder, by="a test").version
    assert version is not None
    code = version.place.code
    client = signed_in("asha").client
    for name in ("one", "two"):
        # both are kept from what was the current version at first
        client.post(f"/places/{code}@1/what-if/2027-28/keep", {"name": name, "rate.all.pay_inflation": "1"})
    run = latest_run(code)

    assert run is not None
    assert {"scenarios/one.toml", "scenarios/two.toml"} <= run.version.document.keys()
