"""The command that holds a plan against what organisations were set and agreed."""

from __future__ import annotations

from argparse import Namespace

from rich.text import Text

from leftshift.cli.showing import console_of, say, table_of
from leftshift.cli.verbs import OK, print_json, run_of
from leftshift.model import PlanResult
from leftshift.reports.words import amount


def control(options: Namespace) -> int:
    """Print control totals, envelopes and the risk pool."""
    result = run_of(options.place, options.scenario)
    if options.json:
        document = result.document()
        print_json(
            {
                key: document[key]
                for key in ("place", "scenarios", "unit", "control_totals", "envelopes", "risk_pool")
            }
        )
        return OK
    place = result.place
    console_of().print(Text(f"{place.name} · control totals, envelopes and risk pool", "bold"))
    if not (place.control_totals or place.envelopes or place.risk_pool):
        say(
            "The place says nothing of these: see control_totals.csv, envelopes.csv and risk_pool.csv in docs/guide/place-folder.md."
        )
    if place.control_totals:
        _totals(result)
    if place.envelopes:
        _envelopes(result)
    if place.risk_pool:
        _pool(result)
    return OK


def _totals(result: PlanResult) -> None:
    columns = [
        "organisation",
        "year",
        "control total",
        "position",
        "difference",
        "funding tied",
        "lost",
        "as paid",
    ]
    table = table_of("Control totals, £000", columns, left=2)
    for held in result.control_totals():
        figures = (
            held.row.amount,
            held.position,
            held.difference,
            held.row.funding,
            held.funding_lost,
            held.position_as_paid,
        )
        style = "" if held.is_met else "red"
        table.add_row(held.name, str(held.row.year), *map(amount, figures), style=style)
    console_of().print(table)


def _envelopes(result: PlanResult) -> None:
    names, found = result.names, result.envelopes()
    table = table_of("Envelopes, £000", ["payer", "payee", "year", "agreed", "in the plan", "above"], left=3)
    for held in found.held:
        figures = map(amount, (held.amount, held.modelled, held.difference))
        payee = names.get(held.payee, held.payee)
        table.add_row(names[held.payer], payee, str(held.year), *figures)
    console_of().print(table)
    table = table_of("Can payers afford them together? £000", ["payer", "year", "income", "envelopes", "other spending", "left"], left=2)  # fmt: skip
    for payer in found.affordability:
        figures = map(amount, (payer.income, payer.offered, payer.other_spending, payer.left))
        table.add_row(
            names[payer.payer], str(payer.year), *figures, style="" if payer.is_affordable else "red"
        )
    console_of().print(table)


def _pool(result: PlanResult) -> None:
    columns = ["quarter", "opening", "paid in", "called", "released", "closing", "expected later", "free"]
    table = table_of("Risk pool with the forward review of each quarter, £000", columns)
    for found in result.risk_pool().quarters:
        figures = (
            found.opening,
            found.contributions,
            found.calls,
            found.releases,
            found.closing,
            found.expected_later,
            found.free,
        )
        table.add_row(
            str(found.quarter), *map(amount, figures), style="" if found.free_with_later >= 0 else "red"
        )
    console_of().print(table)
