"""Risks as blocks: the heat map with its cells, the register, how scores moved, and the log beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.risking import STAGES, RiskState, Scale, Scored
from leftshift.reports.content import Block, Figure, Note, Paragraph, Row, Subheading
from leftshift.reports.programme import risk_pictures
from leftshift.reports.programme.asking import belongs, named
from leftshift.reports.programme.cells import NONE, col, count, day, days_col, line, num, sentence, table
from leftshift.reports.words import listed

_DRAWN = 12
_KINDS = {"assumption": "Assumption", "issue": "Issue", "dependency": "Dependency"}


def risks(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Heat map, register, movement and log; of one project where it is named."""
    found = [
        state for state in checked.register.risks if not project or threatens_project(checked, state, project)
    ]
    open_ones = [state for state in found if state.is_open]
    if found:
        yield Paragraph(_lead(open_ones), lead=not project)
        yield from _heat_maps(open_ones)
        yield register(checked, found)
        yield from _movement(open_ones)
    else:
        yield Paragraph(
            "No risk of this project is on the register." if project else "No risk is on the register yet."
        )
    yield from log(checked, project)


def threatens_project(checked: CheckedProgramme, state: RiskState, project: str) -> bool:
    """Whether a risk threatens a project, or a milestone, benefit or intervention of it."""
    return belongs(checked, project, state.risk.threatens_kind, state.risk.threatens)


def _lead(open_ones: Sequence[RiskState]) -> str:
    if not open_ones:
        return "No risk is open."
    escalate = sum(state.to_escalate for state in open_ones)
    late = sum(state.is_review_overdue for state in open_ones)
    said = f"{count(len(open_ones), 'risk')} {'are' if len(open_ones) > 1 else 'is'} open"
    said += f"; the highest is {_quoted(open_ones[0])}, {score(open_ones[0].current)}"
    if escalate:
        said += f"; {count(escalate, 'risk')} {'ask' if escalate > 1 else 'asks'} for a board that nobody was told"
    if late:
        said += f"; {count(late, 'review')} {'are' if late > 1 else 'is'} overdue"
    return f"{said}."


def title(state: RiskState) -> str:
    """What could happen, with a capital in front."""
    return state.title[:1].upper() + state.title[1:]


def described(state: RiskState) -> str:
    """What could happen, because of what, and what would follow."""
    risk = state.risk
    return f"{sentence(risk.event)} Cause: {risk.cause.rstrip('.')}. Effect: {risk.effect.rstrip('.')}."


def _quoted(state: RiskState) -> str:
    return f"“{state.title}”"


def score(entry: Scored | None) -> str:
    """A score as likelihood by impact, its product and the name of its band."""
    if entry is None:
        return "not scored"
    band = f" ({entry.band.name.lower()})" if entry.band else ""
    return f"{entry.row.likelihood} × {entry.row.impact} = {entry.product}{band}"


def movement(state: RiskState) -> str:
    """How the current score moved since the one before, in words."""
    scored = [entry for entry in state.history if entry.row.stage == "current"]
    if len(scored) < 2:
        return "scored once" if scored else "not scored since it was raised"
    if scored[-1].scale.scale != scored[-2].scale.scale:
        return "scored on another scale than before"
    was = scored[-2].product
    if not state.move:
        return f"as before ({was})"
    return f"{'worse' if state.move > 0 else 'better'} by {abs(state.move)}, from {was}"


def _heat_maps(open_ones: Sequence[RiskState]) -> Iterator[Block]:
    scales: dict[str, Scale] = {}
    for state in open_ones:
        if state.current is not None:
            scales.setdefault(state.current.scale.scale, state.current.scale)
    for scale in scales.values():
        found = cells_of(open_ones, scale)
        held = sum(map(len, found.values()))
        top = [cell for cell in found if scale.is_escalated(*cell)]
        high = sum(len(found[cell]) for cell in top)
        said = f"{held} open {'risks stand' if held > 1 else 'risk stands'} on the scale {scale.name}; {high or 'none'} of them where a board has to know."
        yield Figure(
            risk_pictures.heat_map(scale, {cell: len(states) for cell, states in found.items()}),
            said,
            f"Matrix of likelihood by impact with the number of open risks in each cell and the name of its band. {said} The table below lists the cells.",
        )
        columns = (
            col("Likelihood"),
            col("Impact"),
            num("Score"),
            col("Band", 0.8),
            num("Risks"),
            col("Which", 3),
        )
        rows = [
            _cell(scale, cell, found[cell])
            for cell in sorted(found, key=lambda cell: (-cell[0] * cell[1], -cell[0]))
        ]
        yield table(
            f"Cells of the matrix that hold a risk ({scale.name})", columns, rows, f"heat_map_{scale.scale}"
        )
    unscored = [state for state in open_ones if state.current is None]
    if unscored:
        yield Note(f"Not scored, and so in no matrix: {listed([_quoted(state) for state in unscored])}.")


def cells_of(open_ones: Sequence[RiskState], scale: Scale) -> dict[tuple[int, int], list[RiskState]]:
    """(likelihood, impact) to the risks that stand there today."""
    found: dict[tuple[int, int], list[RiskState]] = {}
    for state in open_ones:
        now = state.current
        if now is not None and now.scale.scale == scale.scale:
            found.setdefault((now.row.likelihood, now.row.impact), []).append(state)
    return found


def _cell(scale: Scale, cell: tuple[int, int], states: Sequence[RiskState]) -> Row:
    band = scale.band(*cell)
    likelihood, impact = scale.likelihood.get(cell[0], ""), scale.impact.get(cell[1], "")
    return line(
        f"{cell[0]} {likelihood}".strip(), f"{cell[1]} {impact}".strip(), str(cell[0] * cell[1]), band.name if band else NONE, str(len(states)),
        "; ".join(title(state) for state in states),
    )  # fmt: skip


def register(checked: CheckedProgramme, found: Sequence[RiskState]) -> Block:
    """The register as a table, the highest first, closed ones last."""
    columns = (
        col("Risk", 2.6), col("Inherent", 0.9), col("Current", 0.9), col("Target", 0.9), col("Movement", 1), col("Owner", 1.2),
        col("Controls", 1.6), col("Review", 0.9), col("Escalation", 1.1), col("Threatens", 1.3),
    )  # fmt: skip
    return table("Risk register", columns, [_risk(checked, state) for state in found], "risks")


def _risk(checked: CheckedProgramme, state: RiskState) -> Row:
    risk = state.risk
    stages = [state.current if stage == "current" else state.latest(stage) for stage in STAGES]
    return line(
        described(state), *map(score, stages), movement(state) if state.is_open else f"closed on {day(risk.closed)}: {risk.closed_because}",
        risk.owner, f"{risk.response}: {risk.controls}".rstrip(": "), day(risk.review) + (" (overdue)" if state.is_review_overdue else ""),
        escalation(checked, state), named(checked, risk.threatens_kind, risk.threatens) if risk.threatens else "", about=f"risk/{risk.risk}",
    )  # fmt: skip


def escalation(checked: CheckedProgramme, state: RiskState) -> str:
    """Where a risk was brought, or that it has to be."""
    if state.to_escalate:
        return "to be escalated"
    if not state.escalated_to:
        return ""
    when = f" on {day(state.risk.escalated_on)}" if state.risk.escalated_on else ""
    return f"{named(checked, 'body', state.escalated_to)}{when}"


def _movement(open_ones: Sequence[RiskState]) -> Iterator[Block]:
    """Where each risk began, stands and is meant to come, then every score with its day."""
    scored = [state for state in open_ones if state.history]
    if not scored:
        return
    yield Subheading("How scores moved")
    drawn = [state for state in scored if state.current is not None][:_DRAWN]
    up, down = (sum(1 for state in scored if sign * state.move > 0) for sign in (1, -1))
    said = f"Since the score before, {up or 'none'} {'is' if up <= 1 else 'are'} worse and {down or 'none'} {'is' if down <= 1 else 'are'} better."
    which = "" if len(drawn) == len(scored) else f" The {len(drawn)} highest of {len(scored)} are drawn."
    yield Figure(
        risk_pictures.stages([(title(state), _products(state)) for state in drawn]),
        said + which,
        f"Marks of the inherent, current and target score of each risk on one line. {said}{which} The table below holds every score.",
    )
    rows = [
        line(
            title(state),
            entry.row.stage,
            day(entry.row.scored_on),
            score(entry),
            entry.row.by,
            entry.row.reason,
        )
        for state in scored
        for entry in state.history
    ]
    columns = (
        col("Risk", 2),
        col("Score of", 0.7),
        days_col("On"),
        col("Score", 1.1),
        col("By", 1.2),
        col("Reason", 1.8),
    )
    yield table("Every score", columns, rows, "risk_scores")


def _products(state: RiskState) -> dict[str, int]:
    found = {stage: state.current if stage == "current" else state.latest(stage) for stage in STAGES}
    return {stage: entry.product for stage, entry in found.items() if entry is not None}


def log(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Assumptions, issues and dependencies on others."""
    found = [
        row for row in checked.programme.log if row.raised <= checked.as_of and project in ("", row.project)
    ]
    yield Subheading("Assumptions, issues and dependencies on others")
    if not found:
        yield Paragraph("No assumption, issue or dependency is in the log.")
        return
    rows = []
    for row in sorted(found, key=lambda row: (list(_KINDS).index(row.kind), row.raised, row.entry)):
        is_open = row.closed is None or row.closed > checked.as_of
        late = row.due is not None and is_open and row.due < checked.as_of
        state = "overdue" if late else "open" if is_open else f"closed on {day(row.closed)}"
        rows.append(
            line(_KINDS[row.kind], row.text, row.severity, row.owner, day(row.raised), day(row.due), state, row.outcome if not is_open else "", about=f"log/{row.entry}")
        )  # fmt: skip
    columns = (
        col("Kind", 0.9), col("What", 2.5), col("Severity", 0.7), col("Owner", 1.3), days_col("Raised"), days_col("Due"), col("State", 0.9), col("Outcome", 1.4),
    )  # fmt: skip
    yield table("Log", columns, rows, "log")
