"""Small programmes for tests, and strategies for larger ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from leftshift.programme.programme import Programme
from leftshift.programme.work_rows import (
    Dependency,
    Milestone,
    Objective,
    Project,
    ProjectIntervention,
    Workstream,
)

ABOUT: dict[str, Any] = {"source": "Made for a test", "basis": "assumed"}
DAY = date(2025, 4, 1)


def milestone(name: str, baseline: date, /, **more: Any) -> Milestone:
    """A milestone of the project ``work``."""
    given = {"name": name.capitalize(), "project": "work", **more}
    return Milestone(milestone=name, baseline=baseline, **given, **ABOUT)


def after(before: str, name: str, **more: Any) -> Dependency:
    """A milestone that waits for another."""
    return Dependency(before=before, after=name, **more, **ABOUT)


def programme(*milestones: Milestone, **tables: Any) -> Programme:
    """One objective, one workstream, one project, and its milestones."""
    whole = Programme(
        "test-programme",
        "A programme for a test",
        objectives=(Objective(objective="better", name="Better care", **ABOUT),),
        workstreams=(
            Workstream(workstream="home", name="Home", objective="better", owner="Director", **ABOUT),
        ),
        projects=(Project(project="work", name="Work", workstream="home", owner="Lead", **ABOUT),),
        milestones=milestones,
    )
    return whole.with_tables(**tables)


def delivers(intervention: str) -> ProjectIntervention:
    """The project ``work`` delivers an intervention."""
    return ProjectIntervention(project="work", intervention=intervention, **ABOUT)


@st.composite
def networks(draw: st.DrawFn, most: int = 12) -> Programme:
    """Milestones with dependencies that never come round, of every kind, with lags, slips and what was reached."""
    count = draw(st.integers(1, most))
    found = []
    for number in range(count):
        baseline = DAY + timedelta(days=draw(st.integers(0, 200)))
        before, beyond = draw(st.none() | st.integers(0, 60)), draw(st.none() | st.integers(-20, 90))
        begins = None if before is None else baseline - timedelta(days=before)
        due = None if beyond is None else baseline + timedelta(days=beyond)
        done = draw(st.none() | st.integers(0, 100).map(lambda days: DAY + timedelta(days=days)))
        if begins is not None and due is not None:
            due = max(begins, due)
        found.append(milestone(f"m{number}", baseline, begins=begins, due=due, done=done))
    edges: dict[tuple[str, str, str], Dependency] = {}
    for _ in range(draw(st.integers(0, 2 * count))):
        if count < 2:
            break
        last = draw(st.integers(1, count - 1))
        first = draw(st.integers(0, last - 1))
        kind: Any = draw(st.sampled_from(["finish_to_start", "start_to_start", "finish_to_finish"]))
        row = after(f"m{first}", f"m{last}", kind=kind, lag_days=draw(st.integers(-5, 20)))
        edges[row.before, row.after, kind] = row
    order = draw(st.permutations(found))
    return programme(*order, dependencies=tuple(edges.values()))
