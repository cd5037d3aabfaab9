"""The sheets of a fund plan: which there are, what each row says, and what may be chosen in a cell, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import ClassVar

from leftshift.foundation.faults import Faults
from leftshift.fund.checks.answers import length_of
from leftshift.fund.plan.plan import plan_kind
from leftshift.fund.rounds.round import Round
from leftshift.place.schema import Column, Table
from leftshift.place.sheets import Sheet
from leftshift.workspace.fund.queries import Seen
from leftshift.workspace.shared.sheets import ABOUT, Choice, Sheets

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
WITH_BALANCES = {"income", "spend", "required_spend"}
_LISTED: Mapping[str, tuple[str, ...]] = {
    "spend": ("scheme", "year", "amount", "source_of_funding", "scheme_type", "activity", "area_of_spend", "commissioner", "provider"),
    "income": ("line", "partner", "year", "amount", "comment"),
    "schemes": ("name", "priority", "owner", "confidence"),
    "conditions": ("condition", "answer", "by", "statement"),
    "metrics": ("metric", "measure", "owner", "rationale"),
    "narrative": ("section", "text"),
}  # fmt: skip


def has_group(found: Round, group: str) -> bool:
    """Whether the round asks for anything of a group."""
    return group != "Capacity and demand" or bool(found.pathways)


class FundSheets(Sheets):
    """The sheets of a plan as its round asks for them."""

    tables = plan_kind().schema.tables
    groups = GROUPS
    titles = TITLES
    labels: ClassVar[Mapping[tuple[str, str], str]] = {
        **Sheets.labels,
        ("", "line"): "Source of funding",
        ("", "by"): "By when",
    }
    in_list = _LISTED
    own_keys = frozenset({"spend", "income", "schemes", "holds", "claims", "clauses", "priorities"})
    named_by = ("scheme", "line", "metric", "condition", "section")

    def __init__(self, seen: Seen, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.seen = seen

    @cached_property
    def faults(self) -> Faults:
        """What cannot be read, and what the rules of the round find."""
        return self.seen.all_faults

    def columns(self, table: Table) -> list[Column]:
        """The columns of a table that the round asks for, in the order in which people fill them in."""
        if table.name != "spend":
            return super().columns(table)
        of_schemes = ("name", "description", "amount", "previous")
        asked = [row.column for row in self.seen.round.columns if row.column not in of_schemes]
        whole = ["scheme", "year", "amount", "previous", *asked]
        rest = ["partner", "provider_body", "listed", "contract", "spend", *ABOUT]
        names = dict.fromkeys([*whole, *rest])
        return [table.columns[name] for name in names if name in table.columns]

    def help(self, table: Table, column: Column) -> str:
        """What a page says beside a field: the round's own words where it has any, else the schema's."""
        asked = self.seen.round.asked.get(column.name) if table.name in ("spend", "schemes") else None
        if not asked or not asked.help:
            return super().help(table, column)
        has_limit = asked.longest and table.name == "spend"
        return asked.help + (f" At most {asked.longest:,} characters." if has_limit else "")

    def label(self, table: Table, column: Column) -> str:
        """What a field is called: as the round's template prints it, else the column's name."""
        asked = self.seen.round.asked.get(column.name) if table.name in ("spend", "schemes") else None
        return asked.heading if asked else super().label(table, column)

    def offered(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """What the round and the plan offer."""
        found = self._of_round(table.name, column.name, row)
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
        plan = self.seen.plan
        if plan is None:
            return []
        of: dict[str, list[Choice]] = {
            "partner": [(row.partner, row.name) for row in plan.partners],
            "scheme": [(row.scheme, row.name) for row in plan.schemes],
            "priority": [(row.priority, row.name) for row in plan.priorities],
            "hold": [(row.hold, row.name) for row in plan.holds],
        }
        return of.get(name, [])

    def unknown(self, value: str) -> str:
        """What is shown for a value that the round does not know."""
        return f"{value} (not of this round)"

    def counted(self, table: Table, column: Column, row: Mapping[str, str]) -> str:
        """How long an answer is and may be, in words."""
        if table.name != "narrative" or column.name != "text":
            return ""
        section = next(
            (entry for entry in self.seen.round.narrative if entry.section == row.get("section")), None
        )
        if section is None or not section.most:
            return ""
        return (
            f"{length_of(row.get('text', ''), section.counted_in):,} of {section.most:,} {section.counted_in}"
        )

    def is_folded(self, table: Table, column: Column) -> bool:
        """Whether few need a field: of expenditure, all that the round does not ask for."""
        asked = (*self.seen.round.asked, "scheme", "year")
        return super().is_folded(table, column) or (table.name == "spend" and column.name not in asked)

    def begun(self, table: Table, sheet: Sheet, by: str) -> dict[str, str]:
        """What a new row begins with: beside the rest, the first year of the round."""
        year = {"year": str(self.seen.round.years[0])} if "year" in table.columns else {}
        return {**super().begun(table, sheet, by), **year}
