"""The package ``formulas`` as a calculator of the workbook: no spreadsheet program, all in Python.

It is for this benchmark alone: its licence (EUPL) is not ours, and nothing of leftshift needs it. ``make bench-env`` puts it
into an environment beside ours, from ``requirements/bench.txt``; there this file is run as a script with a request.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.recalculating import Answer, Request

PYTHON = Path(".venv-bench/bin/python")


def is_there() -> bool:
    """Whether the environment has been built."""
    return PYTHON.exists()


def answer(request: Request) -> Answer:
    """Put draw after draw into the workbook, and read its outputs back."""
    from dataclasses import asdict

    from benchmarks.recalculating import Answer

    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch, "request.json")
        asked.write_text(json.dumps(asdict(request)), "utf-8")
        done = subprocess.run([PYTHON, __file__, str(asked)], check=True, capture_output=True, text=True)
    return Answer(**json.loads(done.stdout.splitlines()[-1]))


def key_of(book: Path, address: Sequence[str]) -> str:
    """How the package names a cell."""
    return f"'[{book.name}]{address[0].upper()}'!{address[1]}"


def work_out(request: dict[str, Any]) -> dict[str, Any]:
    """Do what was asked; runs in the environment of the benchmark."""
    begun = time.perf_counter()
    import formulas  # only that environment has it

    ready = time.perf_counter()
    book = Path(request["book"])
    model = formulas.ExcelModel().loads(str(book)).finish()
    inputs, outputs = ([key_of(book, address) for address in request[name]] for name in ("inputs", "outputs"))
    function = model.compile(inputs=inputs, outputs=outputs)
    loaded = time.perf_counter()
    wall, cpu, values = [], [], []
    for draw in request["draws"]:
        start, before = time.perf_counter(), time.process_time()
        found = function(*draw)
        values.append([float(cell.value[0, 0]) for cell in found])
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - before)
    return {"start": ready - begun, "load": loaded - ready, "wall": wall, "cpu": cpu, "values": values}


if __name__ == "__main__":
    print(json.dumps(work_out(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
