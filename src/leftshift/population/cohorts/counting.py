"""How many are in a cohort, by place and reason, as it may be shown.

What is shown comes from one table of cells in which nobody stands twice: locality by reason, or practice by whether somebody is in the
cohort. A reason is one criterion alone, several of them, or none. Totals add up what is shown, so they tell no more than their parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.definitions import INSIDE, NONE, SEVERAL
from leftshift.population.cohorts.selecting import criterion_column, membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.privacy.disclosure import protected

PLACES = ("commissioner", "locality", "practice")


@dataclass(frozen=True)
class CohortCounts:
    """Protected cells of one cohort [commissioner, locality (, practice), reason, people]; a hidden cell is 0."""

    cohort: str
    cells: pl.DataFrame

    def by(self, place: str) -> pl.DataFrame:
        """Rows of a kind of place: ``people`` in the cohort, ``counted``, their ``share``, and how many cells are ``hidden``."""
        inside = pl.col("reason") != NONE
        keys = PLACES[: PLACES.index(place) + 1]
        return (
            self.cells.group_by(keys)
            .agg(
                pl.col("people").filter(inside).sum(),
                pl.col("people").sum().alias("counted"),
                (pl.col("people") == 0).sum().alias("hidden"),
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
        """Rows of reasons: ``people`` over all places, and how many cells are ``hidden``."""
        return (
            self.cells.group_by("reason")
            .agg(pl.col("people").sum(), (pl.col("people") == 0).sum().alias("hidden"))
            .sort("reason")
        )

    @property
    def people(self) -> int:
        """How many are in the cohort, as it may be shown."""
        return int(self.cells.filter(pl.col("reason") != NONE)["people"].sum())

    @property
    def hidden(self) -> int:
        """How many cells are hidden: each holds the threshold of disclosure or fewer, and no total has them."""
        return int((self.cells["people"] == 0).sum())


def count_cohort(
    engine: Engine, people: ir.Table, cohort: str, criteria: Sequence[str], by: str = "locality"
) -> CohortCounts:
    """Count a cohort from the people of a run: by locality and reason, or by practice with one reason, ``inside``."""
    keys = PLACES if by == "practice" else PLACES[:2]
    reason = _reason(people, cohort, criteria) if by != "practice" else _inside(people, cohort)
    cells = people.mutate(reason=reason).group_by([*keys, "reason"]).agg(people=lambda t: t.count())
    schema = {**dict.fromkeys((*keys, "reason"), pl.String), "people": pl.Int64}
    found = pl.DataFrame(engine.rows(cells), schema=schema)
    return CohortCounts(cohort, protected(found, counts=["people"]).sort(*keys, "reason"))


def _inside(people: ir.Table, cohort: str) -> Any:
    return people[membership_column(cohort)].ifelse(INSIDE, NONE)


def _reason(people: ir.Table, cohort: str, criteria: Sequence[str]) -> Any:
    met = [people[criterion_column(cohort, name)] for name in criteria]
    several = sum((one.ifelse(1, 0) for one in met), ibis.literal(0)) > 1
    inside = people[membership_column(cohort)]
    return ibis.cases((~inside, NONE), (several, SEVERAL), *zip(met, criteria, strict=True), else_=NONE)


def count_overlap(engine: Engine, people: ir.Table, one: str, other: str) -> pl.DataFrame:
    """How many are in both of two cohorts, in one alone, in neither, over all localities: sums of protected cells."""
    first, second = people[membership_column(one)], people[membership_column(other)]
    where = ibis.cases(
        (first & second, "both"), (first, f"{one} alone"), (second, f"{other} alone"), else_="neither"
    )
    cells = people.mutate(where=where).group_by("locality", "where").agg(people=lambda t: t.count())
    found = pl.DataFrame(
        engine.rows(cells), schema={"locality": pl.String, "where": pl.String, "people": pl.Int64}
    )
    shown = protected(found, counts=["people"])
    return (
        shown.group_by("where")
        .agg(pl.col("people").sum(), (pl.col("people") == 0).sum().alias("hidden"))
        .sort("where")
    )
