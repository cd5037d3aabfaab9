"""What the terminal shows of intervals, chances, shares, shocks and goals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from leftshift.cli.showing import console_of, table_of
from leftshift.economy.stressing import Shock, Stress
from leftshift.economy.uncertainty.figures import Figure, bodies_of, figures_of, name_of, usual
from leftshift.economy.uncertainty.sensitivity import Sensitivity, Share
from leftshift.economy.uncertainty.simulating import Simulation
from leftshift.foundation.money import thousands
from leftshift.model import Model
from leftshift.place.uncertain import in_words
from leftshift.reports.decisions.cells import share_text
from leftshift.reports.uncertain_words import chance_text, goal_said, how_sure_said

_BAR = 40


def _amount(value: float) -> Text:
    return Text(thousands(value), "red" if value < 0 else "")


def show_simulation(model: Model, simulation: Simulation, at: int) -> None:
    """Print the chance of balance, the fan of the closing position, and intervals of a year."""
    console = console_of()
    figures = figures_of(simulation.outputs)
    closing = figures["position"]
    console.print(Text(f"{model.place.name} · {model.place.perimeter}", "bold"))
    console.print(how_sure_said(simulation.document(), simulation.years[at].label))
    console.print(_fan(simulation, closing))
    console.print(_intervals(simulation, list(figures.values()), at))
    console.print(_stability(simulation))


def _fan(simulation: Simulation, figure: Figure) -> object:
    """The interval of every year as a bar."""
    percents = simulation.usual_percents
    ends = simulation.percentiles(figure, percents)
    table = table_of("Closing position by year, £000", ["", *map(name_of, percents), "balances", ""])
    table.columns[-1].justify = "left"
    lowest, highest = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    chances = simulation.balances(figure)
    for year, column, chance in zip(simulation.years, ends.T, chances, strict=True):
        bar = _band(float(column[0]), float(column[1]), float(column[-1]), lowest, highest)
        table.add_row(str(year), *map(_amount, column), chance_text(float(chance)), bar)
    return table


def _band(low: float, middle: float, high: float, lowest: float, highest: float) -> Text:
    """An interval as a bar with its median, and where nought is."""

    def at(value: float) -> int:
        return round((value - lowest) / (highest - lowest or 1.0) * (_BAR - 1))

    marks = [" "] * _BAR
    marks[at(0.0)] = "│"
    for place in range(at(low), at(high) + 1):
        marks[place] = "━"
    marks[at(middle)] = "●"
    return Text("".join(marks), "cyan")


def _intervals(simulation: Simulation, figures: Sequence[Figure], at: int) -> object:
    percents = simulation.usual_percents
    title = f"Intervals of {simulation.years[at]}, £000"
    table = table_of(title, ["", "plan", *map(name_of, percents), "balances"])
    chances = {key: values[at] for key, values in simulation.chances().items()}
    for figure in figures:
        ends = simulation.percentiles(figure, percents)[:, at]
        chance = chances[figure.organisation or "perimeter"] if figure.name == "position" else None
        planned = float(simulation.planned(figure)[at])
        shown = "" if chance is None else chance_text(float(chance))
        shows = figure.name != "do_nothing_position" and not (figure.name == "gap" and figure.organisation)
        if shows and (planned or ends.any() or not figure.organisation):
            table.add_row(_words(simulation, figure), _amount(planned), *map(_amount, ends), shown)
    return table


def _words(simulation: Simulation, figure: Figure) -> str:
    place = simulation.projection.economy.place
    if figure.name == "gap":
        return "Do-nothing gap"
    if figure.name == "bridge":
        return next(row.name for row in place.steps if row.step == figure.item)
    return bodies_of(place).get(figure.organisation, place.perimeter)


def _stability(simulation: Simulation) -> Text:
    last = simulation.steps[-1]
    if last.is_stable:
        return Text(f"The interval is stable after {last.draws:,} draws.", "green")
    if len(simulation.steps) <= int(usual("stable_blocks")):
        return Text(f"{last.draws:,} draws are too few to tell whether the interval is stable.", "yellow")
    return Text(f"The interval still moves after {last.draws:,} draws: draw more.", "yellow")


def show_sensitivity(found: Sensitivity) -> None:
    """Print the tornado, then shares of variance."""
    console = console_of()
    bars, shares = found.bars, found.shares
    if not any(bar.swing for bar in bars):
        console.print("Nothing that is uncertain moves it.")
        return
    whose = f" of {found.output.name}" if found.output.name else ""
    year = found.projection.economy.years[found.year]
    table = table_of(
        f"Closing position{whose} {year} with one quantity at each end of its interval, £000",
        ["quantity", "distribution", "at its low end", "at its high end", "swing", ""],
        left=2,
    )
    table.columns[-1].justify = "left"
    values = [value for bar in bars for value in bar.figures]
    for bar in bars:
        drawn = _between(min(bar.figures), max(bar.figures), min(values), max(values))
        table.add_row(
            bar.quantity.quantity,
            in_words(bar.quantity),
            *map(_amount, bar.figures),
            _amount(bar.swing),
            drawn,
        )
    console.print(table)
    if shares:
        console.print(_shares(shares))


def _between(low: float, high: float, lowest: float, highest: float) -> Text:
    def at(value: float) -> int:
        return round((value - lowest) / (highest - lowest or 1.0) * (_BAR - 1))

    return Text(" " * at(low) + "━" * (at(high) - at(low) + 1), "cyan")


def _shares(shares: Sequence[Share]) -> object:
    table = table_of("Share of the variance", ["quantities", "alone", "interval", "with others", "interval"])
    for share in shares:
        table.add_row(
            ", ".join(share.quantities),
            share_text(share.first),
            _span(share.first_interval),
            share_text(share.total),
            _span(share.total_interval),
        )
    return table


def _span(ends: tuple[float, float]) -> str:
    return f"{share_text(ends[0])} to {share_text(ends[1])}"


def show_stress(found: Stress, year: str) -> None:
    """Print each shock and all together, by organisation."""
    codes = found.organisations
    table = table_of(f"Closing positions {year} under shocks, £000", ["", "perimeter", "moves by", *codes])
    plan = [found.plan.position(code, year) for code in codes]
    table.add_row("The plan", _amount(found.plan.perimeter_position(year)), "", *map(_amount, plan))
    for shock in found.shocks(year):
        table.add_row(*_shock_row(shock, codes))
    table.add_row(*_shock_row(found.all_together(year), codes), style="bold")
    console = console_of()
    console.print(table)
    console.print(
        f"All together move it by {thousands(found.acting_together(year))} beyond the sum of each alone."
    )


def _shock_row(shock: Shock, codes: Sequence[str]) -> list[str | Text]:
    positions = [_amount(shock.positions[code]) for code in codes]
    return [shock.name, _amount(shock.perimeter), _amount(shock.perimeter_move), *positions]


def show_goal(document: dict[str, Any]) -> None:
    """Print what would have to be true."""
    console = console_of()
    console.print(Text(document["name"], "bold"))
    console.print(goal_said(document))
