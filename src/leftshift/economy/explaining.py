"""Why a figure is what it is: a tree whose every branch sums to its root, down to rows of files.

Branches are worked out when they are opened, so that any figure of a large place opens at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Literal

import numpy as np

from leftshift.economy.arrays import Economy, Flags, Floats
from leftshift.economy.explaining_words import Words, rests_of_flow, rests_of_leg, words_of_leg
from leftshift.economy.figure_terms import Figure, Terms, terms_of
from leftshift.economy.growth import CAUSES, Cause
from leftshift.economy.projecting import in_stage
from leftshift.economy.rate_sources import RateSource
from leftshift.economy.tracing import VOLUME, Tracing
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
    rests_on: tuple[Rest, ...] = ()
    figure: Figure | None = None
    open: Callable[[], Iterable[Explained]] | None = field(default=None, repr=False, compare=False)

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
    def _grown(self) -> dict[Cause, Floats]:
        return {cause: np.cumsum(added, axis=0) for cause, added in self.tracing.growth.by_cause.items()}

    def explain(self, figure: Figure) -> Explained:
        """The tree of a figure; raises FigureNotKnown."""
        terms = terms_of(self.economy, figure)
        return Explained(
            self.words.figure(figure),
            self.amount(terms),
            "figure",
            figure=figure,
            open=lambda: self._parts(figure, terms),
        )

    def amount(self, terms: Terms) -> float:
        """The figure that some terms make, £000."""
        projection, at = self.tracing.projection, terms.year
        flows = float((terms.first * self.economy.flows.base).sum())
        flows += sum(float((terms.causes[cause] * self._grown[cause][at]).sum()) for cause in CAUSES)
        again = float((terms.again * projection.spent_again[0, at]).sum())
        effects = float((terms.legs * projection.by_rule[0, at]).sum())
        return flows + again + effects + float((terms.stated * projection.by_statement[at]).sum())

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
            yield from self._flows(terms, terms.signs != 0, figure.organisation)
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
            terms = _times(terms_of(economy, own), -share if figure.name == "gap" else share)
            detail = "" if share == 1 else f"{share:.0%} of it counts in the perimeter"
            yield from self._branch(
                self.words.organisation(code),
                terms,
                "organisation",
                partial(self._parts, own, terms),
                detail=detail,
                figure=own,
            )

    def _branch(
        self, label: str, terms: Terms, kind: Kind, parts: Callable[[], Iterable[Explained]], **more: Any
    ) -> Iterator[Explained]:
        """A branch of some terms, unless there is nothing in it."""
        amount = self.amount(terms)
        found = Explained(label, amount, kind, open=parts, **more)
        if abs(amount) > _NOTHING or any(abs(child.amount) > _NOTHING for child in found.children):
            yield found

    def _with_plan(self, terms: Terms, organisation: str) -> Iterator[Explained]:
        economy = self.economy
        planned = terms.only_of(economy, in_stage(economy, "plan"))
        nothing = replace(terms, legs=terms.legs - planned.legs, stated=terms.stated - planned.stated)
        yield from self._branch(
            "Do nothing", nothing, "group", partial(self._do_nothing, nothing, organisation)
        )
        yield from self._branch(
            "The plan's interventions", planned, "group", partial(self._interventions, planned, members=False)
        )

    def _do_nothing(self, terms: Terms, organisation: str) -> Iterator[Explained]:
        flows, node = self.economy.flows, self.economy.nodes.index(organisation)
        some = replace(terms.only_flows(), again=terms.again * 0.0)
        for label, mine in (("What comes in", flows.payee == node), ("What goes out", flows.payer == node)):
            side = _masked(some, mine)
            yield from self._branch(label, side, "group", partial(self._flows, side, mine, organisation))
        yield from self._spent_again(terms)
        invested = terms.only_of(self.economy, in_stage(self.economy, "do_nothing"))
        yield from self._branch(
            "Planned investments", invested, "group", partial(self._interventions, invested, members=False)
        )

    # ------------------------------------------------------------------ flows
    def _flows(self, terms: Terms, chosen: Flags, seen_by: str = "") -> Iterator[Explained]:
        for at in np.flatnonzero(chosen):
            one = _masked(terms.only_flows(), np.arange(len(terms.signs)) == at)
            one = replace(one, again=one.again * 0.0)
            row = self.economy.flows.rows[at]
            label = self.words.flow_at(row, seen_by) if seen_by else self.words.flow(row)
            yield from self._flow(int(at), one, label)

    def _flow(self, at: int, terms: Terms, label: str) -> Iterator[Explained]:
        row = self.economy.flows.rows[at]
        yield from self._branch(
            label,
            terms,
            "flow",
            lambda: self._flow_parts(at, terms),
            detail=self.words.flow_detail(row),
            origin=row.origin,
            source=row.source,
            basis=row.basis,
            rests_on=tuple(Rest(*found) for found in rests_of_flow(self.economy, row)),
        )

    def _flow_parts(self, at: int, terms: Terms) -> Iterator[Explained]:
        row = self.economy.flows.rows[at]
        first = float(terms.first[at] * self.economy.flows.base[at])
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
        yield from self._rates(at, terms)

    def _spent_again(self, terms: Terms) -> Iterator[Explained]:
        flows = self.economy.flows
        for number in np.flatnonzero(terms.again):
            at = int(flows.spent_again[number])
            weight = float(terms.again[number]) * flows.spent_share
            runs = self.tracing.growth.first_values[terms.year, at] != 0
            only = np.arange(len(terms.signs)) == at
            some = replace(
                _masked(terms.only_flows(), only),
                first=only * (weight * runs),
                causes=dict.fromkeys(CAUSES, only * weight),
                again=terms.again * 0.0,
            )
            label = f"Spent non-recurrently: {flows.spent_share:.1%} of {self.words.flow(flows.rows[at])}"
            row = flows.rows[at]
            yield from self._branch(
                label,
                some,
                "money spent",
                partial(self._flow_parts, at, some),
                origin=row.origin,
                source=row.source,
                basis=row.basis,
                rests_on=tuple(Rest(*found) for found in self.words.setting("non_recurrent_spend")),
            )

    # ------------------------------------------------------------------ rates
    def _rates(self, column: int, terms: Terms) -> Iterator[Explained]:
        """What each rate has added to a column: a flow, or behind them a leg."""
        tracing = self.tracing
        for cause in CAUSES:
            key = int(tracing.columns.keys[cause][column])
            if key < 0:
                continue
            weights = tracing.weights(terms, cause)[:, column]
            if cause == "outcome":
                amounts = weights * tracing.growth.by_cause[cause][:, column]
            else:
                amounts = weights * tracing.slopes[cause][:, column] * tracing.rates[:, key]
            yield from self._rate(tracing.keys[key], amounts)
        yield from self._activity(column, terms)

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
            yield self._source(source, float(amounts[at]), f"into {self.economy.place.years[at]}")

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
        )

    def _activity(self, column: int, terms: Terms) -> Iterator[Explained]:
        """What the growth of the activity that it is paid for has added to what follows it."""
        if not self.tracing.growth.follows[:, self.tracing.columns.volume_of[column]].any():
            return
        parts = list(self._activity_parts(column, terms))
        whole = sum(part.amount for part in parts)
        if parts:
            label = "Growth of the activity it is paid for"
            yield Explained(label, whole, "group", open=lambda: parts)

    def _activity_parts(self, column: int, terms: Terms) -> Iterator[Explained]:
        tracing, growth, flows = self.tracing, self.tracing.growth, self.economy.flows
        volume_of = tracing.columns.volume_of[column]
        for number in np.flatnonzero(flows.payee[growth.paid_contracts] == flows.payer[volume_of]):
            contract = int(growth.paid_contracts[number])
            rates: list[Explained] = []
            for cause in VOLUME:
                own, other = flows.demographic[:, contract], flows.other[:, contract]
                own, other = (own, other) if cause == "demography" else (other, own)
                slope = tracing.activity_slopes[:, column]
                slope = slope + tracing.pair_slopes[:, column] * growth.follows[:, volume_of] * other
                amounts = tracing.weights(terms, cause)[:, column] * growth.weights[:, number] * own * slope
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
        for at, row in enumerate(economy.interventions):
            mine = np.arange(len(economy.interventions)) == at
            some = terms.only_of(economy, mine)
            if not (some.legs.any() or some.stated.any()):
                continue
            figure = Figure("impact", economy.place.years[terms.year], "", row.intervention)
            yield from self._branch(
                row.name,
                some,
                "intervention",
                partial(self._by_organisation, some) if members else partial(self._postings, some),
                detail=self.words.timing(row),
                origin=row.origin,
                source=row.source,
                basis=row.basis,
                figure=figure,
            )

    def _by_organisation(self, terms: Terms) -> Iterator[Explained]:
        """The effects of one intervention on each member of the perimeter."""
        economy = self.economy
        for code, share in sorted(economy.place.shares.items()):
            node = economy.nodes.index(code)
            legs = economy.legs
            own = ((legs.payee == node) * 1.0 - (legs.payer == node)) * share * (terms.legs != 0)
            stated = economy.stated
            posted = ((stated.payee == node) * 1.0 - (stated.payer == node)) * share * (terms.stated != 0)
            some = replace(terms, legs=own, stated=posted)
            yield from self._branch(
                self.words.organisation(code), some, "organisation", partial(self._postings, some)
            )

    def _postings(self, terms: Terms) -> Iterator[Explained]:
        projection, at, economy = self.tracing.projection, terms.year, self.economy
        for leg in np.flatnonzero(terms.legs):
            amount = float(terms.legs[leg] * projection.by_rule[0, at, leg])
            effect = economy.effects.rows[economy.legs.effect[leg]]
            if abs(amount) > _NOTHING:
                yield Explained(
                    words_of_leg(economy, int(leg), float(projection.by_rule[0, at, leg]), self.words),
                    amount,
                    "effect",
                    self.words.effect(effect),
                    effect.origin,
                    effect.source,
                    effect.basis,
                    tuple(Rest(*found) for found in rests_of_leg(economy, int(leg))),
                    open=partial(self._leg_parts, int(leg), terms),
                )
        for posting in np.flatnonzero(terms.stated):
            for row, amounts in self.tracing.stated_rows[int(posting)]:
                amount = float(terms.stated[posting] * amounts[at])
                if abs(amount) > _NOTHING:
                    yield Explained(
                        self.words.stated(row), amount, "effect", "", row.origin, row.source, row.basis
                    )

    def _leg_parts(self, leg: int, terms: Terms) -> Iterator[Explained]:
        """A leg in the prices of its price year, and what prices and volumes have added since."""
        economy = self.economy
        effect = economy.effects.rows[economy.legs.effect[leg]]
        size = float(terms.legs[leg] * self.tracing.leg_sizes[terms.year, leg])
        yield Explained(
            f"In volumes and prices of {effect.price_year}",
            size,
            "first value",
            self.words.size(economy, leg, terms.year),
            effect.origin,
            effect.source,
            effect.basis,
        )
        only = replace(terms, legs=terms.legs * (np.arange(len(terms.legs)) == leg))
        yield from self._rates(len(economy.flows.rows) + leg, only)


def _masked(terms: Terms, mine: Any) -> Terms:
    return replace(
        terms,
        first=terms.first * mine,
        causes={cause: weight * mine for cause, weight in terms.causes.items()},
        signs=terms.signs * mine,
    )


def _times(terms: Terms, factor: float) -> Terms:
    return replace(
        terms,
        first=terms.first * factor,
        causes={cause: weight * factor for cause, weight in terms.causes.items()},
        again=terms.again * factor,
        legs=terms.legs * factor,
        stated=terms.stated * factor,
        signs=terms.signs * factor,
    )
