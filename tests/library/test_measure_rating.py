"""Red, amber, green; targets shared among parts; figures said in people: by hand, and whatever the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.measures.people import Said
from leftshift.measures.rating import COLOURS, rate, ratings
from leftshift.measures.targets.sharing import Part, share
from tests.library.measure_places import definition, measure, measured, observed, place, target, target_of


def colour(value: float, wanted: float, better: int = -1, amber: float = 0.1, **more: bool) -> str:
    found = rate(value, wanted, better, amber, **more)
    assert found is not None
    return found.colour


# ------------------------------------------------------------------ rating
@pytest.mark.parametrize(
    ("value", "wanted", "better", "expected"),
    [
        (100, 100, -1, "green"),
        (99, 100, -1, "green"),
        (100.01, 100, -1, "amber"),
        (110, 100, -1, "amber"),  # 10.0% worse
        (110.1, 100, -1, "red"),  # 10.1% worse
        (90, 100, 1, "amber"),
        (89.9, 100, 1, "red"),
        (101, 100, 1, "green"),
        (0.11, 0.1, -1, "amber"),  # 0.11 - 0.1 is a little more than 10% of 0.1 to a computer
        (-110, -100, 1, "amber"),  # 10 more of a deficit of 100
        (-110.1, -100, 1, "red"),
        (-90, -100, 1, "green"),
        (0, 0, -1, "green"),
        (0.001, 0, -1, "red"),  # of nought there is no share
        (-1, 0, -1, "green"),
    ],
)
def test_by_hand(value: float, wanted: float, better: int, expected: str) -> None:
    assert colour(value, wanted, better) == expected


def test_to_meet_a_strict_target_is_to_pass_it() -> None:
    assert colour(360, 360, is_strict=True) == "amber"
    assert colour(359.9, 360, is_strict=True) == "green"
    assert colour(0, 0, is_strict=True) == "amber"
    assert colour(57 / 100 * 100, 57, 1, is_strict=True) == "amber"


def test_what_floating_point_takes_away_is_no_miss() -> None:
    """57 of 100 is 56.99999999999999 to a computer."""
    assert 57 / 100 * 100 < 57
    assert colour(57 / 100 * 100, 57, 1) == "green"
    found = rate(57 / 100 * 100, 57, 1, 0.1)
    assert found is not None
    assert found.off == 0


def test_neither_way_is_not_rated() -> None:
    assert rate(5, 3, 0, 0.1) is None


def test_without_amber_what_misses_is_red() -> None:
    assert colour(100.1, 100, amber=0) == "red"
    assert colour(100, 100, amber=0) == "green"


def test_how_far_off_and_the_rule_are_told() -> None:
    """748.57 against 724.37: 24.20 of it, 3.3%."""
    found = rate(748.57, 724.37, -1, 0.1)

    assert found is not None
    assert found.off == pytest.approx(24.20 / 724.37)
    assert found.word == "Close to target"
    assert found.rule == "green on target, amber up to 10% off target, red beyond"
    ahead, none, tiny = rate(1, 2, -1, 0), rate(1, 0, -1, 0), rate(1e300, 1e-300, -1, 0)
    assert ahead is not None
    assert (ahead.off, ahead.rule) == (0, "green on target, no amber, red beyond")
    assert none is not None
    assert (none.off, none.colour) == (None, "red")
    assert tiny is not None
    assert (tiny.off, tiny.colour) == (None, "red")


def test_amber_is_that_of_the_target_else_the_measure_else_the_place() -> None:
    """108 against 100."""
    figures = {
        "observations": [observed("county", "2017-04", 108, 100_000)],
        "settings": {"amber_band": "5%"},
    }
    cases: list[tuple[float | None, float | None, str]] = [
        (None, None, "red"),
        (0.08, None, "amber"),
        (0.08, 0.07, "red"),
    ]
    for of_measure, own, expected in cases:
        given_place = place(
            measures=[measure(amber=of_measure)],
            measure_targets=[target("100", "2017-04", amber=own)],
            **figures,
        )
        found = measured(given_place).rating
        assert found is not None
        assert found.colour == expected


values = st.floats(-1e6, 1e6, allow_nan=False)


@given(values, values, values, st.sampled_from([-1, 1]), st.floats(0, 2), st.booleans())
def test_a_better_figure_is_never_rated_worse(
    first: float, second: float, wanted: float, better: int, amber: float, is_strict: bool
) -> None:
    worse, well = sorted((first, second), key=lambda value: value * better)
    codes = ratings([worse, well], wanted, better, amber, is_strict=is_strict)

    assert codes[0] >= codes[1]
    assert codes.min() >= 1


@given(values, values, st.sampled_from([-1, 0, 1]), st.floats(0, 2), st.booleans())
def test_many_at_once_are_as_one_by_one(value: float, wanted: float, better: int, amber: float, is_strict: bool) -> None:  # fmt: skip
    one = rate(value, wanted, better, amber, is_strict=is_strict)

    assert COLOURS[int(ratings([value], [wanted], better, amber, is_strict=is_strict)[0])] == (one.colour if one else "")  # fmt: skip
    assert ratings(np.nan, wanted, better, amber) == ratings(value, np.nan, better, amber) == 0


# ------------------------------------------------------------------ sharing
PARTS = [Part("a", 1200, 100), Part("b", 1000, 300), Part("c", 800, 100)]
"""Together (1,200 × 100 + 1,000 × 300 + 800 × 100) / 500 = 1,000."""


def test_same() -> None:
    assert share("same", 900, PARTS, -1) == {"a": 900, "b": 900, "c": 900}


def test_proportional() -> None:
    """1,000 to 900 is 0.9 of each."""
    assert share("proportional", 900, PARTS, -1) == pytest.approx({"a": 1080, "b": 900, "c": 720})


def test_catching_up() -> None:
    """Behind 900 are a by 300 × 100 and b by 100 × 300: room of 60,000. Needed are 100 × 500 = 50,000: five sixths of the way each."""
    found = share("catching_up", 900, PARTS, -1)

    assert found == pytest.approx({"a": 1200 - 300 * 5 / 6, "b": 1000 - 100 * 5 / 6, "c": 800})


def test_catching_up_where_all_on_target_would_not_do_is_proportional() -> None:
    """To 700 all are behind, and need all the way: as one; above 1,000 for better = 1 likewise."""
    assert share("catching_up", 700, PARTS, -1) == pytest.approx({"a": 700, "b": 700, "c": 700})
    assert share("catching_up", 900, PARTS, 1) == pytest.approx({"a": 1080, "b": 900, "c": 720})


def test_a_whole_that_is_there_already_moves_nobody_ahead_of_it() -> None:
    """Growth to 1,100 is allowed: 1.1 of each, and not less for those above it."""
    assert share("catching_up", 1100, PARTS, -1) == pytest.approx({"a": 1320, "b": 1100, "c": 880})


def test_counts_add_up() -> None:
    found = share("proportional", 90, [Part("a", 60, None), Part("b", 40, None)], -1, is_count=True)

    assert found == pytest.approx({"a": 54, "b": 36})


def test_rates_without_weights_move_as_their_whole_does() -> None:
    """Only values are published: 600 and 400, and 480 of the whole; to 456 is 0.95 of each, not 456 divided."""
    parts = [Part("a", 600, None), Part("b", 400, None)]

    assert share("proportional", 456, parts, -1, whole=480) == pytest.approx({"a": 570, "b": 380})
    assert share("catching_up", 456, parts, -1, whole=480) == pytest.approx({"a": 570, "b": 380})
    assert share("proportional", 456, parts, -1) == {}


def test_of_nothing_there_is_no_share() -> None:
    assert share("proportional", 5, [], -1) == {}
    assert share("proportional", 5, [Part("a", 0, 10)], -1) == {}
    assert share("proportional", 5, [Part("a", 0, None)], -1, is_count=True) == {}


parts = st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e5)), min_size=1, max_size=6).map(
    lambda found: [Part(str(at), level, weight) for at, (level, weight) in enumerate(found)]
)


@given(parts, st.floats(1, 1e4), st.sampled_from([-1, 0, 1]), st.sampled_from(["proportional", "same", "catching_up"]))  # fmt: skip
def test_parts_come_to_the_whole(found: list[Part], wanted: float, better: int, how: str) -> None:
    shared = share(how, wanted, found, better)
    weights = {part.body: part.weight or 0.0 for part in found}

    together = sum(shared[body] * weight for body, weight in weights.items()) / sum(weights.values())
    assert together == pytest.approx(wanted, rel=1e-9)


@given(parts, st.floats(1, 1e4), st.sampled_from([-1, 1]))
def test_catching_up_asks_of_nobody_to_pass_the_target_unless_all_must(
    found: list[Part], wanted: float, better: int
) -> None:
    shared = share("catching_up", wanted, found, better)
    if shared == pytest.approx(share("proportional", wanted, found, better)):
        return
    for part in found:
        ahead = (part.level - wanted) * better >= 0
        assert shared[part.body] == part.level if ahead else (wanted - shared[part.body]) * better >= -1e-9 * wanted  # fmt: skip


def test_a_share_stands_at_the_part_and_says_from_where() -> None:
    """A baseline of 10 and 20 of 1,000 each: 1,500 together. To 1,200 is 0.8: 800 and 1,600. north has no figure and no share."""
    given_place = place(
        observations=[observed("east", "2016-04", 10, 1000), observed("west", "2016-04", 20, 1000), observed("east", "2017-04", 9, 1000)],
        measure_targets=[target("1200", "2017-04", shared_by="proportional")],
    )  # fmt: skip

    assert target_of(given_place, "2017-04", of="east") == pytest.approx(800)
    assert target_of(given_place, "2017-04", of="west") == pytest.approx(1600)
    assert target_of(given_place, "2017-04", of="north") is None
    entry = measured(given_place, "east")
    assert entry.target is not None
    assert entry.target.shared_from == "county"


def test_standardised_rates_and_rates_without_people_are_not_divided() -> None:
    for kind in ("standardised_rate", "rate"):
        given_place = place(
            measure_definitions=[definition(kind=kind)],
            observations=[observed(of, "2016-04", value=value) for of, value in (("county", 480), ("east", 600), ("west", 400))],
            measure_targets=[target("456", "2017-04", shared_by="proportional")],
        )  # fmt: skip
        assert target_of(given_place, "2017-04", of="east") == pytest.approx(570)


# ------------------------------------------------------------------ people
def said(
    kind: str = "rate", wanted: str = "", multiplier: float | None = None, *figure: Any, **more: Any
) -> Said | None:
    value = more.pop("value", None)
    defined = definition(kind=kind, multiplier=multiplier)
    given_place = place(
        measures=[measure(counted_in="stays", every=more.pop("every", "month"), **more)], measure_definitions=[defined],
        observations=[observed("county", "2017/18" if more.get("every") else "2017-04", *figure, value=value)],
        measure_targets=[target(wanted, "2017-04")] if wanted else [],
    )  # fmt: skip
    return measured(given_place).said


def numbers(found: Said) -> list[Any]:
    return [found.amount, found.beyond_target]


def test_a_rate_as_a_count_and_how_many_beyond_its_target() -> None:
    """300 of 50,000 people: 600 per 100,000. The target of 560 is 280 of them: 20 more."""
    found = said("rate", "560", None, 300, 50_000)

    assert found is not None
    assert numbers(found) == pytest.approx([300, 20])
    assert found.what == "count"
    assert found.words == "300 stays, 20 more than the target"


def test_a_count_that_is_not_given_follows_from_value_and_denominator() -> None:
    """600 per 100,000 of 50,000 are 300."""
    found = said("rate", "", None, None, 50_000, value=600)

    assert found is not None
    assert numbers(found) == [pytest.approx(300), None]
    assert found.words == "300 stays"


def test_without_denominator_nothing_is_said() -> None:
    assert said("rate", "560", None, value=600) is None
    assert said("proportion", "56%", None, value=60) is None
    assert said("standardised_rate", "560", None, value=600) is None
    assert (
        said("standardised_rate", "560", None, None, 50_000, value=600) is None
    )  # nobody counts standardised people


def test_a_mean_in_days() -> None:
    """40 stays of 6.5 days are 260 days; the target of 6 is 240."""
    found = said("mean", "6", None, 260, 40)

    assert found is not None
    assert numbers(found) == pytest.approx([260, 20])


def test_delayed_days_as_beds() -> None:
    """930 days of the 30 days of April are 31 beds; the target of 900 is 30."""
    found = said("count", "900", None, 930, said_as="beds")

    assert found is not None
    assert numbers(found) == pytest.approx([31, 1])
    assert found.words == "31 beds filled on every day, 1 more than the target"
    one = said("count", "", None, 30, said_as="beds")
    assert one is not None
    assert one.words == "1 bed filled on every day"


def test_money_a_head() -> None:
    """£36,000 of 3,000 people is £12 a head; the target of £42,000 is £14."""
    found = said("count", "42", None, 36, said_as="money_per_head")

    assert found is not None
    assert numbers(found) == pytest.approx([12, -2])
    assert found.words == "£12 a head, £2.00 less than the target"


def test_money_of_a_body_whose_people_nobody_says() -> None:
    given_place = place(
        measures=[measure(said_as="money_per_head")], measure_definitions=[definition(kind="count")],
        observations=[observed("east", "2017-04", 36)],
    )  # fmt: skip

    assert measured(given_place, "east").said is None


def test_a_plain_count_says_itself_unless_it_has_a_target() -> None:
    assert said("count", "", None, 30) is None
    found = said("count", "25", None, 30)
    assert found is not None
    assert found.words == "30 stays, 5 more than the target"
    level = said("count", "30", None, 30)
    assert level is not None
    assert level.words == "30 stays, as the target asks"


def test_a_count_in_thousands_is_said_by_its_multiplier() -> None:
    """30,000 are 30 thousand; a target of 25 is 25,000: 5,000 more. Where only 30 is given it is the same."""
    for figure, value in (((30_000,), None), ((), 30)):
        found = said("count", "25", 0.001, *figure, value=value)
        assert found is not None
        assert numbers(found) == pytest.approx([30_000, 5000])


def test_said_as_none_is_not_said() -> None:
    assert said("rate", "", None, 300, 50_000, said_as="none") is None
