"""Take what an official workbook holds into a plan: each row says from which sheet and row of the workbook it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from leftshift.foundation.faults import Fault, Faults, FaultsFound, shown
from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.metrics.planning import MetricPlans
from leftshift.fund.metrics.rating import status_of
from leftshift.fund.plan.plan import FundPlan, plan_kind
from leftshift.fund.plan.record_rows import ConditionStatus, Forecast, IncomeComment, MetricStatus
from leftshift.fund.plan.rows import ConditionAnswer, Income, Scheme, Spend
from leftshift.fund.plan.work_rows import CareNumber, MetricPlan, PlannedMetric, Text
from leftshift.fund.returns.building import blocks_of, columns_of
from leftshift.fund.returns.content import SAID_ONCE, Line, income_lines, spend_lines
from leftshift.fund.rounds.round import Round
from leftshift.place.applying import key_of, key_words
from leftshift.place.row import Row
from leftshift.workbooks.official.reading import Official

_MONTHS = {"april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12, "january": 1, "february": 2, "march": 3}  # fmt: skip
_LINE_COLUMNS = (
    "scheme_type", "sub_type", "type_other", "activity", "objective", "area_of_spend", "area_other", "commissioner",
    "nhs_percent", "council_percent", "provider", "source_of_funding", "new_or_existing", "previous", "comments",
)  # fmt: skip

_R = TypeVar("_R", bound=Row)
_T = TypeVar("_T")
_SETTINGS = {name: name for name in ("hospital_discharge", "community")}
_KINDS = {name: name for name in ("demand", "block", "spot")}


def take_in(official: Official, plan: FundPlan, found: Round, period: Period | None = None) -> FundPlan:
    """The plan with what the workbook holds in place of its own. Tables that the workbook does not have stay as they are."""
    taking = _Taking(official, plan, found)
    if official.kind == "plan":
        taken = taking.plan_tables()
    elif period is None:
        raise ValueError("a return is of a period: say which, such as 2016/17 Q2")
    else:
        taken = taking.return_tables(period)
    if not taking.faults:  # else what is already answered would be said again, in other words
        taking.faults.add_all(_twice(plan, taken))
    taking.faults.raise_if_any()
    return taken


def _twice(plan: FundPlan, taken: FundPlan) -> Iterator[Fault]:
    """Rows of a workbook that are about the same: one of them would be lost."""
    for name, table in plan_kind().schema.tables.items():
        first: dict[Any, Row] = {}
        for row in taken.tables[name] if taken.tables[name] is not plan.tables[name] else ():
            if (other := first.setdefault(key_of(table, row), row)) is not row:
                what = key_words(table, key_of(table, row))
                action = "Give it a reference of its own, or put both in one row"
                yield _fault_at(
                    row.source,
                    None,
                    "given twice",
                    what,
                    f"one row of {what}; the other is {other.source}",
                    action,
                )


def _fault_at(source: str, letters: str | None, kind: str, found: str, expected: str, action: str) -> Fault:
    """A fault at a row of the workbook, which the source of what was read names."""
    sheet, _, row = source.rpartition(", row ")
    return Fault(
        kind, sheet or source, int(row) if row.isdecimal() else None, letters, found, expected, action
    )


class _Taking:
    """Takes one workbook in."""

    def __init__(self, official: Official, plan: FundPlan, found: Round) -> None:
        self.official, self.plan, self.found = official, plan, found
        self.faults = Faults()
        self.blocks = [block for block in blocks_of(found, official.kind) if block.block in official.blocks]

    def has(self, of: str) -> bool:
        """Whether the workbook has a table of such rows."""
        return any(block.of == of for block in self.blocks)

    def rows(self, of: str) -> Iterator[tuple[Line, dict[str, Any]]]:
        """Every row of the tables of such rows, with where it comes from; a pack may call its tables as it likes."""
        for block in (entry for entry in self.blocks if entry.of == of):
            found = zip(self.official.blocks[block.block], self.official.rows[block.block], strict=True)
            for line, number in found:
                source = f"{self.official.name}, sheet {block.sheet}, row {number}"
                yield line, {"source": source, "basis": "published"}

    def plan_tables(self) -> FundPlan:
        """A plan's template. What the workbook has no table for stays as it is."""
        made: dict[str, tuple[str, Any]] = {
            "income": ("income", self._income),
            "conditions": ("conditions", self._conditions),
            "metrics": ("metrics", self._metrics),
            "metric_plan": ("metrics", self._metric_plan),
            "narrative": ("narrative", self._narrative),
            "capacity_demand": ("pathways", self._pathways),
        }
        tables: dict[str, Any] = {name: tuple(rows()) for name, (of, rows) in made.items() if self.has(of)}
        if self.has("spend"):
            tables["schemes"], tables["spend"] = self._spend()
        return self.plan.with_tables(**tables)

    def _income(self) -> Iterator[Income]:
        before = {(row.income, row.year): row for row in self.plan.income}
        known: dict[tuple[str, str, FinancialYear], list[str]] = {}
        for row in self.plan.income:
            known.setdefault((row.line, row.partner, row.year), []).append(row.income)
        printed = _printed(income_lines(self.plan), lambda row: row.income)
        used: set[tuple[str, FinancialYear]] = set()
        lines = list(self.rows("income"))
        self._check_once("income", lines)
        for line, about in lines:
            source, partner = _text(line.get("line")), _text(line.get("partner"))
            for at, year in enumerate(self.found.years, 1):
                amount = line.get(f"amount_{at}")
                if not isinstance(amount, Money):
                    continue
                # a workbook without a reference: the only row of this source and partner, else a new one
                same = known.get((source, partner, year), [])
                key = _name(line.get("income") or (same[0] if len(same) == 1 else f"{source}_{partner}"))
                if not line.get("income"):  # two rows of one source and partner are two, not one
                    key = next(made for made in _numbered(key) if (made, year) not in used)
                used.add((key, year))
                was = before.get((key, year))
                said = {"comment": _text(line["comment"])} if "comment" in line else {}
                said = _as_before(said, was, printed.get((key, year)))
                values: dict[str, Any] = {"line": source, "partner": partner, "amount": amount, **said}
                yield (
                    _changed(was, values, about) if was else Income(income=key, year=year, **values, **about)
                )

    def _check_once(self, of: str, lines: Sequence[tuple[Line, Mapping[str, Any]]]) -> None:
        """A reference that stands in two rows of one year, as where a row was copied: one of them would silently be lost."""
        first: dict[tuple[str, int], str] = {}
        for line, about in lines:
            sheet, _, row = str(about["source"]).rpartition(", row ")
            years = [at for at, _ in enumerate(self.found.years, 1) if line.get(f"amount_{at}") is not None]
            there = [first.setdefault((_name(line[of]), at), row) for at in years if line.get(of)]
            if other := next((number for number in there if number != row), None):
                expected, action = "a reference of its own", f"It is that of row {other}. Empty it: the row then gets one of its own"  # fmt: skip
                self.faults.add(
                    Fault("reference twice", sheet, int(row), self._letters(of, of), shown(_text(line[of])), expected, action)
                )  # fmt: skip

    def _letters(self, of: str, item: str) -> str | None:
        """The column of an item on the sheet."""
        block = next(entry for entry in self.blocks if entry.of == of)
        return next((col.column for col in columns_of(self.found, block) if col.item == item), None)

    def _spend(self) -> tuple[tuple[Scheme, ...], tuple[Spend, ...]]:
        schemes = {row.scheme: row for row in self.plan.schemes}
        by_name = {_fold(row.name): row.scheme for row in self.plan.schemes}
        before = {(row.spend, row.year): row for row in self.plan.spend}
        printed = _printed(spend_lines(self.plan, self.found), lambda row: row.spend)
        made: list[Spend] = []
        lines = list(self.rows("spend"))
        self._check_once("spend", lines)
        taken = {_name(line["spend"]) for line, _ in lines if line.get("spend")}
        for at, (line, about) in enumerate(lines, 1):
            free = (key for number in count(at) if (key := f"line_{number}") not in taken)
            key = _name(line.get("spend") or next(free))
            taken.add(key)
            scheme = by_name.get(_fold(_text(line.get("name")))) or _name(_text(line.get("name")) or key)
            by_name.setdefault(_fold(_text(line.get("name"))), scheme)
            said: dict[str, Any] = {"name": _text(line.get("name")) or scheme}
            if "description" in line:
                said["description"] = _text(line.get("description"))
            own = schemes.get(scheme)
            schemes[scheme] = replace(own, **said) if own else Scheme(scheme=scheme, **said, **about)
            made += self._years(line, key, scheme, about, before, printed)
        return tuple(schemes.values()), tuple(made)

    def _years(
        self,
        line: Line,
        key: str,
        scheme: str,
        about: dict[str, Any],
        before: Mapping[tuple[str, FinancialYear], Spend],
        printed: Mapping[tuple[str, FinancialYear], Spend],
    ) -> Iterator[Spend]:
        said = {column: line[column] for column in _LINE_COLUMNS if column in line}
        said = {column: "" if value is None and column in _TEXTS else value for column, value in said.items()}
        for at, year in enumerate(self.found.years, 1):
            amount = line.get(f"amount_{at}")
            if not isinstance(amount, Money):
                continue
            own = {**said, "outputs": line[f"outputs_{at}"]} if f"outputs_{at}" in line else said
            was = before.get((key, year))
            own = _as_before(own, was, printed.get((key, year)))
            values: dict[str, Any] = {**own, "scheme": scheme, "amount": amount}
            if was and all(getattr(was, column) == value for column, value in values.items()):
                yield was
            elif was:
                yield replace(was, **values, **about)
            else:
                yield Spend(spend=key, year=year, **values, **about)

    def _conditions(self) -> Iterator[ConditionAnswer]:
        before = {row.condition: row for row in self.plan.conditions}
        read = {"answer": _choice, "statement": _text, "by": _day, "action": _text}
        for line, about in self.rows("conditions"):
            key, values = _text(line.get("condition")), _values(line, read)
            was = before.get(key)
            yield (_changed(was, values, about) if was else ConditionAnswer(condition=key, **values, **about))

    def _metrics(self) -> Iterator[PlannedMetric]:
        texts: dict[str, dict[str, Any]] = {}
        for line, _ in self.rows("metrics"):
            own = texts.setdefault(_text(line.get("metric")), {})
            for name in (name for name in ("rationale", "local_plan") if name in line):
                own[name] = own.get(name) or _text(line[name])
        known = {row.metric: row for row in self.plan.metrics}
        about: dict[str, Any] = {"source": self.official.name, "basis": "published"}
        for metric, said in texts.items():
            was = known.get(metric)
            yield _changed(was, said, about) if was else PlannedMetric(metric=metric, **said, **about)
        # a metric that the workbook does not show is still planned
        yield from (row for metric, row in known.items() if metric not in texts)

    def _metric_plan(self) -> Iterator[MetricPlan]:
        before = {(row.metric, row.period): row for row in self.plan.metric_plan}
        read = {"numerator": _same_value, "denominator": _same_value, "target": _text}
        shown = set()
        for line, about in self.rows("metrics"):
            period = self._parsed(Period.parse, "metrics", "period", line, about)
            key = (_text(line.get("metric")), period)
            shown.add(key)
            values, was = _values(line, read), before.get(key)
            if was:
                yield _changed(was, values, about)
            elif any(value not in (None, "") for value in values.values()):
                yield MetricPlan(metric=key[0], period=key[1], **values, **about)
        yield from (row for key, row in before.items() if key not in shown)

    def _parsed(
        self, parse: Callable[[str], _T], of: str, item: str, line: Line, about: Mapping[str, Any]
    ) -> _T:
        """What a cell that came filled in says. Raises FaultsFound at the cell where somebody changed it to what it cannot be."""
        text = _text(line.get(item))
        try:
            return parse(text)
        except (ValueError, LookupError) as problem:
            letters = self._letters(of, item)
            faults = Faults()
            faults.add(
                _fault_at(str(about["source"]), letters, f"{item} not understood", shown(text), "what the template came with", "Put it back as it came")
            )  # fmt: skip
            raise FaultsFound(faults) from problem

    def _narrative(self) -> Iterator[Text]:
        before = {row.section: row for row in self.plan.narrative}
        for line, about in self.rows("narrative"):
            key, text = _text(line.get("section")), _text(line.get("text"))
            if text:
                was = before.get(key)
                yield (_changed(was, {"text": text}, about) if was else Text(section=key, text=text, **about))

    def _pathways(self) -> Iterator[CareNumber]:
        before = {
            (row.setting, row.pathway, row.kind, row.of, row.month): row for row in self.plan.capacity_demand
        }
        for line, about in self.rows("pathways"):
            year = self._parsed(FinancialYear.parse, "pathways", "year", line, about)
            for item, known in (("setting", _SETTINGS), ("kind", _KINDS)):
                self._parsed(known.__getitem__, "pathways", item, line, about)
            choices: dict[str, Any] = {"setting": line["setting"], "kind": line["kind"]}
            pathway, of = _text(line.get("pathway")), _text(line.get("of"))
            for name, at in _MONTHS.items():
                number = line.get(f"month_{name}")
                if not isinstance(number, Decimal):
                    continue
                month = Month(year.starts + (at < 4), at)
                was = before.get((choices["setting"], pathway, choices["kind"], of, month))
                yield (
                    _changed(was, {"number": number}, about)
                    if was
                    else CareNumber(pathway=pathway, of=of, number=number, month=month, **choices, **about)
                )

    def return_tables(self, period: Period) -> FundPlan:
        """A return: what it says of conditions and metrics, forecasts and comments. Its money stays the ledger's."""
        of = {
            "condition_status": "condition_status",
            "metric_status": "metric_status",
            "forecasts": "spend_actual",
            "income_comments": "income_actual",
        }
        kept = {
            name: [row for row in self.plan.tables[name] if row.period != period or not self.has(rows)]
            for name, rows in of.items()
        }
        self._condition_status(period, kept["condition_status"])
        self._metric_status(period, kept["metric_status"])
        self._forecasts(period, kept["forecasts"])
        self._income_comments(period, kept["income_comments"])
        return self.plan.with_tables(**kept)

    def _condition_status(self, period: Period, kept: list[Any]) -> None:
        before = {row.condition: row for row in self.plan.condition_status if row.period == period}
        read = {"answer": _choice, "by": _day, "comment": _text}
        for line, about in self.rows("condition_status"):
            key, values = _text(line.get("condition")), _values(line, read)
            was = before.get(key)
            if was and values.get("answer", was.answer):
                kept.append(_changed(was, values, about))
            elif values.get("answer"):
                kept.append(ConditionStatus(period=period, condition=key, **values, **about))

    def _forecasts(self, period: Period, kept: list[Any]) -> None:
        before = {
            (row.scheme, row.source_of_funding): row for row in self.plan.forecasts if row.period == period
        }
        for line, about in self.rows("spend_actual"):
            key, amount = (_text(line.get("scheme")), _text(line.get("line"))), line.get("forecast")
            if not isinstance(amount, Money):
                if comment := _text(line.get("comment")):
                    expected = "a forecast beside the comment: what it is about"
                    self.faults.add(_fault_at(about["source"], None, "comment without a forecast", shown(comment), expected, "Enter the forecast"))  # fmt: skip
                continue
            values: dict[str, Any] = {"amount": amount} | _values(line, {"comment": _text})
            was = before.get(key)
            made: dict[str, Any] = {"period": period, "scheme": key[0], "source_of_funding": key[1]} | values
            kept.append(_changed(was, values, about) if was else Forecast(**made, **about))

    def _income_comments(self, period: Period, kept: list[Any]) -> None:
        before = {(row.line, row.partner): row for row in self.plan.income_comments if row.period == period}
        for line, about in self.rows("income_actual"):
            key, comment = (_text(line.get("line")), _text(line.get("partner"))), _text(line.get("comment"))
            if comment:
                was = before.get(key)
                made: dict[str, Any] = {"line": key[0], "partner": key[1], "comment": comment}
                kept.append(
                    _changed(was, made, about) if was else IncomeComment(period=period, **made, **about)
                )

    def _metric_status(self, period: Period, kept: list[Any]) -> None:
        before = {row.metric: row for row in self.plan.metric_status if row.period == period}
        for line, about in self.rows("metric_status"):
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


def _values(line: Line, read: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """What a row says, of those columns that its workbook has: what it has no column for stays as it is."""
    return {name: as_read(line[name]) for name, as_read in read.items() if name in line}


def _changed(was: _R, values: Mapping[str, Any], about: Mapping[str, Any]) -> _R:
    """The row with other values, and where they come from; itself where nothing differs."""
    if all(getattr(was, name) == value for name, value in values.items()):
        return was
    return replace(was, **values, **about)


def _printed(
    lines: Iterable[Mapping[FinancialYear, _R]], name: Callable[[_R], str]
) -> dict[tuple[str, FinancialYear], _R]:
    """Row and year to the row whose words its line of the workbook prints: that of its first year."""
    return {(name(row), year): next(iter(years.values())) for years in lines for year, row in years.items()}


def _as_before(said: Mapping[str, Any], was: Row | None, first: Row | None) -> dict[str, Any]:
    """What a line says once for all its years: where nobody changed it, each year keeps its own."""
    return {
        name: getattr(was, name)
        if was and name in SAID_ONCE and value == getattr(first, name, None)
        else value
        for name, value in said.items()
    }


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _same_value(value: Any) -> Any:
    return value


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
