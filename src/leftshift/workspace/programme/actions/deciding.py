"""Decisions on gates: recorded once, never altered; a new decision comes after the one before."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from leftshift.place.sheets import AddRow
from leftshift.programme.programme import programme_kind
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme.actions import editing
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.editing import Saved, Signed, sheet_at

OUTCOMES = {"passed": "Passed", "not_passed": "Not passed", "deferred": "Put off"}
_FILE = "gate_decisions.csv"
_LONGEST = 300


class DecisionRefused(ValueError):
    """A decision that cannot be recorded as it stands; the words say what is missing."""


@transaction.atomic
def decide_gate(
    held: Programme,
    gate: str,
    *,
    outcome: str,
    on: date | None,
    office: str,
    minute: str,
    conditions: str,
    organisation: str,
    by: Person,
) -> Saved:
    """Record what was decided on a gate. Raises NotAllowed, DecisionRefused."""
    by.check_may(Permission.RUN_BOARDS, held.place.code)
    taken = editing.held(held, by)
    missing = [
        words
        for words, given in (("what was decided", outcome in OUTCOMES), ("on which day", on), ("who decided", office.strip()), ("the minute that says so", minute.strip()))
        if not given
    ]  # fmt: skip
    if missing or on is None:
        raise DecisionRefused(f"A decision needs {', '.join(missing)}")
    if on > timezone.localdate():
        raise DecisionRefused(f"{on} is still to come: record the decision once it was taken")
    facts = {
        "gate": gate, "decided_on": str(on), "outcome": outcome, "by": office, "minute": minute, "conditions": conditions,
        "organisation": organisation, "source": f"Recorded in the workspace by {by.signature.partition(' <')[0]}", "basis": "published",
    }  # fmt: skip
    kept = {
        name: " ".join(text.replace("\0", "\ufffd").split())[:_LONGEST]
        for name, text in facts.items()
        if text
    }
    sheet = sheet_at(taken.holder, _FILE, taken.holder.edits, programme_kind().schema.tables)
    if any(_same(sheet.facts(row), kept) for _, row in sheet.numbered()):
        raise DecisionRefused(f"A decision on this gate of {on} is recorded already")
    last = sheet.rows[-1].key if sheet.rows else ""
    saved = taken.save(_FILE, [AddRow(f"n{uuid4().hex[:12]}", last, kept)], Signed(by.signature))
    record_event(
        by=by.signature, action="gate decided", subject=gate, detail={"outcome": outcome, "on": str(on), "minute": kept["minute"]}, place=taken.place
    )  # fmt: skip
    return saved


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    return all(one.get(name, "") == other.get(name, "") for name in ("gate", "decided_on", "organisation"))
