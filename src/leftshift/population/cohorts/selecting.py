"""Who is in a cohort: a column for each, and one for each of its criteria."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import ibis

from leftshift.population.cohorts.definitions import Cohort
from leftshift.population.defining.compiling import Compiler
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import People
from leftshift.population.scores.definitions import Score
from leftshift.population.scores.scoring import averages_of, items_of


def membership_column(cohort: str) -> str:
    """The column that says who is in a cohort."""
    return f"in_{cohort}"


def criterion_column(cohort: str, criterion: str) -> str:
    """The column that says who meets one criterion of a cohort."""
    return f"in_{cohort}__{criterion}"


def columns_of(cohort: Cohort) -> list[str]:
    """All columns of a cohort."""
    names = (criterion.name for criterion in cohort.criteria)
    return [membership_column(cohort.name), *(criterion_column(cohort.name, name) for name in names)]


def select_cohorts(
    engine: Engine,
    people: People,
    scores: Sequence[Score],
    cohorts: Collection[Cohort],
    report: Callable[[str], None] = lambda step: None,
) -> People:
    """People with columns that say who is in which cohort and why; ``people`` has the scores already."""
    report("cohorts")
    table = people.table
    items = items_of(scores)
    for cohort in cohorts:
        averages = averages_of(engine, table, people.finders, items, cohort.formulas())
        compiler = Compiler(table, people.finders, items, averages)
        table = table.mutate(**_columns(compiler, cohort))
    return People(table, people.finders, people.as_at)


def _columns(compiler: Compiler, cohort: Cohort) -> dict[str, Any]:
    among = compiler.expression(cohort.among) if cohort.among is not None else ibis.literal(True)
    columns = {
        criterion_column(cohort.name, criterion.name): among & compiler.expression(criterion.when)
        for criterion in cohort.criteria
    }
    met = ibis.literal(cohort.meets == "all")
    for column in columns.values():
        met = met & column if cohort.meets == "all" else met | column
    return {membership_column(cohort.name): among & met, **columns}
