"""The sheet ``Changes``: which input was edited since the workbook was written, and whether the formulas can follow it."""

from __future__ import annotations

from collections.abc import Mapping

from leftshift.place.capacity_rows import ROW_TYPES as CAPACITY_TABLES
from leftshift.place.place import Place
from leftshift.place.reading import PLACE_FILE
from leftshift.place.schema import schema
from leftshift.workbooks import sheets
from leftshift.workbooks.live.grid import Cell, Grid, calculated, fixed
from leftshift.workbooks.live.inputs import Inputs, InputSheet
from leftshift.workbooks.live.timing import LIVE_SETTINGS, Timing
from leftshift.workbooks.spelling import typed

SHEET = "Changes"
ROOM_FOR_MORE = 1_000  # rows under the last one in which a row that was added is noticed, and offered choices
# What the layout of the formulas rests on: a change of it is taken up when the workbook is read back.
STRUCTURE: Mapping[str, tuple[str, ...]] = {
    "organisations": ("code", "kind"),
    "perimeters": ("perimeter", "organisation"),
    "settings": ("setting", "value"),
    "services": (
        "service",
        "scope",
        "demographic_growth",
        "other_growth",
        "price_change",
        "follows_activity",
    ),
    "derivations": ("assumption", "formula"),
    "assumptions": ("organisation", "assumption", "year", "follows"),
    "forms": ("form", "kind", "agreed_growth", "outcome"),
    "contracts": ("contract", "payer", "payee", "service", "year", "recurrent", "form"),
    "lines": ("line", "organisation", "type", "service", "year", "recurrent"),
    "steps": ("step", "order"),
    "interventions": ("intervention", "step", "stage", "start", "profile", "recurrent"),
    "profiles": ("profile", "period"),
    "rules": ("rule", "share"),
    "effects": ("effect", "intervention", "rule", "contract", "line", "receiver", "price_year"),
    "stated_effects": ("intervention", "organisation", "year", "payer", "payee"),
}
LIVE: Mapping[str, tuple[str, ...]] = {
    "perimeters": ("share",),
    "assumptions": ("percent",),
    "forms": ("cap", "collar", "marginal_rate", "risk_share", "at_risk", "gain_share"),
    "contracts": ("value",),
    "lines": ("value",),
    "interventions": ("delay_months", "delivery"),
    "profiles": ("share",),
    "rules": ("value",),
    "effects": ("value", "percent", "cost_share", "receiver_cost_share", "price_share"),
    "stated_effects": ("amount",),
}
_MOVES_COSTS = ("assumptions", "interventions", "settings")
"""Where what staff, buildings and capital cost hangs on more than formulas follow."""
_FACTS = ("base_year", "last_year", "perimeter")


def _of_capacity(place: Place) -> Mapping[str, tuple[str, ...]]:
    """The tables that contribute to the money, all columns of each: what follows from them stands as it was written."""
    if place.written is place:
        return {}
    tables = [table for table in schema().tables.values() if table.name in CAPACITY_TABLES]
    return {table.name: tuple(table.columns) for table in tables if place.table(table.name)}


def _has_costs(place: Place) -> bool:
    """Whether capacity contributes more than effects on activity, whose size is given in the base year."""
    return any(
        len(place.table(name)) > len(place.written.table(name)) for name in ("lines", "stated_effects")
    )


class ChangeLines:
    """Lays out one row for each row of an input sheet: what it said, and whether it still does."""

    def __init__(self, inputs: Inputs, timing: Timing, labels: list[str], place: Place) -> None:
        self.inputs, self.timing = inputs, timing
        self.structure = {**STRUCTURE, **_of_capacity(place)}
        self.costs_follow = not _has_costs(place)
        note = "0 is as written, 1 is edited. Numbers move every figure at once; anything else is taken up when the workbook is read back."
        self.grid = Grid(SHEET, "What was edited since this was written", note, labels, "check")
        self._count_rows()
        self._head(
            "Each row of an input sheet",
            "its words as written",
            "words edited",
            "its numbers added up",
            "numbers edited",
        )
        self.first = self.grid.next_row
        self._facts()
        for table in self.structure:
            for record in inputs.sheets[table].facts():
                self._record(inputs.sheets[table], record)
        self.last = self.grid.next_row - 1

    def _head(self, title: str, *heads: str) -> None:
        self.grid.section(title, **dict(zip("DEFG", heads, strict=False)))

    def _count_rows(self) -> None:
        self._head("Cells that are filled in the first column of each sheet", "as written", "rows edited")
        self.first_count = self.grid.next_row
        for table in self.structure:
            sheet = self.inputs.sheets[table]
            filled = sum(bool(record and record[0]) for record in sheet.records)
            row, last = self.grid.next_row, len(sheet.records) + ROOM_FOR_MORE
            now = calculated(0.0, f"IF(COUNTA({table}!$A$1:$A${last})=$D{row},0,1)", "yes")
            self.grid.add(table, "", D=fixed(float(filled)), E=now)
        self.last_count = self.grid.next_row - 1

    def _facts(self) -> None:
        rows = sheets.place_rows(self.inputs.texts.get(PLACE_FILE, ""))
        for at, row in enumerate(rows, start=1):
            if row[0] in _FACTS and len(row) > 1:
                self._add(sheets.PLACE, at, row[1], f"{sheets.PLACE}!$B${at}", "", 0.0)

    def _record(self, sheet: InputSheet, record: int) -> None:
        table = sheet.table.name
        words = [column for column in self.structure[table] if column in sheet.columns]
        numbers: list[str] = []
        for column in LIVE.get(table, ()):
            if column in sheet.columns:
                (words if self._is_fixed(sheet, record, column) else numbers).append(column)
        if table in _MOVES_COSTS and not self.costs_follow:
            words, numbers = [*words, *numbers], []
        is_live = table == "settings" and sheet.text(record, "setting").strip() in LIVE_SETTINGS
        live_words = is_live and self.costs_follow
        said = "|".join(self._said(sheet, record, column) for column in words)
        now = '&"|"&'.join(self._cell(sheet, record, column) for column in words)
        total = sum(self._number(sheet, record, column) for column in numbers)
        sums = f"SUM({','.join(self._cell(sheet, record, column) for column in numbers)})" if numbers else ""
        self._add(table, record + 1, said, now, sums, total, live_words=live_words)

    def _add(
        self, table: str, row: int, said: str, now: str, sums: str, total: float, *, live_words: bool = False
    ) -> None:
        line = self.grid.next_row
        words = calculated(0.0, f"IF(EXACT({now},$D{line}),0,1)", "yes")
        numbers = (
            calculated(0.0, f"IF(ABS({sums}-$F{line})>{self.timing.noticed}*(1+ABS($F{line})),1,0)", "yes")
            if sums
            else None
        )
        self.grid.add(
            f"{table}, row {row}", "", D=Cell(said, look="text"), E=None if live_words else words,
            F=fixed(total) if sums else None, G=words if live_words else numbers,
        )  # fmt: skip

    def _cell(self, sheet: InputSheet, record: int, column: str) -> str:
        address = sheet.address(record, column)
        letters = address.rstrip("0123456789")
        return f"{sheet.table.name}!${letters}${record + 1}"

    def _is_fixed(self, sheet: InputSheet, record: int, column: str) -> bool:
        """Whether no formula follows a number: it is spelled as a text, or stands for a share that was nought."""
        text = sheet.text(record, column)
        value = typed(sheet.table.columns[column], text)[0] if text else 0.0
        return isinstance(value, str) or (column == "gain_share" and not value)

    def _said(self, sheet: InputSheet, record: int, column: str) -> str:
        """The text of a cell as a formula joins it on: a number without its format."""
        text = sheet.text(record, column)
        value = typed(sheet.table.columns[column], text)[0] if text else ""
        return f"{value:.15g}" if isinstance(value, float) else text

    def _number(self, sheet: InputSheet, record: int, column: str) -> float:
        value = typed(sheet.table.columns[column], sheet.text(record, column) or "0")[0]
        assert isinstance(value, float)
        return value

    # ------------------------------------------------------------------ how many
    def words_edited(self) -> str:
        """The formula, on another sheet, of how many rows were edited in words, added or removed."""
        return f"SUM({SHEET}!$E${self.first_count}:$E${self.last})"

    def numbers_edited(self) -> str:
        """The formula, on another sheet, of in how many rows numbers were edited."""
        return f"SUM({SHEET}!$G${self.first}:$G${self.last})"
