"""How a cohort changed from one run to the next: who stayed, who came and why, who went and why."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.privacy.disclosure import protected

STAYED, CAME_TO_MEET, CAME_TO_PLACE = "stayed", "came to meet it", "came to the place"
NO_LONGER_MEETS, NO_LONGER_COUNTED, OUTSIDE = "no longer meets it", "no longer counted", "outside both times"
CHANGES = (STAYED, CAME_TO_MEET, CAME_TO_PLACE, NO_LONGER_MEETS, NO_LONGER_COUNTED)
"""No longer counted: died, moved away, or said no; came to the place: was not counted before."""


def count_changes(engine: Engine, before: ir.Table, after: ir.Table, cohort: str) -> pl.DataFrame:
    """Rows of locality and change: ``people``, protected; the locality is that of the later run, where there is one."""
    inside = membership_column(cohort)
    first = before.select(first_id="person_id", first_in=before[inside], first_at="locality")
    second = after.select(second_id="person_id", second_in=after[inside], second_at="locality")
    both = first.outer_join(second, first.first_id == second.second_id)
    was, is_now = both.first_in.fill_null(False), both.second_in.fill_null(False)
    change = ibis.cases(
        (was & is_now, STAYED),
        (is_now & both.first_id.notnull(), CAME_TO_MEET),
        (is_now, CAME_TO_PLACE),
        (was & both.second_id.notnull(), NO_LONGER_MEETS),
        (was, NO_LONGER_COUNTED),
        else_=OUTSIDE,
    )
    locality = ibis.coalesce(both.second_at, both.first_at)
    cells = (
        both.select(locality=locality, change=change)
        .group_by("locality", "change")
        .agg(people=lambda t: t.count())
    )
    rows = [row for row in engine.rows(cells) if row["change"] != OUTSIDE]
    found = pl.DataFrame(rows, schema={"locality": pl.String, "change": pl.String, "people": pl.Int64})
    return protected(found, counts=["people"]).sort("locality", "change")
