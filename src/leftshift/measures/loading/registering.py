"""Rows of measures.csv and measure_definitions.csv out of the metadata of a published register of indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leftshift.foundation.faults import near_miss, shown
from leftshift.foundation.sources import Origin
from leftshift.measures.loading.drafting import Reading
from leftshift.measures.loading.layouts import data_file, folded_value
from leftshift.measures.loading.recognising import Heading
from leftshift.place.measure_rows import Measure, MeasureDefinition


@dataclass(frozen=True)
class Registered:
    """A measure and its definition."""

    measure: Measure
    definition: MeasureDefinition


def registered(heading: Heading, reading: Reading, names: Mapping[str, str]) -> Iterator[Registered]:
    """A measure for each indicator that the mapping gives a short name; the others are left out, with their number and name.

    What cannot be said in our words is a fault that lists what would be understood; nothing is guessed.
    """
    met = set()
    for row, cells in heading.lines():
        reading.rows += 1
        line = _Line(heading, row, cells)
        code = line.text("indicator")
        if code not in names:
            reading.left_out[f"no short name in [measures] for {code}, {line.text('name')[:60]}"] += 1
            continue
        if code in met:
            reading.left_out["said twice"] += 1
            continue
        met.add(code)
        found = _registered(line, reading, names[code])
        if found is not None:
            yield found


@dataclass(frozen=True)
class _Line:
    heading: Heading
    row: int
    cells: Sequence[str]

    def text(self, role: str) -> str:
        """What stands in the column of a role, on one line."""
        position = self.heading.columns.get(role)
        if position is None or position >= len(self.cells):
            return ""
        return " ".join(self.cells[position].split())


def _registered(line: _Line, reading: Reading, name: str) -> Registered | None:
    before = reading.faults.total
    better = _understood(line, reading, "polarity", "better")
    kind = _understood(line, reading, "value_type", "kinds")
    every = _every(line, reading)
    owner = reading.choices.owner
    if not owner:
        reading.refuse(
            "value missing", line.heading.file, None, "owner", "nothing", "who answers for these measures: a role, no name of a person", "Give it with --owner"
        )  # fmt: skip
    denominator = line.text("denominator")
    if kind not in (None, "count") and not denominator:
        reading.refuse(
            "value missing", line.heading.file, line.row, line.heading.called("denominator"), "nothing", "what the denominator counts", "Write it into the file"
        )  # fmt: skip
    if reading.faults.total > before:
        return None
    origin = Origin(line.heading.file, line.row)
    source = (
        reading.choices.source
        or f"{line.heading.layout.name}, {line.heading.source.file}: {line.text('indicator')}"
    )
    told: dict[str, Any] = {"source": source, "basis": reading.choices.basis, "origin": origin}
    measure = Measure(measure=name, name=line.text("name"), better=better, owner=owner, every=every, **told)  # type: ignore[arg-type]
    definition = MeasureDefinition(
        measure=name,
        kind=str(kind),
        multiplier=_multiplier(line, reading),
        unit="" if _multiplier(line, reading) is not None else line.text("unit"),
        numerator=line.text("numerator") or line.text("definition") or line.text("name"),
        numerator_source=line.text("numerator_source") or line.text("data_source"),
        denominator=denominator,
        denominator_source=line.text("denominator_source"),
        caveats=line.text("caveats"),
        **told,
    )
    return Registered(measure, definition)


def _understood(line: _Line, reading: Reading, role: str, table: str) -> str | None:
    words: Mapping[str, str] = data_file("value_kinds")[table]
    text = line.text(role)
    found = {folded_value(word): meaning for word, meaning in words.items()}.get(folded_value(text))
    if found is None:
        reading.refuse(
            "not one of the choices",
            line.heading.file,
            line.row,
            line.heading.called(role),
            shown(text),
            "one of " + ", ".join(words),
            "Take the indicator out of [measures], and write its rows by hand",
            near_miss(text, words),
        )
    return found


def _every(line: _Line, reading: Reading) -> str | None:
    """How often there is a figure: by its frequency, else by its type of year."""
    words: Mapping[str, str] = data_file("value_kinds")["every"]
    found = {folded_value(word): meaning for word, meaning in words.items()}.get(
        folded_value(line.text("frequency"))
    )
    if found is None and line.text("year_type").casefold().startswith(("calendar", "financial", "academic")):
        reading.said["indicators have a frequency in other words; by their type of year they are yearly"] += 1
        return "year"
    if found is None:
        reading.refuse(
            "not one of the choices",
            line.heading.file,
            line.row,
            line.heading.called("frequency"),
            shown(line.text("frequency")),
            "one of " + ", ".join(words),
            "Take the indicator out of [measures], and write its rows by hand",
            near_miss(line.text("frequency"), words),
        )
    return found


def _multiplier(line: _Line, reading: Reading) -> Decimal | None:
    words: Mapping[str, int] = data_file("value_kinds")["multipliers"]
    text = folded_value(line.text("unit"))
    found = {folded_value(word): meaning for word, meaning in words.items()}.get(text)
    return None if found is None else Decimal(found)
