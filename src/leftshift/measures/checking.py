"""Faults of measures: what no single cell shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.measures.bodies import Bodies
from leftshift.measures.checking_observations import observation_faults
from leftshift.measures.checking_targets import target_faults
from leftshift.measures.disclosing import MOST_LEVELS
from leftshift.measures.process_control.rule_sets import rule_sets
from leftshift.place.measure_rows import (
    Efficiency,
    Measure,
    MeasureDefinition,
    MeasureEvent,
    Observation,
    ObservationByAge,
    Rebase,
)
from leftshift.place.place import Place
from leftshift.place.seen import UNUSED, Seen, fault_at

_OF_PEERS = ("best_quartile", "median", "best", "mean")


def measure_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault of measures, definitions, observations, targets, links and efficiencies."""
    for check in _CHECKS:
        yield from seen.noting(check(place, seen))


def bodies(place: Place, seen: Seen) -> Iterator[Fault]:
    """Whose something is, is an organisation of the place or an area; nothing is part of itself."""
    if not seen.is_sound("organisations", "areas"):
        return
    known = {row.code for row in place.organisations} | {row.area for row in place.areas}
    named: tuple[tuple[str, str], ...] = (
        ("areas", "part_of"), ("peers", "member"), ("observations", "of"), ("observations_by_age", "of"), ("measure_rebases", "of"),
        ("measure_events", "of"), ("measure_targets", "of"), ("measure_links", "of"),
    )  # fmt: skip
    guesses: dict[str, str | None] = {}
    for table, column in named:
        for row in place.table(table):
            value = getattr(row, column)
            if value and value not in known:
                if value not in guesses:
                    guesses[value] = near_miss(value, known)
                yield fault_at(
                    row,
                    column,
                    "unknown area",
                    expected="an organisation of organisations.csv or an area of areas.csv",
                    action="Correct it, or add it to areas.csv",
                    suggestion=guesses[value],
                )
    yield from _circles(place)


def _circles(place: Place) -> Iterator[Fault]:
    parents = {row.area: row.part_of for row in place.areas}
    for row in place.areas:
        seen, at = {row.area}, row.part_of
        while at and at not in seen:
            seen.add(at)
            at = parents.get(at, "")
        if at == row.area:
            yield fault_at(
                row,
                "part_of",
                "areas in a circle",
                expected="a whole that is not a part of its own part",
                action="Correct what is part of what",
            )


def measures(place: Place, seen: Seen) -> Iterator[Fault]:
    """A measure has a definition, a rule set that there is, and a price year where it has a price."""
    defined = {row.measure for row in place.measure_definitions}
    for row in place.measures:
        if row.measure not in defined and seen.is_sound("measure_definitions"):
            yield fault_at(
                row,
                "measure",
                "measure without definition",
                expected="a row of measure_definitions.csv",
                action="Say how it is worked out",
            )
        if row.rule_set is not None and row.rule_set not in rule_sets():
            yield fault_at(
                row,
                "rule_set",
                "not one of the choices",
                expected="one of " + ", ".join(rule_sets()),
                action="Use one of them, or leave it empty",
                suggestion=near_miss(row.rule_set, rule_sets()),
            )
        yield from _half_said(row)
    yield from _too_deep(place)


def _half_said(row: Measure) -> Iterator[Fault]:
    if (row.unit_value is None) != (row.price_year is None):
        column, other = (
            ("price_year", "unit_value") if row.price_year is None else ("unit_value", "price_year")
        )
        yield fault_at(
            row,
            column,
            "value missing",
            expected=f"a value, because {other} is given",
            action="Fill both in, or neither",
        )
    if row.follows_days and not row.follows:
        yield fault_at(
            row,
            "follows_days",
            UNUSED,
            expected="no, where the measure follows no activity",
            action="Name the point of delivery in follows, or write no",
        )


def _too_deep(place: Place) -> Iterator[Fault]:
    """Small numbers are hidden over three levels of areas; what lies deeper could give them away."""
    found = Bodies(place)
    disclosive = {row.measure for row in place.measures if row.disclosive}
    told: set[tuple[str, str]] = set()
    observations: list[Observation | ObservationByAge] = [*place.observations, *place.observations_by_age]
    for row in observations:
        key = (row.measure, row.of)
        if row.measure in disclosive and key not in told and found.depth(row.of) >= MOST_LEVELS:
            told.add(key)
            yield fault_at(
                row,
                "of",
                "areas too deep",
                expected=f"at most {MOST_LEVELS} levels of areas for a disclosive measure",
                action="Leave the smallest areas out of it",
            )


def definitions(place: Place, _: Seen) -> Iterator[Fault]:
    """Versions begin at different times; what needs a denominator says which."""
    begins: dict[tuple[str, object], MeasureDefinition] = {}
    for row in place.measure_definitions:
        other = begins.setdefault((row.measure, row.since), row)
        if other is not row:
            yield fault_at(
                row,
                "since",
                "definitions at once",
                expected=f"another period than that of the version {other.version}",
                action="Say from which period each version holds",
            )
        if row.kind != "count" and not row.denominator:
            yield fault_at(
                row,
                "denominator",
                "value missing",
                expected=f"what a {row.kind.replace('_', ' ')} is of",
                action="Say in words what the denominator counts",
            )


def links(place: Place, _: Seen) -> Iterator[Fault]:
    """A link states a share or an amount, not both."""
    for row in place.measure_links:
        if row.percent is not None and row.amount is not None:
            yield fault_at(
                row,
                "amount",
                "two values",
                expected="percent or amount",
                action="Leave one of them empty",
            )


def rebases_and_events(place: Place, seen: Seen) -> Iterator[Fault]:
    """A rebase and an event stand at a period that some figure of the measure has."""
    if not seen.is_usable("observations", "observations_by_age", "measures"):
        return
    there: dict[tuple[str, str], set[object]] = {}
    observations: list[Observation | ObservationByAge] = [*place.observations, *place.observations_by_age]
    for observed in observations:
        there.setdefault((observed.measure, observed.of), set()).add(observed.period)
        there.setdefault((observed.measure, ""), set()).add(observed.period)
        there.setdefault(("", observed.of), set()).add(observed.period)
        there.setdefault(("", ""), set()).add(observed.period)
    summed = {row.part_of for row in place.areas} - {""}
    placed: list[Rebase | MeasureEvent] = [*place.measure_rebases, *place.measure_events]
    for row in placed:
        if row.of in summed:
            continue  # its figures may be the sums of its parts
        if row.period not in there.get((row.measure or "", row.of), set()):
            yield fault_at(
                row,
                "period",
                UNUSED,
                expected="a period for which there is a figure",
                action="Correct measure, body or period",
            )


def efficiencies(place: Place, _: Seen) -> Iterator[Fault]:
    """An efficiency reaches something that there is."""
    peers = {row.measure: row.peers for row in place.measures}
    for row in place.efficiencies:
        yield from _level(row)
        if row.reaching in _OF_PEERS and not peers.get(row.measure):
            yield fault_at(
                row,
                "reaching",
                "no peers",
                expected="a measure with peers",
                action=f"Name its peers in measures.csv, or state a level: {shown(row.measure)} has none",
            )


def _level(row: Efficiency) -> Iterator[Fault]:
    if (row.reaching == "level") != (row.level is not None):
        yield fault_at(
            row,
            "level",
            "value missing" if row.level is None else UNUSED,
            expected="a level" if row.level is None else "nothing, unless reaching is level",
            action="Write the level" if row.level is None else "Write level into reaching, or clear this",
        )


_CHECKS: tuple[Callable[[Place, Seen], Iterator[Fault]], ...] = (
    bodies, measures, definitions, observation_faults, target_faults, links, rebases_and_events, efficiencies,
)  # fmt: skip
