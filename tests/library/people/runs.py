"""Small runs for tests: a set that is written, scored on DuckDB, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from leftshift.population.engines.engine import engine_of
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.linked.tables import linked_tables
from leftshift.population.privacy.basis import Basis, BasisRegister, Grounds
from leftshift.population.runs.results import RunResult
from leftshift.population.runs.running import run
from leftshift.population.runs.wanting import what_is_wanted
from tests.library.people.made import AS_AT, Rows, write_set

PURPOSE, REFERENCE = "case finding", "CAG 1/2026"
BASIS = Basis(
    tuple(linked_tables()),
    PURPOSE,
    "Confidentiality Advisory Group",
    REFERENCE,
    date(2010, 1, 1),
    conditions="Details go back",
)
GROUNDS = Grounds(PURPOSE, (REFERENCE,), BasisRegister("register.toml", (BASIS,)), date(2016, 5, 1))


def scored(
    folder: Path,
    rows: Rows,
    codes: str,
    cohorts: Sequence[str] = ("llr_2016",),
    *,
    as_at: date = AS_AT,
    **given: Any,
) -> RunResult:
    """Score a set that is written into ``folder/set`` into ``folder/run``; ``codes`` is its file of code lists."""
    data = LinkedData(write_set(folder / "set", rows))
    (data.folder / "code_lists.csv").write_text(codes, "utf-8")
    wanted = what_is_wanted(data, **{"scores": [], "cohorts": cohorts, **given})
    with engine_of("duckdb", folder / "scratch") as engine:
        run(engine, data, wanted, folder / "run", as_at=as_at, grounds=GROUNDS)
    return RunResult(folder / "run")


def people_of(result: RunResult, scratch: Path) -> dict[int, dict[str, Any]]:
    """Everybody of a run by key."""
    with engine_of("duckdb", scratch) as engine:
        return {row["person_id"]: row for row in engine.rows(result.people(engine))}


def lists_text(names: Sequence[tuple[str, str, str]]) -> str:
    """A file of code lists from (system, list, code)."""
    return "list,system,code\n" + "".join(f"{name},{system},{code}\n" for system, name, code in names)


def grounds_options(folder: Path) -> list[str]:
    """The grounds of these runs as options of a command, with a register that is written into a folder."""
    register = folder / "register.toml"
    tables = ", ".join(f'"{name}"' for name in BASIS.tables)
    register.write_text(
        f'[[basis]]\ntables = [{tables}]\npurpose = "{PURPOSE}"\nauthority = "{BASIS.authority}"\n'
        f'reference = "{REFERENCE}"\nvalid_from = {BASIS.valid_from}\n',
        "utf-8",
    )
    return ["--purpose", PURPOSE, "--basis", REFERENCE, "--register", str(register)]
