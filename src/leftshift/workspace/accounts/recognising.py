"""Who asks, found by one query: the session, its account and the roles it has at this moment.

The query tells the database at once on whose behalf it is asked from then on. Nothing of what it finds is kept for
the next request but which account a session belongs to, and that is checked against the session each time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from leftshift.workspace.accounts.models import Account, Grant, Organisation
from leftshift.workspace.accounts.permissions import NOBODY, Person, person_of
from leftshift.workspace.record.acting import SYSTEM, TELLS_ITSELF, acting, as_told, ask_prepared

_KEPT = 10_000
_account_of: OrderedDict[str, int] = OrderedDict()
"""The key of a session to the number of its account: only a guess, so that one query does."""

_Row = tuple[Any, ...]
_NAMES = [field.attname for field in Account._meta.concrete_fields]
_COLUMNS = ", ".join(f'a."{field.column}"' for field in Account._meta.concrete_fields)
_ACCOUNT_FROM = 6
_QUERY = f"""
SELECT set_config('leftshift.actor', coalesce(a.id::text, ''), false), s.session_data, o.id, o.code, o.name,
       (SELECT json_agg(json_build_array(g.id, g.role, g.place, go.id, go.code, go.name) ORDER BY g.id)
        FROM accounts_grant g LEFT JOIN accounts_organisation go ON go.id = g.organisation_id
        WHERE g.account_id = a.id AND g.ended_at IS NULL),
       {_COLUMNS}
FROM (VALUES (1)) always
LEFT JOIN django_session s ON s.session_key = %s::text AND s.expire_date > %s::timestamptz
LEFT JOIN accounts_account a ON a.id = %s::bigint AND a.is_active
LEFT JOIN accounts_organisation o ON o.id = a.organisation_id
"""
TELLS_ITSELF.add(_QUERY)


def recognise(request: HttpRequest) -> Person:
    """The person of a session that holds, whose session is then at hand without another query; else nobody."""
    key = request.session.session_key
    if not key:
        return NOBODY
    found, held = _ask(request, key, _account_of.get(key, 0))
    number = int(held.get(SESSION_KEY) or 0)
    if number != _account_of.get(key, 0):
        _keep(key, number)
        found, held = _ask(request, key, number)
    if held:
        request.session._session_cache = held  # type: ignore[attr-defined]
    return _person(request, found, held)


def _keep(key: str, number: int) -> None:
    _account_of[key] = number
    while len(_account_of) > _KEPT:
        _account_of.popitem(last=False)


def _ask(request: HttpRequest, key: str, number: int) -> tuple[_Row, dict[str, Any]]:
    """What is found, and the session in it. A connection that broke since the last request is made anew once, so
    that no query has to try it first.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        found = _answer(key, number)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        found = _answer(key, number)
    return found, request.session.decode(found[1]) if found[1] else {}


def _answer(key: str, number: int) -> _Row:
    found = ask_prepared(_QUERY, [key, timezone.now(), number])
    assert found is not None
    as_told(found[0])
    return found


def _person(request: HttpRequest, found: _Row, held: dict[str, Any]) -> Person:
    """The person, where the session is theirs and their password is the one it was opened with."""
    values = found[_ACCOUNT_FROM:]
    if values[0] is None or str(values[0]) != str(held.get(SESSION_KEY)):
        return NOBODY
    account = Account.from_db("default", _NAMES, values)
    if not constant_time_compare(held.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()):
        return _by_an_older_key(request)
    account.organisation = _organisation(*found[2:5])
    request._cached_user = account  # type: ignore[attr-defined]
    return Person(account, tuple(_grant(account, *grant) for grant in found[5] or ()))


def _by_an_older_key(request: HttpRequest) -> Person:
    """Django's own way: it knows older keys, and ends a session that was opened with another password."""
    with acting(SYSTEM):
        account: Any = request.user
        return person_of(account if isinstance(account, Account) else None)


def _organisation(number: int | None, code: str, name: str) -> Organisation | None:
    return Organisation.from_db("default", ["id", "code", "name"], [number, code, name]) if number else None


def _grant(account: Account, number: int, role: str, place: str, *organisation: Any) -> Grant:
    grant = Grant(
        pk=number, account=account, role=role, place=place, organisation=_organisation(*organisation)
    )
    grant._state.adding, grant._state.db = False, "default"
    return grant
