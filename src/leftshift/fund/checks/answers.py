"""Checks of what a plan answers: conditions, metrics, texts, business plans, sign-off and days."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import near_miss
from leftshift.fund.checks.findings import Finding, Question, at_row, of_plan
from leftshift.fund.checks.lines import filled_in
from leftshift.fund.plan.periods import periods_of
from leftshift.fund.plan.signing import seats_of, signed_state
from leftshift.fund.rounds.rows import Rule

COVER, CONDITIONS, METRICS, NARRATIVE, WORK, SIGN = (
    "cover",
    "conditions",
    "metrics",
    "narrative",
    "schemes",
    "sign",
)


def complete(asked: Question, _: Rule) -> Iterator[Finding]:
    """V01: every field that the round asks for, sheet by sheet."""
    yield from filled_in(asked)
    yield from _conditions(asked)
    yield from _metrics(asked)
    yield from _narrative(asked)
    yield from _partners(asked)


def _conditions(asked: Question) -> Iterator[Finding]:
    answers = {row.condition: row for row in asked.plan.conditions}
    for row in asked.round.conditions:
        found = answers.get(row.condition)
        if found is None or not found.answer:
            where = (found.origin.file, found.origin.row) if found else ("conditions.csv", None)
            yield _missing(where, row.name, "answer", "yes or no", CONDITIONS, "Answer it")
        elif row.statement and not found.statement:
            yield at_row(
                found, "statement", "not filled in", CONDITIONS, found=f"nothing for {row.name}",
                expected="an assurance statement", action="Write how it is met",
            )  # fmt: skip
    known = {row.condition for row in asked.round.conditions}
    for answer in asked.plan.conditions:
        if answer.condition not in known:
            yield at_row(
                answer, "condition", "not in the round", CONDITIONS, suggestion=near_miss(answer.condition, known),
                expected="a condition of the round", action="Remove it, or correct its name",
            )  # fmt: skip


def _metrics(asked: Question) -> Iterator[Finding]:
    rows = {row.metric: row for row in asked.plan.metrics}
    planned = {(row.metric, row.period) for row in asked.plan.metric_plan}
    for metric in asked.round.metrics:
        row = rows.get(metric.metric)
        if not metric.needed:
            continue
        if row is None:
            yield _missing(("metrics.csv", None), metric.name, "metric", "its plan", METRICS, "Plan it")
            continue
        if metric.local and not row.name:
            yield at_row(
                row, "name", "not filled in", METRICS, expected="what the local metric is", action="Say it"
            )
        for column in ("rationale", "local_plan"):
            if not getattr(row, column):
                yield at_row(
                    row, column, "not filled in", METRICS, found=f"nothing for {metric.name}",
                    expected="why this ambition" if column == "rationale" else "how it is to be met", action="Write it",
                )  # fmt: skip
        missing = [
            period for period in periods_of(asked.round, metric) if (metric.metric, period) not in planned
        ]
        if missing:
            said = ", ".join(map(str, missing))
            yield of_plan(
                "metric_plan.csv", "not planned", METRICS, found=f"{metric.name}: nothing for {said}", column="period",
                expected=f"a plan for every {metric.every}", action="Add a target or figures",
            )  # fmt: skip
    for row in asked.plan.metrics:
        known = {metric.metric for metric in asked.round.metrics}
        if row.metric not in known:
            yield at_row(
                row, "metric", "not in the round", METRICS, suggestion=near_miss(row.metric, known),
                expected="a metric of the round", action="Remove it, or correct its name",
            )  # fmt: skip


def _narrative(asked: Question) -> Iterator[Finding]:
    texts = {row.section for row in asked.plan.narrative if row.text.strip()}
    for section in asked.round.narrative:
        if section.needed and section.section not in texts:
            yield _missing(
                ("narrative.csv", None),
                section.name,
                "text",
                (section.help or "a text").rstrip("."),
                NARRATIVE,
                "Write it",
            )


def _partners(asked: Question) -> Iterator[Finding]:
    for row in asked.round.signatories:
        if row.plan and row.of not in ("district", "provider") and not asked.plan.of_kind(row.of):
            of = row.of.replace("_", " ")
            yield _missing(
                ("partners.csv", None), row.role, "kind", f"a partner that is a {of}", "partners", "Add it"
            )


def _missing(
    where: tuple[str, int | None], name: str, column: str, expected: str, sheet: str, action: str
) -> Finding:
    from leftshift.foundation.faults import Fault

    return Finding(
        Fault("not filled in", where[0], where[1], column, f"nothing for {name}", expected, action), sheet
    )


def unmet_conditions(asked: Question, _: Rule) -> Iterator[Finding]:
    """V11: what is not met says what is done, and by when."""
    allowed = {row.condition for row in asked.round.conditions if row.in_progress}
    for row in asked.plan.conditions:
        if row.answer == "in_progress" and row.condition not in allowed:
            yield at_row(
                row, "answer", "not an answer of the round", CONDITIONS, expected="yes or no", action="Answer no, with a date",
            )  # fmt: skip
        if row.answer in ("no", "in_progress"):
            for column, wanted in (("action", "what is done"), ("by", "the day by which it will be met")):
                if not getattr(row, column):
                    yield at_row(
                        row, column, "not filled in", CONDITIONS, expected=wanted, action="Fill it in"
                    )


def signed(asked: Question, _: Rule) -> Iterator[Finding]:
    """V16: every seat has signed, and nobody for an office that may not be signed for."""
    state = signed_state(asked.plan, asked.round, asked.plan.sign_offs, asked.plan.submissions)
    for item in (entry for entry in state.seats if entry.state in ("open", "not valid")):
        delegated = "somebody signed in their place" if item.state == "not valid" else "no signature"
        rule = "" if item.signatory.may_delegate else "; nobody may sign for them"
        yield of_plan(
            "sign_offs.csv", "not signed", SIGN, found=f"{item.partner.name}: {delegated}",
            expected=f"the signature of the {item.signatory.role}{rule}", action="Sign the plan as it stands", column="signatory",
        )  # fmt: skip
    seats = {(row.signatory, partner.partner) for row, partner in seats_of(asked.plan, asked.round)}
    for row in asked.plan.sign_offs:
        if (row.signatory, row.partner) not in seats:
            yield at_row(
                row, "signatory", "signature of nobody", SIGN, expected="an office of the round and of a partner", action="Remove or correct it",
            )  # fmt: skip


def unchanged(asked: Question, _: Rule) -> Iterator[Finding]:
    """V17: nothing has changed since it was signed; the difference where the signed content is at hand."""
    state = signed_state(asked.plan, asked.round, asked.plan.sign_offs, asked.plan.submissions)
    lapsed = [seat for seat in state.seats if seat.state == "changed since"]
    if not lapsed:
        return
    who = ", ".join(f"{seat.signatory.role} of {seat.partner.name}" for seat in lapsed)
    said = "; ".join(change.words for change in asked.changes[:5])
    more = f" and {len(asked.changes) - 5} more" if len(asked.changes) > 5 else ""
    yield of_plan(
        "sign_offs.csv", "changed since it was signed", SIGN, found=f"{said}{more}" if said else "another fingerprint",
        expected="the content that was signed", action=f"Sign again: {who}. Or take the change back", column="fingerprint",
    )  # fmt: skip


def texts(asked: Question, _: Rule) -> Iterator[Finding]:
    """V20: texts keep to their limits."""
    sections = {row.section: row for row in asked.round.narrative}
    for row in asked.plan.narrative:
        section = sections.get(row.section)
        if section is None:
            yield at_row(
                row, "section", "not in the round", NARRATIVE, suggestion=near_miss(row.section, sections),
                expected="a section of the round", action="Remove it, or correct its name",
            )  # fmt: skip
        elif section.most and (length := length_of(row.text, section.counted_in)) > section.most:
            yield at_row(
                row, "text", "text too long", NARRATIVE, found=f"{length:,} {section.counted_in}",
                expected=f"at most {section.most:,}", action=f"Take {length - section.most:,} away",
            )  # fmt: skip
    for column in asked.round.columns:
        for line in asked.plan.spend:
            scheme = asked.plan.scheme.get(line.scheme)
            text = getattr(line, column.column, None) or getattr(scheme, column.column, None)
            if column.longest and isinstance(text, str) and len(text) > column.longest:
                yield at_row(
                    line, column.column, "text too long", "spend", found=f"{len(text):,} characters",
                    expected=f"at most {column.longest:,}", action=f"Take {len(text) - column.longest:,} away",
                )  # fmt: skip


def length_of(text: str, counted_in: str) -> int:
    """How long a text is, in words or characters."""
    return len(text.split()) if counted_in == "words" else len(text)


def no_plan(asked: Question, _: Rule) -> Iterator[Finding]:
    """V23: a round without a plan."""
    if not asked.round.plan:
        yield of_plan(
            "plan.toml", "no plan asked for", COVER, found=asked.round.name, column="round",
            expected="a round that asks for a plan", action="Make the year-end return only",
        )  # fmt: skip


def in_time(asked: Question, _: Rule) -> Iterator[Finding]:
    """Whether the day has passed on which the plan is due, and it was not sent."""
    days = [row for row in asked.round.deadlines if row.what == "plan"]
    sent = [row.submitted_on for row in asked.plan.submissions]
    for row in days:
        first = min(sent, default=None)
        if (first or asked.as_of) > row.due:
            found = f"sent on {first}" if first else f"not sent by {asked.as_of}"
            yield of_plan(
                "submissions.csv", "late", COVER, found=found, expected=f"{row.name} by {row.due}",
                action="Tell the regional team why", column="submitted_on",
            )  # fmt: skip


def business_plans(asked: Question, _: Rule) -> Iterator[Finding]:
    """Each scheme with money has deliverables, milestones, its effect on metrics with a reason, confidence and an exit."""
    plan = asked.plan
    spent = {row.scheme for row in plan.spend if row.amount.pence}
    parts = {
        "deliverables": {row.scheme for row in plan.deliverables},
        "milestones": {row.scheme for row in plan.milestones},
        "effects on metrics": {row.scheme for row in plan.scheme_effects},
    }
    for row in plan.schemes:
        if row.scheme not in spent:
            continue
        missing = [name for name, having in parts.items() if row.scheme not in having]
        missing += [
            word
            for word, value in (("confidence of funding", row.confidence), ("exit", row.exit))
            if not value
        ]
        if missing:
            yield at_row(
                row, "scheme", "business plan not complete", WORK, found=f"{row.name}: no " + ", no ".join(missing),
                expected="a whole business plan", action="Add what is missing",
            )  # fmt: skip
    for effect in plan.scheme_effects:
        wanted = effect.rating != "none"
        for column, what in (
            ("reason", "why it moves the metric"),
            ("recorded_in", "where that is recorded"),
        ):
            if wanted and not getattr(effect, column):
                yield at_row(effect, column, "not filled in", WORK, expected=what, action="Say it")
