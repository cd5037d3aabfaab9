"""The parameters of the statistics, from parameters.toml, and the standard population."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FOLDER = "leftshift.measures.statistics"


def parameter(name: str) -> float:
    """The value of a parameter."""
    return _values()[name]


@cache
def parameters() -> Mapping[str, Any]:
    """Every parameter: its value and unit, what it is, and where it comes from."""
    return tomllib.loads(resources.files(_FOLDER).joinpath("parameters.toml").read_text("utf-8"))


@cache
def _values() -> Mapping[str, float]:
    return {name: float(entry["value"]) for name, entry in parameters().items()}


@cache
def standard_population() -> Mapping[str, int]:
    """Age band to people of the European Standard Population of 2013: 19 bands, 100,000 people."""
    text = resources.files(_FOLDER).joinpath("standard_population.toml").read_text("utf-8")
    bands: Mapping[str, int] = tomllib.loads(text)["bands"]
    return bands


def standard_weights() -> NDArray[np.float64]:
    """The people of the standard population, band by band from the youngest."""
    return np.array(list(standard_population().values()), dtype=np.float64)
