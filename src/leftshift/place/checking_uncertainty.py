"""Named checks of what is uncertain: that a distribution can be, and that a quantity moves something."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import Fault, near_miss
from leftshift.place.place import Place
from leftshift.place.rows import ALL, OUTSIDE, Level, Uncertainty
from leftshift.place.schema import catalogue, schema
from leftshift.place.seen import Seen, fault_at
from leftshift.place.uncertain import ValuesNotUnderstood, how_of, level_words, observed, weighted

_FAR = 4.0  # standard deviations: one draw of thirty thousand lies further below the mean
_LEVELS = ("low", "mode", "high", "mean", "sd")


def uncertainty(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every distribution has what it needs, in order, in the unit of what it moves, and moves something once."""
    for row in place.uncertainty:
        yield from _cells(row)
        yield from _order(row)
        yield from _list(row)
        yield from _units(row)
        yield from _target(place, row, seen)
    yield from _moved_twice(place)


def correlations(place: Place, seen: Seen) -> Iterator[Fault]:
    """A correlation names two quantities or groups."""
    names = {row.quantity for row in place.uncertainty}
    groups = {row.group for row in place.uncertainty if row.group}
    for row in place.correlations:
        for column in ("one", "other"):
            name = getattr(row, column)
            if name not in names | groups and seen.is_sound("uncertainty"):
                yield fault_at(
                    row,
                    column,
                    "unknown quantity",
                    expected="a quantity or a group of uncertainty.csv",
                    action="Correct it, or add it to uncertainty.csv",
                    suggestion=near_miss(name, names | groups),
                )
        if row.one == row.other and row.one not in groups:
            yield fault_at(
                row,
                "other",
                "correlated with itself",
                expected="another quantity",
                action="Name another one",
            )
        if row.other < row.one and any(
            entry.one == row.other and entry.other == row.one for entry in place.correlations
        ):
            yield fault_at(
                row,
                "other",
                "set twice",
                expected="one row for two names, in either order",
                action="Remove one of the two rows",
            )


def _cells(row: Uncertainty) -> Iterator[Fault]:
    shape = catalogue("distributions")[row.distribution]
    for column in (*_LEVELS, "values"):
        given = bool(getattr(row, column))
        if column in shape["needs"] and not given:
            yield fault_at(
                row,
                column,
                "missing value",
                expected=f"{column}: a {row.distribution} distribution needs it",
                action="Fill in the cell",
            )
        if given and column not in (*shape["needs"], *shape["may_have"]):
            yield fault_at(
                row,
                column,
                "nothing uses it",
                expected=f"no {column}: a {row.distribution} distribution does not use it",
                action="Clear the cell, or choose another distribution",
                found=str(row.values if column == "values" else level_words(getattr(row, column))),
            )
    if row.how and row.how not in catalogue("moves")[row.moves]["how"]:
        usual = ", ".join(catalogue("moves")[row.moves]["how"])
        yield fault_at(
            row, "how", "not one of the choices", expected=f"one of {usual}", action="Use one of them"
        )


def _order(row: Uncertainty) -> Iterator[Fault]:
    low, mode, high = row.low, row.mode, row.high
    if low and high and low.value > high.value:
        yield _misplaced(row, "high", high, f"at least {level_words(low)}, the low")
    elif (mode and low and mode.value < low.value) or (mode and high and mode.value > high.value):
        yield _misplaced(row, "mode", mode, f"between {level_words(low)} and {level_words(high)}, its bounds")
    if row.sd and row.sd.value < 0:
        yield _misplaced(row, "sd", row.sd, "0 or more")
    if row.distribution == "log_normal" and row.mean and row.mean.value <= 0:
        yield _misplaced(row, "mean", row.mean, "more than 0: a log-normal is never below nought")
    if row.distribution == "log_normal" and row.high and row.high.value <= 0:
        yield _misplaced(row, "high", row.high, "more than 0: a log-normal is never below nought")
    if row.distribution in ("normal", "log_normal") and low and high and low.value == high.value:
        yield _misplaced(row, "high", high, f"more than {level_words(low)}, the low")


def _misplaced(row: Uncertainty, column: str, level: Level | None, expected: str) -> Fault:
    return fault_at(
        row, column, "value out of range", expected=expected, action="Correct it", found=level_words(level)
    )


def _list(row: Uncertainty) -> Iterator[Fault]:
    if not row.values or row.distribution not in ("discrete", "empirical"):
        return
    try:
        weighted(row) if row.distribution == "discrete" else observed(row)
    except ValuesNotUnderstood as problem:
        yield fault_at(
            row,
            "values",
            "values not understood",
            expected="values with a semicolon between them",
            action=str(problem)[:1].upper() + str(problem)[1:],
        )


def levels_of(row: Uncertainty) -> list[tuple[str, Level]]:
    """Every number that a row gives, and in which column."""
    found = [(column, getattr(row, column)) for column in _LEVELS if getattr(row, column) is not None]
    try:
        if row.distribution == "discrete" and row.values:
            found += [("values", level) for level, _ in weighted(row)]
        if row.distribution == "empirical" and row.values:
            found += [("values", level) for level in observed(row)]
    except ValuesNotUnderstood:
        pass  # told of already
    return found


def _units(row: Uncertainty) -> Iterator[Fault]:
    """Rates in per cent, months in numbers, delivery and delay not below nought."""
    how = how_of(row)
    for column, level in levels_of(row):
        if row.moves == "rate" and how != "times" and not level.percent and level.value:
            yield fault_at(
                row,
                column,
                "percentage in doubt",
                expected="a rate with its % sign, such as 2.5%",
                action=f"Write {level.value:.12g}% or {level.value * 100:.12g}%, whichever was meant",
                found=level_words(level),
            )
        if row.moves == "delay" and level.percent:
            yield fault_at(
                row,
                column,
                "percentage in doubt",
                expected="a number of months",
                action="Take the percent sign away",
                found=level_words(level),
            )
    yield from _bounds(row)


def _bounds(row: Uncertainty) -> Iterator[Fault]:
    """No draw falls where the tables of the place would not let a value stand."""
    how, levels = how_of(row), [(column, level) for column, level in levels_of(row) if column != "sd"]
    least = -1.0 if row.moves == "rate" and how != "times" else 0.0
    if how == "add" and row.moves != "rate":
        return  # what comes of it hangs on the plan's value
    for column, level in levels:
        if level.value < least or (least < 0 and level.value == least):
            yield _misplaced(row, column, level, "more than -100%" if least else "0 or more")
        most = schema().tables["interventions"].columns["delivery"].maximum
        if row.moves == "delivery" and how == "set" and most is not None and level.value > most:
            yield _misplaced(row, column, level, f"at most {most:.0%}")
    unbound = row.distribution == "normal" and row.low is None
    if unbound and row.mean and row.sd and row.mean.value - _FAR * row.sd.value < least <= row.mean.value:
        lowest = "-99%" if least else "0"
        yield _misplaced(row, "low", row.low, f"a low of {lowest} or more: the distribution reaches below")


def _target(place: Place, row: Uncertainty, seen: Seen) -> Iterator[Fault]:
    for column in ("organisation", "year"):
        if row.moves != "rate" and getattr(row, column) is not None:
            yield fault_at(
                row,
                column,
                "nothing uses it",
                expected=f"an empty cell: only a rate has {'an' if column == 'organisation' else 'a'} {column}",
                action="Clear the cell",
            )
    if row.moves == "rate" and row.year == place.base_year:
        yield fault_at(
            row,
            "year",
            "year outside the plan",
            expected=f"a year of growth, from {place.base_year.plus(1)}",
            action="Correct it",
        )
    names = _names(place, row)
    if row.item not in names and seen.is_sound(*_TABLES[row.moves]):
        where = " or ".join(f"{table}.csv" for table in _TABLES[row.moves])
        yield fault_at(
            row,
            "item",
            f"unknown {_WORDS[row.moves].split(' ', 1)[1]}",
            expected=f"{_WORDS[row.moves]} of {where}",
            action="Correct it",
            suggestion=near_miss(row.item, names),
        )


_TABLES = {
    "rate": ("assumptions", "derivations"),
    "value": ("contracts", "lines"),
    "effect": ("interventions", "steps"),
    "delivery": ("interventions", "steps"),
    "delay": ("interventions", "steps"),
}
_WORDS = {
    "rate": "an assumption",
    "value": "a contract or a line",
    "effect": "an intervention or a step",
    "delivery": "an intervention or a step",
    "delay": "an intervention or a step",
}


def _names(place: Place, row: Uncertainty) -> set[str]:
    match row.moves:
        case "rate":
            codes = {entry.code for entry in place.organisations} | {ALL, OUTSIDE}
            stranger = row.organisation is not None and row.organisation not in codes  # told of already
            given = {
                entry.assumption for entry in place.assumptions if stranger or _whose(row, entry.organisation)
            }
            return given | {entry.assumption for entry in place.derivations}
        case "value":
            return {entry.contract for entry in place.contracts} | {entry.line for entry in place.lines}
        case _:
            return {entry.intervention for entry in place.interventions} | {
                entry.step for entry in place.interventions
            }


def _whose(row: Uncertainty, organisation: str) -> bool:
    return row.organisation in (None, organisation) or (
        row.organisation != OUTSIDE and organisation == ALL and row.organisation != ALL
    )


def interventions_of(place: Place, item: str) -> tuple[str, ...]:
    """The interventions that an item names: itself, or all of a step."""
    named = tuple(row.intervention for row in place.interventions if row.intervention == item)
    return named or tuple(row.intervention for row in place.interventions if row.step == item)


def _moved_twice(place: Place) -> Iterator[Fault]:
    """What one quantity sets, no other moves: which came first would show in the result."""
    first: dict[tuple[str, ...], Uncertainty] = {}
    for row in sorted(place.uncertainty, key=lambda row: (how_of(row) != "set", row.quantity)):
        for cell in _moved(place, row):
            other = first.setdefault(cell, row)
            if other is not row and how_of(other) == "set":
                yield fault_at(
                    row,
                    "item",
                    "set twice",
                    expected=f"a quantity that {other.quantity} does not set",
                    action=f"Keep one of the two, or let {other.quantity} add or multiply",
                )
                break


def _moved(place: Place, row: Uncertainty) -> Iterator[tuple[str, ...]]:
    if row.moves == "rate":
        bodies = {entry.organisation for entry in place.assumptions if entry.assumption == row.item}
        for body in sorted({row.organisation} if row.organisation else bodies):
            for year in place.years[1:]:
                if row.year in (None, year):
                    yield "rate", str(body), row.item, str(year)
    elif row.moves == "value":
        yield "value", row.item
    else:
        for name in interventions_of(place, row.item):
            yield row.moves, name
