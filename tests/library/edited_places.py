"""Places that are wrong on purpose: the texts of a place with some changes, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import Model, from_document

BY = "a test,assumed"
Edit = tuple[str, str, str]
"""Table, what stands there, what takes its place; a row is added where nothing stands there."""


def edited_texts(texts: Mapping[str, str], *edits: Edit) -> dict[str, str]:
    """The texts with these changes."""
    found = dict(texts)
    for table, old, new in edits:
        file = f"{table}.csv"
        if not old:
            found[file] += f"{new},{BY}\n"
            continue
        assert old in found[file], f"{file} does not say {old}"
        found[file] = found[file].replace(old, new, 1)
    return found


def answer(texts: dict[str, str]) -> tuple[list[Fault], Model | None]:
    """The faults of a place, or its model."""
    try:
        return [], from_document(texts)
    except FaultsFound as found:
        return list(found.faults), None
