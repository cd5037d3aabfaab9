"""All writes on accounts: each is one transaction with its event."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from leftshift.workspace.accounts.models import (
    Account,
    ApiToken,
    Grant,
    Invitation,
    Link,
    Organisation,
)
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.roles import ROLES
from leftshift.workspace.accounts.secrets import hash_of, new_token
from leftshift.workspace.record.models import record_event

KEEPER = "keeper@localhost"
_KEEPER_ROLES = ("administrator", "programme_director", "board_officer")


class NotPossible(ValueError):
    """What was asked cannot be done; the words say why and what to do."""


@transaction.atomic
def add_organisation(*, code: str, name: str, by: str) -> Organisation:
    """Add an organisation, or find it when its code is known."""
    found, made = Organisation.objects.get_or_create(
        code=code.strip().upper(), defaults={"name": name.strip()}
    )
    if made:
        record_event(by=by, action="organisation added", subject=found.code, detail={"name": found.name})
    return found


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    by: str,
    name: str = "",
    organisation: Organisation | None = None,
    place: str = "",
) -> tuple[Invitation, str]:
    """Invite somebody to a role; gives the invitation and its token, which is not kept."""
    _check_role(role, organisation)
    token = new_token()
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        email=email.strip().lower(),
        name=name.strip(),
        role=role,
        organisation=organisation,
        place=place,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=parameter("invitation", "days")),
    )
    told = {"role": role, "organisation": organisation.code if organisation else "", "place": place}
    record_event(by=by, action="invited", subject=invitation.email, detail=told, place=place)
    return invitation, token


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: str) -> None:
    """Take an invitation back; its link then leads nowhere."""
    if Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    ):
        record_event(by=by, action="invitation withdrawn", subject=invitation.email, detail={})


@transaction.atomic
def accept_invitation(invitation: Invitation, *, name: str, password: str | None) -> Account:
    """Make the account of an invited person, or give one who has an account the role."""
    taken = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ).update(used_at=timezone.now())
    if not taken:
        raise NotPossible("This invitation was used, withdrawn, or has run out. Ask for a new one.")
    account = Account.objects.filter(email=invitation.email).first()
    if account is None:
        account = Account(email=invitation.email, name=name.strip(), organisation=invitation.organisation)
        account.set_password(password) if password else account.set_unusable_password()
        account.save()
        record_event(by=str(account), action="account made", subject=account.email, detail={})
    give_role(
        account,
        role=invitation.role,
        organisation=invitation.organisation,
        place=invitation.place,
        by=invitation.made_by,
    )
    return account


@transaction.atomic
def give_role(
    account: Account, *, role: str, by: str, organisation: Organisation | None = None, place: str = ""
) -> Grant:
    """Give a role; one that is held already is left as it is."""
    _check_role(role, organisation)
    organisation = organisation if ROLES[role].of_organisation else None
    grant, made = Grant.objects.get_or_create(
        account=account,
        role=role,
        organisation=organisation,
        place=place,
        ended_at=None,
        defaults={"given_by": by},
    )
    if made:
        told = {"role": role, "organisation": organisation.code if organisation else "", "place": place}
        record_event(by=by, action="role given", subject=account.email, detail=told, place=place)
    return grant


@transaction.atomic
def end_role(grant: Grant, *, by: str) -> None:
    """End a role. The last administrator keeps theirs, or nobody could give roles again."""
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.ended_at:
        return
    if grant.role == "administrator":
        _keep_one_administrator(but=grant.account_id)
    grant.ended_at, grant.ended_by = timezone.now(), by
    grant.save(update_fields=["ended_at", "ended_by"])
    record_event(
        by=by,
        action="role ended",
        subject=grant.account.email,
        detail={"role": grant.role},
        place=grant.place,
    )


@transaction.atomic
def set_active(account: Account, active: bool, *, by: str) -> None:
    """Close an account, or open it again. What its person did stays."""
    if not active and account.grants.filter(role="administrator", ended_at=None).exists():
        _keep_one_administrator(but=account.pk)
    account.is_active = active
    account.save(update_fields=["is_active"])
    record_event(
        by=by, action="account opened" if active else "account closed", subject=account.email, detail={}
    )


def _keep_one_administrator(*, but: int) -> None:
    others = Grant.objects.select_for_update().filter(
        role="administrator", ended_at=None, account__is_active=True
    )
    if not others.exclude(account=but).exists():
        raise NotPossible("This is the last administrator. Give somebody else that role first.")


def _check_role(role: str, organisation: Organisation | None) -> None:
    if role not in ROLES:
        raise NotPossible(f"There is no role {role}: choose one of {', '.join(ROLES)}.")
    if ROLES[role].of_organisation and organisation is None:
        raise NotPossible(f"A {ROLES[role].name.lower()} speaks for an organisation: name it.")


@transaction.atomic
def link_for_keeper(*, by: str) -> str:
    """The token of a link that signs in whoever runs the workspace on this machine; the account is made once."""
    account, made = Account.objects.get_or_create(
        email=KEEPER, defaults={"name": "Keeper of this workspace", "password": "!" + secrets.token_hex(20)}
    )
    if made:
        record_event(by=by, action="account made", subject=account.email, detail={})
        for role in _KEEPER_ROLES:
            give_role(account, role=role, by=by)
    token = new_token()
    expires = timezone.now() + timedelta(minutes=parameter("link", "minutes"))
    Link.objects.create(token_hash=hash_of(token), account=account, expires_at=expires)
    return token


@transaction.atomic
def use_link(token: str) -> Account | None:
    """The account of a link, which is then used up; None where it leads nowhere."""
    now = timezone.now()
    known = Link.objects.filter(token_hash=hash_of(token), used_at=None, expires_at__gt=now)
    link = known.select_for_update().select_related("account").first()
    if link is None or not link.account.is_active:
        return None
    link.used_at = now
    link.save(update_fields=["used_at"])
    return link.account


@transaction.atomic
def make_token(account: Account, *, name: str, may_write: bool, days: int, by: str) -> tuple[ApiToken, str]:
    """Make a token of the API; gives it with its text, which is not kept."""
    token = new_token()
    lasts = min(max(days, 1), parameter("token", "days"))
    found = ApiToken.objects.create(
        account=account,
        name=name.strip(),
        token_hash=hash_of(token),
        may_write=may_write,
        expires_at=timezone.now() + timedelta(days=lasts),
    )
    record_event(
        by=by, action="token made", subject=account.email, detail={"name": found.name, "may_write": may_write}
    )
    return found, token


@transaction.atomic
def revoke_token(token: ApiToken, *, by: str) -> None:
    """Take a token out of use."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record_event(by=by, action="token revoked", subject=token.account.email, detail={"name": token.name})


@transaction.atomic
def change_details(account: Account, *, name: str, by: str) -> None:
    """Change the name of an account."""
    account.name = name.strip()
    account.save(update_fields=["name"])
    record_event(by=by, action="name changed", subject=account.email, detail={})


@transaction.atomic
def see_mentions(account: Account, *, until: datetime) -> None:
    """Note that a person has seen where they were mentioned."""
    Account.objects.filter(pk=account.pk).update(mentions_seen_at=until)
