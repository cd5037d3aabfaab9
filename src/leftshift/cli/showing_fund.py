"""What the terminal shows of pooled funds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rich.text import Text

from leftshift.cli import showing
from leftshift.foundation.money import Money
from leftshift.fund.checks.rules import CheckedPlan
from leftshift.fund.ledger.holding import Position
from leftshift.fund.ledger.ledger import TrialRow
from leftshift.fund.ledger.reconciling import Reconciliation
from leftshift.fund.ledger.stating import Statement
from leftshift.fund.plan.balances import balances, minimum_balances
from leftshift.fund.plan.differences import Change
from leftshift.fund.plan.signing import signed_state
from leftshift.fund.plan.totals import totals
from leftshift.fund.rolling import CHOOSE, ENDS, NEW, Rolled
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import ROW_TYPES

_STATE = {"passed": "✓", "failed": "✗", "not known": "?", "met": "✓", "missed": "✗"}
_STYLE = {"passed": "green", "failed": "red", "not known": "yellow", "met": "green", "missed": "red"}
_SHOWN = 8


def show_checked(checked: CheckedPlan) -> None:
    """Totals, balances, minimums, rules, and the first findings of each."""
    plan, found = checked.plan, checked.asked.round
    console = showing.console_of()
    console.print(Text(f"{plan.name}, by the rules of {found.name}", "bold"))
    _totals(checked)
    table = showing.table_of("Sources", ["source", "year", "income", "spent", "balance", ""], left=2)
    for entry in balances(plan, found):
        mark = Text(_STATE[entry.state], _STYLE[entry.state])
        table.add_row(
            entry.name, str(entry.year), entry.income.brief, entry.spent.brief, entry.left.brief, mark
        )
    console.print(table)
    table = showing.table_of("Minimums", ["minimum", "of", "year", "required", "planned", ""], left=3)
    for line in minimum_balances(plan, found):
        required = "not published" if line.required is None else line.required.brief
        mark = Text(_STATE[line.state], _STYLE[line.state])
        table.add_row(line.minimum.name, line.partner, str(line.year), required, line.planned.brief, mark)
    console.print(table)
    for rule in checked.rules:
        console.print(Text(f"{_STATE[rule.state]} {rule.rule.rule}: {rule.name}", _STYLE[rule.state]))
        for finding in rule.findings[:_SHOWN]:
            showing.say(f"    {finding.fault}")
        if len(rule.findings) > _SHOWN:
            showing.say(f"    and {len(rule.findings) - _SHOWN} more: --json lists them all")
    state = signed_state(plan, found, plan.sign_offs, plan.submissions)
    for item in state.open_items:
        showing.say(f"open: {item.what}, {item.who}. {item.action}.")
    _unverified(found)
    console.print(Text(f"Fingerprint {plan.fingerprint[:16]}. As of {checked.asked.as_of}.", "dim"))


def _totals(checked: CheckedPlan) -> None:
    found = totals(checked.plan, checked.asked.round)
    names = {row.priority: row.name for row in checked.plan.priorities}
    table = showing.table_of("Priorities", ["priority", "£"])
    for key, amount in found.by_priority.items():
        table.add_row(names.get(key, key.replace("_", " ")), amount.brief)
    table.add_row(Text("total", "bold"), Text(found.total_spend.brief, "bold"))
    showing.console_of().print(table)
    showing.say(
        f"Comes in {found.total_income.brief}; outside the plan {found.outside.brief}; resources {found.resources.brief}; "
        f"earmarked within it {found.earmarked.brief}, which never adds."
    )
    for line, amount in found.unattributed.items():
        showing.say(f"Unattributed: {amount.brief} of {line.replace('_', ' ')}.")


def _unverified(found: Round) -> None:
    if found.unverified:
        parts = ", ".join(f"{count} of {name.replace('_', ' ')}" for name, count in found.unverified.items())
        showing.say(
            f"Not verified against papers in the pack of {found.name}: {parts}. leftshift fund rounds {found.code} shows which."
        )


def show_rolled(rolled: Rolled, out: Path) -> None:
    """What was mapped, and the rest in full."""
    counts = {state: len(rolled.of(state)) for state in ("mapped", CHOOSE, ENDS, NEW)}
    showing.say(
        f"{out} holds {rolled.plan.name}: "
        + ", ".join(f"{count} {state}" for state, count in counts.items())
        + "."
    )
    for state in (CHOOSE, ENDS, NEW):
        if not rolled.of(state):
            continue
        table = showing.table_of(
            state.capitalize(), ["table", "what", "column", "was", "choose from"], left=5
        )
        for step in rolled.of(state):
            table.add_row(step.table, step.key, step.column, step.was, ", ".join(step.choices))
        showing.console_of().print(table)
    showing.say(f"Next: leftshift fund check {out}")


def show_return(document: dict[str, Any], found: Round) -> None:
    """A return in short: money, conditions, metrics, faults, lateness, and what changed."""
    console = showing.console_of()
    console.print(
        Text(f"{found.name}: {document['kind'].replace('_', '-')} {document['period']}".strip(), "bold")
    )
    of = {row.block: row.of for row in found.blocks if row.template == document["kind"]}
    for block, rows in document["blocks"].items():
        if (entry := _COLUMNS.get(of[block])) and rows:
            _block(block, rows, *entry)
        else:
            count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
            showing.say(f"{block.replace('_', ' ').capitalize()}: {count}")
    due = document["deadline"]
    if due["due"]:
        late = f", {due['days_late']} days late" if due["late"] else ""
        console.print(Text(f"Due {due['due']}{late}.", "red" if due["late"] else ""))
    for fault in document["faults"]:
        showing.say(f"✗ {fault['rule']}: {fault['found']}; expected {fault['expected']}. {fault['action']}.")
    for change in document.get("changes", ()):
        showing.say(f"changed: {change['words']}")


_COLUMNS: dict[str, tuple[int, tuple[str, ...]]] = {
    "income_actual": (2, ("line", "partner", "planned", "actual", "difference")),
    "spend_actual": (2, ("scheme", "line", "planned", "actual", "forecast", "difference")),
    "condition_status": (2, ("condition", "answer", "by")),
    "metric_status": (1, ("metric", "planned", "actual", "rating", "status")),
}
_POUNDS = {"planned", "actual", "difference", "forecast"}


def _block(name: str, rows: list[dict[str, Any]], left: int, columns: tuple[str, ...]) -> None:
    """A table of a return: how many columns stand to the left, and which are shown."""
    table = showing.table_of(name.replace("_", " ").capitalize(), list(columns), left=left)
    for row in rows:
        table.add_row(*(_shown(row.get(column), column) for column in columns))
    showing.console_of().print(table)


def _shown(value: Any, column: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, str) and column in _POUNDS:
        return Money.pounds(value).brief
    return str(value).replace("_", " ")


def show_read(changes: Iterable[Change], notes: Iterable[str], *, saved: bool) -> None:
    """What a workbook changes in a plan."""
    changes = list(changes)
    for change in changes:
        showing.say(change.words)
    for note in notes:
        showing.say(note)
    showing.say(
        f"{len(changes)} changes" + (", saved." if saved else "; --save writes them into the folder.")
    )


@dataclass(frozen=True)
class LedgerShown:
    """What is shown of a ledger, with the names that people use."""

    statement: Statement
    trial: Sequence[TrialRow]
    holds: Sequence[Position]
    sources: Mapping[str, str]
    schemes: Mapping[str, str]
    whole: bool


def show_ledger(shown: LedgerShown) -> None:
    """The statement by source and by scheme, the trial balance where asked, and what is held back."""
    if shown.trial:
        _show_accounts(shown)
    else:
        showing.say("The ledger has no entries yet.")
    for hold in shown.holds:
        overdue = f"; reviews overdue: {', '.join(map(str, hold.overdue))}" if hold.overdue else ""
        showing.say(
            f"{hold.hold.code.replace('_', ' ')}: held {hold.held}, released {hold.released}, left {hold.left} ({hold.hold.treatment} the plan){overdue}"
        )


def _show_accounts(shown: LedgerShown) -> None:
    found, console = shown.statement, showing.console_of()
    table = showing.table_of(
        f"Sources, {found.year} to {found.as_of}",
        ["source", "agreed", "received", "due", "committed", "spent", "left"],
    )
    for line in found.sources:
        amounts = (line.agreed, line.received, line.due, line.committed, line.spent, line.left)
        table.add_row(shown.sources.get(line.source, line.source), *map(str, amounts))
    console.print(table)
    table = showing.table_of("Schemes", ["scheme", "source", "committed", "spent"], left=2)
    for entry in found.schemes:
        names = shown.schemes.get(entry.scheme, entry.scheme), shown.sources.get(entry.source, entry.source)
        table.add_row(*names, str(entry.committed), str(entry.spent))
    console.print(table)
    if shown.whole:
        table = showing.table_of("Trial balance", ["account", "debit", "credit"])
        for row in shown.trial:
            table.add_row(str(row.account), str(row.debit), str(row.credit))
        console.print(table)
    debit, credit = (
        sum((getattr(row, side) for row in shown.trial), Money(0)) for side in ("debit", "credit")
    )
    showing.say(f"Trial balance: {debit} on the one side, {credit} on the other, {len(shown.trial)} accounts"
                + ("." if shown.whole else "; --trial lists them."))  # fmt: skip


def show_reconciliation(found: Reconciliation) -> None:
    """What matches, and what stands in one of the two only."""
    showing.say(
        f"{found.account}: ledger {found.ledger_balance}, extract {found.extract_balance}, difference {found.difference}."
    )
    showing.say(f"{len(found.matches)} matched.")
    for words, lines in (
        ("only in the ledger", found.only_in_ledger),
        ("only in the extract", found.only_in_extract),
    ):
        for line in lines:
            showing.say(f"{words}: {line.date} {line.reference} {line.words} {Money(line.pence)}")


def show_rounds(rounds: Sequence[Round]) -> None:
    """A line for every round."""
    table = showing.table_of("Planning rounds", ["round", "name", "years", "follows", "not verified"], left=4)
    for found in rounds:
        years = f"{found.years[0]}" + (f" to {found.years[-1]}" if len(found.years) > 1 else "")
        table.add_row(found.code, found.name, years, found.follows, str(sum(found.unverified.values())))
    showing.console_of().print(table)


def show_round(found: Round) -> None:
    """A round, table by table, each row with how sure it is."""
    console = showing.console_of()
    console.print(Text(found.name, "bold"))
    showing.say(f"{found.description} Source: {found.source}.")
    for name in ("income_lines", "minimums", "conditions", "metrics", "signatories", "deadlines", "rules"):
        rows = getattr(found, name)
        table = showing.table_of(name.replace("_", " ").capitalize(), ["", "", "evidence", "source"], left=4)
        for row in rows:
            table.add_row(str(getattr(row, _KEY[name])), _words(row), row.evidence, row.source)
        console.print(table)


_KEY = {"income_lines": "line", "minimums": "minimum", "conditions": "condition", "metrics": "metric", "signatories": "signatory", "deadlines": "deadline", "rules": "rule"}  # fmt: skip


def _words(row: Any) -> str:
    if hasattr(row, "due"):
        return f"{row.name}: {row.due}"
    return str(getattr(row, "name", "") or getattr(row, "role", "") or getattr(row, "severity", ""))


def round_summary(found: Round) -> dict[str, Any]:
    """A round in short, for JSON."""
    return {
        "round": found.code,
        "name": found.name,
        "years": [str(year) for year in found.years],
        "follows": found.follows,
        "unverified": dict(found.unverified),
    }


def round_document(found: Round) -> dict[str, Any]:
    """A round in full, for JSON: every row of every table, with its source and how sure that is."""
    tables = {
        name: [
            {entry.name: _plain(getattr(row, entry.name)) for entry in fields(row) if entry.name != "origin"}
            for row in getattr(found, name)
        ]
        for name in ROW_TYPES
    }
    return {**round_summary(found), "description": found.description, "source": found.source, **tables}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
