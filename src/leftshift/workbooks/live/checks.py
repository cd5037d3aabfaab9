"""The sheets ``As written`` and ``Checks``: the library's own figures beside those of the formulas, and one master check."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leftshift.workbooks.live.changes import ChangeLines
from leftshift.workbooks.live.flows import FlowLines
from leftshift.workbooks.live.grid import NOW, Cell, Grid, Line, calculated, letter
from leftshift.workbooks.live.positions import Outputs, PositionLines
from leftshift.workbooks.live.timing import Timing

AS_WRITTEN, CHECKS = "As written", "Checks"
MASTER = "$B$3"
ALL_PASS, LOOK = "All checks pass", "Look at the checks below"


class WrittenLines:
    """The figures of the library when the workbook was written, and how far the formulas have moved since."""

    def __init__(self, outputs: Outputs) -> None:
        note = "£000. Fixed figures, as leftshift worked them out; below, what edits have moved since."
        self.grid = Grid(AS_WRITTEN, "Figures as written, and what moved", note, outputs.labels, "output")
        self.outputs = outputs
        self.grid.section("As leftshift worked them out when this was written")
        found = [(line, self.grid.add(words, "£000", "", line.values)) for words, line in self._figures()]
        first = self.grid.section("Moved since")
        for (line, written), (words, _) in zip(found, self._figures(), strict=True):
            formula = f"{line.now(self.grid)}-{written.now(self.grid)}"
            self.grid.add(words, "£000", formula, np.zeros_like(line.values))
        self.moved = self.grid.block(first)

    def _figures(self) -> Iterator[tuple[str, Line]]:
        names = self.outputs.result.names
        for code, line in self.outputs.do_nothing.items():
            yield f"{names[code]}, doing nothing", line
        for code, line in self.outputs.with_plan.items():
            yield f"{names[code]}, with the plan", line
        for name, (one, other) in self.outputs.perimeters.items():
            yield f"Perimeter {name}, doing nothing", one
            yield f"Perimeter {name}, with the plan", other
        for step, line in self.outputs.bridge.items():
            yield f"Bridge: {step.replace('_', ' ')}", line


class CheckLines:
    """One check a row; each says whether it passes, and all together give the master check."""

    def __init__(
        self, outputs: Outputs, accounts: PositionLines, flows: FlowLines, written: WrittenLines, changes: ChangeLines, timing: Timing
    ) -> None:  # fmt: skip
        self.outputs, self.accounts, self.timing = outputs, accounts, timing
        self.years = len(outputs.labels)
        note = "Every check passes while money is neither made nor lost. An edit of an input moves figures, and is no error."
        self.grid = Grid(CHECKS, "Checks", note, outputs.labels, "check")
        heads = {"D": "figure", "E": "passes", "F": "in words"}
        self.first = self.grid.section("In every year, £000: what should be nought", **heads)
        self._in_every_year(flows)
        self.grid.section("Since this was written", **heads)
        self._since_written(written, changes)
        self._master()

    def _in_every_year(self, flows: FlowLines) -> None:
        labels = f"'{self.accounts.grid.name}'!$A$1:$A${self.accounts.grid.next_row}"
        amounts = f"'{self.accounts.grid.name}'!{NOW}$1:{NOW}${self.accounts.grid.next_row}"

        def sum_of(label: str) -> str:
            return f'SUMIF({labels},"{label}",{amounts})'

        paid = f"SUM({flows.paid_block.now(self.grid)})" if flows.paid_block else "0"
        self._check("All bodies together, doing nothing", sum_of("Position doing nothing"))
        self._check("All bodies together, with the plan", sum_of("Position with the plan"))
        self._check(
            "What contracts and lines pay is what somebody is paid", f"{sum_of('Paid by others')}-{paid}"
        )
        self._check(
            "What contracts and lines pay is what somebody pays", f"{sum_of('Paid to others')}+{paid}"
        )
        closing = self.outputs.perimeters[self.outputs.place.perimeter][1]
        bridge = f"{self.outputs.closing.now(self.grid)}-{closing.now(self.grid)}"
        self._check("The bridge ends at the position with the plan", bridge)

    def _check(self, label: str, formula: str) -> None:
        row = self.grid.next_row
        last = letter(11 + self.years)
        largest = f"MAX(MAX($L{row}:${last}{row}),-MIN($L{row}:${last}{row}))"
        self.grid.add(
            label, "£000", formula, np.zeros(self.years), D=calculated(0.0, largest, "£000"),
            E=_passes(f"IF(ISNUMBER($D{row}),IF($D{row}<={self.timing.tolerance},1,0),0)"),
            F=_words("passes", f'IF($E{row}=1,"passes","fails: somebody typed over a formula")'),
        )  # fmt: skip

    def _since_written(self, written: WrittenLines, changes: ChangeLines) -> None:
        numbers = self._count(
            "Rows of inputs whose numbers were edited", changes.numbers_edited(), "1",
            'IF($D{row}=0,"none","figures have moved by it, as they should")',
        )  # fmt: skip
        words = self._count(
            "Rows added, removed, or edited in more than numbers", changes.words_edited(), "IF($D{row}=0,1,0)",
            'IF($D{row}=0,"none","read the workbook back and write it again: the formulas do not follow")',
        )  # fmt: skip
        moved = written.moved.years(self.grid, self.years)
        agrees = f"$D{{row}}<={self.timing.tolerance}"
        edited = f"$D${numbers}+$D${words}>0"
        self._count(
            "Largest difference from the figures as written, £000", f"MAX(MAX({moved}),-MIN({moved}))",
            f"IF(ISNUMBER($D{{row}}),IF(OR({agrees},{edited}),1,0),0)",
            f'IF(ISNUMBER($D{{row}}),IF({agrees},"as written",IF({edited},"moved by an edit",'
            '"somebody typed over a formula")),"an input is no number")', "£000",
        )  # fmt: skip

    def _count(self, label: str, count: str, passes: str, words: str, unit: str = "number") -> int:
        row = self.grid.next_row
        shown = "as written" if unit == "£000" else "none"
        self.grid.add(
            label, "", D=calculated(0.0, count, "£000" if unit == "£000" else "number"),
            E=_passes(passes.format(row=row)), F=_words(shown, words.format(row=row)),
        )  # fmt: skip
        return row

    def _master(self) -> None:
        last = self.grid.next_row - 1
        verdict = f'IF(SUM($E${self.first}:$E${last})=COUNT($E${self.first}:$E${last}),"{ALL_PASS}","{LOOK}")'
        self.grid.put("A", 3, Cell("Master check", look="total"))
        self.grid.put("B", 3, Cell(ALL_PASS, verdict, "", "check"))


def _passes(formula: str) -> Cell:
    return Cell(1.0, formula, "yes", "check")


def _words(value: str, formula: str) -> Cell:
    return Cell(value, formula, "", "check")
