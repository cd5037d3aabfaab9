"""Folders of tables as people send them and take them away: as their files, or as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse

from leftshift.foundation.faults import Fault, Faults
from leftshift.place.archives import members_of, refuse_large, upload_limits
from leftshift.place.folders import Kind

OF_A_FOLDER = (".csv", ".toml", ".zip")
"""The kinds of files that a folder of tables is sent as."""


def files_sent(request: HttpRequest, name: str = "files") -> list[tuple[str, bytes]]:
    """Name and content of the files of a form."""
    return [(sent.name or "", sent.read()) for sent in request.FILES.getlist(name)]


def refuse_other_kinds(files: Sequence[tuple[str, bytes]], accepted: Sequence[str]) -> None:
    """Refuse files of a kind that nothing is read from, by their names: else a picture would be taken in, and said to differ in nothing.

    Within a zip such files are passed over. Raises FaultsFound.
    """
    faults, expected = Faults(), f"a file that ends in {', '.join(accepted[:-1])} or {accepted[-1]}"
    for name, _ in files:
        if not name.lower().endswith(tuple(accepted)):
            faults.add(Fault("unknown file", name, None, None, "", expected, "Leave it out"))
    faults.raise_if_any()


def texts_of_upload(files: Sequence[tuple[str, bytes]], kind: Kind, called: str = "") -> dict[str, str]:
    """File name to text of a folder that was sent as its files, or as one zip. Raises FaultsFound.

    ``called`` is what people call the kind of folder, where its own name is not enough.
    """
    faults = Faults()
    parts = _parts(files, kind, faults)
    known = {kind.file, *(table.file for table in kind.schema.tables.values())}
    texts: dict[str, str] = {}
    for name, data in parts.items():
        if name in known:
            try:
                texts[name] = data.decode("utf-8-sig")
            except UnicodeDecodeError:
                action = "Save it as 'CSV UTF-8'"
                faults.add(Fault("wrong encoding", name, None, None, "", "text in UTF-8", action))
        elif name.endswith((".csv", ".toml")):
            expected, action = f"a table of a {called or kind.whole}", "Leave it out, or correct its name"
            faults.add(Fault("unknown file", name, None, None, "", expected, action))
    faults.raise_if_any()
    return texts


def _parts(files: Sequence[tuple[str, bytes]], kind: Kind, faults: Faults) -> dict[str, bytes]:
    """File name to content of everything that was sent, out of its zips and folders."""
    limits = upload_limits()
    parts: dict[str, bytes] = {}
    for name, content in files:
        refuse_large(len(content), name, limits)
        zipped = name.lower().endswith(".zip")
        for path, data in (members_of(content, name, limits) if zipped else {name: content}).items():
            file = path.rpartition("/")[2]
            if file in parts:  # as in a zip of two folders
                action = f"Send the folder of one {kind.whole} alone"
                faults.add(Fault("duplicate file", file, None, None, path, "each file once", action))
            parts[file] = data
    return parts


def zip_of_folder(code: str, texts: Mapping[str, str]) -> HttpResponse:
    """The texts of a folder as a zip to be taken away, the same bytes for the same texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in sorted(texts.items()):
            packed.writestr(zipfile.ZipInfo(f"{code}/{name}"), text)
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{code}.zip"'
    return response
