"""Everything that the pages of programmes read: a programme as it stands, checked on a day, with its place beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TypeVar

from django.core.signing import BadSignature, Signer
from django.utils import timezone

from leftshift.foundation.faults import Fault, Faults
from leftshift.foundation.periods import Period
from leftshift.model import Model
from leftshift.place.sheets import Sheet
from leftshift.programme.boards.rows import Meeting
from leftshift.programme.boards.words import day_words, long_day
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.checking_work import circles
from leftshift.programme.costing import SlipCost
from leftshift.programme.gating import stops
from leftshift.programme.programme import Programme as Content
from leftshift.programme.programme import programme_kind, read_programme_texts
from leftshift.workspace.plan.queries import latest_run, model_of, trail_stamp
from leftshift.workspace.programme.models import (
    CalendarAddress,
    DigestSubscription,
    HighlightReport,
    IssuedPack,
    Programme,
    Publication,
)
from leftshift.workspace.programme.withholding import ACTIONS, FILES, Withheld, as_others_see
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.shared import editing
from leftshift.workspace.shared.between import spent_on
from leftshift.workspace.shared.kept import Stamp


def programme_of(place: str) -> Programme | None:
    """The programme of a place; None where it has none."""
    return Programme.objects.filter(place__code=place).select_related("place").first()


def texts_of(programme: Programme) -> dict[str, str]:
    """File name to text of a programme as it stands; empty files are left out."""
    found = editing.texts_of(programme, programme_kind().schema.tables)
    return {name: text for name, text in found.items() if text.strip()}


@dataclass(frozen=True)
class Seen:
    """A programme as it stands on a day: its content as far as it can be read, its faults, and what follows from it."""

    held: Programme
    content: Content | None
    unread: Faults
    as_of: date
    whole: bool = True
    """Whether it has what only those see who serve its boards."""

    @property
    def is_sound(self) -> bool:
        """Whether it can be read and its milestones do not wait for each other: only then can anything be worked out."""
        return self.content is not None and not self.unread

    @cached_property
    def model(self) -> Model | None:
        """The current plan of the place; None where it has none."""
        run = latest_run(self.held.place.code)
        return model_of(run.version_id) if run else None

    @cached_property
    def checked(self) -> CheckedProgramme:
        """The programme checked; only of a sound one."""
        assert self.content is not None, "what cannot be read is answered before"
        place = self.model.place if self.model else None
        measures = self.model.measures(self.as_of) if self.model and place and place.measures else None
        until = max(self.as_of, timezone.localdate())
        return CheckedProgramme(self.content, self.as_of, place, measures, self._spent, until)

    def _spent(self, scheme: str, period: Period) -> Decimal | None:
        return spent_on(self.held.place.code, scheme, period)

    @cached_property
    def cost(self) -> SlipCost | None:
        """What slips do to the plan; None where the place has no plan, or a plan that cannot take them."""
        if self.model is None or self.content is None:
            return None
        return self.model.slip_cost(self.content, self.as_of)

    @cached_property
    def faults(self) -> Faults:
        """What cannot be read, and what else is wrong."""
        if not self.is_sound:
            return self.unread
        return self.checked.faults


def stamp(code: str, **_: object) -> Stamp | None:
    """What a page of a programme depends on: every change adds to the trail, and the day counts."""
    found = trail_stamp(code)
    return (*found, timezone.localdate()) if found else None


def seen(
    programme: Programme,
    texts: Mapping[str, str] | None = None,
    as_of: date | None = None,
    *,
    whole: bool = False,
) -> Seen:
    """A programme as it stands today, or as it would with other texts, or on another day: one of the past has a day of its own.

    Only ``whole`` it has what is seen by those alone who serve its boards; of other texts it is what they say.
    """
    if texts is None:
        # its number in the database names an edit for good; the number people see would come again after a rollback
        last = programme.history.order_by("-number").values_list("pk", flat=True).first()
        content, faults = (_read if whole else _read_for_others)(programme.pk, last or 0)
    else:
        content, faults = _understood(texts)
    unread = Faults()
    unread.add_all(faults)
    return Seen(programme, content, unread, as_of or today_of(content), whole or texts is not None)


@lru_cache(maxsize=4)
def _read(pk: int, last_edit: int) -> tuple[Content | None, tuple[Fault, ...]]:
    """What a programme held after an edit: every page and picture of it asks. Whoever asks has been let through to it before."""
    return _understood(texts_of(Programme.objects.get(pk=pk)))


@lru_cache(maxsize=4)
def _read_for_others(pk: int, last_edit: int) -> tuple[Content | None, tuple[Fault, ...]]:
    """The same for those who do not serve its boards."""
    content, faults = _read(pk, last_edit)
    return None if content is None else as_others_see(content, faults), faults


def _understood(texts: Mapping[str, str]) -> tuple[Content | None, tuple[Fault, ...]]:
    read = read_programme_texts(texts)
    found = () if read.programme is None or read.faults else tuple(circles(read.programme))
    return read.programme, (*read.faults, *found)


def withheld_rows(programme: Programme) -> frozenset[str]:
    """Keys of the actions, those of its history too, that only those see who serve its boards."""
    found = seen(programme, whole=True)
    edits = programme.history.filter(file=ACTIONS).values_list("changes", flat=True)
    return Withheld(found.content, found.unread).keys(sheet_now(programme, ACTIONS), edits)


def texts_for_others(programme: Programme) -> dict[str, str]:
    """File name to text of what those see who do not serve its boards."""
    found = {name: text for name, text in texts_of(programme).items() if name not in FILES}
    keys = withheld_rows(programme)
    return (
        found | {ACTIONS: editing.without_rows(sheet_now(programme, ACTIONS), keys).text()}
        if ACTIONS in found
        else found
    )


def today_of(content: Content | None) -> date:
    """Today; of a programme of the past the day from which it is looked at."""
    return (content.day if content is not None else None) or timezone.localdate()


def stops_of(place: str, scheme: str) -> Sequence[str]:
    """Why gates of a place's programme let nothing be spent on a scheme: what the slice of funds asks."""
    held = programme_of(place)
    if held is None:
        return ()
    texts = texts_of(held)
    found = seen(held, texts)
    if found.content is None or not found.is_sound:
        # what cannot be read may hold a gate: no money goes to a scheme that a project names before it is put right
        named = scheme in texts.get("projects.csv", "")
        return (
            ("The programme has cells that cannot be read, and a gate may stop this scheme",) if named else ()
        )
    return [
        f"{found.content.project[stop.project].name} {stop.words}"
        for stop in stops(found.content, found.as_of)
        if stop.what == "spend" and stop.scheme == scheme
    ]


def reports_of(programme: Programme, project: str = "") -> Sequence[HighlightReport]:
    """Highlight reports that were filed, newest first."""
    found = programme.reports.all()
    return list(found.filter(project=project) if project else found)


def packs_of(programme: Programme, meeting: str) -> Sequence[IssuedPack]:
    """The packs of a meeting that were issued, the first first."""
    return list(programme.packs.filter(meeting=meeting))


def sheet_now(programme: Programme, file: str) -> Sheet:
    """A table as it stands."""
    return editing.sheet_at(programme, file, programme.edits, programme_kind().schema.tables)


def issued_papers(programme: Programme) -> frozenset[str]:
    """Papers that were issued in some pack: they stay as they are."""
    found = programme.packs.values_list("document", flat=True)
    return frozenset(paper for document in found for paper in document["papers"])


def as_of_edit(programme: Programme, number: int) -> Seen:
    """The programme as it stood after an edit; its heading as it stands now."""
    return seen(programme, _texts_at(programme, number))


def _texts_at(programme: Programme, number: int) -> dict[str, str]:
    tables, now = programme_kind().schema.tables, texts_of(programme)
    found = {
        name: editing.sheet_at(programme, name, number, tables).text()
        for name in programme.files.values_list("file", flat=True)
        if name.endswith(".csv")
    }
    heading = {name: text for name, text in now.items() if name == programme_kind().file}
    return {name: text for name, text in found.items() if text.strip()} | heading


MINUTED = ("meetings", "agenda", "attendance", "declarations", "decisions", "questions")
"""Tables that say what happened at a meeting: once its minutes are approved its rows of them stay."""


def as_minuted(programme: Programme, meeting: Meeting, content: Content) -> Content:
    """What approved minutes are drawn from: names, offices, rules and actions as they were when they were approved.

    What is read of a draft, and where what was then cannot be read, is the record as it stands.
    """
    if meeting.minutes_approved_on is None:
        return content
    last = programme.history.order_by("-number").values_list("pk", flat=True).first()
    return _minuted(programme.pk, last or 0, meeting.meeting) or content


@lru_cache(maxsize=8)
def _minuted(pk: int, last_edit: int, meeting: str) -> Content | None:
    programme = Programme.objects.get(pk=pk)
    numbers = [0, *programme.history.filter(file="meetings.csv").order_by("number").values_list("number", flat=True)]  # fmt: skip
    at = bisect_left(numbers, True, key=lambda number: _is_approved(programme, number, meeting))
    now = texts_of(programme)
    files = {f"{name}.csv" for name in MINUTED}
    texts = {name: text for name, text in _texts_at(programme, numbers[at]).items() if name not in files} | {
        name: text for name, text in now.items() if name in files
    }
    content, faults = _understood(texts)
    return None if faults else content


def _is_approved(programme: Programme, number: int, meeting: str) -> bool:
    sheet = editing.sheet_at(programme, "meetings.csv", number, programme_kind().schema.tables)
    rows = (sheet.facts(row) for _, row in sheet.numbered())
    return any(row.get("meeting") == meeting and row.get("minutes_approved_on", "").strip() for row in rows)


def published(place: str, kind: str = "") -> Sequence[Publication]:
    """What anybody may read of a place, newest first."""
    found = Publication.objects.filter(place_code=place, withdrawn_at=None)
    return list(found.filter(kind=kind) if kind else found)


def publication(place: str, kind: str, key: str) -> Publication | None:
    """One of them; None where there is none."""
    return Publication.objects.filter(place_code=place, kind=kind, key=key, withdrawn_at=None).first()


def became_of_meetings(place: str, titles: Mapping[str, str]) -> dict[str, str]:
    """Meetings that were moved or cancelled, whatever was published of them: short name to words; ``titles`` are what is published.

    Asked on behalf of the workspace, as a stranger reads no programme: nothing but the days of these meetings is told.
    """
    with acting(SYSTEM):
        held = programme_of(place)
        content = seen(held).content if held else None
    meetings = content.boards.meeting if content else {}
    found = {name: _became(meetings[name], title) for name, title in titles.items() if name in meetings}
    return {name: words for name, words in found.items() if words}


def _became(meeting: Meeting, title: str) -> str:
    if meeting.cancelled:
        return "cancelled"
    if meeting.was is None:
        return ""
    is_known = day_words(meeting.date) in title
    return f"moved from {long_day(meeting.was)}" if is_known else f"moved to {long_day(meeting.date)}"


_Row = TypeVar("_Row", DigestSubscription, CalendarAddress)
_PURPOSE = {DigestSubscription: "leftshift.programme.digest", CalendarAddress: "leftshift.programme.calendar"}
"""What a token was signed for: one of another purpose opens nothing."""


def token_of(row: DigestSubscription | CalendarAddress) -> str:
    """The token that stands for a row without signing in; only the key of the workspace makes it."""
    return Signer(salt=_PURPOSE[type(row)]).sign(str(row.pk))


def subscription_of(token: str) -> DigestSubscription | None:
    """The subscription that a token stands for, ended or not."""
    return _of_token(DigestSubscription, token)


def calendar_of(token: str) -> CalendarAddress | None:
    """The calendar address that a token stands for, ended or not."""
    return _of_token(CalendarAddress, token)


def _of_token(kind: type[_Row], token: str) -> _Row | None:
    try:
        number = int(Signer(salt=_PURPOSE[kind]).unsign(token))
    except (BadSignature, ValueError):
        return None
    with acting(SYSTEM):
        return kind._default_manager.filter(pk=number).select_related("programme__place", "account").first()


def subscription_to(held: Programme, account: int) -> DigestSubscription | None:
    """Somebody's subscription to the digest of a programme; None where they have none."""
    return DigestSubscription.objects.filter(programme=held, account_id=account, ended_at=None).first()


def calendar_address_to(held: Programme, account: int) -> CalendarAddress | None:
    """Somebody's calendar address of a programme; None where they have none."""
    return CalendarAddress.objects.filter(programme=held, account_id=account, ended_at=None).first()
