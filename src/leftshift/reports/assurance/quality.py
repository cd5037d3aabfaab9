"""Everything that quality assurance says of a plan on a day, as values: for a page, a file or a program."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.foundation.checks import CheckResult
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.place.assurance import inputs_digest, table_digest, verifiable_tables
from leftshift.place.rows import Limit, Verification
from leftshift.place.schema import catalogue
from leftshift.reports.assurance.assessing import RULES, MasterCheck, SignOff, assess
from leftshift.reports.assurance.assumptions_log import LogEntry, assumptions_log
from leftshift.reports.assurance.standing import Standing, dates_after

Table = list[dict[str, Any]]


@dataclass(frozen=True)
class Quality:
    """The quality assurance of a run on a day: what was checked, verified, accepted, and what is open."""

    result: PlanResult
    year: FinancialYear
    as_of: date
    master: MasterCheck
    standing: Standing
    log: tuple[LogEntry, ...]
    sign_offs: tuple[SignOff, ...]

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """The consistency checks of the run."""
        return self.result.checks()

    @property
    def digests(self) -> dict[str, tuple[str, int]]:
        """Table to what a verification of it has to name, and its number of rows, for those that have any."""
        place = self.result.place
        return {
            name: (table_digest(place, name), len(place.table(name)))
            for name in verifiable_tables()
            if place.table(name)
        }

    @property
    def inputs_digest(self) -> str:
        """What a verification of a check, of the results and of the rest has to name."""
        return inputs_digest(self.result.place)

    def tables(self) -> dict[str, Table]:
        """Every table of it as rows of plain values, by name: for JSON and for CSV."""
        return {
            "master_check": [entry.document() for entry in self.master.findings],
            "assumptions_log": [entry.document() for entry in self.log],
            "checks": [
                {"check": entry.check, "verdict": entry.verdict, "detail": entry.detail}
                for entry in self.checks
            ],
            "verifications": [self._verification(row) for row in _in_order(self.result.place.verifications)],
            "digests": [
                {"table": name, "digest": found, "rows": rows} for name, (found, rows) in self.digests.items()
            ],
            "limits": [
                self._limit(row) for row in sorted(self.result.place.limits, key=lambda row: row.limit)
            ],
            "roles": [
                {"role": row.role, "holder": row.holder, "source": row.source}
                for row in sorted(self.result.place.assurance_roles, key=lambda row: (row.role, row.holder))
            ],
            "sign_offs": [self._sign_off(entry) for entry in self.sign_offs],
        }

    def document(self) -> dict[str, Any]:
        """All of it as plain values: what ``leftshift qa --json`` prints."""
        place = self.result.place
        counts: Mapping[Any, int] = self.result.tie_out().counts()
        return {
            "place": place.code,
            "name": place.name,
            "scenarios": list(self.result.scenarios),
            "fingerprint": place.fingerprint,
            "as_of": self.as_of.isoformat(),
            "year": self.year.label,
            "unit": "£000",
            "green": self.master.is_green,
            "words": self.master.words,
            "rules": [{"rule": rule.key, "sentence": rule.sentence} for rule in RULES],
            "inputs_digest": self.inputs_digest,
            "tie_counts": counts,
            **self.tables(),
        }

    def csv_tables(self) -> dict[str, str]:
        """File name to CSV text of every table that has rows."""
        return {f"{name}.csv": _csv(table) for name, table in self.tables().items() if table}

    def _verification(self, row: Verification) -> dict[str, Any]:
        state, because = self.standing.verification(row)
        names = (
            "verification",
            "kind",
            "item",
            "digest",
            "role",
            "holder",
            "method",
            "outcome",
            "remarks",
            "source",
        )
        plain = {name: getattr(row, name) for name in names}
        return {**plain, "verified_on": row.verified_on.isoformat(), "state": state, "because": because}

    def _limit(self, row: Limit) -> dict[str, Any]:
        state, because = self.standing.limit(row)
        names = ("limit", "statement", "consequence", "remedy", "item", "digest", "holder", "source")
        dates = {
            name: day.isoformat() if (day := getattr(row, name)) else ""
            for name in ("accepted_on", "review_by")
        }
        plain = {name: getattr(row, name) for name in names}
        kinds = {"kind": row.kind or "", "accepted_by": row.accepted_by or ""}
        return {**plain, **kinds, **dates, "state": state, "because": because}

    def _sign_off(self, entry: SignOff) -> dict[str, Any]:
        return {
            "organisation": entry.organisation,
            "name": entry.name,
            "role": entry.role,
            "when": entry.when.isoformat(),
            "fingerprint": entry.fingerprint,
            "stands": entry.stands_for(self.result.place.fingerprint),
        }


def quality_of(
    result: PlanResult,
    as_of: date,
    sign_offs: Sequence[SignOff] = (),
    year: FinancialYear | str | None = None,
) -> Quality:
    """The quality assurance of a run on a day, with what rests on each input in a year, the last one unless said.

    Raises FaultsFound when something is dated after that day, YearNotInPlan for a year outside the plan.
    """
    dates_after(result.place, as_of).raise_if_any()
    asked = FinancialYear.parse(year) if isinstance(year, str) else year or result.place.last_year
    result.gap(asked)
    standing = Standing(result.place, as_of)
    return Quality(
        result,
        asked,
        as_of,
        assess(result, as_of, sign_offs),
        standing,
        assumptions_log(result, standing, asked.label),
        tuple(sign_offs),
    )


def role_name(role: str) -> str:
    """The role as people name it."""
    return str(catalogue("roles")[role]["name"])


def _in_order(found: Sequence[Verification]) -> list[Verification]:
    return sorted(found, key=lambda row: (row.verified_on, row.verification))


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()
