"""The worked examples of measures hold, and docs/method says what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.examples import page_intervals, page_targets
from tests.examples.measured import MethodPage, Worked

METHOD = Path(__file__).parents[2] / "docs" / "method"
PAGES = [page_intervals.PAGE, page_targets.PAGE]
FIGURES = [
    pytest.param(figure, id=f"{case.title}: {figure.figure}")
    for page in PAGES
    for case in page.cases
    for figure in case.figures
]


@pytest.mark.parametrize("figure", FIGURES)
def test_it_gives_what_is_worked_out_by_hand(figure: Worked) -> None:
    # Tolerance: 1e-6 of the figure, as quantiles are written with ten digits.
    assert figure.measured() == pytest.approx(figure.value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_is_what_the_examples_say(page: MethodPage) -> None:
    path = METHOD / f"{page.name}.md"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        path.write_text(page.text(), "utf-8")

    assert path.read_text("utf-8") == page.text(), "write it again with: make docs"
