"""Without a legal basis nothing is read: each table is named with what was found; invented people have to show that they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.linked.dataset import SYNTHETIC, LinkedData
from leftshift.population.linked.tables import linked_tables, with_parents
from leftshift.population.privacy.basis import (
    Basis,
    BasisRegister,
    Grounds,
    check_invented,
    permit,
    read_register,
    require_basis,
)
from tests.library.people.linked.sets import AS_AT, sound_set, written
from tests.library.people.quiet import says_nothing_of

PURPOSE = "risk stratification"
REGISTER = """
[[basis]]
tables = ["persons", "registrations", "practices", "gp_events", "admissions"]
purpose = "risk stratification"
authority = "Confidentiality Advisory Group"
reference = "CAG 1/2026"
valid_from = 2026-04-01
valid_to = 2027-03-31
conditions = "Details go back to the practice alone"

[[basis]]
tables = ["gp_events", "prescriptions"]
purpose = "medicines review"
authority = "The practices"
reference = "DSA 7"
valid_from = 2025-01-01

[[basis]]
tables = ["contacts"]
purpose = "risk stratification"
authority = "Confidentiality Advisory Group"
reference = "CAG 9/2024"
valid_from = 2024-04-01
valid_to = 2025-03-31

[[basis]]
tables = ["costs"]
purpose = "risk stratification"
authority = "Confidentiality Advisory Group"
reference = "CAG 2/2027"
valid_from = 2027-04-01
"""


@pytest.fixture
def register(tmp_path: Path) -> BasisRegister:
    path = tmp_path / "bases.toml"
    path.write_text(REGISTER)
    return read_register(path)


def test_tables_that_are_covered(register: BasisRegister) -> None:
    for on in (date(2026, 4, 1), date(2027, 3, 31)):
        (basis,) = require_basis(register, ["persons", "gp_events"], PURPOSE, "CAG 1/2026", on)
        assert basis.conditions == "Details go back to the practice alone"
    assert require_basis(register, ["prescriptions"], "medicines review", None, date(2030, 1, 1))


def test_each_table_without_a_basis_is_named_with_what_was_found(register: BasisRegister) -> None:
    tables = ["persons", "prescriptions", "contacts", "costs", "social_care", "attendances", "gp_events"]

    with pytest.raises(FaultsFound) as caught:
        require_basis(register, tables, PURPOSE, None, AS_AT)

    assert [(fault.column, fault.found) for fault in caught.value.faults] == [
        ("prescriptions", "DSA 7 is for 'medicines review'"),
        ("contacts", "CAG 9/2024 expired on 2025-03-31"),
        ("costs", "CAG 2/2027 begins on 2027-04-01"),
        (
            "social_care",
            "no basis that covers it: support for records of GPs and hospitals does not extend to social care",
        ),
        ("attendances", "no basis that covers it"),
    ]
    assert all("2026-04-01" in fault.expected for fault in caught.value.faults)
    with pytest.raises(FaultsFound, match="CAG 1/2026 is not the one relied on") as other:
        require_basis(register, ["persons"], PURPOSE, ["CAG 3/2026"], AS_AT)
    assert "under CAG 3/2026" in str(other.value)
    with pytest.raises(FaultsFound, match="is not the one relied on"):
        require_basis(register, ["persons"], PURPOSE, [], AS_AT)


@pytest.mark.parametrize("on", [date(2026, 3, 31), date(2027, 4, 1)])
def test_a_day_outside(register: BasisRegister, on: date) -> None:
    with pytest.raises(FaultsFound):
        require_basis(register, ["persons"], PURPOSE, "CAG 1/2026", on)


def test_a_register_that_is_wrong_says_everything(tmp_path: Path) -> None:
    path = tmp_path / "bases.toml"
    path.write_text(
        """
[[basis]]
tables = ["person", "gp_events"]
purpose = ""
authority = "x"
reference = "y"
valid_from = 2026-04-01
valid_to = 2026-03-31
until = 2027-01-01

[[basis]]
purpose = "p"
authority = "x"
reference = "y"
valid_from = "April"

[[bases]]
tables = []
"""
    )

    with pytest.raises(FaultsFound) as caught:
        read_register(path)

    assert [(fault.kind, fault.row, fault.suggestion) for fault in caught.value.faults] == [
        ("unknown name", None, "basis"),
        ("unknown name", 9, None),
        ("unknown table", 3, "persons"),
        ("missing value", 4, None),
        ("ends before it begins", 8, None),
        ("missing value", 11, None),
        ("date not understood", 15, None),
    ]


def grounds(register: BasisRegister | None, *references: str, purpose: str = PURPOSE) -> Grounds:
    return Grounds(purpose, references, register, AS_AT)


def test_a_set_of_real_people_needs_a_basis_for_each_of_its_tables(
    register: BasisRegister, tmp_path: Path
) -> None:
    few = {name: rows for name, rows in sound_set().items() if linked_tables()[name].required}
    folder = LinkedData(written(tmp_path / "few", few, purpose=PURPOSE))
    assert [b.reference for b in permit(folder, grounds(register, "CAG 1/2026"), folder.tables)] == [
        "CAG 1/2026"
    ]
    every = LinkedData(written(tmp_path / "every", sound_set(), purpose=""))

    with pytest.raises(FaultsFound) as caught:
        permit(every, grounds(register, "CAG 1/2026"), every.tables)

    without = [fault.column for fault in caught.value.faults]
    covered = {"persons", "registrations", "practices", "gp_events", "admissions"}
    assert without == sorted(set(every.tables) - covered - {"opt_outs"})
    assert permit(every, grounds(register, "CAG 1/2026"), ["persons", "gp_events"])


def test_a_table_needs_the_basis_of_those_it_refers_to(tmp_path: Path) -> None:
    """Which diagnoses are sound, the stays say."""
    every = LinkedData(written(tmp_path / "every", sound_set(), purpose=""))
    alone = Basis(("persons", "diagnoses"), PURPOSE, "A", "R 1", AS_AT)
    register = BasisRegister("register.toml", (alone,))
    assert with_parents({"diagnoses"}) == {"diagnoses", "admissions", "persons"}

    with pytest.raises(FaultsFound) as caught:
        permit(every, grounds(register, "R 1"), ["diagnoses"])

    assert [fault.column for fault in caught.value.faults] == ["admissions"]


@pytest.mark.parametrize(
    "lacking",
    [
        {"purpose": ""},
        {"purpose": " "},
        {"purpose": SYNTHETIC},
        {"references": ()},
        {"register": None},
        {"on": None},
    ],
)
def test_who_says_no_purpose_basis_register_or_day_uses_nothing(
    register: BasisRegister, tmp_path: Path, lacking: dict[str, Any]
) -> None:
    folder = LinkedData(written(tmp_path / "set", sound_set(), purpose=PURPOSE))

    with pytest.raises(FaultsFound, match="no purpose"):
        permit(folder, replace(grounds(register, "CAG 1/2026"), **lacking), ["persons"])


def test_invented_people_need_none(register: BasisRegister, tmp_path: Path) -> None:
    folder = LinkedData(written(tmp_path / "set", sound_set(), pieces=2))

    assert permit(folder, Grounds(SYNTHETIC), folder.tables) == ()
    with pytest.raises(FaultsFound, match="no purpose"):
        permit(folder, Grounds(PURPOSE), folder.tables)


@pytest.mark.parametrize(
    ("table", "column", "number"),
    [
        ("persons", "nhs_number", "8600000009"),
        ("persons", "nhs_number", "4010232137"),
        ("persons", "nhs_number", "9990000019"),
        ("persons", "nhs_number", "999"),
        ("identifiers", "value", "4010232137"),
    ],
)
def test_who_calls_real_people_invented_is_refused(
    tmp_path: Path, table: str, column: str, number: str
) -> None:
    tables = sound_set()
    tables[table][2][column] = number

    with pytest.raises(FaultsFound, match="1 numbers that are none for tests") as caught:
        permit(LinkedData(written(tmp_path / "set", tables)), Grounds(SYNTHETIC), ["persons"])

    assert number not in str(caught.value) or number == "999"
    says_nothing_of(sound_set(), str(caught.value))


@pytest.mark.parametrize("missing", [["nhs_number"], []])
def test_a_set_of_no_numbers_shows_nothing(tmp_path: Path, missing: list[str]) -> None:
    tables = sound_set()
    tables["persons"][0]["nhs_number"] = None

    with pytest.raises(FaultsFound, match="not shown to be invented"):
        check_invented(written(tmp_path / "set", tables, missing=missing))
