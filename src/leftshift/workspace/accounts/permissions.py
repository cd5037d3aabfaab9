"""May this person do this? Every page, button and operation of the API asks here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from leftshift.workspace.accounts.models import Account, Grant
from leftshift.workspace.accounts.roles import Permission


class NotAllowed(Exception):
    """A person may not do what was asked; the words say which roles may."""

    def __init__(self, permission: Permission) -> None:
        from leftshift.workspace.accounts.roles import roles_that

        names = " or ".join(role.name.lower() for role in roles_that(permission))
        super().__init__(f"Only {names} may {permission.value}.")
        self.permission = permission


@dataclass(frozen=True)
class Person:
    """Who asks, with the roles they have at this moment."""

    account: Account | None
    grants: tuple[Grant, ...] = ()
    only_reads: bool = field(default=False)  # a token that may not write

    @property
    def signature(self) -> str:
        """How events name them."""
        return str(self.account) if self.account else "nobody"

    @property
    def number(self) -> str:
        """How the database names them."""
        return str(self.account.pk) if self.account else ""

    def may(self, permission: Permission, place: str = "", organisation: str = "") -> bool:
        """Whether they may do something: anywhere, at a place, or at a place for an organisation (by code)."""
        return any(
            permission in grant.as_role.permissions
            and (not place or grant.place in ("", place))
            and (
                not organisation
                or (grant.organisation is not None and grant.organisation.code == organisation)
            )
            for grant in self.grants
        )

    def check_may(self, permission: Permission, place: str = "", organisation: str = "") -> None:
        """Raise NotAllowed where they may not."""
        if not self.may(permission, place, organisation):
            raise NotAllowed(permission)

    def places_for(self, permission: Permission) -> list[str] | None:
        """Codes of the places where they may do something; None where they may everywhere."""
        found = {grant.place for grant in self.grants if permission in grant.as_role.permissions}
        return None if "" in found else sorted(found)

    def speaks_for(self, place: str) -> list[str]:
        """Codes of the organisations for which they may agree a plan of a place."""
        return sorted(
            grant.organisation.code
            for grant in self.grants
            if grant.organisation
            and Permission.AGREE in grant.as_role.permissions
            and grant.place in ("", place)
        )


NOBODY = Person(None)


def person_of(account: Account | None, *, only_reads: bool = False) -> Person:
    """An account with its open grants."""
    if account is None or not account.is_active:
        return NOBODY
    grants = account.grants.filter(ended_at__isnull=True).select_related("organisation")
    return Person(account, tuple(grants), only_reads)


def person(request: HttpRequest) -> Person:
    """Who asks; the gate has put them there."""
    found: Any = getattr(request, "person", NOBODY)
    return found if isinstance(found, Person) else NOBODY
