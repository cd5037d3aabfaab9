"""Scenarios: short files of named changes that add in any order; what is wrong with one is answered at once."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift import read_place
from leftshift.economy.comparing import TOGETHER, compare
from leftshift.economy.explanations.terms import Figure
from leftshift.economy.result import run
from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.model import Model, ScenarioNotKnown, from_document
from leftshift.place.applying import apply
from leftshift.place.differences import differences
from leftshift.place.place import Place
from leftshift.place.scenarios import read_scenario
from tests.library.places import places

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = 'name = "A try"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "northmoor", tmp_path / "place"))


@pytest.fixture(scope="module")
def northmoor() -> Model:
    return read_place(EXAMPLES / "northmoor")


def write(folder: Path, text: str, name: str = "a-try") -> None:
    (folder / "scenarios" / f"{name}.toml").write_text(text, "utf-8")


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(FaultsFound) as found:
        read_place(folder)
    return list(found.value.faults)


def change(body: str) -> str:
    return HEAD + '[[change]]\nwhy = "to see"\n' + body


# ---------------------------------------------------------------------- what a change does
def test_a_rate_of_everybody_moves_for_everybody(northmoor: Model) -> None:
    before, after = northmoor.project(), northmoor.scenario("higher-pay").project()

    # half of the hospital's cost is pay, so net inflation is a quarter of a point higher
    cost = 108_000 * (1 + 0.03 + 0.0025) - 108_000 * (1 + 0.03)
    grown = 1 + (60_000 * 0.02 + 40_000 * 0.03 + 10_000 * 0.02) / 110_000
    moved = after.do_nothing_position("RN1", "2025/26") - before.do_nothing_position("RN1", "2025/26")
    assert moved == pytest.approx(-cost * grown)
    assert after.scenarios == ("higher-pay",)


def test_a_rate_of_one_body_from_a_year_on_leaves_the_others_and_the_years_before(folder: Path) -> None:
    write(
        folder,
        change(
            'table = "assumptions"\nwhere = { organisation = "RN1", assumption = "pay_inflation" }\nfrom = "2026/27"\nadd = { percent = "1%" }'
        ),
    )
    model = read_place(folder)
    before, after = model.project(), model.scenario("a-try").project()

    assert after.position("RN1", "2025/26") == before.position("RN1", "2025/26")
    assert after.position("RN1", "2026/27") < before.position("RN1", "2026/27")
    assert after.position("RN2", "2027/28") == pytest.approx(before.position("RN2", "2027/28"))
    words = [entry.words for entry in differences(model.place, model.scenario("a-try").place)]
    assert words == [
        "RN1, pay_inflation, 2026/27: percent 2% → 3%",
        "RN1, pay_inflation, 2027/28: percent 2% → 3%",
    ]


def test_times_and_where_reach_every_row_that_matches(folder: Path) -> None:
    write(folder, change('table = "interventions"\nwhere = { step = "qipp" }\ntimes = { delivery = "50%" }'))
    place = read_place(folder).scenario("a-try").place

    delivered = {row.intervention: row.delivery for row in place.interventions if row.step == "qipp"}
    assert delivered == {"referral_management": 0.4, "medicines": 0.5, "home_for_hips": 0.5}


def test_a_changed_row_says_which_scenario_changed_it_and_why(northmoor: Model) -> None:
    place = northmoor.scenario("block-contracts").place
    row = next(row for row in place.contracts if row.contract == "C01")

    assert row.form == "block"
    assert row.origin.file == "scenarios/block-contracts.toml"
    assert row.source.startswith(
        "East pays the hospital a block (scenario Block contracts; Invented for the tutorial)"
    )
    assert row.source.endswith("Before: Invented for the tutorial")
    tree = northmoor.scenario("block-contracts").project().explain("position", "2026/27", organisation="RN1")
    assert any(leaf.origin.file == "scenarios/block-contracts.toml" for leaf in tree.leaves())


def test_scenarios_add_in_any_order(northmoor: Model) -> None:
    one = northmoor.scenario("higher-pay", "late-wards", "block-contracts")
    other = northmoor.scenario("block-contracts+late-wards").scenario("higher-pay")

    assert one.project().document()["positions"] == other.project().document()["positions"]


def test_no_order_of_scenarios_shows_even_on_one_row(folder: Path) -> None:
    write(
        folder,
        change(
            'table = "interventions"\nwhere = { intervention = "virtual_ward" }\nset = { delivery = "50%" }'
        ),
    )
    model = read_place(folder)
    one, other = model.scenario("a-try", "late-wards").place, model.scenario("late-wards", "a-try").place

    assert one == other
    row = next(row for row in one.interventions if row.intervention == "virtual_ward")
    assert (row.delivery, row.delay_months) == (0.5, 12)
    assert "to see" in row.source
    assert "Staff for the virtual ward are found a year later" in row.source


def test_a_setting_that_stands_at_its_default_can_be_changed(folder: Path) -> None:
    path = folder / "settings.csv"
    path.write_text(
        "".join(line for line in path.read_text().splitlines(keepends=True) if not line.startswith("growth"))
    )
    write(
        folder, change('table = "settings"\nwhere = { setting = "growth" }\nset = { value = "multiplied" }')
    )
    model = read_place(folder)

    assert model.scenario("a-try").place.setting("growth") == "multiplied"


def test_a_body_that_follows_another_gets_a_rate_of_its_own(folder: Path) -> None:
    write(
        folder,
        change(
            'table = "assumptions"\nwhere = { organisation = "outside", assumption = "demographic_growth" }\nadd = { percent = "1%" }'
        ),
    )
    model = read_place(folder)
    found = differences(model.place, model.scenario("a-try").place)

    assert [(entry.key, entry.before, entry.after) for entry in found if entry.column == "percent"] == [
        (f"outside, demographic_growth, {year}", "1%", "2%") for year in ("2025/26", "2026/27", "2027/28")
    ]


def test_a_scenario_is_kept_with_the_place_word_for_word(folder: Path) -> None:
    model = read_place(folder)
    text = (folder / "scenarios" / "late-wards.toml").read_text()

    assert model.document()["scenarios/late-wards.toml"] == text
    again = from_document(model.document())
    assert again.place == model.place
    assert again.place.fingerprint == model.place.fingerprint
    model.write(folder.parent / "copy")
    assert (folder.parent / "copy" / "scenarios" / "late-wards.toml").read_text() == text
    write(folder, text.replace("12", "13"), "late-wards")
    assert read_place(folder).place.fingerprint != model.place.fingerprint


# ---------------------------------------------------------------------- wrong input
CASES = [
    ("not TOML", "name = ", "file not understood", None, "TOML"),
    ("no name", '[[change]]\nwhy = "x"\ntable = "contracts"\nwhere = { contract = "C01" }\nset = { form = "block" }', "missing value", "name", "name ="),
    ("no change", HEAD, "empty scenario", "change", "[[change]]"),
    ("unknown key", change('tabel = "contracts"\ntable = "contracts"\nwhere = { contract = "C01" }\nset = { form = "block" }'), "unknown column", "tabel", "Did you mean table?"),
    ("unknown table", change('table = "contract"\nwhere = { contract = "C01" }\nset = { form = "block" }'), "unknown table", "table", "Did you mean contracts?"),
    ("published is no input", change('table = "published"\nwhere = { figure = "gap" }\nset = { value = 1 }'), "unknown table", "table", "a table of inputs"),
    ("unknown column", change('table = "contracts"\nwhere = { contract = "C01" }\nset = { from = "block" }'), "unknown column", "set from", "Did you mean form?"),
    ("unknown row", change('table = "interventions"\nwhere = { intervention = "virtual_wards" }\nset = { delivery = "50%" }'), "no such row", "where", "Did you mean virtual_ward?"),
    ("unknown organisation", change('table = "assumptions"\nwhere = { organisation = "RN9", assumption = "pay_inflation" }\nadd = { percent = 1 }'), "no such row", "where", "Did you mean"),
    ("unknown assumption", change('table = "assumptions"\nwhere = { organisation = "RN1", assumption = "pay_inflaton" }\nadd = { percent = 1 }'), "no such row", "where", "Did you mean pay_inflation?"),
    ("no number", change('table = "contracts"\nwhere = { contract = "C01" }\nset = { value = "much" }'), "text in a number", "set value", "a number"),
    ("out of range", change('table = "interventions"\nwhere = { intervention = "medicines" }\nadd = { delivery = 2 }'), "value out of range", "add delivery", "from 0 to 2"),
    ("the key", change('table = "contracts"\nwhere = { contract = "C01" }\nset = { contract = "C99" }'), "key cannot change", "set contract", "name the row"),
    ("add to a word", change('table = "contracts"\nwhere = { contract = "C01" }\nadd = { form = 1 }'), "no number", "add form", "set"),
    ("set twice in one", change('table = "contracts"\nwhere = { contract = "C01" }\nset = { form = "block" }\n[[change]]\nwhy = "again"\ntable = "contracts"\nwhere = { payer = "NM1", service = "acute" }\nset = { form = "blended" }'), "set twice", "form", "row 2"),
    ("a form that is not there", change('table = "contracts"\nwhere = { contract = "C01" }\nset = { form = "blendid" }'), "unknown form", "form", "Did you mean blended?"),
    ("a year outside", change('table = "assumptions"\nwhere = { organisation = "RN1", assumption = "pay_inflation" }\nfrom = "2031/32"\nadd = { percent = 1 }'), "year outside the plan", "from", "2025/26"),
    ("years turned round", change('table = "assumptions"\nwhere = { organisation = "RN1", assumption = "pay_inflation" }\nfrom = "2027/28"\nto = "2026/27"\nadd = { percent = 1 }'), "years do not follow", "to", "2027/28"),
    ("years where there are none", change('table = "contracts"\nwhere = { contract = "C01" }\nfrom = "2026/27"\nset = { form = "block" }'), "nothing uses it", "from", "not of a year"),
    ("a rate that is worked out", change('table = "assumptions"\nwhere = { organisation = "RN1", assumption = "net_inflation" }\nadd = { percent = 1 }'), "rate is worked out", "where assumption", "formula"),
    ("a rate that nothing uses", change('table = "assumptions"\nwhere = { organisation = "RN2", assumption = "allocation_growth" }\nadd = { percent = 1 }'), "nothing uses it", "assumption", "Remove it"),
    ("two operations on one", change('table = "interventions"\nwhere = { intervention = "medicines" }\nadd = { delivery = 0.1 }\nset = { delivery = 0.1 }'), "two values", "delivery", "one of"),
    ("a rule share out of place", change('table = "effects"\nwhere = { effect = "E01" }\nset = { cost_share = "50%" }'), "nothing uses it", "cost_share", "cip"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "column", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_slip_is_answered_where_it_stands(
    folder: Path, text: str, kind: str, column: str | None, words: str
) -> None:
    write(folder, text)

    faults = faults_of(folder)

    matching = [
        fault
        for fault in faults
        if (fault.kind, fault.file, fault.column) == (kind, "scenarios/a-try.toml", column)
    ]
    assert matching, [f"{fault.kind} / {fault}" for fault in faults]
    assert words in str(matching[0])


def test_a_fault_names_the_line_of_its_change(folder: Path) -> None:
    write(
        folder,
        change('table = "contracts"\nwhere = { contract = "C01" }\nset = { form = "block" }')
        + '\n\n[[change]]\nwhy = "x"\ntable = "contracts"\nwhere = { contract = "C0X" }\nset = { form = "block" }',
    )

    assert [fault.row for fault in faults_of(folder)] == [8]


def test_two_scenarios_that_set_the_same_input_are_refused_together(folder: Path) -> None:
    write(folder, change('table = "contracts"\nwhere = { contract = "C01" }\nset = { form = "blended" }'))
    model = read_place(folder)

    assert model.scenario("a-try").project().scenarios == ("a-try",)
    assert model.scenario("block-contracts").project().scenarios == ("block-contracts",)
    with pytest.raises(FaultsFound) as found:
        model.scenario("a-try", "block-contracts")
    assert {fault.kind for fault in found.value.faults} == {"set twice"}
    assert "scenarios/a-try.toml, row 2 changes it too" in str(found.value)


def test_a_rate_taken_from_a_row_that_another_scenario_moves_is_refused(folder: Path) -> None:
    write(
        folder,
        change(
            'table = "assumptions"\nwhere = { organisation = "RN1", assumption = "pay_inflation" }\nadd = { percent = "1%" }'
        ),
    )
    model = read_place(folder)

    for names in (("a-try", "higher-pay"), ("higher-pay", "a-try")):
        with pytest.raises(FaultsFound, match="takes its rate from"):
            model.scenario(*names)


def test_a_scenario_that_is_not_there_is_answered_with_the_nearest_name(northmoor: Model) -> None:
    with pytest.raises(ScenarioNotKnown, match="did you mean higher-pay"):
        northmoor.scenario("higher-pai")
    with pytest.raises(ScenarioNotKnown, match="named twice"):
        northmoor.scenario("higher-pay", "higher-pay")


def test_a_scenario_that_the_plan_has_taken_in_is_refused_when_asked_for_and_locks_nothing(
    folder: Path,
) -> None:
    contracts = folder / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("tariff", "block"))
    model = read_place(folder)

    assert model.project().gap("2027/28")
    with pytest.raises(FaultsFound, match="differs from what stands there"):
        model.scenario("block-contracts")


def test_a_stray_file_among_scenarios_is_answered(folder: Path) -> None:
    (folder / "scenarios" / "notes.txt").write_text("later")
    (folder / "scenarios" / "Bad Name.toml").write_text(
        change('table = "contracts"\nwhere = { contract = "C01" }\nset = { form = "block" }')
    )

    assert {(fault.kind, fault.file) for fault in faults_of(folder)} == {
        ("unknown file", "scenarios/notes.txt"),
        ("name not understood", "scenarios/Bad Name.toml"),
    }


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_no_text_is_suffered(text: str, cells: dict[str, str]) -> None:
    written = ", ".join(f"{key!r} = {value!r}" for key, value in cells.items() if "'" not in key + value)
    for body in (text, change(f'table = "contracts"\nwhere = {{ {written} }}\nset = {{ {written} }}')):
        scenario, faults = read_scenario("scenarios/x.toml", body)
        assert (scenario is None) == bool(faults)
        if scenario is not None:
            changed_place, found = apply(read_place_once().place, [scenario])
            assert bool(found) or changed_place != read_place_once().place


_READ: list[Model] = []


def read_place_once() -> Model:
    if not _READ:
        _READ.append(read_place(EXAMPLES / "northmoor"))
    return _READ[0]


# ---------------------------------------------------------------------- compare
def changed(place: Place, chance: random.Random) -> Place:
    """The place with some of its values moved, some of its rows gone."""
    contracts = tuple(
        replace(row, value=round(row.value * chance.choice([1, 1, 1.1]), 3)) for row in place.contracts
    )
    rates = tuple(
        replace(row, percent=row.percent + chance.choice([0.0, 0.01])) if row.percent is not None else row
        for row in place.assumptions
    )
    return place.with_tables(contracts=contracts, assumptions=rates, effects=place.effects[1:])


@given(places(), st.randoms(use_true_random=False))
def test_what_moved_is_what_its_causes_sum_to(place: Place, chance: random.Random) -> None:
    comparison = compare(run(place), run(changed(place, chance)))

    for entry in comparison.moved:
        causes = comparison.because_of(entry.figure)
        assert abs(sum(causes.values()) - entry.move) <= 1e-3 + 1e-9 * (abs(entry.left) + abs(entry.right))


def test_compare_says_what_moved_and_because_of_what(northmoor: Model) -> None:
    before = northmoor.project()
    after = northmoor.scenario("higher-pay", "late-wards").project()
    comparison = before.compare(after)
    year = before.years[2]
    figure = Figure("position", year)

    causes = comparison.because_of(figure)
    alone = {
        name: northmoor.scenario(name).project().perimeter_position(year) - before.perimeter_position(year)
        for name in ("higher-pay", "late-wards")
    }
    wards = sum(amount for name, amount in causes.items() if name.startswith("intervention"))
    assert set(causes) - {TOGETHER} == {
        "pay inflation of all",
        "intervention virtual_ward",
        "intervention ward_closure",
    }
    assert causes["pay inflation of all"] == pytest.approx(alone["higher-pay"], rel=0.05)
    assert wards == pytest.approx(alone["late-wards"], rel=0.05)
    moved = next(entry for entry in comparison.moved if entry.figure == figure)
    assert sum(causes.values()) == pytest.approx(moved.move)


def test_plans_of_other_years_and_steps_are_compared_as_a_whole(folder: Path, northmoor: Model) -> None:
    heading = folder / "place.toml"
    heading.write_text(heading.read_text().replace("2027/28", "2028/29"))
    comparison = northmoor.project().compare(read_place(folder).project())

    for entry in comparison.moved:
        assert sum(comparison.because_of(entry.figure).values()) == pytest.approx(entry.move, abs=1e-6)


def test_turned_round_every_cause_moves_by_as_much_the_other_way(northmoor: Model) -> None:
    before = northmoor.project()
    after = northmoor.scenario("higher-pay", "block-contracts", "late-wards").project()
    figure = Figure("position", before.years[2], "RN1")

    there, back = before.compare(after).because_of(figure), after.compare(before).because_of(figure)
    assert len(there) > 3
    assert there == pytest.approx({cause: -amount for cause, amount in back.items()})


def test_the_same_run_differs_in_nothing(northmoor: Model) -> None:
    comparison = northmoor.project().compare(northmoor.project())

    assert comparison.inputs == ()
    assert all(entry.move == 0 for entry in comparison.moved)


def test_rows_that_only_one_run_has_are_shown(folder: Path, northmoor: Model) -> None:
    path = folder / "contracts.csv"
    path.write_text(path.read_text() + "C12,NM1,RN3,mental_health,100,2024/25,yes,a test,assumed,tariff\n")
    found = differences(northmoor.place, read_place(folder).place)

    assert [entry.words for entry in found] == ["C12: only after"]
    assert "value 100" in found[0].after
    assert differences(read_place(folder).place, northmoor.place)[0].words == "C12: only before"


def test_many_differences_are_grouped_by_table(northmoor: Model) -> None:
    place = northmoor.place
    lines = tuple(replace(row, value=row.value + 1) for row in place.lines)
    contracts = tuple(replace(row, value=row.value + 1) for row in place.contracts)
    comparison = compare(run(place), run(place.with_tables(lines=lines, contracts=contracts)))

    assert set(comparison.because_of(Figure("gap", place.last_year))) <= {
        f"lines ({len(lines)} rows)",
        f"contracts ({len(contracts)} rows)",
        TOGETHER,
    }
