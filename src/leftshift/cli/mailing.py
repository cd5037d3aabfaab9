"""What ``leftshift digest`` does."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date

from leftshift.cli.verbs import OK, REFUSED


def digest(options: Namespace) -> int:
    """Send the digests that are due; refused where no mail is set up, and where one could not be sent."""
    from leftshift.workspace.site.mailing import send_due_digests
    from leftshift.workspace.site.operating import NotSetUp

    as_of = date.fromisoformat(options.as_of) if options.as_of else None
    try:
        outcome = send_due_digests(options.state, as_of=as_of)
    except NotSetUp as problem:
        print(f"leftshift: {problem}. Nothing was sent.", file=sys.stderr)
        return REFUSED
    print(f"{_digests(outcome.sent)} sent.")
    for why, count in sorted(outcome.kept_back.items()):
        print(f"{_digests(count)} not sent: {why}.")
    for why, count in sorted(outcome.failed.items()):
        print(
            f"leftshift: {_digests(count)} could not be sent ({why}); the next run tries again.",
            file=sys.stderr,
        )
    return REFUSED if outcome.failed else OK


def _digests(count: int) -> str:
    return "1 digest" if count == 1 else f"{count} digests"
