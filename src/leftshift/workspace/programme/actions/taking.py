"""Spreadsheets and folders are taken into a programme: every table that they hold replaces its own, or nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.foundation.faults import Fault, Faults
from leftshift.programme.checking_work import circles
from leftshift.programme.programme import programme_kind, read_programme_texts
from leftshift.workbooks.folders import read_folder
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions import editing
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Saved
from leftshift.workspace.shared.uploads import texts_of_upload


def texts_sent(files: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """File name to text of the tables that were sent, as workbooks (.xlsx), CSV files or a zip. Raises FaultsFound."""
    kind, texts = programme_kind(), dict[str, str]()
    for name, content in files:
        if name.lower().endswith(".xlsx"):
            about = {"source": f"Taken in from {name}"[:200], "basis": "assumed"}
            found = read_folder(content, name, kind, about)
        else:
            found = texts_of_upload([(name, content)], kind, "programme")
        texts |= found
    return {name: text for name, text in texts.items() if name != kind.file}


def take_in(held: Programme, texts: dict[str, str], *, by: Person) -> list[Saved]:
    """Make the tables that were sent those of the programme: one edit each. Raises FaultsFound with every fault, NotAllowed."""
    tables = {name.removesuffix(".csv") for name in texts}
    if tables & editing.OF_BOARDS:
        by.check_may(Permission.RUN_BOARDS, held.place.code)
    if tables - editing.OF_BOARDS:
        by.check_may(Permission.RUN_PROGRAMME, held.place.code)
    faults = Faults()
    for table in sorted(tables & editing.RECORDED):
        faults.add(Fault("recorded elsewhere", f"{table}.csv", None, None, "", "tables that people edit", "Take it out: decisions are recorded one by one, where they are taken"))  # fmt: skip
    faults.raise_if_any()
    read = read_programme_texts({**queries.texts_of(held), **texts})
    if read.programme is not None and not read.faults:
        read.faults.add_all(circles(read.programme))
    read.faults.raise_if_any()
    return editing.replace_tables(held, texts, by=by.signature)
