"""Make an invented population: whole or not at all, and the same for any number of workers."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

from leftshift.population.invented.calibration import Calibration, read_calibration
from leftshift.population.invented.drawing import Stopped, Wanted, Written, draw_piece
from leftshift.population.invented.manifest import Manifest, TableWritten, held_totals
from leftshift.population.invented.people import areas_of
from leftshift.population.invented.planning import Piece, planned_pieces
from leftshift.population.invented.registering import practices_table
from leftshift.population.invented.writing import write_code_lists, write_table
from leftshift.population.linked.tables import linked_tables

__all__ = ["FolderNotEmpty", "Stopped", "generate_people"]


class FolderNotEmpty(ValueError):
    """The folder for a population holds something already."""


def generate_people(
    folder: Path,
    people: int,
    *,
    seed: int,
    as_at: date = date(2016, 4, 1),
    calibration: str | Path = "llr-2016",
    workers: int = 1,
    report: Callable[[int, int], None] = lambda done, of: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Manifest:
    """Write an invented population of so many living, registered people who have not opted out; others come on top.

    ``folder`` then holds a folder of Parquet files for each table of linked records, code_lists.csv and
    manifest.json. ``report`` is told after every piece how many are done, and of how many. NHS numbers are those of
    the range for tests, 999…; from about 900,000 people on also those below it, which are never issued. Raises
    FolderNotEmpty, CalibrationNotKnown, and Stopped when ``is_stopped`` says so; then nothing is left behind.
    """
    if people < 1:
        raise ValueError(f"a population has at least one person, not {people}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(f"{folder} is not empty: name a folder that is, or does not exist yet")
    held_to = read_calibration(calibration)
    pieces = planned_pieces(held_to, people)
    with _beside(folder) as scratch:
        wanted = Wanted(scratch, held_to, areas_of(held_to, seed), seed, as_at, is_stopped)
        practices = write_table(scratch, "practices", 0, practices_table(held_to))
        written: list[Written] = []
        with closing(_drawn(pieces, wanted, workers)) as drawn:
            for one in drawn:
                written.append(one)
                report(len(written), len(pieces))
        manifest = _manifest(people, seed, as_at, held_to, written, practices)
        write_code_lists(scratch / "code_lists.csv")
        (scratch / "manifest.json").write_text(manifest.text(), "utf-8")
        if is_stopped():
            raise Stopped("making people was stopped; nothing was kept")
        _put(scratch, folder)
    return manifest


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A scratch folder beside another, gone at the end unless it has taken its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _put(scratch: Path, folder: Path) -> None:
    scratch.chmod(0o755)
    if folder.exists():
        folder.rmdir()
    scratch.rename(folder)


def _drawn(pieces: tuple[Piece, ...], wanted: Wanted, workers: int) -> Generator[Written, None, None]:
    """The pieces in order; at most as many in hand as there are workers."""
    if workers <= 1:
        yield from (draw_piece(piece, wanted) for piece in pieces)
        return
    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(lambda piece: draw_piece(piece, wanted), pieces)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _manifest(
    people: int,
    seed: int,
    as_at: date,
    calibration: Calibration,
    written: list[Written],
    practices: int,
) -> Manifest:
    rows: Counter[str] = sum((one.rows for one in written), Counter({"practices": practices}))
    totals: Counter[str] = sum((one.totals for one in written), Counter())
    tables = {
        name: TableWritten(
            rows[name],
            tuple(
                f"{name}/part-{at + 1:05}.parquet" for at in range(1 if name == "practices" else len(written))
            ),
        )
        for name in linked_tables()
    }
    return Manifest(people, seed, as_at, calibration, tables, held_totals(calibration, people, totals))
