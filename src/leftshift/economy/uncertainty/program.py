"""The terms of an economy as arrays, and the figures of any draws worked out by them.

Arrays are [column, draw], year after year: draws lie side by side, in pieces that fit the cache, so that a product of
two columns is one pass over memory and all sums of a year are one sparse product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from leftshift.economy.arrays import Codes, Economy, Floats
from leftshift.economy.forms import paid, rate_of_change
from leftshift.economy.projecting import Projection
from leftshift.economy.uncertainty.drawing import Values
from leftshift.economy.uncertainty.drawn import Columns, Drawn
from leftshift.economy.uncertainty.outputs import Outputs
from leftshift.economy.uncertainty.products import Plan, Products, Sums, Weights
from leftshift.economy.uncertainty.terms import Term, Terms, terms_of

PIECE = 256  # draws worked out together: what is in hand then fits the second level of a cache
_STAGES = ("do_nothing", "plan", "comparison")
_SAME = 1e-9  # of the largest amount: how near the terms must come to the deterministic run


class NotTheSameRun(AssertionError):
    """The terms of an economy and its deterministic run disagree: an error of ours, never of the person's input."""


class Program:
    """Works out figures of draws of an economy: prepared once, used by any number of workers."""

    def __init__(self, projection: Projection, outputs: Outputs) -> None:
        self.economy, self.outputs = projection.economy, outputs
        self.years = len(self.economy.years)
        terms = terms_of(self.economy, projection)
        products = Products()
        sums = Sums(products, len(outputs.labels), self.years)
        for term, weights in _weighted(terms, outputs):
            sums.add(term, weights)
        bent = _Bent(terms, outputs, products) if terms.bent else None
        self._plan = products.plan()
        self._sums = sums.matrices(self._plan)
        self._bent = bent
        if bent is not None:
            bent.place(self._plan)
        self._columns = Columns(terms.factors, self._plan.factors)
        self.planned = outputs.planned(projection)
        self._own = self._empty(PIECE)
        self._fill(self._own, {}, None)
        self._assert_same()

    def run(self, values: Values, into: Floats | None = None) -> Floats:
        """The figures of some draws [row, year, draw], £000, given what quantities are in them [draw]; others stay as planned.

        A figure is the deterministic run's plus what the draw moves, so that a draw of the plan's own values gives
        the plan to the bit. ``into`` is filled where it is given. Raises DrawOutOfRange.
        """
        count = len(next(iter(values.values()), np.zeros(1)))
        found = self._empty(count) if into is None else into
        self._fill(found, values, self._own)
        return found

    def _empty(self, count: int) -> Floats:
        return np.empty((len(self.outputs.labels), self.years, count))

    def _fill(self, found: Floats, values: Values, own: Floats | None) -> None:
        """The figures by the terms, less ``own`` and plus the run's; the last piece is filled up, so that all have one shape."""
        count = found.shape[2]
        whole = -(-count // PIECE) * PIECE
        drawn = Drawn(self._columns, {name: _padded(line, whole) for name, line in values.items()}, whole)
        products = self._plan.empty(PIECE)
        factors = products[1 : 1 + len(self._plan.factors)]
        for start in range(0, whole, PIECE):
            mine = slice(start, start + PIECE)
            kept = min(PIECE, count - start)
            drawn.fill_fixed(factors, mine)
            for year in range(self.years):
                drawn.fill(factors, year, mine)
                self._plan.work_out(products)
                figures = self._figures(year, products, drawn, mine)
                if own is not None:
                    figures -= own[:, year]
                    figures += self.planned[:, year, None]
                found[:, year, start : start + kept] = figures[:, :kept]

    def _figures(self, year: int, products: Floats, drawn: Drawn, mine: slice) -> Floats:
        figures: Floats = self._sums[year] @ products
        if self._bent is not None:
            figures += self._bent.figures(year, products, drawn, mine)
        self.outputs.add_up(figures)
        return figures

    def _assert_same(self) -> None:
        off = np.abs(self._own[:, :, 0] - self.planned).max(initial=0.0)
        if off > _SAME * max(1.0, float(np.abs(self.planned).max(initial=0.0))):
            raise NotTheSameRun(f"the terms differ from the run by {off:g} (£000)")


def _padded(line: Floats, whole: int) -> Floats:
    return line if len(line) == whole else np.concatenate([line, np.full(whole - len(line), line[-1])])


def _weighted(terms: Terms, outputs: Outputs) -> Iterator[tuple[Term, Weights]]:
    for term in terms.flows:
        yield term, outputs.of_flow(term.at)
    for term in terms.spent:
        yield term, outputs.of_spent(term.at)
    for term in terms.legs:
        yield term, outputs.of_leg(term.at)
    for term in terms.stated:
        yield term, outputs.of_posting(term.at)


class _Bent:
    """Contracts between a cap and a collar, and the legs on them: no sums of products, so worked out draw by draw."""

    def __init__(self, terms: Terms, outputs: Outputs, products: Products) -> None:
        economy: Economy = terms.factors.economy
        years = len(economy.years)
        self.forms = economy.flows.forms.only(np.array(terms.bent))
        self._quality = [terms.factors.quality_of(column) for column in terms.bent]
        contracts, rows = len(terms.bent), len(outputs.labels)
        legs = sorted({term.at for term in terms.bent_legs})
        place = {leg: at for at, leg in enumerate(legs)}
        column = {column: at for at, column in enumerate(terms.bent)}
        self._activity, self._agreed = (Sums(products, contracts, years) for _ in range(2))
        self._legs = Sums(products, len(legs), years)
        for sums, found in ((self._activity, terms.activity), (self._agreed, terms.agreed)):
            for term in found:
                sums.add(term, [(term.at, 1.0)])
        for term in terms.bent_legs:
            self._legs.add(term, [(place[term.at], 1.0)])
        self._of_leg = np.array([column[int(economy.legs.form[leg])] for leg in legs], dtype=np.int64)
        stage = [economy.interventions[int(economy.legs.intervention[leg])].stage for leg in legs]
        self._of_stage = {
            name: np.array([at for at, found in enumerate(stage) if found == name], dtype=np.int64)
            for name in _STAGES
        }
        self._pays = _weights([outputs.of_flow(int(flow)) for flow in self.forms.flow], rows)
        self._moves = _weights([outputs.of_leg(leg) for leg in legs], rows)

    def place(self, plan: Plan) -> None:
        """Take the places of the products, once all are known."""
        self._matrices = [sums.matrices(plan) for sums in (self._activity, self._agreed, self._legs)]

    def figures(self, year: int, products: Floats, drawn: Drawn, mine: slice) -> Floats:
        """What these contracts add to the figures of a year [row, draw]."""
        activity, agreed, legs = (matrices[year] @ products for matrices in self._matrices)
        quality = np.stack([drawn.quality(number)[year, mine] for number in self._quality], axis=1)
        forms = replace(self.forms, quality=quality)
        invested, held = activity.T.copy(), agreed.T
        found: Floats = self._pays @ paid(forms, activity.T, held).T
        for stage in _STAGES:
            of = self._of_stage[stage]
            if len(of):
                change = _summed(self._of_leg[of], legs[of], invested.shape[1])
                rate = rate_of_change(forms, invested, change, held)
                found += self._moves[:, of] @ (legs[of] * rate.T[self._of_leg[of]])
                if stage == "do_nothing":
                    invested += change
        return found


def _summed(codes: Codes, values: Floats, size: int) -> Floats:
    """The sums of values [row, draw] by code, as [draw, code]."""
    found = np.zeros((size, values.shape[1]))
    np.add.at(found, codes, values)
    return found.T


def _weights(of: list[Weights], rows: int) -> csr_array:
    cells = [(row, column, weight) for column, weights in enumerate(of) for row, weight in weights]
    row, column, weight = zip(*cells, strict=True) if cells else ((), (), ())
    return csr_array((weight, (row, column)), (rows, len(of)))
