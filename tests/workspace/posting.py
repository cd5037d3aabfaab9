"""A fund with a ledger for tests: Rutland's plan under a code of its own, with the clauses of an invented agreement."""

from __future__ import annotations

import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftshift.foundation.money import Money
from tests.workspace.conftest import account_of

if TYPE_CHECKING:
    from leftshift.workspace.fund.actions.operating import Operation
    from leftshift.workspace.fund.models import Fund

RUTLAND = Path(__file__).parents[2] / "examples" / "rutland-2016-17"
CLAUSES = """clause,scheme,partner,rule,percent,cap,underspend,source,basis
pool_ccg,,03W,fixed,60,,stays,Invented agreement clause 12,published
pool_council,,E06000017,fixed,40,50000,stays,Invented agreement clause 12,published
"""
SPEND = """spend,scheme,year,amount,source_of_funding,commissioner,listed,source,basis
crisis_nhs,crisis,2016/17,240,nhs_minimum,nhs,yes,Invented plan,published
carers_council,carers,2016/17,100,nhs_minimum,council,yes,Invented plan,published
"""
"""A plan of two schemes, 340 pounds, so that variances can be worked out by hand."""
_numbers = count(1)


def texts(code: str) -> dict[str, str]:
    """The files of Rutland's plan under another code, with clauses."""
    found = {path.name: path.read_text("utf-8-sig") for path in RUTLAND.iterdir() if path.suffix in (".csv", ".toml")}  # fmt: skip
    found["plan.toml"] = found["plan.toml"].replace('code = "rutland-2016-17"', f'code = "{code}"')
    return found | {"clauses.csv": CLAUSES}


def somebody(name: str = "dora") -> Any:
    """One of the cast as a person."""
    from leftshift.workspace.accounts.permissions import person_of

    return person_of(account_of(name))


def new_fund(place: str = "northmoor", more: dict[str, str] | None = None) -> Fund:
    """A fund of a place that was taken in."""
    from leftshift.workspace.fund.actions.storing import add_texts
    from leftshift.workspace.plan.models import StoredPlace

    code = f"rutland-{next(_numbers)}"
    return add_texts(StoredPlace.objects.get(code=place), {**texts(code), **(more or {})}, by=somebody())


def day(text: str) -> datetime.date:
    """A day."""
    return datetime.date.fromisoformat(text)


def operation(verb: str, date: str = "2016-05-02", **asked: Any) -> Operation:
    """Something to post; amounts are pounds."""
    from leftshift.workspace.fund.actions.operating import Operation

    amounts = {source: Money.pounds(pounds) for source, pounds in asked.pop("amounts", {}).items()}
    if "amount" in asked:
        asked["amount"] = Money.pounds(asked["amount"])
    dated = {} if verb.startswith("close") else {"date": day(date), "words": asked.pop("words", "A test")}
    return Operation(verb=verb, amounts=amounts, **dated, **asked)


def post(fund: Fund, verb: str, date: str = "2016-05-02", *, key: str = "", **asked: Any) -> Any:
    """Post something as the programme director."""
    from leftshift.workspace.fund.actions import posting

    return posting.post(fund, operation(verb, date, **asked), by=somebody(), key=key)


def begun(fund: Fund) -> Fund:
    """The fund with its contributions agreed and received, and what was carried forward brought in: 2,447,000 pounds."""
    for source, partner, pounds in (("nhs_minimum", "03W", 2_061_000), ("dfg", "E06000017", 186_000)):
        post(fund, "agree_contribution", "2016-04-01", source=source, partner=partner, amount=pounds)
        post(fund, "receive", "2016-04-08", source=source, partner=partner, amount=pounds, evidence=f"in {source}")  # fmt: skip
    post(fund, "carry_forward", "2016-04-01", source="carry_forward", amount=200_000)
    return fund
