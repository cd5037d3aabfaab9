"""A highlight report as blocks, from the plain values that were kept of it and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from leftshift.reports.content import Block, Card, Cards, Cell, Note, Paragraph, Subheading
from leftshift.reports.programme.cells import (
    STATUS_WORDS,
    col,
    count,
    day,
    days_col,
    line,
    num,
    number,
    pounds,
    sentence,
    share,
    table,
)
from leftshift.reports.programme.projects import money_said

Document = Mapping[str, Any]
FORM = 1
"""The form of the document; a later form gets another number and keeps the reader of this one."""


def highlight_blocks(document: Document) -> tuple[Block, ...]:
    """The blocks of a kept highlight report. Raises ValueError for a form that this version does not know."""
    if document.get("form") != FORM:
        raise ValueError(f"this is no highlight report of form {FORM}: its form is {document.get('form')!r}")
    return tuple(_blocks(document))


def _blocks(document: Document) -> Iterator[Block]:
    now, before, words = document["status"], document["status_before"], document["words"]
    yield Paragraph(
        f"{document['name']}, {document['month']}: {now['status'].lower()}. {sentence(now['why'])}", lead=True
    )
    yield Cards(
        (
            Card("Status", now["status"], "set by hand" if now["by_hand"] else "from dates and evidence"),
            Card("A month before", before["status"], f"on {_day(before['on'])}: {before['why']}"),
            Card("Reached", share(document["progress"]).text, f"of its milestones by weight; {share(document['progress_before']).text} a month before"),
        )
    )  # fmt: skip
    yield from _people(document, words)
    yield Subheading("Achieved this month")
    yield from _achieved(document, words)
    yield Subheading("Planned next")
    yield from _next(document, words)
    yield Subheading("Slipped")
    yield from _slipped(document)
    yield Subheading("Risks and issues")
    yield from _risks(document)
    yield Subheading("Money and benefits")
    yield Paragraph(money_said(document["budget"], document["spent"]))
    yield from _benefits(document)
    yield Subheading("Gates")
    yield from _gates(document)
    yield Subheading("Decisions and help needed")
    yield from _needed(document, words)


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


def _people(document: Document, words: Mapping[str, str]) -> Iterator[Block]:
    yield Paragraph(
        f"{document['programme']}, workstream {document['workstream']}. Owner: {document['owner']}. As of {_day(document['as_of'])}."
    )
    if not any(words.values()):
        yield Note(
            f"Nobody has written about {document['month']} yet: what follows comes from the record alone."
        )
        return
    confidence = words["confidence"].replace("_", "-") or "not given"
    approved = f"Approved by {words['approved_by']}." if words["approved_by"] else "Not approved yet."
    yield Paragraph(
        f"Author: {words['author'] or 'not said yet'}. {approved} Confidence in delivery: {confidence}."
    )


def _achieved(document: Document, words: Mapping[str, str]) -> Iterator[Block]:
    if words["achieved"]:
        yield Paragraph(words["achieved"])
    rows = [
        line(each["name"], _day(each["on"]), _late(each["days_late"]), each["evidence"] or "no evidence")
        for each in document["achieved"]
    ]
    if rows:
        columns = (
            col("Milestone", 2),
            days_col("Reached"),
            col("Beside what was agreed", 1.2),
            col("Evidence", 1.6),
        )
        yield table("Milestones reached this month", columns, rows, "achieved")
    else:
        yield Paragraph("No milestone was reached this month.")


def _late(days: int) -> str:
    return "on the day" if not days else f"{count(abs(days), 'day')} {'late' if days > 0 else 'early'}"


def _next(document: Document, words: Mapping[str, str]) -> Iterator[Block]:
    if words["next"]:
        yield Paragraph(words["next"])
    rows = [
        line(each["name"], _day(each["expected"]), f"{each['status']}: {each['why']}")
        for each in document["next"]
    ]
    if rows:
        yield table(
            "Milestones that come next",
            (col("Milestone", 1.6), days_col("Expected"), col("Status", 2.2)),
            rows,
            "next",
        )
    else:
        yield Paragraph("No milestone is open.")


def _slipped(document: Document) -> Iterator[Block]:
    rows = [
        line(
            each["name"], _day(each["planned"]), _day(each["agreed"]), _day(each["expected"]), number(each["days"]), " → ".join(each["because"]) or "its own date"
        )
        for each in document["slipped"]
    ]  # fmt: skip
    if rows:
        columns = (
            col("Milestone", 1.6),
            days_col("Planned"),
            days_col("Agreed"),
            days_col("Expected"),
            num("Days behind"),
            col("Because of", 1.6),
        )
        yield table("Open milestones that are behind the plan", columns, rows, "slipped")
    else:
        yield Paragraph("Nothing that is open is behind the plan.")


def _risks(document: Document) -> Iterator[Block]:
    rows = [
        line(each["title"], each["score"], each["target"], each["movement"], each["owner"], "to be escalated" if each["to_escalate"] else "")
        for each in document["risks"]
    ]  # fmt: skip
    if rows:
        columns = (
            col("Risk", 2.2),
            col("Current", 1.1),
            col("Target", 1.1),
            col("Movement", 1.1),
            col("Owner", 1.3),
            col("Escalation", 0.9),
        )
        yield table("Highest risks", columns, rows, "risks")
    else:
        yield Paragraph("No open risk threatens it.")
    rows = [
        line(each["text"], each["severity"], each["owner"], _day(each["due"]) if each["due"] else "")
        for each in document["issues"]
    ]
    if rows:
        yield table(
            "Open issues",
            (col("Issue", 2.4), col("Severity", 0.7), col("Owner", 1.3), days_col("Due")),
            rows,
            "issues",
        )
    else:
        yield Paragraph("No issue is open.")


def _benefits(document: Document) -> Iterator[Block]:
    rows = []
    for each in document["benefits"]:
        amounts = (
            each[name] for name in ("planned_to_date", "actual_before", "actual", "forecast", "planned")
        )
        cells: list[Cell] = [
            pounds(value) if each["unit"] == "pounds" else number(value) for value in amounts
        ]
        rows.append(line(each["name"], each["unit"], *cells, STATUS_WORDS[each["status"]]))
    if rows:
        columns = (
            col("Benefit", 2.2), col("Unit", 0.9), num("Planned so far", 0.8), num("Brought a month before", 0.8), num("Brought so far", 0.8), num("To be expected", 0.9), num("Planned in all", 0.9), col("Status", 0.9),
        )  # fmt: skip
        yield table("What its benefits brought", columns, rows, "benefits")
    else:
        yield Paragraph("It has no benefit of its own.")


def _gates(document: Document) -> Iterator[Block]:
    rows = [
        line(
            each["name"],
            each["state"],
            _day(each["due"]) if each["due"] else "",
            each["decider"],
            each["why_not"] or "",
        )
        for each in document["gates"]
    ]
    if rows:
        columns = (
            col("Gate", 1.6),
            col("State", 1),
            days_col("Due"),
            col("Who decides", 1.3),
            col("Why not passed", 1.8),
        )
        yield table("What it has to pass", columns, rows, "gates")
    else:
        yield Paragraph("It has no gate.")


def _needed(document: Document, words: Mapping[str, str]) -> Iterator[Block]:
    if words["help_needed"]:
        yield Paragraph(words["help_needed"])
    rows = [
        line(each["what"], each["why"], each["asked_by"], _day(each["asked_on"]))
        for each in document["changes"]
    ]
    if rows:
        yield table(
            "Requests for changes that wait for a decision",
            (col("Change", 1.4), col("Why", 2), col("Asked by", 1.3), days_col("On")),
            rows,
            "changes",
        )
    if not rows and not words["help_needed"]:
        yield Paragraph("Nobody asks for a decision or for help.")
