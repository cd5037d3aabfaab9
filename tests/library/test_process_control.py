"""Process control where series are short, equal, broken, enormous or wrong; warnings, suggestions and words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from leftshift.measures.process_control.charting import Warned, control_charts
from leftshift.measures.process_control.rule_sets import DEFAULT, RuleSet, parameters, rule_set, rule_sets
from leftshift.measures.process_control.single import ControlChart
from leftshift.measures.process_control.words import figure, rule_words, sentence, warning_words

NONE = float("nan")
STEADY = [10.0, 12.0] * 6


def chart(values: list[float], **more: Any) -> ControlChart:
    given: dict[str, Any] = {name: [more[name]] for name in ("targets", "starts", "gaps") if name in more}
    whole: dict[str, Any] = {**more, **given}
    return control_charts([values], **whole).chart(0)


def names(values: list[float]) -> list[str]:
    return [f"month {at + 1}" for at in range(len(values))]


def test_the_default_is_making_data_count_with_seven_points_and_says_its_version() -> None:
    rules = chart(STEADY).rules

    assert (DEFAULT, rules.name, rules.version) == ("making_data_count", "making_data_count", "1")
    assert (rules.run_points, rules.trend_points, rules.screening) == (7, 7, 0)
    assert rules.least_points_for_icons == 13


def test_six_point_differs_in_runs_and_trends_alone() -> None:
    six, seven = rule_set("six_point"), rule_set("making_data_count")

    changed = replace(seven, name=six.name, title=six.title, source=six.source, run_points=6, trend_points=6)
    assert six == changed


def test_a_rule_set_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(
        LookupError, match=r"making_data_count, six_point, plotthedots\. Did you mean six_point"
    ):
        chart(STEADY, rules="six_points")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"priority": ("trend",)}, "each of"),
        ({"missing_periods": "jump"}, "missing_periods"),
        ({"preferred": "concern"}, "preferred"),
        ({"target_on_limit": "maybe"}, "target_on_limit"),
        ({"run_points": 1}, "at least two"),
    ],
)
def test_a_rule_set_that_cannot_be_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(rule_set("six_point"), **change)


def test_every_number_has_a_source_and_a_date() -> None:
    assert all(entry["source"] and entry["date"] and entry["unit"] for entry in parameters().values())
    assert all(rules.source and rules.date and rules.version for rules in rule_sets().values())


# ---------------------------------------------------------------------- short, equal, enormous
@pytest.mark.parametrize("rules", rule_sets())
@pytest.mark.parametrize("values", [[], [NONE], [NONE, NONE], [3.0], [NONE, 3.0, NONE], [3.0, NONE, 5.0]])
def test_a_series_too_short_has_no_limits_and_says_so(values: list[float], rules: str) -> None:
    found = chart(values, rules=rules, better=1, targets=[4.0] * len(values))

    if rules == "plotthedots" and values == [3.0, NONE, 5.0]:  # it bridges: two rows are enough
        assert found.variation == "common cause"
        return
    assert (found.variation, found.assurance) == ("not judged", "none")
    assert {"NO_VALUES", "NO_LIMITS"} & {*found.warnings}
    said = sentence(found, name="Waits", periods=names(values))
    assert "no values" in said or "limits" in said
    assert "nan" not in said.lower()


def test_no_series_at_all() -> None:
    assert len(control_charts(np.zeros((0, 12)))) == 0
    assert len(control_charts(np.zeros((0, 0)))) == 0


@pytest.mark.parametrize("value", [0.97, 0.1, 0.0, -7.3, 1e99, 1e-300])
@pytest.mark.parametrize("rules", rule_sets())
def test_equal_values_have_limits_equal_to_the_mean_and_no_signal(value: float, rules: str) -> None:
    """A sum of 36 times 0.97 is not 36 × 0.97: the mean must still be the value itself, exactly."""
    found = chart([value] * 36, rules=rules, better=1, targets=[value] * 36)

    assert {*found.mean, *found.lower, *found.upper} == {value}
    assert not found.rule.any()
    assert (found.variation, found.assurance) == ("common cause", "passes")
    assert "NO_VARIATION" in found.warnings


@pytest.mark.parametrize(
    ("better", "target", "assurance"),
    [(1, 95.0, "passes"), (1, 105.0, "fails"), (-1, 105.0, "passes"), (-1, 95.0, "fails"), (0, 95.0, "none")],
)
def test_equal_values_are_held_to_the_target(better: int, target: float, assurance: str) -> None:
    """The R package says hit or miss of a series of 100s against 95."""
    for rules in rule_sets():
        assert chart([100.0] * 20, rules=rules, better=better, targets=[target] * 20).assurance == assurance


def test_a_value_beside_an_equal_baseline_lies_outside() -> None:
    found = chart([*[5.0] * 13, 5.1], fix=13)

    assert found.rule_at(13) == "beyond a limit"
    assert not found.rule[:13].any()


def test_enormous_and_negative_values_are_charted() -> None:
    """Scaled by ten to the 98th, and turned round, the chart is the same chart."""
    values = np.array([[4, 6, 5, 9, 6, 4, 6, 5, 9, 6, 4, 6, 30]], dtype=float)
    plain, scaled = control_charts(values), control_charts(-values * 1e98)

    np.testing.assert_allclose(scaled.lower / 1e98, -plain.upper, rtol=1e-12)
    np.testing.assert_array_equal(scaled.rule, plain.rule)
    assert plain.rule[0, -1] == 1


@pytest.mark.parametrize("value", [1.1e100, -1e200, float("inf"), float("-inf")])
def test_values_beyond_what_can_be_worked_with_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="lie between"):
        chart([1.0, value, 2.0])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"better": 2}, "better"),
        ({"better": [1, 1]}, "each of 1 series"),
        ({"targets": [1.0]}, "targets has the shape"),
        ({"targets": [float("inf")] * 12}, "infinite"),
        ({"starts": [True]}, "starts has the shape"),
        ({"gaps": [True]}, "gaps has the shape"),
        ({"fix": 11}, "at least 12"),
    ],
)
def test_what_does_not_fit_is_refused(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        chart(STEADY, **more)


def test_a_single_list_is_no_matrix() -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        control_charts([1.0, 2.0])


# ---------------------------------------------------------------------- missing and rebased
def test_a_gap_at_either_end_is_none() -> None:
    found = chart([NONE, NONE, *STEADY, 10.0, NONE], gaps=[False, False, True, *[False] * 13])

    assert "MISSING" not in found.warnings
    assert (found.points, found.latest) == (13, 14)


def test_a_gap_that_is_only_said_breaks_like_one_that_is_seen() -> None:
    seen = chart([*STEADY, NONE, 20.0, 22.0])
    said = chart([*STEADY, 20.0, 22.0], gaps=[*[False] * 12, True, False])

    assert seen.segments[0].upper == said.segments[0].upper
    assert "MISSING" in seen.warnings
    assert "MISSING" in said.warnings


def test_missing_periods_are_named() -> None:
    values = [*STEADY, NONE, 11.0, NONE, NONE, 12.0]
    words = warning_words(chart(values), names(values))

    assert words[0].startswith("There are no values for month 13, month 15, month 16. No run")
    assert "go on across them" in " ".join(warning_words(chart(values, rules="plotthedots"), names(values)))


def test_only_gaps_leave_no_moving_range() -> None:
    values = [value for pair in zip(STEADY + [10.0] * 3, [NONE] * 15, strict=True) for value in pair]
    found = chart(values, better=1, targets=[1.0] * 30)

    assert (found.variation, found.assurance, found.segments[0].lower) == ("not judged", "none", None)
    assert "without a missing period" in sentence(found, name="Waits", periods=names(values))


def test_a_rebase_where_no_value_is_begins_with_the_next() -> None:
    starts = [False] * 27
    starts[13] = True
    found = chart([*STEADY, 11.0, NONE, *[20.0, 24.0] * 6, 22.0], starts=starts)

    assert [(segment.first, segment.points) for segment in found.segments] == [(0, 13), (14, 13)]


def test_a_short_stretch_after_a_rebase_has_no_icons_and_says_since_when() -> None:
    values = [*STEADY, 11.0, 20.0, 22.0, 20.0]
    found = chart(values, starts=[at == 13 for at in range(16)], better=1, targets=[15.0] * 16)

    assert (found.variation, found.assurance) == ("not judged", "none")
    assert "3 values since limits began anew; limits and icons need 13" in sentence(
        found, name="Waits", periods=names(values)
    )
    assert "EARLIER_WITHOUT_LIMITS" not in found.warnings
    earlier = chart(values, starts=[at == 3 for at in range(16)])
    assert "EARLIER_WITHOUT_LIMITS" in earlier.warnings
    assert "NO_LIMITS" not in earlier.warnings


def test_the_package_with_few_values_is_warned_of() -> None:
    assert "FEW_POINTS" in chart(STEADY, rules="plotthedots").warnings
    assert "FEW_POINTS" not in chart([*STEADY, 10.0], rules="plotthedots").warnings


# ---------------------------------------------------------------------- targets
def test_a_target_after_the_latest_value_is_not_yet_in_force() -> None:
    found = chart([*STEADY, 11.0, NONE], better=1, targets=[*[NONE] * 11, 5.0, NONE, 20.0])

    assert (found.target, found.target_at, found.assurance) == (5.0, 11, "passes")
    assert chart([*STEADY, 11.0, NONE], better=1, targets=[*[NONE] * 13, 20.0]).assurance == "none"


# ---------------------------------------------------------------------- suggestions and seasons
def test_a_long_run_to_the_end_is_suggested_and_nothing_is_rebased() -> None:
    """Thirteen values at 20 after twenty at 11: the run is long enough for limits of its own. Twelve are not."""
    before = [10.0, 12.0] * 10
    long = chart([*before, *[20.0, 21.0] * 6, 20.0])

    assert (long.suggested, len(long.segments)) == (20, 1)
    assert chart([*before, *[20.0, 21.0] * 6]).suggested is None
    assert chart([*before, *[20.0, 21.0] * 6, 20.0, 10.0]).suggested is None
    assert "Suggestion: from month 21 on" in warning_words(long, names([0.0] * 33))[-1]


def test_a_season_is_warned_of_and_noise_or_a_rise_is_not() -> None:
    """A wave of twelve months; the same seed without it; a straight rise, whose values a year apart also go together."""
    noise = np.random.default_rng(1).normal(0, 1, 60)
    wave = 3 * np.sin(np.arange(60) * 2 * np.pi / 12)
    charts = control_charts(np.stack([noise + wave, noise, noise + np.arange(60)]), cycle=12)

    assert [bool(flags & Warned.SEASON) for flags in charts.warnings] == [True, False, False]
    assert not control_charts([noise + wave]).warnings[0] & Warned.SEASON
    assert not control_charts([(noise + wave)[:23]], cycle=12).warnings[0] & Warned.SEASON
    assert control_charts([(noise + wave)[:24]], cycle=12).warnings[0] & Warned.SEASON
    said = [at == 30 for at in range(60)]  # columns with a gap between them are no calendar
    assert not control_charts([noise + wave], cycle=12, gaps=[said]).warnings[0] & Warned.SEASON


def test_few_series_without_a_season_are_warned_of() -> None:
    """Of 4,000 series of noise between 0.5% and 3%: one-sided 2.5%, less what the line takes away."""
    charts = control_charts(np.random.default_rng(2).normal(size=(4000, 60)), cycle=12)
    share = np.mean((charts.warnings & Warned.SEASON) > 0)

    assert 0.005 < share < 0.03


def test_a_wave_as_large_as_the_noise_is_found_where_there_are_five_years() -> None:
    """As the method page says: of 2,000 such series about one in eight by two years, two thirds by three, 95% by five."""
    noise = np.random.default_rng(5).normal(size=(2000, 60))
    waves = noise + np.sqrt(2) * np.sin(np.arange(60) * 2 * np.pi / 12)

    def share(months: int) -> float:
        return float(np.mean((control_charts(waves[:, :months], cycle=12).warnings & Warned.SEASON) > 0))

    assert (share(24), share(36), share(60)) == pytest.approx((0.13, 0.65, 0.95), abs=0.03)


def test_a_season_is_found_alike_with_and_without_a_month_before_it() -> None:
    """A column without values takes the way that knows of missing ones: the same answers."""
    noise = np.random.default_rng(7).normal(size=(300, 40)) + np.sin(np.arange(40) * np.pi / 6)
    empty = np.full((300, 1), np.nan)
    whole, with_gap = control_charts(noise, cycle=12), control_charts(np.hstack([empty, noise]), cycle=12)

    np.testing.assert_array_equal(whole.warnings, with_gap.warnings)
    assert 0 < np.mean(whole.warnings > 0) < 1


def test_equal_values_have_no_season() -> None:
    assert not control_charts([[0.97] * 48], cycle=12).warnings[0] & Warned.SEASON


# ---------------------------------------------------------------------- words
def test_a_sentence_says_value_rule_limits_target_and_assurance() -> None:
    """11 ± 2.66 × 2: 5.68 and 16.32; 17 lies above, and 20 lies above the upper limit."""
    values = [*STEADY, 17.0]
    found = chart(values, fix=12, better=-1, targets=[20.0] * 13)

    assert sentence(found, name="Waits", unit="days", periods=names(values)) == (
        "Waits was 17.0 days in month 13. Special cause, concerning, higher than usual: it lies above the upper limit. "
        "The mean is 11.0, the limits are 5.7 and 16.3. "
        "The target of 20.0 will be met consistently (lower is better) unless the process changes."
    )


@pytest.mark.parametrize(
    ("last", "target", "words"),
    [
        (
            25.0,
            20.0,
            "will be met consistently (lower is better) unless the process changes; but the latest value misses it.",
        ),
        (
            4.0,
            5.0,
            "will not be met consistently (lower is better) unless the process changes; but the latest value meets it.",
        ),
    ],
)
def test_a_latest_value_that_says_otherwise_than_the_limits_is_told(
    last: float, target: float, words: str
) -> None:
    """Limits of 5.68 and 16.32 promise 20 and never reach 5; the latest value does the opposite."""
    values = [*STEADY, last]
    found = chart(values, fix=12, better=-1, targets=[target] * 13)

    assert sentence(found, name="Waits", unit="days", periods=names(values)).endswith(words)


def test_every_rule_has_words_for_either_side() -> None:
    rules: RuleSet = rule_set("six_point")
    plain = chart([*STEADY, 17.0], fix=12)
    said = set()
    for code in range(5):
        for side in (1, -1):
            one = replace(plain, rules=rules, rule=plain.rule * 0 + code, side=plain.side * 0 + side)
            said.add(rule_words(one, 0))

    assert len(said) == 9
    assert any("at least 6 values in a row that fall" in words for words in said)


@pytest.mark.parametrize(
    ("value", "apart", "shown"),
    [
        (84.234, 6.7, "84.2"),
        (84.234, 67.0, "84"),
        (1234567.0, 9e4, "1,234,567"),
        (-0.0001, 6.7, "0.0"),
        (-3.25, 6.7, "−3.2"),
        (0.00123, 0.0004, "0.00123"),
        (1e50, None, "1e+50"),
        (95.0, None, "95"),
        (0.0, None, "0"),
        (0.975, None, "0.975"),
    ],
)
def test_a_figure_has_the_decimals_that_tell(value: float, apart: float | None, shown: str) -> None:
    assert figure(value, apart=apart) == shown
