"""One compiled pass over the rows of a file of records, draw after draw: what a projection of records is held to.

Numba compiles it, which nothing of leftshift needs: ``make bench-env`` puts it into an environment beside ours, where this file is
run as a script. It reads rows as integer codes and answers lines of JSON: what is expected by group, or draws and their processor time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PYTHON = Path(".venv-bench/bin/python")
Array = NDArray[Any]
_MOST = 1000  # a number of records that no row reaches


def is_there() -> bool:
    """Whether the environment has been built, with Numba in it."""
    return (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-c", "import numba"], check=False, capture_output=True).returncode
    )


class Floor:
    """The compiled pass, in a process of its own that has read its rows and compiled."""

    def __init__(self, arrays: Path) -> None:
        self._process = subprocess.Popen(
            [str(PYTHON), __file__, str(arrays)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready: dict[str, Any] = self._answer()

    def ask(self, draws: int) -> dict[str, Any]:
        """Groups' ``records`` and ``bed_days`` on average, and ``seconds`` of processor time; 0 draws: what is expected."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{draws}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


# ---------------------------------------------------------------------- compiled
def _expected(
    codes: Array,
    offsets: Array,
    factors: Array,
    stay_code: Array,
    stay_factors: Array,
    stay: Array,
    group: Array,
) -> tuple[Array, Array]:
    """Records and bed days [group], row by row."""
    groups = group.max() + 1
    records, days = np.zeros(groups), np.zeros(groups)
    for row in range(len(group)):
        product = 1.0
        for table in range(codes.shape[0]):
            product *= factors[offsets[table] + codes[table, row]]
        records[group[row]] += product
        days[group[row]] += product * stay[row] * stay_factors[stay_code[row]]
    return records, days


def _draw(
    codes: Array,
    offsets: Array,
    factors: Array,
    stay_code: Array,
    stay_factors: Array,
    stay: Array,
    group: Array,
) -> tuple[Array, Array]:
    """One draw of them [group]: a Poisson number of each row by inversion, and a binomial one of its days."""
    groups = group.max() + 1
    records, days = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    for row in range(len(group)):
        product = 1.0
        for table in range(codes.shape[0]):
            product *= factors[offsets[table] + codes[table, row]]
        count, chance, left = 0, np.exp(-product), np.random.random()
        while left > chance and count < _MOST:
            left -= chance
            count += 1
            chance *= product / count
        records[group[row]] += count
        if count > 0 and stay[row] > 0:
            factor, total = stay_factors[stay_code[row]], count * stay[row]
            whole = int(factor)
            days[group[row]] += total * whole
            if factor > whole:
                days[group[row]] += np.random.binomial(total, factor - whole)
    return records, days


# ---------------------------------------------------------------------- its process
def _serve(arrays: Path) -> None:
    """Compile, then answer a line with a number of draws each."""
    import numba

    names = ("codes", "offsets", "factors", "stay_code", "stay_factors", "stay", "group")
    with np.load(arrays) as kept:
        given = [kept[name] for name in names]
    expected, draw = numba.njit(_expected), numba.njit(_draw)
    start = time.process_time()
    expected(*given)
    draw(*given)
    _say({"compiling": time.process_time() - start})
    for line in sys.stdin:
        draws = int(line)
        start = time.process_time()
        found = [draw(*given) for _ in range(draws)] or [expected(*given)]
        seconds = time.process_time() - start
        records, days = (sum(entry[part] for entry in found) / len(found) for part in (0, 1))
        _say({"records": records.tolist(), "bed_days": days.tolist(), "seconds": seconds})


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document), flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
