"""The commands about pooled funds."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from leftshift.cli import showing, showing_fund
from leftshift.cli.assuring import day
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.foundation.periods import Period, PeriodNotUnderstood
from leftshift.fund.fund import Fund, read_fund
from leftshift.fund.plan.plan import FundPlan, read_plan
from leftshift.fund.rounds.round import Rounds
from leftshift.place.place import Place
from leftshift.place.reading import PLACE_FILE, read_folder
from leftshift.place.writing import write_files, write_whole


def check(options: Namespace) -> int:
    """Check a plan by the rules of its round."""
    found = _fund(options)
    signed = read_plan(options.signed) if options.signed else None
    checked = found.check(day(options.as_of), signed=signed)
    if options.json:
        print_json(checked.document())
    else:
        showing_fund.show_checked(checked)
    return REFUSED if options.strict and checked.blocking else OK


def roll(options: Namespace) -> int:
    """Roll a plan forward and write it."""
    found = _fund(options)
    to = options.to or next(iter(found.rounds.after(found.round.code)), "")
    if not to:
        raise ValueError(
            f"no round follows {found.round.code}: name one with --to, or add its pack with --rounds"
        )
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise ValueError(f"{options.out} is there already: name a new folder")
    rolled = found.roll(to, code=options.out.name, name=options.name)
    write_files(rolled.plan.texts(), options.out)
    if options.json:
        print_json(rolled.document())
    else:
        showing_fund.show_rolled(rolled, options.out)
    return OK


def make_return(options: Namespace) -> int:
    """Build a return, check it, and write its workbook where asked."""
    from leftshift.fund.returns.building import return_differences
    from leftshift.fund.returns.checking import check_return, lateness

    found, period = _fund(options), _period(options.period)
    kind = options.kind or ("plan" if period is None else "year_end" if period.days > 300 else "quarterly")
    made = found.make(kind, day(options.as_of), period)
    faults = check_return(made, found.round)
    late = lateness(found.round, kind, made.period, made.as_of)
    document = {
        **made.document(),
        "faults": [entry.document() for entry in faults],
        "deadline": late.document(),
    }
    if options.last:
        document["changes"] = [
            entry.document() for entry in return_differences(_last(options.last), document)
        ]
    if options.out:
        write_whole({options.out: _workbook(options, found, made)})
    if options.json:
        print_json(document)
    else:
        showing_fund.show_return(document, found.round)
        if options.out:
            showing.say(f"Wrote {options.out}")
    return OK


def _workbook(options: Namespace, found: Fund, made: Any) -> bytes:
    if options.template:
        from leftshift.workbooks.official.filling import fill_official

        return fill_official(
            options.template.read_bytes(), options.template.name, made, found.round, found.plan
        )
    from leftshift.workbooks.official.writing import write_official

    return write_official(made, found.round, found.plan)


def _last(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"{path.name} is no JSON of a return: {problem}") from problem
    blocks = found.get("blocks") if isinstance(found, dict) else None
    rows = list(blocks.values()) if isinstance(blocks, dict) else [None]
    if not all(isinstance(block, list) and all(isinstance(row, dict) for row in block) for block in rows):
        raise ValueError(f"{path.name} is no return: give the file that leftshift fund return --json printed")
    document: dict[str, Any] = found
    return document


def read(options: Namespace) -> int:
    """Read an official workbook into a plan."""
    from leftshift.fund.plan.differences import differences
    from leftshift.workbooks.official.reading import read_official
    from leftshift.workbooks.official.taking_in import take_in

    found = _fund(options)
    with showing.working("Reading the workbook"):
        official = read_official(
            options.workbook.read_bytes(), options.workbook.name, found.round, options.kind, found.plan
        )
        plan = take_in(official, found.plan, found.round, _period(options.period))
    changes = differences(found.plan, plan, signed_only=False)
    if options.save:
        _save(found.plan, plan, options.plan)
    if options.json:
        print_json(
            {"plan": plan.code, "kind": official.kind, "saved": options.save, "notes": official.notes, "changes": [entry.document() for entry in changes]}
        )  # fmt: skip
    else:
        showing_fund.show_read(changes, official.notes, saved=options.save)
    return OK


def _save(before: FundPlan, after: FundPlan, folder: Path) -> None:
    """Write the tables that changed, and take away the file of one that has become empty; comments in others stay."""
    old, new = before.texts(), after.texts()
    write_files({name: text for name, text in new.items() if old.get(name) != text}, folder)
    for name in old.keys() - new.keys():
        (folder / name).unlink(missing_ok=True)


def ledger(options: Namespace) -> int:
    """Print the ledger."""
    from leftshift.fund.ledger.documents import (
        holds_document,
        ledger_document,
        statement_document,
        trial_balance_document,
    )

    found, as_of = _fund(options), day(options.as_of)
    document = {
        "plan": found.plan.code,
        "as_of": str(as_of),
        "statement": statement_document(found.statement(as_of)),
        "trial_balance": trial_balance_document(found.ledger.trial_balance(as_of)),
        "holds": holds_document(found.holds(as_of)),
        **ledger_document(found.ledger),
    }
    if options.json:
        print_json(document)
    else:
        showing_fund.show_ledger(
            showing_fund.LedgerShown(
                found.statement(as_of),
                found.ledger.trial_balance(as_of),
                found.holds(as_of),
                {row.line: row.name for row in found.round.income_lines},
                {row.scheme: row.name for row in found.plan.schemes},
                options.trial,
            )
        )
    return OK


def reconcile_extract(options: Namespace) -> int:
    """Match the ledger with an extract."""
    from leftshift.fund.ledger.accounts import Account
    from leftshift.fund.ledger.documents import reconciliation_document
    from leftshift.fund.ledger.reading_extract import read_extract
    from leftshift.fund.ledger.reconciling import reconcile

    found = _fund(options)
    lines = read_extract(options.extract.read_bytes(), options.extract.name)
    matched = reconcile(found.ledger, lines, Account.parse(options.account), day(options.as_of))
    if options.json:
        print_json(reconciliation_document(matched))
    else:
        showing_fund.show_reconciliation(matched)
    return OK if matched.agrees else REFUSED


def show_rounds(options: Namespace) -> int:
    """List rounds, or show one."""
    known = Rounds(tuple(options.rounds))
    if options.round:
        found = known.get(options.round)
        if options.json:
            print_json(showing_fund.round_document(found))
        else:
            showing_fund.show_round(found)
        return OK
    rounds = [known.get(code) for code in known.codes]
    if options.json:
        print_json({"rounds": [showing_fund.round_summary(found) for found in rounds]})
    else:
        showing_fund.show_rounds(rounds)
    return OK


def schema(options: Namespace) -> int:
    """Print the documentation of the folders."""
    from leftshift.fund.describing import folders_page

    print(folders_page(), end="")
    return OK


def _fund(options: Namespace) -> Fund:
    found = read_fund(options.plan, rounds=options.rounds)
    path = options.place or options.plan.resolve().parent / found.plan.place
    named = any(row.measure for row in found.plan.metrics)
    if options.place or (named and found.plan.place and (path / PLACE_FILE).is_file()):
        return Fund(found.plan, found.round, found.rounds, _place(path))
    return found


def _place(path: Path) -> Place:
    """The place whose measures the plan names. Raises FaultsFound where it is faulty."""
    read_of = read_folder(path)
    read_of.faults.raise_if_any()
    assert read_of.place is not None, "a place without faults is there"
    return read_of.place


def _period(text: str | None) -> Period | None:
    if not text:
        return None
    try:
        return Period.parse(text)
    except PeriodNotUnderstood as problem:
        faults = Faults()
        faults.add(Fault("period not understood", "--period", None, None, f"'{text}'", "a quarter such as 2016/17 Q2 or a year such as 2016/17", str(problem).capitalize()))  # fmt: skip
        raise FaultsFound(faults) from problem
