"""Named checks of people and age weights: each is a function that yields faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.place.capacity_rows import Activity, AgeWeight, People
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at
from leftshift.population.cohort_changes import unmet_needs
from leftshift.population.counting import BandNotGiven, Counts, counts_by_area
from leftshift.population.projecting import EVERYWHERE, AreaNotGiven, Population, project_population
from leftshift.population.weighing import NoPeople, Weighing


def population_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that keeps people from being projected, and activity from following them."""
    sound = True
    for counts in counts_by_area(place.population).values():
        # a row that was refused leaves a gap that is no slip of its own
        faults = list(_area(counts, place) if seen.is_sound("population") else _overlaps(counts))
        yield from faults
        sound = sound and not faults
    yield from _weights_among_themselves(place)
    if not sound or not seen.is_sound("population", "age_weights", "activity"):
        return
    population = project_population(place)
    faults = list(_weights_of_people(place, population))
    yield from faults or _followed(place, population)


# ---------------------------------------------------------------------- the people of one area
def _area(counts: Counts, place: Place) -> Iterator[Fault]:
    """Faults of one area; what follows from one fault is not told beside it."""
    for check in (_sexes, _overlaps, _missing_bands):
        faults = list(check(counts))
        yield from faults
        if faults:
            return
    yield from _coverage(counts, place)


def _sexes(counts: Counts) -> Iterator[Fault]:
    """An area gives persons, or women and men; not both, and not one of the two."""
    sexes = {row.sex for row in counts.rows}
    if "persons" in sexes and len(sexes) > 1:
        yield fault_at(
            next(row for row in counts.rows if row.sex != "persons"),
            "sex",
            "counted twice",
            expected=f"persons alone, or female and male, for {counts.area}",
            action="Remove the one or the other: who is a person is a woman or a man as well",
        )
    elif "persons" not in sexes:
        given = {(row.sex, row.age_band, row.year) for row in counts.rows}
        for row in counts.rows:
            other = "male" if row.sex == "female" else "female"
            if (other, row.age_band, row.year) not in given:
                yield fault_at(
                    row,
                    "sex",
                    "missing row",
                    expected=f"a row {other} for {row.age_band} in {row.year} as well",
                    action="Add it, or give persons",
                )


def _overlaps(counts: Counts) -> Iterator[Fault]:
    first_rows = {row.age_band: row for row in reversed(counts.rows)}
    yield from _overlapping(first_rows, f"bands of {counts.area} that do not overlap")


def _overlapping(rows: dict[AgeBand, People] | dict[AgeBand, AgeWeight], expected: str) -> Iterator[Fault]:
    bands = sorted(rows, key=lambda band: (band.first, band.last is None, band.last or 0))
    for low, high in pairwise(bands):
        if low.overlaps(high):
            yield fault_at(
                rows[high],
                "age_band",
                "bands overlap",
                expected=f"{expected}: {low} and {high} do",
                action="Correct one of them, or remove it",
            )


def _missing_bands(counts: Counts) -> Iterator[Fault]:
    given = defaultdict[int, set[AgeBand]](set)
    first_rows: dict[int, People] = {}
    for row in counts.rows:
        given[row.year.starts].add(row.age_band)
        first_rows.setdefault(row.year.starts, row)
    for year, bands in sorted(given.items()):
        missing = [str(band) for band in counts.bands if band not in bands]
        if missing:
            yield fault_at(
                first_rows[year],
                "year",
                "missing row",
                expected=f"every band of {counts.area} in every year that has one: {', '.join(missing)} missing",
                action="Add the rows, or leave the year out",
            )


def _coverage(counts: Counts, place: Place) -> Iterator[Fault]:
    """Given years reach from the base year to the end of the plan, or cohorts do."""
    latest = max(counts.rows, key=lambda row: row.year)
    if counts.years[0] > place.base_year.starts:
        yield fault_at(
            min(counts.rows, key=lambda row: row.year),
            "year",
            "years not covered",
            expected=f"people of {counts.area} in {place.base_year}, the base year, or before it",
            action="Add rows of that year",
        )
    if counts.years[-1] >= place.last_year.starts:
        return
    if place.setting("population_method") != "cohort":
        yield fault_at(
            latest,
            "year",
            "years not covered",
            expected=f"people of {counts.area} up to {place.last_year}, the last year of the plan",
            action="Add rows of that year or a later one, or set population_method to cohort in settings.csv",
        )
        return
    for need in unmet_needs(counts):
        yield fault_at(
            latest,
            "age_band",
            "cohorts not possible",
            expected=f"for {counts.area} {need}",
            action="Add what is missing, or give people of every year and set population_method to given",
        )


# ---------------------------------------------------------------------- weights
def _kinds(weights: Iterable[AgeWeight]) -> dict[tuple[str, str], dict[AgeBand, AgeWeight]]:
    found: dict[tuple[str, str], dict[AgeBand, AgeWeight]] = defaultdict(dict)
    for row in weights:
        found[row.point_of_delivery, row.specialty].setdefault(row.age_band, row)
    return found


def _weights_among_themselves(place: Place) -> Iterator[Fault]:
    for (kind, specialty), rows in _kinds(place.age_weights).items():
        whose = f"{kind} {specialty}".strip()
        yield from _overlapping(rows, f"bands of {whose} that do not overlap")
        if not any(row.use for row in rows.values()):
            yield fault_at(
                next(iter(rows.values())),
                "use",
                "nobody uses it",
                expected=f"a use above 0 in some band of {whose}",
                action="Correct the use, or remove the rows",
            )


def _weights_of_people(place: Place, population: Population) -> Iterator[Fault]:
    """Weights are for bands that the people have, hold for every age, and are used by some activity."""
    for (kind, specialty), rows in _kinds(place.age_weights).items():
        row = next(iter(rows.values()))
        whose = f"{kind} {specialty}".strip()
        if not any(_uses(activity, kind, specialty, place) for activity in place.activity):
            yield fault_at(
                row,
                "point_of_delivery",
                "nothing uses it",
                expected=f"activity of {whose} of all ages whose demographic_growth is population",
                action="Correct it, or remove the rows",
            )
            continue
        missing = [row for row in rows.values() if not _is_made_up(population, row.age_band)]
        for row in missing:
            yield fault_at(
                row,
                "age_band",
                "unknown age band",
                expected="a band that the bands of every area of population.csv make up",
                action="Use the bands of population.csv",
            )
        uncovered = _uncovered(population, rows)
        if uncovered and not missing:
            yield fault_at(
                row,
                "age_band",
                "missing row",
                expected=f"a row of {whose} for every age, 0 where nobody uses it: {', '.join(uncovered)} missing",
                action="Add the rows",
            )


def _uses(row: Activity, kind: str, specialty: str, place: Place) -> bool:
    """Whether activity follows just these weights."""
    if row.demographic_growth != "population" or row.age_band != ALL_AGES or row.point_of_delivery != kind:
        return False
    own = {weight.specialty for weight in place.age_weights if weight.point_of_delivery == kind}
    return specialty == (row.specialty if row.specialty in own else "")


def _is_made_up(population: Population, band: AgeBand) -> bool:
    try:
        population.by_year(EVERYWHERE, band)
    except BandNotGiven:
        return False
    return bool(population.areas)


def _uncovered(population: Population, weighted: Iterable[AgeBand]) -> list[str]:
    bands = list(weighted)
    given = {band for area in population.areas for band in population.bands[area]}
    return [str(band) for band in sorted(given, key=lambda band: band.first) if not _held(band, bands)]


def _held(band: AgeBand, bands: Iterable[AgeBand]) -> bool:
    return any(other.holds(band) for other in bands)


# ---------------------------------------------------------------------- what follows people
def _followed(place: Place, population: Population) -> Iterator[Fault]:
    """Activity that grows with people has an area, a band, and somebody in it."""
    weighing = Weighing(population, place.age_weights)
    for row in place.activity:
        if row.demographic_growth != "population":
            continue
        try:
            weighing.factors(row.area, row.age_band, row.point_of_delivery, row.specialty)
        except AreaNotGiven:
            yield fault_at(
                row,
                "area",
                "unknown area",
                expected="an area of population.csv",
                action="Correct it, or add its people",
                suggestion=near_miss(row.area, population.areas),
            )
        except BandNotGiven:
            yield fault_at(
                row,
                "age_band",
                "unknown age band",
                found=shown(str(row.age_band)),
                expected="a band that the bands of population.csv make up",
                action="Correct it, or give people by finer bands",
            )
        except NoPeople as problem:
            yield fault_at(
                row,
                "age_band",
                "nobody uses it",
                found=shown(str(row.age_band)),
                expected=f"somebody to grow from in every year; there is {problem}",
                action="Correct the people, the band or its weights, or let it follow its service",
            )
