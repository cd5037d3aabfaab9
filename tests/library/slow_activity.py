"""Activity worked out the slow way: row by row, effect by effect, year by year, with nothing shared with the library."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.place import Place

Key = tuple[str, int]  # activity and year


@dataclass
class Slow:
    """Activity and bed days by row and year, doing nothing and under the plan."""

    nothing: dict[Key, float] = field(default_factory=lambda: defaultdict(float))
    plan: dict[Key, float] = field(default_factory=lambda: defaultdict(float))
    days_nothing: dict[Key, float] = field(default_factory=lambda: defaultdict(float))
    days_plan: dict[Key, float] = field(default_factory=lambda: defaultdict(float))


def rate(place: Place, organisation: str, name: str | None) -> float:
    """A rate that is the same in every year, of the organisation or of all."""
    if not name:
        return 0.0
    rows = {(row.organisation, row.assumption): row.percent for row in place.assumptions}
    return float(rows.get((organisation, name), rows.get(("all", name))) or 0.0)


def people(place: Place, first: int, last: int | None, year: int) -> float:
    """People of some ages in a year of the plan, on the straight line between two counts."""
    total = 0.0
    bands = {row.age_band for row in place.population}
    for band in bands:
        inside = band.first >= first and (last is None or (band.last is not None and band.last <= last))
        if not inside:
            continue
        counts = sorted(
            (row.year.starts, float(row.people)) for row in place.population if row.age_band == band
        )
        (start, low), (end, high) = counts[0], counts[-1]
        at = place.base_year.starts + year
        total += low + (high - low) * (at - start) / (end - start)
    return total


def growth(place: Place, row: Activity, year: int) -> float:
    """What a row is multiplied by in a year."""
    if place.setting("activity_growth") == "out":
        return 1.0
    contract = next((entry for entry in place.contracts if entry.contract == row.contract), None)
    service = next(
        (entry for entry in place.services if contract and entry.service == contract.service), None
    )
    level = 1.0
    for at in range(1, year + 1):
        demographic = other = 0.0
        if row.demographic_growth == "service" and contract and service:
            demographic = rate(place, contract.payer, service.demographic_growth)
        if row.demographic_growth == "population":
            demographic = used(place, row, at) / used(place, row, at - 1) - 1
        if row.other_growth and contract and service:
            other = rate(place, contract.payer, service.other_growth)
        level *= (
            (1 + demographic) * (1 + other)
            if place.setting("growth") == "multiplied"
            else 1 + demographic + other
        )
    return level


def used(place: Place, row: Activity, year: int) -> float:
    """People of a row's ages, or all people weighed by what they use."""
    weights = [entry for entry in place.age_weights if entry.point_of_delivery == row.point_of_delivery]
    if row.age_band.label == "all" and weights:
        return sum(
            float(entry.use) * people(place, entry.age_band.first, entry.age_band.last, year)
            for entry in weights
        )
    return people(place, row.age_band.first, row.age_band.last, year)


def level(place: Place, effect: ActivityEffect, year: int) -> float:
    """The part of a full year that an effect reaches: the mean of its twelve months."""
    row = next(entry for entry in place.interventions if entry.intervention == effect.intervention)
    name = effect.profile or row.profile
    start = row.start.months_since(place.base_year) if row.start else 12
    points = sorted((point.period, point.share) for point in place.profiles if point.profile == name)
    total = 0.0
    for month in range(12 * year, 12 * year + 12):
        since = month - row.delay_months - start + 1
        if since < 1:
            continue
        reached = 1.0 if not points else 0.0
        for period, share in points:
            if isinstance(period, int) and since >= period:
                reached = share
        total += reached
    return total / 12 * row.delivery


def chosen(place: Place, effect: ActivityEffect) -> list[tuple[Activity, float]]:
    """The rows that an effect changes, and how much of each in the base year: a count, or bed days for shorter stays."""
    kinds = {row.point_of_delivery: row.kind for row in place.points_of_delivery}
    rows = []
    for row in place.activity:
        fits = row.activity == effect.activity if effect.activity else (
            effect.point_of_delivery in (None, row.point_of_delivery)
            and effect.specialty in ("", row.specialty)
            and effect.provider in (None, row.provider)
            and effect.commissioner in (None, row.commissioner)
            and (effect.age_band is None or effect.age_band.holds(row.age_band))
            and row.activity != effect.to_activity
            and (effect.change != "follow_up_ratio" or kinds[row.point_of_delivery] == "outpatient_follow_up")
            and (effect.change != "length_of_stay" or row.length_of_stay is not None)
        )  # fmt: skip
        if fits:
            rows.append(row)
    if effect.percent is not None:
        return [(row, effect.percent) for row in rows]
    if effect.change == "follow_up_ratio":
        found = []
        for row in rows:
            firsts = sum(
                float(entry.count)
                for entry in place.activity
                if kinds[entry.point_of_delivery] == "outpatient_first"
                and (entry.provider, entry.commissioner, entry.specialty, entry.age_band, entry.contract)
                == (row.provider, row.commissioner, row.specialty, row.age_band, row.contract)
            )
            found.append((row, float(effect.amount or 0) * firsts / float(row.count)))
        return found
    sizes = [
        float(row.count) * (1.0 if effect.unit == "activity" else float(row.length_of_stay or 0))
        for row in rows
    ]
    amount = float(effect.amount or 0)
    if effect.unit == "beds":
        kind = next(entry for entry in place.bed_types if entry.bed_type == rows[0].bed_type)
        usual = float(place.setting("bed_occupancy").rstrip("%")) / 100
        amount *= 365 * (kind.occupancy if kind.occupancy is not None else usual)
    return [(row, amount / sum(sizes)) for row in rows]


def slow_activity(place: Place) -> Slow:
    """Everything, for a place whose interventions are all planned."""
    found = Slow()
    rows = {row.activity: row for row in place.activity}
    for year in range(len(place.years)):
        grown = {name: growth(place, row, year) for name, row in rows.items()}
        for name, row in rows.items():
            days = float(row.length_of_stay or 0)
            found.nothing[name, year] += float(row.count) * grown[name]
            found.plan[name, year] += float(row.count) * grown[name]
            found.days_nothing[name, year] += float(row.count) * grown[name] * days
            found.days_plan[name, year] += float(row.count) * grown[name] * days
        freed: dict[tuple[str, str, str | None], float] = defaultdict(float)
        for effect in sorted(place.activity_effects, key=lambda entry: entry.backfills is not None):
            for row, share in chosen(place, effect):
                gone = float(row.count) * grown[row.activity] * share * level(place, effect, year)
                stay = float(row.length_of_stay or 0)
                found.days_plan[row.activity, year] -= gone * stay
                if effect.change == "length_of_stay":
                    continue
                found.plan[row.activity, year] -= gone
                freed[effect.effect, row.provider, row.bed_type] += gone * stay
            _arrive(place, effect, year, grown, found, freed)
    return found


def _arrive(
    place: Place, effect: ActivityEffect, year: int, grown: dict[str, float], found: Slow,
    freed: dict[tuple[str, str, str | None], float],
) -> None:  # fmt: skip
    if effect.to_activity is None:
        return
    rows = {row.activity: row for row in place.activity}
    target = rows[effect.to_activity]
    moved = [
        (
            float(row.count) * grown[row.activity] * share * level(place, effect, year),
            float(row.length_of_stay or 0),
        )
        for row, share in chosen(place, effect)
    ]
    total_days = sum(count * stay for count, stay in moved)
    into_beds = 1.0
    if effect.backfills:
        free = freed[effect.backfills, target.provider, target.bed_type]
        coming = total_days * float(effect.ratio)
        into_beds = min(1.0, free / coming) if coming else 0.0
    shares = [(target, into_beds)]
    if effect.backfills:
        shares.append((rows[str(effect.overflow_to)], 1 - into_beds))
    for row, share in shares:
        stay = float(row.length_of_stay or 0)
        for count, days in moved:
            if effect.change == "shift_provider" and stay and days:
                arriving = count * days * float(effect.ratio) / stay
            else:
                arriving = count * float(effect.ratio)
            found.plan[row.activity, year] += arriving * share
            found.days_plan[row.activity, year] += arriving * share * stay
