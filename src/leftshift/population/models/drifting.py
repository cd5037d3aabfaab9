"""Whether people have become others than those a model was fitted on, and whether what it says still comes true."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.foundation.json_text import parse_json
from leftshift.population.models.fitting import predicted_by
from leftshift.population.models.judging import told_ratio
from leftshift.population.models.keeping import REPORT, shares_of
from leftshift.population.models.outcomes import CONSTANT
from leftshift.population.models.preparing import Floats, Prepared

_LEAST_SHARE = 1e-4  # of a bin, so that one without anybody has a logarithm


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one distribution has moved, and what that means: steady, moved, or fit anew."""

    name: str
    index: float
    verdict: str

    def document(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


@cache
def drift_parameters() -> Mapping[str, Any]:
    """Name to value, meaning, source and date."""
    text = resources.files("leftshift.population.models").joinpath("drifting.toml").read_text("utf-8")
    return tomllib.loads(text)


def read_model(folder: Path) -> dict[str, Any]:
    """The document of a model that was kept. Raises FaultsFound where the folder holds none."""
    try:
        found = parse_json((folder / REPORT).read_text("utf-8"))
        if isinstance(found, dict) and {"reference", "coefficients", "features"} <= found.keys():
            return found
    except (OSError, ValueError, RecursionError):
        pass
    faults = Faults()
    faults.add(
        Fault(
            "no model",
            str(folder),
            None,
            None,
            "",
            f"a folder with {REPORT}",
            "Make it: leftshift population fit",
        )
    )
    raise FaultsFound(faults)


def stability_index(reference: Floats, now: Floats) -> float:
    """The population stability index of two distributions over the same bins."""
    one, other = np.maximum(reference, _LEAST_SHARE), np.maximum(now, _LEAST_SHARE)
    return float(((other - one) * np.log(other / one)).sum())


def drifts(model: Mapping[str, Any], prepared: Prepared, predicted: Floats) -> list[Drift]:
    """The drift of the score and of every feature, largest first after the score."""
    features = [
        _drift(name, reference, prepared.features[:, at])
        for at, (name, reference) in enumerate(model["reference"]["features"].items())
    ]
    score = _drift("score", model["reference"]["score"], predicted)
    return [score, *sorted(features, key=lambda drift: -drift.index)]


def predictions(model: Mapping[str, Any], features: Floats) -> Floats:
    """What a kept model says of features [person, feature]."""
    coefficients = model["coefficients"]
    told = np.array([coefficients[name] for name in model["features"]])
    return predicted_by(model["kind"], coefficients[CONSTANT], told, features)


def fewest_people() -> int:
    """On how many people at least drift is worked out."""
    return int(drift_parameters()["fewest"]["value"])


def calibration_now(kind: str, predicted: Floats, came: Floats) -> dict[str, Any]:
    """Observed over predicted, and whether that is near enough to 1; not known where nothing is predicted of anybody."""
    if not len(came) or not predicted.any():
        return {"observed_over_predicted": None, "verdict": "not known"}
    ratio = told_ratio(kind, predicted, came)["observed_over_predicted"]
    if ratio is None:
        return {"observed_over_predicted": None, "verdict": "too few events"}
    near = abs(ratio - 1) <= float(drift_parameters()["ratio"]["value"])
    return {"observed_over_predicted": ratio, "verdict": "calibrated" if near else "out of calibration"}


def _drift(name: str, reference: Mapping[str, list[float]], values: Floats) -> Drift:
    parameters = drift_parameters()
    shares = shares_of(values, np.array(reference["edges"]))
    moved = stability_index(np.array(reference["shares"]), shares)
    index = round(moved, int(parameters["decimals"]["value"]))
    verdict = "steady"
    if index >= parameters["watch"]["value"]:
        verdict = "fit anew" if index >= parameters["act"]["value"] else "moved"
    return Drift(name, index, verdict)
