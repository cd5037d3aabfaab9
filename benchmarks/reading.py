"""How long a large place takes to read, beside what Python's csv module alone takes for the same files.

200 organisations, 5,000 contracts, 5,500 assumptions, 1,000 interventions. Prints ratios: absolute times mean
little on a shared machine.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.synthetic import synthetic_place
from benchmarks.timing import once
from leftshift.model import read_place
from leftshift.place.reading import read_folder
from leftshift.place.writing import write_place


def best(action: Callable[[], object], repeats: int = 3) -> float:
    """The shortest processor time of a few runs, in seconds."""
    return min(once(action) for _ in range(repeats))


def parse_only(folder: Path) -> int:
    """Every cell of every table, as text."""
    cells = 0
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells += sum(len(row) for row in csv.reader(file))
    return cells


def main() -> None:
    """Time reading, and print the ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "place")
        place = synthetic_place()
        write_place(place, folder)
        rows = sum(
            len(place.table(name))
            for name in ("assumptions", "contracts", "lines", "effects", "interventions", "organisations")
        )
        alone = best(lambda: parse_only(folder))
        read = best(lambda: read_folder(folder))
        checked = best(lambda: read_place(folder))
    print(f"{rows:,} rows, {len(place.organisations)} organisations")
    print(f"csv module alone      {alone:7.3f} s   1.0")
    print(f"read and check        {read:7.3f} s   {read / alone:.1f}")
    print(f"with the model's own  {checked:7.3f} s   {checked / alone:.1f}")


if __name__ == "__main__":
    main()
