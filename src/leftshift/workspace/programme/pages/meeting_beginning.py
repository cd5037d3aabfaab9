"""What the pages of boards share: a programme that can be read, a meeting that there is, and refusals told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import BoardsChecked
from leftshift.programme.boards.rows import Body, Meeting
from leftshift.programme.programme import Programme as Content
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions.keeping import Clashed
from leftshift.workspace.programme.actions.publishing import PublishingRefused
from leftshift.workspace.programme.models import Programme
from leftshift.workspace.programme.pages.beginning import programme_or_404, seen_of, shown_of
from leftshift.workspace.programme.presenters.boards import state_words
from leftshift.workspace.programme.presenters.meetings import work_of
from leftshift.workspace.programme.presenters.programme import address_of
from leftshift.workspace.shared.editing import EditRefused
from leftshift.workspace.shared.sheet_forms import edit_seen


@dataclass(frozen=True)
class Found:
    """A meeting of a programme as a page finds it."""

    seen: queries.Seen
    meeting: Meeting

    @property
    def held(self) -> Programme:
        """Its programme."""
        return self.seen.held

    @property
    def checked(self) -> BoardsChecked:
        """All boards, checked today."""
        return self.seen.checked.boards

    @property
    def boards(self) -> Boards:
        """All boards."""
        return self.checked.boards

    @property
    def content(self) -> Content:
        """The programme."""
        return self.seen.checked.programme

    @property
    def body(self) -> Body:
        """The body that meets."""
        return self.boards.body[self.meeting.body]

    @property
    def at(self) -> str:
        """Where it stands."""
        return f"{address_of(self.held)}boards/{self.meeting.meeting}/"

    def again(self) -> Found:
        """The same as it stands now."""
        self.held.refresh_from_db()
        seen = queries.seen(self.held, whole=self.seen.whole)
        return Found(seen, seen.checked.boards.boards.meeting.get(self.meeting.meeting, self.meeting))


def unread(request: HttpRequest, seen: queries.Seen) -> HttpResponse:
    """The page of a programme that cannot be read."""
    shown = shown_of(request, seen.held, "boards", unread=list(seen.unread)[:100])
    return render(request, "programme/unread.jinja", shown, status=409)


def of_meeting(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of one meeting: it gets what was found; 404 where there is none, and the faults where nothing can be read."""

    @wraps(view)
    def answer(request: HttpRequest, code: str, meeting: str, **more: Any) -> HttpResponse:
        seen = seen_of(request, programme_or_404(code))
        if not seen.is_sound:
            return unread(request, seen)
        row = next((row for row in seen.checked.boards.boards.held if row.meeting == meeting), None)
        if row is None:
            raise Http404("no such meeting")
        return view(request, Found(seen, row), **more)

    return answer


def may_serve(request: HttpRequest, found: Found) -> bool:
    """Whether whoever asks serves the boards of this place, and so reads what is exempt."""
    return person(request).may(Permission.RUN_BOARDS, found.held.place.code)


def meeting_shown(request: HttpRequest, found: Found, current: str, **more: Any) -> dict[str, Any]:
    """What every page of a meeting shows."""
    served = may_serve(request, found)
    boards = found.boards
    return shown_of(
        request, found.held, "boards", meeting=found.meeting, body=found.body, here=found.at, seen=found.held.edits,
        work=work_of(found.at, current, may_serve=served), person_of=lambda name: boards.person(name, found.meeting.body),
        state=state_words(boards, found.meeting, found.seen.as_of), today=found.seen.as_of, items=boards.agenda_of(found.meeting.meeting), **more,
    )  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """What came of something that was asked: nothing to say, or why it was not done."""

    problem: str = ""
    status: int = 200


def attempt(act: Callable[[], object]) -> Attempt:
    """Do something; where it is refused, say why."""
    try:
        act()
    except Clashed as clash:
        return Attempt(f"{clash}.", 409)
    except (EditRefused, PublishingRefused) as refused:
        return Attempt(f"{refused}.", 400)
    return Attempt()


def sent(request: HttpRequest, *names: str) -> dict[str, str]:
    """The texts of fields that were sent."""
    return {name: request.POST.get(name, "") for name in names}


def seen_by(request: HttpRequest, held: Programme) -> int:
    """The edit after which a form was shown."""
    return edit_seen(request.POST, held.edits)
