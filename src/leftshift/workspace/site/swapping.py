"""Put a restored database in the place of the old one, in steps that any kill may interrupt and the next start finishes.

The order is the point. Until the plan of the swap is written, the old database stands and the restored one is rubbish;
from then on the restored one counts, and whoever next takes the state folder carries out what is left of the plan.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

FRESH = "data.restoring"
_PLAN = "restoring.json"
_SECRETS = "secrets.json"


def plan_swap(state: Path, home: Path, *, secrets: dict[str, str], stamp: str) -> Path:
    """Write the plan: from here on the restored database counts. Gives where the old one will be kept."""
    number, aside = 1, f"before-restore-{stamp}"
    while (home / f"data.{aside}").exists():
        number += 1
        aside = f"before-restore-{stamp}-{number}"
    write_private(state / _PLAN, json.dumps({"aside": aside, "secrets": secrets}))
    return home / f"data.{aside}"


def swap_is_planned(state: Path) -> bool:
    """Whether a restored database counts already and has not yet taken its place."""
    return (state / _PLAN).exists()


def finish_swap(state: Path, home: Path) -> bool:
    """Carry out what is left of a plan; gives whether there was one. Each step may be repeated."""
    path = state / _PLAN
    if not swap_is_planned(state):
        return False
    plan = json.loads(path.read_text("utf-8"))
    data, fresh, old = home / "data", home / FRESH, home / f"data.{plan['aside']}"
    if fresh.exists():
        if data.exists():
            data.rename(old)
        fresh.rename(data)
    secrets, kept = state / _SECRETS, state / f"secrets.{plan['aside']}.json"
    if old.exists() and secrets.exists() and not kept.exists():
        write_private(kept, secrets.read_text("utf-8"))
    write_private(secrets, json.dumps(plan["secrets"]))
    path.unlink()
    return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
