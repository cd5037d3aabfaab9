"""What a target may say: every name and operation by hand, and whatever is typed is read or refused in a sentence."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leftshift.measures.targets.expressions import (
    FUNCTIONS,
    NAMES,
    ExpressionRefused,
    read_expression,
)

LEVELS: dict[str, float] = {
    "last_year": 400,
    "baseline": 500,
    "plan": 450,
    "do_nothing": 550,
    "best_quartile": 350,
    "worst_quartile": 600,
    "peer_median": 420,
    "best_peer": 300,
    "peer_mean": 430,
}


def worth(text: str, along: float = 0.5) -> float | None:
    return read_expression(text).value(LEVELS.get, along)


def test_every_name_has_an_example() -> None:
    assert LEVELS.keys() == NAMES.keys()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_is_written_with_spaces_hyphens_or_neither(name: str) -> None:
    for written in (name, name.replace("_", " "), name.replace("_", "-"), name.replace("_", "  ").upper()):
        assert worth(written) == LEVELS[name]
        assert read_expression(written).names == {name}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("360", 360),
        ("0.98 * last year", 392),  # 0.98 × 400
        ("0.98 × last year", 392),
        ("98% * last year", 392),  # 98 of 100
        ("last year * 98%", 392),
        ("last year - 5", 395),
        ("last year \u2212 5", 395),
        ("last year \u2013 5", 395),
        ("baseline / 2", 250),
        ("baseline ÷ 2", 250),
        ("(baseline + last year) / 2", 450),  # (500 + 400) / 2
        ("-baseline + 600", 100),
        ("+5", 5),
        ("min(last year, baseline)", 400),
        ("max(last year, baseline, 700)", 700),
        ("linear(baseline, 300)", 400),  # 500 + (300 - 500) × 0.5
        ("linear from baseline to 300", 400),
        ("linearly from 1,000 to 900", 950),  # 1000 + (900 - 1000) × 0.5
        ("1,234,567", 1_234_567),
        ("1,234.5", 1234.5),
        ("95%", 95),  # of a measure in per cent: the number
        ("linear(80%, 90%)", 85),
        ("baseline + 2%", 502),  # points
        ("< 360 per 100,000", 360),
        ("at most 1,360.5 per 1,000 a month", 1360.5),
        ("2 + 3 * 4", 14),
        ("1e3", 1000),
    ],
)
def test_by_hand(text: str, value: float) -> None:
    assert worth(text) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("along", "value"), [(0.0, 500), (0.25, 450), (1.0, 300), (1 / 12, 500 - 200 / 12)])
def test_linear_goes_part_of_the_way(along: float, value: float) -> None:
    assert worth("linear(baseline, 300)", along) == pytest.approx(value)
    assert worth("1.1 * linear(baseline, 300)", along) == pytest.approx(1.1 * value)


@pytest.mark.parametrize(
    ("text", "comparison", "is_strict", "towards"),
    [
        ("< 5", "<", True, -1),
        ("below 5", "<", True, -1),
        ("under 5", "<", True, -1),
        ("<= 5", "<=", False, -1),
        ("≤ 5", "<=", False, -1),
        ("at most 5", "<=", False, -1),
        ("> 5", ">", True, 1),
        ("above 5", ">", True, 1),
        ("over 5", ">", True, 1),
        (">=5", ">=", False, 1),
        ("≥5", ">=", False, 1),
        ("At Least 5", ">=", False, 1),
        ("5", "", False, 0),
    ],
)
def test_comparisons(text: str, comparison: str, is_strict: bool, towards: int) -> None:
    found = read_expression(text)

    assert (found.comparison, found.is_strict, found.towards) == (comparison, is_strict, towards)
    assert found.value(LEVELS.get, 1.0) == 5
    assert found.text == text


def test_per_says_its_multiplier() -> None:
    assert read_expression("< 360 per 100,000").per == 100_000
    assert read_expression("12.5 per 1,000 people").per == 1000
    assert read_expression("12.5").per is None


@pytest.mark.parametrize(
    ("text", "has_percent"),
    [("95%", True), ("98% * last year", False), ("last year - 2%", True), ("-2%", True), ("min(90%, last year)", True), ("last year", False)],
)  # fmt: skip
def test_a_percentage_by_itself_is_in_doubt_and_a_share_is_not(text: str, has_percent: bool) -> None:
    assert read_expression(text).has_percent is has_percent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write a number"),
        ("   ", "Write a number"),
        ("1" * 301, "up to 300"),
        ("best quartille", "best quartile"),
        ("lastyear", "last year"),
        ("linear(1)", "linear of 2"),
        ("linear(1, 2, 3)", "linear of 2"),
        ("linear(linear(1, 2), 3)", "one linear way"),
        ("max(1, linear(2, linear(3, 4)))", "one linear way"),
        ("min()", "min of 1 to 9"),
        ("max(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", "max of 1 to 9"),
        ("baseline ** 2", "none of them"),
        ("baseline // 2", "none of them"),
        ("7 % 3", "0.98 * last year"),
        ("True", "'true' is none of them"),
        ("'5'", "none of them"),
        ("1 # a comment", "'#'"),
        ("__import__('os')", "none of them"),
        ("baseline.real", "none of them"),
        ("baseline if plan else 5", "none of them"),
        ("lambda: 5", ""),
        ("[1]", "none of them"),
        ("1, 2", "none of them"),
        ("min(a=1)", "none of them"),
        ("min(*plan)", "none of them"),
        ("1e999", "none of them"),
        ("1e16", "none of them"),
        ("5j", "none of them"),
        ("a" * 200, "none of them"),
        ("((((", ""),
        ("-" * 299, ""),
        ("1 000", ""),
        ("١", "none of them"),
        ("percent('x')", "none of them"),
        ("percent(1e16)", "none of them"),
        ("percent(true)", "'percent(true)' is none"),
        # a comma that parts thousands, or values? nobody may guess
        ("min(baseline, 1,000)", "space after each comma"),
        ("max(1,000)", "space after each comma"),
        ("linear(100,300)", "space after each comma"),
        ("1,00", "none of them"),
        # a percentage of what?
        ("last year * (100% - 2%)", "98% * last year"),
        ("baseline / 50%", "98% * last year"),
        ("0.98 * 95%", "98% * last year"),
        ("98% * 95%", "98% * last year"),
        ("98% * max(90%, last year)", "98% * last year"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(text: str, words: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        read_expression(text)

    told = refused.value
    assert told.expected
    assert told.action
    assert words in f"{told.expected}. {told.action} {told.suggestion or ''}"


@pytest.mark.parametrize(
    ("text", "missing"),
    [("0.9 * last year", "last_year"), ("min(5, plan)", "plan"), ("-baseline", "baseline"), ("linear(5, best peer)", "best_peer")],
)  # fmt: skip
def test_what_has_no_meaning_there_has_no_value(text: str, missing: str) -> None:
    def meaning(name: str) -> float | None:
        return None if name == missing else 1.0

    assert read_expression(text).value(meaning, 1.0) is None
    assert read_expression(text).value(lambda name: 1.0, 1.0) is not None


@pytest.mark.parametrize(
    "text", ["1 / 0", "baseline / (last year - 400)", "1e15 * 1e15 * " + " * ".join(["1e15"] * 25)]
)
def test_what_arithmetic_cannot_hold_has_no_value(text: str) -> None:
    assert worth(text) is None


BITS = [
    *(name.replace("_", " ") for name in NAMES), *FUNCTIONS, "percent", "from", "to", "per", "at most", "over", "<", ">=", "≤", "(", ")", "(", ")", ",", ", ", "+", "-", "*",
    "/", "×", "÷", "%", "**", "//", ".", "0", "1", "98%", "0.98", "1,000", "100,000", "1e308", "1e-308", "1_0", "0x1f", "1j", "'", '"', "\\", "#", "\n", "\0", "not", "if",
    "for", "in", "and", "lambda", "=", ":=", "@", "~", "[", "]", "{", "}", "…", "None", "true", "é", "²",
]  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(BITS), max_size=14).map(" ".join),
        st.lists(st.sampled_from(BITS), max_size=14).map("".join),
    )
)
@example("percent('x')")
@example("1if 2else 3")
@example('"\\d"')
@example("(" * 299)
@example("min(" * 70)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_expression(text)
    except ExpressionRefused:
        return
    for level in (0.0, 1.0, -3.5, 1e300, -1e300, 1e-300, None):

        def meaning(name: str, level: float | None = level) -> float | None:
            return level

        for along in (0.0, 0.3, 1.0):
            value = found.value(meaning, along)
            assert value is None or math.isfinite(value)


numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(numbers, numbers, st.sampled_from("+-*/"))
def test_operations_are_those_of_arithmetic(left: float, right: float, sign: str) -> None:
    by_hand = {"+": left + right, "-": left - right, "*": left * right, "/": left / right if right else None}
    written = f"{left:.3f} {sign} ({right:.3f})"

    assert worth(written) == pytest.approx(by_hand[sign])
