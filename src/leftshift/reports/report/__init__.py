"""The report of a plan: one content, made from a result and nothing else."""

from __future__ import annotations

from leftshift import __version__
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.reports.content import Fact, Report, made_printable
from leftshift.reports.report.assumptions import assumptions
from leftshift.reports.report.capacity import capacity_sections
from leftshift.reports.report.certainty import certainty
from leftshift.reports.report.first_page import plan_on_a_page
from leftshift.reports.report.impact import impact_matrix
from leftshift.reports.report.limits import limits
from leftshift.reports.report.organisations import organisations_by_year
from leftshift.reports.report.tying import what_ties
from leftshift.reports.report.waterfalls import bridge, drivers_of_the_gap
from leftshift.reports.words import BASES, Document, listed

_SHORT = 400
"""A description as long as this fits on the first page; a longer one begins the assumptions."""
FOOTER = "Made by leftshift, open-source software under the MIT licence. It is not an NHS service. A planning tool, not a forecast."


def report_of(result: PlanResult, year: FinancialYear | str | None = None) -> Report:
    """The report of a plan in a year, its last one unless said; raises YearNotInPlan."""
    asked = FinancialYear.parse(year) if isinstance(year, str) else year or result.place.last_year
    result.gap(asked)
    document, label = result.document(), asked.label
    found = Report(
        code=result.place.code,
        title=f"{result.place.name}: the plan in {label}",
        fingerprint=result.place.fingerprint,
        facts=_facts(result, document),
        sections=(
            plan_on_a_page(document, label),
            drivers_of_the_gap(result, document, label),
            bridge(document, label),
            organisations_by_year(document, label),
            impact_matrix(document, label),
            certainty(result, label),
            *capacity_sections(result, label),
            what_ties(document),
            assumptions(
                result, about="" if len(document["description"]) <= _SHORT else document["description"]
            ),
            limits(result, document),
        ),
        footer=FOOTER,
    )
    printable: Report = made_printable(found)
    return printable


def _facts(result: PlanResult, document: Document) -> tuple[Fact, ...]:
    years = document["years"]
    facts = {
        "Perimeter": document["perimeter"]["name"],
        "Under": listed(_scenarios(result)) if result.scenarios else "",
        "Years": f"{years[0]} to {years[-1]}",
        "Rests on": BASES[document["perimeter_basis"]],
        "Version of the place": document["fingerprint"],
        "Model": f"leftshift {__version__}",
    }
    if len(document["description"]) <= _SHORT:
        facts["About"] = document["description"]
    return tuple(Fact(name, text) for name, text in facts.items() if text)


def _scenarios(result: PlanResult) -> list[str]:
    """The scenarios of the run, each with what it is."""
    known = {entry.code: entry for entry in result.place.scenarios}
    return [f"{known[code].name} ({known[code].description.rstrip('.')})" for code in result.scenarios]
