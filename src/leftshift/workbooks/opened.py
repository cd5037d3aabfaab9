"""A workbook that has been opened with care: its parts, and its sheets row by row."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leftshift.place.archives import Limits


@dataclass(frozen=True)
class Opened:
    """A workbook whose parts have been found harmless: ready to be read row by row."""

    name: str
    book: Any
    parts: Mapping[str, bytes]
    limits: Limits

    def part_of(self, sheet: Any) -> bytes:
        """The XML of a sheet."""
        return self.parts.get(sheet._worksheet_path, b"")

    def with_formulas(self) -> Any:
        """The workbook once more, with formulas in place of the values that were stored for them; to be closed."""
        return load(self.parts, values=False)


def load(parts: Mapping[str, bytes], *, values: bool) -> Any:
    """A workbook of these parts, which are to be harmless, row by row: with stored values, or with formulas."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep, such as lists of choices
        return openpyxl.load_workbook(zip_of(parts), read_only=True, data_only=values, keep_links=False)


def zip_of(parts: Mapping[str, bytes]) -> io.BytesIO:
    """The parts as a workbook again: openpyxl sees nothing else of the file, whatever its parts name each other."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part, data in parts.items():
            packed.writestr(zipfile.ZipInfo(part), data)
    return out


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook that has been read already, and so is known to do no harm."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
