"""The sheets ``Calc growth`` and ``Calc flows``: volume and price of contracts and lines, activity, and what is paid for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Source, grower_of
from leftshift.economy.projecting import Projection
from leftshift.place.rows import Contract, Form
from leftshift.workbooks.live.grid import BEFORE, NOW, NUMBER_ROW, Block, Cell, Grid, Line, Series, fixed
from leftshift.workbooks.live.inputs import Inputs
from leftshift.workbooks.live.rates import RateLines
from leftshift.workbooks.live.timing import Timing

GROWTH, FLOWS = "Calc growth", "Calc flows"
_YEAR = f"{NOW}${NUMBER_ROW}"


@dataclass(frozen=True)
class FormLines:
    """A contract that is not paid by tariff: what was agreed, what outcomes leave, and its terms."""

    agreed: Line  # with the terms among its constants
    quality: Line

    def low(self, on: Grid) -> str:
        """The least activity that is paid for in full."""
        return f"{self.agreed.constant('D', on)}*{self.agreed.now(on)}"

    def high(self, on: Grid) -> str:
        """The most activity that is paid for in full."""
        return f"{self.agreed.constant('E', on)}*{self.agreed.now(on)}"

    def marginal(self, on: Grid) -> str:
        """The rate beyond that."""
        return self.agreed.constant("G", on)

    def paid(self, activity: str, on: Grid) -> str:
        """The formula of what is paid for some activity."""
        inside = f"MIN(MAX({activity},{self.low(on)}),{self.high(on)})"
        marginal = self.marginal(on)
        return f"{self.quality.now(on)}*({marginal}*{activity}+(1-{marginal})*{inside})"


class FlowLines:
    """Lays out growth, activity and payment of every flow."""

    def __init__(self, projection: Projection, inputs: Inputs, timing: Timing, rates: RateLines) -> None:
        self.projection, self.economy = projection, projection.economy
        self.flows, self.inputs, self.timing, self.rates = self.economy.flows, inputs, timing, rates
        labels = [year.label for year in self.economy.years]
        self.growth = Grid(GROWTH, "Growth", "Levels of volume and price: 1 up to the first year.", labels)
        note = "£000. Contracts first, then lines. Payer and payee are numbers of the sheet Calc positions."
        self.grid = Grid(FLOWS, "Contracts and lines", note, labels)
        self.years = np.arange(len(labels), dtype=np.float64)
        self.services = {row.service: row for row in self.economy.place.services}
        self._levels: dict[tuple[object, ...], Line] = {}
        self.growth.section("Volume and price of what grows alike", D="first year")
        self.price = [self._price(at) for at in range(len(self.flows.rows))]
        self.own = [self._own_volume(at) for at in range(len(self.flows.rows))]
        self.volume = self._followed()
        self.activity = self._activity()
        self.forms = self._forms()
        self.paid, self.paid_block = self._paid()

    # ------------------------------------------------------------------ levels
    def _price(self, at: int) -> Line:
        row, first = self.flows.rows[at], int(self.flows.first[at])
        name = self.services[row.service].price_change
        return self.level("Price", grower_of(row), name, first)

    def level(self, what: str, organisation: str, name: str | None, first: int) -> Line:
        """The level that a rate has brought about since a first year: one line for all that need it."""
        key = (what, organisation, name, first)
        if key not in self._levels:
            rate = self.rates.of(organisation, name)
            words = (name or "no change").replace("_", " ")
            self._levels[key] = self._add_level(f"{what}, {organisation}: {words}", rate, first)
        return self._levels[key]

    def _add_level(self, label: str, rate: Line, first: int) -> Line:
        row = self.growth.next_row
        values = np.cumprod(1.0 + np.where(self.years > first, rate.values, 0.0), dtype=np.float64)
        formula = f"IF({_YEAR}>$D{row},{BEFORE}{row}*(1+{rate.now(self.growth)}),1)"
        return self.growth.add(label, "index", formula, values, D=fixed(float(first)))

    def _own_volume(self, at: int) -> Line:
        row, first = self.flows.rows[at], int(self.flows.first[at])
        key = ("volume", grower_of(row), row.service, first)
        if key not in self._levels:
            label = f"Volume, {grower_of(row)}: {row.service.replace('_', ' ')}"
            self._levels[key] = self._add_level(label, self._volume_growth(row), first)
        return self._levels[key]

    def _volume_growth(self, row: Source) -> Line:
        """Demographic and other growth, added or multiplied."""
        key = ("growth", grower_of(row), row.service)
        if key not in self._levels:
            service = self.services[row.service]
            one, other = (
                self.rates.of(grower_of(row), name)
                for name in (service.demographic_growth, service.other_growth)
            )
            a, b = one.now(self.growth), other.now(self.growth)
            values = one.values + other.values + self.flows.growth_multiplied * one.values * other.values
            label = f"Growth of volume, {grower_of(row)}: {row.service.replace('_', ' ')}"
            formula = f"{a}+{b}+{self.timing.multiplied}*{a}*{b}"
            self._levels[key] = self.growth.add(label, "rate", formula, values)
        return self._levels[key]

    # ------------------------------------------------------------------ costs that follow activity
    def _followed(self) -> list[Line]:
        """The volume of every flow: its own, or with the activity that its organisation is paid for."""
        volume = list(self.own)
        followers = [int(at) for at in self.flows.follower]
        if not followers:
            return volume
        owners = {int(self.flows.payer[at]) for at in followers}
        block = self._constant_prices(owners)
        growth = {owner: self._activity_growth(owner, block) for owner in sorted(owners)}
        for at in followers:
            volume[at] = self._following(at, growth[int(self.flows.payer[at])])
        return volume

    def _constant_prices(self, owners: set[int]) -> Block:
        first = self.grid.section(
            "Recurrent contracts at constant prices, whose activity costs follow",
            E="payee", F="first year", H="value",
        )  # fmt: skip
        for at in self.flows.drives.tolist():
            if int(self.flows.payee[at]) not in owners:
                continue
            row, values = self.grid.next_row, self.flows.base[at] * self.own[at].values
            own = self.own[at].now(self.grid)
            self.grid.add(
                _name(self.flows.rows[at]), "£000", f"$H{row}*{own}*({_YEAR}>=$F{row})",
                np.where(self.years >= self.flows.first[at], values, 0.0), code=_code(self.flows.rows[at]),
                E=self._node(self.flows.payee[at]), F=fixed(float(self.flows.first[at])), H=self._value(at),
            )  # fmt: skip
        return self.grid.block(first)

    def _activity_growth(self, owner: int, block: Block) -> Line:
        """Growth of the contracts that ran the year before: so one that starts or ends brings no growth with it."""
        name = self.economy.nodes[owner]
        self.grid.section(f"Growth of the activity that {name} is paid for", D="number")
        sums = {
            words: self._sum_of_running(f"{words}, {name}", owner, block, which)
            for words, which in (
                ("Contracts that ran the year before", True),
                ("The same, a year before", False),
            )
        }
        now, before = sums.values()
        values = (
            np.divide(now.values, before.values, out=np.ones_like(now.values), where=before.values != 0) - 1
        )
        formula = f"IF({before.now(self.grid)}=0,0,{now.now(self.grid)}/{before.now(self.grid)}-1)"
        return self.grid.add(f"Growth of activity, {name}", "rate", formula, values)

    def _sum_of_running(self, label: str, owner: int, block: Block, this_year: bool) -> Line:
        values = np.zeros(len(self.years))
        for at in self.flows.drives.tolist():
            if self.flows.payee[at] == owner:
                level = self.flows.base[at] * self.own[at].values
                ran = self.years[1:] > self.flows.first[at]
                values[1:] += np.where(ran, level[1:] if this_year else level[:-1], 0.0)
        if not block:
            return self.grid.add(label, "£000", values=values)
        amounts = block.now(self.grid) if this_year else block.before(self.grid)
        payees, firsts = block.constants("E", self.grid), block.constants("F", self.grid)
        row = self.grid.next_row
        formula = f'SUMIFS({amounts},{payees},$D{row},{firsts},"<"&{_YEAR})'
        return self.grid.add(label, "£000", formula, values, D=self._node(owner))

    def _following(self, at: int, activity: Line) -> Line:
        row, first = self.flows.rows[at], int(self.flows.first[at])
        key = ("following", grower_of(row), row.service, first)
        if key not in self._levels:
            words = f"{grower_of(row)}: {row.service.replace('_', ' ')}"
            own = self._volume_growth(row)
            rate = self.growth.add(
                f"Growth of volume with activity, {words}", "rate",
                f"{own.now(self.growth)}+{activity.now(self.growth)}", own.values + activity.values,
            )  # fmt: skip
            self._levels[key] = self._add_level(f"Volume with activity, {words}", rate, first)
        return self._levels[key]

    # ------------------------------------------------------------------ amounts
    def _node(self, node: int) -> Cell:
        return fixed(float(node) + 1)

    def _value(self, at: int) -> Cell:
        return self.inputs.take(self.flows.rows[at], "value", float(self.flows.base[at]), "£000")

    def _activity(self) -> list[Line]:
        self.grid.section(
            "Activity at tariff: value of the first year, by volume and price, in the years in which it runs",
            F="first year", G="last year", H="value",
        )  # fmt: skip
        return [self._activity_of(at) for at in range(len(self.flows.rows))]

    def _activity_of(self, at: int) -> Line:
        first = float(self.flows.first[at])
        last = len(self.years) - 1.0 if self.flows.recurrent[at] else first
        volume, price = self.volume[at].now(self.grid), self.price[at].now(self.grid)
        row = self.grid.next_row
        formula = f"$H{row}*{volume}*{price}*({_YEAR}>=$F{row})*({_YEAR}<=$G{row})"
        return self.grid.add(
            _name(self.flows.rows[at]), "£000", formula, self.projection.activity[0][:, at],
            code=_code(self.flows.rows[at]), F=fixed(first), G=fixed(last), H=self._value(at),
        )  # fmt: skip

    def _forms(self) -> dict[int, FormLines]:
        """Each flow that is a contract with a form, and its terms."""
        found: dict[int, FormLines] = {}
        known = self.economy.place.forms_by_name
        for column, at in enumerate(self.flows.forms.flow.tolist()):
            row = self.flows.rows[at]
            assert isinstance(row, Contract)
            found[at] = self._form(column, at, row, known[row.form])
        return found

    def _form(self, column: int, at: int, row: Contract, form: Form) -> FormLines:
        self.grid.section(
            f"{_name(row)}: {form.form.replace('_', ' ')}",
            D="low", E="high", F="first year", G="marginal", H="value", I="at risk", J="last year",
        )  # fmt: skip
        terms = _Terms(self.inputs, form)
        first = int(self.flows.first[at])
        last = float(len(self.years) - 1) if row.recurrent else float(first)
        level = self.level("Agreed activity", grower_of(row), form.agreed_growth, first)
        line = self.grid.next_row
        formula = (
            f"$H{line}*{level.now(self.grid)}*{self.price[at].now(self.grid)}"
            f"*({_YEAR}>=$F{line})*({_YEAR}<=$J{line})"
        )
        runs = (self.years >= first) & (self.years <= last)
        agreed = self.grid.add(
            "Agreed activity", "£000", formula,
            np.where(runs, self.flows.base[at] * level.values * self.price[at].values, 0.0), code=_code(row),
            D=terms.low(), E=terms.high(), F=fixed(float(first)), G=terms.marginal(), H=self._value(at), J=fixed(last),
        )  # fmt: skip
        quality = self._quality(column, row, form, terms, first)
        return FormLines(agreed, quality)

    def _quality(self, column: int, row: Contract, form: Form, terms: _Terms, first: int) -> Line:
        values: Series = self.flows.forms.quality[:, column]
        line = self.grid.next_row
        achieved = self.rates.of(row.payee, form.outcome) if form.outcome else None
        missed = f"(1-{achieved.now(self.grid)})" if achieved else "0"
        return self.grid.add(
            "Left of the payment after outcomes", "share", f"IF({_YEAR}>$F{line},1-$I{line}*{missed},1)", values,
            code=_code(row), F=fixed(float(first)), I=terms.at_risk(),
        )  # fmt: skip

    def _paid(self) -> tuple[list[Line], Block]:
        first = self.grid.section(
            "Paid: activity by the form of each contract", D="payer", E="payee", F="spent again"
        )
        again = set(self.flows.spent_again.tolist())
        lines = []
        for at, row in enumerate(self.flows.rows):
            activity = self.activity[at].now(self.grid)
            form = self.forms.get(at)
            lines.append(
                self.grid.add(
                    _name(row), "£000", form.paid(activity, self.grid) if form else activity,
                    self.projection.flows[0][:, at], code=_code(row), D=self._node(self.flows.payer[at]),
                    E=self._node(self.flows.payee[at]), F=fixed(float(at in again), "yes"),
                )
            )  # fmt: skip
        return lines, self.grid.block(first)


class _Terms:
    """The terms of a form as cells; block needs no row, and has none."""

    def __init__(self, inputs: Inputs, form: Form) -> None:
        self.inputs, self.form = inputs, form

    def _share(self, column: str) -> tuple[float, str | None]:
        value = float(getattr(self.form, column) or 0.0)
        return value, self.inputs.formula(self.form, column, empty=value) if self.form.origin.row else None

    def _cell(self, value: float, formula: str | None) -> Cell:
        return Cell(value, formula, "share", "input") if formula else fixed(value, "share")

    def low(self) -> Cell:
        value, formula = self._share("collar")
        return self._cell(1.0 - value, formula and f"1-{formula}")

    def high(self) -> Cell:
        value, formula = self._share("cap")
        return self._cell(1.0 + value, formula and f"1+{formula}")

    def marginal(self) -> Cell:
        return self._cell(*self._share("risk_share" if self.form.marginal_rate is None else "marginal_rate"))

    def at_risk(self) -> Cell:
        return self._cell(*self._share("at_risk"))

    def gain_share(self) -> tuple[float, str | None]:
        """What goes back to the payer of a saving in cost."""
        return self._share("gain_share")


def gain_share(inputs: Inputs, form: Form) -> tuple[float, str | None]:
    """The share of a saving in cost that goes back to the payer, and the formula that takes it up."""
    return _Terms(inputs, form).gain_share()


def _code(row: Source) -> str:
    return row.contract if isinstance(row, Contract) else row.line


def _name(row: Source) -> str:
    if isinstance(row, Contract):
        return f"{row.payer} pays {row.payee}: {row.service.replace('_', ' ')}"
    return f"{row.organisation}: {row.name or row.service.replace('_', ' ')} ({row.type.replace('_', ' ')})"
