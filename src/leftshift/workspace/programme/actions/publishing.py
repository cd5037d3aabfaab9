"""What is published for everybody, withdrawn, and answered; an answer says nothing of who gave it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone

from leftshift.programme.engaging import Heard, heard
from leftshift.programme.surveying import asked_of, check_answers, lacks, survey_document, tallies
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import Programme, Publication, SurveyAnswer
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import record_event


class PublishingRefused(ValueError):
    """Something that cannot be published or answered as it stands; the words say why."""


def parameter(name: str) -> int:
    """A parameter of this slice."""
    text = resources.files("leftshift.workspace.programme").joinpath("parameters.toml").read_text("utf-8")
    return int(tomllib.loads(text)[name]["value"])


@transaction.atomic
def publish(
    held: Programme, kind: str, key: str, title: str, document: dict[str, Any], *, by: Person
) -> Publication:
    """Publish something in place of what was published under its key before. Raises NotAllowed."""
    by.check_may(Permission.PUBLISH_FINDINGS, held.place.code)
    Programme.objects.select_for_update(of=("self",)).get(pk=held.pk)
    _withdraw(held, kind, key)
    made = Publication.objects.create(
        place=held.place, place_code=held.place.code, place_name=held.name, kind=kind, key=key, title=title[:300],
        document=document, by=by.signature,
    )  # fmt: skip
    record_event(by=by.signature, action="published", subject=f"{kind} {key}", detail={"title": title[:300]}, place=held.place.code)  # fmt: skip
    return made


def _withdraw(held: Programme, kind: str, key: str) -> int:
    open_ones = Publication.objects.filter(place=held.place, kind=kind, key=key, withdrawn_at=None)
    return open_ones.update(withdrawn_at=timezone.now())


@transaction.atomic
def withdraw(held: Programme, kind: str, key: str, *, by: Person) -> None:
    """Take a publication back: nobody reads it any more; what it was is kept. Raises NotAllowed, PublishingRefused."""
    by.check_may(Permission.PUBLISH_FINDINGS, held.place.code)
    if not _withdraw(held, kind, key):
        raise PublishingRefused("It is not published")
    record_event(by=by.signature, action="withdrawn", subject=f"{kind} {key}", detail={}, place=held.place.code)  # fmt: skip


def publish_survey(held: Programme, name: str, *, by: Person) -> Publication:
    """Open a survey to the public. Raises NotAllowed, PublishingRefused, LookupError.

    What people have answered already belongs to what they were asked: a survey with answers is not published anew.
    """
    seen = queries.seen(held)
    if seen.content is None or not seen.is_sound:
        raise PublishingRefused("The programme has cells that cannot be read. Put them right first")
    document = survey_document(seen.content, name)
    if why := lacks(document):
        raise PublishingRefused(
            f"The survey is not published: {'; '.join(why)}. Put that right under Records first"
        )
    before = queries.publication(held.place.code, "survey", name)
    if before is not None and before.answers.exists():
        raise PublishingRefused(
            "People have answered it already: add another survey for what else is to be asked"
        )
    return publish(held, "survey", name, document["title"], document, by=by)


def publish_engagement(held: Programme, name: str, *, by: Person) -> Publication:
    """Publish what was heard and what became of it. Raises NotAllowed, PublishingRefused."""
    seen = queries.seen(held)
    if seen.content is None or not seen.is_sound:
        raise PublishingRefused("The programme has cells that cannot be read. Put them right first")
    found = next((each for each in heard(seen.content) if each.engagement.engagement == name), None)
    if found is None:
        raise PublishingRefused("There is no such engagement")
    surveys = [row.survey for row in seen.content.surveys if row.engagement == name]
    document = {
        **heard_document(found),
        "tallies": [tally for survey in surveys for tally in _tallies(held, survey)],
    }
    return publish(held, "engagement", name, found.engagement.name, document, by=by)


def heard_document(found: Heard) -> dict[str, Any]:
    """What was heard as plain values, small numbers left out."""
    names = {row.theme.theme: row.theme.name for row in found.themes}
    return {
        "asked": found.engagement.asked,
        "channel": found.engagement.channel,
        "question": found.engagement.question,
        "begins": str(found.engagement.begins),
        "ends": str(found.engagement.ends),
        "groups": list(found.groups),
        "themes": [
            {
                "name": row.theme.name,
                "total": row.total,
                "supportive": row.supportive,
                "groups": dict(row.groups),
            }
            for row in found.themes
        ],
        "answers": [
            {
                "theme": names.get(row.theme, row.theme.replace("_", " ").capitalize()),
                "said": row.said,
                "response": row.response,
                "did": row.did,
                "changed_on": str(row.changed_on) if row.changed_on else None,
                "record": row.record,
            }
            for row in found.answers
        ],
    }


def _tallies(held: Programme, survey: str) -> list[dict[str, Any]]:
    """How many chose what of a survey that has closed, whatever became of its page since."""
    last = Publication.objects.filter(place=held.place, kind="survey", key=survey).first()
    if last is None or date.fromisoformat(last.document["closes"]) >= timezone.localdate():
        return []
    answers = [row.answers for row in last.answers.all()]
    return [tally.document() for tally in tallies(asked_of(last.document), answers)]


def answer(publication: Publication, given: Mapping[str, str], group: str) -> dict[str, str]:
    """Keep an answer from the public; gives question to what is wrong, and keeps nothing then. Raises PublishingRefused."""
    today = timezone.localdate()
    document = publication.document
    if not date.fromisoformat(document["opens"]) <= today <= date.fromisoformat(document["closes"]):
        raise PublishingRefused("This survey is not open today")
    kept, wrong = check_answers(asked_of(document), given)
    if group and group not in document["groups"]:
        wrong["group"] = "Choose one of the groups"
    if not wrong and not kept:
        raise PublishingRefused("Answer at least one question")
    if not wrong:
        SurveyAnswer.objects.create(publication=publication, group=group, answers=kept, on=today)
    return wrong


def answered_today(publication: Publication) -> int:
    """How many answers a survey took today: the database is asked on behalf of the workspace, as a stranger reads none."""
    with acting(SYSTEM):
        return publication.answers.filter(on=timezone.localdate()).count()
