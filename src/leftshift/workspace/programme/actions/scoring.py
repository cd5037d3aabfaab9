"""Scores of an option appraisal: one scorer at a time, without the options that a conflict of interest keeps from them."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.db import transaction

from leftshift.place.sheets import AddRow, Change, RemoveRow, SetCell, Sheet
from leftshift.programme.appraising import Appraised, is_excluded
from leftshift.programme.programme import programme_kind
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme.actions import editing
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.shared.editing import Saved, Signed, sheet_at

_FILE = "scores.csv"
Key = tuple[str, str]
"""Option and criterion."""


class ScoreRefused(ValueError):
    """Scores that cannot be kept; the words say which and why."""


def scores_of(held: Programme, appraisal: str, scorer: str) -> dict[Key, str]:
    """What somebody has scored so far."""
    return {key: cells["score"] for key, (_, cells) in _rows(_sheet(held), appraisal, scorer).items()}


def _sheet(held: Programme) -> Sheet:
    return sheet_at(held, _FILE, held.edits, programme_kind().schema.tables)


def _rows(sheet: Sheet, appraisal: str, scorer: str) -> dict[Key, tuple[str, Mapping[str, str]]]:
    found = ((row.key, sheet.facts(row)) for _, row in sheet.numbered())
    return {
        (cells["option"], cells["criterion"]): (key, cells)
        for key, cells in found
        if cells["appraisal"] == appraisal and cells["scorer"] == scorer
    }


@transaction.atomic
def score(
    held: Programme,
    found: Appraised,
    scorer: str,
    given: Mapping[Key, str],
    before: Mapping[Key, str],
    *,
    by: Person,
) -> Saved:
    """Keep what somebody scored; ``before`` is what they saw. Raises NotAllowed, ScoreRefused."""
    by.check_may(Permission.RUN_PROGRAMME, held.place.code)
    taken = editing.held(held, by)
    _check(found, scorer, given)
    sheet = _sheet(taken.holder)
    rows = _rows(sheet, found.appraisal.appraisal, scorer)
    last = sheet.rows[-1].key if sheet.rows else ""
    changes: list[Change] = []
    for key, text in given.items():
        if key in rows:
            changes += _changed(rows[key], before.get(key, rows[key][1]["score"]), text)
        elif text:
            facts = {
                "appraisal": found.appraisal.appraisal, "option": key[0], "criterion": key[1], "scorer": scorer, "score": text,
                "source": f"Scored in the workspace, entered by {by.signature.partition(' <')[0]}", "basis": "assumed",
            }  # fmt: skip
            changes.append(AddRow(f"n{uuid4().hex[:12]}", last, facts))
    return taken.save(_FILE, changes, Signed(by.signature)) if changes else Saved(taken.holder.edits)


def _changed(row: tuple[str, Mapping[str, str]], seen: str, text: str) -> list[Change]:
    key, cells = row
    if text == seen:
        return []
    return [SetCell(key, "score", seen, text)] if text else [RemoveRow(key, {**cells, "score": seen})]


def _check(found: Appraised, scorer: str, given: Mapping[Key, str]) -> None:
    names = {row.option: row.name for row in found.options} | {
        row.criterion: row.name for row in found.criteria
    }
    for (option, criterion), text in given.items():
        if not text:
            continue
        if is_excluded(scorer, option, found.conflicts):
            raise ScoreRefused(f"A conflict of interest keeps this scorer from {names[option]}")
        if not _is_score(text) or float(text) > float(found.appraisal.most):
            raise ScoreRefused(
                f"{names[option]}, {names[criterion]}: “{text[:20]}” is no score from 0 to {found.appraisal.most}"
            )


def _is_score(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdecimal() and len(text) < 10
