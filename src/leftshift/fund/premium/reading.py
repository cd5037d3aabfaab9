"""Read what a commissioner states for its Quality Premium; every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from leftshift.foundation.reading_toml import PROVENANCE, TomlReader, TomlTable, open_toml, toml_reader
from leftshift.fund.premium.overriding import overridden
from leftshift.fund.premium.results import NOT_KNOWN, Outcome, PremiumFile
from leftshift.fund.premium.rounds import Gateway, Measure, Round, WholeGateway, known_rounds, round_of

_TOP = ("title", "organisation", "round", "population", "measures", "gateways", "whole_gateways", "overrides")
_WAYS = ("higher", "lower")
_MOST_PEOPLE = 100_000_000


def read_premium(path: Path) -> PremiumFile:
    """The file of a commissioner; raises FaultsFound, and OSError where there is none."""
    return _premium(open_toml(path))


def premium_of(text: str, file: str = "premium.toml") -> PremiumFile:
    """The same of a text; raises FaultsFound with everything that is wrong with it."""
    return _premium(toml_reader(text, file))


def _premium(reader: TomlReader) -> PremiumFile:
    top = reader.table
    top.known(_TOP)
    title, organisation = top.text("title") or "Quality Premium", top.text("organisation", needed=True)
    people = top.table("population")
    population = _population(people)
    provenance = people.provenance()
    rules = _rules(top)
    if rules is None:
        reader.faults.raise_if_any()
        raise AssertionError
    rules, overrides = overridden(rules, top.tables("overrides"))
    _check_weights(rules, reader)
    found = PremiumFile(
        title=title,
        organisation=organisation,
        round=rules,
        overrides=overrides,
        population=population,
        population_provenance=provenance,
        measures=_each(top.table("measures"), rules.measures, _of_measure),
        gateways=_each(top.table("gateways"), rules.gateways, _of_gateway),
        whole_gateways=_each(top.table("whole_gateways"), rules.whole_gateways, _of_whole),
        file=reader.file,
    )
    reader.faults.raise_if_any()
    return found


def _population(people: TomlTable) -> int:
    people.known(("value", *PROVENANCE))
    if "value" not in people:
        people.missing("value", "the registered population, a whole number of people")
    return people.whole("value", least=1, most=_MOST_PEOPLE) or 1


def _rules(top: TomlTable) -> Round | None:
    year = top.year("round", needed=True)
    if year is None or str(year) in known_rounds():
        return round_of(str(year)) if year else None
    expected = "a round whose rules are known: " + ", ".join(known_rounds())
    top.refuse(
        "unknown round", "round", expected, "Use one of them, or add a file of its rules", found=str(year)
    )
    return None


def _check_weights(rules: Round, reader: TomlReader) -> None:
    total = sum((row.weight.value for row in rules.measures), Decimal(0))
    if total != 1:
        said = ", ".join(f"{row.code} {_percent(row.weight.value)}" for row in rules.measures)
        expected = f"weights that add up to 100%: {said}"
        action = "Change the weights of other measures as well"
        reader.refuse("weights do not add up", "overrides", expected, action, _percent(total))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _each(
    given: TomlTable, rows: Sequence[Any], read: Callable[[TomlTable, Any], Outcome]
) -> Mapping[str, Outcome]:
    """The outcome of each row of the round; one that the file leaves out is a fault, for silence is no result."""
    given.known([row.code for row in rows])
    found = {}
    for row in rows:
        if row.code not in given:
            example = f'{row.code} = {{ met = true }}, false or "{NOT_KNOWN}"'
            given.missing(row.code, example)
        entry = given.table(row.code)
        found[row.code] = read(entry, row)
    return found


def _met(entry: TomlTable) -> tuple[bool, bool | None]:
    """Whether the file says it, and what it says."""
    value = entry.given.get("met")
    if value is None or isinstance(value, bool):
        return value is not None, value
    if isinstance(value, str) and value.strip() == NOT_KNOWN:
        return True, None
    expected = f'true, false or "{NOT_KNOWN}"'
    entry.refuse("not understood", "met", expected, "Write one of them", found=value)
    return True, None


def _decided(entry: TomlTable, by_value: tuple[bool, str] | None, otherwise: str) -> Outcome:
    """The outcome that ``met`` and the value give together; that they differ is a fault."""
    is_said, said = _met(entry)
    provenance, name = entry.provenance(), entry.text("name")
    if by_value is None:
        if not is_said and entry.given and "value" not in entry:
            entry.missing("met", f'met = true, false or "{NOT_KNOWN}", or a value')
        words = {True: "said to be met", False: "said not to be met", None: NOT_KNOWN}
        return Outcome(said, otherwise or words[said], provenance, name)
    met, why = by_value
    if is_said and said is not met:
        found = {True: "met = true", False: "met = false", None: f'met = "{NOT_KNOWN}"'}[said]
        entry.refuse(
            "contradiction",
            "met",
            f"what the value says: {why}",
            "Correct one of the two, or leave met out",
            found=found,
        )
    return Outcome(met, why, provenance, name)


def _of_measure(entry: TomlTable, row: Measure) -> Outcome:
    entry.known(("met", "name", "value", "before", "target", "better", *PROVENANCE))
    value, before, target = (entry.number(name) for name in ("value", "before", "target"))
    better = entry.choice("better", _WAYS, "higher")
    if value is None:
        for name in ("before", "target", "better"):
            if name in entry:
                entry.refuse(
                    "missing value", "value", f"a value beside {name}", "Give it, or leave the other out"
                )
        return _decided(entry, None, "")
    if row.at_least is not None or row.improved_by is not None:
        if "target" in entry:
            expected = "no target: the round states the test of this measure"
            entry.refuse("two values", "target", expected, "Leave it out", found=str(target))
        return _decided(entry, _tested(row, value, before), "")
    if target is None:
        if "target" not in entry:
            expected = "the target that the value is held against: the round does not state it"
            entry.missing("target", expected)
        return Outcome(None, NOT_KNOWN)
    met = value >= target if better == "higher" else value <= target
    beside = "at least" if better == "higher" else "at most"
    return _decided(entry, (met, f"{value}{row.unit}, and the target is {beside} {target}{row.unit}"), "")


def _tested(row: Measure, value: Decimal, before: Decimal | None) -> tuple[bool, str] | None:
    """Whether one of the round's two tests is met; None where the year before would have to be known."""
    tests = []
    met = False
    if row.at_least is not None:
        met = value >= row.at_least
        tests.append(f"at least {row.at_least}{row.unit}")
    if row.improved_by is not None:
        tests.append(f"{row.improved_by} points more than the year before")
        if before is None and not met:
            return None
        met = met or (before is not None and value - before >= row.improved_by)
    after = f" after {before}{row.unit}" if before is not None else ""
    return met, f"{value}{row.unit}{after}; the test is {' or '.join(tests)}"


def _of_gateway(entry: TomlTable, row: Gateway) -> Outcome:
    entry.known(("met", "value", *PROVENANCE))
    value = entry.number("value")
    if value is None:
        return _decided(entry, None, "")
    why = f"{value}{row.unit}, and the standard is {row.standard.value}{row.unit}"
    return _decided(entry, (value >= row.standard.value, why), "")


def _of_whole(entry: TomlTable, row: WholeGateway) -> Outcome:
    entry.known(("met", *PROVENANCE))
    met = entry.given.get("met")
    words = {True: f"passed: {row.meaning}", False: f"failed: not {row.meaning}"}
    return _decided(entry, None, words.get(met, "") if isinstance(met, bool) else "")
