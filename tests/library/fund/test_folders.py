"""Folders of plans and rounds: written and read back, one fingerprint for one content, and every fault at its cell."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Fault, FaultsFound
from leftshift.fund.fund import read_fund
from leftshift.fund.plan.plan import FundPlan, plan_kind, read_plan_folder, read_plan_texts
from leftshift.fund.rounds.round import read_round, round_kind
from leftshift.place.folders import texts_of
from leftshift.place.writing import write_files
from tests.library.fund.plans import CODES, clean, round_of
from tests.library.fund.test_rutland import FUND as RUTLAND

PLANS = {code: clean(code) for code in CODES} | {"rutland": RUTLAND.plan}
TEXTS = clean("2025-26").texts()


def read(texts: dict[str, str]) -> FundPlan:
    found = read_plan_texts(texts)
    assert [str(fault) for fault in found.faults] == []
    assert found.plan is not None
    return found.plan


def faults_of(**texts: str) -> list[Fault]:
    """The faults of the clean plan with other texts in some files (`_` for the dot)."""
    return list(
        read_plan_texts(
            TEXTS | {name.replace("_csv", ".csv").replace("_toml", ".toml"): text for name, text in texts.items()}
        ).faults
    )  # fmt: skip


def with_cell(file: str, row: int, column: str, value: str) -> str:
    """The text of a table with another cell; rows are counted from 2, as people see them."""
    rows = list(csv.reader(io.StringIO(TEXTS[file])))
    rows[row - 1][rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_that_is_written_and_read_is_the_same(name: str, tmp_path: Path) -> None:
    write_files(PLANS[name].texts(), tmp_path / "plan")

    found = read_plan_folder(tmp_path / "plan")
    assert not found.faults
    assert found.plan == PLANS[name]
    assert found.plan.fingerprint == PLANS[name].fingerprint
    assert found.plan.texts() == PLANS[name].texts()


@pytest.mark.parametrize("name", PLANS)
def test_the_order_of_rows_does_not_touch_the_fingerprint(name: str) -> None:
    luck = random.Random(7)
    plan = PLANS[name]
    shuffled = plan.with_tables(
        **{table: luck.sample(rows, len(rows)) for table, rows in plan.tables.items()}
    )

    assert shuffled.fingerprint == plan.fingerprint
    assert read(shuffled.texts()).fingerprint == plan.fingerprint


@pytest.mark.parametrize("spelled", ["1000000.00", "£1,000,000", '"1,000,000"', " 1000000 ", "1e6"])
def test_the_spelling_of_an_amount_does_not_touch_the_fingerprint(spelled: str) -> None:
    text = with_cell("income.csv", 2, "amount", spelled.strip('"'))

    assert read(TEXTS | {"income.csv": text}).fingerprint == clean("2025-26").fingerprint


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("income.csv", "amount", "1000000.01"),
        ("income.csv", "source", "Another paper"),
        ("spend.csv", "scheme", "homes"),
        ("narrative.csv", "text", "Another text"),
        ("metric_plan.csv", "numerator", "51"),
    ],
)
def test_one_cell_of_what_is_signed_is_another_fingerprint(file: str, column: str, value: str) -> None:
    text = with_cell(file, 2, column, value)

    assert read(TEXTS | {file: text}).fingerprint != clean("2025-26").fingerprint


def test_what_is_beside_the_plan_is_not_signed() -> None:
    plan = clean("2025-26")
    beside = [name for name, table in plan_kind().schema.tables.items() if table.beside_the_plan]

    assert plan.with_tables(**dict.fromkeys(beside, ())).fingerprint == plan.fingerprint
    assert {"sign_offs", "submissions", "entries", "postings", "decisions", "printed"} <= set(beside)


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text.strip() == text and not text.startswith("#")
)


@given(cells, cells, st.integers(-(10**12), 10**12))
def test_any_text_and_amount_comes_back_as_it_was(name: str, comment: str, pence: int) -> None:
    from leftshift.foundation.money import Money
    from tests.library.fund.plans import with_row

    plan = with_row(clean("2025-26"), "income", comment=comment, amount=Money(pence))
    plan = with_row(plan, "schemes", name=name)

    again = read(plan.texts())
    assert again == plan
    assert again.fingerprint == plan.fingerprint


WRONG: list[tuple[str, int, str, str, str]] = [
    ("income.csv", 2, "amount", "12,00o", "text in a number"),
    ("income.csv", 2, "amount", "12,000 approx", "text in a number"),
    ("income.csv", 2, "amount", "1.001", "parts of a penny"),
    ("income.csv", 2, "amount", "", "missing value"),
    ("income.csv", 2, "year", "2025/27", "year not understood"),
    ("income.csv", 2, "partner", "QZY", "unknown partner"),
    ("spend.csv", 3, "scheme", "nursin", "unknown scheme"),
    ("spend.csv", 3, "scheme", "", "missing value"),
    ("partners.csv", 2, "kind", "nhs", "not one of the choices"),
    ("conditions.csv", 2, "answer", "maybe", "not one of the choices"),
    ("sign_offs.csv", 2, "signed_on", "31/02/2025", "date not understood"),
    ("metric_plan.csv", 2, "period", "2025-13", "period not understood"),
    ("metric_plan.csv", 2, "metric", "falls", "unknown metric"),
    ("capacity_demand.csv", 2, "month", "April", "month not understood"),
    ("capacity_demand.csv", 2, "number", "-1", "value out of range"),
    ("required_spend.csv", 2, "amount", "-1", "value out of range"),
    ("scheme_effects.csv", 2, "rating", "strong", "not one of the choices"),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case[0]}-{case[2]}-{case[3]}")
def test_a_wrong_cell_is_answered_with_its_file_row_and_column(case: tuple[str, int, str, str, str]) -> None:
    file, row, column, value, kind = case
    found = list(read_plan_texts(TEXTS | {file: with_cell(file, row, column, value)}).faults)

    assert [(fault.file, fault.row, fault.column) for fault in found] == [(file, row, column)], found
    assert found[0].expected
    assert found[0].action
    assert found[0].kind == kind


def test_every_fault_is_told_at_once() -> None:
    texts = {
        "income.csv": with_cell("income.csv", 2, "amount", "x"),
        "spend.csv": with_cell("spend.csv", 2, "year", "x"),
        "partners.csv": with_cell("partners.csv", 3, "kind", "x"),
    }
    found = list(read_plan_texts(TEXTS | texts).faults)

    assert {fault.file for fault in found} == set(texts)


def test_near_misses_are_suggested() -> None:
    (fault,) = faults_of(spend_csv=with_cell("spend.csv", 3, "scheme", "nursin"))
    assert fault.suggestion == "nursing"
    (fault,) = faults_of(income_csv=TEXTS["income.csv"].replace("amount", "amuont", 1))[:1]
    assert fault.suggestion == "amount"


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("[plan]\n", "code"),
        ("[plan]\ncode = 5\n", "code"),
        ('plan = "x"\n', "code"),
        ('[plan]\ncode = "a"\nname = "b"\nround = ["2025-26"]\narea = "x"\narea_name = "y"\n', "round"),
        ('[plan]\ncode = "a"\nname = "b"\nround = "r"\narea = "x"\narea_name = "y"\nplce = "z"\n', "plce"),
        ("[plan\n", None),
        ("\x00", None),
    ],
)
def test_a_wrong_heading_is_answered(heading: str, column: str | None) -> None:
    found = faults_of(plan_toml=heading)

    assert found
    assert {fault.file for fault in found} == {"plan.toml"}
    assert column in {fault.column for fault in found}


def test_a_table_twice_the_same_key_is_refused() -> None:
    lines = TEXTS["income.csv"].splitlines()
    (fault,) = faults_of(income_csv="\n".join([*lines, lines[1]]) + "\n")

    assert (fault.file, fault.row) == ("income.csv", len(lines) + 1)


def test_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    def kinds(folder: Path) -> set[tuple[str, str]]:
        return {(fault.kind, fault.file) for fault in read_plan_folder(folder).faults}

    assert kinds(tmp_path / "nowhere") == {("missing file", "nowhere")}
    folder = tmp_path / "plan"
    write_files(TEXTS, folder)
    (folder / "spends.csv").write_text("spend\n")
    (folder / "notes.txt").write_text("nothing that is read")
    (folder / "extracts").mkdir()
    (folder / "extracts" / "bank.csv").write_text("date,amount\n")
    assert kinds(folder) == {("unknown file", "spends.csv")}
    (folder / "spends.csv").unlink()
    (folder / "income.csv").write_bytes(b"income,line\n\xff\xfe")
    assert ("wrong encoding", "income.csv") in kinds(folder)
    (folder / "income.csv").unlink()
    assert ("missing file", "income.csv") in kinds(folder)


@pytest.mark.parametrize("code", CODES)
def test_a_round_that_comes_with_leftshift_has_no_fault_and_says_what_is_not_verified(code: str) -> None:
    found = round_of(code)

    assert found.years
    assert all(row.source for name in ("income_lines", "rules", "metrics") for row in getattr(found, name))
    assert all(count > 0 for count in found.unverified.values())


def test_a_round_that_nobody_knows_is_answered_with_the_nearest(tmp_path: Path) -> None:
    texts = TEXTS | {"plan.toml": TEXTS["plan.toml"].replace('round = "2025-26"', 'round = "2025-27"')}
    write_files(texts, tmp_path / "plan")

    with pytest.raises(FaultsFound) as caught:
        read_fund(tmp_path / "plan")
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.suggestion) == ("plan.toml", "round", "2025-26")


def round_texts(code: str) -> dict[str, str]:
    """The texts of a round that comes with leftshift."""
    folder = Path(str(__import__("leftshift").__file__)).parent / "fund" / "rounds" / "packs" / code
    texts, faults = texts_of(folder, round_kind())
    assert not faults
    return texts


@pytest.mark.parametrize(
    ("file", "before", "after", "column"),
    [
        ("rules.csv", "v01,blocking", "v99,blocking", "rule"),
        ("rules.csv", "v01,blocking", "v01,always", "severity"),
        ("minimums.csv", "social_care,all", "social_cure,all", "areas"),
        ("blocks.csv", ",income,5,", ",incomes,5,", "of"),
        ("cells.csv", "2. Cover,B4,", "2. Cover,4B,", "cell"),
        ("block_columns.csv", "plan,income,B,", "plan,incom,B,", "block"),
        ("crosswalk.csv", "income_line,ibcf,council_grant", "income_line,ibcf,council_grnt", "becomes"),
        ("allocations.csv", "nhs_minimum", "nhs_minimun", "line"),
        ("blocks.csv", "4. Income", "4/ Income", "sheet"),
        ("blocks.csv", "4. Income", "4. Income and everything that comes in", "sheet"),
        ("metrics.csv", ",lower,", ",down,", "better"),
        ("deadlines.csv", "2025-03-31", "31st", "due"),
    ],
)
def test_a_wrong_round_is_answered_with_its_file_row_and_column(file: str, before: str, after: str, column: str) -> None:  # fmt: skip
    texts = round_texts("2025-26")
    assert before in texts[file]
    with pytest.raises(FaultsFound) as caught:
        read_round("mine", texts | {file: texts[file].replace(before, after, 1)})

    found = [fault for fault in caught.value.faults if fault.file == f"mine/{file}"]
    assert column in {fault.column for fault in found}
    assert all(fault.row for fault in found)


garbage = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["=1+1", "NaN", "inf", "1e999", "-0", "2025/26", "9" * 400, "#REF!", '"', "\x00", "٣", "1,2,3", "0.001", "[", "\ufeff"]
    ),
)  # fmt: skip


@given(st.data())
def test_any_cell_may_hold_anything_without_a_traceback(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(name for name in TEXTS if name.endswith(".csv"))))
    rows = list(csv.reader(io.StringIO(TEXTS[file])))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(garbage)
    out = io.StringIO()
    csv.writer(out).writerows(rows)

    _whole_or_faulty(TEXTS | {file: out.getvalue()})


@given(st.sampled_from(sorted(TEXTS)), st.text(max_size=200))
def test_any_file_may_hold_anything_without_a_traceback(file: str, text: str) -> None:
    _whole_or_faulty(TEXTS | {file: text})


def _whole_or_faulty(texts: dict[str, str]) -> None:
    """Either every fault has a file and says what to do, or the plan can be checked in every way there is."""
    from leftshift.fund.fund import Fund
    from tests.library.fund.plans import ROUNDS, day_of

    found = read_plan_texts(texts)
    if found.faults or found.plan is None:
        assert all(fault.file and fault.expected and fault.action for fault in found.faults)
        assert all(fault.row is None or fault.row >= 1 for fault in found.faults)
        return
    try:
        fund = Fund(found.plan, ROUNDS.get(found.plan.round), ROUNDS)
        document: dict[str, Any] = fund.check(day_of(fund.round)).document()
        assert "NaN" not in str(document)
        _ = fund.ledger, fund.holds(day_of(fund.round))
    except FaultsFound:
        return  # told, and whole
