"""The commands that bring figures of measures into a place."""

from __future__ import annotations

import csv
import io
from argparse import Namespace
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from leftshift.cli import showing, showing_loaded
from leftshift.cli.assuring import day
from leftshift.cli.verbs import OK, print_json
from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.measures.loading.adding import changed_texts, told_at_source
from leftshift.measures.loading.choices import Choices, chosen_rows, with_map
from leftshift.measures.loading.layouts import layouts as known_layouts
from leftshift.measures.loading.loading import Loaded, load
from leftshift.measures.loading.sources import Source
from leftshift.measures.loading.templates import due_rows, next_rows, says_when_due
from leftshift.model import from_document, read_place
from leftshift.place.place import Place
from leftshift.place.reading import folder_texts
from leftshift.place.writing import write_whole
from leftshift.workbooks.grids import source_at


def load_files(options: Namespace) -> int:
    """Load figures from files into the folder of a place: whole, or not at all."""
    folder: Path = options.place
    if folder.is_file():
        raise ValueError(f"{folder} is a file: figures are loaded into the folder of a place")
    with showing.working("Reading and checking"):
        loaded, changed = loaded_into(folder, options)
    if changed and not options.dry_run:
        write_whole({folder / name: text.encode() for name, text in changed.items()})
    if options.json:
        print_json(showing_loaded.loaded_document(loaded, written=bool(changed) and not options.dry_run))
    else:
        showing_loaded.show_loaded(loaded, sorted(changed), folder, dry_run=options.dry_run)
    return OK


def loaded_into(folder: Path, options: Namespace) -> tuple[Loaded, dict[str, str]]:
    """What files give, and the changed texts of the place, which was checked as a whole. Raises FaultsFound with every fault."""
    place = read_place(folder).place  # a fault of the place as it is comes first
    texts = folder_texts(folder)
    faults = Faults()
    choices, sources = _choices(options, faults), _sources(options.files, faults)
    loaded = load(sources, place=place, choices=choices)
    faults.add_all(loaded.faults)
    changed = changed_texts(texts, place, loaded.added)
    faults.add_all(_faults_of(texts, changed, loaded))
    faults.raise_if_any()
    return loaded, changed


def _faults_of(texts: Mapping[str, str], changed: Mapping[str, str], loaded: Loaded) -> list[Fault]:
    """The faults of the place with what is added, told where it was read."""
    if not changed:
        return []
    try:
        from_document({**texts, **changed})
    except FaultsFound as found:
        return told_at_source(found.faults, changed, loaded.added)
    return []


def _choices(options: Namespace, faults: Faults) -> Choices:
    choices = Choices(
        layout=options.layout,
        sheet=options.sheet,
        measure=options.measure,
        of=options.of,
        only=chosen_rows(options.only),
        unread=frozenset(options.leave_out),
        holds=options.holds,
        provisional=options.provisional,
        released=_released(options.released),
        source=" ".join(options.source.split()) if options.source else None,
        basis=options.basis,
        owner=options.owner,
    )
    if options.map is None:
        return choices
    try:
        text = options.map.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError(f"{options.map.name} is not in UTF-8; save it as UTF-8") from problem
    return with_map(choices, text, options.map.name, faults)


def _released(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"--released takes a day such as 2026-04-01, and '{text}' is none") from None


def _sources(paths: list[Path], faults: Faults) -> list[Source]:
    found = []
    for path in paths:
        try:
            found.append(source_at(path))
        except FaultsFound as refused:
            faults.add_all(refused.faults)
    return found


def layouts(options: Namespace) -> int:
    """List the layouts of files that are known."""
    if options.json:
        print_json({"layouts": [layout.document() for layout in known_layouts().values()]})
    else:
        showing_loaded.show_layouts(list(known_layouts().values()))
    return OK


def new(options: Namespace) -> int:
    """Write a table to fill in: a row for each figure that is due."""
    if options.file.exists():
        raise ValueError(f"{options.file} is there already; name a new file")
    place = read_place(options.place).place
    text, count = template(place, day(options.as_of))
    if not count:
        raise ValueError(_nothing_to_fill_in(place))
    write_whole({options.file: text.encode()})
    if says_when_due(place):
        told = f"{count:,} figure{'s that are' if count > 1 else ' that is'} due"
    else:
        told = (
            "the next period of every series, "
            f"{count:,} row{'s' if count > 1 else ''}. No measure says in due_after when its figures are due"
        )
    showing.say(
        f"Wrote {options.file}: {told}. Fill it in, then: leftshift measures load {options.place} {options.file}"
    )
    return OK


def _nothing_to_fill_in(place: Place) -> str:
    if says_when_due(place):
        return "no figure is due: measures.csv says in due_after when figures are expected"
    return "no measure has a figure yet: write the first of each by hand, or load it from a file"


def template(place: Place, as_of: date) -> tuple[str, int]:
    """The text of a table to fill in, and how many rows it has: what is due, or what comes next where no measure says when it is due."""
    rows = due_rows(place, as_of) if says_when_due(place) else next_rows(place)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", "of", "period", "numerator", "denominator", "value"])
    writer.writerows([measure, body, str(period), "", "", ""] for measure, body, period in rows)
    return out.getvalue(), len(rows)
