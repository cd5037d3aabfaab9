"""Business cases and Quality Premiums are kept as they were written; what is changed follows what was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from leftshift.fund.cases.appraising import appraise
from leftshift.fund.cases.reading import case_of
from leftshift.fund.premium.awarding import premium
from leftshift.fund.premium.reading import premium_of
from leftshift.reports.content import Report
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund.models import Appraisal
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.record.models import record_event


class ChangedMeanwhile(ValueError):
    """Somebody else has changed it since; the words say what to do."""


def _case(text: str, as_of: date) -> Report:
    from leftshift.reports.cases import case_report

    found: Report = case_report(appraise(case_of(text), as_of=as_of))
    return found


def _premium(text: str, as_of: date) -> Report:
    from leftshift.reports.fund.premium import premium_report

    return premium_report(premium(premium_of(text)))


REPORTS: Mapping[str, Callable[[str, date], Report]] = {"case": _case, "premium": _premium}
"""Kind of appraisal to what makes its report; each raises FaultsFound with everything that is wrong with a text."""


@transaction.atomic
def keep(
    place: StoredPlace, kind: str, text: str, as_of: date, *, by: Person, follows: Appraisal | None = None
) -> Appraisal:
    """Keep an appraisal. Raises NotAllowed, FaultsFound, ChangedMeanwhile."""
    by.check_may(Permission.RUN_FUND, place.code)
    report = REPORTS[kind](text, as_of)
    if follows is not None and Appraisal.objects.filter(follows=follows).exists():
        raise ChangedMeanwhile(
            "Somebody else has changed it since you opened it. Look at theirs, and enter yours again"
        )
    made = Appraisal.objects.create(
        place=place,
        kind=kind,
        title=report.title[:300],
        text=text,
        as_of=as_of,
        follows=follows,
        by=by.signature,
    )
    told: dict[str, Any] = {"kind": kind, "title": made.title, "follows": follows.pk if follows else None}
    record_event(by=by.signature, action="appraisal kept", subject=str(made), detail=told, place=place.code)
    return made
