"""What an uncertain quantity says: its operation, and the values that stand in one cell."""

from __future__ import annotations

from decimal import Decimal

from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.place.cells import number_text
from leftshift.place.rows import How, Level, Uncertainty
from leftshift.place.schema import catalogue


class ValuesNotUnderstood(ValueError):
    """A list of values that cannot be read; its message says what to write."""


def how_of(row: Uncertainty) -> How:
    """What a draw does with the plan's value: as the row says, else as usual for what it moves."""
    usual: How = catalogue("moves")[row.moves]["how"][0]
    return row.how or usual


def observed_of(row: Uncertainty) -> tuple[float, ...]:
    """The values of an empirical distribution; raises ValuesNotUnderstood."""
    return tuple(level.value for level in observed(row))


def observed(row: Uncertainty) -> tuple[Level, ...]:
    """The same with how they were written."""
    found = tuple(_level(text) for text in _parts(row.values))
    if not found:
        raise ValuesNotUnderstood("write what was observed, as 1.2%; 0.8%")
    return found


def weighted_of(row: Uncertainty) -> tuple[tuple[float, float], ...]:
    """Each value of a discrete distribution and its probability, which sum to 1; raises ValuesNotUnderstood."""
    return tuple((level.value, weight) for level, weight in weighted(row))


def weighted(row: Uncertainty) -> tuple[tuple[Level, float], ...]:
    """The same with how the values were written."""
    found = []
    for text in _parts(row.values):
        value, colon, weight = text.partition(":")
        if not colon:
            raise ValuesNotUnderstood("write each value with its probability, as 0: 50%; 6: 50%")
        found.append((_level(value), _level(weight).value))
    total = sum(weight for _, weight in found)
    if any(weight < 0 for _, weight in found) or abs(total - 1) > 1e-9:
        raise ValuesNotUnderstood(f"the probabilities sum to {total:.4%} and not to 100%")
    return tuple(found)


def level_words(level: Level | None) -> str:
    """A level as it is written."""
    if level is None:
        return ""
    exact = Decimal(repr(level.value))
    return number_text(exact * 100) + "%" if level.percent else number_text(exact)


def in_words(row: Uncertainty) -> str:
    """A distribution in a phrase: ``PERT, -0.5% to 1.5%, most likely 0%``."""
    low, mode, high, mean, sd = map(level_words, (row.low, row.mode, row.high, row.mean, row.sd))
    name = row.distribution.replace("_", "-").capitalize() if row.distribution != "pert" else "PERT"
    match row.distribution:
        case "triangular" | "pert":
            return f"{name}, {low} to {high}, most likely {mode}"
        case "uniform":
            return f"{name}, {low} to {high}"
        case "normal" | "log_normal":
            bounds = "".join((f", not below {low}" if low else "", f", not above {high}" if high else ""))
            return f"{name}, mean {mean}, standard deviation {sd}{bounds}"
        case "discrete":
            return f"{name}: {row.values}"
        case _:
            return f"{name}, observed: {row.values}"


def target_words(row: Uncertainty) -> str:
    """What a quantity moves, in a phrase: ``demographic growth of RWE, added``."""
    what = row.item.replace("_", " ")
    whose = f" of {row.organisation}" if row.organisation else ""
    when = f" in {row.year}" if row.year else ""
    kind = {
        "rate": "",
        "value": "value of ",
        "effect": "effect of ",
        "delivery": "delivery of ",
        "delay": "months of delay of ",
    }
    done = {"add": "added to the plan's", "times": "times the plan's", "set": "in place of the plan's"}
    return f"{kind[row.moves]}{what}{whose}{when}, {done[how_of(row)]}"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _level(text: str) -> Level:
    percent = text.rstrip().endswith("%")
    try:
        number = float(parse_number(text.strip().removesuffix("%")))
    except NumberNotUnderstood as problem:
        raise ValuesNotUnderstood(f"{text.strip()[:40]!r} is no number") from problem
    return Level(number / 100 if percent else number, percent)
