"""What people said and what came of it, what answers which theme, who has to be told, and what decisions do to whom."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.engaging import (
    AssessmentState,
    Heard,
    ThemeCount,
    aligned,
    assessment_states,
    characteristics,
    contacts_due,
    heard,
)
from leftshift.programme.parameters import parameter
from leftshift.reports.content import Block, Cell, Note, Paragraph, Row, Subheading
from leftshift.reports.programme.asking import minuted, named, organisation_name, project_name
from leftshift.reports.programme.cells import NONE, col, count, day, days_col, line, num, sentence, table
from leftshift.reports.words import listed

_HIDDEN = "not shown"
_WIDEST = 6
_RESPONSES = {"changed": "Changed", "decided": "Decided", "not_changed": "Not changed", "open": "Open"}
_EFFECTS = {
    "positive": "positive",
    "none": "none",
    "negative": "negative",
    "mixed": "mixed",
    "not_known": "not known",
}


def alignment(checked: CheckedProgramme) -> Iterator[Block]:
    """Which theme is answered by what, and how far; then themes that nothing answers."""
    found = aligned(checked.programme)
    if not found:
        yield Paragraph("No theme is on record yet.")
        return
    unanswered = [row.theme.name for row in found if not row.is_answered]
    yield Paragraph(
        f"Every one of {count(len(found), 'theme')} is answered by something."
        if not unanswered
        else f"{len(found) - len(unanswered)} of {count(len(found), 'theme')} are answered by something; nothing answers: {listed(unanswered)}."
    )
    answers = list(dict.fromkeys(key for row in found for key in row.strengths))
    if 0 < len(answers) <= _WIDEST:
        columns = (col("Theme", 2), *(col(named(checked, *key)) for key in answers))
        rows = [line(row.theme.name, *(row.strengths.get(key, NONE) for key in answers)) for row in found]
        yield table("Themes and what answers them", columns, rows, "alignment_matrix")
    reasons: dict[tuple[str, str, str], str] = {
        (row.theme, row.kind, row.named): row.reason for row in checked.programme.alignment
    }
    rows = [
        line(
            row.theme.name,
            f"{named(checked, *key)} ({key[0]})",
            strength,
            reasons.get((row.theme.theme, *key), ""),
        )
        for row in found
        for key, strength in row.strengths.items()
    ]
    rows += [line(name, "nothing", "none", "") for name in unanswered]
    columns = (col("Theme", 2), col("Answered by", 1.8), col("How far", 0.8), col("Reason", 1.6))
    yield table("What answers each theme, and why", columns, rows, "alignment")


def stakeholders(checked: CheckedProgramme) -> Iterator[Block]:
    """Who has to be told, asked or won, and every contact with its state."""
    programme = checked.programme
    if not programme.stakeholders and not programme.contacts:
        yield Paragraph("Nobody is in the stakeholder plan yet.")
        return
    states = contacts_due(programme, checked.as_of)
    late = sum(state == "overdue" for state in states.values())
    done = sum(state == "done" for state in states.values())
    yield Paragraph(
        f"{done} of {count(len(states), 'contact')} {'are' if done > 1 else 'is'} done, {late or 'none'} {'are' if late > 1 else 'is'} overdue."
        if states
        else "No contact is planned yet."
    )
    names = {row.stakeholder: row.name for row in programme.stakeholders}
    if names:
        columns = (
            col("Stakeholder", 2),
            col("Organisation", 1.5),
            col("Interest", 0.7),
            col("Influence", 0.7),
        )
        rows = [
            line(row.name, organisation_name(checked, row.organisation), row.interest, row.influence)
            for row in programme.stakeholders
        ]
        yield table("Stakeholders", columns, rows, "stakeholders")
    if states:
        contact_columns = (
            col("Who", 1.4), col("How", 1), col("What for", 1.8), col("Project", 1.3), col("Owner", 1.2), days_col("Due"), days_col("Done"), col("State", 0.8), col("Outcome", 1.4),
        )  # fmt: skip
        rows = [
            line(
                names.get(row.stakeholder, row.stakeholder), row.channel, row.purpose, project_name(checked, row.project), row.owner, day(row.due),
                day(row.done if row.done and row.done <= checked.as_of else None), states[f"{row.stakeholder}, {row.channel}, {row.due}"], row.outcome,
            )
            for row in sorted(programme.contacts, key=lambda row: (row.due, row.stakeholder))
        ]  # fmt: skip
        yield table("Contacts", contact_columns, rows, "contacts")


def engagement(checked: CheckedProgramme) -> Iterator[Block]:
    """For each engagement who was asked, what they said, and what came of it; numbers that could tell who said it are left out."""
    found = heard(checked.programme)
    if not found:
        yield Paragraph("Nobody was asked yet.")
        return
    least = parameter("suppress_below")
    yield Note(
        f"Numbers below {least:.0f} are not shown, nor others from which they could be worked out: people must not be known by them. A dash under In favour: nobody counted, or it is not shown."
    )
    for each in found:
        yield Subheading(each.engagement.name)
        yield from _heard(checked, each)


def _heard(checked: CheckedProgramme, each: Heard) -> Iterator[Block]:
    row = each.engagement
    of = f" For {project_name(checked, row.project)}." if row.project else ""
    asked = f" The question: {row.question}" if row.question else ""
    yield Paragraph(
        f"Asked: {row.asked}, {day(row.begins)} to {day(row.ends)}. How: {row.channel}.{of}{asked}"
    )
    if each.themes:
        columns = (
            col("Theme", 2),
            *(num(group) for group in each.groups),
            num("All"),
            num("In favour"),
        )
        yield table(
            f"What people said: {row.name}",
            columns,
            [_theme(each, theme) for theme in each.themes],
            f"heard_{row.engagement}",
        )
    else:
        yield Paragraph("Nothing that was said is on record yet.")
    if each.answers:
        names = {theme.theme: theme.name for theme in checked.programme.themes}
        columns = (
            col("Theme", 1.3), col("You said", 1.8), col("What came of it", 0.9), col("We did", 2), days_col("On"), col("Record", 1.1),
        )  # fmt: skip
        rows = [
            line(names.get(answer.theme, answer.theme), answer.said, _RESPONSES[answer.response], answer.did, day(answer.changed_on), minuted(checked, answer.record))
            for answer in each.answers
        ]  # fmt: skip
        yield table(f"You said, we did: {row.name}", columns, rows, f"said_and_did_{row.engagement}")
    if each.unanswered:
        yield Paragraph(f"Not answered yet: {listed([theme.name for theme in each.unanswered])}.")


def _theme(each: Heard, theme: ThemeCount) -> Row:
    """The numbers of a theme; ``In favour`` is a dash where nobody was asked that, as where it was not counted."""
    cells = [_people(theme.groups[group]) for group in each.groups]
    supportive = Cell(NONE) if theme.supportive is None else _people(theme.supportive)
    return line(theme.theme.name, *cells, _people(theme.total), supportive)


def _people(number: int | None) -> Cell:
    return Cell(_HIDDEN) if number is None else Cell(f"{number:,}", number=number)


def equality(checked: CheckedProgramme) -> Iterator[Block]:
    """What each decision does to whom, by characteristic, and what the assessment lacks."""
    found = assessment_states(checked.programme)
    if not found:
        yield Paragraph("No impact assessment is on record yet.")
        return
    whole = sum(state.is_whole for state in found)
    yield Paragraph(
        f"{whole or 'None'} of {count(len(found), 'assessment')} {'answer' if whole > 1 else 'answers'} everything or {'say' if whole > 1 else 'says'} why none is needed."
    )
    for state in found:
        yield Subheading(state.assessment.name)
        yield from _assessed(checked, state)


def _assessed(checked: CheckedProgramme, state: AssessmentState) -> Iterator[Block]:
    row = state.assessment
    of = f" Project: {project_name(checked, row.project)}." if row.project else ""
    decision = f" Decision: {minuted(checked, row.decision).text}." if row.decision else ""
    approved = f" Approved on {day(row.approved_on)}." if row.approved_on else " Not approved yet."
    yield Paragraph(f"Assessed by {row.assessor} on {day(row.assessed_on)}.{of}{decision}{approved}")
    if row.not_needed_because:
        yield Paragraph(f"No assessment is needed: {sentence(row.not_needed_because)}")
        return
    if state.impacts:
        names = characteristics()
        columns = (
            col("Characteristic", 1.2), col("Effect", 0.8), col("Evidence", 2), col("What is done about it", 2), col("Owner", 1.1), days_col("By"),
        )  # fmt: skip
        rows = [
            line(
                names.get(key, key), _EFFECTS[impact.effect], impact.evidence or (f"none: {impact.no_evidence_because}" if impact.no_evidence_because else ""),
                impact.mitigation, impact.owner, day(impact.due),
            )
            for key, impact in state.impacts.items()
        ]  # fmt: skip
        yield table(f"Effects by characteristic: {row.name}", columns, rows, f"equality_{row.assessment}")
    if state.lacks:
        yield Note(f"It lacks: {'; '.join(state.lacks)}.")
