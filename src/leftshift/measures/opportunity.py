"""What reaching a level that others reach would be worth: never below nought, with an interval, and with what chance alone explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.parameters import parameter
from leftshift.measures.series import HIDDEN, Key, Point, Series, level_of
from leftshift.measures.targets.working_out import peer_level
from leftshift.place.place import Place

_Floats = NDArray[np.float64]
TWO_SIDED_95: Final = 1.959963984540054
REACHING: Final[Mapping[str, str]] = {
    "best_quartile": "best_quartile", "median": "peer_median", "best": "best_peer", "mean": "peer_mean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """The level of a body over a year, its standard error where its interval is known, and how many its denominator counts."""

    body: str
    level: float
    error: float | None
    denominator: float | None


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What it would be worth for a body to reach a level over a year.

    ``gap`` is how far it is behind, in the unit of the measure, never below nought; ``units`` what that comes to of what is counted, and
    ``pounds`` what that is worth; None where no denominator, or no value of one, is known. ``lower`` and ``upper`` are the 95% interval of
    ``units``: both the body and its peers are drawn within their own intervals. ``beyond_chance`` is the share of the gap that lies
    outside the body's own interval; None where that is not known.
    """

    measure: str
    of: str
    year_to: Period
    standing: Standing
    level: float
    peers: tuple[Standing, ...]
    gap: float
    units: float | None
    lower: float | None
    upper: float | None
    beyond_chance: float | None
    unit_value: float | None

    @property
    def pounds(self) -> float | None:
        """What it is worth in a year, in £."""
        return self._worth(self.units)

    @property
    def pounds_lower(self) -> float | None:
        """The lower end of that."""
        return self._worth(self.lower)

    @property
    def pounds_upper(self) -> float | None:
        """The upper end of that."""
        return self._worth(self.upper)

    def _worth(self, units: float | None) -> float | None:
        return None if units is None or self.unit_value is None else units * self.unit_value


def standing(series: Series, last: Period) -> Standing | None:
    """The level over the year that ends with a period, or over that period where it is a year or longer.

    None where a small number of that year is hidden: what is left would be too high.
    """
    start = _start(last)
    if any(point.withheld == HIDDEN and start < point.period.end <= last.end for point in series.points):
        return None
    points = _year(series, last)
    level = level_of(series, points)
    if level is None:
        return None
    return Standing(series.of, level, _error(points), _size_of_year(series, points))


def _size_of_year(series: Series, points: Sequence[Point]) -> float | None:
    """What the denominators of a year add up to; of counts as many as a year has periods, for each has a level."""
    if series.definition.kind.name == "count":
        return points[0].period.a_year  # of each period a level, over the multiplier, is how many
    known = [point.denominator for point in points if point.denominator is not None]
    return sum(known) / _share_of_year(points) if len(known) == len(points) else None


def _year(series: Series, last: Period) -> list[Point]:
    """The figures of the year that ends with a period, by the definition of the latest of them."""
    if last.kind == "year":
        point = series.by_period.get(last)
        return [point] if point and point.value is not None else []
    start = _start(last)
    found = [
        point
        for point in series.points
        if point.value is not None and start < point.period.end <= last.end and point.period.first > start
    ]
    return [point for point in found if point.version == found[-1].version]


def _start(last: Period) -> date:
    """The day a year before the last of a period."""
    is_leap_day = (last.end.month, last.end.day) == (2, 29)
    return date(last.end.year - 1, last.end.month, 28 if is_leap_day else last.end.day)


def _share_of_year(points: Sequence[Point]) -> float:
    """How much of a year some periods make up: what they count is brought up to a year."""
    return min(1.0, len(points) / points[0].period.a_year)


def _error(points: Sequence[Point]) -> float | None:
    """The standard error of the level of figures, out of their 95% intervals; None where one has none."""
    errors = [
        (point.upper - point.lower) / (2 * TWO_SIDED_95)
        for point in points
        if point.upper is not None and point.lower is not None
    ]
    if len(errors) < len(points):
        return None
    known = [point.denominator for point in points if point.denominator is not None]
    weights = known if len(known) == len(points) and sum(known) > 0 else [1.0] * len(points)
    return float(np.sqrt(np.sum(np.square(np.multiply(weights, errors))))) / sum(weights)


def opportunity(
    place: Place,
    series: Mapping[Key, Series],
    measure: str,
    of: str,
    reaching: str,
    *,
    level: float | None = None,
    unit_value: float | None = None,
) -> Opportunity | None:
    """What it would be worth to reach a level of the peers, or a stated one; None where there are no figures or too few peers.

    ``reaching`` is best_quartile, median, best or mean of the peers, or anything else with ``level``. Neither way is better: None.
    """
    own = series.get((measure, of))
    if own is None or not own.better:
        return None
    others = _peers(place, series, own) if level is None else []
    last = _shared(own, others) if level is None else own.latest.period if own.latest else None
    here = standing(own, last) if last else None
    if last is None or here is None:
        return None
    peers = tuple(found for other in others if (found := standing(other, last)))
    if level is None and len(peers) < parameter("fewest_peers"):
        return None
    draws = _draws(own, here, peers, reaching, level)
    aimed = _level(np.array([peer.level for peer in peers]), reaching, level, own.better)
    value = float(own.measure.unit_value) if own.measure.unit_value is not None else None
    return _opportunity(own, last, here, peers, aimed, draws, value if unit_value is None else unit_value)


def _peers(place: Place, series: Mapping[Key, Series], own: Series) -> list[Series]:
    group = own.measure.peers
    members = Bodies(place).peers(group) if group else ()
    named = [(own.measure.measure, member) for member in members if member != own.of]
    return [series[key] for key in named if key in series]


def _shared(own: Series, others: Sequence[Series]) -> Period | None:
    """The latest period in which the body and enough of its peers have a figure."""
    there = [period for period in own.by_period if own.value_at(period) is not None]
    counts = {period: sum(other.value_at(period) is not None for other in others) for period in there}
    enough = [period for period, count in counts.items() if count >= parameter("fewest_peers")]
    return max(enough, key=lambda period: (period.end, period.first), default=None)


def _level(peers: _Floats, reaching: str, level: float | None, better: int) -> float:
    return level if level is not None else float(peer_level(REACHING[reaching], peers, better))


def _draws(
    own: Series, here: Standing, peers: Sequence[Standing], reaching: str, level: float | None
) -> _Floats | None:
    """Gaps when body and peers are drawn within their own intervals [draw]; None where one of these is not known, and of the best.

    An extreme of noisy peers lies beyond the extreme of what they truly are: an interval of it would be too high.
    """
    if here.error is None or reaching == "best" or any(peer.error is None for peer in peers):
        return None
    draw = np.random.default_rng(int(parameter("seed_of_opportunity")))
    count = int(parameter("draws_of_opportunity"))
    mine = here.level + here.error * draw.standard_normal(count)
    if level is not None:
        return np.maximum(0.0, (level - mine) * own.better)
    levels = np.array([peer.level for peer in peers])
    errors = np.array([peer.error or 0.0 for peer in peers])
    theirs = levels + errors * draw.standard_normal((count, len(levels)))
    aimed = peer_level(REACHING[reaching], theirs, own.better)
    return np.maximum(0.0, (aimed - mine) * own.better)


def _opportunity(
    own: Series,
    last: Period,
    here: Standing,
    peers: tuple[Standing, ...],
    aimed: float,
    draws: _Floats | None,
    unit_value: float | None,
) -> Opportunity:
    gap = max(0.0, (aimed - here.level) * own.better)
    size = None if here.denominator is None else here.denominator / own.definition.multiplier
    ends = [None, None] if draws is None else np.quantile(draws, (0.025, 0.975)).tolist()
    certain = None
    if here.error is not None and gap:
        certain = max(0.0, gap - TWO_SIDED_95 * here.error) / gap
    units, lower, upper = (None if size is None or found is None else found * size for found in (gap, *ends))
    return Opportunity(
        measure=own.measure.measure,
        of=own.of,
        year_to=last,
        standing=here,
        level=aimed,
        peers=peers,
        gap=gap,
        units=units,
        lower=lower,
        upper=upper,
        beyond_chance=certain,
        unit_value=unit_value,
    )
