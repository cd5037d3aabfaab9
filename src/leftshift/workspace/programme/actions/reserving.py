"""What of a programme only those keep who serve its boards: gates and what they ask, and what was decided on changes.

Whoever leads a project does not decide on it: they ask for a change and bring evidence for a gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from leftshift.place.sheets import NotASheet, Sheet, SheetRow, sheet_of_text
from leftshift.programme.boards import rows as board_rows
from leftshift.programme.programme import programme_kind
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission, roles_that
from leftshift.workspace.shared.editing import EditRefused

Facts = Mapping[str, str]
RECORDED = frozenset({"gate_decisions", "decisions"})
"""What was decided: written where it is recorded, not in a sheet."""
OF_BOARDS = frozenset(board_rows.ROW_TYPES)
"""Tables of the boards themselves."""
OF_GATES = frozenset({"gates", "gate_questions", "gate_options"})
"""What stops a project, and who takes part behind it: not for those whom it stops."""
CHANGES = "changes"
_DECIDED = ("approved", "refused")
_BOTH = (Permission.RUN_PROGRAMME, Permission.RUN_BOARDS)


def keepers(table: str) -> Sequence[Permission]:
    """With which permissions a table is kept, any of them."""
    if table in OF_BOARDS or table in OF_GATES:
        return (Permission.RUN_BOARDS,)
    return _BOTH if table == CHANGES else (Permission.RUN_PROGRAMME,)


def may_keep(by: Person, place: str, table: str) -> bool:
    """Whether somebody keeps a table of the programme of a place."""
    return any(by.may(one, place) for one in keepers(table))


def rows_between(before: Sheet, after: Sheet) -> Iterator[tuple[Facts, Facts]]:
    """What stood in each row that differs, and what stands there now; empty for a row that was not, or is no more."""
    was, now = _facts(before), _facts(after)
    for key in {**was, **now}:
        pair = was.get(key, {}), now.get(key, {})
        if pair[0] != pair[1]:
            yield pair


def _facts(sheet: Sheet) -> dict[str, Facts]:
    rows: Iterable[SheetRow] = (row for _, row in sheet.numbered())
    return {row.key: {name: text for name, text in sheet.facts(row).items() if text} for row in rows}


def check_decided(table: str, changed: Iterable[tuple[Facts, Facts]], by: Person, place: str) -> None:
    """Raise EditRefused where somebody decides on a change, or alters one that was decided, who does not decide."""
    if table != CHANGES or by.may(Permission.RUN_BOARDS, place):
        return
    for was, now in changed:
        decided = next((row for row in (was, now) if row.get("outcome") in _DECIDED), None)
        if decided is not None:
            raise EditRefused(
                f"Nothing was saved: only {who_decides()} may approve or refuse a change, or alter one that was decided, as here {decided.get('change', '')}"
            )


def check_bound(changed: Iterable[tuple[Facts, Facts]], gates: Sheet, by: Person, place: str) -> None:
    """Raise EditRefused where somebody unbinds a project with a gate from its money, who does not decide: the gate would stop nothing there."""
    gated = {gates.facts(row).get("project", "") for _, row in gates.numbered()}
    for was, now in changed:
        scheme, project = was.get("scheme", ""), was.get("project", "")
        if (
            scheme
            and scheme != now.get("scheme", "")
            and project in gated
            and not by.may(Permission.RUN_BOARDS, place)
        ):
            raise EditRefused(
                f"Nothing was saved: {was.get('name') or project} has a gate, and only {who_decides()} may change which scheme of a fund it stops"
            )


def check_brought(texts: Mapping[str, str], by: Person, place: str) -> None:
    """Raise EditRefused where a folder that somebody brings in holds gates or decisions, and they do not decide."""
    if by.may(Permission.RUN_BOARDS, place):
        return
    for table in (*sorted(OF_GATES | RECORDED), CHANGES):
        sheet = _sheet(table, texts.get(f"{table}.csv"))
        rows: list[tuple[Facts, Facts]] = [({}, facts) for facts in _facts(sheet).values()] if sheet else []
        if table == CHANGES:
            check_decided(table, rows, by, place)
        elif rows:
            raise EditRefused(
                f"Nothing was taken in: {table}.csv is not empty, and only {who_decides()} may bring in gates and what was decided"
            )


def _sheet(table: str, text: str | None) -> Sheet | None:
    try:
        return sheet_of_text(programme_kind().schema.tables[table], text)
    except NotASheet:
        return None  # refused where it is read


def who_decides() -> str:
    """The roles that decide, as a sentence names them."""
    return " or ".join(f"a {role.name.lower()}" for role in roles_that(Permission.RUN_BOARDS))
