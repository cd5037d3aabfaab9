"""A portfolio as sentences, tables and the chart of its frontier."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.economy.choosing.frontier import Point
from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.portfolio import Portfolio
from leftshift.economy.choosing.variants import Taken
from leftshift.foundation.money import round_half_up
from leftshift.reports.charts import Spec, chart_of
from leftshift.reports.drawing import draw
from leftshift.reports.words import balance, listed, millions

_SEEN = 0.005  # of a scale that is printed in per cent
_BLUE, _DARK = "#005eb8", "#212b32"


def outcome_sentence(found: Portfolio) -> str:
    """What the portfolio comes to, beside the plan as it stands and beside choosing nothing."""
    asked, objective = found.asked, found.asked.question.objective
    whose = asked.whose(objective.whose)
    years = listed([year.label for year in asked.years])
    measured = found.search.objective.measured
    of = (
        "expected of"
        if objective.measure == "expected"
        else f"the mean of the worst {objective.share:.0%} of draws of"
    )
    gain = found.value - found.measured("as_it_stands", measured)
    better = f"{millions(abs(gain))} {'better' if gain >= 0 else 'worse'} than the plan as it stands"
    nothing = balance(found.measured("nothing", measured))
    many = len(found.chosen)
    return (
        f"{many} of {len(asked.choosable)} interventions: {balance(found.value)} is {of} {whose} in {years}, {better}. "
        f"With none of them it would be {nothing}."
    )


def how_sure(found: Portfolio) -> str:
    """Whether the choice is proven to be the best, and whether the run is what the search took it for."""
    parts = [
        f"Run with {found.search.effects.draws:,} draws."
        if found.search.effects.draws > 1
        else "One run, without draws."
    ]
    if found.proven:
        return f"{parts[0]} Proven: no choice within these rules is better by more than £{_pounds()}."
    if not found.found.solved.proven:
        parts.append(f"Time was up: the best choice could be better by up to {millions(found.gap)}.")
    if found.search.effects.straight:
        parts.append(
            "Contracts with cap and collar were taken as straight lines while searching: there may be a better choice."
        )
    if found.found.off > parameter("tolerance"):
        parts.append(
            f"The run differs from what the search saw by up to £{found.found.off * 1000:,.0f}; the figures here are the run's."
        )
    if found.found.aside:
        parts.append(f"{found.found.aside} choices were put aside, for the run of them broke a rule.")
    return " ".join(parts)


def _pounds() -> str:
    return f"{parameter('tolerance') * 1000:g}"


def chosen_words(found: Portfolio, point: Point) -> str:
    """What a point of the frontier chooses, beside the portfolio: what it adds, leaves out or moves."""
    mine, other = found.taken, point.taken
    added = [_taken_words(name, other[name]) for name in other if name not in mine]
    gone = [name for name in mine if name not in other]
    moved = [
        _taken_words(name, other[name]) for name in other if name in mine and _differ(other[name], mine[name])
    ]
    parts = [("with ", added), ("without ", gone), ("changed: ", moved)]
    said = "; ".join(words + ", ".join(names) for words, names in parts if names)
    return said or "as above"


def _differ(one: Taken, other: Taken) -> bool:
    return one.later != other.later or abs(one.scale - other.scale) >= _SEEN


def _taken_words(name: str, taken: Taken) -> str:
    later = f" {taken.later} y later" if taken.later else ""
    return name + later + (f" at {taken.scale:.0%}" if abs(taken.scale - 1.0) >= _SEEN else "")


def frontier_sentence(found: Portfolio, points: Sequence[Point]) -> str:
    """What safety costs, in a sentence."""
    if found.search.effects.draws == 1:
        return "One run has no draws to tell a safe choice from an unsafe one, so that the frontier is one point."
    if len(points) < 2:
        return "The choice that expects most is also the safest, so that the frontier is one point."
    first, last = points[0], points[-1]
    return (
        f"From its one end to the other the worst {found.asked.question.objective.share:.0%} of draws come out {millions(last.risk - first.risk)} "
        f"better, for {millions(first.expected - last.expected)} less that is expected."
    )


def frontier_chart(found: Portfolio, points: Sequence[Point]) -> Spec:
    """Expected saving against the position in the worst draws: each point is a choice, further right is safer; £m."""
    values = [
        {"risk": _in_millions(point.risk), "saving": _in_millions(point.saving), "label": str(at)}
        for at, point in enumerate(points, start=1)
    ]
    share = found.asked.question.objective.share
    x = _axis("risk", f"Position in the worst {share:.0%} of draws, £m: further right is safer")
    y = _axis("saving", "Expected saving, £m")
    text = {"align": "left", "dx": 8, "dy": -8, "type": "text"}
    return chart_of(
        values,
        width=520,
        height=320,
        layer=[
            {
                "mark": {"type": "line", "color": _BLUE, "strokeWidth": 2, "strokeDash": [4, 4]},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": _BLUE},
                "encoding": {"x": x, "y": y},
            },
            {"mark": {**text, "color": _DARK}, "encoding": {"x": x, "y": y, "text": {"field": "label"}}},
        ],
    )


def _axis(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": title, "tickCount": 6},
    }


def _in_millions(value: float) -> float:
    return float(round_half_up(value / 1000, 3))


def portfolio_document(found: Portfolio, points: Sequence[Point]) -> dict[str, Any]:
    """The portfolio and its frontier as plain values, with the sentences that say what they are."""
    return found.document() | {
        "frontier": [point.document() for point in points],
        "frontier_table": portfolio_tables(found, points)["frontier"],
        "frontier_chart": frontier_chart(found, points) if len(points) > 1 else None,
        "said": [outcome_sentence(found), how_sure(found), frontier_sentence(found, points)],
        "scenario": found.scenario(),
    }


def portfolio_files(found: Portfolio, points: Sequence[Point]) -> dict[str, bytes]:
    """File name to content: tables as CSV, the portfolio as a scenario, and the frontier as SVG."""
    tables = {f"{name}.csv": _csv(rows) for name, rows in portfolio_tables(found, points).items() if rows}
    texts = {**tables, "frontier.svg": draw(frontier_chart(found, points))}
    return {name: text.encode() for name, text in texts.items()}


def portfolio_tables(found: Portfolio, points: Sequence[Point]) -> dict[str, list[dict[str, Any]]]:
    """Every table of a portfolio as rows of plain values, amounts in £000."""
    document = found.document()
    chosen = [{name: value for name, value in row.items() if name != "effects"} for row in document["chosen"]]
    effects = [
        {"intervention": row["intervention"], "year": year, "organisation": code, "value": value}
        for row in document["chosen"]
        for year, by_code in row["effects"].items()
        for code, value in by_code.items()
    ]
    return {
        "chosen": chosen,
        "effects": effects,
        "left_out": [{**row, "because": "; ".join(row["because"])} for row in document["left_out"]],
        "limits": document["limits"],
        "frontier": [_point(at, point) for at, point in enumerate(points, start=1)],
    }


def _point(at: int, point: Point) -> dict[str, Any]:
    chosen = "; ".join(
        f"{name} +{taken.later} at {taken.scale:.0%}" for name, taken in sorted(point.taken.items())
    )
    return {
        "point": at,
        "expected": point.expected,
        "risk": point.risk,
        "saving": point.saving,
        "chosen": chosen,
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else "" if value is None else value
