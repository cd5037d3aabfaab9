"""The commands about linked records: on what basis people are used, who said no, and who is behind a pseudonym."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leftshift.cli.main import main
from leftshift.population.linked.dataset import paths_of
from tests.library.people.asking import answer
from tests.library.people.made import people, write_set


@pytest.fixture
def folder(scored_set: Path) -> Path:
    """An invented population of 6,000 and a run on it."""
    return scored_set


def test_real_records_are_refused_without_a_basis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path / "set", {**people(80, 40), "social_care": [], "diagnoses": [], "admissions": []})
    score = [
        "score",
        str(tmp_path / "set"),
        "--out",
        str(tmp_path / "run"),
        "--scores",
        "charlson",
        "--cohorts",
        "",
        "--as-at",
        "2016-04-01",
    ]
    register = tmp_path / "register.toml"
    register.write_text(
        '[[basis]]\ntables = ["persons", "registrations", "practices"]\npurpose = "case finding"\nauthority = "CAG"\n'
        'reference = "CAG 1"\nvalid_from = 2020-01-01\n'
        'conditions = "Details go back to the practice alone"\n[[basis]]\ntables = ["diagnoses", "admissions"]\npurpose = "case finding"\nauthority = "CAG"\nreference = "CAG 1"\nvalid_from = 2010-01-01\n'
        "valid_to = 2011-01-01\n",
        "utf-8",
    )
    grounds = ["--purpose", "case finding", "--basis", "CAG 1", "--register", str(register)]

    without = answer(capsys, *score, code=1)
    expired = answer(capsys, *score, *grounds, code=1)
    register.write_text(register.read_text("utf-8").replace("valid_to = 2011-01-01\n", ""), "utf-8")
    allowed = answer(capsys, *score, *grounds)

    assert [fault["kind"] for fault in without["faults"]] == ["no purpose"]
    assert [(fault["kind"], fault["column"]) for fault in expired["faults"]] == [
        ("no legal basis", "admissions"),
        ("no legal basis", "diagnoses"),
    ]
    assert "expired" in expired["faults"][0]["found"]
    assert (allowed["purpose"], allowed["basis"]) == ("case finding", "CAG 1")
    assert [basis["conditions"] for basis in allowed["bases"]] == [
        "",
        "Details go back to the practice alone",
    ]
    # social care has no basis, and was not opened
    assert allowed["inputs"].keys() == {"persons", "registrations", "practices", "admissions", "diagnoses"}
    assert allowed["check"]["tables"].keys() == allowed["inputs"].keys()


def test_a_run_is_used_on_the_basis_of_what_it_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", people(80, 40))
    register = tmp_path / "register.toml"
    register.write_text(
        '[[basis]]\ntables = ["persons", "registrations", "practices"]\npurpose = "case finding"\nauthority = "CAG"\n'
        'reference = "CAG 1"\nvalid_from = 2020-01-01\n',
        "utf-8",
    )
    grounds = ["--purpose", "case finding", "--basis", " CAG 1 , CAG 2", "--register", str(register)]
    define = tmp_path / "old.toml"
    define.write_text(
        'name = "old"\ntitle = "t"\nversion = "1"\nsource = "s"\ndated = 2026-01-01\n[[criteria]]\nname = "old"\ntitle = "t"\nwhen = "age > 60"\n',
        "utf-8",
    )
    score = [
        "score",
        str(tmp_path / "set"),
        "--out",
        str(tmp_path / "run"),
        "--scores",
        "",
        "--cohorts",
        "old",
    ]
    answer(capsys, *score, "--define", str(define), "--as-at", "2016-04-01", *grounds)
    run = str(tmp_path / "run")

    for way in (["cohort", run], ["compare", run, run], ["check", str(tmp_path / "set")]):
        refused = answer(capsys, *way, code=1)
        assert [fault["kind"] for fault in refused["faults"]] == ["no purpose"]
        answer(capsys, *way, *grounds)

    register.write_text(register.read_text("utf-8").replace('"registrations", ', ""), "utf-8")
    for way in (["cohort", run], ["compare", run, run], ["check", str(tmp_path / "set")]):
        refused = answer(capsys, *way, *grounds, code=1)
        assert [(fault["kind"], fault["column"]) for fault in refused["faults"]] == [
            ("no legal basis", "registrations")
        ]


def test_what_is_printed_and_kept_names_nobody(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a key and not an NHS number of anybody stands in what commands print, or in any file but the Parquet of people."""
    persons = pq.read_table(folder / "set" / "persons")
    numbers = set(persons["nhs_number"].drop_null().to_pylist())
    keys = {str(key) for key in persons["person_id"].to_pylist() if key > 100_000}
    capsys.readouterr()
    for way in (
        ["check", str(folder / "set")],
        ["cohort", str(folder / "run"), "--cohort", "llr_2016"],
        ["cohort", str(folder / "run"), "--cohort", "llr_2016", "--by", "practice", "--json"],
        ["score", str(folder / "set"), "--out", str(folder / "again"), "--json"],
        ["score", str(folder / "set"), "--out", str(folder / "again")],
    ):
        main(["population", *way])
    printed = capsys.readouterr()
    texts = [printed.out, printed.err]
    texts += [path.read_text("utf-8") for path in [*folder.rglob("*.json"), *folder.rglob("rows/*.csv")]]

    words = {word.strip('",:') for text in texts for word in text.split()}
    assert len(numbers) > 5000
    assert not words & numbers
    assert not words & keys


def test_numbers_are_written_to_be_checked_and_come_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the check takes them; of those that come back, everybody is counted who did not say no, and nobody else."""
    sent, back = tmp_path / "sent.dat", tmp_path / "back.dat"

    written = answer(capsys, "to-check", str(folder / "set"), "--out", str(sent))
    lines = sent.read_bytes().split(b"\n")
    back.write_bytes(b"\n".join(lines[: len(lines) // 2]) + b"\n")
    cleared = ["--cleared", str(back), "--scores", "", "--cohorts", "llr_2016"]
    run = answer(capsys, "score", str(folder / "set"), "--out", str(tmp_path / "run"), *cleared)

    assert sent.stat().st_mode & 0o777 == 0o600
    assert lines[-1] == b""
    assert all(len(line) == 11 and line.endswith(b",") for line in lines[:-1])
    assert written["numbers"] == len(lines) - 1 > 6000
    assert 2500 < run["counts"]["counted"] < 3500
    assert (
        main(["population", "to-check", str(folder / "set"), "--out", str(sent)]) == 1
    )  # not over what is there
    refused = answer(
        capsys, "score", str(folder / "set"), "--out", str(tmp_path / "no"), "--opt-outs", str(back), code=1
    )
    assert "those who may be counted" in refused["faults"][0]["action"]


def test_who_is_behind_a_pseudonym_that_is_nobodys(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, log = tmp_path / "key", tmp_path / "log.jsonl"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    ask = [
        "reidentify",
        "12345",
        "--register",
        str(folder / "set"),
        "--key",
        str(key),
        "--purpose",
        "case finding",
        "--log",
        str(log),
    ]
    ask += ["--who", "GP practice", "--reason", "planned care", "--reference", "CAG 1"]

    found = answer(capsys, *ask, code=1)
    whole = answer(capsys, "reidentify", "--log", str(log), "--verify")

    assert found == {"numbers": {}, "unknown": ["12345"]}
    assert whole["whole"]
    assert len(whole["digest"]) == 64


def test_pseudonyms_are_made_and_a_few_undone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, log, out = tmp_path / "key", tmp_path / "log.jsonl", tmp_path / "set"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    written = answer(
        capsys,
        "pseudonymise",
        str(folder / "set"),
        "--out",
        str(out),
        "--key",
        str(key),
        "--purpose",
        "case finding",
    )
    persons = pq.read_table([str(path) for path in paths_of(out, "persons")])
    pseudonym = persons["person_id"][0].as_py()
    ask = [
        "reidentify",
        str(pseudonym),
        "--register",
        str(folder / "set"),
        "--key",
        str(key),
        "--purpose",
        "case finding",
    ]
    ask += ["--log", str(log)]

    assert main(["population", *ask]) == 2  # without a permission
    assert not log.exists()
    found = answer(capsys, *ask, "--who", "GP practice", "--reason", "planned care", "--reference", "CAG 1")
    assert main(["population", "reidentify", "--log", str(log), "--verify"]) == 0
    log.write_text(log.read_text("utf-8").replace("planned care", "curiosity"), "utf-8")

    assert written["rows"]["persons"] > 5000
    assert "nhs_number" not in persons.column_names or not persons["nhs_number"].drop_null().to_pylist()
    assert set(found["numbers"].values()) <= set(
        pq.read_table(folder / "set" / "persons")["nhs_number"].to_pylist()
    )
    assert main(["population", "reidentify", "--log", str(log), "--verify"]) == 1
