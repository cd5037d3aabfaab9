"""Every file stands where it belongs, is short enough to read, and names no machine."""

from __future__ import annotations

import re
import stat

import pytest

from tests.house.tree import LIBRARY, NOT_LIBRARY, PACKAGE, ROOT, files, in_static, name_of, texts

LONGEST = 500
FOLDERS_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "core",
    "services",
    "common",
    "misc",
    "lib",
    "libraries",
}
# The brackets keep this file from naming them itself.
REGISTRIES = re.compile(r"pypi\.[o]rg|python[h]osted|npmjs\.(?:[o]rg|[c]om)|deb\.[d]ebian")
MACHINE_PATHS = re.compile(r"(?:^|[^A-Za-z0-9_.])/(?:work|farm|root|home/[a-z]+|tmp/bash_jobs)/")


def test_no_file_of_code_is_longer_than_a_person_can_hold() -> None:
    decisions = "\n".join(text for path, text in texts() if path.parent.name == "decisions")
    long = {
        name_of(path): len(text.splitlines())
        for path, text in texts()
        if path.suffix in {".py", ".jinja", ".toml", ".scss", ".mjs"} and not in_static(path)
        if len(text.splitlines()) > LONGEST and name_of(path) not in decisions
    }

    assert not long, f"Split these files, or name them with the reason on a page of docs/decisions: {long}"


def test_no_folder_has_a_name_that_says_nothing() -> None:
    ours = [path for path in files() if not in_static(path)]
    empty = {name_of(path) for path in ours if FOLDERS_THAT_SAY_NOTHING & {*path.parts[len(ROOT.parts) :]}}
    modules = {
        name_of(path) for path in ours if path.suffix == ".py" and path.stem in FOLDERS_THAT_SAY_NOTHING
    }

    assert not empty | modules, f"Name these after the work: {sorted(empty | modules)}"


def test_every_folder_of_python_is_a_package() -> None:
    folders = {
        path.parent
        for path in files()
        if path.suffix == ".py" and path.parts[len(ROOT.parts)] in ("src", "tests")
    }
    missing = sorted(name_of(folder) for folder in folders if not (folder / "__init__.py").is_file())

    assert not missing, f"An __init__.py is missing in: {missing}"


def test_every_folder_of_the_package_is_library_or_not() -> None:
    named = {
        path.relative_to(PACKAGE).with_suffix("").parts[0] for path in files() if PACKAGE in path.parents
    }

    assert named - {"__init__", "py", "__main__"} <= {*LIBRARY, *NOT_LIBRARY}, (
        "Name the new folder in tests/house/tree.py"
    )


@pytest.mark.parametrize(
    ("what", "pattern"), [("a path of a machine", MACHINE_PATHS), ("a registry", REGISTRIES)]
)
def test_no_file_names(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]

    assert not found, f"These lines name {what}: {found}"


def test_the_patterns_find_what_they_look_for() -> None:
    assert REGISTRIES.search("https://py" + "pi.org/simple")
    assert REGISTRIES.search("https://registry.npm" + "js.org/x.tgz")
    assert MACHINE_PATHS.search('cd "/ro' + 'ot/x"')
    assert not MACHINE_PATHS.search("docs/work/one.md")


def test_people_and_numbers_of_the_examples_are_invented() -> None:
    tables = [text for path, text in texts() if path.suffix == ".csv" and "examples" in path.parts]
    nhs_number = re.compile(r"(?<!\d)[0-8]\d{2} ?\d{3} ?\d{4}(?!\d)")

    assert tables
    assert not [found for text in tables for found in nhs_number.findall(text)]


def test_what_starts_the_tests_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text("utf-8")
