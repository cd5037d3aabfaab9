"""Published figures beside modelled ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leftshift.foundation.money import thousands
from leftshift.reports import words
from leftshift.workspace.plan.presenters.page import Page, chart_of, room_page, why_address
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

TAGS = {"ties": "green", "differs by rounding": "blue", "known conflict": "yellow", "does not tie": "red"}


def tie_out(viewed: Viewed, year: str) -> Page:
    """Published figures beside modelled ones."""
    result = viewed.result
    uncounted = sum(not tie["counted"] for tie in result["tie"])
    sentence = words.tie_sentence(result["tie_counts"], uncounted)
    picture = chart_of(
        viewed,
        "verdicts",
        sentence,
        "Bars of how many published figures have which verdict.",
        result["headline_year"],
    )
    tables = [counts_table(result, uncounted), tie_table(viewed)]
    tables += [comparisons_table(result)] if result["comparisons"] else []
    return room_page(viewed, "tie-out", "What ties", year, picture, tables)


def counts_table(result: Mapping[str, Any], uncounted: int) -> Table:
    """How many figures have which verdict."""
    rows = [
        Row([Cell(verdict.capitalize()), Cell(str(count), number=count)])
        for verdict, count in ((verdict, result["tie_counts"][verdict]) for verdict in words.VERDICTS)
    ]
    rows.append(
        Row(
            [
                Cell("Not counted: used to calibrate, or following from that"),
                Cell(str(uncounted), number=uncounted),
            ]
        )
    )
    rows.append(
        Row(
            [
                Cell("For comparison only"),
                Cell(str(len(result["comparisons"])), number=len(result["comparisons"])),
            ]
        )
    )
    return Table("counts", "How many figures", ["Verdict", "Figures"], rows, numeric_from=1)


def tie_table(viewed: Viewed) -> Table:
    """Every published figure that is judged; those that do not tie first."""
    result = viewed.result
    order = words.VERDICTS[::-1]
    ties = sorted(result["tie"], key=lambda tie: (not tie["counted"], order.index(tie["verdict"])))
    columns = [
        "Figure",
        "Year",
        "Unit",
        "Published",
        "Modelled",
        "Difference",
        "Verdict",
        "How it came about",
        "Reason",
        "Source",
    ]
    return Table(
        "tie-out",
        "Published beside modelled",
        columns,
        [_tie_row(viewed, tie) for tie in ties],
        numeric_from=3,
        numeric_to=6,
    )


def _tie_row(viewed: Viewed, tie: Mapping[str, Any]) -> Row:
    places = len(tie["published_text"].partition(".")[2])
    verdict = (
        Cell(tie["verdict"].capitalize(), tag=TAGS[tie["verdict"]])
        if tie["counted"]
        else Cell("Not counted", tag="grey")
    )
    name = tie["name"] + (f" ({tie['reading']})" if tie["reading"] else "")
    how = {"stated": "Stated by the plan", "computed": "Computed", "calibrated": "Rests on calibration"}[
        tie["how"]
    ]
    return Row([
        Cell(name), Cell(tie["year"]), Cell(tie["unit"]), Cell(thousands(tie["published"], places), number=tie["published"]),
        Cell(thousands(tie["modelled"], places), number=tie["modelled"], address=_why(viewed, tie), hint="Why?"), Cell(thousands(tie["difference"], places + 1), number=tie["difference"]),
        verdict, Cell(how), Cell(tie["reason"]), Cell(f"{tie['source']} ({tie['file']}, row {tie['row']})" if tie["row"] else tie["source"]),
    ])  # fmt: skip


_FIGURES = {
    "gap": "gap",
    "closing_position": "position",
    "do_nothing_position": "do_nothing_position",
    "bridge": "bridge",
    "impact": "impact",
    "computed_effect": "impact",
}


def _why(viewed: Viewed, tie: Mapping[str, Any]) -> str:
    """Where the modelled figure is explained; nowhere for a rate, a share, or another perimeter's."""
    name = _FIGURES.get(tie["figure"])
    if name is None or tie["perimeter"]:
        return ""
    return why_address(viewed, name, tie["year"], tie["organisation"] or "", tie["item"])


def comparisons_table(result: Mapping[str, Any]) -> Table:
    """Figures that are shown and not judged."""
    rows = [
        Row([Cell(tie["name"]), Cell(tie["reading"]), Cell(tie["year"]), Cell(tie["unit"]), Cell(thousands(tie["published"]), number=tie["published"]),
             Cell(thousands(tie["modelled"]), number=tie["modelled"]), Cell(tie["reason"])])
        for tie in result["comparisons"]
    ]  # fmt: skip
    columns = ["Figure", "Reading", "Year", "Unit", "Published", "Modelled", "Why it is not judged"]
    return Table("comparisons", "For comparison only", columns, rows, numeric_from=4, numeric_to=6)
