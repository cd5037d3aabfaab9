"""How many are in a cohort, by practice, locality and reason, as it may be shown.

All of one cohort comes from one table of cells in which nobody stands twice: practice by reason. A reason is one criterion alone, several of
them, or none; so what is shown of a locality never tells more than what is shown of its practices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.selecting import criterion_column, membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.privacy.disclosure import protected

SEVERAL, NONE = "several", "none"
PLACES = ("commissioner", "locality", "practice")


@dataclass(frozen=True)
class CohortCounts:
    """Protected cells of one cohort [commissioner, locality, practice, reason, people]; a hidden cell is 0."""

    cohort: str
    cells: pl.DataFrame

    def by(self, place: str) -> pl.DataFrame:
        """Rows of a kind of place: ``people`` in the cohort, ``counted``, and how many cells of it are hidden."""
        inside = pl.col("reason") != NONE
        keys = PLACES[: PLACES.index(place) + 1]
        return (
            self.cells.group_by(keys)
            .agg(
                pl.col("people").filter(inside).sum(),
                pl.col("people").sum().alias("counted"),
                (pl.col("people") == 0).filter(inside).sum().alias("hidden"),
            )
            .with_columns(
                pl.when(pl.col("counted") > 0)
                .then((pl.col("people") / pl.col("counted")).round(3))
                .otherwise(None)
                .alias("share")
            )
            .sort(keys)
        )

    def by_reason(self) -> pl.DataFrame:
        """Rows of reasons: ``people`` over all practices, and how many cells are hidden."""
        return (
            self.cells.group_by("reason")
            .agg(pl.col("people").sum(), (pl.col("people") == 0).sum().alias("hidden"))
            .sort("reason")
        )

    @property
    def people(self) -> int:
        """How many are in the cohort, as it may be shown."""
        return int(self.cells.filter(pl.col("reason") != NONE)["people"].sum())


def count_cohort(engine: Engine, people: ir.Table, cohort: str, criteria: Sequence[str]) -> CohortCounts:
    """Count a cohort from the people of a run."""
    inside = people[membership_column(cohort)]
    met = [people[criterion_column(cohort, name)] for name in criteria]
    several = sum((one.ifelse(1, 0) for one in met), ibis.literal(0)) > 1
    reason = ibis.cases((~inside, NONE), (several, SEVERAL), *zip(met, criteria, strict=True), else_=NONE)
    cells = people.mutate(reason=reason).group_by([*PLACES, "reason"]).agg(people=lambda t: t.count())
    found = pl.DataFrame(
        engine.rows(cells), schema={**dict.fromkeys((*PLACES, "reason"), pl.String), "people": pl.Int64}
    )
    return CohortCounts(cohort, protected(found, counts=["people"]).sort(*PLACES, "reason"))


def count_overlap(engine: Engine, people: ir.Table, one: str, other: str) -> pl.DataFrame:
    """How many are in both of two cohorts, in one alone, in neither, over all practices: sums of protected cells."""
    first, second = people[membership_column(one)], people[membership_column(other)]
    where = ibis.cases(
        (first & second, "both"), (first, f"{one} alone"), (second, f"{other} alone"), else_="neither"
    )
    cells = people.mutate(where=where).group_by("practice", "where").agg(people=lambda t: t.count())
    found = pl.DataFrame(
        engine.rows(cells), schema={"practice": pl.String, "where": pl.String, "people": pl.Int64}
    )
    shown = protected(found, counts=["people"])
    return (
        shown.group_by("where")
        .agg(pl.col("people").sum(), (pl.col("people") == 0).sum().alias("hidden"))
        .sort("where")
    )
