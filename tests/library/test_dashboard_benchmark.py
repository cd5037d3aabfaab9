"""The benchmark of a dashboard works out what it says; how fast, no test asks."""

from __future__ import annotations

from benchmarks.dashboard import MONTHS, lines, place_texts, worked_out
from leftshift.model import from_document


def test_every_measure_of_the_benchmark_has_chart_target_and_forecast() -> None:
    found = worked_out(from_document(place_texts(3)))

    assert len(found.all) == 3
    for entry in found.all:
        assert entry.chart is not None
        assert entry.chart.points == MONTHS
        assert entry.target is not None
        assert entry.forecast is not None
        assert entry.forecast.chance is not None
    assert lines(found) > 3 * 500
