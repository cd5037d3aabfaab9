"""A question held against a place: every default filled in, every option listed, every fault told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from leftshift.economy.choosing.checking import check_question, choosable_of
from leftshift.economy.choosing.question import ANY, AS_PLANNED, PERIMETER, Choice, Question
from leftshift.economy.choosing.variants import Taken, planned_start, with_chosen
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED, Intervention


@dataclass(frozen=True, slots=True)
class Option:
    """An intervention with one of the years that it may start in, and how much of it there may be."""

    intervention: str
    later: int  # years, than planned
    start: FinancialYear
    lowest: float
    highest: float

    @property
    def is_fixed(self) -> bool:
        """Whether its scale is no choice."""
        return self.lowest == self.highest


@dataclass(frozen=True)
class Asked:
    """A sound question about a place; options stand in the order of interventions and starts, O of them."""

    question: Question
    place: Place
    options: tuple[Option, ...]

    @cached_property
    def choosable(self) -> tuple[str, ...]:
        """The interventions that may be chosen, in the order of their names."""
        return tuple(dict.fromkeys(option.intervention for option in self.options))

    @cached_property
    def rows(self) -> dict[str, Intervention]:
        """Intervention to its row, of all."""
        return {row.intervention: row for row in self.place.interventions}

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The interventions that stay in the plan as they are, whatever is chosen."""
        names = set(self.choosable)
        return tuple(
            sorted(name for name, row in self.rows.items() if name not in names and row.stage != "comparison")
        )

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The years whose position is to be best."""
        return self.question.objective.years or (self.place.last_year,)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The organisations of the perimeter, in the order of their codes."""
        return tuple(
            sorted(code for code, share in self.place.shares.items() if share and code != UNATTRIBUTED)
        )

    def of(self, intervention: str) -> list[int]:
        """The options of an intervention."""
        return [at for at, option in enumerate(self.options) if option.intervention == intervention]

    def variant(self, taken: dict[str, Taken]) -> Place:
        """The place with these interventions, and without the others that may be chosen."""
        return with_chosen(self.place, frozenset(self.choosable), taken)

    def all_later(self, years: int) -> Place:
        """The place with everything that may be chosen, so many years later."""
        return self.variant(dict.fromkeys(self.choosable, Taken(years)))

    def whose(self, name: str) -> str:
        """An organisation, or the perimeter, by the name that people use."""
        names = {row.code: row.name for row in self.place.organisations}
        return self.place.perimeter if name == PERIMETER else names.get(name, name)


def ask(question: Question, place: Place) -> Asked:
    """Hold a question against a place; raises FaultsFound with everything that does not fit."""
    check_question(question, place).raise_if_any()
    details = {entry.intervention: entry for entry in question.choices}
    rows = {row.intervention: row for row in place.interventions}
    names = sorted(choosable_of(question, place))
    found = [
        option
        for name in names
        for option in _options(question, place, rows[name], details.get(name, Choice(name)))
    ]
    return Asked(question, place, tuple(found))


def _options(question: Question, place: Place, row: Intervention, choice: Choice) -> list[Option]:
    low = question.lowest if choice.lowest is None else choice.lowest
    high = question.highest if choice.highest is None else choice.highest
    planned = planned_start(place, row)
    starts = _starts(question, place, planned, choice)
    return [
        Option(row.intervention, year.starts - planned.starts, year, min(low, high), high) for year in starts
    ]


def _starts(
    question: Question, place: Place, planned: FinancialYear, choice: Choice
) -> Sequence[FinancialYear]:
    wanted = question.starts if choice.starts is None else choice.starts
    later = [planned.plus(years) for years in range(place.last_year.starts - planned.starts + 1)]
    if wanted == AS_PLANNED or not later:
        return [planned]
    if wanted == ANY:
        return later
    return [
        year for year in sorted(wanted) if year in later
    ]  # of those named for all, what this one can take
