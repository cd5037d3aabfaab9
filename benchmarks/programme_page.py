"""The overview of a programme of 300 projects, 5,000 milestones and 2,000 risks, beside an empty page of the same server.

A real workspace serves Northmoor with the invented programme of `benchmarks.programme`; one person asks. *Kept* is what everybody
gets until something changes; *anew* is what the first one waits for after a change: every milestone timed, every status
and what the slips cost worked out. The critical path itself, beside networkx, is timed by `python -m benchmarks.programme`.

    python -m benchmarks.programme_page [PROJECTS]
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.pages import Reader, link, workspace
from benchmarks.programme import PROJECTS, programme_texts

REPEATS = 15
_AT = "/places/northmoor/programme/"


async def ask(port: int, signing_in: str) -> dict[str, list[float]]:
    """Name of a page to the seconds of each answer, in turns."""
    person = Reader(port)
    await person.open()
    await person.ask(signing_in)
    _, form = await person.ask(signing_in)
    if b"csrfmiddlewaretoken" in form:  # the page that asks once more whether to sign in
        token = form.split(b'name="csrfmiddlewaretoken" value="')[1].split(b'"')[0].decode()
        await person.ask(signing_in, body=f"csrfmiddlewaretoken={token}")
    turns: dict[str, list[float]] = {
        "empty page": [],
        "overview, kept": [],
        "overview, anew": [],
        "slips, anew": [],
        "risks, anew": [],
    }
    for at in range(REPEATS + 1):
        for name, address in (
            ("empty page", "/empty/"), ("overview, kept", _AT), ("overview, anew", f"{_AT}?turn={at}"), ("slips, anew", f"{_AT}slips/?turn={at}"),
            ("risks, anew", f"{_AT}risks/?turn={at}"),
        ):  # fmt: skip
            begun = time.perf_counter()
            status, _ = await person.ask(address)
            assert status == 200, (address, status)
            if at:
                turns[name].append(time.perf_counter() - begun)
    return turns


def show(turns: dict[str, Sequence[float]]) -> None:
    """Print medians and their ratio to the empty page."""
    unit = median(turns["empty page"])
    print(f"{'':<20} {'median ms':>10} {'least':>9} {'ratio':>8}")
    for name, seconds in turns.items():
        print(
            f"{name:<20} {median(seconds) * 1e3:>10.1f} {min(seconds) * 1e3:>9.1f} {median(seconds) / unit:>8.1f}"
        )


def main() -> None:
    """Print the ratios."""
    projects = int(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(shutil.copytree("examples/northmoor", Path(scratch) / "northmoor"))
        (folder / "programme").mkdir()
        for name, text in programme_texts(projects).items():
            (folder / "programme" / name).write_text(text, "utf-8")
        state = Path(scratch) / "state"
        with workspace(state, [str(folder)]) as port:
            turns = asyncio.run(ask(port, link(state)))
    print(f"{projects} projects\n")
    show(dict(turns))


if __name__ == "__main__":
    main()
