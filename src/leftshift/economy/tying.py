"""Hold published figures beside modelled ones: what ties, what does not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from leftshift.economy.calibration.calibrating import determined_by_targets
from leftshift.economy.figures import figure_value, half_of_last_digit, how_it_came_about
from leftshift.economy.projecting import Projection
from leftshift.foundation.money import round_half_up
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED, Published
from leftshift.place.schema import catalogue

Verdict = Literal["ties", "differs by rounding", "known conflict", "does not tie"]
VERDICTS: tuple[Verdict, ...] = ("ties", "differs by rounding", "known conflict", "does not tie")
COMPARISON = "comparison only"
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Tie:
    """A published figure beside the modelled one, in the unit it was printed in.

    ``verdict`` is None where the figure is for comparison only. ``counted`` is False where the figure was
    used to calibrate, or follows from those that were: meeting it proves nothing.
    """

    row: Published
    name: str
    modelled: float
    how: str
    verdict: Verdict | None
    counted: bool
    reason: str

    @property
    def difference(self) -> float:
        """Modelled less published."""
        return self.modelled - float(self.row.value)

    def document(self) -> dict[str, str | float | bool | None]:
        """As plain values, for JSON."""
        row = self.row
        return {
            "figure": row.figure, "name": self.name, "item": row.item, "organisation": row.organisation, "perimeter": row.perimeter, "year": row.year.label,
            "reading": row.reading, "unit": row.unit, "published": float(row.value), "published_text": str(row.value),
            "modelled": self.modelled, "difference": self.difference, "verdict": self.verdict, "how": self.how,
            "counted": self.counted, "used_to_calibrate": row.calibrate, "relation": row.relation, "reason": self.reason,
            "source": row.source, "basis": row.basis, "file": row.origin.file, "row": row.origin.row,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class TieOut:
    """Every published figure beside the modelled one; those for comparison only stand apart."""

    ties: tuple[Tie, ...]
    comparisons: tuple[Tie, ...]

    def counts(self) -> dict[Verdict, int]:
        """How many figures that count have which verdict."""
        found = Counter(tie.verdict for tie in self.ties if tie.counted)
        return {verdict: found.get(verdict, 0) for verdict in VERDICTS}


Beyond = Callable[[Published], tuple[float, str]]
"""Works out a figure of another subject, in the row's unit, and says how it came about."""


def _nobody(row: Published) -> tuple[float, str]:
    raise LookupError(f"{row.figure} is worked out by no subject that was asked")


def tie_out(projection: Projection, beyond: Beyond = _nobody) -> TieOut:
    """Compare every published figure of the place with the projection, and what is not money with its own subject."""
    place = projection.economy.place
    money = tuple(row for row in place.published if not is_beyond(row))
    settled = determined_by_targets(projection.economy, money)
    calibrated = any(row.basis == "calibrated" for row in place.flow_rows)
    ties = [
        _tie(projection, row, follows, calibrated=calibrated)
        for row, follows in zip(money, settled, strict=True)
    ]
    for row in place.published:
        if is_beyond(row):
            modelled, how = beyond(row)
            counted = row.relation != COMPARISON
            ties.append(
                Tie(row, figure_name(place, row), modelled, how, _verdict(row, modelled), counted, row.reason)
            )
    ordered = sorted(ties, key=lambda tie: _order(place, tie.row))
    return TieOut(
        tuple(tie for tie in ordered if tie.verdict is not None),
        tuple(tie for tie in ordered if tie.verdict is None),
    )


def is_beyond(row: Published) -> bool:
    """Whether a figure is worked out by another subject than the economy."""
    return "subject" in catalogue("figures")[row.figure]


def _order(place: Place, row: Published) -> tuple[object, ...]:
    figures = list(catalogue("figures"))
    return (figures.index(row.figure), row.year, row.item, row.organisation or "", row.reading, row.value)


def _tie(projection: Projection, row: Published, follows: bool, *, calibrated: bool) -> Tie:
    modelled = float(figure_value(projection, row)[0])
    reason = row.reason
    if calibrated and row.calibrate:
        reason = "; ".join(filter(None, (reason, "used to calibrate, so not counted as a tie")))
    elif follows:
        reason = "; ".join(
            filter(None, (reason, "follows from the totals used to calibrate, so not counted as a tie"))
        )
    counted = row.relation != COMPARISON and not follows and not (calibrated and row.calibrate)
    return Tie(
        row,
        figure_name(projection.economy.place, row),
        modelled,
        how_it_came_about(projection, row),
        _verdict(row, modelled),
        counted,
        reason,
    )


def _verdict(row: Published, modelled: float) -> Verdict | None:
    if row.relation == COMPARISON:
        return None
    # half a printed digit is inclusive, and the float noise of a sum must not decide
    off = round_half_up(abs(Decimal(repr(modelled)) - row.value), 9)
    if off <= half_of_last_digit(row.value):
        return "ties"
    if row.tolerance is not None and off <= row.tolerance:
        return "differs by rounding"
    return "known conflict" if row.relation == "known conflict" else "does not tie"


def figure_name(place: Place, row: Published) -> str:
    """The figure in words: what, of which step or intervention, of whom."""
    names = (
        {step.step: step.name for step in place.steps}
        | {entry.intervention: entry.name for entry in place.interventions}
        | _names_beyond(place)
    )
    organisations = {entry.code: entry.name for entry in place.organisations} | {
        UNATTRIBUTED: "not attributed"
    }
    words = [str(catalogue("figures")[row.figure]["name"])]
    if row.item:
        words.append(" and ".join(_item_name(names, item.strip()) for item in row.item.split("+")))
    if row.organisation:
        words.append(organisations[row.organisation])
    elif row.perimeter:
        words.append(row.perimeter)
    return ": ".join([words[0], ", ".join(words[1:])]) if len(words) > 1 else words[0]


def _names_beyond(place: Place) -> dict[str, str]:
    found = {row.bed_type: row.name for row in place.bed_types}
    found |= {row.plan: row.name for row in place.avoidance_plans}
    found |= {row.staff_group: row.name for row in place.staff_groups}
    return found | {row.programme: row.name for row in place.capital_programmes}


def _item_name(names: dict[str, str], item: str) -> str:
    """The name of an item, and of a part of it after a colon."""
    whole, colon, part = item.partition(":")
    name = names.get(whole.strip(), whole.strip().replace("_", " "))
    return f"{name}, {part.strip().replace('_', ' ')}" if colon else name


def _few(items: list[str]) -> str:
    """Names joined, the first and how many more where there are many."""
    if len(items) <= _NAMED:
        return " and ".join(items)
    return f"{items[0]} and {len(items) - 1} more steps"
