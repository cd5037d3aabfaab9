"""The sections that a board pack can show, and what makes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from leftshift.model import PlanResult
from leftshift.reports.assurance.assessing import SignOff
from leftshift.reports.assurance.content import (
    checks_made,
    known_limits,
    log_section,
    master_check,
    people_and_purpose,
    verifications_made,
)
from leftshift.reports.assurance.quality import Quality, quality_of
from leftshift.reports.content import Section
from leftshift.reports.measures import SAVINGS_TITLE
from leftshift.reports.measures import TITLE as MEASURES_TITLE
from leftshift.reports.pack.more_sections import (
    assumptions,
    base_year,
    interventions,
    scenarios,
    sources,
)
from leftshift.reports.pack.pack import OWN
from leftshift.reports.report.capacity import (
    CONTROL_TITLE,
    capacity_section,
    control_section,
)
from leftshift.reports.report.capacity import TITLE as CAPACITY_TITLE
from leftshift.reports.report.certainty import TITLE, certainty
from leftshift.reports.report.first_page import plan_on_a_page
from leftshift.reports.report.impact import impact_matrix
from leftshift.reports.report.organisations import organisations_by_year
from leftshift.reports.report.tying import what_ties
from leftshift.reports.report.waterfalls import bridge, drivers_of_the_gap
from leftshift.reports.words import Document


@dataclass(frozen=True)
class Asked:
    """What the sections of a pack are made from: a run, the year to report on, a day, and who signed off."""

    result: PlanResult
    year: str
    as_of: date
    sign_offs: Sequence[SignOff]
    compare: tuple[str, ...]

    @cached_property
    def document(self) -> Document:
        """The run as plain values."""
        return self.result.document()

    @cached_property
    def quality(self) -> Quality:
        """The quality assurance of the run; raises FaultsFound when something is dated after the day."""
        return quality_of(self.result, self.as_of, self.sign_offs, self.year)


@dataclass(frozen=True)
class Choice:
    """A section that can be chosen."""

    title: str
    description: str
    make: Callable[[Asked], Section]


def section_choices() -> list[tuple[str, str, str]]:
    """(key, title, description) of every section that a pack can show, in the order in which a board asks."""
    own = (OWN, "A section of your own", "Your own title and words, without figures of the plan")
    return [*((key, choice.title, choice.description) for key, choice in CHOICES.items()), own]


def _measures(asked: Asked) -> Section:
    from leftshift.reports.measures.sections import measures_section  # SciPy loads when somebody asks

    return measures_section(asked.result, asked.as_of)


def _savings(asked: Asked) -> Section:
    from leftshift.reports.measures.sections import savings_section

    return savings_section(asked.result, asked.as_of)


CHOICES: dict[str, Choice] = {
    "plan-on-a-page": Choice(
        "Plan on a page",
        "Gap, plan, closing position, who ends in deficit, what does not tie",
        lambda asked: plan_on_a_page(asked.document, asked.year),
    ),
    "drivers": Choice(
        "What drives the gap",
        "What adds to the gap and what takes from it, as a waterfall; the inputs that it moves most with",
        lambda asked: drivers_of_the_gap(asked.result, asked.document, asked.year),
    ),
    "bridge": Choice(
        "How the plan closes it",
        "The steps from doing nothing to the closing position, as a waterfall",
        lambda asked: bridge(asked.document, asked.year),
    ),
    "organisations": Choice(
        "Organisations by year",
        "Who stands where in which year, with the plan and without",
        lambda asked: organisations_by_year(asked.document, asked.year),
    ),
    "interventions": Choice(
        "Interventions of the plan",
        "Each intervention with its step, start, delivery and source",
        lambda asked: interventions(asked.result),
    ),
    "impact": Choice(
        "Impact by intervention and organisation",
        "What each intervention does to whom, as a heat map and a table",
        lambda asked: impact_matrix(asked.document, asked.year),
    ),
    "certainty": Choice(
        TITLE,
        "Intervals and chances from draws, what moves the plan most, and what shocks do to it",
        lambda asked: certainty(asked.result, asked.year),
    ),
    "capacity": Choice(
        CAPACITY_TITLE,
        "Whether beds, people and buildings suffice, what moves to other settings, and the capital that is asked for",
        lambda asked: capacity_section(asked.result, asked.year),
    ),
    "control": Choice(
        CONTROL_TITLE,
        "Positions beside control totals and the funding tied to them, envelopes of contracts, the risk pool by quarter",
        lambda asked: control_section(asked.result),
    ),
    "measures": Choice(
        MEASURES_TITLE,
        "What changed, what is on target, and the control charts of what to look at",
        _measures,
    ),
    "savings": Choice(
        SAVINGS_TITLE,
        "What each efficiency is worth, who answers for it, and what the plan books of it",
        _savings,
    ),
    "what-ties": Choice(
        "What ties and what does not",
        "Every published figure beside the modelled one, with reasons and sources",
        lambda asked: what_ties(asked.document),
    ),
    "scenarios": Choice(
        "Scenarios beside the plan",
        "Gap, plan and closing position under each scenario of the place",
        lambda asked: scenarios(asked.result, asked.year, asked.compare),
    ),
    "base-year": Choice(
        "The base year and its calibration",
        "Contracts, allocations, income and costs, and what calibration leaves open",
        lambda asked: base_year(asked.result),
    ),
    "assumptions": Choice(
        "Assumptions and their sources",
        "Rates, formulas, services, settings and rules",
        lambda asked: assumptions(asked.result),
    ),
    "quality-assurance": Choice(
        "Quality assurance: the master check",
        "Green or not, exactly what keeps it from green, and the rules",
        lambda asked: master_check(
            asked.quality, key="quality-assurance", title="Quality assurance: the master check"
        ),
    ),
    "people": Choice(
        "Who answers for it, and what it is fit for",
        "The roles of quality assurance, fitness for purpose, sign-off",
        lambda asked: people_and_purpose(asked.quality),
    ),
    "checks": Choice(
        "Checks that ran",
        "The consistency checks of the model, and published figures by verdict",
        lambda asked: checks_made(asked.quality),
    ),
    "verifications": Choice(
        "Who verified what",
        "Each verification with method and outcome, and what nobody verified yet",
        lambda asked: verifications_made(asked.quality),
    ),
    "limits": Choice(
        "Known limits",
        "What the plan does not know or cannot do, what follows, and what would mend it",
        lambda asked: known_limits(asked.quality),
    ),
    "assumptions-log": Choice(
        "Assumptions log",
        "Every input that could be argued about, row by row; long",
        lambda asked: log_section(asked.quality, with_rows=False),
    ),
    "sources": Choice(
        "Sources",
        "Every source of the plan, with what was taken from it",
        lambda asked: sources(asked.result),
    ),
}
