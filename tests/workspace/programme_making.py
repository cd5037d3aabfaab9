"""The programme of LLR 2014 in the workspace, and programmes of places of their own, to change."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.workspace.conftest import EXAMPLES, account_of

FOLDER = EXAMPLES / "llr-2014" / "programme"
AT = "/places/llr-2014/programme/"


def person_of(name: str) -> Any:
    """One of the cast as a person."""
    from leftshift.workspace.accounts.permissions import person_of as person

    return person(account_of(name))


def texts() -> dict[str, str]:
    """The files of the example."""
    return {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}


def example() -> Any:
    """The example's programme, brought in once for all tests that only read it."""
    from leftshift.workspace.plan.models import StoredPlace
    from leftshift.workspace.programme.actions.storing import add_programme
    from leftshift.workspace.programme.models import Programme

    place = StoredPlace.objects.get(code="llr-2014")
    return Programme.objects.filter(place=place).first() or add_programme(
        place, texts(), by=person_of("dora")
    )


def bare_place(tmp_path: Path, name: str) -> Any:
    """LLR under a code of its own, without a programme."""
    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.models import StoredPlace

    code = name.replace("_", "-")[:60]
    folder = Path(
        shutil.copytree(EXAMPLES / "llr-2014", tmp_path / code, ignore=shutil.ignore_patterns("programme"))
    )
    heading = folder / "place.toml"
    heading.write_text(heading.read_text("utf-8").replace('"llr-2014"', f'"{code}"'), "utf-8")
    import_place(folder, by="a test")
    return StoredPlace.objects.get(code=code)


def own(tmp_path: Path, name: str, **changed: str) -> Any:
    """LLR under a code of its own with the example's programme, to be changed; ``changed`` are files (without .csv) to texts."""
    from leftshift.workspace.programme.actions.storing import add_programme

    place = bare_place(tmp_path, name)
    found = texts() | {f"{file}.csv": text for file, text in changed.items()}
    found["programme.toml"] = found["programme.toml"].replace("llr-2014", place.code)
    return add_programme(place, found, by=person_of("dora"))


def put_past_the_guard(held: Any, file: str, changes: list[Any]) -> None:
    """Write what no way in takes, as something older than its guard may stand there."""
    from leftshift.programme.programme import programme_kind
    from leftshift.workspace.shared.editing import Edited, Signed

    Edited(held, programme_kind().schema.tables, held.place.code).save(file, changes, Signed("a test"))
