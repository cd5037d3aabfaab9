"""Whatever form a place comes in: the texts of its folder."""

from __future__ import annotations

from pathlib import Path

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.place.archives import read_archive, refuse_large, upload_limits
from leftshift.place.reading import folder_texts

ENDINGS = (".xlsx", ".zip")
_MACROS = (".xlsm", ".xltm", ".xlam")


def texts_of_upload(name: str, content: bytes) -> dict[str, str]:
    """File name to text of the place folder in a file that somebody sent: a workbook (.xlsx) or a zip of the folder.

    The ending of ``name`` says which; the content must agree. Raises FaultsFound with everything that is wrong.
    """
    refuse_large(len(content), name, upload_limits())
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if not content:
        raise _refused(
            "file not understood", name, "a file with something in it", "Send it again", "an empty file"
        )
    if ending == ".xlsx":
        from leftshift.workbooks.reading import read_workbook

        return read_workbook(content, name)
    if ending == ".zip":
        return read_archive(content, name)
    raise _wrong_ending(name, ending)


def texts_of(path: Path) -> dict[str, str]:
    """File name to text of a place at a path: a folder, a zip of one, or a workbook. Raises FaultsFound, OSError."""
    if not path.is_file():
        return folder_texts(path)
    refuse_large(path.stat().st_size, path.name, upload_limits())
    return texts_of_upload(path.name, path.read_bytes())


def _wrong_ending(name: str, ending: str) -> FaultsFound:
    if ending in _MACROS:
        action = "Save it as Excel Workbook (.xlsx), without macros"
        return _refused("macros", name, "a workbook without macros", action)
    if ending in {".xls", ".xlsb", ".ods", ".numbers"}:
        action = "Save it as Excel Workbook (.xlsx)"
        return _refused("file not understood", name, "a workbook (.xlsx)", action)
    expected = "a workbook (.xlsx) or a zip of the place folder (.zip)"
    return _refused("file not understood", name, expected, "Send the place in one of these forms")


def _refused(kind: str, name: str, expected: str, action: str, found: str = "") -> FaultsFound:
    faults = Faults()
    faults.add(Fault(kind, name, None, None, found, expected, action))
    return FaultsFound(faults)
