"""Which file of records a place means: the one that records.csv names, in the folder ``records`` beside it."""

from __future__ import annotations

from pathlib import Path

from leftshift.foundation.faults import Faults, near_miss
from leftshift.place.capacity_rows import RecordFile
from leftshift.place.place import Place
from leftshift.place.seen import fault_at

FOLDER = "records"


class NoRecords(LookupError):
    """A place without files of records, or not the one that was asked for."""


def record_file(place: Place, name: str = "") -> RecordFile:
    """The row of the file of that name; without a name, of the only one. Raises NoRecords."""
    names = [row.file for row in place.records]
    if not names:
        raise NoRecords("this place has no records.csv, which names the files of its folder records")
    if not name and len(names) > 1:
        raise NoRecords(f"this place has several files of records, {', '.join(names)}: say which with --file")
    found = next((row for row in place.records if name in ("", row.file)), None)
    if found is None:
        hint = near_miss(name, names)
        raise NoRecords(f"records.csv names no file {name}" + (f": did you mean {hint}?" if hint else ""))
    return found


def path_of(row: RecordFile, folder: Path) -> Path:
    """Where a file of records lies, given the place folder. Raises FaultsFound where it is not there, NoRecords for a zip or workbook."""
    if not folder.is_dir():
        raise NoRecords(
            f"records lie in the folder of a place; {folder.name} is a file, which does not carry them"
        )
    faults = Faults()
    path = folder / FOLDER / row.file
    if Path(row.file).name != row.file:
        expected, action = "the name of a file, without folders", f"Put it into {FOLDER} and write its name"
        faults.add(fault_at(row, "file", "not safe", expected=expected, action=action))
    elif not path.is_file():
        expected, action = (
            f"a file of the folder {FOLDER}",
            "Put it there, correct its name or remove the row",
        )
        near = near_miss(row.file, (entry.name for entry in path.parent.glob("*")))
        faults.add(fault_at(row, "file", "missing file", expected=expected, action=action, suggestion=near))
    faults.raise_if_any()
    return path
