"""Incoming records matched to people: links are proposed, each with its step and how sure it is; nothing is merged.

The steps, in this order; a record that one of them settles is not asked further:

1. ``number-and-birth``: the NHS number and the date of birth agree.
2. ``number-alone``: the number agrees and is valid; one part of the date of birth differs.
3. ``demographics``: date of birth, sex and small area agree, and name one person.
4. ``likeness``: of the people who share something, one is most alike by far.

A number that was superseded stands for the last of its chain, on both sides. A valid number that is another person's, or
stands against another number, speaks against a link: steps 3 and 4 do not ask people whom it contradicts. Where a step finds several
people it settles nothing and lists them all as ambiguous.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from leftshift.foundation.faults import Fault, Faults
from leftshift.population.linked.numbers import is_valid, normalised
from leftshift.population.linked.superseding import NHS_NUMBER, followed, successors_of

INCOMING = ("record", "nhs_number", "birth_date", "sex", "lsoa")
_SEXES = ("1", "2")
_TAIL = 6  # digits at the end of a number by which people are found to be compared


@dataclass(frozen=True, slots=True)
class Matching:
    """The parameters of matching, by their names in ``matching.toml``."""

    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Matches:
    """What matching came to. Every record stands in one of the three.

    ``links``: record, person_id, step, confidence. ``ambiguous``: record, step, person_id, a row a person who may be meant.
    ``unmatched``: record.
    """

    links: pl.DataFrame
    ambiguous: pl.DataFrame
    unmatched: pl.DataFrame

    def by_step(self) -> dict[str, int]:
        """How many records each step linked; ``ambiguous`` and ``unmatched`` besides."""
        counts = dict(self.links.group_by("step").len().sort("step").iter_rows())
        return {
            **counts,
            "ambiguous": self.ambiguous["record"].n_unique(),
            "unmatched": self.unmatched.height,
        }


@cache
def matching_parameters() -> Matching:
    """The parameters that ``matching.toml`` gives."""
    text = resources.files("leftshift.population.linked").joinpath("matching.toml").read_text("utf-8")
    return Matching({name: float(given["value"]) for name, given in tomllib.loads(text).items()})


def match(
    incoming: pl.DataFrame,
    persons: pl.DataFrame,
    identifiers: pl.DataFrame | None = None,
    parameters: Matching | None = None,
) -> Matches:
    """Propose a person for each incoming record (``INCOMING``: each named once; all but ``record`` may be null).

    ``persons`` and ``identifiers`` are tables of linked records. Raises FaultsFound for records that are not so, and for superseded
    numbers that go in a circle.
    """
    _refuse(incoming)
    cascade = _Cascade(incoming, persons, identifiers, parameters or matching_parameters())
    return cascade.run()


def _refuse(incoming: pl.DataFrame) -> None:
    faults = Faults()
    for column in INCOMING:
        if column not in incoming.columns:
            action = "Add it; it may hold nulls" if column != "record" else "Number the records"
            faults.add(Fault("column missing", "incoming records", None, column, "", "a column", action))
    if "record" in incoming.columns:
        names = incoming["record"]
        again = names.len() - names.n_unique()
        if names.null_count() or again:
            found = f"{names.null_count():,} without a name, {again:,} named again"
            faults.add(
                Fault(
                    "records not told apart",
                    "incoming records",
                    None,
                    "record",
                    found,
                    "each once",
                    "Name each",
                )
            )
    faults.raise_if_any()


class _Cascade:
    def __init__(
        self,
        incoming: pl.DataFrame,
        persons: pl.DataFrame,
        identifiers: pl.DataFrame | None,
        parameters: Matching,
    ) -> None:
        held = identifiers.filter(pl.col("system") == NHS_NUMBER) if identifiers is not None else None
        rows = (
            held.select("system", "value", "superseded_by").iter_rows(named=True) if held is not None else ()
        )
        last = followed(successors_of(rows))
        self._parameters = parameters
        self._people = persons.select(
            "person_id",
            _current(pl.col("nhs_number"), last).alias("their_number"),
            pl.col("birth_date").alias("their_birth"),
            pl.col("sex").alias("their_sex"),
            pl.col("lsoa").alias("their_lsoa"),
        )
        carried = [self._people.select(pl.col("their_number").alias("number"), "person_id")]
        if held is not None:
            carried.append(held.select(_current(pl.col("value"), last).alias("number"), "person_id"))
        self._carriers = pl.concat(carried).drop_nulls().unique()
        self._left = incoming.select(
            "record", _current(pl.col("nhs_number"), last).alias("number"), "birth_date", "sex", "lsoa"
        ).with_columns(
            valid=pl.col("number").map_elements(is_valid, return_dtype=pl.Boolean).fill_null(False),
            carried=pl.col("number").is_in(self._carriers["number"].implode()).fill_null(False),
        )
        self._links: list[pl.DataFrame] = []
        self._ambiguous: list[pl.DataFrame] = []

    def run(self) -> Matches:
        self._settle("number-and-birth", self._numbered().filter(_parts_that_differ() == 0))
        self._settle("number-alone", self._numbered().filter("valid", _parts_that_differ() == 1))
        self._settle("demographics", self._alike_in_all())
        self._settle_alike()
        record: Any = self._left.schema["record"]
        empty = {"record": record, "person_id": pl.Int64, "step": pl.String, "confidence": pl.Float64}
        links = pl.concat([pl.DataFrame(schema=empty), *self._links])
        several = pl.DataFrame(schema={"record": record, "step": pl.String, "person_id": pl.Int64})
        return Matches(
            links.sort("record"),
            pl.concat([several, *self._ambiguous]).sort("record", "person_id"),
            self._left.select("record").sort("record"),
        )

    # ------------------------------------------------------------------ the steps
    def _numbered(self) -> pl.DataFrame:
        return self._left.join(self._carriers, on="number").join(self._people, on="person_id")

    def _alike_in_all(self) -> pl.DataFrame:
        known = self._left.filter(pl.col("sex").is_in(_SEXES))
        keys = ["birth_date", "sex", "lsoa"]
        found = known.join(self._people, left_on=keys, right_on=["their_birth", "their_sex", "their_lsoa"])
        return found.filter(_not_contradicted())

    def _settle_alike(self) -> None:
        best: list[dict[str, Any]] = []
        several: list[dict[str, Any]] = []
        for (record,), pairs in self._compared().group_by("record", maintain_order=True):
            scored = sorted(self._scores(pairs), reverse=True)
            near = [one for one in scored if one[0] > scored[0][0] - self._parameters["margin"]]
            if not scored or scored[0][0] < self._parameters["threshold"]:
                continue
            if len(near) == 1:
                best.append({"record": record, "person_id": near[0][1], "confidence": near[0][0]})
            else:
                several += [{"record": record, "person_id": person} for _, person in near]
        kind: Any = self._left.schema["record"]
        links = pl.DataFrame(best, {"record": kind, "person_id": pl.Int64, "confidence": pl.Float64})
        self._take(
            "likeness",
            links.with_columns(confidence=pl.col("confidence") * self._parameters["likeness"]),
            pl.DataFrame(several, {"record": kind, "person_id": pl.Int64}),
        )

    def _compared(self) -> pl.DataFrame:
        """Records beside the people who share a birth, a small area and a year or a day of birth, or the end of a number."""
        left = self._left.with_columns(
            tail=pl.col("number").str.slice(-_TAIL), year=_year("birth_date"), day=_day("birth_date")
        )
        people = self._people.with_columns(
            tail=pl.col("their_number").str.slice(-_TAIL),
            year=_year("their_birth"),
            day=_day("their_birth"),
            birth_date=pl.col("their_birth"),
            lsoa=pl.col("their_lsoa"),
        )
        found = [
            left.join(people, on=keys).select("record", "person_id")
            for keys in (["birth_date"], ["lsoa", "year"], ["lsoa", "day"], ["tail"])
        ]
        pairs = pl.concat(found).unique().sort("record", "person_id")
        beside = pairs.join(self._left, on="record", maintain_order="left").join(
            self._people, on="person_id", maintain_order="left"
        )
        return beside.filter(_not_contradicted())

    def _scores(self, pairs: pl.DataFrame) -> Iterator[tuple[float, int]]:
        for pair in pairs.iter_rows(named=True):
            score = likeness(pair, self._parameters)
            if score is not None:
                yield score, pair["person_id"]

    # ------------------------------------------------------------------ settling
    def _settle(self, step: str, pairs: pl.DataFrame) -> None:
        pairs = pairs.select("record", "person_id").unique()
        alone = pl.len().over("record") == 1
        confidence = pl.lit(self._parameters[step])
        self._take(step, pairs.filter(alone).with_columns(confidence=confidence), pairs.filter(~alone))

    def _take(self, step: str, links: pl.DataFrame, several: pl.DataFrame) -> None:
        self._links.append(links.select("record", "person_id", pl.lit(step).alias("step"), "confidence"))
        self._ambiguous.append(several.select("record", pl.lit(step).alias("step"), "person_id"))
        self._left = self._left.join(links, on="record", how="anti").join(several, on="record", how="anti")


def likeness(pair: Mapping[str, Any], parameters: Matching) -> float | None:
    """How alike a record and a person are, from 0 to 1: the weighted mean over the fields that both give.

    None where they share too few fields. ``pair`` holds number, birth_date, sex and lsoa of the record, and each as ``their_…``.
    """
    agreements = {
        "weight-number": _numbers(pair["number"], pair["their_number"]),
        "weight-birth": _births(pair["birth_date"], pair["their_birth"], parameters["birth-in-part"]),
        "weight-sex": _sexes(pair["sex"], pair["their_sex"]),
        "weight-lsoa": _equal(pair["lsoa"], pair["their_lsoa"]),
    }
    given = {name: agreement for name, agreement in agreements.items() if agreement is not None}
    if len(given) < parameters["least-fields"]:
        return None
    total = sum(parameters[name] for name in given)
    return sum(parameters[name] * agreement for name, agreement in given.items()) / total


def _numbers(ours: str | None, theirs: str | None) -> float | None:
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() if ours and theirs else None


def _births(ours: Any, theirs: Any, in_part: float) -> float | None:
    if ours is None or theirs is None:
        return None
    same = [ours.year == theirs.year, ours.month == theirs.month, ours.day == theirs.day]
    changed_over = same[0] and (ours.month, ours.day) == (theirs.day, theirs.month)
    return 1.0 if all(same) else in_part if sum(same) == 2 or changed_over else 0.0


def _sexes(ours: str | None, theirs: str | None) -> float | None:
    return _equal(ours, theirs) if ours in _SEXES and theirs in _SEXES else None


def _equal(ours: str | None, theirs: str | None) -> float | None:
    return float(ours == theirs) if ours and theirs else None


def _current(number: pl.Expr, last: Mapping[str, str]) -> pl.Expr:
    """A number as systems keep it, and for a superseded one the last of its chain; null for nothing."""
    plain = number.map_elements(lambda text: normalised(text) or None, return_dtype=pl.String)
    return plain.replace(dict(last)) if last else plain


def _year(column: str) -> pl.Expr:
    return pl.col(column).dt.year()


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.strftime("%m-%d")


def _parts_that_differ() -> pl.Expr:
    ours, theirs = pl.col("birth_date").dt, pl.col("their_birth").dt
    pairs = ((ours.year(), theirs.year()), (ours.month(), theirs.month()), (ours.day(), theirs.day()))
    differ = [(left != right).cast(pl.Int8) for left, right in pairs]
    return differ[0] + differ[1] + differ[2]


def _not_contradicted() -> pl.Expr:
    """No valid number speaks against the pair: it is nobody's, and the person has none."""
    return ~pl.col("valid") | (~pl.col("carried") & pl.col("their_number").is_null())
