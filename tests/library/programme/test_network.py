"""Dates pushed along dependencies: by hand, against networkx, and against a slow obvious second implementation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.network import CircularDependencies, day_number, day_of, network
from leftshift.programme.programme import Programme
from leftshift.programme.statuses import Standing
from leftshift.programme.timing import agreed_dates, timetable
from leftshift.programme.work_rows import Change, Dependency, Milestone
from tests.library.programme.programmes import ABOUT, DAY, after, milestone, networks, programme

AS_OF = date(2025, 6, 1)


def test_a_slip_is_pushed_along() -> None:
    """Survey 30 days late: the build (60 days) begins when it is reached, the opening follows on the same day.

    Survey 1 May → 31 May; build 1 May + 60 days = 30 June → 31 May + 60 days = 30 July; opening with it.
    """
    found = timetable(
        programme(
            milestone("survey", date(2025, 5, 1), due=date(2025, 5, 31)),
            milestone("build", date(2025, 6, 30), begins=date(2025, 5, 1)),
            milestone("open", date(2025, 6, 30)),
            dependencies=(after("survey", "build"), after("build", "open")),
        ),
        date(2025, 4, 2),
    )
    assert [day_of(day) for day in found.expected] == [
        date(2025, 5, 31),
        date(2025, 7, 30),
        date(2025, 7, 30),
    ]
    assert found.slip.tolist() == [30, 30, 30]
    assert found.chain("open") == ["survey", "build", "open"]
    assert found.room.tolist() == [0, 0, 0]


def test_what_has_room_takes_up_a_slip() -> None:
    """Painting may end any day in the 40 days before the opening: 30 days late leaves it 10, and the opening stands."""
    found = timetable(
        programme(
            milestone("paint", date(2025, 5, 1), due=date(2025, 5, 31)),
            milestone("open", date(2025, 6, 10)),
            dependencies=(after("paint", "open"),),
        ),
        DAY,
    )
    assert found.slip.tolist() == [30, 0]
    assert found.room.tolist() == [10, 0]
    assert found.chain("open") == ["open"]
    assert found.critical.tolist() == [False, True]


def test_the_other_ends() -> None:
    """Start to start: testing (20 days) begins 5 days after building begins. Finish to finish: papers 3 days after testing."""
    found = timetable(
        programme(
            milestone("build", date(2025, 5, 31), begins=date(2025, 5, 1)),
            milestone("test", date(2025, 5, 10), begins=date(2025, 4, 20)),
            milestone("papers", date(2025, 5, 1)),
            dependencies=(
                after("build", "test", kind="start_to_start", lag_days=5),
                after("test", "papers", kind="finish_to_finish", lag_days=3),
            ),
        ),
        DAY,
    )
    # test begins 1 May + 5 = 6 May and takes 20 days: 26 May; papers follow on the 29th
    assert [day_of(day) for day in found.expected] == [
        date(2025, 5, 31),
        date(2025, 5, 26),
        date(2025, 5, 29),
    ]


def test_what_was_reached_stays_where_it_was() -> None:
    """Reached before what it waits for: the record is the record. What is open is not reached before today."""
    found = timetable(
        programme(
            milestone("first", date(2025, 5, 1)),
            milestone("second", date(2025, 5, 1), done=date(2025, 4, 20)),
            milestone("third", date(2025, 5, 2)),
            dependencies=(after("first", "second"), after("second", "third")),
        ),
        AS_OF,
    )
    assert [day_of(day) for day in found.expected] == [AS_OF, date(2025, 4, 20), AS_OF]


def test_an_approved_change_moves_what_was_agreed_and_not_the_plan() -> None:
    change = Change(
        change="later", project="work", milestone="open", what="Open later", why="A lease", new_due=date(2025, 8, 1),
        asked_by="Lead", asked_on=DAY, outcome="approved", decided_by="Board", decided_on=date(2025, 5, 15), minute="4(a)", **ABOUT,
    )  # fmt: skip
    whole = programme(milestone("open", date(2025, 7, 1)), changes=(change,))
    assert agreed_dates(whole, date(2025, 5, 14)) == {"open": date(2025, 7, 1)}
    assert agreed_dates(whole, date(2025, 5, 15)) == {"open": date(2025, 8, 1)}
    found = timetable(whole, AS_OF)
    assert (found.slip.tolist(), found.behind.tolist()) == ([31], [0])


@pytest.mark.parametrize("outcome", ["refused", "withdrawn", "open"])
def test_a_change_that_was_not_approved_moves_nothing(outcome: str) -> None:
    change = Change(
        change="later", project="work", milestone="open", what="Open later", why="A lease", new_due=date(2025, 8, 1), asked_by="Lead",
        asked_on=DAY, outcome=outcome, decided_by="Board", decided_on=date(2025, 5, 15), minute="4(a)", **ABOUT,  # type: ignore[arg-type]
    )  # fmt: skip
    whole = programme(milestone("open", date(2025, 7, 1)), changes=(change,))
    assert agreed_dates(whole, AS_OF) == {"open": date(2025, 7, 1)}


@pytest.mark.parametrize("lacking", ["decided_by", "decided_on", "minute"])
def test_an_approval_without_its_record_agrees_to_nothing(lacking: str) -> None:
    change = Change(
        change="later", project="work", milestone="open", what="Open later", why="A lease", new_due=date(2025, 8, 1),
        asked_by="Lead", asked_on=DAY, outcome="approved", decided_by="Board", decided_on=date(2025, 5, 15), minute="4(a)", **ABOUT,
    )  # fmt: skip
    unrecorded = replace(change, **{lacking: None if lacking == "decided_on" else ""})  # type: ignore[arg-type]
    whole = programme(milestone("open", date(2025, 5, 20)), changes=(unrecorded,))
    assert agreed_dates(whole, AS_OF) == {"open": date(2025, 5, 20)}
    assert Standing(whole, AS_OF).milestones["open"].overdue


def test_a_circle_is_named() -> None:
    rows = [milestone(name, DAY) for name in ("a", "b", "c", "d", "e")]
    edges = [after("a", "b"), after("b", "c"), after("c", "d"), after("d", "b"), after("d", "e")]
    with pytest.raises(CircularDependencies, match="b → c → d → b"):
        network(rows, edges)
    with pytest.raises(CircularDependencies, match="a → a"):
        network(rows, [after("a", "a")])


def test_what_has_begun_does_not_begin_again() -> None:
    """The work began in January, before the case that it waits for; its own forecast counts, and never less than the case.

    Baseline 1 April, forecast 1 October: 183 days behind the plan, whether or not the case stands before it.
    """
    rows = (
        milestone("case", date(2025, 3, 31), done=date(2025, 3, 31), evidence="Minute"),
        milestone("open", date(2025, 4, 1), begins=date(2025, 1, 1), due=date(2025, 10, 1)),
    )
    for edges in ((), (after("case", "open"),)):
        assert timetable(programme(*rows, dependencies=edges), DAY).slip.tolist() == [0, 183]
    late = (replace(rows[0], done=None, due=date(2025, 11, 1)), rows[1])
    found = timetable(programme(*late, dependencies=(after("case", "open"),)), DAY)
    assert day_of(found.expected[1]) == date(2025, 11, 1)
    assert found.chain("open") == ["case", "open"]


@pytest.mark.parametrize("done", [None, date(2025, 3, 1)])
def test_who_waits_for_a_begin_that_was_waits_no_longer(done: date | None) -> None:
    """Both began on 1 January; that the first takes longer than meant holds back nobody who waits for its begin."""
    whole = programme(
        milestone("first", date(2025, 1, 11), begins=date(2025, 1, 1), done=done, evidence="Seen"),
        milestone("second", date(2025, 4, 11), begins=date(2025, 1, 1)),
        dependencies=(after("first", "second", kind="start_to_start"),),
    )
    found = timetable(whole, DAY)
    assert day_of(found.expected[1]) == date(2025, 4, 11)
    assert found.slip[1] == 0
    assert found.room[0] == (10 if done is None else date(2025, 4, 11).toordinal() - done.toordinal())


def slow_finishes(
    whole: Programme, earliest: dict[str, int], days: dict[str, int], fixed: set[str]
) -> dict[str, int]:
    """Push dates until nothing moves: the obvious way."""
    begun = {
        row.milestone: day_number(
            row.begins if row.done is None or row.done > AS_OF else min(row.begins, row.done)
        )
        for row in whole.milestones
        if row.begins is not None and row.begins <= AS_OF
    }
    found = dict(earliest)
    moved = True
    while moved:
        moved = False
        for row in whole.dependencies:
            if row.after in fixed:
                continue
            start = found[row.before]
            if row.kind == "start_to_start":
                start = begun.get(row.before, start - days[row.before])
            takes = 0 if row.kind == "finish_to_finish" or row.after in begun else days[row.after]
            least = start + row.lag_days + takes
            if least > found[row.after]:
                found[row.after], moved = least, True
    return found


@given(networks())
def test_it_agrees_with_the_slow_way(whole: Programme) -> None:
    found = timetable(whole, AS_OF)
    names = found.network.names
    days = dict(zip(names, found.spans.days.tolist(), strict=True))
    done = {row.milestone for row in whole.milestones if row.done is not None and row.done <= AS_OF}
    earliest = {
        row.milestone: day_number(row.done)
        if row.milestone in done and row.done
        else day_number(max(row.due or row.baseline, AS_OF))
        for row in whole.milestones
    }
    assert dict(zip(names, found.expected.tolist(), strict=True)) == slow_finishes(
        whole, earliest, days, done
    )


@given(networks())
def test_room_is_what_a_milestone_may_slip(whole: Programme) -> None:
    """Whatever is open slips by its room and the end stays; by a day more and it does not."""
    found = timetable(whole, AS_OF)
    names = list(found.network.names)
    days = dict(zip(names, found.spans.days.tolist(), strict=True))
    done = {name for name, is_done in zip(names, found.is_done, strict=True) if is_done}
    open_names = [name for name in names if name not in done]
    if not open_names:
        return
    expected = dict(zip(names, found.expected.tolist(), strict=True))
    end = max(expected[name] for name in open_names)
    for name in open_names:
        room = int(found.room[names.index(name)])
        for extra, holds in ((0, True), (1, False)):
            moved = slow_finishes(whole, {**expected, name: expected[name] + room + extra}, days, done)
            assert (max(moved[each] for each in open_names) <= end) is holds


@given(networks())
def test_it_agrees_with_networkx(whole: Programme) -> None:
    """The longest path from a common beginning: edges weigh what lies between two finishes."""
    found = timetable(whole.with_tables(milestones=_undone(whole)), date(2025, 1, 1))
    graph: nx.DiGraph[str] = nx.DiGraph()
    for at, row in enumerate(found.milestones):
        graph.add_edge("begin", row.milestone, weight=day_number(row.due or row.baseline))
        for edge in (row_ for row_ in whole.dependencies if row_.after == row.milestone):
            weight = edge.lag_days + (0 if edge.kind == "finish_to_finish" else int(found.spans.days[at]))
            weight -= int(found.spans.days[found.at(edge.before)]) if edge.kind == "start_to_start" else 0
            known = graph.get_edge_data(edge.before, row.milestone, {"weight": weight})["weight"]
            graph.add_edge(edge.before, row.milestone, weight=max(weight, known))
    longest = {"begin": 0}
    for node in list(nx.topological_sort(graph))[1:]:
        longest[node] = max(longest[one] + data["weight"] for one, _, data in graph.in_edges(node, data=True))
    assert {name: int(found.expected[found.at(name)]) for name in found.network.names} == {
        name: day for name, day in longest.items() if name != "begin"
    }


def _undone(whole: Programme) -> list[Milestone]:
    return [replace(row, done=None) for row in whole.milestones]


@given(networks(), st.randoms())
def test_the_order_of_rows_does_not_matter(whole: Programme, random: Random) -> None:
    rows = list(whole.milestones)
    edges: list[Dependency] = list(whole.dependencies)
    random.shuffle(rows)
    random.shuffle(edges)
    one, other = (
        timetable(whole, AS_OF),
        timetable(whole.with_tables(milestones=rows, dependencies=edges), AS_OF),
    )
    assert {name: one.expected[one.at(name)] for name in one.network.names} == {
        name: other.expected[other.at(name)] for name in other.network.names
    }
    assert {name: one.room[one.at(name)] for name in one.network.names} == {
        name: other.room[other.at(name)] for name in other.network.names
    }


def test_a_day_and_its_number() -> None:
    assert [day_of(day_number(DAY + timedelta(days=days))) for days in (-40000, 0, 1)] == [
        DAY + timedelta(days=days) for days in (-40000, 0, 1)
    ]
