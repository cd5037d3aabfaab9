"""Who asks the API: the account of the token that comes with a request, and how often that token may ask."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from leftshift.workspace.accounts import throttle
from leftshift.workspace.accounts.models import ApiToken
from leftshift.workspace.accounts.pages import address_of
from leftshift.workspace.accounts.parameters import parameter
from leftshift.workspace.accounts.permissions import NOBODY, Person, person_of
from leftshift.workspace.accounts.secrets import hash_of
from leftshift.workspace.record.acting import SYSTEM, acting

_MINUTE = 60


@dataclass(frozen=True)
class Bearer:
    """Who bears a token (nobody, where it does not count), and how many seconds they have to wait, if any."""

    person: Person = NOBODY
    waits: int = 0


def bearer_of(request: HttpRequest) -> Bearer:
    """Who asks, by the token of the request and by nothing else; each asking is counted, also one with a wrong token."""
    with acting(SYSTEM):
        token = _token(request)
        key = f"token {token.pk}" if token else f"api address {address_of(request)}"
        if _is_too_much(key):
            return Bearer(waits=_MINUTE - int(time.time()) % _MINUTE)
        if token is None:
            return Bearer()
        return Bearer(person_of(token.account, only_reads=not token.may_write))


def _token(request: HttpRequest) -> ApiToken | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        return None
    known = ApiToken.objects.select_related("account").filter(revoked_at=None, account__is_active=True)
    return known.filter(token_hash=hash_of(text), expires_at__gt=timezone.now()).first()


def _is_too_much(key: str) -> bool:
    asked = throttle.count(key, minutes=1)
    if asked == 1:
        throttle.forget_old()
    return asked > parameter("token", "requests_a_minute")
