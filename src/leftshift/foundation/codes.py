"""Organisation codes: ODS for the NHS, GSS for councils, and the dates between which they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from leftshift.foundation.years import FinancialYear

Scheme = Literal["ODS", "GSS"]

_ODS = re.compile(r"^[0-9A-Z]{3,6}$")
_GSS = re.compile(r"^[EWSNJK][0-9]{8}$")
_MANGLED = re.compile(r"^[0-9](?:\.[0-9]+)?E\+?[0-9]+$", re.IGNORECASE)
_DATE = re.compile(
    r"^(?:[0-9]{1,2}[-/ ][A-Za-z]{3}|[A-Za-z]{3}[-/ ][0-9]{2,4}|[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4})"
)


class CodeNotUnderstood(ValueError):
    """A text that is no organisation code; its message says why."""


def scheme_of(code: str) -> Scheme:
    """Say which scheme a code follows; raises CodeNotUnderstood when it follows neither."""
    if _GSS.match(code):
        return "GSS"
    if _MANGLED.match(code) or _DATE.match(code):
        raise CodeNotUnderstood(
            "a spreadsheet turned the code into a number or a date: format the column as text"
        )
    if not _ODS.match(code):
        raise CodeNotUnderstood("an ODS code is 3 to 6 capitals and digits, a GSS code a letter and 8 digits")
    return "ODS"


@dataclass(frozen=True, slots=True)
class Validity:
    """The dates between which something holds; an open end is None."""

    start: date | None = None
    end: date | None = None

    def covers(self, year: FinancialYear) -> bool:
        """Whether it holds on at least one day of the financial year."""
        first, last = date(year.starts, 4, 1), date(year.starts + 1, 3, 31)
        return (self.start is None or self.start <= last) and (self.end is None or self.end >= first)
