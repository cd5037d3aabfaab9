"""A board pack: what it says, its numbers, its words read and refused, the same bytes every time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift import read_place
from leftshift.economy.result import YearNotInPlan
from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.model import Model, ScenarioNotKnown, from_document
from leftshift.reports.content import Figure, Items, Note, Paragraph, Subheading, Table, texts_of
from leftshift.reports.pack import (
    FrontSheet,
    Pack,
    PackSection,
    build_pack,
    new_pack,
    pack_from,
    pack_report,
    read_pack,
    section_choices,
)
from leftshift.reports.pack.composing import day_in_words, letter
from leftshift.reports.pack.pack import choices
from leftshift.reports.words import amount
from tests.reports.packs import CASES, DAY, MUST, WORDS, files, report, small
from tests.reports.places import EXAMPLES, LLR, NORTHMOOR, example, result_of, shuffled

every_case = pytest.mark.parametrize("case", CASES)


def numbers_of(found: Any) -> list[str]:
    return [
        block.number
        for section in found.sections
        for block in section.blocks
        if isinstance(block, Paragraph | Note)
    ]


def test_the_numbers_of_a_small_pack_by_hand() -> None:
    found = pack_report(result_of(example(NORTHMOOR)), small(), as_of=DAY)

    assert [section.title for section in found.sections] == [
        "1. Front sheet",
        "2. How the plan closes it",
        "3. Our own",
        "4. Is it sound?",
        "5. Appendices and background papers",
    ]
    assert numbers_of(found) == ["1.1", "1.2", "1.3", "(a)", "(b)", "2.1", "2.2", "3.1", "4.1", "4.2"]
    blocks = [block for section in found.sections for block in section.blocks]
    assert [block.caption.partition(":")[0] for block in blocks if isinstance(block, Table)] == [
        f"Table {number}" for number in (1, 2, 3, 4, 5)
    ]
    assert [block.sentence.partition(":")[0] for block in blocks if isinstance(block, Figure)] == ["Figure 1"]


def test_the_front_sheet_says_what_a_board_asks() -> None:
    found = pack_report(result_of(example(NORTHMOOR)), small(), as_of=DAY)
    sheet = found.sections[0]

    assert {fact.name: fact.text for fact in found.facts} == {
        "Meeting": "The board",
        "Date": "1 December 2026",
        "Author": "Director of finance",
        "Purpose": "For decision",
        "Plan": "Northmoor, in 2027/28",
        "Model": next(fact.text for fact in found.facts if fact.name == "Model"),
        "Version of the plan": example(NORTHMOOR).fingerprint,
    }
    assert [block.text for block in sheet.blocks if isinstance(block, Subheading)] == [
        "Summary", "Recommendations", "Links to priorities", "Implications", "Risks",
    ]  # fmt: skip
    assert Paragraph("agree", number="(a)") in sheet.blocks
    assert Paragraph("Second, over two lines.", number="1.2") in sheet.blocks
    cells = [
        [cell.text for cell in row.cells]
        for block in sheet.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    assert ["It fails", "High", "It did before"] in cells
    assert ["Legal", "None: a test"] in cells
    assert found.sections[-1].blocks[1] == Items(("A: more",))


def test_own_words_stand_before_and_after_what_a_section_shows() -> None:
    blocks = pack_report(result_of(example(NORTHMOOR)), small(), as_of=DAY).sections[1].blocks

    assert blocks[:2] == (Paragraph("Before one.", number="2.1"), Items(("a", "b")))
    assert isinstance(blocks[2], Figure)
    assert blocks[-1] == Paragraph("After one.", number="2.2")


def test_every_chart_has_a_sentence_an_alternative_and_a_table_in_its_section() -> None:
    for section in report("everything").sections:
        if any(isinstance(block, Figure) for block in section.blocks):
            assert any(isinstance(block, Table) for block in section.blocks)
        for block in section.blocks:
            assert not isinstance(block, Figure) or (block.sentence and block.alternative)


def test_every_section_that_can_be_chosen_is_made() -> None:
    keys = [key for key, _, _ in section_choices()]

    assert [section.key for section in report("everything").sections] == ["front-sheet", *keys[:-1], "papers"]
    assert keys[-1] == "own"
    assert len({title for _, title, _ in section_choices()}) == len(keys)
    assert all(description for _, _, description in section_choices())


@pytest.mark.parametrize(
    ("at", "expected"), [(0, "a"), (25, "z"), (26, "aa"), (27, "ab"), (51, "az"), (52, "ba")]
)
def test_letters_go_on_after_z(at: int, expected: str) -> None:
    assert letter(at) == expected


@given(st.dates())
def test_days_are_written_in_our_language(day: date) -> None:
    assert day_in_words(day).split()[::2] == [str(day.day), str(day.year)]


def test_scenarios_stand_beside_the_plan_with_the_model_s_figures() -> None:
    model = read_place(EXAMPLES / "northmoor")
    found = pack_report(model.project(), small(sections=(PackSection("scenarios"),)), as_of=DAY)
    table = next(block for block in found.sections[1].blocks if isinstance(block, Table))
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}
    plan = model.project()

    assert len(rows) == 1 + len(model.place.scenarios)
    for entry in model.place.scenarios:
        run = model.scenario(entry.code).project()
        moved = run.perimeter_position("2027/28") - plan.perimeter_position("2027/28")
        assert rows[entry.name] == [
            amount(run.gap("2027/28")),
            amount(sum(run.bridge("2027/28").values())),
            amount(run.perimeter_position("2027/28")),
            amount(moved),
        ]


def test_a_run_under_a_scenario_says_so_and_is_compared_with_the_others() -> None:
    result = read_place(EXAMPLES / "northmoor").scenario("higher-pay").project()
    found = pack_report(result, small(sections=(PackSection("scenarios"),)), as_of=DAY)

    assert "Under" in [fact.name for fact in found.facts]
    table = next(block for block in found.sections[1].blocks if isinstance(block, Table))
    assert table.rows[0].cells[0].text == "The plan"
    assert len(table.rows) == 1 + len(result.place.scenarios) - 1


def test_what_is_not_there_is_refused() -> None:
    result = result_of(example(NORTHMOOR))

    with pytest.raises(YearNotInPlan):
        pack_report(result, small(year="2040/41"), as_of=DAY)
    with pytest.raises(ScenarioNotKnown):
        pack_report(result, small(sections=(PackSection("scenarios"),), compare=("nothing",)), as_of=DAY)
    with pytest.raises(FaultsFound):
        pack_report(result, small(), as_of=date(2026, 1, 1))


def test_sources_names_each_source_with_its_rows() -> None:
    place = example(LLR)
    found = pack_report(result_of(place), small(sections=(PackSection("sources"),)), as_of=DAY)
    table = next(block for block in found.sections[1].blocks if isinstance(block, Table))
    source = "LLR five-year strategy, June 2014, appendix 6"
    counted = sum(row.source == source for name in place_tables() for row in place.table(name))

    line = next(row for row in table.rows if row.cells[0].text == source)
    assert line.cells[2].text == f"{counted:,}"


def place_tables() -> list[str]:
    from leftshift.place.schema import schema

    return list(schema().tables)


# --- reading


def test_the_example_is_read_as_it_is_written() -> None:
    pack = read_pack(WORDS)

    assert pack.front_sheet.meeting_date == date(2026, 12, 1)
    assert pack.front_sheet.purpose == "assurance"
    assert len(pack.front_sheet.recommendations) == 3
    assert pack.sections[7] == PackSection(
        "own", title="What officers did to check", before=tomllib.loads(WORDS)["sections"][7]["before"]
    )


@pytest.mark.parametrize("name", [LLR, NORTHMOOR])
def test_a_starting_file_reads_and_builds(name: str) -> None:
    pack = read_pack(new_pack('A "quoted" title', date(2027, 1, 5)))

    assert pack.front_sheet.title == 'A "quoted" title'
    assert set(pack.front_sheet.implications) == set(MUST)
    assert build_pack(result_of(example(name)), pack, as_of=DAY).pdf.startswith(b"%PDF-")


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
packs = st.builds(
    Pack,
    front_sheet=st.builds(
        FrontSheet,
        title=words, meeting=words, meeting_date=st.dates(), author=words,
        purpose=st.sampled_from(["decision", "assurance", "discussion", "information"]),
        recommendations=st.lists(words, min_size=1, max_size=4).map(tuple),
        implications=words.map(lambda text: dict.fromkeys(MUST, text)),
        summary=st.one_of(st.just(""), words),
        appendices=st.lists(words, max_size=2).map(tuple),
    ),
    sections=st.lists(
        st.builds(PackSection, show=st.sampled_from([key for key, _, _ in section_choices() if key != "own"]), before=st.one_of(st.just(""), words)),
        max_size=4, unique_by=lambda entry: entry.show,
    ).map(tuple),
    year=st.sampled_from(["", "2025/26"]),
)  # fmt: skip


@given(packs)
def test_plain_values_give_the_same_pack_again(pack: Pack) -> None:
    assert pack_from(json.loads(json.dumps(pack.document()))) == pack


def faults_of(document: Any) -> Faults:
    with pytest.raises(FaultsFound) as caught:
        pack_from(document)
    return caught.value.faults


def changed(do: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = small().document()
    do(document)
    return document


def sheet(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["front_sheet"].update(values)


SLIPS: list[tuple[Callable[[dict[str, Any]], object], str, str, str]] = [
    (sheet(title=""), "missing value", "front_sheet.title", "words"),
    (sheet(meeting=5), "value not understood", "front_sheet.meeting", "text in quotes"),
    (sheet(meeting_date="1.12.2026"), "date not understood", "front_sheet.meeting_date", "2026-12-01"),
    (sheet(meeting_date=None), "missing value", "front_sheet.meeting_date", "2026-12-01"),
    (sheet(purpose="decison"), "not one of the choices", "front_sheet.purpose", "Did you mean decision?"),
    (sheet(recommendations=[]), "missing value", "front_sheet.recommendations", "what the body is asked to do"),
    (sheet(recommendations="agree"), "value not understood", "front_sheet.recommendations", "a list"),
    (sheet(recommendations=["a"] * 61), "too many", "front_sheet.recommendations", "at most 60"),
    (sheet(implications={}), "missing value", "front_sheet.implications.legal", "words"),
    (sheet(implications={**dict.fromkeys(MUST, "x"), "leagl": "x"}), "unknown name", "front_sheet.implications.leagl", "Did you mean legal?"),
    (sheet(risks=[{"risk": "a", "level": "hgh", "reason": "b"}]), "not one of the choices", "front_sheet.risks 1.level", "Did you mean high?"),
    (sheet(risks=[{"risk": "a", "level": "high"}]), "missing value", "front_sheet.risks 1.reason", "words"),
    (sheet(priorities=["a"]), "value not understood", "front_sheet.priorities 1", "named values"),
    (sheet(summary="a\x00b"), "text not understood", "front_sheet.summary", "control characters"),
    (sheet(summary="a\ud800b"), "text not understood", "front_sheet.summary", "control characters"),
    (sheet(summary="a" * 20_001), "text too long", "front_sheet.summary", "20,000"),
    (sheet(autor="x"), "unknown name", "front_sheet.autor", "Did you mean author?"),
    (lambda document: document.pop("front_sheet"), "missing value", "front_sheet", "pack --new"),
    (lambda document: document.update(sections=[{"show": "brigde"}]), "not one of the choices", "sections 1.show", "Did you mean bridge?"),
    (lambda document: document.update(sections=[{"show": "bridge"}, {"show": "bridge"}]), "duplicate key", "sections 2.show", "each section once"),
    (lambda document: document.update(sections=[{"show": "own", "title": "x"}]), "missing value", "sections 1.before", "section of your own"),
    (lambda document: document.update(sections=[{}]), "missing value", "sections 1.show", "words"),
    (lambda document: document.update(sections={"show": "bridge"}), "value not understood", "sections", "a list"),
    (lambda document: document.update(year="2016/18"), "year not understood", "year", "2016/17"),
    (lambda document: document.update(section=[]), "unknown name", "section", "Did you mean sections?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("do", "kind", "column", "said"), SLIPS, ids=[f"{slip[2]}: {slip[1]}" for slip in SLIPS]
)
def test_each_slip_is_answered(
    do: Callable[[dict[str, Any]], object], kind: str, column: str, said: str
) -> None:
    faults = faults_of(changed(do))

    matching = [fault for fault in faults if (fault.kind, fault.column) == (kind, column)]
    assert matching, [str(fault) for fault in faults]
    assert said in str(matching[0])


def test_all_slips_come_at_once() -> None:
    found = faults_of({"front_sheet": {"title": 1, "purpose": "no"}, "sections": [{"show": "x"}], "more": 1})

    assert {fault.column for fault in found} >= {
        "front_sheet.title", "front_sheet.meeting", "front_sheet.meeting_date", "front_sheet.author",
        "front_sheet.purpose", "front_sheet.recommendations", "front_sheet.implications.equality", "sections 1.show",
        "more",
    }  # fmt: skip


@pytest.mark.parametrize("given", [[], 5, "text", None])
def test_what_is_no_pack_at_all_is_answered(given: Any) -> None:
    assert faults_of(given).counts_by_kind["value not understood"] >= 1


@pytest.mark.parametrize("text", ["[front_sheet", "a = " + "[" * 100_000])
def test_what_is_no_toml_is_answered(text: str) -> None:
    with pytest.raises(FaultsFound, match="TOML"):
        read_pack(text, "mine.toml")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["front_sheet", "sections", "show", "title", "risks", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_no_values_break_the_reader(given: Any) -> None:
    with contextlib.suppress(FaultsFound):
        pack_from(given)


def test_the_guide_names_every_section_and_every_field() -> None:
    guide = (EXAMPLES.parent / "docs" / "guide" / "board-pack.md").read_text("utf-8")
    names = [key for key, _, _ in section_choices() if key != "own"]
    document = small().document()
    names += [*document, *document["front_sheet"], *document["sections"][0], *choices("implications")]
    names += [*choices("purposes"), *choices("levels")]

    assert [name for name in names if not re.search(rf"`\[*(front_sheet\.)?{name}\]*`", guide)] == []


# --- the same bytes

_PRINT_HASHES = """
import hashlib, sys
from datetime import date
from pathlib import Path
from leftshift import read_place
from leftshift.reports.pack import build_pack, read_pack
made = build_pack(read_place(sys.argv[1]).project(), read_pack(Path(sys.argv[2]).read_text("utf-8")), as_of=date(2026, 12, 1))
print(*(hashlib.sha256(part).hexdigest() for part in (made.html, made.pdf, made.docx)))
"""


def test_two_processes_with_different_luck_and_clocks_write_the_same_bytes() -> None:
    command = [
        sys.executable,
        "-c",
        _PRINT_HASHES,
        str(EXAMPLES / "llr-2014"),
        str(EXAMPLES / "llr-2014" / "board-pack.toml"),
    ]
    printed = [
        subprocess.run(
            command, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("4242", "Pacific/Auckland"))
    ]  # fmt: skip

    assert printed[0] == printed[1]
    assert len(printed[0].split()) == 3


def test_no_order_of_rows_changes_a_byte_of_a_pack_of_everything() -> None:
    other = from_document(Model(shuffled(example(NORTHMOOR))).document()).place
    again = build_pack(result_of(other), CASES["everything"]()[1], as_of=DAY)

    assert [row.origin for row in other.contracts] != [
        row.origin
        for key in other.contracts
        for row in example(NORTHMOOR).contracts
        if row.contract == key.contract
    ]
    assert again == files("everything")


def test_another_word_is_another_pack() -> None:
    pack = small()
    other = replace(pack, front_sheet=replace(pack.front_sheet, author="Chief executive"))
    result = result_of(example(NORTHMOOR))
    one, two = (build_pack(result, each, as_of=DAY) for each in (pack, other))

    assert one.html != two.html
    assert one.pdf != two.pdf
    assert one.docx != two.docx


def test_steps_are_told() -> None:
    told: list[str] = []
    build_pack(result_of(example(NORTHMOOR)), small(), as_of=DAY, on_step=told.append)

    assert told == ["Composing the pack", "Drawing the page", "Setting the PDF", "Writing the Word document"]


@every_case
def test_no_number_stands_twice(case: str) -> None:
    numbers = [number for number in numbers_of(report(case)) if not number.startswith("(")]

    assert len(numbers) == len(set(numbers))
    assert all(numbers)
    assert all(text.strip() for text in texts_of(report(case)))
