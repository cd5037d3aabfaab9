"""Faults of targets: expressions that cannot be read or worked out, runs of periods that overlap or fit nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from leftshift.foundation.faults import Fault, shown
from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.definitions import Definition, Definitions, definitions_of
from leftshift.measures.series import BETTER
from leftshift.measures.targets.expressions import (
    OF_PEERS,
    OF_PLAN,
    Expression,
    ExpressionRefused,
    read_expression,
)
from leftshift.measures.targets.working_out import baseline_of
from leftshift.place.measure_rows import Measure, MeasureTarget, Observation, ObservationByAge
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at

_NO_LONGER_THAN = 600
"""Periods of one row of targets: more is a slip of the pen."""


def target_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault of targets."""
    if not seen.is_usable("measures", "measure_definitions", "areas", "organisations"):
        return
    measures = {row.measure: row for row in place.measures}
    definitions = definitions_of(place)
    for row in place.measure_targets:
        if row.measure not in definitions:
            continue  # told where the measure is looked up
        measure, definition = measures[row.measure], definitions[row.measure].in_force(row.since)
        yield from _of_periods(row, measure)
        yield from _of_sharing(row, place, definition)
        try:
            expression = read_expression(row.target)
        except ExpressionRefused as problem:
            yield fault_at(
                row,
                "target",
                "expression not understood",
                expected=problem.expected,
                action=problem.action,
                suggestion=problem.suggestion,
            )
            continue
        yield from _of_expression(row, expression, measure, definition)
        yield from _of_number(row, expression, definition)
        yield from _of_meaning(row, expression, measure, place, seen)
    yield from _overlaps(place)


def _of_periods(row: MeasureTarget, measure: Measure) -> Iterator[Fault]:
    for column, period in (("since", row.since), ("until", row.until)):
        if period.kind not in (measure.every, "year"):
            yield fault_at(
                row,
                column,
                "another kind of period",
                expected=f"a {measure.every}, or a year",
                action="Correct the period",
            )
    if row.since.sort != row.until.sort:
        yield fault_at(
            row,
            "until",
            "another kind of period",
            expected=f"a {row.since.kind} like since",
            action="Write both as the same kind of period",
        )
    elif row.until.first < row.since.first:
        yield fault_at(
            row, "until", "periods do not follow", expected=f"{row.since} or later", action="Correct one"
        )
    elif row.until.steps_since(row.since) >= _NO_LONGER_THAN:
        yield fault_at(
            row,
            "until",
            "value out of range",
            expected=f"at most {_NO_LONGER_THAN} periods",
            action="Correct the period",
        )


def _of_sharing(row: MeasureTarget, place: Place, definition: Definition) -> Iterator[Fault]:
    if row.shared_by and not Bodies(place).parts(row.of):
        yield fault_at(
            row,
            "shared_by",
            "nothing uses it",
            expected="an area or organisation that has parts in areas.csv",
            action="Clear it, or say in areas.csv what is part of it",
        )
    if row.shared_by in ("same", "catching_up") and definition.kind.name == "count":
        yield fault_at(
            row,
            "shared_by",
            "counts have no common level",
            expected="proportional, for a count",
            action="Use proportional, or a rate",
        )


def _of_expression(
    row: MeasureTarget, expression: Expression, measure: Measure, definition: Definition
) -> Iterator[Fault]:
    better = BETTER[measure.better]
    if expression.towards and better and expression.towards != better:
        yield fault_at(
            row,
            "target",
            "target the wrong way",
            expected=f"'{'>' if better > 0 else '<'}', because {measure.better} is better",
            action="Turn the comparison round, or correct what is better",
        )
    if expression.per is not None and expression.per != definition.multiplier:
        yield fault_at(
            row,
            "target",
            "another multiplier",
            expected=f"per {definition.multiplier:,.10g}, as the measure is defined",
            action="Convert the number",
        )
    if expression.has_percent and not definition.is_percent:
        yield fault_at(
            row,
            "target",
            "percentage in doubt",
            expected=f"a number in the unit of the measure ({definition.unit or 'a count'}), or a product such as 98% * last year",
            action="Write 0.98 * baseline for a share, or a number without the percent sign",
        )


def _of_number(row: MeasureTarget, expression: Expression, definition: Definition) -> Iterator[Fault]:
    """That a target without names is a number that the measure can be."""
    if expression.names:
        return
    most = definition.multiplier if definition.kind.share else None
    for along in (0.0, 1.0):
        value = expression.value(lambda _: None, along)
        if value is None:
            expected = "an expression that has a value"
        elif value < 0 and definition.kind.name not in ("mean", "count", "ratio"):
            expected = "0 or more"
        elif most is not None and value > most:
            expected = f"at most {most:,.10g}"
        else:
            continue
        yield fault_at(row, "target", "value out of range", expected=expected, action="Correct the target")
        return


def _of_meaning(
    row: MeasureTarget, expression: Expression, measure: Measure, place: Place, seen: Seen
) -> Iterator[Fault]:
    """That its names mean something here."""
    names = expression.names
    if names & OF_PEERS and not measure.peers:
        yield fault_at(
            row,
            "target",
            "no peers",
            expected="a measure with peers",
            action="Name its peers in measures.csv, or write another target",
        )
    if names & OF_PLAN:
        yield from _of_plan(row, names, measure, place)
    if names & {"baseline", *OF_PLAN} and seen.is_usable("observations", "observations_by_age"):
        since = baseline_of(row)
        definitions = definitions_of(place)[row.measure]
        if not _is_observed(place, row, since, definitions):
            yield fault_at(
                row,
                "baseline",
                "no baseline",
                expected=f"a period that figures by the definition of {row.since} lie in; found none in {since}",
                action="Name such a period, or add the figures",
                found=shown(str(row.baseline or "")),
            )


def _of_plan(row: MeasureTarget, names: frozenset[str], measure: Measure, place: Place) -> Iterator[Fault]:
    links = [link for link in place.measure_links if link.measure == row.measure]
    states = any(link.percent is not None or link.amount is not None for link in links)
    if not measure.follows and ("do_nothing" in names or not states):
        yield fault_at(
            row,
            "target",
            "no link to the plan",
            expected="a measure that follows an activity of the plan, or links that say by how much it moves",
            action="Name the activity in measures.csv, or state percent or amount in measure_links.csv",
        )
    base = baseline_of(row).financial_year
    if base not in place.years and measure.follows:
        yield fault_at(
            row,
            "baseline",
            "year out of range",
            expected=f"a baseline within the plan, {place.base_year} to {place.last_year}",
            action="Name a baseline in those years",
            found=shown(str(row.baseline or base)),
        )


def _is_observed(place: Place, row: MeasureTarget, since: Period, definitions: Definitions) -> bool:
    version = definitions.in_force(row.since).version
    whole = {row.of, *Bodies(place).parts(row.of)} if row.of else None
    observations: list[Observation | ObservationByAge] = [*place.observations, *place.observations_by_age]
    return any(
        found.measure == row.measure
        and (whole is None or found.of in whole)
        and since.first <= found.period.first
        and found.period.end <= since.end
        and (found.version or definitions.in_force(found.period).version) == version
        for found in observations
    )


def _overlaps(place: Place) -> Iterator[Fault]:
    rows: dict[tuple[str, str, str], list[MeasureTarget]] = {}
    for row in place.measure_targets:
        rows.setdefault((row.measure, row.of, row.since.sort), []).append(row)
    for found in rows.values():
        in_order = sorted(found, key=lambda row: row.since.first)
        for before, after in pairwise(in_order):
            if after.since.first <= before.until.first:
                yield fault_at(
                    after,
                    "since",
                    "two targets at once",
                    expected=f"a period after {before.until}, where row {before.origin.row} ends",
                    action="End the earlier target before this one begins",
                )
