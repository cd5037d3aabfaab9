"""What a run is to work out: definitions and code lists, held against each other and against the records before anything is read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.reading_toml import open_toml
from leftshift.population.cohorts.definitions import Cohort, definition_faults, read_cohorts
from leftshift.population.defining.codelists import CodeLists, ListKey, normal_code, read_code_lists
from leftshift.population.defining.formulas import Asking, Fact
from leftshift.population.linked.dataset import CODE_LISTS, LinkedData
from leftshift.population.scores.definitions import Score, in_order
from leftshift.population.scores.reading import packaged_lists, read_scores


@dataclass(frozen=True)
class Wanted:
    """Scores in the order in which they are worked out, cohorts, and the code lists of both."""

    scores: tuple[Score, ...]
    cohorts: tuple[Cohort, ...]
    lists: CodeLists
    list_files: Sequence[tuple[str, str]]

    def facts(self) -> frozenset[Fact]:
        """All that is asked of a person."""
        return frozenset[Fact]().union(
            *(score.facts() for score in self.scores), *(cohort.facts() for cohort in self.cohorts)
        )

    def tables(self) -> set[str]:
        """All tables that are read, those that say who is counted among them."""
        formulas = [formula for score in self.scores for formula in score.formulas()]
        formulas += [formula for cohort in self.cohorts for formula in cohort.formulas()]
        return {"persons", "registrations", "practices"}.union(*(formula.tables() for formula in formulas))

    def lists_lacking(self) -> list[ListKey]:
        """Lists that definitions do without, for nobody gives them."""
        asked = set[ListKey]().union(*(score.lists() for score in self.scores))
        return sorted(key for key in asked if key not in self.lists)


def sorted_definitions(files: Collection[Path]) -> tuple[list[Path], list[Path]]:
    """The files of scores and those of cohorts, which have criteria. Raises FaultsFound for what is no TOML."""
    scores: list[Path] = []
    cohorts: list[Path] = []
    for path in files:
        (cohorts if "criteria" in open_toml(path).table else scores).append(path)
    return scores, cohorts


def what_is_wanted(
    data: LinkedData | None,
    *,
    scores: Sequence[str] | None = None,
    cohorts: Sequence[str] | None = None,
    score_files: Collection[Path] = (),
    cohort_files: Collection[Path] = (),
    list_files: Collection[Path] = (),
    invent_lists: bool = False,
    besides: Collection[Asking] = (),
) -> Wanted:
    """Read definitions and lists, and hold them against each other and against the tables of a set.

    ``scores`` and ``cohorts`` are names, all there are by default; scores that these build on come with them. Code lists of a
    set, ``code_lists.csv`` beside its tables, are read first; of a list that a later file has too, the later counts.
    ``invent_lists`` makes up a code for each list that nobody gives, for trying definitions without records. ``besides`` are formulas
    that are asked of the same people, such as features of a model; scores that they build on come too.
    Raises FaultsFound with every fault of every file.
    """
    known, groups = read_scores(score_files), read_cohorts(cohort_files)
    faults = Faults()
    chosen = _chosen(cohorts, groups, "cohort", faults)
    named = _chosen(scores, known, "score", faults)
    faults.raise_if_any()
    lists, digests = _lists_of(data, list_files)
    needs = set[str]().union(
        *(groups[cohort].needs() for cohort in chosen),
        *(formula.scores for asking in besides for _, formula in asking.parts),
    )
    wanted = in_order(known, [*named, *sorted(needs & known.keys())])
    kept = tuple(groups[name] for name in chosen)
    if invent_lists:
        asked = set[ListKey]().union(
            *(score.lists() for score in wanted), *(cohort.lists() for cohort in kept)
        )
        lists = CodeLists({key: {normal_code(key[0], f"{key[1]}#"): False} for key in asked}).with_more(lists)
    faults.add_all(definition_faults(known, wanted, kept, lists, data.tables if data else None, besides))
    faults.raise_if_any()
    return Wanted(wanted, kept, lists, digests)


def _chosen(names: Sequence[str] | None, known: Mapping[str, object], what: str, faults: Faults) -> list[str]:
    if names is None:
        return list(known)
    for name in names:
        if name not in known:
            faults.add(
                Fault(
                    f"unknown {what}", f"{what}s", None, None, shown(name), f"one of {', '.join(sorted(known))}",
                    "Name one of them, or give the file that defines it", near_miss(name, known),
                )
            )  # fmt: skip
    return list(dict.fromkeys(name for name in names if name in known))


def _lists_of(
    data: LinkedData | None, files: Collection[Path]
) -> tuple[CodeLists, tuple[tuple[str, str], ...]]:
    """All lists, and of each file in the order in which they count its name and its digest: two may have one name."""
    lists, digests = packaged_lists(), []
    beside = [data.folder / CODE_LISTS] if data and (data.folder / CODE_LISTS).is_file() else []
    for path in [*beside, *files]:
        lists = lists.with_more(read_code_lists(path))
        digests.append((path.name, hashlib.sha256(path.read_bytes()).hexdigest()))
    return lists, tuple(digests)
