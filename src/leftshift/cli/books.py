"""What ``leftshift workbook`` does: a place as one workbook, and a workbook as a place folder."""

from __future__ import annotations

import tempfile
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from leftshift.cli import showing
from leftshift.model import Model, from_document, read_place
from leftshift.place.reading import PLACE_FILE, folder_texts
from leftshift.place.schema import schema
from leftshift.place.writing import write_files, write_whole
from leftshift.workbooks.opening import texts_of
from leftshift.workbooks.sheets import records_of

OK = 0
_WORKBOOK = ".xlsx"


def workbook(options: Namespace) -> int:
    """Write a place as a workbook; or, given a workbook, the place folder that it holds."""
    place: Path = options.place
    if place.is_file() and place.suffix.lower() == _WORKBOOK:
        return _to_folder(place, options.out)
    return _to_workbook(place, options.out)


def _to_workbook(place: Path, out: Path | None) -> int:
    from leftshift.workbooks.writing import write_workbook

    with showing.working("Writing the workbook"):
        model = read_place(place)
        path = out or Path(f"{model.place.code}{_WORKBOOK}")
        if path.suffix.lower() != _WORKBOOK or path.is_dir():
            raise ValueError(
                f"--out names the workbook to write, a file that ends in {_WORKBOOK}, not {path}"
            )
        write_whole({path: write_workbook(_texts(place, model))})
    showing.say(f"Wrote {path}. Read it back with: leftshift workbook {path} --out FOLDER")
    return OK


def _texts(place: Path, model: Model) -> dict[str, str]:
    texts = texts_of(place)
    if from_document(texts).place.fingerprint != model.place.fingerprint:
        return model.document()  # it changed while it was read: what was checked is what is written
    return texts


def _to_folder(book: Path, folder: Path | None) -> int:
    if folder is None or folder.suffix.lower() in {_WORKBOOK, ".zip"} or folder.is_file():
        raise ValueError("say which folder to write the place to: leftshift workbook FILE.xlsx --out FOLDER")
    with showing.working("Reading the workbook"):
        texts = texts_of(book)
        model = from_document(texts)
    written = write_folder(texts, model.place.code, folder)
    words = ", ".join(written) if written else "nothing, for nothing differs"
    showing.say(f"{folder} now holds {model.place.name}. Written: {words}")
    return OK


def write_folder(texts: Mapping[str, str], code: str, folder: Path) -> list[str]:
    """Write the files of a place that differ from what the folder holds, and remove its tables that the place has not.

    The folder is new, empty, or holds the same place; raises ValueError when it is not. Gives the names of the files.
    """
    before = _held(folder, code)
    changed = {name: text for name, text in texts.items() if _differs(name, before.get(name), text)}
    if folder.exists():
        write_files(changed, folder)
    else:
        _write_new(changed, folder)
    gone = [name for name in before if name not in texts]
    for name in gone:
        (folder / name).unlink()
    return [*sorted(changed), *(f"{name} (removed)" for name in gone)]


def _write_new(texts: dict[str, str], folder: Path) -> None:
    """Write a new folder beside its place, and move it there whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as scratch:
        write_files(texts, Path(scratch, "place"))
        Path(scratch, "place").rename(folder)


def _held(folder: Path, code: str) -> dict[str, str]:
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    if not (folder / PLACE_FILE).is_file():
        raise ValueError(f"{folder} holds something that is no place: name a new or empty folder")
    texts = folder_texts(folder)
    if _code_of(texts[PLACE_FILE]) != code:
        raise ValueError(f"{folder} holds another place than {code}: name a new folder, or its own")
    return texts


def _code_of(heading: str) -> str | None:
    try:
        found = tomllib.loads(heading).get("place", {}).get("code")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return str(found) if found else None


def _differs(name: str, before: str | None, after: str) -> bool:
    """Whether the words differ; the same cells in another spelling of CSV, such as needless quotes, stay as they were."""
    if before is None or not name.endswith(".csv"):
        return before != after
    table = schema().tables[name.removesuffix(".csv")]
    return records_of(table, before) != records_of(table, after)
