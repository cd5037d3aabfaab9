"""Operations on the way of a plan from draft to published, and on what is said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router
from ninja.responses import Status

from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions import commenting
from leftshift.workspace.plan.actions.reviewing import take_step
from leftshift.workspace.plan.api.finding import CURRENT, PlaceCode, VersionNumber, seen
from leftshift.workspace.plan.models import Comment, PlaceVersion, Step
from leftshift.workspace.plan.presenters.comments import Subject, subject_of
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.plan.states import (
    AGREES,
    NEEDS,
    PUBLISHES,
    SENT,
    STATES,
    TAKEN_BACK,
    TRANSITIONS,
    WITHDRAWS,
)
from leftshift.workspace.shared.api import (
    Clean,
    Listed,
    Part,
    Problem,
    Refused,
    Sent,
    Told,
    Whole,
    operation,
    part_of,
)

router = Router()
_REVIEW, _COMMENTS = ["Review"], ["Comments"]
_OF_VERSION = "/places/{place}/versions/{version}/review"


class StepTold(Told):
    """A step of a plan on its way."""

    step: str = Field(description="sent, taken back, agrees, withdraws or publishes")
    version: int
    organisation: str = Field(description="for whom it was taken; empty: nobody")
    by: str
    at: datetime
    note: str


class Standing(Told):
    """Where a version stands on its way."""

    place: str
    version: int
    plan_fingerprint: str = Field(description="what agreements are given to: send it as `seen` with a step")
    state: str = Field(description="stored, in review, agreed or published")
    state_words: str
    required: list[str] = Field(description="codes of the organisations whose agreement it needs")
    agreed: list[str] = Field(description="codes of those that have agreed it")
    missing: list[str]
    steps: list[StepTold] = Field(description="the steps that led here, oldest first")
    next_steps: list[str] = Field(description="steps that its state allows; who may take them, the roles say")


class NewStep(Sent):
    """A step to take."""

    organisation: Clean = Field(
        "",
        max_length=40,
        description="the code of the organisation that agrees, or withdraws",
        examples=["NMH"],
    )
    note: Clean = Field(
        "", max_length=4_000, description="a remark", examples=["Agreed by the board on 3 June"]
    )
    seen: Clean = Field(
        "",
        max_length=64,
        description="the plan_fingerprint that you looked at; where it is another now, nothing happens",
        examples=[""],
    )


class CommentTold(Told):
    """What somebody said."""

    comment: int = Field(description="its number")
    version: int = Field(description="the version that was current then")
    about: str = Field(
        description="what it is about: plan, figure|NAME|YEAR|ORGANISATION|ITEM, or row|TABLE|KEY"
    )
    title: str
    by: str
    at: datetime
    words: str
    answers: int | None = Field(description="the comment that it answers")
    settles: bool = Field(description="whether it settles it")


class NewComment(Sent):
    """Something to say."""

    about: Clean = Field(
        "plan",
        max_length=400,
        description="what it is about, written as in the list; not asked for an answer",
        examples=["figure|gap|2027/28||"],
    )
    words: Clean = Field(
        max_length=commenting.LONGEST,
        min_length=1,
        description="what you want to say; @name mentions a person",
        examples=["Is the council in this?"],
    )
    answers: Whole | None = Field(None, description="the number of the comment that it answers")
    settles: bool = Field(False, description="whether the answer settles it")


class WhichComments(Part):
    """Which comments."""

    about: Clean = Field("", max_length=400, description="only those about this; empty: all of them")


# ---------------------------------------------------------------------- review
@operation(
    router,
    "GET",
    _OF_VERSION,
    needs=Permission.SEE_PLAN,
    answers={200: Standing},
    tags=_REVIEW,
    summary="Show where a version stands",
)
def review(request: HttpRequest, place: PlaceCode, version: VersionNumber) -> dict[str, Any]:
    """The state of a version, who has agreed it, and every step that led there."""
    return _standing(seen(place, version).version)


def _takes(step: str, name: str, summary: str, meaning: str) -> None:
    """An operation for each step: each names the permission that the step needs."""

    def take(request: HttpRequest, place: PlaceCode, version: VersionNumber, sent: NewStep) -> Status[Any]:
        found = seen(place, version).version
        named: dict[str, Any] = {"organisation": sent.organisation, "note": sent.note, "seen": sent.seen}
        take_step(found, step, by=person(request), **named)
        return Status(201, _standing(found))

    take.__name__ = f"take_step_{name.replace('-', '_')}"
    take.__doc__ = meaning
    mark = operation(
        router,
        "POST",
        f"{_OF_VERSION}/{name}",
        needs=NEEDS[step],
        answers={201: Standing, 409: Problem, 413: Problem},
        tags=_REVIEW,
        summary=summary,
        description=meaning,
    )
    mark(take)


_takes(SENT, "send", "Send for review", "Ask each organisation of the perimeter to agree the plan.")
_takes(TAKEN_BACK, "take-back", "Take back from review", "Agreements given so far no longer count.")
_takes(
    AGREES,
    "agree",
    "Agree for an organisation",
    "Name the organisation. With the last one the plan is agreed.",
)
_takes(WITHDRAWS, "withdraw", "Withdraw an agreement", "Name the organisation that withdraws what it agreed.")
_takes(PUBLISHES, "publish", "Publish", "Publish a plan that every organisation of the perimeter has agreed.")


def _standing(version: PlaceVersion) -> dict[str, Any]:
    found = queries.standing(version)
    return {
        "place": version.place.code,
        "version": version.number,
        "plan_fingerprint": version.plan_fingerprint,
        "state": found.state,
        "state_words": STATES[found.state][1],
        "required": sorted(found.required),
        "agreed": sorted(found.agreements),
        "missing": found.missing,
        "steps": [_told_step(step) for step in found.steps],
        "next_steps": sorted(TRANSITIONS[found.state]),
    }


def _told_step(step: Step) -> dict[str, Any]:
    named = {"step": step.step, "version": step.version.number, "organisation": step.organisation}
    return {**named, "by": step.by.partition(" <")[0], "at": step.at, "note": step.note}


# ---------------------------------------------------------------------- comments
@operation(
    router,
    "GET",
    "/places/{place}/comments",
    needs=Permission.COMMENT,
    answers={200: Listed[CommentTold]},
    tags=_COMMENTS,
    summary="List comments",
)
def comments(request: HttpRequest, place: PlaceCode, which: Query[WhichComments]) -> dict[str, Any]:
    """What was said of a place, oldest first."""
    return part_of(queries.comments_on(place, which.about), which, _told_comment)


@operation(
    router,
    "POST",
    "/places/{place}/comments",
    needs=Permission.COMMENT,
    answers={201: CommentTold, 409: Problem, 413: Problem},
    tags=_COMMENTS,
    summary="Comment",
)
def add_comment(request: HttpRequest, place: PlaceCode, sent: NewComment) -> Status[Any]:
    """Say something of the current version of a plan, of a figure of it, or of a row; or answer a comment."""
    found = seen(place, CURRENT)
    answered = _answered(place, sent.answers)
    about = (
        Subject(answered.about, answered.title, answered.address) if answered else _subject(found, sent.about)
    )
    made = commenting.comment(
        found.version,
        about=about.about,
        title=about.title,
        address=about.address,
        words=sent.words,
        by=person(request),
        answers=answered,
        settles=sent.settles and answered is not None,
    )
    return Status(201, _told_comment(made))


def _answered(place: str, number: int | None) -> Comment | None:
    if number is None:
        return None
    found = next(
        (entry for entry in queries.comments_on(place) if entry.pk == number and entry.answers_id is None),
        None,
    )
    if found is None:
        raise Refused(404, f"There is no comment {number} that could be answered.")
    return found


def _subject(viewed: Viewed, about: str) -> Subject:
    found = subject_of(viewed, about)
    if found is None:
        raise Refused(404, "There is nothing of that name to comment on.")
    return found


def _told_comment(entry: Comment) -> dict[str, Any]:
    return {
        "comment": entry.pk,
        "version": entry.version.number,
        "about": entry.about,
        "title": entry.title,
        "by": entry.account.name,
        "at": entry.at,
        "words": entry.words,
        "answers": entry.answers_id,
        "settles": entry.settles,
    }
