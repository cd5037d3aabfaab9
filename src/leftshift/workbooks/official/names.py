"""Between short names and what the workbooks of a round print, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.rounds.round import Round

_ANSWERS = {"yes": "Yes", "no": "No", "in_progress": "No - in progress"}
_STATUS = {"on_track": "On track", "not_on_track": "Not on track", "no_data": "Data not available"}
_OF_ROUND = (
    "scheme_type",
    "activity",
    "objective",
    "area_of_spend",
    "commissioner",
    "provider",
    "new_or_existing",
)


@dataclass(frozen=True)
class Names:
    """The lists of a workbook: of its round, and the partners of its plan."""

    round: Round
    plan: FundPlan

    @cached_property
    def lists(self) -> Mapping[str, Mapping[str, str]]:
        """Name of a list to short name to what is printed."""
        found = self.round
        own = {name: {row.value: row.name for row in found.values(name)} for name in _OF_ROUND}
        progress = any(row.in_progress for row in found.conditions)
        return {
            **own,
            "sub_type": {row.value: row.name for row in found.values("sub_type")},
            "income_line": {row.line: row.name for row in found.income_lines},
            "condition": {row.condition: row.name for row in found.conditions},
            "metric": {row.metric: row.name for row in found.metrics},
            "section": {row.section: row.name for row in found.narrative},
            "pathway": {row.pathway: row.name for row in found.pathways},
            "partner": {row.partner: row.name for row in self.plan.partners},
            "answer": {key: value for key, value in _ANSWERS.items() if progress or key != "in_progress"},
            "status": _STATUS,
        }

    def printed(self, name: str, value: str) -> str:
        """What a workbook prints for a short name; the short name itself where the list has none."""
        return self.lists.get(name, {}).get(value, value)

    def short(self, name: str, text: str) -> str | None:
        """The short name of what is printed, without regard to case and space; None where the list has no such value."""
        return self._folded(name).get(_fold(text))

    def offered(self, name: str) -> Iterable[str]:
        """What a cell may hold."""
        return self.lists.get(name, {}).values()

    def _folded(self, name: str) -> Mapping[str, str]:
        found = self.lists.get(name, {})
        return {_fold(value): key for key, value in found.items()} | {_fold(key): key for key in found}


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
