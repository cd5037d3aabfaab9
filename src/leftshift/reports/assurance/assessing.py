"""The master check: green when every rule of RULES is met, or what is open stands as a limit that a named role accepts.

Nothing is green by absence: what was not verified, not tested or not said is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from leftshift.economy.calibration.ranging import Ranges
from leftshift.foundation.faults import FaultsFound
from leftshift.model import PlanResult
from leftshift.place.assurance import subject_name, verifiable_tables
from leftshift.place.rows import Subject
from leftshift.place.schema import catalogue
from leftshift.reports.assurance.standing import Standing
from leftshift.reports.report.amounts import begun

State = Literal["met", "accepted", "open"]


@dataclass(frozen=True)
class SignOff:
    """An organisation's agreement to a version of the plan, as the workspace records it; ``holds`` until it is withdrawn."""

    organisation: str
    name: str
    role: str
    when: date
    fingerprint: str
    holds: bool = True

    def stands_for(self, fingerprint: str) -> bool:
        """Whether it holds, and is about this version."""
        return self.holds and self.fingerprint == fingerprint


@dataclass(frozen=True)
class Finding:
    """One thing that a rule looked at: met, accepted as a limit, or open, and why."""

    rule: str
    about: str
    state: State
    because: str

    def document(self) -> dict[str, str]:
        """As plain values."""
        return {"rule": self.rule, "about": self.about, "state": self.state, "because": self.because}


@dataclass(frozen=True)
class MasterCheck:
    """Every finding of every rule; green when none is open."""

    findings: tuple[Finding, ...]

    @property
    def open(self) -> tuple[Finding, ...]:
        """What keeps it from green."""
        return tuple(entry for entry in self.findings if entry.state == "open")

    @property
    def accepted(self) -> tuple[Finding, ...]:
        """What is open and accepted as a limit."""
        return tuple(entry for entry in self.findings if entry.state == "accepted")

    @property
    def is_green(self) -> bool:
        """Whether nothing is open."""
        return not self.open

    @property
    def words(self) -> str:
        """The master check in a sentence."""
        limits = (
            f"{len(self.accepted)} of them as an accepted limit"
            if self.accepted
            else "none of them as a limit"
        )
        if self.is_green:
            return f"Green: all {len(self.findings)} points of quality assurance are met, {limits}."
        one = len(self.open) == 1
        return f"Not green: {len(self.open)} of {len(self.findings)} points of quality assurance {'is' if one else 'are'} open."


def together(findings: Sequence[Finding]) -> list[str]:
    """Findings as sentences, those of one rule for one reason as one."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for entry in findings:
        grouped.setdefault((entry.rule, entry.because), []).append(entry.about)
    return [f"{'; '.join(abouts)}: {begun(because).rstrip('.')}." for (_, because), abouts in grouped.items()]


@dataclass(frozen=True)
class Assessed:
    """What the rules look at."""

    result: PlanResult
    standing: Standing
    sign_offs: tuple[SignOff, ...]

    @cached_property
    def ranges(self) -> tuple[Ranges | None, str]:
        """What calibration leaves open; or in words why it cannot be said."""
        try:
            return self.result.ranges(), ""
        except FaultsFound as found:
            return None, f"The totals marked for calibration cannot be met together: {found.faults.summary()}"


@dataclass(frozen=True)
class Rule:
    """A rule of the master check: its sentence, and what looks whether it is met."""

    key: str
    sentence: str
    findings: Callable[[Assessed], Iterator[Finding]]


def assess(result: PlanResult, as_of: date, sign_offs: Sequence[SignOff] = ()) -> MasterCheck:
    """The master check of a plan on a day."""
    assessed = Assessed(result, Standing(result.place, as_of), tuple(sign_offs))
    return MasterCheck(tuple(entry for rule in RULES for entry in rule.findings(assessed)))


def _roles(assessed: Assessed) -> Iterator[Finding]:
    for role, about in catalogue("roles").items():
        held = [row.holder for row in assessed.result.place.assurance_roles if row.role == role]
        because = "; ".join(held) or "Nobody is named in assurance_roles.csv"
        yield Finding("roles", str(about["name"]), "met" if held else "open", because)


def _independence(assessed: Assessed) -> Iterator[Finding]:
    people = assessed.result.place.assurance_roles
    made = {row.holder for row in people if row.role == "analyst"}
    both = sorted(made & {row.holder for row in people if row.role == "assurer"})
    because = f"{'; '.join(both)} made the plan as well" if both else "No assurer is an analyst of the plan"
    named = any(row.role == "assurer" for row in people)
    state: State = "met" if named and not both else "open"
    yield Finding("independence", "Analytical assurer", state, because if named else "No assurer is named")


def _checks(assessed: Assessed) -> Iterator[Finding]:
    for check in assessed.result.checks():
        words = f"{check.verdict}: {check.detail}"
        if check.failed:
            yield Finding("checks", check.check, "open", words)
        else:
            met = words if check.passed else ""
            yield _finding(assessed, "checks", "check", check.check, met=met, otherwise=words)


def _tables(assessed: Assessed) -> Iterator[Finding]:
    for name in verifiable_tables():
        if assessed.result.place.table(name):
            yield _verified(assessed, "tables", "table", name)


def _results(assessed: Assessed) -> Iterator[Finding]:
    yield _verified(assessed, "results", "results")


def _tie_out(assessed: Assessed) -> Iterator[Finding]:
    found = assessed.result.tie_out()
    counts = found.counts()
    differing = counts["known conflict"] + counts["does not tie"]
    total = sum(counts.values())
    if not total:
        words, met = "No published figure is held against the plan", ""
    else:
        words = f"{differing} of {total} published figures conflict or do not tie"
        met = "" if differing else f"All {total} published figures tie or differ by rounding"
    yield _finding(assessed, "tie_out", "tie_out", met=met, otherwise=words)


def _ranges(assessed: Assessed) -> Iterator[Finding]:
    ranges, problem = assessed.ranges
    if problem:
        yield Finding("ranges", subject_name("ranges"), "open", problem)
    elif ranges is not None:
        wide = bool(ranges.undetermined_estimates or ranges.years(determined=False))
        met = "" if wide else ranges.sentence()
        yield _finding(assessed, "ranges", "ranges", met=met, otherwise=ranges.sentence())
    elif _estimates(assessed):
        words = f"{_estimates(assessed)} values are estimates or calibrated, and no total is marked for calibration"
        yield _finding(assessed, "ranges", "ranges", met="", otherwise=words)


def _estimates(assessed: Assessed) -> int:
    return sum(row.basis in {"estimate", "calibrated"} for row in assessed.result.place.flow_rows)


def _limits(assessed: Assessed) -> Iterator[Finding]:
    """A limit about one thing that is not met is told where that thing is."""
    looks = (_checks, _tables, _results, _tie_out, _ranges)
    told = {entry.about for look in looks for entry in look(assessed) if entry.state != "met"}
    for row in sorted(assessed.result.place.limits, key=lambda row: row.limit):
        if row.kind is not None and subject_name(row.kind, row.item) in told:
            continue
        state, because = assessed.standing.limit(row)
        if state == "accepted":
            yield Finding(
                "limits", row.statement, "accepted", f"Accepted by {row.holder} on {row.accepted_on}"
            )
        else:
            yield Finding("limits", row.statement, "open", because[:1].upper() + because[1:])


def _purpose(assessed: Assessed) -> Iterator[Finding]:
    fit = assessed.standing.purposes()
    about = subject_name("purpose")
    if not fit:
        yield Finding(
            "purpose", about, "open", "The approver has not said what the plan, as it stands, is fit for"
        )
    for row in fit:
        yield Finding("purpose", f"{about}: {row.item}", "met", f"{row.holder} on {row.verified_on}")


def _sign_offs(assessed: Assessed) -> Iterator[Finding]:
    """The latest word of each organisation; without any there is nothing to say here."""
    latest: dict[str, SignOff] = {}
    for entry in sorted(assessed.sign_offs, key=lambda entry: (entry.when, entry.holds)):
        latest[entry.organisation] = entry
    fingerprint = assessed.result.place.fingerprint
    for organisation, entry in sorted(latest.items()):
        stands = entry.stands_for(fingerprint)
        words = f"{entry.name}, {entry.role}, on {entry.when}"
        lapsed = f"The agreement of {words} is to another version, or was withdrawn"
        yield Finding("sign_offs", organisation, "met" if stands else "open", words if stands else lapsed)


def _verified(assessed: Assessed, rule: str, kind: Subject, item: str = "") -> Finding:
    """Met when an assurer's verification stands and none of the same content was not confirmed."""
    standing = assessed.standing
    found, refuted, lapsed = (
        look(kind, item) for look in (standing.verified, standing.refuted, standing.lapsed)
    )
    if refuted:
        words = f"Not confirmed by {refuted.holder} on {refuted.verified_on}: {refuted.remarks}"
        return Finding(rule, subject_name(kind, item), "open", words)
    otherwise = "Not verified by an analytical assurer"
    if lapsed and not found:
        otherwise = f"The verification of {lapsed.verified_on} has lapsed: the content changed afterwards"
    met = f"Verified by {found.holder} on {found.verified_on}: {found.method}" if found else ""
    return _finding(assessed, rule, kind, item, met=met, otherwise=otherwise)


def _finding(
    assessed: Assessed, rule: str, kind: Subject, item: str = "", *, met: str, otherwise: str
) -> Finding:
    """Met, or else accepted where a limit about it is accepted, or else open."""
    about, otherwise = subject_name(kind, item), otherwise.rstrip(".")
    if met:
        return Finding(rule, about, "met", met)
    limit = assessed.standing.accepted(kind, item)
    if limit is not None:
        words = (
            f"{otherwise}. Accepted as a limit by {limit.holder} on {limit.accepted_on}: {limit.statement}"
        )
        return Finding(rule, about, "accepted", words)
    stated = next((row for row in assessed.result.place.limits if (row.kind, row.item) == (kind, item)), None)
    if stated is not None:
        otherwise += f". Stated as a limit, and {assessed.standing.limit(stated)[1]}: {stated.statement}"
    return Finding(rule, about, "open", otherwise)


RULES: tuple[Rule, ...] = (
    Rule("roles", "Each role of quality assurance has a holder.", _roles),
    Rule("independence", "The analytical assurer had no part in making the plan.", _independence),
    Rule("checks", "Each consistency check of the model was made and passed.", _checks),
    Rule(
        "tables", "Each table that has rows was verified, as it stands, by the analytical assurer.", _tables
    ),
    Rule("results", "The analytical assurer worked the results out again by another way.", _results),
    Rule(
        "tie_out",
        "Published figures are held against the plan, and each ties or differs by rounding.",
        _tie_out,
    ),
    Rule("ranges", "Nothing that rests on estimates is left open by calibration.", _ranges),
    Rule("limits", "Each limit that is stated is accepted by a named role.", _limits),
    Rule("purpose", "The approver says what the plan, as it stands, is fit for.", _purpose),
    Rule("sign_offs", "No organisation's latest sign-off is of another version, or withdrawn.", _sign_offs),
)
"""The rule of the master check, in the order in which its findings stand.

Where a check could not be made, a table or the results are not verified, figures do not tie or calibration leaves
something open, a limit about it, accepted by a named role for the present content, stands in for it. A check that
fails, a verification that was not confirmed, and totals that contradict each other are open whatever is accepted.
"""
