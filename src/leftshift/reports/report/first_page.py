"""The plan on a page: what a board has to know, in one look."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from leftshift.foundation.money import round_half_up
from leftshift.place.rows import UNATTRIBUTED
from leftshift.reports import words
from leftshift.reports.content import Block, Card, Cards, Items, Paragraph, Section, Subheading
from leftshift.reports.words import Document

_LISTED, _REASON = 6, 200
"""So many are named on the first page, with so much of the reason; the sections behind it hold it all."""


def plan_on_a_page(result: Document, year: str) -> Section:
    """Headline, four figures, how the gap comes and goes, who ends in deficit, what does not tie."""
    blocks: tuple[Block, ...] = (
        Paragraph(words.headline(result, year), lead=True),
        Cards(cards_of(result, year)),
        Subheading("What drives the gap, and what closes it"),
        Paragraph(words.drivers_sentence(result, year)),
        Paragraph(words.bridge_sentence(result, year)),
        Subheading("Who ends in deficit"),
        Paragraph(words.organisations_sentence(result, year)),
        *_listed(_in_deficit(result, year)),
        Subheading("What does not tie"),
        Paragraph(_tie_sentence(result)),
        *_listed(_not_tying(result)),
    )
    return Section("plan-on-a-page", "Plan on a page", blocks)


def cards_of(result: Document, year: str) -> tuple[Card, ...]:
    """The four figures to see first."""
    closing = result["perimeter_position"]["plan"][year]
    rests = "; rests on calibration" if result["perimeter_basis"] == "calibrated" else ""
    counts = result["tie_counts"]
    agreeing, all_ = counts["ties"] + counts["differs by rounding"], sum(counts.values())
    published = (
        Card("Published figures", f"{agreeing} of {all_}", "tie, or differ by rounding")
        if all_
        else Card("Published figures", "None", "is held against the plan")
    )
    return (
        Card("Do-nothing gap", words.millions(result["gap"][year]), f"in {year}, without the plan{rests}"),
        Card(
            "The plan moves", words.millions(sum(result["bridge"][year].values())), "all steps of the bridge"
        ),
        Card(
            "Surplus" if closing >= 0 else "Deficit",
            words.millions(abs(closing)),
            f"in {year}, with the plan{rests}",
        ),
        published,
    )


def _in_deficit(result: Document, year: str) -> list[str]:
    found = [
        (result["positions"][row["code"]][year], row["name"])
        for row in result["organisations"]
        if row["share"] and row["code"] != UNATTRIBUTED
    ]
    return [f"{name}: {words.balance(value)}" for value, name in sorted(found) if round_half_up(value) < 0]


def _tie_sentence(result: Document) -> str:
    if not result["tie"]:
        return "No published figure is held against this plan."
    return words.tie_sentence(result["tie_counts"], sum(not tie["counted"] for tie in result["tie"]))


def _not_tying(result: Document) -> list[str]:
    found = [
        tie
        for verdict in ("does not tie", "known conflict")
        for tie in result["tie"]
        if tie["counted"] and tie["verdict"] == verdict
    ]
    return [
        f"{tie['name']} {tie['year']}: {tie['verdict']}"
        + (f", {shorten(tie['reason'], _REASON, placeholder=' …')}" if tie["reason"] else "")
        for tie in found
    ]


def _listed(texts: Sequence[str]) -> list[Block]:
    more = len(texts) - _LISTED
    shown = [*texts[:_LISTED], *([f"and {more} more, listed further on"] if more > 0 else [])]
    return [Items(tuple(shown))] if shown else []
