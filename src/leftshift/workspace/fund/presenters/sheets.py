"""The sheets of a fund plan: which there are, what each row says, and what may be chosen in a cell, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from leftshift.foundation.faults import Fault
from leftshift.foundation.money import Money, NumberNotUnderstood
from leftshift.fund.checks.answers import length_of
from leftshift.fund.plan.plan import FundPlan, plan_kind
from leftshift.fund.rounds.round import Round
from leftshift.place.schema import Column, Table
from leftshift.workspace.fund.queries import Seen

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Partners": ("partners",),
    "Income": ("income",),
    "Expenditure": ("spend", "required_spend"),
    "Schemes": ("schemes", "priorities", "deliverables", "milestones", "scheme_effects", "claims"),
    "Conditions": ("conditions", "evidence"),
    "Metrics": ("metrics", "metric_plan"),
    "Capacity and demand": ("capacity_demand", "pathway_facts"),
    "Narrative": ("narrative",),
    "Held back and shared": ("holds", "clauses"),
    "Printed totals": ("printed",),
    "For returns": ("condition_status", "metric_status", "forecasts", "income_comments"),
}
"""Group to the tables that stand in it."""
TITLES: Mapping[str, str] = {
    "partners": "Partners", "income": "Income", "spend": "Expenditure", "required_spend": "Required spend", "schemes": "Schemes",
    "priorities": "Priorities", "deliverables": "Deliverables", "milestones": "Milestones", "scheme_effects": "Effects on metrics",
    "claims": "Claims", "conditions": "National conditions", "evidence": "Evidence", "metrics": "Metrics", "metric_plan": "Plan of metrics",
    "capacity_demand": "Capacity and demand", "pathway_facts": "Lengths and waits", "narrative": "Narrative", "holds": "Money held back",
    "clauses": "Section 75 clauses", "printed": "Printed totals", "condition_status": "Conditions in returns",
    "metric_status": "Metrics in returns", "forecasts": "Forecasts", "income_comments": "Comments on income",
}  # fmt: skip
_LABELS: Mapping[tuple[str, str], str] = {
    ("", "source"): "Where this comes from", ("", "basis"): "How firm it is", ("", "line"): "Source of funding", ("conditions", "by"): "By when",
    ("condition_status", "by"): "By when", ("spend", "partner"): "Whose money", ("spend", "provider_body"): "Code of the provider",
    ("spend", "listed"): "In the printed list of schemes", ("spend", "contract"): "Contract of the place", ("spend", "spend"): "Short name of the line",
    ("", "of"): "Of whom",
}  # fmt: skip
WITH_BALANCES = {"income", "spend", "required_spend"}
_ABOUT = ("source", "basis")
OWN_KEYS = {"spend", "income", "schemes", "holds", "claims", "clauses", "priorities"}
"""Tables whose short names are given to a new row: people need not think of one."""
_LISTED: Mapping[str, tuple[str, ...]] = {
    "spend": ("scheme", "year", "amount", "source_of_funding", "scheme_type", "activity", "area_of_spend", "commissioner", "provider"),
    "income": ("line", "partner", "year", "amount", "comment"),
    "schemes": ("name", "priority", "owner", "confidence"),
    "conditions": ("condition", "answer", "by", "statement"),
    "metrics": ("metric", "measure", "owner", "rationale"),
    "narrative": ("section", "text"),
}  # fmt: skip
_SHOWN = 7
_LONG = 90


def group_of(table: str) -> str:
    """The group that a table stands in."""
    return next(group for group, tables in GROUPS.items() if table in tables)


def has_group(found: Round, group: str) -> bool:
    """Whether the round asks for anything of a group."""
    return group != "Capacity and demand" or bool(found.pathways)


def columns_of(table: Table, found: Round) -> list[Column]:
    """The columns of a table that the round asks for, in the order in which people fill them in."""
    if table.name != "spend":
        return list(table.columns.values())
    of_schemes = ("name", "description", "amount", "previous")
    asked = [row.column for row in found.columns if row.column not in of_schemes]
    whole = ["scheme", "year", "amount", "previous", *asked]
    rest = ["partner", "provider_body", "listed", "contract", "spend", *_ABOUT]
    names = dict.fromkeys([*whole, *rest])
    return [table.columns[name] for name in names if name in table.columns]


def help_of(table: str, column: Column, found: Round) -> str:
    """What a page says beside a field: the round's own words where it has any, else the schema's."""
    asked = found.asked.get(column.name) if table == "spend" else None
    if asked and asked.help:
        limit = f" At most {asked.longest:,} characters." if asked.longest else ""
        return asked.help + limit
    if table == "schemes" and column.name in found.asked and found.asked[column.name].help:
        return found.asked[column.name].help
    return column.description.replace("`", "") + "."


def label_of(table: str, column: Column, found: Round) -> str:
    """What a field is called: as the round's template prints it, else the column's name."""
    asked = found.asked.get(column.name) if table in ("spend", "schemes") else None
    special = {
        "source": "Where this comes from",
        "basis": "How firm it is",
        "line": "Source of funding",
        "by": "By when",
    }
    return asked.heading if asked else special.get(column.name, column.name.replace("_", " ").capitalize())


Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """What may be chosen in the cells of a plan, each with its name."""

    seen: Seen

    @property
    def _plan(self) -> FundPlan | None:
        return self.seen.plan

    def of(self, table: str, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """Value and name of everything that may stand in a cell; nothing where anything may."""
        if column.type == "yes_no":
            return [("yes", "Yes"), ("no", "No")]
        if column.name in ("period", "month", "quarter"):
            return []
        if column.choices:
            return [(value, value.replace("_", " ").capitalize() or "Not said") for value in column.choices]
        found = self._of_round(table, column.name, row)
        return found if found is not None else self._of_plan(column.name)

    def _of_round(self, table: str, name: str, row: Mapping[str, str]) -> list[Choice] | None:
        found = self.seen.round
        of: dict[str, Callable[[], list[Choice]]] = {
            "line": lambda: [(entry.line, entry.name) for entry in found.income_lines],
            "source_of_funding": lambda: [(entry.line, entry.name) for entry in found.income_lines],
            "minimum": lambda: [
                *((entry.minimum, entry.name) for entry in found.minimums),
                *((entry.line, f"{entry.name}: what was allocated") for entry in found.income_lines if entry.mandated),
            ],
            "condition": lambda: [(entry.condition, entry.name) for entry in found.conditions],
            "section": lambda: [(entry.section, entry.name) for entry in found.narrative],
            "pathway": lambda: [(entry.pathway, entry.name) for entry in found.pathways if not row.get("setting") or entry.setting == row["setting"]],
            "year": lambda: [(str(year), str(year)) for year in found.years],
            "metric": lambda: [(entry.metric, entry.name) for entry in found.metrics],
        }  # fmt: skip
        if name in of:
            return of[name]()
        if name == "sub_type":
            parent = row.get("scheme_type", "")
            return [(entry.value, entry.name) for entry in found.values("sub_type", parent)]
        if table in ("spend", "pathway_facts") and found.values(name):
            return [(entry.value, entry.name) for entry in found.values(name)]
        return None

    def _of_plan(self, name: str) -> list[Choice]:
        plan = self._plan
        if plan is None:
            return []
        of: dict[str, list[Choice]] = {
            "partner": [(row.partner, row.name) for row in plan.partners],
            "scheme": [(row.scheme, row.name) for row in plan.schemes],
            "priority": [(row.priority, row.name) for row in plan.priorities],
            "hold": [(row.hold, row.name) for row in plan.holds],
        }
        return of.get(name, [])

    def name_of(self, table: str, column: Column, value: str) -> str:
        """What is shown for a value."""
        if column.type == "money" and value:
            try:
                return Money.pounds(value).brief
            except NumberNotUnderstood:
                return value
        return dict(self.of(table, column, {})).get(value, value)


@dataclass(frozen=True)
class RowLine:
    """A row of a sheet as its page lists it."""

    key: str
    cells: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True)
class SheetPage:
    """A sheet: its rows by name, what is wrong with each, and what nobody row has."""

    table: str
    title: str
    description: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[RowLine]
    faults: Sequence[str]
    with_balances: bool


def sheet_page(seen: Seen, table: Table, rows: Sequence[tuple[int, str, Mapping[str, str]]]) -> SheetPage:
    """A sheet with its rows: line of the file, key, and cells by column."""
    found, choices = seen.round, Choices(seen)
    columns = _listed(table, found)
    by_row: dict[int, list[Fault]] = {}
    loose: list[str] = []
    for fault in seen.all_faults:
        if fault.file == table.file and fault.row:
            by_row.setdefault(fault.row, []).append(fault)
        elif fault.file == table.file:
            loose.append(_said(table, fault, found))
    lines = [
        RowLine(key, [_short(choices.name_of(table.name, column, cells.get(column.name, ""))) for column in columns], _row_faults(table, by_row.get(line, []), found))
        for line, key, cells in rows
    ]  # fmt: skip
    heads = [
        (label_of(table.name, column, found), column.type in ("money", "number", "whole", "share"))
        for column in columns
    ]
    return SheetPage(
        table.name, TITLES[table.name], table.description, heads, lines, loose, table.name in WITH_BALANCES
    )


def _row_faults(table: Table, faults: Sequence[Fault], found: Round) -> list[str]:
    """What is to be cleared in a row: what is empty in one line, the rest one by one."""
    empty = [fault for fault in faults if fault.kind == "not filled in" and fault.column in table.columns]
    names = [label_of(table.name, table.columns[fault.column or ""], found) for fault in empty]
    said = [_said(table, fault, found) for fault in faults if fault not in empty]
    return [*([f"Not filled in: {', '.join(dict.fromkeys(names))}."] if names else []), *said]


def _listed(table: Table, found: Round) -> list[Column]:
    asked = {column.name for column in columns_of(table, found)}
    names = [name for name in _LISTED.get(table.name, ()) if name in asked]
    names = names or [name for name in table.columns if name not in _ABOUT][:_SHOWN]
    return [table.columns[name] for name in names]


def _said(table: Table, fault: Fault, found: Round) -> str:
    column = table.columns.get(fault.column or "")
    where = f"{label_of(table.name, column, found)}: " if column else ""
    hint = f" Did you mean {fault.suggestion}?" if fault.suggestion else ""
    return f"{where}{fault.found}. {fault.action.rstrip('.')}.{hint}"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[:_LONG].rsplit(" ", 1)[0] + " …"


# ---------------------------------------------------------------------- one row as a form
@dataclass(frozen=True)
class Field:
    """A field of a row: what it is called, what the page says of it, what may be chosen, what stands there, and what is wrong."""

    name: str
    label: str
    help: str
    kind: str
    choices: Sequence[Choice]
    value: str
    problems: Sequence[str]
    is_needed: bool
    counted: str = ""
    is_folded: bool = False  # few need it: it stands behind a click


def fields_of(seen: Seen, table: Table, row: Mapping[str, str], line: int) -> list[Field]:
    """The fields of a row, in the order in which people fill them in."""
    faults = [fault for fault in seen.all_faults if fault.file == table.file and fault.row == line and line]
    return [_field(seen, table, column, row, faults) for column in columns_of(table, seen.round)]


def field_of(seen: Seen, table: Table, column: Column) -> Field:
    """A field that is empty, for any row."""
    return _field(seen, table, column, {}, ())


def _field(
    seen: Seen, table: Table, column: Column, row: Mapping[str, str], faults: Sequence[Fault]
) -> Field:
    found = seen.round
    choices = Choices(seen).of(table.name, column, row)
    value = row.get(column.name, "")
    if choices and value and value not in dict(choices):
        choices = [*choices, (value, f"{value} (not of this round)")]
    kind = (
        "choice"
        if choices
        else "prose"
        if column.type == "prose"
        else "date"
        if column.type == "date"
        else "text"
    )
    said = [
        f"{fault.found}: expected {fault.expected}. {fault.action.rstrip('.')}."
        for fault in faults
        if fault.column == column.name
    ]
    return Field(
        column.name, label_of(table.name, column, found), help_of(table.name, column, found), kind,
        choices, value, said, column.required, _limit(seen, table, column, row), _is_folded(table, column, found, said),
    )  # fmt: skip


def _is_folded(table: Table, column: Column, found: Round, said: Sequence[str]) -> bool:
    extra = table.name == "spend" and column.name not in found.asked and column.name not in ("scheme", "year")
    return not said and (extra or column.name in _ABOUT or (column.name == table.key[0] and column.type == "name" and not column.refers and table.name in OWN_KEYS))  # fmt: skip


def _limit(seen: Seen, table: Table, column: Column, row: Mapping[str, str]) -> str:
    """How long a text is and may be, in words."""
    if table.name != "narrative" or column.name != "text":
        return ""
    section = next((entry for entry in seen.round.narrative if entry.section == row.get("section")), None)
    if section is None or not section.most:
        return ""
    return f"{length_of(row.get('text', ''), section.counted_in):,} of {section.most:,} {section.counted_in}"


def tables() -> Mapping[str, Table]:
    """Every table of a plan."""
    return plan_kind().schema.tables
