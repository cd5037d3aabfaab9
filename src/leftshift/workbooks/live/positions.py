"""The sheets ``Calc impact`` and ``Calc positions``, and the outputs: positions, bridge and impact."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leftshift.economy.projecting import sum_into
from leftshift.economy.result import Result
from leftshift.place.rows import Membership
from leftshift.workbooks.live.effects import STAGES, EffectLines, StatedLines
from leftshift.workbooks.live.flows import FlowLines
from leftshift.workbooks.live.grid import (
    FIRST_YEAR,
    NOW,
    NUMBER_ROW,
    YEARS_ROW,
    Block,
    Cell,
    Chart,
    Grid,
    Line,
    Series,
    calculated,
    fixed,
    letter,
)  # fmt: skip
from leftshift.workbooks.live.inputs import Inputs
from leftshift.workbooks.live.timing import Timing

IMPACT, POSITIONS = "Calc impact", "Calc positions"
OUT_POSITIONS, OUT_BRIDGE, OUT_IMPACT = "Output positions", "Output bridge", "Output impact"
CHOSEN_YEAR = "B4"  # of the output of impact
DO_NOTHING, PLAN = (float(STAGES.index(stage)) + 1 for stage in ("do_nothing", "plan"))
ENDS_WORDS = {
    "outside": "Bodies outside the place",
    "resources": "Staff, suppliers and others who are paid",
    "government": "Government",
    "not stated": "The other side of one-sided stated effects",
    "unattributed": "Not attributed to an organisation",
}


class ImpactLines:
    """What each intervention does to each body that it touches, whatever its stage."""

    def __init__(self, result: Result, inputs: Inputs, effects: EffectLines, stated: StatedLines) -> None:
        self.result, self.economy, self.inputs = result, result.projection.economy, inputs
        self.effects, self.stated = effects, stated
        note = "£000. What each intervention does to the position of each body: an improvement is positive."
        self.grid = Grid(IMPACT, "Impact", note, [year.label for year in self.economy.years])
        places = {
            row.organisation: row
            for row in self.economy.place.perimeters
            if row.perimeter == self.economy.place.perimeter
        }
        self.share_of: Mapping[str, Membership] = places
        self.step_number = {
            row.step: float(number)
            for number, row in enumerate(
                sorted(self.economy.place.steps, key=lambda row: (row.order, row.step)), 1
            )
        }
        first = self.grid.section(
            "By intervention and body",
            D="intervention",
            E="body",
            F="stage",
            G="step",
            H="share in the perimeter",
        )
        touched = result.projection.touched[0]
        self.lines = [self._line(cell, touched[:, cell]) for cell in range(len(self.economy.cells.node))]
        self.block = self.grid.block(first)

    def _line(self, cell: int, values: Series) -> Line:
        number, node = int(self.economy.cells.intervention[cell]), int(self.economy.cells.node[cell])
        row, name = self.economy.interventions[number], self.economy.nodes[node]
        step = self.step_number[row.step] if row.stage == "plan" else 0.0
        return self.grid.add(
            f"{row.name}: {name}", "£000", self._formula(self.grid.next_row), values, code=row.intervention,
            D=fixed(number + 1.0), E=fixed(node + 1.0), F=fixed(STAGES.index(row.stage) + 1.0), G=fixed(step),
            H=share_cell(self.inputs, self.share_of.get(name)),
        )  # fmt: skip

    def _formula(self, row: int) -> str:
        """What it is paid, less what it pays, in the legs and the stated effects of the intervention."""
        terms = []
        for block, columns in (
            (self.effects.block, {"F": "+", "E": "-"}),
            (self.stated.block, {"F": "+", "E": "-"}),
        ):
            for column, sign in columns.items():
                if block:
                    terms.append(f"{sign}{self._sum(block, column, row)}")
        return "".join(terms).removeprefix("+")

    def _sum(self, block: Block, column: str, row: int) -> str:
        numbers, bodies = block.constants("D", self.grid), block.constants(column, self.grid)
        return f"SUMIFS({block.now(self.grid)},{numbers},$D{row},{bodies},$E{row})"


def share_cell(inputs: Inputs, member: Membership | None) -> Cell:
    """The share of a body in a perimeter, and 0 where it is no member."""
    return inputs.take(member, "share", member.share, "share") if member else fixed(0.0, "share")


class PositionLines:
    """The account of every body: what it is paid and pays, and its position doing nothing and with the plan."""

    def __init__(self, result: Result, timing: Timing, flows: FlowLines, impact: ImpactLines) -> None:
        self.result, self.projection, self.economy = result, result.projection, result.projection.economy
        self.timing, self.flows, self.impact = timing, flows, impact
        note = "£000. Income and a surplus are positive, spending and a deficit negative. All bodies together sum to nought."
        self.grid = Grid(POSITIONS, "Positions", note, [year.label for year in self.economy.years])
        self.do_nothing: dict[str, Line] = {}
        self.with_plan: dict[str, Line] = {}
        size, flow = len(self.economy.nodes), self.economy.flows
        self.income = sum_into(flow.payee, self.projection.flows, size)[0]
        self.spending = -sum_into(flow.payer, self.projection.flows, size)[0]
        self.income_lines: list[Line] = []
        self.spending_lines: list[Line] = []
        for node, name in enumerate(self.economy.nodes):
            self._account(node, name)

    def name_of(self, node: str) -> str:
        """The name of a body, or of another end of money."""
        return self.result.names.get(node) or ENDS_WORDS[node]

    def _account(self, node: int, name: str) -> None:
        self.grid.section(self.name_of(name), D="number", E="stage")
        number, paid, on = fixed(node + 1.0), self.flows.paid_block, self.grid
        lines = []
        for label, column, sign, values in (
            ("Paid by others", "E", "", self.income), ("Paid to others", "D", "-", self.spending),
        ):  # fmt: skip
            formula = (
                f"{sign}SUMIF({paid.constants(column, on)},$D{on.next_row},{paid.now(on)})" if paid else ""
            )
            lines.append(on.add(label, "£000", formula, values[:, node], code=name, D=number))
        self.income_lines.append(lines[0])
        self.spending_lines.append(lines[1])
        lines.append(self._spent_again(node, name))
        lines.append(self._moved(node, name, "do_nothing"))
        total = f"SUM({NOW}{lines[0].row}:{NOW}{lines[-1].row})"
        values = self.projection.do_nothing[0][:, node]
        self.do_nothing[name] = on.add(
            "Position doing nothing", "£000", total, values, code=name, look="total"
        )
        plan = self._moved(node, name, "plan")
        total = f"{self.do_nothing[name].now(on)}+{plan.now(on)}"
        values = self.projection.with_plan[0][:, node]
        self.with_plan[name] = on.add(
            "Position with the plan", "£000", total, values, code=name, look="total"
        )

    def _spent_again(self, node: int, name: str) -> Line:
        """The share of allocations that commissioners spend again: resources earn what they spend."""
        flows, paid, on = self.economy.flows, self.flows.paid_block, self.grid
        is_resources, row = name == "resources", on.next_row
        spent = self.projection.spent_again[0]
        mine = (
            np.ones(len(flows.spent_again), dtype=bool)
            if is_resources
            else flows.payee[flows.spent_again] == node
        )
        values = spent[:, mine].sum(axis=1) * (1.0 if is_resources else -1.0)
        of_whom = "" if is_resources else f",{paid.constants('E', on)},$D{row}"
        amounts = f"SUMIFS({paid.now(on)},{paid.constants('F', on)},1{of_whom})"
        formula = (
            f"IF({NOW}${NUMBER_ROW}=0,0,{'' if is_resources else '-'}{self.timing.spent_again}*{amounts})"
        )
        return on.add(
            "Spent again, non-recurrently",
            "£000",
            formula if paid else "",
            values,
            code=name,
            D=fixed(node + 1.0),
        )

    def _moved(self, node: int, name: str, stage: str) -> Line:
        on, block, row = self.grid, self.impact.block, self.grid.next_row
        values = self.projection.moved_by(stage)[0][:, node]
        words = {
            "do_nothing": "Investments that are counted in the gap",
            "plan": "Interventions of the plan",
        }[stage]
        formula = ""
        if block:
            bodies, stages = block.constants("E", on), block.constants("F", on)
            formula = f"SUMIFS({block.now(on)},{bodies},$D{row},{stages},$E{row})"
        code = DO_NOTHING if stage == "do_nothing" else PLAN
        return on.add(words, "£000", formula, values, code=name, D=fixed(node + 1.0), E=fixed(code))


class Outputs:
    """The sheets that people read."""

    def __init__(self, result: Result, inputs: Inputs, impact: ImpactLines, positions: PositionLines) -> None:
        self.result, self.place, self.inputs = result, result.place, inputs
        self.impact, self.accounts = impact, positions
        self.labels = [year.label for year in result.years]
        self.do_nothing: dict[str, Line] = {}
        self.with_plan: dict[str, Line] = {}
        self.perimeters: dict[str, tuple[Line, Line]] = {}
        self.bridge: dict[str, Line] = {}
        note = "£000. A surplus is positive, a deficit in brackets."
        self.positions_grid = Grid(
            OUT_POSITIONS, "Positions of every organisation and year", note, self.labels, "output"
        )
        self.bridge_grid = Grid(OUT_BRIDGE, "How the gap is closed", note, self.labels, "output")
        note = (
            "£000, in the year that you choose in the yellow cell. An improvement of a position is positive."
        )
        self.impact_grid = Grid(
            OUT_IMPACT, "Impact of each intervention on each organisation", note, self.labels, "output"
        )
        self._positions("Doing nothing", positions.do_nothing, self.do_nothing)
        self._positions("With the plan", positions.with_plan, self.with_plan)
        for perimeter in dict.fromkeys(
            [self.place.perimeter, *(row.perimeter for row in self.place.perimeters)]
        ):
            self._perimeter(perimeter)
        self._bridge()
        self._impact()

    def _positions(self, title: str, found: Mapping[str, Line], into: dict[str, Line]) -> None:
        grid = self.positions_grid
        grid.section(title)
        for code in self.result.organisations:
            line = found[code]
            into[code] = grid.add(
                self.result.names[code], "£000", line.now(grid), line.values, code=code, look="calculated"
            )

    def _perimeter(self, perimeter: str) -> None:
        members = [row for row in self.place.perimeters if row.perimeter == perimeter]
        sums = []
        for words, lines in (("doing nothing", self.do_nothing), ("with the plan", self.with_plan)):
            self.positions_grid.section(f"Perimeter {perimeter}, {words}", D="share")
            sums.append(self._weighed(members, words, lines))
        self.perimeters[perimeter] = (sums[0], sums[1])

    def _weighed(self, members: list[Membership], words: str, lines: Mapping[str, Line]) -> Line:
        grid, total = self.positions_grid, np.zeros(len(self.labels))
        first = grid.next_row
        for member in members:
            line, row = lines[member.organisation], grid.next_row
            values = member.share * line.values
            total = total + values
            grid.add(
                self.result.names[member.organisation], "£000", f"$D{row}*{line.now(grid)}", values,
                code=member.organisation, D=share_cell(self.inputs, member),
            )  # fmt: skip
        formula = f"SUM({NOW}{first}:{NOW}{grid.next_row - 1})"
        return grid.add(f"Position of the perimeter {words}", "£000", formula, total, look="total")

    def _bridge(self) -> None:
        grid = self.bridge_grid
        start, end = self.perimeters[self.place.perimeter]
        grid.section(f"Perimeter {self.place.perimeter}", D="step")
        self.gap = grid.add(
            "Gap: minus the position doing nothing",
            "£000",
            f"-{start.now(grid)}",
            -start.values,
            look="total",
        )
        opening = grid.add("Position doing nothing", "£000", start.now(grid), start.values)
        years = [self.result.bridge(year) for year in self.result.years]
        names = {row.step: row.name for row in self.place.steps}
        for step in self.impact.step_number:
            values = np.array([amounts[step] for amounts in years])
            self.bridge[step] = self._step(step, names[step], values)
        total = f"SUM({NOW}{opening.row}:{NOW}{grid.next_row - 1})"
        self.closing = grid.add("Position with the plan", "£000", total, end.values, look="total")
        steps = tuple(self.bridge.values())
        grid.charts.append(Chart("How the gap is closed, £000", steps, (self.gap,)))
        self.positions_grid.charts.append(
            Chart(f"Position of the perimeter {self.place.perimeter}, £000", (), (start, end))
        )

    def _step(self, step: str, name: str, values: Series) -> Line:
        grid, block = self.bridge_grid, self.impact.block
        formula = ""
        if block:
            row = grid.next_row
            steps, shares = block.constants("G", grid), block.constants("H", grid)
            formula = f"SUMPRODUCT(({steps}=$D{row})*{shares}*{block.now(grid)})"
        return grid.add(name, "£000", formula, values, code=step, D=fixed(self.impact.step_number[step]))

    # ------------------------------------------------------------------ impact by organisation
    def _impact(self) -> None:
        grid, row = self.impact_grid, 4
        last = len(self.labels)
        grid.put("A", row, Cell("Year that is shown", look="head"))
        grid.put("B", row, Cell(self.labels[-1], "", "", "input"))
        years = f"'{OUT_POSITIONS}'!{_years(last)}"
        grid.put("A", 5, Cell("Its place among the years", look="note"))
        grid.put("B", 5, calculated(float(last), f"MATCH($B$4,{years},0)"))
        codes = self.result.organisations
        for position, code in enumerate(("Intervention", "Code", "Step", *codes, "All of them")):
            grid.cells[7, position + 1] = Cell(code, look="head")
        grid.next_row = 8
        stages = ("plan", "do_nothing", "comparison")
        order = sorted(
            enumerate(self.result.projection.economy.interventions),
            key=lambda entry: (stages.index(entry[1].stage), entry[0]),
        )
        for number, _ in order:
            self._impact_row(number, codes)
        grid.next_row = max(grid.next_row, 9)

    def _impact_row(self, number: int, codes: tuple[str, ...]) -> None:
        economy, grid = self.result.projection.economy, self.impact_grid
        intervention, row = economy.interventions[number], grid.next_row
        grid.next_row += 1
        grid.put("A", row, Cell(intervention.name, look="label"))
        grid.put("B", row, Cell(intervention.intervention, look="text"))
        grid.put(
            "C",
            row,
            Cell(
                intervention.step if intervention.stage == "plan" else intervention.stage.replace("_", " "),
                look="text",
            ),
        )
        touched = {
            economy.nodes[economy.cells.node[cell]]: cell
            for cell in np.flatnonzero(economy.cells.intervention == number).tolist()
        }
        total = 0.0
        for position, code in enumerate(codes, start=4):
            if code in touched:
                line = self.impact.lines[touched[code]]
                value = float(line.values[-1])
                total += value
                grid.cells[row, position] = Cell(
                    value, f"INDEX({line.years(grid)},$B$5)", "£000", "calculated"
                )
        ends = f"{letter(4)}{row}:{letter(3 + len(codes))}{row}"
        grid.cells[row, 4 + len(codes)] = Cell(total, f"SUM({ends})", "£000", "total")


def _years(count: int) -> str:
    return f"${letter(FIRST_YEAR)}${YEARS_ROW}:${letter(FIRST_YEAR + count - 1)}${YEARS_ROW}"
