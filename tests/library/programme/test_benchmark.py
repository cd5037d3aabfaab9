"""The benchmark of programmes: the two ways to a critical path agree; how fast either is, no test asks."""

from __future__ import annotations

from benchmarks.programme import AS_OF, ours, programme_of, programme_texts, theirs
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.timing import timetable


def test_the_critical_path_is_that_of_networkx() -> None:
    whole = programme_of(programme_texts(20))
    found = timetable(whole, AS_OF)
    assert len(whole.dependencies) > 300
    earliest = found.expected.copy()
    for one, other in zip(
        ours(found, earliest), theirs(found.network, found.spans.days, earliest), strict=True
    ):
        assert one.tolist() == other.tolist()


def test_the_programme_of_the_benchmark_has_something_of_everything() -> None:
    checked = CheckedProgramme(programme_of(programme_texts(20)), AS_OF)
    statuses = {status.rag for status in checked.standing.milestones.values()}
    assert statuses >= {"complete", "green", "red"}
    assert len(checked.slips) > 50
    assert len(checked.register.open) == 20 * 2000 // 300
    assert checked.overdue
