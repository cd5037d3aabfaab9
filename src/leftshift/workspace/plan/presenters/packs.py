"""The form of a board pack: what is asked, what was answered, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.reports.pack import section_choices
from leftshift.reports.pack.pack import OWN, choices

RISKS, PRIORITIES, OWN_SECTIONS = 3, 3, 2
_LINES = ("recommendations", "appendices", "background_papers")
_TEXTS = ("title", "meeting", "meeting_date", "author", "purpose", "summary")


@dataclass(frozen=True)
class Asked:
    """A field of the form: its name, its label, what stands in it, and what is wrong with it."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    options: Sequence[tuple[str, str]] = ()
    rows: int = 0


@dataclass(frozen=True)
class Chosen:
    """A section that can be chosen, with the words around it."""

    key: str
    title: str
    description: str
    is_chosen: bool
    before: str
    after: str
    own_title: str = ""


@dataclass(frozen=True)
class PackForm:
    """The whole form."""

    front: Sequence[Asked]
    implications: Sequence[Asked]
    risks: Sequence[Sequence[Asked]]
    priorities: Sequence[Sequence[Asked]]
    sections: Sequence[Chosen]
    own: Sequence[Chosen]
    years: Sequence[str]
    year: str
    problems: Sequence[tuple[str, str]]  # words, and the id of the field that they are about


def words_of_form(posted: Mapping[str, str]) -> dict[str, Any]:
    """The words of a pack from a posted form, as ``pack_from`` takes them; what was left empty is left out."""

    def said(name: str) -> str:
        return posted.get(name, "").replace("\r\n", "\n").strip()

    front: dict[str, Any] = {name: said(name) for name in _TEXTS if said(name)}
    for name in _LINES:
        lines = [line.strip() for line in said(name).splitlines() if line.strip()]
        if lines:
            front[name] = lines
    front["implications"] = {
        key: text for key in choices("implications") if (text := said(f"implication.{key}"))
    }
    front["risks"] = [
        found
        for at in range(RISKS)
        if (found := _named(said, f"risk.{at}", ("risk", "level", "reason"), "risk"))
    ]
    front["priorities"] = [
        found
        for at in range(PRIORITIES)
        if (found := _named(said, f"priority.{at}", ("priority", "how"), "priority"))
    ]
    words = {"front_sheet": front, "sections": _sections(posted, said)}
    return {**words, "year": said("year")} if said("year") else words


def _named(said: Any, prefix: str, names: Sequence[str], needed: str) -> dict[str, str]:
    found = {name: said(f"{prefix}.{name}") for name in names}
    return {name: text for name, text in found.items() if text} if found[needed] else {}


def _sections(posted: Mapping[str, str], said: Any) -> list[dict[str, str]]:
    found = []
    for key, _, _ in section_choices():
        if key != OWN and posted.get(f"section.{key}"):
            found.append(_around(said, f"section.{key}", {"show": key}))
    own = (f"own.{at}" for at in range(OWN_SECTIONS))
    return found + [
        _around(said, prefix, {"show": OWN})
        for prefix in own
        if said(f"{prefix}.title") or said(f"{prefix}.before")
    ]


def _around(said: Any, prefix: str, section: dict[str, str]) -> dict[str, str]:
    for name in ("title", "before", "after"):
        if text := said(f"{prefix}.{name}"):
            section[name] = text
    return section


def pack_form(words: Mapping[str, Any], years: Sequence[str], faults: Faults | None = None) -> PackForm:
    """The form with what was answered; at first with every section of a usual pack chosen."""
    front = words.get("front_sheet", {})
    told = {fault.column or "": str(fault) for fault in faults or ()}

    def field(name: str, label: str, **more: Any) -> Asked:
        value = front.get(name, "")
        text = "\n".join(value) if isinstance(value, list | tuple) else str(value)
        return Asked(name, label, text, error=told.get(f"front_sheet.{name}", ""), **more)

    return PackForm(
        [
            field("title", "Title"),
            field("meeting", "Meeting or body"),
            field("meeting_date", "Date of the meeting", hint="Such as 2026-12-01"),
            field("author", "Role of the author", hint="Such as Director of finance"),
            field("purpose", "Purpose", options=list(_options("purposes"))),
            field("summary", "Summary", rows=4),
            field("recommendations", "Recommendations", hint="One a line; they get letters", rows=4),
            field("appendices", "Appendices", hint="One a line", rows=2),
            field("background_papers", "Background papers", hint="One a line", rows=2),
        ],
        [
            Asked(
                f"implication.{key}",
                given["name"] + ("" if given["needed"] else " (may be left out)"),
                str(front.get("implications", {}).get(key, "")),
                error=told.get(f"front_sheet.implications.{key}", ""),
                rows=2,
            )
            for key, given in choices("implications").items()
        ],
        [_risk(at, front) for at in range(RISKS)],
        [_priority(at, front) for at in range(PRIORITIES)],
        _chosen(words),
        _own(words),
        years,
        str(words.get("year", "")) or years[-1],
        [_problem(fault) for fault in faults or ()],
    )


_LABELS = {
    "title": "Title",
    "meeting": "Meeting or body",
    "meeting_date": "Date of the meeting",
    "author": "Role of the author",
    "purpose": "Purpose",
    "recommendations": "Recommendations",
    "risks": "Risks",
    "priorities": "Links to priorities",
}


def _problem(fault: Fault) -> tuple[str, str]:
    """A fault of the words as somebody at the form reads it, with the field to go to."""
    path = (fault.column or "").removeprefix("front_sheet.")
    head, _, rest = path.partition(".")
    if head == "implications":
        known = choices("implications")
        name = known[rest]["name"] if rest in known else rest
        return f"Implications, {name}: say what it is, or why there is none", f"implication.{rest}"
    kind, _, number = head.partition(" ")
    if kind in ("risks", "priorities") and number.isdecimal():
        field = {"risks": "risk", "priorities": "priority"}[kind]
        at = int(number) - 1
        return f"{_LABELS[kind]}, {number}: {fault.action}", f"{field}.{at}.{rest or field}"
    return f"{_LABELS.get(head, head.replace('_', ' ').capitalize())}: {fault.action}", head


def _options(name: str) -> Sequence[tuple[str, str]]:
    return [(key, text if isinstance(text, str) else str(text)) for key, text in choices(name).items()]


def _risk(at: int, front: Mapping[str, Any]) -> list[Asked]:
    given = _at(front.get("risks", []), at)
    return [
        Asked(f"risk.{at}.risk", "Risk", given.get("risk", ""), rows=2),
        Asked(f"risk.{at}.level", "Level", given.get("level", "medium"), options=list(_options("levels"))),
        Asked(f"risk.{at}.reason", "Why that high", given.get("reason", ""), rows=2),
    ]


def _priority(at: int, front: Mapping[str, Any]) -> list[Asked]:
    given = _at(front.get("priorities", []), at)
    return [
        Asked(f"priority.{at}.priority", "Priority", given.get("priority", "")),
        Asked(f"priority.{at}.how", "How this paper serves it", given.get("how", ""), rows=2),
    ]


def _at(listed: Sequence[Mapping[str, str]], at: int) -> Mapping[str, str]:
    return listed[at] if at < len(listed) else {}


def _chosen(words: Mapping[str, Any]) -> list[Chosen]:
    given = {entry["show"]: entry for entry in words.get("sections", []) if entry.get("show") != OWN}
    fresh = "sections" not in words
    usual = (
        "plan-on-a-page",
        "drivers",
        "bridge",
        "organisations",
        "what-ties",
        "quality-assurance",
        "sources",
    )
    return [
        Chosen(
            key,
            title,
            description,
            key in given or (fresh and key in usual),
            str(given.get(key, {}).get("before", "")),
            str(given.get(key, {}).get("after", "")),
        )
        for key, title, description in section_choices()
        if key != OWN
    ]


def _own(words: Mapping[str, Any]) -> list[Chosen]:
    given = [entry for entry in words.get("sections", []) if entry.get("show") == OWN]
    return [
        Chosen(
            str(at),
            "",
            "",
            True,
            str(_at(given, at).get("before", "")),
            "",
            str(_at(given, at).get("title", "")),
        )
        for at in range(OWN_SECTIONS)
    ]
