"""What waits for itself or stands below itself, through others: none of it could ever begin, or end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leftshift.programme.network import CircularDependencies, network
from leftshift.programme.programme import Programme

FILES = ("milestones.csv", "dependencies.csv", "bodies.csv", "papers.csv")
"""The files in which a circle can be closed."""


def circles_said(programme: Programme) -> Sequence[str]:
    """Each circle in words, with what to do."""
    boards = {row.body: (row.name, row.reports_to) for row in programme.bodies}
    papers = {row.paper: (row.title, row.supplement_to) for row in programme.papers}
    return [
        *_waiting(programme),
        *(f"{said} Let one of these boards report to another, or to none." for said in _rings(boards, "report to")),
        *(f"{said} Take out which paper one of these supplements." for said in _rings(papers, "supplement")),
    ]  # fmt: skip


def _waiting(programme: Programme) -> Iterator[str]:
    try:
        network(programme.milestones, programme.dependencies)
    except CircularDependencies as problem:
        names = [programme.milestone[each].name for each in problem.milestones]
        yield f"{names[0]} would wait for itself: {_chain(names)}. Remove one of these dependencies."


def _rings(above: Mapping[str, tuple[str, str]], verb: str) -> Iterator[str]:
    """``above`` gives for each short name its name and the short name of what it hangs on."""
    seen = set[str]()
    for start in above:
        path: list[str] = []
        at = start
        while at in above and at not in path and at not in seen:
            path.append(at)
            at = above[at][1]
        if at in path:
            names = [above[each][0] for each in path[path.index(at) :]]
            yield f"{names[0]} would {verb} itself: {_chain(names)}."
        seen.update(path)


def _chain(names: Sequence[str]) -> str:
    return " → ".join([*names, names[0]])
