"""The rooms of measures: the summary agrees with the charts beneath it, what is not there is told, and everything is a file."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.utils import timezone

from leftshift import read_place
from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS
from leftshift.measures.result import Measures
from leftshift.reports.measures.cells import variation_words
from tests.workspace.asking import Api, token_of
from tests.workspace.conftest import EXAMPLES, Pages, signed_in

ROOM = "/places/southmoor/measures/"
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def southmoor(examples: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Southmoor, taken in beside the other places, on one day."""
    from leftshift.workspace.plan.actions.storing import import_place

    import_place(EXAMPLES / "southmoor", by="a test")
    monkeypatch.setattr(timezone, "localdate", lambda *_: DAY)


@pytest.fixture(scope="module")
def measures() -> Measures:
    return read_place(EXAMPLES / "southmoor").measures(DAY)


def rows(pages: Pages, address: str) -> list[list[str]]:
    text = pages.client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def address(measure: str, body: str) -> str:
    return f"{ROOM}{measure}/?body={body}"


# ---------------------------------------------------------------------- where the room is
def test_the_room_is_there_only_where_a_place_measures_something(pages: Pages) -> None:
    assert f'href="{ROOM}">Measures</a>' in pages.get("/places/southmoor/overview/2029-30/")
    assert ">Measures</a>" not in pages.get("/places/northmoor/overview/2027-28/")


@pytest.mark.parametrize(
    "asked",
    [
        "/places/northmoor/measures/",
        "/places/northmoor/measures/savings-register/",
        "/places/northmoor/measures/reaching-others/",
        f"{ROOM}none/?body=RS1",
        f"{ROOM}delayed_days/",
        f"{ROOM}delayed_days/?body=none",
        f"{ROOM}delayed_days/?body=aldermere",
        f"{ROOM}emergency_admissions/?body=aldermere",
        "/places/southmoor/charts/measures/delayed_days/999.svg?body=RS1",
        "/places/southmoor/charts/measures/delayed_days/1.svg?body=RS1",
        "/places/southmoor/files/measures/delayed_days/none.csv?body=RS1",
        "/places/southmoor/files/measures/delayed_days/figures.exe?body=RS1",
        "/places/southmoor/tables/measures/none/2029-30.csv",
        "/places/northmoor/tables/measures/measures/2027-28.csv",
    ],
)
def test_what_is_not_there_is_told_in_words(pages: Pages, asked: str) -> None:
    assert "Page not found" in pages.get(asked, status=404)


def test_who_may_not_see_the_plan_sees_no_measures(pages: Pages, stranger: Pages) -> None:
    assert stranger.client.get(ROOM).status_code == 302
    assert signed_in("charlie").client.get(ROOM).status_code in (403, 404)
    assert "Emergency admissions" in signed_in("vera").get(ROOM)


# ---------------------------------------------------------------------- the summary
def test_the_summary_agrees_with_the_page_of_each_measure(pages: Pages, measures: Measures) -> None:
    summary = rows(pages, "/places/southmoor/tables/measures/measures/2029-30.csv")[1:]

    assert len(summary) == len(measures.all)
    for line, entry in zip(summary, measures.all, strict=True):
        assert entry.chart is not None
        text = unescape(pages.get(address(entry.measure.measure, entry.of)))
        assert line[6:8] == [variation_words(entry), ASSURANCE_WORDS[entry.chart.assurance]]
        assert all(words in text for words in line[6:8])
        assert entry.latest is not None
        assert line[2].startswith(str(entry.latest.period))
        assert float(line[3]) == pytest.approx(entry.latest.value or 0.0, abs=1e-6)


def test_every_line_has_its_icons_words_and_chart(pages: Pages, measures: Measures) -> None:
    text = pages.get(ROOM)

    for entry in measures.all:
        assert entry.chart is not None
        assert f'href="#variation-{entry.chart.variation.replace(" ", "-")}"' in text
    assert text.count('class="app-spark"') == len(measures.all)
    assert text.count("<symbol ") == len(VARIATION_WORDS) + len(ASSURANCE_WORDS)
    assert "nan" not in text.lower().replace("finance", "").replace("governance", "")


def test_the_summary_narrows_to_a_theme_and_a_body(pages: Pages) -> None:
    asked = f"{ROOM}?theme=Planned+care&body=RS1"
    table, charts = pages.get(asked), pages.get(f"{asked}&view=charts")

    for text in (table, charts):
        assert "Operating theatre time" in text
        assert f'href="{ROOM}four_hours/?body=RS1"' not in text
        assert f'href="{ROOM}gp_referrals/?body=SM1"' not in text
    assert "app-multiples" in charts
    assert "app-multiples" not in table
    assert "No measure of this theme and body" in pages.get(f"{ROOM}?theme=none")


def test_it_says_what_is_late_on_the_day(pages: Pages) -> None:
    assert "Overdue since 2026-11-15" in pages.get(ROOM)


# ---------------------------------------------------------------------- one measure
def test_a_measure_is_told_in_full(pages: Pages) -> None:
    text = unescape(pages.get(address("delayed_days", "RS1")))

    for words in (
        "35 beds filled on every day, 2.8 more than the target",
        "The definition changed in 2025-04",
        "Figures by the definition “counted weekly”, which no longer holds in these periods",
        "is likely to end at",
        "Community stays become care by teams",
        "−15% of the baseline",
        "Director of integrated discharge",
        "0.9 * last year",
    ):
        assert words in text, words


def test_a_measure_shows_its_peers_its_parts_and_what_they_are_worth(pages: Pages) -> None:
    text = unescape(pages.get(address("emergency_admissions", "SM1")))

    for words in (
        "Aldermere (invented)",
        "3 of 7 peers do better",
        "beside its peers" if "beside its peers" in text else "Beside its peers",
        "is room for other work, not cash",
        "The same measure elsewhere in the place",
        "Northgate",
        "Frailty team at the front door",
    ):
        assert words in text, words


def test_a_rebase_names_reason_and_author(pages: Pages) -> None:
    text = pages.get(address("two_hours", "RS2"))

    assert "A second team began to work from Northgate" in text
    assert "Director of community services" in text
    assert "since limits began anew" in text


def test_small_numbers_are_on_no_page_and_in_no_file(pages: Pages, measures: Measures) -> None:
    place = measures.place
    small = {
        (row.of, str(row.period))
        for row in place.observations
        if row.measure == "care_home_admissions" and row.numerator is not None and 1 <= row.numerator <= 7
    }
    assert small
    for body in ("eastvale", "westmere", "northgate"):
        shown = {
            line[0]: line[4]
            for line in rows(
                pages, f"/places/southmoor/files/measures/care_home_admissions/figures.csv?body={body}"
            )[1:]
        }
        for of, period in small:
            if of == body:
                assert shown[period] == "–"


@pytest.mark.parametrize(
    "asked",
    [
        address("delayed_days", "RS1"),
        address("emergency_admissions", "SM1"),
        address("falls", "SM1"),
        address("supported", "SM1"),
        address("back_office", "RS2"),
        f"{ROOM}savings-register/",
        f"{ROOM}reaching-others/",
    ],
)
def test_every_chart_is_drawn_and_every_table_is_a_file(pages: Pages, asked: str) -> None:
    text = pages.get(asked)
    charts = [
        found.replace("&amp;", "&") for found in re.findall(r'<img class="app-chart" src="([^"]+)"', text)
    ]
    files = [
        found.replace("&amp;", "&")
        for found in re.findall(r'href="(/places/southmoor/(?:tables|files)/[^"]+)"', text)
    ]

    assert charts
    for chart in charts:
        assert pages.client.get(chart).content.startswith(b"<svg")
    assert len(files) == 2 * text.count("<table")
    for file in files:
        assert pages.client.get(file).status_code == 200


# ---------------------------------------------------------------------- worth, interventions, scenarios
def test_the_savings_register_adds_up_and_names_owners(pages: Pages, measures: Measures) -> None:
    text = pages.get(f"{ROOM}savings-register/")
    lines = rows(pages, "/places/southmoor/tables/measures-savings-register/savings/2029-30.csv")

    assert "Medical director of the hospitals" in text
    for column in (6, 7, 8):  # counted, booked, not booked
        amounts = [float(line[column]) for line in lines[1:-1] if line[column] != "–"]
        assert float(lines[-1][column]) == pytest.approx(sum(amounts), abs=1e-5)
    counted = [float(line[6]) for line in lines[1:-1]]
    assert float(lines[-1][6]) == pytest.approx(measures.savings.total, abs=1e-5)
    assert ["Mean stay on medical wards", "Shorter stays on medical wards"] in [
        [line[2], line[4]] for line in lines
    ]
    assert min(counted) == 0.0, "of what overlaps only the largest counts"


def test_an_intervention_leads_to_the_measures_that_should_move(pages: Pages) -> None:
    text = pages.get("/places/southmoor/interventions/2029-30/")

    assert "Should move" in text
    assert 'href="/places/southmoor/measures/length_of_stay/?body=RS1"' in text
    assert 'href="/places/southmoor/measures/#emergency_admissions"' in text
    assert 'id="emergency_admissions"' in pages.get(ROOM)
    assert "Should move" not in pages.get("/places/northmoor/interventions/2027-28/")


def test_under_a_scenario_a_target_of_the_plan_follows(pages: Pages, tmp_path: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    folder = Path(shutil.copytree(EXAMPLES / "southmoor", tmp_path / "late"))
    code = "late-" + re.sub("[^a-z0-9]+", "-", tmp_path.name.lower())
    heading = folder / "place.toml"
    heading.write_text(heading.read_text().replace('"southmoor"', f'"{code}"'))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "no-door.toml").write_text(
        'name = "No team"\ndescription = "No team at the front door."\nsource = "A test"\n\n[[change]]\nwhy = "Nobody is hired"\n'
        'table = "interventions"\nwhere = { intervention = "front_door" }\nset = { delivery = "0%" }\n'
    )
    import_place(folder, by="a test")
    plan, without = (
        float(rows(pages, f"/places/{where}/tables/measures/measures/2029-30.csv")[1][4])
        for where in (code, f"{code}~no-door")
    )

    assert without > plan + 1, "nobody avoids what the team would have avoided, so more may come"


def test_the_api_tells_what_the_command_prints(pages: Pages, measures: Measures) -> None:
    api = Api(token_of("vera"))
    told = api.get(f"/places/southmoor/versions/1/measures?as_of={DAY}")

    printed = measures.document()
    assert told["as_of"] == "2026-11-20"
    for key in ("measures", "opportunities", "savings", "checks"):
        assert told[key] == printed[key]
    api.get("/places/southmoor/versions/1/measures?as_of=yesterday", status=400)
