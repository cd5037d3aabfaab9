"""How good a model is, said of people whom it had not seen: calibration, discrimination, tenths, and fairness between groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from leftshift.population.models.fitting import Fitted
from leftshift.population.models.preparing import GROUPS, Floats, Prepared
from leftshift.population.privacy.disclosure import protected


def judge(fitted: Fitted, prepared: Prepared) -> dict[str, Any]:
    """The report of a model as plain values; groups of few people are hidden, counts rounded."""
    predicted, came = fitted.unseen, prepared.outcome
    frame = prepared.groups.with_columns(
        predicted=pl.Series(predicted), came=pl.Series(came), tenth=pl.Series(_tenths(predicted))
    )
    share = fitted.outcomes.parameters["flagged_share"]
    bar = float(np.quantile(predicted, 1 - share))
    return {
        "discrimination": _discrimination(fitted.target.kind, predicted, came),
        "calibration": _calibration(fitted.target.kind, predicted, came),
        "tenths": _rows(frame, "tenth", bar),
        "groups": {name: _rows(frame, name, bar) for name in GROUPS},
        "flagged_share": share,
        "flagged_from": bar,
    }


def _tenths(predicted: Floats) -> np.ndarray[Any, Any]:
    """The tenth of each person by rank, 1 the lowest."""
    rank = np.argsort(np.argsort(predicted, kind="stable"), kind="stable")
    return (rank * 10 // max(len(predicted), 1) + 1).astype(np.int64)


def _discrimination(kind: str, predicted: Floats, came: Floats) -> dict[str, float]:
    from sklearn.metrics import brier_score_loss, log_loss, mean_absolute_error, r2_score, roc_auc_score

    upper = predicted >= np.quantile(predicted, 0.95)
    found = {"captured_by_top_twentieth": float(came[upper].sum() / came.sum())}
    if kind == "chance":
        yes = came > 0
        return found | {
            "auc": float(roc_auc_score(yes, predicted)),
            "brier": float(brier_score_loss(yes, predicted)),
            "brier_of_the_average": float(yes.mean() * (1 - yes.mean())),
            "log_loss": float(log_loss(yes, predicted)),
        }
    return found | {
        "auc_of_any": float(roc_auc_score(came > 0, predicted)) if 0 < (came > 0).mean() < 1 else 1.0,
        "r_squared": float(r2_score(came, predicted)),
        "mean_absolute_error": float(mean_absolute_error(came, predicted)),
    }


def _calibration(kind: str, predicted: Floats, came: Floats) -> dict[str, float]:
    """The ratio of what came to what was predicted, and the slope: 1 where high and low predictions are as far apart as they should be."""
    from sklearn.linear_model import LogisticRegression, TweedieRegressor

    found = {"observed": float(came.mean()), "predicted": float(predicted.mean())}
    clipped = np.clip(predicted, 1e-9, 1 - 1e-9) if kind == "chance" else np.maximum(predicted, 1e-9)
    on_line = (np.log(clipped / (1 - clipped)) if kind == "chance" else np.log(clipped))[:, None]
    if kind == "chance":
        slope = LogisticRegression(C=1e6, max_iter=500).fit(on_line, came > 0).coef_[0][0]
    else:
        slope = TweedieRegressor(power=1.0, alpha=0.0, link="log", max_iter=500).fit(on_line, came).coef_[0]
    return found | {"observed_over_predicted": found["observed"] / found["predicted"], "slope": float(slope)}


def _rows(frame: pl.DataFrame, by: str, bar: float) -> list[dict[str, Any]]:
    """Of each group: people, mean predicted, mean observed, and how many of them a team would look at."""
    cells = (
        frame.group_by(by)
        .agg(
            pl.len().cast(pl.Int64).alias("people"),
            pl.col("predicted").mean(),
            pl.col("came").mean().alias("observed"),
            (pl.col("predicted") >= bar).sum().cast(pl.Int64).alias("flagged"),
            (pl.col("came") > 0).sum().cast(pl.Int64).alias("events"),
        )
        .sort(by)
    )
    means = {"predicted": "people", "observed": "events"}
    shown = protected(
        cells,
        counts=["people", "flagged", "events"],
        values_by_count=means,
        labels=["tenth"] if by == "tenth" else [],
    )
    return [_with_ratio(row) for row in shown.to_dicts()]


def _with_ratio(row: Mapping[str, Any]) -> dict[str, Any]:
    known = row["observed"] is not None and row["predicted"]
    return {**row, "observed_over_predicted": round(row["observed"] / row["predicted"], 3) if known else None}
