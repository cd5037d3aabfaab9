"""Cohorts of a place: loaded from a run, kept as releases, shown to whoever sees the place, and never with a small number."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leftshift.cli.main import main
from leftshift.population.privacy.disclosure import disclosure_rules
from leftshift.workspace.people.actions.reading import age_band
from tests.workspace.conftest import Pages, signed_in
from tests.workspace.people_making import AT, COHORT, PLACE, cohort_of, run_of, taken

pytestmark = pytest.mark.usefixtures("examples")
TABLES = ("by-locality", "by-reason", "by-locality-and-reason", "by-commissioner", "by-practice")


@pytest.fixture
def release(examples: None) -> Any:
    return taken().release


def small(text: str) -> list[str]:
    """Cells of a table of people that hold nothing but a number that has to be hidden."""
    return [cell for cell in re.findall(r"<t[dh][^>]*>\s*([\d,.]+)\s*</t[dh]>", text) if is_small(cell)]


def is_small(cell: str) -> bool:
    return re.fullmatch(r"\d+", cell) is not None and int(cell) <= disclosure_rules().threshold


# ---------------------------------------------------------------------- loading
def test_loading_a_run_twice_is_one_release(release: Any) -> None:
    from leftshift.workspace.people.models import CohortCell, Release

    cells = CohortCell.objects.filter(release=release).count()
    again = taken()

    assert not again.is_new
    assert again.release == release
    assert Release.objects.filter(place__code=PLACE, cohort=COHORT, digest=release.digest).count() == 1
    assert CohortCell.objects.filter(release=release).count() == cells > 20


def test_a_list_replaces_the_one_before_and_keeps_nobody_of_it(release: Any) -> None:
    from leftshift.workspace.people.models import Listed

    read = cohort_of()
    assert read.people is not None
    kept = read.people[:5]
    taken(replace(read, digest="a later run", people=kept))

    rows = Listed.objects.filter(release__place__code=PLACE, release__cohort=COHORT)
    assert {row.key for row in rows} == {person["key"] for person in kept}
    assert taken().listed == len(read.people) == rows.all().count()


def test_a_list_has_no_name_and_no_number_of_a_person() -> None:
    people = cohort_of().people
    assert people
    for person in people:
        assert set(person) == {
            "key",
            "commissioner",
            "locality",
            "practice",
            "age_band",
            "reasons",
            "scores",
            "items",
        }
        # why somebody has so many deficits, item by item
        assert len(person["items"]["efi"]) == person["scores"]["efi"]
        assert len(person["items"]["long_term_conditions"]) == person["scores"]["long_term_conditions"]
        assert person["reasons"]
        assert not re.search(r"(?<!\d)\d{10}(?!\d)", json.dumps(person))


def test_ages_are_told_in_bands_of_five_years() -> None:
    assert [age_band(age) for age in (0, 4, 5, 74, 75, 89, 90, 107, None)] == [
        "0 to 4", "0 to 4", "5 to 9", "70 to 74", "75 to 79", "85 to 89", "90 and over", "90 and over", "",
    ]  # fmt: skip


def test_what_is_kept_is_protected_and_has_no_gaps(release: Any) -> None:
    rules = disclosure_rules()
    cells = list(release.cells.values())
    assert all(cell["people"] == 0 or cell["people"] > rules.threshold for cell in cells)
    assert all(cell["people"] % rules.base == 0 for cell in cells)
    assert any(cell["people"] == 0 for cell in cells)
    by_place: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        by_place.setdefault((cell["locality"], cell["practice"]), set()).add(cell["reason"])
    for (_, practice), reasons in by_place.items():
        wanted = {"counted"} if practice else {"conditions", "frailty", "cost", "several"}
        assert reasons == {"inside", *wanted}


def test_a_run_is_loaded_by_the_command(examples: None, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["population", "load", str(run_of()), "llr-2014", "--cohort", COHORT]
    capsys.readouterr()

    assert main([*words, "--list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_new"]
    assert told["listed"] == len(cohort_of().people or ())
    assert told["run"] == cohort_of().digest
    assert main(words) == 0
    assert "nothing was added" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere", "--cohort", COHORT], "no place nowhere"),
        (["nortmoor", "--cohort", COHORT], "Did you mean northmoor?"),
        ([PLACE, "--cohort", "lr_2016"], "llr_2016"),
        ([PLACE], "name the cohort with --cohort"),
    ],
)
def test_wrong_input_is_answered(
    examples: None, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["population", "load", str(run_of()), *words]) != 0
    said = capsys.readouterr()

    assert told in " ".join((said.out + said.err).split())
    assert "Traceback" not in said.err


def test_a_folder_that_is_no_run_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["population", "load", str(tmp_path), PLACE, "--cohort", COHORT]) != 0
    assert "leftshift population score" in "".join(capsys.readouterr())


def test_people_who_are_not_invented_are_not_listed_without_a_basis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copytree(run_of(), tmp_path / "run"))
    record = json.loads((copy / "run.json").read_text())
    (copy / "run.json").write_text(json.dumps({**record, "purpose": "case finding"}))

    assert main(["population", "load", str(copy), PLACE, "--cohort", COHORT, "--list"]) != 0
    assert "legal basis" in " ".join("".join(capsys.readouterr()).split())


# ---------------------------------------------------------------------- the page
@pytest.mark.parametrize("who", ["vera", "dora", "liam", "cara", "pim"])
def test_whoever_sees_the_place_sees_the_counts(release: Any, who: str) -> None:
    text = signed_in(who).get(AT)

    for words in (
        release.definition["title"], "Five or more long-term conditions", "7 people and fewer", "As at 1 April 2016", "2016.1",
        "synthetic test data", release.digest[:12], "hidden", "said no",
    ):  # fmt: skip
        assert words in " ".join(text.split()), words
    assert ("Find people of this cohort" in text) == (who == "cara")
    assert ("Who looked at people" in text) == (who == "pim")


def test_no_small_number_stands_on_the_page_or_in_a_file(release: Any) -> None:
    pages = signed_in("vera")
    at = f"{AT}releases/{release.pk}"

    assert not small(pages.get(AT))
    for name in TABLES:
        text = pages.client.get(f"{at}/tables/{name}.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > 1, name
        assert not [cell for row in rows[1:] for cell in row if is_small(cell)], name
    for number in (0, 2):
        svg = pages.client.get(f"{at}/charts/{number}.svg").content.decode()
        assert svg.startswith("<svg")
    pages.get(f"{at}/charts/1.svg", status=404)
    pages.get(f"{at}/tables/people.csv", status=404)


def test_the_page_adds_up_what_it_shows(release: Any) -> None:
    text = signed_in("vera").client.get(f"{AT}releases/{release.pk}/tables/by-locality.csv").content.decode("utf-8-sig")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = sum(float(row["People in the cohort"]) for row in rows if row["People in the cohort"][0].isdigit())  # fmt: skip

    assert f"{shown:,.0f} of " in signed_in("vera").get(AT)


def test_an_earlier_release_stays_and_says_so(release: Any) -> None:
    later = taken(replace(cohort_of(), digest="f" * 64, people=None)).release
    pages = signed_in("vera")

    assert "ffffffffffff, loaded" in pages.get(AT)
    assert "This is an earlier release" in pages.get(f"{AT}?release={release.pk}")
    assert "This is an earlier release" not in pages.get(f"{AT}?release={later.pk}")
    pages.get(f"{AT}?release=99999999", status=404)
    pages.get(f"{AT}?cohort=none", status=404)
    signed_in("vera").get(f"/places/llr-2014/people/releases/{later.pk}/tables/by-reason.csv", status=404)


def test_a_place_without_a_cohort_says_how_to_load_one(examples: None, pages: Pages) -> None:
    from leftshift.workspace.plan.models import StoredPlace

    StoredPlace.objects.get_or_create(code="empty-place")
    text = pages.get("/places/empty-place/people/")

    assert "leftshift population load RUN empty-place" in text


def test_a_place_leads_to_its_people(pages: Pages) -> None:
    assert f'href="{AT}"' in pages.get("/places/northmoor/overview/2027-28/")


def test_releases_and_counts_are_never_altered(release: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    for sql in ("UPDATE people_release SET cohort = 'x'", "DELETE FROM people_cohortcell", "UPDATE people_cohortcell SET people = 3"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
