"""The repository as the house tests see it: its files and their text."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "leftshift"
LIBRARY = ("foundation", "place", "population", "economy", "capacity", "measures", "fund", "programme", "model")
"""The part that knows no framework, no clock and no network; a new subject folder is added here."""
NOT_LIBRARY = ("workspace", "cli", "reports", "workbooks")
_NOT_OURS = {".git", ".venv", "var", "node_modules", "dist"}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository that git knows or would take; every file, where there is no git."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and (ROOT / ".git").exists():
        names = listed.stdout.decode().split("\0")
        return tuple(sorted(ROOT / name for name in names if name and (ROOT / name).is_file()))
    return tuple(sorted(path for path in ROOT.rglob("*") if path.is_file() and not _is_foreign(path)))


def _is_foreign(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in _NOT_OURS or (part.endswith("_cache") or part == "__pycache__") for part in parts)


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text, with its text."""
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def name_of(path: Path) -> str:
    """How a test names a file to a person."""
    return path.relative_to(ROOT).as_posix()


def library_sources() -> Iterator[Path]:
    """Each Python file of the pure library."""
    ours = (path for path in files() if path.suffix == ".py" and PACKAGE in path.parents)
    yield from (path for path in ours if path.relative_to(PACKAGE).with_suffix("").parts[0] in LIBRARY)


def in_static(path: Path) -> bool:
    """Whether a file is vendored, so not in our words."""
    return "static" in path.relative_to(ROOT).parts or path.name == "package-lock.json"
