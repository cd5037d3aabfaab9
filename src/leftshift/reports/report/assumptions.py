"""Assumptions with their sources: rates, formulas, settings, the base year, interventions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.place.place import Place
from leftshift.place.rows import Assumption
from leftshift.place.schema import catalogue
from leftshift.reports.content import Block, Cell, Column, Paragraph, Row, Section, Subheading, Table, row
from leftshift.reports.report.amounts import YEARS_ACROSS, distinct, in_runs, name_of, percent, spaced
from leftshift.reports.report.base_year import contracts, forms, lines
from leftshift.reports.words import BASES

BASIS, SOURCE = Column("Basis", weight=1.2), Column("Source", weight=3)


def assumptions(result: PlanResult, *, about: str = "") -> Section:
    """Every input that a reader may want to argue about, with where it comes from."""
    blocks: list[Block] = [
        *([Paragraph(about)] if about else []),
        *rates_and_rules(result),
        Subheading("The base year"),
        *base_year(result),
        Subheading("Interventions of the plan"),
        *interventions(result),
    ]
    return Section("assumptions", "Assumptions and their sources", tuple(blocks), wide=True)


def rates_and_rules(result: PlanResult) -> Iterator[Block]:
    """What moves money from year to year: rates, services, settings and rules."""
    yield Subheading("Rates")
    yield Paragraph("Each rate is the growth into the year that heads its column.")
    yield from _rates(result)
    yield from _derivations(result.place)
    yield Subheading("Services, settings and rules")
    yield from _services(result.place)
    yield _settings(result.place)
    yield from _rules(result.place)


def base_year(result: PlanResult) -> Iterator[Block]:
    """What the plan starts from: contracts, their forms, and the lines of each organisation."""
    yield from contracts(result.place, result.names)
    yield from forms(result.place)
    yield from lines(result.place, result.names)


def _rates(result: PlanResult) -> Iterator[Block]:
    place = result.place
    found: dict[tuple[str, str], list[Assumption]] = defaultdict(list)
    for entry in place.assumptions:
        found[entry.assumption, entry.organisation].append(entry)
    if not found:
        yield Paragraph("The plan gives no rates.")
    for years in in_runs(place.years[1:], YEARS_ACROSS) if found else []:
        columns = (
            Column("Assumption", weight=2.4),
            Column("Organisation", weight=2.6),
            *(Column(str(year), numeric=True, weight=0) for year in years),
            BASIS,
            SOURCE,
        )
        rows = tuple(_rate(result, found[key], years) for key in sorted(found))
        yield Table(f"Rates by organisation, {years[0]} to {years[-1]}", columns, rows)


def _rate(result: PlanResult, entries: Sequence[Assumption], years: Sequence[FinancialYear]) -> Row:
    by_year = {entry.year: entry for entry in entries}
    # in the order of the years, which no order of the rows changes
    used = [by_year[each] for each in (None, *years) if each in by_year]
    values = [_value(result, by_year.get(year) or by_year.get(None), year) for year in years]
    bases, sources = (entry.basis for entry in used), (entry.source for entry in used)
    followed = distinct(name_of(result.names, entry.follows) for entry in used if entry.follows)
    who = name_of(result.names, entries[0].organisation) + (f", as {followed}" if followed else "")
    basis = distinct(BASES[each] for each in bases)
    return row(spaced(entries[0].assumption), who, *values, basis or "–", distinct(sources) or "–")


def _value(result: PlanResult, entry: Assumption | None, year: FinancialYear) -> str:
    if entry is None:
        return "–"
    if entry.follows is None:
        return percent(entry.percent or 0.0)
    at = result.years.index(year)
    return percent(float(result.projection.economy.rates.of(entry.follows, entry.assumption)[at]))


def _derivations(place: Place) -> Iterator[Table]:
    columns = (Column("Assumption", weight=2), Column("Formula", weight=4), BASIS, SOURCE)
    rows = tuple(
        row(spaced(entry.assumption), entry.formula.replace("_", " "), BASES[entry.basis], entry.source)
        for entry in sorted(place.derivations, key=lambda entry: entry.assumption)
    )
    if rows:
        yield Table("Rates that are worked out from others", columns, rows)


def _services(place: Place) -> Iterator[Table]:
    columns = (
        Column("Service", weight=2.4),
        Column("Demographic growth", weight=1.5),
        Column("Other growth", weight=2),
        Column("Change of price", weight=1.5),
        Column("Follows activity"),
        BASIS,
        SOURCE,
    )
    rows = tuple(
        row(
            entry.name,
            *(spaced(name) if name else "None" for name in (entry.demographic_growth, entry.other_growth, entry.price_change)),
            "Yes" if entry.follows_activity else "No",
            BASES[entry.basis],
            entry.source,
        )
        for entry in sorted(place.services, key=lambda entry: entry.service)
    )  # fmt: skip
    if rows:
        yield Table("The rates by which each service grows", columns, rows)


def _settings(place: Place) -> Table:
    columns = (
        Column("Setting", weight=1.5),
        Column("Stands at"),
        Column("Meaning", weight=3.5),
        BASIS,
        SOURCE,
    )
    given = {entry.setting: entry for entry in place.settings}
    rows = []
    for name, about in catalogue("settings").items():
        entry = given.get(name)
        basis = BASES[entry.basis] if entry else "Default"
        source = entry.source if entry else str(about["source"])
        rows.append(row(spaced(name), spaced(place.setting(name)), str(about["description"]), basis, source))
    return Table("Settings of the model", columns, tuple(rows))


def _rules(place: Place) -> Iterator[Table]:
    columns = (
        Column("Rule", weight=2),
        Column("Share", weight=1.5),
        Column("Size", numeric=True, weight=0),
        BASIS,
        SOURCE,
    )
    rules = list(catalogue("rules"))
    rows = tuple(
        Row((Cell(str(catalogue("rules")[entry.rule]["name"])), Cell(spaced(entry.share)), Cell(percent(entry.value)),
             Cell(BASES[entry.basis]), Cell(entry.source)))
        for entry in sorted(place.rules, key=lambda entry: (rules.index(entry.rule), entry.share))
    )  # fmt: skip
    if rows:
        yield Table("Shares that the rules of interventions move", columns, rows)


def interventions(result: PlanResult) -> Iterator[Block]:
    """Each intervention with its step, stage, start, delivery and source."""
    steps = sorted(result.place.steps, key=lambda entry: (entry.order, entry.step))
    names, order = {entry.step: entry.name for entry in steps}, [entry.step for entry in steps]
    stages = {"plan": "Plan", "do_nothing": "Counted in the gap", "comparison": "For comparison only"}
    columns = (
        Column("Intervention", weight=3),
        Column("Step", weight=2),
        Column("Stage", weight=1.3),
        Column("Start", weight=0),
        Column("Delivery", numeric=True, weight=0),
        BASIS,
        SOURCE,
    )
    rows = tuple(
        row(
            entry.name,
            names[entry.step],
            stages[entry.stage],
            str(entry.start) if entry.start else "–",
            percent(entry.delivery),
            BASES[entry.basis],
            entry.source,
        )
        for entry in sorted(
            result.place.interventions,
            key=lambda entry: (list(stages).index(entry.stage), order.index(entry.step), entry.intervention),
        )
    )
    if rows:
        yield Table("Interventions with their step, stage and source", columns, rows)
    else:
        yield Paragraph("The plan has no interventions.")
