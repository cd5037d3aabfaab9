"""Studies: asked for, worked out by a job, kept with what was asked, the version and the release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from leftshift import __version__
from leftshift.economy.choosing.reading import question_of
from leftshift.economy.choosing.simulated import runs_of
from leftshift.economy.explanations.terms import FigureNotKnown
from leftshift.economy.uncertainty.drawn import DrawOutOfRange
from leftshift.economy.uncertainty.simulating import NothingUncertain, Step
from leftshift.economy.uncertainty.streams import TooManyQuantities
from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model, from_document
from leftshift.place.levers import NotALever
from leftshift.reports.portfolio import portfolio_document
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.decide.models import Answer, Study
from leftshift.workspace.plan import queries
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.jobs import JobRefused, Result, Telling, ask_for
from leftshift.workspace.shared.limits import is_too_often
from leftshift.workspace.shared.models import Job

KIND = "study"
Question = Mapping[str, Any]
Document = dict[str, Any]
_REFUSED = (
    NothingUncertain,
    DrawOutOfRange,
    TooManyQuantities,
    NotALever,
    FigureNotKnown,
    LookupError,
    ValueError,
)


class TooOften(Exception):
    """Somebody asks for more studies than the limit allows; the words say what to do."""


@transaction.atomic
def ask_for_study(
    viewed: queries.Viewed, kind: str, question: Question, *, title: str, by: Person, key: str
) -> Job:
    """Keep a question and put its working out into the queue; the same key is not put there twice. Raises TooOften."""
    assert by.account is not None, "who may study plans has an account"
    place = viewed.version.place.code
    by.check_may(Permission.STUDY, place)
    known = Job.objects.filter(key=key).first()
    if known:
        return known
    if is_too_often("studies", by.account.pk):
        raise TooOften("You have asked for very many studies in this hour. Wait a little and try again.")
    asked = Study.objects.create(
        version=viewed.version,
        scenarios=list(viewed.scenarios),
        kind=kind,
        question=dict(question),
        title=title[:300],
        by=by.signature,
    )
    told = {"kind": kind, "question": dict(question)}
    record_event(by=by.signature, action="study asked for", subject=str(asked), detail=told, place=place)
    return ask_for(
        KIND,
        title=title,
        inputs={"study": asked.pk},
        account=by.account,
        by=by.signature,
        place=place,
        key=key,
    )


def make_study(job: Job, tell: Telling) -> Result:
    """The work of a study: the same question of the same version gives the same answer."""
    asked = Study.objects.select_related("version__place").get(pk=job.inputs["study"])
    address = f"/places/{asked.version.place.code}/studies/{asked.pk}/"
    if Answer.objects.filter(study=asked).exists():
        return {"address": address}
    tell(0, "Reading the plan")
    try:
        model = from_document(asked.version.document)
        under = model.scenario(*asked.scenarios) if asked.scenarios else model
        document = WORKS[asked.kind](under, asked.question, tell)
    except FaultsFound as found:
        told = {"listed": [fault.document() for fault in found.faults], "total": found.faults.total}
        raise JobRefused(
            "The study cannot be made of this version.", {"faults": told, "back": address}
        ) from found
    except _REFUSED as problem:
        raise JobRefused(f"{problem}.", {"back": address}) from problem
    Answer.objects.create(study=asked, release=__version__, document=document)
    return {"address": address}


def _simulate(model: Model, question: Question, tell: Telling) -> Document:
    def told(step: Step, most: int) -> None:
        tell(round(100 * step.draws / most), f"{step.draws:,} of {most:,} draws")

    found = model.simulate(
        draws=question["draws"],
        seed=question["seed"],
        method=question["method"],
        until_stable=question["until_stable"],
        report=told,
    )
    return found.document()


def _sensitivity(model: Model, question: Question, tell: Telling) -> Document:
    found = model.sensitivity(
        question["year"],
        question["organisation"],
        draws=question["draws"],
        seed=question["seed"],
        report=lambda done, most: tell(round(100 * done / most), f"{done} of {most} blocks of draws"),
    )
    return found.document()


def _stress(model: Model, question: Question, tell: Telling) -> Document:
    tell(10, "Applying each shock")
    return model.stress(*question["shocks"]).document(question["year"])


def _goal(model: Model, question: Question, tell: Telling) -> Document:
    tell(10, "Turning the input")
    found = model.goal(question["input"], question["year"], question["organisation"])
    return found.document(model.place, question["year"], question["organisation"])


def _portfolio(model: Model, question: Question, tell: Telling) -> Document:
    tell(5, "Drawing what is uncertain")
    runs = runs_of(model.place, question["draws"], question["seed"])
    found = model.choose(question_of(question["question"]), runs=runs)
    tell(40, "Weighing what binds, and what was left out")
    found.document()
    tell(70, "Looking for the frontier")
    return portfolio_document(found, found.frontier())


WORKS: Mapping[str, Callable[[Model, Question, Telling], Document]] = {
    "simulate": _simulate,
    "sensitivity": _sensitivity,
    "stress": _stress,
    "goal": _goal,
    "portfolio": _portfolio,
}
"""Kind of study to what works it out."""
