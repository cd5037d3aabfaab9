"""Capital programmes: what schemes cost year by year, who funds them, what they are charged, and what they bring. £000.

What is sold counts against the cost only where it says ``net``. The charges of a year are the depreciation, straight line
over the life from the year after the money is spent, and the dividend on public dividend capital, of the average net
book value of the year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from leftshift.capacity.contributing import contribution, stated_effects
from leftshift.capacity.parameters import parameter
from leftshift.economy.arrays import Floats
from leftshift.foundation.discounting import DiscountRate, present_value
from leftshift.foundation.years import FinancialYear, years_between
from leftshift.place.capacity_rows import CapitalAmount, CapitalFunding, CapitalProgramme
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

Basis = Literal["net", "gross"]
BASES: tuple[Basis, ...] = ("net", "gross")
ByYear = Mapping[str, tuple[float, ...]]
"""A name to its amount in each of the programme's years."""
_RATES_AFTER = ((0, "discount_rate"), (30, "discount_rate_after_30"), (75, "discount_rate_after_75"))


@dataclass(frozen=True, slots=True)
class Charges:
    """What a programme is charged in a year of the plan: the net book value is that at the end of it."""

    depreciation: float
    dividend: float
    net_book_value: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.depreciation + self.dividend


@dataclass(frozen=True)
class Programme:
    """A programme, worked out. ``years`` run from its first row to its last, ``plan_years`` are the place's."""

    row: CapitalProgramme
    years: tuple[FinancialYear, ...]
    plan_years: tuple[FinancialYear, ...]
    cost_of: ByYear
    disposals_of: ByYear
    funding_of: ByYear

    @cached_property
    def costs(self) -> tuple[float, ...]:
        """The cost of each year."""
        return self._summed(self.cost_of)

    @cached_property
    def disposals_by_year(self) -> tuple[float, ...]:
        """What is sold in each year."""
        return self._summed(self.disposals_of)

    @cached_property
    def funding_by_year(self) -> tuple[float, ...]:
        """What comes in from all sources in each year."""
        return self._summed(self.funding_of)

    @property
    def net_by_year(self) -> tuple[float, ...]:
        """Cost less what is sold, of each year."""
        return tuple(cost - sold for cost, sold in zip(self.costs, self.disposals_by_year, strict=True))

    @property
    def ask_by_year(self) -> tuple[float, ...]:
        """What remains to be found in each year; below nought where a year brings in more than it needs."""
        return tuple(net - funds for net, funds in zip(self.net_by_year, self.funding_by_year, strict=True))

    @property
    def gross(self) -> float:
        """The whole cost."""
        return sum(self.costs)

    @property
    def disposals(self) -> float:
        """All that is sold, a positive amount."""
        return sum(self.disposals_by_year)

    @property
    def net(self) -> float:
        """The capital that is needed: the cost less what is sold."""
        return self.gross - self.disposals

    @property
    def funding(self) -> float:
        """All that comes in from sources of funds."""
        return sum(self.funding_by_year)

    @property
    def ask(self) -> float:
        """What remains to be found in all."""
        return self.net - self.funding

    def cost_on(self, basis: Basis) -> float:
        """The cost, net of what is sold or gross."""
        return self.net if basis == "net" else self.gross

    def return_on(self, basis: Basis) -> float | None:
        """The saving of a year as a share of the cost; None without a saving or a cost."""
        saving, cost = self.row.annual_saving, self.cost_on(basis)
        return None if saving is None or cost <= 0 else saving / cost

    def payback_on(self, basis: Basis) -> float | None:
        """The years of saving that bring the cost back; None without a saving."""
        saving = self.row.annual_saving
        return None if not saving else max(0.0, self.cost_on(basis)) / saving

    @property
    def return_on_investment(self) -> float | None:
        """The return on the basis that the programme states."""
        return self.return_on(self.row.basis_of_return)

    @property
    def payback(self) -> float | None:
        """The payback on the basis that the programme states, years."""
        return self.payback_on(self.row.basis_of_payback)

    @property
    def saving_from(self) -> FinancialYear | None:
        """The first year of the saving: as stated, else the year after the last payment."""
        paid = [year for year, cost in zip(self.years, self.costs, strict=True) if cost]
        return self.row.saving_from or (paid[-1].plus(1) if paid else None)

    @cached_property
    def net_present_value(self) -> float | None:
        """Saving over the life of the asset and disposals less cost, in money of the first year in which any moves.

        None without a saving, a life, or a cost.
        """
        saving, life, first_saving = self.row.annual_saving, self.row.life, self.saving_from
        moving = [
            year
            for year, *moved in zip(self.years, self.costs, self.disposals_by_year, strict=True)
            if any(moved)
        ]
        if saving is None or life is None or first_saving is None or not moving:
            return None
        first = min(moving[0], first_saving)
        amounts = np.zeros(max(self.years[-1].starts, first_saving.starts + life - 1) - first.starts + 1)
        for year, net in zip(self.years, self.net_by_year, strict=True):
            if net:
                amounts[year.starts - first.starts] -= net
        since = first_saving.starts - first.starts
        amounts[since : since + life] += saving
        return present_value(amounts.tolist(), discount_rates())

    @cached_property
    def charges(self) -> tuple[Charges, ...] | None:
        """What the programme is charged in each year of the plan; None without a life."""
        life = self.row.life
        if life is None:
            return None
        ends = [self._book_value(year, life) for year in (self.plan_years[0].plus(-1), *self.plan_years)]
        rate = parameter("dividend_rate")
        return tuple(
            Charges(self._depreciation(year, life), rate * (before + after) / 2, after)
            for year, before, after in zip(self.plan_years, ends[:-1], ends[1:], strict=True)
        )

    def _depreciation(self, year: FinancialYear, life: int) -> float:
        return sum(
            cost / life
            for spent, cost in zip(self.years, self.costs, strict=True)
            if 1 <= year.starts - spent.starts <= life
        )

    def _book_value(self, year: FinancialYear, life: int) -> float:
        """The net book value at the end of a year."""
        return sum(
            cost * max(0.0, 1 - (year.starts - spent.starts) / life)
            for spent, cost in zip(self.years, self.costs, strict=True)
            if spent <= year
        )

    def _summed(self, amounts: ByYear) -> tuple[float, ...]:
        return tuple(sum(series[at] for series in amounts.values()) for at in range(len(self.years)))

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON: £000, shares of 1, years."""
        row, labels = self.row, [year.label for year in self.years]

        def by_year(series: tuple[float, ...]) -> dict[str, float]:
            return dict(zip(labels, series, strict=True))

        return {
            "programme": row.programme, "name": row.name, "organisation": row.organisation, "years": labels,
            "costs": {name: by_year(series) for name, series in self.cost_of.items()},
            "disposals_of": {name: by_year(series) for name, series in self.disposals_of.items()},
            "funding_of": {name: by_year(series) for name, series in self.funding_of.items()},
            "cost_by_year": by_year(self.costs), "disposals_by_year": by_year(self.disposals_by_year),
            "net_by_year": by_year(self.net_by_year), "funding_by_year": by_year(self.funding_by_year),
            "ask_by_year": by_year(self.ask_by_year),
            "gross": self.gross, "disposals": self.disposals, "net": self.net, "funding": self.funding, "ask": self.ask,
            "annual_saving": row.annual_saving, "saving_from": self.saving_from and self.saving_from.label, "life": row.life,
            "return": self.return_on_investment, "return_basis": row.basis_of_return,
            "return_on": {basis: self.return_on(basis) for basis in BASES},
            "payback": self.payback, "payback_basis": row.basis_of_payback,
            "payback_on": {basis: self.payback_on(basis) for basis in BASES},
            "net_present_value": self.net_present_value, "discount_rate": parameter("discount_rate"),
            "charges": self._charges_document(), "posted": row.posted, "source": row.source, "basis": row.basis,
        }  # fmt: skip

    def _charges_document(self) -> dict[str, dict[str, float]] | None:
        if self.charges is None:
            return None
        return {
            year.label: {
                "depreciation": found.depreciation, "dividend": found.dividend, "total": found.total, "net_book_value": found.net_book_value,
            }
            for year, found in zip(self.plan_years, self.charges, strict=True)
        }  # fmt: skip


def capital_programmes(place: Place) -> tuple[Programme, ...]:
    """Every capital programme of a place, by its name."""
    return tuple(
        _programme(place, row) for row in sorted(place.capital_programmes, key=lambda row: row.programme)
    )


def capital_table(programmes: tuple[Programme, ...]) -> pl.DataFrame:
    """programme, kind (cost, disposal, funding, ask), item, year, amount (£000)."""
    import polars as pl

    rows = [
        (programme.row.programme, kind, item, year.label, amount)
        for programme in programmes
        for kind, amounts in (
            ("cost", programme.cost_of), ("disposal", programme.disposals_of), ("funding", programme.funding_of),
            ("ask", {"": programme.ask_by_year}),
        )
        for item, series in amounts.items()
        for year, amount in zip(programme.years, series, strict=True)
    ]  # fmt: skip
    words = dict.fromkeys(("programme", "kind", "item", "year"), pl.String)
    return pl.DataFrame(rows, schema={**words, "amount": pl.Float64}, orient="row")


def capital_contributions(place: Place) -> list[Contribution]:
    """For each programme that posts: its charges over those of the base year, £000, at the stage of its intervention."""
    stages = {row.intervention: row.stage for row in place.interventions}
    return [
        entry
        for programme in capital_programmes(place)
        if programme.row.posted
        for entry in _contribution(place, programme, stages)
    ]


def discount_rates() -> tuple[DiscountRate, ...]:
    """The Green Book's rates, falling with time."""
    return tuple(DiscountRate(after, parameter(name)) for after, name in _RATES_AFTER)


def _contribution(place: Place, programme: Programme, stages: Mapping[str, Any]) -> Iterator[Contribution]:
    row = programme.row
    totals: Floats = np.array([found.total for found in programme.charges or ()], dtype=np.float64)
    if not len(totals):
        return  # the check of capital tells of a life that is missing
    yield from contribution(
        f"capital_programmes {row.programme}",
        stated_effects(
            place, row, f"capital_{row.programme}", f"Capital charges of {row.name}", row.organisation,
            totals[0] - totals, stages.get(row.intervention or "", "plan"),
        ),
    )  # fmt: skip


def _programme(place: Place, row: CapitalProgramme) -> Programme:
    amounts = [entry for entry in place.capital if entry.programme == row.programme]
    funds = [entry for entry in place.capital_funding if entry.programme == row.programme]
    named = sorted({entry.year for entry in amounts} | {entry.year for entry in funds}) or [place.base_year]
    years = years_between(named[0], named[-1])
    costs, disposals = ([entry for entry in amounts if entry.kind == kind] for kind in ("cost", "disposal"))
    return Programme(
        row, years, place.years,
        _by_year(costs, years), _by_year(disposals, years), _by_year(funds, years),
    )  # fmt: skip


def _by_year(
    rows: Sequence[CapitalAmount | CapitalFunding], years: tuple[FinancialYear, ...]
) -> dict[str, tuple[float, ...]]:
    found: dict[str, list[float]] = {
        item: [0.0] * len(years) for item in sorted({_item(row) for row in rows})
    }
    for row in rows:
        found[_item(row)][row.year.starts - years[0].starts] += row.amount
    return {item: tuple(series) for item, series in found.items()}


def _item(row: CapitalAmount | CapitalFunding) -> str:
    return row.scheme if isinstance(row, CapitalAmount) else row.funding
