"""What became of a cohort beside people who are like it: means before and after a date, and the difference of the differences.

Matching is by coarsened exact strata (Iacus, King and Porro 2012): age band, sex, deprivation decile and emergency admissions in
the span before. Each stratum of the cohort is held against those of the same stratum outside it, and strata weigh as the cohort
has them; members of strata without anybody to compare are left out and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from math import hypot, sqrt
from statistics import NormalDist
from typing import Any

import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.counting import localities_told
from leftshift.population.cohorts.following import (
    OUTCOMES,
    STRATUM,
    followed_people,
    known_outcomes,
    parameter,
    refused,
    strata_of,
)
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.cohorts.telling import LocalityTold, added
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.reaching import months_before
from leftshift.population.privacy.disclosure import disclosure_rules, shown_count
from leftshift.population.privacy.opting_out import Choices, without_opted_out
from leftshift.population.privacy.rounding import in_steps, told_value
from leftshift.population.privacy.splitting import Known, part_of

_OTHERS = "_others"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome a person: of the span before, and for each whole span after that people were followed.

    Of the cohort, of those it is compared with, and the difference of the differences. Means are in steps that no one person moves
    further; None where few people had any of it, and then there is no difference.
    """

    name: str
    cohort_before: float | None
    cohort_after: float | None
    others_before: float | None
    others_after: float | None
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cohort beside its like; outcomes are those of more people than the threshold, matched with more than that.

    Counts are as all counts of the cohort show them: ``matched`` is what ``unmatched``, where it is told, leaves; 0 is hidden. ``unknown``
    are people of the run whom the records do not hold; ``died`` are shares. ``not_known`` are outcomes whose records end too early.
    """

    cohort: str
    as_at: date
    months: int
    matched: int
    unmatched: int
    others: int
    unknown: int
    died: float | None
    others_died: float | None
    outcomes: tuple[Outcome, ...]
    not_known: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **asdict(self),
            "as_at": self.as_at.isoformat(),
            "outcomes": [asdict(one) for one in self.outcomes],
        }


def compare_cohort(
    engine: Engine,
    people: ir.Table,
    records: Mapping[str, ir.Table],
    cohort: str,
    as_at: date,
    months: int,
    *,
    known_to: date | None = None,
    choices: Choices | None = None,
) -> Comparison:
    """Compare the cohort of a run at ``as_at`` with its like, over so many months before and after that date.

    ``people`` are those of the run; ``records`` (persons, registrations, admissions, attendances, costs, opt_outs) were drawn later: on
    ``known_to``, otherwise as late as their last entry. Whoever has said no since is left out. Raises FaultsFound where
    the records end before the months are over, and where they hold nobody of the run.
    """
    most = parameter("most_months")
    if not 1 <= months <= most:
        raise ValueError(f"months before and after are from 1 to {most:g}, not {months}")
    spans = (months_before(as_at, months), as_at, months_before(as_at, -months))
    names = known_outcomes(engine, records, spans[2], known_to)
    left = without_opted_out(engine, people, records, choices).persons
    followed = engine.keep(followed_people(left, records, spans), "followed")
    strata = pl.DataFrame(
        engine.rows(strata_of(left, followed, records, cohort, spans)), infer_schema_length=None
    )
    if strata.is_empty():
        raise refused("nobody of the run", "linked records of the people whom the run counted")
    (row,) = engine.rows(left.anti_join(followed, "person_id").aggregate(people=lambda t: t.count()))
    (all_,) = engine.rows(left.filter(left[membership_column(cohort)]).aggregate(people=lambda t: t.count()))
    pairs = pairs_of(strata)
    matched, like = int(pairs["people"].sum()), int(pairs[f"people{_OTHERS}"].sum())
    told = list(localities_told(engine, left, cohort).values())
    is_told = min(matched, like) > disclosure_rules().threshold
    return Comparison(
        cohort,
        as_at,
        months,
        *_told_counts(told, matched, int(all_["people"]) - matched, like),
        shown_count(int(row["people"])),
        _died(pairs, "") if is_told else None,
        _died(pairs, _OTHERS) if is_told else None,
        tuple(_told(estimate_of(pairs, name)) for name in names) if is_told else (),
        tuple(name for name in OUTCOMES if name not in names),
    )


def pairs_of(strata: pl.DataFrame) -> pl.DataFrame:
    """A row for each stratum that has people inside and outside of whom something came; columns of those outside end with ``_others``."""
    inside, others = strata.filter(pl.col("inside")), strata.filter(~pl.col("inside"))
    pairs = inside.join(others, on=list(STRATUM), suffix=_OTHERS, nulls_equal=True)
    return pairs.filter(pl.col("followed") > 0, pl.col(f"followed{_OTHERS}") > 0)


def _told_counts(told: list[LocalityTold], matched: int, unmatched: int, like: int) -> tuple[int, int, int]:
    """Those matched, those who are not, and the others, where each is a part of what all counts of the cohort show."""
    cohort, everybody = added(one.inside for one in told), added(one.counted for one in told)
    outside = Known(0, everybody.low - cohort.high, everybody.high - cohort.low)
    others = part_of(like, [outside]).shown
    if matched <= disclosure_rules().threshold:
        return 0, 0, others
    left_out = part_of(unmatched, [cohort]).shown
    return sum(one.people for one in told) - left_out, left_out, others


def _died(pairs: pl.DataFrame, of: str) -> float | None:
    side = _Side(pairs, "died", of)
    weight = side.weight / side.people
    share = float((weight * side.of("died")).sum())
    # of those who died the squares are themselves
    return told_value(share, sqrt((weight * weight * side.of("died")).sum()), int(side.of("died").sum()))


# ------------------------------------------------------------------- what is worked out, and what is told of it
@dataclass(frozen=True)
class _Side:
    """An outcome of one side, stratum by stratum: before, of everybody; after, for each whole span that people were followed."""

    pairs: pl.DataFrame
    name: str
    suffix: str

    def of(self, column: str) -> pl.Series:
        """A column of this side."""
        return self.pairs[f"{column}{self.suffix}"]

    @cached_property
    def weight(self) -> pl.Series:
        return self.pairs["people"] / self.pairs["people"].sum()

    @cached_property
    def people(self) -> pl.Series:
        return self.of("people")

    @cached_property
    def before(self) -> pl.Series:
        return self.of(f"{self.name}_before") / self.people

    @cached_property
    def after(self) -> pl.Series:
        return self.of(f"{self.name}_after") / self.of("followed")

    def mean(self, when: str) -> float:
        """Over all strata, as the cohort has them."""
        return float((self.weight * (self.before if when == "before" else self.after)).sum())

    def squares_of_change(self) -> pl.Series:
        """The sum of the squares of what each person adds to after less before, were they followed as long as the mean of their stratum."""
        followed = self.of("followed") / self.people
        after, both = self.of(f"{self.name}_after_squares"), self.of(f"{self.name}_both")
        return after / (followed * followed) - both * 2 / followed + self.of(f"{self.name}_before_squares")

    def variance(self) -> pl.Series:
        """Of after less before: of a ratio, as of the sum of what each person adds to it (Taylor linearisation)."""
        people, name, rate, mean = self.people, self.name, self.after, self.before
        followed = self.of("followed") / people
        left = self.of(f"{name}_after_squares") - rate * 2 * self.of(f"{name}_after_followed")
        left = (left + rate * rate * self.of("followed_squares")) / (followed * followed)
        both = (self.of(f"{name}_both") - rate * self.of(f"{name}_before_followed")) * 2 / followed
        before = self.of(f"{name}_before_squares") - people * mean * mean
        return (left - both + before).clip(lower_bound=0.0) / (people * people)

    def told(self, when: str) -> float | None:
        """The mean in steps that no one person moves further; None where few people had any of it."""
        divided_by = self.people if when == "before" else self.of("followed")
        weight = self.weight / divided_by
        reach = sqrt((weight * weight * self.of(f"{self.name}_{when}_squares")).sum())
        return told_value(self.mean(when), reach, int(self.of(f"{self.name}_{when}_people").sum()))

    def reach_of_change(self) -> float:
        """The root of the sum of the squares of what each person adds to the mean change."""
        weight = self.weight / self.people
        return sqrt((weight * weight * self.squares_of_change()).clip(lower_bound=0.0).sum())


@dataclass(frozen=True)
class Estimate:
    """An outcome as it was worked out, before anything of it is told."""

    name: str
    cohort: _Side
    others: _Side

    @property
    def difference(self) -> float:
        """Of the changes of both sides."""
        return (self.cohort.mean("after") - self.cohort.mean("before")) - (
            self.others.mean("after") - self.others.mean("before")
        )

    @property
    def half_interval(self) -> float:
        """How far the difference may be off on either side."""
        sides = (self.cohort, self.others)
        error = sqrt(sum(float((side.weight * side.weight * side.variance()).sum()) for side in sides))
        return NormalDist().inv_cdf((1 + parameter("confidence")) / 2) * error


def estimate_of(pairs: pl.DataFrame, name: str) -> Estimate:
    """An outcome of the matched people of both sides."""
    return Estimate(name, _Side(pairs, name, ""), _Side(pairs, name, _OTHERS))


def _told(found: Estimate) -> Outcome:
    before, after = found.cohort.told("before"), found.cohort.told("after")
    others_before, others_after = found.others.told("before"), found.others.told("after")
    if None in (before, after, others_before, others_after):
        return Outcome(found.name, before, after, others_before, others_after, None, None, None)
    reach = hypot(found.cohort.reach_of_change(), found.others.reach_of_change())
    half = found.half_interval
    middle, low, high = (in_steps(found.difference + off, reach) for off in (0.0, -half, half))
    return Outcome(found.name, before, after, others_before, others_after, middle, low, high)
