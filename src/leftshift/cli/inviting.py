"""Verbs for whoever runs the workspace: a link to sign in, an invitation, the trail of events."""

from __future__ import annotations

import getpass
from argparse import Namespace

from leftshift.cli.verbs import OK, REFUSED


def _by() -> str:
    return f"{getpass.getuser()} at the terminal"


def link(options: Namespace) -> int:
    """Print a link that signs the keeper of the workspace in."""
    from leftshift.workspace.site.keeping import keeper_link

    print(keeper_link(options.state, by=_by()))
    return OK


def invite(options: Namespace) -> int:
    """Print an invitation."""
    from leftshift.workspace.site.keeping import invitation_link

    found = invitation_link(
        options.state,
        email=options.email,
        role=options.role,
        organisation=options.organisation,
        place=options.only or "",
        by=_by(),
    )
    print(found)
    return OK


def trail(options: Namespace) -> int:
    """Say whether the trail of events is whole."""
    from leftshift.workspace.site.keeping import trail_breaks

    noted = None
    if options.noted:
        number, _, digest = options.noted.partition(":")
        if not (number.isascii() and number.isdecimal()) or len(digest) < 16:
            raise ValueError("--noted takes what this command printed before, such as 120:9f86d081884c7d65")
        noted = (int(number), digest)
    events, digest, breaks = trail_breaks(options.state, noted=noted)
    for entry in breaks:
        print(f"Tampered with: {entry}.")
    if not breaks:
        print(f"The trail is whole: {events:,} events, none altered, removed or slipped in.")
        print(f"Note this elsewhere, and give it later as --noted: {events}:{digest}")
    return REFUSED if breaks else OK
