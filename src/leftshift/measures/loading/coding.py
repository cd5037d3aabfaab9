"""What the codes of a file mean in a place: measures and bodies by exact code, by a mapping, or told as not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from leftshift.foundation.faults import Fault, near_miss, shown


@dataclass
class Codes:
    """The codes of one sort, as a file uses them: ``known`` is code to name in the place, ``chosen`` the one for a file with only one."""

    what: str
    known: Mapping[str, str]
    mapped: Mapping[str, str]
    chosen: str | None
    option: str
    met: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, tuple[str, str, int, str, int]] = field(default_factory=dict)
    _by_code: dict[str, str | None] = field(default_factory=dict)

    def of(self, code: str, name: str = "", where: tuple[str, int, str] = ("", 0, "")) -> str | None:
        """The code of the place for one of the file; None where there is none, which is kept with where it stood first."""
        if self.chosen is not None:
            self.met.setdefault(code, name)
            return self.chosen
        found = self._here(code)
        if found is None:
            *first, count = self.unknown.get(code, (name, *where, 0))
            self.unknown[code] = (*first, count + 1)  # type: ignore[assignment]
        return found

    def peek(self, code: str, name: str, where: tuple[str, int, str]) -> None:
        """Note a code that is not known without counting a row for it."""
        if self.chosen is None and self._here(code) is None:
            self.unknown.setdefault(code, (name, *where, 0))

    def unmet(self, met: set[str]) -> list[str]:
        """The codes of the mapping that no file had; those of this one are added to ``met``."""
        met |= set(self._by_code)
        return sorted(set(self.mapped) - met)

    def _here(self, code: str) -> str | None:
        if code not in self._by_code:
            found = self.mapped.get(code, code)
            self._by_code[code] = found if found in self.known else None
        return self._by_code[code]

    def suggestion(self, code: str, name: str = "") -> str | None:
        """What of the place may be meant: one with the same name, else the nearest code or name."""
        by_name = {known.casefold(): code for code, known in self.known.items()}
        if name and name.casefold() in by_name:
            return by_name[name.casefold()]
        near = near_miss(code, self.known)
        if near is None and (text := name or code):
            close = near_miss(text, self.known.values())
            near = by_name[close.casefold()] if close else None
        return near

    def faults(self, *, strict: bool) -> Iterator[Fault]:
        """A chosen code that the place has not, more than one where one was chosen; codes not known where that is a slip."""
        if self.chosen is not None and self.chosen not in self.known:
            yield Fault(
                f"unknown {self.what}",
                self.option,
                None,
                None,
                shown(self.chosen),
                f"a {self.what} of the place",
                f"Correct {self.option}",
                self.suggestion(self.chosen),
            )
        if len(self.met) > 1:
            some = ", ".join(f"{code} {name}".strip() for code, name in list(self.met.items())[:3])
            yield Fault(
                f"more than one {self.what}",
                self.option,
                None,
                None,
                f"{len(self.met):,} of them: {some}",
                f"a file with one {self.what}",
                f"Say in a mapping what each means, or choose rows, in place of {self.option}",
            )
        if strict:
            yield from self._slips()

    def _slips(self) -> Iterator[Fault]:
        for code, (name, file, row, column, count) in self.unknown.items():
            often = f", in {count:,} rows" if count > 1 else ""
            yield Fault(
                f"unknown {self.what}",
                file,
                row,
                column,
                (shown(code) if code else shown(name)) + often,
                f"a {self.what} of the place",
                "Correct it, add it to the place, or say in a mapping what it means",
                self.suggestion(code, name),
            )

    def wrong_targets(self, file: str, table: str) -> Iterator[Fault]:
        """What a mapping names and the place has not."""
        for code, target in self.mapped.items():
            if target not in self.known:
                yield Fault(
                    f"unknown {self.what}",
                    file,
                    None,
                    f"{table}.{code}",
                    shown(target),
                    f"a {self.what} of the place",
                    "Correct the mapping",
                    self.suggestion(target),
                )
