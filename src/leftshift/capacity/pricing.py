"""What a cost of the base year is in the prices of each year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.rates import Rates
from leftshift.foundation.faults import Fault
from leftshift.place.place import Place
from leftshift.place.row import Row
from leftshift.place.rows import Line
from leftshift.place.seen import Seen, fault_at


def price_levels(place: Place, organisations: Iterable[str]) -> dict[str, Floats]:
    """Organisation to the level of its costs' prices [year], 1 in the base year: by the assumption of the setting cost_price."""
    rates = Rates(place)
    assumption = place.setting("cost_price")
    levels: dict[str, Floats] = {}
    for code in sorted({*organisations}):
        levels[code] = np.cumprod(1 + rates.of(code, assumption), dtype=np.float64)
    return levels


def line_level(place: Place, line: Line) -> Floats:
    """The level of the price of a line [year], 1 in the base year: by the change of price of its service."""
    service = next(row for row in place.services if row.service == line.service)
    return np.cumprod(1 + Rates(place).of(line.organisation, service.price_change), dtype=np.float64)


def price_faults(place: Place, seen: Seen, posted: Iterable[tuple[Row, str]]) -> Iterator[Fault]:
    """What is posted needs the price of its organisation's costs: the rows that are, each with its organisation."""
    if not seen.is_sound("assumptions", "derivations", "settings"):
        return
    rates = Rates(place)
    assumption = place.setting("cost_price")
    for row, organisation in posted:
        rates.of(organisation, assumption)
        years = rates.missing.get((organisation, assumption))
        if years:
            yield fault_at(
                row, "posted", "missing assumption",
                expected=f"{assumption} of {organisation} for {years[0]} to {years[-1]}: its costs are posted in the prices of each year",
                action=f"Add rows for {organisation}, or for all, to assumptions.csv",
            )  # fmt: skip
