"""How many are in a cohort, by place and reason, as it may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.definitions import COUNTED, INSIDE, NONE, REST, SEVERAL
from leftshift.population.cohorts.selecting import criterion_column, membership_column
from leftshift.population.cohorts.telling import (
    LocalityTold,
    Place,
    counted_by_locality,
    tell_locality,
)
from leftshift.population.engines.engine import Engine
from leftshift.population.privacy.disclosure import Disclosure, disclosure_rules
from leftshift.population.privacy.splitting import part_of

PLACES = ("commissioner", "locality", "practice")
CELLS = {**dict.fromkeys((*PLACES, "reason"), pl.String), "people": pl.Int64}


@dataclass(frozen=True)
class CohortCounts:
    """What is shown of one cohort: cells [commissioner, locality, practice, reason, people]; a hidden cell is 0.

    Of each practice those ``counted`` and those ``inside``; of each locality, whose practice is an empty text, those ``inside`` and
    each reason: one criterion alone, or several. Every number is worked out from these cells and tells no more than they do.
    """

    cohort: str
    cells: pl.DataFrame

    def by(self, place: str) -> pl.DataFrame:
        """Rows of a kind of place: ``people`` in the cohort, ``counted``, ``share``, and how many practices are ``hidden`` from it."""
        keys = PLACES[: PLACES.index(place) + 1]
        found = self._practices() if place == "practice" else self._localities()
        return (
            found.group_by(keys)
            .agg(pl.col("people", "counted", "hidden").sum())
            .with_columns(
                pl.when((pl.col("people") > 0) & (pl.col("counted") > 0))
                .then((pl.col("people") / pl.col("counted")).round(3))
                .otherwise(None)
                .alias("share")
            )
            .sort(keys)
        )

    def by_reason(self) -> pl.DataFrame:
        """Rows of reasons: ``people``, and in how many localities it is ``hidden``; ``rest`` are those whose reason is."""
        cells = self.by_locality_and_reason()
        found = cells.group_by("reason").agg(
            pl.col("people").sum(), (pl.col("people") == 0).sum().cast(pl.Int64).alias("hidden")
        )
        told = cells.group_by(PLACES[:2]).agg(
            pl.col("people").sum().alias("with_reason"), (pl.col("people") == 0).any().alias("lacks")
        )
        lacking = self._localities().join(told, on=PLACES[:2]).filter("lacks")
        left = int((lacking["people"] - lacking["with_reason"]).sum())
        rest = pl.DataFrame([{"reason": REST, "people": left, "hidden": 0}], schema=found.schema)
        return pl.concat([found, rest]).sort("reason")

    def by_locality_and_reason(self) -> pl.DataFrame:
        """Cells of localities and reasons."""
        return self.cells.filter((pl.col("practice") == "") & (pl.col("reason") != INSIDE))

    @property
    def people(self) -> int:
        """How many are in the cohort, as it may be shown."""
        return int(self._localities()["people"].sum())

    @property
    def counted(self) -> int:
        """Of how many people, as it may be shown."""
        return int(self._localities()["counted"].sum())

    @property
    def hidden(self) -> int:
        """How many practices are hidden, and left out of the number of their locality."""
        return int(self._localities()["hidden"].sum())

    def _practices(self) -> pl.DataFrame:
        inside, counted = (
            self.cells.filter((pl.col("practice") != "") & (pl.col("reason") == reason)).drop("reason")
            for reason in (INSIDE, COUNTED)
        )
        both = inside.join(counted.rename({"people": "counted"}), on=PLACES)
        return both.with_columns((pl.col("people") == 0).cast(pl.Int64).alias("hidden"))

    def _localities(self) -> pl.DataFrame:
        """The number of a locality where it is told, and otherwise the sum of its practices."""
        summed = self._practices().group_by(PLACES[:2]).agg(pl.col("people", "counted", "hidden").sum())
        told = self.cells.filter((pl.col("practice") == "") & (pl.col("reason") == INSIDE))
        both = summed.join(told.select(*PLACES[:2], told="people"), on=PLACES[:2])
        is_told = pl.col("told") > 0
        return both.with_columns(
            pl.when(is_told).then(pl.col("told")).otherwise(pl.col("people")).alias("people"),
            pl.when(is_told).then(0).otherwise(pl.col("hidden")).alias("hidden"),
        )


def count_cohort(engine: Engine, people: ir.Table, cohort: str, criteria: Sequence[str]) -> CohortCounts:
    """Count a cohort from the people of a run."""
    reasons = [*criteria, *([SEVERAL] if len(criteria) > 1 else [])]
    counted = counted_by_locality(_rows(engine, people, _reason(people, cohort, criteria)))
    told = {place: tell_locality(numbers, reasons) for place, numbers in counted.items()}
    return CohortCounts(cohort, cells_of(told))


def cells_of(told: Mapping[Place, LocalityTold]) -> pl.DataFrame:
    """All cells of localities, as they are shown."""
    rows: list[tuple[str, str, str, str, int]] = []
    for place, locality in told.items():
        for name, practice in locality.practices.items():
            rows.append((*place, name, COUNTED, practice.counted.shown))
            rows.append((*place, name, INSIDE, practice.inside.shown))
        rows.append((*place, "", INSIDE, locality.inside.shown))
        rows += [(*place, "", reason, known.shown) for reason, known in locality.reasons.items()]
    return pl.DataFrame(rows, schema=CELLS, orient="row")


def localities_told(engine: Engine, people: ir.Table, cohort: str) -> dict[Place, LocalityTold]:
    """What a reader of a cohort's counts knows of each locality, reasons aside."""
    inside = people[membership_column(cohort)].ifelse(INSIDE, NONE)
    counted = counted_by_locality(_rows(engine, people, inside))
    return {place: tell_locality(numbers, ()) for place, numbers in counted.items()}


def count_everybody(engine: Engine, people: ir.Table) -> int:
    """How many people a run counted, as all counts of its cohorts show it."""
    told = (
        tell_locality(one, ())
        for one in counted_by_locality(_rows(engine, people, ibis.literal(NONE))).values()
    )
    return sum(locality.counted.shown for locality in told)


def _rows(engine: Engine, people: ir.Table, reason: Any) -> list[dict[str, Any]]:
    return engine.rows(
        people.mutate(reason=reason).group_by([*PLACES, "reason"]).agg(people=lambda t: t.count())
    )


def _reason(people: ir.Table, cohort: str, criteria: Sequence[str]) -> Any:
    met = [people[criterion_column(cohort, name)] for name in criteria]
    several = sum((one.ifelse(1, 0) for one in met), ibis.literal(0)) > 1
    inside = people[membership_column(cohort)]
    return ibis.cases((~inside, NONE), (several, SEVERAL), *zip(met, criteria, strict=True), else_=NONE)


def count_overlap(engine: Engine, people: ir.Table, one: str, other: str) -> pl.DataFrame:
    """How many are in both of two cohorts, in one alone, in neither; ``hidden``: of how many localities it is not told."""
    first, second = (localities_told(engine, people, name) for name in (one, other))
    both = people.filter(people[membership_column(one)] & people[membership_column(other)])
    rows = engine.rows(both.group_by(list(PLACES[:2])).agg(people=lambda t: t.count()))
    in_both = {(row["commissioner"] or "", row["locality"] or ""): int(row["people"]) for row in rows}
    parts = [overlap_of(in_both.get(place, 0), first[place], second[place]) for place in first]
    names = ("both", f"{one} alone", f"{other} alone", "neither")
    told = [part for part in parts if part]
    sums = [sum(numbers) for numbers in zip(*told, strict=True)] if told else [0] * len(names)
    found = pl.DataFrame({"where": names, "people": sums, "hidden": len(parts) - len(told)})
    return found.with_columns(pl.col("people", "hidden").cast(pl.Int64)).sort("where")


def overlap_of(
    both: int, one: LocalityTold, other: LocalityTold, rules: Disclosure | None = None
) -> tuple[int, int, int, int] | None:
    """In both, in one alone, in the other alone, in neither; None where one of them might be small."""
    rules = rules or disclosure_rules()
    part = part_of(both, [one.inside, other.inside], rules)
    if not part.shown:
        return None
    fewest_in_neither = one.counted.low - (one.inside.high + other.inside.high - part.low)
    if fewest_in_neither <= rules.threshold:
        return None
    alone, other_alone = one.people - part.shown, other.people - part.shown
    return part.shown, alone, other_alone, one.counted.shown - part.shown - alone - other_alone
