"""Series, targets, shares, ratings and savings a second time: slowly, one figure at a time, straight from the words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from leftshift.foundation.periods import Period
from leftshift.place.measure_rows import Efficiency, MeasureTarget
from leftshift.place.place import Place

Figure = tuple[Fraction, Fraction]  # numerator, denominator


def figure(place: Place, of: str, period: Period) -> Figure | None:
    """What was counted: the row of the highest revision, else the sum of the parts, if every one has a figure."""
    own = [row for row in place.observations if row.of == of and row.period == period]
    if own:
        last = max(own, key=lambda row: row.revision)
        return _exact(last.numerator), _exact(last.denominator)
    parts = [row.area for row in place.areas if row.part_of == of]
    found = [figure(place, part, period) for part in parts]
    known = [each for each in found if each is not None]
    if not parts or len(known) < len(parts):
        return None
    return sum((x for x, _ in known), Fraction()), sum((n for _, n in known), Fraction())


def _exact(number: Decimal | None) -> Fraction:
    assert number is not None
    return Fraction(number)


def rate(found: Figure | None, multiplier: int = 100_000) -> Fraction | None:
    """A figure in the unit of the measure; none for nobody."""
    return found[0] / found[1] * multiplier if found and found[1] else None


def level(place: Place, of: str, periods: list[Period]) -> Fraction | None:
    """What was counted over some periods, over its people."""
    found = [each for period in periods if (each := figure(place, of, period)) and each[1]]
    return (
        rate((sum((x for x, _ in found), Fraction()), sum((n for _, n in found), Fraction())))
        if found
        else None
    )


def target(place: Place, of: str, period: Period, baseline: list[Period]) -> Fraction | None:
    """A target written as a product of a number and a name, of a body itself or shared from its whole."""
    row = _row(place, of, period)
    if row:
        return _worth(place, row, of, period, baseline)
    whole = next((area.part_of for area in place.areas if area.area == of), "")
    shared = _row(place, whole, period) if whole else None
    if not shared or not shared.shared_by:
        return None
    wanted = _worth(place, shared, whole, period, baseline)
    return None if wanted is None else _share(place, shared, whole, of, wanted, baseline)


def _row(place: Place, of: str, period: Period) -> MeasureTarget | None:
    return next((row for row in place.measure_targets if row.of == of and row.since.first <= period.first <= row.until.first), None)  # fmt: skip


def _worth(
    place: Place, row: MeasureTarget, of: str, period: Period, baseline: list[Period]
) -> Fraction | None:
    factor, _, name = row.target.partition(" * ")
    if name == "baseline":
        found = level(place, of, baseline)
    else:
        before = period.plus(-12)
        found = rate(figure(place, of, before))
        if found is None:
            found = target(place, of, before, baseline)
    return None if found is None else Fraction(factor) * found


def _share(place: Place, row: MeasureTarget, whole: str, of: str, wanted: Fraction, baseline: list[Period]) -> Fraction | None:  # fmt: skip
    parts: dict[str, tuple[Fraction, Fraction]] = {}
    for area in place.areas:
        if area.part_of == whole and (own := level(place, area.area, baseline)) is not None:
            people = sum((each[1] for period in baseline if (each := figure(place, area.area, period)) and each[1]), Fraction())  # fmt: skip
            parts[area.area] = (own, people)
    if of not in parts:
        return None
    if row.shared_by == "same":
        return wanted
    people = sum((weight for _, weight in parts.values()), Fraction())
    together = sum((own * weight for own, weight in parts.values()), Fraction()) / people
    own = parts[of][0]
    if row.shared_by == "catching_up" and together > wanted:  # lower is better
        room = sum((max(own_ - wanted, Fraction()) * weight for own_, weight in parts.values()), Fraction())
        return own - max(own - wanted, Fraction()) * (together - wanted) * people / room
    return own * wanted / together if together else None


def colour(value: Fraction, wanted: Fraction, amber: Fraction) -> str:
    """Green, amber or red, where lower is better."""
    if value <= wanted:
        return "green"
    return "amber" if wanted and (value - wanted) / wanted <= amber else "red"


def counted(rows: list[tuple[Efficiency, Fraction]]) -> Fraction:
    """What efficiencies are worth together: of those that share a word only the largest."""
    alone = sum((worth for row, worth in rows if not row.overlaps), Fraction())
    words = {row.overlaps for row, _ in rows if row.overlaps}
    return alone + sum(
        (max(worth for row, worth in rows if row.overlaps == word) for word in words), Fraction()
    )
