"""Edits of a plan: each is one transaction, with what takes it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from leftshift.fund.plan.plan import FundPlan, plan_kind
from leftshift.place.sheets import Change
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.storing import know_partners
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.shared.editing import Edited, Saved, Signed

RECORD = frozenset(name for name, table in plan_kind().schema.tables.items() if table.beside_the_plan)
"""Tables that say what happened. Of these, people write only what returns say; the rest is the workspace's own record."""
WRITTEN_BESIDE = frozenset({"printed", "condition_status", "metric_status", "forecasts", "income_comments"})
EDITED = tuple(name for name in plan_kind().schema.tables if name not in RECORD or name in WRITTEN_BESIDE)


def held(fund: Fund) -> Edited:
    """A fund, held until the transaction ends, to be changed."""
    return Edited(
        Fund.objects.select_for_update().get(pk=fund.pk), plan_kind().schema.tables, fund.place.code
    )


@transaction.atomic
def save(fund: Fund, file: str, changes: Sequence[Change], *, by: str, key: str = "") -> Saved:
    """Make changes of a table; ValueError for a column that there is not. A new partner can be signed for from then on."""
    saved = held(fund).save(file, changes, Signed(by, key))
    if file == "partners.csv" and (plan := queries.seen(fund).plan) is not None:
        know_partners(plan, by=by)
    return saved


@transaction.atomic
def save_text(fund: Fund, file: str, before: str, after: str, *, by: str) -> Saved:
    """Set the text of plan.toml; ``before`` is what its editor saw."""
    return held(fund).save_text(file, before, after, Signed(by))


@transaction.atomic
def undo(fund: Fund, number: int, *, by: str) -> Saved:
    """Take an edit back by a new one; clashes where somebody has built on it since."""
    return held(fund).undo(number, by=by)


@transaction.atomic
def replace_tables(fund: Fund, plan: FundPlan, *, by: str) -> list[Saved]:
    """Make the tables of a fund those of a plan that was taken in from a workbook: one edit a table, each of which can be taken back."""
    return held(fund).replace(EDITED, plan.texts(), Signed(by))
