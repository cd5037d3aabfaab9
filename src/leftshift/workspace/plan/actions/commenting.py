"""Comments: said once, never altered; whoever is mentioned finds them."""

from __future__ import annotations

import re

from django.db import transaction

from leftshift.workspace.accounts.models import Account
from leftshift.workspace.accounts.permissions import Person, person_of
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.models import Comment, Mention, PlaceVersion
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.limits import is_too_often

LONGEST = 4_000
_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]+(?:@[\w.-]+)?)")


class CommentNotTaken(ValueError):
    """A comment that says nothing or too much; the words say which."""


@transaction.atomic
def comment(
    version: PlaceVersion,
    *,
    about: str,
    title: str,
    address: str,
    words: str,
    by: Person,
    answers: Comment | None = None,
    settles: bool = False,
) -> Comment:
    """Say something of a figure, a row or the plan; raises CommentNotTaken and NotAllowed."""
    code = version.place.code
    by.check_may(Permission.COMMENT, code)
    assert by.account is not None, "who may comment has an account"
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise CommentNotTaken("Write what you want to say.")
    if len(words) > LONGEST:
        raise CommentNotTaken(f"A comment has at most {LONGEST:,} characters; this one has {len(words):,}.")
    if is_too_often("comments", by.account.pk):
        raise CommentNotTaken("You have commented very often in this hour. Wait a little and try again.")
    made = Comment.objects.create(
        version=version,
        about=about,
        title=title[:300],
        address=address[:600],
        account=by.account,
        words=words,
        answers=answers,
        settles=settles,
    )
    mentioned = [
        account for account in mentioned_in(words) if person_of(account).may(Permission.SEE_PLAN, code)
    ]
    Mention.objects.bulk_create(Mention(comment=made, account=account) for account in mentioned)
    told = {"comment": made.pk, "mentions": len(mentioned), "settles": settles}
    record_event(by=by.signature, action="commented", subject=title[:300], detail=told, place=code)
    return made


def mentioned_in(words: str) -> list[Account]:
    """Whom a text mentions: ``@`` with an e-mail address, or with the part of it before its own ``@``."""
    names = {name.rstrip(".").lower() for name in _MENTION.findall(words)}
    if not names:
        return []
    active = Account.objects.filter(is_active=True)
    return [
        account for account in active if account.email in names or account.email.partition("@")[0] in names
    ]
