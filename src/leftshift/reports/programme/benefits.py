"""Benefits as blocks: money by organisation, each benefit with what shows it, and what may not be counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from leftshift.programme.benefiting import BenefitState, by_organisation, overlaps
from leftshift.programme.checking import CheckedProgramme
from leftshift.reports.content import Block, Cell, Figure, Note, Paragraph, Row
from leftshift.reports.programme import cost_pictures
from leftshift.reports.programme.asking import organisation_name, project_name
from leftshift.reports.programme.cells import (
    STATUS_WORDS,
    col,
    count,
    line,
    num,
    number,
    pounds,
    pounds_said,
    table,
)
from leftshift.reports.words import listed

_KINDS = {
    "cash_releasing": "Cash-releasing",
    "non_cash": "Non-cash",
    "quantified": "Quantified",
    "qualitative": "Qualitative",
}
_PROOFS = {"measure": "a measure of the place", "ledger": "the ledger of a fund", "entered": "a paper"}
_POUNDS = "pounds"
Sums = Mapping[str, Decimal]


def benefits(checked: CheckedProgramme, project: str = "") -> Iterator[Block]:
    """Plan against delivered by organisation, each benefit, and refused claims."""
    found = [state for state in checked.benefits if project in ("", state.benefit.project)]
    if not found:
        yield Paragraph("This project has no benefit." if project else "The programme has no benefit yet.")
        return
    if not project:
        yield from _by_organisation(checked, found)
    yield _each(checked, found)
    yield from _missing(found)
    yield from _refused(checked, found)


def _by_organisation(checked: CheckedProgramme, found: Sequence[BenefitState]) -> Iterator[Block]:
    sums = by_organisation(found)
    if not sums:
        yield Paragraph("No benefit that counts releases cash.")
        return
    whole = {
        name: sum((each[name] for each in sums.values()), Decimal(0)) for name in next(iter(sums.values()))
    }
    names = {code: organisation_name(checked, code) or "No organisation named" for code in sums}
    said = (
        f"Of {pounds_said(whole['planned_to_date'])} that was planned for periods with a figure, {pounds_said(whole['actual'])} was brought; "
        f"of {pounds_said(whole['planned'])} planned in all, {pounds_said(whole['forecast'])} is to be expected."
    )
    yield Figure(
        cost_pictures.benefits_by_organisation(
            [(names[code], each["planned_to_date"], each["actual"]) for code, each in sums.items()]
        ),
        said,
        f"Bars of cash-releasing benefits planned and brought so far, by organisation. {said} The table below holds them.",
    )
    rows = [_sums(names[code], each) for code, each in sums.items()]
    rows.append(_sums("Together", whole, strong=True))
    columns = (
        col("Organisation", 2), num("Planned in all"), num("Planned so far"), num("Brought so far"), num("To be expected"),
    )  # fmt: skip
    yield table(
        "Cash-releasing benefits that count, by organisation", columns, rows, "benefits_by_organisation"
    )


def _sums(name: str, each: Sums, *, strong: bool = False) -> Row:
    cells = [pounds(each[column]) for column in ("planned", "planned_to_date", "actual", "forecast")]
    return line(name, *cells, strong=strong)


def _each(checked: CheckedProgramme, found: Sequence[BenefitState]) -> Block:
    columns = (
        col("Benefit", 2), col("Project", 1.4), col("Kind", 0.9), col("Owner", 1.8), col("Unit", 0.9), num("Planned in all", 1), num("Planned so far", 0.8), num("Brought so far", 0.8),
        num("To be expected", 1), col("Shown by", 1.2), col("Status", 1.1),
    )  # fmt: skip
    return table("Benefits", columns, [_benefit(checked, state) for state in found], "benefits")


def _benefit(checked: CheckedProgramme, state: BenefitState) -> Row:
    row = state.benefit
    amounts = (state.planned, state.planned_to_date, state.actual, state.forecast)
    planned = any(period.planned is not None for period in state.periods)
    cells = [_amount(row.unit, amount if planned else None) for amount in amounts]
    return line(
        row.name, project_name(checked, row.project), _KINDS[row.kind], _owner(checked, state), row.unit, *cells, proof(state),
        STATUS_WORDS[state.rag] + (f"; not added up: {state.uncounted}" if state.uncounted else ""), about=f"benefit/{row.benefit}",
    )  # fmt: skip


def _owner(checked: CheckedProgramme, state: BenefitState) -> str:
    name = organisation_name(checked, state.benefit.organisation)
    return f"{state.benefit.owner} ({name})" if name else state.benefit.owner


def _amount(unit: str, value: Decimal | None) -> Cell:
    return pounds(value) if unit == _POUNDS else number(value)


def proof(state: BenefitState) -> str:
    """What shows that it was brought."""
    kinds = dict.fromkeys(row.proof for row in state.periods if row.actual is not None and row.proof)
    papers = dict.fromkeys(row.evidence for row in state.periods if row.proof == "entered" and row.evidence)
    said = [_PROOFS[kind] for kind in kinds if kind != "entered" or not papers]
    return listed([*said, *papers]) if said or papers else "nothing yet"


def _missing(found: Sequence[BenefitState]) -> Iterator[Block]:
    late = [state for state in found if state.missing]
    for state in late:
        periods = listed([str(period) for period in state.missing])
        has = "has ended without a figure" if len(state.missing) == 1 else "have ended without figures"
        yield Note(f"{state.benefit.name}: {periods} {has}. Owner: {state.benefit.owner}.")


def _refused(checked: CheckedProgramme, found: Sequence[BenefitState]) -> Iterator[Block]:
    own = {state.benefit.benefit for state in found}
    stated = [state for state in found if not state.benefit.counted]
    for first, second, what in overlaps(checked.programme):
        if second.benefit in own:
            yield Note(
                f"Refused: {second.name} claims {what}, and {first.name} counts it already. It is not added up until one of the two gives way."
            )
    if stated:
        names = listed([state.benefit.name for state in stated])
        yield Paragraph(
            f"{count(len(stated), 'benefit').capitalize()} {'are' if len(stated) > 1 else 'is'} stated and not counted: {names}."
        )
