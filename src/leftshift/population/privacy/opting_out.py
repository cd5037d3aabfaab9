"""People who have said no to this use are taken out before anything is counted, whatever day their opt-out is dated.

A list that is sent to be checked against the national data opt-out comes back without those who said no: it holds the people who
may be counted. Such a list is ``cleared``; a list of people who said no is ``said_no``, and has a header, so that neither passes for
the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.engines.engine import Engine
from leftshift.population.linked.superseding import NHS_NUMBER, followed, successors_of
from leftshift.population.linked.tables import OPT_OUTS
from leftshift.population.privacy.people_listed import PERSON, Listed, read_cleared, read_said_no

IDENTIFIERS = "identifiers"


@dataclass(frozen=True, slots=True)
class Choices:
    """Files of what people chose, beside the table ``opt_outs``; None where there is none."""

    said_no: Path | None = None
    cleared: Path | None = None

    def tables(self) -> frozenset[str]:
        """The tables that are read to honour them."""
        return frozenset((OPT_OUTS, IDENTIFIERS) if self.said_no or self.cleared else (OPT_OUTS,))


@dataclass(frozen=True, slots=True)
class Remaining:
    """The people who are left, how many were taken out, and how many lines of the lists name nobody of the set."""

    persons: ir.Table
    taken_out: int
    lines_of_others: int = 0


def without_opted_out(
    engine: Engine,
    persons: ir.Table,
    records: Mapping[str, ir.Table],
    choices: Choices | None = None,
    *,
    prefix: str = "linked",
) -> Remaining:
    """People without those who said no, and, where a cleared list is given, without all whom it does not name.

    ``persons`` may be any table by ``person_id``; who has which NHS number is looked up in ``records``: persons, opt_outs and
    identifiers, whose superseded numbers are followed. Nothing of the files is kept but in the engine's scratch. Raises FaultsFound where a
    row names nobody, and where no line of a list is of the set: an opt-out that cannot be honoured stops the run.
    """
    faults = Faults()
    choices = choices or Choices()
    (nameless,) = engine.rows(records[OPT_OUTS].aggregate(rows=records[OPT_OUTS].person_id.isnull().sum()))
    if nameless["rows"]:
        expected, action = "a person in every row", "Correct them: a person who said no would be counted"
        found = f"{nameless['rows']:,} rows that name nobody"
        faults.add(Fault("opt-out of nobody", OPT_OUTS, None, None, found, expected, action))
    said_no = read_said_no(choices.said_no, faults) if choices.said_no else None
    cleared = read_cleared(choices.cleared, faults) if choices.cleared else None
    faults.raise_if_any()
    left, others = persons.anti_join(records[OPT_OUTS], "person_id"), 0
    if said_no is not None:
        listed, strangers = _people_of(engine, records, said_no, f"{prefix}_said_no")
        left, others = left.anti_join(listed, "person_id"), others + strangers
    if cleared is not None:
        listed, strangers = _people_of(engine, records, cleared, f"{prefix}_cleared", by_current_number=True)
        left, others = left.semi_join(listed, "person_id"), others + strangers
    before, after = (
        engine.rows(table.aggregate(people=table.count()))[0]["people"] for table in (persons, left)
    )
    return Remaining(left, before - after, others)


def _people_of(
    engine: Engine,
    records: Mapping[str, ir.Table],
    listed: Listed,
    name: str,
    *,
    by_current_number: bool = False,
) -> tuple[ir.Table, int]:
    """The people of a list by ``person_id``, and how many of its lines name nobody.

    ``by_current_number``: a person is named by the number that holds today alone. A number that was checked before it was superseded
    does not clear whoever carries its successor.
    """
    if listed.key == PERSON:
        asked = engine.table(f"{name}_listed", {"line": listed.values}, {"line": "int64"})
        holders = records["persons"].select("person_id", line="person_id")
    else:
        persons, identifiers = records["persons"], records[IDENTIFIERS]
        chains = {} if by_current_number else followed(_successors(engine, identifiers))
        numbers, lines = _of_one_chain([str(value) for value in listed.values], chains)
        types = {"number": "string", "line": "string"}
        asked = engine.table(f"{name}_listed", {"number": numbers, "line": lines}, types)
        holders = persons.select("person_id", number="nhs_number")
        if not by_current_number:
            of_nhs = identifiers.filter(identifiers.system == NHS_NUMBER)
            holders = holders.union(of_nhs.select("person_id", number="value"))
        holders = holders.join(asked, "number").select("person_id", "line")
        asked = asked.select("line").distinct()
    found = engine.keep(holders.semi_join(asked, "line").distinct(), f"{name}_people")
    (row,) = engine.rows(found.aggregate(lines=found.line.nunique()))
    strangers = len(set(listed.values)) - int(row["lines"])
    if listed.values and not row["lines"]:
        raise _of_another_set(listed)
    return found.select("person_id").distinct(), strangers


def _successors(engine: Engine, identifiers: ir.Table) -> dict[str, str]:
    of_nhs = identifiers.filter(identifiers.system == NHS_NUMBER, identifiers.superseded_by.notnull())
    return successors_of(engine.rows(of_nhs.select("system", "value", "superseded_by")))


def _of_one_chain(numbers: list[str], chains: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Every number that stands for one that is listed, beside the listed one: what it became, and what became the same."""
    by_last: dict[str, list[str]] = {}
    for number in dict.fromkeys(numbers):
        by_last.setdefault(chains.get(number, number), []).append(number)
    pairs = [(number, line) for line in dict.fromkeys(numbers) for number in {line, chains.get(line, line)}]
    pairs += [
        (number, line) for number, last in chains.items() for line in by_last.get(last, ()) if number != line
    ]
    return [number for number, _ in pairs], [line for _, line in pairs]


def _of_another_set(listed: Listed) -> FaultsFound:
    faults = Faults()
    found = f"{len(set(listed.values)):,} lines, of which none is of anybody in the set"
    action = "Name the people as the set does: one under pseudonyms, or without NHS numbers, by person_id"
    faults.add(
        Fault("list of other people", listed.file, None, listed.key, found, "people of the set", action)
    )
    return FaultsFound(faults)
