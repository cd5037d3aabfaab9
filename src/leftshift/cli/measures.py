"""The commands about measures of a place."""

from __future__ import annotations

from argparse import Namespace

from leftshift.cli import showing, showing_measures
from leftshift.cli.assuring import day
from leftshift.cli.verbs import OK, csv_texts, model_of, print_json
from leftshift.foundation.faults import near_miss
from leftshift.measures.documents import measured_document, register_document
from leftshift.measures.result import Measured, Measures
from leftshift.place.writing import write_files


def show(options: Namespace) -> int:
    """Print measures; write their tables where asked."""
    with showing.working("Reading and working out"):
        found = _measures(options)
        entries = _chosen(found, options)
    if options.out:
        write_files(csv_texts(found.tables()), options.out)
    if options.json:
        document = found.document()
        if options.measure or options.of:
            document["measures"] = [measured_document(entry) for entry in entries]
        print_json(document)
        return OK
    if options.measure:
        for entry in entries:
            showing_measures.show_one(found, entry)
    else:
        showing_measures.show_all(found, entries)
    if options.out:
        showing.say(f"Wrote {', '.join(f'{name}.csv' for name in found.tables())} to {options.out}")
    return OK


def savings(options: Namespace) -> int:
    """Print the savings register."""
    with showing.working("Reading and working out"):
        found = _measures(options)
        register = found.savings
    if options.json:
        head = {"place": found.place.code, "as_of": found.as_of.isoformat()}
        print_json({**head, **register_document(register)})
        return OK
    if not register.savings:
        raise ValueError("this place has no efficiencies.csv, so it has no savings register")
    showing_measures.show_savings(found, register)
    return OK


def _measures(options: Namespace) -> Measures:
    found = model_of(options.place, options.scenario).measures(day(options.as_of))
    if not found.place.measures:
        raise ValueError(
            "this place has no measures.csv; leftshift new --measures writes the tables to fill in"
        )
    return found


def _chosen(found: Measures, options: Namespace) -> list[Measured]:
    """The entries that were asked for; LookupError where there are none."""
    if options.measure and options.measure not in found.measures:
        raise LookupError(_unknown("measure", options.measure, list(found.measures)))
    entries = [
        entry
        for entry in found.all
        if options.measure in (None, entry.measure.measure) and options.of in (None, entry.of)
    ]
    if not entries and options.of:
        raise LookupError(
            _unknown(
                "organisation or area with figures", options.of, sorted({entry.of for entry in found.all})
            )
        )
    return entries


def _unknown(what: str, text: str, names: list[str]) -> str:
    guess = near_miss(text, names)
    hint = f"did you mean {guess}?" if guess else f"there are {', '.join(names)}"
    return f"the place has no {what} {text}: {hint}"
