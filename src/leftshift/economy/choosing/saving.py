"""A portfolio as a scenario of its place, so that any command can run it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from leftshift.economy.choosing.asking import Asked
from leftshift.economy.choosing.variants import Taken, with_chosen
from leftshift.place.rows import Intervention


def scenario_text(asked: Asked, taken: Mapping[str, Taken]) -> str:
    """The file of a scenario that holds a choice; without any change where it is the plan as it stands."""
    changed = {
        row.intervention: row
        for row in with_chosen(asked.place, frozenset(asked.choosable), taken).interventions
    }
    parts = [
        f"name = {_text(asked.question.name)}",
        'description = "A portfolio: what is chosen, when it starts and how much of it."',
        f"source = {_text(f'leftshift portfolio, {asked.question.file}')}",
    ]
    for row in sorted(asked.place.interventions, key=lambda row: row.intervention):
        cells = dict(_cells(row, changed[row.intervention]))
        if row.intervention in asked.choosable and cells:
            parts.append("\n[[change]]\n" + "\n".join(_change(row, taken.get(row.intervention), cells)))
    return "\n".join(parts) + "\n"


def changes_nothing(text: str) -> bool:
    """Whether a scenario that was made here leaves the plan as it stands."""
    return "[[change]]" not in text


def _cells(before: Intervention, after: Intervention) -> Iterator[tuple[str, str]]:
    if after.stage != before.stage:
        if after.delivery or before.delivery:
            yield "stage", after.stage
    elif before.stage == "comparison":
        return  # not chosen: it counts nowhere, and is compared with as before
    if after.delivery != before.delivery:
        yield "delivery", "0%" if after.delivery == 0 else repr(after.delivery)
    if after.delay_months != before.delay_months:
        yield "delay_months", str(after.delay_months)


def _change(row: Intervention, taken: Taken | None, cells: Mapping[str, str]) -> list[str]:
    sets = ", ".join(f"{column} = {_text(value)}" for column, value in cells.items())
    return [
        f"why = {_text(f'{row.name}: {_words(taken)}')}",
        'table = "interventions"',
        f"where = {{ intervention = {_text(row.intervention)} }}",
        f"set = {{ {sets} }}",
    ]


def _words(taken: Taken | None) -> str:
    if taken is None:
        return "not chosen"
    parts = ["chosen"]
    if taken.later:
        parts.append(f"{taken.later} year{'s' if taken.later > 1 else ''} later")
    if taken.scale != 1.0:
        parts.append(f"at {taken.scale:.4g} of what is planned")
    return ", ".join(parts)


def _text(value: str) -> str:
    # A JSON string is a TOML basic string; delete (0x7f) is the one character that TOML wants escaped besides.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
