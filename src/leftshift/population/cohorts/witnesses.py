"""Invented people who meet a demand: the rows that make each of its facts true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from leftshift.population.cohorts.demands import Demand, NotMet
from leftshift.population.cohorts.ranges import Range
from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.formulas import Fact, word_of
from leftshift.population.facts.counts import ELECTIVE, EMERGENCY
from leftshift.population.facts.reaching import months_before
from leftshift.population.linked.tables import LinkedColumn, linked_tables

Rows = dict[str, list[dict[str, Any]]]
_AGE = 40
_SEXES = ("male", "female")
_STAY = ("stay", "stay_days", "stay_emergency", "emergencies_before_stay", "attendances_before_stay")


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
        person: dict[str, Any] = {
            "person_id": self.people,
            "sex": _sex(demand),
            "birth_date": self._born(_AGE),
        }
        mine: Rows = defaultdict(list)
        numbers = {fact: wanted for fact, wanted in demand.numbers.items() if isinstance(fact, Fact)}
        self._index_stay(demand, numbers, mine)
        for fact, holds in demand.yes.items():
            if holds and fact.word not in (*_STAY, *_SEXES):
                self._true(fact, mine)
        for fact in sorted(numbers, key=_takes_in):
            if fact.word not in _STAY:
                self._number(fact, numbers[fact], person, mine)
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
                self._diagnosed(mine, self._code(fact))
            case "attended":
                self._visit(mine, self.as_at, self._code(fact))
            case "social_care":
                mine["social_care"].append({"service": "home_care", **self._day()})
            case _:
                raise NotMet(f"nobody can be made of whom {fact} holds")

    def _diagnosed(self, mine: Rows, code: str) -> None:
        if not mine["admissions"]:
            self._stay(mine)
        stay = mine["admissions"][0]  # the index stay, where there is one
        began = {name: stay[name] for name in ("admission_id", "event_date", "recorded_date")}
        mine["diagnoses"].append({"position": len(mine["diagnoses"]) + 1, "code": code, **began})

    def _stay(self, mine: Rows, *, ended: date | None = None, days: int = 0, method: str = "11") -> None:
        ended = ended or self.as_at
        began = {"event_date": ended - timedelta(days=days), "recorded_date": ended}
        key = self.people * 1_000 + len(mine["admissions"])
        mine["admissions"].append({"admission_id": key, "discharge_date": ended, "method": method, **began})

    def _index_stay(self, demand: Demand, numbers: Mapping[Fact, Range], mine: Rows) -> None:
        """One stay of which all holds that is asked of the last one, and what came before it."""
        asked = [fact for fact, holds in demand.yes.items() if holds and fact.word in _STAY]
        asked += [fact for fact in numbers if fact.word in _STAY]
        if not asked:
            return
        days = [numbers[fact].pick() or 0 for fact in asked if fact.word == "stay_days"]
        emergency = any(fact.word == "stay_emergency" for fact in asked)
        self._stay(mine, days=int(max(days, default=0)), method="21" if emergency else "11")
        began = mine["admissions"][0]["event_date"]
        for table, word in (
            ("admissions", "emergencies_before_stay"),
            ("attendances", "attendances_before_stay"),
        ):
            made = 0
            for reach, times in sorted(
                (int(fact.value("reach") or 0), int(numbers[fact].pick() or 0))
                for fact in asked
                if fact.word == word
            ):
                day = began - timedelta(days=reach)  # not nearer, for what reaches less far would count it
                for _ in range(times - made):
                    if table == "admissions":
                        self._stay(mine, ended=day, method="21")
                    else:
                        self._visit(mine, day)
                made = max(made, times)

    def _visit(self, mine: Rows, day: date, code: str | None = None) -> None:
        key = self.people * 1_000 + len(mine["attendances"])
        mine["attendances"].append({"attendance_id": key, "code": code, "event_date": day})

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
            "admissions": self._admitted, "attendances": self._attended,
            "appointments": self._appointed, "contacts": self._contacted,
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
        known = {row["code"] for row in mine["prescriptions"]}
        mine["prescriptions"] += [
            {"code": f"medicine {at}", **self._day()} for at in range(int(value) - len(known))
        ]

    def _outside(self, fact: Fact, value: float, mine: Rows) -> None:
        name = str(fact.value("name"))
        mine["outside_scores"].append({"score": name, "value": value, "system": "invented", **self._day()})

    def _cost(self, fact: Fact, value: float, mine: Rows) -> None:
        month = months_before(self.as_at.replace(day=1), 1)
        setting = _told(fact, "setting")
        known = sum(row["cost"] for row in mine["costs"] if setting in ("", row["setting"]))
        settings = [name for name in word_of("cost").options["setting"] if name != "any"]
        free = next(name for name in settings if name not in {row["setting"] for row in mine["costs"]})
        mine["costs"].append({"event_date": month, "setting": setting or free, "cost": value - known})

    def _admitted(self, fact: Fact, value: float, mine: Rows) -> None:
        begin = {"": "", "emergency": EMERGENCY, "elective": ELECTIVE}[_told(fact, "how")]
        known = sum(row["method"].startswith(begin) for row in mine["admissions"])
        for _ in range(int(value) - known):
            self._stay(mine, ended=self.as_at, method=f"{begin or ELECTIVE}1")

    def _attended(self, fact: Fact, value: float, mine: Rows) -> None:
        for _ in range(int(value) - len(mine["attendances"])):
            self._visit(mine, self.as_at)

    def _appointed(self, fact: Fact, value: float, mine: Rows) -> None:
        for at in range(int(value)):
            mine["appointments"].append(
                {"appointment_id": self.people * 1_000 + at, "attended": True, **self._day()}
            )

    def _contacted(self, fact: Fact, value: float, mine: Rows) -> None:
        service = _told(fact, "service")
        known = sum(service in ("", row["service"]) for row in mine["contacts"])
        for at in range(int(value) - known):
            said = {"service": service or "community", "team": f"{service} {at}"}
            mine["contacts"].append({**said, **self._day()})


def _told(fact: Fact, option: str) -> str:
    """What a fact asks for by an option; nothing where any will do."""
    value = fact.value(option)
    return "" if value in (None, "any") else str(value)


def _takes_in(fact: Fact) -> tuple[bool, bool]:
    """Sorts what takes in the rows of others after them, so that it adds only what lacks."""
    asks = any(_told(fact, option) for option in ("how", "setting", "service"))
    return not asks, fact.word == "medicines"


def _sex(demand: Demand) -> str:
    asked = {fact.word: holds for fact, holds in demand.yes.items() if fact.word in _SEXES}
    if asked.get("male") is False and asked.get("female") is False:
        return "9"
    return "1" if asked.get("male") or asked.get("female") is False else "2"


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
