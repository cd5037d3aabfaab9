"""The page of docs/method on process control, made of its rule sets and worked examples."""

from __future__ import annotations

from collections.abc import Callable

from leftshift.measures.process_control.rule_sets import RuleSet, parameters, rule_sets
from tests.examples.series_of_rules import EXAMPLES

_CHOICES: tuple[tuple[str, Callable[[RuleSet], str], str, str, str], ...] = (
    ("points of a run", lambda rules: str(rules.run_points), "7", "6 or 7", "set by the user"),
    ("points of a trend", lambda rules: str(rules.trend_points), "7", "6 or 7", "set by the user"),
    (
        "beyond the limit counts in two of three",
        lambda rules: "yes" if rules.beyond_limit_counts else "no",
        "no",
        "yes (announced November 2023, not seen)",
        "yes",
    ),
    (
        "third of two of three on the same side",
        lambda rules: "yes" if rules.third_on_same_side else "no",
        "yes",
        "yes",
        "no",
    ),
    (
        "screening of moving ranges",
        lambda rules: f"below {rules.screening:g} means" if rules.screening else "none",
        "below 3.267 means",
        "none",
        "set by the user",
    ),
    ("limit constant", lambda rules: f"{rules.limit_constant:g}", "2.66", "not known", "3/1.128"),
    (
        "limits from",
        lambda rules: f"{rules.least_points_for_limits} values",
        "any number",
        "13 values",
        "2 values",
    ),
    (
        "icons from",
        lambda rules: f"{rules.least_points_for_icons} values",
        "any number",
        "13 values",
        "2 values",
    ),
    (
        "fixed baseline",
        lambda rules: f"{rules.least_baseline} values or more",
        "12 or more",
        "first 12 to 20",
        "any part",
    ),
    (
        "missing period",
        lambda rules: "ends runs and moving ranges" if rules.gaps_break else "taken no notice of, and said",
        "not seen",
        "not known",
        "not seen",
    ),
    (
        "improvement and concern at one point",
        lambda rules: "improvement" if rules.preferred == "improvement" else "first rule",
        "first rule",
        "improvement",
        "by a setting",
    ),
    (
        "target on the limit",
        lambda rules: "fails or passes" if rules.target_on_limit == "decides" else rules.target_on_limit,
        "hit or miss",
        "fails",
        "hit or miss",
    ),
    (
        "target that varies",
        lambda _: "latest against latest limits",
        "one number alone",
        "latest against latest limits",
        "latest",
    ),
    ("order of rules", lambda rules: ", ".join(rules.priority), "the same", "not known", "–"),
)
_INTRODUCTION = """Written by `tests/examples`, which prove every figure of it by hand and by a second implementation.

A chart of single values and their moving ranges (XmR) says whether a series changed: whether what is seen is more than its usual ups and downs. The tools
of the NHS do not agree on every rule, so leftshift has **rule sets**: each is data with a name, a version and a source, and every result says by which it was made.

Mean of a stretch = sum of its values / how many. Moving range = difference of neighbours, without its sign. Limits = mean ± 2.66 × mean moving range; near
limits = mean ± two thirds of that. A stretch is all of a series, or what lies between two rebases. Nothing is cut off at 0 or 100%: a limit beyond what can be says that
the series has not enough values, or that its ups and downs are not alike.

Four rules say *special cause*; everything else is *common cause*. Where several hold at one point, the first of the order below is named. High is to one side of the mean, or rising.

The **variation** icon is the class of the latest value. The **assurance** icon holds the latest target against the limits of the latest stretch: a target that even the better limit
does not reach is failed, one that even the worse limit passes is passed, anything between is hit or miss. NHS England's author says that a target on the better limit fails; that one on
the worse limit passes is our reading, its mirror image. Where there is no variation at all, the value itself passes or fails.
"""
_DIFFERENCES = """
## Where we differ from the R package, on purpose

`plotthedots` gives the labels of NHSRplotthedots 0.2.2 (commit 050b07d) but for its defects:

- Equal values: the package screens every moving range of nought out, has no limits and says hit or miss. Here the limits are the mean, and the value itself passes or fails.
- A rising run, an equal value, then a falling run: the package calls the last rising point falling. Here a rise is a rise.
- A rebase at a period that has no value: the package ignores it. Here it begins with the next value, and says so; after the latest value it is a fault.
- Two numbers within 1e-12 of the largest value of a stretch are equal, so that the rounding of a computer is no signal.
- Missing rows are found and named; the package takes the next row as the neighbour, and so does `plotthedots`, with a warning.

The package has a target that is one number, and no recorded reasons. The Excel tool of NHS England was not seen: what is said of it rests on comments of its staff in public
issues, named as the source of each rule set. `nhspy-plotthedots` is no reference: it has neither directions nor icons.

## What is never done by itself

A rebase is a decision with a period, a reason and an author. Where a run goes on to the latest value and is long enough for limits of its own, the result *suggests* the
period at which it began, and nothing more. The Making Data Count team gives no formula for rebasing and calls it a judgement.

## Seasons

A series of months or quarters with 24 values or more is tested for a season: a straight line is taken off what lies beside the mean of each stretch, and the values are correlated with those
of a year before. Where that lies more than 1.96 standard errors of 1/√pairs above nought (Bartlett, 1946), the result says so: limits are then too wide, and a high
month may be the time of year. Of invented series without a season one or two in a hundred are warned of. Of those with a wave as
large as their noise it finds about one in eight by two years, two thirds by three and 95% by five: no warning after two years is no proof that there is no season.
"""


def page() -> str:
    """The page as Markdown."""
    return "".join(
        [
            "# Process control\n\n",
            _INTRODUCTION,
            "\n## The rule sets\n\n",
            _rule_sets(),
            _DIFFERENCES,
            "\n## Numbers that could be argued about\n\n",
            _parameters(),
            "\n## Worked examples\n\nBy `making_data_count` unless another set is named; values are counted from 1.\n",
            *(example.text() for example in EXAMPLES),
        ]
    )


def _rule_sets() -> str:
    sets = rule_sets()
    names = " | ".join(f"`{name}`" for name in sets)
    lines = [
        f"| | {names} | R package 0.2.2 | Excel tool of NHS England | Power BI visual |",
        "| --- |" + " --- |" * (len(sets) + 3),
    ]
    lines += [
        f"| {what} | "
        + " | ".join(show(rules) for rules in sets.values())
        + f" | {package} | {tool} | {visual} |"
        for what, show, package, tool, visual in _CHOICES
    ]
    said = [
        f"- `{name}`, version {rules.version}, {rules.date}: {rules.source}." for name, rules in sets.items()
    ]
    return "\n".join([*lines, "", *said]) + "\n"


def _parameters() -> str:
    lines = ["| parameter | value | unit | source |", "| --- | ---: | --- | --- |"]
    lines += [
        f"| {entry['name']} | {entry['value']:g} | {entry['unit']} | {entry['source']} |"
        for entry in parameters().values()
    ]
    return "\n".join(lines) + "\n"
