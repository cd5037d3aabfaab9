"""The money of a fund plan joins the economy of a place as contracts, lines and interventions: each amount once.

A line that names a contract of the place is part of it already and adds nothing; a scheme that names an intervention of
the place adds no effect. Everything else is its own row, with the row of the plan as its cause.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.metrics.claiming import claims_of
from leftshift.fund.plan.plan import NOTHING, FundPlan
from leftshift.fund.plan.rows import Spend
from leftshift.fund.plan.totals import thousands
from leftshift.fund.rounds.round import Round
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place
from leftshift.place.row import Row
from leftshift.place.rows import Contract, Intervention, Line, Service, StatedEffect, Step

SERVICE, STEP = "pooled_fund", "pooled_funds"
_OUTSIDE = "outside"


@dataclass(frozen=True)
class Joined:
    """What a plan adds to a place, and what it does not add and why."""

    contributions: tuple[Contribution, ...]
    notes: tuple[str, ...]


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: value, unit, what it is, source, date."""
    return tomllib.loads(resources.files("leftshift.fund").joinpath("parameters.toml").read_text("utf-8"))


def join(plan: FundPlan, found: Round, place: Place) -> Joined:
    """What a plan adds to the economy of a place. Raises FaultsFound with everything that does not fit the place."""
    return _Joining(plan, found, place).join()


class _Joining:
    """Joins one plan to one place."""

    def __init__(self, plan: FundPlan, found: Round, place: Place) -> None:
        self.plan, self.found, self.place = plan, found, place
        self.bodies = {row.code for row in place.organisations}
        self.faults = Faults()
        self.notes: list[str] = []
        self.host = next((row.partner for row in plan.partners if row.host), "")

    def join(self) -> Joined:
        """Every contribution, each with the row that it follows from as its cause."""
        self._check_host()
        self._check_named()
        self.faults.raise_if_any()
        made = [*self._lines(), *self._effects()]
        self.faults.raise_if_any()
        return Joined(tuple(made), tuple(self.notes))

    # ------------------------------------------------------------------ what does not fit
    def _check_host(self) -> None:
        """Some partner is an organisation of the place; a host that is none stands outside it, and its own side with it."""
        codes = [row.partner for row in self.plan.partners]
        if not self.bodies & set(codes):
            expected = "at least one partner that is an organisation of the place"
            self.faults.add(Fault("unknown organisation", "partners.csv", None, "partner", shown(", ".join(codes)), expected, "Join it to the place of its partners, or add them to the place", near_miss(self.host, self.bodies)))  # fmt: skip
        elif self.host not in self.bodies:
            self.notes.append(
                f"{self.host or 'whoever'} holds the pool and is no organisation of the place: its side stands outside"
            )
            self.host = _OUTSIDE

    def _check_named(self) -> None:
        """Contracts and interventions that lines name are there, and large enough."""
        contracts = {row.contract: row for row in self.place.contracts}
        interventions = {row.intervention for row in self.place.interventions}
        held: dict[tuple[str, FinancialYear], Money] = {}
        for row in (row for row in self.plan.spend if row.contract):
            if row.contract not in contracts:
                self._fault(
                    row,
                    "contract",
                    "unknown contract",
                    "a contract of the place",
                    near_miss(row.contract, contracts),
                )
                continue
            key = (row.contract, row.year)
            held[key] = held.get(key, NOTHING) + row.amount
            value, first = contracts[row.contract].value, contracts[row.contract].year
            if row.year == first and thousands(held[key]) > value + 1e-9:
                self._fault(
                    row,
                    "contract",
                    "more than the contract",
                    f"lines of at most £{value:,.0f} thousand in {first}",
                    None,
                )
        for scheme in (row for row in self.plan.schemes if row.intervention):
            if scheme.intervention not in interventions:
                self._fault(scheme, "intervention", "unknown intervention", "an intervention of the place", near_miss(scheme.intervention, interventions))  # fmt: skip

    def _fault(self, row: Any, column: str, kind: str, expected: str, hint: str | None) -> None:
        found = shown(str(getattr(row, column)))
        self.faults.add(
            Fault(kind, row.origin.file, row.origin.row or None, column, found, expected, "Correct it", hint)
        )

    # ------------------------------------------------------------------ money
    def _lines(self) -> Iterator[Contribution]:
        for row in self.plan.spend:
            cause = f"fund {self.plan.code}, spend {row.spend} {row.year}"
            if row.year not in self.place.years:
                self.notes.append(f"{row.spend} of {row.year} is outside the years of the place")
            elif row.contract:
                self.notes.append(
                    f"{row.spend}: {row.amount.brief} is part of contract {row.contract} of the place and adds nothing"
                )
            elif row.amount.pence > 0:
                yield Contribution(cause, self._tables(row))

    def _tables(self, row: Spend) -> dict[str, tuple[Row, ...]]:
        """A line's money on its way: from whoever pays it in to the host, and from the host to whoever provides."""
        contracts: list[Contract] = []
        lines: list[Line] = []
        for partner, amount in self._paid_by(row):
            if partner != self.host and partner in self.bodies:
                contracts.append(self._contract(row, f"in:{partner}", partner, self.host, amount))
            elif partner == self.host and self._is_grant(row) and self.host in self.bodies:
                lines.append(self._line(row, "other_income", amount))
            elif (
                partner != self.host and self.host in self.bodies
            ):  # whoever pays from outside pays all the same
                contracts.append(self._contract(row, f"in:{partner}", _OUTSIDE, self.host, amount))
        provider = row.provider_body if row.provider_body in self.bodies else ""
        if provider and provider != self.host:
            contracts.append(self._contract(row, "out", self.host, provider, row.amount))
        elif self.host in self.bodies and (row.provider == "council" or provider == self.host):
            lines.append(self._line(row, "cost", row.amount))
        elif self.host in self.bodies:
            contracts.append(self._contract(row, "out", self.host, _OUTSIDE, row.amount))
        return {"services": (_service(),), "contracts": tuple(contracts), "lines": tuple(lines)}

    def _paid_by(self, row: Spend) -> list[tuple[str, Money]]:
        """Whose money a line is: the partner it names, else those who pay into its source, in proportion; else the host's."""
        if row.partner:
            return [(row.partner, row.amount)]
        paid = {
            entry.partner: entry.amount.pence
            for entry in self.plan.income
            if (entry.line, entry.year) == (row.source_of_funding, row.year) and entry.amount.pence > 0
        }
        if not paid:
            return [(self.host, row.amount)]
        return list(zip(paid, row.amount.split(list(paid.values())), strict=True))

    def _is_grant(self, row: Spend) -> bool:
        """Whether the host's own money comes from government for this: what it adds of its own, or saved, is no income of the year."""
        line = self.found.line.get(row.source_of_funding)
        return bool(line and line.mandated)

    def _contract(self, row: Spend, way: str, payer: str, payee: str, amount: Money) -> Contract:
        return Contract(
            contract=f"{self.plan.code}:{row.spend}:{row.year}:{way}", payer=payer, payee=payee, service=SERVICE, value=thousands(amount),
            year=row.year, recurrent=False, form="block", **self._about(row),
        )  # fmt: skip

    def _line(self, row: Spend, kind: Any, amount: Money) -> Line:
        scheme = self.plan.scheme.get(row.scheme)
        return Line(
            line=f"{self.plan.code}:{row.spend}:{row.year}:{kind}", organisation=self.host, type=kind, service=SERVICE,
            name=scheme.name if scheme else row.scheme, value=thousands(amount), year=row.year, recurrent=False, **self._about(row),
        )  # fmt: skip

    def _about(self, row: Any) -> dict[str, Any]:
        return {"source": f"{self.plan.name}: {row.source}", "basis": row.basis, "origin": row.origin}

    # ------------------------------------------------------------------ effects
    def _effects(self) -> Iterator[Contribution]:
        """What schemes claim to avoid, at its unit value: the payer saves it, the provider loses it and saves part of its cost."""
        planned = {entry.row.claim: entry.attributed_plan for entry in claims_of(self.plan).attributed}
        for row in self.plan.claims:
            scheme = self.plan.scheme[row.scheme]
            worth = planned.get(row.claim)
            if not worth or row.unit_value is None or row.year not in self.place.years:
                continue
            if scheme.intervention:
                self.notes.append(
                    f"{row.claim}: {scheme.name} is intervention {scheme.intervention} of the place and adds no effect"
                )
                continue
            if row.payer not in self.bodies or row.payee not in self.bodies:
                self._fault(row, "payer", "unknown organisation", "payer and payee that are organisations of the place", near_miss(row.payer, self.bodies))  # fmt: skip
                continue
            amount = float(worth) * row.unit_value.pence / 100 / 1000
            yield Contribution(
                f"fund {self.plan.code}, claim {row.claim}", self._effect_tables(row, scheme.name, amount)
            )

    def _effect_tables(self, row: Any, name: str, amount: float) -> dict[str, tuple[Row, ...]]:
        about = self._about(row)
        saved = float(parameters()["provider_cost_saving"]["value"]) * amount
        code = f"pooled_{row.claim}"
        last = max((step.order for step in self.place.steps), default=0)
        sides = {"intervention": code, "year": row.year, **about}
        return {
            "steps": (
                Step(step=STEP, name="Pooled funds", order=last + 1, source=self.plan.name, basis="derived"),
            ),
            "interventions": (
                Intervention(
                    intervention=code, name=f"{name}: {row.claim.replace('_', ' ')}", step=STEP, **about
                ),
            ),
            "stated_effects": (
                StatedEffect(
                    organisation=row.payer, amount=amount, payer=row.payer, payee=row.payee, **sides
                ),
                StatedEffect(
                    organisation=row.payee, amount=-amount, payer=row.payer, payee=row.payee, **sides
                ),
                StatedEffect(organisation=row.payee, amount=saved, **sides),
            ),
        }


def _service() -> Service:
    return Service(
        service=SERVICE, name="Pooled funds", scope="core", source="Joined from a fund plan", basis="derived"
    )
