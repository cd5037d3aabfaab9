"""Verdicts by hand: what ties, what differs by rounding, what is a known conflict, what does not tie."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from leftshift.economy.figures import half_of_last_digit
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.tying import Tie, TieOut, tie_out
from leftshift.place.place import Place
from leftshift.place.rows import (
    Intervention,
    Line,
    Membership,
    Organisation,
    Published,
    Service,
    StatedEffect,
    Step,
)
from tests.library.places import BASE, BY, published

NEXT = BASE.plus(1)


def place(*rows: Published) -> Place:
    """A body that spends 1,000 more than it has; a plan that gives it 600, and 7 to nobody in particular."""
    return Place(
        code="tie",
        name="Tie",
        base_year=BASE,
        last_year=NEXT,
        perimeter="all",
        organisations=(
            Organisation(code="AAA", name="A", kind="commissioner", **BY),
            Organisation(code="BBB", name="B", kind="council", **BY),
        ),
        perimeters=(
            Membership(perimeter="all", organisation="AAA", share=1.0, **BY),
            Membership(perimeter="all", organisation="unattributed", share=1.0, **BY),
            Membership(perimeter="council", organisation="BBB", share=1.0, **BY),
        ),
        services=(Service(service="flat", name="Flat", **BY),),
        lines=(
            Line(line="J", organisation="AAA", type="cost", service="flat", value=1000.4, year=BASE, **BY),
            Line(line="K", organisation="BBB", type="cost", service="flat", value=50.0, year=BASE, **BY),
        ),
        steps=(Step(step="one", name="One", order=1, **BY), Step(step="two", name="Two", order=2, **BY)),
        interventions=(
            Intervention(intervention="first", name="First", step="one", **BY),
            Intervention(intervention="second", name="Second", step="two", **BY),
            Intervention(intervention="planned", name="Planned", step="two", stage="do_nothing", **BY),
        ),
        stated_effects=(
            StatedEffect(intervention="first", organisation="AAA", year=NEXT, amount=600.0, **BY),
            StatedEffect(intervention="second", organisation="unattributed", year=NEXT, amount=7.0, **BY),
            StatedEffect(intervention="second", organisation="BBB", year=NEXT, amount=11.0, **BY),
            StatedEffect(intervention="planned", organisation="AAA", year=NEXT, amount=-20.0, **BY),
        ),
        published=rows,
    )


def tied(*rows: Published) -> TieOut:
    return tie_out(project(prepare(place(*rows))))


def one(figure: str, value: str, **more: Any) -> Tie:
    (found,) = tied(published(figure, NEXT, value, **more)).ties
    return found


FIGURES = [
    # figure, what it is about, the sum by hand
    ("gap", {}, 1000.4 + 20),
    ("gap", {"unit": "£m"}, (1000.4 + 20) / 1000),
    ("gap", {"perimeter": "council"}, 50.0),
    ("gap_without", {"item": "planned"}, 1000.4),
    ("do_nothing_position", {"organisation": "AAA"}, -1000.4 - 20),
    ("closing_position", {"organisation": "AAA"}, -1000.4 - 20 + 600),
    ("closing_position", {}, -1000.4 - 20 + 600 + 7),
    ("bridge", {}, 600 + 7),
    ("bridge", {"item": "two"}, 7),
    ("bridge", {"item": "two", "perimeter": "council"}, 11),
    ("share_of_savings", {"item": "one", "unit": "%"}, 100 * 600 / 607),
    ("share_of_savings", {"item": "one + two", "unit": "%"}, 100),
    ("impact", {}, 600),
    ("impact", {"item": "second"}, 0),
    ("impact", {"item": "second", "organisation": "BBB"}, 11),
    ("impact", {"item": "first", "unit": "£"}, 600_000),
    ("impact_unattributed", {}, 7),
    ("impact_unattributed", {"item": "first"}, 0),
    ("investment", {}, 20),
    ("investment", {"item": "planned", "organisation": "AAA"}, 20),
]


@pytest.mark.parametrize(("figure", "about", "by_hand"), FIGURES)
def test_each_figure_is_what_a_person_works_out(figure: str, about: dict[str, Any], by_hand: float) -> None:
    assert one(figure, "1", **about).modelled == pytest.approx(by_hand, abs=1e-9)


VERDICTS = [
    # the bridge is 607
    ("607", None, "ties", "ties"),
    ("606.5", None, "ties", "does not tie"),  # printed to the tenth: 607 is five tenths away
    ("606", "1", "ties", "differs by rounding"),
    ("606", "0.9", "ties", "does not tie"),
    ("606", None, "ties", "does not tie"),
    ("606", None, "known conflict", "known conflict"),
    ("607", None, "known conflict", "ties"),
    ("6.1E+2", None, "ties", "ties"),  # printed to the ten
]


@pytest.mark.parametrize(("value", "tolerance", "relation", "verdict"), VERDICTS)
def test_the_verdict_follows_from_the_digits(
    value: str, tolerance: str | None, relation: str, verdict: str
) -> None:
    allowed = Decimal(tolerance) if tolerance else None

    assert one("bridge", value, tolerance=allowed, relation=relation).verdict == verdict


@pytest.mark.parametrize(
    ("value", "half"), [("398", "0.5"), ("13.63739", "0.000005"), ("4.00", "0.005"), ("-40.8", "0.05")]
)
def test_half_of_the_last_printed_digit(value: str, half: str) -> None:
    assert half_of_last_digit(Decimal(value)) == Decimal(half)


def test_half_a_digit_itself_still_ties() -> None:
    half_up = place(published("do_nothing_position", NEXT, "-1020", organisation="AAA"))
    lines = (replace(half_up.lines[0], value=1000.5), half_up.lines[1])

    (found,) = tie_out(project(prepare(replace(half_up, lines=lines)))).ties

    assert found.modelled == pytest.approx(-1020.5)
    assert found.verdict == "ties"


def test_what_is_for_comparison_only_is_not_judged() -> None:
    found = tied(published("bridge", NEXT, "1", relation="comparison only"), published("bridge", NEXT, "607"))

    assert [tie.verdict for tie in found.comparisons] == [None]
    assert found.counts() == {"ties": 1, "differs by rounding": 0, "known conflict": 0, "does not tie": 0}


def test_each_figure_says_how_it_came_about() -> None:
    assert one("bridge", "607").how == "stated"
    assert one("gap", "1020").how == "computed"
