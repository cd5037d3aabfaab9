"""The commands that ask how sure a plan is, what matters, and what would have to be true."""

from __future__ import annotations

from argparse import Namespace

from leftshift.cli import showing, showing_decisions
from leftshift.cli.verbs import OK, csv_texts, model_of, print_json
from leftshift.economy.uncertainty.simulating import Simulation, Step
from leftshift.model import Model
from leftshift.place.levers import levers_of
from leftshift.place.writing import write_files

_OF_PERCENT = ("rate", "delivery", "value")  # kinds of input that people read in per cent


def simulate(options: Namespace) -> int:
    """Draw, and print intervals and chances."""
    if options.workers < 1:
        raise ValueError("--workers takes a number from 1 up")
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
    with showing.progress("Drawing") as progress:
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


def sensitivity(options: Namespace) -> int:
    """What matters: a tornado, and shares of variance."""
    model = model_of(options.place, options.scenario)
    with showing.progress("Drawing") as progress:
        task = progress.add_task("blocks", total=None)
        found = model.sensitivity(
            options.year,
            options.organisation,
            draws=options.draws,
            seed=options.seed,
            only_tornado=options.tornado,
            report=lambda done, most: progress.update(task, completed=done, total=most),
        )
    if options.json:
        print_json(found.document())
    else:
        showing_decisions.show_sensitivity(found)
    return OK


def stress(options: Namespace) -> int:
    """The plan under shocks."""
    model = model_of(options.place)
    with showing.working("Applying each shock"):
        found = model.stress(*options.scenario)
    year = found.plan.years[found.plan.at(options.year)].label
    if options.json:
        print_json(found.document(year))
    else:
        showing_decisions.show_stress(found, year)
    return OK


def goal(options: Namespace) -> int:
    """Turn one input until a position is no deficit."""
    model = model_of(options.place, options.scenario)
    if options.list:
        levers = levers_of(model.place).values()
        if options.json:
            print_json({"inputs": [{"input": lever.key, "name": lever.name} for lever in levers]})
        else:
            for lever in levers:
                showing.say(f"{lever.key}  {lever.name}")
        return OK
    year = model.project().years[model.project().at(options.year)].label
    scale = 100.0 if options.input.split(".")[0] in _OF_PERCENT else 1.0
    low, high = (None if end is None else end / scale for end in (options.low, options.high))
    found = model.goal(options.input, year, options.organisation, low=low, high=high)
    document = found.document(model.place, year, options.organisation)
    if options.json:
        print_json(document)
    else:
        showing_decisions.show_goal(document)
    return OK
