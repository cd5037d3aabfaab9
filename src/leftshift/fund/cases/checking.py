"""What only the whole of a business case can show: keys that share nothing, shares of those who take no part."""

from __future__ import annotations

from leftshift.foundation.reading_toml import TomlReader
from leftshift.fund.cases.case import BENEFIT, Case, Line
from leftshift.fund.cases.sharing import benefit_totals, flows_of_lines, key_weights


def check_sharing(case: Case, reader: TomlReader) -> None:
    """Refuse keys by which an amount of the case cannot be shared."""
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
