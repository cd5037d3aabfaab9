"""Every check by the name that rounds give it, and a whole plan checked by the rules of its round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.fund.checks import answers, lines, measured, money
from leftshift.fund.checks.findings import Check, Checked, Question
from leftshift.fund.plan.balances import balances, minimum_balances
from leftshift.fund.plan.differences import differences
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.signing import signed_state
from leftshift.fund.plan.totals import tie_out, totals
from leftshift.fund.rounds.checking import rule_words
from leftshift.fund.rounds.round import Round
from leftshift.place.place import Place

RULES: Mapping[str, Check] = {
    "v01": answers.complete,
    "v02": money.sources_balance,
    "v03": money.out_of_hospital,
    "v04": money.social_care,
    "v05": lines.joint_shares,
    "v06": lines.in_lists,
    "v07": lines.outputs,
    "v08": money.amounts,
    "v09": money.capital,
    "v10": lines.numbers,
    "v11": answers.unmet_conditions,
    "v12": measured.fractions,
    "v13": measured.values,
    "v14": measured.years,
    "v15": measured.operating_plan,
    "v16": answers.signed,
    "v17": answers.unchanged,
    "v18": money.large_changes,
    "v19": measured.claims,
    "v20": answers.texts,
    "v21": lines.codes,
    "v22": measured.provisional,
    "v23": answers.no_plan,
    "mandated": money.mandated,
    "printed": money.printed,
    "attributed": money.attributed,
    "business_plans": answers.business_plans,
    "pathways": measured.pathways,
    "deadline": answers.in_time,
}
SIGNING = ("v16", "v17", "deadline")
"""What is asked of a plan once it is whole: signatures, and whether it is in time."""


@dataclass(frozen=True)
class CheckedPlan:
    """A plan with what every rule of its round says of it on a day."""

    asked: Question
    rules: tuple[Checked, ...]

    @property
    def plan(self) -> FundPlan:
        """The plan."""
        return self.asked.plan

    @property
    def blocking(self) -> tuple[Checked, ...]:
        """The rules with which the plan cannot be sent."""
        return tuple(entry for entry in self.rules if entry.blocks)

    @property
    def ready_to_sign(self) -> bool:
        """Whether nothing but signatures keeps it from being sent."""
        return all(entry.rule.rule in SIGNING for entry in self.blocking)

    @property
    def sheets(self) -> dict[str, int]:
        """Page of the plan to the number of blocking findings on it."""
        counted: dict[str, int] = {}
        for entry in self.blocking:
            for finding in entry.findings:
                counted[finding.sheet] = counted.get(finding.sheet, 0) + 1
        return counted

    def document(self) -> dict[str, Any]:
        """Everything as plain values, money in £000."""
        plan, found = self.asked.plan, self.asked.round
        faults = [entry for checked in self.rules for entry in checked.fault_documents()]
        return {
            "plan": plan.code,
            "name": plan.name,
            "round": found.code,
            "area": plan.area,
            "as_of": str(self.asked.as_of),
            "unit": "£000",
            "fingerprint": plan.fingerprint,
            "totals": totals(plan, found).document(),
            "by_year": {str(year): totals(plan, found, year).document() for year in found.years},
            "balances": [entry.document() for entry in balances(plan, found)],
            "minimums": [entry.document() for entry in minimum_balances(plan, found)],
            "tie": [entry.document() for entry in tie_out(plan, found)],
            "rules": [entry.document() for entry in self.rules],
            "faults": faults,
            "total": len(faults),
            "blocking": sum(len(entry.findings) for entry in self.blocking),
            "ready_to_sign": self.ready_to_sign,
            "sign_off": signed_state(plan, found, plan.sign_offs, plan.submissions).document(),
            "unverified": dict(found.unverified),
        }


def check_plan(
    plan: FundPlan, found: Round, as_of: date, *, place: Place | None = None, signed: FundPlan | None = None
) -> CheckedPlan:
    """What every rule of the round says of a plan on a day.

    ``place`` is the place whose measures its metrics name; ``signed`` the content that was signed last, so that a change can be shown.
    """
    changes = differences(signed, plan) if signed is not None else ()
    asked = Question(plan, found, as_of, place, signed, changes)
    words = rule_words()
    return CheckedPlan(
        asked,
        tuple(
            Checked(
                rule,
                words[rule.rule]["name"],
                rule.words or words[rule.rule]["help"],
                tuple(RULES[rule.rule](asked, rule)),
            )
            for rule in found.rules
            if rule.severity != "off"
        ),
    )
