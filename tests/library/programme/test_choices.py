"""Appraisals and engagement: by hand, and what must hold whatever is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.appraising import Appraised, NoWeights, appraise
from leftshift.programme.boards.rows import Interest
from leftshift.programme.choice_rows import Appraisal, Conflict, Criterion, Option, Score, Scorer
from leftshift.programme.engagement_rows import Assessment, Engagement, Impact, Response, Theme
from leftshift.programme.engaging import Hidden, assessment_states, heard, suppressed
from leftshift.programme.programme import Programme
from tests.library.programme.programmes import ABOUT, programme

AS_OF = date(2025, 6, 15)


# ---------------------------------------------------------------------- appraisals
def appraisal(scores: dict[tuple[str, str, str], float], weights: dict[str, float], **more: Any) -> Programme:
    options = dict.fromkeys(option for option, _, _ in scores)
    scorers = [
        Scorer(appraisal="site", scorer=name, role="Scorer", **ABOUT)
        for name in dict.fromkeys(name for _, _, name in scores)
    ]
    more = {"scorers": scorers, **more}
    return programme(
        appraisals=(Appraisal(appraisal="site", name="Where to build", **more.pop("about", {}), **ABOUT),),
        criteria=[Criterion(appraisal="site", criterion=name, name=name, weight=Decimal(str(weight)), **ABOUT) for name, weight in weights.items()],
        options=[Option(appraisal="site", option=name, name=name, **ABOUT) for name in options],
        scores=[Score(appraisal="site", option=option, criterion=criterion, scorer=scorer, score=Decimal(str(value)), **ABOUT) for (option, criterion, scorer), value in scores.items()],
        **more,
    )  # fmt: skip


def conflict(scorer: str, option: str = "") -> Conflict:
    return Conflict(
        appraisal="site",
        scorer=scorer,
        option=option,
        kind="financial",
        what="Owns it",
        declared_on=AS_OF,
        **ABOUT,
    )


SCORES = {
    ("east", "quality", "ann"): 80.0, ("east", "quality", "bob"): 60.0, ("east", "cost", "ann"): 40.0, ("east", "cost", "bob"): 40.0,
    ("west", "quality", "ann"): 50.0, ("west", "quality", "bob"): 50.0, ("west", "cost", "ann"): 90.0, ("west", "cost", "bob"): 70.0,
}  # fmt: skip


def test_an_appraisal_by_hand() -> None:
    """Weights 3 and 1. East: (3 × 70 + 40) / 4 = 62.5; west: (3 × 50 + 80) / 4 = 57.5."""
    found = appraise(appraisal(SCORES, {"quality": 3, "cost": 1}), "site")
    assert [(row.option.option, row.total, row.rank) for row in found.ranking] == [
        ("east", 62.5, 1),
        ("west", 57.5, 2),
    ]
    cell = found.cell("east", "quality")
    assert (cell.low, cell.high, cell.deviation) == (60, 80, 10)


def test_equal_scores_share_a_rank() -> None:
    """Equal weights: east (70 + 40) / 2 = 55 = west when west's cost is 60."""
    scores = SCORES | {("west", "cost", "ann"): 60.0, ("west", "cost", "bob"): 60.0}
    found = appraise(appraisal(scores, {"quality": 1, "cost": 1}), "site")
    assert [(row.rank, row.tied) for row in found.ranking] == [(1, ("west",)), (1, ("east",))]
    assert found.first == ("east", "west")


def test_a_missing_score_is_said_and_never_made_up() -> None:
    scores = {key: value for key, value in SCORES.items() if key[:2] != ("west", "cost")}
    found = appraise(appraisal(scores, {"quality": 3, "cost": 1}), "site")
    assert found.ranking[1].why_not == "no score counts for cost"
    assert (found.ranking[1].rank, found.first) == (None, ("east",))
    # what weighs nothing need not be scored, and takes no part under any weights that are tried
    found = appraise(appraisal(scores, {"quality": 3, "cost": 0}), "site")
    assert found.ranking[1].rank == 2
    assert found.stability(1) == {"east": 1.0, "west": 0.0}
    assert {tried.first for tried in found.tried} == {("east",)}


def test_scores_off_the_scale_and_of_nobody_who_scores_do_not_count() -> None:
    """East has 70 for quality of two; 900 of 100, and 100 of somebody unknown, change nothing and are kept beside it."""
    scores = SCORES | {("west", "quality", "cyd"): 900.0, ("west", "cost", "dot"): 100.0}
    scorers = [
        Scorer(appraisal="site", scorer=name, role="Scorer", **ABOUT) for name in ("ann", "bob", "cyd")
    ]
    whole = appraisal(scores, {"quality": 3, "cost": 1}, scorers=scorers)
    found = appraise(whole, "site")
    assert [(row.option.option, row.total) for row in found.ranking] == [("east", 62.5), ("west", 57.5)]
    assert [row.scorer for row in found.cell("west", "quality").excluded] == ["cyd"]
    assert [row.scorer for row in found.cell("west", "cost").excluded] == ["dot"]
    assert {(fault.kind, fault.column) for fault in whole.check(AS_OF).faults} >= {
        ("score off the scale", "score"),
        ("unknown scorer", "scorer"),
    }


def test_a_scorer_who_is_no_member_is_told() -> None:
    scorer = Scorer(appraisal="site", scorer="ann", role="Member", member="an_of_board", **ABOUT)
    whole = appraisal(SCORES, {"quality": 3, "cost": 1}, scorers=(scorer,))
    assert ("unknown member", "member") in {(fault.kind, fault.column) for fault in whole.check(AS_OF).faults}


def test_weights_of_nought_are_answered() -> None:
    found = appraise(appraisal(SCORES, {"quality": 0, "cost": 0}), "site")
    with pytest.raises(NoWeights, match="every criterion weighs 0"):
        _ = found.ranking


def test_who_has_a_conflict_does_not_score() -> None:
    """Without Ann, east's quality is Bob's 60: (3 × 60 + 40) / 4 = 55, and west is first with 57.5."""
    whole = appraisal(SCORES, {"quality": 3, "cost": 1}, conflicts=(conflict("ann", "east"),))
    found = appraise(whole, "site")
    assert [(row.option.option, row.total) for row in found.ranking] == [("west", 57.5), ("east", 55.0)]
    assert [row.scorer for row in found.cell("east", "quality").excluded] == ["ann"]
    everywhere = appraise(
        appraisal(SCORES, {"quality": 3, "cost": 1}, conflicts=(conflict("ann"), conflict("bob"))), "site"
    )
    assert everywhere.first == ()
    assert everywhere.stability(1) == {}


values = st.sampled_from([0.0, 25.0, 40.0, 50.0, 75.0, 100.0])


@given(
    st.lists(values, min_size=12, max_size=12),
    st.lists(st.integers(0, 5), min_size=2, max_size=2).filter(any),
    st.integers(0, 3),
)
def test_a_ranking_agrees_with_the_slow_way(numbers: list[float], weights: list[int], seed: int) -> None:
    keys = [
        (option, criterion, scorer)
        for option in ("a", "b", "c")
        for criterion in ("x", "y")
        for scorer in ("ann", "bob")
    ]
    scores = dict(zip(keys, numbers, strict=True))
    found: Appraised = appraise(appraisal(scores, dict(zip(("x", "y"), weights, strict=True))), "site")
    totals = {
        option: sum(
            weight * (scores[option, criterion, "ann"] + scores[option, criterion, "bob"]) / 2
            for criterion, weight in zip(("x", "y"), weights, strict=True)
        )
        for option in "abc"
    }
    for row in found.ranking:
        better = [one for one in totals if totals[one] > totals[row.option.option] + 1e-6]
        assert row.rank == len(better) + 1
    stability = found.stability(seed, 200)
    assert sum(stability.values()) == pytest.approx(1)
    assert stability == found.stability(seed, 200)


def test_another_choice_than_the_first_needs_its_reason() -> None:
    found = appraise(appraisal(SCORES, {"quality": 3, "cost": 1}, about={"chosen": "west"}), "site")
    assert found.departs == "no reason is recorded"
    said = replace(found, appraisal=replace(found.appraisal, because="East floods"))
    assert said.departs == "East floods"


# ---------------------------------------------------------------------- engagement
def test_small_numbers_cannot_be_worked_out() -> None:
    """3 of 40 may not be shown; as the total is, 12, the smallest other, is hidden with it."""
    numbers = {
        ("buses", "young"): 3,
        ("buses", "old"): 25,
        ("buses", "carers"): 12,
        ("doors", "young"): 0,
        ("doors", "old"): 9,
    }
    assert suppressed(numbers) == Hidden(frozenset({("buses", "young"), ("buses", "carers")}), frozenset())


@pytest.mark.parametrize(
    ("row", "hidden", "total"),
    [
        ((3, 2, 12), (0, 1), True),  # 5 in two: 1 and 4, or 2 and 3
        ((1, 1, 50), (0, 1, 2), True),  # 2 in two can only be 1 and 1: one more is hidden
        ((4, 4, 50), (0, 1, 2), True),  # 8 in two can only be 4 and 4
        (
            (1, 5, 5, 9),
            (0, 1, 2, 3),
            True,
        ),  # 6 with one that is no less than 5 can only be 1 and 5; 11 only 1, 5 and 5
        ((4, 4, 0), (0, 1), False),  # nothing is left to hide but the total
        ((3,), (0,), False),
    ],
)
def test_what_is_hidden_could_be_more_than_one_thing(
    row: tuple[int, ...], hidden: tuple[int, ...], total: bool
) -> None:
    found = suppressed({("buses", str(at)): number for at, number in enumerate(row)})
    assert found.cells == {("buses", str(at)) for at in hidden}
    assert ("buses" not in found.totals) is total


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_nobody_can_work_out_a_small_number(row: list[int]) -> None:
    """Every way to fill what is hidden: small ones from 1 to 4, others from 5, to the same total."""
    found = suppressed({("buses", str(at)): number for at, number in enumerate(row)})
    hidden = [number for at, number in enumerate(row) if ("buses", str(at)) in found.cells]
    assert all(("buses", str(at)) in found.cells for at, number in enumerate(row) if 0 < number < 5)
    if not hidden or "buses" in found.totals:
        return
    ranges = [range(1, 5) if number < 5 else range(5, sum(hidden) + 1) for number in hidden]
    ways = [way for way in product(*ranges) if sum(way) == sum(hidden)]
    for at, number in enumerate(hidden):
        assert number >= 5 or len({way[at] for way in ways}) > 1


def test_what_is_published_of_an_engagement() -> None:
    whole = programme(
        themes=(Theme(theme="buses", name="Buses are rare", **ABOUT),),
        engagements=(
            Engagement(
                engagement="hall",
                name="Meeting",
                asked="Everybody",
                channel="A hall",
                begins=AS_OF,
                ends=AS_OF,
                **ABOUT,
            ),
        ),
        responses=[
            Response(engagement="hall", group=group, theme="buses", number=number, supportive=yes, **ABOUT)
            for group, number, yes in (("young", 3, 1), ("old", 25, 20), ("carers", 12, 12))
        ],
    )
    found = heard(whole)[0].themes[0]
    assert found.groups == {"young": None, "old": 25, "carers": None}
    assert (found.total, found.supportive) == (40, 33)


def test_an_assessment_says_what_it_lacks() -> None:
    made = Assessment(assessment="beds", name="Beds", assessor="Lead", assessed_on=AS_OF, **ABOUT)
    impacts = [
        Impact(assessment="beds", characteristic="age", effect="negative", evidence="Stays", **ABOUT),
        Impact(assessment="beds", characteristic="sex", effect="none", **ABOUT),
    ]
    lacks = assessment_states(programme(assessments=(made,), impacts=impacts))[0].lacks
    assert "nothing is said of disability" in lacks
    assert "age: a negative effect needs a mitigation with an owner and a date" in lacks
    assert "sex: neither evidence, nor why there is none" in lacks
    assert len(lacks) == 9  # seven characteristics unsaid, and two that fall short
    none = replace(made, not_needed_because="It reports figures")
    assert assessment_states(programme(assessments=(none,)))[0].is_whole


@pytest.mark.parametrize("concerns", ["New East Wing", "new_east_wing", "new-east  wing; other"])
def test_a_name_meets_however_its_words_are_parted(concerns: str) -> None:
    shares = Interest(
        interest="shares", body="board", member="ann_of_board", kind="financial", what="Shares", concerns=concerns, since=date(2024, 1, 1), **ABOUT,
    )  # fmt: skip
    scorers = [
        Scorer(appraisal="site", scorer=name, role="Member", member=f"{name}_of_board", **ABOUT)
        for name in ("ann", "bob")
    ]
    whole = appraisal(
        SCORES, {"quality": 1, "cost": 1}, about={"held_on": AS_OF}, interests=(shares,), scorers=scorers
    )
    whole = whole.with_tables(
        options=[
            replace(row, name="New East wing" if row.option == "east" else row.name) for row in whole.options
        ]
    )
    assert [(row.scorer, row.option) for row in appraise(whole, "site").conflicts] == [("ann", "east")]


@pytest.mark.parametrize(("ended", "first"), [(None, "west"), (date(2025, 6, 14), "east"), (AS_OF, "west")])
def test_the_register_of_interests_keeps_a_member_from_scoring(ended: date | None, first: str) -> None:
    """Ann is a member whose shares concern east: without her, west is first; where she sold them before, east is."""
    shares = Interest(
        interest="shares", body="board", member="ann_of_board", kind="financial", what="Shares", concerns="east; other",
        since=date(2024, 1, 1), declared_on=date(2024, 1, 2), ended=ended, **ABOUT,
    )  # fmt: skip
    scorers = (
        Scorer(appraisal="site", scorer="ann", role="Member", member="ann_of_board", **ABOUT),
        Scorer(appraisal="site", scorer="bob", role="Scorer", **ABOUT),
    )
    whole = appraisal(
        SCORES, {"quality": 3, "cost": 1}, about={"held_on": AS_OF}, interests=(shares,), scorers=scorers
    )
    assert appraise(whole, "site").first == (first,)


@pytest.mark.parametrize(("numbers", "shown"), [(((20, 18), (20, 2)), 20), (((20, 20), (20, 17)), None), (((20, 2), (20, 1)), None), (((3, 3),), None)])  # fmt: skip
def test_how_many_were_in_favour_is_not_shown_where_it_gives_few_away(
    numbers: tuple[tuple[int, int], ...], shown: int | None
) -> None:
    """Of 40, 37 in favour are 3 who were not; 3 in favour are 3."""
    whole = programme(
        themes=(Theme(theme="buses", name="Buses are rare", **ABOUT),),
        engagements=(
            Engagement(
                engagement="hall",
                name="Meeting",
                asked="Everybody",
                channel="A hall",
                begins=AS_OF,
                ends=AS_OF,
                **ABOUT,
            ),
        ),
        responses=[
            Response(
                engagement="hall", group=f"group {at}", theme="buses", number=number, supportive=yes, **ABOUT
            )
            for at, (number, yes) in enumerate(numbers)
        ],
    )
    assert heard(whole)[0].themes[0].supportive == shown
