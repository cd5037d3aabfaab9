"""Gates as blocks: how each stands, what it asks and what answers it, and what it stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.gating import GateState, Question, Stop, kinds
from leftshift.reports.content import Block, Paragraph, Row, Subheading
from leftshift.reports.programme.asking import milestone_name, minuted, organisation_name, project_name
from leftshift.reports.programme.cells import col, count, day, days_col, line, of, sentence, table

_STOPS = {"start": "start", "spend": "spend", "start_and_spend": "start and spend"}
_VERDICTS = {"met": "met", "partly": "met in part", "not_met": "not met", "not_assessed": "not assessed"}
_OUTCOMES = {"passed": "passed", "not_passed": "not passed", "deferred": "put off"}


def gates(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Every gate with its state, then what gates stop."""
    found = [state for state in checked.gates if project in ("", state.gate.project)]
    if not found:
        yield Paragraph("This project has no gate." if project else "The programme has no gate yet.")
        return
    passed = sum(state.is_passed() for state in found)
    yield Paragraph(
        f"{passed or 'None'} of {count(len(found), 'gate')} {'are' if passed > 1 else 'is'} passed."
    )
    columns = (
        col("Gate", 1.6), col("Project", 1.4), col("Kind", 1.2), col("Who decides", 1.2), days_col("Due"), col("Stops", 1), col("Before", 1.2), col("State", 0.9),
        col("Questions answered", 0.8), col("Why not passed", 1.8),
    )  # fmt: skip
    yield table("Gates", columns, [_gate(checked, state) for state in found], "gates")
    yield from _stopped(checked, [stop for stop in checked.stops if project in ("", stop.project)])


def _gate(checked: CheckedProgramme, state: GateState) -> Row:
    gate = state.gate
    needed = [row for row in state.questions if row.required]
    answered = sum(not row.lacks for row in needed)
    return line(
        of("gate", gate.gate, gate.name), project_name(checked, gate.project), kind_name(gate.kind), gate.decider, day(gate.due), _STOPS[gate.stops],
        milestone_name(checked, gate.milestone) if gate.milestone else "the whole project", state.state, f"{answered} of {len(needed)}", state.why_not(),
    )  # fmt: skip


def kind_name(kind: str) -> str:
    """What a kind of gate is called."""
    found = kinds().get(kind, {})
    return str(found.get("name", kind.replace("_", " ")))


def _stopped(checked: CheckedProgramme, found: list[Stop]) -> Iterator[Block]:
    if found:
        rows = [
            line(project_name(checked, stop.project), sentence(stop_said(checked, stop))) for stop in found
        ]
        yield table("What gates stop", (col("Project", 1), col("What it may not do", 3)), rows, "stops")
    else:
        yield Paragraph("Gates stop nothing.")


def stop_said(checked: CheckedProgramme, stop: Stop) -> str:
    """What a gate stops, in words, with the name of the organisation that it stops it for."""
    if not stop.organisation:
        return stop.words
    name = organisation_name(checked, stop.organisation)
    return replace(stop, organisation=name, why=stop.why.replace(stop.organisation, name)).words


def gate(checked: CheckedProgramme, name: str) -> Iterator[Block]:
    """One gate: what it asks, with evidence and verdicts, decisions, who takes part, what it stops. Raises LookupError."""
    state = next((each for each in checked.gates if each.gate.gate == name), None)
    if state is None:
        raise LookupError(f"the programme has no gate {name}")
    row = state.gate
    why = state.why_not()
    yield Paragraph(
        f"{row.name}: {state.state}{f', as {why}' if why and why != state.state else ''}.", lead=True
    )
    by = f", by {day(row.due)}" if row.due else ""
    held = (
        f"{milestone_name(checked, row.milestone)} and what waits for it"
        if row.milestone
        else "the whole project"
    )
    yield Paragraph(
        f"{kind_name(row.kind)}, of {project_name(checked, row.project)}. Who decides: {row.decider}{by}. It stops: {_STOPS[row.stops]}. What it holds: {held}."
    )
    yield from _questions(state)
    yield from _decided(checked, state)
    yield from _stopped(checked, [stop for stop in checked.stops if stop.gate == name])


def _questions(state: GateState) -> Iterator[Block]:
    if not state.questions:
        yield Paragraph("It asks nothing yet.")
        return
    columns = (
        col("Question", 2.2), col("Evidence asked for", 1.4), col("Evidence", 1.8), col("What assessors found", 1.8), col("Verdict", 0.9), col("Lacks", 0.9),
    )  # fmt: skip
    yield table("What the gate asks", columns, [_question(row) for row in state.questions], "gate_questions")


def _question(row: Question) -> Row:
    evidence = "; ".join(
        f"{each.evidence}, {day(each.dated)}{f' ({each.grade})' if each.grade else ''}"
        for each in row.evidence
    )
    found = "; ".join(
        f"{each.assessor}: {_VERDICTS[each.verdict]}, {day(each.assessed_on)}{f' – {each.gap}' if each.gap else ''}"
        for each in row.assessments
    )
    lacks = row.lacks or ("nothing" if row.required else "nothing: it need not be answered")
    return line(row.text, row.evidence_needed, evidence, found, _VERDICTS[row.verdict], lacks)


def _decided(checked: CheckedProgramme, state: GateState) -> Iterator[Block]:
    if state.decisions:
        yield Subheading("Decisions")
        columns = (
            days_col("On"),
            col("Outcome", 0.9),
            col("By", 1.3),
            col("Minute", 1.3),
            col("For", 1.2),
            col("Conditions", 1.8),
        )
        rows = [
            line(day(row.decided_on), _OUTCOMES[row.outcome], row.by, minuted(checked, row.minute), organisation_name(checked, row.organisation) or "everybody", row.conditions)
            for row in state.decisions
        ]  # fmt: skip
        yield table("Decisions on the gate", columns, rows, "gate_decisions")
    if state.takes_part:
        rows = [
            line(
                organisation_name(checked, code) or code,
                "takes part" if takes else "does not take part",
                "passed"
                if state.is_passed(code)
                else sentence(state.why_not(code).replace(code, organisation_name(checked, code))),
            )
            for code, takes in state.takes_part.items()
        ]
        named = (col("Organisation", 1.5), col("Takes part", 1), col("The gate for it", 2))
        yield table("Each organisation decides for itself", named, rows, "gate_options")
