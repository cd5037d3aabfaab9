"""Fit a model: a generalised linear model, whose coefficients are a definition of a score that runs wherever scores run.

A chance is fitted by logistic regression, an amount by a Poisson model with a logarithmic link; how much coefficients are drawn towards
nothing is chosen within each fold, and everything that is said of the model is said of people whom it had not seen: nested
cross-validation. No class is sampled up or down, since probabilities have to be right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.foundation.streams import named_generator
from leftshift.population.models.outcomes import Outcomes, Target
from leftshift.population.models.preparing import Floats, Prepared

_STRENGTHS = (0.001, 0.01, 0.1, 1.0)
_TWEEDIE_POWER = 1.0  # Poisson: right in the mean, whatever the distribution
_FURTHEST = 300.0  # of a line: what lies further is as good as certain, and no amount


class NothingToLearn(ValueError):
    """Too few people, or outcomes that are all the same."""


@dataclass(frozen=True)
class Fitted:
    """Coefficients of features as they are [feature], and predictions for people whom the model had not seen [person]."""

    target: Target
    outcomes: Outcomes
    constant: float
    coefficients: Floats
    unseen: Floats
    strength: float
    seed: int


def predicted_by(kind: str, constant: float, coefficients: Floats, features: Floats) -> Floats:
    """What coefficients say of features [person, feature]."""
    line = np.clip(features @ coefficients + constant, -_FURTHEST, _FURTHEST)
    found: Floats = 1 / (1 + np.exp(-line)) if kind == "chance" else np.exp(line)
    return found


def fit(
    prepared: Prepared,
    target: Target,
    outcomes: Outcomes,
    *,
    seed: int,
    report: Callable[[str], None] = lambda step: None,
) -> Fitted:
    """Fit on everybody, and predict each person by a model of the folds without them. Raises NothingToLearn."""
    _refuse_little(prepared, target, outcomes)
    folds = int(outcomes.parameters["folds"])
    fold = named_generator(seed, "people of a model", "folds").permutation(len(prepared.outcome)) % folds
    unseen = np.zeros(len(prepared.outcome))
    for number in range(folds):
        report(f"fold {number + 1} of {folds}")
        rest = fold != number
        model, _ = _chosen(prepared.features[rest], prepared.outcome[rest], target, outcomes)
        unseen[~rest] = model(prepared.features[~rest])
    report("everybody")
    model, strength = _chosen(prepared.features, prepared.outcome, target, outcomes)
    constant, coefficients = model.plain()
    return Fitted(target, outcomes, constant, coefficients, unseen, strength, seed)


def _refuse_little(prepared: Prepared, target: Target, outcomes: Outcomes) -> None:
    events = prepared.outcome.sum() if target.kind == "chance" else np.count_nonzero(prepared.outcome)
    parts = (outcomes.parameters["folds"], 2 * outcomes.parameters["inner_folds"])
    least = int(max(outcomes.parameters["events_a_feature"] * prepared.features.shape[1], *parts))
    if events < least or (target.kind == "chance" and len(prepared.outcome) - events < least):
        raise NothingToLearn(
            f"{target.title}: it came to {'few' if events else 'no'} people, and a model of {prepared.features.shape[1]} features needs "
            f"at least {least:,}; is there a year of records after the date?"
        )


@dataclass(frozen=True)
class _Model:
    """A fitted estimator on features that were centred and scaled."""

    estimator: Any
    middle: Floats
    spread: Floats
    kind: str

    def __call__(self, features: Floats) -> Floats:
        scaled = (features - self.middle) / self.spread
        if self.kind == "chance":
            found: Floats = self.estimator.predict_proba(scaled)[:, 1]
        else:
            found = self.estimator.predict(scaled)
        return found

    def plain(self) -> tuple[float, Floats]:
        """Constant and coefficients of features as they are."""
        coefficients = np.ravel(self.estimator.coef_) / self.spread
        constant = float(np.ravel(self.estimator.intercept_)[0]) - float(coefficients @ self.middle)
        return constant, coefficients


def _chosen(features: Floats, outcome: Floats, target: Target, outcomes: Outcomes) -> tuple[_Model, float]:
    """The model of the strength that predicts best within, and that strength."""
    inner = int(outcomes.parameters["inner_folds"])
    part = np.arange(len(outcome)) % inner
    losses = {}
    for strength in _STRENGTHS:
        parts = [
            _loss(outcome[part == n], _fitted(features[part != n], outcome[part != n], target, strength)(features[part == n]), target)
            for n in range(inner)
        ]  # fmt: skip
        losses[strength] = sum(parts)
    best = min(losses, key=lambda strength: losses[strength])
    return _fitted(features, outcome, target, best), best


def _fitted(features: Floats, outcome: Floats, target: Target, strength: float) -> _Model:
    from sklearn.linear_model import LogisticRegression, TweedieRegressor

    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (features - middle) / spread
    if target.kind == "chance":
        estimator = LogisticRegression(C=1.0 / (strength * len(outcome)), max_iter=500).fit(
            scaled, outcome > 0
        )
    else:
        estimator = TweedieRegressor(
            power=_TWEEDIE_POWER, alpha=strength, link="log", solver="newton-cholesky", max_iter=100
        )
        estimator = estimator.fit(scaled, outcome)
    return _Model(estimator, middle, spread, target.kind)


def _loss(outcome: Floats, predicted: Floats, target: Target) -> float:
    from sklearn.metrics import log_loss, mean_tweedie_deviance

    if target.kind == "chance":
        return float(log_loss(outcome > 0, predicted, labels=[False, True]))
    return float(mean_tweedie_deviance(outcome, predicted, power=_TWEEDIE_POWER))
