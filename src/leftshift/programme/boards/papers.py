"""What a paper lacks, by the template that its item needs."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_lowercase

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.parameters import paper_templates
from leftshift.programme.boards.rows import PaperPart

FEW_LETTERS = len(ascii_lowercase)


def letters(number: int) -> list[str]:
    """So many letters in order: a to z, then aa, ab and on."""
    return [letter_of(at) for at in range(number)]


def letter_of(at: int) -> str:
    """The letter of a place that counts from nought: a to z, then aa."""
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, FEW_LETTERS)
        found = ascii_lowercase[rest] + found
    return found


def parts_of(boards: Boards, paper: str) -> list[PaperPart]:
    """The parts of a paper in the order of the template; those it does not know after them, in the order of their rows."""
    return sorted(boards.parts_of(paper), key=lambda row: (order_of(row.part), _letter_key(row)))


def order_of(part: str) -> int:
    """The place of a part in the template; after all of it where the template does not know it."""
    order = list(paper_templates()["part"])
    return order.index(part) if part in order else len(order)


def _letter_key(row: PaperPart) -> tuple[int, str]:
    return len(row.letter), row.letter


def part_name(part: str) -> str:
    """The heading of a part."""
    found = paper_templates()["part"].get(part)
    return str(found["name"]) if found else part.replace("_", " ").capitalize()


def lacks(boards: Boards, paper: str, kind: str) -> Iterator[str]:
    """What a paper for an item of a kind lacks: parts, risks by heading, letters of its recommendations."""
    template = paper_templates()
    parts = parts_of(boards, paper)
    given = {row.part for row in parts}
    for name, entry in template["part"].items():
        if kind in entry["needed_for"] and name not in given:
            yield f"part {name} ({entry['name']})"
    if kind in template["risks"]["needed_for"]:
        rated = {row.heading for row in boards.risks_of(paper)}
        for heading, words in template["risks"]["headings"].items():
            if heading not in rated:
                yield f"a risk under the heading {heading} ({words})"
    for name, entry in template["part"].items():
        found = [row.letter for row in parts if row.part == name]
        if entry.get("lettered") and name == "recommendations" and found and found != letters(len(found)):
            shown = ", ".join(letter or "none" for letter in found)
            yield f"recommendations lettered a, b, c in order: the letters are {shown}"
