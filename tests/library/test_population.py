"""People by area, band and year, and what they mean for activity: by hand, and what is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.cli.main import main
from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Activity, AgeWeight, People
from leftshift.place.place import Place
from leftshift.place.rows import Setting
from leftshift.place.seen import Seen
from leftshift.population.checking import population_faults
from leftshift.population.counting import BandNotGiven
from leftshift.population.projecting import AreaNotGiven, project_population
from leftshift.population.weighing import NoPeople, Weighing

BASE = FinancialYear(2016)
NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"
BY: dict[str, Any] = {"source": "a test", "basis": "assumed"}
COHORT = (Setting(setting="population_method", value="cohort", **BY),)


def people(area: str, year: int, **bands: float) -> list[People]:
    return [
        People(area=area, age_band=band_of(name), year=FinancialYear(year), people=Decimal(str(count)), **BY)
        for name, count in bands.items()
    ]


def band_of(name: str) -> AgeBand:
    """``a0_17`` and ``a85`` stand for 0-17 and 85+."""
    first, _, last = name.removeprefix("a").partition("_")
    return AgeBand(int(first), int(last) if last else None)


def weight(band: str, use: float, specialty: str = "") -> AgeWeight:
    return AgeWeight(
        point_of_delivery="beds", specialty=specialty, age_band=band_of(band), use=Decimal(str(use)), **BY
    )


def activity(**columns: Any) -> Activity:
    given: dict[str, Any] = {
        "activity": "A1",
        "point_of_delivery": "beds",
        "provider": "RN1",
        "count": Decimal(100),
    }
    return Activity(**given | {"demographic_growth": "population"} | columns, **BY)


def place(rows: list[People], last: int = 2018, **tables: Any) -> Place:
    return Place("a-place", "A place", BASE, FinancialYear(last), "all", population=tuple(rows), **tables)


def kinds(found: Place) -> list[str]:
    return [fault.kind for fault in population_faults(found, Seen())]


TWO = [
    *people("East", 2016, a0_64=800, a65=200),
    *people("East", 2021, a0_64=800, a65=250),
    *people("West", 2016, a0_64=400, a65=100),
    *people("West", 2021, a0_64=410, a65=100),
]


# ---------------------------------------------------------------------- given
def test_years_between_lie_on_a_straight_line() -> None:
    found = project_population(place(TWO))

    assert found.by_year("East", AgeBand(65)).tolist() == [200, 200 + 50 / 5, 200 + 2 * 50 / 5]
    assert found.people("West", AgeBand(0, 64), BASE.plus(1)) == 400 + 10 / 5


def test_bands_and_areas_add_up() -> None:
    found = project_population(place(TWO))

    assert found.people("", ALL_AGES, BASE) == 800 + 200 + 400 + 100
    assert found.people("East", ALL_AGES, BASE) == 800 + 200
    assert found.people("", AgeBand(65), BASE) == 200 + 100


def test_what_the_bands_do_not_make_up_is_refused() -> None:
    found = project_population(place(TWO))

    with pytest.raises(BandNotGiven):
        found.by_year("East", AgeBand(65, 74))
    with pytest.raises(BandNotGiven):
        found.by_year("East", AgeBand(18, 64))
    with pytest.raises(AreaNotGiven, match="North"):
        found.by_year("North", ALL_AGES)


def test_women_and_men_are_persons() -> None:
    rows = [
        replace(row, sex=sex, people=Decimal(count))  # type: ignore[arg-type]
        for at in (2016, 2018)
        for row in people("East", at, a0=0)
        for sex, count in (("female", 51), ("male", 49))
    ]

    assert project_population(place(rows)).by_year("", ALL_AGES).tolist() == [100, 100, 100]


# ---------------------------------------------------------------------- cohorts
TWENTIES = [
    # ten people of 100 in a band go before the next, the top keeps half; one child to two adults
    *people("East", 2006, a0_9=100, a10_19=100, a20_29=100, a30=60),
    *people("East", 2016, a0_9=135, a10_19=90, a20_29=90, a30=80),
]


def test_people_move_up_a_band_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leftshift.population.cohort_changes.adults", lambda: AgeBand(10, 29))

    found = project_population(place(TWENTIES, last=2026, settings=COHORT))

    # 2026: 135 × 90/100, 90 × 90/100, (90 + 80) × 80/(100 + 60); children 135/(90 + 90) to an adult
    teens, twenties, top = 135 * 0.9, 90 * 0.9, (90 + 80) * 80 / 160
    assert found.by_year("East", AgeBand(10, 19))[-1] == pytest.approx(teens)
    assert found.by_year("East", AgeBand(20, 29))[-1] == pytest.approx(twenties)
    assert found.by_year("East", AgeBand(30))[-1] == pytest.approx(top)
    assert found.by_year("East", AgeBand(0, 9))[-1] == pytest.approx(135 / 180 * (teens + twenties))
    assert found.by_year("East", AgeBand(30))[5] == pytest.approx((80 + top) / 2)


@given(st.lists(st.integers(50, 5_000), min_size=18, max_size=18), st.integers(1, 12))
def test_people_of_whom_nothing_changes_stay_as_they_are(counts: list[int], years: int) -> None:
    """Two counts alike, each band as large as the one below: every ratio is 1, and so is growth."""
    bands = {f"a{5 * at}_{5 * at + 4}": float(counts[0]) for at in range(17)} | {"a85": 0.0}
    before, now = people("East", 2011, **bands), people("East", 2016, **bands)

    found = project_population(place([*before, *now], last=2016 + years, settings=COHORT))

    np.testing.assert_allclose(found.by_year("", AgeBand(0, 84)), counts[0] * 17)


@given(st.lists(st.integers(1, 5_000), min_size=36, max_size=36), st.integers(1, 15))
def test_a_projection_by_cohorts_is_its_slow_self(counts: list[int], years: int) -> None:
    names = [*(f"a{5 * at}_{5 * at + 4}" for at in range(17)), "a85"]
    before, now = counts[:18], counts[18:]
    rows = [
        *people("East", 2011, **dict(zip(names, before, strict=True))),
        *people("East", 2016, **dict(zip(names, now, strict=True))),
    ]

    found = project_population(place(rows, last=2016 + years, settings=COHORT))

    slow, was = [[float(count) for count in now]], [float(count) for count in before]
    while 5 * (len(slow) - 1) < years:
        last = slow[-1]
        step = [0.0] + [last[at - 1] * now[at] / was[at - 1] for at in range(1, 17)]
        step.append((last[16] + last[17]) * now[17] / (was[16] + was[17]))
        step[0] = sum(step[3:10]) * now[0] / sum(now[3:10])
        slow.append(step)
    for at in range(0, years + 1, 5):
        for name, expected in zip(names, slow[at // 5], strict=True):
            assert found.people("", band_of(name), BASE.plus(at)) == pytest.approx(expected, rel=1e-9)


# ---------------------------------------------------------------------- weighing
def test_activity_of_a_band_follows_its_people() -> None:
    found = Weighing(project_population(place(TWO)), ())

    assert found.factors("East", AgeBand(65)).tolist() == [1, 210 / 200, 220 / 200]


def test_activity_of_all_ages_follows_people_times_use() -> None:
    """Old people use five times as much: growth lies far above that of heads."""
    weights = [weight("a0_64", 1), weight("a65", 5), weight("a0_64", 0, "care"), weight("a65", 2, "care")]
    found = Weighing(project_population(place(TWO)), weights)

    base, later = 800 * 1 + 200 * 5, 800 * 1 + 220 * 5
    assert found.factors("East", ALL_AGES, "beds", "surgery")[2] == pytest.approx(later / base)
    assert found.factors("East", ALL_AGES, "beds", "care")[2] == pytest.approx(220 / 200)
    assert found.factors("East", ALL_AGES, "clinics")[2] == pytest.approx(1020 / 1000)


@given(st.floats(0.001, 1000))
def test_only_the_proportion_of_weights_counts(scale: float) -> None:
    people_of = project_population(place(TWO))
    one = Weighing(people_of, [weight("a0_64", 1), weight("a65", 3)])
    other = Weighing(people_of, [weight("a0_64", scale), weight("a65", 3 * scale)])

    np.testing.assert_allclose(
        one.factors("", ALL_AGES, "beds"), other.factors("", ALL_AGES, "beds"), rtol=1e-9
    )


def test_from_nobody_nothing_grows() -> None:
    rows = [*people("East", 2016, a0_64=10, a65=0), *people("East", 2018, a0_64=10, a65=5)]

    with pytest.raises(NoPeople):
        Weighing(project_population(place(rows)), ()).factors("", AgeBand(65))


# ---------------------------------------------------------------------- faults
SINGLE = {
    "no fault": (place(TWO), []),
    "no people at all": (place([]), []),
    "bands that overlap": (
        place([*people("East", 2016, a0_64=1, a60=1), *people("East", 2018, a0_64=1, a60=1)]),
        ["bands overlap"],
    ),
    "a band missing in a year": (
        place([*people("East", 2016, a0_64=1, a65=1), *people("East", 2018, a0_64=1)]),
        ["missing row"],
    ),
    "years that do not reach": (place(people("East", 2017, a0_64=1)), ["years not covered"] * 2),
    "a cohort of one count": (
        place(people("East", 2016, a0_4=1, a5_9=1, a10=1), settings=COHORT),
        ["cohorts not possible"] * 2,  # no count before, and no ages 15 to 49
    ),
    "a cohort of unequal bands": (
        place(people("East", 2016, a0_4=1, a5_14=1, a15=1), settings=COHORT),
        ["cohorts not possible"],
    ),
    "a cohort without a top": (
        place(people("East", 2016, a0_4=1, a5_9=1), settings=COHORT),
        ["cohorts not possible"],
    ),
    "weights that are all nothing": (
        place(TWO, age_weights=(weight("a0_64", 0), weight("a65", 0)), activity=(activity(),)),
        ["nobody uses it"] * 2,
    ),
    "a weight for a band that people lack": (
        place(TWO, age_weights=(weight("a0_64", 1), weight("a65_74", 2)), activity=(activity(),)),
        ["unknown age band"],
    ),
    "a weight missing": (
        place(TWO, age_weights=(weight("a0_64", 1),), activity=(activity(),)),
        ["missing row"],
    ),
    "weights that nothing uses": (
        place(TWO, age_weights=(weight("a0_64", 1), weight("a65", 2))),
        ["nothing uses it"],
    ),
    "weights that overlap": (
        place(TWO, age_weights=(weight("a0_64", 1), weight("a0", 2)), activity=(activity(),)),
        ["bands overlap"],
    ),
    "activity of an unknown area": (place(TWO, activity=(activity(area="Eest"),)), ["unknown area"]),
    "activity of an unknown band": (
        place(TWO, activity=(activity(age_band=AgeBand(65, 74)),)),
        ["unknown age band"],
    ),
    "activity that follows nobody": (place([], activity=(activity(),)), ["nobody uses it"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_it_finds(name: str) -> None:
    found, expected = SINGLE[name]

    assert kinds(found) == expected


def test_one_sex_alone_and_a_sex_beside_persons_are_faults() -> None:
    woman = People(area="East", sex="female", age_band=ALL_AGES, year=BASE, people=Decimal(1), **BY)

    assert kinds(place([woman])) == ["missing row"]
    assert kinds(place([woman, *people("East", 2016, a0=2)])) == ["counted twice"]


def test_all_faults_come_at_once_and_say_where() -> None:
    found = place(
        [*people("East", 2017, a0_64=1, a65=1), *people("West", 2016, a0_64=1, a60=1)],
        age_weights=(weight("a0_64", 0),),
    )

    assert sorted(kinds(found)) == [
        "bands overlap",
        "nobody uses it",
        "years not covered",
        "years not covered",
    ]


def test_a_near_miss_of_an_area_is_suggested() -> None:
    (fault,) = population_faults(place(TWO, activity=(activity(area="Easte"),)), Seen())

    assert fault.suggestion == "East"


# ---------------------------------------------------------------------- the command
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = Path(shutil.copytree(NORTHMOOR, tmp_path / "northmoor"))
    found.joinpath("population.csv").write_text(
        "area,age_band,year,people,source,basis\n"
        "East,0-64,2024/25,800,x,assumed\nEast,65+,2024/25,200,x,assumed\n"
        "East,0-64,2029/30,800,x,assumed\nEast,65+,2029/30,250,x,assumed\n"
    )
    return found


def test_the_command_shows_people_and_growth(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["population", "show", str(folder)]) == 0
    assert "+15.0%" in capsys.readouterr().out

    assert main(["population", "show", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    by_band = {(entry["area"], entry["age_band"]): entry for entry in document["areas"]}
    assert by_band["East", "65+"]["people"]["2027/28"] == pytest.approx(200 + 3 * 50 / 5)
    assert by_band["East", "all"]["growth"]["2027/28"] == pytest.approx(30 / 1000)


def test_the_command_refuses_people_who_cannot_be_projected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = folder / "population.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:3]))

    assert main(["population", "show", str(folder)]) == 1
    assert "population.csv, row 2" in capsys.readouterr().err
    assert main(["population", "show", str(NORTHMOOR)]) == 2
