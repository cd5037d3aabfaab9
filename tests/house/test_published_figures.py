"""No published figure stands in the code: they come from place files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.published_figures import digits, figures_of, says_nothing, standing_in
from tests.house.tree import PACKAGE, ROOT

HEADLINES = ("398,116", "399,996", "392,993,993", "4,188,530", "4,111,691", "4,187,297", "10,871,335")
COINCIDENCES: dict[str, str] = {}
"""Digits that a place happens to hold and the code means otherwise, each with its reason."""

CALIBRATIONS = PACKAGE / "population" / "invented" / "calibrations"
"""Totals that invented people are drawn to, beside their sources: data of a generator, which comes without the examples."""


def _published() -> frozenset[str]:
    places = [path for path in (ROOT / "examples").iterdir() if path.is_dir() and path.name != "northmoor"]
    return figures_of(places) | {digits(figure) for figure in HEADLINES}


def test_it_reads_the_figures_of_the_places() -> None:
    assert len(_published()) > 200
    assert {digits("399,996"), digits("28,494,516")} <= figures_of([ROOT / "examples" / "llr-2014"])


def test_no_published_figure_stands_in_the_code() -> None:
    figures = _published() - COINCIDENCES.keys()
    found = [one for one in standing_in(PACKAGE, figures) if CALIBRATIONS not in one.path.parents]

    assert not found, "These figures belong in a place file, not in the code:\n" + "\n".join(map(str, found))


@pytest.mark.parametrize(
    "spelling",
    [
        "398116",
        "398_116",
        "398,116",
        "398 116",
        "398\u00a0116",
        "-398116.0",
        "398.116",
        "398116000",
        "3.98116e5",
        "0.398116",
        "£398,116k",
        "gap_398116",
        "(398,116)",
    ],
)
@pytest.mark.parametrize("place", ["{}", "x = [1, {}, 2]", '"a gap of {} in 2018/19"', "# {}"])
@pytest.mark.parametrize("file", ["deep/down/one.py", "one.toml", "one.csv", "one.jinja"])
def test_it_finds_a_figure_however_it_is_written(
    tmp_path: Path, spelling: str, place: str, file: str
) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text("first = 1\n" + place.format(spelling) + "\n", encoding="utf-8")

    found = standing_in(tmp_path, frozenset({digits("398,116")}))

    assert [(one.path, one.line) for one in found][:1] == [(planted, 2)]


def test_it_takes_figures_from_every_column_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        'code,year,value,share\n03W,2018/19,"1,234,567",87.17%\nX,2018,-12,70\n', "utf-8"
    )

    assert figures_of([tmp_path]) == {"1234567", "8717"}


@pytest.mark.parametrize("number", ["2018", "1999", "100000", "0.7", "365", "92%", "3,500", "1000"])
def test_it_lets_general_numbers_stand(number: str) -> None:
    assert says_nothing(digits(number))
