"""Formulas worked out for everybody at once, in the one pass that finds codes as bits, and person by person in plain Python."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from leftshift.population.defining.codelists import CodeLists
from leftshift.population.defining.compiling import Bit, Compiler
from leftshift.population.defining.formulas import Fact, Formula, parse_formula
from leftshift.population.engines.engine import engine_of
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.scores.reading import score_of
from leftshift.population.scores.scoring import score_people
from tests.library.people.made import AS_AT, Rows, people, records_of
from tests.library.people.slow_people import OnePerson, Slow

NAMES = ("a", "b", "c")
LISTS = CodeLists({("gp", name): {f"{name}1": False, f"{name}2": False} for name in NAMES})
VALUES = (-2.6, -2.5, -2.4, 0.0, 2.4, 2.5, 2.6, 24.9, 25.0, 25.1, 59.99, 60.0, 60.01, 249.0, None)
BOUNDS = (-2.5, 0, 25, 60, 25.000001, 249, 250)


def drawn_codes(seed: int, number: int) -> Rows:
    """People with up to six codes each, some with values, over the last three years."""
    draw = random.Random(seed)
    rows = people(*[40] * number)
    rows["gp_events"] = [
        {
            "person_id": person,
            "code": f"{draw.choice(NAMES)}{draw.choice('12')}",
            "value": draw.choice(VALUES),
            "event_date": AS_AT - timedelta(days=draw.choice((0, 1, 180, 365, 366, 367, 1000))),
            "recorded_date": AS_AT,
        }
        for person in range(1, number + 1)
        for _ in range(draw.randint(0, 6))
    ]
    for row in rows["persons"]:
        row["sex"] = draw.choice("12")
    return rows


def drawn_formula(draw: random.Random, depth: int = 0) -> str:
    """A formula of codes, values and sexes."""
    if depth == 3 or draw.random() < 0.3:
        return draw.choice((_coded, _beyond, lambda draw: draw.choice(("male", "not female"))))(draw)
    parts = [drawn_formula(draw, depth + 1) for _ in range(draw.randint(2, 4))]
    joined = draw.choice((" and ", " or ")).join(parts)
    return f"({joined})" if draw.random() < 0.7 else f"not ({joined})"


def _coded(draw: random.Random) -> str:
    window = draw.choice(("", ", months=12", ", days=367"))
    return f"{draw.choice(('', 'not '))}coded('{draw.choice(NAMES)}'{window})"


def _beyond(draw: random.Random) -> str:
    told = draw.choice(("", ", months=12", ", tenfold_to=25", ", tenfold_to=2.5, months=12"))
    sides = [f"{draw.choice(('lowest', 'highest'))}('{draw.choice(NAMES)}'{told})", str(draw.choice(BOUNDS))]
    draw.shuffle(sides)
    return draw.choice(("<", "<=", ">", ">=")).join(sides)


def compared(folder: Path, rows: Rows, formulas: list[Formula]) -> list[str]:
    """Where both ways differ, as the formula and the person."""
    facts = frozenset[Fact]().union(*(formula.facts for formula in formulas))
    slow = Slow(rows, LISTS, (), (), AS_AT)
    with engine_of("duckdb", folder / "scratch") as running:
        found = gather_facts(running, records_of(running, folder / "set", rows), facts, LISTS, AS_AT)
        compiler = Compiler(found.table, found.finders)
        columns: dict[str, Any] = {
            f"f{at}": compiler.expression(formula) for at, formula in enumerate(formulas)
        }
        answers = {row["person_id"]: row for row in running.rows(found.table.mutate(**columns))}
    return [
        f"{formula.text} of {person['person_id']}"
        for person in rows["persons"]
        for at, formula in enumerate(formulas)
        if bool(OnePerson(slow, person, {}).run(formula)) is not answers[person["person_id"]][f"f{at}"]
    ]


@pytest.mark.parametrize("seed", range(3))
def test_drawn_formulas_say_of_everybody_what_plain_python_says(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    formulas = [parse_formula(drawn_formula(draw)) for _ in range(150)]

    assert not compared(tmp_path, drawn_codes(seed, 60), formulas)


def test_every_value_on_both_sides_of_every_bound(tmp_path: Path) -> None:
    rows = people(*[40] * len(VALUES))
    rows["gp_events"] = [
        {"person_id": at, "code": "a1", "value": value, "event_date": date(2016, 1, 1)}
        for at, value in enumerate(VALUES, start=1)
    ]
    formulas = [
        parse_formula(f"{word}('a'{told}) {how} {bound}")
        for word, hows in {"lowest": ("<", "<="), "highest": (">", ">=")}.items()
        for how in hows
        for told in ("", ", tenfold_to=25", ", tenfold_to=2.5")
        for bound in BOUNDS
    ]
    assert all(fact.bound is not None for formula in formulas for fact in formula.facts)

    assert not compared(tmp_path, rows, formulas)


def test_more_facts_than_a_word_has_bits(tmp_path: Path) -> None:
    formulas = [parse_formula(f"highest('a') > {bound}") for bound in range(-70, 70)]
    formulas += [parse_formula(" or ".join(formula.text for formula in formulas[60:80]))]

    assert not compared(tmp_path, drawn_codes(4, 40), formulas)


def test_a_fact_says_what_it_asks() -> None:
    (fact,) = parse_formula("lowest('a', tenfold_to=25, months=12) < -2.5").facts

    assert str(fact) == "lowest('a', 25, months=12) < -2.5"
    assert fact.bound == ("<", -2.5)
    assert {fact.bound for fact in parse_formula("60 > lowest('a') or lowest('a') == 3").facts} == {None}


def scored(tmp_path: Path, items: str) -> dict[int, float]:
    text = 'name = "mine"\ntitle = "t"\nversion = "1"\nsource = "s"\ndated = 2026-01-01\n' + items
    score = score_of(text, "mine.toml")
    rows = people(40, 40, 40)
    rows["gp_events"] = [
        {"person_id": person, "code": code, "event_date": date(2016, 1, 1)}
        for person, code in ((1, "a1"), (1, "b2"), (2, "a2"), (2, "a1"), (2, "c1"))
    ]
    with engine_of("duckdb", tmp_path / "scratch") as engine:
        found = gather_facts(engine, records_of(engine, tmp_path / "set", rows), score.facts(), LISTS, AS_AT)
        assert isinstance(found.finders[Fact("coded", (("list", "a"),))], Bit)
        return {
            row["person_id"]: row["mine"] for row in engine.rows(score_people(engine, found, [score]).table)
        }


def item(name: str, points: float, when: str) -> str:
    return f'[[items]]\nname = "{name}"\ntitle = "t"\npoints = {points}\nwhen = "{when}"\n'


def test_points_of_codes_of_every_worth(tmp_path: Path) -> None:
    """By hand: a is worth 7.1 - 0.3, b -12, c 200 and nothing."""
    items = [item("a", 7.1, "coded('a')"), item("b", -12, "coded('b')"), item("c", 200, "coded('c')")]
    items += [item("less", -0.3, "coded('a')"), item("nothing", 0, "coded('c')")]

    assert scored(tmp_path, "".join(items)) == {1: -5.2, 2: 206.8, 3: 0}


def test_two_items_of_one_list_both_count(tmp_path: Path) -> None:
    items = item("one", 1, "coded('a')") + item("two", 1, "coded('a')") + item("three", 3, "coded('a')")

    assert scored(tmp_path, items) == {1: 5, 2: 5, 3: 0}


def test_nobody_both_has_a_code_and_has_it_not(tmp_path: Path) -> None:
    items = item("one", 1, "coded('a') and not coded('a')") + item("two", 2, "coded('a') and not coded('b')")

    assert scored(tmp_path, items) == {1: 0, 2: 2, 3: 0}
