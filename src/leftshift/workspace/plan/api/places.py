"""Operations on places and their versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router
from ninja.responses import Status
from pydantic import StringConstraints

from leftshift.foundation.faults import Faults
from leftshift.model import Model, from_document
from leftshift.workbooks.opening import texts_of_upload
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import SIGNED_IN, Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions.importing import take_in
from leftshift.workspace.plan.api.finding import PlaceCode, VersionNumber, seen, told_version
from leftshift.workspace.plan.models import PlaceVersion
from leftshift.workspace.shared.api import (
    NO_OTHER,
    Clean,
    Listed,
    Part,
    Problem,
    Refused,
    Sent,
    SentFile,
    Told,
    ToldFault,
    content_of,
    operation,
    part_of,
    unless_known,
)

router = Router()
_ME = ["Your token"]
_PLACES = ["Places and versions"]
_FILE = r"^(place\.toml|[a-z_]{1,60}\.csv|scenarios/[a-z0-9-]{1,60}\.toml)$"
_EXAMPLE = {
    "place.toml": 'name = "Eastvale"\ncode = "eastvale"\n',
    "contracts.csv": "contract,payer,payee,service,value\n",
}


class Me(Told):
    """Who a token asks for."""

    name: str
    email: str
    only_reads: bool = Field(description="whether the token may only read")
    roles: list[str] = Field(description="roles of the account, with the place and organisation each is for")


class PlaceSummary(Told):
    """A place with its headline."""

    place: str = Field(description="its code", examples=["eastvale"])
    name: str
    version: int = Field(description="the number of the current version")
    base_year: str = Field(examples=["2024/25"])
    headline_year: str = Field(description="the last year of the plan", examples=["2027/28"])
    unit: str = Field(description="the unit of every amount", examples=["£000"])
    gap: float = Field(description="the do-nothing gap of the perimeter in the headline year, £000")
    closing_position: float = Field(description="its position with the plan, £000; a deficit is negative")
    state: str = Field(description="stored, in review, agreed or published")


class VersionSummary(Told):
    """A version of a place. It never changes."""

    place: str
    version: int
    fingerprint: str = Field(description="a hash of the content that no order of rows changes")
    plan_fingerprint: str = Field(
        description="the same of what the money of the plan depends on: agreements are of this"
    )
    added_at: datetime
    added_by: str


class Version(VersionSummary):
    """A version with its files."""

    files: dict[str, str] = Field(description="file name to text: the whole place folder")


class Texts(Sent):
    """The files of a place folder."""

    files: dict[
        Annotated[str, StringConstraints(pattern=_FILE)],
        Annotated[Clean, StringConstraints(max_length=2_000_000)],
    ] = Field(
        min_length=1,
        max_length=300,
        json_schema_extra=NO_OTHER,
        description="file name to text, as in the place folder",
        examples=[_EXAMPLE],
    )


class Checked(Told):
    """What is wrong with texts; nothing is stored."""

    place: str | None = Field(description="the code of the place; null where it cannot be read")
    faults: list[ToldFault] = Field(description="every fault, at most 1,000")
    faults_total: int = Field(description="how many faults there are; 0: it may be sent as a version")


@operation(router, "GET", "/me", needs=SIGNED_IN, answers={200: Me}, tags=_ME, summary="Whose token is this?")
def me(request: HttpRequest) -> dict[str, Any]:
    """The account that the token asks for, and its roles."""
    who = person(request)
    assert who.account is not None
    roles = [str(grant) for grant in who.grants]
    return {
        "name": who.account.name,
        "email": who.account.email,
        "only_reads": who.only_reads,
        "roles": roles,
    }


@operation(
    router,
    "GET",
    "/places",
    needs=Permission.SEE_PLAN,
    answers={200: Listed[PlaceSummary]},
    tags=_PLACES,
    summary="List places",
)
def places(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """Every place that you may see, by code, each as its current version."""
    return part_of(queries.headlines(), part, _summary)


@operation(
    router,
    "GET",
    "/places/{place}",
    needs=Permission.SEE_PLAN,
    answers={200: PlaceSummary},
    tags=_PLACES,
    summary="Show a place",
)
def place(request: HttpRequest, place: PlaceCode) -> dict[str, Any]:
    """A place as its current version."""
    found = queries.headline_at(place)
    if found is None:
        raise Refused(404, "There is no such place.")
    return _summary(found)


def _summary(found: queries.Headline) -> dict[str, Any]:
    result, year = found.result, found.result["headline_year"]
    names = ("place", "name", "base_year", "headline_year", "unit")
    return {
        **{name: result[name] for name in names},
        "version": found.version.number,
        "gap": result["gap"][year],
        "closing_position": result["perimeter_position"]["plan"][year],
        "state": queries.state_of(found.version),
    }


# ---------------------------------------------------------------------- versions
@operation(
    router,
    "GET",
    "/places/{place}/versions",
    needs=Permission.SEE_PLAN,
    answers={200: Listed[VersionSummary]},
    tags=_PLACES,
    summary="List versions",
)
def versions(request: HttpRequest, place: PlaceCode, part: Query[Part]) -> dict[str, Any]:
    """Every version of a place, newest first."""
    return part_of(queries.versions_of(place), part, told_version)


@operation(
    router,
    "GET",
    "/places/{place}/versions/{version}",
    needs=Permission.SEE_PLAN,
    answers={200: Version},
    kept=True,
    tags=_PLACES,
    summary="Show a version with its files",
)
def version(request: HttpRequest, place: PlaceCode, version: VersionNumber) -> dict[str, Any]:
    """A version with the text of every file of its place folder."""
    found = seen(place, version).version
    unless_known(request, "version", found.pk, found.fingerprint)
    return {**told_version(found), "files": found.document}


@operation(
    router,
    "POST",
    "/places/{place}/versions",
    needs=Permission.EDIT_PLAN,
    answers={200: VersionSummary, 201: VersionSummary, 409: Problem, 413: Problem, 422: Problem},
    tags=_PLACES,
    summary="Send a version as texts",
)
def send_version(request: HttpRequest, place: PlaceCode, sent: Texts) -> Status[Any]:
    """Store the files of a place folder as the current version: all of it, or nothing and every fault at once (422).

    The code in `place.toml` has to be the one of the address. A place that is new is added. What is stored already
    is not stored again: it becomes the current version (200).
    """
    return _store(request, place, "sent to the API", sent.files, from_document(sent.files))


@operation(
    router,
    "POST",
    "/places/{place}/file",
    needs=Permission.EDIT_PLAN,
    answers={200: VersionSummary, 201: VersionSummary, 409: Problem, 413: Problem, 422: Problem},
    tags=_PLACES,
    summary="Send a version as a workbook or a zip",
)
def send_version_file(request: HttpRequest, place: PlaceCode, file: SentFile) -> Status[Any]:
    """The same with one file: a workbook (.xlsx), or a zip of the place folder. It is answered once it is stored.

    For a very large place, see “Import as a job”.
    """
    name = (file.name or "")[:200]
    texts = texts_of_upload(name, content_of(file))
    return _store(request, place, name, texts, from_document(texts))


def _store(
    request: HttpRequest, place: str, name: str, texts: Mapping[str, str], model: Model
) -> Status[Any]:
    if model.place.code != place:
        raise Refused(
            409, f"This is the place {model.place.code}, and the address names {place}. Nothing was changed."
        )
    known = PlaceVersion.objects.filter(place__code=place, fingerprint=model.place.fingerprint).exists()
    stored = take_in(model, texts, name, by=person(request))
    return Status(200 if known else 201, told_version(stored))


@operation(
    router,
    "POST",
    "/checks",
    needs=Permission.EDIT_PLAN,
    writes=False,
    answers={200: Checked, 413: Problem},
    tags=_PLACES,
    summary="Check texts",
)
def check_texts(request: HttpRequest, sent: Texts) -> dict[str, Any]:
    """Every fault of the files of a place folder. Nothing is stored."""
    model, faults = queries.faults_of(sent.files)
    return {"place": model.place.code if model else None, **_listed(faults)}


def _listed(faults: Faults) -> dict[str, Any]:
    return {"faults": [fault.document() for fault in faults], "faults_total": faults.total}
