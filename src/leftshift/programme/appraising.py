"""Option appraisal: weighed scores of several people, their spread, the ranking, and how firm it is.

A score counts unless its scorer has a conflict of interest, is none of the appraisal's, or gave what is off the scale. An option's score of a criterion is the mean of those that
count; where there is none, the option is not ranked and the answer says what is missing. Equal totals share a rank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, pstdev
from typing import Any

import numpy as np
import numpy.typing as npt

from leftshift.programme.boards.interests import stood_on
from leftshift.programme.boards.rows import name_key, names_in
from leftshift.programme.choice_rows import Appraisal, Conflict, Criterion, Option, Score
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme

Floats = npt.NDArray[np.float64]
_LIKE = 1e-9  # two totals this close are equal: sums of the same numbers in another order


class NoWeights(ValueError):
    """An appraisal in which nothing counts: it has no criterion, or every weight is 0."""


@dataclass(frozen=True)
class Cell:
    """An option by a criterion: the mean of what counts, its spread, and the scores that do not count."""

    option: str
    criterion: str
    counted: tuple[Score, ...]
    excluded: tuple[Score, ...]

    @property
    def mean(self) -> float | None:
        """The mean; None where no score counts."""
        return fmean(float(row.score) for row in self.counted) if self.counted else None

    @property
    def low(self) -> float | None:
        """The lowest score that counts."""
        return min((float(row.score) for row in self.counted), default=None)

    @property
    def high(self) -> float | None:
        """The highest score that counts."""
        return max((float(row.score) for row in self.counted), default=None)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of the scores that count; None where fewer than two do."""
        return pstdev([float(row.score) for row in self.counted]) if len(self.counted) > 1 else None


@dataclass(frozen=True)
class Ranked:
    """An option with its total, on the scale of the scores, and its rank; ``tied`` are those with the same total."""

    option: Option
    total: float | None
    rank: int | None
    tied: tuple[str, ...]
    why_not: str

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "option": self.option.option,
            "name": self.option.name,
            "total": self.total,
            "rank": self.rank,
            "tied_with": list(self.tied),
            "not_ranked_because": self.why_not or None,
        }


@dataclass(frozen=True)
class Tried:
    """Weights that were changed, and which options then come first."""

    what: str
    first: tuple[str, ...]


@dataclass(frozen=True)
class Appraised:
    """An appraisal worked out."""

    appraisal: Appraisal
    criteria: tuple[Criterion, ...]
    options: tuple[Option, ...]
    cells: Mapping[tuple[str, str], Cell]
    conflicts: tuple[Conflict, ...]

    @cached_property
    def weights(self) -> Floats:
        """Weights that sum to 1. Raises NoWeights."""
        given = np.array([float(row.weight) for row in self.criteria])
        if not len(given) or given.sum() <= 0:
            raise NoWeights(f"{self.appraisal.name}: every criterion weighs 0, so nothing can be ranked")
        whole: Floats = given / given.sum()
        return whole

    @cached_property
    def _weighing(self) -> list[int]:
        """Positions of the criteria that weigh something: the others take no part, under no weights."""
        return [at for at, weight in enumerate(self.weights) if weight > 0]

    @cached_property
    def ranking(self) -> tuple[Ranked, ...]:
        """Every option, the best first, those that cannot be ranked last. Raises NoWeights."""
        totals = {row.option: self._total(row) for row in self.options}
        found = [self._ranked(row, totals) for row in self.options]
        return tuple(sorted(found, key=lambda row: (row.rank is None, row.rank or 0, row.option.option)))

    def _total(self, option: Option) -> tuple[float | None, str]:
        if option.excluded:
            return None, f"excluded: {option.excluded}"
        weighing = [self.criteria[at] for at in self._weighing]
        means = [self.cell(option.option, row.criterion).mean for row in weighing]
        missing = [row.name for row, mean in zip(weighing, means, strict=True) if mean is None]
        if missing:
            return None, f"no score counts for {', '.join(missing)}"
        return float(np.dot(self.weights[self._weighing], [mean or 0.0 for mean in means])), ""

    def _ranked(self, row: Option, totals: Mapping[str, tuple[float | None, str]]) -> Ranked:
        total, why = totals[row.option]
        if total is None:
            return Ranked(row, None, None, (), why)
        others = {name: found[0] for name, found in totals.items() if found[0] is not None}
        better = sum(other > total + _LIKE for other in others.values())
        tied = tuple(
            sorted(
                name for name, other in others.items() if name != row.option and abs(other - total) <= _LIKE
            )
        )
        return Ranked(row, total, better + 1, tied, "")

    def cell(self, option: str, criterion: str) -> Cell:
        """An option by a criterion."""
        return self.cells.get((option, criterion), Cell(option, criterion, (), ()))

    @property
    def first(self) -> tuple[str, ...]:
        """The options that come first: several where they tie; none where nothing can be ranked."""
        return tuple(row.option.option for row in self.ranking if row.rank == 1)

    @cached_property
    def _matrix(self) -> tuple[tuple[str, ...], Floats]:
        """Ranked options, and their means by each criterion that weighs something."""
        names = tuple(row.option.option for row in self.ranking if row.rank is not None)
        weighing = [self.criteria[at].criterion for at in self._weighing]
        values = [[self.cell(name, criterion).mean or 0.0 for criterion in weighing] for name in names]
        return names, np.array(values, dtype=np.float64).reshape(len(names), len(weighing))

    def _first_under(self, weights: Floats) -> tuple[str, ...]:
        """What comes first under weights of the criteria that weigh something."""
        names, values = self._matrix
        if not names or weights.sum() <= 0:
            return ()
        totals = values @ (weights / weights.sum())
        return tuple(name for name, total in zip(names, totals, strict=True) if total >= totals.max() - _LIKE)

    @cached_property
    def tried(self) -> tuple[Tried, ...]:
        """Which options come first when one weight is moved up and down, left out, or all are equal."""
        change = parameter("weight_change")
        own = self.weights[self._weighing]
        found = [Tried("Equal weights", self._first_under(np.ones(len(own))))]
        for at, row in enumerate(self.criteria[position] for position in self._weighing):
            for factor, said in ((1 + change, "more"), (1 - change, "less")):
                weights = own.copy()
                weights[at] *= factor
                found.append(Tried(f"{row.name}: {change:.0%} {said} weight", self._first_under(weights)))
            weights = own.copy()
            weights[at] = 0.0
            if weights.sum() > 0:
                found.append(Tried(f"{row.name} left out", self._first_under(weights)))
        return tuple(found)

    @property
    def holds_in(self) -> int:
        """In how many of the changes that were tried the same options come first."""
        return sum(row.first == self.first for row in self.tried)

    def stability(self, seed: int, draws: int | None = None) -> Mapping[str, float]:
        """Option to the share of random weights under which it comes first; ties share. The same seed gives the same.

        Weights of the criteria that weigh something are drawn evenly over all that sum to 1: nothing is assumed of
        which matters more.
        """
        names, values = self._matrix
        if not names:
            return {}
        count = draws or int(parameter("weight_draws"))
        weights = np.random.default_rng(seed).dirichlet(np.ones(len(self._weighing)), size=count)
        totals = weights @ values.T
        is_first = totals >= totals.max(axis=1, keepdims=True) - _LIKE
        shares = (is_first / is_first.sum(axis=1, keepdims=True)).mean(axis=0)
        return dict(zip(names, shares.tolist(), strict=True))

    @property
    def departs(self) -> str:
        """What has to be said where another option was chosen than the ranking has first; empty where nothing."""
        chosen = self.appraisal.chosen
        if not chosen or chosen in self.first:
            return ""
        return self.appraisal.because or "no reason is recorded"

    def document(self, seed: int) -> dict[str, Any]:
        """As plain values."""
        return {
            "appraisal": self.appraisal.appraisal,
            "name": self.appraisal.name,
            "weights": {
                row.criterion: float(weight) for row, weight in zip(self.criteria, self.weights, strict=True)
            },
            "ranking": [row.document() for row in self.ranking],
            "first": list(self.first),
            "holds_in": self.holds_in,
            "tried": len(self.tried),
            "stability": dict(self.stability(seed)),
            "chosen": self.appraisal.chosen or None,
            "departs_because": self.departs or None,
            "excluded": [
                {"scorer": row.scorer, "option": row.option or None, "kind": row.kind, "what": row.what}
                for row in self.conflicts
            ],
        }


def appraise(programme: Programme, name: str) -> Appraised:
    """An appraisal worked out. Raises LookupError."""
    found = next((row for row in programme.appraisals if row.appraisal == name), None)
    if found is None:
        raise LookupError(f"the programme has no appraisal {name}")
    own = [row for row in programme.scores if row.appraisal == name]
    conflicts = (
        *(row for row in programme.conflicts if row.appraisal == name),
        *_in_register(programme, found),
    )
    scorers = {row.scorer for row in programme.scorers if row.appraisal == name}
    cells: dict[tuple[str, str], tuple[list[Score], list[Score]]] = {}
    for row in own:
        counted, excluded = cells.setdefault((row.option, row.criterion), ([], []))
        is_valid = row.scorer in scorers and 0 <= row.score <= found.most
        counts = is_valid and not is_excluded(row.scorer, row.option, conflicts)
        (counted if counts else excluded).append(row)
    return Appraised(
        found,
        tuple(row for row in programme.criteria if row.appraisal == name),
        tuple(row for row in programme.options if row.appraisal == name),
        {key: Cell(*key, tuple(counted), tuple(excluded)) for key, (counted, excluded) in cells.items()},
        conflicts,
    )


def _in_register(programme: Programme, found: Appraisal) -> Iterator[Conflict]:
    """Conflicts that nobody declared here, of scorers who are members of a board: what its register of interests says."""
    options = [row for row in programme.options if row.appraisal == found.appraisal]
    for scorer in programme.scorers:
        if scorer.appraisal != found.appraisal or not scorer.member:
            continue
        for interest in programme.interests:
            if interest.member != scorer.member or not stood_on(interest, found.held_on or interest.since):
                continue
            names = names_in(interest.concerns)
            concerned = [row.option for row in options if names & {name_key(row.option), name_key(row.name)}]
            whole = [""] if names & {name_key(found.appraisal), name_key(found.name)} else []
            for option in [*concerned, *whole]:
                yield Conflict(
                    appraisal=found.appraisal, scorer=scorer.scorer, option=option, kind=interest.kind,
                    what="withheld as sensitive" if interest.sensitive else interest.what,
                    declared_on=interest.declared_on or interest.since, source=interest.source, basis=interest.basis, origin=interest.origin,
                )  # fmt: skip


def is_excluded(scorer: str, option: str, conflicts: Sequence[Conflict]) -> bool:
    """Whether a conflict of interest keeps a scorer from scoring an option."""
    return any(row.scorer == scorer and row.option in {"", option} for row in conflicts)
