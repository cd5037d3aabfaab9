"""LibreOffice as a calculator: started afresh for one recalculation, and kept open while inputs change.

The second way runs ``uno_worker.py`` under the system's own Python, which has LibreOffice's bridge (python3-uno).
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.recalculating import Answer, Request

SYSTEM_PYTHON = "/usr/bin/python3"
WORKER = Path(__file__).with_name("uno_worker.py")
# Recalculate whatever is loaded, also what says that its results are up to date.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


@dataclass(frozen=True)
class Afresh:
    """Seconds to start, load, work everything out, save and end."""

    wall_seconds: float
    cpu_seconds: float


def afresh(book: Path) -> Afresh:
    """Start LibreOffice, have it work a workbook out and save it, and let it end."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is not installed: apt-get install libreoffice-calc"
    with tempfile.TemporaryDirectory() as scratch:
        profile = profile_in(Path(scratch))
        command = [
            office,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            f"{scratch}/out",
            str(book),
        ]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Afresh(round(wall, 3), round(cpu, 3))


def profile_in(folder: Path) -> str:
    """The option that gives LibreOffice a profile of its own, which recalculates what it loads."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_ALWAYS, "utf-8")
    return f"-env:UserInstallation={(folder / 'profile').as_uri()}"


def kept_open(request: Request) -> Answer:
    """Put draw after draw into a workbook that LibreOffice holds open, and read its outputs back."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch, "request.json")
        asked.write_text(json.dumps({**asdict(request), "profile": profile_in(Path(scratch))}), "utf-8")
        command = [SYSTEM_PYTHON, str(WORKER), str(asked)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Answer(**json.loads(done.stdout))
