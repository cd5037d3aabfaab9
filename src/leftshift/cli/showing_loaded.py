"""What the terminal shows of figures that were loaded, and of the layouts of files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from leftshift.cli.showing import console_of, say
from leftshift.measures.loading.layouts import Layout
from leftshift.measures.loading.loading import Loaded


def show_loaded(loaded: Loaded, files: Sequence[str], folder: Path, *, dry_run: bool) -> None:
    """How many figures are new, revised, unchanged; what was left out and why; what was written."""
    for found in loaded.files:
        sheet = f", sheet {found.sheet}" if found.sheet else ""
        say(f"{found.file}{sheet}: layout {found.layout}, {found.rows:,} rows below row {found.heading_row}")
    say(f"New {loaded.new:,}, revised {loaded.revised:,}, unchanged {loaded.unchanged:,}")
    if loaded.left_out:
        table = Table("Rows", "Left out, because", title="Left out", title_justify="left")
        for reason, count in loaded.left_out.items():
            table.add_row(f"{count:,}", reason)
        console_of().print(table)
    for words in loaded.said:
        say(words)
    if not files:
        say("Nothing to write: the place has all of it")
    elif dry_run:
        say(f"Nothing was written; without --dry-run it would be {', '.join(files)} in {folder}")
    else:
        say(f"Wrote {', '.join(files)} in {folder}")


def loaded_document(loaded: Loaded, *, written: bool) -> dict[str, Any]:
    """What was loaded as plain values: what ``leftshift measures load --json`` prints."""
    return {
        "files": [
            {
                "file": found.file,
                "sheet": found.sheet or None,
                "layout": found.layout,
                "heading_row": found.heading_row,
                "rows": found.rows,
            }
            for found in loaded.files
        ],
        "new": loaded.new,
        "revised": loaded.revised,
        "unchanged": loaded.unchanged,
        "left_out": [{"rows": count, "because": reason} for reason, count in loaded.left_out.items()],
        "said": list(loaded.said),
        "written": written,
    }


def show_layouts(layouts: Sequence[Layout]) -> None:
    """Every layout with its source and what of it is not verified."""
    for layout in layouts:
        say(f"{layout.name}: {layout.title}")
        say(f"    told by: {layout.told_by}")
        if names := [figure.name for figure in layout.figures if figure.name]:
            say(f"    figures: {', '.join(names)}")
        say(f"    version: {layout.version}")
        say(f"    source: {layout.source}")
        if layout.not_verified:
            say(f"    not verified: {layout.not_verified}")
