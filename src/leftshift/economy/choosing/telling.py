"""A portfolio as plain values: for JSON and for tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from leftshift.economy.choosing.question import Question
from leftshift.economy.choosing.weighing import LeftOut, Weighed

if TYPE_CHECKING:
    from leftshift.economy.choosing.portfolio import Chosen, Portfolio


def document(portfolio: Portfolio) -> dict[str, Any]:
    """Everything that a portfolio says."""
    asked, question = portfolio.asked, portfolio.asked.question
    return {
        "place": asked.place.code,
        "unit": "£000",
        "question": question.name,
        "objective": {
            "measure": question.objective.measure,
            "share": question.objective.share,
            "whose": question.objective.whose,
            "years": [year.label for year in asked.years],
        },
        "draws": portfolio.search.effects.draws,
        "value": portfolio.value,
        "proven": portfolio.proven,
        "gap": portfolio.gap,
        "straight": portfolio.search.effects.straight,
        "off": portfolio.found.off,
        "put_aside": portfolio.found.aside,
        "expected": _positions(portfolio),
        "risk": {of: portfolio.measured(of, portfolio.risk) for of in _OF},
        "chosen": [_chosen(entry) for entry in portfolio.chosen],
        "left_out": [_left_out(portfolio, entry) for entry in portfolio.left_out],
        "limits": [_weighed(question, entry) for entry in portfolio.limits],
    }


_OF = ("chosen", "as_it_stands", "nothing")


def _positions(portfolio: Portfolio) -> dict[str, float]:
    return {of: portfolio.measured(of) for of in _OF}


def _chosen(entry: Chosen) -> dict[str, Any]:
    return {
        "intervention": entry.intervention,
        "name": entry.name,
        "start": entry.option.start.label,
        "later": entry.option.later,
        "scale": entry.scale,
        "brings": entry.brings,
        "effects": {year.label: dict(row) for year, row in entry.effects.items()},
    }


def _left_out(portfolio: Portfolio, entry: LeftOut) -> dict[str, Any]:
    return {
        "intervention": entry.intervention,
        "name": portfolio.asked.rows[entry.intervention].name,
        "forcing_it_in_costs": entry.costs,
        "because": list(entry.because),
    }


def _weighed(question: Question, entry: Weighed) -> dict[str, Any]:
    row = entry.constraint
    return {
        "kind": row.kind,
        "words": row.words,
        "line": question.line(row.path),
        "limit": row.limit,
        "used": entry.used if np.isfinite(entry.used) else None,
        "room": entry.room if np.isfinite(entry.room) else None,
        "unit": row.unit,
        "binds": entry.binds,
        "without": entry.without,
        "more": row.more,
        "one_more": entry.one_more,
    }
