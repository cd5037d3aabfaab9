"""What a file of a business case may not say, each by hand; hypothesis tries the rest."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.cases.appraising import appraise
from leftshift.fund.cases.reading import case_of
from leftshift.fund.cases.telling import document
from tests.library.fund_cases.case_texts import BENEFIT, COST, DAY, GOOD, HEAD

_FALLS = 'amount = 10\nstart = "2025/26"'
_BY_YEAR = 'amounts = { "2025/26" = 600, "2026/27" = 600 }'


@pytest.mark.parametrize(
    ("before", "after", "kind", "where"),
    [
        ('title = "An invented case"', "", "missing value", "title"),
        ('title = "An invented case"', "titel = 1", "unknown name", "titel"),
        ('base_year = "2024/25"', "", "missing value", "base_year"),
        ('base_year = "2024/25"', 'base_year = "2024/26"', "year not understood", "base_year"),
        ('base_year = "2024/25"', "base_year = 2024", "year not understood", "base_year"),
        ('last_year = "2027/28"', 'last_year = "2023/24"', "year out of range", "last_year"),
        ('last_year = "2027/28"', 'last_year = "2150/51"', "year out of range", "last_year"),
        ('preferred = "do"', 'preferred = "dont"', "unknown code", "preferred"),
        ('preferred = "do"', "", "missing value", "preferred"),
        ('preferred = "do"', 'preferred = "do"\nedition = "1999"', "not one of the choices", "edition"),
        ('preferred = "do"', 'preferred = "do"\nfirst_year_number = 2', "number not understood", "first_year_number"),
        ('preferred = "do"', 'preferred = "do"\noptimism_bias = "huge"', "not one of the choices", "optimism_bias"),
        ('code = "B"\nname', 'code = "A"\nname', "duplicate key", "organisations 2.code"),
        ("population = 300", "population = -1", "number not understood", "organisations 2.population"),
        ('members = ["A", "B"]', 'members = ["A", "C"]', "unknown code", "phases 1.members"),
        ('members = ["A", "B"]', "members = []", "missing value", "phases 1.members"),
        ('members = ["A", "B"]', 'members = ["A", "A"]', "duplicate key", "phases 1.members"),
        ('members = ["A", "B"]', "members = 3", "value not understood", "phases 1.members"),
        ('kind = "benefit_share"', 'kind = "benefit"', "not one of the choices", "keys 1.kind"),
        ('A = "70%"', 'A = "60%"', "shares do not add up", "keys 4.weights"),
        ('A = "70%"', 'C = "70%"', "unknown code", "keys 4.weights"),
        ('weights = { A = "70%", B = "30%" }', "", "missing value", "keys 4.weights"),
        ('side = "cost"', 'side = "costs"', "not one of the choices", "lines 1.side"),
        ('organisation = "A"\namounts', 'organisation = "Z"\namounts', "unknown code", "lines 1.organisation"),
        ('organisation = "A"\namounts', "amounts", "missing value", "lines 1.organisation"),
        ('organisation = "A"\namounts', 'organisation = "A"\nkey = "halves"\namounts', "two values", "lines 1.key"),
        ('organisation = "A"\namounts', 'organisation = "A"\nphase = "P2"\namounts', "not a member", "lines 1.organisation"),
        ('organisation = "B"\namounts', 'key = "by_benefit"\namounts', "circular key", "lines 2.key"),
        ("= 1000 }", "= -1 }", "value out of range", "lines 1.amounts.2024/25"),
        ("= 1000 }", "= 0.001 }", "too many decimals", "lines 1.amounts.2024/25"),
        ("= 1000 }", "= nan }", "number not understood", "lines 1.amounts.2024/25"),
        ("= 1000 }", "= 1e99 }", "number out of range", "lines 1.amounts.2024/25"),
        ("= 1000 }", '= "a lot" }', "number not understood", "lines 1.amounts.2024/25"),
        ('{ "2024/25" = 1000 }', '{ "2023/24" = 1000 }', "year out of range", "lines 1.amounts.2023/24"),
        ('{ "2024/25" = 1000 }', '{ "2024/25" = 1, "2024-25" = 1 }', "duplicate key", "lines 1.amounts.2024-25"),
        ('class = "cash_releasing"', "", "missing value", "lines 2.class"),
        ('class = "cash_releasing"', 'class = "cash"', "not one of the choices", "lines 2.class"),
        ('class = "cash_releasing"', 'class = "qualitative"', "value not used", "lines 2.amounts"),
        ('class = "cash_releasing"', 'class = "cash_releasing"\noptimism = "5%"', "value not used", "lines 2.optimism"),
        ('class = "cash_releasing"', 'class = "cash_releasing"\nprobability = "110%"', "value out of range", "lines 2.probability"),
        ('class = "cash_releasing"', 'class = "cash_releasing"\nhealth = "yes"', "not understood", "lines 2.health"),
        ('class = "cash_releasing"', 'class = "cash_releasing"\namount = 1', "two values", "lines 2.amount"),
        ('class = "cash_releasing"', 'class = "cash_releasing"\nstart = "2025/26"', "value not used", "lines 2.start"),
        (_BY_YEAR, "amount = 10", "missing value", "lines 2.start"),
        (_BY_YEAR, _FALLS + '\nend = "2024/25"', "years the wrong way round", "lines 2.end"),
        (_BY_YEAR, _FALLS + '\nramp = "fast"', "unknown code", "lines 2.ramp"),
        (_BY_YEAR, _FALLS + '\nramp = ["-5%"]', "value out of range", "lines 2.ramp"),
        (_BY_YEAR, 'amount = 10\nstart = "2030/31"', "year out of range", "lines 2.start"),
        (_BY_YEAR, "", "missing value", "lines 2.amounts"),
        ('code = "saving"', 'code = "cost"', "duplicate key", "lines 2.code"),
    ],
)  # fmt: skip
def test_it_refuses(before: str, after: str, kind: str, where: str) -> None:
    assert before in GOOD
    with pytest.raises(FaultsFound) as found:
        case_of(GOOD.replace(before, after, 1), "mine.toml")

    assert (kind, where) in {(fault.kind, fault.column) for fault in found.value.faults}, str(found.value)
    assert all(fault.file == "mine.toml" and fault.action and fault.expected for fault in found.value.faults)


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ('[prices]\nterms = "nominal"', "missing value"),
        ('[prices]\ndeflator = "2%"', "value not used"),
        ('[prices]\nterms = "nominal"\ndeflator = "-100%"', "value out of range"),
        ('[[sensitivities]]\nwhat = "line"\nwhich = "saveing"\nchange = "5%"', "unknown code"),
        ('[[sensitivities]]\nwhat = "costs"\nwhich = "cost"\nchange = "5%"', "value not used"),
        ('[[sensitivities]]\nwhat = "costs"', "missing value"),
        ('[[sensitivities]]\nwhat = "costs"\nchange = "-150%"', "value out of range"),
        ('[[sensitivities]]\nwhat = "rate"\nchange = "200%"', "value out of range"),
        ('[[sensitivities]]\nwhat = "benefits_later"\nchange = "soon"', "number not understood"),
        ('[grid]\ncosts = ["-200%"]', "value out of range"),
        ('[[risks]]\nrisk = "x"\nlikelihood = "often"\nimpact = "low"', "not one of the choices"),
        ('[strategic]\ncontexts = "x"', "unknown name"),
        ('[strategic]\ncontext = ["x"]', "text not understood"),
        ('[[options]]\ncode = "also"\nkind = "preferred"', "contradiction"),
    ],
)
def test_it_refuses_what_is_added(more: str, kind: str) -> None:
    with pytest.raises(FaultsFound) as found:
        case_of(GOOD + more + "\n")

    assert kind in found.value.faults.counts_by_kind, str(found.value)


def test_a_key_that_cannot_share_is_refused_where_it_is_used() -> None:
    shared = COST.replace('organisation = "A"', 'key = "by_benefit"\nphase = "P1"')
    elsewhere = BENEFIT.replace('organisation = "B"', 'organisation = "B"\nphase = "P2"')
    with pytest.raises(
        FaultsFound, match="a benefit of the phase in money of at least one member of Phase 1"
    ):
        case_of(HEAD + shared + elsewhere)
    with pytest.raises(FaultsFound, match="percentages of members of Phase 2 only; A takes no part"):
        case_of(HEAD + COST.replace('organisation = "A"', 'key = "fixed"\nphase = "P2"') + BENEFIT)
    people = COST.replace('organisation = "A"', 'key = "by_people"')
    with pytest.raises(FaultsFound, match="none is given for B"):
        case_of((HEAD + people + BENEFIT).replace("population = 300\n", ""))


def test_everything_is_said_at_once_with_lines_and_a_guess() -> None:
    text = GOOD.replace('side = "cost"', 'side = "costt"').replace("= 600,", '= "six",')
    with pytest.raises(FaultsFound) as found:
        case_of(text)

    by_place = {fault.column: fault for fault in found.value.faults}
    assert by_place["lines 1.side"].suggestion == "cost"
    assert by_place["lines 1.side"].row == 1 + text.splitlines().index('side = "costt"')
    assert "lines 2.amounts.2025/26" in by_place


def test_without_a_base_year_the_rest_is_still_read() -> None:
    text = GOOD.replace('base_year = "2024/25"', "").replace('side = "cost"', 'side = "costt"')
    with pytest.raises(FaultsFound) as found:
        case_of(text.replace('side = "benefit"', 'side = "benefits"'))

    # a side that is not understood is guessed from the class, so that one slip is one fault
    assert {fault.column for fault in found.value.faults} == {"base_year", "lines 1.side", "lines 2.side"}


_WORDS = ["true", "nan", "-inf", "-1", "1e999", "1e-999", "9" * 5000, '"x"', "2016-01-01", "[]", "{}", "[[[1]]]", '{ a = 1 }', '"2024/25"', '"999%"']  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from(_WORDS)), min_size=1, max_size=4))
def test_hostile_values_are_faults_or_answers(changes: list[tuple[int, str]]) -> None:
    lines = GOOD.splitlines()
    for at, word in changes:
        name, equals, _ = lines[at % len(lines)].partition(" = ")
        if equals:
            lines[at % len(lines)] = f"{name} = {word}"
    with contextlib.suppress(FaultsFound):
        found = appraise(case_of("\n".join(lines)), as_of=DAY)
        json.dumps(document(found), allow_nan=False)


@given(st.permutations(GOOD.splitlines()[:12]), st.integers(0, 12))
def test_a_file_in_disorder_is_a_fault_or_an_answer(head: list[str], cut: int) -> None:
    with contextlib.suppress(FaultsFound):
        case_of("\n".join([*head[cut:], *GOOD.splitlines()[12:]]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a = " + "[" * 50_000,
        "a = " + "9" * 10_000,
        "\x00",
        "x" * 1_000_001,
        "lines = 3",
        "[[lines]]\n" * 3000,
    ],
)
def test_a_hostile_file_is_refused(text: str) -> None:
    with pytest.raises(FaultsFound):
        case_of(text)
