"""The words of an explanation: names, how an effect is sized, and what a branch rests on besides its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from leftshift.economy.arrays import GOVERNMENT, NOT_STATED, RESOURCES, Economy, Source
from leftshift.economy.drivers import DRIVERS
from leftshift.economy.explanations.rate_sources import RateSource
from leftshift.economy.explanations.terms import FIGURES, Figure
from leftshift.economy.forms import in_words
from leftshift.economy.legs import LEGS
from leftshift.foundation.sources import Basis, Origin
from leftshift.place.rows import (
    OUTSIDE,
    TARIFF,
    UNATTRIBUTED,
    Contract,
    Derivation,
    Effect,
    Intervention,
    Line,
    Row,
    StatedEffect,
)
from leftshift.place.schema import catalogue

Found = tuple[str, Origin, str, Basis]


def _rest(words: str, row: Row) -> Found:
    return words, row.origin, row.source, row.basis


@dataclass(frozen=True)
class Words:
    """Names of a place as people use them."""

    economy: Economy

    @cached_property
    def _organisations(self) -> dict[str, str]:
        ends = {
            OUTSIDE: "bodies outside",
            RESOURCES: "staff and supplies",
            GOVERNMENT: "government",
            NOT_STATED: "a body not stated",
            UNATTRIBUTED: "Not attributed to an organisation",
        }
        return ends | {row.code: row.name for row in self.economy.place.organisations}

    @cached_property
    def _services(self) -> dict[str, str]:
        return {row.service: row.name for row in self.economy.place.services}

    def organisation(self, code: str) -> str:
        """The name of a body."""
        return self._organisations.get(code, code)

    def figure(self, figure: Figure) -> str:
        """A figure as a heading: what, of what, of whom, when."""
        place = self.economy.place
        items = {row.step: row.name for row in place.steps} | dict(DRIVERS)
        items |= {row.intervention: row.name for row in place.interventions}
        who = self.organisation(figure.organisation) if figure.organisation else place.perimeter
        of = f": {items.get(figure.item, figure.item)}" if figure.item else ""
        return f"{FIGURES[figure.name]}{of}, {who}, {figure.year}"

    def intervention(self, code: str) -> str:
        """The name of an intervention."""
        return next((row.name for row in self.economy.place.interventions if row.intervention == code), code)

    def flow(self, row: Source) -> str:
        """A contract or a line: who pays whom for what."""
        service = self._services[row.service]
        if isinstance(row, Contract):
            pays = "Bodies outside pay" if row.payer == OUTSIDE else f"{self.organisation(row.payer)} pays"
            return f"{pays} {self.organisation(row.payee)} for {service[:1].lower()}{service[1:]}"
        return row.name or service

    def flow_at(self, row: Source, node: str) -> str:
        """A contract or a line as the body at one of its ends sees it: the other end, and for what."""
        if not isinstance(row, Contract):
            return self.flow(row)
        other = self.organisation(row.payer if row.payee == node else row.payee)
        return f"{other[:1].upper()}{other[1:]}: {self._service(row)}"

    def _service(self, row: Source) -> str:
        name = self._services[row.service]
        return f"{name[:1].lower()}{name[1:]}"

    def flow_detail(self, row: Source) -> str:
        """Its short name, and whether it recurs."""
        name = f"contract {row.contract}" if isinstance(row, Contract) else f"line {row.line}"
        kind = f", {row.type.replace('_', ' ')}" if isinstance(row, Line) else ""
        return name + kind + ("" if row.recurrent else ", not recurrent")

    def estimate(self, row: Source) -> str:
        """What calibration made of an estimate."""
        if row.basis != "calibrated" or not row.estimate:
            return ""
        return f"estimated at {row.estimate:,.0f}, moved by {row.value / row.estimate - 1:+.2%} to meet published totals"

    def rate(self, organisation: str, assumption: str) -> str:
        """A rate: which, and whose."""
        words = assumption.replace("_", " ")
        return f"{words[:1].upper()}{words[1:]} of {self.organisation(organisation)}"

    def source(self, source: RateSource) -> str:
        """How a rate is given: by a row, by another organisation's, or by a formula."""
        row = source.row
        if isinstance(row, Derivation):
            return f"= {row.formula.replace('_', ' ')}"
        if row.follows:
            return f"follows {self.organisation(row.follows)}"
        return "" if row.organisation == source.organisation else f"the rate of {row.organisation}"

    def weights(self, source: RateSource) -> Iterator[Found]:
        """What weighs the parts of a rate that is worked out."""
        for weight in source.weights:
            words = f"{self.rate(weight.organisation, weight.assumption)} {weight.value:.1%}, which weighs its parts"
            yield _rest(words, weight.row)

    def setting(self, name: str) -> Iterator[Found]:
        """A switch, where the place sets it."""
        for row in self.economy.place.settings:
            if row.setting == name:
                yield _rest(f"setting {name.replace('_', ' ')}: {row.value}", row)

    def timing(self, row: Intervention) -> str:
        """When an intervention acts, and how much of it is delivered."""
        parts = [
            f"from {row.start}" if row.start else "",
            f"{row.delay_months} months late" if row.delay_months else "",
        ]
        parts += [f"profile {row.profile}" if row.profile else "", "" if row.recurrent else "once"]
        parts += ["" if row.delivery == 1 else f"{row.delivery:.0%} delivered"]
        return ", ".join(filter(None, parts))

    def effect(self, row: Effect) -> str:
        """The rule of an effect and what it acts on."""
        on = f"contract {row.contract}" if row.contract else f"line {row.line}"
        return f"{catalogue('rules')[row.rule]['name']}, on {on}"

    def stated(self, row: StatedEffect) -> str:
        """A stated effect: for whom and when."""
        other = row.payee if row.payer == row.organisation else row.payer
        between = f", with {self.organisation(other)}" if other else ""
        return f"Stated for {self.organisation(row.organisation)} in {row.year}{between}"

    def size(self, economy: Economy, leg: int, year: int) -> str:
        """How a leg is sized: value, share, part of the year, and what the form of the contract lets move."""
        legs = economy.legs
        effect = economy.effects.rows[legs.effect[leg]]
        value = (
            f"{effect.value:,.0f}"
            if effect.value is not None
            else f"{effect.percent or 0:.1%} of what it acts on"
        )
        phase = float(economy.phase[year, legs.intervention[leg]])
        form = " × what the form of the contract lets move" if legs.form[leg] >= 0 else ""
        return f"{value} × {legs.share[leg]:+.0%} × {phase:.0%} of a full year{form}"


def words_of_leg(economy: Economy, leg: int, amount: float, words: Words) -> str:
    """Who pays whom more or less."""
    payer, payee = (economy.nodes[codes[leg]] for codes in (economy.legs.payer, economy.legs.payee))
    more = "more" if amount >= 0 else "less"
    if payee == RESOURCES:
        return f"{words.organisation(payer)} spends {more} on staff and supplies"
    return f"{words.organisation(payer)} pays {words.organisation(payee)} {more}"


def rests_of_flow(economy: Economy, row: Source) -> Iterator[Found]:
    """The service by which it grows and the form by which it is paid."""
    for service in economy.place.services:
        if service.service == row.service:
            yield _rest(f"service {service.name}: which rates it grows by", service)
    if isinstance(row, Contract):
        for form in economy.place.forms:
            if form.form == row.form:
                yield _rest(f"form {form.form}, {in_words(form)}", form)
        if row.form == "block":
            yield _rest(f"form {in_words(economy.place.forms_by_name['block'])}", row)


def rests_of_leg(economy: Economy, leg: int) -> Iterator[Found]:
    """The share of the rule, the timing of the intervention, and the form of the contract."""
    place, effect = economy.place, economy.effects.rows[economy.legs.effect[leg]]
    shares = {entry.share for entry in LEGS[effect.rule] if entry.share}
    for share in place.rules:
        if share.rule == effect.rule and share.share in shares and getattr(effect, share.share) is None:
            yield _rest(f"{share.share.replace('_', ' ')} {share.value:.0%}", share)
    intervention = economy.interventions[economy.legs.intervention[leg]]
    yield _rest("start, profile and delivery", intervention)
    for point in place.profiles:
        if point.profile == intervention.profile:
            yield _rest(f"profile {point.profile}, {point.period}: {point.share:.0%}", point)
    row = economy.flows.rows[economy.effects.flow[economy.legs.effect[leg]]]
    if isinstance(row, Contract) and row.form != TARIFF:
        yield from (found for found in rests_of_flow(economy, row) if found[0].startswith("form"))
