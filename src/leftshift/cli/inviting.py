"""Verbs for whoever runs the workspace: a link to sign in, an invitation, the trail of events."""

from __future__ import annotations

import getpass
from argparse import Namespace

from leftshift.cli.noting import noted_before, show_checked
from leftshift.cli.verbs import OK


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

    found = trail_breaks(options.state, noted=noted_before(options.noted))
    return show_checked("The trail", "events", *found)
