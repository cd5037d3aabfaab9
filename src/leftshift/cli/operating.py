"""What ``leftshift migrate`` and ``leftshift work`` do."""

from __future__ import annotations

import sys
from argparse import Namespace

from leftshift.cli import showing

OK, REFUSED = 0, 1


def migrate(options: Namespace) -> int:
    """Bring the database of a server of one's own up to date."""
    from leftshift.workspace.site.operating import NotSetUp, migrate_server

    try:
        migrate_server(showing.say)
    except NotSetUp as problem:
        print(f"leftshift: {problem}. Nothing was changed.", file=sys.stderr)
        return REFUSED
    return OK


def work(options: Namespace) -> int:
    """Do jobs, and serve no pages."""
    from leftshift.workspace.site.operating import work as work_until_stopped

    work_until_stopped(options.state, showing.say)
    return OK
