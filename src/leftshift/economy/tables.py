"""The tables of a result as polars frames: named columns, £000, one fact a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from leftshift.economy.drivers import DRIVERS
from leftshift.place.rows import Contract

if TYPE_CHECKING:
    from leftshift.economy.result import Result


def positions(result: Result) -> pl.DataFrame:
    """organisation, name, year, stage (do nothing, plan), value (£000), share (of the perimeter), basis."""
    share = result.place.shares
    rows = [
        (code, result.names[code], year.label, stage, value, share.get(code, 0.0), result.basis[code])
        for code in result.organisations
        for year in result.years
        for stage, value in (
            ("do nothing", result.do_nothing_position(code, year)),
            ("plan", result.position(code, year)),
        )
    ]
    return pl.DataFrame(
        rows, schema=["organisation", "name", "year", "stage", "value", "share", "basis"], orient="row"
    )


def bridge(result: Result) -> pl.DataFrame:
    """year, step, name, value (£000); first the do-nothing position, last the closing one."""
    names = {row.step: row.name for row in result.place.steps}
    rows: list[tuple[str, str, str, float]] = []
    for year in result.years:
        rows.append(
            (
                year.label,
                "do_nothing",
                "Do-nothing position",
                result.perimeter_position(year, do_nothing=True),
            )
        )
        rows += [(year.label, step, names[step], value) for step, value in result.bridge(year).items()]
        rows.append((year.label, "closing", "Closing position", result.perimeter_position(year)))
    return pl.DataFrame(rows, schema=["year", "step", "name", "value"], orient="row")


def drivers(result: Result) -> pl.DataFrame:
    """year, driver, name, organisation (``perimeter`` for the system), value: what it adds to the gap (£000)."""
    rows = [
        (year.label, driver, DRIVERS[driver], code or "perimeter", value)
        for year in result.years
        for code in (None, *result.organisations)
        for driver, value in result.drivers(year, code).items()
    ]
    return pl.DataFrame(rows, schema=["year", "driver", "name", "organisation", "value"], orient="row")


def impact(result: Result) -> pl.DataFrame:
    """year, intervention, name, step, stage, organisation, value (£000)."""
    economy, projection = result.projection.economy, result.projection
    stages = ("plan", "do_nothing", "comparison")
    order = np.concatenate([np.flatnonzero(economy.stages[stage]) for stage in stages])
    rows = [economy.interventions[at] for at in order]
    nodes = np.array([economy.node[code] for code in result.organisations], dtype=np.int64)
    years = pl.DataFrame({"year": [year.label for year in result.years]})
    interventions = pl.DataFrame(
        [(row.intervention, row.name, row.step, row.stage) for row in rows],
        schema=dict.fromkeys(("intervention", "name", "step", "stage"), pl.String),
        orient="row",
    )
    organisations = pl.DataFrame({"organisation": result.organisations}, schema={"organisation": pl.String})
    amounts = [projection.impact(at)[0][np.ix_(order, nodes)].ravel() for at in range(len(result.years))]
    found = years.join(interventions, how="cross", maintain_order="left_right")
    found = found.join(organisations, how="cross", maintain_order="left_right")
    return found.with_columns(pl.Series("value", np.concatenate(amounts), dtype=pl.Float64))


def transfers(result: Result) -> pl.DataFrame:
    """The ledger: payer, payee, purpose, year, amount (£000), cause, source, file, row. Every total is a query on it."""
    schema = ["payer", "payee", "purpose", "year", "amount", "cause", "source", "file", "row"]
    return pl.DataFrame(list(_transfers(result)), schema=schema, orient="row")


def _transfers(result: Result) -> Iterator[tuple[Any, ...]]:
    economy, projection = result.projection.economy, result.projection
    nodes, flows = economy.nodes, economy.flows
    for at, year in enumerate(result.years):
        for column, row in enumerate(flows.rows):
            name = row.contract if isinstance(row, Contract) else row.line
            yield (
                nodes[flows.payer[column]],
                nodes[flows.payee[column]],
                row.service,
                year.label,
                float(projection.flows[0, at, column]),
                name,
                row.source,
                row.origin.file,
                row.origin.row,
            )
        for column, flow in enumerate(flows.spent_again):
            row = flows.rows[flow]
            yield (
                nodes[flows.payee[flow]],
                "resources",
                "non-recurrent spend",
                year.label,
                float(projection.spent_again[0, at, column]),
                "non_recurrent_spend",
                row.source,
                row.origin.file,
                row.origin.row,
            )
        for column, effect in enumerate(economy.legs.effect):
            cause = economy.effects.rows[effect]
            yield (
                nodes[economy.legs.payer[column]],
                nodes[economy.legs.payee[column]],
                cause.rule,
                year.label,
                float(projection.by_rule[0, at, column]),
                cause.intervention,
                cause.source,
                cause.origin.file,
                cause.origin.row,
            )
        for column, number in enumerate(economy.stated.intervention):
            intervention = economy.interventions[number]
            yield (
                nodes[economy.stated.payer[column]],
                nodes[economy.stated.payee[column]],
                "stated effect",
                year.label,
                float(projection.by_statement[at, column]),
                intervention.intervention,
                intervention.source,
                intervention.origin.file,
                intervention.origin.row,
            )
