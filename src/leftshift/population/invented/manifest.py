"""What was made: the seed and the calibration it came from, tables and rows, and how near it is to what was published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from leftshift.population.invented.calibration import Calibration
from leftshift.population.invented.parameters import number

PURPOSE = "synthetic test data"


@dataclass(frozen=True, slots=True)
class Held:
    """A total: as published, in proportion to the size; and as achieved."""

    name: str
    published: float
    achieved: int

    @property
    def difference_percent(self) -> float | None:
        """How far it is off, %; None where nothing was published."""
        return 100 * (self.achieved / self.published - 1) if self.published else None

    def document(self) -> dict[str, Any]:
        """The total as plain values."""
        off = self.difference_percent
        return {
            "name": self.name,
            "published": round(self.published, 2),
            "achieved": self.achieved,
            "difference_percent": None if off is None else round(off, 3),
        }


@dataclass(frozen=True, slots=True)
class TableWritten:
    """A table: its rows and the files it is in."""

    rows: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a folder of invented people holds and what it came from; the same for the same seed."""

    people: int
    seed: int
    as_at: date
    calibration: Calibration
    tables: Mapping[str, TableWritten]
    totals: tuple[Held, ...]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def document(self) -> dict[str, Any]:
        """The manifest as plain values, as manifest.json has it."""
        return {
            "purpose": PURPOSE,
            "seed": self.seed,
            "people": self.people,
            "as_at": self.as_at.isoformat(),
            "drawn_on": (self.as_at + timedelta(days=number("days_until_drawn"))).isoformat(),
            "calibration": {
                "name": self.calibration.name,
                "title": self.calibration.title,
                "digest": self.calibration.digest,
                "source": self.calibration.source,
            },
            "leftshift": version("leftshift"),
            "tables": {
                name: {"rows": one.rows, "files": list(one.files)} for name, one in self.tables.items()
            },
            "totals": [one.document() for one in self.totals],
        }

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps(self.document(), indent=2, ensure_ascii=False) + "\n"


def held_totals(calibration: Calibration, people: int, achieved: Mapping[str, int]) -> tuple[Held, ...]:
    """Every total that a population is held to."""
    published = {
        **{f"cohort: {one.name}": one.cohort for one in calibration.localities},
        **{f"attendances: {one.name}": one.attendances for one in calibration.risk_groups},
        **{f"admissions: {one.name}": one.admissions for one in calibration.risk_groups},
    }
    scaled = {name: calibration.scaled(total, people) for name, total in published.items()}
    sums = {kind: [name for name in scaled if name.startswith(f"{kind}: ")] for kind in _KINDS}
    return (
        Held("people", people, achieved.get("people", 0)),
        *(Held(name, total, achieved.get(name, 0)) for name, total in scaled.items()),
        *(
            Held(kind, sum(scaled[name] for name in names), sum(achieved.get(name, 0) for name in names))
            for kind, names in sums.items()
        ),
    )


_KINDS = ("cohort", "attendances", "admissions")
