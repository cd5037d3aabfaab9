"""Highlight reports: written from the record, edited, and filed as they are: from then on nothing changes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from django.db import transaction

from leftshift.foundation.periods import Period
from leftshift.place.sheets import AddRow, Change, SetCell
from leftshift.programme.programme import programme_kind
from leftshift.reports.programme.blocks import highlight_document
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import editing
from leftshift.workspace.programme.models import HighlightReport, Programme
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.editing import Saved, sheet_at

WRITTEN = ("achieved", "next", "help_needed", "confidence", "author", "approved_by")
"""What people write of a report; the rest follows from the record."""
_FILE = "highlights.csv"


class FilingRefused(ValueError):
    """A report that cannot be filed as it stands; the words say why and what to do, and ``field`` what is to be filled in."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


def written(held: Programme, project: str, period: str) -> dict[str, str]:
    """What was written so far for a month."""
    found = _row(held, project, period)
    return {name: found[1].get(name, "") for name in WRITTEN} if found else {}


def _row(held: Programme, project: str, period: str) -> tuple[str, Mapping[str, str]] | None:
    sheet = sheet_at(held, _FILE, held.edits, programme_kind().schema.tables)
    for _, row in sheet.numbered():
        facts = sheet.facts(row)
        if facts.get("project") == project and facts.get("period") == period:
            return row.key, facts
    return None


@transaction.atomic
def write(
    held: Programme,
    project: str,
    period: str,
    given: Mapping[str, str],
    before: Mapping[str, str],
    *,
    by: Person,
) -> Saved:
    """Keep what was written for a month; ``before`` is what its editor saw. Raises NotAllowed, FilingRefused."""
    by.check_may(Permission.RUN_PROGRAMME, held.place.code)
    editing.held(held, by)
    if filed(held, project, period):
        raise FilingRefused("The report of this month was filed: it stays as it is")
    found = _row(held, project, period)
    if found is None:
        facts = {"project": project, "period": period, **{name: text for name, text in given.items() if text}}
        facts |= {
            "source": f"Entered in the workspace by {by.signature.partition(' <')[0]}",
            "basis": "assumed",
        }
        changes: list[Change] = [AddRow(f"n{uuid4().hex[:12]}", _last(held), facts)]
    else:
        key, now = found
        changes = [
            SetCell(key, name, before.get(name, now.get(name, "")), text)
            for name, text in given.items()
            if text != before.get(name, now.get(name, ""))
        ]
    return editing.save(held, _FILE, changes, by=by) if changes else Saved(held.edits)


def _last(held: Programme) -> str:
    rows = sheet_at(held, _FILE, held.edits, programme_kind().schema.tables).rows
    return rows[-1].key if rows else ""


def filed(held: Programme, project: str, period: str) -> HighlightReport | None:
    """The report of a month that was filed; None where none was."""
    return held.reports.filter(project=project, period=period).first()


@transaction.atomic
def file_report(held: Programme, project: str, period: Period, *, by: Person) -> HighlightReport:
    """File the report of a month as the record stands now. Raises NotAllowed, FilingRefused."""
    by.check_may(Permission.RUN_PROGRAMME, held.place.code)
    found = editing.held(held, by).holder
    if filed(found, project, str(period)):
        raise FilingRefused("The report of this month was filed already")
    today = queries.seen(found).as_of
    if not has_begun(period, today):
        raise FilingRefused(
            f"This month has not begun on {today}, the day from which the programme is looked at"
        )
    seen = queries.seen(found, as_of=day_of_report(period, today))
    if not seen.is_sound:
        raise FilingRefused("The programme has cells that cannot be read. Put them right first")
    _check_written(written(found, project, str(period)))
    document = highlight_document(seen.checked, project, period)
    made = HighlightReport.objects.create(
        programme=found, project=project, period=str(period), document=document, by=by.signature
    )
    record_event(
        by=by.signature, action="highlight report filed", subject=f"{project}, {period}", detail={}, place=found.place.code
    )  # fmt: skip
    return made


def has_begun(period: Period, today: date) -> bool:
    """Whether there is anything to report of a month; ``today`` is the day from which the programme's pages look."""
    return period.first <= today


def day_of_report(period: Period, today: date) -> date:
    """The day as of which a month is reported: its end, or the programme's own day where that is earlier."""
    return min(period.end, today)


def _check_written(words: Mapping[str, str]) -> None:
    """Whether a report says enough to be filed. Raises FilingRefused."""
    if not words.get("author"):
        raise FilingRefused("Say who writes it: a role", "author")
    if not words.get("achieved") and not words.get("next"):
        raise FilingRefused("Write what was achieved, or what comes next", "achieved")
    if not words.get("confidence"):
        raise FilingRefused("Say how sure you are that it will be delivered", "confidence")


def month_of(day: date) -> Period:
    """The month of a day."""
    return Period("month", day.replace(day=1), 1)
