"""Digests sent from a terminal, or each day by a timer: what ``leftshift digest`` does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.workspace.site.keeping import workspace
from leftshift.workspace.site.operating import NotSetUp

if TYPE_CHECKING:
    from leftshift.workspace.programme.actions.sending import Outcome


def send_due_digests(state: Path, *, as_of: date | None) -> Outcome:
    """Send every digest that is due on a day (today, where none is named). Raises NotSetUp where no mail is."""
    with workspace(state) as address:
        from django.conf import settings
        from django.utils import timezone

        from leftshift.workspace.programme.actions.sending import send_digests

        if settings.MAIL_PROBLEM:
            raise NotSetUp(settings.MAIL_PROBLEM)
        return send_digests(as_of or timezone.localdate(), as_of=as_of, address=address)
