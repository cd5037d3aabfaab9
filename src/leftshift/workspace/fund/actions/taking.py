"""What people send of funds: the files of a folder, or a filled-in official workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period
from leftshift.fund.plan.plan import plan_kind
from leftshift.workbooks.official.reading import read_official
from leftshift.workbooks.official.taking_in import take_in
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions import editing
from leftshift.workspace.fund.actions.posting import lock
from leftshift.workspace.fund.models import Fund
from leftshift.workspace.shared import uploads
from leftshift.workspace.shared.editing import Saved


def texts_of_upload(files: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """File name to text of a folder that was sent as its files, or as one zip. Raises FaultsFound."""
    uploads.refuse_other_kinds(files, uploads.OF_A_FOLDER)
    return uploads.texts_of_upload(files, plan_kind(), "fund plan")


@transaction.atomic
def take_in_upload(
    fund: Fund, name: str, content: bytes, given: Mapping[str, str], *, by: Person
) -> tuple[list[Saved], list[str]]:
    """Read an official workbook into a plan. Raises NotAllowed, FaultsFound with every fault, ValueError."""
    by.check_may(Permission.RUN_FUND, fund.place.code)
    # held before it is read: what somebody saves meanwhile would else be taken back in silence
    seen = queries.seen(lock(fund))
    if seen.plan is None or seen.faults:
        raise FaultsFound(seen.faults)
    kind = given.get("kind", "plan")
    period = Period.parse(given["period"]) if given.get("period", "").strip() and kind != "plan" else None
    official = read_official(content, name, seen.round, kind, seen.plan)
    plan = take_in(official, seen.plan, seen.round, period)
    return editing.replace_tables(fund, plan, by=by.signature), official.notes
