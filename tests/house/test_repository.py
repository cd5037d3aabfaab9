"""The house keeps its own rules: what may stand in the repository, and where."""

from __future__ import annotations

import ast
import csv
import hashlib
import json
import re
import socket
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from leftshift.place.rows import ROW_TYPES
from leftshift.place.schema import schema
from tests.conftest import NetworkBlocked

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "leftshift"
PURE = ("foundation", "place", "economy")
LONGEST_FILE = 500


def tracked() -> list[Path]:
    """Every file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def texts(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The files that are text."""
    for path in paths:
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def python_files(*folders: str) -> list[Path]:
    """Python files of the library's folders."""
    return [path for folder in folders for path in sorted((SRC / folder).rglob("*.py"))]


# ---------------------------------------------------------------- published figures
def published_numbers(folder: Path) -> set[str]:
    """The digits of every published figure of a place that is too long to be there by chance."""
    found: set[str] = set()
    for name, columns in {
        "published": ["value"],
        "stated_effects": ["amount"],
        "contracts": ["value", "estimate"],
        "lines": ["value", "estimate"],
    }.items():
        with (folder / f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found |= {digits(row[column]) for column in columns if row[column]}
    return {number for number in found if len(number.strip("0")) >= 4 and not is_a_year(number)}


def is_a_year(number: str) -> bool:
    """Whether the digits may be a calendar year, which stands in a code for other reasons."""
    return len(number) == 4 and 1900 <= int(number) <= 2100


def digits(text: str) -> str:
    """The digits of a number, however it is written."""
    return re.sub(r"\D", "", text).lstrip("0")


def numbers_in(text: str) -> set[str]:
    """The digits of every number in a text, thousands separators of any kind taken out."""
    return {digits(number) for number in re.findall(r"\d[\d,_ ]*(?:\.\d+)?", text)}


def published_in(folder: Path, figures: set[str]) -> list[str]:
    """Which published figures stand in the files of a folder."""
    files = [
        path
        for path in folder.rglob("*")
        if path.suffix in {".py", ".toml", ".csv", ".jinja", ".json"} and "static" not in path.parts
    ]
    return [
        f"{path.name}: {number}"
        for path, text in texts(files)
        for number in sorted(numbers_in(text) & figures)
    ]


def test_no_published_figure_stands_in_src() -> None:
    figures = published_numbers(ROOT / "examples" / "llr-2014")

    assert {"399996", "398116", "4188428", "13637390", "238372"} <= figures
    assert published_in(SRC, figures) == []


@pytest.mark.parametrize("written", ["399996", "399,996", "399_996", "399996.0", "x = 4188428", "13637.39"])
def test_a_planted_figure_is_found(tmp_path: Path, written: str) -> None:
    (tmp_path / "constants.py").write_text(f"GAP = {written}\n")

    figures = published_numbers(ROOT / "examples" / "llr-2014") | {digits("399996.0"), digits("13637.39")}
    assert published_in(tmp_path, figures)


# ---------------------------------------------------------------- what may not be written
def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = re.compile(
        "|".join(
            [
                "py" + r"pi\.org",
                "files\\.python" + "hosted",
                "registry\\.npm" + "js",
                "deb\\.deb" + "ian",
                "/ro" + "ot/",
                "/ho" + r"me/\w+/",
                "/wo" + "rk/",
            ]
        )
    )

    found = [str(path.relative_to(ROOT)) for path, text in texts(tracked()) if hosts.search(text)]

    assert found == []


def test_locks_have_hashes_and_no_addresses() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        pinned = re.findall(r"^[a-z0-9][^=\s]*==", text, re.MULTILINE)
        assert pinned, path.name
        assert len(re.findall(r"--hash=sha256:", text)) >= len(pinned), path.name
        assert "://" not in text, path.name
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    assert not any("resolved" in entry for entry in lock["packages"].values())


def test_example_people_and_numbers_are_invented() -> None:
    text = "".join(path.read_text() for path in (ROOT / "examples").rglob("*.csv"))

    assert not re.search(r"\b[0-8]\d{2} ?\d{3} ?\d{4}\b", text.replace(",", " , "))


# ---------------------------------------------------------------- shape
def test_files_are_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): len(text.splitlines())
        for path, text in texts(tracked())
        if path.suffix == ".py" and len(text.splitlines()) > LONGEST_FILE
    }

    assert long == {}


def test_folders_are_named_after_the_work() -> None:
    names = {part for path in SRC.rglob("*.py") for part in path.relative_to(SRC).with_suffix("").parts}

    assert names.isdisjoint(
        {"utils", "util", "helpers", "helper", "common", "core", "services", "misc", "lib"}
    )


def test_every_package_says_what_it_is() -> None:
    for folder in {path.parent for path in SRC.rglob("*.py")} - set(SRC.rglob("migrations")):
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), folder


def public_definitions(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Functions, methods and classes that others may use; what stands inside a function is its own affair."""
    waiting: list[ast.Module | ast.ClassDef] = [ast.parse(path.read_text())]
    while waiting:
        for node in waiting.pop().body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield node
                if isinstance(node, ast.ClassDef):
                    waiting.append(node)


def test_public_names_of_the_library_are_documented() -> None:
    paths = [*python_files(*PURE, "reports"), SRC / "model.py"]
    bare = [
        f"{path.name}: {node.name}"
        for path in paths
        for node in public_definitions(path)
        if not ast.get_docstring(node)
    ]

    assert bare == []


FORBIDDEN_CALLS = {
    "now",
    "today",
    "utcnow",
    "time",
    "monotonic",
    "urandom",
    "getenv",
    "random",
    "uuid4",
    "default_rng",
    "socket",
    "urlopen",
    "system",
}


def test_the_library_reads_no_clock_draws_no_luck_and_opens_no_socket() -> None:
    found = []
    for path in [*python_files(*PURE), SRC / "model.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(
                getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", "")
            )
            if isinstance(node, ast.Call) and name in FORBIDDEN_CALLS:
                found.append(f"{path.name}:{node.lineno} {name}")
            if isinstance(node, ast.Attribute) and node.attr == "environ":
                found.append(f"{path.name}:{node.lineno} environ")

    assert found == []


def test_rows_have_the_columns_of_the_schema() -> None:
    for table in schema().tables.values():
        fields = set(ROW_TYPES[table.name].__dataclass_fields__)
        assert fields - {"origin"} == set(table.columns), table.name


# ---------------------------------------------------------------- what is vendored and said
def test_vendored_files_are_what_was_vendored() -> None:
    (record,) = SRC.rglob("VENDORED.json")
    document = json.loads(record.read_text())

    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in record.parent.iterdir()
        if path != record
    }

    assert files == document["files"]
    assert "sourceMappingURL" not in (record.parent / "nhsuk.css").read_text()
    assert "@font-face" not in (record.parent / "nhsuk.css").read_text()


# nhsuk-frontend-jinja release to the nhsuk-frontend release it is written for, from its README
PAIRS = {"0.10.2": "10.6.1"}


def test_the_frontend_pairs_with_its_macros() -> None:
    (record,) = SRC.rglob("VENDORED.json")
    vendored = json.loads(record.read_text())["packages"]["nhsuk-frontend"]["version"]

    assert PAIRS[version("nhsuk-frontend-jinja")] == vendored
    assert (
        json.loads((ROOT / "frontend" / "package.json").read_text())["dependencies"]["nhsuk-frontend"]
        == vendored
    )


def test_links_between_documents_lead_somewhere() -> None:
    pages = texts(path for path in tracked() if path.suffix == ".md")
    links = [(path, target) for path, text in pages for target in re.findall(r"\]\(([^)#\s]+)", text)]
    broken = [
        f"{path.name}: {target}"
        for path, target in links
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert broken == []


def test_every_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text()
    named = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())  # type: ignore[union-attr]
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))

    assert named - explained <= {"python", "chromium"}  # steps that others call


def test_every_decision_has_its_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert pages
    for page in pages:
        text = page.read_text()
        for part in ("Status:", "## Why", "## What follows"):
            assert part in text, f"{page.name} lacks {part}"


def test_the_network_is_blocked() -> None:
    with pytest.raises(NetworkBlocked), socket.socket() as probe:
        probe.connect(("192.0.2.1", 80))
