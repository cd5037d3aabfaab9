"""The code lists of an invented population: which codes mean what."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.population.invented.parameters import conditions, hospital_lists, measured, medicines

HEADING = ("list", "system", "code", "match")


def code_lists() -> list[tuple[str, str, str, str]]:
    """Every row of code_lists.csv: list, system, code, match."""
    return sorted({*_of_practices(), *_of_medicines(), *_of_hospitals()})


def _of_practices() -> Iterator[tuple[str, str, str, str]]:
    for condition in conditions():
        for name in condition.lists:
            yield from ((name, "gp", code, "exact") for code in condition.codes)
    for one in measured():
        yield from ((name, "gp", one.code, "exact") for name in one.lists)


def _of_medicines() -> Iterator[tuple[str, str, str, str]]:
    for one in medicines():
        yield from ((name, "medicine", one.code, "exact") for name in one.lists)


def _of_hospitals() -> Iterator[tuple[str, str, str, str]]:
    for one in hospital_lists():
        if one.name:
            yield from ((one.name, "icd10", prefix, "prefix") for prefix in one.icd10)
            yield from ((one.name, "attendance", code, "exact") for code in one.attendance)
