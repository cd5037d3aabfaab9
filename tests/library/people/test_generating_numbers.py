"""NHS numbers of nobody: one for each place, for ever."""

from __future__ import annotations

import pytest

from leftshift.population.invented.numbers import TooManyNumbers, nhs_numbers


def test_places_have_numbers_of_their_own() -> None:
    whole = nhs_numbers(0, 1000)

    assert (nhs_numbers(250, 500) == whole[250:750]).all()
    assert len(set(whole.tolist())) == 1000
    assert not len(nhs_numbers(5, 0))


def test_the_range_for_tests_comes_first_and_then_what_is_never_issued() -> None:
    around = nhs_numbers(909_000, 400).tolist()

    assert {number // 10_000_000 for number in around} == {999, 998}
    assert around == sorted(around, key=lambda number: number // 10_000_000, reverse=True)
    assert len(set(nhs_numbers(0, 1_300_000).tolist())) == 1_300_000
    assert nhs_numbers(1_900_000, 1)[0] // 10_000_000 == 997


def test_there_are_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leftshift.population.invented.numbers._LOWEST", 998)
    assert len(nhs_numbers(1_800_000, 1_000)) == 1_000
    with pytest.raises(TooManyNumbers):
        nhs_numbers(1_818_000, 1_000)
