"""What ``leftshift backup`` and ``leftshift restore`` do."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from leftshift.cli import showing

OK, REFUSED = 0, 1


def backup(options: Namespace) -> int:
    """Write everything that the workspace keeps into one file."""
    from leftshift.workspace.site.backup import back_up
    from leftshift.workspace.site.backup_file import BackupRefused
    from leftshift.workspace.site.embedded import DatabaseFailed

    at = datetime.now(UTC)
    file: Path = options.file or Path(f"leftshift-backup-{at:%Y%m%d-%H%M%S}.zip")
    try:
        manifest = back_up(file, state=options.state, at=at, say=showing.say)
    except (BackupRefused, DatabaseFailed) as problem:
        return _refused(problem)
    megabytes = file.stat().st_size / 1e6
    showing.say(
        f"Wrote {file}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {megabytes:,.1f} MB."
    )
    showing.say("It holds the key of the workspace, so only you can read it: keep it as you keep the data.")
    return OK


def restore(options: Namespace) -> int:
    """Make a backup the workspace again."""
    from leftshift.workspace.site.backup_file import BackupRefused
    from leftshift.workspace.site.embedded import DatabaseFailed
    from leftshift.workspace.site.restore import restore as restore_backup

    try:
        done = restore_backup(
            options.file, state=options.state, at=datetime.now(UTC), replace=options.replace, say=showing.say
        )
    except (BackupRefused, DatabaseFailed) as problem:
        return _refused(problem)
    made = f"{done.manifest.at:%-d %B %Y at %H:%M} UTC"
    showing.say(f"Restored the backup of {made}: {done.manifest.rows:,} rows, every one checked.")
    if done.kept:
        showing.say(f"What was there before is kept: {done.kept}")
    if done.remark:
        showing.say(done.remark)
    return OK


def _refused(problem: Exception) -> int:
    print(f"leftshift: {problem}. Nothing was changed.", file=sys.stderr)
    return REFUSED
