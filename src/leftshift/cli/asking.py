"""The commands that ask: why a figure is so, what a row feeds, what a scenario changes, how two runs differ."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from leftshift.capacity.comparing import moved_capacity
from leftshift.cli import showing, showing_answers, showing_capacity
from leftshift.cli.verbs import OK, print_json, run_of
from leftshift.foundation.faults import near_miss
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult, read_place
from leftshift.place.differences import differences
from leftshift.place.rows import Row
from leftshift.place.schema import schema


class RowNotThere(LookupError):
    """A row of a file that is not there."""


def explain(options: Namespace) -> int:
    """Why a figure is what it is; or what a row feeds."""
    result = run_of(options.place, options.scenario)
    if options.input:
        return _feeds(result, options)
    year = FinancialYear.parse(options.year) if options.year else result.place.last_year
    asked: dict[str, Any] = {"organisation": options.organisation, "item": options.item}
    tree = result.explain(options.figure, year, **asked)
    with showing.working("Trying which inputs matter most"):
        matters = result.matters(options.figure, year, most=options.most, **asked)
    if options.json:
        print_json(
            {
                "figure": options.figure,
                "year": year.label,
                **asked,
                "unit": "£000",
                "tree": tree.document(options.depth),
                "inputs": [
                    {
                        "file": row.origin.file,
                        "row": row.origin.row,
                        "part": part,
                        "source": row.source,
                        "basis": row.basis,
                    }
                    for row, part in result.inputs(options.figure, year, **asked)
                ],
                "matters": [showing_answers.matters_document(entry) for entry in matters],
            }
        )
    else:
        showing_answers.show_explained(tree, matters, depth=options.depth)
    return OK


def _feeds(result: PlanResult, options: Namespace) -> int:
    row = row_at(result, options.input)
    fed = result.feeds(row)
    if options.json:
        print_json(
            {
                "input": options.input,
                "unit": "£000",
                "feeds": [showing_answers.fed_document(entry) for entry in fed],
            }
        )
    else:
        showing_answers.show_feeds(
            result, row, fed, FinancialYear.parse(options.year) if options.year else None
        )
    return OK


def row_at(result: PlanResult, where: str) -> Row:
    """The row that ``contracts.csv:2`` names; raises RowNotThere."""
    file, _, number = where.rpartition(":")
    names = {table.file: table.name for table in schema().tables.values()}
    if file not in names or not (number.isascii() and number.isdecimal()):
        guess = near_miss(file or where, names)
        raise RowNotThere(
            f"{where} is no row: write FILE:ROW, as contracts.csv:2"
            + (f"; did you mean {guess}?" if guess else "")
        )
    for row in result.place.table(names[file]):
        if row.origin.file == file and row.origin.row == int(number):
            return row
    raise RowNotThere(f"{file} has no fact in row {number}")


def scenarios(options: Namespace) -> int:
    """List scenarios; or show what some of them change, before anything is run."""
    model = read_place(options.place)
    if not options.names:
        listed = [
            {
                "scenario": entry.code,
                "name": entry.name,
                "description": entry.description,
                "changes": len(entry.changes),
                "file": entry.file,
            }
            for entry in model.place.scenarios
        ]
        if options.json:
            print_json({"place": model.place.code, "scenarios": listed})
        else:
            showing_answers.show_scenarios(model.place, options.place)
        return OK
    found = differences(model.place, model.scenario(*options.names).place)
    if options.json:
        print_json(
            {
                "place": model.place.code,
                "scenarios": options.names,
                "inputs": [entry.document() for entry in found],
            }
        )
    else:
        showing_answers.show_inputs(found)
    return OK


def compare(options: Namespace) -> int:
    """Hold two runs side by side."""
    left, right = _both(options)
    if left is None or right is None:
        raise ValueError(
            "name what to compare with: another folder, or a scenario of the place with --scenario"
        )
    if options.inputs:
        found = differences(left.place, right.place)
        if options.json:
            print_json({"inputs": [entry.document() for entry in found]})
        else:
            showing_answers.show_inputs(found)
        return OK
    with showing.working("Running both, and each difference alone"):
        comparison = left.project().compare(right.project())
        moved = moved_capacity(left.capacity(), right.capacity())
        document = {**comparison.document(), "capacity": [entry.document() for entry in moved]}
    if options.json:
        print_json(document)
    else:
        year = FinancialYear.parse(options.year) if options.year else right.place.last_year
        showing_answers.show_comparison(comparison, year)
        showing_capacity.show_moved(moved, year)
    return OK


def _both(options: Namespace) -> tuple[Model | None, Model | None]:
    with showing.working("Reading"):
        before = read_place(options.place)
        after = read_place(options.other) if options.other else before
    if options.against:
        before = before.scenario(*options.against)
    if options.scenario:
        after = after.scenario(*options.scenario)
    return (before, after) if options.other or options.scenario or options.against else (None, None)
