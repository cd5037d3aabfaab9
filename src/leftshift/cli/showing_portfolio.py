"""What the terminal shows of a portfolio."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from leftshift.cli.showing import console_of, say, table_of
from leftshift.economy.choosing.frontier import Point
from leftshift.economy.choosing.portfolio import Portfolio
from leftshift.economy.choosing.weighing import LeftOut, Weighed
from leftshift.reports.portfolio import chosen_words, frontier_sentence, how_sure, outcome_sentence
from leftshift.reports.words import amount


def show_portfolio(found: Portfolio) -> None:
    """Print what is chosen and left out, what binds, and how sure the answer is."""
    console = console_of()
    console.print(Text(f"{found.asked.place.name} · {found.asked.question.name}", "bold"))
    console.print(Text(outcome_sentence(found)))
    console.print(Text(how_sure(found), "green" if found.proven else "yellow"))
    console.print(_chosen_table(found))
    if found.left_out:
        console.print(_left_out_table(found, found.left_out))
    _show_limits(found.limits)


def _chosen_table(found: Portfolio) -> Table:
    year = found.asked.years[-1]
    touched = {
        code for entry in found.chosen for code, value in entry.effects[year].items() if abs(value) >= 0.0005
    }
    codes = sorted(touched)
    table = table_of(
        f"Chosen, and what it brings to whom in {year}, £000",
        ["intervention", "start", "later", "scale", *codes, "brings"],
        left=2,
    )
    for entry in found.chosen:
        later = f"{entry.option.later} y" if entry.option.later else ""
        cells = [_amount(entry.effects[year][code]) for code in codes]
        start = entry.option.start.label
        table.add_row(entry.name, start, later, f"{entry.scale:.0%}", *cells, _amount(entry.brings, "bold"))
    return table


def _left_out_table(found: Portfolio, left_out: Sequence[LeftOut]) -> Table:
    table = table_of("Not chosen, and what forcing it in would cost, £000", ["intervention", "£000", ""])
    table.columns[2].justify = "left"
    for entry in left_out:
        name = found.asked.rows[entry.intervention].name
        if entry.costs is None:
            table.add_row(name, "", "cannot be: " + "; ".join(entry.because))
        else:
            table.add_row(name, amount(entry.costs), "" if entry.costs else "as good without it")
    return table


def _show_limits(limits: Sequence[Weighed]) -> None:
    if not limits:
        return
    binding = [entry for entry in limits if entry.binds]
    if not binding:
        say(f"None of the {len(limits)} rules binds: the choice would be no better without any one of them.")
        return
    columns = ["rule", "used", "limit", "gain without it", "one more", "gain"]
    table = table_of(f"What binds, {len(binding)} of {len(limits)} rules; gains in £000", columns)
    for entry in binding:
        table.add_row(*_limit_cells(entry))
    console_of().print(table)


def _limit_cells(entry: Weighed) -> list[str | Text]:
    row = entry.constraint
    has_amount = entry.one_more is not None
    return [
        row.words,
        amount(entry.used) if has_amount else "",
        amount(row.limit) if has_amount else "",
        _amount(entry.without),
        f"{row.more:g} {row.unit}" if has_amount else "",
        _amount(entry.one_more) if entry.one_more is not None else "",
    ]


def show_frontier(found: Portfolio, points: Sequence[Point]) -> None:
    """Print the points of a frontier, the safest last, with what changes from each to the next."""
    share = found.asked.question.objective.share
    table = table_of(
        "Frontier, £000",
        ["", "expected position", f"mean of the worst {share:.0%}", "expected saving", "chosen"],
    )
    table.columns[4].justify = "left"
    for at, point in enumerate(points, start=1):
        cells = [amount(value) for value in (point.expected, point.risk, point.saving)]
        table.add_row(str(at), *cells, chosen_words(found, point))
    console_of().print(table)
    say(frontier_sentence(found, points))


def _amount(value: float, style: str = "") -> Text:
    return Text(amount(value), f"{style} red" if value <= -0.05 else style)
