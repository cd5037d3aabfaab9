"""Money: exact pence for ledgers, £000 as floats for models, half up where people print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_NUMBER = re.compile(r"^[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$")
PENCE_IN_POUND = 100
THOUSAND = 1000


class NumberNotUnderstood(ValueError):
    """A text that is no number."""


def parse_number(text: str) -> Decimal:
    """Read a number as people and spreadsheets write it: ``-1234.5``, ``£1,234.50``, ``(1,234)``.

    Raises NumberNotUnderstood; infinities and not-a-number are no numbers.
    """
    written = text.strip().replace("\u2212", "-")
    if written.startswith("(") and written.endswith(")"):
        written = "-" + written[1:-1]
    written = written.replace("£", "", 1)
    if not _NUMBER.match(written) or not any(character.isdigit() for character in written):
        raise NumberNotUnderstood("not a number")
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation as problem:
        raise NumberNotUnderstood("not a number") from problem


def round_half_up(value: float | Decimal, places: int = 0) -> Decimal:
    """Round half away from zero, as published tables do; floats are read by their shortest text."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An exact amount in whole pence, for ledgers."""

    pence: int

    @staticmethod
    def pounds(amount: str | int | Decimal) -> Money:
        """Read an amount in pounds; raises NumberNotUnderstood when it has parts of a penny."""
        exact = parse_number(amount) if isinstance(amount, str) else Decimal(amount)
        pence = exact * PENCE_IN_POUND
        if pence != pence.to_integral_value():
            raise NumberNotUnderstood("an amount has at most two decimals")
        return Money(int(pence))

    def __add__(self, other: Money) -> Money:
        return Money(self.pence + other.pence)

    def __sub__(self, other: Money) -> Money:
        return Money(self.pence - other.pence)

    def __neg__(self) -> Money:
        return Money(-self.pence)

    def __str__(self) -> str:
        sign = "-" if self.pence < 0 else ""
        pounds, pence = divmod(abs(self.pence), PENCE_IN_POUND)
        return f"{sign}£{pounds:,}.{pence:02d}"

    @property
    def brief(self) -> str:
        """As people print it where pence do not matter: without them where there are none."""
        return str(self).removesuffix(".00")

    def split(self, weights: list[int]) -> list[Money]:
        """Share the amount by whole-number weights so that the parts add up to the penny.

        The pennies left over go to the largest remainders, earlier parts first.
        Raises ValueError for no weights, a negative one, or a sum of nought.
        """
        total = sum(weights)
        if not weights or min(weights) < 0 or total == 0:
            raise ValueError("weights are whole numbers from 0 up, with at least one above 0")
        shares = [divmod(self.pence * weight, total) for weight in weights]
        left = self.pence - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(weights)), key=lambda part: (-shares[part][1], part))
        extra = set(by_remainder[:left])
        return [Money(whole + (part in extra)) for part, (whole, _) in enumerate(shares)]


def thousands(value: float, places: int = 0) -> str:
    """An amount in £000 as people print it: half up, with separators, a true minus in front."""
    return f"{round_half_up(value, places):,}".replace("-", "\u2212")
