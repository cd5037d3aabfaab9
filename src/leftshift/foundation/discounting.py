"""What later money is worth now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class DiscountRate:
    """A rate by which each year after ``after`` years is discounted, until the next one begins."""

    after: int
    rate: float


def discount_factors(years: int, rates: Sequence[DiscountRate]) -> tuple[float, ...]:
    """What £1 of each of so many years is worth in the first of them, which is not discounted."""
    ordered = sorted(rates, key=lambda entry: entry.after)
    factors: list[float] = []
    for year in range(years):
        rate = next((entry.rate for entry in reversed(ordered) if year > entry.after), 0.0)
        factors.append(factors[-1] / (1 + rate) if factors else 1.0)
    return tuple(factors)


def present_value(amounts: Sequence[float], rates: Sequence[DiscountRate]) -> float:
    """The sum of amounts, one a year, in money of the first year."""
    factors = discount_factors(len(amounts), rates)
    return sum(amount * factor for amount, factor in zip(amounts, factors, strict=True))


@dataclass(frozen=True, slots=True)
class ExactRate:
    """As DiscountRate, for appraisals that are exact to the penny."""

    after: int
    rate: Decimal


def exact_discount_factors(years: int, rates: Sequence[ExactRate], *, first: int = 0) -> tuple[Fraction, ...]:
    """What £1 of each of so many years is worth, as fractions, so that no rounding enters.

    ``first`` is the number of the first year: 0 is not discounted, 1 is discounted once. Without rates every factor is 1.
    """
    ordered = sorted(rates, key=lambda entry: entry.after)
    factors = [Fraction(1)]
    for year in range(1, first + years):
        rate = next((entry.rate for entry in reversed(ordered) if year > entry.after), Decimal(0))
        factors.append(factors[-1] / (1 + Fraction(rate)))
    return tuple(factors[first : first + years])
