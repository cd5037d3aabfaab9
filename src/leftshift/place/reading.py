"""Read a place folder: every fault at once, nothing half-read, memory bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Faults, near_miss, shown
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.place.checking import check_place
from leftshift.place.place import Place
from leftshift.place.reading_rows import Reading
from leftshift.place.reading_tables import Opener, read_table, text_opener
from leftshift.place.rows import ROW_TYPES
from leftshift.place.scenarios import FOLDER as SCENARIOS
from leftshift.place.scenarios import Scenario, read_scenario
from leftshift.place.schema import schema
from leftshift.place.seen import Seen

PLACE_FILE = "place.toml"
_HEADING = ("code", "name", "base_year", "last_year", "perimeter")
_LONGEST_PLAN = 60


@dataclass(frozen=True)
class PlaceRead:
    """What reading gave: the place as far as it could be read, what was seen of it, and its faults."""

    place: Place | None
    seen: Seen
    faults: Faults


def read_folder(folder: Path) -> PlaceRead:
    """Read and check a place folder; faults are values, so that others can add theirs."""
    reading = Reading(Faults(), schema(), ROW_TYPES)
    if not folder.is_dir():
        reading.refuse(
            "missing file",
            folder.name or str(folder),
            "a folder with place.toml and tables",
            "Name the folder of a place, or make one with: leftshift new",
        )
        return PlaceRead(None, reading.seen, reading.faults)
    _look_for_strangers(folder, reading)
    _look_in_scenarios(folder / SCENARIOS, reading)
    files = {path.name: _opener(path) for path in sorted(folder.glob("*.csv"))}
    scenarios = {
        f"{SCENARIOS}/{path.name}": _read_text(path, reading, f"{SCENARIOS}/{path.name}")
        for path in sorted((folder / SCENARIOS).glob("*.toml"))
        if path.is_file()
    }
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.csv")}
    heading = folder / PLACE_FILE
    text = _read_text(heading, reading) if heading.is_file() else None
    return _assemble(reading, text, files, sizes, scenarios)


def folder_texts(folder: Path) -> dict[str, str]:
    """File name to text of a place folder, word for word, so that rows keep their numbers when they are stored."""
    tables = {table.file for table in schema().tables.values()}
    found = [folder / PLACE_FILE, *(path for path in sorted(folder.glob("*.csv")) if path.name in tables)]
    texts = {path.name: path.read_text("utf-8-sig") for path in found if path.is_file()}
    scenarios = [path for path in sorted((folder / SCENARIOS).glob("*.toml")) if path.is_file()]
    return texts | {f"{SCENARIOS}/{path.name}": path.read_text("utf-8-sig") for path in scenarios}


def read_document(document: Mapping[str, str]) -> PlaceRead:
    """Read the texts that ``document`` of ``writing`` made, as ``read_folder`` reads files."""
    files = {name: text_opener(text) for name, text in document.items() if name.endswith(".csv")}
    sizes = {name: len(text) for name, text in document.items()}
    scenarios = {name: text for name, text in document.items() if name.startswith(f"{SCENARIOS}/")}
    return _assemble(
        Reading(Faults(), schema(), ROW_TYPES), document.get(PLACE_FILE), files, sizes, scenarios
    )


def _assemble(
    reading: Reading,
    heading: str | None,
    files: Mapping[str, Opener],
    sizes: Mapping[str, int],
    scenarios: Mapping[str, str | None],
) -> PlaceRead:
    _read_heading(heading, reading)
    for table in reading.schema.tables.values():
        read_table(table, files.get(table.file), sizes.get(table.file, 0), reading)
    if "base_year" not in reading.heading or "last_year" not in reading.heading:
        return PlaceRead(None, reading.seen, reading.faults)
    tables: dict[str, Any] = {name: tuple(found) for name, found in reading.tables.items()}
    place = Place(**reading.heading, **tables, scenarios=_read_scenarios(scenarios, reading))
    reading.faults.add_all(check_place(place, reading.seen))
    return PlaceRead(place, reading.seen, reading.faults)


def _read_scenarios(texts: Mapping[str, str | None], reading: Reading) -> tuple[Scenario, ...]:
    found = []
    for name, text in sorted(texts.items()):
        if text is None:
            continue
        scenario, faults = read_scenario(name, text)
        reading.faults.add_all(faults)
        reading.seen.faulty |= {fault.file for fault in faults}
        if scenario is not None:
            found.append(scenario)
    return tuple(found)


def _opener(path: Path) -> Opener:
    return lambda: path.open(encoding="utf-8-sig", newline="")


def _look_for_strangers(folder: Path, reading: Reading) -> None:
    known = {table.file for table in reading.schema.tables.values()}
    for path in sorted(folder.iterdir()):
        if (
            path.suffix.lower() in {".csv", ".tsv", ".xlsx", ".xls"}
            and path.name not in known
            and path.is_file()
        ):
            reading.refuse(
                "unknown file",
                path.name,
                "one of the tables of the schema",
                "Rename it or move it out of the folder: nothing would read it",
                suggestion=near_miss(path.name, known),
            )


def _look_in_scenarios(folder: Path, reading: Reading) -> None:
    for path in sorted(folder.glob("*")):
        if path.suffix != ".toml" and not path.name.startswith("."):
            reading.refuse(
                "unknown file",
                f"{SCENARIOS}/{path.name}",
                "files of scenarios, which end in .toml",
                "Rename it or move it out of the folder: nothing would read it",
            )


def _read_text(path: Path, reading: Reading, name: str = "") -> str | None:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        reading.refuse("wrong encoding", name or path.name, "text in UTF-8", "Save the file as UTF-8")
        return None


def _read_heading(text: str | None, reading: Reading) -> None:
    if text is None:
        if not reading.faults:
            reading.refuse(
                "missing file",
                PLACE_FILE,
                "a file with code, name, base_year, last_year and perimeter",
                "Add it; leftshift new writes one to start from",
            )
        return
    try:
        document = parse_toml(text).get("place", {})
    except NotToml as problem:
        reading.refuse("file not understood", PLACE_FILE, "TOML", f"Mend it: {problem}")
        return
    _check_heading(document, reading)


def _check_heading(document: Any, reading: Reading) -> None:
    given = document if isinstance(document, dict) else {}
    for name in _HEADING:
        if not isinstance(given.get(name), str) or not given[name].strip():
            reading.refuse(
                "missing value", PLACE_FILE, f'{name} = "…" under [place]', f"Add {name}", column=name
            )
    for name in sorted(set(given) - {*_HEADING, "description"}):
        reading.refuse(
            "unknown column",
            PLACE_FILE,
            "one of " + ", ".join((*_HEADING, "description")),
            "Remove or rename it",
            column=name,
            suggestion=near_miss(name, _HEADING),
        )
    reading.heading = {"code": "", "name": "", "perimeter": ""}
    reading.heading |= {
        name: str(given[name]).strip() for name in (*_HEADING, "description") if name in given
    }
    for name in ("base_year", "last_year"):
        _heading_year(name, reading)
    first, last = reading.heading.get("base_year"), reading.heading.get("last_year")
    if first and last and not first.starts < last.starts <= first.starts + _LONGEST_PLAN:
        reading.refuse(
            "year outside the plan",
            PLACE_FILE,
            f"a last year after {first} and at most {_LONGEST_PLAN} years later",
            "Correct base_year or last_year",
            column="last_year",
            found=str(last),
        )
        del reading.heading["last_year"]


def _heading_year(name: str, reading: Reading) -> None:
    written = reading.heading.pop(name, "")
    try:
        if written:
            reading.heading[name] = FinancialYear.parse(written)
    except YearNotUnderstood as problem:
        reading.refuse(
            "year not understood",
            PLACE_FILE,
            "a financial year such as 2016/17",
            str(problem).capitalize(),
            column=name,
            found=shown(written),
        )
