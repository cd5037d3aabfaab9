"""Read definitions of scores: those that come with leftshift, and those of a site."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import cast

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader
from leftshift.population.defining.codelists import CodeLists, code_lists_of
from leftshift.population.defining.formulas import Formula, FormulaNotUnderstood, Kind, parse_formula
from leftshift.population.facts.members import ABOUT
from leftshift.population.scores.definitions import (
    MOST_DECIMALS,
    MOST_POINTS,
    Band,
    BandRule,
    Element,
    Item,
    Link,
    Score,
    ScoresGoRound,
    Segment,
    Term,
    in_order,
)

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_TAKEN = re.compile(rf"person_id|{'|'.join(ABOUT)}|(in|validated)_.*|.*_band(_.*)?")
_KNOWN = (
    "name", "title", "version", "source", "dated", "notes", "items", "items_from", "terms", "segments", "constant", "link",
    "least", "only_where", "validated_for", "band_rules", "may_lack",
)  # fmt: skip
_POINTS = f"a number of at most {MOST_POINTS:,} and {MOST_DECIMALS} decimals"
_HERE = "leftshift.population.scores"


@cache
def packaged_scores() -> Mapping[str, Score]:
    """The scores that come with leftshift, by name."""
    files = sorted(
        (
            entry
            for entry in resources.files(_HERE).joinpath("packaged").iterdir()
            if entry.name.endswith(".toml")
        ),
        key=lambda entry: entry.name,
    )
    scores = [score_of(entry.read_text("utf-8"), entry.name) for entry in files]
    return {score.name: score for score in scores}


@cache
def packaged_lists() -> CodeLists:
    """The lists of ICD-10 codes that come with them."""
    faults = Faults()
    found = code_lists_of(weights_text("icd10.csv"), "icd10.csv", faults)
    faults.raise_if_any()
    return found


@cache
def weights_text(table: str) -> str:
    """The text of a table of points that comes with leftshift."""
    return resources.files(_HERE).joinpath("weights", table).read_text("utf-8")


def read_scores(paths: Collection[Path]) -> dict[str, Score]:
    """A site's own scores beside those that come with leftshift; of one name, the site's. Raises FaultsFound with all faults."""
    faults = Faults()
    found, own = dict(packaged_scores()), dict[str, str]()
    for path in paths:
        reader = toml_reader(path.read_text("utf-8-sig"), path.name)
        score = _score(reader, path.parent)
        faults.add_all(reader.faults)
        if score.name in own:
            faults.add(defined_twice(path.name, score.name, own[score.name]))
        own[score.name] = path.name
        found[score.name] = score
    unknown = list(_unknown_references(found))
    faults.add_all(unknown or _circles(found))
    faults.raise_if_any()
    return found


def defined_twice(file: str, name: str, other: str) -> Fault:
    """Two files of a site that define one name: which of them counts would be chance."""
    action = "Rename one, or give one of the files"
    return Fault(
        "defined twice", file, None, "name", shown(name), f"a name that {other} does not have", action
    )


def score_of(text: str, file: str, tables: Path | None = None) -> Score:
    """A score from its text; its tables lie in a folder, or come with leftshift. Raises FaultsFound."""
    reader = toml_reader(text, file)
    found = _score(reader, tables)
    reader.faults.raise_if_any()
    return found


def _unknown_references(scores: Mapping[str, Score]) -> Iterator[Fault]:
    for score in scores.values():
        for place, formula in score.parts():
            for need in sorted(formula.scores - scores.keys()):
                yield Fault(
                    "unknown score", score.file, None, place, shown(need), "a score that is defined",
                    "Define it, or name another", near_miss(need, scores),
                )  # fmt: skip


def _circles(scores: Mapping[str, Score]) -> Iterator[Fault]:
    """A fault for each score that builds on itself; every score that is named is there."""
    for score in scores.values():
        try:
            in_order(scores, [score.name])
        except ScoresGoRound as circle:
            if circle.names[0] != score.name:
                continue
            place = next(place for place, formula in score.parts() if circle.names[1] in formula.scores)
            yield Fault(
                "scores go round", score.file, None, place, str(circle), "scores that do not build on themselves",
                "Write out what is meant, or name another score",
            )  # fmt: skip


def _score(reader: TomlReader, tables: Path | None) -> Score:
    table = reader.table
    table.known(_KNOWN)
    name = name_at(table)
    if _TAKEN.fullmatch(name):
        table.refuse(
            "name taken", "name", "a name that no other column of people has: not of a person or place, not in_… or validated_…, not …_band",
            "Rename it", found=name,
        )  # fmt: skip
    texts: list[str] = []
    items = [*_items(table), *_items_from_tables(table, tables, texts)]
    found = Score(
        name=name,
        title=table.text("title", needed=True),
        version=table.text("version", needed=True),
        source=table.text("source", needed=True),
        dated=dated_at(table),
        digest=hashlib.sha256(repr((sorted(table.given.items(), key=str), texts)).encode()).hexdigest(),
        items=tuple(items),
        terms=tuple(_terms(table)),
        segments=tuple(_segments(table)),
        constant=_float(table, "constant", 0.0),
        link=cast(Link, table.choice("link", ("identity", "logistic", "exponential"), "identity")),
        least=_maybe(table, "least"),
        only_where=formula_at(table, "only_where", "yes") if "only_where" in table else None,
        validated_for=formula_at(table, "validated_for", "yes") if "validated_for" in table else None,
        band_rules=tuple(_band_rule(given) for given in table.tables("band_rules")),
        notes=table.texts("notes"),
        may_lack=table.texts("may_lack"),
        file=reader.file,
    )
    _refuse_oddities(table, found)
    return found


def is_free(name: str) -> bool:
    """Whether a score may bear a name: it becomes one of a column, which no other has."""
    return NAME.fullmatch(name) is not None and _TAKEN.fullmatch(name) is None


def name_at(table: TomlTable) -> str:
    """The name that a definition or a part of it must bear, which becomes one of a column."""
    name = table.text("name", needed=True)
    if name and not NAME.fullmatch(name):
        table.refuse("bad name", "name", "small letters, digits and _, at most 41", "Rename it", found=name)
    return name


def dated_at(table: TomlTable) -> date:
    """The date that a definition must bear."""
    if "dated" not in table:
        table.missing("dated", "the date on which it was written down, as 2026-11-26")
    return table.day("dated") or date(1, 1, 1)


def _refuse_oddities(table: TomlTable, score: Score) -> None:
    if not (score.items or score.terms or score.segments):
        table.refuse("nothing to count", "", "items, terms or segments", "Add some")
    if score.segments and (score.items or score.terms):
        table.refuse(
            "two kinds of score", "segments", "segments, or items and terms", "Make two scores of it"
        )
    refuse_repeats(table, [part.name for part in score.items] + [part.name for part in score.terms], "items")
    refuse_repeats(table, [segment.name for segment in score.segments], "segments")
    refuse_repeats(table, [rule.name for rule in score.band_rules], "band_rules")
    if score.segments and (score.segments[-1].elements or not all(s.elements for s in score.segments[:-1])):
        table.refuse(
            "segments do not cover all", "segments", "a last segment without elements, and only that one",
            "End with one that takes everybody who is left",
        )  # fmt: skip


def refuse_repeats(table: TomlTable, names: list[str], what: str) -> None:
    """Refuse each name that parts of a list bear more than once."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        table.refuse("said twice", what, "each name once", "Remove or rename one", found=name)


def formula_at(table: TomlTable, name: str, gives: Kind) -> Formula:
    """The formula of a name; an empty one and a fault where it is none."""
    text = table.text(name, needed=True)
    try:
        return parse_formula(text or ("True" if gives == "yes" else "0"), gives=gives)
    except FormulaNotUnderstood as error:
        table.refuse(
            "formula not understood", name, f"a formula that gives a {gives}", f"Mend it: {error}", found=text
        )
        return parse_formula("True" if gives == "yes" else "0")


def _items(table: TomlTable) -> Iterator[Item]:
    for given in table.tables("items"):
        given.known(("name", "title", "points", "when"))
        name = given.text("name", needed=True)
        points = given.number("points") if "points" in given else None
        if points is not None and not _is_points(points):
            given.refuse("points out of range", "points", _POINTS, "Round it", found=points)
        worth = 1.0 if points is None else float(points)
        yield Item(name, given.text("title") or name, worth, formula_at(given, "when", "yes"))


def _is_points(number: Decimal) -> bool:
    return number.is_finite() and abs(number) <= MOST_POINTS and number == round(number, MOST_DECIMALS)


def _items_from_tables(table: TomlTable, folder: Path | None, texts: list[str]) -> Iterator[Item]:
    for given in table.tables("items_from"):
        given.known(("table", "points", "when", "unless"))
        text = _table_text(given, folder)
        texts.append(text)
        yield from _items_of_table(given, text)


def _table_text(given: TomlTable, folder: Path | None) -> str:
    name = given.text("table", needed=True)
    try:
        if folder is None or not (folder / name).is_file():
            return weights_text(name)
        return (folder / name).read_text("utf-8-sig")
    except (OSError, ValueError):
        given.refuse("no such file", "table", "a table of points", "Put it beside the definition", found=name)
        return ""


def _items_of_table(given: TomlTable, text: str) -> Iterator[Item]:
    rows = list(csv.DictReader(io.StringIO(text)))
    column, when = given.text("points", needed=True), given.text("when", needed=True)
    unless = {key: str(value) for key, value in given.table("unless").given.items()}
    names = {row.get("name", "") for row in rows}
    for other in {*unless, *unless.values()} - names:
        given.refuse("unknown item", "unless", "names of the table", "Rename it", found=other)
    for number, row in enumerate(rows, start=2):
        name = row.get("name") or ""
        formula = when.replace("{name}", name)
        if name in unless:
            formula = f"({formula}) and not ({when.replace('{name}', unless[name])})"
        try:
            points, understood = Decimal(row.get(column) or ""), parse_formula(formula, gives="yes")
            if not _is_points(points):
                raise ValueError(f"{row[column]} points")
        except (ArithmeticError, ValueError) as error:
            said = (
                str(error)
                if isinstance(error, ValueError)
                else f"{row.get(column) or 'nothing'} under {column}"
            )
            expected = f"a name, and under {column} {_POINTS}"
            given.refuse(
                "row not understood", "table", expected, "Mend it", found=f"row {number} of the table: {said}"
            )
            continue
        yield Item(name, row.get("title") or name, float(points), understood)


def _terms(table: TomlTable) -> Iterator[Term]:
    for given in table.tables("terms"):
        given.known(("name", "title", "value", "times", "steps"))
        name = given.text("name", needed=True)
        steps = tuple(_steps(given))
        value = formula_at(given, "value", "number")
        yield Term(name, given.text("title") or name, value, _float(given, "times", 1.0), steps)


def _steps(given: TomlTable) -> Iterator[tuple[float, float]]:
    before: float | None = None
    steps = given.given.get("steps", [])
    for step in steps if isinstance(steps, list) else [steps]:
        try:
            start, points = (float(part) for part in step)
        except (TypeError, ValueError, ArithmeticError):
            given.refuse(
                "step not understood", "steps", "pairs of numbers: from, points", "Mend it", found=str(step)
            )
            return
        if before is not None and start <= before:
            given.refuse("steps out of order", "steps", "rising bounds", "Sort them", found=str(step))
        before = start
        yield start, points


def _segments(table: TomlTable) -> Iterator[Segment]:
    for given in table.tables("segments"):
        given.known(("name", "elements"))
        elements = tuple(
            Element(element.text("title", needed=True), formula_at(element, "when", "yes"))
            for element in given.tables("elements")
        )
        yield Segment(given.text("name", needed=True), elements)


def _band_rule(given: TomlTable) -> BandRule:
    given.known(("name", "source", "per", "bands"))
    bands = tuple(_band(band) for band in given.tables("bands"))
    # what is above 5 comes after what begins at 5, which is then 5 alone
    begins = [(band.bound, not band.includes_bound) for band in bands[1:] if band.bound is not None]
    if (
        not bands
        or bands[0].bound is not None
        or len(begins) < len(bands) - 1
        or begins != sorted(set(begins))
    ):
        given.refuse(
            "bands out of order",
            "bands",
            "a lowest band without bound, then rising bounds, each once",
            "Sort them",
        )
    refuse_repeats(given, [band.name for band in bands], "bands")
    per = _float(given, "per", 1.0)
    if per <= 0:
        given.refuse(
            "value out of range", "per", "a number above nothing", "Correct it, or leave it out", found=per
        )
    return BandRule(name_at(given), given.text("source"), bands, per)


def _band(given: TomlTable) -> Band:
    given.known(("name", "from", "above"))
    name = given.text("name", needed=True)
    if "above" in given:
        return Band(name, _float(given, "above", 0.0), includes_bound=False)
    return Band(name, _maybe(given, "from"))


def _float(given: TomlTable, name: str, otherwise: float) -> float:
    found = _maybe(given, name)
    return otherwise if found is None else found


def _maybe(given: TomlTable, name: str) -> float | None:
    found = given.number(name) if name in given else None
    return None if found is None else float(found)
