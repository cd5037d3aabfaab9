"""Sets of linked records drawn by chance for tests: few people, codes of every list, dates at the edges of every window."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.linked.tables import linked_tables
from leftshift.population.scores.definitions import Score
from tests.library.people.made import AS_AT, arrow_of

Rows = dict[str, list[dict[str, Any]]]
EDGES = [
    date(2014, 4, 1), date(2014, 4, 2), date(2011, 4, 1), date(2011, 4, 2), date(2015, 4, 1), date(2015, 4, 2), date(2015, 10, 1),
    date(2016, 3, 1), date(2016, 3, 2), date(2016, 3, 31), AS_AT, date(2016, 4, 2), date(2003, 1, 1), date(2015, 10, 15),
]  # fmt: skip


def lists_for(scores: Sequence[Score], given: CodeLists) -> CodeLists:
    """A list of two codes for each that the scores name and nobody gives; some codes stand in two lists."""
    codes = dict(given.codes)
    wanted = sorted({key for score in scores for key in score.lists() if key not in given})
    for at, key in enumerate(wanted):
        codes[key] = {f"K{at:03}": False, f"K{at // 2:03}s": False}
    return CodeLists(codes)


def drawn_rows(seed: int, count: int, scores: Sequence[Score], lists: CodeLists) -> Rows:
    """Records of ``count`` people, with duplicates, late records, people who died, moved, or said no."""
    draw = random.Random(seed)
    by_system = {
        system: [*sorted({code for codes in lists.of(system).values() for code in codes}), "none"]
        for system in ("gp", "medicine", "icd10", "attendance")
    }
    days = [*EDGES, *(AS_AT - timedelta(days=draw.randrange(1, 2500)) for _ in range(20))]

    def when() -> dict[str, Any]:
        day = draw.choice(days)
        return {"event_date": day, "recorded_date": day + timedelta(days=draw.choice([0, 0, 0, 0, 30, 400]))}

    rows: Rows = {table: [] for table in linked_tables()}
    rows["practices"] = [
        {"practice": f"P{at}", "locality": f"L{at % 2}", "commissioner": "C1", "network": "N"}
        for at in range(3)
    ]
    for person in range(1, count + 1):
        _draw_person(draw, rows, person)
        _draw_care(draw, rows, person, by_system, when)
    for table in ("gp_events", "prescriptions", "diagnoses"):
        rows[table] += draw.choices(rows[table], k=len(rows[table]) // 10)
        draw.shuffle(rows[table])
    return {table: arrow_of(table, some).to_pylist() for table, some in rows.items()}


def _draw_stay(draw: random.Random, rows: Rows, person: int, codes: list[str], when: dict[str, Any]) -> None:
    stay = len(rows["admissions"]) + 1
    left = draw.choice([None, 0, 1, 4, 7, 14, 29])
    ended = None if left is None else when["event_date"] + timedelta(days=left)
    rows["admissions"].append(
        {
            "admission_id": stay,
            "person_id": person,
            "discharge_date": ended,
            "method": draw.choice(["11", "21", "2A", "31"]),
            **when,
        }
    )
    for position in range(1, draw.randrange(1, 6)):
        code = draw.choice(codes) + draw.choice(["", "", "9"])
        rows["diagnoses"].append(
            {"admission_id": stay, "person_id": person, "position": position, "code": code, **when}
        )


def _draw_person(draw: random.Random, rows: Rows, person: int) -> None:
    rows["persons"].append(
        {
            "person_id": person,
            "birth_date": date(draw.randrange(1920, 2012), 4, draw.choice([1, 2])),
            "sex": draw.choice("129"),
            "imd_score": draw.choice([None, 9.99, 10.0, 15.0, 25.0, 40.0, 50.0]),
            "death_date": draw.choice([None] * 9 + [AS_AT]),
        }
    )
    for at in range(draw.choice([1, 1, 2])):
        ended = draw.choice([None, None, None, AS_AT, date(2016, 3, 31)])
        rows["registrations"].append(
            {
                "person_id": person,
                "practice": f"P{draw.randrange(3)}",
                "from_date": date(2010, 1, 1 + at),
                "to_date": ended,
            }
        )
    if draw.random() < 0.05:
        rows["opt_outs"].append({"person_id": person})


def _draw_care(
    draw: random.Random,
    rows: Rows,
    person: int,
    by_system: dict[str, list[str]],
    when: Callable[[], dict[str, Any]],
) -> None:
    for _ in range(draw.randrange(0, 25)):
        value = draw.choice([None, 0.0, 1.0, 8.0, 12.9, 18.0, 25.0, 45.0, 59.9, 60.0, 129.0, 150.1])
        rows["gp_events"].append(
            {"person_id": person, "code": draw.choice(by_system["gp"]), "value": value, **when()}
        )
    some = draw.sample(by_system["medicine"], 3)
    for _ in range(draw.randrange(0, 15)):
        rows["prescriptions"].append({"person_id": person, "code": draw.choice(some), **when()})
    for _ in range(draw.randrange(0, 4)):
        _draw_stay(draw, rows, person, by_system["icd10"], when())
    for _ in range(draw.randrange(0, 4)):
        rows["attendances"].append(
            {
                "attendance_id": len(rows["attendances"]) + 1,
                "person_id": person,
                "code": draw.choice([None, *by_system["attendance"]]),
                **when(),
            }
        )
    if draw.random() < 0.3:
        rows["contacts"].append(
            {"person_id": person, "service": draw.choice(["community", "mental_health"]), **when()}
        )
    for day in draw.sample([date(2015, 4, 1), date(2016, 4, 1), date(2016, 4, 2)], draw.randrange(0, 3)):
        rows["outside_scores"].append(
            {
                "person_id": person,
                "score": "predicted_cost",
                "value": draw.choice([10.0, 20.0, 30.0, 40.0, 900.0]),
                "event_date": day,
                "system": "T",
            }
        )
