"""A fund of a test in the workspace, and people who hold the offices that sign it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from leftshift.fund.plan.plan import plan_kind
from tests.library.fund.plans import BOARD, COUNCIL, clean
from tests.workspace.conftest import account_of, signed_in

COMMISSIONER = "QZZ"
OFFICES = {
    "chair": ("board_chair", BOARD),
    "accountable": ("commissioner_chief", COMMISSIONER),
    "chief": ("council_chief", COUNCIL),
    "treasurer": ("section_151", COUNCIL),
}
"""Who signs: name of the person to the office and partner of the clean plan."""


def person_of(name: str) -> Any:
    """One of the cast as a person."""
    from leftshift.workspace.accounts.permissions import person_of as person

    return person(account_of(name))


def officer(name: str) -> Any:
    """The account of somebody who holds an office of the clean plan, as a signatory of its partner."""
    from leftshift.workspace.accounts.actions import add_organisation, give_role
    from leftshift.workspace.accounts.models import Account

    found, made = Account.objects.get_or_create(
        email=f"{name}@offices.example", defaults={"name": f"{name.capitalize()} Invented", "password": "!"}
    )
    if made:
        partner = OFFICES[name][1]
        body = add_organisation(code=partner, name=partner, by="a test")
        give_role(found, role="signatory", organisation=body, by="a test")
    return found


def officer_person(name: str) -> Any:
    """The same as a person."""
    from leftshift.workspace.accounts.permissions import person_of as person

    return person(officer(name))


def pages_of_officer(name: str) -> Any:
    """A client in which an officer has signed in."""
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

    pages = signed_in("vera")
    session = pages.client.session
    account = officer(name)
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session.save()
    return pages


def make_fund(code: str, round_code: str = "2025-26", **changes: Any) -> Any:
    """The clean plan of a round as a fund of Northmoor, unsigned, with other rows in some tables."""
    from leftshift.workspace.fund.actions.storing import add_fund
    from leftshift.workspace.plan.models import StoredPlace

    plan = replace(clean(round_code), code=code, name=f"Fund {code}").with_tables(sign_offs=(), **changes)
    return add_fund(StoredPlace.objects.get(code="northmoor"), plan, plan.texts(), by=person_of("mina"))


def with_status(code: str, round_code: str = "2025-26") -> Any:
    """A fund whose return of the first quarter has no fault."""
    from leftshift.foundation.periods import Period
    from leftshift.fund.plan.record_rows import ConditionStatus, MetricStatus
    from tests.library.fund.plans import ABOUT, round_of

    found, period = round_of(round_code), Period.parse(f"{round_of(round_code).years[0]} Q1")
    return make_fund(
        code,
        round_code,
        condition_status=[ConditionStatus(period=period, condition=row.condition, answer="yes", **ABOUT) for row in found.conditions],
        metric_status=[
            MetricStatus(period=period, metric=row.metric, status="no_data", challenges="No figures yet", **ABOUT)
            for row in found.metrics
        ],
    )  # fmt: skip


def sign(fund: Any, name: str, *, fingerprint: str = "", **more: Any) -> Any:
    """One of the officers signs the plan as it stands."""
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import signing

    plan = queries.seen(fund).plan
    assert plan is not None
    signatory, partner = OFFICES[name]
    asked = signing.Asked(
        signatory, partner, fingerprint or plan.fingerprint, signatory.replace("_", " "), **more
    )
    return signing.sign(fund, asked, by=officer_person(name))


def change_amount(fund: Any, by: str = "0.01") -> Any:
    """Somebody changes the amount of the first line of expenditure."""
    from leftshift.place.sheets import SetCell
    from leftshift.workspace.fund.actions import editing
    from leftshift.workspace.shared.editing import sheet_at

    fund.refresh_from_db()
    sheet = sheet_at(fund, "spend.csv", fund.edits, plan_kind().schema.tables)
    row = next(row for _, row in sheet.numbered())
    now = sheet.cell(row, "amount")
    return editing.save(
        fund, "spend.csv", [SetCell(row.key, "amount", now, str(Decimal(now) + Decimal(by)))], by="Mina"
    )
