"""A fund as its pages show it: where it stands, what is to be done next, its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leftshift.foundation.faults import Fault
from leftshift.fund.checks.rules import SIGNING, CheckedPlan
from leftshift.fund.rolling import CHOOSE, ENDS, MAPPED, NEW
from leftshift.reports.content import Block
from leftshift.reports.fund import blocks
from leftshift.reports.fund.joined import joined_blocks
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.fund.presenters.sheets import TITLES, FundSheets, has_group
from leftshift.workspace.fund.queries import Seen
from leftshift.workspace.plan.presenters.page import Link
from leftshift.workspace.plan.queries import latest_run, model_of
from leftshift.workspace.shared.sheets import SheetLine, sheet_lines
from leftshift.workspace.shared.tables import Cell, Row, Table

SECTIONS: Mapping[str, tuple[str, Callable[[Seen], Iterable[Block]]]] = {
    "overview": ("Overview", lambda seen: blocks.overview(seen.checked)),
    "business-plans": ("Business plans of the schemes", lambda seen: blocks.business_plans(seen.checked)),
    "metrics-planned": ("What metrics are planned to be", lambda seen: blocks.metrics(seen.checked)),
    "claims-beside": ("Claims beside outcomes", lambda seen: blocks.claims(seen.checked)),
    "room": ("Room in intermediate care", lambda seen: blocks.pathways(seen.checked)),
    "place": ("What it does to the money of the place", lambda seen: _joined(seen)),
}
"""Section to its title and what makes its blocks."""
_STATES = {
    "passed": ("passed", "green"),
    "failed": ("not passed", "red"),
    "not known": ("not known", "yellow"),
}


def address_of(fund: Fund) -> str:
    """Where a fund stands."""
    return f"/places/{fund.place.code}/funds/{fund.code}/"


def tabs_of(fund: Fund, current: str) -> list[Link]:
    """The rooms of a fund."""
    at = address_of(fund)
    rooms = {
        "overview": ("Overview", at),
        "plan": ("Plan", f"{at}plan/"),
        "sign": ("Sign-off", f"{at}sign/"),
        "ledger": ("Ledger", f"{at}ledger/"),
        "returns": ("Returns", f"{at}returns/"),
        "history": ("History", f"{at}history/"),
    }
    return [Link(name, address, key == current) for key, (name, address) in rooms.items()]


def blocks_of(section: str, seen: Seen) -> Sequence[Block]:
    """The blocks of a section."""
    return tuple(SECTIONS[section][1](seen))


def sections_of(seen: Seen) -> list[tuple[str, str]]:
    """The sections that have something to say, with their titles; the money of the place is only worked out when it is asked for."""
    return [
        (key, title)
        for key, (title, _) in SECTIONS.items()
        if key != "overview" and (key == "place" or blocks_of(key, seen))
    ]


def _joined(seen: Seen) -> Iterable[Block]:
    run = latest_run(seen.fund.place.code)
    return joined_blocks(seen.pooled, model_of(run.version_id)) if run else ()


@dataclass(frozen=True)
class Standing:
    """Where a plan stands in one sentence, its tag and colour, and the next thing to do with its address."""

    tag: str
    colour: str
    words: str
    next: str
    address: str


def standing(seen: Seen) -> Standing:
    """Where a plan stands."""
    at = address_of(seen.fund)
    if seen.plan is None or seen.faults:
        return Standing(
            "Cannot be read",
            "red",
            f"{seen.faults.total} cells cannot be read.",
            "Put them right",
            f"{at}plan/",
        )
    checked, state = seen.checked, seen.state
    count = sum(len(entry.findings) for entry in checked.blocking if entry.rule.rule not in SIGNING)
    if count:
        return Standing(
            "Draft", "blue", f"{count} findings keep it from being signed.", "Clear them", f"{at}plan/"
        )
    sent = any(row.fingerprint == seen.plan.fingerprint for row in state.submissions)
    if brought := len(seen.unwitnessed):
        sent = sent or any(row.fingerprint == seen.plan.fingerprint for row in seen.plan.submissions)
        what = "it was sent, and " if sent else ""
        return Standing(
            "Signed elsewhere",
            "yellow",
            f"By what its folder says, {what}{brought} of {len(state.seats)} signatures were given: none of them here.",
            "Look at them" if sent else "Sign it here before it is sent",
            f"{at}sign/",
        )
    if sent and state.board_approved:
        return Standing(
            "Submitted",
            "green",
            "Sent, and approved by the board.",
            "Post to the ledger and make returns",
            f"{at}returns/",
        )
    if sent:
        return Standing(
            "Submitted subject to the board",
            "yellow",
            "Sent before the board approved it.",
            "Have it ratified",
            f"{at}sign/",
        )
    if state.is_signed:
        return Standing("Signed", "green", "Everybody has signed this content.", "Send it", f"{at}sign/")
    left = sum(seat.state != "signed" for seat in state.seats)
    return Standing(
        "Ready to sign",
        "turquoise",
        f"{left} of {len(state.seats)} signatures are missing.",
        "Sign it",
        f"{at}sign/",
    )


def sheets_of(sheets: FundSheets, rows: Mapping[str, int]) -> list[tuple[str, list[SheetLine]]]:
    """Every sheet by group, as far as the round asks for it, with what is to be cleared on it."""
    seen = sheets.seen
    blocking: list[Fault] = list(seen.faults)
    warnings: list[Fault] = []
    if seen.plan is not None and not seen.faults:
        for entry in seen.checked.rules:
            into = blocking if entry.rule.severity == "blocking" else warnings
            into += [finding.fault for finding in entry.findings]
    lines = sheet_lines(sheets, rows, blocking, warnings)
    return [(group, listed) for group, listed in lines if has_group(seen.round, group)]


def rules_table(checked: CheckedPlan) -> Table:
    """Every rule of the round, what it found, and how sure the rule itself is."""
    rows = []
    for entry in checked.rules:
        text, colour = _STATES[entry.state]
        severity = "keeps it from being sent" if entry.rule.severity == "blocking" else "warns"
        verified = "" if entry.rule.is_verified else "not verified"
        rows.append(
            Row(
                [
                    Cell(entry.name),
                    Cell(text, tag=colour),
                    Cell(str(len(entry.findings) or "–")),
                    Cell(severity),
                    Cell(verified or "from papers"),
                    Cell(entry.help),
                ]
            )
        )
    heads = ["Rule", "State", "Findings", "What it does", "How sure", "What it asks"]
    return Table("rules", "Rules of the round", heads, rows)


def rules_said(checked: CheckedPlan) -> str:
    """How many rules passed, and how many did not."""
    counts = {state: sum(entry.state == state for entry in checked.rules) for state in _STATES}
    return ", ".join(f"{count} {_STATES[state][0]}" for state, count in counts.items() if count)


@dataclass(frozen=True)
class ToClear:
    """Something that keeps a plan from being signed: the rule, what is to be done, and where."""

    rule: str
    words: str
    address: str
    where: str


def to_clear(seen: Seen) -> list[ToClear]:
    """What keeps a plan from being signed; a field that many rows lack is said once, with the page that fills it in for all."""
    at = address_of(seen.fund)
    listed: list[ToClear] = []
    missing: dict[tuple[str, str, str], int] = {}
    for entry in (entry for entry in seen.checked.blocking if entry.rule.rule not in SIGNING):
        for finding in entry.findings:
            fault, table = finding.fault, finding.fault.file.removesuffix(".csv")
            if (
                fault.kind == "not filled in"
                and fault.row
                and table in TITLES
                and fault.column in FundSheets.tables[table].columns
            ):
                key = (entry.name, table, fault.column or "")
                missing[key] = missing.get(key, 0) + 1
            else:
                known = table if table in TITLES else "partners"
                words = f"{fault.found}. {fault.action.rstrip('.')}."
                listed.append(ToClear(entry.name, words, f"{at}plan/{known}/", TITLES[known]))
    return [*(_missing(seen, at, *key, count) for key, count in missing.items()), *listed][:200]


def _missing(seen: Seen, at: str, rule: str, table: str, column: str, count: int) -> ToClear:
    of = FundSheets.tables[table]
    label = FundSheets(seen, {}).label(of, of.columns[column])
    rows = "1 row" if count == 1 else f"{count} rows"
    address = f"{at}plan/{table}/" if count == 1 else f"{at}plan/{table}/fill/?column={column}"
    return ToClear(rule, f"{label} is not filled in, {rows}.", address, TITLES[table])


def rolled_tables(document: Mapping[str, object]) -> list[Table]:
    """What became of everything when a plan was rolled forward."""
    steps = document.get("steps", [])
    assert isinstance(steps, list), "what a roll says of itself"
    names = {
        CHOOSE: "To be chosen",
        NEW: "New in this round",
        ENDS: "Ends with the round before",
        MAPPED: "Mapped",
    }
    return [
        Table(
            state.replace(" ", "-"),
            f"{title}: {len(own)}",
            ["Table", "What", "Column", "Was", "Becomes", "Choose from"],
            [
                Row(
                    [
                        Cell(TITLES.get(step["table"], step["table"])),
                        *(
                            Cell(str(step[name]).replace("_", " ") or "–")
                            for name in ("key", "column", "was", "becomes")
                        ),
                        Cell(", ".join(step["choices"]).replace("_", " ") or "–"),
                    ]
                )
                for step in own
            ],
        )
        for state, title in names.items()
        if (own := [step for step in steps if step["state"] == state])
    ]
