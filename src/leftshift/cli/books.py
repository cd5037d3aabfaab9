"""What ``leftshift workbook`` does: a place as one workbook with live formulas, and an edited copy back into its folder."""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leftshift.cli import showing, showing_answers
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.model import Model, from_document, read_place
from leftshift.place.differences import differences
from leftshift.place.place import Place
from leftshift.place.reading import PLACE_FILE, folder_texts, read_document
from leftshift.place.schema import schema
from leftshift.place.writing import write_files, write_whole
from leftshift.workbooks.calculated import Agreement, agreement
from leftshift.workbooks.opening import texts_of, texts_of_upload
from leftshift.workbooks.sheets import records_of

OK = 0
_WORKBOOK = ".xlsx"


def write(options: Namespace) -> int:
    """Write a place as a workbook, with live formulas unless told otherwise."""
    from leftshift.workbooks.writing import write_workbook

    path: Path = options.file
    if path.suffix.lower() != _WORKBOOK or path.is_dir():
        raise ValueError(f"name the workbook to write, a file that ends in {_WORKBOOK}, not {path}")
    with showing.working("Writing the workbook"):
        texts = _texts(options.place, read_place(options.place))
        write_whole({path: write_workbook(texts, live=not options.inputs_only)})
    showing.say(f"Wrote {path}. Take an edited copy back with: leftshift workbook read {path} FOLDER")
    return OK


def _texts(place: Path, model: Model) -> dict[str, str]:
    texts = texts_of(place)
    if from_document(texts).place.fingerprint != model.place.fingerprint:
        return model.document()  # it changed while it was read: what was checked is what is written
    return texts


def read(options: Namespace) -> int:
    """Write the place that a workbook holds to a folder, and say what changed against what the folder held."""
    book, folder = options.file, options.folder
    if book.is_dir() or book.suffix.lower() != _WORKBOOK:
        raise ValueError(f"name the workbook to read, a file that ends in {_WORKBOOK}, not {book}")
    if folder.suffix.lower() in {_WORKBOOK, ".zip"} or folder.is_file():
        raise ValueError(f"say which folder to write the place to: leftshift workbook read {book} FOLDER")
    with showing.working("Reading the workbook"):
        content = book.read_bytes()
        texts = texts_of_upload(book.name, content)
        model = from_document(texts)
        found = _Taken(model.place, _place_of(held_by(folder, model.place.code)), agreement(content, texts))
    found.tell(folder, write_folder(texts, model.place.code, folder), as_json=options.json)
    return OK


def _place_of(texts: Mapping[str, str]) -> Place | None:
    """The place that a folder held, as far as it can be read; None for a new folder."""
    return read_document(texts).place if texts else None


@dataclass(frozen=True)
class _Taken:
    """What came of taking a workbook back."""

    place: Place
    before: Place | None
    agreement: Agreement | None

    def tell(self, folder: Path, written: list[str], *, as_json: bool) -> None:
        """Print what changed, what was written, and whether the formulas showed what the library works out."""
        changes = differences(self.before, self.place) if self.before else ()
        words = _of_agreement(self.agreement)
        if as_json:
            document = {
                "place": self.place.code, "version": self.place.fingerprint, "new": self.before is None, "written": written,
                "changes": [change.document() for change in changes], "formulas": words,
            }  # fmt: skip
            print(json.dumps(document, ensure_ascii=False, indent=1))
            return
        if self.before is not None:
            showing_answers.show_inputs(changes)
        files = ", ".join(written) if written else "nothing, for nothing differs"
        showing.say(
            f"{folder} now holds {self.place.name}, version {self.place.fingerprint[:12]}. Written: {files}"
        )
        showing.say(words)


def _of_agreement(found: Agreement | None) -> str:
    if found is None:
        return "The workbook has no formulas to compare with."
    if found.structure_moved:
        return "Rows or words were edited, which its formulas do not follow: write it again to see them move."
    if found.largest is None:
        return "No program has worked its formulas out since the edit, so they were not compared."
    if found.agrees:
        return "Its formulas agree with leftshift to £1 in every organisation and year."
    return (
        f"Its formulas and leftshift are up to £{found.largest * 1000:,.0f} apart. leftshift's figures hold: a rate that was typed "
        "with a per cent sign where 4 was written means 4%, which a formula cannot see; or the workbook was not recalculated."
    )


def write_folder(texts: Mapping[str, str], code: str, folder: Path) -> list[str]:
    """Write the files of a place that differ from what the folder holds, and remove its tables that the place has not.

    The folder is new, empty, or holds the same place; raises ValueError when it is not. Gives the names of the files.
    """
    before = held_by(folder, code)
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


def held_by(folder: Path, code: str) -> dict[str, str]:
    """The texts of the place in a folder, none for a new or empty one; raises ValueError where it holds something else."""
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
        place = parse_toml(heading).get("place")
    except NotToml:
        return None
    found = place.get("code") if isinstance(place, dict) else None
    return str(found) if found else None


def _differs(name: str, before: str | None, after: str) -> bool:
    """Whether the words differ; the same cells in another spelling of CSV, such as needless quotes, stay as they were."""
    if before is None or not name.endswith(".csv"):
        return before != after
    table = schema().tables[name.removesuffix(".csv")]
    return records_of(table, before) != records_of(table, after)
