"""Write a Word document so that the same content gives the same bytes: no clock in its archive, parts in one order."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = ("[Content_Types].xml", "_rels/.rels")  # readers that guess what a file is look at its beginning
_DAY = (1980, 1, 1, 0, 0, 0)


def sealed(document: Any) -> bytes:
    """The document as the bytes of its file."""
    saved = io.BytesIO()
    document.save(saved)
    with ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name in sorted(parts, key=lambda name: (name not in _FIRST, name)):
            about = ZipInfo(name, _DAY)
            about.compress_type, about.create_system, about.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(about, parts[name])
    return out.getvalue()
