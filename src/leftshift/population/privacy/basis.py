"""On what legal basis a set may be used: a register of purposes and bases as TOML, asked before anything is read.

    [[basis]]
    tables = ["persons", "gp_events"]      # tables of linked records
    purpose = "risk stratification"
    authority = "Confidentiality Advisory Group"
    reference = "CAG 7-04(a)/2013"
    valid_from = 2026-04-01
    valid_to = 2027-03-31                  # absent: until it is withdrawn
    conditions = "Details go back to the practice alone"

A set of invented people needs none, but it has to show that it is one: its NHS numbers lie in the ranges for tests.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.reading_toml import TomlTable, open_toml
from leftshift.population.engines.engine import unreadable
from leftshift.population.linked.dataset import MANIFEST, SYNTHETIC, LinkedData, file_name, paths_of
from leftshift.population.linked.numbers import are_valid
from leftshift.population.linked.structure import check_structure
from leftshift.population.linked.tables import OPT_OUTS, linked_tables, with_parents

_COLUMNS = ("tables", "purpose", "authority", "reference", "valid_from", "valid_to", "conditions")
_SOCIAL_CARE = "social_care"


@dataclass(frozen=True, slots=True)
class Basis:
    """What permits some tables for a purpose, from a day, perhaps to a day."""

    tables: tuple[str, ...]
    purpose: str
    authority: str
    reference: str
    valid_from: date
    valid_to: date | None = None
    conditions: str = ""

    def is_current(self, as_of: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= as_of and (self.valid_to is None or as_of <= self.valid_to)


@dataclass(frozen=True, slots=True)
class BasisRegister:
    """Every basis that was entered, and the file they stand in."""

    file: str
    bases: tuple[Basis, ...]


def read_register(path: Path) -> BasisRegister:
    """The register in a file. Raises FaultsFound with everything that is wrong with it, and OSError where there is none."""
    reader = open_toml(path)
    reader.table.known(["basis"])
    found = [_basis(table) for table in reader.table.tables("basis")]
    reader.faults.raise_if_any()
    return BasisRegister(path.name, tuple(basis for basis in found if basis))


def _basis(table: TomlTable) -> Basis | None:
    table.known(_COLUMNS)
    tables = table.texts("tables")
    if not tables:
        table.missing("tables", 'tables = ["persons", …]')
    for name in tables:
        if name not in linked_tables():
            expected, guess = "a table of linked records", near_miss(name, linked_tables())
            table.refuse("unknown table", "tables", expected, "Correct it", found=name, suggestion=guess)
    texts = {name: table.text(name, needed=True) for name in ("purpose", "authority", "reference")}
    begins, ends = table.day("valid_from"), table.day("valid_to")
    if begins is None:
        if "valid_from" not in table:
            table.missing("valid_from", "the first day it holds, as 2026-04-01")
        return None
    if ends is not None and ends < begins:
        table.refuse("ends before it begins", "valid_to", f"{begins} or later", "Correct it", found=ends)
    return Basis(tables, **texts, valid_from=begins, valid_to=ends, conditions=table.text("conditions"))


def require_basis(
    register: BasisRegister,
    tables: Iterable[str],
    purpose: str,
    reference: str | Collection[str] | None,
    as_of: date,
) -> tuple[Basis, ...]:
    """The bases on which tables may be used for a purpose on a day, for their conditions to be shown.

    ``reference``: the basis or bases that the user relies on; None for any of the register. Raises FaultsFound that names each
    table without a current one.
    """
    relied_on = {reference} if isinstance(reference, str) else None if reference is None else set(reference)
    faults, used = Faults(), list[Basis]()
    for table in tables:
        covering = [basis for basis in register.bases if table in basis.tables]
        granted = [
            basis
            for basis in covering
            if basis.purpose == purpose
            and basis.is_current(as_of)
            and (relied_on is None or basis.reference in relied_on)
        ]
        used += [basis for basis in granted if basis not in used]
        if not granted:
            faults.add(_without(register.file, table, covering, purpose, relied_on, as_of))
    faults.raise_if_any()
    return tuple(used)


def _without(
    file: str, table: str, covering: list[Basis], purpose: str, relied_on: set[str] | None, as_of: date
) -> Fault:
    reasons = [reason for basis in covering for reason in _reasons(basis, purpose, relied_on, as_of)]
    found = "; ".join(dict.fromkeys(reasons)) or "no basis that covers it"
    action = f"Leave {table} out, or enter the basis that was granted for it"
    if table == _SOCIAL_CARE and not covering:
        found += ": support for records of GPs and hospitals does not extend to social care"
        action = "Leave social_care out, or have its own basis granted by the council and enter it"
    expected = f"a basis for {shown(purpose)} that holds on {as_of}"
    if relied_on is not None:
        expected += " under " + (" or ".join(sorted(relied_on)) or "a reference that is given")
    return Fault("no legal basis", file, None, table, found, expected, action)


def _reasons(basis: Basis, purpose: str, relied_on: set[str] | None, as_of: date) -> Iterator[str]:
    name = basis.reference
    if basis.purpose != purpose:
        yield f"{name} is for {shown(basis.purpose)}"
    elif basis.valid_to is not None and basis.valid_to < as_of:
        yield f"{name} expired on {basis.valid_to}"
    elif as_of < basis.valid_from:
        yield f"{name} begins on {basis.valid_from}"
    elif relied_on is not None and name not in relied_on:
        yield f"{name} is not the one relied on"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why records are used, on which entries of a register of legal bases, as it stands on a day. Invented people need none of it."""

    purpose: str
    references: tuple[str, ...] = ()
    register: BasisRegister | None = None
    on: date | None = None

    def require(self, tables: Iterable[str], file: str) -> tuple[Basis, ...]:
        """The bases on which tables are used; none of invented people. Raises FaultsFound where one lacks.

        ``file`` names what is used, for the fault of whoever gives no purpose.
        """
        if self.purpose == SYNTHETIC:
            return ()
        if not (self.purpose.strip() and self.references and self.register and self.on):
            faults = Faults()
            expected = "a purpose and a legal basis, as a register has them, and the day they have to hold"
            action = "Give --purpose, --basis and --register; only synthetic test data needs none"
            faults.add(Fault("no purpose", file, None, None, shown(self.purpose), expected, action))
            raise FaultsFound(faults)
        return require_basis(self.register, sorted(tables), self.purpose, self.references, self.on)


def permit(data: LinkedData, grounds: Grounds, tables: Collection[str]) -> tuple[Basis, ...]:
    """The bases on which tables of a set, and those that they refer to, are used; none of invented people.

    Tables that are not there need none, nor does the one that says who opted out. Raises FaultsFound where a basis lacks, and where a set calls itself invented and does not show it.
    """
    check_structure(data.folder)
    if grounds.purpose == SYNTHETIC and data.purpose == SYNTHETIC:
        check_invented(data.folder)
        return ()
    claimed = grounds if grounds.purpose != SYNTHETIC else Grounds("")
    return claimed.require(with_parents(tables) & set(data.tables) - {OPT_OUTS}, data.folder.name)


def check_invented(folder: Path) -> None:
    """Raise FaultsFound where the numbers of a set do not show that its people are invented.

    Every NHS number has to be valid and of a range for tests, whoever is in ``identifiers`` as well, and enough people have to have
    one: a set under pseudonyms, which has none, shows nothing.
    """
    faults = Faults()
    people = numbers = 0
    asked: list[tuple[Path, str, str | None]] = [
        (path, "nhs_number", None) for path in paths_of(folder, "persons")
    ]
    asked += [(path, "value", "system") for path in paths_of(folder, "identifiers")]
    with ThreadPoolExecutor() as pool:  # reading and reckoning let go of the interpreter
        found = list(pool.map(lambda one: _numbers_of(folder, *one), asked))
    for (path, column, of), (rows, given, outside) in zip(asked, found, strict=True):
        if of is None:
            people, numbers = people + rows, numbers + given
        _refuse_outside(file_name(folder, path), column, outside, faults)
    if numbers < people * least_share_of_numbers():
        said = f"{numbers:,} numbers of {people:,} people"
        expected = f"numbers of the ranges for tests for {least_share_of_numbers():.0%} of the people"
        action = "Give the invented people such numbers, or name what the set is for and its legal basis"
        faults.add(Fault("not shown to be invented", MANIFEST, None, "purpose", said, expected, action))
    faults.raise_if_any()


@cache
def least_share_of_numbers() -> float:
    """Of how many people of a set of invented ones an NHS number has to be given."""
    text = resources.files("leftshift.population.privacy").joinpath("basis.toml").read_text("utf-8")
    return float(tomllib.loads(text)["least_share_of_numbers"]["value"])


def _numbers_of(folder: Path, path: Path, column: str, of: str | None) -> tuple[int, int, int]:
    """How many rows a file has, how many give a number, and how many numbers are not of a range for tests."""
    rows = given = outside = 0
    try:
        file = pq.ParquetFile(path)
        if column not in file.schema_arrow.names:
            return file.metadata.num_rows, 0, 0
        for batch in file.iter_batches(columns=[column, *([of] if of else [])]):
            found = pl.from_arrow(pa.Table.from_batches([batch]))
            assert isinstance(found, pl.DataFrame)
            texts = found.filter(pl.col(of) == "nhs-number")[column] if of else found[column]
            numbers = texts.cast(pl.String).drop_nulls()
            numbers = numbers.filter(numbers != "")
            rows, given = rows + batch.num_rows, given + numbers.len()
            outside += numbers.len() - int(are_valid(numbers, "test").sum())
    except (OSError, pa.ArrowException) as problem:
        raise FaultsFound(unreadable([file_name(folder, path)]).faults) from problem
    return rows, given, outside


def _refuse_outside(file: str, column: str, outside: int, faults: Faults) -> None:
    if outside:
        found = f"{outside:,} numbers that are none for tests"
        expected = (
            "numbers of the ranges for tests alone, since the manifest says that the people are invented"
        )
        action = (
            "Name what the set is for and its legal basis; if real records were called invented, report it"
        )
        faults.add(Fault("not shown to be invented", file, None, column, found, expected, action))
