"""The worked examples of docs/method/process-control.md."""

from __future__ import annotations

from tests.examples.worked_series import NONE, STEADY, Series, Worked, at, icon, line

R = "plotthedots"
_LIMITS = "The first twelve values are 10 and 12 in turn and the baseline is fixed to them, so the mean is 11, every moving range 2, the limits are 11 ± 2.66 × 2: 5.68 and 16.32, and the near limits 11 ± 2/3 of that: 7.4533 and 14.5467."
_MEAN = "(66 + 50 + 66) / 13"

EXAMPLES = (
    Series(
        "Mean and limits",
        "Mean moving range: the mean of the differences of neighbours, without their sign. Limits: mean ± 2.66 times it.",
        (4.0, 6.0, 5.0, 9.0, 6.0, 4.0, 6.0, 5.0, 9.0, 6.0, 4.0, 6.0, 8.0),
        [
            Worked("mean", "(4+6+5+9+6+4+6+5+9+6+4+6+8) / 13", line("mean")),
            Worked("upper limit", "78/13 + 2.66 * (2+1+4+3+2+2+1+4+3+2+2+2) / 12", line("upper")),
            Worked("lower limit", "78/13 - 2.66 * 28/12", line("lower")),
            Worked("near limit above", "78/13 + 2/3 * 2.66 * 28/12", line("near_upper")),
        ],
        fix=None,
    ),
    Series(
        "Beyond a limit",
        f"{_LIMITS} A value on the limit is not beyond it.",
        (*STEADY, 17.0, 16.32, 5.6),
        [
            Worked("upper limit", "11 + 2.66 * 2", line("upper")),
            Worked("value 13", "17 > 16.32", at(13), "beyond a limit, high"),
            Worked("value 14", "16.32 = 16.32", at(14), "two of three, high"),
            Worked("value 15", "5.6 < 5.68", at(15), "beyond a limit, low"),
            Worked(
                "value 14, plotthedots", "on the limit: near it; 17 does not count there", at(14), "none", R
            ),
        ],
    ),
    Series(
        "Trend",
        "Seven values, each above the one before: six rises. All seven belong to it.",
        (*STEADY, 9.0, 9.4, 9.8, 10.2, 10.6, 11.4, 11.8),
        [
            Worked("value 13, the first", "9 < 9.4 < 9.8 < 10.2 < 10.6 < 11.4 < 11.8", at(13), "trend, high"),
            Worked("value 19, the last", "the same", at(19), "trend, high"),
            Worked("value 12", "12 > 9: it does not rise to value 13", at(12), "none"),
        ],
    ),
    Series(
        "A tie ends a trend",
        "The same with two equal values in it: five rises and a tie.",
        (*STEADY, 9.0, 9.4, 9.8, 9.8, 10.6, 11.4, 11.8),
        [Worked("value 19", "9.8 = 9.8 is no rise", at(19), "none")],
    ),
    Series(
        "A trend that turns",
        "Seven rising values whose last is the first of seven falling ones: the turning point belongs to what follows, unless one of the two is an improvement.",
        (*STEADY, 9.0, 9.4, 9.8, 10.2, 10.6, 11.4, 11.8, 11.5, 11.2, 10.9, 10.6, 10.3, 10.0),
        [
            Worked("value 18", "rises to value 19", at(18), "trend, high, improvement"),
            Worked(
                "value 19, the turn",
                "rises to it and falls from it; rising is better",
                at(19),
                "trend, high, improvement",
            ),
            Worked("value 19, plotthedots", "what follows wins", at(19), "trend, low, concern", R),
        ],
        better=1,
    ),
    Series(
        "Two of three",
        f"{_LIMITS} At least two of three neighbours lie beyond a near limit, all three on the same side of the mean. The third is not flagged itself.",
        (*STEADY, 15.0, 12.0, 15.0, 10.0, 15.0, 10.0, 15.0),
        [
            Worked("value 13", "15 > 14.5467, and so is value 15; 12 > 11", at(13), "two of three, high"),
            Worked("value 14", "12 < 14.5467: on the same side, not near the limit", at(14), "none"),
            Worked("value 15", "as value 13", at(15), "two of three, high"),
            Worked("value 17", "15, 10, 15: value 16 and 18 lie below the mean", at(17), "none"),
        ],
    ),
    Series(
        "Beyond the limit in two of three",
        f"{_LIMITS} In Making Data Count a value beyond the limit counts as one of the two; in the R package it does not.",
        (*STEADY, 17.0, 12.0, 15.0),
        [
            Worked("value 15", "17 and 15 > 14.5467", at(15), "two of three, high"),
            Worked(
                "value 15, plotthedots",
                "of 17, 12, 15 only 15 lies between near limit and limit",
                at(15),
                "none",
                R,
            ),
        ],
    ),
    Series(
        "Run",
        "Seven values on one side of the mean. All seven belong to it.",
        (*STEADY, 10.0, 12.0, 13.0, 12.0, 13.0, 12.0, 13.0, 12.0),
        [
            Worked("value 14, the first", "12, 13, 12, 13, 12, 13, 12 > 11", at(14), "run, high"),
            Worked("value 20, the last", "the same", at(20), "run, high"),
            Worked("value 13", "10 < 11", at(13), "none"),
        ],
    ),
    Series(
        "A value on the mean ends a run",
        "The same with one value that is the mean.",
        (*STEADY, 10.0, 12.0, 13.0, 12.0, 11.0, 12.0, 13.0, 12.0),
        [Worked("value 20", "11 = 11 lies on no side", at(20), "none")],
    ),
    Series(
        "Six points",
        "Six values on one side: a run in `six_point`, none where seven are needed.",
        (*STEADY, 10.0, 12.0, 13.0, 12.0, 13.0, 12.0, 13.0),
        [
            Worked("value 19, six_point", "6 values > 11", at(19), "run, high", "six_point"),
            Worked("value 19", "6 < 7", at(19), "none"),
        ],
    ),
    Series(
        "Improvement and concern at one point",
        f"{_LIMITS} Lower is better. The first value of a fall lies above the upper limit: a concern by one rule, an improvement by another. Making Data Count shows the improvement; the R package names the rule that comes first.",
        (*STEADY, 17.0, 14.0, 13.0, 12.0, 11.5, 10.0, 9.0),
        [
            Worked(
                "value 13",
                "17 > 16.32, and 17 > 14 > 13 > 12 > 11.5 > 10 > 9",
                at(13),
                "trend, low, improvement",
            ),
            Worked(
                "value 13, plotthedots",
                "beyond a limit comes first",
                at(13),
                "beyond a limit, high, concern",
                R,
            ),
        ],
        better=-1,
    ),
    Series(
        "Screening",
        "One value far off. The R package leaves out moving ranges that are not below 3.267 times their mean, once; the value stays in the mean. Making Data Count leaves nothing out.",
        (10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 50.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0),
        [
            Worked("mean", _MEAN, line("mean")),
            Worked("upper limit", f"{_MEAN} + 2.66 * (10*2 + 38 + 40) / 12", line("upper")),
            Worked("upper limit, plotthedots", f"{_MEAN} + 2.66 * (10*2) / 10", line("upper"), None, R),
            Worked("value 7", "50 > 35.7233", at(7), "beyond a limit, high"),
        ],
        fix=None,
    ),
    Series(
        "Rebase",
        "A new stretch begins at value 14. It has a mean and limits of its own, and the step from 12 to 20 is no moving range of either.",
        (*STEADY, 11.0, *(20.0, 24.0) * 6, 22.0),
        [
            Worked("mean before", "(6*10 + 6*12 + 11) / 13", line("mean", 0)),
            Worked("upper limit before", "11 + 2.66 * (11*2 + 1) / 12", line("upper", 0)),
            Worked("mean after", "(6*20 + 6*24 + 22) / 13", line("mean", 1)),
            Worked("upper limit after", "22 + 2.66 * (11*4 + 2) / 12", line("upper", 1)),
            Worked("value 14", "20 lies within 11.8033 and 32.1967", at(14), "none"),
        ],
        fix=None,
        starts=(13,),
    ),
    Series(
        "A missing month",
        "No moving range goes across a period without a value (–): what was not seen cannot be said to have moved. The R package takes the next row as the neighbour.",
        (*(10.0, 12.0) * 3, NONE, 20.0, 22.0, 20.0, 22.0, 20.0, 22.0, 20.0),
        [
            Worked("mean", "(3*10 + 3*12 + 4*20 + 3*22) / 13", line("mean")),
            Worked("upper limit", "212/13 + 2.66 * (5*2 + 6*2) / 11", line("upper")),
            Worked(
                "upper limit, plotthedots", "212/13 + 2.66 * (5*2 + 8 + 6*2) / 12", line("upper"), None, R
            ),
        ],
        fix=None,
    ),
    Series(
        "A missing month in a run",
        "Nor does a run, a trend or two of three go across it. Eight values above the mean, four on either side of the gap:",
        (*STEADY, 10.0, 12.0, 13.0, 12.0, 13.0, NONE, 12.0, 13.0, 12.0, 13.0),
        [
            Worked("place 22", "4 < 7 values since the gap", at(22), "none"),
            Worked("place 22, plotthedots", "8 rows above the mean", at(22), "run, high", R),
        ],
    ),
    Series(
        "All values equal",
        "36 values of 0.97. The limits are the mean, nothing is outside, and the target is passed or failed by the value itself. (As a computer adds them up, their mean is not quite 0.97; it is taken so that it is.)",
        (0.97,) * 36,
        [
            Worked("mean", "0.97", line("mean")),
            Worked("upper limit", "0.97 + 2.66 * 0", line("upper")),
            Worked("variation", "no value beside the mean", icon("variation"), "common cause"),
            Worked(
                "assurance, higher is better, target 0.95",
                "0.97 is at least 0.95",
                icon("assurance"),
                "passes",
            ),
            Worked(
                "the same in plotthedots",
                "the same; the R package gives hit or miss",
                icon("assurance"),
                "passes",
                R,
            ),
        ],
        better=1,
        fix=None,
        targets=(0.95,) * 36,
    ),
    Series(
        "A target on the limit",
        f"{_LIMITS} Higher is better. Making Data Count: a target at or above the upper limit fails. The R package: only one above it does.",
        (*STEADY, 10.0),
        [
            Worked("target 16.32", "16.32 is at least 16.32", icon("assurance"), "fails"),
            Worked(
                "target 16.32, plotthedots", "16.32 is not above 16.32", icon("assurance"), "hit or miss", R
            ),
        ],
        better=1,
        targets=(16.32,) * 13,
    ),
    Series(
        "A target that varies",
        f"{_LIMITS} Higher is better. The latest target counts, against the latest limits; one that is not said again goes on.",
        (*STEADY, 10.0),
        [
            Worked("target of value 1: 20; of value 10: 5", "5 is at most 5.68", icon("assurance"), "passes"),
            Worked("target in force", "5", lambda chart: chart.target or 0.0),
        ],
        better=1,
        targets=(20.0, *[NONE] * 8, 5.0, *[NONE] * 3),
    ),
    Series(
        "Too few values",
        "Making Data Count shows limits and icons from 13 values on; the R package always does.",
        STEADY,
        [
            Worked("variation", "12 < 13", icon("variation"), "not judged"),
            Worked("upper limit, plotthedots", "11 + 2.66 * 2", line("upper"), None, R),
        ],
        fix=None,
    ),
)
