"""A plan to begin with: everything that its round asks for, unanswered, and what is published filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.foundation.money import Money
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.rows import ConditionAnswer, Income, Partner
from leftshift.fund.plan.work_rows import PlannedMetric
from leftshift.fund.rounds.round import Round, Rounds

_CODE = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_SOURCE: dict[str, Any] = {"source": "To be replaced: who says so, and where?", "basis": "assumed"}


@dataclass(frozen=True)
class Start:
    """What a plan begins with: its code and name, round, area and place."""

    code: str
    name: str
    round: str
    area: str
    area_name: str
    place: str = ""


def new_plan(rounds: Rounds, start: Start) -> FundPlan:
    """A plan of a round for an area. Raises FaultsFound with everything that is missing."""
    faults = Faults()
    for name in ("code", "name", "round", "area", "area_name"):
        if not getattr(start, name).strip():
            words = name.replace("_", " ")
            faults.add(
                Fault(
                    "missing value",
                    "plan.toml",
                    None,
                    name,
                    "nothing",
                    f"the {words} of the plan",
                    f"Fill in the {words}",
                )
            )
    if start.code and not _CODE.match(start.code):
        expected = "lower-case letters, digits and hyphens"
        faults.add(
            Fault(
                "name not understood",
                "plan.toml",
                None,
                "code",
                shown(start.code),
                expected,
                "Write it in that form",
            )
        )
    faults.raise_if_any()
    found = rounds.get(start.round)
    return FundPlan(
        start.code, start.name, found.code, start.area, start.area_name, start.place, found.released,
        partners=tuple(_partners(start)),
        income=tuple(_income(found, start)),
        conditions=tuple(ConditionAnswer(condition=row.condition, **_SOURCE) for row in found.conditions),
        metrics=tuple(PlannedMetric(metric=row.metric, **_SOURCE) for row in found.metrics if row.needed),
    )  # fmt: skip


def _partners(start: Start) -> Iterator[Partner]:
    board = re.sub(r"[^a-z0-9]+", "_", f"{start.area_name} board".lower()).strip("_")
    yield Partner(partner=start.area, name=start.area_name, kind="council", host=True, **_SOURCE)
    yield Partner(
        partner=board, name=f"{start.area_name} health and wellbeing board", kind="board", **_SOURCE
    )


def _income(found: Round, start: Start) -> Iterator[Income]:
    """What must be pooled: as published for the area, else nothing to begin with."""
    for year in found.years:
        for line in found.lines_in(year):
            published = found.allocation(start.area, line.line, year)
            if line.mandated:
                amount = published.amount if published else Money(0)
                about: dict[str, Any] = (
                    {"source": published.source, "basis": "published"} if published else _SOURCE
                )
                yield Income(
                    income=line.line, line=line.line, partner=start.area, year=year, amount=amount, **about
                )
