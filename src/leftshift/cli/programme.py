"""The commands about programmes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from leftshift.cli import showing, showing_programme
from leftshift.cli.assuring import day, known_until
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.foundation.faults import Faults
from leftshift.foundation.periods import Period
from leftshift.model import Model, read_place
from leftshift.place.writing import write_whole
from leftshift.programme.appraising import Appraised, NoWeights, appraise
from leftshift.programme.benefiting import Spent
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.checking_work import circles
from leftshift.programme.programme import Programme, read_programme


def check(options: Namespace) -> int:
    """Check a programme on a day, with what its slips do to the plan."""
    model, checked = read_checked(options, day(options.as_of))
    with showing.working("Working out what slips"):
        cost = model.slip_cost(checked.programme, checked.as_of)
    if options.scenario_out and cost.scenario is not None:
        write_whole({options.scenario_out: cost.scenario.text.encode()})
    if options.json:
        print_json(checked.document(cost))
    else:
        showing_programme.show_checked(checked, cost)
        if options.scenario_out:
            showing.say(
                f"Wrote {options.scenario_out}" if cost.scenario is not None
                else f"Nothing that slips moves the plan: {options.scenario_out} was not written"
            )  # fmt: skip
    return REFUSED if options.strict and checked.faults else OK


def read_checkable(options: Namespace) -> tuple[Model, Programme]:
    """The place and its programme. Raises FaultsFound, also where milestones wait for each other."""
    model, programme = read_place(options.place), read_programme(options.place)
    faults = Faults()
    faults.add_all(circles(programme))
    faults.raise_if_any()
    return model, programme


def read_checked(options: Namespace, as_of: date) -> tuple[Model, CheckedProgramme]:
    """The place, and its programme checked on a day, with the ledgers of the funds that are named. Raises FaultsFound."""
    model, programme = read_checkable(options)
    measures = model.measures(as_of) if model.place.measures else None
    spent = _spent_of(options.fund) if options.fund else None
    return model, CheckedProgramme(programme, as_of, model.place, measures, spent, until=known_until(as_of))


def _spent_of(folders: Sequence[Path]) -> Spent:
    """What was spent on a scheme (fund/scheme) in a period, by the ledgers of funds."""
    from leftshift.fund.fund import read_fund
    from leftshift.fund.ledger.stating import spent_in

    ledgers = {fund.plan.code: fund.ledger for fund in map(read_fund, folders)}

    def spent(scheme: str, period: Period) -> Decimal | None:
        code, _, name = scheme.partition("/")
        return spent_in(ledgers[code], name, period.first, period.end) if code in ledgers else None

    return spent


def appraise_all(options: Namespace) -> int:
    """Rank the options of an appraisal, or of all."""
    programme = read_programme(options.place)
    names = [options.appraisal] if options.appraisal else [row.appraisal for row in programme.appraisals]
    found = [appraise(programme, name) for name in names]
    if options.json:
        print_json({"appraisals": [_documented(entry, options.seed) for entry in found]})
        return OK
    for entry in found:
        try:
            showing_programme.show_appraised(entry, options.seed)
        except NoWeights as problem:
            showing.say(str(problem))
    if not found:
        showing.say("The programme has no appraisal.")
    return OK


def _documented(entry: Appraised, seed: int) -> dict[str, Any]:
    try:
        return entry.document(seed)
    except NoWeights as problem:
        return {"appraisal": entry.appraisal.appraisal, "name": entry.appraisal.name, "problem": str(problem)}


def calendar(options: Namespace) -> int:
    """Write the calendar feed."""
    from leftshift.programme.feeding import calendar_feed

    as_of = day(options.as_of)
    _, programme = read_checkable(options)
    feed, count = calendar_feed(programme, as_of)
    write_whole({options.out: feed})
    if options.json:
        print_json({"file": str(options.out), "entries": count})
    else:
        showing.say(f"Wrote {options.out}: {count} entries")
    return OK


def schema(options: Namespace) -> int:
    """Print the documentation of the tables."""
    from leftshift.programme.describing import folder_page

    print(folder_page(), end="")
    return OK
