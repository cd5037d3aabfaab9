"""Which characters our font has: PDF/UA refuses a page with a character that no font can show."""

from __future__ import annotations

import struct
import unicodedata
from functools import cache

from leftshift.reports.drawing import FONTS

MISSING = "\u25a1"


def shown(text: str) -> str:
    """The text with a replacement mark for each character that the font of the PDF does not have."""
    known = _characters()
    return "".join(
        character if character in known or unicodedata.category(character) == "Cf" else MISSING
        for character in text
    )


def drawable(drawing: str) -> str:
    """A drawing with only what typst can set in one: marks that join no letter of the font are left out."""
    joined = shown(unicodedata.normalize("NFC", drawing))
    return "".join(character for character in joined if unicodedata.category(character) not in {"Mn", "Me"})


@cache
def _characters() -> frozenset[str]:
    """The characters that every cut of the font has, and white space."""
    cuts = [_characters_of(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*cuts) | frozenset(" \n\t")


def _characters_of(font: bytes) -> frozenset[str]:
    """The characters of a TrueType font, from format 4 of its table ``cmap`` (OpenType specification)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, start + 2)
    found: set[str] = set()
    for at in range(encodings):
        _, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * at)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == 4:
            found |= _segments(font, start + offset)
    return frozenset(found)


def _segments(font: bytes, start: int) -> set[str]:
    (twice,) = struct.unpack_from(">H", font, start + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    firsts, deltas, ranges = (
        struct.unpack_from(f">{count}H", font, start + 16 + twice * part) for part in (1, 2, 3)
    )
    found = set()
    for segment, (first, end) in enumerate(zip(firsts, ends, strict=True)):
        for code in range(first, min(end, 0xFFFE) + 1):
            glyph = (code + deltas[segment]) & 0xFFFF
            if ranges[segment]:
                where = start + 16 + 3 * twice + 2 * segment + ranges[segment] + 2 * (code - first)
                (listed,) = struct.unpack_from(">H", font, where)
                glyph = (listed + deltas[segment]) & 0xFFFF if listed else 0
            if glyph:
                found.add(chr(code))
    return found
