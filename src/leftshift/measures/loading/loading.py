"""Load figures from files into a place: what is new, what is a revision, what was left out and why; every fault at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.measures.bodies import Bodies
from leftshift.measures.definitions import definitions_of
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.coding import Codes
from leftshift.measures.loading.drafting import Drafting, Reading
from leftshift.measures.loading.layouts import layouts
from leftshift.measures.loading.own_tables import Tidy, Wide
from leftshift.measures.loading.published_tables import Published
from leftshift.measures.loading.recognising import Heading, headings
from leftshift.measures.loading.registering import Registered, registered
from leftshift.measures.loading.revising import Register
from leftshift.measures.loading.sources import Source, csv_source
from leftshift.place.measure_rows import Measure, MeasureDefinition, Observation
from leftshift.place.place import Place
from leftshift.place.row import Row

_SHAPES: Mapping[str, type[Drafting]] = {"tidy": Tidy, "wide": Wide, "rows": Published}
_SHOWN = 3
_LISTED = 20


@dataclass(frozen=True)
class ReadFile:
    """What was read of one file: its layout, the row of its heading, how many rows stood below."""

    file: str
    sheet: str
    layout: str
    heading_row: int
    rows: int


@dataclass(frozen=True)
class Loaded:
    """What loading gave; nothing of it may be written while there are ``faults``.

    ``rows`` are those to be added, revisions numbered; ``left_out`` is reason to how many rows, ``said`` what else a person should know.
    """

    rows: tuple[Observation, ...]
    measures: tuple[Measure, ...]
    definitions: tuple[MeasureDefinition, ...]
    new: int
    revised: int
    unchanged: int
    left_out: Mapping[str, int]
    said: tuple[str, ...]
    files: tuple[ReadFile, ...]
    faults: Faults

    @property
    def added(self) -> Mapping[str, Sequence[Row]]:
        """Table to the rows that are added to it."""
        return {
            "observations": self.rows,
            "measures": self.measures,
            "measure_definitions": self.definitions,
        }

    @property
    def layout(self) -> str:
        """The layouts of the files, each once."""
        return ", ".join(dict.fromkeys(found.layout for found in self.files))


def load_text(
    content: bytes | str,
    layout: str | None,
    *,
    place: Place,
    choices: Choices | None = None,
    file: str = "the file",
) -> Loaded:
    """Load one CSV file; as ``load``. Raises FaultsFound where the file cannot be read at all."""
    chosen = replace(choices or Choices(), layout=layout)
    return load([csv_source(content, file)], place=place, choices=chosen)


def load(sources: Iterable[Source], *, place: Place, choices: Choices | None = None) -> Loaded:
    """The figures of files, in order: what differs from the place's, or from a file before, is a revision.

    The place is sound; its checks have to be run once more on what is changed. Faults are values, so that those of the changed place can
    be told with them.
    """
    loading = _Loading(place, choices or Choices())
    if loading.is_sensible():
        for source in sources:
            loading.read(source)
    return loading.finished()


class _Loading:
    """One loading: every file into one register."""

    def __init__(self, place: Place, choices: Choices) -> None:
        self.place, self.choices, self.faults = place, choices, Faults()
        self.definitions = definitions_of(place)
        self.register = Register.of_place(place, self.definitions)
        self.left_out, self.said = Counter[str](), Counter[str]()
        self.notes: list[str] = []
        self.files: list[ReadFile] = []
        self.registered: list[Registered] = []
        self.met: dict[str, set[str]] = {"measures": set(), "bodies": set()}
        self.unmet: dict[str, list[str]] = {}
        self.known_measures = {row.measure: row.name for row in place.measures}

    def is_sensible(self) -> bool:
        """Whether the choices can be followed; otherwise faults."""
        layout = self.choices.layout
        if layout is not None and layout not in layouts():
            expected = "one of " + ", ".join(layouts())
            self._add("unknown layout", "--layout", shown(layout), expected, near_miss(layout, layouts()))
        codes = (self._measures(), self._bodies())
        registry = layout is not None and layout in layouts() and layouts()[layout].shape == "registry"
        for found, table in zip(codes, ("measures", "bodies"), strict=True):
            self.faults.add_all(found.faults(strict=False))
            if not registry and not (table == "measures" and self.choices.owner):
                self.faults.add_all(found.wrong_targets("the mapping", table))
        return not self.faults

    def _add(self, kind: str, where: str, found: str, expected: str, suggestion: str | None = None) -> None:
        self.faults.add(Fault(kind, where, None, None, found, expected, f"Correct {where}", suggestion))

    def _measures(self) -> Codes:
        return Codes("measure", self.known_measures, self.choices.measures, self.choices.measure, "--measure")

    def _bodies(self) -> Codes:
        return Codes("body", Bodies(self.place).names, self.choices.bodies, self.choices.of, "--of")

    # ------------------------------------------------------------------ one file
    def read(self, source: Source) -> None:
        """Take one file in."""
        self.notes += source.notes
        for heading in headings(source, self.choices, self.faults):
            reading = Reading(
                self.choices,
                self._measures(),
                self._bodies(),
                {row.measure: row.every for row in self.place.measures},
                self.definitions,
                self.faults,
            )
            if heading.layout.shape == "registry":
                self._register(heading, reading)
            else:
                self._observe(heading, reading)
            self.left_out += reading.left_out
            self.said += reading.said
            self.notes += reading.notes
            self.files.append(
                ReadFile(source.file, heading.sheet.name, heading.layout.name, heading.row, reading.rows)
            )
            if heading.row > 1:
                self.notes.append(f"{heading.file}: the heading is in row {heading.row}")

    def _observe(self, heading: Heading, reading: Reading) -> None:
        drafting = _SHAPES[heading.layout.shape](heading, reading)
        described = " ".join(f"{heading.layout.name}, {heading.file}".split())
        before, faults = len(self.register.rows) + self.register.unchanged, self.faults.total
        self.register.take_file(drafting.drafts(), self.choices, described, self.faults)
        for table, codes in (("measures", reading.measures), ("bodies", reading.bodies)):
            self.faults.add_all(codes.faults(strict=drafting.strict))
            self.unmet[table] = codes.unmet(self.met[table])
        if not drafting.strict:
            self._tell_others(reading)
        taken = len(self.register.rows) + self.register.unchanged - before
        if not taken and self.faults.total == faults and not drafting.strict:
            self._refuse_empty(heading, reading)

    def _tell_others(self, reading: Reading) -> None:
        """Say how many rows are of bodies and measures that the place has not."""
        for codes, what in ((reading.bodies, "bodies"), (reading.measures, "measures")):
            met = {code: entry for code, entry in codes.unknown.items() if entry[4]}
            if met:
                rows = sum(entry[4] for entry in met.values())
                some = ", ".join(f"{code} {entry[0]}".strip() for code, entry in list(met.items())[:_SHOWN])
                more = ", …" if len(met) > _SHOWN else ""
                reading.left_out[f"of {what} that the place has not ({some}{more})"] += rows

    def _refuse_empty(self, heading: Heading, reading: Reading) -> None:
        """A published table of which nothing is of the place: which codes it has, and what may be meant."""
        for codes, table in ((reading.measures, "measures"), (reading.bodies, "bodies")):
            for code, entry in list(codes.unknown.items())[:_LISTED]:
                name, file, row, column, _ = entry
                expected, action = (
                    f"a {codes.what} of the place",
                    f"Say in [{table}] of a mapping what it means",
                )
                found, near = f"{code} {name}".strip(), codes.suggestion(code, name)
                self.faults.add(
                    Fault(
                        f"unknown {codes.what}",
                        file,
                        row or None,
                        column or None,
                        found,
                        expected,
                        action,
                        near,
                    )
                )
        if not self.faults:
            reasons = "; ".join(f"{reason} ({count:,})" for reason, count in reading.left_out.most_common(5))
            expected, action = "a figure of the place", "Choose other rows, or use another file"
            self.faults.add(
                Fault("nothing to load", heading.file, None, None, reasons or "no rows", expected, action)
            )

    def _register(self, heading: Heading, reading: Reading) -> None:
        if not self.choices.measures:
            expected = "a mapping from indicators to short names of measures"
            action = 'Write a mapping with lines such as "41001" = "suicides" under [measures]'
            self.faults.add(
                Fault("value missing", heading.file, None, None, "no [measures]", expected, action)
            )
            return
        there = set(self.known_measures)
        for found in registered(heading, reading, self.choices.measures):
            if found.measure.measure in there:
                self.register.unchanged += 1
            else:
                there.add(found.measure.measure)
                self.registered.append(found)

    # ------------------------------------------------------------------ the end
    def finished(self) -> Loaded:
        """What all files gave together."""
        register = self.register
        for table, codes in self.unmet.items():
            if codes:
                self.notes.append(f"no file has these codes of [{table}] in the mapping: {', '.join(codes)}")
        if register.twice:
            self.said["rows with a figure that their file has already, taken once"] += register.twice
        if register.earlier:
            self.said[
                "figures that equal an earlier revision and not the latest, which stays (a tidy file may state a revision to bring one back)"
            ] += register.earlier
        return Loaded(
            rows=tuple(register.rows),
            measures=tuple(found.measure for found in self.registered),
            definitions=tuple(found.definition for found in self.registered),
            new=register.new + len(self.registered),
            revised=register.revised,
            unchanged=register.unchanged,
            left_out=dict(self.left_out.most_common()),
            said=(*self.notes, *(f"{words}: {count:,}" for words, count in self.said.most_common())),
            files=tuple(self.files),
            faults=self.faults,
        )
