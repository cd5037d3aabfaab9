"""Sections that a pack has and a report does not have on their own: scenarios, base year, sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model, PlanResult
from leftshift.place.schema import schema
from leftshift.reports import charts, words
from leftshift.reports.content import Block, Column, Figure, Items, Paragraph, Section, Subheading, Table, row
from leftshift.reports.report.assumptions import base_year as base_year_blocks
from leftshift.reports.report.assumptions import interventions as intervention_blocks
from leftshift.reports.report.assumptions import rates_and_rules
from leftshift.reports.words import BASES, amount, millions

_PLAN = "The plan"


def interventions(result: PlanResult) -> Section:
    """Each intervention with its step, start, delivery and source."""
    planned = [entry for entry in result.place.interventions if entry.stage == "plan"]
    started = "1 intervention stands" if len(planned) == 1 else f"{len(planned)} interventions stand"
    blocks = (Paragraph(f"{started} in the bridge of the plan."), *intervention_blocks(result))
    return Section("interventions", "Interventions of the plan", blocks, wide=True)


def assumptions(result: PlanResult) -> Section:
    """Rates, formulas, services, settings and rules, each with its source."""
    return Section("assumptions", "Assumptions and their sources", tuple(rates_and_rules(result)), wide=True)


def base_year(result: PlanResult) -> Section:
    """What the plan starts from, how firm it is, and what calibration leaves open."""
    blocks = (*_how_firm(result), *base_year_blocks(result))
    return Section("base-year", "The base year and its calibration", blocks, wide=True)


def _how_firm(result: PlanResult) -> Iterator[Block]:
    rows = result.place.flow_rows
    counts = {basis: sum(entry.basis == basis for entry in rows) for basis in BASES}
    said = [f"{count} {BASES[basis].lower()}" for basis, count in counts.items() if count]
    yield Paragraph(f"The base year {result.place.base_year} has {len(rows)} values: {words.listed(said)}.")
    try:
        ranges = result.ranges()
    except FaultsFound as found:
        yield Paragraph(
            f"The totals marked for calibration cannot be met together: {found.faults.summary()}."
        )
        return
    yield Paragraph(ranges.sentence() if ranges else "No value was moved by calibration, or none could be.")


def scenarios(result: PlanResult, year: str, compare: Sequence[str] = ()) -> Section:
    """The plan beside each scenario, alone; raises ScenarioNotKnown for one that the place does not have."""
    runs, refused = _runs(result, compare)
    title = "Scenarios beside the plan"
    if len(runs) == 1:
        nothing = Paragraph("There is no scenario to hold beside the plan.")
        return Section("scenarios", title, (nothing, *_refused(refused)))
    closing = [(name, run.perimeter_position(year)) for name, _, run in runs]
    return Section(
        "scenarios", title, (_chart(closing, year), _table(runs, year), *_about(runs), *_refused(refused))
    )


_Runs = list[tuple[str, str, PlanResult]]


def _runs(result: PlanResult, compare: Sequence[str]) -> tuple[_Runs, list[str]]:
    """(name, description, run) of the plan and of each scenario; and the scenarios that do not fit beside it."""
    known = {entry.code: entry for entry in result.place.scenarios}
    runs: _Runs = [(_PLAN, "", result)]
    refused = []
    for code in compare or [code for code in sorted(known) if code not in result.scenarios]:
        try:
            run = Model(result.place.written, result.scenarios).scenario(code).project()
        except FaultsFound as found:
            refused.append(f"{known[code].name}: {found.faults.summary()}")
        else:
            runs.append((known[code].name, known[code].description, run))
    return runs, refused


def _chart(closing: Sequence[tuple[str, float]], year: str) -> Figure:
    (_, plan), *others = closing
    lowest = min(others, key=lambda entry: (entry[1], entry[0]))
    best = max(others, key=lambda entry: (entry[1], entry[0]))
    ends = [
        f"{name} ends {year} with {words.balance(value)}" for name, value in dict.fromkeys((lowest, best))
    ]
    sentence = f"The plan ends {year} with {words.balance(plan)}; {words.listed(ends)}."
    alternative = (
        f"Bars of the closing position of {year} with the plan and under each scenario, from {millions(min(value for _, value in closing))} "
        f"to {millions(max(value for _, value in closing))}. The table below holds the figures."
    )
    return Figure(charts.levels(closing), sentence, alternative)


def _table(runs: _Runs, year: str) -> Table:
    columns = (
        Column("Run", weight=3),
        *(Column(name, numeric=True) for name in ("Do-nothing gap", "The plan moves", "Closing position", "Against the plan")),
    )  # fmt: skip
    plan = runs[0][2].perimeter_position(year)
    rows = tuple(
        row(
            name,
            amount(run.gap(year)),
            amount(sum(run.bridge(year).values())),
            amount(run.perimeter_position(year)),
            amount(run.perimeter_position(year) - plan) if name != _PLAN else "–",
        )
        for name, _, run in runs
    )
    return Table(f"The plan and each scenario in {year}, £000", columns, rows)


def _about(runs: _Runs) -> Iterator[Block]:
    described = tuple(f"{name}: {description}" for name, description, _ in runs if description)
    if described:
        yield Subheading("What the scenarios are")
        yield Items(described)


def _refused(refused: Sequence[str]) -> Iterator[Block]:
    if refused:
        yield Subheading("What does not fit beside this run")
        yield Items(tuple(refused))


def sources(result: PlanResult) -> Section:
    """Every source, with the tables that it feeds, how many rows and how firm they are."""
    tables: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for name in schema().tables:
        for entry in result.place.table(name):
            tables[entry.source].append(name)
            counts[entry.source][entry.basis] = counts[entry.source].get(entry.basis, 0) + 1
    columns = (
        Column("Source", weight=4),
        Column("Tables", weight=2.5),
        Column("Rows", numeric=True, weight=0),
        Column("Basis", weight=2),
    )
    rows = tuple(
        row(
            source,
            words.listed(list(dict.fromkeys(named))).replace("_", " "),
            f"{len(named):,}",
            _bases(counts[source]),
        )
        for source, named in sorted(tables.items())
    )
    said = Paragraph(f"The plan names {len(rows):,} sources; every row of it has one.")
    table = [Table("Sources, with what was taken from each", columns, rows)] if rows else []
    return Section("sources", "Sources", (said, *table), wide=True)


def _bases(counts: dict[str, int]) -> str:
    return "; ".join(f"{BASES[basis]} {counts[basis]:,}" for basis in BASES if basis in counts)
