"""From a row of the place forward: every figure that it feeds, with how much of it.

A row feeds a figure with a *part* (a first value, a rate, an effect: the parts of all rows sum to the
figure), or it *scales* one: a share of a rule, a form of contract, a start, a setting. What is scaled is
the whole amount that runs through it, so what scales is never added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Flags, Floats, name_of
from leftshift.economy.drivers import drivers_of
from leftshift.economy.explanations.terms import Figure
from leftshift.economy.explanations.tracing import BY_RATE, VOLUME, Tracing
from leftshift.economy.growth import CAUSES, Cause
from leftshift.economy.legs import LEGS
from leftshift.economy.projecting import Projection, sum_into
from leftshift.place import rows
from leftshift.place.rows import UNATTRIBUTED, Row

How = Literal["part", "scales"]
_Item = tuple[str, str]  # the name of a figure and of its item
_Table = tuple[
    list[tuple[str, str, str]], Floats
]  # name, organisation and item of each column; [year, column]
_NOTHING = 5e-7  # £000: less than a tenth of a penny is noise of sums


@dataclass(frozen=True)
class Fed:
    """A figure, and how much of it comes from a row or runs through it; £000."""

    figure: Figure
    amount: float
    how: How


@dataclass(frozen=True)
class _Movements:
    """Some of the money of a run: first values and growth of flows, effects [year, …]."""

    first: Floats
    causes: dict[Cause, Floats]
    legs: Floats
    stated: Floats
    share: Floats | None = None  # [node]: of the perimeter, where it is not the place's own
    spent: Floats | None = None  # [year, allocation]: money spent again, where it is not a share of the flows


@dataclass(frozen=True)
class Feeding:
    """Answers what a row feeds."""

    tracing: Tracing

    @property
    def economy(self) -> Economy:
        """The arrays that were projected."""
        return self.tracing.economy

    def figures(self, row: Row) -> tuple[Fed, ...]:
        """Every figure that a row feeds, largest first; empty when it feeds none, as a published figure does."""
        part, scaled = self._part(row), self._scaled(row)
        found: list[Fed] = []
        if part is not None:
            found += self._fed(part, "part")
        if scaled is not None:
            found += self._fed(scaled, "scales")
        return tuple(sorted(found, key=lambda fed: (-abs(fed.amount), fed.figure)))

    # ------------------------------------------------------------------ parts
    def _nothing(self) -> _Movements:
        shape = self.economy.flows.price.shape
        years = shape[0]
        return _Movements(
            np.zeros(shape),
            {cause: np.zeros(shape) for cause in CAUSES},
            np.zeros((years, len(self.economy.legs.effect))),
            np.zeros((years, len(self.economy.stated.intervention))),
        )

    def _part(self, row: Row) -> _Movements | None:
        found = self._nothing()
        match row:
            case rows.Contract() | rows.Line():
                at = [number for number, flow in enumerate(self.economy.flows.rows) if flow is row]
                found.first[:, at] = self.economy.flows.base[at]
            case rows.Assumption() | rows.Derivation():
                return self._by_rates(self._rates_from(row), self._outcomes_from(row))
            case rows.Effect():
                mine = self._legs_of(lambda effect: effect is row)
                found.legs[:, mine] = self.tracing.leg_sizes[:, mine]
            case rows.StatedEffect():
                for posting, entries in enumerate(self.tracing.stated_rows):
                    for entry, amounts in entries:
                        if entry is row:
                            found.stated[:, posting] += amounts
            case _:
                return None
        return found

    def _rates_from(self, row: Row) -> Floats:
        """What of each rate comes from a row [year, key]."""
        found = np.zeros_like(self.tracing.rates)
        for number, year, share in self._leaves.get(id(row), ()):
            found[year, number] += share
        return found

    @cached_property
    def _leaves(self) -> dict[int, list[tuple[int, int, float]]]:
        found: dict[int, list[tuple[int, int, float]]] = {}
        for number, key in enumerate(self.tracing.keys):
            for year, leaves in enumerate(self.tracing.sources.leaves(*key)):
                for row, share in leaves:
                    found.setdefault(id(row), []).append((number, year, share))
        return found

    def _outcomes_from(self, row: Row) -> Floats:
        """What of the growth by outcomes belongs to a row [year, flow]."""
        added = self.tracing.growth.by_cause["outcome"]
        found = np.zeros_like(added)
        keys = self.tracing.columns.keys["outcome"]
        for at in np.flatnonzero(keys[: added.shape[1]] >= 0):
            for year, leaves in enumerate(self.tracing.sources.leaves(*self.tracing.keys[keys[at]])):
                whole = sum(share for _, share in leaves)
                for entry, share in leaves:
                    if entry is row:
                        found[year, at] += added[year, at] * (share / whole if whole else 1 / len(leaves))
        return found

    def _by_rates(self, rates: Floats, outcomes: Floats) -> _Movements:
        """What rates [year, key] add to everything that grows by them."""
        tracing, flows = self.tracing, self.economy.flows
        added: dict[Cause, Floats] = {}
        for cause in BY_RATE:
            keys = tracing.columns.keys[cause]
            own = np.where(keys >= 0, rates[:, np.maximum(keys, 0)], 0.0) if rates.shape[1] else 0.0
            added[cause] = own * tracing.slopes[cause]
            if cause in VOLUME:
                added[cause] = added[cause] + self._through_activity(rates, cause)
        count = len(flows.rows)
        found = self._nothing()
        causes = {cause: whole[:, :count] for cause, whole in added.items()} | {"outcome": outcomes}
        grown = np.cumsum(sum(whole[:, count:] for whole in added.values()), axis=0)
        at = self.economy.effects.price_year[self.economy.legs.effect]
        since = grown - grown[at, np.arange(grown.shape[1])]
        return _Movements(found.first, causes, tracing.leg_sizes * since, found.stated)

    def _through_activity(self, rates: Floats, cause: Cause) -> Floats:
        tracing, growth, flows = self.tracing, self.tracing.growth, self.economy.flows
        contracts = growth.paid_contracts
        keys = tracing.columns.keys[cause][contracts]
        mine = np.where(keys >= 0, rates[:, np.maximum(keys, 0)], 0.0) * growth.weights
        other = flows.other if cause == "demography" else flows.demographic
        size, payers = len(self.economy.nodes), flows.payer[tracing.columns.volume_of]
        single = sum_into(flows.payee[contracts], mine, size)[:, payers]
        pair = sum_into(flows.payee[contracts], mine * other[:, contracts], size)[:, payers]
        follows = growth.follows[:, tracing.columns.volume_of]
        found: Floats = single * tracing.activity_slopes + pair * tracing.pair_slopes * follows
        return found

    # ------------------------------------------------------------------ what is scaled
    def _scaled(self, row: Row) -> _Movements | None:
        economy = self.economy
        match row:
            case rows.RuleShare():
                return self._only(legs=self._legs_of_share(row))
            case rows.Intervention():
                return self._only(interventions={row.intervention})
            case rows.ProfilePoint():
                users = {
                    entry.intervention for entry in economy.interventions if entry.profile == row.profile
                }
                return self._only(interventions=users)
            case rows.Form():
                named = [
                    isinstance(flow, rows.Contract) and flow.form == row.form for flow in economy.flows.rows
                ]
                return self._only(flows=np.array(named, dtype=np.bool_))
            case rows.Service():
                named = [flow.service == row.service for flow in economy.flows.rows]
                return self._only(flows=np.array(named, dtype=np.bool_))
            case rows.Membership() if row.perimeter == economy.place.perimeter:
                share = economy.share * np.array([node == row.organisation for node in economy.nodes])
                return self._only(everything=True, share=share)
            case rows.Contract() | rows.Line():
                return self._only(legs=self._legs_of_percent(row))
            case rows.Assumption() | rows.Derivation():
                return self._weighed_by(row)
            case rows.Setting() if row.setting == "non_recurrent_spend":
                return replace(self._nothing(), spent=self.tracing.projection.spent_again[0])
        return None

    def _weighed_by(self, row: Row) -> _Movements | None:
        """What runs through a row that weighs the parts of rates, or through a formula."""
        rates = np.zeros_like(self.tracing.rates)
        for number, year, share in self._weighing.get(id(row), ()):
            rates[year, number] += share
        return self._by_rates(rates, self._outcomes_from(row) * 0.0) if rates.any() else None

    @cached_property
    def _weighing(self) -> dict[int, list[tuple[int, int, float]]]:
        found: dict[int, list[tuple[int, int, float]]] = {}
        for number, key in enumerate(self.tracing.keys):
            for year, source in enumerate(self.tracing.sources.of(*key)):
                for row, share in source.scaling() if source else ():
                    found.setdefault(id(row), []).append((number, year, share))
        return found

    def _legs_of(self, chosen: object) -> Codes:
        assert callable(chosen)
        effects = self.economy.effects.rows
        hit = np.array([bool(chosen(effects[at])) for at in self.economy.legs.effect], dtype=np.bool_)
        found: Codes = np.flatnonzero(hit)
        return found

    def _legs_of_share(self, row: rows.RuleShare) -> Codes:
        def takes(effect: rows.Effect) -> bool:
            return effect.rule == row.rule and getattr(effect, row.share) is None

        uses = {leg.share for leg in LEGS[row.rule]}
        return self._legs_of(takes) if row.share in uses else np.zeros(0, dtype=np.int64)

    def _legs_of_percent(self, row: Row) -> Codes:
        def takes(effect: rows.Effect) -> bool:
            named = effect.contract if isinstance(row, rows.Contract) else effect.line
            own = getattr(row, "contract" if isinstance(row, rows.Contract) else "line")
            return effect.percent is not None and named == own

        return self._legs_of(takes)

    def _only(
        self,
        *,
        flows: Flags | None = None,
        legs: Codes | None = None,
        interventions: set[str] | None = None,
        everything: bool = False,
        share: Floats | None = None,
    ) -> _Movements | None:
        """Some of the run as it is; None where that is nothing."""
        economy, growth, projection = self.economy, self.tracing.growth, self.tracing.projection
        keep_flows = np.full(len(economy.flows.rows), everything) if flows is None else flows
        keep_legs = np.full(len(economy.legs.effect), everything)
        keep_stated = np.full(len(economy.stated.intervention), everything)
        if legs is not None:
            keep_legs[legs] = True
        if interventions is not None:
            mine = np.array(
                [row.intervention in interventions for row in economy.interventions], dtype=np.bool_
            )
            keep_legs, keep_stated = mine[economy.legs.intervention], mine[economy.stated.intervention]
        if not (keep_flows.any() or keep_legs.any() or keep_stated.any()):
            return None
        return _Movements(
            np.broadcast_to(economy.flows.base, economy.flows.price.shape) * keep_flows,
            {cause: added * keep_flows for cause, added in growth.by_cause.items()},
            projection.by_rule[0] * keep_legs,
            projection.by_statement * keep_stated,
            share,
        )

    # ------------------------------------------------------------------ figures
    def _fed(self, moved: _Movements, how: How) -> Iterator[Fed]:
        projection = self._project(moved)
        totals = {
            ("position", ""): projection.with_plan[0],
            ("do_nothing_position", ""): projection.do_nothing[0],
            ("impact", ""): projection.moved_by("plan")[0],
        }
        by_driver = drivers_of(projection, moved.first, moved.causes)
        totals |= {("driver", name): found for name, found in by_driver.items()}
        share = self.economy.share if moved.share is None else moved.share
        found = self._of_perimeter(projection, totals, share)
        if moved.share is None:
            found += self._of_bodies(projection, totals)
        years = self.economy.years
        for names, amounts in found:
            is_fed = np.abs(amounts) > _NOTHING
            at, columns = (found.tolist() for found in np.nonzero(is_fed))
            for year, column, amount in zip(at, columns, amounts[is_fed].tolist(), strict=True):
                name, organisation, item = names[column]
                yield Fed(Figure(name, years[year], organisation, item), amount, how)

    def _of_perimeter(
        self, projection: Projection, totals: Mapping[_Item, Floats], share: Floats
    ) -> list[_Table]:
        economy = self.economy
        attributed = share * np.array([node != UNATTRIBUTED for node in economy.nodes])
        names = [(name, "", item) for name, item in totals]
        columns = [found @ (attributed if name == "impact" else share) for (name, _), found in totals.items()]
        names.append(("gap", "", ""))
        columns.append(-(projection.do_nothing[0] @ share))
        bridge = projection.weighed(share)[0]
        for step, mine in self._steps.items():
            names.append(("bridge", "", step))
            columns.append(bridge[:, mine].sum(axis=1))
        of_each = [("impact", "", row.intervention) for row in economy.interventions]
        return [(names, np.stack(columns, axis=1)), (of_each, projection.weighed(attributed)[0])]

    @cached_property
    def _steps(self) -> Mapping[str, list[int]]:
        """Steps of the bridge, empty for the whole of it, to the interventions of each."""
        planned = [(at, row.step) for at, row in enumerate(self.economy.interventions) if row.stage == "plan"]
        return {
            item: [at for at, step in planned if item in {"", step}]
            for item in ("", *sorted({step for _, step in planned}))
        }

    def _of_bodies(self, projection: Projection, totals: Mapping[_Item, Floats]) -> list[_Table]:
        holders, cells = self._holders, self._cells_of_holders
        codes = [self.economy.nodes[node] for node in holders]
        tables = [
            ([(name, code, item) for code in codes], found[:, holders])
            for (name, item), found in totals.items()
        ]
        return [*tables, (self._impacts, projection.touched[0][:, cells])]

    @cached_property
    def _holders(self) -> Codes:
        """The nodes that hold positions."""
        codes = {row.code for row in self.economy.place.organisations} | {UNATTRIBUTED}
        found: Codes = np.flatnonzero(np.array([node in codes for node in self.economy.nodes]))
        return found

    @cached_property
    def _cells_of_holders(self) -> Codes:
        found: Codes = np.flatnonzero(np.isin(self.economy.cells.node, self._holders))
        return found

    @cached_property
    def _impacts(self) -> list[tuple[str, str, str]]:
        economy, mine = self.economy, self._cells_of_holders
        cells = zip(economy.cells.node[mine], economy.cells.intervention[mine], strict=True)
        return [("impact", economy.nodes[node], economy.interventions[at].intervention) for node, at in cells]

    def _project(self, moved: _Movements) -> Projection:
        """The movements as a projection: all figures are sums, so they work on a part as they do on the whole."""
        economy, run = self.economy, self.tracing.projection
        flows = economy.flows
        grown = sum(np.cumsum(added, axis=0) for added in moved.causes.values())
        paid = np.where(flows.runs, moved.first + grown, 0.0)
        spent = paid[:, flows.spent_again] * flows.spent_share
        spent[0] = 0.0
        if moved.spent is not None:
            spent = moved.spent
        legs = moved.legs[None]
        return Projection(
            economy, paid[None], paid[None], spent[None], legs, legs, moved.stated, run.volume, run.price
        )


def described(row: Row) -> str:
    """A row of a place in a few words."""
    for kind, words in _WORDS.items():
        if isinstance(row, kind):
            return words(row)
    return row.origin.file.removesuffix(".csv")


def _spaced(name: str) -> str:
    return name.replace("_", " ")


_WORDS: Mapping[type[Row], Callable[[Any], str]] = {
    rows.Contract: name_of,
    rows.Line: name_of,
    rows.Assumption: lambda row: (
        f"{_spaced(row.assumption)} of {row.organisation}" + (f" {row.year}" if row.year else "")
    ),
    rows.Derivation: lambda row: f"{_spaced(row.assumption)} = {_spaced(row.formula)}",
    rows.Intervention: lambda row: str(row.name),
    rows.Service: lambda row: str(row.name),
    rows.Organisation: lambda row: str(row.name),
    rows.RuleShare: lambda row: f"{_spaced(row.share)} of {_spaced(row.rule)}",
    rows.Form: lambda row: f"form of contract {row.form}",
    rows.ProfilePoint: lambda row: f"profile {row.profile}, {row.period}",
    rows.Membership: lambda row: f"{row.organisation} in the perimeter {row.perimeter}",
    rows.Setting: lambda row: f"setting {_spaced(row.setting)}",
    rows.Effect: lambda row: f"effect {row.effect} of {row.intervention}",
    rows.StatedEffect: lambda row: f"{_spaced(row.intervention)}: {row.organisation} {row.year}",
}
