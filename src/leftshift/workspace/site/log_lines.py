"""Log lines as JSON, one object a line, that name nobody.

A line of ours holds what its author put under ``told``, and that is never an address of a page, a name, an e-mail
address, a token or an address of the network. Of lines that libraries write only the fixed part of the words is kept, and of an
error its kind and where it happened: what an exception says may hold somebody's data, and so may local variables.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

request_id: ContextVar[str] = ContextVar("request_id", default="")
OURS = "leftshift"
_ABOVE = Path(__file__).parents[3]


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "log": record.name}
        if number := request_id.get():
            line["request"] = number
        line["words"] = _words(record)
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = error_lines(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _words(record: logging.LogRecord) -> str:
    """Ours as they are; of others the part with no values in it, where the two can be told apart."""
    if record.name.partition(".")[0] == OURS:
        return record.getMessage()
    return str(record.msg) if record.args else ""


def error_lines(problem: BaseException) -> list[str]:
    """The kind of an error and where it happened, with what it came from: no values."""
    frames = traceback.extract_tb(problem.__traceback__)
    where = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    found = [type(problem).__qualname__, *where]
    before = problem.__cause__ or problem.__context__
    return [*found, "from", *error_lines(before)] if before is not None else found


def _short(file: str) -> str:
    path = Path(file)
    if _ABOVE in path.parents:
        return str(path.relative_to(_ABOVE))
    return "/".join(path.parts[-3:])
