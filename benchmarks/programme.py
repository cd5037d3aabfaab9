"""A programme of 300 projects, 5,000 milestones and 2,000 risks: dates and critical path anew, and its overview.

The first table holds the critical path to networkx: both begin with the same arrays of edges and days, and find the
earliest and latest day of every milestone. The second sets what the overview page needs beside reading the tables. The page
itself, beside an empty page of the same server, is timed by `python -m benchmarks.programme_page`.

    OMP_NUM_THREADS=1 python -m benchmarks.programme [PROJECTS]
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

import networkx as nx
import numpy as np

from benchmarks.timing import in_turns, show
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.network import Network, Spans, Timetable
from leftshift.programme.programme import Programme, read_programme_texts
from leftshift.programme.timing import timetable
from leftshift.reports.programme.blocks import overview

PROJECTS, MILESTONES, RISKS, REPEATS = 300, 5000, 2000, 7
AS_OF = date(2026, 6, 1)
_BY = "An invented benchmark,assumed"


def programme_texts(projects: int = PROJECTS) -> dict[str, str]:
    """The tables of an invented programme; milestones and risks in proportion to its projects."""
    draw = np.random.default_rng(11)
    milestones, risks = projects * MILESTONES // PROJECTS, projects * RISKS // PROJECTS
    texts = {
        "programme.toml": '[programme]\ncode = "bench"\nname = "An invented programme"\n',
        "objectives.csv": f"objective,name,source,basis\nhome,Care at home,{_BY}\n",
        "workstreams.csv": "workstream,name,objective,owner,source,basis\n"
        + "".join(f"w{at},Workstream {at},home,Director {at},{_BY}\n" for at in range(10)),
        "projects.csv": "project,name,workstream,owner,source,basis\n"
        + "".join(f"p{at},Project {at},w{at % 10},Lead {at},{_BY}\n" for at in range(projects)),
    }
    begun = [date(2025, 1, 1) + timedelta(days=int(day)) for day in draw.integers(0, 900, milestones)]
    rows, edges = [], dict[tuple[int, int], str]()
    for at, first in enumerate(begun):
        baseline = first + timedelta(days=int(draw.integers(5, 90)))
        due = baseline + timedelta(days=int(draw.integers(-10, 60)))
        done = due if due < AS_OF and draw.random() < 0.9 else None
        rows.append(
            f"m{at},Milestone {at},p{at % projects},{first},{baseline},{first},{max(first, due)},{done or ''},A paper,{_BY}\n"
        )
        earlier = at - projects * int(draw.integers(1, 4))
        if earlier >= 0:
            edges[earlier, at] = f"m{earlier},m{at},{int(draw.integers(0, 10))},{_BY}\n"
        if at > 50 and draw.random() < 0.4:
            other = int(draw.integers(0, at - 40))
            edges.setdefault((other, at), f"m{other},m{at},0,{_BY}\n")
    texts["milestones.csv"] = (
        "milestone,name,project,baseline_begins,baseline,begins,due,done,evidence,source,basis\n"
        + "".join(rows)
    )
    texts["dependencies.csv"] = "before,after,lag_days,source,basis\n" + "".join(edges.values())
    texts["risks.csv"] = (
        "risk,cause,event,effect,threatens_kind,threatens,owner,response,raised,review,source,basis\n"
        + "".join(
            f"r{at},A cause,Event {at},An effect,project,p{at % projects},Lead {at % projects},treat,2025-01-01,2026-0{at % 9 + 1}-15,{_BY}\n"
            for at in range(risks)
        )
    )
    scored = draw.integers(1, 6, (risks, 2))
    texts["risk_scores.csv"] = "risk,stage,scored_on,likelihood,impact,source,basis\n" + "".join(
        f"r{at},current,2026-01-01,{one},{other},{_BY}\n" for at, (one, other) in enumerate(scored.tolist())
    )
    return texts


def programme_of(texts: dict[str, str]) -> Programme:
    """The programme of the texts, which has no fault."""
    read = read_programme_texts(texts)
    assert read.programme is not None, read.faults
    assert not read.faults, list(read.faults)[:3]
    return read.programme


def ours(found: Timetable, earliest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every milestone's earliest finish and room, from the arrays."""
    net, nothing = found.network, np.zeros(len(found.network.names), dtype=bool)
    spans = Spans.of_days(found.spans.days)
    finish = net.forward(earliest, spans, nothing)
    end = np.full(len(net.names), finish.max())
    return finish, net.backward(spans, end, nothing) - finish


def theirs(net: Network, days: np.ndarray, earliest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same by networkx: a graph of the same edges, in topological order there and back."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(net.names)))
    for before, after, lag in zip(net.before.tolist(), net.after.tolist(), net.lag.tolist(), strict=True):
        weight = max(lag, graph.get_edge_data(before, after, {"weight": lag})["weight"])
        graph.add_edge(before, after, weight=weight)
    order, finish, length = list(nx.topological_sort(graph)), earliest.tolist(), days.tolist()
    for node in order:
        for one, _, data in graph.in_edges(node, data=True):
            finish[node] = max(finish[node], finish[one] + data["weight"] + length[node])
    latest = [max(finish)] * len(finish)
    for node in reversed(order):
        for _, other, data in graph.out_edges(node, data=True):
            latest[node] = min(latest[node], latest[other] - length[other] - data["weight"])
    return np.array(finish), np.array(latest) - np.array(finish)


def main() -> None:
    """Print the ratios."""
    projects = int(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS
    texts = programme_texts(projects)
    whole = programme_of(texts)
    found = timetable(whole, AS_OF)
    earliest = found.expected.copy()
    for one, other in zip(
        ours(found, earliest), theirs(found.network, found.spans.days, earliest), strict=True
    ):
        assert (one == other).all()
    print(
        f"{projects} projects, {len(whole.milestones)} milestones, {len(whole.dependencies)} dependencies, {len(whole.risks)} risks\n"
    )
    times = in_turns(
        {
            "networkx": lambda: theirs(found.network, found.spans.days, earliest),
            "critical path anew, from arrays": lambda: ours(found, earliest),
            "everything of the timetable, from rows": lambda: timetable(whole, AS_OF).critical,
        },
        repeats=REPEATS,
    )
    show(times, beside="networkx")
    print()
    times = in_turns(
        {
            "reading and checking the tables": lambda: programme_of(texts),
            "the blocks of the overview": lambda: list(overview(CheckedProgramme(whole, AS_OF), None)),
            "the whole check, faults and all": lambda: CheckedProgramme(whole, AS_OF).document(),
        },
        repeats=3,
    )
    show(times, beside="reading and checking the tables")


if __name__ == "__main__":
    main()
