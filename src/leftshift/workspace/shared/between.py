"""Where slices meet: one asks, another answers, and neither knows the other.

A slice says what it answers when the workspace starts (in ``ready`` of its application). Answers are worked out when they
are asked for, inside the transaction of whoever asks: nothing is kept that could be out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from leftshift.foundation.periods import Period
from leftshift.workspace.accounts.permissions import Person

Stops = Callable[[str, str], Sequence[str]]
"""Code of a place and a scheme (fund/scheme) to why nothing may be spent there; nothing where it may."""
Spent = Callable[[str, str, Period], Decimal | None]
"""Code of a place, a scheme (fund/scheme) and a period to what was spent there, in pounds; None where it is not known."""
Brought = Callable[[str, Mapping[str, bytes], Person], str]
"""Code of a place, the files of a folder that came with it, and who sent it, to what is to be told of it; empty for nothing."""
_brought: dict[str, Brought] = {}
_stops: list[Stops] = []
_spent: list[Spent] = []


def answer_stops(answer: Stops) -> None:
    """Say who knows why nothing may be spent on a scheme."""
    if answer not in _stops:
        _stops.append(answer)


def answer_spent(answer: Spent) -> None:
    """Say who knows what was spent on a scheme."""
    if answer not in _spent:
        _spent.append(answer)


def answer_brought(folder: str, answer: Brought) -> None:
    """Say who takes in a folder that comes with the files of a place."""
    _brought[folder] = answer


def take_brought(place: str, folder: str, files: Mapping[str, bytes], by: Person) -> str:
    """Hand on a folder that came with the files of a place; gives what is to be told of it."""
    return _brought[folder](place, files, by) if files and folder in _brought else ""


def stops_of(place: str, scheme: str) -> list[str]:
    """Every reason why nothing may be spent on a scheme of a place."""
    return [why for answer in _stops for why in answer(place, scheme)]


def spent_on(place: str, scheme: str, period: Period) -> Decimal | None:
    """What was spent on a scheme in a period, in pounds; None where nobody knows."""
    return next((found for answer in _spent if (found := answer(place, scheme, period)) is not None), None)
