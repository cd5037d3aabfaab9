"""Products of factors, each worked out once, and sums of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array

from leftshift.economy.arrays import Codes, Floats
from leftshift.economy.uncertainty.terms import Product, Term

Weights = Iterable[tuple[int, float]]


class Products:
    """Numbers products of factors; the empty one, which is 1, comes first."""

    def __init__(self) -> None:
        self._number: dict[Product, int] = {(): 0}

    def number(self, product: Product) -> int:
        """The number of a product."""
        return self._number.setdefault(product, len(self._number))

    def plan(self) -> Plan:
        """How to work out all that have a number."""
        return Plan(list(self._number))


class Plan:
    """Works out products: all by their first factor, those of two by their second, and so on; longest last."""

    def __init__(self, products: list[Product]) -> None:
        self.factors = sorted({factor for product in products for factor in product})
        at = {factor: column for column, factor in enumerate(self.factors)}
        order = sorted(range(len(products)), key=lambda number: len(products[number]))
        self.place = np.argsort(np.array(order))  # of each product
        self._layers: list[tuple[int, Codes]] = []
        for layer in range(len(products[order[-1]])):
            mine = [products[number][layer] for number in order if len(products[number]) > layer]
            codes = np.array([at[factor] for factor in mine], dtype=np.int64)
            self._layers.append((len(products) - len(mine), codes))
        self.count = len(products)

    def values(self, columns: Floats) -> Floats:
        """The products [place, draw] of columns [factor, draw]."""
        found = np.empty((self.count, columns.shape[1]))
        found[0] = 1.0
        for layer, (start, codes) in enumerate(self._layers):
            if layer == 0:
                np.take(columns, codes, axis=0, out=found[start:])
            else:
                found[start:] *= columns[codes]
        return found


class Sums:
    """Sums of products, row by row: what each product adds to each row in each year."""

    def __init__(self, products: Products, rows: int, years: int) -> None:
        self.products, self.rows, self.years = products, rows, years
        self._cells: dict[tuple[int, int], Floats] = defaultdict(lambda: np.zeros(years))

    def add(self, term: Term, weights: Weights) -> None:
        """Let a term add to rows, so much of it to each."""
        number = self.products.number(term.product)
        for row, weight in weights:
            self._cells[row, number] += weight * term.coefficient

    def matrices(self, plan: Plan) -> list[csr_array]:
        """One sparse matrix a year [row, place of the product]."""
        rows = np.array([row for row, _ in self._cells], dtype=np.int64)
        numbers = np.array([number for _, number in self._cells], dtype=np.int64)
        values = np.array(list(self._cells.values())).reshape(-1, self.years)
        shape = (self.rows, plan.count)
        return [
            csr_array((values[:, year], (rows, plan.place[numbers])), shape) for year in range(self.years)
        ]
