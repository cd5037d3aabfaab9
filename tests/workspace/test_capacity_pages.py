"""The rooms of capacity and control totals: what they show, where they hide, under scenarios, of earlier versions, as files."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from leftshift import read_place
from leftshift.model import Model
from tests.workspace.asking import asking
from tests.workspace.conftest import EXAMPLES, Pages, signed_in

YEAR = "2029-30"
SUBJECTS = ("beds", "activity", "staff", "buildings", "capital")
SCENARIO = """name = "No virtual ward"
description = "The virtual ward does not come."
source = "A test"

[[change]]
why = "It cannot be staffed"
table = "interventions"
where = { intervention = "virtual_ward" }
set = { delivery = "0%" }
"""


@pytest.fixture(autouse=True)
def southmoor(examples: None) -> None:
    """Southmoor, taken in beside the other places."""
    store(EXAMPLES / "southmoor")


@pytest.fixture
def changing(tmp_path: Path) -> Path:
    """Southmoor under another code, with a scenario, to be changed."""
    folder = Path(shutil.copytree(EXAMPLES / "southmoor", tmp_path / "changing"))
    heading = folder / "place.toml"
    code = re.sub("[^a-z0-9]+", "-", tmp_path.name.lower())
    heading.write_text(heading.read_text().replace('"southmoor"', f'"{code}"'))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "no-ward.toml").write_text(SCENARIO)
    store(folder)
    return folder


def store(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    import_place(folder, by="a test")


def model() -> Model:
    return read_place(EXAMPLES / "southmoor")


def rows(pages: Pages, address: str) -> list[list[str]]:
    text = pages.client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


# ---------------------------------------------------------------------- where the rooms are
def test_the_rooms_are_there_only_where_a_place_has_something_in_them(pages: Pages) -> None:
    room, control = f'/capacity/{YEAR}/">Capacity</a>', f'/control/{YEAR}/">Control totals</a>'
    southmoor = pages.get(f"/places/southmoor/overview/{YEAR}/")
    llr = pages.get("/places/llr-2014/overview/2018-19/")
    northmoor = pages.get("/places/northmoor/overview/2027-28/")

    assert room in southmoor
    assert control in southmoor
    assert ">Capacity</a>" in llr
    assert ">Control totals</a>" not in llr
    assert ">Capacity</a>" not in northmoor


def test_the_room_leads_to_the_first_subject(pages: Pages) -> None:
    response = pages.client.get(f"/places/southmoor/capacity/{YEAR}/")

    assert response.status_code == 302
    assert response["Location"] == f"/places/southmoor/capacity/beds/{YEAR}/"


@pytest.mark.parametrize(
    "address",
    [
        "/places/northmoor/capacity/2027-28/",
        "/places/northmoor/capacity/beds/2027-28/",
        "/places/northmoor/control/2027-28/",
        "/places/llr-2014/capacity/staff/2018-19/",
        "/places/llr-2014/capacity/capital/2018-19/",
        f"/places/southmoor/capacity/none/{YEAR}/",
        f"/places/southmoor/capacity/control/{YEAR}/",
        "/places/southmoor/capacity/beds/2040-41/",
        f"/places/southmoor/capacity/staff/{YEAR}/?group=none",
        f"/places/southmoor/capacity/beds/{YEAR}/?group=doctors",
        f"/places/southmoor/charts/capacity/beds/{YEAR}/0.svg",
        f"/places/southmoor/charts/capacity/beds/{YEAR}/999.svg",
        f"/places/southmoor/tables/capacity-beds/none/{YEAR}.csv",
        "/places/northmoor/tables/capacity-beds/bed-bridge/2027-28.csv",
    ],
)
def test_what_is_not_there_is_told_in_words(pages: Pages, address: str) -> None:
    assert "Page not found" in pages.get(address, status=404)


def test_who_may_not_see_the_plan_sees_no_capacity(pages: Pages, stranger: Pages) -> None:
    address = f"/places/southmoor/capacity/beds/{YEAR}/"

    assert stranger.client.get(address).status_code == 302
    assert signed_in("charlie").client.get(address).status_code in (403, 404)
    assert "686" in signed_in("vera").get(address)


# ---------------------------------------------------------------------- what they show
def test_beds_show_bridge_need_what_moves_and_the_chance_that_they_suffice(pages: Pages) -> None:
    text = pages.get(f"/places/southmoor/capacity/beds/{YEAR}/")

    for words in (
        "<h1",
        "Beds 2029/30",
        "Acute beds, RS1: 686 needed in 2024/25 become 678 in 2029/30",
        "Bed bridge 2029/30, beds",
        "Acute beds, RS1: in the fullest month",
        "Virtual beds are places in people&#39;s own homes",
        "Hospital stays become community stays",
        "1,000 draws with seed 1",
        "Assumed",
    ):
        assert words in text, words


def test_the_beds_of_llr_are_as_published(pages: Pages) -> None:
    text = pages.get("/places/llr-2014/capacity/beds/2018-19/")

    for words in ("1,773", "−177", "−250", "1,346", "−427"):
        assert words in text


def test_activity_shows_a_heat_map_and_avoidable_admissions(pages: Pages) -> None:
    text = pages.get(f"/places/southmoor/capacity/activity/{YEAR}/")

    for words in (
        "app-heat-loss-4",
        "Frail and older people",
        "To avoid by share",
        "asked for 180, more than its level of 42",
    ):
        assert words in text


def test_staff_can_be_narrowed_to_a_group_without_script(pages: Pages) -> None:
    address = f"/places/southmoor/capacity/staff/{YEAR}/"
    everybody, doctors = pages.get(address), pages.get(f"{address}?group=doctors")

    assert f'href="{address}?group=doctors"' in everybody
    assert "All staff: 3,954 whole-time equivalents are needed" in everybody
    assert "Registered nurses, Southmoor Hospitals NHS Trust" not in doctors
    assert "Doctors, Southmoor Hospitals NHS Trust" in doctors
    assert "staff-doctors" in doctors


def test_buildings_and_capital_say_what_closes_and_what_is_still_to_be_found(pages: Pages) -> None:
    buildings = pages.get(f"/places/southmoor/capacity/buildings/{YEAR}/")
    capital = pages.get(f"/places/southmoor/capacity/capital/{YEAR}/")

    assert "Closed: Old Infirmary from 2028/29." in buildings
    assert "Planned surgery" in buildings
    assert "£3.5m remain to be found in all, the most in 2027/28" in capital
    assert "Public dividend capital" in capital
    assert "6.92" in capital


def test_control_totals_show_what_is_missed_and_the_pool(pages: Pages) -> None:
    text = pages.get(f"/places/southmoor/control/{YEAR}/")

    for words in ("3 of 3 control totals are missed", "The system: NHS", "2025/26 Q4", "is £1,598k short"):
        assert words in text


@pytest.mark.parametrize("subject", [*SUBJECTS, "control"])
def test_every_chart_of_a_page_is_drawn_and_every_table_is_a_file(pages: Pages, subject: str) -> None:
    inside = "control" if subject == "control" else f"capacity/{subject}"
    text = pages.get(f"/places/southmoor/{inside}/{YEAR}/")
    charts = [
        address.replace("&amp;", "&") for address in re.findall(r'<img class="app-chart" src="([^"]+)"', text)
    ]
    files = re.findall(r'href="(/places/southmoor/tables/[^"]+)"', text)

    assert charts
    for address in charts:
        assert pages.client.get(address).content.startswith(b"<svg")
    assert len(files) == 2 * text.count("<table")
    for address in files:
        assert pages.client.get(address).status_code == 200


def test_tables_are_files_with_exact_numbers(pages: Pages) -> None:
    bridge = model().capacity().bed_bridge()
    found = rows(pages, f"/places/southmoor/tables/capacity-beds/bed-bridge/{YEAR}.csv")
    doctors = rows(pages, f"/places/southmoor/tables/capacity-staff/staff-doctors/{YEAR}.csv")

    assert [float(cell) for cell in found[1][1:]] == pytest.approx(
        [steps["start"] for steps in bridge.values()], abs=1e-6
    )
    assert [row[0] for row in doctors[1:]] == ["Doctors, Southmoor Hospitals NHS Trust"]


# ---------------------------------------------------------------------- versions and scenarios
def test_a_scenario_moves_the_beds_and_says_so(pages: Pages, changing: Path) -> None:
    code = read_place(changing).place.code
    text = pages.get(f"/places/{code}~no-ward/capacity/beds/{YEAR}/")
    under = read_place(changing).scenario("no-ward").capacity()
    found = rows(pages, f"/places/{code}~no-ward/tables/capacity-beds/bed-bridge/{YEAR}.csv")
    plan = rows(pages, f"/places/{code}/tables/capacity-beds/bed-bridge/{YEAR}.csv")

    assert "Under No virtual ward: not the plan itself" in text
    assert [float(cell) for cell in found[9][1:]] == pytest.approx(
        [steps["end"] for steps in under.bed_bridge().values()], abs=1e-6
    )
    assert found[9] != plan[9]


def test_an_earlier_version_is_shown_as_it_was(pages: Pages, changing: Path) -> None:
    code = read_place(changing).place.code
    table = changing / "beds.csv"
    before = pages.get(f"/places/{code}/capacity/beds/{YEAR}/")
    table.unlink()
    sites = changing / "sites.csv"
    assert sites.exists()
    store(changing)

    assert "Open at" not in pages.get(f"/places/{code}/capacity/beds/{YEAR}/")
    assert "nothing is said of how many are open" in pages.get(f"/places/{code}/capacity/beds/{YEAR}/")
    earlier = pages.get(f"/places/{code}@1/capacity/beds/{YEAR}/")
    assert "640 are open" in earlier
    assert "640 are open" in before
    assert "Version 1, which is not the current one" in earlier


# ---------------------------------------------------------------------- the API
def test_the_api_tells_what_the_command_line_tells() -> None:
    told = asking("vera").get("/places/southmoor/versions/current/capacity")
    document = model().capacity().document()

    assert told["beds"] == document["beds"]
    assert told["bed_bridge"] == document["bed_bridge"]
    assert told["capital"]["one_hospital"]["ask"] == document["capital"]["one_hospital"]["ask"]
    assert told.keys() == {*document, "scenarios"}
    assert told["scenarios"] == []


def test_the_api_tells_of_a_place_without_capacity_that_there_is_none() -> None:
    told = asking("vera").get("/places/northmoor/versions/current/capacity")

    assert (told["beds"], told["capital"], told["activity"]) == ({}, {}, {})


def test_the_api_lists_the_tables_of_the_rooms() -> None:
    found = asking("vera").get("/places/southmoor/versions/current/tables?limit=200")
    named = {(entry["room"], entry["name"]) for entry in found["items"]}

    assert {
        ("capacity-beds", "bed-bridge"),
        ("capacity-staff", "staff-doctors"),
        ("control", "control-totals"),
    } <= named
