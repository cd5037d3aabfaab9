"""`leftshift board` as a secretary at the terminal uses it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from leftshift.cli.main import main
from leftshift.programme.boards.describing import tables_page

ROOT = Path(__file__).parents[4]
EXAMPLE = str(ROOT / "examples" / "boards" / "prevention-board.toml")
PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
AS_OF = ["--as-of", "2026-04-10"]


def _checked(capsys: pytest.CaptureFixture[str], *more: str, code: int = 0) -> dict[str, Any]:
    assert main(["board", "check", EXAMPLE, *AS_OF, "--json", *more]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_check_prints_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = _checked(capsys)
    begins = PAGE.index("## `leftshift board check FILE --json`")
    page = PAGE[begins : PAGE.find("\n## ", begins + 1)]
    lists = ("boards", "quorum", "deadlines", "exclusions", "decisions", "questions", "interests", "attendance", "faults")  # fmt: skip

    missing = {key for key in found if f"`{key}`" not in page}
    missing |= {key for name in lists for key in found[name][0] if f"`{key}`" not in page}
    missing |= {
        key for row in found["quorum"] for each in row["by_item"] for key in each if f"`{key}`" not in page
    }
    assert missing == set()


def test_the_example_is_decided_as_its_rules_say(capsys: pytest.CaptureFixture[str]) -> None:
    found = _checked(capsys)

    assert [(row["body"], row["quorum"]) for row in found["boards"]] == [("prevention_board", 6), ("wellbeing_board", 4)]  # fmt: skip
    quorum = {row["meeting"]: (row["quorate"], row["present"], row["needed"]) for row in found["quorum"]}
    # nine seats less two who sent apologies (a substitute came for the third): 7 of 6; item 3 without the charity: 6
    assert quorum["upb_2026_04"] == (True, 7, 6)
    assert quorum["upb_2026_05"] == (None, None, None)
    april = next(row for row in found["quorum"] if row["meeting"] == "upb_2026_04")
    assert [(row["item"], row["present"], row["excluded"]) for row in april["by_item"]] == [
        ("3", 6, ["voluntary_sector"]),
        ("5", 6, ["voluntary_sector"]),
    ]
    papers = {row["meeting"]: row["due"] for row in found["deadlines"] if row["what"] == "papers"}
    assert papers["upb_2026_04"] == "2026-04-01"  # over Easter: 8, 7, 2 and 1 April
    out = [(row["meeting"], row["item"], row["member"]) for row in found["exclusions"]]
    assert ("hwb_2026_03", "3", "county_public_health") in out
    assert all(row["stands"] for row in found["decisions"])
    assert [fault["kind"] for fault in found["faults"]] == ["declared late", "need not be declared", "late"]


def test_check_says_it_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "check", EXAMPLE, *AS_OF]) == 0
    said = " ".join(capsys.readouterr().out.split())

    assert "Quorate: 7 of at least 6 present." in said
    assert "Good Friday (3 April) and Easter Monday (6 April) not counted" in said
    assert "Resolutions that stand: 5 of 5" in said


def test_strict_exits_with_one_where_there_are_faults(capsys: pytest.CaptureFixture[str]) -> None:
    _checked(capsys, "--strict", code=1)


def test_a_faulty_file_is_refused_with_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.toml"
    path.write_text('[[bodies]]\nbody = "b"\nquorom = 2\n', "utf-8")

    assert main(["board", "check", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [fault["kind"] for fault in found["faults"]] == ["unknown name", "missing value", "missing value"]
    assert found["faults"][0]["suggestion"] == "quorum"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", EXAMPLE, "--as-of", "soon"],
        ["pack", EXAMPLE, "--meeting", "upb_2026_03x", "--out", "nowhere"],
        ["minutes", EXAMPLE, "--meeting", "upb_2026_03", "--out", "minutes.txt"],
    ],
)
def test_a_misused_command_exits_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", *arguments]) == 2
    assert "leftshift: " in capsys.readouterr().err


def test_pack_minutes_and_register_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    meeting = ["--meeting", "upb_2026_04"]

    assert main(["board", "pack", EXAMPLE, *meeting, "--out", str(tmp_path / "pack")]) == 0
    names = {"upb_2026_04.html", "upb_2026_04.pdf", "upb_2026_04-exempt.html", "upb_2026_04-exempt.pdf"}
    assert {path.name for path in (tmp_path / "pack").iterdir()} == names
    for name in ("minutes.html", "minutes.pdf", "minutes.docx"):
        assert main(["board", "minutes", EXAMPLE, *meeting, "--out", str(tmp_path / name)]) == 0
    assert main(["board", "register", EXAMPLE, *AS_OF, "--out", str(tmp_path / "register.html")]) == 0
    assert main(["board", "record", EXAMPLE, *AS_OF, "--out", str(tmp_path / "record.pdf")]) == 0
    page = (tmp_path / "register.html").read_text("utf-8")
    assert "A sensitive interest" in page
    assert "day services" not in page
    assert "biscuits" not in page
    assert str(tmp_path) in capsys.readouterr().out.replace("\n", "")


def test_the_page_of_the_tables_is_what_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = ROOT / "docs" / "guide" / "board-tables.md"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        page.write_text(tables_page(), "utf-8")

    assert main(["board", "schema"]) == 0
    assert capsys.readouterr().out == tables_page()
    assert page.read_text("utf-8") == tables_page(), "write it again with LEFTSHIFT_WRITE_DOCS=1"


def test_a_place_with_its_programme_is_read_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in the folder of a place is what the file would hold."""
    place = Path(__file__).parents[4] / "examples" / "llr-2014"
    assert main(["board", "check", str(place), "--as-of", "2015-06-12", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["body"] for row in found["boards"]} == {
        "programme_board",
        "prevention_board",
        "wellbeing_board",
    }
