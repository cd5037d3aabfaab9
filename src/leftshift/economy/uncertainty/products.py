"""Products of factors, each worked out once from a shorter one, and sums of them."""

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
    """Where each product stands in an array of values [place, draw], and how it comes there.

    1 stands first, then every factor, then products of two, of three and so on: each is one that is shorter by its
    last factor, times that factor. Levels of growth come first in a product and are shared by what differs behind.
    """

    def __init__(self, products: list[Product]) -> None:
        self.factors = sorted({factor for product in products for factor in product})
        longest = max(map(len, products))
        prefixes = {
            product[:size] for product in products for size in range(2, longest + 1) if len(product) >= size
        }
        place: dict[Product, int] = {(): 0}
        place |= {(factor,): at for at, factor in enumerate(self.factors, start=1)}
        self._layers: list[tuple[slice, Codes, Codes]] = []
        for size in range(2, longest + 1):
            mine = sorted(prefix for prefix in prefixes if len(prefix) == size)
            first = len(place)
            place |= {prefix: at for at, prefix in enumerate(mine, start=first)}
            shorter = np.array([place[prefix[:-1]] for prefix in mine], dtype=np.int64)
            last = np.array([place[prefix[-1:]] for prefix in mine], dtype=np.int64)
            self._layers.append((slice(first, len(place)), shorter, last))
        self.place = np.array([place[product] for product in products], dtype=np.int64)
        self.count = len(place)

    def empty(self, draws: int) -> Floats:
        """An array for the values of so many draws; its factors are to be filled in."""
        found = np.empty((self.count, draws))
        found[0] = 1.0
        return found

    def work_out(self, values: Floats) -> None:
        """Fill in the products, given the factors."""
        for places, shorter, last in self._layers:
            np.take(values, shorter, axis=0, out=values[places])
            values[places] *= values[last]


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
        found = []
        for year in range(self.years):
            matrix = csr_array((values[:, year], (rows, plan.place[numbers])), shape)
            matrix.eliminate_zeros()
            found.append(matrix)
        return found
