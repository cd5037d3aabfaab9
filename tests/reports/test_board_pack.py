"""The pack of a board: the same page numbers in HTML and PDF, nothing issued ever renumbered, what is exempt apart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.packing import Piece, numbered, roman
from leftshift.programme.boards.reading_file import boards_from, read_boards
from leftshift.programme.boards.rows import Paper, PaperPart
from leftshift.reports.boards import (
    LaidOut,
    board_pack,
    has_exempt_part,
    lay_out,
    minutes_report,
    record_report,
    register_report,
)
from leftshift.reports.content import Table, texts_of
from leftshift.reports.html import html_of
from tests.library.programme.boards.tables import SAID, boards, body, item, meeting, seat
from tests.library.programme.boards.test_reading import sound_files
from tests.reports.reading import HTML, pages_of, parsed, squeezed, words_of

ROOT = Path(__file__).parents[2]
EXAMPLE = read_boards(ROOT / "examples" / "boards" / "prevention-board.toml")
ISSUED = date(2026, 3, 6)


def _long(number: int, words: str = "care") -> str:
    return "\n\n".join(
        f"Paragraph {at} of {number} says {words}. " + "Words of it. " * 40 for at in range(number)
    )


def _paper(name: str, length: int, *, words: str = "care", **more: object) -> list[Paper | PaperPart]:
    paper = Paper(**{"paper": name, "title": f"Paper {name}", **SAID, **more})
    return [paper, PaperPart(paper=name, part="background", text=_long(length, words), **SAID)]


def _board(*more: object) -> Boards:
    return boards(
        body(papers_days=4), meeting(issued_on=ISSUED, venue="Room 4"), seat("a"), seat("b"),
        item("1"), item("2", paper="first", kind="note"), item("3", paper="second", kind="note"),
        item("4", paper="secret", kind="decision", exempt=True, exempt_reason="affairs of a person"),
        *_paper("first", 14), *_paper("second", 9), *_paper("secret", 7, words="zanzibar", author="Xanthippe"),
        *more,
    )  # fmt: skip


SUPPLEMENT = _paper(
    "more", 30, supplement_to="first", issued_on=date(2026, 3, 9), late_reason="figures came late"
)
SECOND = _paper("again", 1, supplement_to="first", issued_on=date(2026, 3, 10))
BEFORE = _paper("early", 1, supplement_to="first", received_on=ISSUED)
UNDATED = _paper("some_day", 1, supplement_to="first")


def _paper_labels(laid: LaidOut) -> list[str]:
    """The number that each page of the PDF carries at its foot."""
    return [text.strip().splitlines()[-1].rpartition("Page ")[2].strip() for text in pages_of(laid.pdf)]


def _page_breaks(laid: LaidOut) -> list[str]:
    return [
        each.attrib["id"].removeprefix("page-")
        for each in parsed(laid.html).iter(HTML + "span")
        if each.attrib.get("role") == "doc-pagebreak"
    ]


def _begins_in_html(laid: LaidOut) -> dict[str, str]:
    """What begins on which page in HTML: the words of each heading, paragraph and caption, without white space."""
    page, found = "", dict[str, str]()
    for each in next(parsed(laid.html).iter(HTML + "main")).iter():
        if each.attrib.get("role") == "doc-pagebreak":
            page = each.attrib["id"].removeprefix("page-")
        elif each.tag.removeprefix(HTML) in {"h2", "h3", "p", "caption"}:
            found.setdefault(squeezed(words_of(each)), page)
    return found


def _check_the_same(laid: LaidOut) -> None:
    labels = _paper_labels(laid)
    assert labels == list(laid.labels) == _page_breaks(laid)
    pages = {label: squeezed(text) for label, text in zip(labels, pages_of(laid.pdf), strict=True)}
    begins = _begins_in_html(laid)
    assert len(begins) > 5
    for words, page in begins.items():
        start = words[:40]
        assert start in pages[page], (words[:60], page)
        if len(words) > 40:
            others = [label for label, text in pages.items() if start in text]
            assert others == [page], (start, others)


def test_page_numbers_are_the_same_in_html_and_pdf() -> None:
    laid = lay_out(board_pack(_board(), "met"))

    _check_the_same(laid)
    assert laid.labels[:3] == ("1", "2", "3")
    assert all(label.isdecimal() for label in laid.labels)


def test_a_supplement_takes_letters_and_moves_no_page() -> None:
    issued = lay_out(board_pack(_board(), "met"))
    once = lay_out(board_pack(_board(*SUPPLEMENT), "met"))
    twice = lay_out(board_pack(_board(*SUPPLEMENT, *SECOND), "met"))

    for laid in (once, twice):
        _check_the_same(laid)
    last = next(each.labels[-1] for each in issued.placed if each.piece.key == "first")
    labels = {each.piece.key: each.labels for each in twice.placed}
    assert labels["more"] == tuple(f"{last}{letter}" for letter in "ABCDEFGHIJ"[: len(labels["more"])])
    assert len(labels["more"]) > 1
    assert labels["again"] == (f"{last}{'ABCDEFGH'[len(labels['more'])]}",)
    # what was issued is there page for page, with the same number and the same words
    before = dict(zip(_paper_labels(issued), pages_of(issued.pdf), strict=True))
    for laid in (once, twice):
        after = dict(zip(_paper_labels(laid), pages_of(laid.pdf), strict=True))
        assert {label: after[label] for label in before} == before
    first = dict(zip(_paper_labels(once), pages_of(once.pdf), strict=True))
    then = dict(zip(_paper_labels(twice), pages_of(twice.pdf), strict=True))
    assert all(then[label] == text for label, text in first.items() if label != "i")
    order = [each.piece.key for each in twice.placed]
    assert order == ["added", "front", "first", "more", "again", "second"]
    assert "figures came late" in pages_of(twice.pdf)[0]


def test_a_supplement_that_is_issued_with_the_pack_is_a_part_of_it() -> None:
    laid = lay_out(board_pack(_board(*BEFORE), "met"))

    assert [each.piece.key for each in laid.placed] == ["front", "first", "early", "second"]
    assert all(label.isdecimal() for label in laid.labels)


def test_a_supplement_that_does_not_say_when_it_came_moves_no_page() -> None:
    issued, laid = lay_out(board_pack(_board(), "met")), lay_out(board_pack(_board(*UNDATED), "met"))

    assert [label for label in laid.labels if label.isdecimal()] == list(issued.labels)
    assert ("missing value", "issued_on") in {
        (fault.kind, fault.column) for fault in check_boards(_board(*UNDATED), ISSUED).faults
    }


def test_a_paper_that_comes_late_stands_in_its_place_with_letters() -> None:
    late = _paper("late", 1, issued_on=date(2026, 3, 10))
    given = _board(*late, item("2a", paper="late", kind="note", added_on=date(2026, 3, 10)))
    issued, laid = lay_out(board_pack(_board(), "met")), lay_out(board_pack(given, "met"))

    assert [each.piece.key for each in laid.placed] == ["added", "front", "first", "late", "second"]
    assert [label for label in laid.labels if label.isdecimal()] == list(issued.labels)
    assert "Item 2a was added" in " ".join(pages_of(laid.pdf)[0].split())
    before = dict(zip(_paper_labels(issued), pages_of(issued.pdf), strict=True))
    after = dict(zip(_paper_labels(laid), pages_of(laid.pdf), strict=True))
    assert {label: after[label] for label in before} == before


def test_the_exempt_part_is_a_document_with_numbers_of_its_own() -> None:
    given = _board(
        *_paper("secret_more", 1, words="zanzibar", supplement_to="secret", issued_on=date(2026, 3, 10))
    )
    laid = lay_out(board_pack(given, "met", exempt=True))

    _check_the_same(laid)
    assert [each.piece.key for each in laid.placed] == ["added", "front", "secret", "secret_more"]
    assert laid.labels[:3] == ("Ei", "E1", "E2")
    assert re.fullmatch(r"E\d+A", laid.labels[-1])
    assert "not for publication" in pages_of(laid.pdf)[1]


def _exempt_words(given: Boards, public: str) -> list[str]:
    """Every word of exempt papers that stands in a public text and in no public table."""
    hidden = [row for row in given.paper_parts if row.paper.startswith("secret") or row.exempt]
    words = {word for row in hidden for word in re.findall(r"[a-z]{5,}", row.text.lower())}
    words |= {"xanthippe", "zanzibar"}
    open_words = {
        word
        for row in [*given.paper_parts, *given.agenda, *given.papers]
        if row not in hidden and not getattr(row, "paper", "").startswith("secret")
        for word in re.findall(r"[a-z]{5,}", str(row).lower())
    }
    return sorted(word for word in words - open_words if word in public.lower())


def test_the_public_version_has_no_word_of_an_exempt_paper() -> None:
    part = PaperPart(
        paper="first", part="appendices", letter="a", text="Quixotic vermilion prices", exempt=True, **SAID
    )
    more = _paper("secret_more", 1, words="zanzibar", supplement_to="secret", issued_on=date(2026, 3, 10), late_reason="zanzibar")  # fmt: skip
    given = _board(part, *more)
    laid = lay_out(board_pack(given, "met"))
    public = laid.html + "".join(pages_of(laid.pdf))

    for text in (public, html_of(minutes_report(given, "met"))):
        assert _exempt_words(given, text) == []
        assert not re.search("quixotic|zanzibar|xanthippe|secret", text, re.IGNORECASE)
    # the title of the item and the reason are public, and the rest of the paper is
    assert "affairs of a person" in public
    assert "A part of this paper is exempt" in public
    apart = "".join(pages_of(lay_out(board_pack(given, "met", exempt=True)).pdf))
    assert "Quixotic vermilion prices" in apart
    assert "Xanthippe" in apart
    assert has_exempt_part(given, "met")


def test_exempt_bytes_do_not_depend_on_what_is_public_and_the_other_way_round() -> None:
    whole, without = _board(), _board(PaperPart(paper="secret", part="purpose", text="More", **SAID))

    assert lay_out(board_pack(whole, "met")).html == lay_out(board_pack(without, "met")).html
    assert lay_out(board_pack(whole, "met")).pdf == lay_out(board_pack(without, "met")).pdf


def test_a_meeting_moved_after_issue_says_so_on_a_page_of_its_own() -> None:
    met = meeting(issued_on=ISSUED, was=date(2026, 3, 12), moved_on=date(2026, 3, 9), date=date(2026, 3, 19))
    laid = lay_out(board_pack(replace(_board(), meetings=(met,)), "met"))

    assert laid.labels[0] == "i"
    assert "Moved from Thursday 12 March 2026 on Monday 9 March 2026." in pages_of(laid.pdf)[0]


@pytest.mark.parametrize("name", ["upb_2026_03", "hwb_2026_03", "upb_2026_04", "upb_2026_05"])
def test_the_packs_of_the_example(name: str) -> None:
    laid = lay_out(board_pack(EXAMPLE, name))

    assert _paper_labels(laid) == list(laid.labels) == _page_breaks(laid)
    assert laid.pdf == lay_out(board_pack(EXAMPLE, name)).pdf


def test_a_meeting_that_is_not_known_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="did you mean upb_2026_03"):
        board_pack(EXAMPLE, "upb_2026_03x")


def test_public_minutes_leave_out_what_is_exempt() -> None:
    public = " ".join(texts_of(minutes_report(EXAMPLE, "upb_2026_04")))
    whole = " ".join(texts_of(minutes_report(EXAMPLE, "upb_2026_04", exempt=True)))

    assert "second bid" not in public
    assert "one of the bidders" not in public
    assert "That the second bid is accepted." in whole
    assert "Chief officer, Harbour Care has an interest; left for the item." in public


def test_actions_of_an_exempt_item_are_not_in_public_minutes() -> None:
    actions = [
        ("3a", "Write the contract", "Lead", date(2026, 5, 1)),
        ("5a", "Tell the bidder", "Lead", None),
    ]
    public = " ".join(texts_of(minutes_report(EXAMPLE, "upb_2026_04", actions=actions)))

    assert "Write the contract" in public
    assert "Tell the bidder" not in public


def test_the_register_prints_no_sensitive_interest_and_nothing_needless() -> None:
    said = " ".join(texts_of(register_report(EXAMPLE, date(2026, 4, 10))))

    assert "Monday 9 February 2026, late" in said
    assert "A sensitive interest" in said
    assert "day services" not in said
    assert "biscuits" not in said


def test_the_record_has_forward_plan_decisions_and_attendance_and_nothing_exempt() -> None:
    report = record_report(EXAMPLE, date(2026, 4, 10))
    said = " ".join(texts_of(report))

    assert "Warm homes before winter" in said
    assert "b. That the service is paid for the outcomes in the paper." in said
    assert "second bid" not in said
    assert "Resolutions that are not for publication: 1." in said
    # she came to both meetings of the prevention board, and the fire service to one of them
    tables = {block.caption: block for block in report.sections[0].blocks if isinstance(block, Table)}
    shares = {row.cells[0].text: row.cells[-1].text for row in tables["Attendance"].rows}
    assert shares["Consultant in public health"] == "100%"
    assert shares["Head of community safety"] == "50%"
    # before the meeting in April nothing of it is told
    assert "outcomes in the paper" not in " ".join(texts_of(record_report(EXAMPLE, date(2026, 4, 8))))


LETTERS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 40)), max_size=6)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), LETTERS)
def test_labels_are_unique_in_order_and_never_move(base: list[int], later: list[tuple[int, int]]) -> None:
    issued = [Piece(f"p{at}", "paper", "") for at in range(len(base))]
    added = [
        Piece(f"s{at}", "supplement", "", after=f"p{where % len(base)}")
        for at, (where, _) in enumerate(later)
    ]
    counts = {f"p{at}": count for at, count in enumerate(base)} | {f"s{at}": count for at, (_, count) in enumerate(later)}  # fmt: skip

    before: dict[str, tuple[str, ...]] = {}
    for number in range(len(added) + 1):
        placed = numbered([*issued, *added[:number]], counts, exempt=False)
        labels = {each.piece.key: each.labels for each in placed}
        assert {key: labels[key] for key in before} == before
        flat = [label for each in placed for label in each.labels]
        assert len(flat) == len(set(flat)) == sum(counts[each.piece.key] for each in placed)
        assert [label for label in flat if label.isdecimal()] == [str(at + 1) for at in range(sum(base))]
        keys = [(int(re.match(r"\d+", label)[0]), len(label), label) for label in flat]  # type: ignore[index]
        assert keys == sorted(keys)
        before = labels


def test_roman_numbers() -> None:
    assert [roman(number) for number in (1, 4, 9, 14, 40)] == ["i", "iv", "ix", "xiv", "xxxx"]


@settings(max_examples=10)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.text(max_size=30))
def test_any_pack_has_the_same_pages_in_both_forms(lengths: list[int], words: str) -> None:
    items, papers = [], list[Paper | PaperPart]()
    for at, length in enumerate(lengths):
        items.append(item(str(at + 1), paper=f"p{at}", kind="note", title=words or "Item"))
        papers += _paper(f"p{at}", length)
    found = lay_out(board_pack(boards(body(), meeting(), seat("a"), *items, *papers), "met"))

    assert _paper_labels(found) == list(found.labels) == _page_breaks(found)


@settings(max_examples=10)
@given(sound_files())
def test_whatever_is_read_can_be_printed(text: str) -> None:
    found = boards_from(text)

    for met in found.held:
        for exempt in (False, True):
            labels = lay_out(board_pack(found, met.meeting, exempt=exempt)).labels
            assert len(set(labels)) == len(labels) > 0
        assert html_of(minutes_report(found, met.meeting))
    assert html_of(register_report(found, date(2026, 4, 10)))
    assert html_of(record_report(found, date(2026, 4, 10)))
