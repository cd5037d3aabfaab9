"""The worked examples hold, and docs/method says what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leftshift.economy.legs import LEGS
from leftshift.economy.result import run
from leftshift.place.schema import catalogue
from tests.examples.pages import PAGES
from tests.examples.worked import Example, Expected, Page
from tests.library.slow_economy import Slow

METHOD = Path(__file__).parents[2] / "docs" / "method"
CASES = [
    pytest.param(example, expected, id=f"{example.title}: {expected.figure}")
    for page in PAGES
    for example in page.examples
    for expected in example.expected
]
EXAMPLES = [pytest.param(example, id=example.title) for page in PAGES for example in page.examples]


@pytest.mark.parametrize(("example", "expected"), CASES)
def test_it_gives_what_is_worked_out_by_hand(example: Example, expected: Expected) -> None:
    assert expected.modelled(run(example.place)) == pytest.approx(expected.value, abs=1e-9)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_slow_implementation_agrees(example: Example) -> None:
    result, slow = run(example.place), Slow(example.place).run()

    for code in result.organisations:
        for year in result.years:
            assert result.position(code, year) == pytest.approx(slow.plan[code, year], abs=1e-6)


def test_every_rule_has_an_example() -> None:
    shown = {effect.rule for page in PAGES for example in page.examples for effect in example.place.effects}

    assert shown == set(LEGS) == set(catalogue("rules"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_is_what_the_examples_say(page: Page) -> None:
    path = METHOD / f"{page.name}.md"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text(), "utf-8")

    assert path.read_text("utf-8") == page.text(), "write it again with: make docs"
