"""Records of people that are to be matched: read from CSV or Parquet, and what came of it written where its owner alone may read it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.linked.matching import INCOMING, Matches

_SEXES = ["0", "1", "2", "9", ""]


def read_incoming(path: Path) -> pl.DataFrame:
    """Records by the columns ``INCOMING``; columns besides these are left. Raises FaultsFound with every value that is not understood.

    No value is repeated in a fault but names of columns: it would say who somebody is.
    """
    faults = Faults()
    given = _given(path, faults)
    lacking = [name for name in INCOMING if name not in given.columns]
    for name in lacking:
        action, guess = "Add it; all but record may be empty", near_miss(name, given.columns)
        faults.add(Fault("column missing", path.name, 1, name, "", "a column of that name", action, guess))
    faults.raise_if_any()
    texts = given.select(pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in INCOMING)
    births = pl.Series("birth_date", [_birth(text) for text in texts["birth_date"]], pl.Date)
    wrong = {
        "record": (texts["record"] == "", "a name for the record"),
        "birth_date": ((texts["birth_date"] != "") & births.is_null(), "a date as 1950-02-03, or nothing"),
        "sex": (~texts["sex"].is_in(_SEXES), "1 (male), 2 (female), 0 or 9 (not known), or nothing"),
    }
    for column, (broken, expected) in wrong.items():
        for at in broken.arg_true():
            faults.add(Fault("value not understood", path.name, at + 2, column, "", expected, "Write it so"))
    faults.raise_if_any()
    return texts.with_columns(pl.all().replace("", None)).with_columns(births)


def _given(path: Path, faults: Faults) -> pl.DataFrame:
    try:
        return pl.read_parquet(path) if path.suffix == ".parquet" else _of_text(path, faults)
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException, pl.exceptions.PolarsError):
        faults.add(unreadable_list(path, "CSV or Parquet"))
        raise FaultsFound(faults) from None


def unreadable_list(path: Path, expected: str) -> Fault:
    """A file of people that is not there, or cannot be read."""
    if not path.is_file():
        return Fault("file missing", path.name, None, None, "no such file", expected, "Name the file")
    return Fault("file not readable", path.name, None, None, "", expected, "Write it so")


def _of_text(path: Path, faults: Faults) -> pl.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = [*csv.reader(stream, strict=True)] or [[]]
    while rows and not rows[-1]:
        rows.pop()
    names = [name.strip() for name in header]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.add(Fault("column twice", path.name, 1, shown(name), shown(name), "each once", "Remove one"))
    for at, row in enumerate(rows, start=2):
        if len(row) != len(names):
            found, expected = f"{len(row)} values", f"{len(names)} values"
            faults.add(Fault("row of another length", path.name, at, None, found, expected, "Mend it"))
    faults.raise_if_any()
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _birth(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def people_to_match(data: LinkedData) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Persons and identifiers of a set, as ``match`` takes them; identifiers are None where there are none."""
    persons = pl.read_parquet([str(path) for path in data.paths("persons")])
    for name, kind in (("nhs_number", pl.String), ("lsoa", pl.String)):
        if name not in persons.columns:
            persons = persons.with_columns(pl.lit(None, kind).alias(name))
    files = [str(path) for path in data.paths("identifiers")]
    held = pl.read_parquet(files) if files else None
    if held is not None and "superseded_by" not in held.columns:
        held = held.with_columns(pl.lit(None, pl.String).alias("superseded_by"))
    return persons, held


def write_matches(found: Matches, out: Path) -> Mapping[str, int]:
    """Write links, ambiguous and unmatched records as CSV into a new folder; gives the rows of each. The owner alone may read it."""
    partial = out.with_name(f".{out.name}.partial")
    partial.mkdir(mode=0o700, parents=True)
    tables = {"links": found.links, "ambiguous": found.ambiguous, "unmatched": found.unmatched}
    for name, table in tables.items():
        table.write_csv(partial / f"{name}.csv")
        (partial / f"{name}.csv").chmod(0o600)
    partial.rename(out)
    return {name: table.height for name, table in tables.items()}
