"""Returns as pages show them: what is due, what stands in each, where it is on its way, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.fund.plan.periods import quarters_of
from leftshift.fund.returns.building import (
    KINDS,
    Return,
    ReturnChange,
    blocks_of,
    columns_of,
    return_differences,
)
from leftshift.fund.returns.checking import Lateness, lateness
from leftshift.fund.returns.content import Value
from leftshift.fund.returns.states import NOTED, PREPARED, REVIEWED, SUBMITTED, WITHDRAWN, next_step
from leftshift.fund.rounds.round import Round
from leftshift.workbooks.official.names import Names
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.fund.actions.returning import NEEDS, may_take
from leftshift.workspace.fund.models import FundReturn, ReturnStep
from leftshift.workspace.fund.queries import Seen
from leftshift.workspace.shared.tables import Cell, Row, Table

_VERBS = {
    REVIEWED: "Review it for the executive",
    SUBMITTED: "Record that it was submitted",
    NOTED: "Record that the board noted it",
}
_NUMBERS = {"money", "number", "percent"}


@dataclass(frozen=True)
class Due:
    """A return that the round asks for: when it is due, and the latest that was prepared of it."""

    kind: str
    title: str
    period: str
    late: Lateness
    made: FundReturn | None
    state: str


def due(seen: Seen, made: Sequence[FundReturn]) -> list[Due]:
    """Every quarter and year of the round, with the latest return of each."""
    asked = [("quarterly", str(quarter)) for year in seen.round.years for quarter in quarters_of(year)]
    asked += [("year_end", str(Period.of_year(year))) for year in seen.round.years]
    known = {row.template for row in seen.round.blocks}
    return [_due(seen, kind, period, made) for kind, period in asked if kind in known]


def _due(seen: Seen, kind: str, period: str, made: Sequence[FundReturn]) -> Due:
    own = [row for row in made if (row.kind, row.period) == (kind, period)]
    live = [row for row in own if WITHDRAWN not in {step.step for step in row.steps.all()}]
    latest = live[-1] if live else None
    steps = list(latest.steps.all()) if latest else []
    # sent once is sent: preparing it again to correct it does not make it late
    sent = next((step.at for row in live for step in row.steps.all() if step.step == SUBMITTED), None)
    on = timezone.localdate(sent) if sent else seen.as_of
    state = steps[-1].step if steps else "not prepared"
    return Due(kind, KINDS[kind], period, lateness(seen.round, kind, period, on), latest, state)


@dataclass(frozen=True)
class ReturnPage:
    """A return in full."""

    title: str
    period: str
    steps: Sequence[ReturnStep]
    next: str
    next_words: str
    may_step: bool
    needs_minute: bool
    may_withdraw: bool
    late: Lateness
    tables: Sequence[Table]
    faults: Sequence[Mapping[str, Any]]
    changed_since: Sequence[ReturnChange]
    last: FundReturn | None
    since_last: Sequence[ReturnChange]


def return_page(seen: Seen, made: FundReturn, by: Person) -> ReturnPage:
    """A return, with what changed in the record since it was prepared, and how it differs from the last one."""
    steps = list(made.steps.order_by("id"))
    taken = [row.step for row in steps]
    following = "" if WITHDRAWN in taken else next_step(taken) or ""
    sent = next((timezone.localdate(row.at) for row in steps if row.step == SUBMITTED), seen.as_of)
    last = _last(made)
    place = made.version.fund.place.code
    return ReturnPage(
        KINDS[made.kind],
        made.period,
        steps,
        following,
        _VERBS.get(following, ""),
        bool(following) and may_take(made, following, by=by),
        following == NOTED,
        taken[-1] in (PREPARED, REVIEWED) and by.may(NEEDS[WITHDRAWN], place),
        lateness(seen.round, made.kind, made.period, sent),
        _tables(seen, made),
        made.document["faults"],
        _changed_since(seen, made),
        last,
        return_differences(last.document, made.document) if last else (),
    )


def _last(made: FundReturn) -> FundReturn | None:
    """The return of the same kind that was prepared before it and not taken back."""
    before = FundReturn.objects.filter(version__fund=made.version.fund_id, kind=made.kind, pk__lt=made.pk)
    return before.exclude(steps__step=WITHDRAWN).order_by("-pk").first()


def _changed_since(seen: Seen, made: FundReturn) -> Sequence[ReturnChange]:
    """What the same return would say today, where that differs from what it says."""
    if seen.plan is None or seen.faults:
        return ()
    period = Period.parse(made.period) if made.period else None
    now = seen.pooled.make(made.kind, seen.as_of, period).document()
    return return_differences(made.document, now)


def _tables(seen: Seen, made: FundReturn) -> list[Table]:
    """The tables of a return, by the names that its workbook prints."""
    if seen.plan is None:
        return []
    names = Names(seen.round, seen.plan)
    tables = []
    for block in blocks_of(seen.round, made.kind):
        columns = columns_of(seen.round, block)
        numeric = [at for at, column in enumerate(columns) if column.form in _NUMBERS]
        rows = [
            Row([_cell(row.get(column.item), column.form, column.list, names) for column in columns])
            for row in made.document["blocks"].get(block.block, [])
        ]
        first, last = (numeric[0], numeric[-1] + 1) if numeric else (1000, 1000)
        whole = all(at in numeric for at in range(first, last)) if numeric else True
        tables.append(
            Table(block.block, block.block.replace("_", " ").capitalize(), [column.heading for column in columns], rows, first, last if whole else first + 1)
        )  # fmt: skip
    return tables


def _cell(value: Any, form: str, name: str, names: Names) -> Cell:
    if value is None or value == "":
        return Cell("–")
    if form == "money":
        return Cell(Money.pounds(str(value)).brief, number=float(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(f"{value:,}", number=float(value))
    return Cell(names.printed(name, str(value)) if name else str(value))


def return_of(made: FundReturn, found: Round) -> Return:
    """A return as it was prepared, from what was kept of it."""
    document = made.document
    forms = {
        block.block: {column.item: column.form for column in columns_of(found, block)}
        for block in blocks_of(found, made.kind)
    }
    cells = {row.what: row.form for row in found.cells if row.template == made.kind}
    return Return(
        document["kind"], document["round"], document["plan"], document["area"], document["fingerprint"], document["period"],
        date.fromisoformat(document["as_of"]),
        {item: _value(value, cells.get(item, "text")) for item, value in document["cells"].items()},
        {
            name: tuple({item: _value(value, of.get(item, "")) for item, value in row.items()} for row in document["blocks"].get(name, []))
            for name, of in forms.items()
        },
    )  # fmt: skip


def _value(value: Any, form: str) -> Value:
    if value is None:
        return None
    if form == "money":
        return Money.pounds(str(value))
    if form == "date":
        return date.fromisoformat(value)
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Decimal(repr(value))
    return str(value)
