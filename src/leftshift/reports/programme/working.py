"""The action log, requests for changes with what they do, and what is due in the next months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.feeding import Entry, entries
from leftshift.programme.work_rows import Action, Change
from leftshift.reports.content import Block, Cell, Paragraph, Row, Subheading
from leftshift.reports.pack.composing import day_in_words
from leftshift.reports.programme.asking import (
    asked_changes,
    milestone_name,
    minuted,
    month_after,
    moved_by,
    named,
    project_name,
)
from leftshift.reports.programme.cells import (
    col,
    count,
    day,
    days_col,
    line,
    of,
    sentence,
    status,
    table,
    why,
)

_ORDER = {"red": 0, "amber": 1, "green": 2, "not_open": 3, "complete": 4}
_OUTCOMES = {"open": "Open", "approved": "Approved", "refused": "Refused", "withdrawn": "Withdrawn"}


def actions(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """The action log: what is overdue first, then what is due soon, what is done last. Raises CircularDependencies."""
    found = [
        row
        for row in checked.programme.actions
        if row.raised <= checked.as_of and project in ("", row.project)
    ]
    if not found:
        yield Paragraph("This project has no action." if project else "No action is in the log yet.")
        return
    states = checked.standing.actions
    late = sum(states[row.action].overdue for row in found)
    done = sum(states[row.action].rag == "complete" for row in found)
    yield Paragraph(
        sentence(
            f"{count(len(found), 'action')}: {done or 'none'} {'are' if done > 1 else 'is'} done, {late or 'none'} {'are' if late > 1 else 'is'} overdue."
        )
    )
    found.sort(key=lambda row: (_ORDER[states[row.action].rag], row.due, row.action))
    columns = (
        col("Action", 2.4), col("Project", 1.3), col("Owner", 1.3), days_col("Raised"), days_col("Due"), col("Status", 1.6), col("Where", 1), col("Comment", 1.3),
    )  # fmt: skip
    yield table("Action log", columns, [_action(checked, row) for row in found], "actions")


def _action(checked: CheckedProgramme, row: Action) -> Row:
    state = checked.standing.actions[row.action]
    return line(
        row.text,
        project_name(checked, row.project),
        row.owner,
        day(row.raised),
        day(row.due),
        f"{status(state).text}: {why(state)}" if state.by_hand else why(state),
        _where(checked, row),
        row.comment,
        about=f"action/{row.action}",
    )


def _where(checked: CheckedProgramme, row: Action) -> Cell:
    """Where an action was agreed: its board, the day if it met on the one on which it was raised, and the minute."""
    if not row.body:
        return minuted(checked, row.minute)
    boards = checked.programme.boards
    met = next((each for each in boards.meetings if (each.body, each.date) == (row.body, row.raised)), None)
    if met is not None:
        return minuted(checked, f"{met.meeting}, {row.minute}" if row.minute else met.meeting)
    return of("", "", ", ".join(filter(None, (named(checked, "body", row.body), row.minute))))


def changes(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Requests to change what was agreed, with what they do to dates and money. Raises CircularDependencies."""
    found = asked_changes(checked, project)
    if not found:
        yield Paragraph("Nobody has asked for a change.")
        return
    waiting = sum(row.outcome_on(checked.as_of) == "open" for row in found)
    yield Paragraph(
        f"{count(len(found), 'request').capitalize()}: {waiting or 'none'} {'wait' if waiting > 1 else 'waits'} for a decision."
    )
    columns = (
        col("Change", 1.4), col("Project", 1.2), col("Why", 1.6), col("What it does to dates", 1.8), col("Cost", 0.8), col("On benefits", 1.2), col("On risks", 1.2),
        col("Asked by", 1.3), col("Outcome", 1.5),
    )  # fmt: skip
    yield table("Requests for changes", columns, [_change(checked, row) for row in found], "changes")


def _change(checked: CheckedProgramme, row: Change) -> Row:
    outcome = row.outcome_on(checked.as_of)
    decided = (
        ""
        if outcome == "open"
        else f" by {row.decided_by} on {day(row.decided_on)}"
        if row.decided_by
        else ""
    )
    minute = f", {minuted(checked, row.minute).text}" if decided and row.minute else ""
    return line(
        row.what,
        project_name(checked, row.project),
        row.why,
        dates_said(checked, row),
        "" if row.cost is None else row.cost.brief,
        row.on_benefit,
        row.on_risk,
        f"{row.asked_by}, {day(row.asked_on)}",
        f"{_OUTCOMES[outcome]}{decided}{minute}",
        about=f"change/{row.change}",
    )


def dates_said(checked: CheckedProgramme, row: Change) -> str:
    """What a change does to dates, in words; empty where it moves no milestone."""
    found = moved_by(checked, row)
    if found is None:
        return ""
    before, after, later = found
    days = (after - before).days
    way = "later" if days >= 0 else "earlier"
    also = (
        f", and moves {count(later, 'milestone')} that {'wait' if later > 1 else 'waits'} for it"
        if later
        else ""
    )
    return f"{milestone_name(checked, row.milestone)}: {day(before)} to {day(after)}, {count(abs(days), 'day')} {way}{also}"


def calendar(checked: CheckedProgramme, months: int = 3) -> Iterator[Block]:
    """What is due from the day on, to the end of that month and through the next ones, a table a month."""
    end = month_after(checked.as_of, months + 1)
    found = sorted(
        (entry for entry in entries(checked) if checked.as_of <= entry.day < end),
        key=lambda entry: (entry.day, entry.title, entry.key),
    )
    last = day_in_words(date.fromordinal(end.toordinal() - 1))
    if not found:
        yield Paragraph(f"Nothing is due from {day_in_words(checked.as_of)} to {last}.")
        return
    yield Paragraph(
        f"{count(len(found), 'entry', 'entries').capitalize()} from {day_in_words(checked.as_of)} to {last}. What is overdue stands in the overview."
    )
    for number in range(months + 1):
        first, beyond = month_after(checked.as_of, number), month_after(checked.as_of, number + 1)
        rows = [_entry(entry) for entry in found if first <= entry.day < beyond]
        name = " ".join(day_in_words(first).split(" ")[1:])
        yield Subheading(name)
        if rows:
            columns = (days_col("Day"), col("Kind", 0.7), col("What", 2.5), col("Who or where", 2))
            yield table(f"Due in {name}", columns, rows, f"calendar_{first:%Y_%m}")
        else:
            yield Paragraph("Nothing is due.")


def _entry(entry: Entry) -> Row:
    kind, _, what = entry.title.partition(": ")
    return line(day(entry.day), kind, sentence(what)[:-1] if what else "", entry.words)
