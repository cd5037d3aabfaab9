"""Surveys: what is asked, whether an answer is whole, and how many said what, fit to be published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.programme.boards.words import day_words
from leftshift.programme.engaging import choices_of, suppressed
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme

LONGEST = 2000
"""The longest answer in words, in characters."""
YES_NO = ("Yes", "No")
_CHOICES = 2


@dataclass(frozen=True)
class Asked:
    """A question of a survey as it was published."""

    question: str
    kind: str
    text: str
    choices: tuple[str, ...]
    required: bool
    theme: str

    @property
    def offered(self) -> tuple[str, ...]:
        """What may be chosen; nothing where people write."""
        return YES_NO if self.kind == "yes_no" else self.choices

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "question": self.question,
            "kind": self.kind,
            "text": self.text,
            "choices": list(self.choices),
            "required": self.required,
            "theme": self.theme,
        }


@dataclass(frozen=True)
class Tally:
    """How many chose what: ``None`` where a number is too small to be shown, or would give one away."""

    asked: Asked
    total: int | None
    numbers: Mapping[str, int | None]

    def document(self) -> dict[str, Any]:
        """As plain values."""
        small = self.total is None or 0 < self.total < parameter("suppress_below")
        return {
            "question": self.asked.text,
            "total": None if small else self.total,
            "numbers": {choice: None if small else number for choice, number in self.numbers.items()},
        }


def survey_document(programme: Programme, name: str) -> dict[str, Any]:
    """A survey as it is published, as plain values. Raises LookupError."""
    survey = next((row for row in programme.surveys if row.survey == name), None)
    if survey is None:
        raise LookupError(f"the programme has no survey {name}")
    questions = [
        Asked(row.question, row.kind, row.text, tuple(choices_of(row.choices)), row.required, row.theme)
        for row in programme.survey_questions
        if row.survey == name
    ]
    return {
        "title": survey.name,
        "introduction": survey.introduction,
        "engagement": survey.engagement,
        "opens": str(survey.opens),
        "closes": str(survey.closes),
        "groups": choices_of(survey.groups),
        "questions": [question.document() for question in questions],
    }


def lacks(document: Mapping[str, Any]) -> list[str]:
    """Why a survey cannot be put to anybody as it stands, each in words."""
    found = [] if document["questions"] else ["it has no question"]
    opens, closes = (date.fromisoformat(document[name]) for name in ("opens", "closes"))
    if closes < opens:
        found.append(f"it closes on {day_words(closes)}, before it opens on {day_words(opens)}")
    few = [
        row.text for row in asked_of(document) if row.kind == "choice" and len(set(row.choices)) < _CHOICES
    ]
    return found + [f"“{text}” offers fewer than two answers to choose from" for text in few]


def asked_of(document: Mapping[str, Any]) -> list[Asked]:
    """The questions of a survey that was published."""
    return [Asked(**{**row, "choices": tuple(row["choices"])}) for row in document["questions"]]


def check_answers(
    questions: Sequence[Asked], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What can be kept of what somebody sent, and question to what is wrong with its answer."""
    kept: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for asked in questions:
        text = given.get(asked.question, "").replace("\r\n", "\n").replace("\0", "\ufffd").strip()
        if not text:
            if asked.required:
                wrong[asked.question] = "Answer this question"
        elif asked.offered and text not in asked.offered:
            wrong[asked.question] = "Choose one of the answers"
        elif len(text) > LONGEST:
            wrong[asked.question] = f"Write at most {LONGEST:,} characters: this has {len(text):,}"
        else:
            kept[asked.question] = text
    return kept, wrong


def tallies(questions: Sequence[Asked], answers: Sequence[Mapping[str, str]]) -> list[Tally]:
    """How many chose what of each question that offers choices; answers in words are not counted."""
    found = []
    for asked in questions:
        if not asked.offered:
            continue
        counts = Counter(given[asked.question] for given in answers if asked.question in given)
        numbers = {choice: counts.get(choice, 0) for choice in asked.offered}
        hidden = suppressed({(asked.question, choice): number for choice, number in numbers.items()})
        shown = {
            choice: None if (asked.question, choice) in hidden.cells else number
            for choice, number in numbers.items()
        }
        total = None if asked.question in hidden.totals else sum(numbers.values())
        found.append(Tally(asked, total, shown))
    return found
