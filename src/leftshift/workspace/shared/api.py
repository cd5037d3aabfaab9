"""What every operation of the API shares: who asks and what they may, how problems are told, and how lists are cut."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from typing import Annotated, Any, Generic, NoReturn, TypeVar

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import File, NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer
from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from leftshift.foundation.faults import Fault, FaultsFound, near_miss, shown
from leftshift.workspace.accounts.gate import needs
from leftshift.workspace.accounts.permissions import NotAllowed, Person, person
from leftshift.workspace.accounts.roles import TOKEN, Permission
from leftshift.workspace.accounts.tokens import bearer_of
from leftshift.workspace.record.acting import acting
from leftshift.workspace.shared.jobs import parameter

_LOG = logging.getLogger("django.request")
_Item = TypeVar("_Item")
_Handled = TypeVar("_Handled", bound=Callable[..., Any])
_LISTED = 100
_NOT_AS_DOCUMENTED = "What was sent is not as the documentation says. Each fault names where."


# ---------------------------------------------------------------------- shapes
class Told(Schema):
    """What the API answers."""


class Sent(Schema):
    """What is sent to the API: exactly what is documented, each value of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


# Of an object whose names are restricted: no other name.
NO_OTHER: Any = {"additionalProperties": False}
# A text that may be sent: anything but NUL, which no database keeps.
Clean = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# The number of a row in a body; JSON knows no difference between 3 and 3.0.
Whole = Annotated[int, Field(ge=1, le=2_000_000_000), BeforeValidator(_whole)]


class ToldFault(Told):
    """One thing that is wrong: where, what was found, what was expected, what to do."""

    kind: str = Field(description="the kind of fault", examples=["number not understood"])
    file: str = Field(
        description="the file of the place, or which part of a request", examples=["contracts.csv"]
    )
    row: int | None = Field(None, description="the line of the file, 1 is the first", examples=[2])
    column: str | None = Field(None, description="the column, or the field of a request", examples=["value"])
    found: str = Field(description="what was found", examples=["'sixty'"])
    expected: str = Field(description="what was expected", examples=["a number"])
    action: str = Field(description="what to do", examples=["Write it in digits"])
    suggestion: str | None = Field(None, description="what was probably meant")


class ToldClash(Told):
    """A change that cannot be made, as somebody else was there first."""

    row: str = Field(description="the key of the row")
    column: str = Field(description="the column")
    now: str | None = Field(None, description="what now stands there; null where the row is gone")
    wanted: str = Field(description="what was wanted")


class Problem(Told):
    """Why a request was not answered as asked; every problem has this shape."""

    problem: str = Field(
        description="what is wrong and what to do, in words", examples=["There is no such place."]
    )
    faults: list[ToldFault] | None = Field(None, description="every fault of what was sent, at most 1,000")
    faults_total: int | None = Field(None, description="how many faults there are, listed or not")
    clashes: list[ToldClash] | None = Field(None, description="changes that clash with what others did")


class Listed(Told, Generic[_Item]):
    """A part of a list."""

    items: list[_Item] = Field(description="the items of this part, in the order of the list")
    total: int = Field(description="how many items the whole list has")
    next_offset: int | None = Field(description="the offset of the next part; null at the end")


class Part(Sent):
    """Which part of a list is asked for."""

    model_config = ConfigDict(extra="ignore", strict=False)
    limit: int = Field(_LISTED, ge=1, le=500, description="how many items at most")
    offset: int = Field(0, ge=0, le=1_000_000, description="how many items to leave out at the start")


def part_of(
    found: Sequence[Any], part: Part, show: Callable[[Any], Any] = lambda item: item
) -> dict[str, Any]:
    """The part of a list that is asked for."""
    end = part.offset + part.limit
    shown = [show(item) for item in found[part.offset : end]]
    return {"items": shown, "total": len(found), "next_offset": end if end < len(found) else None}


# A file that is sent with a form; an empty one is none.
SentFile = Annotated[UploadedFile, File(..., description="the file: .xlsx or .zip")]


def content_of(file: UploadedFile) -> bytes:
    """What a file holds; raises Refused where that is nothing."""
    if not file.size:
        raise Refused(400, "The file is empty. Send it again.")
    content: bytes = file.read()
    return content


# ---------------------------------------------------------------------- problems
class Refused(Exception):
    """A request that is answered with a problem."""

    def __init__(self, status: int, problem: str, **more: Any) -> None:
        super().__init__(problem)
        self.status = status
        self.told: dict[str, Any] = {"problem": problem, **more}


class NotChanged(Exception):
    """What was asked for is what the asker has."""


def told_faults(problem: str, faults: Iterable[Fault], total: int) -> dict[str, Any]:
    """A problem with its faults."""
    return {"problem": problem, "faults": [fault.document() for fault in faults], "faults_total": total}


def problem_response(status: int, told: Mapping[str, Any], **headers: str) -> HttpResponse:
    """A problem as a response."""
    return JsonResponse(
        dict(told), status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def unless_known(request: HttpRequest, *parts: object) -> None:
    """Name what never changes by its content; raises NotChanged where the asker has it already."""
    digest = hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:32]
    request.etag = f'"{digest}"'  # type: ignore[attr-defined]
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    if request.etag in known or "*" in known:  # type: ignore[attr-defined]
        raise NotChanged


_PARTS_OF_REQUEST = {"query": "query", "path": "address", "body": "body", "form": "form", "file": "file"}


def _fault_of(error: Mapping[str, Any]) -> dict[str, Any]:
    where = [str(part) for part in error["loc"]]
    return {
        "kind": "request not understood",
        "file": _PARTS_OF_REQUEST.get(where[0], where[0]),
        "row": None,
        "column": ".".join(where[1:]) or None,
        "found": "",
        "expected": str(error["msg"])[:500].encode("utf-8", "replace").decode(),
        "action": "Send it as the documentation of the operation says",
        "suggestion": None,
    }


def _not_as_documented(request: HttpRequest, found: ValidationError) -> HttpResponse:
    faults = [_fault_of(error) for error in found.errors[:100]]
    told = {"problem": _NOT_AS_DOCUMENTED, "faults": faults, "faults_total": len(found.errors)}
    return problem_response(400, told)


def _faults_found(request: HttpRequest, found: FaultsFound) -> HttpResponse:
    total = found.faults.total
    words = f"It has {total:,} fault{'' if total == 1 else 's'}. Nothing was changed."
    return problem_response(422, told_faults(words, found.faults, total))


def _not_changed(request: HttpRequest, found: NotChanged) -> HttpResponse:
    return HttpResponse(status=304)


def _mistake(request: HttpRequest, problem: Exception) -> HttpResponse:
    _LOG.error("%s failed", request.path, exc_info=problem)
    return problem_response(
        500, {"problem": "leftshift made a mistake. Nothing was changed. The log of the server says more."}
    )


def _away(request: HttpRequest, problem: OperationalError) -> HttpResponse:
    told = {
        "problem": "The database does not answer at the moment. Nothing is lost. Ask again in a few seconds."
    }
    return problem_response(503, told, Retry_After="5")


def _nothing_found(request: HttpRequest, problem: Http404) -> HttpResponse:
    return problem_response(404, {"problem": "There is nothing at this address."})


def _not_readable(request: HttpRequest, problem: Exception) -> HttpResponse:
    return problem_response(400, {"problem": "What was sent cannot be read. Send it again."})


def _http_error(request: HttpRequest, problem: HttpError) -> HttpResponse:
    return problem_response(problem.status_code, {"problem": str(problem)})


def _refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    return problem_response(problem.status, problem.told)


def _in_words(status: int, request: HttpRequest, problem: Exception) -> HttpResponse:
    return problem_response(status, {"problem": str(problem)})


def new_api(
    *, title: str, version: str, description: str, problems: Mapping[type[Exception], int]
) -> NinjaAPI:
    """An API without operations yet; ``problems`` are exceptions whose words are told, with the status of each."""
    api = NinjaAPI(title=title, version=version, description=description, docs_url=None, openapi_url=None)
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Exception: _mistake,
        FaultsFound: _faults_found,
        Http404: _nothing_found,
        HttpError: _http_error,
        MultiPartParserError: _not_readable,
        SuspiciousOperation: _not_readable,
        UnreadablePostError: _not_readable,
        NotAllowed: partial(_in_words, 403),
        NotChanged: _not_changed,
        OperationalError: _away,
        Refused: _refused,
        ValidationError: _not_as_documented,
    }
    for kind, status in problems.items():
        handlers[kind] = partial(_in_words, status)
    for kind, handle in handlers.items():
        api.add_exception_handler(kind, handle)
    return api


# ---------------------------------------------------------------------- who may
class Token(HttpBearer):
    """What an operation needs. The one place where it is decided whether a request to the API goes through."""

    openapi_description = (
        "A token of your account, made on the page Your account. It may do what you may, or only read."
    )

    def __init__(self, needs: Permission | str, *, writes: bool) -> None:
        super().__init__()
        self.needs, self.writes = needs, writes
        # what may stand in the query and in a form: ``operation`` fills them in
        self.parameters: frozenset[str] = frozenset()
        self.parts: frozenset[str] = frozenset()

    def __call__(self, request: HttpRequest) -> Person:
        """The person who asks; raises Refused where they may not. Who it is, ``by_token`` has found out."""
        who = person(request)
        place = str(request.resolver_match.kwargs.get("place", "")) if request.resolver_match else ""
        if isinstance(self.needs, Permission) and not who.may(self.needs, place):
            self._refuse(who, self.needs, place)
        if self.writes and who.only_reads:
            raise Refused(403, "This token only reads. Make one that may write, on the page of your account.")
        self._check_query(request)
        return who

    def _check_query(self, request: HttpRequest) -> None:
        """A parameter that is misspelt is told, not passed over."""
        _check_names("parameter", request.GET, self.parameters)
        if self.parts:
            _check_names("part of a form", [*request.POST, *request.FILES], self.parts)

    def authenticate(self, request: HttpRequest, token: str) -> NoReturn:
        """Not asked: see ``by_token``."""
        raise NotImplementedError

    @staticmethod
    def _refuse(who: Person, wanted: Permission, place: str) -> NoReturn:
        if place and not who.may(Permission.SEE_PLAN, place):
            raise Refused(404, "There is no such place.")  # that it exists is not told
        raise Refused(403, str(NotAllowed(wanted)))


def _check_names(what: str, given: Iterable[str], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            guess = near_miss(name, known)
            hint = f"did you mean {guess}?" if guess else f"it takes {', '.join(sorted(known)) or 'none'}."
            raise Refused(400, f"There is no {what} {shown(name)}: {hint}")


PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 429: Problem}


def operation(
    router: Router,
    method: str,
    address: str,
    *,
    needs: Permission | str,
    answers: Mapping[int, Any],
    writes: bool | None = None,
    kept: bool = False,
    files: Mapping[str, str] | None = None,
    **more: Any,
) -> Callable[[_Handled], _Handled]:
    """An operation of the API: what it needs, what it answers beside the problems that any may answer with.

    ``writes`` is whether it stores something (all but GET do, unless said); ``kept`` whether what it answers never
    changes; ``files`` are media types of answers that are no JSON, with what they hold.
    """
    stores = method != "GET" if writes is None else writes
    extra: dict[str, Any] = {
        "x-needs": str(needs.name if isinstance(needs, Permission) else needs),
        "x-writes": stores,
    }
    responses: dict[int, Any] = {**PROBLEMS, **answers}
    if kept:
        responses[304] = None
        extra["parameters"] = [_IF_NONE_MATCH]
    if files:
        content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in files}
        extra["responses"] = {200: {"description": "; ".join(files.values()), "content": content}}

    def mark(view: _Handled) -> _Handled:
        door = Token(needs, writes=stores)
        made = router.api_operation(
            [method],
            address,
            auth=door,
            response=dict(sorted(responses.items())),
            openapi_extra=extra,
            operation_id=view.__name__,
            **more,
        )
        made(view)
        bound = router.path_operations[address].operations[-1]
        door.parameters, door.parts = _names(bound, "query"), _names(bound, "file")
        if door.parts:
            shape = {**NO_OTHER, "properties": {name: {"minLength": 1} for name in door.parts}}
            extra["requestBody"] = {"content": {"multipart/form-data": {"schema": shape}}}
        return view

    return mark


def _names(made: Any, kind: str) -> frozenset[str]:
    models = [model for model in made.models if model.__ninja_param_source__ == kind]
    return frozenset(
        name for model in models for name in getattr(model, "__ninja_flatten_map__", model.model_fields)
    )


_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The ETag of an answer that you have. It is not sent again where it is the same: 304.",
    "schema": {"type": "string"},
}


# ---------------------------------------------------------------------- the door
def by_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the API: who asks is the account of the token; whoever has signed in to the pages counts for nothing."""

    @needs(TOKEN)
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *rest: Any, **named: Any) -> HttpResponse:
        try:
            found = bearer_of(request)
        except OperationalError as problem:
            return _away(request, problem)
        if found.waits:
            words = f"There were too many requests. Wait {found.waits} seconds."
            return problem_response(429, {"problem": words}, Retry_After=str(found.waits))
        if found.person.account is None:
            words = (
                "Send a token that counts: Authorization: Bearer TOKEN. Make one on the page of your account."
            )
            return problem_response(401, {"problem": words}, WWW_Authenticate="Bearer")
        request.person = found.person  # type: ignore[attr-defined]
        with acting(found.person.number):
            return _answer(request, view, *rest, **named)

    return answer


def _answer(
    request: HttpRequest, view: Callable[..., HttpResponse], *rest: Any, **named: Any
) -> HttpResponse:
    too_large = _too_large(request)
    if too_large:
        return problem_response(413, {"problem": too_large})
    is_head = request.method == "HEAD"
    if is_head:
        request.method = "GET"
    response = view(request, *rest, **named)
    if response.status_code == 405:
        told = {"problem": f"{request.method} is not possible here: it is {response['Allow']}."}
        response = problem_response(405, told, Allow=response["Allow"])
    if response.status_code in (200, 304) and hasattr(request, "etag"):
        response["ETag"] = request.etag
    response["Cache-Control"] = "private, no-cache"
    if is_head:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _too_large(request: HttpRequest) -> str:
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = int(length) if str(length).isdecimal() else 0
    megabytes = parameter("upload", "megabytes")
    if size > megabytes * 1_000_000:
        return f"That is too much: at most {megabytes} MB."
    if request.content_type == "application/json" and size > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or size):
        return "That is too much for one document of JSON: send the plan as a file, to /places/PLACE/file."
    return ""


@by_token
def _nothing_here(request: HttpRequest) -> HttpResponse:
    return problem_response(
        404, {"problem": "There is nothing at this address. /api/v1/openapi.json lists what there is."}
    )


def addresses_of(api: NinjaAPI, document: Callable[[], Mapping[str, Any]]) -> list[URLPattern]:
    """The addresses of an API: its operations, its document, and a problem at every other one."""

    @by_token
    def openapi(request: HttpRequest) -> HttpResponse:
        return JsonResponse(document())

    found: list[URLPattern] = []
    for entry in api.urls[0]:
        assert isinstance(entry, URLPattern)
        if entry.name != "api-root":
            found.append(URLPattern(entry.pattern, by_token(entry.callback), name=entry.name))
    return [
        *found,
        path("openapi.json", openapi, name="openapi"),
        re_path(r"^[\s\S]*$", _nothing_here, name="nothing-here"),
    ]
