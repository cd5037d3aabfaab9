"""Stress tests: what each shock does alone, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leftshift.economy.result import Result, Year


@dataclass(frozen=True)
class Shock:
    """A shock, or several together: what positions become and by how much they move, by organisation, £000."""

    code: str
    name: str
    perimeter: float
    perimeter_move: float
    positions: Mapping[str, float]
    moves: Mapping[str, float]

    @property
    def hardest(self) -> str:
        """The organisation whose position falls most."""
        return min(self.moves, key=lambda code: (self.moves[code], code))


@dataclass(frozen=True)
class Stress:
    """A plan under shocks: each alone, and all together."""

    plan: Result
    alone: Mapping[str, Result]  # code of a scenario to the run under it
    together: Result
    names: Mapping[str, str]

    def shocks(self, year: Year) -> tuple[Shock, ...]:
        """Each shock alone in a year, hardest first."""
        found = [self._shock(code, self.names[code], run, year) for code, run in self.alone.items()]
        return tuple(sorted(found, key=lambda shock: (shock.perimeter_move, shock.code)))

    def all_together(self, year: Year) -> Shock:
        """All shocks at once in a year."""
        return self._shock("+".join(self.alone), "All together", self.together, year)

    def acting_together(self, year: Year) -> float:
        """What all together do beyond the sum of what each does alone, £000."""
        return self.all_together(year).perimeter_move - sum(
            shock.perimeter_move for shock in self.shocks(year)
        )

    @cached_property
    def organisations(self) -> tuple[str, ...]:
        """Those that hold positions."""
        return self.plan.organisations

    def document(self, year: Year) -> dict[str, Any]:
        """The shocks of a year, hardest first, and all together at the end, as plain values."""
        place = self.plan.place
        shocks = (*self.shocks(year), self.all_together(year))
        return {
            "place": place.code,
            "perimeter": place.perimeter,
            "organisations": [{"code": code, "name": self.plan.names[code]} for code in self.organisations],
            "year": str(year),
            "unit": "£000",
            "plan": self.plan.perimeter_position(year),
            "shocks": [
                {
                    "scenario": shock.code,
                    "name": shock.name,
                    "position": shock.perimeter,
                    "move": shock.perimeter_move,
                    "positions": dict(shock.positions),
                    "moves": dict(shock.moves),
                }
                for shock in shocks
            ],
            "acting_together": self.acting_together(year),
        }

    def _shock(self, code: str, name: str, run: Result, year: Year) -> Shock:
        positions = {body: run.position(body, year) for body in self.organisations}
        perimeter = run.perimeter_position(year)
        return Shock(
            code,
            name,
            perimeter,
            perimeter - self.plan.perimeter_position(year),
            positions,
            {body: value - self.plan.position(body, year) for body, value in positions.items()},
        )
