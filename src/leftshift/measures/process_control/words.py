"""Words of a control chart: what the icons mean, which rule fired, and one sentence that says it all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from leftshift.measures.process_control.rule_sets import parameter
from leftshift.measures.process_control.single import ControlChart

VARIATION_WORDS: Mapping[str, str] = {
    "not judged": "Not judged, too few values",
    "common cause": "Common cause, no significant change",
    "improvement high": "Special cause, improving, higher than usual",
    "improvement low": "Special cause, improving, lower than usual",
    "concern high": "Special cause, concerning, higher than usual",
    "concern low": "Special cause, concerning, lower than usual",
    "neutral high": "Special cause, higher than usual; neither better nor worse",
    "neutral low": "Special cause, lower than usual; neither better nor worse",
}
"""What a variation icon says."""
ASSURANCE_WORDS: Mapping[str, str] = {
    "none": "No assurance",
    "passes": "Consistently passes the target",
    "hit or miss": "Hits and misses the target",
    "fails": "Consistently fails the target",
}
"""What an assurance icon says."""
BETTER_WORDS: Mapping[int, str] = {1: "higher", -1: "lower", 0: "neither"}
_DIGITS = 2
_LARGE, _SMALL = 1e12, 1e-6


def figure(value: float, unit: str = "", *, apart: float | None = None) -> str:
    """A value as people read it: so many decimals that a quarter of ``apart`` (how far the limits lie apart) shows in two digits."""
    size = apart / 4 if apart else abs(value)
    if not (abs(value) < _LARGE) or 0 < size < _SMALL:
        text = f"{value:.3g}"
    else:
        decimals = _decimals(size, known=bool(apart))
        text = f"{value:,.{min(decimals, 9)}f}"
        text = text.rstrip("0").rstrip(".") if not apart and "." in text else text
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    sign = "−" if text.startswith("-") else ""
    return sign + text.removeprefix("-") + _after(unit)


def _decimals(size: float, *, known: bool) -> int:
    """How many decimals a size needs; a value without limits beside it keeps four digits."""
    digits = _DIGITS if known else 4
    return 0 if size <= 0 else max(0, digits - 1 - math.floor(math.log10(size)))


def _after(unit: str) -> str:
    return "" if not unit else unit if unit.startswith("%") else f" {unit}"


def rule_words(chart: ControlChart, period: int) -> str:
    """Which rule fired at a period, as the rest of a sentence that begins with the value: ``lies above the upper limit``."""
    high = chart.side[period] > 0
    side, limit = ("above", "upper") if high else ("below", "lower")
    return {
        "none": "lies within the limits, without a run, a trend or two of three near a limit",
        "beyond a limit": f"lies {side} the {limit} limit",
        "trend": f"is one of at least {chart.rules.trend_points} values in a row that {'rise' if high else 'fall'}",
        "two of three": f"is one of at least two values of three in a row that lie near the {limit} limit or beyond it"
        if chart.rules.beyond_limit_counts
        else f"is one of at least two values of three in a row that lie near the {limit} limit",
        "run": f"is one of at least {chart.rules.run_points} values in a row {side} the mean",
    }[chart.rule_at(period)]


def sentence(chart: ControlChart, *, name: str, unit: str = "", periods: Sequence[object]) -> str:
    """What a chart says, for people who do not see it: latest value, period, rule, limits, target, assurance.

    ``periods`` names the columns of the chart.
    """
    if chart.latest is None:
        return f"{name} has no values."
    at, segment = chart.latest, chart.segments[-1]
    apart = None if segment.upper is None or segment.lower is None else segment.upper - segment.lower
    says = f"{name} was {figure(float(chart.values[at]), unit, apart=apart)} in {periods[at]}."
    if segment.mean is None or segment.lower is None or segment.upper is None:
        return f"{says} {no_limits(chart)}"
    sign = unit if unit == "%" else ""  # a unit in words is said once
    mean, lower, upper = (
        figure(line, sign, apart=apart) for line in (segment.mean, segment.lower, segment.upper)
    )
    if apart is not None and apart <= parameter("tolerance") * abs(segment.mean):
        limits = f"Every value that the limits rest on is {mean}, so the limits are equal to the mean."
    else:
        limits = f"The mean is {mean}, the limits are {lower} and {upper}."
    return " ".join([says, _variation(chart), limits, *_target(chart, unit, periods, apart)])


def no_limits(chart: ControlChart) -> str:
    """Why the latest segment has no limits."""
    points, least = chart.segments[-1].points, chart.rules.least_points_for_limits
    since = " since limits began anew" if len(chart.segments) > 1 else ""
    if points < least:
        values = "value" if points == 1 else "values"
        return f"It has {points} {values}{since}; limits and icons need {least}."
    return f"No two of its values{since} follow each other without a missing period, so it has no limits and no icons."


def _variation(chart: ControlChart) -> str:
    assert chart.latest is not None
    if chart.variation == "not judged":
        return f"It has {chart.segments[-1].points} values; icons need {chart.rules.least_points_for_icons}."
    return f"{VARIATION_WORDS[chart.variation]}: it {rule_words(chart, chart.latest)}."


def _target(chart: ControlChart, unit: str, periods: Sequence[object], apart: float | None) -> list[str]:
    if chart.target is None or chart.target_at is None:
        return ["It has no target."]
    since = "" if chart.target_at == chart.latest else f", last stated for {periods[chart.target_at]},"
    target = f"The target of {figure(chart.target, unit if unit == '%' else '', apart=apart)}{since}"
    if chart.better == 0:
        return [f"{target} is not judged, because neither higher nor lower is better."]
    end = {1: "higher", -1: "lower"}[chart.better]
    but = _against(chart)
    return {
        "passes": [f"{target} will be met consistently ({end} is better) unless the process changes{but}."],
        "fails": [
            f"{target} will not be met consistently ({end} is better) unless the process changes{but}."
        ],
        "hit or miss": [
            f"{target} lies within the limits: it will be hit in some periods and missed in others."
        ],
        "none": [],
    }[chart.assurance]


def _against(chart: ControlChart) -> str:
    """What the latest value does where it says otherwise than the limits promise."""
    assert chart.latest is not None
    assert chart.target is not None
    ahead = (float(chart.values[chart.latest]) - chart.target) * chart.better
    if chart.assurance == "passes" and ahead < 0:
        return "; but the latest value misses it"
    return "; but the latest value meets it" if chart.assurance == "fails" and ahead >= 0 else ""


def warning_words(chart: ControlChart, periods: Sequence[object]) -> list[str]:
    """A sentence for each thing that a person should know of a series besides its figures; a suggestion last."""
    said = {
        "NO_VALUES": "There are no values.",
        "NO_LIMITS": no_limits(chart) if chart.segments else "",
        "FEW_POINTS": f"The limits rest on {chart.segments[-1].points} values and will still move."
        if chart.segments
        else "",
        "EARLIER_WITHOUT_LIMITS": "An earlier stretch between rebases has too few values for limits.",
        "MISSING": _missing(chart, periods),
        "BRIDGED": f"The rules of {chart.rules.title} take no notice of missing periods: runs and moving ranges go on across them.",
        "NO_VARIATION": "All values that the limits rest on are equal, so the limits are equal to the mean and any other value lies outside.",
        "SEASON": "Values a year apart go together: a season. Limits may be too wide, and a high month may be the time of year; compare with "
        "the same month of other years.",
    }
    words = [said[name] for name in chart.warnings if said[name]]
    if chart.suggested is not None:
        words.append(
            f"Suggestion: from {periods[chart.suggested]} on, every value lies on one side of the mean. If you know why, and it will last, "
            "consider a rebase there, with a reason and a name; nothing is rebased by itself."
        )
    return words


def missing_periods(chart: ControlChart) -> list[int]:
    """The places of periods without a value, between the first value and the latest."""
    if chart.latest is None:
        return []
    first = chart.segments[0].first
    return [at for at in range(first, chart.latest) if math.isnan(chart.values[at])]


def _missing(chart: ControlChart, periods: Sequence[object]) -> str:
    names = [str(periods[at]) for at in missing_periods(chart)]
    broken = " No run, trend or moving range goes across them." if chart.rules.gaps_break else ""
    if not names:
        return f"Periods are missing.{broken}"
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
    if len(names) == 1:
        return f"There is no value for {shown}.{broken.replace('them', 'it')}"
    return f"There are no values for {shown}.{broken}"
