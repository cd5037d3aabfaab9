"""The commands that ask how sure a plan is, what matters, and what would have to be true."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leftshift.cli import showing, showing_decisions
from leftshift.cli.verbs import OK, csv_texts, model_of, print_json
from leftshift.economy.uncertainty.goals import Goal
from leftshift.economy.uncertainty.sensitivity import Bar, Share
from leftshift.economy.uncertainty.simulating import Simulation, Step
from leftshift.model import Model
from leftshift.place.levers import levers_of
from leftshift.place.writing import write_files

_OF_PERCENT = ("rate", "delivery", "value")  # kinds of input that people read in per cent


def simulate(options: Namespace) -> int:
    """Draw, and print intervals and chances."""
    model = model_of(options.place, options.scenario)
    at = model.project().at(options.year)
    simulation = _simulated(model, options)
    if options.out:
        write_files(csv_texts(simulation.tables()), options.out)
    if options.json:
        print_json(simulation.document() | {"scenarios": list(model.scenarios)})
    else:
        showing_decisions.show_simulation(model, simulation, at)
        if options.out:
            showing.say(f"Wrote {', '.join(f'{name}.csv' for name in simulation.tables())} to {options.out}")
    return OK


def _simulated(model: Model, options: Namespace) -> Simulation:
    with _progress("Drawing") as progress:
        task = progress.add_task("draws", total=options.draws)

        def told(step: Step, most: int) -> None:
            progress.update(task, completed=step.draws, total=most)

        return model.simulate(
            draws=options.draws,
            seed=options.seed,
            method=options.method,
            until_stable=options.until_stable,
            workers=options.workers,
            report=told,
        )


def _progress(words: str) -> Progress:
    columns = (
        TextColumn(words),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=showing.console_of(to_errors=True), transient=True)


def sensitivity(options: Namespace) -> int:
    """What matters: a tornado, and shares of variance."""
    model = model_of(options.place, options.scenario)
    year = model.project().years[model.project().at(options.year)].label
    bars = model.tornado(year, options.organisation)
    shares: tuple[Share, ...] = ()
    if not options.tornado:
        with _progress("Drawing") as progress:
            task = progress.add_task("blocks", total=None)
            shares = model.shares_of_variance(
                year,
                options.organisation,
                draws=options.draws,
                seed=options.seed,
                report=lambda done, most: progress.update(task, completed=done, total=most),
            )
    if options.json:
        print_json(
            {
                "place": model.place.code,
                "organisation": options.organisation,
                "year": year,
                "unit": "£000",
                "tornado": [_bar(bar) for bar in bars],
                "shares_of_variance": [_share(share) for share in shares],
            }
        )
    else:
        showing_decisions.show_sensitivity(bars, shares, year, options.organisation)
    return OK


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "quantity": bar.quantity.quantity,
        "low": bar.ends[0],
        "high": bar.ends[1],
        "position_at_low": bar.figures[0],
        "position_at_high": bar.figures[1],
        "source": bar.quantity.source,
        "basis": bar.quantity.basis,
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "quantities": list(share.quantities),
        "first": share.first,
        "first_interval": list(share.first_interval),
        "total": share.total,
        "total_interval": list(share.total_interval),
    }


def stress(options: Namespace) -> int:
    """The plan under shocks."""
    model = model_of(options.place, [])
    with showing.working("Applying each shock"):
        found = model.stress(*options.scenario)
    year = found.plan.years[found.plan.at(options.year)].label
    if options.json:
        shocks = (*found.shocks(year), found.all_together(year))
        print_json(
            {
                "place": model.place.code,
                "year": year,
                "unit": "£000",
                "plan": found.plan.perimeter_position(year),
                "shocks": [
                    {
                        "scenario": shock.code,
                        "name": shock.name,
                        "position": shock.perimeter,
                        "move": shock.perimeter_move,
                        "positions": dict(shock.positions),
                        "moves": dict(shock.moves),
                    }
                    for shock in shocks
                ],
                "acting_together": found.acting_together(year),
            }
        )
    else:
        showing_decisions.show_stress(found, year)
    return OK


def goal(options: Namespace) -> int:
    """Turn one input until a position is no deficit."""
    model = model_of(options.place, options.scenario)
    if options.list:
        for lever in levers_of(model.place).values():
            showing.say(f"{lever.key}  {lever.name}")
        return OK
    year = model.project().years[model.project().at(options.year)].label
    scale = 100.0 if options.input.split(".")[0] in _OF_PERCENT else 1.0
    low, high = (None if end is None else end / scale for end in (options.low, options.high))
    found = model.goal(options.input, year, options.organisation, low=low, high=high)
    if options.json:
        print_json(_goal(found, model, year, options.organisation))
    else:
        showing_decisions.show_goal(found, year, options.organisation or model.place.perimeter)
    return OK


def _goal(found: Goal, model: Model, year: str, organisation: str) -> dict[str, Any]:
    return {
        "place": model.place.code,
        "input": found.dial.key,
        "name": found.dial.name,
        "kind": found.dial.kind,
        "organisation": organisation,
        "year": year,
        "unit": "£000",
        "stands_at": found.dial.stands_at,
        "position": found.position,
        "tried": [found.dial.low, found.dial.high],
        "needed": found.needed,
        "position_then": found.position_then,
        "best": found.best,
        "best_position": found.best_position,
        "curve": [{"value": value, "position": position} for value, position in found.curve],
    }
