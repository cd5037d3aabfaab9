"""What ``leftshift qa`` and ``leftshift pack`` do."""

from __future__ import annotations

from argparse import Namespace
from datetime import date, datetime
from pathlib import Path

from rich.text import Text

from leftshift.cli import showing
from leftshift.cli.verbs import OK, print_json, run_of
from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.model import read_place
from leftshift.place.cells import EARLIEST_YEAR, LATEST_YEAR
from leftshift.place.writing import write_whole
from leftshift.reports.assurance import Quality, assurance_report, quality_of
from leftshift.reports.assurance.assessing import together
from leftshift.reports.html import html_of
from leftshift.reports.pack import build_pack, new_pack, read_pack
from leftshift.reports.pdf import pdf_of
from leftshift.reports.words import listed


def qa(options: Namespace) -> int:
    """Say whether the master check is green and what keeps it from it; write all of it where asked."""
    result = run_of(options.place, options.scenario)
    quality = quality_of(result, day(options.as_of), year=options.year)
    written = _write_quality(quality, options.out) if options.out else []
    if options.json:
        print_json(quality.document())
    else:
        _show(quality)
        if written:
            showing.say(f"Wrote {listed([str(path) for path in written])}")
    return OK


def pack(options: Namespace) -> int:
    """Write a board pack in its three forms, or the file that one begins from: whole or not at all."""
    if options.new:
        return _new_pack(options)
    if not options.words or not options.out:
        raise ValueError(
            "name the words of the pack and a folder: --words pack.toml --out FOLDER; or begin with --new pack.toml"
        )
    words = read_pack(_text_of(options.words), options.words.name)
    result, as_of = run_of(options.place, options.scenario), day(options.as_of)
    with showing.working("Composing the pack") as status:
        made = build_pack(result, words, as_of=as_of, on_step=lambda step: status.update(f"{step} …"))
    names = {
        ending: options.out / f"{result.place.code}-board-pack.{ending}" for ending in ("html", "pdf", "docx")
    }
    write_whole({path: getattr(made, ending) for ending, path in names.items()})
    showing.say(f"Wrote {listed([str(path) for path in names.values()])}, as of {as_of}")
    return OK


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        faults = Faults()
        faults.add(
            Fault("wrong encoding", path.name, None, None, "", "text in UTF-8", "Save the file as UTF-8")
        )
        raise FaultsFound(faults) from None


def _new_pack(options: Namespace) -> int:
    if options.new.exists():
        raise ValueError(f"{options.new} is there already: name another file, or remove it")
    place = read_place(options.place).place
    write_whole({options.new: new_pack(place.name, day(options.as_of)).encode()})
    showing.say(
        f"{options.new} holds a pack to fill in. Then: leftshift pack {options.place} --words {options.new} --out FOLDER"
    )
    return OK


def day(text: str | None) -> date:
    """The day that is asked for, today unless said; raises ValueError for what is no day."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--as-of takes a day such as 2026-04-01, and '{text}' is none") from None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise ValueError(f"--as-of takes a day of the years {EARLIEST_YEAR} to {LATEST_YEAR}, not {text}")
    return found


def known_until(as_of: date) -> date:
    """Until when things are known to whoever looks from a day: today, or that day where it is to come."""
    return max(as_of, day(None))


def _write_quality(quality: Quality, folder: Path) -> list[Path]:
    report = assurance_report(quality)
    with showing.working("Drawing the quality assurance"):
        contents = {
            folder / f"{report.code}.html": html_of(report).encode(),
            folder / f"{report.code}.pdf": pdf_of(report),
        }
    tables = {folder / "tables" / name: text.encode() for name, text in quality.csv_tables().items()}
    write_whole(contents | tables)
    return [*contents, folder / "tables"]


def _show(quality: Quality) -> None:
    console = showing.console_of()
    place, master = quality.result.place, quality.master
    console.print(Text(f"{place.name} · quality assurance as of {quality.as_of}", "bold"))
    console.print(Text(master.words, "green" if master.is_green else "red"))
    for words in together(master.open):
        console.print(Text("✗ ", "red"), Text(words), sep="")
    for words in together(master.accepted):
        console.print(Text("– ", "yellow"), Text(words), sep="")
    _show_digests(quality)
    unverified = sum(not entry.verified for entry in quality.log)
    console.print(f"Assumptions log: {len(quality.log):,} inputs, {unverified:,} of them not verified.")
    console.print("No sign-off is looked at here: organisations sign a version off in the workspace.")


def _show_digests(quality: Quality) -> None:
    table = showing.table_of("What a verification has to name", ["table", "digest", "rows"], left=2)
    for name, (digest, rows) in quality.digests.items():
        table.add_row(name, digest, f"{rows:,}")
    table.add_row("everything else", quality.inputs_digest, "")
    showing.console_of().print(table)
