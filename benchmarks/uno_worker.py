"""Runs under the system's Python: holds a workbook open in LibreOffice, puts draws in, reads outputs. Prints JSON.

    /usr/bin/python3 uno_worker.py REQUEST.json

The processor time is that of LibreOffice itself; the wall clock also counts what goes over the pipe.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PIPE = f"leftshift-{os.getpid()}"
LONGEST_START = 60  # seconds


def processor_time(process: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def office_of(pipe: str) -> int:
    """The process that does the work: the one that was started only starts it."""
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_text().split("\0") if folder.name.isdigit() else []
        except OSError:
            continue
        if words and words[0].endswith("soffice.bin") and any(pipe in word for word in words):
            return int(folder.name)
    raise SystemExit("LibreOffice did not start")


def connect(profile: str) -> tuple[Any, Any]:
    """Start LibreOffice and speak to it; gives what started it, and its desktop."""
    import uno  # the system's Python has it

    options = ["--headless", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={PIPE};urp;"]
    started = subprocess.Popen(
        ["soffice", profile, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + LONGEST_START
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            break
        except Exception:  # it is not there yet, in whichever way
            if time.monotonic() > until:
                raise SystemExit("LibreOffice did not start") from None
            time.sleep(0.05)
    return started, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def load(desktop: Any, book: str) -> Any:
    """Load a workbook, and work it out."""
    from com.sun.star.beans import PropertyValue

    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL(Path(book).absolute().as_uri(), "_blank", 0, (hidden,))
    document.calculateAll()
    document.enableAutomaticCalculation(False)
    return document


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what was asked."""
    begun = time.perf_counter()
    started, desktop = connect(request["profile"])
    ready = time.perf_counter()
    document = load(desktop, request["book"])
    loaded = time.perf_counter()
    office = office_of(PIPE)
    cells = {name: [cell_at(document, at) for at in request[name]] for name in ("inputs", "outputs")}
    wall, cpu, values = [], [], []
    for draw in request["draws"]:
        before, start = processor_time(office), time.perf_counter()
        for cell, value in zip(cells["inputs"], draw, strict=True):
            cell.Value = value
        document.calculate()
        values.append([cell.Value for cell in cells["outputs"]])
        wall.append(time.perf_counter() - start)
        cpu.append(processor_time(office) - before)
    document.close(True)
    desktop.terminate()
    started.wait(LONGEST_START)
    return {"start": ready - begun, "load": loaded - ready, "wall": wall, "cpu": cpu, "values": values}


def cell_at(document: Any, address: list[str]) -> Any:
    """A cell by the name of its sheet and its own."""
    return document.Sheets.getByName(address[0]).getCellRangeByName(address[1])


if __name__ == "__main__":
    print(json.dumps(answer(json.loads(Path(sys.argv[1]).read_text("utf-8")))))
