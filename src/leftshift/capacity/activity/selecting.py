"""Which rows of activity an effect changes, and by which share of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leftshift.capacity.avoiding import avoidable_admissions
from leftshift.capacity.occupying import occupancy_of
from leftshift.capacity.parameters import parameter
from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.place import Place

_FOLLOW_UP, _FIRST = "outpatient_follow_up", "outpatient_first"


@dataclass(frozen=True)
class Chosen:
    """The rows that an effect changes, by their number, and the share of each that a full year takes.

    ``of_days`` is the share of their bed days, where it is not that of the activity itself.
    """

    rows: tuple[int, ...]
    shares: tuple[float, ...]
    of_days: tuple[float, ...] | None = None

    @property
    def both(self) -> Iterator[tuple[int, float, float]]:
        """Row, share of its activity and share of its bed days."""
        return zip(self.rows, self.shares, self.of_days or self.shares, strict=True)


class NothingChosen(ValueError):
    """An effect without anything to change; the words say what is missing."""

    def __init__(self, column: str, expected: str, action: str) -> None:
        super().__init__(expected)
        self.column, self.expected, self.action = column, expected, action


class Selector:
    """Finds the rows of effects among the rows of activity."""

    def __init__(self, place: Place, rows: Sequence[Activity]) -> None:
        self.place, self.rows = place, rows
        self.kinds = {row.point_of_delivery: row.kind for row in place.points_of_delivery}

    def chosen(self, effect: ActivityEffect) -> Chosen:
        """The rows and their shares; raises NothingChosen."""
        found = [at for at, row in enumerate(self.rows) if self._is_meant(effect, row)]
        if not found:
            raise NothingChosen(
                "effect",
                "some activity with all of this",
                "Widen what it chooses by, or name one row of activity",
            )
        if effect.percent is not None:
            return Chosen(tuple(found), (effect.percent,) * len(found))
        if effect.plan is not None:
            return self._avoided(effect.plan, found)
        if effect.change == "follow_up_ratio":
            return Chosen(tuple(found), tuple(self._fewer_follow_ups(effect, at) for at in found))
        sizes = [self._size(effect, at) for at in found]
        total = sum(sizes)
        if not total:
            raise NothingChosen(
                "amount",
                f"activity with {_words(effect)}",
                "Change the unit, or give the rows a length of stay",
            )
        return Chosen(tuple(found), (self._wanted(effect, found) / total,) * len(found))

    def _avoided(self, plan: str, found: Sequence[int]) -> Chosen:
        """What a plan to avoid admissions allocates, over the rows in proportion to their counts."""
        avoided = next(entry for entry in avoidable_admissions(self.place) if entry.row.plan == plan)
        worth = avoided.worth_of(avoided.counted)
        counts = sum(float(self.rows[at].count) for at in found)
        days = sum(float(self.rows[at].count) * float(self.rows[at].length_of_stay or 0) for at in found)
        if not counts:
            raise NothingChosen(
                "plan", "activity with a count above nought", "Choose the admissions that it avoids"
            )
        of_days = worth.bed_days / days if worth.bed_days is not None and days else worth.admissions / counts
        return Chosen(tuple(found), (worth.admissions / counts,) * len(found), (of_days,) * len(found))

    def _is_meant(self, effect: ActivityEffect, row: Activity) -> bool:
        if effect.activity:
            return row.activity == effect.activity
        if effect.change == "follow_up_ratio" and self.kinds.get(row.point_of_delivery) != _FOLLOW_UP:
            return False
        if effect.change == "length_of_stay" and row.length_of_stay is None:
            return False
        return (
            effect.point_of_delivery in (None, row.point_of_delivery)
            and effect.specialty in ("", row.specialty)
            and effect.provider in (None, row.provider)
            and effect.commissioner in (None, row.commissioner)
            and (effect.age_band is None or effect.age_band.holds(row.age_band))
            and effect.to_activity != row.activity
        )

    def _size(self, effect: ActivityEffect, at: int) -> float:
        """How much there is of a row in the unit of the effect, beds as bed days."""
        row = self.rows[at]
        in_days = effect.unit != "activity"
        return float(row.count) * (float(row.length_of_stay or 0) if in_days else 1.0)

    def _wanted(self, effect: ActivityEffect, found: Sequence[int]) -> float:
        """The amount of an effect, beds as the bed days that fill them."""
        amount = float(effect.amount or 0)
        if effect.unit != "beds":
            return amount
        types = {self.rows[at].bed_type for at in found}
        if len(types) != 1 or None in types:
            raise NothingChosen(
                "unit",
                "rows of one bed type, for an amount in beds",
                "Choose one bed type, or give the amount in bed_days",
            )
        return amount * parameter("days_in_year") * occupancy_of(self.place, types.pop())

    def _fewer_follow_ups(self, effect: ActivityEffect, at: int) -> float:
        """The share of follow-ups that goes when there are so many fewer for one first attendance."""
        firsts = first_attendances(self.rows, self.kinds, self.rows[at])
        if not firsts:
            raise NothingChosen(
                "change",
                "first attendances of the same provider, commissioner, specialty and age band",
                "Add them to activity.csv, or give a percent",
            )
        count = float(self.rows[at].count)
        return float(effect.amount or 0) * firsts / count if count else 0.0


def first_attendances(rows: Sequence[Activity], kinds: Mapping[str, str], follow_up: Activity) -> float:
    """How many first attendances stand beside a row of follow-ups."""
    same = (
        follow_up.provider,
        follow_up.commissioner,
        follow_up.specialty,
        follow_up.age_band,
        follow_up.contract,
    )
    return sum(
        float(row.count)
        for row in rows
        if kinds.get(row.point_of_delivery) == _FIRST
        and (row.provider, row.commissioner, row.specialty, row.age_band, row.contract) == same
    )


def _words(effect: ActivityEffect) -> str:
    return "a count above nought" if effect.unit == "activity" else "a length of stay"
