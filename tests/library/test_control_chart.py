"""The control chart and its icons: what is drawn, how it is told without colour, and what it says to those who do not see it."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.charting import control_charts
from leftshift.measures.process_control.frames import SeriesChart, spc
from leftshift.measures.process_control.single import ASSURANCES, VARIATIONS
from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS
from leftshift.reports.measures import marks
from leftshift.reports.measures.control_chart import HEIGHT, control_chart, drawn, series_chart
from leftshift.reports.measures.icons import assurance_icon, variation_icon
from leftshift.reports.measures.marks import MARKS, WHITE, contrast, kind_of

MONTHS = [str(Period.parse("2014-04").plus(at)) for at in range(40)]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def waits() -> SeriesChart:
    values: list[float | None] = [*[90.0, 92.0] * 10, *[80.0, 82.0] * 10]
    values[5], values[30], values[12] = 110.0, 60.0, None
    frame = pl.DataFrame(
        {
            "series": "Seen <in> time & more",
            "period": MONTHS,
            "value": values,
            "target": [95.0, *[None] * 24, 85.0, *[None] * 14],
            "rebase": ["New clinic" if at == 20 else "" for at in range(40)],
            "author": "an analyst",
            "better": "higher",
            "provisional": [at > 37 for at in range(40)],
        }
    )
    return spc(frame).series("Seen <in> time & more")


def _values(spec: dict[str, Any], **mark: Any) -> list[dict[str, Any]]:
    """The values of every layer with such a mark."""
    return [
        value
        for layer in spec["layer"]
        if all(layer["mark"].get(name) == wanted for name, wanted in mark.items())
        for value in layer["data"]["values"]
    ]


# ---------------------------------------------------------------------- contrast, shape and words
@pytest.mark.parametrize("name", ["MEAN", "LIMIT", "LINE", "TARGET", "REBASE", "NOTE", "RING"])
def test_every_line_stands_out_from_white(name: str) -> None:
    """3 to 1 for graphics: Web Content Accessibility Guidelines 2.2, 1.4.11."""
    assert contrast(getattr(marks, name), WHITE) >= 3


@pytest.mark.parametrize("kind", MARKS)
def test_every_outline_stands_out_from_white(kind: str) -> None:
    assert contrast(MARKS[kind].outline, WHITE) >= 3


@pytest.mark.parametrize(("first", "second"), [*combinations(MARKS, 2)])
def test_any_two_meanings_differ_without_colour(first: str, second: str) -> None:
    """By shape, or by filled and hollow, told apart in grey at 3 to 1 between the fills."""
    one, other = MARKS[first], MARKS[second]
    apart = contrast(one.fill, other.fill)

    assert one.words != other.words
    assert one.shape != other.shape or apart >= 3


def test_contrast_is_that_of_the_guidelines() -> None:
    """Black on white is 21 to 1; the ratios of two colours as the reference document has them."""
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#0072c6", WHITE) == pytest.approx(4.97, abs=0.005)
    assert contrast("#00b0f0", WHITE) == pytest.approx(2.48, abs=0.005)


def test_every_kind_of_point_has_a_mark_and_every_icon_words() -> None:
    assert set(MARKS) == set(VARIATIONS) == set(VARIATION_WORDS)
    assert set(ASSURANCES) == set(ASSURANCE_WORDS)


@pytest.mark.parametrize(
    ("draw", "names"),
    [(variation_icon, VARIATIONS), (assurance_icon, ASSURANCES)],
    ids=["variation", "assurance"],
)
def test_icons_differ_by_shape_filling_or_letter_and_are_hidden_from_readers(
    draw: Any, names: tuple[str, ...]
) -> None:
    seen = set()
    for name in names:
        root = ET.fromstring(draw(name))
        ground, inside = root[0], root[1]
        seen.add(
            (
                ground.get("d"),
                ground.get("fill") == WHITE,
                ground.get("stroke-dasharray"),
                inside.text,
                inside.get("d"),
            )
        )
        assert root.get("aria-hidden") == "true"
        assert contrast(ground.get("stroke") or "", WHITE) >= 3
        ink = inside.get("stroke") or inside.get("fill") or ""
        assert contrast(ink if ink != "none" else "", ground.get("fill") or "") >= 4.5
    assert len(seen) == len(names)


def test_an_icon_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError):
        variation_icon("better")


# ---------------------------------------------------------------------- what is drawn
def test_points_have_the_shape_of_their_meaning(waits: SeriesChart) -> None:
    spec = series_chart(waits, unit="%")
    points = next(layer for layer in spec["layer"] if "shape" in layer.get("encoding", {}))
    kinds = {value["x"]: value["kind"] for value in points["data"]["values"]}
    shapes = dict(
        zip(*(points["encoding"]["shape"]["scale"][part] for part in ("domain", "range")), strict=True)
    )

    assert kinds[5] == "Improvement, high"
    assert kinds[30] == "Concern, low"
    assert shapes == {
        "Common cause": "circle",
        "Improvement, high": "triangle-up",
        "Concern, low": "triangle-down",
    }
    assert kind_of(waits.chart, 5) == "improvement high"


def test_a_missing_month_is_a_gap(waits: SeriesChart) -> None:
    spec = series_chart(waits)
    line = next(
        layer
        for layer in spec["layer"]
        if len(layer["data"]["values"]) == 39 and layer["mark"]["type"] == "line"
    )
    stretches = {value["x"]: value["stretch"] for value in line["data"]["values"]}

    assert 12 not in stretches
    assert stretches[11] != stretches[13]


def test_limits_break_at_a_rebase_that_is_named(waits: SeriesChart) -> None:
    spec = series_chart(waits)
    dashed = _values(spec, strokeDash=[6, 4])

    assert {(value["x"], value["stretch"]) for value in dashed} == {
        (-0.5, 0),
        (19.5, 0),
        (19.5, 1),
        (39.5, 1),
    }
    assert "Rebase 2015-12: New clinic" in {
        value["text"] for value in _values(spec, type="text") if "text" in value
    }
    assert "Rebase 2015-12: New clinic." in spec["description"]


def test_a_target_goes_on_until_the_next_and_steps(waits: SeriesChart) -> None:
    steps = _values(series_chart(waits), strokeDash=[10, 3, 2, 3])

    assert {(value["x"], value["y"]) for value in steps if value["x"] in (-0.5, 24.5, 39.5)} == {
        (-0.5, 95.0),
        (24.5, 95.0),
        (24.5, 85.0),
        (39.5, 85.0),
    }


def test_provisional_points_have_a_dashed_ring_and_notes_a_number(waits: SeriesChart) -> None:
    spec = series_chart(waits, annotations=[(10, "Ward closed"), (22, "New rota")])

    assert [value["x"] for value in _values(spec, strokeDash=[3, 2])] == [38, 39]
    assert [value["number"] for value in _values(spec, type="text") if "number" in value] == ["1", "2"]
    assert spec["encoding"]["x"]["axis"]["title"] == [
        "1  2015-02: Ward closed",
        "2  2016-02: New rota",
        "Dashed ring: provisional",
    ]
    assert spec["encoding"]["x"]["axis"]["labelAngle"] == 0
    assert "Note 2, 2016-02: New rota." in spec["description"]


def test_lines_are_labelled_and_no_label_covers_another(waits: SeriesChart) -> None:
    spec = series_chart(waits, unit="%")
    labels = [value for value in _values(spec, type="text") if "place" in value]
    places = [value["place"] for value in labels]

    assert {value["text"].rsplit(" ", 1)[0] for value in labels} == {
        "Upper limit",
        "Mean",
        "Lower limit",
        "Target",
    }
    assert min(below - above for above, below in pairwise(places)) >= 15
    assert all(0 <= place <= HEIGHT for place in places)


@pytest.mark.parametrize(
    "values", [[10.0, 10.2] * 9 + [300.0], [-10.0, -10.2] * 9 + [-300.0], [5.0] * 18 + [5.0]]
)
def test_labels_of_lines_that_lie_close_are_pushed_apart_within_the_chart(values: list[float]) -> None:
    """Limits a hair apart beside a value far off, above and below: their labels would all stand on one spot."""
    chart = control_charts([values], better=1, fix=12, targets=[[values[0]] * 19]).chart(0)
    spec = control_chart(chart, name="Waits", periods=MONTHS[:19])
    places = sorted(value["place"] for value in _values(spec, type="text") if "place" in value)

    assert min(below - above for above, below in pairwise(places)) >= 15
    assert places[0] >= 0
    assert places[-1] <= HEIGHT


def test_the_drawing_is_one_picture_with_a_name_and_a_description(waits: SeriesChart) -> None:
    svg = drawn(series_chart(waits, unit="%", annotations=[(10, "<b>Ward</b> & \u0000 closed")]))
    root = ET.fromstring(svg)

    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert (root[0].text or "").startswith("Seen <in> time & more: ")
    assert root[1].tag == f"{SVG}desc"
    assert "The mean is" in (root[1].text or "")
    assert "consistently fails the target" not in (root[0].text or "")
    assert "NaN" not in svg


@pytest.mark.parametrize(
    "values",
    [[], [float("nan")] * 3, [5.0], [0.0] * 20, [1e99, -1e99] * 8, [1e-300] * 15, [-5.0, float("nan"), 3.0]],
    ids=["none", "missing", "one", "noughts", "enormous", "tiny", "negative"],
)
def test_any_series_has_a_chart_without_nan(values: list[float]) -> None:
    chart = control_charts([values], better=1, targets=[[2.0] * len(values)]).chart(0)
    svg = drawn(control_chart(chart, name="Waits", periods=MONTHS[: len(values)]))

    ET.fromstring(svg)
    assert "nan" not in svg.lower().replace("financ", "")


def test_the_same_chart_is_drawn_to_the_same_bytes(waits: SeriesChart) -> None:
    assert drawn(series_chart(waits)) == drawn(series_chart(waits))


def test_figures_by_an_older_definition_are_drawn_apart_and_said() -> None:
    chart = control_charts([[10.0, 12.0, 11.0, 30.0, 31.0, 32.0]], starts=[[0, 0, 0, 1, 0, 0]]).chart(0)
    months = [f"2020-{at:02d}" for at in range(1, 7)]
    spec = control_chart(
        chart,
        name="Days",
        periods=months,
        changes={3: "definition changed"},
        older=[("by “first”", [(3, 12.0), (4, 13.0)])],
    )

    crosses = [layer for layer in spec["layer"] if layer["mark"].get("shape") == "cross"]
    assert [(value["x"], value["y"]) for value in crosses[0]["data"]["values"]] == [(3, 12.0), (4, 13.0)]
    assert "2020-04: definition changed." in spec["description"]
    assert "Crosses: by “first”." in spec["description"]
    assert "Rebase" not in spec["description"]
