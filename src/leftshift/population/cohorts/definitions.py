"""A cohort as data: among whom, and by which criteria, any of which or all of which must hold."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, cast

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader
from leftshift.population.defining.codelists import CodeLists, ListKey, missing_lists
from leftshift.population.defining.formulas import Asking, Fact, Formula
from leftshift.population.scores.definitions import Score
from leftshift.population.scores.reading import dated_at, defined_twice, formula_at, name_at

Meets = Literal["any", "all"]
SEVERAL, INSIDE, NONE, COUNTED, REST = REASONS = ("several", "inside", "none", "counted", "rest")
"""Reasons of counts that are no single criterion."""

_KNOWN = ("name", "title", "version", "source", "dated", "notes", "among", "meets", "criteria")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason to be in a cohort."""

    name: str
    title: str
    when: Formula


@dataclass(frozen=True, slots=True)
class Cohort:
    """A definition that was read whole."""

    name: str
    title: str
    version: str
    source: str
    dated: date
    digest: str
    criteria: tuple[Criterion, ...]
    among: Formula | None = None
    meets: Meets = "any"
    notes: tuple[str, ...] = ()
    file: str = field(default="", compare=False)

    def formulas(self) -> Iterator[Formula]:
        """Every formula of it."""
        yield from (criterion.when for criterion in self.criteria)
        if self.among is not None:
            yield self.among

    def facts(self) -> frozenset[Fact]:
        """What it asks of a person by itself, not by way of scores."""
        return frozenset[Fact]().union(*(formula.facts for formula in self.formulas()))

    def needs(self) -> frozenset[str]:
        """The scores that it builds on."""
        return frozenset[str]().union(*(formula.scores for formula in self.formulas()))

    def lists(self) -> set[ListKey]:
        """The code lists that it names."""
        return set[ListKey]().union(*(formula.lists() for formula in self.formulas()))


@cache
def packaged_cohorts() -> Mapping[str, Cohort]:
    """The cohorts that come with leftshift, by name."""
    folder = resources.files("leftshift.population.cohorts").joinpath("packaged")
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name
    )
    found = {}
    for entry in files:
        reader = toml_reader(entry.read_text("utf-8"), entry.name)
        cohort = _cohort(reader)
        reader.faults.raise_if_any()
        found[cohort.name] = cohort
    return found


def read_cohorts(paths: Collection[Path]) -> dict[str, Cohort]:
    """A site's own cohorts beside those that come with leftshift; of one name, the site's. Raises FaultsFound."""
    faults = Faults()
    found, own = dict(packaged_cohorts()), dict[str, str]()
    for path in paths:
        reader = toml_reader(path.read_text("utf-8-sig"), path.name)
        cohort = _cohort(reader)
        faults.add_all(reader.faults)
        if cohort.name in own:
            faults.add(defined_twice(path.name, cohort.name, own[cohort.name]))
        own[cohort.name] = path.name
        found[cohort.name] = cohort
    faults.raise_if_any()
    return found


def _cohort(reader: TomlReader) -> Cohort:
    table = reader.table
    table.known(_KNOWN)
    name = name_at(table)
    if "__" in name:
        table.refuse(
            "name taken",
            "name",
            "a name without __, which parts a cohort from its criteria",
            "Rename it",
            found=name,
        )
    criteria = tuple(_criterion(given) for given in table.tables("criteria"))
    if not criteria:
        table.refuse("nothing to meet", "criteria", "at least one criterion", "Add one")
    names = [criterion.name for criterion in criteria]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        table.refuse("said twice", "criteria", "each name once", "Rename one", found=twice)
    return Cohort(
        name=name,
        title=table.text("title", needed=True),
        version=table.text("version", needed=True),
        source=table.text("source", needed=True),
        dated=dated_at(table),
        digest=hashlib.sha256(repr(sorted(table.given.items(), key=str)).encode()).hexdigest(),
        criteria=criteria,
        among=formula_at(table, "among", "yes") if "among" in table else None,
        meets=cast(Meets, table.choice("meets", ("any", "all"), "any")),
        notes=table.texts("notes"),
        file=reader.file,
    )


def _criterion(given: TomlTable) -> Criterion:
    given.known(("name", "title", "when"))
    name = name_at(given)
    if name in REASONS:
        given.refuse(
            "name taken",
            "name",
            f"a name other than {', '.join(REASONS)}, which counts use themselves",
            "Rename it",
            found=name,
        )
    return Criterion(name, given.text("title") or name, formula_at(given, "when", "yes"))


def definition_faults(
    scores: Mapping[str, Score],
    wanted: Collection[Score],
    cohorts: Collection[Cohort],
    lists: CodeLists,
    tables: Collection[str] | None = None,
    besides: Collection[Asking] = (),
) -> Iterator[Fault]:
    """What keeps definitions from running: a score, an item, a code list or a table that is not there.

    ``tables`` are those that the records hold; None leaves them out of the question. ``besides`` are formulas of neither.
    """
    for score in wanted:
        yield from _unknown_items(score.formulas(), score.file, scores)
        yield from missing_lists(score.lists_needed(), lists, f"score {score.name}", score.file)
        yield from _missing_tables(score.formulas(), score.file, tables)
    for asking in besides:
        for place, formula in asking.parts:
            yield from _unknown_scores(formula.scores, asking.file, place, scores)
            yield from _unknown_items(iter([formula]), asking.file, scores)
            yield from missing_lists(formula.lists(), lists, place, asking.file)
        yield from _missing_tables((formula for _, formula in asking.parts), asking.file, tables)
    for cohort in cohorts:
        yield from _unknown_scores(cohort.needs(), cohort.file, None, scores)
        yield from _unknown_items(cohort.formulas(), cohort.file, scores)
        yield from missing_lists(cohort.lists(), lists, f"cohort {cohort.name}", cohort.file)
        yield from _missing_tables(cohort.formulas(), cohort.file, tables)


def _unknown_scores(
    needs: Collection[str], file: str, place: str | None, scores: Mapping[str, Score]
) -> Iterator[Fault]:
    for need in sorted(set(needs) - scores.keys()):
        yield Fault(
            "unknown score", file, None, place, shown(need), "a score that is defined",
            "Define it, or name another", near_miss(need, scores),
        )  # fmt: skip


def _unknown_items(formulas: Iterator[Formula], file: str, scores: Mapping[str, Score]) -> Iterator[Fault]:
    for formula in formulas:
        for score, item in sorted(formula.items):
            names = [known.name for known in scores[score].items] if score in scores else []
            if score in scores and item not in names:
                yield Fault(
                    "unknown item", file, None, None, shown(item), f"an item of the score {score}",
                    "Rename it", near_miss(item, names),
                )  # fmt: skip


def _missing_tables(
    formulas: Iterator[Formula], file: str, tables: Collection[str] | None
) -> Iterator[Fault]:
    if tables is None:
        return
    for table in sorted({table for formula in formulas for table in formula.tables()} - set(tables)):
        yield Fault(
            "missing table", file, None, None, "", f"the table {table}, which a formula reads",
            f"Bring {table}.parquet, or leave the definition out",
        )  # fmt: skip
