"""The history of what people edit together: every edit in words, any of which can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest

from leftshift.workspace.shared.editing import EditRefused, Saved
from leftshift.workspace.shared.grid_pages import number_of


def _nothing(_: str) -> Collection[str]:
    return ()


def history_of(
    held: Any,
    most: int | None = None,
    hidden: Collection[str] = (),
    withheld: Callable[[str], Collection[str]] = _nothing,
) -> dict[str, Any]:
    """What a page of edits shows: the edits, newest first, each with what it did in words, and which were taken back.

    Edits of files that are ``hidden`` from whoever asks are left out, and so is what was done to rows that are ``withheld``:
    it takes a file and gives their keys.
    """
    edits = held.history.exclude(file__in=hidden).order_by("-number")
    return {
        "history": history_table(list(edits[:most] if most else edits), withheld),
        "undone": set(held.history.exclude(undoes=None).values_list("undoes", flat=True)),
    }


def history_table(
    edits: Sequence[Any], withheld: Callable[[str], Collection[str]] = _nothing
) -> list[tuple[Any, str]]:
    """Each edit with what it did in words."""
    shown = (
        (edit, [change for change in edit.changes if change.get("row") not in withheld(edit.file)])
        for edit in edits
    )
    return [
        (edit, "; ".join(_told(change) for change in changes[:6]))
        for edit, changes in shown
        if changes or not edit.changes
    ]


def _told(change: Mapping[str, Any]) -> str:
    if change["do"] == "set":
        return f"{change['column'].replace('_', ' ')}: {change['before'] or 'nothing'} became {change['after'] or 'nothing'}"
    if change["do"] == "text":
        return "the text was changed"
    facts = ", ".join(list(change["cells"].values())[:4])
    return f"row {'added' if change['do'] == 'add' else 'removed'}: {facts}"


def take_back(request: HttpRequest, held: Any, undo: Callable[[int], Saved]) -> str:
    """Take back the edit that a form names; answers with what to say where that cannot be done, else keeps what to tell."""
    number = number_of(request.POST.get("number", ""))
    if not held.history.filter(number=number).exists():
        raise Http404("no such edit")
    try:
        saved = undo(number)
    except EditRefused as refused:
        return f"{refused}."
    if saved.clashes:
        return f"Edit {number} cannot be taken back: what it wrote was changed since. Take the later edits back first."
    request.session["told"] = f"Edit {number} was taken back by edit {saved.number}."
    return ""
