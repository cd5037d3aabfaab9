"""The ledger of a fund as its pages show it: statement, entries, trial balance, closes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import Account, chart
from leftshift.fund.ledger.entries import KINDS, Entry
from leftshift.fund.ledger.ledger import Ledger, TrialRow, last_day, year_of
from leftshift.fund.ledger.stating import SchemeLine, SourceLine, Statement, statement, total
from leftshift.fund.plan.totals import NOT_STATED
from leftshift.reports.charts import Spec
from leftshift.reports.fund.pictures import stages
from leftshift.workspace.fund.actions.operating import VERBS
from leftshift.workspace.fund.actions.posting import Made
from leftshift.workspace.fund.models import Fund, LedgerEntry
from leftshift.workspace.fund.presenters.fund import address_of
from leftshift.workspace.fund.queries import Seen
from leftshift.workspace.plan.presenters.page import Link
from leftshift.workspace.shared.tables import Cell, Row, Table

ON_A_PAGE = 50
"""Entries on one page."""
STAGES = ("agreed", "received", "committed", "spent", "left")
_NONE = "–"
_SHORT = 20

GROUPS = (
    ("Money in", ("agree_contribution", "receive", "carry_forward")),
    ("Promises", ("commit", "release_commitment")),
    ("Money out", ("pay", "accrue", "pay_accrued")),
    ("Holding back and sharing", ("set_aside", "settle_share")),
    ("Correcting and closing", ("reverse", "close_month", "close_year")),
)
"""The verbs as the page offers them."""


@dataclass(frozen=True)
class Names:
    """What the codes of a ledger are called in the plan; a code that the plan does not know stands for itself."""

    source: Mapping[str, str] = field(default_factory=dict)
    scheme: Mapping[str, str] = field(default_factory=dict)
    partner: Mapping[str, str] = field(default_factory=dict)
    hold: Mapping[str, str] = field(default_factory=dict)

    def of(self, what: str, code: str) -> str:
        """The name of a source, scheme, partner or hold."""
        found: Mapping[str, str] = getattr(self, what)
        return found.get(code, code)

    def in_words(self, text: str) -> str:
        """A text with names for codes, as far as no word of the language can be one: those with a digit or an underscore."""
        known = {**self.hold, **self.partner, **self.scheme, **self.source}
        codes = [code for code in sorted(known, key=len, reverse=True) if re.search(r"[_\d]", code)]
        if not codes:
            return text
        pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, codes))})(?![\w-])"
        return re.sub(pattern, lambda found: known[found.group()], text)

    def account(self, account: Account) -> str:
        """An account in words: its kind, and what it belongs to by name."""
        parts = [self.of(what, code) for what in account.described.fields if (code := getattr(account, what))]
        return " · ".join([account.described.name, *parts])


def names_of(seen: Seen) -> Names:
    """The names that plan and round give."""
    lines = {code: row.name for code, row in seen.round.line.items()}
    if seen.plan is None:
        return Names(lines)
    return Names(
        {**lines, NOT_STATED: "not stated"},
        {row.scheme: row.name for row in seen.plan.schemes},
        {row.partner: row.name for row in seen.plan.partners},
        {row.hold: row.name for row in seen.plan.holds},
    )


def address(fund: Fund) -> str:
    """Where the ledger of a fund stands."""
    return f"{address_of(fund)}ledger/"


def rooms_of(fund: Fund, current: str) -> list[Link]:
    """The parts of the ledger."""
    at = address(fund)
    rooms = {
        "": "Statement",
        "entries": "Entries",
        "post": "Post",
        "holds": "Held back",
        "sharing": "Sharing",
        "reconciling": "Reconciling",
        "closes": "Closes",
        "trial-balance": "Trial balance",
    }
    return [Link(name, f"{at}{path}/" if path else at, path == current) for path, name in rooms.items()]


def day_shown(ledger: Ledger, today: datetime.date) -> datetime.date:
    """The day that a statement is of, unless another is asked for: today, or the end of the last year in which anything was posted."""
    last = max((entry.date for entry in ledger.entries), default=today)
    return min(today, last_day(year_of(last)))


# ---------------------------------------------------------------------- cells
def money(amount: Money) -> Cell:
    """An amount to the penny."""
    return Cell(str(amount), number=amount.pence / 100, style="app-minus" if amount.pence < 0 else "")


def day(date: datetime.date) -> str:
    """A day as people write it."""
    return f"{date.day} {date.strftime('%B %Y')}"


def text(words: str) -> Cell:
    """A text; a short one is not broken inside a word."""
    return Cell(words or _NONE, style="app-short" if len(words) <= _SHORT else "")


# ---------------------------------------------------------------------- the statement
@dataclass(frozen=True)
class Stated:
    """The statement of a day with its picture: tables, the sentence beside the picture, and the picture itself."""

    statement: Statement
    tables: Sequence[Table]
    sentence: str
    alternative: str
    chart: Spec | None


def stated(ledger: Ledger, names: Names, as_of: datetime.date) -> Stated:
    """The statement of the financial year that a day falls in, up to that day."""
    found = statement(ledger, as_of)
    bars = [(names.of("source", line.source), _stages(line)) for line in found.sources]
    sentence = (
        f"{total(line.agreed for line in found.sources)} was agreed in {found.year} up to {day(as_of)}, "
        f"{total(line.received for line in found.sources)} came in, {found.spent} was spent and {found.left} is left."
    )
    return Stated(
        found,
        [_sources(found, names), _schemes(found, names), _position(found)],
        sentence,
        f"Bars of what was agreed, received, committed, spent and is left by source. {sentence}",
        stages(bars, STAGES) if bars else None,
    )


def _stages(line: SourceLine) -> list[Money]:
    return [line.agreed, line.received, line.committed, line.spent, line.left]


_SOURCE_COLUMNS: Sequence[tuple[str, str]] = (
    ("Brought forward", "brought_forward"),
    ("Agreed", "agreed"),
    ("Carried in", "carried"),
    ("Borne by partners", "shared_overspend"),
    ("Given back", "shared_underspend"),
    ("Set aside", "set_aside"),
    ("Spent", "spent"),
    ("Left", "left"),
    ("Committed", "committed"),
    ("Earmarked", "earmarked"),
    ("Not promised", "uncommitted"),
    ("Held outside", "reserved"),
    ("Received", "received"),
    ("Due", "due"),
)


def _sources(found: Statement, names: Names) -> Table:
    rows = [
        Row(
            [
                Cell(names.of("source", line.source)),
                *(money(getattr(line, name)) for _, name in _SOURCE_COLUMNS),
            ]
        )
        for line in found.sources
    ]
    sums = [money(total(getattr(line, name) for line in found.sources)) for _, name in _SOURCE_COLUMNS]
    if rows:
        rows.append(Row([Cell("Total"), *sums], strong=True))
    columns = ["Source", *(head for head, _ in _SOURCE_COLUMNS)]
    caption = f"By source, {found.year} up to {day(found.as_of)}"
    return Table("sources", caption, columns, rows, 1, len(columns))


def _schemes(found: Statement, names: Names) -> Table:
    rows = [_scheme(line, names) for line in found.schemes]
    if rows:
        sums = [
            money(total(getattr(line, name) for line in found.schemes))
            for name in ("spent", "committed", "earmarked")
        ]
        rows.append(Row([Cell("Total"), Cell(""), *sums], strong=True))
    columns = ["Scheme", "Source", "Spent", "Committed", "Earmarked"]
    return Table("schemes", f"By scheme, {found.year} up to {day(found.as_of)}", columns, rows, 2, 5)


def _scheme(line: SchemeLine, names: Names) -> Row:
    amounts = (line.spent, line.committed, line.earmarked)
    name = names.of("scheme", line.scheme) if line.scheme else "No scheme stated"
    return Row([Cell(name), Cell(names.of("source", line.source)), *map(money, amounts)])


def _position(found: Statement) -> Table:
    lines = [
        ("At the bank", found.bank),
        ("Contributions due from partners", found.contributions_due),
        ("Shares of overspends due from partners", found.shares_due),
        ("Owed to providers", -found.owed_to_providers),
        ("Shares of underspends owed to partners", -found.shares_owed),
    ]
    rows = [Row([Cell(name), money(amount)]) for name, amount in lines]
    rows.append(Row([Cell("Left, and held outside"), money(found.left + found.reserved)], strong=True))
    return Table("position", f"What the pool has, on {day(found.as_of)}", ["What", "Amount"], rows, 1, 2)


# ---------------------------------------------------------------------- entries
def entries_table(entries: Iterable[LedgerEntry], at: str, names: Names) -> Table:
    """Entries with their sides, one line a side; the first line of each says what it is."""
    rows = [row for entry in entries for row in _entry_rows(entry, at, names)]
    columns = ["Entry", "Date", "What", "For", "Account", "Debit", "Credit"]
    return Table("entries", "Entries, newest first", columns, rows, 5, 7)


def _entry_rows(entry: LedgerEntry, at: str, names: Names) -> Iterable[Row]:
    said = [Cell(str(entry.number), address=f"{at}entries/{entry.number}/"), text(day(entry.date)), Cell(_kind(entry)), text(entry.words)]  # fmt: skip
    for number, side in enumerate(entry.postings.all()):
        amount = Money(side.pence)
        sides = [money(amount), Cell("")] if side.pence > 0 else [Cell(""), money(-amount)]
        first = said if number == 0 else [Cell(str(entry.number)), Cell(""), Cell(""), Cell("")]
        yield Row([*first, Cell(names.account(Account.parse(side.account))), *sides])


def _kind(entry: LedgerEntry) -> str:
    words = KINDS.get(entry.kind, entry.kind)
    return f"{words}: entry {entry.reverses.number}" if entry.reverses else words


def entries_file(entries: Iterable[LedgerEntry], names: Names) -> Table:
    """Every side of every entry with all that is known of it, for a file: no cell is left out."""
    columns = ["Entry", "Date", "Kind", "For", "Reference", "Takes back entry", "By", "Account", "In words", "Amount"]  # fmt: skip
    rows = [
        Row(
            [
                Cell(str(entry.number), number=entry.number),
                Cell(entry.date.isoformat()),
                Cell(entry.kind),
                Cell(entry.words),
                Cell(entry.evidence),
                Cell(str(entry.reverses.number) if entry.reverses else ""),
                Cell(entry.by.partition(" <")[0]),
                Cell(side.account),
                Cell(names.account(Account.parse(side.account))),
                money(Money(side.pence)),
            ]
        )
        for entry in entries
        for side in entry.postings.all()
    ]
    return Table("entries", "Entries", columns, rows, 9, 10)


def postings_table(entry: Entry, names: Names, caption: str) -> Table:
    """The sides of an entry, by name."""
    rows = []
    for side in entry.postings:
        amount = Money(side.pence)
        sides = [money(amount), Cell("")] if side.pence > 0 else [Cell(""), money(-amount)]
        note = "a note, moves no money" if side.account.described.memorandum else "money"
        rows.append(Row([Cell(names.account(side.account)), Cell(str(side.account)), Cell(note), *sides]))
    columns = ["Account", "Its code", "What it is", "Debit", "Credit"]
    return Table(f"postings-{entry.number}", caption, columns, rows, 3, 5)


def will_post(made: Made, names: Names) -> tuple[list[Table], list[str]]:
    """What an operation would post and close: a table for each entry, and a sentence for each close."""
    tables = [
        postings_table(entry, names, f"This will post entry {entry.number}, {KINDS[entry.kind]}, dated {day(entry.date)}")
        for entry in made.entries
    ]  # fmt: skip
    closes = [
        f"This will close {close.period}: nothing can be dated up to {day(close.through)} any more."
        for close in made.closes
    ]
    return tables, closes


# ---------------------------------------------------------------------- balances and closes
def trial_balance(ledger: Ledger, as_of: datetime.date, names: Names) -> list[Table]:
    """Every balance on its side, of money and of notes; each comes to the same on both sides."""
    found = ledger.trial_balance(as_of)
    return [
        _trial(
            [row for row in found if row.account.described.memorandum == memorandum],
            names,
            name,
            f"{caption} on {day(as_of)}",
        )
        for memorandum, name, caption in (
            (False, "trial-balance", "Money"),
            (True, "notes", "Notes, which move no money,"),
        )
    ]


def _trial(rows: Sequence[TrialRow], names: Names, name: str, caption: str) -> Table:
    listed = [
        Row([Cell(names.account(row.account)), Cell(str(row.account)), *_sides(row.debit, row.credit)])
        for row in rows
    ]
    sums = total(row.debit for row in rows), total(row.credit for row in rows)
    listed.append(Row([Cell("Total"), Cell(""), money(sums[0]), money(sums[1])], strong=True))
    return Table(name, caption, ["Account", "Its code", "Debit", "Credit"], listed, 2, 4)


def _sides(*amounts: Money) -> list[Cell]:
    return [money(amount) if amount.pence else Cell("") for amount in amounts]


def closes_table(ledger: Ledger) -> Table:
    """Every close, newest first."""
    rows = [
        Row(
            [
                Cell(close.period),
                Cell(day(close.through)),
                Cell(str(close.after)),
                Cell(close.by.partition(" <")[0]),
            ]
        )
        for close in reversed(ledger.closes)
    ]
    return Table("closes", "Closed", ["Period", "Up to", "Entries by then", "By"], rows)


def accounts_of(ledger: Ledger, names: Names) -> list[tuple[str, str]]:
    """Every account on which money moved, the bank first: by code, with its name."""
    found = {side.account for entry in ledger.entries for side in entry.postings}
    order = list(chart())
    listed = sorted((a for a in found if not a.described.memorandum), key=lambda a: (order.index(a.kind), a))
    return [(str(account), names.account(account)) for account in listed]


def verb_links(at: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every verb by group: its name, what it does, and where it is posted."""
    return [
        (group, [(VERBS[verb].name, VERBS[verb].about, f"{at}post/{verb}/") for verb in verbs])
        for group, verbs in GROUPS
    ]
