"""Places by hand for staff, estate, capital and what is agreed: only the tables that a test needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import capacity_rows, rows
from leftshift.place.place import Place

BASE = FinancialYear(2016)
LAST = FinancialYear(2020)
BY: dict[str, Any] = {"source": "a test", "basis": "assumed"}
HOSPITAL, OTHER, BUYER = "RWE", "RT5", "03W"


def year(starts: int) -> FinancialYear:
    return FinancialYear(starts)


def place(**tables: Any) -> Place:
    """Two providers and a commissioner over four years from 2016/17; costs rise as ``inflation`` says, by default not at all."""
    inflation = tables.pop("inflation", 0.0)
    given: dict[str, Any] = {
        "organisations": (
            rows.Organisation(code=HOSPITAL, name="Hospital", kind="provider", **BY),
            rows.Organisation(code=OTHER, name="Community trust", kind="provider", **BY),
            rows.Organisation(code=BUYER, name="Commissioner", kind="commissioner", **BY),
        ),
        "perimeters": tuple(
            rows.Membership(perimeter="NHS", organisation=code, share=1.0, **BY) for code in (HOSPITAL, OTHER, BUYER)
        ),
        "services": (rows.Service(service="care", name="Care", **BY),),
        "assumptions": (rows.Assumption(organisation="all", assumption="net_inflation", percent=inflation, **BY),),
        "steps": (rows.Step(step="first", name="First", order=1, **BY), rows.Step(step="second", name="Second", order=7, **BY)),
    }  # fmt: skip
    return Place(
        code="by-hand", name="By hand", base_year=BASE, last_year=LAST, perimeter="NHS", **{**given, **tables}
    )


def intervention(
    name: str, *, stage: rows.Stage = "plan", start: str = "2017-04", **more: Any
) -> rows.Intervention:
    """An intervention that is there in full from its start."""
    return rows.Intervention(
        intervention=name,
        name=name.capitalize(),
        step="first",
        stage=stage,
        start=Month.parse(start),
        **BY,
        **more,
    )


def number(value: float | str | Decimal) -> Decimal:
    return Decimal(str(value))


LLR_GROUPS = (
    # group, unplanned admissions, target, desired and allocated as the plan of November 2016 prints them
    ("very_high", 18147, "20.0", 9821, 5969),
    ("high", 15825, "20.0", 8564, 5969),
    ("medium", 20183, "25.0", 10922, 7461),
    ("low", 870, "2.05", 471, 612),
    ("healthy", 125, "0.2", 68, 60),
)


def llr_avoidance(admissions: float | str | Decimal = 29845, **more: Any) -> dict[str, Any]:
    """The plan of LLR 2016 to avoid admissions."""
    plan = {"plan": "teams", "name": "Integrated teams", "year": LAST, "admissions": number(admissions), **BY}
    return {
        "avoidance_plans": (capacity_rows.AvoidancePlan(**{**plan, **more}),),
        "risk_groups": tuple(
            capacity_rows.RiskGroup(
                plan="teams", risk_group=name, order=at, unplanned_admissions=Decimal(own),
                target_percent=float(target) / 100, **BY,
            )
            for at, (name, own, target, _, _) in enumerate(LLR_GROUPS, 1)
        ),
    }  # fmt: skip
