"""What a migration may not do while servers of the release before go on: rules over Django's operations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NARROWS = re.compile(
    r"\bDROP\s+(?:TABLE|COLUMN)|\bRENAME\b|\bSET\s+NOT\s+NULL|\bALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE\b|\bLOCK\s+TABLE|"
    r"\bTRUNCATE\s+(?:TABLE\s+)?\w+\s*;",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\b(?!\s+CONCURRENTLY)", re.IGNORECASE)
_REMOVING = {
    "RemoveField", "DeleteModel", "RenameField", "RenameModel", "AlterModelTable", "AlterUniqueTogether", "AlterIndexTogether",
    "AlterOrderWithRespectTo", "RenameIndex",
}  # fmt: skip
_ALTERED_TYPE = re.compile(r"^varchar\((\d+)\)$")


def breaks(migration: Any, state: Any) -> Iterator[str]:
    """What in a migration breaks servers of the release before; ``state`` is how the models are before it, and is moved on."""
    new: set[str] = set()
    for operation in migration.operations:
        for words in _of(operation, migration, state, new):
            yield f"{type(operation).__name__}: {words}"
        operation.state_forwards(migration.app_label, state)


def _of(operation: Any, migration: Any, state: Any, new: set[str]) -> Iterator[str]:
    kind = type(operation).__name__
    model = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
    if kind == "CreateModel":
        new.add(model)
    elif kind == "SeparateDatabaseAndState":
        for inner in operation.database_operations:
            yield from _of(inner, migration, state, new)
    elif kind in _REMOVING:
        if not getattr(migration, "unused_since", ""):
            yield "the release before uses it. Stop using it first; a release later remove it, with unused_since = that release"
    elif kind in ("RunPython", "RunSQL"):
        yield from _of_code(operation, kind)
    elif model not in new:
        yield from _of_table(operation, kind, migration, state)


def _of_code(operation: Any, kind: str) -> Iterator[str]:
    if not operation.reversible:
        yield "it says nothing of the way back: give a reverse"
    for text in _texts(operation.sql) if kind == "RunSQL" else ():
        if found := _NARROWS.search(text):
            yield f"{found.group()} takes away what the release before uses, or holds a table up"
        if _INDEX.search(text):
            yield "an index is made without CONCURRENTLY: nobody could write meanwhile"


def _texts(sql: Any) -> list[str]:
    return [sql] if isinstance(sql, str) else [each if isinstance(each, str) else each[0] for each in sql]


def _of_table(operation: Any, kind: str, migration: Any, state: Any) -> Iterator[str]:
    if kind == "AddField":
        yield from _of_new_column(operation.field)
    elif kind == "AddIndex":
        yield "an index on a table that is not new: AddIndexConcurrently, in a migration that is not atomic"
    elif kind == "AddIndexConcurrently" and migration.atomic:
        yield "CONCURRENTLY needs atomic = False"
    elif kind == "AddConstraint":
        yield "every row is looked at under a lock: AddConstraintNotValid, then ValidateConstraint in a migration of its own"
    elif kind == "AlterField":
        before = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        yield from _of_changed_column(before, operation.field, migration)


def _of_new_column(field: Any) -> Iterator[str]:
    from django.db.models import NOT_PROVIDED

    if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
        yield "the release before adds rows without it: null=True or a db_default"
    if field.unique or field.db_index:
        yield "its index is made under a lock: db_index=False, and AddIndexConcurrently after it"


def _of_changed_column(before: Any, after: Any, migration: Any) -> Iterator[str]:
    if before.null and not after.null and not getattr(migration, "not_null_by", ""):
        yield "SET NOT NULL reads the whole table: validate a check first, and name it as not_null_by"
    if (after.unique and not before.unique) or (after.db_index and not before.db_index):
        yield "its index is made under a lock: AddIndexConcurrently"
    was, becomes = _type(before), _type(after)
    if was != becomes and not _is_wider(was, becomes):
        yield f"from {was} to {becomes}: add a column, write both, and remove the old one a release later"


def _type(field: Any) -> str:
    from django.db import connection

    if field.is_relation:
        return f"a reference to {field.remote_field.model}".lower()
    return str(field.db_type(connection))


def _is_wider(was: str, becomes: str) -> bool:
    first, second = _ALTERED_TYPE.match(was), _ALTERED_TYPE.match(becomes)
    if first and becomes == "text":
        return True
    return bool(first and second and int(first.group(1)) <= int(second.group(1)))
