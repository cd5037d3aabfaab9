"""Read the words of a board pack, from a TOML file or from plain values; every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.toml_text import NotToml, parse_toml
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.reports.content import printable
from leftshift.reports.pack.choosing import section_choices
from leftshift.reports.pack.pack import OWN, FrontSheet, Pack, PackSection, Priority, Risk, choices

_LONGEST = 20_000  # characters of one text: a board paper is read by people
_MOST = 60  # entries of one list
_FILE = "pack.toml"


def read_pack(text: str, file: str = _FILE) -> Pack:
    """The pack of a TOML text; raises FaultsFound with everything that is wrong with it."""
    document: dict[str, Any] = {}
    try:
        document = parse_toml(text)
    except NotToml as problem:
        faults = Faults()
        faults.add(Fault("file not understood", file, None, None, "", "TOML", f"Mend it: {problem}"))
        faults.raise_if_any()
    return pack_from(document, file)


def pack_from(document: Mapping[str, Any], file: str = _FILE) -> Pack:
    """The pack of plain values, as a web form or JSON gives them; raises FaultsFound, each fault with its column.

    ``column`` of a fault is the path to the value: ``front_sheet.purpose``, ``sections 2.show``.
    """
    reader = _Reader(file)
    pack = reader.pack(document)
    reader.faults.raise_if_any()
    return pack


class _Reader:
    """Reads values one by one and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file, self.faults = file, Faults()

    def refuse(
        self,
        kind: str,
        where: str,
        expected: str,
        action: str,
        found: str = "",
        suggestion: str | None = None,
    ) -> None:
        self.faults.add(Fault(kind, self.file, None, where, found, expected, action, suggestion))

    def pack(self, given: Any) -> Pack:
        known = [each.name for each in fields(Pack)]
        document = self._named(given, "", known)
        sections = self._entries(document, "sections")
        found = tuple(self._section(entry, f"sections {at}") for at, entry in enumerate(sections, 1))
        self._once(found)
        return Pack(
            self._front_sheet(document.get("front_sheet")),
            found,
            self._year(document),
            self._texts(document, "compare", ""),
        )

    def _front_sheet(self, given: Any) -> FrontSheet:
        where = "front_sheet"
        if given is None:
            self.refuse(
                "missing value",
                where,
                "a front sheet: [front_sheet]",
                "Add it; leftshift pack --new writes one",
            )
        sheet = self._named(
            given if given is not None else {}, where, [each.name for each in fields(FrontSheet)]
        )
        needed = given is not None
        texts = {
            name: self._text(sheet, name, where, needed=needed) for name in ("title", "meeting", "author")
        }
        found = FrontSheet(
            **texts,
            meeting_date=self._date(sheet, "meeting_date", where, needed=needed),
            purpose=self._choice(sheet, "purpose", where, choices("purposes"), needed=needed),  # type: ignore[arg-type]
            recommendations=self._texts(sheet, "recommendations", where),
            implications=self._implications(sheet, where, needed=needed),
            summary=self._text(sheet, "summary", where),
            risks=tuple(self._risks(sheet, where)),
            priorities=tuple(self._priorities(sheet, where)),
            appendices=self._texts(sheet, "appendices", where),
            background_papers=self._texts(sheet, "background_papers", where),
        )
        if needed and not found.recommendations:
            expected = "at least one recommendation: what the body is asked to do, if only to note"
            self.refuse("missing value", f"{where}.recommendations", expected, "Say what is asked")
        return found

    def _implications(self, sheet: Mapping[str, Any], where: str, *, needed: bool) -> dict[str, str]:
        where = f"{where}.implications"
        areas = choices("implications")
        given = self._named(sheet.get("implications") or {}, where, list(areas))
        must = {name for name, about in areas.items() if about["needed"] and needed}
        found = {name: self._text(given, name, where, needed=name in must) for name in areas}
        return {name: words for name, words in found.items() if words}

    def _risks(self, sheet: Mapping[str, Any], where: str) -> list[Risk]:
        found = []
        for at, given in enumerate(self._entries(sheet, "risks", where), 1):
            here = f"{where}.risks {at}"
            entry = self._named(given, here, ["risk", "level", "reason"])
            level = self._choice(entry, "level", here, choices("levels"), needed=True)
            words = {name: self._text(entry, name, here, needed=True) for name in ("risk", "reason")}
            found.append(Risk(level=level, **words))  # type: ignore[arg-type]
        return found

    def _priorities(self, sheet: Mapping[str, Any], where: str) -> list[Priority]:
        found = []
        for at, given in enumerate(self._entries(sheet, "priorities", where), 1):
            here = f"{where}.priorities {at}"
            entry = self._named(given, here, ["priority", "how"])
            found.append(
                Priority(**{name: self._text(entry, name, here, needed=True) for name in ("priority", "how")})
            )
        return found

    def _section(self, given: Any, where: str) -> PackSection:
        entry = self._named(given, where, [each.name for each in fields(PackSection)])
        known = [key for key, _, _ in section_choices()]
        texts = {name: self._text(entry, name, where) for name in ("title", "before", "after")}
        found = PackSection(self._choice(entry, "show", where, known, needed=True), **texts)
        if found.show == OWN:
            for name in ("title", "before"):
                if not getattr(found, name):
                    expected = f"{name} of a section of your own"
                    self.refuse(
                        "missing value", f"{where}.{name}", expected, "Write it, or leave the section out"
                    )
        return found

    def _once(self, found: tuple[PackSection, ...]) -> None:
        seen: set[str] = set()
        for at, entry in enumerate(found, 1):
            if entry.show and entry.show != OWN and entry.show in seen:
                where, expected = f"sections {at}.show", "each section once"
                self.refuse("duplicate key", where, expected, "Leave one of the two out", shown(entry.show))
            seen.add(entry.show)

    def _year(self, document: Mapping[str, Any]) -> str:
        text = self._text(document, "year", "")
        try:
            return FinancialYear.parse(text).label if text else ""
        except YearNotUnderstood as problem:
            said = str(problem)
            self.refuse(
                "year not understood",
                "year",
                "a financial year such as 2016/17",
                said[:1].upper() + said[1:],
                shown(text),
            )
            return ""

    def _named(self, given: Any, where: str, known: Collection[str]) -> Mapping[str, Any]:
        """A table of values, each of whose names is known."""
        if not isinstance(given, Mapping):
            self.refuse(
                "value not understood",
                where or "the pack",
                "a table of named values",
                "Write it so",
                shown(str(given)),
            )
            return {}
        for name in given:
            if name not in known:
                here = f"{where}.{name}" if where else str(name)
                suggestion = near_miss(str(name), known)
                self.refuse(
                    "unknown name",
                    here,
                    "one of " + ", ".join(known),
                    "Rename or remove it",
                    suggestion=suggestion,
                )
        return given

    def _entries(self, given: Mapping[str, Any], name: str, where: str = "") -> list[Any]:
        here = f"{where}.{name}" if where else name
        found = given.get(name)
        if found is None:
            return []
        if not isinstance(found, list | tuple):
            self.refuse("value not understood", here, "a list", "Write it so", shown(str(found)))
            return []
        if len(found) > _MOST:
            self.refuse("too many", here, f"at most {_MOST} entries", "Shorten it", f"{len(found):,} entries")
        return list(found[:_MOST])

    def _text(self, given: Mapping[str, Any], name: str, where: str, *, needed: bool = False) -> str:
        here = f"{where}.{name}" if where else name
        return self._checked_text(given.get(name, ""), here, needed=needed)

    def _texts(self, given: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
        here = f"{where}.{name}" if where else name
        entries = self._entries(given, name, where)
        return tuple(
            self._checked_text(entry, f"{here} {at}", needed=True) for at, entry in enumerate(entries, 1)
        )

    def _checked_text(self, value: Any, here: str, *, needed: bool) -> str:
        if not isinstance(value, str):
            self.refuse(
                "value not understood", here, "a text in quotes", "Put it into quotes", shown(str(value))
            )
            return ""
        text = "\n".join(line.rstrip() for line in value.strip().splitlines())
        if needed and not text:
            self.refuse("missing value", here, "words", "Fill it in")
        if len(text) > _LONGEST:
            self.refuse(
                "text too long",
                here,
                f"at most {_LONGEST:,} characters",
                "Shorten it, or attach it",
                f"{len(text):,}",
            )
        if printable(text) != text:
            self.refuse(
                "text not understood", here, "text without control characters", "Remove them", shown(text)
            )
        return text

    def _choice(
        self, given: Mapping[str, Any], name: str, where: str, known: Collection[str], *, needed: bool
    ) -> str:
        text = self._text(given, name, where, needed=needed)
        if text and text not in known:
            expected = "one of " + ", ".join(known)
            self.refuse(
                "not one of the choices",
                f"{where}.{name}",
                expected,
                "Use one of them",
                shown(text),
                near_miss(text, known),
            )
        return text

    def _date(self, given: Mapping[str, Any], name: str, where: str, *, needed: bool) -> date:
        value, here = given.get(name), f"{where}.{name}"
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        expected = "a day such as 2026-12-01"
        try:
            return date.fromisoformat(value) if isinstance(value, str) else date.fromisoformat("")
        except ValueError:
            if needed and value in {None, ""}:
                self.refuse("missing value", here, expected, "Fill it in")
            elif value not in {None, ""}:
                self.refuse("date not understood", here, expected, "Write year-month-day", shown(str(value)))
            return date.min
