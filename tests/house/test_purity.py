"""The library reads no clock and no environment, opens no socket and draws no unseeded number."""

from __future__ import annotations

import pytest

from tests.house.purity import faults_in
from tests.house.tree import library_sources, name_of


def test_the_library_is_pure() -> None:
    sources = list(library_sources())
    faults = [
        f"{name_of(path)}:{line}: {name}"
        for path in sources
        for line, name in faults_in(path.read_text("utf-8"))
    ]

    assert len(sources) > 20
    assert not faults, "The caller gives these (as_of, seed, settings):\n" + "\n".join(faults)


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\nx = dt.date.today()",
        "from datetime import date as day\nday.today()",
        "from datetime import datetime\nclock = datetime.utcnow",
        "import time\ntime.monotonic()",
        "from time import perf_counter",
        "import os\nos.environ['A']",
        "import os\nos.environ.get('A')",
        "from os import getenv",
        "import random",
        "import numpy as np\nnp.random.normal()",
        "import numpy as np\nnp.random.default_rng()",
        "from numpy.random import default_rng\ndefault_rng()",
        "import socket",
        "import urllib.request",
        "from http import client",
        "def late():\n    import subprocess",
        "from uuid import uuid4",
    ],
)
def test_it_finds(source: str) -> None:
    assert faults_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date\ndate(2014, 4, 1)",
        "import numpy as np\nnp.random.default_rng(7)",
        "import os\nos.fspath('x')",
        "def f(clock):\n    return clock.now()",
    ],
)
def test_it_lets_stand(source: str) -> None:
    assert not faults_in(source)
