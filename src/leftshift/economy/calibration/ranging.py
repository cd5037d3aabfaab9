"""How far estimates and positions may move while the same totals are met: what calibration cannot determine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Floats, name_of
from leftshift.economy.calibration.extremes import ends, organisations, quantities
from leftshift.economy.calibration.moving import Totals
from leftshift.economy.preparing import percent_setting, prepare
from leftshift.economy.projecting import Projection, project
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place


@dataclass(frozen=True)
class Range:
    """The lowest and highest value, £000, that meets the same totals."""

    low: float
    high: float
    is_determined: bool

    @property
    def width(self) -> float:
        """Highest less lowest, £000."""
        return self.high - self.low

    def document(self) -> dict[str, float | bool]:
        """As plain values, for JSON."""
        return {"low": self.low, "high": self.high, "determined": self.is_determined}


@dataclass(frozen=True)
class Ranges:
    """The ranges of what calibration can move; what it cannot move is not listed.

    ``estimates`` by row (``contract C01``), ``positions`` with the plan by organisation and year, £000.
    ``distance`` is how far an estimate was let go, and ``widest`` how wide a range still counts as
    determined, both shares. ``largest_miss`` is by how much, £000, any end misses a total beyond half of its
    last digit.
    """

    estimates: Mapping[str, Range]
    positions: Mapping[str, Mapping[FinancialYear, Range]]
    distance: float
    widest: float
    largest_miss: float

    @property
    def undetermined_estimates(self) -> tuple[str, ...]:
        """The rows whose range is wide."""
        return tuple(name for name, found in self.estimates.items() if not found.is_determined)

    def years(self, *, determined: bool) -> dict[str, tuple[FinancialYear, ...]]:
        """Organisation to the years in which its position is, or is not, determined."""
        found = {
            code: tuple(year for year, range_ in by_year.items() if range_.is_determined == determined)
            for code, by_year in self.positions.items()
        }
        return {code: years for code, years in found.items() if years}

    def sentence(self) -> str:
        """What the totals determine of what rests on estimates, and what they do not."""
        wide = self.undetermined_estimates
        narrow = tuple(name for name in self.estimates if name not in wide)
        settled = [
            *([f"all {len(narrow)} estimates"] if narrow and not wide else narrow),
            *_positions(self.years(determined=True)),
        ]
        left_open = [
            *([f"any of the {len(wide)} estimates"] if len(wide) > 1 and not narrow else wide),
            *_positions(self.years(determined=False)),
        ]
        if not left_open:
            return "The totals determine every estimate, and every position that rests on one."
        return f"The totals determine {_listed(settled) or 'nothing'}. They do not determine {_listed(left_open, 'or')}."


def _positions(years: Mapping[str, tuple[FinancialYear, ...]]) -> list[str]:
    """The positions of organisations in words, those with the same years together."""
    together: dict[tuple[FinancialYear, ...], list[str]] = {}
    for code, found in years.items():
        together.setdefault(found, []).append(code)
    return [
        f"the position{'s' if len(codes) > 1 else ''} of {_listed(codes)} in {_spans(found)}"
        for found, codes in together.items()
    ]


def _listed(parts: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _spans(years: tuple[FinancialYear, ...]) -> str:
    """Years in words, runs of them as ``2014/15 to 2018/19``."""
    runs: list[list[FinancialYear]] = []
    for year in years:
        if runs and runs[-1][-1].plus(1) == year:
            runs[-1].append(year)
        else:
            runs.append([year])
    spans = [[f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(year) for year in run] for run in runs]
    return _listed([words for span in spans for words in span])


def ranges_around(totals: Totals, change: Floats, calibrated: Place) -> Ranges:
    """The ranges around a change [estimate] that meets the totals; ``calibrated`` holds it in whole pounds.

    An estimate stays within the setting ``calibration_range`` of what it was estimated to be; where
    calibration moved it further, it reaches as far as that.
    """
    place = totals.economy.place
    distance, widest = (percent_setting(place, name) for name in ("calibration_range", "calibration_width"))
    if not len(totals.movable):
        return Ranges({}, {}, distance, widest, largest_miss=0.0)
    found = ends(totals, change, distance=distance)
    now = project(prepare(calibrated))
    central = quantities(totals, now)[0][found.quantity]
    low = np.minimum(found.values.min(axis=0), central)
    high = np.maximum(found.values.max(axis=0), central)
    narrow = high - low <= widest * _sizes(totals, now)[found.quantity]
    ranges = {
        int(at): Range(float(low[row]), float(high[row]), bool(narrow[row]))
        for row, at in enumerate(found.quantity)
    }
    miss = max(0.0, float(found.miss.max(initial=0.0)))
    return Ranges(_of_estimates(totals, ranges), _of_positions(totals, ranges), distance, widest, miss)


def _sizes(totals: Totals, projection: Projection) -> Floats:
    """What a width is held against [quantity], £000: the estimate, and the turnover of an organisation in the year.

    Turnover is what comes in before interventions; what goes out, where nothing comes in.
    """
    flows, size = projection.economy.flows, len(projection.economy.nodes)
    earned, spent = (
        np.stack([np.bincount(node, year, size) for year in projection.flows[0]])
        for node in (flows.payee, flows.payer)
    )
    turnover = np.where(earned > 0, earned, spent)[:, organisations(projection.economy)]
    return np.concatenate([totals.estimates, turnover.ravel()])


def _of_estimates(totals: Totals, ranges: Mapping[int, Range]) -> dict[str, Range]:
    names = [name_of(totals.economy.flows.rows[at]) for at in totals.movable]
    return {name: ranges[at] for at, name in enumerate(names)}


def _of_positions(totals: Totals, ranges: Mapping[int, Range]) -> dict[str, dict[FinancialYear, Range]]:
    economy, first = totals.economy, len(totals.movable)
    codes = [economy.nodes[at] for at in organisations(economy)]
    positions: dict[str, dict[FinancialYear, Range]] = {}
    for at in sorted(ranges.keys() - range(first)):
        year, organisation = divmod(at - first, len(codes))
        positions.setdefault(codes[organisation], {})[economy.years[year]] = ranges[at]
    return dict(sorted(positions.items()))
