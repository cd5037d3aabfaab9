"""`leftshift report`, as a person at the terminal uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.place.writing import write_whole
from tests.reports.places import EXAMPLES, NORTHMOOR, page, paper

PLACE = str(EXAMPLES / NORTHMOOR)


def test_it_writes_both_beside_you_named_after_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["report", PLACE]) == 0

    assert {path.name for path in tmp_path.iterdir()} == {"northmoor.html", "northmoor.pdf"}
    assert (tmp_path / "northmoor.html").read_text("utf-8") == page(NORTHMOOR)
    assert (tmp_path / "northmoor.pdf").read_bytes() == paper(NORTHMOOR)
    assert "Wrote northmoor.html and northmoor.pdf" in capsys.readouterr().out


def test_it_writes_where_it_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, pdf = tmp_path / "new" / "page.html", tmp_path / "board" / "paper.PDF"

    assert main(["report", PLACE, "--out", str(out), "--pdf", str(pdf)]) == 0

    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in out.parent.iterdir()] == ["page.html"]
    assert str(out) in "".join(capsys.readouterr().out.split("\n"))


@pytest.mark.parametrize(("option", "name"), [("--out", "only.html"), ("--pdf", "only.pdf")])
def test_it_writes_one_alone_when_that_one_is_named(tmp_path: Path, option: str, name: str) -> None:
    assert main(["report", PLACE, option, str(tmp_path / name)]) == 0

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_it_reports_on_the_year_that_is_asked(tmp_path: Path) -> None:
    assert main(["report", PLACE, "--year", "25-26", "--out", str(tmp_path / "a.html")]) == 0

    assert "<h1>Northmoor: the plan in 2025/26</h1>" in (tmp_path / "a.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--year", "2050/51"], "is not a year of the plan"),
        (["--out", "{}/place.toml"], "--out writes a file that ends in .html"),
        (["--pdf", "{}/board.html"], "--pdf writes a file that ends in .pdf"),
        (["--out", "{}/folder.html"], "is a folder"),
    ],
)
def test_a_slip_is_answered_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "place.toml").write_text("kept", "utf-8")
    given = [argument.format(tmp_path) for argument in arguments]

    assert main(["report", PLACE, "--pdf", str(tmp_path / "x.pdf"), *given]) == 2

    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.html", "place.toml"]
    assert (tmp_path / "place.toml").read_text("utf-8") == "kept"


def test_a_folder_that_cannot_be_written_is_answered_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-file").write_text("kept", "utf-8")

    assert main(["report", PLACE, "--out", str(tmp_path / "a-file" / "page.html")]) == 1

    said = capsys.readouterr().err
    assert "the report was not written" in said
    assert str(tmp_path / "a-file") in said
    assert "Traceback" not in said
    assert (tmp_path / "a-file").read_text("utf-8") == "kept"


def test_what_cannot_be_finished_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first.html", tmp_path / "second" / "paper.pdf"
    first.write_text("before", "utf-8")
    real = Path.write_bytes

    def full_disk(path: Path, content: bytes) -> int:
        if path.suffix == ".pdf":
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full_disk)

    with pytest.raises(OSError, match="No space left"):
        write_whole({first: b"after", second: b"after"})

    assert first.read_text("utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["first.html"]
    assert not list(second.parent.iterdir())


def test_faults_of_a_place_are_listed_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "page.html")]) == 1

    assert "Nothing was written" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_library_draws_nothing_before_it_is_asked() -> None:
    code = "import sys, leftshift.reports.report, leftshift.reports.html, leftshift.reports.pdf; print(*({'typst', 'vl_convert', 'django'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
