"""What only the whole of a business case can show: keys that share nothing, shares of those who take no part."""

from __future__ import annotations

from leftshift.foundation.reading_toml import TomlReader
from leftshift.fund.cases.case import BENEFIT, Case, Line
from leftshift.fund.cases.sharing import benefit_totals, flows_of_lines, key_weights

MOST_PARTS = 250_000
"""Amounts by line, year and organisation: far more than people write, and what fits into a second or two."""


def check_sharing(case: Case, reader: TomlReader) -> None:
    """Refuse keys by which an amount of the case cannot be shared, and more parts than can be worked out at once."""
    parts = sum(
        len(row.amounts) * (len(case.phase(row.phase).members) if row.key else 1) for row in case.lines
    )
    if parts > MOST_PARTS:
        expected = f"at most {MOST_PARTS:,} amounts by line, year and organisation"
        reader.refuse("too many", "lines", expected, "Put lines or organisations together", f"{parts:,}")
        return
    for at, line in enumerate(case.lines, start=1):
        if line.key and line.is_money and line.side == BENEFIT:
            _check_line(case, line, f"lines {at}.key", reader, {})
    if reader.faults:
        return
    totals = {
        row.code: benefit_totals(flows_of_lines(case, case.lines_of(row.code, BENEFIT), {}, case.bias_level))
        for row in case.options
    }
    for at, line in enumerate(case.lines, start=1):
        if line.key and line.is_money and line.side != BENEFIT:
            _check_line(case, line, f"lines {at}.key", reader, totals[line.option])


def _check_line(
    case: Case, line: Line, where: str, reader: TomlReader, totals: dict[tuple[str, str], int]
) -> None:
    key, phase = case.keys[line.key], case.phase(line.phase)
    phase_name = phase.name if phase.code else "the whole case"
    outside = [code for code, weight in key.weights.items() if weight and code not in phase.members]
    if key.kind == "fixed" and outside:
        expected = f"percentages of members of {phase_name} only; {', '.join(outside)} takes no part"
        reader.refuse("not a member", where, expected, "Use another key, or add them to the phase", key.code)
    weights = key_weights(case, key, line.phase, totals)
    missing = [code for code, weight in weights.items() if not weight]
    if key.kind == "population" and missing:
        expected = f"a population of every member of {phase_name}; none is given for {', '.join(missing)}"
        reader.refuse("missing value", where, expected, "Give it at the organisation", key.code)
    elif not any(weights.values()):
        what = {"benefit_share": "a benefit of the phase in money"}.get(key.kind, "a weight above nought")
        expected = f"{what} of at least one member of {phase_name}"
        reader.refuse(
            "nothing to share by", where, expected, "Use another key, or state what is missing", key.code
        )
