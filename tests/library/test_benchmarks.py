"""The yardstick of the benchmarks gives what the engine gives; how fast either is, no test asks."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import openpyxl

from benchmarks.by_hand import by_hand
from benchmarks.recalculating import contract_draws, figures_of, outputs_of
from benchmarks.synthetic import synthetic_place
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.place.reading import folder_texts
from leftshift.workbooks.live.building import build
from leftshift.workbooks.writing import write_workbook

ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR = ROOT / "examples" / "llr-2014", ROOT / "examples" / "northmoor"


def test_positions_by_hand_are_those_of_the_engine() -> None:
    economy = prepare(synthetic_place(organisations=12, contracts=90, interventions=60, years=4))
    projection = project(economy)

    do_nothing, with_plan = by_hand(economy)()

    np.testing.assert_allclose(do_nothing, projection.do_nothing[0], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(with_plan, projection.with_plan[0], rtol=1e-9, atol=1e-6)
    assert np.abs(with_plan - do_nothing).max() > 1


def test_the_cells_of_a_workbook_are_driven_with_what_the_library_is() -> None:
    """Each output has a cell, and each draw a place of the library's own."""
    texts = folder_texts(NORTHMOOR)
    calculated = build(texts)
    assert calculated is not None

    inputs, draws, drawn = contract_draws(calculated, 2)
    outputs = outputs_of(calculated)

    assert inputs[0] == ("contracts", "E2")
    assert len(inputs) == len(draws[0]) == len(calculated.result.place.contracts)
    assert drawn[1].contracts[0].value == draws[1][0]
    stored = openpyxl.load_workbook(io.BytesIO(write_workbook(texts)), data_only=True)
    shown = [stored[sheet][cell].value for sheet, cell in outputs]
    np.testing.assert_allclose(shown, figures_of(calculated.result), atol=1e-9)


def test_a_number_is_typed_as_its_cell_means_it() -> None:
    """4 means 4% in one cell, and 0.04 does in one that shows a per cent sign."""
    plain, signed = build(folder_texts(LLR)), build(folder_texts(NORTHMOOR))
    assert plain is not None
    assert signed is not None

    assert plain.as_typed(plain.result.place.assumptions[0], "percent", -0.04) == -4
    assert signed.as_typed(signed.result.place.assumptions[0], "percent", 0.04) == 0.04
    assert signed.as_typed(signed.result.place.contracts[0], "value", 60.0) == 60
