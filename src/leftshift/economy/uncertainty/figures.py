"""The figures of a simulation by the names that people know them by, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leftshift.economy.explanations.terms import FigureNotKnown
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.foundation.faults import near_miss
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED
from leftshift.place.schema import catalogue

if TYPE_CHECKING:
    import polars as pl

    from leftshift.economy.uncertainty.simulating import Simulation

NAMES = ("gap", "position", "do_nothing_position", "bridge")


@dataclass(frozen=True)
class Figure:
    """A figure of a simulation: of whom or of which step, the output it is, and with which sign."""

    name: str
    organisation: str
    item: str
    output: Output
    sign: float = 1.0

    @property
    def key(self) -> str:
        """Its name in one word, as in ``position.RWE`` or ``bridge.cip``."""
        return ".".join(filter(None, (self.name, self.organisation, self.item)))


def figures_of(outputs: Outputs) -> dict[str, Figure]:
    """Every figure by its key: of the perimeter, of each organisation, and the steps of the bridge."""
    codes = ("", *bodies_of(outputs.economy.place))
    found = []
    for code in codes:
        planned = Output("position", code) if code else Output("perimeter")
        nothing = Output("do_nothing", code) if code else Output("perimeter_do_nothing")
        found += [
            Figure("gap", code, "", nothing, -1.0),
            Figure("position", code, "", planned),
            Figure("do_nothing_position", code, "", nothing),
        ]
    found += [Figure("bridge", "", label.name, label) for label in outputs.labels if label.kind == "step"]
    return {figure.key: figure for figure in found}


def bodies_of(place: Place) -> dict[str, str]:
    """Code to name of whoever holds a position, and of what the plan gives to nobody where it counts."""
    found = {row.code: row.name for row in sorted(place.organisations, key=lambda row: row.code)}
    return found | (
        {UNATTRIBUTED: "Not attributed to an organisation"} if UNATTRIBUTED in place.shares else {}
    )


def figure_named(outputs: Outputs, name: str, organisation: str = "", item: str = "") -> Figure:
    """A figure by its parts; raises FigureNotKnown."""
    figures = figures_of(outputs)
    key = ".".join(filter(None, (name, organisation, item)))
    if key not in figures:
        guess = near_miss(key, figures)
        hint = f": did you mean {guess}?" if guess else f": it has {', '.join(NAMES)}"
        raise FigureNotKnown(f"a simulation has no figure {key}{hint}")
    return figures[key]


def document(simulation: Simulation) -> dict[str, Any]:
    """Intervals, chances and convergence as plain values: what ``leftshift simulate --json`` prints."""
    years = [year.label for year in simulation.years]
    percents, figures = simulation.usual_percents, figures_of(simulation.outputs)
    intervals = {
        key: {
            year: {name_of(percent): float(value) for percent, value in zip(percents, column, strict=True)}
            for year, column in zip(years, simulation.percentiles(figure, percents).T, strict=True)
        }
        for key, figure in figures.items()
    }
    place = simulation.projection.economy.place
    return {
        "place": place.code,
        "name": place.name,
        "fingerprint": place.fingerprint,
        "perimeter": place.perimeter,
        "organisations": [{"code": code, "name": name} for code, name in bodies_of(place).items()],
        "steps": [
            {"step": row.step, "name": row.name}
            for row in sorted(place.steps, key=lambda row: (row.order, row.step))
        ],
        "unit": "£000",
        "years": years,
        "draws": simulation.draws,
        "seed": simulation.asked.seed,
        "method": simulation.asked.method,
        "quantities": list(simulation.quantities),
        "stable": simulation.is_stable,
        "intervals": intervals,
        "plan": {
            key: dict(zip(years, simulation.planned(figure).tolist(), strict=True))
            for key, figure in figures.items()
        },
        "fan": {key: _fan(simulation, figure) for key, figure in _positions(figures).items()},
        "exceedance": {key: _exceedance(simulation, figure) for key, figure in _positions(figures).items()},
        "probability_of_balance": {
            whose: dict(zip(years, chances.tolist(), strict=True))
            for whose, chances in simulation.chances().items()
        },
        "convergence": [
            {"draws": step.draws, **dict(zip(map(name_of, percents), step.ends, strict=True))}
            for step in simulation.steps
        ],
    }


def _positions(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    return {key: figure for key, figure in figures.items() if figure.name == "position"}


def _fan(simulation: Simulation, figure: Figure) -> dict[str, dict[str, float]]:
    """The bands of a figure by year."""
    percents = tuple(usual("fan"))
    found = simulation.percentiles(figure, percents).T.tolist()
    return {
        year.label: dict(zip(map(name_of, percents), ends, strict=True))
        for year, ends in zip(simulation.years, found, strict=True)
    }


def _exceedance(simulation: Simulation, figure: Figure) -> list[dict[str, float]]:
    """Amounts in the last year, rising, and the share of draws in which the figure is at least so much."""
    values, reached = simulation.exceedance(figure, -1)
    return [
        {"at_least": value, "probability": share}
        for value, share in zip(values.tolist(), reached.tolist(), strict=True)
    ]


def usual(name: str) -> Any:
    """How a simulation is made and read where nobody says otherwise."""
    return catalogue("simulation")[name]["value"]


def name_of(percent: float) -> str:
    """A percentile's name: p05, p50, p95."""
    return f"p{percent:02g}"


def tables(simulation: Simulation) -> Mapping[str, pl.DataFrame]:
    """The tables of a simulation: intervals, chances of balance, exceedance in the last year, convergence; £000."""
    import polars as pl

    found = document(simulation)
    figures = figures_of(simulation.outputs)
    intervals = [
        {
            "figure": figures[key].name,
            "organisation": figures[key].organisation,
            "step": figures[key].item,
            "year": year,
            **ends,
        }
        for key, by_year in found["intervals"].items()
        for year, ends in by_year.items()
    ]
    chances = [
        {"organisation": whose, "year": year, "probability_of_balance": chance}
        for whose, by_year in found["probability_of_balance"].items()
        for year, chance in by_year.items()
    ]
    values, reached = simulation.exceedance(figures["position"], -1)
    return {
        "intervals": pl.DataFrame(intervals),
        "balance": pl.DataFrame(chances),
        "exceedance": pl.DataFrame({"position": values, "probability_of_at_least": reached}),
        "convergence": pl.DataFrame(found["convergence"]),
    }
