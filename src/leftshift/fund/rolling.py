"""Roll a plan forward into the round that follows: what is mapped, what somebody has to choose, and what ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.sources import Origin
from leftshift.foundation.years import FinancialYear
from leftshift.fund.checks.lines import LISTED
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.rows import ConditionAnswer, Income, Spend
from leftshift.fund.plan.work_rows import PathwayFact, PlannedMetric, SchemeEffect, Text
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import IncomeLine

MAPPED, CHOOSE, ENDS, NEW = "mapped", "to choose", "ends", "new"


@dataclass(frozen=True)
class Rolling:
    """What became of one thing: a value of a line, an income, a condition, a metric or a text."""

    table: str
    key: str
    column: str
    was: str
    becomes: str
    state: str
    choices: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            name: getattr(self, name) for name in ("table", "key", "column", "was", "becomes", "state")
        } | {"choices": list(self.choices)}


@dataclass(frozen=True)
class Rolled:
    """The plan of the next round, and what became of everything."""

    plan: FundPlan
    steps: tuple[Rolling, ...]

    def of(self, state: str) -> tuple[Rolling, ...]:
        """What was mapped, is to be chosen, ends or is new."""
        return tuple(step for step in self.steps if step.state == state)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        counts = {state: len(self.of(state)) for state in (MAPPED, CHOOSE, ENDS, NEW)}
        return {
            "plan": self.plan.code,
            "round": self.plan.round,
            "counts": counts,
            "steps": [step.document() for step in self.steps],
        }


class RoundsDoNotFollow(ValueError):
    """A plan is rolled into a round that does not follow its own."""


def roll(plan: FundPlan, was: Round, becomes: Round, *, code: str, name: str = "") -> Rolled:
    """The plan as a draft of the round that follows. Amounts of its last year stand as a start, and as what they were before.

    Raises RoundsDoNotFollow.
    """
    if becomes.follows != was.code:
        raise RoundsDoNotFollow(
            f"{becomes.name} follows {becomes.follows or 'no round'}, and the plan is of {was.code}: choose a round that follows {was.code}"
        )
    return _Roller(plan, was, becomes).roll(code, name)


class _Roller:
    """Works one plan over, and notes what became of everything."""

    def __init__(self, plan: FundPlan, was: Round, becomes: Round) -> None:
        self.plan, self.was, self.becomes = plan, was, becomes
        self.steps: list[Rolling] = []
        self.crossings: dict[tuple[str, str], list[Any]] = {}
        self.merged: dict[tuple[str, str], list[Income]] = {}
        for row in becomes.crosswalk:
            self.crossings.setdefault((row.list, row.was), []).append(row)

    def roll(self, code: str, name: str) -> Rolled:
        """The plan of the next round."""
        last = self.was.years[-1]
        self._only_earlier(last)
        spend = [made for row in self.plan.spend if row.year == last for made in self._spend(row)]
        income = [*self._income(last), *self._new_income()]
        kept = replace(
            self.plan,
            code=code,
            name=name or f"{self.plan.area_name} {self.becomes.name}",
            round=self.becomes.code,
            released=self.becomes.released,
            description=f"Rolled forward from {self.plan.name}.",
        )
        made = kept.with_tables(
            income=income,
            spend=spend,
            conditions=tuple(self._conditions()),
            evidence=(),
            metrics=tuple(self._metrics()),
            metric_plan=(),
            narrative=tuple(self._narrative()),
            printed=(),
            required_spend=(),
            holds=(),
            capacity_demand=(),
            pathway_facts=tuple(self._pathway_facts()),
            scheme_effects=tuple(self._effects()),
            **dict.fromkeys(
                ("sign_offs", "submissions", "decisions", "reviews", "entries", "postings", "closes"), ()
            ),
            **dict.fromkeys(
                ("condition_status", "metric_status", "forecasts", "income_comments", "claims"), ()
            ),
        )
        self._ended("holds", [row.hold for row in self.plan.holds])
        self._ended("claims", [row.claim for row in self.plan.claims])
        self._ended("evidence", [f"{row.condition}: {row.document}" for row in self.plan.evidence])
        self._ended(
            "required_spend",
            [f"{row.minimum}, {row.partner}, {row.year}" for row in self.plan.required_spend],
        )
        self._ended("metric_plan", [f"{row.metric}, {row.period}" for row in self.plan.metric_plan])
        care = dict.fromkeys(f"{row.setting}, {row.pathway}" for row in self.plan.capacity_demand)
        self._ended("capacity_demand", list(care))
        return Rolled(made, tuple(self.steps))

    def _only_earlier(self, last: FinancialYear) -> None:
        """Lines of an earlier year that the last one has no more: they end, and are said."""
        going = {row.spend for row in self.plan.spend if row.year == last}
        coming = {row.income for row in self.plan.income if row.year == last}
        self._ended("spend", list(dict.fromkeys(r.spend for r in self.plan.spend if r.spend not in going)))
        self._ended(
            "income", list(dict.fromkeys(r.income for r in self.plan.income if r.income not in coming))
        )

    def _note(
        self, table: str, key: str, column: str, was: str, becomes: str, state: str, choices: Any = ()
    ) -> None:
        self.steps.append(Rolling(table, key, column, was, becomes, state, tuple(choices)))

    def _ended(self, table: str, keys: list[str]) -> None:
        for key in keys:
            self._note(table, key, "", key, "", ENDS)

    def _source(self) -> dict[str, Any]:
        return {"source": f"Rolled forward from {self.plan.name}", "basis": "assumed", "origin": Origin()}

    def _spend(self, row: Spend) -> Iterator[Spend]:
        values: dict[str, Any] = dict.fromkeys(LISTED, "")
        values |= {target: value for column in LISTED for target, value in self._value(row, column)}
        source = self._one(
            "income_line",
            row.source_of_funding,
            set(self.becomes.line),
            "spend",
            row.spend,
            "source_of_funding",
        )
        for at, year in enumerate(self.becomes.years):
            previous = row.amount if at == 0 else None
            yield replace(
                row, year=year, source_of_funding=source, previous=previous, new_or_existing=self._existing(),
                listed=True, outputs=None, comments="", **{k: v for k, v in values.items() if k != "new_or_existing"}, **self._source(),
            )  # fmt: skip

    def _existing(self) -> str:
        return "existing" if self.becomes.value("new_or_existing", "existing") else ""

    def _value(self, row: Spend, column: str) -> Iterator[tuple[str, str]]:
        """The columns of the next round that a value of a line fills, as far as that is certain."""
        value = getattr(row, column)
        if not value or column == "new_or_existing":
            return
        crossings = self.crossings.get((column, value), [])
        target = next((entry.becomes_list for entry in crossings if entry.becomes_list), column)
        parent = row.scheme_type if column == "sub_type" else ""
        known = {entry.value for entry in self.becomes.values(target, parent)}
        found = self._one(column, value, known, "spend", row.spend, target)
        if found:
            yield target, found

    def _one(self, kind: str, value: str, known: set[str], table: str, key: str, column: str) -> str:
        """What a value becomes: one that is certain, else nothing, and a note of what there is to choose from."""
        if not value:
            return ""
        crossings = self.crossings.get((kind, value))
        if crossings is None:
            if value in known:
                self._note(table, key, column, value, value, MAPPED)
                return value
            if known:
                self._note(table, key, column, value, "", CHOOSE, sorted(known))
            else:
                self._note(table, key, column, value, "", ENDS)
            return ""
        choices = [entry.becomes for entry in crossings if entry.becomes]
        if len(choices) == 1:
            self._note(table, key, column, value, choices[0], MAPPED)
            return str(choices[0])
        self._note(table, key, column, value, "", CHOOSE if choices else ENDS, choices)
        return ""

    def _income(self, last: FinancialYear) -> Iterator[Income]:
        """Sources of the last year: published amounts of the new round where there are any, else the old ones to start from."""
        merged = self.merged
        for row in self.plan.income:
            if row.year == last:
                line = self._one(
                    "income_line", row.line, set(self.becomes.line), "income", row.income, "line"
                )
                if line:
                    merged.setdefault((line, row.partner), []).append(row)
        for (line, partner), rows in merged.items():
            for year in self.becomes.years:
                started = sum((row.amount for row in rows), Money(0))
                yield self._income_row(line, partner, year, started)

    def _income_row(self, line: str, partner: str, year: FinancialYear, started: Money) -> Income:
        published = self.becomes.allocation(self.plan.area, line, year, partner)
        # an amount for all payers together is no payer's own
        if published and (published.partner or len(self._payers(line)) < 2):
            facts: dict[str, Any] = {"source": published.source, "basis": "published", "origin": Origin()}
            return Income(
                income=f"{line}_{_short(partner)}",
                line=line,
                partner=partner,
                year=year,
                amount=published.amount,
                **facts,
            )
        facts = self._source()
        facts["source"] += ": the amount of the year before, to start from"
        return Income(
            income=f"{line}_{_short(partner)}", line=line, partner=partner, year=year, amount=started, **facts
        )

    def _new_income(self) -> Iterator[Income]:
        """Mandated sources that the plan did not have: published, or nothing to start from."""
        had = {step.becomes for step in self.steps if step.table == "income" and step.becomes}
        for line in self.becomes.income_lines:
            if not line.mandated or line.line in had:
                continue
            partner = self._payer(line)
            self._note("income", line.line, "line", "", line.line, NEW)
            if partner:
                for year in self.becomes.years:
                    if not line.years or str(year) in line.years:
                        yield self._income_row(line.line, partner, year, Money(0))

    def _payers(self, line: str) -> set[str]:
        """Who pays into a line of the new round."""
        return {partner for of, partner in self.merged if of == line}

    def _payer(self, line: IncomeLine) -> str:
        kind = "nhs_commissioner" if line.payer == "nhs" else "council"
        return next((row.partner for row in self.plan.of_kind(kind)), "")

    def _conditions(self) -> Iterator[ConditionAnswer]:
        """Conditions of the new round, unanswered; what was written before stands as a start where the condition is the same."""
        texts: dict[str, list[str]] = {}
        known = {row.condition for row in self.becomes.conditions}
        for row in self.plan.conditions:
            found = self._one("condition", row.condition, known, "conditions", row.condition, "condition")
            if found:
                texts.setdefault(found, []).append(row.statement)
        for condition in self.becomes.conditions:
            if condition.condition not in texts:
                self._note("conditions", condition.condition, "condition", "", condition.condition, NEW)
            statement = "\n".join(filter(None, texts.get(condition.condition, [])))
            yield ConditionAnswer(condition=condition.condition, statement=statement, **self._source())

    def _metrics(self) -> Iterator[PlannedMetric]:
        known = {row.metric for row in self.becomes.metrics}
        rows: dict[str, PlannedMetric] = {}
        for row in self.plan.metrics:
            found = self._one("metric", row.metric, known, "metrics", row.metric, "metric")
            if found and found in rows:
                self._ended("metrics", [row.metric])
            elif found:
                rows[found] = replace(row, metric=found, **self._source())
        for metric in self.becomes.metrics:
            if metric.metric not in rows:
                self._note("metrics", metric.metric, "metric", "", metric.metric, NEW)
            yield rows.get(metric.metric) or PlannedMetric(metric=metric.metric, **self._source())

    def _narrative(self) -> Iterator[Text]:
        known = {row.section for row in self.becomes.narrative}
        texts: dict[str, list[str]] = {}
        for row in self.plan.narrative:
            found = self._one("narrative", row.section, known, "narrative", row.section, "section")
            if found:
                texts.setdefault(found, []).append(row.text)
        for section, parts in texts.items():
            yield Text(section=section, text="\n".join(parts), **self._source())

    def _effects(self) -> Iterator[SchemeEffect]:
        """Effects of schemes on metrics that go on; of two that become one, the first."""
        becomes = {
            step.was: step.becomes for step in self.steps if step.table == "metrics" and step.state == MAPPED
        }
        made: dict[tuple[str, str], SchemeEffect] = {}
        for row in self.plan.scheme_effects:
            key = (row.scheme, becomes.get(row.metric, ""))
            if not key[1] or key in made:
                self._ended("scheme_effects", [f"{row.scheme}, {row.metric}"])
            else:
                made[key] = replace(row, metric=key[1], **self._source())
        yield from made.values()

    def _pathway_facts(self) -> Iterator[PathwayFact]:
        known = {(row.setting, row.pathway) for row in self.becomes.pathways}
        for row in self.plan.pathway_facts:
            if (row.setting, row.pathway) in known:
                yield row
            else:
                self._ended("pathway_facts", [f"{row.setting}, {row.pathway}"])


def _short(partner: str) -> str:
    return "".join(letter for letter in partner.lower() if letter.isalnum() or letter == "_")
