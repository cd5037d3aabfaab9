"""What the report cannot say: made from the plan itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import FaultsFound
from leftshift.model import PlanResult
from leftshift.place.schema import catalogue
from leftshift.reports.content import Items, Paragraph, Section, Subheading
from leftshift.reports.words import Document, listed


def limits(result: PlanResult, document: Document) -> Section:
    """What rests on estimates, what was not tested, what does not tie, what is left out."""
    parts = {
        "What it rests on": tuple(_rests_on(result, document)),
        "What was checked": tuple(_checked(result.checks())),
        "What does not tie": tuple(_does_not_tie(document)),
        "What is left out": tuple(_left_out(result)),
    }
    blocks = [block for title, texts in parts.items() if texts for block in (Subheading(title), Items(texts))]
    tool = Paragraph(
        "This report comes from a planning tool. It shows what follows from the stated assumptions and the plan; "
        "it is not a forecast, and it gives no range around its figures."
    )
    return Section("limits", "Limits", (tool, *blocks))


def _rests_on(result: PlanResult, document: Document) -> Iterator[str]:
    rows = result.place.flow_rows
    counts: Counter[str] = Counter(row.basis for row in rows)
    names = [
        row["name"]
        for row in document["organisations"]
        if document["basis"][row["code"]] == "calibrated" and row["code"] != "unattributed"
    ]
    if counts["calibrated"]:
        yield f"{counts['calibrated']} of {len(rows)} values of the base year are calibrated estimates, not published figures."
    if names:
        yield f"Calibrated estimates bear on the positions of {listed(names)}."
    for basis, word in (("estimate", "estimates, not published figures"), ("assumed", "assumed")):
        if counts[basis]:
            yield f"{counts[basis]} of {len(rows)} values of the base year are {word}."
    yield from _open(result)
    assumed = sum(row.basis == "assumed" for row in result.place.assumptions)
    if assumed:
        yield f"{assumed} of {len(result.place.assumptions)} rates are assumed."


def _open(result: PlanResult) -> Iterator[str]:
    """What the totals that calibration used do not determine."""
    try:
        ranges = result.ranges()
    except FaultsFound as found:
        yield f"The totals marked for calibration cannot be met together: {found.faults.summary()}."
        return
    if ranges is not None:
        yield ranges.sentence()


def _checked(checks: tuple[CheckResult, ...]) -> Iterator[str]:
    passed = [check for check in checks if check.passed]
    yield f"{len(passed)} of {len(checks)} checks of the model passed."
    for check in checks:
        if not check.passed:
            yield f"{check.verdict}: {check.check}. {check.detail}."


def _does_not_tie(document: Document) -> Iterator[str]:
    if not document["tie"]:
        yield "No published figure is held against the plan."
    for tie in document["tie"]:
        if tie["counted"] and tie["verdict"] in {"does not tie", "known conflict"}:
            verdict = "does not tie" if tie["verdict"] == "does not tie" else "is a known conflict"
            because = f": {tie['reason']}" if tie["reason"] else ", and no reason is known"
            yield f"{tie['name']} in {tie['year']} {verdict}{because}."


def _left_out(result: PlanResult) -> Iterator[str]:
    for name, about in catalogue("settings").items():
        if result.place.setting(name) == "out":
            what = str(about["description"]).partition(":")[0]
            yield f"Left out by the setting {name.replace('_', ' ')}: {what[:1].lower()}{what[1:]}."
    apart = [row.name for row in result.place.interventions if row.stage == "comparison"]
    if apart:
        counted = "1 intervention is" if len(apart) == 1 else f"{len(apart)} interventions are"
        yield f"{counted} computed for comparison only and counted nowhere."
