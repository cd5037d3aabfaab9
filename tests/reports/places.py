"""Places to report on: the examples, and what a report has to bear."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from leftshift import read_place
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult
from leftshift.place import rows
from leftshift.place.place import Place
from leftshift.place.schema import schema
from leftshift.reports.content import Report
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.reports.report import report_of
from tests.library.places import BASE, BY

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = (
    '#panic("x") $ ] [ } { <script>alert(1)</script> {{ 7 * 7 }} "q" & \\ `raw` @a // b /* c */ <d> *e* _f_ ~ '
    "-- 中文 \U0001f600 ŵ \u200f\u2066\x85\ufffe end"
)


@cache
def example(name: str) -> Place:
    """One of the example places."""
    return read_place(EXAMPLES / name).place


def without_published(place: Place) -> Place:
    """The place with nothing held against it."""
    return place.with_tables(published=())


def without_interventions(place: Place) -> Place:
    """The place doing nothing."""
    return place.with_tables(
        published=(), interventions=(), profiles=(), rules=(), effects=(), stated_effects=()
    )


def of_one_organisation() -> Place:
    """A place of one commissioner: an allocation that grows and a cost."""
    code = "AB1"
    given: dict[str, Any] = {"organisation": code, "year": BASE, **BY}
    return Place(
        code="one",
        name="One body",
        base_year=BASE,
        last_year=FinancialYear(BASE.starts + 2),
        perimeter="all of it",
        organisations=(rows.Organisation(code=code, name="The only body", kind="commissioner", **BY),),
        perimeters=(rows.Membership(perimeter="all of it", organisation=code, share=1.0, **BY),),
        services=(
            rows.Service(service="money", name="Money", other_growth="growth", **BY),
            rows.Service(service="care", name="Care", **BY),
        ),
        assumptions=(rows.Assumption(organisation=code, assumption="growth", percent=0.02, **BY),),
        lines=(
            rows.Line(line="L1", type="allocation", service="money", value=1000.0, **given),
            rows.Line(line="L2", type="cost", service="care", value=900.0, **given),
        ),
    )


_FREE = {
    "activity": ("pathway",),
    "points_of_delivery": ("setting_of_care",),
    "capital_funding": ("funding",),
}
"""Further columns in which people write what they like."""


def with_hostile_words(place: Place) -> Place:
    """The place with every name, source and reason replaced by what could break a page."""
    named = {
        "organisations", "services", "steps", "interventions", "points_of_delivery", "bed_types", "avoidance_plans",
        "risk_groups", "staff_groups", "sites", "capital_programmes",
    }  # fmt: skip
    tables: dict[str, Any] = {}
    for name in schema().tables:
        words: dict[str, Any] = {"source": HOSTILE, **({"name": HOSTILE} if name in named else {})}
        words |= {"reason": HOSTILE} if name == "published" else {}
        words |= dict.fromkeys(_FREE.get(name, ()), HOSTILE)
        tables[name] = tuple(replace(row, **words) for row in place.table(name))
    return replace(place, name=HOSTILE, description=HOSTILE, **tables)


def shuffled(place: Place) -> Place:
    """The same place with the rows of every table in another order."""
    luck = Random(7)
    return place.with_tables(
        **{name: tuple(luck.sample(rows_ := place.table(name), len(rows_))) for name in schema().tables}
    )


def result_of(place: Place) -> PlanResult:
    """The place, projected."""
    return Model(place).project()


LLR, NORTHMOOR, SOUTHMOOR = "llr-2014", "northmoor", "southmoor"
CASES = {
    LLR: lambda: example(LLR),
    NORTHMOOR: lambda: example(NORTHMOOR),
    SOUTHMOOR: lambda: example(SOUTHMOOR),
    "without published figures": lambda: without_published(example(LLR)),
    "without interventions": lambda: without_interventions(example(NORTHMOOR)),
    "of one organisation": lambda: of_one_organisation(),
    "with hostile words": lambda: with_hostile_words(example(NORTHMOOR)),
}


@cache
def report(case: str) -> Report:
    """The report of a case."""
    return report_of(result_of(CASES[case]()))


@cache
def page(case: str) -> str:
    """The report of a case as HTML."""
    return html_of(report(case))


@cache
def paper(case: str) -> bytes:
    """The report of a case as PDF."""
    return pdf_of(report(case))
