"""The way to publication: who may, what may happen when, and that an agreement holds for one plan to the penny."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.workspace.conftest import account_of, signed_in

if TYPE_CHECKING:
    from leftshift.workspace.plan.models import PlaceVersion

pytestmark = pytest.mark.usefixtures("database")
LEADS = ("NM1", "NM2", "RN1", "RN2", "RN3")


@pytest.fixture
def version(folder: Path) -> PlaceVersion:
    """A version of a copy of Northmoor."""
    return take(folder)


def take(folder: Path) -> PlaceVersion:
    from leftshift.workspace.plan.actions.storing import import_place

    found = import_place(folder, by="a test").version
    assert found is not None
    return found


def lead_of(*organisations: str) -> Any:
    """A person who speaks for organisations."""
    from leftshift.workspace.accounts.actions import add_organisation, give_role
    from leftshift.workspace.accounts.permissions import person_of

    account = account_of("charlie") if not organisations else account_of("vera")
    for code in organisations:
        body = add_organisation(code=code, name=code, by="a test")
        give_role(account, role="finance_lead", organisation=body, by="a test")
    return person_of(account)


def director() -> Any:
    from leftshift.workspace.accounts.permissions import person_of

    return person_of(account_of("dora"))


@pytest.fixture
def lead() -> Any:
    """A person who speaks for every organisation of Northmoor; the roles end with the test."""
    from leftshift.workspace.accounts.actions import end_role
    from leftshift.workspace.accounts.models import Grant

    found = lead_of(*LEADS)
    yield found
    for grant in Grant.objects.filter(account=found.account, role="finance_lead", ended_at=None):
        end_role(grant, by="a test")


def step(version: PlaceVersion, what: str, by: Any, organisation: str = "", **more: str) -> None:
    from leftshift.workspace.plan.actions.reviewing import take_step

    take_step(version, what, by=by, organisation=organisation, **more)


def state(version: PlaceVersion) -> str:
    """Where a plan stands, as its own page and as the lists of places say it."""
    from leftshift.workspace.plan.queries import standing, state_of

    found = standing(version).state
    assert state_of(version) == found
    return found


def test_from_draft_to_published(version: PlaceVersion, lead: Any) -> None:
    assert state(version) == "stored"
    step(version, "sent", director())
    for code in LEADS:
        assert state(version) == "in review"
        step(version, "agrees", lead, code)
    assert state(version) == "agreed"
    step(version, "publishes", director())
    assert state(version) == "published"


def test_what_may_not_happen_now(version: PlaceVersion, lead: Any) -> None:
    from leftshift.workspace.plan.states import StepNotPossible

    with pytest.raises(StepNotPossible):
        step(version, "agrees", lead, "RN1")
    with pytest.raises(StepNotPossible):
        step(version, "publishes", director())
    step(version, "sent", director())
    with pytest.raises(StepNotPossible):
        step(version, "sent", director())
    with pytest.raises(StepNotPossible):
        step(version, "withdraws", lead, "RN1")
    step(version, "agrees", lead, "RN1")
    with pytest.raises(StepNotPossible):
        step(version, "agrees", lead, "RN1")
    with pytest.raises(StepNotPossible):
        step(version, "publishes", director())
    with pytest.raises(StepNotPossible, match="no longer the one"):
        step(version, "agrees", lead, "RN2", seen="another fingerprint")


def test_who_may_not(version: PlaceVersion, lead: Any) -> None:
    from leftshift.workspace.accounts.permissions import NotAllowed

    outsider = lead_of()
    with pytest.raises(NotAllowed):
        step(version, "sent", outsider)
    step(version, "sent", director())
    with pytest.raises(NotAllowed, match="Only finance lead may"):
        step(version, "agrees", director(), "RN1")
    with pytest.raises(NotAllowed):
        step(version, "agrees", lead, "E06000999")
    for code in LEADS:
        step(version, "agrees", lead, code)
    with pytest.raises(NotAllowed):
        step(version, "publishes", lead)


def test_an_agreement_lapses_when_a_penny_changes_and_the_difference_shows(
    version: PlaceVersion, folder: Path, lead: Any
) -> None:
    step(version, "sent", director())
    step(version, "agrees", lead, "RN1")
    contracts = folder / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("60000", "60000.00001"))
    second = take(folder)
    page = signed_in("dora").get(f"/places/{second.place.code}/review/")

    assert state(second) == "stored"
    assert "Lapsed" in page
    assert "Since version 1, which RN1 agreed: 1 input differs" in page
    assert "60000.00001" in page or "60,000.00001" in page
    assert state(version) == "in review"


def test_a_scenario_or_the_order_of_rows_changes_nothing_of_it(
    version: PlaceVersion, folder: Path, lead: Any
) -> None:
    step(version, "sent", director())
    step(version, "agrees", lead, "RN1")
    (folder / "scenarios" / "higher-pay.toml").unlink()
    contracts = folder / "contracts.csv"
    header, *rows = contracts.read_text().splitlines(keepends=True)
    contracts.write_text(header + "".join(reversed(rows)))
    second = take(folder)

    assert second.number == 2
    assert second.plan_fingerprint == version.plan_fingerprint
    from leftshift.workspace.plan.queries import standing

    assert list(standing(second).agreements) == ["RN1"]


def test_taking_back_ends_every_agreement(version: PlaceVersion, lead: Any) -> None:
    from leftshift.workspace.plan.queries import standing

    step(version, "sent", director())
    step(version, "agrees", lead, "RN1")
    step(version, "taken back", director())
    step(version, "sent", director())

    assert standing(version).agreements == {}


def test_a_withdrawal_reopens_the_review(version: PlaceVersion, lead: Any) -> None:
    step(version, "sent", director())
    for code in LEADS:
        step(version, "agrees", lead, code)
    step(version, "withdraws", lead, "RN1")

    assert state(version) == "in review"


def test_the_page_shows_the_buttons_that_work_and_no_others(version: PlaceVersion, lead: Any) -> None:
    step(version, "sent", director())
    address = f"/places/{version.place.code}/review/"
    dora, vera, charlie = signed_in("dora"), signed_in("vera"), signed_in("charlie")

    assert "Take back from review" in dora.get(address)
    assert ">Agree<" not in dora.get(address)
    assert vera.get(address).count(">Agree<") == len(LEADS)
    charlie.get(address, status=404)
    posted = {"do": "agrees", "organisation": "RN1", "seen": version.plan_fingerprint}
    assert dora.client.post(address, posted).status_code == 403
    vera.client.post(address, posted)
    assert "RN1 has agreed the plan" in vera.get(address)
    again = vera.client.post(address, posted)
    assert again.status_code == 302
    assert "has agreed this plan already" in vera.get(address)
    assert vera.client.post(address, {"do": "nonsense"}).status_code == 404


def test_every_transition_of_the_table_leads_to_a_state_of_the_table() -> None:
    from leftshift.workspace.plan.states import NEEDS, STATES, TRANSITIONS

    assert set(TRANSITIONS) == set(STATES)
    assert {state for steps in TRANSITIONS.values() for state in steps.values()} <= set(STATES)
    assert {step for steps in TRANSITIONS.values() for step in steps} == set(NEEDS)
