"""Packs for the tests: the example's, one of every section, one with words that could break a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from leftshift.reports.content import Report
from leftshift.reports.pack import (
    FrontSheet,
    Pack,
    PackFiles,
    PackSection,
    Priority,
    Risk,
    build_pack,
    pack_report,
    read_pack,
    section_choices,
)
from tests.reports.places import EXAMPLES, HOSTILE, LLR, NORTHMOOR, example, result_of, with_hostile_words

DAY = date(2026, 12, 1)
WORDS = (EXAMPLES / "llr-2014" / "board-pack.toml").read_text("utf-8")
MUST = ("financial", "legal", "equality", "quality", "workforce", "public_involvement")


def small(**more: object) -> Pack:
    """A short pack, whose every number can be said by hand."""
    sheet = FrontSheet(
        title="A paper", meeting="The board", meeting_date=DAY, author="Director of finance", purpose="decision",
        summary="First.\n\nSecond, over\ntwo lines.", recommendations=("agree", "note"),
        implications=dict.fromkeys(MUST, "None: a test"),
        risks=(Risk("It fails", "high", "It did before"),), priorities=(Priority("Home first", "By moving care"),),
        appendices=("A: more",), background_papers=("The strategy",),
    )  # fmt: skip
    sections = (
        PackSection("bridge", before="Before one.\n\n- a\n- b", after="After one."),
        PackSection("own", title="Our own", before="Words."),
        PackSection("quality-assurance", title="Is it sound?"),
    )
    return replace(Pack(sheet, sections), **more)  # type: ignore[arg-type]


def of_everything() -> Pack:
    """A pack of every section that there is."""
    keys = [key for key, _, _ in section_choices() if key != "own"]
    return small(sections=tuple(PackSection(key) for key in keys))


def hostile() -> Pack:
    """A pack whose own words could break a page."""
    sheet = replace(
        small().front_sheet, title=HOSTILE, meeting=HOSTILE, author=HOSTILE, summary=HOSTILE,
        recommendations=(HOSTILE,) * 30, risks=(Risk(HOSTILE, "low", HOSTILE),), appendices=(HOSTILE,),
    )  # fmt: skip
    return Pack(
        sheet, (PackSection("own", title=HOSTILE, before=HOSTILE), PackSection("bridge", after=HOSTILE))
    )


CASES = {
    LLR: lambda: (example(LLR), read_pack(WORDS)),
    "everything": lambda: (example(NORTHMOOR), of_everything()),
    "hostile": lambda: (with_hostile_words(example(NORTHMOOR)), hostile()),
}


@cache
def report(case: str) -> Report:
    """A pack as a report."""
    place, pack = CASES[case]()
    return pack_report(result_of(place), pack, as_of=DAY)


@cache
def files(case: str) -> PackFiles:
    """A pack in its three forms."""
    place, pack = CASES[case]()
    return build_pack(result_of(place), pack, as_of=DAY)
