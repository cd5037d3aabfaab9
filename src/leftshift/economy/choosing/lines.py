"""Where things stand in a TOML text: the line of each value, which the reader of the language does not keep."""

from __future__ import annotations

import re
from collections import Counter

_TABLE = re.compile(r"^\s*\[(\[?)\s*([A-Za-z_.]+)\s*\]")
_KEY = re.compile(r"^\s*\"?([A-Za-z_]+)\"?\s*=")


def lines_of(text: str) -> dict[str, int]:
    """Path to line, as ``objective.years`` or ``choices 2.starts``; of a table the line of its heading."""
    found: dict[str, int] = {}
    seen: Counter[str] = Counter()
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _TABLE.match(line):
            name = heading[2]
            seen[name] += 1
            table = f"{name} {seen[name]}" if heading[1] else name
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{table}.{key[1]}" if table else key[1], number)
    return found
