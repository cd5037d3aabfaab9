"""A cohort as it may be shown: bars and tables from protected counts. A hidden count is said in words and never as a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from leftshift.population.cohorts.counting import CohortCounts
from leftshift.population.cohorts.definitions import REST, SEVERAL
from leftshift.population.privacy.disclosure import disclosure_rules, told_text
from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.content import Block, Cell, Column, Figure, Row, Table

_BLUE = "#005eb8"
_NUMBERS = ("People in the cohort", "Out of", "Share")
_HIDDEN = "Left out of the count"


def cohort_blocks(counts: CohortCounts, criteria: Mapping[str, str]) -> list[Block]:
    """Where the people of a cohort are registered and why they are in it: a picture and a table each, and the two together."""
    places, reasons = counts.by("locality").to_dicts(), _reasons(counts, criteria)
    return [
        Figure(
            bars([(row["locality"] or "not known", _count(row["people"])) for row in places]),
            "People in the cohort, by locality; hidden groups are left out",
            "A bar for each locality. The table below gives every number.",
        ),
        _table_of(places, ("commissioner", "locality"), "People in the cohort by locality", "by-locality"),
        Figure(
            bars([(name, _count(people)) for name, people in reasons]),
            "Why people are in the cohort; hidden groups are left out", "A bar for each reason. The table below gives every number."
        ),
        _table_of_reasons(reasons, counts, criteria),
        _table_of_both(counts, criteria),
        _table_of(counts.by("commissioner").to_dicts(), ("commissioner",), "People in the cohort by commissioner", "by-commissioner"),
    ]  # fmt: skip


def practice_table(counts: CohortCounts) -> Table:
    """The people of a cohort by practice; of a practice nothing is left out of its own number."""
    keys = ("practice", "locality", "commissioner")
    found = _table_of(
        counts.by("practice").to_dicts(), keys, "People in the cohort by practice", "by-practice"
    )
    rows = tuple(replace(row, cells=row.cells[:-1]) for row in found.rows)
    return replace(found, columns=found.columns[:-1], rows=rows)


def headline(counts: CohortCounts) -> tuple[str, str]:
    """How many are in the cohort and out of how many, in words, and the share; from what is shown."""
    share = f"{counts.people / counts.counted:.1%}" if counts.counted and counts.people else "–"
    return f"{told_text(counts.people)} of {told_text(counts.counted)} people", share


def reason_words(name: str, criteria: Mapping[str, str]) -> str:
    """Why somebody is counted, in words."""
    alone = " alone" if len(criteria) > 1 else ""
    said = {SEVERAL: "Several of these", REST: "A reason that is hidden"}
    return said.get(name, f"{criteria.get(name, name)}{alone}")


def hidden_words() -> str:
    """What is hidden and why, for whoever reads the numbers."""
    rules = disclosure_rules()
    return (
        f"Hidden are counts of {rules.threshold} people and fewer, nought as well, in the cohort or out of it, and counts that would give one away, "
        f"so that no number tells who somebody is; all others are rounded to the nearest {rules.base}. Totals add up what is shown: those of different tables differ a little."
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


def _reasons(counts: CohortCounts, criteria: Mapping[str, str]) -> list[tuple[str, int]]:
    found = {row["reason"]: row["people"] for row in counts.by_reason().to_dicts()}
    rest = (REST,) if found[REST] else ()
    return [
        (reason_words(name, criteria), found[name]) for name in (*criteria, SEVERAL, *rest) if name in found
    ]


def _count(people: int) -> Cell:
    return Cell(told_text(people), number=people or None)


def _left_out(hidden: int, one: str, many: str) -> Cell:
    return Cell(f"{hidden:,} {one if hidden == 1 else many}" if hidden else "nobody")


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
                    _count(row["people"]),
                    _count(row["counted"]),
                    _share(row),
                    _left_out(row["hidden"], "practice", "practices"),
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
    return Table(
        "People in the cohort by reason",
        (Column("Reason"), Column("People", numeric=True), Column(_HIDDEN)),
        tuple(
            Row((Cell(name), _count(people), _left_out(hidden[name], "locality", "localities")))
            for name, people in reasons
        ),
        key="by-reason",
    )


def _table_of_both(counts: CohortCounts, criteria: Mapping[str, str]) -> Table:
    found = {(row["commissioner"], row["locality"], row["reason"]): row["people"] for row in counts.by_locality_and_reason().to_dicts()}  # fmt: skip
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
