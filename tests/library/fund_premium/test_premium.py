"""The Quality Premium: by hand, by a second implementation over every subset, and what must always hold."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.fund.premium.awarding import Premium, award_of, pence_of, premium
from leftshift.fund.premium.reading import premium_of, read_premium
from leftshift.fund.premium.results import NOT_KNOWN
from leftshift.fund.premium.rounds import RoundNotKnown, known_rounds, read_round, round_of
from leftshift.fund.premium.starting import new_premium
from leftshift.fund.premium.telling import award_sentence, document, formula_sentence, met_sentence
from tests.library.fund_premium.slow_premium import slow_award

EXAMPLE = Path(__file__).parents[3] / "examples" / "premium" / "leicestershire-2016-17.toml"
RULES = round_of("2016/17")
PATHS = [
    *(f"measures.{row.code}" for row in RULES.measures),
    *(f"gateways.{row.code}" for row in RULES.gateways),
    *(f"whole_gateways.{row.code}" for row in RULES.whole_gateways),
]
ALL_MET: dict[str, bool | None] = dict.fromkeys(PATHS, True)


def text_of(met: Mapping[str, bool | None], people: int = 325_000, more: str = "") -> str:
    """A file of these outcomes."""
    lines = ['organisation = "A commissioner"', 'round = "2016/17"', f"population = {{ value = {people} }}"]
    for kind in ("measures", "gateways", "whole_gateways"):
        lines.append(f"[{kind}]")
        for path, value in met.items():
            if path.startswith(f"{kind}."):
                said = f'"{NOT_KNOWN}"' if value is None else str(value).lower()
                lines.append(f"{path.partition('.')[2]} = {{ met = {said} }}")
    return "\n".join([*lines, more]) + "\n"


def of(met: Mapping[str, bool | None], people: int = 325_000, more: str = "") -> Premium:
    """The premium of these outcomes."""
    return premium(premium_of(text_of(met, people, more)))


def pounds(amount: str) -> Money:
    return Money.pounds(amount)


def test_everything_met_earns_all_of_it() -> None:
    # 325,000 × £5
    assert of(ALL_MET).award == pounds("1,625,000")


def test_only_local_measures_and_one_failed_gateway() -> None:
    # 1,625,000 × (10% + 10% + 10%) × (1 − 25%) = 1,625,000 × 0.30 × 0.75
    found = premium(read_premium(EXAMPLE))

    assert found.award == pounds("365,625")
    assert formula_sentence(found, unknown_met=True).startswith(
        "£5 a head × 325,000 people × 30% × 75% × 100% = £365,625:"
    )
    assert [step.change for step in found.steps(unknown_met=True)] == [
        pounds("-162500"), pounds("-325000"), pounds("-325000"), pounds("-325000"), pounds("-121875"),
    ]  # fmt: skip


def test_a_measure_more_is_worth_its_weight_less_the_reduction() -> None:
    found = premium(read_premium(EXAMPLE))
    survey = found.worth("measures.gp_survey")

    # 1,625,000 × 20% × 75%
    assert survey.at_best == survey.at_worst == pounds("243,750")
    assert met_sentence(survey, found).endswith("is not met; met, it would add £243,750.")
    assert "[S] sourced" in survey.told
    assert "[K] background knowledge, not verified" in found.worth("gateways.red_1").told


def test_four_failed_gateways_leave_nothing_and_never_less() -> None:
    four = {path: not path.startswith("gateways.") for path in PATHS}

    assert of({**ALL_MET, **four}).award == Money(0)
    more = '[[overrides]]\nwhat = "gateways.red_1.reduction"\nvalue = "60%"\nsource = "A letter"'
    assert of({**ALL_MET, **four}, more=more).award == Money(0)


@pytest.mark.parametrize("code", ["quality", "finance"])
def test_a_failed_whole_gateway_leaves_nothing(code: str) -> None:
    found = of({**ALL_MET, f"whole_gateways.{code}": False})

    assert found.award == Money(0)
    assert found.worth(f"whole_gateways.{code}").at_best == pounds("1,625,000")


def test_what_is_not_known_makes_a_range() -> None:
    found = of({**ALL_MET, "measures.gp_survey": None, "gateways.red_1": None})

    # lowest 1,625,000 × 80% × 75%, highest all of it
    assert (found.lowest, found.highest, found.award) == (pounds("975000"), pounds("1625000"), None)
    assert award_sentence(found).endswith("2 results are not yet known.")
    # the survey is worth 325,000, or three quarters of it where the gateway fails as well
    survey = found.worth("measures.gp_survey")
    assert (survey.at_best, survey.at_worst) == (pounds("325000"), pounds("243750"))
    assert document(found)["award"] is None


def test_what_is_not_known_and_changes_nothing_leaves_one_award() -> None:
    found = of({**ALL_MET, "whole_gateways.finance": False, "measures.local_1": None})

    assert found.award == Money(0)


def test_an_override_is_used_and_shown_beside_what_the_round_says() -> None:
    more = """[[overrides]]
what = "value_per_head"
value = 4.5
source = "A letter of the region"
date = 2016-10-01
[[overrides]]
what = "combine"
value = "multiplicative"
source = "A letter of the region"
"""
    met = {**ALL_MET, "gateways.red_1": False, "gateways.cancer_62_days": False}
    found = of(met, more=more)

    # 325,000 × 4.50 × 0.75 × 0.75
    assert found.award == pounds("822656.25")
    assert [(row["what"], row["of_the_round"], row["own"]) for row in document(found)["overrides"]] == [
        ("value_per_head", "5", "4.5"), ("combine", "additive", "multiplicative"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "before", "met"),
    [
        ("85", "84", True),
        ("84.9", "82", False),
        ("70", "67", True),
        ("69.9", "67", False),
        ("84", None, None),
    ],
)
def test_the_survey_is_met_in_one_of_two_ways(value: str, before: str | None, met: bool | None) -> None:
    beside = f", before = {before}" if before else ""
    said = text_of(ALL_MET).replace(
        "gp_survey = { met = true }", f"gp_survey = {{ value = {value}{beside} }}"
    )

    assert premium_of(said).measures["gp_survey"].met is met


def test_a_gateway_is_met_at_its_standard() -> None:
    for value, met in (("92", True), ("91.99", False)):
        entry = f"referral_to_treatment = {{ value = {value} }}"
        said = text_of(ALL_MET).replace("referral_to_treatment = { met = true }", entry)
        assert premium_of(said).gateways["referral_to_treatment"].met is met


def test_every_subset_agrees_with_the_slow_way() -> None:
    """All 2^13 resolutions, with people whose product leaves parts of a penny."""
    given_file = premium_of(
        text_of(
            dict.fromkeys(PATHS),
            100_003,
            '[[overrides]]\nwhat = "value_per_head"\nvalue = 4.37\nsource = "x"',
        )
    )
    found = premium(given_file)
    lowest, highest = found.lowest, found.highest
    for values in itertools.product((True, False), repeat=len(PATHS)):
        met = dict(zip(PATHS, values, strict=True))
        award = pence_of(award_of(given_file, met))
        assert Decimal(award.pence) / 100 == slow_award(given_file.round, 100_003, met)
        assert lowest <= award <= highest


@given(
    st.fixed_dictionaries({path: st.sampled_from([True, False, None]) for path in PATHS}),
    st.integers(1, 2_000_000),
)
def test_the_range_holds_every_resolution_and_steps_add_up(met: dict[str, bool | None], people: int) -> None:
    found = of(met, people)
    unknown = [path for path, value in met.items() if value is None]
    certain = {path: bool(value) for path, value in met.items()}

    for values in itertools.islice(itertools.product((True, False), repeat=len(unknown)), 64):
        resolved = {**certain, **dict(zip(unknown, values, strict=True))}
        award = pence_of(award_of(found.given, resolved))
        assert found.lowest <= award <= found.highest
    for well, end in ((True, found.highest), (False, found.lowest)):
        steps = found.steps(unknown_met=well)
        assert found.potential.pence + sum(step.change.pence for step in steps) == end.pence


def test_the_starting_file_can_be_run() -> None:
    found = premium(premium_of(new_premium()))

    assert found.lowest == Money(0)
    assert found.highest == found.potential
    assert len(found.unknown) == len(PATHS)


def test_rounds_are_data() -> None:
    assert known_rounds() == ("2016/17",)
    assert sum(row.weight.value for row in RULES.measures) == 1
    assert all(not row.reduction.is_verified for row in RULES.gateways), "25% is not confirmed in a source"
    with pytest.raises(RoundNotKnown, match="did you mean 2016/17"):
        round_of("2016/71")
    with pytest.raises(FaultsFound, match="label"):
        read_round('year = "2016/17"\nname = "x"', "one.toml")
