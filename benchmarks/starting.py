"""How long ``leftshift run`` takes as a process of its own, beside what Python takes to import its two largest libraries.

The aim is a run of Leicester, Leicestershire and Rutland 2014 in under a second, from nothing to the printed page. Below
it stands what is imported on the way, by library: what a run does not use, such as polars and SciPy, is not there.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from resource import RUSAGE_CHILDREN, getrusage

from benchmarks.timing import in_turns, show

RUN = ("-m", "leftshift.cli.main", "run", "examples/llr-2014", "--brief")


def python(arguments: Sequence[str]) -> str:
    """Run Python in a process of its own; what it says on the side."""
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return done.stderr


def processor_time() -> float:
    """Of all processes that were started and have ended, in seconds."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def imports(arguments: Sequence[str]) -> Counter[str]:
    """Library to the microseconds that importing its own modules takes."""
    found: Counter[str] = Counter()
    for line in python(["-X", "importtime", *arguments]).splitlines():
        own, _, name = line.removeprefix("import time:").split("|")
        if own.strip().isdigit():
            found[name.strip().partition(".")[0]] += int(own)
    return found


def main() -> None:
    """Time the processes in turns, and list the heaviest imports."""
    commands = {
        "python, nothing else": ("-c", "pass"),
        "python -c 'import numpy, polars'": ("-c", "import numpy, polars"),
        "leftshift run examples/llr-2014": RUN,
    }
    times = in_turns(
        {name: lambda arguments=arguments: python(arguments) for name, arguments in commands.items()},
        repeats=7,
        clock=processor_time,
    )
    show(times, beside="python -c 'import numpy, polars'")
    for name, microseconds in imports(RUN).most_common(8):
        print(f"  imports of {name:<28} {microseconds / 1e3:>10.2f}")


if __name__ == "__main__":
    main()
