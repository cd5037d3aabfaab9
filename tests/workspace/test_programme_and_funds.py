"""Where programme and fund meet: no money goes to a scheme before the gate of its project is passed, and the ledger shows benefits."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from leftshift.fund.ledger.refusals import GateNotPassed
from tests.workspace.conftest import EXAMPLES, signed_in
from tests.workspace.posting import begun, new_fund, post
from tests.workspace.programme_making import own, person_of, texts

pytestmark = pytest.mark.usefixtures("examples")
ABOUT = "A test,assumed"


@pytest.fixture
def pair(tmp_path: Path, database: object) -> tuple[Any, Any]:
    """A fund, and a programme of its place whose project is paid from the scheme ``crisis`` behind a gate that stops its spend."""
    code = f"pair-{uuid4().hex[:10]}"
    held = own(tmp_path, code)
    fund = begun(new_fund(code))
    return fund, held


def with_gate(held: Any, fund: Any, scheme: str = "crisis") -> None:
    """The project of the crisis house is paid from a scheme, and may not spend before a gate is passed."""
    from leftshift.workspace.programme.actions import editing

    projects = texts()["projects.csv"]
    head, *rows = projects.splitlines()
    lines = [
        f"{head},scheme",
        *(f"{row},{fund.code}/{scheme}" if row.startswith("crisis_house") else f"{row}," for row in rows),
    ]
    gates = f"{texts()['gates.csv']}money,Money for the house,crisis_house,stage_funding,spend,,,Board,no,{ABOUT}\n"
    editing.replace_tables(held, {"projects.csv": "\n".join(lines) + "\n", "gates.csv": gates, "gate_evidence.csv": texts()["gate_evidence.csv"] + EVIDENCE, "gate_assessments.csv": texts()["gate_assessments.csv"] + ASSESSED}, by=person_of("dora"))  # fmt: skip


EVIDENCE = "".join(f"money,{question},A paper,,2015-05-01,{ABOUT}\n" for question in ("delivered", "case"))
ASSESSED = "".join(
    f"money,{question},Lay member,met,,2015-05-02,{ABOUT}\n" for question in ("delivered", "case")
)


def test_no_money_goes_past_a_gate_that_is_not_passed(pair: tuple[Any, Any]) -> None:
    from leftshift.workspace.programme.actions.deciding import decide_gate

    fund, held = pair
    post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=100)  # nothing stops it yet
    with_gate(held, fund)
    for verb, more in (
        ("commit", {"source": "nhs_minimum", "amount": 5}),
        ("pay", {"amounts": {"nhs_minimum": 5}}),
    ):
        with pytest.raises(
            GateNotPassed,
            match="Crisis house and recovery may not spend before the gate Money for the house is passed: nothing was decided",
        ):
            post(fund, verb, scheme="crisis", **more)
    # other schemes go on, and what gives money back does too
    post(fund, "commit", source="nhs_minimum", scheme="carers", amount=5)
    post(fund, "release_commitment", source="nhs_minimum", scheme="crisis", amount=1)
    # the page says it before anything is posted
    page = signed_in("dora").client.post(
        f"/places/{held.place.code}/funds/{fund.code}/ledger/post/commit/",
        {"source": "nhs_minimum", "scheme": "crisis", "amount": "5", "date": "2016-05-02", "words": "A test"},
    )
    assert "may not spend before the gate" in page.content.decode()
    # when the gate is passed
    from datetime import date

    decide_gate(
        held,
        "money",
        outcome="passed",
        on=date(2015, 6, 1),
        office="Board",
        minute="9(a)",
        conditions="",
        organisation="",
        by=person_of("bo"),
    )
    # then the money goes
    post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=5)
    post(fund, "pay", scheme="crisis", amounts={"nhs_minimum": 5})


def test_a_programme_that_cannot_be_read_lets_no_money_past_what_it_names(pair: tuple[Any, Any]) -> None:
    from leftshift.workspace.programme.actions import editing

    fund, held = pair
    with_gate(held, fund)
    editing.replace_tables(
        held, {"gates.csv": "gate,name,project\nmoney,Money,crisis_house\n"}, by=person_of("dora")
    )
    with pytest.raises(GateNotPassed, match="cells that cannot be read"):
        post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=5)
    post(fund, "commit", source="nhs_minimum", scheme="carers", amount=5)


def test_what_is_not_spent_shows_a_benefit(pair: tuple[Any, Any]) -> None:
    """Baseline 500 a year; 120 are paid in 2016/17: 380 brought, in pounds, whatever is entered."""
    from datetime import date

    from leftshift.workspace.programme import queries
    from leftshift.workspace.programme.actions import editing

    fund, held = pair
    post(fund, "pay", scheme="crisis", amounts={"nhs_minimum": 120})
    benefits = f"benefit,name,project,kind,owner,unit,account,baseline,source,basis\nless,Less spent,crisis_house,cash_releasing,Lead,pounds,{fund.code}/crisis,500,{ABOUT}\n"
    profile = f"benefit,period,planned,source,basis\nless,2016/17,400,{ABOUT}\n"
    editing.replace_tables(held, {"benefits.csv": benefits, "benefit_profile.csv": profile, "benefit_actuals.csv": "benefit,period,actual,evidence,source,basis\n", "risks.csv": "", "risk_scores.csv": "", "log.csv": ""}, by=person_of("dora"))  # fmt: skip
    held.refresh_from_db()
    state = queries.seen(held, as_of=date(2017, 6, 1)).checked.benefits[0]
    assert state.actual == Decimal(380)
    assert state.periods[0].proof == "ledger"


def test_a_place_without_a_programme_stops_nothing(database: object) -> None:
    fund = begun(new_fund())
    post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=5)


def test_southmoor_pays_for_no_second_stage_before_its_gate(database: object) -> None:
    """The examples together: the place with its programme, and its fund. The fourth quarter waits for the board."""
    from leftshift.workspace.fund.actions.storing import add_texts
    from leftshift.workspace.fund.models import Fund
    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.models import StoredPlace
    from leftshift.workspace.programme.actions.storing import serve_programme

    import_place(EXAMPLES / "southmoor", by="a test")
    place = StoredPlace.objects.get(code="southmoor")
    held = serve_programme(EXAMPLES / "southmoor", "southmoor", by="a test")
    assert held is not None
    assert serve_programme(EXAMPLES / "southmoor", "southmoor", by="a test") is None  # what is kept stays
    folder = EXAMPLES / "southmoor-2025-26"
    files = {path.name: path.read_text("utf-8-sig") for path in folder.iterdir() if path.is_file()}
    fund = Fund.objects.filter(code="southmoor-2025-26").first() or add_texts(
        place, files, by=person_of("dora")
    )
    source = next(
        row["source_of_funding"]
        for row in csv.DictReader(io.StringIO(files["spend.csv"]))
        if row["scheme"] == "frailty"
    )
    with pytest.raises(
        GateNotPassed, match="may not spend before the gate Money for a second stage is passed"
    ):
        post(fund, "pay", "2026-02-02", scheme="frailty", amounts={source: 1})
