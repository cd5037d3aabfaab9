"""Take what an official workbook holds into a plan: each row says from which sheet and row of the workbook it comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.metrics.planning import MetricPlans
from leftshift.fund.metrics.rating import status_of
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import ConditionStatus, Forecast, IncomeComment, MetricStatus
from leftshift.fund.plan.rows import ConditionAnswer, Income, Scheme, Spend
from leftshift.fund.plan.work_rows import CareNumber, MetricPlan, PlannedMetric, Text
from leftshift.fund.returns.building import blocks_of
from leftshift.fund.returns.content import Line
from leftshift.fund.rounds.round import Round
from leftshift.workbooks.official.reading import Official

_MONTHS = {"april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12, "january": 1, "february": 2, "march": 3}  # fmt: skip
_LINE_COLUMNS = (
    "scheme_type", "sub_type", "type_other", "activity", "objective", "area_of_spend", "area_other", "commissioner",
    "nhs_percent", "council_percent", "provider", "source_of_funding", "new_or_existing", "previous", "comments",
)  # fmt: skip


def take_in(official: Official, plan: FundPlan, found: Round, period: Period | None = None) -> FundPlan:
    """The plan with what the workbook holds in place of its own. Tables that the workbook does not have stay as they are."""
    taking = _Taking(official, plan, found)
    if official.kind == "plan":
        return taking.plan_tables()
    if period is None:
        raise ValueError("a return is of a period: say which, such as 2016/17 Q2")
    return taking.return_tables(period)


class _Taking:
    """Takes one workbook in."""

    def __init__(self, official: Official, plan: FundPlan, found: Round) -> None:
        self.official, self.plan, self.found = official, plan, found
        self.sheet = {block.block: block.sheet for block in blocks_of(found, official.kind)}

    def rows(self, block: str) -> Iterator[tuple[Line, dict[str, Any]]]:
        """Every row of a table, with where it comes from."""
        for line, number in zip(
            self.official.blocks.get(block, []), self.official.rows.get(block, []), strict=True
        ):
            yield (
                line,
                {
                    "source": f"{self.official.name}, sheet {self.sheet[block]}, row {number}",
                    "basis": "published",
                },
            )

    def plan_tables(self) -> FundPlan:
        """A plan's template."""
        schemes, spend = self._spend()
        tables: dict[str, Any] = {
            "income": tuple(self._income()),
            "schemes": schemes,
            "spend": spend,
            "conditions": tuple(self._conditions()),
            "metrics": tuple(self._metrics()),
            "metric_plan": tuple(self._metric_plan()),
            "narrative": tuple(self._narrative()),
        }
        if "pathways" in self.official.blocks:
            tables["capacity_demand"] = tuple(self._pathways())
        return self.plan.with_tables(**tables)

    def _income(self) -> Iterator[Income]:
        before = {(row.income, row.year): row for row in self.plan.income}
        for line, about in self.rows("income"):
            for at, year in enumerate(self.found.years, 1):
                amount = line.get(f"amount_{at}")
                if isinstance(amount, Money):
                    key = _name(line.get("income") or f"{line['line']}_{at}")
                    was = before.get((key, year))
                    made = Income(
                        income=key, line=_text(line.get("line")), partner=_text(line.get("partner")), year=year, amount=amount,
                        attributed=was.attributed if was else None, comment=_text(line.get("comment")), **about,
                    )  # fmt: skip
                    yield was if was and _same(was, made) else made

    def _spend(self) -> tuple[tuple[Scheme, ...], tuple[Spend, ...]]:
        schemes = {row.scheme: row for row in self.plan.schemes}
        by_name = {_fold(row.name): row.scheme for row in self.plan.schemes}
        before = {(row.spend, row.year): row for row in self.plan.spend}
        made: list[Spend] = []
        for at, (line, about) in enumerate(self.rows("spend"), 1):
            key = _name(line.get("spend") or f"line_{at}")
            scheme = by_name.get(_fold(_text(line.get("name")))) or _name(_text(line.get("name")) or key)
            by_name.setdefault(_fold(_text(line.get("name"))), scheme)
            said: dict[str, Any] = {"name": _text(line.get("name")) or scheme}
            if "description" in line:
                said["description"] = _text(line.get("description"))
            own = schemes.get(scheme)
            schemes[scheme] = replace(own, **said) if own else Scheme(scheme=scheme, **said, **about)
            made += self._years(line, key, scheme, about, before)
        return tuple(schemes.values()), tuple(made)

    def _years(
        self,
        line: Line,
        key: str,
        scheme: str,
        about: dict[str, Any],
        before: Mapping[tuple[str, FinancialYear], Spend],
    ) -> Iterator[Spend]:
        said = {column: line[column] for column in _LINE_COLUMNS if column in line}
        said = {column: "" if value is None and column in _TEXTS else value for column, value in said.items()}
        for at, year in enumerate(self.found.years, 1):
            amount = line.get(f"amount_{at}")
            if not isinstance(amount, Money):
                continue
            own = {**said, "outputs": line[f"outputs_{at}"]} if f"outputs_{at}" in line else said
            was = before.get((key, year))
            values: dict[str, Any] = {**own, "scheme": scheme, "amount": amount}
            if was and all(getattr(was, column) == value for column, value in values.items()):
                yield was
            elif was:
                yield replace(was, **values, **about)
            else:
                yield Spend(spend=key, year=year, **values, **about)

    def _conditions(self) -> Iterator[ConditionAnswer]:
        for line, about in self.rows("conditions"):
            yield ConditionAnswer(
                condition=_text(line.get("condition")), answer=_choice(line.get("answer")), statement=_text(line.get("statement")),
                by=_day(line.get("by")), action=_text(line.get("action")), **about,
            )  # fmt: skip

    def _metrics(self) -> Iterator[PlannedMetric]:
        texts: dict[str, dict[str, Any]] = {}
        for line, _ in self.rows("metrics"):
            own = texts.setdefault(_text(line.get("metric")), {"rationale": "", "local_plan": ""})
            for name in own:
                own[name] = own[name] or _text(line.get(name))
        known = {row.metric: row for row in self.plan.metrics}
        about: dict[str, Any] = {"source": self.official.name, "basis": "published"}
        for metric, said in texts.items():
            yield (
                replace(known[metric], **said)
                if metric in known
                else PlannedMetric(metric=metric, **said, **about)
            )

    def _metric_plan(self) -> Iterator[MetricPlan]:
        before = {(row.metric, row.period): row for row in self.plan.metric_plan}
        for line, about in self.rows("metrics"):
            given = {name: line.get(name) for name in ("numerator", "denominator")}
            if not line.get("target") and given["numerator"] is None:
                continue
            period = Period.parse(_text(line.get("period")))
            values: dict[str, Any] = {**given, "target": _text(line.get("target"))}
            was = before.get((_text(line.get("metric")), period))
            yield (
                replace(was, **values, **about)
                if was
                else MetricPlan(metric=_text(line.get("metric")), period=period, **values, **about)
            )

    def _narrative(self) -> Iterator[Text]:
        for line, about in self.rows("narrative"):
            if line.get("text"):
                yield Text(section=_text(line.get("section")), text=_text(line.get("text")), **about)

    def _pathways(self) -> Iterator[CareNumber]:
        for line, about in self.rows("pathways"):
            year = FinancialYear.parse(_text(line.get("year")))
            for name, month in _MONTHS.items():
                number = line.get(f"month_{name}")
                if isinstance(number, Decimal):
                    choices: dict[str, Any] = {"setting": line.get("setting"), "kind": line.get("kind")}
                    yield CareNumber(
                        pathway=_text(line.get("pathway")), of=_text(line.get("of")), number=number,
                        month=Month(year.starts + (month < 4), month), **choices, **about,
                    )  # fmt: skip

    def return_tables(self, period: Period) -> FundPlan:
        """A return: what it says of conditions and metrics, forecasts and comments. Its money stays the ledger's."""
        kept = {
            name: [row for row in self.plan.tables[name] if row.period != period]
            for name in ("condition_status", "metric_status", "forecasts", "income_comments")
        }
        for line, about in self.rows("conditions"):
            if line.get("answer"):
                kept["condition_status"].append(
                    ConditionStatus(
                        period=period, condition=_text(line.get("condition")), answer=_choice(line.get("answer")), by=_day(line.get("by")),
                        comment=_text(line.get("comment")), **about,
                    )
                )  # fmt: skip
        self._metric_status(period, kept["metric_status"])
        for line, about in self.rows("spend"):
            if isinstance(line.get("forecast"), Money):
                kept["forecasts"].append(
                    Forecast(
                        period=period, scheme=_text(line.get("scheme")), source_of_funding=_text(line.get("line")), amount=line.get("forecast"),
                        comment=_text(line.get("comment")), **about,
                    )
                )  # fmt: skip
        for line, about in self.rows("income"):
            if line.get("comment"):
                kept["income_comments"].append(
                    IncomeComment(period=period, line=_text(line.get("line")), partner=_text(line.get("partner")), comment=_text(line.get("comment")), **about)
                )  # fmt: skip
        return self.plan.with_tables(**kept)

    def _metric_status(self, period: Period, kept: list[Any]) -> None:
        before = {row.metric: row for row in self.plan.metric_status if row.period == period}
        for line, about in self.rows("metrics"):
            said = {name: _text(line.get(name)) for name in ("achievements", "challenges", "mitigation")}
            values: dict[str, Any] = {**said, "status": "", "actual": line.get("actual")}
            key = _text(line.get("metric"))
            was = before.get(key)
            row = (
                replace(was, **values) if was else MetricStatus(period=period, metric=key, **values, **about)
            )
            # what figure and plan give by themselves is not something that the return says
            status = _choice(line.get("status"))
            row = replace(row, status="" if status == self._own_status(row) else status)
            if row == was:
                kept.append(was)
            elif any((*said.values(), row.status, values["actual"] is not None)):
                kept.append(replace(row, **about))

    def _own_status(self, row: MetricStatus) -> str:
        metric = next((entry for entry in self.found.metrics if entry.metric == row.metric), None)
        if metric is None:
            return ""
        plans = MetricPlans(self.plan.with_tables(metric_status=(row,)), self.found, row.period.end)
        return status_of(plans, metric, row.period).worked_out


_TEXTS = set(_LINE_COLUMNS) - {"nhs_percent", "council_percent", "previous"}


def _same(one: Income, other: Income) -> bool:
    return replace(one, source="", basis="published") == replace(other, source="", basis="published")


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _choice(value: Any) -> Any:
    return "" if value is None else value


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _name(text: Any) -> str:
    """A short name made of words: lower case, digits and underscores, beginning with a letter."""
    plain = "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in str(text).lower()
    ).strip("_")
    joined = "_".join(filter(None, plain.split("_"))) or "line"
    return joined if joined[0].isalpha() else f"line_{joined}"
