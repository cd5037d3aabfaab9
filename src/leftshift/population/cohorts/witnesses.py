"""Invented people who meet a demand: the rows that make each of its facts true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from leftshift.population.cohorts.demands import Demand, NotMet, Range
from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact, word_of
from leftshift.population.facts.reaching import months_before
from leftshift.population.linked.tables import LinkedColumn, linked_tables

Rows = dict[str, list[dict[str, Any]]]
_AGE = 40


@dataclass
class Witnesses:
    """Rows of invented people, written one person after the other; they are in no file and bear no number."""

    lists: CodeLists
    as_at: date
    rows: Rows = field(default_factory=lambda: defaultdict(list))
    people: int = 0

    def add(self, demand: Demand) -> int:
        """One more person, of whom the demand holds; gives the key. Raises NotMet."""
        self.people += 1
        person: dict[str, Any] = {"person_id": self.people, "sex": "2", "birth_date": self._born(_AGE)}
        mine: Rows = defaultdict(list)
        for fact, holds in demand.yes.items():
            if fact.word in ("male", "female"):
                if (fact.word == "male") is holds:
                    person["sex"] = "1"
            elif holds:
                self._true(fact, mine)
        for number, wanted in demand.numbers.items():
            if isinstance(number, Fact):
                self._number(number, wanted, person, mine)
        self.rows["persons"].append(person)
        self.rows["registrations"].append(
            {"person_id": self.people, "practice": "P1", "from_date": date(1990, 1, 1)}
        )
        for table, rows in mine.items():
            self.rows[table] += [{"person_id": self.people, **row} for row in rows]
        return self.people

    def _born(self, age: int) -> date:
        return months_before(self.as_at, 12 * age)

    def _day(self, at: int = 0) -> dict[str, Any]:
        return {"event_date": self.as_at - timedelta(days=at)}

    def _code(self, fact: Fact) -> str:
        system, name = word_of(fact.word).system or "", str(fact.value("list"))
        codes = self.lists.codes.get((system, name), {})
        if not codes:
            raise NotMet(f"the list {name} holds no code")
        return next(iter(sorted(codes)))

    def _true(self, fact: Fact, mine: Rows) -> None:
        match fact.word:
            case "coded" | "first_coded":
                mine["gp_events"].append({"code": self._code(fact), **self._day()})
            case "diagnosed":
                self._stay(mine, self._code(fact))
            case "attended":
                self._visits(mine, 1, self._code(fact))
            case "social_care":
                mine["social_care"].append({"service": "home_care", **self._day()})
            case "stay":
                self._stay(mine)
            case "stay_emergency":
                self._stay(mine, method="21")
            case _:
                raise NotMet(f"nobody can be made of whom {fact} holds")

    def _stay(self, mine: Rows, code: str | None = None, *, days: int = 0, method: str = "11") -> None:
        stay = self.people * 1_000 + len(mine["admissions"])
        ended = self.as_at
        began = {"event_date": ended - timedelta(days=days), "recorded_date": ended}
        mine["admissions"].append({"admission_id": stay, "discharge_date": ended, "method": method, **began})
        if code is not None:
            mine["diagnoses"].append({"admission_id": stay, "position": 1, "code": code, **began})

    def _visits(self, mine: Rows, times: int, code: str | None = None) -> None:
        for _ in range(times):
            key = self.people * 1_000 + len(mine["attendances"])
            mine["attendances"].append({"attendance_id": key, "code": code, **self._day()})

    def _number(self, fact: Fact, wanted: Range, person: dict[str, Any], mine: Rows) -> None:
        value = wanted.pick()
        if value is None:
            raise NotMet(f"no value of {fact} is left")
        if fact.word in ("age", "imd_score", "imd_decile"):
            if fact.word == "age":
                person["birth_date"] = self._born(int(_AGE if wanted.holds(_AGE) else value))
            else:
                person[fact.word] = value
            return
        write = self._writers().get(fact.word)
        if write is None:
            raise NotMet(f"nobody can be made to have a given value of {fact}")
        write(fact, value, mine)

    def _writers(self) -> Mapping[str, Callable[[Fact, float, Rows], None]]:
        return {
            "lowest": self._measured, "highest": self._measured, "best_of_last_two": self._measured,
            "issues": self._issued, "medicines": self._prescribed, "outside": self._outside, "cost": self._cost,
            "admissions": self._admitted, "attendances": lambda fact, value, mine: self._visits(mine, int(value)),
            "appointments": self._appointed, "contacts": self._contacted, "stay_days": self._stayed,
        }  # fmt: skip

    def _measured(self, fact: Fact, value: float, mine: Rows) -> None:
        tenfold = fact.value("tenfold_to")
        written = value / 10 if isinstance(tenfold, float) and value <= tenfold else value
        for at in range(2 if fact.word == "best_of_last_two" else 1):
            mine["gp_events"].append({"code": self._code(fact), "value": written, **self._day(at)})

    def _issued(self, fact: Fact, value: float, mine: Rows) -> None:
        code = self._code(fact) if value else ""
        mine["prescriptions"] += [{"code": code, **self._day(at)} for at in range(int(value))]

    def _prescribed(self, fact: Fact, value: float, mine: Rows) -> None:
        mine["prescriptions"] += [{"code": f"medicine {at}", **self._day()} for at in range(int(value))]

    def _outside(self, fact: Fact, value: float, mine: Rows) -> None:
        name = str(fact.value("name"))
        mine["outside_scores"].append({"score": name, "value": value, "system": "invented", **self._day()})

    def _cost(self, fact: Fact, value: float, mine: Rows) -> None:
        month = months_before(self.as_at.replace(day=1), 1)
        setting = fact.value("setting")
        mine["costs"].append(
            {
                "event_date": month,
                "setting": "inpatient" if setting in (None, "any") else setting,
                "cost": value,
            }
        )

    def _admitted(self, fact: Fact, value: float, mine: Rows) -> None:
        for _ in range(int(value)):
            self._stay(mine, method="21" if fact.value("how") == "emergency" else "11")

    def _appointed(self, fact: Fact, value: float, mine: Rows) -> None:
        for at in range(int(value)):
            mine["appointments"].append(
                {"appointment_id": self.people * 1_000 + at, "attended": True, **self._day()}
            )

    def _contacted(self, fact: Fact, value: float, mine: Rows) -> None:
        service = fact.value("service")
        for at in range(int(value)):
            said = "community" if service in (None, "any") else service
            mine["contacts"].append({"service": said, "team": str(at), **self._day()})

    def _stayed(self, fact: Fact, value: float, mine: Rows) -> None:
        self._stay(mine, days=int(value))


def columns_of_rows(table: str, rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The rows column by column; what a row does not say is filled in with something that may stand there."""
    columns = linked_tables()[table].columns
    return {
        name: [row[name] if name in row else _filled(column, row, at) for at, row in enumerate(rows, start=1)]
        for name, column in columns.items()
    }


def _filled(column: LinkedColumn, row: Mapping[str, Any], at: int) -> Any:
    if column.optional:
        return None
    if column.name == "recorded_date":
        return row["event_date"]
    if column.values:
        return column.values[0]
    return {"integer": at, "decimal": 0.0, "text": "P1", "date": date(2000, 1, 1), "boolean": True}[
        column.type
    ]
