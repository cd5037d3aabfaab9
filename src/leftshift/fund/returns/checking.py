"""A return checked by its round's rules before it is sent, and whether it is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from leftshift.foundation.faults import Fault
from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.returns.building import PLAN, Return, blocks_of, deadline_of
from leftshift.fund.returns.content import Line
from leftshift.fund.rounds.round import Round

_PENCE = 100
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class ReturnFault:
    """What a rule finds in a return; ``severity`` as the round sets it for the rule."""

    rule: str
    severity: str
    fault: Fault

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {"rule": self.rule, "severity": self.severity, **self.fault.document()}


def check_return(made: Return, found: Round) -> tuple[ReturnFault, ...]:
    """Every fault of a return by the rules of its round; a plan's template is checked as a plan, so it has none here."""
    if made.kind == PLAN:
        return ()
    rows = {
        of: _rows(made, found, of)
        for of in ("condition_status", "metric_status", "income_actual", "spend_actual")
    }
    made = replace(made, blocks=rows)
    faults = (*_conditions(made), *_metrics(made), *_money(made, found), *_spend(made, found))
    return tuple(
        ReturnFault(rule, found.rule[rule].severity, fault) for rule, fault in faults if rule in found.rule
    )


def _rows(made: Return, found: Round, of: str) -> tuple[Line, ...]:
    """The rows of the tables of a kind, whatever the pack of the round calls them."""
    return tuple(
        row for block in blocks_of(found, made.kind) if block.of == of for row in made.blocks[block.block]
    )


def _fault(made: Return, row: str, column: str, kind: str, said: str, expected: str, action: str) -> Fault:
    return Fault(kind, f"return {made.period}", None, column, f"{row}: {said}", expected, action)


def _conditions(made: Return) -> Iterator[tuple[str, Fault]]:
    for row in made.blocks["condition_status"]:
        name = str(row["condition"]).replace("_", " ")
        if not row["answer"]:
            yield "v01", _fault(made, name, "answer", "not filled in", "no answer", "yes or no", "Answer it")
        elif row["answer"] != "yes":
            for item, wanted in (
                ("by", "the day by which it will be met"),
                ("comment", "why, and what is done"),
            ):
                if not row[item]:
                    yield "v11", _fault(made, name, item, "not filled in", "nothing", wanted, "Fill it in")


def _metrics(made: Return) -> Iterator[tuple[str, Fault]]:
    for row in made.blocks["metric_status"]:
        name = str(row["metric"]).replace("_", " ")
        if not row["status"]:
            yield (
                "v01",
                _fault(
                    made,
                    name,
                    "status",
                    "not filled in",
                    "no status",
                    "on track, not on track or no data",
                    "Enter a figure, or say which",
                ),
            )
        elif row["status"] == "on_track" and row["rating"] == "red":
            if not row["achievements"] and not row["challenges"]:
                yield (
                    "v01",
                    _fault(
                        made,
                        name,
                        "challenges",
                        "not filled in",
                        "said to be on track, rated red",
                        "the reason",
                        "Say why it is on track all the same",
                    ),
                )
        elif row["status"] == "not_on_track" and not (row["challenges"] and row["mitigation"]):
            yield (
                "v01",
                _fault(
                    made,
                    name,
                    "challenges",
                    "not filled in",
                    "not on track",
                    "challenges, and what is done about them",
                    "Write both",
                ),
            )
        elif row["status"] == "no_data" and not row["challenges"]:
            yield (
                "v01",
                _fault(made, name, "challenges", "not filled in", "no data", "why there are none", "Say why"),
            )


def _money(made: Return, found: Round) -> Iterator[tuple[str, Fault]]:
    rule = found.rule.get("v08")
    most = rule.threshold if rule and rule.threshold is not None else Decimal("Infinity")
    for block, key in (("income_actual", "line"), ("spend_actual", "scheme")):
        for row in made.blocks[block]:
            for item in ("actual", "forecast"):
                value = row.get(item)
                if isinstance(value, Money) and not 0 <= Decimal(value.pence) / _PENCE <= most:
                    yield (
                        "v08",
                        _fault(
                            made,
                            str(row[key]),
                            item,
                            "amount not taken",
                            value.brief,
                            f"from 0 to {most:,}",
                            "Correct it",
                        ),
                    )


def _spend(made: Return, found: Round) -> Iterator[tuple[str, Fault]]:
    """A variance beyond the threshold of V18 needs a comment: of a forecast at any time, of what came or went at the end of the year."""
    rule = found.rule.get("v18")
    if rule is None or rule.threshold is None:
        return
    whole = made.kind == "year_end"
    for block, key in (("income_actual", "line"), ("spend_actual", "scheme")):
        for row in made.blocks[block]:
            said = (
                row.get("forecast")
                if block == "spend_actual" and not whole
                else row.get("actual")
                if whole
                else None
            )
            if _moved(row, said, rule.threshold) and not row["comment"]:
                assert isinstance(said, Money)
                yield (
                    "v18",
                    _fault(
                        made,
                        str(row[key]).replace("_", " "),
                        "comment",
                        "variance not explained",
                        f"{said.brief}",
                        f"a comment where it is more than {rule.threshold:f}% off plan",
                        "Say why",
                    ),
                )


def _moved(row: Line, said: Any, threshold: Decimal) -> bool:
    planned = row["planned"]
    if not isinstance(said, Money) or not isinstance(planned, Money):
        return False
    return abs((said - planned).pence) * _HUNDRED > threshold * abs(planned.pence)


@dataclass(frozen=True)
class Lateness:
    """When a return is due, and by how many days it is late; None where the round names no day."""

    due: date | None
    days: int

    @property
    def is_late(self) -> bool:
        """Whether the day has passed."""
        return self.days > 0

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {"due": str(self.due) if self.due else None, "days_late": self.days, "late": self.is_late}


def lateness(found: Round, kind: str, period: str, on: date) -> Lateness:
    """How late a return is on the day it was sent, or today."""
    deadline = deadline_of(found, kind, Period.parse(period) if period else None)
    if deadline is None:
        return Lateness(None, 0)
    return Lateness(deadline.due, max(0, (on - deadline.due).days))
