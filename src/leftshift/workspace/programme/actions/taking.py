"""Spreadsheets and folders are taken into a programme: every table that differs from its own replaces it, or nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leftshift.place.sheets import NotASheet, sheet_of_text
from leftshift.programme.checking_work import circles
from leftshift.programme.programme import programme_kind, read_programme_texts
from leftshift.workbooks.folders import read_folder
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries, withholding
from leftshift.workspace.programme.actions import editing, reserving
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Saved, changes_between
from leftshift.workspace.shared.uploads import refuse_other_kinds, texts_of_upload

ACCEPTED = (".xlsx", ".csv", ".toml", ".zip")
"""The kinds of files that are taken in."""
_RECORDED = "decisions are recorded one by one, where they are taken"
_HEADING = "the heading of the programme has a page of its own in Records"


@dataclass(frozen=True)
class TakenIn:
    """What came of what was sent: an edit for each table that differed, and what was left aside, with why."""

    saved: Sequence[Saved]
    aside: Sequence[str]


class NothingTaken(ValueError):
    """All that differs from what is kept had to be left aside; the words say what and why."""


def texts_sent(files: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """File name to text of what was sent, as workbooks (.xlsx), CSV files or a zip. Raises FaultsFound."""
    refuse_other_kinds(files, ACCEPTED)
    kind, texts = programme_kind(), dict[str, str]()
    for name, content in files:
        if name.lower().endswith(".xlsx"):
            about = {"source": f"Taken in from {name}"[:200], "basis": "assumed"}
            texts |= read_folder(content, name, kind, about)
        else:
            texts |= texts_of_upload([(name, content)], kind, "programme")
    return texts


def take_in(held: Programme, texts: Mapping[str, str], *, by: Person) -> TakenIn:
    """Make the tables that were sent those of the programme: one edit for each that differs from what is kept.

    What differs and is not for whoever sends it, or is not kept in tables, is left aside: else the workbook that is offered could be taken in
    by nobody. Raises FaultsFound with every fault, NothingTaken, EditRefused.
    """
    kept = queries.texts_of(held)
    differing = {name: text for name, text in texts.items() if _differs(name, kept.get(name), text)}
    why = {name: said for name in differing if (said := _why_aside(held, name, differing[name], by))}
    wanted = {name: text for name, text in differing.items() if name not in why}
    aside = [f"{_title(name)}: {said}" for name, said in why.items() if said != _NOT_SHOWN]
    if aside and not wanted:
        raise NothingTaken("; ".join(aside))
    read = read_programme_texts({**kept, **wanted})
    if read.programme is not None and not read.faults:
        read.faults.add_all(circles(read.programme))
    read.faults.raise_if_any()
    return TakenIn(editing.replace_tables(held, wanted, by=by), aside)


_NOT_SHOWN = "not shown"


def _differs(name: str, kept: str | None, sent: str) -> bool:
    """Whether a file says something else than what is kept; what cannot be read does."""
    table = programme_kind().schema.tables.get(name.removesuffix(".csv"))
    if table is None:
        return (kept or "").split() != sent.split()
    try:
        now, then = sheet_of_text(table, kept), sheet_of_text(table, sent)
    except NotASheet:
        return True
    same_length = len(list(now.numbered())) == len(
        list(then.numbered())
    )  # else rows of one key would count once
    return not same_length or bool(changes_between(now, then))


def _why_aside(held: Programme, name: str, sent: str, by: Person) -> str:
    """Why a file that differs is not taken from whoever sends it; empty where it is."""
    table, code = name.removesuffix(".csv"), held.place.code
    if name == programme_kind().file:
        return _HEADING
    if name in withholding.FILES and not by.may(Permission.RUN_BOARDS, code) and _is_empty(table, sent):
        return _NOT_SHOWN  # the workbook that they were given has nothing in it
    if table in reserving.RECORDED:
        return _RECORDED
    if reserving.may_keep(by, code, table):
        return ""
    serves = Permission.RUN_BOARDS in reserving.keepers(table)
    return f"whoever {'serves the boards' if serves else 'works on the programme'} keeps it"


def _is_empty(table: str, text: str) -> bool:
    try:
        return not list(sheet_of_text(programme_kind().schema.tables[table], text).numbered())
    except NotASheet:
        return False


def _title(name: str) -> str:
    return name if name == programme_kind().file else name.removesuffix(".csv").replace("_", " ").capitalize()
