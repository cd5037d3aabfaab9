"""How a cohort changed from one run to the next: who stayed, who came and why, who went and why.

All of it is by locality: whoever moved to another went from the one and came to the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import polars as pl

from leftshift.population.cohorts.counting import PLACES, localities_told
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.cohorts.telling import Counted, LocalityTold, Place, tell_locality
from leftshift.population.engines.engine import Engine
from leftshift.population.privacy.disclosure import Disclosure, disclosure_rules
from leftshift.population.privacy.splitting import Known, part_of

STAYED, CAME, WENT = "stayed", "came", "went"
CAME_TO_MEET, CAME_TO_PLACE = "came to meet it", "came to the place"
NO_LONGER_MEETS, NO_LONGER_COUNTED = "no longer meets it", "no longer counted"
CHANGES = (STAYED, CAME, CAME_TO_MEET, CAME_TO_PLACE, WENT, NO_LONGER_MEETS, NO_LONGER_COUNTED)
"""Came to the place: was not counted there before. No longer counted: died, moved away, or said no."""


def count_changes(engine: Engine, before: ir.Table, after: ir.Table, cohort: str) -> pl.DataFrame:
    """Rows of commissioner, locality and change, one for each there may be: ``people``, 0 where hidden."""
    first, second = (localities_told(engine, table, cohort) for table in (before, after))
    nowhere = tell_locality(Counted(), ())
    rows = []
    for place, numbers in sorted(_changes(engine, before, after, cohort, {*first, *second}).items()):
        told = tell_changes(numbers, first.get(place, nowhere), second.get(place, nowhere))
        rows += [(*place, change, told[change]) for change in CHANGES]
    schema = {**dict.fromkeys((*PLACES[:2], "change"), pl.String), "people": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tell_changes(
    numbers: Mapping[str, int], before: LocalityTold, after: LocalityTold, rules: Disclosure | None = None
) -> dict[str, int]:
    """What may be told of a locality, where ``numbers`` has those who stayed, and of those who came and went the first reason.

    Those who stayed are told where nobody can tell that few came or went; those who came and went are what is left of either run.
    """
    rules = rules or disclosure_rules()
    found = dict.fromkeys(CHANGES, 0)
    stayed = part_of(numbers[STAYED], [before.inside, after.inside], rules)
    if not stayed.shown:
        return found
    found[STAYED] = stayed.shown
    for run, total, reason, other in (
        (after, CAME, CAME_TO_MEET, CAME_TO_PLACE),
        (before, WENT, NO_LONGER_MEETS, NO_LONGER_COUNTED),
    ):
        left = Known(run.people - stayed.shown, run.inside.low - stayed.high, run.inside.high - stayed.low)
        part = part_of(numbers[reason], [left], rules)
        found |= {total: left.shown, reason: part.shown}
        found[other] = left.shown - part.shown if part.shown else 0
    return found


def _changes(
    engine: Engine, before: ir.Table, after: ir.Table, cohort: str, places: set[Place]
) -> dict[Place, dict[str, int]]:
    """True numbers of each locality: of those who stayed, came to meet it, and no longer meet it."""
    inside = membership_column(cohort)
    keys = PLACES[:2]
    # a place that is not known is one place, and kinds of enumerations differ from run to run
    first, second = (
        table.select("person_id", inside=table[inside], **{key: table[key].cast("string").fill_null("") for key in keys})
        for table in (before, after)
    )  # fmt: skip
    both = first.rename(was="inside").join(second.rename(is_now="inside"), ["person_id", *keys])
    change = ibis.cases(
        (both.was & both.is_now, STAYED),
        (both.is_now, CAME_TO_MEET),
        (both.was, NO_LONGER_MEETS),
        else_="outside",
    )
    rows = engine.rows(both.mutate(change=change).group_by([*keys, "change"]).agg(people=lambda t: t.count()))
    found: dict[Place, dict[str, int]] = {place: defaultdict(int) for place in places}
    for row in rows:
        found[row["commissioner"], row["locality"]][row["change"]] += int(row["people"])
    return found
