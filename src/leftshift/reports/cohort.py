"""A cohort as it may be shown: bars and tables from protected counts. A hidden count is said in words and never as a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from leftshift.population.cohorts.counting import CohortCounts
from leftshift.population.cohorts.definitions import INSIDE, NONE, SEVERAL
from leftshift.population.privacy.disclosure import count_text, disclosure_rules
from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.content import Block, Cell, Column, Figure, Row, Table

_BLUE = "#005eb8"
_NUMBERS = ("People in the cohort", "Out of", "Share")
_HIDDEN = "Left out of the count"


def cohort_blocks(counts: CohortCounts, criteria: Mapping[str, str]) -> list[Block]:
    """Where the people of a cohort are registered and why they are in it: a picture and a table each, and the two together."""
    places, reasons = _places(counts, ("commissioner", "locality")), _reasons(counts, criteria)
    return [
        Figure(
            bars([(row["locality"] or "not known", _count(row["people"], groups=row["groups"])) for row in places]),
            "People in the cohort, by locality; hidden groups are left out",
            "A bar for each locality. The table below gives every number.",
        ),
        _table_of(places, ("commissioner", "locality"), "People in the cohort by locality", "by-locality"),
        Figure(
            bars([(name, _count(people, groups=len(places))) for name, people in reasons]),
            "Why people are in the cohort; hidden groups are left out", "A bar for each reason. The table below gives every number."
        ),
        _table_of_reasons(reasons, counts, criteria),
        _table_of_both(counts, criteria),
        _table_of(_places(counts, ("commissioner",)), ("commissioner",), "People in the cohort by commissioner", "by-commissioner"),
    ]  # fmt: skip


def practice_table(counts: CohortCounts) -> Table:
    """The people of a cohort by practice."""
    keys = ("practice", "locality", "commissioner")
    return _table_of(_places(counts, keys), keys, "People in the cohort by practice", "by-practice")


def headline(counts: CohortCounts) -> tuple[str, str]:
    """How many are in the cohort and out of how many, in words, and the share; from what is shown."""
    counted = int(counts.cells["people"].sum())
    share = f"{counts.people / counted:.1%}" if counted and counts.people else "–"
    return f"{count_text(counts.people)} of {count_text(counted)} people", share


def reason_words(name: str, criteria: Mapping[str, str]) -> str:
    """Why somebody is counted, in words."""
    said = {SEVERAL: "Several of these", INSIDE: "In the cohort", NONE: "Outside the cohort"}
    return said.get(name, f"{criteria.get(name, name)} alone")


def hidden_words() -> str:
    """What is hidden and why, for whoever reads the numbers."""
    rules = disclosure_rules()
    return (
        f"Counts of {rules.threshold} people and fewer, nought as well, are hidden, so that no number tells who somebody is; all others are "
        f"rounded to the nearest {rules.base}. Totals add up what is shown: they leave hidden groups out, and totals of different tables differ a little."
    )


def bars(rows: Sequence[tuple[str, Cell]]) -> Spec:
    """A bar for each count, with the count or the words for a hidden one at its end."""
    values = [
        {"key": key(at, name), "people": cell.number or 0, "label": cell.text}
        for at, (name, cell) in enumerate(rows)
    ]
    most = max((cell.number or 0 for _, cell in rows), default=0) or 1
    y: Spec = {
        "field": "key", "type": "nominal", "sort": None,
        "axis": {"title": None, "labelExpr": LABEL, "ticks": False, "domain": False, "labelPadding": 8},
    }  # fmt: skip
    x: Spec = {
        "field": "people", "type": "quantitative", "scale": {"domain": [0, most * 1.2], "nice": False},
        "axis": {"title": "people", "format": ",.0f", "tickCount": 5 if most >= 50 else 2},
    }  # fmt: skip
    bar: Spec = {"mark": {"type": "bar", "color": _BLUE, "height": {"band": 0.7}}, "encoding": {"y": y, "x": x}}  # fmt: skip
    text: Spec = {"mark": {"type": "text", "align": "left", "dx": 6}, "encoding": {"y": y, "x": x, "text": {"field": "label"}}}  # fmt: skip
    return chart_of(values, width=480, height={"step": 30}, layer=[bar, text])


def _places(counts: CohortCounts, keys: Sequence[str]) -> list[dict[str, Any]]:
    inside = pl.col("reason") != NONE
    return (
        counts.cells.group_by(keys)
        .agg(
            pl.col("people").filter(inside).sum(),
            pl.col("people").sum().alias("counted"),
            (pl.col("people").filter(inside) == 0).sum().alias("hidden"),
            inside.sum().alias("groups"),
        )
        .sort(keys)
        .to_dicts()
    )


def _reasons(counts: CohortCounts, criteria: Mapping[str, str]) -> list[tuple[str, int]]:
    found = {row["reason"]: row["people"] for row in counts.by_reason().to_dicts()}
    return [(reason_words(name, criteria), found[name]) for name in (*criteria, SEVERAL) if name in found]


def _count(people: int, *, groups: int = 1) -> Cell:
    if people:
        return Cell(f"{people:,}", number=people)
    return Cell(count_text(0) if groups == 1 else f"only groups of {count_text(0)}")


def _left_out(hidden: int) -> Cell:
    return Cell(f"groups of {count_text(0)}" if hidden else "nobody")


def _share(row: Mapping[str, Any]) -> Cell:
    if not row["people"] or not row["counted"]:
        return Cell("–")
    share = row["people"] / row["counted"]
    return Cell(f"{share:.1%}", number=round(share, 3))


def _table_of(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], caption: str, name: str) -> Table:
    columns = [*(Column(one.capitalize()) for one in keys), *(Column(one, numeric=True) for one in _NUMBERS), Column(_HIDDEN)]  # fmt: skip
    return Table(
        caption,
        tuple(columns),
        tuple(
            Row(
                (
                    *(Cell(row[one] or "not known") for one in keys),
                    _count(row["people"], groups=row["groups"]),
                    _count(row["counted"], groups=row["groups"] + 1),
                    _share(row),
                    _left_out(row["hidden"]),
                )
            )
            for row in rows
        ),
        key=name,
    )


def _table_of_reasons(
    reasons: Sequence[tuple[str, int]], counts: CohortCounts, criteria: Mapping[str, str]
) -> Table:
    hidden = {reason_words(row["reason"], criteria): row["hidden"] for row in counts.by_reason().to_dicts()}
    places = counts.cells.select("commissioner", "locality").n_unique()
    return Table(
        "People in the cohort by reason",
        (Column("Reason"), Column("People", numeric=True), Column(_HIDDEN)),
        tuple(
            Row((Cell(name), _count(people, groups=places), _left_out(hidden[name])))
            for name, people in reasons
        ),
        key="by-reason",
    )


def _table_of_both(counts: CohortCounts, criteria: Mapping[str, str]) -> Table:
    found = {(row["commissioner"], row["locality"], row["reason"]): row["people"] for row in counts.cells.to_dicts()}  # fmt: skip
    names = [name for name in (*criteria, SEVERAL) if any(reason == name for _, _, reason in found)]
    places = sorted({place[:2] for place in found})
    return Table(
        "People in the cohort by locality and reason",
        (Column("Locality"), *(Column(reason_words(name, criteria), numeric=True) for name in names)),
        tuple(
            Row((Cell(where[1] or "not known"), *(_count(found.get((*where, name), 0)) for name in names)))
            for where in places
        ),
        key="by-locality-and-reason",
    )
