"""What a run says may hold no identifier of a person."""

from __future__ import annotations

import re
from typing import Any


def identifiers_of(tables: dict[str, list[dict[str, Any]]]) -> set[str]:
    """The NHS numbers and other numbers of people of a set, such as a reader could look up."""
    found = {str(row.get("nhs_number") or "") for row in tables.get("persons", [])}
    found |= {str(row.get("value") or "") for row in tables.get("identifiers", [])}
    found |= {str(row["person_id"]) for rows in tables.values() for row in rows if row.get("person_id")}
    return {text for text in found if len(text) > 4}  # a shorter one stands in any count


def says_nothing_of(tables: dict[str, list[dict[str, Any]]], *texts: str) -> None:
    """Fail where a text holds an identifier of the set, or ten digits that could be one."""
    for text in texts:
        held = {one for one in identifiers_of(tables) if one in text}
        assert not held, f"{len(held)} identifiers stand in: {text[:200]}"
        assert not re.search(r"(?<![0-9A-Fa-f])\d{10}(?![0-9A-Fa-f])", text), text[:200]
        assert "person_id 9" not in text
