"""The command that shows capacity."""

from __future__ import annotations

from argparse import Namespace

from leftshift.capacity.beds.sufficing import Sufficing
from leftshift.capacity.result import Capacity
from leftshift.cli import showing, showing_capacity
from leftshift.cli.capacity_options import SUBJECTS
from leftshift.cli.verbs import OK, csv_texts, model_of, print_json
from leftshift.economy.uncertainty.figures import usual
from leftshift.place.writing import write_files


def capacity(options: Namespace) -> int:
    """Project capacity; print it, or write its tables."""
    if not options.suffice and (options.draws is not None or options.seed is not None):
        raise ValueError("--draws and --seed belong to --suffice")
    with showing.working("Reading and projecting"):
        model = model_of(options.place, options.scenario)
        year = model.project().at(options.year)
    found = model.capacity()
    chances = _chances(found, options) if options.suffice else None
    if options.out:
        write_files(csv_texts(found.tables()), options.out)
    if options.json:
        more = {"beds_suffice": chances.document(found.years)} if chances else {}
        print_json({**found.document(), **more, "scenarios": list(model.scenarios)})
        return OK
    showing_capacity.show_capacity(found, found.years[year], options.subject or SUBJECTS, chances)
    if options.out:
        showing.say(f"Wrote {', '.join(f'{name}.csv' for name in found.tables())} to {options.out}")
    return OK


def _chances(found: Capacity, options: Namespace) -> Sufficing:
    draws = int(usual("draws")) if options.draws is None else options.draws
    if draws < 1:
        raise ValueError(f"--draws takes a number from 1 up, not {draws}")
    with showing.progress("Drawing") as progress:
        task = progress.add_task("draws", total=draws)
        return found.beds_suffice(
            draws=draws,
            seed=options.seed,
            report=lambda done, most: progress.update(task, completed=done, total=most),
        )
