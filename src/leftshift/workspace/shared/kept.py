"""Pages kept in memory: what a page shows is worked out once, and filled in with the name and token of whoever asks.

A view that is kept never sees who asks. It gets a request of its own, made of the address alone, on behalf of a
stand-in that has the same roles and no name; what it gives is kept by the address, those roles and a stamp, which the
database gives each time to this very person, and which holds the number of whatever the page depends on. So no page
can hold what belongs to one person, and what somebody may not see, or what has changed since, has another stamp.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from secrets import token_hex
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.utils.html import escape

from leftshift.workspace.accounts.models import Account, Grant
from leftshift.workspace.accounts.permissions import Person, person
from leftshift.workspace.shared.jobs import parameter

Stamp = tuple[Hashable, ...]
_View = TypeVar("_View", bound=Callable[..., HttpResponse])
_NAME, _TOKEN = f"name{token_hex(16)}", f"token{token_hex(16)}"
"""What stands for the name and the token in a kept text; nobody can guess them, and so nobody can write them."""
_MARKS = re.compile(f"({_NAME}|{_TOKEN})".encode())
_PERSONAL = ("told", "problem")  # what a session says once on the next page


class KeptRequest(HttpRequest):
    """The request that a kept view sees: an address, and a stand-in for whoever asks."""

    def __init__(self, asked: HttpRequest) -> None:
        super().__init__()
        self.method = "GET"
        self.path, self.path_info = asked.path, asked.path_info
        self.META = {"QUERY_STRING": asked.META.get("QUERY_STRING", ""), "REQUEST_METHOD": "GET"}
        self.GET = cast(Any, QueryDict(self.META["QUERY_STRING"]))
        self.resolver_match = asked.resolver_match
        self.session = cast(Any, {})
        self.person = stand_in(person(asked))
        self.csrf_mark = _TOKEN


class Kept:
    """Answers in memory: the least lately used give way when there are too many bytes."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._found: OrderedDict[Hashable, tuple[tuple[bytes, ...], tuple[tuple[str, str], ...]]] = (
            OrderedDict()
        )
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> tuple[tuple[bytes, ...], tuple[tuple[str, str], ...]] | None:
        """The parts and headings of an answer."""
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Hashable, parts: tuple[bytes, ...], headings: tuple[tuple[str, str], ...]) -> None:
        """Keep an answer."""
        with self._lock:
            if key not in self._found:
                self._bytes += sum(map(len, parts))
            self._found[key] = (parts, headings)
            while self._bytes > self._most:
                _, (oldest, _) = self._found.popitem(last=False)
                self._bytes -= sum(map(len, oldest))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()
            self._bytes = 0


pages = Kept(parameter("pages", "megabytes") * 1_000_000)


def kept(stamp: Callable[..., Stamp | None]) -> Callable[[_View], _View]:
    """Keep what a view gives. ``stamp`` takes the arguments of the view and asks the database what the page depends on;
    it gives None where there is nothing to be seen.
    """

    def mark(view: _View) -> _View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD") or any(name in request.session for name in _PERSONAL):
                return view(request, *args, **kwargs)
            marked = stamp(*args, **kwargs)
            if marked is None:
                raise Http404("nothing of that name")
            key = (request.get_full_path(), view.__qualname__, marked, _roles(person(request)))
            found = pages.get(key)
            if found is None:
                response = view(KeptRequest(request), *args, **kwargs)
                if response.streaming:
                    return response
                found = _parts(response.content), tuple(response.items())
                if response.status_code != 200:  # filled in as well, and not kept
                    return _filled(request, *found, status=response.status_code)
                pages.put(key, *found)
            return _filled(request, *found)

        return cast(_View, answer)

    return mark


def stand_in(who: Person) -> Person:
    """Somebody with the same roles, and nothing else of a person."""
    grants = [
        Grant(role=grant.role, place=grant.place, organisation=grant.organisation) for grant in who.grants
    ]
    account = Account(name=_NAME) if who.account else None
    return Person(account, tuple(grants), who.only_reads)


def _roles(who: Person) -> Hashable:
    """Everything of a person on which a page may depend."""
    roles = [
        (
            grant.role,
            grant.place,
            (grant.organisation.code, grant.organisation.name) if grant.organisation else (),
        )
        for grant in who.grants
    ]
    return who.account is not None, who.only_reads, tuple(sorted(roles))


def _parts(content: bytes) -> tuple[bytes, ...]:
    """The text and the marks in it, in turns."""
    return tuple(_MARKS.split(content))


def _filled(
    request: HttpRequest, parts: Sequence[bytes], headings: Sequence[tuple[str, str]], status: int = 200
) -> HttpResponse:
    if len(parts) > 1:
        account = person(request).account
        given = {
            _NAME.encode(): escape(account.name if account else "").encode(),
            _TOKEN.encode(): get_token(request).encode(),
        }
        parts = [given[part] if at % 2 else part for at, part in enumerate(parts)]
    return HttpResponse(b"".join(parts), status=status, headers=dict(headings))
