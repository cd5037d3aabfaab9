"""A small clean plan of any round that comes with leftshift: it passes every rule, signatures included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.years import Month
from leftshift.fund.checks.rules import CheckedPlan, check_plan
from leftshift.fund.plan.periods import periods_of
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import SignOff
from leftshift.fund.plan.rows import (
    ConditionAnswer,
    Income,
    Partner,
    Printed,
    Priority,
    RequiredSpend,
    Scheme,
    Spend,
)
from leftshift.fund.plan.signing import seats_of
from leftshift.fund.plan.work_rows import (
    CareNumber,
    Deliverable,
    MetricPlan,
    Milestone,
    PlannedMetric,
    SchemeEffect,
    Text,
)
from leftshift.fund.rounds.round import Round, Rounds

ABOUT: dict[str, Any] = {"source": "Made for a test", "basis": "assumed"}
CODES = ("2016-17", "2017-19", "2023-25", "2025-26")
COUNCIL, BOARD = "E06999999", "the_board"
ROUNDS = Rounds()
# What each source brings in, in pounds; the NHS minimum is spent half on social care and half in the community.
AMOUNTS = {"nhs_minimum": 1_000_000, "dfg": 200_000, "carry_forward": 50_000}
OTHERS = 300_000


def round_of(code: str) -> Round:
    """A round that comes with leftshift."""
    return ROUNDS.get(code)


def day_of(found: Round) -> date:
    """The day on which the plan of a round is due first."""
    return min(row.due for row in found.deadlines if row.what == "plan")


@cache
def clean(code: str, commissioners: Sequence[str] = ("QZZ",)) -> FundPlan:
    """A plan that passes every rule of a round, signed by everybody; each commissioner pays the same."""
    found = round_of(code)
    plan = FundPlan(
        code=f"test-{code}",
        name=f"Test {code}",
        round=code,
        area=COUNCIL,
        area_name="Testshire",
        partners=tuple(_partners(commissioners)),
        income=tuple(_income(found, commissioners)),
        required_spend=tuple(_required(found, commissioners)),
        priorities=(Priority(priority="home", name="At home", **ABOUT),),
        schemes=tuple(_schemes()),
        spend=tuple(_spend(found, commissioners)),
        conditions=tuple(
            ConditionAnswer(condition=row.condition, answer="yes", statement="It is met.", **ABOUT)
            for row in found.conditions
        ),
        metrics=tuple(
            PlannedMetric(metric=row.metric, name="A metric", rationale="Why", local_plan="How", **ABOUT)
            for row in found.metrics
        ),
        metric_plan=tuple(_metric_plan(found)),
        capacity_demand=tuple(_care(found)),
        narrative=tuple(Text(section=row.section, text="A text.", **ABOUT) for row in found.narrative),
        deliverables=tuple(Deliverable(scheme=row, deliverable="It runs", **ABOUT) for row in SCHEMES),
        milestones=tuple(
            Milestone(scheme=row, milestone="Begun", due=date(2025, 6, 30), **ABOUT) for row in SCHEMES
        ),
        scheme_effects=tuple(
            SchemeEffect(scheme=row, metric=found.metrics[0].metric, rating="indirect", reason="Why", recorded_in="Paper 1", **ABOUT)
            for row in SCHEMES
        ),
    )  # fmt: skip
    total = sum((row.amount for row in plan.spend), Money(0))
    return sign(plan.with_tables(printed=(Printed(figure="total", amount=total, **ABOUT),)))


SCHEMES = ("care", "nursing", "homes")


def _partners(commissioners: Sequence[str]) -> Iterator[Partner]:
    for code in commissioners:
        yield Partner(partner=code, name=f"Commissioner {code}", kind="nhs_commissioner", **ABOUT)
    yield Partner(partner=COUNCIL, name="Testshire Council", kind="council", host=True, **ABOUT)
    yield Partner(partner=BOARD, name="Testshire board", kind="board", **ABOUT)


def _schemes() -> Iterator[Scheme]:
    for number, code in enumerate(SCHEMES, 1):
        yield Scheme(
            scheme=code, name=code.capitalize(), number=number, description=f"What {code} is.", priority="home",
            owner="Head of care", confidence="high", exit="It goes on in core budgets", **ABOUT,
        )  # fmt: skip


def _income(found: Round, commissioners: Sequence[str]) -> Iterator[Income]:
    for year in found.years:
        for line in found.lines_in(year):
            if not line.mandated and not line.carried_forward:
                continue
            payers = commissioners if line.payer == "nhs" else [COUNCIL]
            for payer in payers:
                amount = Money.pounds(AMOUNTS.get(line.line, OTHERS) // len(payers))
                yield Income(
                    income=f"{line.line}_{payer.lower()}", line=line.line, partner=payer, year=year, amount=amount, **ABOUT
                )  # fmt: skip


def _required(found: Round, commissioners: Sequence[str]) -> Iterator[RequiredSpend]:
    for year in found.years:
        for code in commissioners:
            for row in found.minimums:
                yield RequiredSpend(
                    minimum=row.minimum, partner=code, year=year, amount=Money.pounds(AMOUNTS["nhs_minimum"] // 2 // len(commissioners)), **ABOUT
                )  # fmt: skip
        for paid in _income(found, commissioners):
            if paid.year == year and found.line[paid.line].mandated:
                yield RequiredSpend(
                    minimum=paid.line, partner=paid.partner, year=year, amount=paid.amount, **ABOUT
                )


def _spend(found: Round, commissioners: Sequence[str]) -> Iterator[Spend]:
    for income in _income(found, commissioners):
        line = found.line[income.line]
        parts = [("homes" if line.capital else "care", "social_care", "council", income.amount)]
        if income.line == "nhs_minimum":
            half = Money(income.amount.pence // 2)
            parts = [("care", "social_care", "council", half), ("nursing", "community_health", "nhs", half)]
        for scheme, area, commissioner, amount in parts:
            yield Spend(
                spend=f"{scheme}_{income.income}", scheme=scheme, year=income.year, amount=amount, source_of_funding=income.line,
                partner=income.partner, area_of_spend=area, commissioner=commissioner, provider="council",
                new_or_existing="existing", **_kinds(found, capital=line.capital), **ABOUT,
            )  # fmt: skip


def _kinds(found: Round, *, capital: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in ("scheme_type", "activity", "objective"):
        if column in found.asked:
            known = [row for row in found.values(column) if not row.other]
            able = [row for row in known if row.capital] if capital else []
            values[column] = (able or known)[0].value
    kind = values.get("scheme_type", "")
    subs = [row for row in found.values("sub_type", kind) if not row.other] if kind else []
    if "sub_type" in found.asked and subs:
        values["sub_type"] = subs[0].value
    if "outputs" in found.asked:
        values["outputs"] = Decimal(10)
    return values


def _metric_plan(found: Round) -> Iterator[MetricPlan]:
    for metric in found.metrics:
        for period in periods_of(found, metric):
            below = Decimal(1000) if metric.denominator else None
            yield MetricPlan(
                metric=metric.metric, period=period, numerator=Decimal(50), denominator=below, **ABOUT
            )


def _care(found: Round) -> Iterator[CareNumber]:
    for line in found.pathways:
        for year in found.years:
            for kind in ("demand", "block"):
                choices: dict[str, Any] = {"setting": line.setting, "kind": kind}
                yield CareNumber(
                    pathway=line.pathway, month=Month(year.starts, 4), number=Decimal(10), **choices, **ABOUT
                )


def sign(plan: FundPlan, found: Round | None = None) -> FundPlan:
    """The plan signed as it stands by everybody who must."""
    found = found or round_of(plan.round)
    return plan.with_tables(
        sign_offs=[
            SignOff(
                signatory=row.signatory, partner=partner.partner, fingerprint=plan.fingerprint, signed_on=date(2016, 2, 1), role=row.role, **ABOUT
            )
            for row, partner in seats_of(plan, found)
        ]
    )  # fmt: skip


def check(plan: FundPlan, as_of: date | None = None, **more: Any) -> CheckedPlan:
    """The plan checked by the rules of its round, on the day it is due."""
    found = round_of(plan.round)
    return check_plan(plan, found, as_of or day_of(found), **more)


def not_passed(checked: CheckedPlan) -> dict[str, str]:
    """Every rule that a plan does not pass, and how."""
    return {entry.rule.rule: entry.state for entry in checked.rules if entry.state != "passed"}


def with_row(plan: FundPlan, table: str, at: int = 0, **values: Any) -> FundPlan:
    """The plan with other values in one row of a table."""
    rows = list(plan.tables[table])
    rows[at] = replace(rows[at], **values)
    return plan.with_tables(**{table: rows})
