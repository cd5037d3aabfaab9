"""Compose the five-case document: summary, the five cases in their order, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from leftshift import __version__
from leftshift.fund.cases.appraising import Appraisal
from leftshift.fund.cases.parameters import five_cases
from leftshift.fund.cases.telling import document, switching_sentence, whole
from leftshift.reports.cases import blocks
from leftshift.reports.content import (
    Block,
    Card,
    Cards,
    Fact,
    Items,
    Note,
    Paragraph,
    Report,
    Section,
    Subheading,
    made_printable,
)
from leftshift.reports.pack.composing import day_in_words, numbered, paragraphs
from leftshift.reports.report import FOOTER

Document = dict[str, Any]


def case_report(found: Appraisal) -> Report:
    """The five-case document of an appraisal, for every renderer."""
    said = document(found)
    figures = {
        "economic": tuple(_economic(said, found)),
        "financial": tuple(_financial(said)),
        "management": tuple(blocks.risks(said)),
    }
    sections = [
        Section("summary", "Summary", tuple(_summary(said, found))),
        *(
            Section(
                name,
                about["name"],
                (*_words(said, name), *figures.get(name, ())),
                wide=name in ("economic", "financial"),
            )
            for name, about in five_cases().items()
        ),
        Section("sources", "What it rests on", tuple(_sources(said, found)), wide=True),
    ]
    report = Report(
        code="business-case",
        title=found.case.title,
        fingerprint=found.case.fingerprint,
        facts=_facts(found),
        sections=numbered(sections),
        footer=FOOTER,
        numbered=True,
    )
    printable: Report = made_printable(report)
    return printable


def _facts(found: Appraisal) -> tuple[Fact, ...]:
    case = found.case
    facts = {
        "Author": case.author,
        "Preferred option": found.preferred.option.name,
        "Years": f"{case.years[0]} to {case.years[-1]}",
        "Prices": f"{'Nominal, deflated to' if case.prices.is_nominal else 'Real, of'} {case.base_year}",
        "Appraised under": found.edition.name,
        "As of": day_in_words(found.as_of),
        "Model": f"leftshift {__version__}",
        "Version of the case": case.fingerprint,
    }
    return tuple(Fact(name, text) for name, text in facts.items() if text)


def _pounds(value: float) -> str:
    return whole(Fraction(str(value)))


def _summary(said: Document, found: Appraisal) -> Iterator[Block]:
    yield Paragraph(said["sentence"], lead=True)
    ratio = said["benefit_cost_ratio"]
    yield Cards(
        (
            Card(
                "Net present value",
                _pounds(said["npv"]),
                f"benefits {_pounds(said['pv_benefits'])} less costs {_pounds(said['pv_costs'])}, discounted",
            ),
            Card(
                "Benefit–cost ratio",
                "none" if ratio is None else f"{ratio:.2f}",
                said["benefit_cost_ratio_reason"] or "benefit for each pound of cost",
            ),
            Card(
                "Payback",
                said["payback"]["sentence"],
                f"discounted: {said['discounted_payback']['sentence']}",
            ),
        )
    )
    yield Paragraph(switching_sentence(found.preferred))
    yield from blocks.warned(said["warnings"])
    missing = said["missing_words"]
    if missing:
        yield Note(f"{len(missing)} parts of the five cases are not written yet; each case lists its own.")


def _words(said: Document, name: str) -> Iterator[Block]:
    """The words of a case, and what it is to say and does not."""
    about = five_cases()[name]
    yield Paragraph(about["question"])
    missing = []
    for part, says in about["parts"].items():
        text = said["words"][name][part]
        if text:
            yield Subheading(says)
            yield from paragraphs(text)
        else:
            missing.append(says)
    if missing:
        yield Subheading("Not written yet")
        yield Items(tuple(missing))


def _economic(said: Document, found: Appraisal) -> Iterator[Block]:
    yield Subheading("Options")
    yield from _described(said)
    yield blocks.options_table(said)
    if said["less_baseline"] is not None and found.baseline is not None:
        yield Paragraph(
            f"Beside {found.baseline.option.name}, the preferred option is worth {_pounds(said['less_baseline'])} more."
            if said["less_baseline"] >= 0
            else f"Beside {found.baseline.option.name}, the preferred option is worth {_pounds(-said['less_baseline'])} less."
        )
    yield Subheading(f"Costs and benefits of {found.preferred.option.name}")
    yield from blocks.by_year(said)
    yield from blocks.not_in_money(said)
    yield Subheading("What would change the answer")
    yield from blocks.what_matters(said)
    yield Paragraph(switching_sentence(found.preferred))
    yield blocks.switching(said)
    yield from blocks.sensitivities(said)
    yield blocks.two_ways(said)


def _described(said: Document) -> Iterator[Block]:
    rows = [row for row in said["options"] if row["description"]]
    if rows:
        yield Items(tuple(f"{row['name']}: {row['description']}" for row in rows))


def _financial(said: Document) -> Iterator[Block]:
    yield Subheading("Who bears and who gains")
    yield from blocks.who_gains(said)
    yield from blocks.by_phase(said)
    yield Subheading("Who pays, and when")
    yield Paragraph("Amounts are in the prices of the file and not discounted.")
    yield from blocks.who_pays(said)
    yield blocks.cash_view(said)


def _sources(said: Document, found: Appraisal) -> Iterator[Block]:
    first = "is not discounted" if found.case.first_year_number == 0 else "is discounted once"
    yield Paragraph(
        f"Discounted by {said['rates']} a year; health effects by {said['health_rates']}. The base year {said['base_year']} {first}."
    )
    yield Paragraph(f"{said['edition_name']}: {said['edition_source']}.")
    yield Paragraph(f"Optimism bias of costs that name a kind of work: {said['optimism_bias']}.")
    yield Paragraph(f"Prices: {said['terms']}. {found.case.prices.provenance}.")
    yield blocks.lines_table(said)
