"""What is held back, shared and reconciled, as the pages of the ledger show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.foundation.money import Money
from leftshift.fund.ledger.holding import Position
from leftshift.fund.ledger.sharing import Sharing
from leftshift.workspace.fund.actions.sharing import WorkedOut
from leftshift.workspace.fund.models import Decision, Extract, HoldReview
from leftshift.workspace.fund.presenters.ledger import Names, day, money, text
from leftshift.workspace.shared.tables import Cell, Row, Table

KINDS = {"risk_share": "Risk share", "contingency": "Contingency", "reserve": "Reserve"}
RULES = {
    "fixed": "fixed shares",
    "variable": "in proportion",
    "own_risk": "own risk",
    "beyond caps": "beyond caps",
}
_TREATED = {"outside": "outside the programme", "within": "an earmark within, adds nothing"}


# ---------------------------------------------------------------------- held back
def holds_table(positions: Sequence[Position], at: str, names: Names) -> Table:
    """What is held, released and left, and which reviews are overdue."""
    rows = [
        Row(
            [
                Cell(names.of("hold", found.hold.code), address=f"{at}holds/{found.hold.code}/"),
                Cell(KINDS[found.hold.kind]),
                Cell(_TREATED[found.hold.treatment]),
                money(found.held),
                money(found.released),
                money(found.left),
                _overdue(found),
            ]
        )
        for found in positions
    ]
    columns = ["What", "Kind", "How it is held", "Held", "Released", "Left", "Reviews overdue"]
    return Table("holds", "Held back", columns, rows, 3, 6)


def _overdue(found: Position) -> Cell:
    if not found.overdue:
        return Cell("none", tag="green")
    return Cell(
        f"{len(found.overdue)}: {', '.join(map(str, found.overdue[:4]))}{' …' if len(found.overdue) > 4 else ''}",
        tag="red",
    )


def decisions_table(found: Position, kept: Sequence[Decision], at: str) -> Table:
    """Every decision with what was left after it; one that was taken back is shown as such."""
    lefts = {(step.decision.date, step.decision.minute, step.decision.amount.pence): step.left for step in found.steps}  # fmt: skip
    rows = []
    for row in kept:
        left = lefts.get((row.decided_on, row.minute, row.pence))
        back = row.entry is not None and hasattr(row.entry, "reversed_by")
        entry = Cell(f"Entry {row.entry.number}", address=f"{at}entries/{row.entry.number}/") if row.entry else Cell("not in the ledger")  # fmt: skip
        rows.append(
            Row(
                [
                    text(day(row.decided_on)),
                    money(Money(row.pence)),
                    Cell("taken back") if back or left is None else money(left),
                    Cell(row.reason),
                    Cell(row.ground),
                    Cell(row.agreed_by),
                    Cell(row.minute),
                    entry,
                ]
            )
        )
    columns = ["Decided", "Released", "Left after it", "Reason", "Ground", "Who agreed", "Minute", "Entry"]
    return Table("decisions", "Decisions", columns, rows, 1, 3)


def reviews_table(kept: Sequence[HoldReview]) -> Table:
    """Every review."""
    rows = [
        Row([Cell(row.quarter), text(day(row.reviewed_on)), Cell(row.outcome), Cell(row.office), Cell(row.minute)])
        for row in kept
    ]  # fmt: skip
    return Table(
        "reviews",
        "Quarterly reviews",
        ["Quarter", "Reviewed", "What was found", "Who reviewed it", "Minute"],
        rows,
    )


# ---------------------------------------------------------------------- sharing
def sharing_tables(found: WorkedOut, names: Names) -> list[Table]:
    """Who bears what, step by step: variances, the waterfall, shares, and what stays."""
    shared = found.sharing
    tables = [_variances(found, names), _waterfall(shared), _shares(shared, names)]
    if shared.stays:
        rows = [Row([Cell(names.of("scheme", scheme)), money(amount)]) for scheme, amount in sorted(shared.stays.items())]  # fmt: skip
        tables.append(Table("stays", "Underspends that stay in the pool", ["Scheme", "Amount"], rows, 1, 2))
    return tables


def _variances(found: WorkedOut, names: Names) -> Table:
    shared = found.sharing
    rows = [
        Row(
            [
                Cell(names.of("scheme", scheme)),
                money(amount),
                Cell("own risk, apart from the pool" if scheme in shared.own_risk else "shared by the pool"),
                Cell(names.of("source", found.sources.get(scheme, "")) or "none is stated"),
            ]
        )
        for scheme, amount in sorted(shared.outturn.variances.items())
        if amount.pence
    ]
    columns = ["Scheme", "Over (+) or under (−)", "How", "Posted to the source"]
    return Table("variances", "Spent less planned, less what is shared already", columns, rows, 1, 2)


def _waterfall(shared: Sharing) -> Table:
    rows = [
        Row(
            [
                Cell(step.name[:1].upper() + step.name[1:]),
                money(step.before),
                money(step.available),
                money(step.covers),
                money(step.remains),
                Cell("a decision" if step.needs_decision else "none"),
            ]
        )
        for step in shared.steps
    ]
    columns = ["Step", "Overspend before", "There is", "Covers", "Remains", "What it takes"]
    return Table("waterfall", "What covers the overspend before partners do", columns, rows, 1, 5)


def _shares(shared: Sharing, names: Names) -> Table:
    rows = [
        Row(
            [
                Cell(names.of("partner", one.partner)),
                Cell(names.of("scheme", one.scheme)),
                Cell(RULES[one.rule]),
                Cell("is given" if one.given else "bears"),
                money(one.split),
                money(one.cap) if one.cap is not None else Cell("no cap"),
                money(one.bears),
                money(one.waits),
            ]
        )
        for one in shared.shares
    ]
    columns = ["Partner", "Scheme", "Rule", "Which", "By the rule", "Cap", "Within the cap", "Waits"]
    return Table("shares", "Who bears what", columns, rows, 4, 8)


def sharing_sentence(found: WorkedOut, names: Names) -> str:
    """A sharing in a sentence or two."""
    shared = found.sharing
    parts = []
    for partner in sorted(shared.agreement.partners):
        borne, given = shared.borne_by(partner), shared.given_to(partner)
        if borne.pence or given.pence:
            said = [f"bears {borne}"] if borne.pence else []
            said += [f"is given {given}"] if given.pence else []
            parts.append(f"{names.of('partner', partner)} {' and '.join(said)}")
    words = f"{'; '.join(parts)}." if parts else "Partners bear nothing and are given nothing."
    waits = f" {shared.waits} lies beyond caps and waits for the chief finance officers." if shared.waits.pence else ""  # fmt: skip
    return words + waits


# ---------------------------------------------------------------------- reconciling
def extracts_table(kept: Sequence[Extract], at: str) -> Table:
    """Every extract that was matched, newest first."""
    rows = [
        Row(
            [
                Cell(row.name, address=f"{at}reconciling/{row.pk}/"),
                Cell(row.account),
                text(day(row.as_of)),
                Cell("agrees", tag="green") if row.result["agrees"] else Cell("differs", tag="red"),
                money(Money(row.result["difference_pence"])),
                Cell(row.by.partition(" <")[0]),
            ]
        )
        for row in kept
    ]
    columns = ["Extract", "Account", "Up to", "What came of it", "Difference", "By"]
    return Table("extracts", "Extracts, newest first", columns, rows, 4, 5)


def reconciled_tables(result: Mapping[str, Any], at: str) -> list[Table]:
    """The proof of a difference, what stands only in one, what was matched and how, and what came later."""
    tables = [_proof(result)]
    for name, caption in (
        ("only_in_ledger", "Only in the ledger"),
        ("only_in_extract", "Only in the extract"),
        ("later", "Later lines of the extract, left out"),
    ):
        if result[name]:
            tables.append(_lines(name, caption, result[name], at))
    rows = [
        Row(
            [
                Cell(match["how"][:1].upper() + match["how"][1:]),
                Cell(", ".join(f"entry {line['number']}" for line in match["entries"]) or "–"),
                Cell(", ".join(f"row {line['row']}" for line in match["lines"]) or "–"),
                money(Money(sum(line["pence"] for line in match["entries"]))),
            ]
        )
        for match in result["matches"]
    ]
    tables.append(
        Table("matches", "Matched", ["How", "In the ledger", "In the extract", "Amount"], rows, 3, 4)
    )
    return tables


def _proof(result: Mapping[str, Any]) -> Table:
    names = {
        "ledger_balance_pence": "Balance of the ledger",
        "less_only_in_ledger_pence": "Less what stands only in the ledger",
        "only_in_extract_pence": "What stands only in the extract",
        "opening_difference_pence": "Difference at its beginning",
    }
    rows = [Row([Cell(words), money(Money(result["proof"][name]))]) for name, words in names.items()]
    rows.append(
        Row(
            [Cell("Balance of the extract"), money(Money(result["proof"]["extract_balance_pence"]))],
            strong=True,
        )
    )
    unexplained = result["unexplained_pence"]
    last = Cell(f"not known: {result['unexplained_reason']}") if unexplained is None else money(Money(unexplained))  # fmt: skip
    rows.append(Row([Cell("Printed closing balance less its own lines"), last]))
    return Table("proof", "From the ledger to the extract", ["What", "Amount"], rows, 1, 2)


def _lines(name: str, caption: str, lines: Sequence[Mapping[str, Any]], at: str) -> Table:
    rows = [
        Row(
            [
                Cell(f"Entry {line['number']}", address=f"{at}entries/{line['number']}/") if "number" in line else Cell(f"Row {line['row']}"),
                Cell(line["date"]),
                Cell(line["reference"] or "–"),
                Cell(line["words"] or "–"),
                money(Money(line["pence"])),
            ]
        )
        for line in lines
    ]  # fmt: skip
    return Table(
        name.replace("_", "-"), caption, ["Where", "Date", "Reference", "Words", "Amount"], rows, 4, 5
    )
