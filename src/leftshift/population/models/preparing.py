"""Features at a date and what came in the twelve months after it, of everybody who was counted at that date."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import polars as pl
from numpy.typing import NDArray

from leftshift.foundation.streams import named_generator
from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.compiling import Compiler
from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.facts.reaching import months_before
from leftshift.population.models.outcomes import Outcomes, Target
from leftshift.population.scores.definitions import Score
from leftshift.population.scores.scoring import averages_of, items_of, score_people

Floats = NDArray[np.float64]
HORIZON = 12  # months
GROUPS = ("sex", "age_band", "deprivation", "ethnicity", "locality")
_AGE_BANDS = (0, 18, 40, 65, 75, 85)


@dataclass(frozen=True)
class Prepared:
    """Features [person, feature], outcomes [person], and the groups by which a model is judged."""

    features: Floats
    outcome: Floats
    groups: pl.DataFrame
    people: int


def index_date(as_at: date) -> date:
    """The date from which one looks ahead, where what is known ends at ``as_at``."""
    return months_before(as_at, HORIZON)


def prepare(
    engine: Engine,
    records: Mapping[str, ir.Table],
    outcomes: Outcomes,
    target: Target,
    scores: tuple[Score, ...],
    lists: CodeLists,
    index: date,
    *,
    seed: int,
    report: Callable[[str], None] = lambda step: None,
) -> Prepared:
    """Read features as at ``index``, and outcomes as at twelve months later.

    Whoever was counted at the index counts, whether or not they lived through the year: leaving out those who died would make the
    model blind to them. Of more people than the model needs, a seeded sample.
    """
    facts = frozenset[Fact]().union(*(f.value.facts for f in outcomes.features), *(s.facts() for s in scores))
    people = gather_facts(engine, records, facts, lists, index, report)
    people = score_people(engine, people, scores, report)
    formulas, items = [feature.value for feature in outcomes.features], items_of(scores)
    averages = averages_of(engine, people.table, people.finders, items, formulas)
    compiler = Compiler(people.table, people.finders, items, averages)
    names = [f"x{at}" for at in range(len(outcomes.features))]
    values = {
        name: compiler.expression(feature.value).fill_null(0.0)
        for name, feature in zip(names, outcomes.features, strict=True)
    }
    about = ("person_id", "sex", "age", "imd_decile", "ethnic_category", "locality")
    before = engine.keep(people.table.select(*about, **values), "features")
    report("outcomes")
    later = months_before(index, -HORIZON)
    after = gather_facts(engine, _whatever_came(records), target.outcome.facts, lists, later)
    averages = averages_of(engine, after.table, after.finders, {}, [target.outcome])
    met = Compiler(after.table, after.finders, {}, averages).expression(target.outcome)
    outcome = after.table.select("person_id", outcome=met.cast("float64"))
    joined = before.left_join(outcome, "person_id").drop("person_id_right")
    frame = pl.from_arrow(joined.to_pyarrow())
    assert isinstance(frame, pl.DataFrame)
    return _sampled(frame.sort("person_id"), names, int(outcomes.parameters["most_people"]), seed)


def _whatever_came(records: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The records with nobody dead or gone: what was done for people counts, whether or not they are counted in the end."""
    never = ibis.null("date")
    return {
        **records,
        "persons": records["persons"].mutate(death_date=never),
        "registrations": records["registrations"].mutate(to_date=never),
    }


def _sampled(frame: pl.DataFrame, names: list[str], most: int, seed: int) -> Prepared:
    people = frame.height
    if people > most:
        chosen = named_generator(seed, "people of a model", "sample").choice(people, most, replace=False)
        frame = frame[np.sort(chosen)]
    bands = np.array(_band_names())[np.searchsorted(_AGE_BANDS, frame["age"].to_numpy(), side="right") - 1]
    groups = frame.select(
        pl.col("sex").replace({"1": "male", "2": "female"}),
        pl.Series("age_band", bands.tolist(), dtype=pl.String),
        pl.format("fifth {}", (pl.col("imd_decile") + 1) // 2).fill_null("not known").alias("deprivation"),
        pl.col("ethnic_category").fill_null("not known").alias("ethnicity"),
        pl.col("locality"),
    )
    features = frame.select(names).to_numpy().astype(np.float64)
    return Prepared(features, frame["outcome"].fill_null(0.0).to_numpy(), groups, people)


def _band_names() -> list[str]:
    edges = list(_AGE_BANDS)
    closed = [f"{low}-{high - 1}" for low, high in itertools.pairwise(edges)]
    return [*closed, f"{edges[-1]}+"]
