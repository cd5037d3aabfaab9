"""The question of a portfolio: what is to be best, what may be chosen, and within which limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from leftshift.economy.choosing.parameters import parameter
from leftshift.foundation.years import FinancialYear

PERIMETER: Final = "perimeter"
EACH: Final = "each"
ANY: Final = "any"
AS_PLANNED: Final = "as_planned"
EVERY: Final = "every"
TOTAL: Final = "total"
AS_IT_STANDS: Final = "as_it_stands"
DO_NOTHING: Final = "do_nothing"

Measure = Literal["expected", "risk"]
Starts = tuple[FinancialYear, ...] | Literal["any", "as_planned"]
When = FinancialYear | Literal["every", "total"]
Floor = float | Literal["as_it_stands", "do_nothing"]


@dataclass(frozen=True, slots=True)
class Objective:
    """What is to be best: the position of the perimeter or of an organisation in some years, added up.

    ``expected`` is its mean over the draws, ``risk`` the mean of the worst ``share`` of them. No years: the last.
    """

    measure: Measure = "expected"
    share: float = field(default_factory=lambda: parameter("worst_share"))
    whose: str = PERIMETER
    years: tuple[FinancialYear, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen of one intervention; None where the question says it for all."""

    intervention: str
    starts: Starts | None = None
    lowest: float | None = None
    highest: float | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PositionLimit:
    """A position that may not be worse: £000, or where the plan stands, or where nothing done would leave it.

    ``whose`` is an organisation, ``perimeter``, or ``each`` for every organisation of it.
    """

    whose: str
    year: FinancialYear | Literal["every"]
    no_worse_than: Floor
    measure: Measure = "expected"
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ResourceLimit:
    """How much of a resource there is in a year, in every year, or in all years together."""

    resource: str
    year: When
    at_most: float
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Interventions of which at most one may be chosen."""

    of: tuple[str, ...]
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """An intervention that may start only with another, or so many years after it."""

    intervention: str
    needs: str
    lag_years: int = 0
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Question:
    """A question as it was asked; what it leaves out takes its default when it is held against a place.

    ``interventions`` None: every one of stage plan, and those that ``choices`` name. ``lines`` are the lines of the
    file by path, as ``objective.years`` or ``position_limits 2.year``.
    """

    name: str = "The best position"
    objective: Objective = field(default_factory=Objective)
    interventions: tuple[str, ...] | None = None
    starts: Starts = ANY
    lowest: float = 1.0
    highest: float = 1.0
    choices: tuple[Choice, ...] = ()
    position_limits: tuple[PositionLimit, ...] = ()
    resource_limits: tuple[ResourceLimit, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    must_have: tuple[str, ...] = ()
    most_starts_a_year: int | None = None
    most_interventions: int | None = None
    one_more_position: float = field(default_factory=lambda: parameter("one_more_position"))
    one_more_resource: float = field(default_factory=lambda: parameter("one_more_resource"))
    one_more_count: float = field(default_factory=lambda: parameter("one_more_count"))
    file: str = "the question"
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def line(self, path: str) -> int | None:
        """The line of the file where something stands; None where it was not read from a file."""
        return self.lines.get(path)


DEFAULT = Question(
    name="The best position with no organisation worse off than in the plan as it stands",
    position_limits=(PositionLimit(EACH, "every", "as_it_stands"),),
)
"""What is asked when no question is given."""
