"""Quality assurance as sections of a report: the master check first, the long log last."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift import __version__
from leftshift.place.assurance import subject_name
from leftshift.place.schema import catalogue
from leftshift.reports.assurance.assessing import RULES, together
from leftshift.reports.assurance.assumptions_log import LogEntry
from leftshift.reports.assurance.quality import Quality, role_name
from leftshift.reports.content import (
    Block,
    Column,
    Fact,
    Items,
    Note,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
    made_printable,
    row,
)
from leftshift.reports.report import FOOTER
from leftshift.reports.report.amounts import begun, spaced
from leftshift.reports.report.limits import limits as limits_of_the_model
from leftshift.reports.words import BASES, amount, tie_sentence

_STATES = {"met": "Met", "accepted": "Accepted as a limit", "open": "Open"}
_PURPOSE_OUTCOMES = {
    "confirmed": "Fit",
    "confirmed_with_remarks": "Fit, with remarks",
    "not_confirmed": "Not fit",
}
_NO_SIGN_OFF = (
    "No sign-off was given to this document: organisations sign a version off in the workspace, and the command line "
    "passes none. The master check says whether the plan is ready for it."
)
_LOG_SHOWN = 1000
"""So many rows of the log stand in a document; the JSON and the CSV tables hold every one."""


def assurance_report(quality: Quality) -> Report:
    """The whole quality assurance of a plan as a report, for its HTML page and its PDF."""
    place = quality.result.place
    facts = {
        "Place": place.name,
        "As of": quality.as_of.isoformat(),
        "Version of the place": place.fingerprint,
        "Model": f"leftshift {__version__}",
    }
    found = Report(
        code=f"{place.code}-quality-assurance",
        title=f"{place.name}: quality assurance",
        fingerprint=place.fingerprint,
        facts=tuple(Fact(name, text) for name, text in facts.items()),
        sections=(
            master_check(quality),
            people_and_purpose(quality),
            checks_made(quality),
            verifications_made(quality),
            known_limits(quality),
            log_section(quality),
        ),
        footer=FOOTER,
    )
    printable: Report = made_printable(found)
    return printable


def master_check(quality: Quality, *, key: str = "master-check", title: str = "Master check") -> Section:
    """Green or not, exactly what keeps it from green, and what each rule found."""
    master = quality.master
    blocks: list[Block] = [Paragraph(master.words, lead=True)]
    if master.open:
        blocks += [Subheading("What keeps it from green"), Items(tuple(together(master.open)))]
    if master.accepted:
        blocks += [Subheading("What is accepted as a limit"), Items(tuple(together(master.accepted)))]
    blocks += [Subheading("The rules"), Paragraph(_RULE), _rules(quality)]
    return Section(key, title, tuple(blocks))


_RULE = (
    "The master check is green when no point of any rule is open. Nothing is green by absence: what nobody verified, "
    "tested or said is open, unless it stands as a limit that a named role has accepted. A check that fails and a "
    "verification that was not confirmed are open whatever is accepted."
)


def _rules(quality: Quality) -> Table:
    columns = (
        Column("Rule", weight=4),
        *(Column(name, numeric=True, weight=0) for name in ("Met", "Accepted", "Open")),
    )
    rows = []
    for rule in RULES:
        states: list[str] = [entry.state for entry in quality.master.findings if entry.rule == rule.key]
        rows.append(row(rule.sentence, *(str(states.count(state)) for state in _STATES)))
    return Table("The rules of the master check, and how many points of each are met, accepted and open", columns, tuple(rows))  # fmt: skip


def people_and_purpose(quality: Quality) -> Section:
    """Who holds which role, what the approver says the plan is fit for, and who signed it off."""
    people = quality.result.place.assurance_roles
    columns = (Column("Role", weight=1.5), Column("What it does", weight=2.5), Column("Held by", weight=2))
    rows = tuple(
        row(
            str(about["name"]),
            str(about["description"]),
            "; ".join(entry.holder for entry in people if entry.role == role) or "Nobody is named",
        )
        for role, about in catalogue("roles").items()
    )
    blocks = (
        Table("The roles of quality assurance", columns, rows),
        Subheading("What the plan is fit for"),
        *_purposes(quality),
        Subheading("Sign-off"),
        *_sign_offs(quality),
    )
    return Section("people", "Who answers for it, and what it is fit for", blocks)


def _purposes(quality: Quality) -> Iterator[Block]:
    said = [entry for entry in quality.result.place.verifications if entry.kind == "purpose"]
    if not said:
        yield Paragraph("The approver has not said what the plan is fit for.")
        return
    columns = (Column("Purpose", weight=2.5), Column("Fit for it"), Column("What is to be said", weight=3), Column("Said by", weight=2), Column("Stands"))  # fmt: skip
    rows = tuple(
        row(
            entry.item,
            _PURPOSE_OUTCOMES[entry.outcome],
            entry.remarks or "–",
            f"{entry.holder}, {entry.verified_on}",
            begun(quality.standing.verification(entry)[0].replace("not confirmed", "stands")),
        )
        for entry in sorted(said, key=lambda entry: (entry.verified_on, entry.verification))
    )
    yield Table("Purposes, and whether the plan is fit for each", columns, rows)


def _sign_offs(quality: Quality) -> Iterator[Block]:
    if not quality.sign_offs:
        yield Paragraph(_NO_SIGN_OFF)
        return
    fingerprint = quality.result.place.fingerprint
    columns = (Column("Organisation", weight=2), Column("Signed by", weight=2), Column("When", weight=0), Column("Version", weight=0), Column("Stands"))  # fmt: skip
    rows = tuple(
        row(
            entry.organisation,
            f"{entry.name}, {entry.role}",
            entry.when.isoformat(),
            entry.fingerprint[:12],
            "Stands" if entry.stands_for(fingerprint) else "Lapsed",
        )
        for entry in sorted(quality.sign_offs, key=lambda entry: (entry.when, entry.organisation, entry.name))
    )
    yield Table("Who signed the plan off", columns, rows)


def checks_made(quality: Quality) -> Section:
    """What was checked by the machine: reading, consistency, published figures."""
    document = quality.result.tie_out()
    counts = document.counts()
    columns = (Column("Check", weight=2.5), Column("Verdict"), Column("Detail", weight=4))
    rows = (
        row("The place reads without a fault", "Passed", "Every table, cell and reference; a place with a fault is refused"),
        *(row(entry.check, entry.verdict, entry.detail) for entry in quality.checks),
    )  # fmt: skip
    uncounted = sum(not tie.counted for tie in document.ties)
    said = (
        tie_sentence(counts, uncounted)
        if sum(counts.values())
        else "No published figure is held against the plan."
    )
    verdicts = tuple(row(begun(verdict), str(count)) for verdict, count in counts.items())
    blocks: tuple[Block, ...] = (
        Table("Each check with its verdict", columns, rows),
        Paragraph(said),
        Table(
            "Published figures by verdict",
            (Column("Verdict", weight=3), Column("Figures", numeric=True)),
            verdicts,
        ),
    )
    return Section("checks", "Checks that ran", blocks)


def verifications_made(quality: Quality) -> Section:
    """Who verified what, when, how, with which outcome; and what nobody verified yet."""
    blocks: list[Block] = [*_verifications(quality)]
    missing = [
        entry.about
        for entry in quality.master.findings
        if entry.rule in {"tables", "results"} and entry.state != "met"
    ]
    blocks.append(Subheading("What is not verified"))
    blocks.append(Items(tuple(missing)) if missing else Paragraph("Every table that has rows, and the results, are verified."))  # fmt: skip
    blocks += [Subheading("What a verification has to name"), Paragraph(_DIGESTS), _digests(quality)]
    return Section("verifications", "Who verified what", tuple(blocks), wide=True)


_DIGESTS = (
    "A verification names the digest of the content it saw, so that it lapses when the content changes. These are the "
    "digests of the plan as it stands."
)


def _verifications(quality: Quality) -> Iterator[Block]:
    found = [entry for entry in quality.result.place.verifications if entry.kind != "purpose"]
    if not found:
        yield Paragraph("Nobody has verified any part of the plan.")
        return
    columns = (
        Column("Verified", weight=1.8), Column("By", weight=2), Column("When", weight=0), Column("How", weight=3),
        Column("Outcome", weight=1.4), Column("Remarks", weight=2.2), Column("Stands", weight=1.8),
    )  # fmt: skip
    rows = []
    for entry in sorted(found, key=lambda entry: (entry.verified_on, entry.verification)):
        state, because = quality.standing.verification(entry)
        rows.append(
            row(
                subject_name(entry.kind, entry.item),
                f"{entry.holder} ({role_name(entry.role).lower()})",
                entry.verified_on.isoformat(),
                entry.method,
                spaced(entry.outcome),
                entry.remarks or "–",
                begun(state) + (f": {because}" if state == "lapsed" else ""),
            )
        )
    yield Table("Verifications", columns, tuple(rows))


def _digests(quality: Quality) -> Table:
    columns = (
        Column("Table or subject", weight=3),
        Column("Rows", numeric=True, weight=0),
        Column("Digest", weight=1),
    )
    rows = (
        *(row(f"{name}.csv", f"{rows:,}", digest) for name, (digest, rows) in quality.digests.items()),
        row(
            "Everything else: checks, results, published figures, calibration, purpose",
            "–",
            quality.inputs_digest,
        ),
    )
    return Table("Digests of the plan as it stands", columns, rows)


def known_limits(quality: Quality) -> Section:
    """The limits that people state, and those that the model itself knows."""
    document = quality.result.document()
    own = limits_of_the_model(quality.result, document)
    blocks = (
        *_stated(quality),
        Note("What follows is known to the model itself, from the plan."),
        *own.blocks,
    )
    return Section("known-limits", "Known limits", blocks, wide=True)


def _stated(quality: Quality) -> Iterator[Block]:
    found = sorted(quality.result.place.limits, key=lambda entry: entry.limit)
    if not found:
        yield Paragraph("Nobody has stated a limit of the plan.")
        return
    columns = (
        Column("Limit", weight=3), Column("What follows from it", weight=2.6), Column("What would mend it", weight=2.6),
        Column("Accepted", weight=2.2),
    )  # fmt: skip
    rows = []
    for entry in found:
        state, because = quality.standing.limit(entry)
        held = f"{entry.holder}, {entry.accepted_on}" if entry.accepted_by else ""
        until = f", until {entry.review_by}" if entry.review_by else ""
        words = f"{held}{until}" if state == "accepted" else begun(because)
        rows.append(row(entry.statement, entry.consequence, entry.remedy, words))
    yield Table("Limits that are stated", columns, tuple(rows))


def log_section(quality: Quality, *, with_rows: bool = True) -> Section:
    """The assumptions log; without the rows of files where the order of rows may not change a byte."""
    shown, all_ = quality.log[:_LOG_SHOWN], len(quality.log)
    unverified = sum(not entry.verified for entry in quality.log)
    said = (
        f"{all_:,} inputs are assumptions, or are not published; nobody has verified {unverified:,} of them. Beside each "
        f"stands its part of the closing position of {quality.year}: the parts of all inputs, published ones included, sum to it."
    )
    more = (
        f" The first {_LOG_SHOWN:,} stand here; the JSON and the CSV tables hold them all."
        if all_ > _LOG_SHOWN
        else ""
    )
    columns = (
        Column("Where", weight=2.2), Column("Value", weight=2), Column("Unit", weight=0), Column("Basis", weight=1.1),
        Column("Part, £000", numeric=True, weight=0), Column("Verified by", weight=1.8), Column("Source", weight=3.2),
    )  # fmt: skip
    rows = tuple(row(*_logged(entry, with_rows=with_rows)) for entry in shown)
    table = [Table("Inputs that are assumptions, or are not published", columns, rows)] if rows else []
    return Section("assumptions-log", "Assumptions log", (Paragraph(said + more), *table), wide=True)


def _logged(entry: LogEntry, *, with_rows: bool) -> tuple[str, ...]:
    where = f"{entry.where if with_rows else entry.table + '.csv'}: {entry.key}"
    part = "–" if entry.part is None else amount(entry.part)
    return (
        where,
        entry.value,
        entry.unit or "–",
        BASES[entry.basis],
        part,
        entry.verified or "Nobody",
        entry.source,
    )
