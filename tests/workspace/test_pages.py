"""Each page says what it should, and what must hold of every page holds."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspace.conftest import Pages

pytestmark = pytest.mark.usefixtures("examples")


def test_home_lists_places_with_their_headline(pages: Pages) -> None:
    text = pages.get("/")

    assert (
        "Doing nothing leaves a gap of £398.1m in 2018/19; the plan moves £400.0m and ends with a surplus of £1.9m."
        in text
    )
    assert "Northmoor" in text


def test_a_place_leads_to_its_overview(pages: Pages) -> None:
    response = pages.client.get("/places/llr-2014/")

    assert response.status_code == 302
    assert response["Location"] == "/places/llr-2014/overview/2018-19/"


def test_the_overview_shows_bridge_checks_and_version(pages: Pages) -> None:
    text = pages.get("/places/llr-2014/overview/2018-19/")

    for words in (
        "£398.1m",
        "238,372",
        "110,324",
        "1,880",
        "Passed: Every payment has two sides",
        "Not tested: Stated effects balance",
        "calibrated estimates",
        "Version 1",
    ):
        assert words in text
    assert (
        text.index("Bed reconfiguration")
        < text.index("Transformation interventions")
        < text.index("Other interventions")
    )


def test_the_overview_of_an_earlier_year(pages: Pages) -> None:
    assert "38,441" in pages.get("/places/llr-2014/overview/2014-15/")


def test_organisations_show_both_positions_and_what_they_rest_on(pages: Pages) -> None:
    text = pages.get("/places/llr-2014/organisations/2018-19/")

    for words in (
        "With the plan, £000",
        "Do nothing, £000",
        "Calibrated estimate",
        "University Hospitals of Leicester NHS Trust",
        "−398,116",
        "Not attributed to an organisation",
    ):
        assert words in text


def test_the_impact_table_has_totals_and_what_is_not_attributed_apart(pages: Pages) -> None:
    text = pages.get("/places/llr-2014/impact/2018-19/")

    for words in (
        "392,994",
        "7,002",
        "Not attributed",
        "55,091",
        "186,379",
        "app-heat-loss",
        "Counted in the gap: planned investments",
        "4,189",
    ):
        assert words in text


def test_what_ties_shows_verdict_reason_and_source(pages: Pages) -> None:
    text = pages.get("/places/llr-2014/tie-out/2018-19/")

    for words in (
        "Does not tie",
        "Known conflict",
        "Differs by rounding",
        "Not counted",
        "used to calibrate",
        "For comparison only",
        "in print order",
        "-19,343 first",
        "published.csv, row",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["bridge", "positions", "impact", "verdicts"])
def test_charts_are_drawn_on_the_server_and_alike_every_time(pages: Pages, name: str) -> None:
    first = pages.client.get(f"/places/llr-2014/charts/{name}/2018-19.svg")
    second = pages.client.get(f"/places/llr-2014/charts/{name}/2018-19.svg")

    assert first["Content-Type"] == "image/svg+xml"
    assert first.content.startswith(b"<svg")
    assert first.content == second.content


def test_the_bridge_chart_follows_the_order_of_the_steps(pages: Pages) -> None:
    svg = pages.client.get("/places/llr-2014/charts/bridge/2018-19.svg").content.decode()

    assert (
        svg.index("Bed reconfiguration")
        < svg.index("Transformation interventions")
        < svg.index("Other interventions")
    )


def test_every_table_downloads_as_csv_with_unrounded_numbers(pages: Pages) -> None:
    text = pages.client.get("/places/llr-2014/tables/overview/bridge/2018-19.csv").content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text)))
    steps = [float(row[1]) for row in rows[2:-1]]
    assert float(rows[1][1]) + sum(steps) == pytest.approx(float(rows[-1][1]), abs=1e-3)


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/places/none/overview/2018-19/",
        "/places/llr-2014/overview/2030-31/",
        "/places/llr-2014/charts/none/2018-19.svg",
        "/places/llr-2014/tables/overview/none/2018-19.csv",
    ],
)
def test_what_is_not_there_is_told_in_words(pages: Pages, address: str) -> None:
    assert "Page not found" in pages.get(address, status=404)


def test_pages_cannot_be_written_to(pages: Pages) -> None:
    assert pages.client.post("/").status_code == 405


def test_every_table_downloads_as_a_workbook_to_publish(pages: Pages) -> None:
    from openpyxl import load_workbook

    address = "/places/llr-2014/tables/overview/bridge/2018-19"
    assert f'href="{address}.xlsx"' in pages.get("/places/llr-2014/overview/2018-19/")
    response = pages.client.get(f"{address}.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="llr-2014-bridge-2018-19.xlsx"'
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:2] == ["Contents", "Notes"]
    assert "Leicester" in str(book["Contents"]["A1"].value)
    pages.get("/places/llr-2014/tables/overview/none/2018-19.xlsx", status=404)


def test_a_workbook_to_publish_names_whom_to_ask(pages: Pages, settings_of_contact: str) -> None:
    from openpyxl import load_workbook

    for address in ("/places/northmoor/tables/overview/bridge/2027-28.xlsx", "/places/northmoor/tables.xlsx"):
        book = load_workbook(io.BytesIO(pages.client.get(address).content))
        texts = [str(cell.value) for row in book["Contents"].iter_rows() for cell in row]
        assert any(settings_of_contact in text for text in texts), texts


@pytest.fixture
def settings_of_contact() -> Iterator[str]:
    """A workspace that says whom readers of its tables may ask."""
    from django.test import override_settings

    with override_settings(LEFTSHIFT_CONTACT="data@northmoor.example"):
        yield "data@northmoor.example"


def links_of(text: str) -> list[str]:
    found = re.findall(r'(?:href|src)="(/[^"#]*)"', text)
    return [link for link in dict.fromkeys(map(html.unescape, found)) if not link.startswith("/static")]


def _is_followed(link: str) -> bool:
    """The examples alone, and one scenario of them: other tests leave many places, all of the same pages.

    A programme is there or not by the order of tests; its pages are followed in a test of their own.
    """
    if "/programme/" in link:
        return False
    examples = not link.startswith("/places/") or re.match(r"/places/(?:llr-2014|northmoor)[/@~]", link)
    return bool(examples) and ("~" not in link or "llr-2014~pay" in link)


def test_every_link_of_every_room_leads_somewhere(pages: Pages) -> None:
    """Rooms are followed to the end; of the pages of figures and rows, which are thousands, every fortieth is opened."""
    seen: set[str] = set()
    waiting, asked = ["/"], set[str]()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = pages.client.get(address, follow=True)
        assert response.status_code == 200, address
        if response["Content-Type"].startswith("text/html"):
            for link in links_of(response.content.decode()):
                if "/why/" in link or "/inputs/" in link:
                    asked.add(link)
                elif link not in seen and link not in waiting and _is_followed(link):
                    waiting.append(link)

    assert len(seen) > 100
    assert len(asked) > 2000
    for link in sorted(asked)[::40]:
        if ".svg" in link:
            assert pages.client.get(link).status_code == 200, link
        else:
            pages.get(link)


def test_static_files_are_our_own(pages: Pages) -> None:
    for name in ("vendor/nhsuk.css", "vendor/images/nhsuk-icon-cross.svg", "leftshift.css", "leftshift.svg"):
        response = pages.client.get(f"/static/{name}")
        assert response.status_code == 200, name
        response.close()


def test_the_style_sheets_ask_nobody_else() -> None:
    from leftshift.workspace import shared

    for sheet in Path(str(shared.__file__)).parent.joinpath("static").rglob("*.css"):
        assert "//" not in sheet.read_text().replace("https://www.w3.org", "").replace(
            "http://www.w3.org", ""
        ), sheet.name
