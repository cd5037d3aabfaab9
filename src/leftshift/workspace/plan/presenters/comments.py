"""Comments: what they are about, what was said and answered, and which are settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leftshift.economy.explanations.terms import Figure, FigureNotKnown, check_figure
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.place.applying import key_of, key_words
from leftshift.place.rows import Row
from leftshift.place.schema import schema
from leftshift.workspace.plan.models import Comment
from leftshift.workspace.plan.presenters.page import address_of, input_address, why_address
from leftshift.workspace.plan.queries import Viewed, comments_on

PLAN, FIGURE, ROW = "plan", "figure", "row"
_SEPARATOR = "|"


@dataclass(frozen=True)
class Subject:
    """What a comment is about: its key, its name, and where it is."""

    about: str
    title: str
    address: str


@dataclass(frozen=True)
class Discussed:
    """What a page is about, with what was said of it."""

    about: str
    address: str
    threads: Sequence[Thread]


@dataclass
class Thread:
    """A comment with its answers."""

    comment: Comment
    answers: list[Comment] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether its last answer settles it."""
        return bool(self.answers) and self.answers[-1].settles


def about_figure(figure: Figure) -> str:
    """The key of a figure."""
    return _SEPARATOR.join((FIGURE, figure.name, figure.year.label, figure.organisation, figure.item))


def about_row(table: str, row: Row) -> str:
    """The key of a row: it outlives the row's place in its file."""
    known = schema().tables[table]
    return _SEPARATOR.join((ROW, table, key_words(known, key_of(known, row))))[:400]


def subject_of(viewed: Viewed, about: str) -> Subject | None:
    """What a key names at a version; None where there is no such thing."""
    kind, *parts = about.split(_SEPARATOR)
    if about == PLAN:
        year = viewed.result["headline_year"]
        return Subject(PLAN, "The plan", address_of(viewed.address, "overview", year))
    if kind == FIGURE and len(parts) == 4:
        return _figure(viewed, about, *parts)
    if kind == ROW and len(parts) == 2 and parts[0] in schema().tables:
        return _row(viewed, about, *parts)
    return None


def _figure(viewed: Viewed, about: str, name: str, year: str, organisation: str, item: str) -> Subject | None:
    try:
        figure = Figure(name, FinancialYear.parse(year), organisation, item)
        check_figure(viewed.live.place, figure)
    except (FigureNotKnown, YearNotUnderstood):
        return None
    title = viewed.live.explain(name, figure.year, organisation=organisation, item=item).label
    return Subject(about, title, why_address(viewed, name, figure.year.label, organisation, item))


def _row(viewed: Viewed, about: str, table: str, key: str) -> Subject | None:
    known = schema().tables[table]
    for row in viewed.live.place.table(table):
        if key_words(known, key_of(known, row)) == key:
            address = input_address(viewed, row.origin, viewed.result["headline_year"])
            return Subject(about, f"{table.replace('_', ' ').capitalize()}: {key}", address)
    return None


def discussed(viewed: Viewed, about: str, address: str) -> Discussed:
    """What was said of the figure or row that a page shows."""
    return Discussed(about, address, threads(comments_on(viewed.version.place.code, about)))


def threads(comments: Sequence[Comment]) -> list[Thread]:
    """Comments with their answers, open ones first, each newest first."""
    found = {entry.pk: Thread(entry) for entry in comments if entry.answers_id is None}
    for entry in comments:
        if entry.answers_id in found:
            found[entry.answers_id].answers.append(entry)
    newest = sorted(found.values(), key=lambda thread: -thread.comment.pk)
    return sorted(newest, key=lambda thread: thread.is_settled)
