"""Studies in the workspace: asked by a form, worked out by a job, kept with question, seed and version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leftshift.economy.choosing.reading import read_question
from leftshift.economy.choosing.simulated import runs_of
from leftshift.model import read_place
from tests.workspace.conftest import signed_in

if TYPE_CHECKING:
    from leftshift.workspace.plan.models import PlaceVersion

NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"
QUESTIONS: dict[str, dict[str, Any]] = {
    "simulate": {"draws": "2048", "seed": "7", "method": "sobol"},
    "sensitivity": {"organisation": "RN1", "year": "2027/28", "draws": "1024", "seed": "7"},
    "stress": {"shocks": ["cold-winter", "higher-pay"], "year": "2027/28"},
    "portfolio": {
        "question_text": (NORTHMOOR / "portfolio.toml").read_text("utf-8"),
        "draws": "64",
        "seed": "7",
    },
    "goal": {"input": "rate.all.pay_inflation", "organisation": "", "year": "2027/28"},
}


@pytest.fixture
def version(examples: object) -> PlaceVersion:
    from leftshift.workspace.plan.queries import latest_run

    run = latest_run("northmoor")
    assert run is not None
    return run.version


def asked(kind: str, who: str = "asha", place: str = "northmoor", **changed: Any) -> Any:
    return signed_in(who).client.post(f"/places/{place}/studies/new/{kind}/", {**QUESTIONS[kind], **changed})


def made(kind: str, **more: Any) -> str:
    """Make a study as a person does; gives the address of its page."""
    from leftshift.workspace.shared.jobs import work_once

    answer = asked(kind, **more)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    while work_once("w"):
        pass
    done = signed_in("asha").client.get(answer["Location"])
    assert done.status_code == 302, done.content.decode()[:3000]
    return str(done["Location"])


def document_of(address: str) -> Any:
    return json.loads(signed_in("vera").client.get(f"{address}study.json").content)


def test_a_simulation_is_the_librarys_with_the_same_seed(version: PlaceVersion) -> None:
    found = document_of(made("simulate"))

    mine = read_place(NORTHMOOR).simulate(draws=2048, seed=7).document()
    assert found["answer"] == json.loads(json.dumps(mine))
    assert found["question"] == {"draws": 2048, "seed": 7, "method": "sobol", "until_stable": False}
    assert found["release"]


def test_every_kind_of_study_is_that_of_the_library(version: PlaceVersion) -> None:
    model = read_place(NORTHMOOR)
    wanted = {
        "sensitivity": model.sensitivity("2027/28", "RN1", draws=1024, seed=7).document(),
        "stress": model.stress("cold-winter", "higher-pay").document("2027/28"),
        "goal": model.goal("rate.all.pay_inflation", "2027/28").document(model.place, "2027/28", ""),
    }

    for kind, mine in wanted.items():
        assert document_of(made(kind))["answer"] == json.loads(json.dumps(mine)), kind


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_picture_has_its_table_and_both_can_be_had(version: PlaceVersion, kind: str) -> None:
    address = made(kind)
    client = signed_in("vera").client
    page = client.get(address).content.decode()

    charts = [part.split('"')[0] for part in page.split('src="')[1:] if "/charts/" in part.split('"')[0]]
    tables = [part.split('"')[0] for part in page.split('href="')[1:] if part.split('"')[0].endswith(".csv")]
    assert charts
    assert len(tables) >= len(charts)
    for chart in charts:
        assert client.get(chart).content.startswith(b"<svg")
    for table in tables:
        text = client.get(table).content.decode("utf-8-sig")
        assert text.count("\n") > 2
    assert client.get(f"{address}charts/999.svg").status_code == 404
    assert client.get(f"{address}tables/none.csv").status_code == 404


def test_a_portfolio_is_the_librarys_and_a_wrong_question_is_told_beside_the_field(
    version: PlaceVersion,
) -> None:
    model = read_place(NORTHMOOR)
    question = read_question(NORTHMOOR / "portfolio.toml")
    found = model.choose(question, runs=runs_of(model.place, 64, 7))

    answer = document_of(made("portfolio"))["answer"]
    wrong = asked(
        "portfolio", question_text='[objective]\nwhose = "nobody"\n[[choices]]\nintervention = "x"\n'
    )

    assert answer["chosen"] == json.loads(json.dumps(found.document()["chosen"]))
    assert len(answer["frontier"]) >= 1
    assert wrong.status_code == 400
    assert "nobody" in wrong.content.decode()
    assert "x" in wrong.content.decode()


def test_a_table_holds_exact_numbers(version: PlaceVersion) -> None:
    address = made("simulate")
    text = signed_in("vera").client.get(f"{address}tables/closing-position-by-year-ps000.csv")
    text = (
        text
        if text.status_code == 200
        else signed_in("vera").client.get(f"{address}tables/closing-position-by-year-000.csv")
    )
    row = next(line for line in text.content.decode("utf-8-sig").splitlines() if line.startswith("2027/28"))

    interval = document_of(address)["answer"]["intervals"]["position"]["2027/28"]
    assert row.split(",")[2] == str(round(interval["p05"], 6))


def test_a_study_is_of_its_version_and_its_scenarios(version: PlaceVersion) -> None:
    address = made("simulate", place="northmoor~cold-winter")
    page = signed_in("vera").get(address)

    assert "under cold-winter" in page
    found = document_of(address)
    assert found["scenarios"] == ["cold-winter"]
    mine = read_place(NORTHMOOR).scenario("cold-winter").simulate(draws=2048, seed=7).document()
    assert found["answer"]["intervals"]["position"] == json.loads(json.dumps(mine["intervals"]["position"]))


def test_wrong_answers_are_told_beside_the_field(version: PlaceVersion) -> None:
    from leftshift.workspace.decide.models import Study

    before = Study.objects.count()
    answer = asked("simulate", draws="0", method="dice")
    text = answer.content.decode()

    assert answer.status_code == 400
    assert "greater than or equal to 1" in text
    assert "There is a problem" in text
    assert asked("goal", input="rate.nobody.x").status_code == 400
    assert asked("stress", shocks=[]).status_code == 400
    assert Study.objects.count() == before


def test_a_study_that_cannot_be_made_says_why(version: PlaceVersion) -> None:
    from leftshift.workspace.shared.jobs import work_once

    answer = asked("stress", shocks=["late-wards", "late-wards"])
    while work_once("w"):
        pass
    page = signed_in("asha").get(answer["Location"]) if answer.status_code == 302 else answer.content.decode()

    assert "named twice" in page


def test_the_same_sending_counts_once(version: PlaceVersion) -> None:
    from leftshift.workspace.decide.models import Study

    before = Study.objects.count()
    first, second = asked("goal", key="once"), asked("goal", key="once")

    assert first["Location"] == second["Location"]
    assert Study.objects.count() == before + 1


def test_who_may_not_study_reads_studies(version: PlaceVersion) -> None:
    address = made("goal")

    assert asked("goal", who="vera").status_code == 403
    assert "What would have to be true" in signed_in("vera").get(address)
    assert address in signed_in("vera").get("/places/northmoor/studies/")


def test_an_answer_is_never_altered(version: PlaceVersion) -> None:
    from django.db import DatabaseError, transaction

    from leftshift.workspace.decide.models import Answer

    made("goal")
    with pytest.raises(DatabaseError), transaction.atomic():
        Answer.objects.update(release="another")


def test_a_cancelled_study_leaves_no_answer(version: PlaceVersion) -> None:
    from leftshift.workspace.decide.models import Answer
    from leftshift.workspace.shared.jobs import cancel, work_once
    from leftshift.workspace.shared.models import Job

    answer = asked("simulate", draws="100000")
    job = Job.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))
    before = Answer.objects.count()
    cancel(job, by="asha")
    while work_once("w"):
        pass

    assert Answer.objects.count() == before
    assert "no answer" in signed_in("vera").get(f"/places/northmoor/studies/{job.inputs['study']}/")
