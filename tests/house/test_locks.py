"""What is installed is pinned, hashed and named once; what is vendored is what its record says."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import PACKAGE, ROOT, name_of

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PAIRS = {"0.10.2": "10.6.1"}
"""Which nhsuk-frontend a version of nhsuk-frontend-jinja is written for, from its README."""


def _pinned(lock: Path) -> dict[str, str]:
    return dict(
        re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    )


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _names(requirements: list[Any]) -> set[str]:
    return {re.split(r"[\[<>=!~ ;]", entry)[0].lower() for entry in requirements if isinstance(entry, str)}


def test_there_is_a_lock_for_each_purpose() -> None:
    assert [lock.name for lock in LOCKS] == ["bench.txt", "dev.txt", "run.txt", "spark.txt", "uv.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_every_requirement_is_pinned_and_hashed(lock: Path) -> None:
    lines = re.sub(r"\\\n\s*", " ", lock.read_text("utf-8")).splitlines()
    requirements = [line for line in lines if line and not line.lstrip().startswith("#")]

    assert requirements
    assert not [
        line
        for line in requirements
        if not re.match(r"[a-z0-9._\[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_no_lock_holds_an_address(lock: Path) -> None:
    assert not re.findall(
        r"^.*(?:https?://|--index|--find-links|file:).*$", lock.read_text("utf-8"), re.MULTILINE
    )


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = _project()
    groups = project["dependency-groups"]
    run = _names(project["project"]["dependencies"]) | _names(groups["build"])

    assert run <= _pinned(ROOT / "requirements" / "run.txt").keys()
    assert run | _names(groups["dev"]) <= _pinned(ROOT / "requirements" / "dev.txt").keys()
    assert _names(groups["installer"]) <= _pinned(ROOT / "requirements" / "uv.txt").keys()


def test_the_tests_run_on_the_versions_that_people_run() -> None:
    run, dev = (_pinned(ROOT / "requirements" / name) for name in ("run.txt", "dev.txt"))

    assert {name: dev.get(name) for name in run} == run


def test_the_version_is_said_once() -> None:
    said = re.search(r'__version__ = "(.+)"', (PACKAGE / "__init__.py").read_text("utf-8"))

    assert said is not None
    assert said[1] == _project()["project"]["version"]


def _records() -> list[tuple[Path, dict[str, Any]]]:
    return [(path, json.loads(path.read_text("utf-8"))) for path in sorted(PACKAGE.rglob("VENDORED.json"))]


def test_vendored_files_are_what_their_record_says() -> None:
    records = _records()

    assert records
    for path, record in records:
        here = {
            file.relative_to(path.parent).as_posix(): file
            for file in path.parent.rglob("*")
            if file.is_file()
        }
        sums = {
            name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in here.items() if file != path
        }
        assert sums == record["files"], (
            f"{name_of(path)} differs from its files: run make frontend, or renew the record with the files"
        )


def test_vendored_packages_have_a_licence_beside_them() -> None:
    for _, record in _records():
        for package, about in record["packages"].items():
            assert about["licence"]
            assert any(package in name and "LICENCE" in name for name in record["files"]), package


def test_the_style_sheet_pairs_with_the_templates() -> None:
    templates = _pinned(ROOT / "requirements" / "run.txt")["nhsuk-frontend-jinja"]
    packages = [record["packages"] for _, record in _records() if "nhsuk-frontend" in record["packages"]]
    versions = {entry["nhsuk-frontend"]["version"] for entry in packages}

    asked = json.loads((ROOT / "frontend" / "package.json").read_text("utf-8"))["dependencies"][
        "nhsuk-frontend"
    ]

    assert len(packages) == 1
    assert versions == {PAIRS[templates]} == {asked}


def test_the_lock_of_the_frontend_holds_no_address() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))

    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert [name for name, entry in lock["packages"].items() if name and "integrity" not in entry] == []


def test_a_vendored_style_sheet_asks_nobody_else() -> None:
    for path, _ in _records():
        for sheet in path.parent.rglob("*.css"):
            text = sheet.read_text("utf-8")
            assert not re.findall(r"(?:url\(['\"]?|@import ['\"])(?:https?:)?//", text)
            assert "sourceMappingURL" not in text
            assert "@font-face" not in text
