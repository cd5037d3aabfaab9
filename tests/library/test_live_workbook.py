"""The formulas of the workbook of a place give the library's figures to £1, as written and after edits, in LibreOffice."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear, Month
from leftshift.model import from_document, read_place
from leftshift.place import rows
from leftshift.place.place import Place
from leftshift.place.reading import folder_texts
from leftshift.place.schema import schema
from leftshift.place.writing import document
from leftshift.workbooks.live.building import Calculated, build
from leftshift.workbooks.live.changes import LIVE
from leftshift.workbooks.live.checks import ALL_PASS, CHECKS, LOOK
from leftshift.workbooks.live.grid import letter
from leftshift.workbooks.reading import read_workbook
from leftshift.workbooks.writing import write_workbook
from tests.library.places import BY, places, without_unused
from tests.library.spreadsheets import opened, recalculated, saved, values_of

MASTER = "B3"  # where the sheet says whether all checks pass
ROOT = Path(__file__).parents[2]
LLR, NORTHMOOR, SOUTHMOOR = (ROOT / "examples" / name for name in ("llr-2014", "northmoor", "southmoor"))
A_POUND, A_PENNY = 0.001, 0.00001  # £000
DRAWN = 60  # of which only those are worked out that bring a feature with them; all, in the long rounds. Which places are
# drawn hangs on what else is imported, so what must be seen stands in the places made by hand.

Texts = dict[str, str]


# ------------------------------------------------------------------ places that between them use everything
def drawn(count: int) -> list[Place]:
    found: list[Place] = []

    @settings(max_examples=count, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    @given(place=places())
    def collect(place: Place) -> None:
        found.append(place)

    collect()
    return found


def rate(organisation: str, assumption: str, year: str | None, **more: Any) -> rows.Assumption:
    given_year = FinancialYear.parse(year) if year else None
    return rows.Assumption(organisation=organisation, assumption=assumption, year=given_year, **more, **BY)


def northmoor_with_rates_of_every_kind() -> Place:
    """A rate is a row in one year, follows another body in the next, and is worked out in the third."""
    place = read_place(NORTHMOOR).place
    mixed = (
        rate("RN1", "net_inflation", "2025/26", percent=0.031),
        rate("RN1", "net_inflation", "2026/27", follows="RN2"),
        rate("NM1", "tariff_deflator", "2026/27", follows="NM2"),
        rate("NM2", "other_growth_acute", None, follows="NM1"),
        rate("NM1", "other_growth_acute", "2027/28", percent=0.04),
        rate("NM1", "demographic_growth", "2025/26", percent=0.02),
        rate("NM1", "demographic_growth", None, percent=0.005),
    )
    forms = ("blended", "alliance", "block", "alliance")
    contracts = [replace(row, form=form) for row, form in zip(place.contracts, forms, strict=False)]
    effects = tuple(
        rows.Effect(effect=f"X{number}", intervention=name, rule=rule, contract=contract, value=700.0, price_year=FinancialYear(2026), **BY)
        for number, (name, rule, contract) in enumerate([
            ("winter_scheme", "qipp_on_contract", "C01"), ("winter_scheme", "length_of_stay", "C02"), ("winter_scheme", "qipp_on_contract", "C03"),
            ("early", "qipp_on_contract", "C01"), ("early", "beds_reduced", "C02"), ("crisis_team", "beds_reduced", "C04"),
        ])
    )  # fmt: skip
    early = replace(place.interventions[0], intervention="early", stage="do_nothing", profile="in_year_steps")
    return replace(
        place,
        interventions=(*place.interventions, early),
        contracts=(*contracts, *place.contracts[len(forms) :]),
        effects=(*place.effects, *effects),
        assumptions=(*place.assumptions, *mixed),
        verifications=(),
        limits=(),
        published=(),
    )


def northmoor_counted_the_other_way() -> Place:
    """Every switch on its other side, with shares, dates and percentages of its own."""
    place = read_place(NORTHMOOR).place
    once, later, *contracts = place.contracts[::-1]
    own: dict[str, dict[str, Any]] = {
        "E04": {"cost_share": 0.75},
        "E05": {"receiver_cost_share": 0.6},
        "E03": {"value": None, "percent": 0.02, "price_year": FinancialYear(2026)},
    }
    switches = {
        "growth": "multiplied",
        "outside_flows": "out",
        "social_care": "in",
        "transitional_cost": "in",
    }
    known = [row for row in place.settings if row.setting not in switches]
    late = replace(place.interventions[0], delay_months=5)
    early = replace(place.interventions[1], start=Month.parse("2023-10"))
    return without_unused(
        replace(
            place,
            settings=(
                *known,
                *(rows.Setting(setting=name, value=value, **BY) for name, value in switches.items()),
            ),
            perimeters=tuple(
                replace(row, share=0.5) if row.organisation == "RN2" else row for row in place.perimeters
            ),
            contracts=(*contracts, replace(once, recurrent=False), replace(later, year=FinancialYear(2025))),
            interventions=(
                late,
                early,
                *(row for row in place.interventions[2:] if row.intervention != "home_for_hips"),
            ),
            effects=tuple(
                replace(row, **own.get(row.effect, {})) for row in place.effects if row.contract != "C07"
            ),
            verifications=(),
            limits=(),
            published=(),
            uncertainty=(),
            correlations=(),
            resources=(),
            scenarios=(),
        )
    )


def southmoor_without_costs() -> Place:
    """The place whose money follows from its activity, and from nothing else."""
    place = read_place(SOUTHMOOR).place
    return place.with_tables(
        sites=tuple(replace(row, posted=False, line=None) for row in place.sites),
        staff_groups=(), workforce=(), staff_needed=(), workforce_effects=(), capital_programmes=(), capital=(), capital_funding=(),
    )  # fmt: skip


def small_place() -> Place:
    """No plan at all, no contract with anybody: little is as hard on formulas as nothing."""
    place = read_place(NORTHMOOR).place
    return without_unused(
        replace(place, contracts=(), lines=tuple(row for row in place.lines if row.service == "overheads"), interventions=(), effects=(), stated_effects=(), steps=(), rules=(), forms=(), published=(), verifications=(), limits=(), scenarios=(), settings=(), uncertainty=(), correlations=(), resources=())
    )  # fmt: skip


def with_new_features(found: list[Place], known: list[Place]) -> list[Place]:
    """As few of the places as bring whatever none of the known ones uses: the richest first."""
    seen, kept = set[str]().union(*map(features, known)), list[Place]()
    while more := max(found, key=lambda place: len(features(place) - seen), default=None):
        if features(more) <= seen:
            break
        seen |= features(more)
        kept.append(more)
    return kept


def all_texts() -> dict[str, Texts]:
    known = [
        read_place(LLR).place,
        read_place(NORTHMOOR).place,
        northmoor_with_rates_of_every_kind(),
        northmoor_counted_the_other_way(),
        small_place(),
    ]
    more = drawn(DRAWN) if os.environ.get("LEFTSHIFT_DEEP") else with_new_features(drawn(DRAWN), known)
    found = {"llr": folder_texts(LLR), "northmoor": folder_texts(NORTHMOOR)}
    found |= {"activity": document(southmoor_without_costs())}
    found |= {"mixed": document(known[2]), "other": document(known[3]), "small": document(known[4])}
    return found | {f"drawn-{number}": document(place) for number, place in enumerate(more)}


@pytest.fixture(scope="module")
def texts() -> dict[str, Texts]:
    return all_texts()


@pytest.fixture(scope="module")
def built(texts: dict[str, Texts]) -> dict[str, Calculated]:
    found = {name: build(given) for name, given in texts.items()}
    missing = [name for name, calculated in found.items() if calculated is None]
    assert not missing
    return {name: calculated for name, calculated in found.items() if calculated is not None}


# ------------------------------------------------------------------ what is compared
def figures(calculated: Calculated, result: Result) -> Iterator[tuple[tuple[str, str], float]]:
    """Where each figure stands, and what the library says of it: every organisation, year and step."""
    for year in result.years:
        for code in result.organisations:
            yield calculated.output("do_nothing", year, code), result.do_nothing_position(code, year)
            yield calculated.output("with_plan", year, code), result.position(code, year)
        for step, amount in result.bridge(year).items():
            yield calculated.output("bridge", year, step), amount
        yield calculated.output("gap", year), result.gap(year)


def apart(calculated: Calculated, result: Result, content: bytes) -> list[str]:
    """The figures in which a recalculated workbook and the library are more than £1 apart."""
    shown_on = values_of(content)
    found = []
    for (sheet, cell), expected in figures(calculated, result):
        shown = shown_on[sheet].get(cell)
        if not isinstance(shown, int | float) or abs(shown - expected) > A_POUND:
            found.append(f"{sheet}!{cell}: {shown}, not {expected}")
    return found


def features(place: Place) -> set[str]:
    """What a place makes the formulas do."""
    found = {name for name, has in FEATURES.items() if has(place)}
    found |= {f"rule {row.rule}" for row in place.effects}
    found |= {f"stage {row.stage}" for row in place.interventions}
    found |= {f"growth {place.setting('growth')}"}
    found |= {f"period {type(row.period).__name__}" for row in place.profiles}
    moves = {(place.forms_by_name[row.form].kind, row.contract) for row in place.contracts}
    ruled = {row.contract for row in place.effects}
    return found | {f"form {kind}" for kind, contract in moves if contract in ruled}


FEATURES: dict[str, Callable[[Place], bool]] = {
    "follows": lambda place: any(row.follows for row in place.assumptions),
    "a rate of one year": lambda place: any(row.year and row.percent for row in place.assumptions),
    "an own rate": lambda place: any(
        row.year is None and row.organisation != "all" for row in place.assumptions
    ),
    "a contract once": lambda place: any(not row.recurrent for row in place.contracts),
    "a contract later": lambda place: any(
        row.year > place.base_year and row.recurrent for row in place.contracts
    ),
    "a line once": lambda place: any(not row.recurrent for row in place.lines),
    "an intervention once": lambda place: any(not row.recurrent for row in place.interventions),
    "delayed profile": lambda place: any(row.delay_months and row.profile for row in place.interventions),
    "delivery": lambda place: any(row.delivery not in {0.0, 1.0} for row in place.interventions),
    "early start": lambda place: any(row.start and str(row.start) < "2024-04" for row in place.interventions),
    "per cent of later": lambda place: any(
        row.percent and row.price_year > place.base_year for row in place.effects
    ),
    "own share of cost": lambda place: any(row.cost_share is not None for row in place.effects),
    "own share of receiver": lambda place: any(row.receiver_cost_share is not None for row in place.effects),
    "unattributed": lambda place: any(row.organisation == "unattributed" for row in place.stated_effects),
    "stated payment": lambda place: any(row.payer for row in place.stated_effects),
    "member in part": lambda place: any(0 < row.share < 1 for row in place.perimeters),
    "spent again": lambda place: place.setting("non_recurrent_spend") != "0%",
    "outside left out": lambda place: place.setting("outside_flows") == "out",
    "social care": lambda place: place.setting("social_care") == "in",
    "double running": lambda place: place.setting("transitional_cost") == "in",
}
RULES = ("length_of_stay", "overheads_released", "beds_reduced", "bed_days_shifted_to_new", "bed_days_shifted_to_expanded", "qipp_on_contract",
         "qipp_outside_contracts", "cip", "repatriation", "investment")  # fmt: skip
NEEDED = {
    *FEATURES, *(f"rule {rule}" for rule in RULES), *(f"form {kind}" for kind in ("tariff", "block", "cap_and_collar", "outcome_linked")),
    "stage plan", "stage do_nothing", "stage comparison", "growth added", "growth multiplied", "period int", "period FinancialYear",
}  # fmt: skip


def test_the_places_use_every_feature(built: dict[str, Calculated]) -> None:
    by_hand = [calculated for name, calculated in built.items() if not name.startswith("drawn")]
    used = set().union(*(features(calculated.result.place) for calculated in by_hand))

    assert used >= NEEDED, NEEDED - used


# ------------------------------------------------------------------ as written
@pytest.fixture(scope="module")
def books(texts: dict[str, Texts], built: dict[str, Calculated]) -> dict[str, bytes]:
    """Every workbook that LibreOffice is to work out: as written, every number edited, one edit, something wrong."""
    found = {f"written-{name}": write_workbook(given) for name, given in texts.items()}
    for name, calculated in built.items():
        edit = partial(change_every_number, calculated=calculated)
        found[f"edited-{name}"] = after(found[f"written-{name}"], edit)
    found["capacity-costs"] = after(
        write_workbook(folder_texts(SOUTHMOOR)), partial(put, cells={"interventions!I2": 0.5})
    )
    found["capacity-activity"] = after(found["written-activity"], partial(put, cells={"activity!L2": 1}))
    blended = write_workbook(BLENDED)
    found |= {f"one-{name}": after(blended, partial(put, cells=cells)) for name, cells in ONE_EDIT.items()}
    found |= {f"wrong-{name}": after(blended, partial(put, cells=cells)) for name, cells in WRONG.items()}
    return found


@pytest.fixture(scope="module")
def worked_out(books: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same workbooks, worked out by LibreOffice from formulas that hold no result."""
    return recalculated(books, tmp_path_factory.mktemp("office"))


def after(content: bytes, edit: Callable[[Any], object]) -> bytes:
    """A workbook after an edit, as openpyxl saves it: without the result of any formula."""
    book = opened(content)
    edit(book)
    return saved(book)


def put(book: Any, cells: dict[str, Any]) -> None:
    for where, value in cells.items():
        sheet, cell = where.split("!")
        book[sheet][cell].value = value


@pytest.fixture(scope="module")
def as_written(built: dict[str, Calculated], worked_out: dict[str, bytes]) -> dict[str, bytes]:
    return {name: worked_out[f"written-{name}"] for name in built}


def test_every_organisation_year_and_step_agrees_to_a_pound(
    built: dict[str, Calculated], as_written: dict[str, bytes]
) -> None:
    found = {
        name: apart(calculated, calculated.result, as_written[name]) for name, calculated in built.items()
    }

    assert not {name: wrong for name, wrong in found.items() if wrong}
    assert sum(1 for calculated in built.values() for _ in figures(calculated, calculated.result)) > 400


def test_every_formula_gives_the_figure_that_was_stored_for_it(
    built: dict[str, Calculated], as_written: dict[str, bytes]
) -> None:
    """Programs that work nothing out show the same as those that do; lines between input and output included."""
    wrong = []
    for name, calculated in built.items():
        shown_on = values_of(as_written[name])
        for grid in calculated.grids:
            for (row, column), cell in grid.cells.items():
                shown = shown_on[grid.name].get(f"{letter(column)}{row}")
                if cell.formula and not agrees(shown, cell.value):
                    wrong.append(
                        f"{name} {grid.name} {row},{column} ={cell.formula}: {shown}, not {cell.value}"
                    )

    assert not wrong[:20]


def agrees(shown: Any, stored: float | str) -> bool:
    if isinstance(stored, str):
        return bool((shown or "") == stored)
    return isinstance(shown, int | float) and abs(shown - stored) <= A_PENNY + 1e-9 * abs(stored)


def test_the_master_check_passes(as_written: dict[str, bytes]) -> None:
    verdicts = {name: values_of(content)[CHECKS][MASTER] for name, content in as_written.items()}

    assert set(verdicts.values()) == {ALL_PASS}, verdicts


def test_a_copy_that_another_program_saved_reads_as_it_was_written(
    texts: dict[str, Texts], as_written: dict[str, bytes]
) -> None:
    for name, content in as_written.items():
        back = from_document(read_workbook(content, f"{name}.xlsx")).place

        assert back.fingerprint == from_document(texts[name]).place.fingerprint, name


# ------------------------------------------------------------------ after edits
def change_every_number(book: Any, calculated: Calculated) -> None:
    """Move every input that formulas follow, within what it may be."""
    for table in LIVE:
        for row in calculated.result.place.table(table):
            for column in LIVE[table]:
                at = calculated.input(row, column)
                value = book[at[0]][at[1]].value if at else None
                if at and isinstance(value, int | float):
                    most = last_delay(calculated.result.place, row)
                    after = min(value + 5, most) if column == "delay_months" else moved(table, column, value)
                    book[at[0]][at[1]].value = after


def last_delay(place: Place, row: Any) -> int:
    """How late an intervention may be and still begin within the plan."""
    start = getattr(row, "start", None)
    begins = start.months_since(place.base_year) if start else 12
    return max(0, 12 * len(place.years) - begins - 1)


def moved(table: str, column: str, value: float) -> float:
    if schema().tables[table].columns[column].type == "amount":
        return round(value * 1.1, 4)
    return round(value * 0.93, 6)


def test_after_an_edit_of_every_number_all_agree_again(
    built: dict[str, Calculated], books: dict[str, bytes], worked_out: dict[str, bytes]
) -> None:
    for name, calculated in built.items():
        result = from_document(read_workbook(books[f"edited-{name}"], f"{name}.xlsx")).project()
        content = worked_out[f"edited-{name}"]

        assert not apart(calculated, result, content), name
        assert values_of(content)[CHECKS][MASTER] == ALL_PASS, "an edit is no error"


BLENDED = {**folder_texts(NORTHMOOR)}
BLENDED["contracts.csv"] = BLENDED["contracts.csv"].replace("assumed,tariff", "assumed,blended", 1)
# One at a time, so that none hides behind another: also what was empty, and switches.
ONE_EDIT: dict[str, dict[str, Any]] = {
    "contract": {"contracts!E2": 66000},
    "delay": {"interventions!F2": 7},
    "own-share": {"effects!J4": 0.2},
    "settings": {"settings!B2": "multiplied", "settings!B4": "2%"},
}
WRONG: dict[str, dict[str, Any]] = {
    "words": {"contracts!B2": "NM2"},
    "row": {"contracts!A13": "C90"},
    "over": {"Output positions!M9": 12345},
}


@pytest.mark.parametrize("name", ONE_EDIT)
def test_each_kind_of_input_moves_the_formulas(
    name: str, books: dict[str, bytes], worked_out: dict[str, bytes]
) -> None:
    calculated = build(BLENDED)
    assert calculated is not None

    result = from_document(read_workbook(books[f"one-{name}"], "a.xlsx")).project()

    assert not apart(calculated, result, worked_out[f"one-{name}"])
    assert apart(calculated, calculated.result, worked_out[f"one-{name}"]), "the edit moves something"


def test_the_checks_tell_an_edit_from_what_formulas_cannot_follow(worked_out: dict[str, bytes]) -> None:
    names = ("one-contract", *(f"wrong-{name}" for name in WRONG), "capacity-costs", "capacity-activity")
    found = {name: values_of(worked_out[name])[CHECKS] for name in names}

    verdicts = {name: sheet[MASTER] for name, sheet in found.items()}
    said = {
        name: " ".join(str(value) for cell, value in sheet.items() if cell[0] == "F")
        for name, sheet in found.items()
    }

    assert verdicts == {"one-contract": ALL_PASS} | dict.fromkeys(names[1:], LOOK)
    assert "write it again" in said["capacity-costs"]
    assert "write it again" in said["capacity-activity"]
    assert "moved by an edit" in said["one-contract"]
    assert "write it again" in said["wrong-words"]
    assert "write it again" in said["wrong-row"]
    assert "typed over" in said["wrong-over"]
