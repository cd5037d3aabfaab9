"""Returns: prepared from the record, reviewed, submitted, noted; each step by somebody who may, and each kept."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.periods import Period
from leftshift.fund.plan.plan import read_plan_texts
from leftshift.fund.returns.building import PLAN, NoSuchReturn
from leftshift.fund.returns.checking import check_return
from leftshift.fund.returns.states import (
    NOTED,
    PREPARED,
    REVIEWED,
    SUBMITTED,
    WITHDRAWN,
    StepAsked,
    StepRefused,
    check_step,
)
from leftshift.workspace.accounts.permissions import NotAllowed, Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.signing import organisation_of
from leftshift.workspace.fund.actions.storing import keep_version
from leftshift.workspace.fund.models import Fund, FundReturn, ReturnStep
from leftshift.workspace.record.models import record_event

NEEDS = {
    PREPARED: Permission.RUN_FUND,
    REVIEWED: Permission.SIGN_FUND,
    SUBMITTED: Permission.RUN_FUND,
    NOTED: Permission.MINUTE_FUND,
    WITHDRAWN: Permission.RUN_FUND,
}
"""Step to what it takes to take it."""


@transaction.atomic
def prepare(fund: Fund, kind: str, period: Period | None, *, by: Person) -> FundReturn:
    """Build a return from the record and keep it as prepared. Raises NotAllowed, FaultsFound, NoSuchReturn."""
    found = Fund.objects.select_for_update(of=("self",)).select_related("place").get(pk=fund.pk)
    by.check_may(Permission.RUN_FUND, found.place.code)
    assert by.account is not None, "who may prepare a return has an account"
    seen = queries.seen(found)
    if seen.plan is None or seen.faults:
        raise FaultsFound(seen.faults)
    if kind == PLAN:
        raise NoSuchReturn("the plan is signed and sent on the page of its sign-off: it is no return")
    made = seen.pooled.make(kind, seen.as_of, period)
    faults = [entry.document() for entry in check_return(made, seen.round)]
    document = {**made.document(), "faults": faults}
    if (same := _prepared_already(found, kind, made.period, document)) is not None:
        return same
    version = keep_version(found, seen.plan, by=by.signature)
    kept = FundReturn.objects.create(
        version=version,
        kind=kind,
        period=made.period,
        document=document,
        by=by.signature,
    )
    _note(kept, StepAsked(PREPARED, by.number), by)
    return kept


def _prepared_already(fund: Fund, kind: str, period: str, document: dict[str, Any]) -> FundReturn | None:
    """The latest return of a period where it says the same and nobody took a step since: a form that was sent twice prepares one."""
    last = FundReturn.objects.filter(version__fund=fund, kind=kind, period=period).order_by("-pk").first()
    if last is None or last.steps.exclude(step=PREPARED).exists():
        return None
    return last if last.document == json.loads(json.dumps(document)) else None


def may_take(made: FundReturn, step: str, *, by: Person) -> bool:
    """Whether somebody may take a step by their roles; who reviews speaks for a partner of the plan."""
    place = made.version.fund.place.code
    if step != REVIEWED:
        return by.may(NEEDS[step], place)
    plan = read_plan_texts(made.version.document).plan
    partners = plan.partners if plan is not None else ()
    return any(by.may(NEEDS[step], place, organisation_of(row.partner)) for row in partners)


def _check_latest(fund: Fund, made: FundReturn) -> None:
    """A return that was prepared again goes no further: what is sent is the later one. Raises StepRefused."""
    later = FundReturn.objects.filter(
        version__fund=fund, kind=made.kind, period=made.period, pk__gt=made.pk
    ).exclude(steps__step=WITHDRAWN)
    if later.exists():
        raise StepRefused(
            "It was prepared again since. Open the later one of this period, or have that taken back first"
        )


@transaction.atomic
def step(made: FundReturn, asked: StepAsked, *, by: Person) -> ReturnStep:
    """Take the next step of a return. Raises NotAllowed, StepRefused."""
    fund = Fund.objects.select_for_update(of=("self",)).select_related("place").get(pk=made.version.fund_id)
    if not may_take(made, asked.step, by=by):
        raise NotAllowed(NEEDS[asked.step])
    if asked.step in (REVIEWED, SUBMITTED):
        _check_latest(fund, made)
    taken = list(made.steps.order_by("id"))
    blocking = [fault for fault in made.document["faults"] if fault["severity"] == "blocking"]
    if asked.step == SUBMITTED and made.period and Period.parse(made.period).end >= timezone.localdate():
        raise StepRefused(f"{made.period} has not ended yet: what it says is not what happened in it")
    check_step(
        [row.step for row in taken],
        asked,
        faults=len(blocking),
        by_before=[str(row.account_id) for row in taken],
    )
    return _note(made, asked, by)


def _note(made: FundReturn, asked: StepAsked, by: Person) -> ReturnStep:
    assert by.account is not None, "who takes a step has an account"
    fund = made.version.fund
    taken = ReturnStep.objects.create(
        made=made, step=asked.step, account=by.account, by=by.signature, note=asked.note.strip()[:2000], minute=asked.minute.strip()[:300]
    )  # fmt: skip
    told = {"kind": made.kind, "period": made.period, "return": made.pk, "minute": taken.minute}
    record_event(
        by=by.signature, action=f"return {asked.step}", subject=fund.code, detail=told, place=fund.place.code
    )
    return taken
