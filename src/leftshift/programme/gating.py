"""Gates: what each asks, what answers it, and what a project may not do before it is passed.

A gate is passed by named evidence and a decision recorded on it: a decision alone does not pass it, nor does evidence
alone, nor evidence that came after the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from leftshift.programme.benefit_rows import (
    Gate,
    GateAssessment,
    GateDecision,
    GateEvidence,
    GateQuestion,
)
from leftshift.programme.boards.deciding import decisions_on
from leftshift.programme.boards.words import counted, long_day
from leftshift.programme.parameters import catalogue
from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import Milestone, Project

OWN = "own"
Verdict = Literal["met", "partly", "not_met", "not_assessed"]
_WORST: Mapping[str, int] = {"met": 0, "partly": 1, "not_met": 2, "not_assessed": 3}


@dataclass(frozen=True)
class Question:
    """What a gate asks, what answers it, and what was found."""

    question: str
    text: str
    evidence_needed: str
    required: bool
    evidence: tuple[GateEvidence, ...]
    assessments: tuple[GateAssessment, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst that an assessor found."""
        return max(
            (row.verdict for row in self.assessments), key=lambda each: _WORST[each], default="not_assessed"
        )

    @property
    def lacks(self) -> str:
        """What keeps it from being answered; empty where nothing does."""
        if not self.required:
            return ""
        if self.evidence_needed and not self.evidence:
            return "no evidence"
        if self.verdict == "not_assessed":
            return "not assessed"
        return "" if self.verdict == "met" else "not met" if self.verdict == "not_met" else "met in part"

    def by(self, day: date) -> Question:
        """As it stood on a day."""
        return replace(
            self,
            evidence=tuple(row for row in self.evidence if row.dated <= day),
            assessments=tuple(row for row in self.assessments if row.assessed_on <= day),
        )


def _lacking(questions: Iterable[Question], decision: GateDecision | None) -> tuple[Question, ...]:
    lenient = decision is not None and bool(decision.conditions)
    return tuple(row for row in questions if row.lacks and not (lenient and row.lacks == "met in part"))


@dataclass(frozen=True)
class GateState:
    """A gate on a day."""

    gate: Gate
    questions: tuple[Question, ...]
    decisions: tuple[GateDecision, ...]
    takes_part: Mapping[str, bool]
    """Organisation to whether it opted in, where each decides for itself."""

    def decision(self, organisation: str = "") -> GateDecision | None:
        """The last decision, for an organisation where each decides for itself; of two on one day, the one that holds back."""
        own = [row for row in self.decisions if row.organisation in {"", organisation}]
        return max(
            own, key=lambda row: (row.decided_on, row.outcome != "passed", row.organisation), default=None
        )

    @property
    def is_decided(self) -> bool:
        """Whether anybody decided, and the last decision did not put it off."""
        last = max(self.decisions, key=lambda row: row.decided_on, default=None)
        return last is not None and last.outcome != "deferred"

    @property
    def lacking(self) -> tuple[Question, ...]:
        """Questions that are not answered; what is met in part passes where the decision makes conditions."""
        last = self.decision()
        return _lacking(self.questions, last)

    @property
    def asks(self) -> bool:
        """Whether it asks anything that has to be answered: a gate that asks nothing cannot be passed."""
        return any(row.required for row in self.questions)

    def lacked(self, decision: GateDecision) -> tuple[Question, ...]:
        """Questions that were not answered when a decision was taken: what came later was not before those who decided."""
        return _lacking([row.by(decision.decided_on) for row in self.questions], decision)

    def is_passed(self, organisation: str = "") -> bool:
        """Whether it is passed: by every answer and a recorded decision on them; for an organisation that takes part."""
        last = self.decision(organisation)
        if last is None or last.outcome != "passed" or not self.asks or self.lacking or self.lacked(last):
            return False
        return not self.gate.opt_in or not organisation or self.takes_part.get(organisation, False)

    def why_not(self, organisation: str = "") -> str:
        """Why it is not passed, in words; empty where it is."""
        if self.is_passed(organisation):
            return ""
        last = self.decision(organisation)
        if self.gate.opt_in and organisation and not self.takes_part.get(organisation, False):
            return f"{organisation} has not opted in"
        if last is None:
            return "nothing was decided"
        if last.outcome != "passed":
            return "not passed" if last.outcome == "not_passed" else "the decision was put off"
        if not self.asks:
            return "it asks nothing that has to be answered"
        lacking = self.lacking or self.lacked(last)
        lacks = "; ".join(f"{row.text.rstrip('?')}: {row.lacks}" for row in lacking[:2])
        more = f", and {len(lacking) - 2} more" if len(lacking) > 2 else ""
        if self.lacking:
            return f"it was decided without its answers ({lacks}{more})"
        return f"it was decided on {long_day(last.decided_on)}, before its answers ({lacks}{more}): decide it again"

    @property
    def stops(self) -> tuple[str, ...]:
        """What it stops: start, spend or both."""
        return tuple(self.gate.stops.split("_and_"))

    @property
    def state(self) -> str:
        """Passed, decided without its answers, ready to be decided, or open; as a word."""
        last = self.decision()
        if self.is_passed():
            return "passed"
        if last is not None and last.outcome == "passed":
            return "not proven"
        if last is not None:
            return "not passed" if last.outcome == "not_passed" else "put off"
        return "open" if self.lacking or not self.asks else "ready to be decided"

    @property
    def waits(self) -> bool:
        """Whether somebody has yet to decide on it: it is passed neither as a whole nor for one that opted in."""
        return not (self.is_passed() or any(map(self.is_passed, self.takes_part)))

    @property
    def waits_for_its_decision(self) -> bool:
        """Whether it needs nothing but a decision: its answers are there, or it was decided without them."""
        return self.waits and self.state in ("ready to be decided", "not proven")

    @property
    def words(self) -> str:
        """How it stands and why, in a phrase."""
        if self.decision() is not None:
            return f"{self.state}: {self.why_not()}" if self.why_not() else self.state
        if not self.asks:
            return "it asks nothing that has to be answered"
        lacking = len(self.lacking)
        return (
            f"{counted(lacking, 'question')} without an answer"
            if lacking
            else "every question has its answer"
        )

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "gate": self.gate.gate,
            "name": self.gate.name,
            "project": self.gate.project,
            "kind": self.gate.kind,
            "stops": list(self.stops),
            "state": self.state,
            "passed": self.is_passed(),
            "why_not": self.why_not() or None,
            "due": str(self.gate.due) if self.gate.due else None,
            "questions": [
                {
                    "question": row.question,
                    "text": row.text,
                    "required": row.required,
                    "verdict": row.verdict,
                    "evidence": [entry.evidence for entry in row.evidence],
                    "lacks": row.lacks or None,
                }
                for row in self.questions
            ],
        }


def kinds() -> Mapping[str, Any]:
    """Kinds of gates with what they ask."""
    return catalogue("gates")


def gate_states(programme: Programme, as_of: date) -> tuple[GateState, ...]:
    """Every gate on a day: evidence, assessments and decisions of later days do not count."""
    answers = _answers(programme, as_of)
    return tuple(_state(programme, gate, as_of, answers) for gate in programme.gates)


@dataclass(frozen=True)
class _Answers:
    """Evidence and assessments by gate and question, and own questions by gate."""

    evidence: Mapping[tuple[str, str], Sequence[GateEvidence]]
    assessments: Mapping[tuple[str, str], Sequence[GateAssessment]]
    own: Mapping[str, Sequence[GateQuestion]]


def _answers(programme: Programme, as_of: date) -> _Answers:
    evidence: dict[tuple[str, str], list[GateEvidence]] = {}
    for paper in programme.gate_evidence:
        if paper.dated <= as_of:
            evidence.setdefault((paper.gate, paper.question), []).append(paper)
    assessments: dict[tuple[str, str], list[GateAssessment]] = {}
    for row in programme.gate_assessments:
        if row.assessed_on <= as_of:
            assessments.setdefault((row.gate, row.question), []).append(row)
    own: dict[str, list[GateQuestion]] = {}
    for asked in programme.gate_questions:
        own.setdefault(asked.gate, []).append(asked)
    return _Answers(evidence, assessments, own)


_OUTCOMES: Mapping[str, Literal["passed", "not_passed", "deferred"]] = {
    "agreed": "passed",
    "not_agreed": "not_passed",
    "deferred": "deferred",
}


def _decisions(programme: Programme, gate: Gate, as_of: date) -> Iterator[GateDecision]:
    """What was recorded of a gate, and resolutions of boards on it that stand."""
    for row in programme.gate_decisions:
        if row.gate == gate.gate and row.decided_on <= as_of:
            yield row
    for ruling in decisions_on(programme.boards, f"gate:{gate.gate}", as_of):
        taken = ruling.decision
        if ruling.stands and taken.outcome in _OUTCOMES:
            body = programme.boards.meeting[taken.meeting].body
            yield GateDecision(
                gate=gate.gate, decided_on=ruling.on, outcome=_OUTCOMES[taken.outcome], by=programme.boards.body[body].name,
                minute=f"{taken.meeting}, {taken.item}({taken.resolution})", source=taken.source, basis=taken.basis, origin=taken.origin,
            )  # fmt: skip


def _state(programme: Programme, gate: Gate, as_of: date, answers: _Answers) -> GateState:
    decisions = tuple(_decisions(programme, gate, as_of))
    options = sorted(
        (row for row in programme.gate_options if row.gate == gate.gate and row.decided_on <= as_of),
        key=lambda row: row.decided_on,
    )
    return GateState(
        gate,
        tuple(_questions(gate, answers)),
        decisions,
        {row.organisation: row.takes_part for row in options},
    )


def _questions(gate: Gate, answers: _Answers) -> Iterator[Question]:
    for name, entry in kinds().get(gate.kind, {}).get("questions", {}).items():
        yield _question(gate, answers, (name, entry["text"], entry["evidence"], True))
    for row in answers.own.get(gate.gate, ()):
        yield _question(gate, answers, (row.question, row.text, row.evidence_needed, row.required))


def _question(gate: Gate, answers: _Answers, asked: tuple[str, str, str, bool]) -> Question:
    key = (gate.gate, asked[0])
    return Question(*asked, tuple(answers.evidence.get(key, ())), tuple(answers.assessments.get(key, ())))


@dataclass(frozen=True)
class Stop:
    """Something that may not happen yet, and the gate that says so; ``scheme`` is where its money would come from."""

    gate: str
    name: str
    project: str
    what: Literal["start", "spend"]
    why: str
    scheme: str = ""
    organisation: str = ""

    @property
    def words(self) -> str:
        """The stop in a sentence."""
        verb = "start" if self.what == "start" else "spend"
        of = f" for {self.organisation}" if self.organisation else ""
        return f"may not {verb}{of} before the gate {self.name} is passed: {self.why}"


def stops(programme: Programme, as_of: date) -> tuple[Stop, ...]:
    """Everything that gates stop on a day; of a gate that each organisation decides for itself, one for each that is held."""
    found: list[Stop] = []
    for state in gate_states(programme, as_of):
        project = programme.project.get(state.gate.project)
        if project is None:
            continue
        for organisation in _held(programme, state):
            if state.is_passed(organisation):
                continue
            why = state.why_not(organisation)
            found += [
                Stop(state.gate.gate, state.gate.name, project.project, what, why, project.scheme, organisation)
                for what in ("start", "spend")
                if what in state.stops
            ]  # fmt: skip
    return tuple(found)


def _held(programme: Programme, state: GateState) -> Sequence[str]:
    """For whom a gate is asked: everybody together, or each organisation that said whether it takes part."""
    if not state.gate.opt_in or not state.takes_part:
        return ("",)
    return sorted(state.takes_part)


@dataclass(frozen=True)
class Breach:
    """What stands past a gate that is not passed: a project that began or spends, or one of its milestones (``what``)."""

    project: str
    gate: str
    what: str
    words: str


def breaches(programme: Programme, as_of: date) -> Mapping[str, Sequence[str]]:
    """Project to why it stands past a gate that is not passed: by what was begun, reached or spent; of each gate one reason."""
    found: dict[tuple[str, str], str] = {}
    for row in past_gates(programme, as_of):
        found.setdefault((row.project, row.gate), row.words)
    said: dict[str, list[str]] = {}
    for (project, _), words in found.items():
        said.setdefault(project, []).append(words)
    return said


def past_gates(programme: Programme, as_of: date) -> Iterator[Breach]:
    """Everything that stands past a gate that is not passed."""
    for state in gate_states(programme, as_of):
        project = programme.project.get(state.gate.project)
        if project is None or not state.waits:
            continue
        why = f"past the gate {state.gate.name}, which is not passed ({state.why_not()})"
        for what, said in _stopped(programme, state, project, as_of):
            yield Breach(project.project, state.gate.gate, what, f"{why}: {said}")


def _stopped(
    programme: Programme, state: GateState, project: Project, as_of: date
) -> Iterator[tuple[str, str]]:
    """What a gate should have stopped: the milestone where it is one, and what it did."""
    if "start" in state.stops:
        yield from _started(programme, state, project, as_of)
    spends = project.spent is not None and project.spent.pence > 0 and not state.gate.milestone
    if "spend" in state.stops and spends and project.spent is not None:
        yield "money", f"it has spent {project.spent.brief}"


def _started(
    programme: Programme, state: GateState, project: Project, as_of: date
) -> Iterator[tuple[str, str]]:
    if not state.gate.milestone:
        if project.begins is not None and project.begins <= as_of:
            yield "project", f"it began on {long_day(project.begins)}"
        behind = [row for row in programme.milestones if row.project == project.project]
    else:
        names = _behind(programme, state.gate.milestone)
        behind = [row for row in programme.milestones if row.milestone in names]
    for row in behind:
        if (day := _begun(row, as_of)) is not None:
            yield f"milestone {row.milestone}", f"{row.name} {day}"


def _begun(row: Milestone, as_of: date) -> str | None:
    if row.done is not None and row.done <= as_of:
        return f"was reached on {long_day(row.done)}"
    if row.begins is not None and row.begins <= as_of:
        return f"began on {long_day(row.begins)}"
    return None


def _behind(programme: Programme, first: str) -> set[str]:
    """A milestone and everything that waits for it."""
    after: dict[str, list[str]] = {}
    for row in programme.dependencies:
        after.setdefault(row.before, []).append(row.after)
    found, waiting = set[str](), [first]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += after.get(name, [])
    return found
