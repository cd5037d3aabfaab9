"""Looking at people: who is shown is written down first, and only then are their rows read. Both or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction

from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.people import queries
from leftshift.workspace.people.models import Access, Listed
from leftshift.workspace.people.queries import ListPage, Wanted
from leftshift.workspace.plan.models import StoredPlace

LIST, PERSON = "list", "person"


@dataclass(frozen=True)
class Why:
    """For what somebody looks at people, and in what words."""

    purpose: str
    words: str = ""


@transaction.atomic
def look_at_list(place: StoredPlace, wanted: Wanted, why: Why, by: Person) -> tuple[ListPage, list[Listed]]:
    """One page of a list, each person of it recorded as shown before their row is read."""
    by.check_may(Permission.FIND_PEOPLE, place.code)
    page = queries.list_page(place, wanted)
    _record(place, page.keys, LIST, wanted.cohort, why, by)
    return page, queries.rows_of(page.ids)


@transaction.atomic
def look_at_person(place: StoredPlace, key: str, why: Why, by: Person) -> list[Listed]:
    """Every list entry of one person, recorded as shown before it is read; empty where nobody is listed under the key."""
    by.check_may(Permission.FIND_PEOPLE, place.code)
    found = queries.entries_of(place, key)
    if found:
        _record(place, [key], PERSON, ", ".join(sorted(cohort for _, cohort in found))[:100], why, by)
    return queries.rows_of([number for number, _ in found])


def _record(place: StoredPlace, keys: Sequence[str], page: str, cohort: str, why: Why, by: Person) -> None:
    view = uuid4().hex
    Access.objects.bulk_create(
        Access(
            by=by.signature, place=place, key=key, page=page, view=view, cohort=cohort, purpose=why.purpose, reason=why.words
        )
        for key in keys
    )  # fmt: skip
