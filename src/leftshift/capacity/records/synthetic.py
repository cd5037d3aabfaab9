"""An invented file of spells: any number of rows, the same for the same seed, written in pieces so that memory stays bounded."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leftshift.foundation.streams import named_generator

_PIECE = 250_000  # rows
_SEXES = ("female", "male")
_QUINTILES = 5


@cache
def _specification() -> Mapping[str, Any]:
    text = resources.files("leftshift.capacity.records").joinpath("synthetic.toml").read_text("utf-8")
    return tomllib.loads(text)


def write_synthetic_spells(path: Path, rows: int, *, seed: int = 1) -> None:
    """Write an invented Parquet file of so many spells, in no order; nobody in it is real.

    Columns: point_of_delivery, specialty, age_band, provider, commissioner, site, sex, deprivation_quintile, length_of_stay.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
        pieces = []
        for number, first in enumerate(range(0, rows, _PIECE)):
            pieces.append(Path(scratch, f"{number:06}.parquet"))
            synthetic_spells(min(_PIECE, rows - first), seed=seed, piece=number).write_parquet(pieces[-1])
        whole = Path(scratch, "whole.parquet")
        pl.scan_parquet(pieces).sink_parquet(whole, compression="zstd", maintain_order=True)
        whole.replace(path)


def synthetic_spells(rows: int, *, seed: int = 1, piece: int = 0) -> pl.DataFrame:
    """One piece of the file."""
    given, numbers = _specification(), named_generator(seed, "synthetic spells", str(piece))
    *named, shares, means = zip(*given["kinds"], strict=True)
    kind = _chosen(numbers, shares, rows)
    return pl.DataFrame(
        {
            **{name: pl.Series(values)[kind] for name, values in zip(given["columns"], named, strict=True)},
            "sex": pl.Series(_SEXES)[numbers.integers(0, len(_SEXES), rows)],
            "deprivation_quintile": pl.Series(numbers.integers(1, _QUINTILES + 1, rows), dtype=pl.Int8),
            "length_of_stay": pl.Series(
                _stays(numbers, np.array(means, dtype=np.float64)[kind], given["longest"]), dtype=pl.Int16
            ),
        }
    )


def _chosen(numbers: np.random.Generator, shares: Sequence[float], rows: int) -> NDArray[np.int64]:
    """Which of the shares each row falls into [row]."""
    ends = np.cumsum(shares) / np.sum(shares)
    found: NDArray[np.int64] = np.minimum(np.searchsorted(ends, numbers.random(rows)), len(shares) - 1)
    return found


def _stays(numbers: np.random.Generator, means: NDArray[np.float64], longest: int) -> NDArray[np.int64]:
    """Whole days with the mean, many short and few long; 0 where the mean is."""
    found: NDArray[np.int64] = numbers.geometric(1.0 / (1.0 + means)) - 1
    return np.minimum(found, longest)
