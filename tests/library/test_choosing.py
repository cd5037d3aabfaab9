"""A portfolio is the best of every choice there is, and keeps to every rule when the whole model runs it."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.economy.choosing.asking import ask
from leftshift.economy.choosing.conflicting import smallest_conflict
from leftshift.economy.choosing.drawing import deterministic
from leftshift.economy.choosing.portfolio import choose
from leftshift.economy.choosing.question import Question
from leftshift.economy.choosing.searching import search_of
from leftshift.foundation.faults import FaultsFound
from leftshift.place.place import Place
from tests.library.choosing_places import BruteForce, SlowDraws, choices

POUND = 2e-3  # £000: two limits may each be a pound off


@given(choices())
@settings(max_examples=60, deadline=None)
def test_it_is_the_best_of_all_choices(chosen: tuple[Place, Question]) -> None:
    is_best_of_all(*chosen, draws=None)


@given(choices(), st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_it_is_the_best_of_all_choices_over_draws(chosen: tuple[Place, Question], draws: int) -> None:
    is_best_of_all(*chosen, draws=SlowDraws(draws))


def is_best_of_all(place: Place, question: Question, *, draws: SlowDraws | None) -> None:
    runs = draws or deterministic
    brute = BruteForce(ask(question, place), draws)
    best = brute.best()

    if best is None:
        with pytest.raises(FaultsFound) as caught:
            choose(place, question, runs=runs)
        assert {fault.kind for fault in caught.value.faults} <= {
            "rules that conflict",
            "rule that cannot be kept",
        }
        return
    found = choose(place, question, runs=runs)
    assert found.proven
    assert found.value == pytest.approx(best, abs=POUND)
    assert brute.keeps(found.taken)
    assert found.value == pytest.approx(brute.objective(found.taken), abs=1e-6)
    assert found.found.off < 1e-6
    assert choose(place, question, runs=runs).taken == found.taken


@given(choices())
@settings(max_examples=30, deadline=None)
def test_a_conflict_can_spare_none_of_its_rules(chosen: tuple[Place, Question]) -> None:
    place, question = chosen
    search = search_of(ask(question, place), deterministic)

    conflict = smallest_conflict(search, search.constraints)

    assert bool(conflict) == (BruteForce(search.asked, None).best() is None)
    if conflict:
        assert not search.is_possible(conflict)
        for some in combinations(conflict, len(conflict) - 1):
            assert search.is_possible(some)
