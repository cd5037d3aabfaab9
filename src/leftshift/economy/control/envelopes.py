"""Envelopes of contracts: against what the plan makes of them, what the payer can afford, and what the payee counts on. £000."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from leftshift.economy.control.payments import Payments
from leftshift.economy.projecting import BALANCE_TOLERANCE
from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place.rows import OUTSIDE

_Key = TypeVar("_Key", bound=tuple[Any, ...])
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class HeldEnvelope:
    """What a payer and a payee agree for a year, all their envelopes together, beside what the plan pays."""

    envelopes: tuple[str, ...]
    payer: str
    payee: str
    year: FinancialYear
    amount: float
    modelled: float

    @property
    def difference(self) -> float:
        """What the plan pays above the envelope; below nought, what of it the plan leaves."""
        return self.modelled - self.amount

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            **asdict(self),
            "envelopes": list(self.envelopes),
            "year": self.year.label,
            "difference": self.difference,
        }


@dataclass(frozen=True, slots=True)
class Affordability:
    """Whether a payer can afford all its envelopes of a year together, beside its other spending of the plan."""

    payer: str
    year: FinancialYear
    income: float
    offered: float
    other_spending: float

    @property
    def left(self) -> float:
        """What is left of its income; below nought, by how much it is short."""
        return self.income - self.offered - self.other_spending

    @property
    def is_affordable(self) -> bool:
        """Whether its income is enough."""
        return self.left >= -BALANCE_TOLERANCE

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            **asdict(self),
            "year": self.year.label,
            "left": self.left,
            "is_affordable": self.is_affordable,
        }


@dataclass(frozen=True, slots=True)
class Offered:
    """What payers offer a payee for a year, beside what it has from them in the plan, and all its income."""

    payee: str
    year: FinancialYear
    offered: float
    modelled: float
    income: float

    @property
    def difference(self) -> float:
        """What it counts on above what is offered; below nought, what is offered above."""
        return self.modelled - self.offered

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {**asdict(self), "year": self.year.label, "difference": self.difference}


@dataclass(frozen=True)
class Envelopes:
    """All envelopes, from each side."""

    held: tuple[HeldEnvelope, ...]
    affordability: tuple[Affordability, ...]
    offered: tuple[Offered, ...]

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "envelopes": [found.document() for found in self.held],
            "payers": [found.document() for found in self.affordability],
            "payees": [found.document() for found in self.offered],
        }


def envelopes(result: Result) -> Envelopes:
    """Every envelope of the place, by year and names."""
    payments = Payments(result.projection)
    by_pair = _grouped(result.place.envelopes, lambda row: (row.year, row.payer, row.payee))
    held = tuple(
        HeldEnvelope(
            tuple(sorted(row.envelope for row in rows)), payer, payee, year, _sum(row.amount for row in rows),
            float(payments.between(payer, payee)[result.at(year)]),
        )
        for (year, payer, payee), rows in by_pair
    )  # fmt: skip
    by_payer = _grouped(held, lambda found: (found.year, found.payer))
    by_payee = _grouped(
        [found for found in held if found.payee != OUTSIDE], lambda found: (found.year, found.payee)
    )
    return Envelopes(
        held,
        tuple(_affordability(result, payments, year, payer, found) for (year, payer), found in by_payer),
        tuple(
            Offered(
                payee, year, _sum(entry.amount for entry in found), _sum(entry.modelled for entry in found),
                float(payments.income(payee)[result.at(year)]),
            )
            for (year, payee), found in by_payee
        ),
    )  # fmt: skip


def _affordability(
    result: Result, payments: Payments, year: FinancialYear, payer: str, held: list[HeldEnvelope]
) -> Affordability:
    income = float(payments.income(payer)[result.at(year)])
    spending = income - result.position(payer, year)
    return Affordability(
        payer,
        year,
        income,
        _sum(found.amount for found in held),
        spending - _sum(found.modelled for found in held),
    )


def _grouped(entries: Iterable[_Entry], key: Callable[[_Entry], _Key]) -> list[tuple[_Key, list[_Entry]]]:
    found: dict[_Key, list[_Entry]] = defaultdict(list)
    for entry in entries:
        found[key(entry)].append(entry)
    return sorted(found.items(), key=lambda item: item[0])


def _sum(amounts: Iterable[float]) -> float:
    return sum(sorted(amounts))
