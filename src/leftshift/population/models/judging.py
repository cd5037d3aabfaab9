"""How good a model is, said of people whom it had not seen: calibration, discrimination, tenths, and fairness between groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from leftshift.population.models.fitting import Fitted
from leftshift.population.models.preparing import GROUPS, Floats, Prepared
from leftshift.population.privacy.rounding import figures, told_value
from leftshift.population.privacy.splitting import Known, known, part_of, parts_of


def judge(fitted: Fitted, prepared: Prepared) -> dict[str, Any]:
    """The report of a model as plain values, from counts as they may be shown; null is hidden."""
    predicted, came = fitted.unseen, prepared.outcome
    share = fitted.outcomes.parameters["flagged_share"]
    bar = float(np.quantile(predicted, 1 - share))
    seen = _Seen(
        fitted.target.kind,
        prepared.groups.with_columns(
            predicted=pl.Series(predicted),
            came=pl.Series(came),
            tenth=pl.Series(_tenths(predicted)),
            flagged=pl.Series(predicted >= bar),
        ),
    )
    return {
        "discrimination": _discrimination(seen, predicted, came),
        "calibration": _calibration(seen, predicted, came),
        "tenths": _rows(seen, "tenth", last_first=True),
        "groups": {name: _rows(seen, name) for name in GROUPS},
        "flagged_share": share,
        "flagged_from": figures(bar),
    }


@dataclass(frozen=True)
class _Seen:
    """People with what was predicted and what came; all tables of a report are parts of the same three counts."""

    kind: str
    frame: pl.DataFrame

    @cached_property
    def people(self) -> Known:
        """How many there are."""
        return known(self.frame.height)

    @cached_property
    def events(self) -> Known:
        """To how many of them it came."""
        return part_of(int((self.frame["came"] > 0).sum()), [self.people])

    @cached_property
    def flagged(self) -> Known:
        """How many are flagged."""
        return part_of(int(self.frame["flagged"].sum()), [self.people])


def _tenths(predicted: Floats) -> np.ndarray[Any, Any]:
    """The tenth of each person by rank, 1 the lowest."""
    rank = np.argsort(np.argsort(predicted, kind="stable"), kind="stable")
    return (rank * 10 // max(len(predicted), 1) + 1).astype(np.int64)


def _discrimination(seen: _Seen, predicted: Floats, came: Floats) -> dict[str, float | None]:
    from sklearn.metrics import brier_score_loss, log_loss, mean_absolute_error, r2_score, roc_auc_score

    upper = came[predicted >= np.quantile(predicted, 0.95)]
    if seen.kind == "chance":
        yes = came > 0
        rate = _rate(seen.events, seen.people)
        return {
            "captured_by_top_twentieth": _rate(part_of(int((upper > 0).sum()), [seen.events]), seen.events),
            "auc": figures(float(roc_auc_score(yes, predicted))),
            "brier": figures(float(brier_score_loss(yes, predicted))),
            "brier_of_the_average": None if rate is None else figures(rate * (1 - rate)),
            "log_loss": figures(float(log_loss(yes, predicted))),
        }
    return {
        "captured_by_top_twentieth": figures(float(upper.sum() / came.sum())),
        "auc_of_any": figures(float(roc_auc_score(came > 0, predicted)))
        if 0 < (came > 0).mean() < 1
        else 1.0,
        "r_squared": figures(float(r2_score(came, predicted))),
        "mean_absolute_error": figures(float(mean_absolute_error(came, predicted))),
    }


def _calibration(seen: _Seen, predicted: Floats, came: Floats) -> dict[str, float | None]:
    """The ratio of what came to what was predicted, and the slope: 1 where high and low predictions are as far apart as they should be."""
    from sklearn.linear_model import LogisticRegression, TweedieRegressor

    clipped = np.clip(predicted, 1e-9, 1 - 1e-9) if seen.kind == "chance" else np.maximum(predicted, 1e-9)
    on_line = (np.log(clipped / (1 - clipped)) if seen.kind == "chance" else np.log(clipped))[:, None]
    if seen.kind == "chance":
        slope = LogisticRegression(C=1e6, max_iter=500).fit(on_line, came > 0).coef_[0][0]
    else:
        slope = TweedieRegressor(power=1.0, alpha=0.0, link="log", max_iter=500).fit(on_line, came).coef_[0]
    return {**told_ratio(seen.kind, predicted, came), "slope": figures(float(slope))}


def told_ratio(kind: str, predicted: Floats, came: Floats) -> dict[str, float | None]:
    """What came, what was predicted, and the ratio of the two, as they may be shown."""
    people, expected = known(len(came)), figures(float(predicted.mean()))
    if kind == "chance":
        observed = _rate(part_of(int((came > 0).sum()), [people]), people)
    else:
        observed = _told_mean(came)
    return {
        "observed": observed,
        "predicted": expected,
        "observed_over_predicted": _ratio(observed, expected),
    }


def _rate(part: Known, whole: Known) -> float | None:
    return figures(part.shown / whole.shown) if part.shown and whole.shown else None


def _ratio(observed: float | None, expected: float) -> float | None:
    return figures(observed / expected) if observed is not None and expected else None


def _told_mean(values: Floats) -> float | None:
    reach = float(np.sqrt((values * values).sum())) / max(len(values), 1)
    return told_value(float(values.mean()), reach, int(np.count_nonzero(values)))


def _rows(seen: _Seen, by: str, *, last_first: bool = False) -> list[dict[str, Any]]:
    """Of each group: people, mean predicted, what was observed, and how many of them a team would look at.

    What is hidden falls to the last group that is told; of tenths that is the lowest, for little comes to them.
    """
    groups = [
        frame for _, frame in seen.frame.sort(by, descending=last_first).group_by(by, maintain_order=True)
    ]
    people = parts_of([frame.height for frame in groups], seen.people)
    events = parts_of([int((frame["came"] > 0).sum()) for frame in groups], seen.events, within=people)
    flagged = parts_of([int(frame["flagged"].sum()) for frame in groups], seen.flagged, within=people)
    rows = [_row(seen.kind, by, *given) for given in zip(groups, people, events, flagged, strict=True)]
    return rows[::-1] if last_first else rows


def _row(
    kind: str, by: str, frame: pl.DataFrame, people: Known, events: Known, flagged: Known
) -> dict[str, Any]:
    expected = figures(float(frame["predicted"].to_numpy().mean())) if people.shown else None
    observed = None
    if people.shown:
        observed = _rate(events, people) if kind == "chance" else _told_mean(frame["came"].to_numpy())
    return {
        by: frame[by][0],
        "people": people.shown,
        "predicted": expected,
        "observed": observed,
        "flagged": flagged.shown,
        **({"events": events.shown} if kind == "chance" else {}),
        "observed_over_predicted": None if expected is None else _ratio(observed, expected),
    }
