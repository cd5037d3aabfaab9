"""What is wrong with benefits, risks, gates, appraisals and engagement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from leftshift.foundation.faults import Fault
from leftshift.programme.appraising import Appraised, NoWeights, appraise
from leftshift.programme.benefit_rows import GateAssessment, GateEvidence
from leftshift.programme.benefiting import is_pounds, overlaps
from leftshift.programme.engaging import assessment_states, characteristics, choices_of
from leftshift.programme.findings import at_row, unknown
from leftshift.programme.gating import OWN, breaches, gate_states, kinds
from leftshift.programme.programme import Programme
from leftshift.programme.risking import USUAL, Register, RiskState, scales


def register_faults(programme: Programme, as_of: date) -> Iterator[Fault]:
    """Everything that is wrong with what goes beside the work."""
    yield from _benefits(programme)
    yield from _risks(programme, as_of)
    yield from _gates(programme, as_of)
    yield from _past_gates(programme, as_of)
    yield from _appraisals(programme)
    yield from _engagement(programme)
    yield from _assessments(programme)


def _benefits(programme: Programme) -> Iterator[Fault]:
    for first, second, what in overlaps(programme):
        yield at_row(
            second, "benefit", "claimed twice", expected=f"one claim on {what}: {first.name} has it",
            action="Set counted to no on one of the two, or say what each counts",
        )  # fmt: skip
    sorts: dict[str, str] = {}
    periods: dict[str, set[Any]] = {}
    for row in programme.benefit_profile:
        usual = sorts.setdefault(row.benefit, row.period.sort)
        periods.setdefault(row.benefit, set()).add(row.period)
        if row.period.sort != usual:
            yield at_row(row, "period", "periods of two kinds", expected="the kind of the benefit's first period", action="Use one kind for one benefit, so that nothing counts twice")  # fmt: skip
    for brought in programme.benefit_actuals:
        if brought.period not in periods.get(brought.benefit, set()):
            yield at_row(brought, "period", "period without a plan", expected="a period of benefit_profile.csv", action="Add its plan there, 0 where none was planned")  # fmt: skip
    for benefit in programme.benefits:
        if benefit.kind == "cash_releasing" and benefit.counted and not is_pounds(benefit):
            yield at_row(benefit, "unit", "money in another unit", expected="pounds: what is released is added up by organisation", action="Give its numbers in pounds, or set counted to no")  # fmt: skip
        if (benefit.measure or benefit.account) and benefit.baseline is None:
            yield at_row(benefit, "baseline", "missing value", expected="where the measure stood before: what is brought is counted from there", action="Add it")  # fmt: skip


def _risks(programme: Programme, as_of: date) -> Iterator[Fault]:
    yield from _scales(programme)
    named = _named(programme)
    for state in Register(programme, as_of).risks:
        risk = state.risk
        known = named.get(risk.threatens_kind)
        if risk.threatens and not risk.threatens_kind:
            yield at_row(risk, "threatens_kind", "missing value", expected=f"what {risk.threatens} is: {', '.join(named)}", action="Say it: without it nothing knows what is threatened")  # fmt: skip
        if risk.threatens and known is not None and risk.threatens not in known:
            yield unknown(risk, "threatens", risk.threatens_kind, known, f"{risk.threatens_kind}s.csv")
        if risk.closed is not None and not risk.closed_because:
            yield at_row(
                risk, "closed_because", "missing value", expected="why it was closed", action="Add it"
            )
        if state.is_open and risk.review is None and state.to_escalate:
            yield at_row(risk, "review", "missing value", expected="when it is looked at next, as a board has to know it", action="Add it")  # fmt: skip
        yield from _scored(state)


def _scored(state: RiskState) -> Iterator[Fault]:
    """What is wrong with the scores of a risk."""
    if state.is_open and state.current is None:
        yield at_row(state.risk, "risk", "risk without a score", expected="a row in risk_scores.csv", action="Score it", found=state.risk.risk)  # fmt: skip
    now, target = state.latest("current"), state.latest("target")
    if now and target and now.scale.scale == target.scale.scale and target.product > now.product:
        yield at_row(target.row, "likelihood", "target above today", found=str(target.product), expected=f"at most {now.product}, as it stands today", action="Correct the target, or say that it is tolerated")  # fmt: skip


def _scales(programme: Programme) -> Iterator[Fault]:
    """What is wrong with scales, and scores that are not on theirs."""
    known = scales(programme)
    own = {row.scale for row in programme.scales}
    for band in programme.bands:
        if band.scale not in own:
            yield at_row(band, "scale", "band of no scale", expected="a scale whose scores stand in scales.csv: those that come with leftshift keep their own bands", action=f"Describe {band.scale} there under a name of its own, or take the band out")  # fmt: skip
    for name in dict.fromkeys(row.scale for row in programme.scales):
        if gaps := known[name].gaps:
            first = next(row for row in programme.scales if row.scale == name)
            yield at_row(first, "scale", "scale with gaps", expected="one band for every product of likelihood and impact", action=f"Mend bands.csv: {len(gaps)} of the products fall in none or in two, as {gaps[0][0]} × {gaps[0][1]}")  # fmt: skip
    for row in programme.risk_scores:
        scale = known.get(row.scale or programme.scale or USUAL)
        if scale is None and row.scale:
            yield unknown(row, "scale", "scale", known, "scales.csv")
        elif scale is not None and not scale.has(row.likelihood, row.impact):
            column = "likelihood" if row.likelihood not in scale.likelihood else "impact"
            yield at_row(row, column, "score off the scale", expected=f"a score of {scale.name}: {min(scale.likelihood, default=0)} to {max(scale.likelihood, default=0)}", action="Correct it, or name the scale it was given on")  # fmt: skip


def _named(programme: Programme) -> Mapping[str, Collection[str]]:
    return {
        "objective": {row.objective for row in programme.objectives},
        "workstream": {row.workstream for row in programme.workstreams},
        "project": set(programme.project),
        "milestone": set(programme.milestone),
        "benefit": {row.benefit for row in programme.benefits},
        "intervention": {row.intervention for row in programme.project_interventions},
    }


def _gates(programme: Programme, as_of: date) -> Iterator[Fault]:
    known = {*kinds(), OWN}
    for state in gate_states(programme, as_of):
        gate, questions = state.gate, {row.question for row in state.questions}
        if gate.kind not in known:
            yield unknown(gate, "kind", "kind of gate", known, "those that come with leftshift, or own")
        elif not state.asks:
            yield at_row(gate, "kind", "gate without questions", expected="rows in gate_questions.csv, and at least one that is required", action="Say what it asks: until then it cannot be passed")  # fmt: skip
        if (
            gate.milestone
            and programme.milestone.get(gate.milestone) is not None
            and programme.milestone[gate.milestone].project != gate.project
        ):
            yield at_row(gate, "milestone", "milestone of another project", expected=f"a milestone of {gate.project}", action="Correct one of the two")  # fmt: skip
        answers: list[GateEvidence | GateAssessment] = [*programme.gate_evidence, *programme.gate_assessments]
        for row in answers:
            if row.gate == gate.gate and row.question not in questions:
                yield unknown(row, "question", "question", questions, f"the gate {gate.gate}")
        last = state.decision()
        if last is not None and last.outcome == "passed" and (state.lacking or state.lacked(last)):
            yield at_row(
                last, "outcome", "passed without its answers", expected=f"every required question answered by {last.decided_on}, with evidence",
                action=f"Add what is missing and decide it again, or record conditions: {state.why_not()}",
            )  # fmt: skip


def _past_gates(programme: Programme, as_of: date) -> Iterator[Fault]:
    for project, said in breaches(programme, as_of).items():
        for words in said:
            yield at_row(programme.project[project], "project", "past a gate", found=project, expected="nothing begun, reached or spent behind a gate that is not passed", action=f"Record the decision on the gate, or correct the dates: it is {words}")  # fmt: skip


def _appraisals(programme: Programme) -> Iterator[Fault]:
    for row in programme.appraisals:
        found = appraise(programme, row.appraisal)
        yield from _scores(programme, found)
        if row.chosen and row.chosen not in {option.option for option in found.options}:
            yield unknown(row, "chosen", "option", {option.option for option in found.options}, f"the appraisal {row.appraisal}")  # fmt: skip
        try:
            ranking = found.ranking
        except NoWeights:
            yield at_row(row, "appraisal", "no weights", expected="at least one criterion that weighs more than 0", action="Give weights in criteria.csv")  # fmt: skip
            continue
        for entry in ranking:
            if entry.total is None and not entry.option.excluded:
                yield at_row(entry.option, "option", "scores missing", expected="a score that counts for every criterion with a weight", action=f"It is not ranked: {entry.why_not}")  # fmt: skip
        if found.departs and not row.because:
            yield at_row(row, "because", "choice without a reason", expected="why the first of the ranking was not chosen", action="Add the reason")  # fmt: skip


def _scores(programme: Programme, found: Appraised) -> Iterator[Fault]:
    """Scores and conflicts that name what there is not, and scores off the scale."""
    row = found.appraisal
    known = {
        "option": {option.option for option in found.options},
        "criterion": {criterion.criterion for criterion in found.criteria},
        "scorer": {scorer.scorer for scorer in programme.scorers if scorer.appraisal == row.appraisal},
    }
    where = f"the appraisal {row.appraisal}"
    members = {member.member for member in programme.members}
    for scorer in programme.scorers:
        if scorer.appraisal == row.appraisal and scorer.member and scorer.member not in members:
            yield unknown(scorer, "member", "member", members, "members.csv")
    for score in (entry for entry in programme.scores if entry.appraisal == row.appraisal):
        for column, names in known.items():
            if getattr(score, column) not in names:
                yield unknown(score, column, column, names, where)
        if not 0 <= score.score <= row.most:
            yield at_row(
                score, "score", "score off the scale", expected=f"0 to {row.most}", action="Correct it"
            )
    for conflict in found.conflicts:
        for column in ("scorer", "option"):
            if getattr(conflict, column) and getattr(conflict, column) not in known[column]:
                yield unknown(conflict, column, column, known[column], where)


def _engagement(programme: Programme) -> Iterator[Fault]:
    named = _named(programme)
    for row in programme.alignment:
        if row.kind in named and row.named not in named[row.kind]:
            yield unknown(row, "named", row.kind, named[row.kind], f"{row.kind}s.csv")
    for response in programme.responses:
        if response.supportive is not None and response.supportive > response.number:
            yield at_row(response, "supportive", "value out of range", expected=f"at most {response.number}, all of them", action="Correct it")  # fmt: skip
    for answer in programme.said_and_did:
        if answer.response in ("changed", "decided") and not answer.record:
            yield at_row(answer, "record", "change without a record", expected="the decision, change or minute that says so", action="Name it: what was done has to be shown")  # fmt: skip
        if answer.response in ("changed", "decided") and answer.changed_on is None:
            yield at_row(answer, "changed_on", "change without a date", expected="the day of the change", action="Add it")  # fmt: skip
        if answer.response != "open" and not answer.did:
            yield at_row(answer, "did", "missing value", expected="what changed, or why nothing did", action="Add it")  # fmt: skip
    yield from _surveys(programme)


def _surveys(programme: Programme) -> Iterator[Fault]:
    for question in programme.survey_questions:
        if question.kind == "choice" and len(choices_of(question.choices)) < 2:
            yield at_row(question, "choices", "too few choices", expected="at least two, separated by ;", action="Add them")  # fmt: skip
    asked = {question.survey for question in programme.survey_questions}
    for survey in programme.surveys:
        if survey.survey not in asked:
            yield at_row(survey, "survey", "survey without questions", expected="rows in survey_questions.csv", action="Say what it asks")  # fmt: skip


def _assessments(programme: Programme) -> Iterator[Fault]:
    known = characteristics()
    for impact in programme.impacts:
        if impact.characteristic not in known:
            yield unknown(impact, "characteristic", "characteristic", known, "the protected ones, carers and inclusion_health")  # fmt: skip
    assessed = {row.decision for row in programme.assessments if row.decision}
    for decision in programme.decisions:
        named = f"{decision.meeting}/{decision.item}/{decision.resolution}"
        if decision.subject and decision.outcome == "agreed" and named not in assessed:
            yield at_row(decision, "subject", "decision without an assessment", expected=f"an impact assessment of {named}, or why none is needed", action="Add a row to assessments.csv")  # fmt: skip
    for state in assessment_states(programme):
        if state.lacks:
            more = f", and {len(state.lacks) - 3} more" if len(state.lacks) > 3 else ""
            yield at_row(state.assessment, "assessment", "assessment not whole", expected="an answer for every protected characteristic", action=f"Complete it: {'; '.join(state.lacks[:3])}{more}")  # fmt: skip
