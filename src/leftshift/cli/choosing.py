"""What ``leftshift portfolio`` does."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from leftshift.cli import showing
from leftshift.cli.showing_portfolio import show_frontier, show_portfolio
from leftshift.cli.verbs import OK, print_json
from leftshift.economy.choosing.drawing import deterministic
from leftshift.economy.choosing.frontier import Point
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.portfolio import Portfolio
from leftshift.economy.choosing.reading import read_question
from leftshift.economy.choosing.saving import changes_nothing
from leftshift.economy.choosing.simulated import runs_of
from leftshift.economy.choosing.starting import new_question
from leftshift.model import Model, read_place, under_scenarios
from leftshift.place.scenarios import FOLDER, read_scenario
from leftshift.place.writing import write_whole
from leftshift.reports.portfolio import portfolio_files
from leftshift.reports.words import listed


def portfolio(options: Namespace) -> int:
    """Choose a portfolio and print it, or write the file that a question begins from."""
    if options.new:
        return _new(options)
    _refuse(options)
    question = read_question(options.question) if options.question else None
    with showing.working("Reading") as status:
        model = _model(options)
        status.update("Choosing …")
        draws = 0 if options.one_run else options.draws or int(parameter("draws"))
        runs = runs_of(model.place, draws, options.seed) if draws else deterministic
        found = model.choose(question, runs=runs, seconds=options.seconds)
        status.update("Weighing what binds, and what was left out …")
        document = found.document()
        points: tuple[Point, ...] = ()
        if options.frontier or options.out:
            status.update("Looking for the frontier …")
            points = found.frontier(options.points)
            document["frontier"] = [point.document() for point in points]
    said = [*_saved(options, model, found), *_written(options, found, points)]
    if options.json:
        print_json(document)
        return OK
    show_portfolio(found)
    if options.frontier:
        show_frontier(found, points)
    for words in said:
        showing.say(words)
    return OK


def _model(options: Namespace) -> Model:
    model = read_place(options.place)
    return model.scenario(*options.scenario) if options.scenario else model


def _refuse(options: Namespace) -> None:
    if options.seconds is not None and not 0 < options.seconds < 1e6:
        raise ValueError("--seconds takes a number of seconds above nought")
    if options.draws is not None and options.draws < 1:
        raise ValueError("--draws takes a number from 1 up; --one-run leaves out what is uncertain")
    if options.points is not None and options.points < 2:
        raise ValueError("--points takes a number from 2 up: a frontier has two ends")
    if options.save and options.save.suffix.lower() != ".toml":
        raise ValueError(f"--save writes a file that ends in .toml, and {options.save} does not")
    if options.save and _is_bare(options.save) and not options.place.is_dir():
        raise ValueError(
            f"{options.place} is no folder to write a scenario into: name a folder, as --save ./{options.save}"
        )
    if options.save and _target(options).exists():
        raise ValueError(f"{_target(options)} is there already: name another file, or remove it")


def _is_bare(path: Path) -> bool:
    return path.parent == Path() and not str(path).startswith(".")


def _target(options: Namespace) -> Path:
    found: Path = options.place / FOLDER / options.save if _is_bare(options.save) else options.save
    return found


def _new(options: Namespace) -> int:
    if options.new.exists():
        raise ValueError(f"{options.new} is there already: name another file, or remove it")
    place = read_place(options.place).place
    write_whole({options.new: new_question(place).encode()})
    showing.say(
        f"{options.new} holds a question to change. Then: leftshift portfolio {options.place} --question {options.new}"
    )
    return OK


def _saved(options: Namespace, model: Model, found: Portfolio) -> list[str]:
    """Write the portfolio as a scenario, once it is known that it can be run beside those it was chosen under."""
    if not options.save:
        return []
    text, path = found.scenario(), _target(options)
    if changes_nothing(text):
        return ["Nothing was saved: the portfolio is the plan as it stands."]
    scenario, faults = read_scenario(f"{FOLDER}/{path.name}", text)
    if scenario is None:
        raise ValueError(f"{path.name}: {faults[0].action}; expected {faults[0].expected}")
    place = read_place(options.place).place
    under = [entry for entry in place.scenarios if entry.code in model.scenarios]
    under_scenarios(place, [*under, scenario])[1].raise_if_any()
    write_whole({path: text.encode()})
    named = " ".join(f"--scenario {code}" for code in (*model.scenarios, scenario.code))
    return [f"Saved as {path}. Run it with: leftshift run {options.place} {named}"]


def _written(options: Namespace, found: Portfolio, points: tuple[Point, ...]) -> list[str]:
    if not options.out:
        return []
    files = portfolio_files(found, points)
    write_whole({options.out / name: content for name, content in files.items()})
    return [f"Wrote {listed(sorted(files))} to {options.out}"]
