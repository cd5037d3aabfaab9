"""Funds are added: from a folder, empty for a round, or rolled forward from another; and taken in from workbooks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import connection, transaction

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.fund.plan.plan import FundPlan, plan_kind, read_plan_texts
from leftshift.workspace.accounts.actions import add_organisation
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.importing_record import KEPT_IN_TABLES, import_record
from leftshift.workspace.fund.models import Fund, FundFile, FundVersion
from leftshift.workspace.plan.models import StoredPlace
from leftshift.workspace.record.models import record_event
from leftshift.workspace.shared.editing import content_of

_LONGEST_CODE = 40
LONGEST_CODE = 100
"""The longest code of a fund, in characters."""
_ADDING = 730_505  # a lock of its own: two funds of one code are not added at once


class FundKnown(ValueError):
    """There is a fund of this code already; the words say what to do."""


@transaction.atomic
def add_fund(
    place: StoredPlace,
    plan: FundPlan,
    texts: Mapping[str, str],
    *,
    by: Person,
    follows: Fund | None = None,
    rolled: dict[str, object] | None = None,
) -> Fund:
    """Keep a plan as a fund of a place, and what its folder records of the ledger. Raises NotAllowed, FundKnown, FaultsFound."""
    by.check_may(Permission.RUN_FUND, place.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDING])
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", plan.code):
        raise FundKnown(f"The code {plan.code} is no short name: use lower-case letters, digits and hyphens")
    if len(plan.code) > LONGEST_CODE:
        raise FundKnown(f"The code has {len(plan.code)} characters: use at most {LONGEST_CODE}")
    if Fund.objects.filter(code=plan.code).exists():
        raise FundKnown(f"There is a fund {plan.code} already: give this one another code")
    fund = Fund.objects.create(
        place=place, code=plan.code, name=plan.name[:300], round=plan.round, follows=follows, rolled=rolled or {}, added_by=by.signature
    )  # fmt: skip
    tables = plan_kind().schema.tables
    FundFile.objects.bulk_create(
        [
            FundFile(fund=fund, file=name, content=content_of(name, text, tables))
            for name, text in texts.items()
            if name.removesuffix(".csv") not in KEPT_IN_TABLES
        ]
    )
    kept = import_record(fund, plan, by=by)
    know_partners(plan, by=by.signature)
    told = {
        "round": plan.round,
        "fingerprint": plan.fingerprint,
        "follows": follows.code if follows else "",
        **{name: count for name, count in kept.items() if count},
        **{name: len(rows) for name in ("sign_offs", "submissions") if (rows := plan.tables[name])},
    }
    record_event(by=by.signature, action="fund added", subject=fund.code, detail=told, place=place.code)
    return fund


def know_partners(plan: FundPlan, *, by: str) -> None:
    """Make the partners of a plan organisations of the workspace, so that people can be invited to sign for them."""
    for partner in plan.partners:
        if len(partner.partner) <= _LONGEST_CODE:
            add_organisation(code=partner.partner, name=partner.name[:200], by=by)


def add_texts(place: StoredPlace, texts: Mapping[str, str], *, by: Person) -> Fund:
    """Keep the plan that the texts of a folder make. Raises FaultsFound, FundKnown."""
    read = read_plan_texts(texts)
    read.faults.raise_if_any()
    assert read.plan is not None, "a plan without faults is there"
    queries.rounds().get(read.plan.round)
    known = {
        name: text
        for name, text in texts.items()
        if name == plan_kind().file or name.removesuffix(".csv") in plan_kind().schema.tables
    }
    return add_fund(place, read.plan, known, by=by)


def roll_fund(fund: Fund, to: str, *, code: str, name: str, by: Person) -> Fund:
    """Roll a fund forward into the round that follows. Raises FaultsFound, RoundsDoNotFollow, FundKnown."""
    seen = queries.seen(fund)
    if seen.plan is None or seen.faults:
        raise FaultsFound(seen.faults if seen.faults else Faults())
    rolled = seen.pooled.with_plan(seen.plan).roll(to, code=code, name=name)
    return add_fund(
        fund.place, rolled.plan, rolled.plan.texts(), by=by, follows=fund, rolled=rolled.document()
    )


@transaction.atomic
def keep_version(fund: Fund, plan: FundPlan, *, by: str) -> FundVersion:
    """The content of a plan, kept by its fingerprint: the same content is kept once."""
    found = FundVersion.objects.filter(fund=fund, fingerprint=plan.fingerprint).first()
    return found or FundVersion.objects.create(
        fund=fund, fingerprint=plan.fingerprint, document=queries.texts_of(fund), by=by
    )
