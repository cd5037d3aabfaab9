"""From a cohort to the plan: rows of the tables of a place for cohorts, risk groups, staff of teams and measures.

Rows come from protected counts, and from sums to which enough people add; what is hidden is no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from leftshift.foundation.reading_toml import TomlReader, TomlTable, toml_reader
from leftshift.population.cohorts.counting import CohortCounts
from leftshift.population.cohorts.selecting import membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.counts import EMERGENCY
from leftshift.population.facts.reaching import months_before, seen
from leftshift.population.privacy.disclosure import shown_count
from leftshift.population.privacy.rounding import told_value

Rows = dict[str, list[dict[str, Any]]]
OWNER = "Lead of the integrated teams"
_YEAR = 12
_PER = 1_000
_IN_YEAR = "_in_year"
_MEASURES = {
    "emergency_admissions": "Emergency admissions in the year",
    "attendances": "Attendances at emergency departments in the year",
}


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """A group of risk: the value of the score that puts people into it, and its share of a target."""

    name: str
    title: str
    value: float
    target_percent: float


@dataclass(frozen=True, slots=True)
class TeamStaff:
    """How many people of the cohort one whole-time equivalent looks after, and whose staff it is: each commissioner's, or all of one."""

    staff_group: str
    people_per_wte: float
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Teams:
    """How a cohort becomes rows of a plan."""

    name: str
    source: str
    dated: date
    plan: str
    intervention: str
    risk_score: str
    risk_groups: tuple[RiskGroup, ...]
    staff: tuple[TeamStaff, ...]


@cache
def packaged_teams() -> Teams:
    """The teams of the example place."""
    text = resources.files("leftshift.population.cohorts").joinpath("teams.toml").read_text("utf-8")
    return _teams(toml_reader(text, "teams.toml"))


def read_teams(path: Path) -> Teams:
    """Teams of a site's own. Raises FaultsFound with all faults."""
    return _teams(toml_reader(path.read_text("utf-8-sig"), path.name))


def _teams(reader: TomlReader) -> Teams:
    table = reader.table
    table.known(
        ("name", "title", "source", "dated", "plan", "intervention", "risk_score", "risk_groups", "staff")
    )
    groups = tuple(_group(given) for given in table.tables("risk_groups"))
    staff = tuple(_team_staff(given) for given in table.tables("staff"))
    found = Teams(
        table.text("name", needed=True),
        table.text("source", needed=True),
        table.day("dated") or date(1, 1, 1),
        table.text("plan", needed=bool(groups)),
        table.text("intervention", needed=bool(staff)),
        table.text("risk_score", needed=bool(groups)),
        groups,
        staff,
    )
    reader.faults.raise_if_any()
    return found


def _group(given: TomlTable) -> RiskGroup:
    given.known(("name", "title", "value", "target_percent"))
    return RiskGroup(
        given.text("name", needed=True),
        given.text("title"),
        float(given.number("value") or 0),
        float(given.number("target_percent") or 0),
    )


def _team_staff(given: TomlTable) -> TeamStaff:
    given.known(("staff_group", "people_per_wte", "organisation"))
    return TeamStaff(
        given.text("staff_group", needed=True), _positive(given, "people_per_wte"), given.text("organisation")
    )


def _positive(given: TomlTable, name: str) -> float:
    value = given.number(name) if name in given else None
    if value is None or value <= 0:
        given.refuse("number too small", name, "a number above nothing", "Correct it", found=value or "")
        return 1.0
    return float(value)


@dataclass(frozen=True, slots=True)
class PlaceRows:
    """Rows by table of a place, and how many people are of no group of risk that the teams name, as it may be shown."""

    tables: Rows
    without_group: int


def rows_for_place(
    engine: Engine,
    people: ir.Table,
    records: Mapping[str, ir.Table],
    counts: CohortCounts,
    teams: Teams,
    as_at: date,
    source: str,
) -> PlaceRows:
    """Rows of a place: cohorts, risk_groups, workforce_effects, measures, measure_definitions and observations.

    ``source`` says which run they come from; all of them are ``derived``.
    """
    used = _used(engine, people, records, teams, as_at)
    drawn: Rows = {
        "cohorts": [
            {"commissioner": row["commissioner"], "locality": row["locality"], "people": row["people"]}
            for row in counts.by("locality").to_dicts()
            if row["people"]
        ],
        "risk_groups": list(_risk_rows(used, teams)),
        "workforce_effects": list(_staff_rows(counts, teams)),
        **_measures(engine, used, counts, as_at),
    }
    tables = {
        table: [{**row, "source": _source(table, source, teams), "basis": "derived"} for row in rows]
        for table, rows in drawn.items()
        if rows
    }
    return PlaceRows(tables, _without_group(engine, used, teams))


def _source(table: str, source: str, teams: Teams) -> str:
    return f"{source}. {teams.source}" if table in ("workforce_effects", "risk_groups") else source


def _used(
    engine: Engine, people: ir.Table, records: Mapping[str, ir.Table], teams: Teams, as_at: date
) -> ir.Table:
    """Everybody with what they used in the year to the date and in the last financial year, and their group of risk."""
    stays, visits = (seen(records[name], as_at).distinct() for name in ("admissions", "attendances"))
    stays = stays.filter(stays.method.startswith(EMERGENCY))
    spans = {"": (months_before(as_at, _YEAR), as_at), _IN_YEAR: financial_year(as_at)}
    scores = seen(records["outside_scores"], as_at)
    scores = scores.filter(scores.score == teams.risk_score)
    risks = scores.group_by("person_id").agg(risk=scores.value.argmax(scores.event_date))
    wide = people.select("person_id", "commissioner")
    parts = (
        _in_spans(stays, "emergency_admissions", spans),
        _in_spans(visits, "attendances", spans),
        risks,
        people.select(
            "person_id", **{name: people[name] for name in people.columns if name.startswith("in_")}
        ),
    )
    for part in parts:
        wide = wide.left_join(part, "person_id").drop("person_id_right")
    filled = {f"{name}{span}": wide[f"{name}{span}"].fill_null(0) for name in _MEASURES for span in spans}
    return engine.keep(wide.mutate(**filled), "used")


def _in_spans(rows: ir.Table, name: str, spans: Mapping[str, tuple[date, date]]) -> ir.Table:
    """How many rows each person has after the first day of a span and up to the second."""
    return rows.group_by("person_id").agg(
        **{
            f"{name}{span}": rows.count(where=(rows.event_date > after) & (rows.event_date <= until))
            for span, (after, until) in spans.items()
        }
    )


def _without_group(engine: Engine, used: ir.Table, teams: Teams) -> int:
    if not teams.risk_groups:
        return 0
    known = used.risk.isin([group.value for group in teams.risk_groups]).fill_null(False)
    (row,) = engine.rows(used.aggregate(people=used.count(where=~known)))
    return shown_count(int(row["people"]))


def _risk_rows(used: ir.Table, teams: Teams) -> Any:
    columns = {"ed_attendances": "attendances", "unplanned_admissions": "emergency_admissions"}
    for order, group in enumerate(teams.risk_groups, start=1):
        mine = used.filter(used.risk == group.value)
        found = mine.aggregate(**_sums(mine, columns.values())).to_pyarrow().to_pylist()[0]
        told = {column: _told_sum(found, name) for column, name in columns.items()}
        if all(value is not None for value in told.values()):
            yield {
                "plan": teams.plan,
                "risk_group": group.name,
                "name": group.title,
                "order": order,
                **told,
                "target_percent": f"{group.target_percent:g}%",
            }


def _sums(people: ir.Table, names: Iterable[str]) -> dict[str, Any]:
    """Of each column its sum, the sum of its squares, and how many people add to it."""
    found: dict[str, Any] = {}
    for name in names:
        value = people[name].cast("float64")
        found |= {
            name: value.sum(),
            f"{name}_squares": (value * value).sum(),
            f"{name}_people": (value != 0).ifelse(1, 0).sum(),
        }
    return found


def _told_sum(row: Mapping[str, Any], name: str) -> float | None:
    """A sum as it may be shown: None where few people add to it."""
    value, squares = float(row[name] or 0), float(row[f"{name}_squares"] or 0)
    return told_value(value, squares**0.5, int(row[f"{name}_people"] or 0))


def _staff_rows(counts: CohortCounts, teams: Teams) -> Any:
    people = {row["commissioner"]: row["people"] for row in counts.by("commissioner").to_dicts()}
    for staff in teams.staff:
        mine = {staff.organisation: counts.people} if staff.organisation else people
        for organisation, number in mine.items():
            if number:
                yield {
                    "intervention": teams.intervention,
                    "organisation": organisation,
                    "staff_group": staff.staff_group,
                    "side": "need",
                    "wte": round(number / staff.people_per_wte, 1),
                }


def _measures(engine: Engine, used: ir.Table, counts: CohortCounts, as_at: date) -> Rows:
    """Rates a thousand people of the cohort, by commissioner, in the financial year that ended last."""
    inside = used.filter(used[membership_column(counts.cohort)])
    sums = {
        row["commissioner"] or "": row
        for row in engine.rows(
            inside.group_by("commissioner").agg(**_sums(inside, [f"{name}{_IN_YEAR}" for name in _MEASURES]))
        )
    }
    people = {
        row["commissioner"]: row["people"] for row in counts.by("commissioner").to_dicts() if row["people"]
    }
    if not people:
        return {}
    began, ended = financial_year(as_at)
    period = f"{began.year}/{ended.year % 100:02d}"
    rows: Rows = {"measures": [], "measure_definitions": [], "observations": []}
    for name, title in _MEASURES.items():
        measure = f"{counts.cohort}_{name}"
        told = {of: value for of in people if (value := _told_sum(sums[of], f"{name}{_IN_YEAR}")) is not None}
        rows["measures"].append(
            {
                "measure": measure,
                "name": f"{title}, cohort {counts.cohort}",
                "better": "lower",
                "owner": OWNER,
                "every": "year",
            }
        )
        rows["measure_definitions"].append(
            {
                "measure": measure, "version": "first", "kind": "rate", "multiplier": _PER, "unit": "per 1,000 people of the cohort",
                "decimals": 1, "numerator": title, "denominator": f"People in the cohort {counts.cohort}",
            }
        )  # fmt: skip
        rows["observations"] += [
            {
                "measure": measure, "of": of, "period": period, "numerator": value,
                "denominator": people[of], "version": "first", "revision": 0, "provisional": "no", "released": as_at.isoformat(),
            }
            for of, value in told.items()
        ]  # fmt: skip
    return {table: some for table, some in rows.items() if some}


def financial_year(as_at: date) -> tuple[date, date]:
    """The financial year that had ended by a date: the day before it began, and its last day."""
    ended = as_at.year - (1 if (as_at.month, as_at.day) < (3, 31) else 0)
    return date(ended - 1, 3, 31), date(ended, 3, 31)
