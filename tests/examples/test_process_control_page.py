"""The worked examples of process control hold, and docs/method says what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leftshift.measures.process_control.rule_sets import RULES, rule_set
from tests.examples.page_process_control import page
from tests.examples.series_of_rules import EXAMPLES
from tests.examples.worked_series import Series, Worked
from tests.library.slow_process_control import SlowChart

PAGE = Path(__file__).parents[2] / "docs" / "method" / "process-control.md"
CASES = [
    pytest.param(example, worked, id=f"{example.title}: {worked.what}")
    for example in EXAMPLES
    for worked in example.worked
]


@pytest.mark.parametrize(("example", "worked"), CASES)
def test_it_gives_what_is_worked_out_by_hand(example: Series, worked: Worked) -> None:
    found = worked.ask(example.chart(worked.rules))

    assert found == (worked.value if isinstance(worked.value, str) else pytest.approx(worked.value, abs=1e-9))


@pytest.mark.parametrize("rules", ["making_data_count", "six_point", "plotthedots"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.title))
def test_the_slow_chart_agrees(example: Series, rules: str) -> None:
    chart = example.chart(rules)
    slow = SlowChart(
        example.values,
        rule_set(rules),
        example.better,
        [at in example.starts for at in range(len(example.values))],
        targets=example.targets or (),
        fix=example.fix,
    )

    assert [chart.rule_at(point.period) for point in slow.points] == [point.rule for point in slow.points]
    assert (chart.variation, chart.assurance) == (slow.variation, slow.assurance)


def test_every_rule_has_an_example() -> None:
    said = " ".join(worked.says or "" for example in EXAMPLES for worked in example.worked)

    assert [rule for rule in RULES if rule not in said] == []


def test_the_page_is_what_the_examples_say() -> None:
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page(), "write it again with: make docs"
