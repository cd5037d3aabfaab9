"""The commands about people: read them from published files, show them and how they grow."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import chain
from typing import Any

from leftshift.cli import showing
from leftshift.cli.verbs import OK, print_json
from leftshift.economy.arrays import Floats
from leftshift.foundation.ages import AgeBand
from leftshift.foundation.faults import Faults
from leftshift.foundation.money import thousands
from leftshift.model import read_place
from leftshift.place.cells import table_text
from leftshift.place.place import Place
from leftshift.place.schema import schema
from leftshift.place.seen import Seen
from leftshift.place.writing import write_whole
from leftshift.population.checking import population_faults
from leftshift.population.ons.reading import read_ons
from leftshift.population.projecting import Population, project_population


def read(options: Namespace) -> int:
    """Make rows of population.csv from a published file."""
    bands = [AgeBand.parse(text) for text in options.bands.split(",")]
    with options.file.open(encoding="utf-8-sig", newline="") as text:
        rows = read_ons(text, options.area, bands, file=options.file.name)
    written = table_text(schema().tables["population"], rows)
    if options.out is None:
        print(written, end="")
        return OK
    write_whole({options.out: written.encode()})
    showing.say(f"{len(rows):,} rows written to {options.out}")
    return OK


def show(options: Namespace) -> int:
    """Print people and their growth."""
    place = read_place(options.place).place
    faults = Faults()
    faults.add_all(population_faults(place, Seen()))
    faults.raise_if_any()
    if not place.population:
        raise ValueError(
            "this place has no population.csv; leftshift population read makes one from files of the ONS"
        )
    population = project_population(place)
    if options.json:
        print_json(document(place, population))
    else:
        _show(population)
    return OK


def document(place: Place, population: Population) -> dict[str, Any]:
    """People and growth as plain values."""
    return {
        "place": place.code,
        "years": [str(year) for year in population.years],
        "method": place.setting("population_method"),
        "areas": [
            {
                "area": area,
                "age_band": str(band),
                "people": _years(population, people),
                "growth": _years(population, _growth(people)),
            }
            for area, band, people in _lines(population)
        ],
    }


def _years(population: Population, values: Floats) -> dict[str, float]:
    return {str(year): float(value) for year, value in zip(population.years, values, strict=True)}


def _lines(population: Population) -> Iterator[tuple[str, AgeBand, Floats]]:
    """Area, band and people [year]; where an area has several bands, their sum as ``all`` after them."""
    for area in population.areas:
        bands, people = population.bands[area], population.counts[area]
        yield from ((area, band, line) for band, line in zip(bands, people, strict=True))
        if len(bands) > 1 and bands[-1].last is None:
            yield area, AgeBand(bands[0].first), people.sum(axis=0)


def _growth(people: Floats) -> Floats:
    """Growth since the base year, as a share; 0 where there is nobody to grow from."""
    return people / people[0] - 1.0 if people[0] else people * 0.0


def _show(population: Population) -> None:
    years = [str(year) for year in population.years]
    table = showing.table_of("People, and growth since the base year", ["", "", *years, "growth"], left=2)
    for area, band, people in _lines(population):
        growth = f"{_growth(people)[-1] * 100:+.1f}%".replace("-", "\u2212")
        table.add_row(area, str(band), *chain(map(thousands, people), [growth]))
    showing.console_of().print(table)
