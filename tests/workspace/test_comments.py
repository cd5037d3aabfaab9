"""Comments and mentions: kept as said, seen by those who see the place, found by whom they mention."""

from __future__ import annotations

import html
import re

import pytest

from tests.workspace.conftest import Pages, account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
FIGURE = "/places/northmoor/why/position/2027-28/?organisation=RN1"


def about(page: str) -> str:
    """What the form of a page comments on."""
    found = re.search(r'name="about" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def say(who: Pages, words: str, address: str = FIGURE, **more: str) -> None:
    posted = {"words": words, "next": address, **more}
    if "answers" not in posted:
        posted["about"] = about(who.get(address))
    assert who.client.post("/places/northmoor/comments/", posted).status_code == 302


def test_a_comment_on_a_figure_stands_on_its_page_and_on_the_list() -> None:
    vera, asha = signed_in("vera"), signed_in("asha")
    say(vera, "Is <b>this</b> right?")

    assert "Is &lt;b&gt;this&lt;/b&gt; right?" in asha.get(FIGURE)
    listed = asha.get("/places/northmoor/comments/")
    assert "Position with the plan, Northmoor Hospitals NHS Trust, 2027/28" in listed
    assert "Is &lt;b&gt;this" not in asha.get("/places/northmoor/why/position/2027-28/")


def test_a_comment_on_a_row_outlives_its_place_in_the_file() -> None:
    asha = signed_in("asha")
    row = "/places/northmoor/inputs/contracts/3/2027-28/"
    say(asha, "Which year is this value of?", row)

    assert "Which year is this value of?" in asha.get(row)
    assert about(asha.get(row)) == "row|contracts|C02"


def test_an_answer_settles() -> None:
    vera, asha = signed_in("vera"), signed_in("asha")
    say(vera, "Why so low?")
    number = re.findall(r'name="answers" value="(\d+)"', asha.get(FIGURE))[0]
    say(asha, "Because of the block.", answers=number, do="settle")
    page = asha.get("/places/northmoor/comments/")

    assert "Because of the block." in page
    assert page.index("Settled") > page.index("app-said")


def test_who_is_mentioned_finds_it_and_others_do_not() -> None:
    account_of("bo")
    vera, bo, asha = signed_in("vera"), signed_in("bo"), signed_in("asha")
    bo.get("/mentions/")
    say(vera, "@bo please look; mail vera@northmoor.example, not @nobody. (@BO@northmoor.example)")

    first, second = bo.get("/mentions/"), bo.get("/mentions/")
    assert "please look" in first
    assert first.count(">New<") == 1
    assert ">New<" not in second
    assert "please look" not in asha.get("/mentions/")
    assert "please look" not in vera.get("/mentions/")


def test_an_outsider_is_neither_mentioned_nor_told() -> None:
    account_of("charlie")
    say(signed_in("vera"), "@charlie should not see this")

    assert "should not see" not in signed_in("charlie").get("/mentions/")
    posted = {"about": "plan", "words": "let me in"}
    assert signed_in("charlie").client.post("/places/northmoor/comments/", posted).status_code == 404


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_what_says_nothing_or_too_much_is_told(words: str) -> None:
    answer = signed_in("vera").client.post("/places/northmoor/comments/", {"about": "plan", "words": words})

    assert answer.status_code == 400
    assert "There is a problem" in answer.content.decode()


@pytest.mark.parametrize(
    "subject", ["", "figure|position|2027/28|NOBODY|", "figure|x|y|z|w", "row|contracts|C77", "row|x|C01", "other|a|b"]
)  # fmt: skip
def test_nothing_can_be_said_of_what_is_not_there(subject: str) -> None:
    posted = {"about": subject, "words": "x"}

    assert signed_in("vera").client.post("/places/northmoor/comments/", posted).status_code == 404


def test_nobody_is_sent_elsewhere_after_commenting() -> None:
    posted = {"about": "plan", "words": "x", "next": "https://elsewhere.example/"}

    answer = signed_in("vera").client.post("/places/northmoor/comments/", posted)
    assert answer["Location"] == "/places/northmoor/comments/"
