"""What is asked of cohorts, lists and looks. Rows of people are asked for by ``actions.looking`` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, F, Min, QuerySet

from leftshift.population.cohorts.counting import CELLS, CohortCounts
from leftshift.workspace.people.models import Access, AccessHead, Listed, Release
from leftshift.workspace.people.parameters import parameter
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.chains import check_rows, held_to_head


def place_of(code: str) -> StoredPlace | None:
    """A place that whoever asks may see."""
    return StoredPlace.objects.filter(code=code).first()


def releases_of(place: StoredPlace) -> list[Release]:
    """Every release of every cohort of a place, the latest first."""
    return list(Release.objects.filter(place=place))


def counts_of(release: Release) -> CohortCounts:
    """The protected counts of a release."""
    cells = list(release.cells.values(*CELLS))
    return CohortCounts(release.cohort, pl.DataFrame(cells, schema=CELLS))


# ---------------------------------------------------------------------- lists
@dataclass(frozen=True)
class Wanted:
    """Which part of which list: empty texts choose everybody. ``order``: a score, highest first; otherwise by practice."""

    cohort: str
    practice: str = ""
    locality: str = ""
    reason: str = ""
    order: str = ""
    number: int = 1


@dataclass(frozen=True)
class ListPage:
    """Who stands on a page of a list, how many the list has, and which page of how many it is."""

    ids: tuple[int, ...]
    keys: tuple[str, ...]
    people: int
    number: int
    pages: int


def list_release(place: StoredPlace, cohort: str) -> Release | None:
    """The release that the current list of a cohort comes from; None where no list was loaded."""
    first = Listed.objects.filter(release__place=place, release__cohort=cohort).values("release")[:1]
    return Release.objects.filter(pk__in=first).first()


def listed_cohorts(place: StoredPlace) -> list[str]:
    """Cohorts of a place that have a list."""
    found = Listed.objects.filter(release__place=place).order_by().values_list("release__cohort", flat=True)
    return sorted(set(found.distinct()))


def choices_of(release: Release) -> Mapping[str, list[str]]:
    """Practices and localities of a list, to choose from."""
    rows = release.listed.order_by()
    return {
        name: sorted(filter(None, rows.values_list(name, flat=True).distinct()))
        for name in ("practice", "locality")
    }


def list_page(place: StoredPlace, wanted: Wanted) -> ListPage:
    """Who stands on a page, by number of row and key alone; a number that is too high is the last page."""
    rows = _wanted(place, wanted)
    most = parameter("people_a_page")
    people = rows.count()
    pages = max(1, ceil(people / most))
    number = min(max(1, wanted.number), pages)
    found = list(rows.values_list("pk", "key")[(number - 1) * most : number * most])
    return ListPage(tuple(pk for pk, _ in found), tuple(key for _, key in found), people, number, pages)


def _wanted(place: StoredPlace, wanted: Wanted) -> QuerySet[Listed]:
    rows = Listed.objects.filter(release__place=place, release__cohort=wanted.cohort)
    if wanted.practice:
        rows = rows.filter(practice=wanted.practice)
    if wanted.locality:
        rows = rows.filter(locality=wanted.locality)
    if wanted.reason:
        rows = rows.filter(reasons__contains=[wanted.reason])
    if wanted.order:
        return rows.order_by(F(f"scores__{wanted.order}").desc(nulls_last=True), "practice", "key")
    return rows.order_by("practice", "key")


def entries_of(place: StoredPlace, key: str) -> list[tuple[int, str]]:
    """Number of row and cohort of every list of a place in which a key stands."""
    return list(Listed.objects.filter(release__place=place, key=key).values_list("pk", "release__cohort"))


def rows_of(ids: Sequence[int]) -> list[Listed]:
    """Rows of lists, in the order of a list; call it once they are recorded as shown."""
    found = {row.pk: row for row in Listed.objects.filter(pk__in=ids).select_related("release")}
    return [found[number] for number in ids if number in found]


# ---------------------------------------------------------------------- looks
@dataclass(frozen=True)
class Look:
    """One page that somebody was shown."""

    view: str
    at: datetime
    by: str
    page: str
    cohort: str
    purpose: str
    reason: str
    people: int


def looks_at(place: StoredPlace, key: str, number: int) -> tuple[list[Look], int, int]:
    """Pages that were shown, newest first, of everybody or of one key; which page of how many this is."""
    rows = Access.objects.filter(place=place)
    if key:
        rows = rows.filter(view__in=rows.filter(key=key).values("view"))
    named = rows.order_by().values("view", "by", "page", "cohort", "purpose", "reason")
    found = named.annotate(at=Min("at"), people=Count("pk"), last=Min("number")).order_by("-last")
    most = parameter("looks_a_page")
    pages = max(1, ceil(found.count() / most))
    number = min(max(1, number), pages)
    names = ("view", "at", "by", "page", "cohort", "purpose", "reason", "people")
    shown = found.values_list(*names)[(number - 1) * most : number * most]
    return [Look(*row) for row in shown], number, pages


def keys_of_view(place: StoredPlace, view: str) -> list[str]:
    """The keys of everybody whom one page showed."""
    return list(Access.objects.filter(place=place, view=view).values_list("key", flat=True))


@dataclass(frozen=True)
class Chain:
    """What working out every digest anew found."""

    looks: int
    digest: str
    breaks: tuple[str, ...]


_ROWS = "SELECT number, previous, digest, leftshift_access_content(a) FROM people_access a ORDER BY number NULLS FIRST"


def check_chain(*, noted: tuple[int, str] | None = None) -> Chain:
    """Whether the record of looks, of every place, is as it was written: every digest is worked out anew.

    ``noted`` is a length of the record and the digest (or its start) that it had then, kept somewhere else.
    """
    names = {"thing": "look", "whole": "the record"}
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_ROWS)
        found = check_rows(cursor, noted=noted, **names)
        head: Any = AccessHead.objects.filter(pk=1).first()
    ends = (head.looks, head.digest) if head else None
    return Chain(found.length, found.digest, held_to_head(found, ends, **names))
