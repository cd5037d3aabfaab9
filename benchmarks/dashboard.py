"""A dashboard of 200 measures by 60 months: working everything out and making the page's lines, beside reading the place.

What a person waits for the first time is the middle row: series with intervals, control charts, targets, forecasts, words and small
charts of 200 measures. The aim is under a second of it. Afterwards the page is kept in memory. The ratios are to reading the same
place from its texts, which is done once when it is stored.

    OMP_NUM_THREADS=1 python -m benchmarks.dashboard [MEASURES]
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.timing import in_turns, show
from leftshift.measures.result import Measures
from leftshift.measures.words import headline, sentences
from leftshift.model import Model, from_document
from leftshift.place.reading import folder_texts
from leftshift.reports.measures.one import measure_blocks
from leftshift.reports.measures.sparklines import sparkline

EXAMPLE = Path(__file__).parents[1] / "examples" / "southmoor"
MEASURES, MONTHS, REPEATS = 200, 60, 5
AS_OF = date(2026, 11, 28)
_BY = "An invented benchmark,assumed"


def place_texts(measures: int) -> Mapping[str, str]:
    """Southmoor with so many measures of one body instead of its own, each with a target."""
    texts = {
        name: text
        for name, text in folder_texts(EXAMPLE).items()
        if not name.startswith(("measure", "observations", "efficiencies", "peers", "areas"))
    }
    months = [f"{2021 + at // 12}-{at % 12 + 1:02d}" for at in range(MONTHS)]
    draw = np.random.default_rng(7)
    texts["measures.csv"] = "measure,name,theme,better,owner,every,source,basis\n" + "".join(
        f"m{at},Measure {at},Theme {at // 20},{('lower', 'higher')[at % 2]},An owner,month,{_BY}\n"
        for at in range(measures)
    )
    texts["measure_definitions.csv"] = "measure,kind,numerator,denominator,source,basis\n" + "".join(
        f"m{at},rate,Events,People,{_BY}\n" for at in range(measures)
    )
    texts["measure_targets.csv"] = "measure,since,until,target,source,basis\n" + "".join(
        f"m{at},2023-01,2026-12,0.98 * last year,{_BY}\n" for at in range(measures)
    )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["measure", "of", "period", "numerator", "denominator", "source", "basis"])
    for at in range(measures):
        counts = draw.poisson(draw.uniform(3, 900), MONTHS)
        writer.writerows(
            [f"m{at}", "RS1", month, int(count), 100_000, "An invented benchmark", "assumed"]
            for month, count in zip(months, counts, strict=True)
        )
    texts["observations.csv"] = out.getvalue()
    return texts


def worked_out(model: Model) -> Measures:
    """Everything of every measure, from the model alone."""
    found = model.measures(AS_OF)
    for entry in found.all:
        assert entry.forecast is not None
    return found


def lines(found: Measures) -> int:
    """What a page shows of each measure: its words, and its small chart."""
    return sum(
        len(headline(entry)) + sum(map(len, sentences(entry))) + len(sparkline(entry.chart))
        for entry in found.all
        if entry.chart is not None
    )


def main() -> None:
    """Print the ratios."""
    measures = int(sys.argv[1]) if len(sys.argv) > 1 else MEASURES
    texts = place_texts(measures)
    model = from_document(texts)
    found = worked_out(model)
    entry = found.all[0]
    print(f"{measures} measures by {MONTHS} months\n")
    times = in_turns(
        {
            "reading and checking the place": lambda: from_document(texts),
            "everything worked out": lambda: worked_out(model),
            "worked out, and the lines of the page": lambda: lines(worked_out(model)),
            "all that is said of one measure": lambda: list(measure_blocks(found, entry)),
        },
        repeats=REPEATS,
    )
    show(times, beside="reading and checking the place")


if __name__ == "__main__":
    main()
