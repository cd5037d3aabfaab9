"""The documents hold together: links lead somewhere, words are in the glossary, each command has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, name_of

PAGES = [path for path in files() if path.suffix == ".md"]
FOR_PEOPLE = [path for path in PAGES if path.name == "README.md" or {"guide", "method"} & {*path.parts}]
PLAIN_OR_TECHNICAL = {
    "API",
    "CPU",
    "CSS",
    "CSV",
    "HTML",
    "HTTP",
    "JSON",
    "MIT",
    "NHS",
    "SHA",
    "SQL",
    "SVG",
    "TOML",
    "URL",
    "UTF",
    "ASCII",
    "UK",
    "PDF",
    "HTMX",
    "RWE",
    "README",
    "CHANGELOG",
    "CONTRIBUTING",
    "GLOSSARY",
    "SECURITY",
    "LICENSE",
    "PORT",
}
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+?)\s*$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _broken(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        where, _, anchor = link.partition("#")
        target = (page.parent / where).resolve() if where else page
        if not target.exists():
            yield f"{name_of(page)}: {link}"
        elif anchor and target.suffix == ".md" and anchor not in _anchors(target):
            yield f"{name_of(page)}: {link} (no such heading)"


def test_every_link_between_documents_leads_somewhere() -> None:
    assert not (broken := [fault for page in PAGES for fault in _broken(page)]), "\n".join(broken)


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = [
            link.partition("#")[0] for link in _LINK.findall(_prose(page)) if not re.match(r"[a-z]+:", link)
        ]
        waiting += [target for link in links if link and (target := (page.parent / link).resolve()).is_file()]

    assert {name_of(page) for page in PAGES if "examples" not in page.parts[: len(ROOT.parts) + 1]} <= {
        name_of(page) for page in reached
    }


def _glossary() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", (ROOT / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)
    return [(word, meaning) for word, meaning in rows if word not in {"Word", "---"}]


def test_the_glossary_explains_each_word_once() -> None:
    words = [word for word, _ in _glossary()]

    assert len(words) == len(set(words)) >= 30
    assert words == sorted(words, key=str.casefold)
    assert all(meaning.strip() for _, meaning in _glossary())


def test_every_abbreviation_that_people_meet_is_in_the_glossary() -> None:
    known = {*re.findall(r"\b[A-Z]{2,}\b", " ".join(word for word, _ in _glossary())), *PLAIN_OR_TECHNICAL}
    unknown = {
        f"{name_of(page)}: {word}"
        for page in FOR_PEOPLE
        for word in re.findall(r"\b[A-Z]{3,}\b", re.sub(r"`[^`]*`", "", _prose(page)))
        if word not in known and word.rstrip("S") not in known
    }

    assert not unknown, f"Explain these in GLOSSARY.md: {sorted(unknown)}"


@pytest.mark.parametrize(
    "page", [path for path in PAGES if path.parent.name == "decisions"], ids=lambda page: page.name
)
def test_every_decision_is_told_the_same_way(page: Path) -> None:
    text = page.read_text("utf-8")

    assert page.name == "README.md" or re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name)
    assert [part for part in ("Status:", "## Why", "## What follows") if part not in text] == []


def test_make_lists_every_target_a_person_may_ask_for() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    internal = {"python", "chromium", "office", "java"}
    asked = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()) - internal  # type: ignore[index]

    assert asked == set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))


def test_every_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        (name_of(page), word)
        for page in PAGES
        for word in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))
    }

    assert not {pair for pair in named if pair[1] not in targets}
