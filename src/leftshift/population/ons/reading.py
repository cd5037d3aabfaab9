"""Read people by area, band and year from a file of the Office for National Statistics; every fault of it at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise
from typing import Literal, TextIO

from leftshift.foundation.ages import AgeBand, AgesNotUnderstood
from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import People
from leftshift.population.counting import BandNotGiven, parts_of
from leftshift.population.ons.layouts import Header, header_of, layouts

Sex = Literal["persons", "female", "male"]
SEXES: dict[str, Sex] = {
    "persons": "persons", "person": "persons", "total": "persons", "all persons": "persons",
    "females": "female", "female": "female", "f": "female", "2": "female",
    "males": "male", "male": "male", "m": "male", "1": "male",
}  # fmt: skip
_PARTS: set[Sex] = {"female", "male"}
_TITLE_LINES = 20  # a title, a subtitle and notes may stand above the header
_AGED = re.compile(r"^aged?\s+", re.IGNORECASE)
_YEAR = re.compile(r"^\d{4}$")


def read_ons(
    text: TextIO, areas: Sequence[str], bands: Sequence[AgeBand], *, file: str = "the file"
) -> tuple[People, ...]:
    """The people of areas, single ages added up to bands, for every year of the file: rows of population.csv.

    Persons where the file has them, else female and male. A mid-year estimate of 2016 stands at 2016/17, the financial year that
    30 June lies in. Raises FaultsFound with everything that is wrong.
    """
    faults = Faults()
    faults.add_all(_asked(areas, bands, file))
    found = _Reader(file, areas, faults)
    try:
        found.read(csv.reader(text))
    except (csv.Error, UnicodeDecodeError) as problem:
        action = f"Save it as CSV UTF-8, or use the CSV as published: {problem}"
        faults.add(Fault("file not understood", file, None, None, "", "comma-separated values", action))
    faults.raise_if_any()
    rows = list(found.rows(bands))
    faults.raise_if_any()
    return tuple(rows)


def _asked(areas: Sequence[str], bands: Sequence[AgeBand], file: str) -> Iterator[Fault]:
    """What was asked can be answered: areas once, bands that do not overlap."""
    for area in sorted({area for area in areas if list(areas).count(area) > 1}):
        yield Fault(
            "duplicate area", file, None, None, shown(area), "each area once", "Name it once in --area"
        )
    ordered = sorted(bands, key=lambda band: band.first)
    for low, high in pairwise(ordered):
        if low.overlaps(high):
            yield Fault(
                "bands overlap",
                file,
                None,
                None,
                f"{low} and {high}",
                "bands that do not overlap",
                "Correct --bands",
            )


@dataclass
class _Reader:
    """What the file holds of the areas: sex, age and year to people."""

    file: str
    areas: Sequence[str]
    faults: Faults
    header: Header | None = None
    headings: list[str] = field(default_factory=list)
    people: dict[tuple[str, Sex, AgeBand, int], Decimal] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def read(self, records: Iterator[list[str]]) -> None:
        """Read every row of the areas, or add what is wrong with them."""
        above = list(islice(enumerate(records, 1), _TITLE_LINES))
        at = next((place for place, (_, cells) in enumerate(above) if header_of(cells)), None)
        if at is None:
            self._refuse_layout(above[0][1] if above else [])
            return
        self.headings = above[at][1]
        self.header = header_of(self.headings)
        for line, cells in above[at + 1 :]:
            self._read_row(line, cells)
        for line, cells in enumerate(records, len(above) + 1):
            self._read_row(line, cells)
        self._refuse_unknown_areas()

    def _refuse_layout(self, first: list[str]) -> None:
        names = "; ".join(layout.name for layout in layouts())
        self._refuse(
            "layout not known",
            None,
            None,
            shown(", ".join(first)),
            f"the header of one of: {names}",
            "Use the CSV as published",
        )

    def _read_row(self, line: int, cells: list[str]) -> None:
        header = self.header
        assert header is not None
        if not any(cell.strip() for cell in cells):
            return
        needed = max(header.area, header.area_name, header.sex, header.age, *header.people.values())
        if len(cells) <= needed:
            self._refuse(
                "too few cells",
                line,
                None,
                f"{len(cells)} cells",
                f"{len(self.headings)} cells",
                "Mend the row",
            )
            return
        area = cells[header.area].strip()
        self.names[area] = cells[header.area_name].strip()
        if area not in self.areas or not self._holds_people(header, cells):
            return
        sex, age = self._sex(line, cells[header.sex]), self._age(line, cells[header.age])
        for year, people in self._people(line, cells):
            if sex is not None and age is not None:
                self._keep(line, (area, sex, age, year), people)

    def _holds_people(self, header: Header, cells: list[str]) -> bool:
        return all(
            column < len(cells) and cells[column].strip().casefold() in allowed
            for column, allowed in header.only.items()
        )

    def _sex(self, line: int, text: str) -> Sex | None:
        found = SEXES.get(text.strip().casefold())
        if found is None:
            assert self.header is not None
            self._refuse_cell(
                "not one of the choices", line, self.header.sex, text, "persons, females or males"
            )
        return found

    def _age(self, line: int, text: str) -> AgeBand | None:
        try:
            return AgeBand.parse(_AGED.sub("", text.strip()))
        except AgesNotUnderstood:
            assert self.header is not None
            self._refuse_cell(
                "ages not understood", line, self.header.age, text, "an age such as 7, or 90 and over"
            )
            return None

    def _people(self, line: int, cells: list[str]) -> Iterator[tuple[int, Decimal]]:
        header = self.header
        assert header is not None
        for year, column in header.people.items():
            at = self._year(line, cells) if year is None else year
            number = self._number(line, column, cells[column])
            if at is not None and number is not None:
                yield at, number

    def _year(self, line: int, cells: list[str]) -> int | None:
        assert self.header is not None
        assert self.header.year is not None
        text = cells[self.header.year].strip() if self.header.year < len(cells) else ""
        if _YEAR.match(text):
            return int(text)
        self._refuse_cell("year not understood", line, self.header.year, text, "a year such as 2016")
        return None

    def _number(self, line: int, column: int, text: str) -> Decimal | None:
        try:
            number = parse_number(text)
        except NumberNotUnderstood:
            self._refuse_cell("text in a number", line, column, text, "a number")
            return None
        if number < 0:
            self._refuse_cell("out of range", line, column, text, "0 or more people")
            return None
        return number

    def _keep(self, line: int, key: tuple[str, Sex, AgeBand, int], people: Decimal) -> None:
        if key in self.people:
            area, sex, age, year = key
            self._refuse(
                "duplicate row",
                line,
                None,
                f"{area}, {sex}, {age}, {year}",
                "each area, sex, age and year once",
                "Remove one of them",
            )
        self.people[key] = people

    def _refuse_unknown_areas(self) -> None:
        known = {*self.names, *self.names.values()}
        by_name = {name: code for code, name in self.names.items()}
        have = {area for area, *_ in self.people}
        for area in self.areas:
            if area not in self.names:
                near = near_miss(area, known)
                suggestion = by_name.get(near, near) if near else None
                self._refuse(
                    "unknown area",
                    None,
                    None,
                    shown(area),
                    f"one of the {len(self.names)} areas of the file",
                    "Correct --area",
                    suggestion,
                )
            elif area not in have and not self.faults:
                self._refuse(
                    "no people", None, None, shown(area), "rows of people", "Use a file that has them"
                )

    def rows(self, bands: Sequence[AgeBand]) -> Iterator[People]:
        """The rows of population.csv, ages added up; faults where ages are missing."""
        for area in self.areas:
            sexes = {sex for name, sex, _, _ in self.people if name == area}
            for sex in sorted(sexes - _PARTS) or sorted(sexes):
                yield from self._rows_of(area, sex, bands)

    def _rows_of(self, area: str, sex: Sex, bands: Sequence[AgeBand]) -> Iterator[People]:
        assert self.header is not None
        by_year: dict[int, dict[AgeBand, Decimal]] = {}
        for (name, of, age, year), people in self.people.items():
            if (name, of) == (area, sex):
                by_year.setdefault(year, {})[age] = people
        missing: dict[AgeBand, list[int]] = {}
        for year, given in sorted(by_year.items()):
            ages = _with_open_top(given) if self.header.layout.oldest_is_open else given
            for band in bands:
                try:
                    people = sum((ages[part] for part in parts_of(band, ages)), Decimal(0))
                except BandNotGiven:
                    missing.setdefault(band, []).append(year)
                    continue
                yield self._row(area, sex, band, year, people)
        for band, years in missing.items():
            self._refuse_ages(area, sex, band, years)

    def _row(self, area: str, sex: Sex, band: AgeBand, year: int, people: Decimal) -> People:
        assert self.header is not None
        source = f"{self.header.layout.name}, {self.file}: {self.names[area]}"
        return People(
            area=area,
            sex=sex,
            age_band=band,
            year=FinancialYear(year),
            people=people,
            source=source,
            basis="published",
        )

    def _refuse_ages(self, area: str, sex: Sex, band: AgeBand, years: list[int]) -> None:
        given = sorted(
            {age for name, of, age, _ in self.people if (name, of) == (area, sex)}, key=_from_youngest
        )
        self._refuse(
            "ages missing",
            None,
            None,
            f"{given[0]} to {given[-1]} for {area}, {sex}",
            f"ages that make up {band} in {years[0]}"
            + (f" and {len(years) - 1} more years" if years[1:] else ""),
            "Ask for other bands, or use a file with these ages",
        )

    def _refuse_cell(self, kind: str, line: int, column: int, text: str, expected: str) -> None:
        self._refuse(
            kind, line, self.headings[column], shown(text.strip()), expected, "Use the file as published"
        )

    def _refuse(
        self,
        kind: str,
        line: int | None,
        column: str | None,
        found: str,
        expected: str,
        action: str,
        suggestion: str | None = None,
    ) -> None:
        self.faults.add(Fault(kind, self.file, line, column, found, expected, action, suggestion))


def _from_youngest(age: AgeBand) -> tuple[int, bool, int]:
    return age.first, age.last is None, age.last or 0


def _with_open_top(given: dict[AgeBand, Decimal]) -> dict[AgeBand, Decimal]:
    """The oldest age of the series is that age and over, though it is written as a number."""
    oldest = max(given, key=lambda age: age.first)
    return {AgeBand(age.first) if age == oldest else age: people for age, people in given.items()}
