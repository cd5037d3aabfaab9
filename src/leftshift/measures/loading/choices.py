"""What a person may choose when a file is loaded, and the small file that maps its codes to those of the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.sources import Basis
from leftshift.foundation.toml_text import NotToml, parse_toml

Holds = Literal["value", "numerator"]
_TABLES = ("measures", "bodies", "only")


@dataclass(frozen=True)
class Choices:
    """How files are to be read: the layout, what their codes mean here, which rows are taken, what is written beside each figure.

    ``only`` is column to what it may say; ``unread`` names columns that are not read; ``holds`` says what the cells of a wide table are.
    """

    layout: str | None = None
    sheet: str | None = None
    measures: Mapping[str, str] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    measure: str | None = None
    of: str | None = None
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    holds: Holds = "value"
    provisional: bool = False
    released: date | None = None
    source: str | None = None
    basis: Basis = "published"
    owner: str | None = None


def with_map(choices: Choices, text: str, file: str, faults: Faults) -> Choices:
    """The choices with what a mapping file says: tables [measures], [bodies] and [only]. Its faults are added."""
    try:
        given = parse_toml(text)
    except NotToml as problem:
        faults.add(Fault("file not understood", file, None, None, "", "TOML", f"Mend it: {problem}"))
        return choices
    for name in sorted(set(given) - set(_TABLES)):
        faults.add(
            Fault(
                "unknown column",
                file,
                None,
                name,
                "",
                "one of [measures], [bodies], [only]",
                "Remove or rename it",
                near_miss(name, _TABLES),
            )
        )
    tables = {name: _table(given.get(name, {}), name, file, faults) for name in _TABLES}
    only = {column: _kept(values) for column, values in tables["only"].items()}
    return replace(
        choices,
        measures={**_texts(tables["measures"], "measures", file, faults), **choices.measures},
        bodies={**_texts(tables["bodies"], "bodies", file, faults), **choices.bodies},
        only={**only, **choices.only},
    )


def chosen_rows(texts: Iterable[str]) -> dict[str, frozenset[str]]:
    """``Sex=Female`` as what a person writes to choose rows; the same column may be named again. Raises ValueError."""
    found: dict[str, set[str]] = {}
    for text in texts:
        column, sign, value = text.partition("=")
        if not sign or not column.strip():
            raise ValueError(f"--only is written as COLUMN=VALUE, such as --only Sex=Female; found {text}")
        found.setdefault(column.strip(), set()).add(value.strip())
    return {column: frozenset(values) for column, values in found.items()}


def _table(given: Any, name: str, file: str, faults: Faults) -> Mapping[str, Any]:
    if isinstance(given, dict):
        return given
    faults.add(
        Fault("file not understood", file, None, name, "", f"a table [{name}]", "Write a line for each code")
    )
    return {}


def _texts(given: Mapping[str, Any], name: str, file: str, faults: Faults) -> dict[str, str]:
    for key, value in given.items():
        if not isinstance(value, str):
            faults.add(
                Fault(
                    "file not understood", file, None, f"{name}.{key}", shown(str(value)), "a text in quotes", "Put it in quotes"
                )
            )  # fmt: skip
    return {key.strip(): value.strip() for key, value in given.items() if isinstance(value, str)}


def _kept(values: Any) -> frozenset[str]:
    return frozenset(str(value) for value in (values if isinstance(values, list) else [values]))
