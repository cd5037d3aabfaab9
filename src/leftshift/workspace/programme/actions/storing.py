"""A programme is begun, or brought in from its folder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from django.db import connection, transaction

from leftshift.foundation.faults import FaultsFound
from leftshift.place.folders import texts_of
from leftshift.programme.programme import FOLDER, programme_kind, read_programme_texts
from leftshift.workspace.accounts.permissions import NotAllowed, Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.programme.actions.reserving import check_brought
from leftshift.workspace.programme.models import Programme, ProgrammeFile
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.editing import EditRefused, content_of
from leftshift.workspace.shared.uploads import texts_of_upload

LONGEST_CODE = 100
_ADDING = 730_509  # a lock of its own: a place gets one programme
_BEGUN = '[programme]\ncode = "{code}"\nname = "{name}"\nplace = "{place}"\n'


class ProgrammeKnown(ValueError):
    """The place has a programme already, or the code is taken; the words say what to do."""


def add_programme(place: StoredPlace, texts: Mapping[str, str], *, by: Person) -> Programme:
    """Keep the programme that the texts of a folder make. Raises NotAllowed, FaultsFound, EditRefused, ProgrammeKnown."""
    by.check_may(Permission.RUN_PROGRAMME, place.code)
    check_brought(texts, by, place.code)
    return _add(place, texts, by.signature)


def serve_programme(folder: Path, code: str, *, by: str) -> Programme | None:
    """Keep the programme in the folder of a place that is served, where the place has none yet: what was edited here stays.

    None where there is nothing to keep. Raises FaultsFound, ProgrammeKnown.
    """
    place = StoredPlace.objects.get(code=code)
    at = folder / FOLDER
    if not (at / programme_kind().file).is_file() or Programme.objects.filter(place=place).exists():
        return None
    texts, faults = texts_of(at, programme_kind())
    faults.raise_if_any()
    return _add(place, texts, by)


def bring_programme(code: str, files: Mapping[str, bytes], by: Person) -> str:
    """Keep the programme that came with the files of a place, where it has none yet; gives what is to be told of it."""
    place = StoredPlace.objects.get(code=code)
    if Programme.objects.filter(place=place).exists():
        return "The programme that came with it was left out, as the place has one: take its tables in under Records of the programme."
    try:
        made = add_programme(place, texts_of_upload(list(files.items()), programme_kind()), by=by)
    except FaultsFound as found:
        first = found.faults.listed[0]
        return f"The programme that came with it was not taken in: it has {found.faults.total:,} faults, the first in {first}"
    except (ProgrammeKnown, EditRefused, NotAllowed) as refused:
        return f"The programme that came with it was not taken in. {str(refused).rstrip('.')}."
    return f"{made.name} was taken in with it."


@transaction.atomic
def _add(place: StoredPlace, texts: Mapping[str, str], by: str) -> Programme:
    read = read_programme_texts(texts)
    read.faults.raise_if_any()
    assert read.programme is not None, "a programme without faults is there"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDING])
    code = read.programme.code
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", code) or len(code) > LONGEST_CODE:
        raise ProgrammeKnown(
            f"The code {code[:LONGEST_CODE]} is no short name: use lower-case letters, digits and hyphens"
        )
    if Programme.objects.filter(place=place).exists():
        raise ProgrammeKnown("This place has a programme already: take its tables in there")
    if Programme.objects.filter(code=code).exists():
        raise ProgrammeKnown(f"There is a programme {code} already: give this one another code")
    made = Programme.objects.create(place=place, code=code, name=read.programme.name[:300], added_by=by)
    tables = programme_kind().schema.tables
    ProgrammeFile.objects.bulk_create(
        ProgrammeFile(programme=made, file=name, content=content_of(name, text, tables))
        for name, text in texts.items()
        if name == programme_kind().file or name.removesuffix(".csv") in tables
    )
    detail = {
        "fingerprint": read.programme.fingerprint,
        **{name: len(rows) for name, rows in read.programme.tables.items() if rows},
    }
    record_event(by=by, action="programme added", subject=made.code, detail=detail, place=place.code)
    return made


def begin_programme(place: StoredPlace, *, name: str, by: Person) -> Programme:
    """Begin a programme with one objective, one workstream and one project, to be renamed. Raises ProgrammeKnown, FaultsFound."""
    about = "Entered in the workspace,assumed"
    shown = (name.strip() or f"The programme of {place.code}")[:300].replace("\\", " ").replace('"', "'")
    return add_programme(
        place,
        {
            programme_kind().file: _BEGUN.format(
                code=f"{place.code}-programme", name=shown, place=place.code
            ),
            "objectives.csv": f"objective,name,source,basis\nfirst_objective,What the programme is for,{about}\n",
            "workstreams.csv": f"workstream,name,objective,owner,source,basis\nfirst_workstream,First workstream,first_objective,Programme director,{about}\n",
            "projects.csv": f"project,name,workstream,owner,source,basis\nfirst_project,First project,first_workstream,Project lead,{about}\n",
        },
        by=by,
    )
