"""Faults of observations: periods, versions, and numbers that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leftshift.foundation.faults import Fault, near_miss
from leftshift.measures.age_bands import standard_bands
from leftshift.measures.definitions import Definition, Definitions, definitions_of
from leftshift.measures.parameters import parameter
from leftshift.place.measure_rows import Observation, ObservationByAge
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at


def observation_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault of what was observed."""
    if not seen.is_usable("measures", "measure_definitions"):
        return
    definitions = definitions_of(place)
    every = {row.measure: row.every for row in place.measures}
    cells: dict[tuple[object, ...], Observation] = {}
    sorts: dict[tuple[str, str], str] = {}
    for row in place.observations:
        if row.measure not in definitions:
            continue  # told where the measure is looked up
        yield from _of_period(row, every, sorts)
        definition = _definition(row, definitions)
        if definition is None:
            yield _unknown_version(row, definitions)
            continue
        other = cells.setdefault((row.measure, row.of, row.period, definition.version, row.revision), row)
        if other is not row:
            yield fault_at(
                row,
                "version",
                "observed twice",
                expected=f"one figure, and row {other.origin.row} has the same",
                action="Remove one, or give the later one a higher revision",
            )
        yield from _of_numbers(row, definition)
    for by_age in place.observations_by_age:
        if by_age.measure not in definitions:
            continue
        yield from _of_period(by_age, every, sorts)
        yield from _of_ages(by_age, definitions)


def _definition(
    row: Observation | ObservationByAge, definitions: Mapping[str, Definitions]
) -> Definition | None:
    found = definitions[row.measure]
    return found.named(row.version) if row.version else found.in_force(row.period)


def _unknown_version(row: Observation | ObservationByAge, definitions: Mapping[str, Definitions]) -> Fault:
    versions = [found.version for found in definitions[row.measure].versions]
    return fault_at(
        row,
        "version",
        "unknown version",
        expected="one of " + ", ".join(versions),
        action="Correct it, or add it to measure_definitions.csv",
        suggestion=near_miss(row.version, versions),
    )


def _of_period(
    row: Observation | ObservationByAge, every: Mapping[str, str], sorts: dict[tuple[str, str], str]
) -> Iterator[Fault]:
    if row.period.kind != every[row.measure]:
        yield fault_at(
            row,
            "period",
            "another kind of period",
            expected=f"a {every[row.measure]}, as measures.csv says of {row.measure}",
            action="Correct the period, or what measures.csv says",
        )
        return
    first = sorts.setdefault((row.measure, row.of), _sort(row))
    if first != _sort(row):
        yield fault_at(
            row,
            "period",
            "another kind of period",
            expected="a period that follows the others of this series",
            action="Keep financial years, calendar years and spans of years in measures of their own",
        )


def _sort(row: Observation | ObservationByAge) -> str:
    """Kind, length and, for years, the month they begin in."""
    return f"{row.period.sort} {row.period.first.month if row.period.kind == 'year' else ''}"


def _of_numbers(row: Observation, definition: Definition) -> Iterator[Fault]:
    kind = definition.kind
    if kind.by_age and row.value is None:
        yield _fault(
            row,
            "value",
            "value missing",
            "a value: a standardised rate is worked out of observations_by_age.csv, or given",
        )
    elif row.value is None and row.numerator is None:
        yield _fault(row, "value", "value missing", "a value or a numerator")
    elif row.value is None and kind.needs_denominator and row.denominator is None:
        yield _fault(row, "denominator", "value missing", f"the denominator of a {kind.name}")
    if (
        kind.share
        and row.numerator is not None
        and row.denominator is not None
        and row.numerator > row.denominator
    ):
        yield _fault(row, "numerator", "part larger than whole", f"at most {row.denominator}")
    if kind.name not in ("mean", "count") and row.numerator is not None and row.numerator < 0:
        yield _fault(row, "numerator", "value out of range", "0 or more")
    if (row.lower is None) != (row.upper is None):
        yield _fault(
            row,
            "lower" if row.lower is None else "upper",
            "value missing",
            "both ends of the interval, or neither",
        )
    elif row.lower is not None and row.upper is not None and row.lower > row.upper:
        yield _fault(row, "upper", "ends do not follow", f"{row.lower} or more")
    yield from _contradictions(row, definition)


def _contradictions(row: Observation, definition: Definition) -> Iterator[Fault]:
    """A published value that its own numerator and denominator do not give, further off than its printed decimals explain."""
    if row.value is None or row.numerator is None or definition.kind.by_age:
        return
    worked_out = float(row.numerator) * definition.multiplier
    if definition.kind.needs_denominator:
        if not row.denominator:
            return
        worked_out /= float(row.denominator)
    exponent = row.value.as_tuple().exponent
    unit = 10.0**exponent if isinstance(exponent, int) else 1.0
    if abs(worked_out - float(row.value)) > parameter("print_tolerance") * unit * (1 + 1e-9):
        yield _fault(
            row,
            "value",
            "figures contradict each other",
            f"about {worked_out:.10g}, as numerator and denominator give",
        )


def _of_ages(row: ObservationByAge, definitions: Mapping[str, Definitions]) -> Iterator[Fault]:
    definition = _definition(row, definitions)
    if definition is None:
        yield _unknown_version(row, definitions)
    elif not definition.kind.by_age:
        yield fault_at(
            row,
            "measure",
            "nothing uses it",
            expected="a measure that is a standardised rate",
            action="Write the figure into observations.csv, or correct the kind of the definition",
        )
    bands = standard_bands()
    if str(row.age_band) not in bands:
        yield fault_at(
            row,
            "age_band",
            "another age band",
            expected="one of " + ", ".join(bands),
            action="Add bands up, or split them, to those of the standard population",
        )


def _fault(row: Observation, column: str, kind: str, expected: str) -> Fault:
    return fault_at(row, column, kind, expected=expected, action="Correct the row")
