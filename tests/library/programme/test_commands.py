"""`leftshift programme`, as a programme office at the terminal uses it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from leftshift.cli.main import main
from leftshift.programme.describing import folder_page

ROOT = Path(__file__).parents[3]
LLR = ROOT / "examples" / "llr-2014"
PAGE = (ROOT / "docs" / "guide" / "json.md").read_text("utf-8")
DAY = ["--as-of", "2015-06-12"]


def documented(command: str) -> str:
    """The part of the page of the JSON about a command."""
    begins = PAGE.index(f"## `leftshift programme {command}")
    ends = PAGE.find("\n## ", begins)
    return PAGE[begins : ends if ends > 0 else len(PAGE)]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main(["programme", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def undocumented(command: str, *parts: dict[str, Any]) -> list[str]:
    page = documented(command)
    return [key for part in parts for key in part if f"`{key}`" not in page]


def test_check_prints_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "check", str(LLR), *DAY)
    parts = [
        found,
        *(found[name][0] for name in ("overdue", "slips", "gates", "risks", "benefits")),
        found["gates"][0]["questions"][0],
        found["risks"][0]["current"],
        next(row for row in found["benefits"] if row["periods"])["periods"][0],
        found["projects"]["bed_moves"],
        found["workstreams"]["frail"],
        found["boards"],
    ]
    assert undocumented("check", *parts) == []
    assert set(found["bridge_effect"]) == {"2014/15", "2015/16", "2016/17", "2017/18", "2018/19"}
    for year, whole in found["bridge_effect"].items():
        assert sum(found["bridge_effect_by_step"][year].values()) == pytest.approx(whole)
    assert found["delays"] == {"bed_reconfiguration": 9, "ltc_fop_workstream": 3, "mh_workstream": 3}


def test_every_key_of_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "check", str(LLR), *DAY)
    table = [line for line in documented("check").splitlines() if line.startswith("| `")]
    keys = {key for line in table for key in line.split(" | ")[0].strip("| ").replace("`", "").split(", ")}
    assert keys == set(found)


def test_appraise_prints_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = printed(capsys, "appraise", str(LLR))["appraisals"]
    assert undocumented("appraise", {"appraisals": 0, "problem": 0}, found, found["ranking"][0], found["excluded"][0]) == []  # fmt: skip
    assert found["first"] == ["two_hubs"]
    assert (found["holds_in"], found["tried"]) == (21, 22)
    again = printed(capsys, "appraise", str(LLR), "--seed", "1")["appraisals"]
    assert again == [found]


def test_highlight_prints_the_documented_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "highlight", str(LLR), "bed_moves", "2015-05", *DAY)
    reached = printed(capsys, "highlight", str(LLR), "bed_moves", "2015-04", *DAY)
    changed = printed(capsys, "highlight", str(LLR), "urgent_front_door", "2015-06", *DAY)
    lists = (found[name][0] for name in ("next", "slipped", "risks", "issues", "benefits", "gates"))
    parts = (
        found,
        found["status_before"],
        found["words"],
        reached["achieved"][0],
        changed["changes"][0],
        *lists,
    )
    assert undocumented("highlight", *parts) == []
    assert found["period"] == "2015-05"


@pytest.mark.parametrize(
    ("ending", "begins"), [("html", b"<!doctype html"), ("pdf", b"%PDF"), ("docx", b"PK")]
)
def test_reports_are_written_in_every_form(
    ending: str, begins: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / f"highlight.{ending}"
    found = printed(capsys, "highlight", str(LLR), "bed_moves", "2015-05", *DAY, "--out", str(out))
    assert found["project"] == "bed_moves"
    assert out.read_bytes().lower().startswith(begins.lower())
    first = out.read_bytes()
    printed(capsys, "highlight", str(LLR), "bed_moves", "2015-05", *DAY, "--out", str(out))
    assert out.read_bytes() == first


def test_the_whole_report_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "programme.html"
    found = printed(capsys, "report", str(LLR), *DAY, "--out", str(out), "--title", "How it stands")
    assert undocumented("highlight", found) == []
    assert found["file"] == str(out)
    page = out.read_text("utf-8")
    assert "How it stands" in page
    assert "slips cost the plan £3.7m in 2015/16" in page


def test_a_calendar_says_how_many_entries_it_has(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "programme.ics"
    found = printed(capsys, "calendar", str(LLR), *DAY, "--out", str(out))
    assert undocumented("highlight", found) == []
    assert out.read_text("utf-8").count("BEGIN:VEVENT") == found["entries"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["highlight", str(LLR), "bed_move", "2015-05", "--json"],
            "no project bed_move; did you mean bed_moves?",
        ),
        (["highlight", str(LLR), "bed_moves", "May", "--json"], "MONTH is a month as 2015-05"),
        (["highlight", str(LLR), "bed_moves", "2015/16", "--json"], "a month such as 2015-05"),
        (["highlight", str(LLR), "bed_moves", "2015-05"], "say where to write it"),
        (["highlight", str(LLR), "bed_moves", "2015-05", "--out", "x.txt"], "ends in .html, .pdf, .docx"),
        (["report", str(LLR), "--out", "x.txt"], "ends in .html, .pdf, .docx"),
        (["report", str(LLR), "--out", "x.pdf", "--as-of", "soon"], "--as-of takes a day"),
        (["report", "nowhere", "--out", "x.pdf"], ""),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    more = [] if "--as-of" in arguments or arguments[1] == "nowhere" else DAY
    assert main(["programme", *arguments, *more]) in (1, 2)
    told = capsys.readouterr()
    assert said in told.err
    assert "mistake" not in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", ["check", "report", "highlight"])
def test_milestones_that_wait_for_each_other_are_faults(
    way: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = Path(shutil.copytree(LLR, tmp_path / "place"))
    file = place / "programme" / "dependencies.csv"
    header, first, *_ = file.read_text("utf-8").splitlines()
    names = header.split(",")
    cells = first.split(",")
    turned = dict(zip(names, cells, strict=False))
    before, after = turned["before"], turned["after"]
    back = ",".join(after if name == "before" else before if name == "after" else cell for name, cell in zip(names, cells, strict=False))  # fmt: skip
    rest = first.split(",", len(cells))[len(names) :]
    file.write_text("\n".join([file.read_text("utf-8").rstrip(), ",".join([back, *rest])]) + "\n", "utf-8")
    more = {"check": [], "report": ["--out", str(tmp_path / "x.pdf")], "highlight": ["bed_moves", "2015-05"]}[
        way
    ]
    found = printed(capsys, way, str(place), *more, *DAY, code=1)
    assert "circular dependency" in {fault["kind"] for fault in found["faults"]}
    assert not (tmp_path / "x.pdf").exists()


def test_the_page_of_the_folder_is_what_the_schemas_say(capsys: pytest.CaptureFixture[str]) -> None:
    page = ROOT / "docs" / "guide" / "programme-folder.md"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        page.write_text(folder_page(), "utf-8")

    assert main(["programme", "schema"]) == 0
    assert capsys.readouterr().out == folder_page()
    assert page.read_text("utf-8") == folder_page(), "write it again with: make docs"


@pytest.fixture
def southmoor(tmp_path: Path) -> Path:
    """A copy of Southmoor, to put wrong."""
    return Path(shutil.copytree(ROOT / "examples" / "southmoor", tmp_path / "southmoor"))


def test_a_nation_that_has_no_bank_holidays_is_told(
    southmoor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = southmoor / "programme" / "programme.toml"
    heading.write_text(heading.read_text("utf-8") + '\nnation = "wels"\n', "utf-8")
    for command in (["programme", "check"], ["board", "check"]):
        assert main([*command, str(southmoor)]) == 1
        said = capsys.readouterr().err
        assert "programme.toml" in said
        assert "wales" in said


@pytest.mark.parametrize(
    "command", [["programme", "check"], ["programme", "appraise"], ["board", "check"], ["fund", "check"]]
)
def test_an_empty_folder_is_a_missing_heading(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, str(tmp_path)]) == 1
    assert "missing file" in capsys.readouterr().err


def test_a_year_of_too_many_digits_is_told_and_lags_run_to_no_end(
    southmoor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = southmoor / "programme" / "milestones.csv"
    text = at.read_text("utf-8")
    first = text.splitlines()[1].split(",")
    day = next(cell for cell in first if cell.startswith("20"))
    at.write_text(text.replace(day, "9999-12-31", 1), "utf-8")
    assert main(["programme", "check", str(southmoor)]) == 1
    assert "1900 to 2200" in capsys.readouterr().err
    # every date is in its bounds, and forty lags of ten years are not
    at.write_text(
        "milestone,name,project,baseline,source,basis\n"
        + "".join(f"m{at},M{at},{first[2]},2100-01-01,Made,assumed\n" for at in range(900)),
        "utf-8",
    )
    (southmoor / "programme" / "dependencies.csv").write_text(
        "before,after,lag_days,source,basis\n"
        + "".join(f"m{at},m{at + 1},3650,Made,assumed\n" for at in range(899)),
        "utf-8",
    )
    for name in ("gates", "benefits", "changes", "alignment", "overrides"):
        (southmoor / "programme" / f"{name}.csv").unlink(missing_ok=True)
    for path in (southmoor / "programme").glob("gate_*.csv"):
        path.unlink()
    for path in (southmoor / "programme").glob("benefit_*.csv"):
        path.unlink()
    found = json.loads((main(["programme", "check", str(southmoor), "--json"]), capsys.readouterr().out)[1])
    assert "day out of range" in {fault["kind"] for fault in found["faults"]}


def test_a_day_that_no_calendar_has_is_no_day_to_look_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "check", str(LLR), "--as-of", "9999-12-31"]) == 2
    assert "1900 to 2200" in capsys.readouterr().err


def test_slips_are_written_as_a_scenario_that_the_place_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where a milestone names what is no intervention: it is no part of the scenario."""
    place = Path(shutil.copytree(LLR, tmp_path / "llr"))
    at = place / "programme" / "milestones.csv"
    at.write_text(at.read_text("utf-8").replace(",mh_workstream,", ",mh_workstrem,"), "utf-8")
    out = place / "scenarios" / "slips.toml"
    assert main(["programme", "check", str(place), *DAY, "--scenario-out", str(out)]) == 0
    assert "mh_workstrem" not in out.read_text("utf-8")
    assert main(["check", str(place)]) == 0
    capsys.readouterr()
    # where nothing that slips starts an intervention there is nothing to write
    rows = list(csv.DictReader(io.StringIO(at.read_text("utf-8"))))
    with at.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "starts": ""} for row in rows)
    none = place / "scenarios" / "none.toml"
    capsys.readouterr()
    assert main(["programme", "check", str(place), *DAY, "--scenario-out", str(none)]) == 0
    assert "was not written" in " ".join(capsys.readouterr().out.split())
    assert not none.exists()
    # and a folder is no file
    assert main(["programme", "check", str(LLR), *DAY, "--scenario-out", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_the_ledger_of_a_fund_shows_what_a_benefit_brought(
    southmoor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """£1,450,000 went to reablement in the first quarter of 2025/26, of a baseline of £1,500,000: £50,000 was brought."""
    folder = southmoor / "programme"
    (folder / "benefits.csv").write_text(
        "benefit,name,project,kind,owner,unit,baseline,account,source,basis\n"
        "less,Less reablement,frailty_front_door,cash_releasing,Lead,pounds,1500000,southmoor-2025-26/reablement,Made,assumed\n",
        "utf-8",
    )
    (folder / "benefit_profile.csv").write_text(
        "benefit,period,planned,source,basis\nless,2025/26 Q1,50000,Made,assumed\n", "utf-8"
    )
    (folder / "benefit_actuals.csv").unlink()
    (without,) = printed(capsys, "check", str(southmoor))["benefits"]
    assert (without["actual"], without["status"]) == (None, "not_known")
    fund = str(ROOT / "examples" / "southmoor-2025-26")
    (found,) = printed(capsys, "check", str(southmoor), "--fund", fund)["benefits"]
    assert (found["actual"], found["status"], found["periods"][0]["proof"]) == (50_000, "green", "ledger")


def test_a_programme_of_another_place_is_told(southmoor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heading = southmoor / "programme" / "programme.toml"
    heading.write_text(
        heading.read_text("utf-8").replace('place = "southmoor"', 'place = "elsewhere"'), "utf-8"
    )
    faults = printed(capsys, "check", str(southmoor))["faults"]
    assert "programme of another place" in {fault["kind"] for fault in faults}
