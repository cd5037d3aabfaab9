"""Why a figure is what it is: a tree whose every branch sums to its root, down to rows of files.

Branches are worked out when they are opened, so that any figure of a large place opens at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Floats
from leftshift.economy.explanations.rate_sources import RateSource
from leftshift.economy.explanations.terms import Figure, Some, Terms, terms_of
from leftshift.economy.explanations.tracing import VOLUME, Tracing
from leftshift.economy.explanations.words import Found, Words, rests_of_flow, rests_of_leg, words_of_leg
from leftshift.economy.growth import CAUSES, Cause
from leftshift.economy.projecting import in_stage
from leftshift.foundation.sources import Basis, Origin
from leftshift.place.rows import UNATTRIBUTED

Kind = Literal[
    "figure", "group", "organisation", "flow", "first value", "rate", "intervention", "effect", "money spent"
]
_NOTHING = 5e-7  # £000: less than a tenth of a penny is noise of sums


@dataclass(frozen=True)
class Rest:
    """What a branch rests on without being a part of it: a share of a rule, a start, a form of contract."""

    words: str
    origin: Origin
    source: str
    basis: Basis


@dataclass(frozen=True)
class Explained:
    """A branch: what, how much (£000), how it is worked out, and where it stands. Its children sum to it.

    A branch without children is a part that belongs to one row: ``origin`` names its file and row.
    """

    label: str
    amount: float
    kind: Kind
    detail: str = ""
    origin: Origin = field(default_factory=Origin)
    source: str = ""
    basis: Basis | None = None
    figure: Figure | None = None
    open: Callable[[], Iterable[Explained]] | None = field(default=None, repr=False, compare=False)
    rests: Callable[[], Iterable[Found]] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rests_on(self) -> tuple[Rest, ...]:
        """What it rests on without its being a part of it."""
        return tuple(Rest(*found) for found in self.rests()) if self.rests else ()

    @cached_property
    def children(self) -> tuple[Explained, ...]:
        """The parts, in the order of the model; empty at the end of a branch."""
        return tuple(self.open()) if self.open else ()

    def leaves(self) -> Iterator[Explained]:
        """The ends of all branches."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def document(self, depth: int = 99) -> dict[str, Any]:
        """The tree as plain values, so many levels deep."""
        return {
            "label": self.label,
            "amount": self.amount,
            "kind": self.kind,
            "detail": self.detail,
            "file": self.origin.file,
            "row": self.origin.row,
            "source": self.source,
            "basis": self.basis,
            "rests_on": [
                {"words": rest.words, "file": rest.origin.file, "row": rest.origin.row, "source": rest.source}
                for rest in self.rests_on
            ],
            "children": [child.document(depth - 1) for child in self.children] if depth > 0 else [],
        }


@dataclass(frozen=True)
class Explaining:
    """Opens the figures of a run."""

    tracing: Tracing

    @property
    def economy(self) -> Economy:
        """The arrays that were projected."""
        return self.tracing.economy

    @cached_property
    def words(self) -> Words:
        """Names as people use them."""
        return Words(self.economy)

    @cached_property
    def _so_far(self) -> Floats:
        """First values, and what each cause has added by a year [year, 1 + cause, flow]."""
        added = self.tracing.growth.by_cause
        first = np.broadcast_to(self.economy.flows.base, self.economy.flows.price.shape)
        found: Floats = np.stack([first, *(np.cumsum(added[cause], axis=0) for cause in CAUSES)], axis=1)
        return found

    def explain(self, figure: Figure) -> Explained:
        """The tree of a figure, one that ``check_figure`` has let pass."""
        terms = terms_of(self.economy, figure)
        return Explained(
            self.words.figure(figure),
            self.amount(terms),
            "figure",
            figure=figure,
            open=lambda: self._parts(figure, terms),
        )

    # ------------------------------------------------------------------ amounts
    def amount(self, terms: Terms) -> float:
        """The figure that some terms make, £000."""
        again = terms.again.weight @ self.tracing.projection.spent_again[0, terms.year, terms.again.at]
        kinds = ((terms.flows, self._of_flows), (terms.legs, self._of_legs), (terms.stated, self._of_stated))
        return float(again + sum(amounts(terms).sum() for kind, amounts in kinds if len(kind.at)))

    def _of_flows(self, terms: Terms) -> Floats:
        """What each flow that some terms weigh comes to [flow weighed]."""
        found: Floats = (terms.flows.weight * self._so_far[terms.year][:, terms.flows.at]).sum(axis=0)
        return found

    def _of_legs(self, terms: Terms) -> Floats:
        found: Floats = terms.legs.weight * self.tracing.projection.by_rule[0, terms.year, terms.legs.at]
        return found

    def _of_stated(self, terms: Terms) -> Floats:
        amounts = self.tracing.projection.by_statement[terms.year, terms.stated.at]
        found: Floats = terms.stated.weight * amounts
        return found

    # ------------------------------------------------------------------ the first levels
    def _parts(self, figure: Figure, terms: Terms) -> Iterator[Explained]:
        if figure.name in {"bridge", "impact"} and not figure.item:
            yield from self._interventions(terms, members=not figure.organisation)
        elif not figure.organisation:
            yield from self._members(figure)
        elif figure.name == "position":
            yield from self._with_plan(terms, figure.organisation)
        elif figure.name == "do_nothing_position":
            yield from self._do_nothing(terms, figure.organisation)
        elif figure.name == "driver":
            yield from self._flows(terms, seen_by=figure.organisation)
            yield from self._spent_again(terms)
            yield from self._interventions(terms, members=False)
        else:
            yield from self._postings(terms)

    def _members(self, figure: Figure) -> Iterator[Explained]:
        """The organisations of the perimeter, each by its share."""
        economy = self.economy
        if figure.name == "bridge":  # a step: its interventions
            yield from self._interventions(terms_of(economy, figure), members=True)
            return
        name = "do_nothing_position" if figure.name == "gap" else figure.name
        for code, share in sorted(economy.place.shares.items()):
            if not share or (figure.name == "impact" and code == UNATTRIBUTED):
                continue
            own = replace(figure, name=name, organisation=code)
            terms = terms_of(economy, own).times(-share if figure.name == "gap" else share)
            detail = "" if share == 1 else f"{share:.0%} of it counts in the perimeter"
            yield from self._branch(
                self.words.organisation(code),
                self.amount(terms),
                "organisation",
                partial(self._parts, own, terms),
                detail=detail,
                figure=own,
            )

    def _branch(
        self, label: str, amount: float, kind: Kind, parts: Callable[[], Iterable[Explained]], **more: Any
    ) -> Iterator[Explained]:
        """A branch of so much, unless there is nothing in it."""
        found = Explained(label, amount, kind, open=parts, **more)
        if abs(amount) > _NOTHING or any(abs(child.amount) > _NOTHING for child in found.children):
            yield found

    def _group(
        self, label: str, terms: Terms, parts: Callable[[Terms], Iterable[Explained]]
    ) -> Iterator[Explained]:
        yield from self._branch(label, self.amount(terms), "group", partial(parts, terms))

    def _with_plan(self, terms: Terms, organisation: str) -> Iterator[Explained]:
        economy = self.economy
        planned = terms.of_interventions(economy, in_stage(economy, "plan"))
        invested = terms.of_interventions(economy, in_stage(economy, "do_nothing"))
        nothing = replace(invested, flows=terms.flows, again=terms.again)
        yield from self._group("Do nothing", nothing, partial(self._do_nothing, organisation=organisation))
        yield from self._group(
            "The plan's interventions", planned, partial(self._interventions, members=False)
        )

    def _do_nothing(self, terms: Terms, organisation: str) -> Iterator[Explained]:
        comes_in = self.economy.flows.payee[terms.flows.at] == self.economy.node[organisation]
        for label, mine in (("What comes in", comes_in), ("What goes out", ~comes_in)):
            yield from self._group(label, terms.only(flows=mine), partial(self._flows, seen_by=organisation))
        yield from self._spent_again(terms)
        invested = terms.of_interventions(self.economy, in_stage(self.economy, "do_nothing"))
        yield from self._group("Planned investments", invested, partial(self._interventions, members=False))

    # ------------------------------------------------------------------ flows
    def _flows(self, terms: Terms, *, seen_by: str = "") -> Iterator[Explained]:
        """Each flow, by its name as the body that sees it has it."""
        economy, amounts = self.economy, self._of_flows(terms).tolist()
        for number, (at, amount) in enumerate(zip(terms.flows.at.tolist(), amounts, strict=True)):
            row = economy.flows.rows[at]
            yield from self._branch(
                self.words.flow_at(row, seen_by) if seen_by else self.words.flow(row),
                amount,
                "flow",
                partial(self._flow_parts, at, terms.flows.weight[:, number], terms.year),
                detail=self.words.flow_detail(row),
                origin=row.origin,
                source=row.source,
                basis=row.basis,
                rests=partial(rests_of_flow, economy, row),
            )

    def _flow_parts(self, at: int, weight: Floats, year: int) -> Iterator[Explained]:
        """A flow by the weights of its first value and of what each cause has added [1 + cause]."""
        row = self.economy.flows.rows[at]
        first = float(weight[0] * self.economy.flows.base[at])
        if abs(first) > _NOTHING:
            yield Explained(
                f"Value in {row.year}",
                first,
                "first value",
                self.words.estimate(row),
                row.origin,
                row.source,
                row.basis,
            )
        by_then = np.arange(len(self.economy.years)) <= year
        yield from self._rates(at, dict(zip(CAUSES, weight[1:, None] * by_then, strict=True)))

    def _spent_again(self, terms: Terms) -> Iterator[Explained]:
        flows, spent = self.economy.flows, self.tracing.projection.spent_again[0, terms.year]
        for number, sign in zip(terms.again.at.tolist(), terms.again.weight.tolist(), strict=True):
            at = int(flows.spent_again[number])
            weight = np.full(1 + len(CAUSES), sign * flows.spent_share)
            weight[0] *= self.tracing.growth.first_values[terms.year, at] != 0
            row = flows.rows[at]
            yield from self._branch(
                f"Spent non-recurrently: {flows.spent_share:.1%} of {self.words.flow(row)}",
                float(sign * spent[number]),
                "money spent",
                partial(self._flow_parts, at, weight, terms.year),
                origin=row.origin,
                source=row.source,
                basis=row.basis,
                rests=partial(self.words.setting, "non_recurrent_spend"),
            )

    # ------------------------------------------------------------------ rates
    def _rates(self, column: int, weights: Mapping[Cause, Floats]) -> Iterator[Explained]:
        """What each rate has added to a column, a flow or behind them a leg, by weights of each year [year]."""
        tracing = self.tracing
        for cause in CAUSES:
            key = int(tracing.columns.keys[cause][column])
            if key < 0:
                continue
            if cause == "outcome":
                amounts = weights[cause] * tracing.growth.by_cause[cause][:, column]
            else:
                amounts = weights[cause] * tracing.slopes[cause][:, column] * tracing.rates[:, key]
            yield from self._rate(tracing.keys[key], amounts)
        yield from self._activity(column, weights)

    def _rate(self, key: tuple[str, str], amounts: Floats) -> Iterator[Explained]:
        if not (np.abs(amounts) > _NOTHING).any():
            return
        yield Explained(
            self.words.rate(*key), float(amounts.sum()), "rate", open=lambda: self._years(key, amounts)
        )

    def _years(self, key: tuple[str, str], amounts: Floats) -> Iterator[Explained]:
        for at in np.flatnonzero(np.abs(amounts) > 0.0):
            source = self.tracing.sources.of(*key)[at]
            assert source is not None
            yield self._source(source, float(amounts[at]), f"into {self.economy.years[at]}")

    def _source(self, source: RateSource, amount: float, when: str) -> Explained:
        detail, row = self.words.source(source), source.row
        scale = amount / source.share if source.share else 0.0

        def inputs() -> Iterator[Explained]:
            for entry in source.inputs:
                yield self._source(
                    entry, entry.share * scale, self.words.rate(entry.organisation, entry.assumption)
                )
            if abs(source.own * scale) > _NOTHING:
                own = "the formula itself"
                yield Explained(own, source.own * scale, "rate", detail, row.origin, row.source, row.basis)

        opened = inputs if source.inputs and source.share else None
        return Explained(
            f"{when}: {source.value:.2%}",
            amount,
            "rate",
            detail,
            row.origin,
            row.source,
            row.basis,
            open=opened,
            rests=partial(self.words.weights, source) if source.weights else None,
        )

    def _activity(self, column: int, weights: Mapping[Cause, Floats]) -> Iterator[Explained]:
        """What the growth of the activity that it is paid for has added to what follows it."""
        if not self.tracing.growth.follows[:, self.tracing.columns.volume_of[column]].any():
            return
        parts = list(self._activity_parts(column, weights))
        whole = sum(part.amount for part in parts)
        if parts:
            label = "Growth of the activity it is paid for"
            yield Explained(label, whole, "group", open=lambda: parts)

    def _activity_parts(self, column: int, weights: Mapping[Cause, Floats]) -> Iterator[Explained]:
        tracing, growth, flows = self.tracing, self.tracing.growth, self.economy.flows
        volume_of = tracing.columns.volume_of[column]
        single = tracing.activity_slopes[:, column]
        pair = tracing.pair_slopes[:, column] * growth.follows[:, volume_of]
        for number in np.flatnonzero(flows.payee[growth.paid_contracts] == flows.payer[volume_of]):
            contract = int(growth.paid_contracts[number])
            rates: list[Explained] = []
            for cause in VOLUME:
                own, other = flows.demographic[:, contract], flows.other[:, contract]
                own, other = (own, other) if cause == "demography" else (other, own)
                amounts = weights[cause] * growth.weights[:, number] * own * (single + pair * other)
                key = int(tracing.columns.keys[cause][contract])
                rates += self._rate(tracing.keys[key], amounts) if key >= 0 else ()
            if rates:
                label = f"as {self.words.flow(flows.rows[contract])} grows"
                yield Explained(
                    label, sum(rate.amount for rate in rates), "group", open=partial(tuple, rates)
                )

    # ------------------------------------------------------------------ effects
    def _interventions(self, terms: Terms, *, members: bool) -> Iterator[Explained]:
        """The interventions that some terms hold; ``members`` opens each by organisation first."""
        economy = self.economy
        legs = _grouped(economy.legs.intervention[terms.legs.at])
        stated = _grouped(economy.stated.intervention[terms.stated.at])
        for at in sorted(legs.keys() | stated.keys()):
            row, some = economy.interventions[at], terms.only(legs=legs.get(at), stated=stated.get(at))
            yield from self._branch(
                row.name,
                self.amount(some),
                "intervention",
                partial(self._by_organisation if members else self._postings, some),
                detail=self.words.timing(row),
                origin=row.origin,
                source=row.source,
                basis=row.basis,
                figure=Figure("impact", economy.years[terms.year], "", row.intervention),
            )

    def _by_organisation(self, terms: Terms) -> Iterator[Explained]:
        """The effects of one intervention on each member of the perimeter."""
        economy = self.economy
        kinds = ((economy.legs, terms.legs.at), (economy.stated, terms.stated.at))
        touched = {
            node for rows, at in kinds for ends in (rows.payee, rows.payer) for node in ends[at].tolist()
        }
        for node in sorted(touched, key=economy.nodes.__getitem__):
            if not economy.share[node]:
                continue
            legs, stated = (
                Some(at, ((rows.payee[at] == node) * 1.0 - (rows.payer[at] == node)) * economy.share[node])
                for rows, at in kinds
            )
            some = replace(terms, legs=legs, stated=stated)
            label = self.words.organisation(economy.nodes[node])
            yield from self._branch(label, self.amount(some), "organisation", partial(self._postings, some))

    def _postings(self, terms: Terms) -> Iterator[Explained]:
        projection, at, economy = self.tracing.projection, terms.year, self.economy
        for number, (leg, amount) in enumerate(
            zip(terms.legs.at.tolist(), self._of_legs(terms).tolist(), strict=True)
        ):
            effect = economy.effects.rows[economy.legs.effect[leg]]
            if abs(amount) > _NOTHING:
                yield Explained(
                    words_of_leg(economy, leg, float(projection.by_rule[0, at, leg]), self.words),
                    amount,
                    "effect",
                    self.words.effect(effect),
                    effect.origin,
                    effect.source,
                    effect.basis,
                    rests=partial(rests_of_leg, economy, leg),
                    open=partial(self._leg_parts, leg, terms.only(legs=np.array([number]))),
                )
        for posting, weight in zip(terms.stated.at.tolist(), terms.stated.weight.tolist(), strict=True):
            for row, amounts in self.tracing.stated_rows[posting]:
                amount = float(weight * amounts[at])
                if abs(amount) > _NOTHING:
                    yield Explained(
                        self.words.stated(row), amount, "effect", "", row.origin, row.source, row.basis
                    )

    def _leg_parts(self, leg: int, terms: Terms) -> Iterator[Explained]:
        """A leg in the prices of its price year, and what prices and volumes have added since."""
        economy = self.economy
        effect = economy.effects.rows[economy.legs.effect[leg]]
        size = float(terms.legs.weight[0] * self.tracing.leg_sizes[terms.year, leg])
        yield Explained(
            f"In volumes and prices of {effect.price_year}",
            size,
            "first value",
            self.words.size(economy, leg, terms.year),
            effect.origin,
            effect.source,
            effect.basis,
        )
        weights = dict.fromkeys(CAUSES, self.tracing.leg_weights(terms)[:, 0])
        yield from self._rates(len(economy.flows.rows) + leg, weights)


def _grouped(numbers: Codes) -> dict[int, Codes]:
    """Number to the places where it stands."""
    if not len(numbers):
        return {}
    order = np.argsort(numbers, kind="stable")
    found, first = np.unique(numbers[order], return_index=True)
    return dict(zip(found.tolist(), np.split(order, first[1:]), strict=True))
