"""What the terminal shows of a Quality Premium and of a business case."""

from __future__ import annotations

from fractions import Fraction

from rich.table import Table
from rich.text import Text

from leftshift.cli.showing import console_of, say, table_of
from leftshift.foundation.money import Money
from leftshift.fund.cases.appraising import Appraisal, OptionAppraisal
from leftshift.fund.cases.telling import (
    headline,
    missing_words,
    payback_words,
    percent,
    ratio_words,
    switching_sentence,
    whole,
)
from leftshift.fund.cases.varying import asked, switching_values
from leftshift.fund.premium.awarding import Premium
from leftshift.fund.premium.telling import award_sentence, formula_sentence, met_sentence, shown

_MARKS = {True: ("met", "green"), False: ("not met", "red"), None: ("not yet known", "yellow")}


def show_premium(found: Premium) -> None:
    """Print the award, the steps to it, what each result is worth, and what is not verified."""
    console = console_of()
    console.print(Text(f"{found.given.title} · {found.given.round.name}", "bold"))
    console.print(Text(award_sentence(found)))
    ways = (True,) if found.award is not None else (True, False)
    for well in ways:
        name = {1: "From the potential to the award"}.get(
            len(ways), "If all that is not known turns out well" if well else "If all of it turns out badly"
        )
        console.print(_steps(found, name, unknown_met=well))
        console.print(Text(formula_sentence(found, unknown_met=well)))
    console.print(_results(found))
    for row in found.worths:
        if not row.outcome.met:
            say(met_sentence(row, found))
    for override in found.given.overrides:
        say(
            f"{override.what} is {override.own} and not {override.of_the_round} as the round says: {override.provenance}."
        )
    if found.unverified:
        console.print(Text(f"Not verified in a source: {'; '.join(found.unverified)}.", "yellow"))


def _steps(found: Premium, name: str, *, unknown_met: bool) -> Table:
    table = table_of(f"{name}, £", ["", "change", "left", ""])
    table.columns[3].justify = "left"
    table.add_row("Potential", "", shown(found.potential), "value per head × people")
    for step in found.steps(unknown_met=unknown_met):
        table.add_row(step.name, shown(step.change), shown(step.after), step.why)
    return table


def _results(found: Premium) -> Table:
    table = table_of("Results, and what each is worth, £", ["", "", "rule", "why", "worth"], left=4)
    for row in found.worths:
        words, style = _MARKS[row.outcome.met]
        low, high = sorted((row.at_worst, row.at_best))
        worth = shown(high) if low == high else f"{shown(low)} to {shown(high)}"
        table.add_row(row.name, Text(words, style), row.rule, row.outcome.why, worth)
    return table


def show_case(found: Appraisal) -> None:
    """Print what it is worth, the options, who bears and who gains, and what would change the answer."""
    console, best = console_of(), found.preferred
    console.print(Text(f"{found.case.title} · {found.edition.name}, as of {found.as_of}", "bold"))
    console.print(Text(headline(found)))
    console.print(Text(switching_sentence(best)))
    console.print(_options(found))
    console.print(_years(best))
    console.print(_shares(best))
    for entry in best.sharings:
        say(entry.sentence)
    console.print(_changes(best))
    for warning in found.warnings:
        console.print(Text(warning, "yellow"))
    missing = missing_words(found)
    if missing:
        said = "; ".join(f"{name}: {says}" for name, _, says in missing)
        console.print(Text(f"{len(missing)} parts of the five cases are not written yet: {said}.", "yellow"))


def _options(found: Appraisal) -> Table:
    table = table_of(
        f"Options, present values in money of {found.case.base_year}, £",
        ["", "costs", "benefits", "net present value", "ratio", "payback"],
    )
    table.columns[5].justify = "left"
    for row in found.ranked:
        totals = row.totals
        is_best = row.option.code == found.case.preferred
        table.add_row(
            Text(row.option.name, "bold" if is_best else ""),
            whole(totals.pv_costs),
            whole(totals.pv_benefits),
            _signed(totals.npv),
            ratio_words(totals.ratio),
            payback_words(row.payback),
        )
    return table


def _years(best: OptionAppraisal) -> Table:
    table = table_of(
        f"{best.option.name} by year, £",
        ["", "costs", "benefits", "net so far", "factor", "discounted so far"],
    )
    for row in best.years:
        factor = f"{float(row.factor):.6f}"
        table.add_row(
            row.year,
            whole(row.costs),
            whole(row.benefits),
            _signed(row.cumulative),
            factor,
            _signed(row.cumulative_discounted),
        )
    return table


def _shares(best: OptionAppraisal) -> Table:
    table = table_of(
        "Who bears and who gains, £",
        ["", "", "costs", "share", "benefits", "share", "net", "net present value"],
        left=2,
    )
    rows = [("all phases", part) for part in best.by_organisation]
    for phase in best.by_phase:
        if phase.code:
            rows += [(phase.name, part) for part in best.members_of(phase.code)]
    for where, part in rows:
        totals = part.totals
        table.add_row(
            where,
            part.name,
            whole(totals.costs),
            percent(part.share_of_costs),
            whole(totals.benefits),
            percent(part.share_of_benefits),
            _signed(totals.net),
            _signed(totals.npv),
        )
    return table


def _changes(best: OptionAppraisal) -> Table:
    table = table_of("What would change the answer, £", ["", "change", "net present value"], left=2)
    for entry in asked(best):
        table.add_row(entry.name, entry.change, _signed(entry.totals.npv))
    for value in switching_values(best):
        if value.change is not None:
            table.add_row(f"{value.name}: worth nothing at", percent(value.change), "£0")
    return table


def _signed(value: Fraction | Money) -> Text:
    negative = value.pence < 0 if isinstance(value, Money) else value < 0
    return Text(whole(value), "red" if negative else "")
