"""An invented population of 20,000 that the tests of a session share and leave as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.population.invented.generating import generate_people
from leftshift.population.invented.manifest import Manifest


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """20,000 people and what was said of them."""
    folder = tmp_path_factory.mktemp("people") / "invented"
    return folder, generate_people(folder, 20_000, seed=7)


@pytest.fixture(scope="session")
def folder(made: tuple[Path, Manifest]) -> Path:
    """The folder of the 20,000."""
    return made[0]


@pytest.fixture(scope="session")
def scored_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an invented population of 6,000, ``set``, and a run on it, ``run``."""
    folder = tmp_path_factory.mktemp("commands")
    generate = ["population", "generate", "--people", "6,000", "--seed", "3", "--out", str(folder / "set")]
    assert main([*generate, "--workers", "1"]) == 0
    assert main(["population", "check", str(folder / "set")]) == 0
    assert main(["population", "score", str(folder / "set"), "--out", str(folder / "run")]) == 0
    return folder
