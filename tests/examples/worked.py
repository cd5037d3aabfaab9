"""Worked examples: a case in the field's words, the figures worked by hand, and the page they make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place import rows
from leftshift.place.place import Place

BASE = FinancialYear(2024)
FIRST = BASE.plus(1)
SECOND = BASE.plus(2)
BY: dict[str, Any] = {"source": "worked example", "basis": "assumed"}


@dataclass(frozen=True)
class Expected:
    """A figure, the sum by which a person works it out, and how the model is asked for it."""

    figure: str
    by_hand: str
    modelled: Callable[[Result], float]

    @property
    def value(self) -> float:
        """The sum worked out."""
        return float(eval(self.by_hand, {"__builtins__": {}}))


@dataclass(frozen=True)
class Example:
    """One worked example."""

    title: str
    words: str
    place: Place
    expected: Sequence[Expected]


@dataclass(frozen=True)
class Page:
    """A page of docs/method."""

    name: str
    title: str
    words: str
    examples: Sequence[Example]
    column: str = "£000"
    amounts: str = "All amounts in £000."

    def text(self) -> str:
        """The page as Markdown."""
        head = f"# {self.title}\n\nWritten by `tests/examples`, which prove every figure of it. {self.amounts}\n\n{self.words}\n"
        return head + "".join(_section(example, self.column) for example in self.examples)


def _section(example: Example, column: str) -> str:
    lines = [f"| figure | by hand | {column} |", "| --- | --- | ---: |"]
    lines += [
        f"| {entry.figure} | `{entry.by_hand}` | {_number(entry.value)} |" for entry in example.expected
    ]
    return f"\n## {example.title}\n\n{example.words}\n\n" + "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{round(value, 4):,.4f}".rstrip("0").rstrip(".")


def organisation(code: str, kind: Any) -> rows.Organisation:
    """An organisation by its code alone."""
    return rows.Organisation(code=code, name=code, kind=kind, **BY)


def service(name: str, **how: Any) -> rows.Service:
    """A service and how it grows."""
    return rows.Service(service=name, name=name, **how, **BY)


def rate(name: str, percent: float, who: str = "all", year: FinancialYear | None = None) -> rows.Assumption:
    """A rate, as a share of one."""
    return rows.Assumption(organisation=who, assumption=name, year=year, percent=percent, **BY)


def contract(name: str, payer: str, payee: str, service_: str, value: float, **more: Any) -> rows.Contract:
    """A contract from the base year."""
    return rows.Contract(
        contract=name, payer=payer, payee=payee, service=service_, value=value, **{"year": BASE, **more}, **BY
    )


def line(name: str, who: str, type_: Any, service_: str, value: float, **more: Any) -> rows.Line:
    """A line from the base year."""
    return rows.Line(
        line=name, organisation=who, type=type_, service=service_, value=value, **{"year": BASE, **more}, **BY
    )


def effect(rule: str, **more: Any) -> rows.Effect:
    """An effect of the intervention ``change``, in the prices of the base year."""
    return rows.Effect(effect="E", intervention="change", rule=rule, **{"price_year": BASE, **more}, **BY)


def intervention(**more: Any) -> rows.Intervention:
    """The intervention ``change``."""
    return rows.Intervention(intervention="change", name="Change", step="change", **more, **BY)


def setting(name: str, value: str) -> rows.Setting:
    """A switch."""
    return rows.Setting(setting=name, value=value, **BY)


def place(**tables: Any) -> Place:
    """A commissioner, a hospital, a community trust and two years of plan; the rest as given."""
    codes = {"CCG": "commissioner", "HOSP": "provider", "COMM": "provider"}
    whole = Place(
        code="worked",
        name="Worked example",
        base_year=BASE,
        last_year=SECOND,
        perimeter="all",
        organisations=tuple(organisation(code, kind) for code, kind in codes.items()),
        perimeters=tuple(
            rows.Membership(perimeter="all", organisation=code, share=1.0, **BY) for code in codes
        ),
        steps=(rows.Step(step="change", name="Change", order=1, **BY),),
        rules=rule_shares(),
    )
    return whole.with_tables(**tables)


def rule_shares() -> tuple[rows.RuleShare, ...]:
    """The shares that the LLR plan of 2014 states, and 70% where it states none."""
    given = {
        ("length_of_stay", "cost_share"): 0.7,
        ("beds_reduced", "cost_share"): 0.7,
        ("bed_days_shifted_to_new", "cost_share"): 0.7,
        ("bed_days_shifted_to_new", "receiver_cost_share"): 1.0,
        ("bed_days_shifted_to_new", "price_share"): 1.0,
        ("bed_days_shifted_to_expanded", "cost_share"): 0.7,
        ("bed_days_shifted_to_expanded", "receiver_cost_share"): 0.8,
        ("bed_days_shifted_to_expanded", "price_share"): 1.0,
        ("qipp_on_contract", "cost_share"): 0.7,
        ("repatriation", "receiver_cost_share"): 0.7,
        ("repatriation", "price_share"): 1.0,
        ("investment", "cost_share"): 1.0,
    }
    return tuple(
        rows.RuleShare(rule=rule, share=share, value=value, **BY) for (rule, share), value in given.items()
    )


def flat_place(effects: Sequence[rows.Effect], **tables: Any) -> Place:
    """Contracts of 1,000 with both trusts and one outside, costs to match, no growth and no change of price."""
    no_price = rate("net_inflation", 0.0)
    given = {
        "services": (service("care"), service("cost")),
        "assumptions": (no_price,),
        "contracts": (
            contract("hospital", "CCG", "HOSP", "care", 1000),
            contract("community", "CCG", "COMM", "care", 1000),
            contract("away", "CCG", "outside", "care", 1000),
        ),
        "lines": (
            line("allocation", "CCG", "allocation", "care", 3500),
            line("prescribing", "CCG", "cost", "care", 500),
            line("hospital_cost", "HOSP", "cost", "cost", 1000),
            line("community_cost", "COMM", "cost", "cost", 1000),
        ),
        "interventions": (intervention(),),
        "effects": tuple(effects),
    }
    return place(**{**given, **tables})


def impact_on(code: str, year: FinancialYear = FIRST) -> Callable[[Result], float]:
    """Ask for what the change does to an organisation."""
    return lambda result: result.impact(year)["change"][code]


def bridge(year: FinancialYear = FIRST) -> Callable[[Result], float]:
    """Ask for what the change does to the system."""
    return lambda result: result.bridge(year)["change"]


def position(code: str, year: FinancialYear) -> Callable[[Result], float]:
    """Ask for an organisation's position without interventions."""
    return lambda result: result.do_nothing_position(code, year)


def moved(payer: str, payee: str, year: FinancialYear = FIRST) -> Callable[[Result], float]:
    """Ask the ledger what the change makes one pay another."""

    def ask(result: Result) -> float:
        table = result.tables()["transfers"]
        wanted = (
            (table["payer"] == payer)
            & (table["payee"] == payee)
            & (table["year"] == year.label)
            & (table["cause"] == "change")
        )
        return float(table.filter(wanted)["amount"].sum())

    return ask
