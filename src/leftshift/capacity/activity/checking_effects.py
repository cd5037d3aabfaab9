"""Named checks of what interventions do to activity: that each says enough, does something, and takes no more than there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from leftshift.capacity.activity.posting import activity_contributions
from leftshift.capacity.activity.postings import NO_EFFECT, STEPS
from leftshift.capacity.activity.projecting import Plan, plan_of
from leftshift.capacity.activity.selecting import NothingChosen, Selector
from leftshift.economy.arrays import Codes, Floats
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.checking_interventions import effect_rules
from leftshift.place.place import Place
from leftshift.place.rows import Effect
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

NEEDED = (
    "activity_effects", "activity", "points_of_delivery", "contracts", "services", "bed_types", "sites", "interventions",
    "population", "age_weights", "rules", "effects", "stated_effects", "organisations", "assumptions", "derivations",
    "settings", "profiles", "avoidance_plans", "risk_groups",
)  # fmt: skip
"""The tables that effects on activity rest on."""
_A_HAIR = 1e-9


def effect_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Faults of effects on activity; told once everything that they rest on is sound."""
    if not place.activity_effects or not seen.is_sound(*NEEDED):
        return
    may_choose = seen.is_usable("activity", "points_of_delivery", "bed_types")
    found = [fault for effect in place.activity_effects for fault in _of_one(place, effect, may_choose)]
    found += _names(place)
    yield from found
    if found or not seen.is_usable(*NEEDED):
        return
    plan = plan_of(place)
    yield from _more_than_there_is(plan)
    contributed = [row for entry in activity_contributions(plan) for row in entry.tables["effects"]]
    effects = tuple(row for row in contributed if isinstance(row, Effect))
    yield from effect_rules(place.with_tables(effects=effects), seen)


# ------------------------------------------------------------------ one effect
def _of_one(place: Place, effect: ActivityEffect, may_choose: bool) -> Iterator[Fault]:
    rows = {row.activity: row for row in place.activity}
    target = rows.get(effect.to_activity or "")
    yield from _amount(effect)
    yield from _target(effect, target)
    yield from _back_fill(place, effect, target)
    if not may_choose:
        return
    try:
        chosen = Selector(place, place.activity).chosen(effect)
    except NothingChosen as problem:
        yield fault_at(
            effect, problem.column, "nothing uses it", expected=problem.expected, action=problem.action
        )
        return
    sources = [place.activity[at] for at in chosen.rows]
    if target:
        yield from _direction(effect, target, sources)
    if effect.posted:
        yield from _priced(effect, target, sources)


def _amount(effect: ActivityEffect) -> Iterator[Fault]:
    given = [name for name in ("amount", "percent", "plan") if getattr(effect, name) is not None]
    if len(given) != 1:
        kind = "two values" if given else "missing value"
        yield fault_at(effect, "amount", kind, expected="an amount, a percent or a plan to avoid admissions", action="Give one of them")  # fmt: skip
    if effect.plan is not None and effect.change in ("length_of_stay", "follow_up_ratio"):
        yield fault_at(effect, "plan", "nothing uses it", expected=f"an empty cell: {effect.change} avoids no admission", action="Clear the cell, or correct the change")  # fmt: skip
    if effect.amount is None:
        if effect.unit != "activity":
            yield fault_at(effect, "unit", "nothing uses it", expected="an empty cell: only an amount has a unit", action="Clear the cell")  # fmt: skip
        return
    if effect.change == "length_of_stay" and effect.unit == "activity":
        yield fault_at(effect, "unit", "not one of the choices", expected="bed_days or beds: a shorter stay takes no activity away", action="Correct the unit, or give a percent")  # fmt: skip
    if effect.change == "follow_up_ratio" and effect.unit != "activity":
        yield fault_at(effect, "unit", "not one of the choices", expected="activity: follow-ups for one first attendance", action="Correct the unit")  # fmt: skip


def _target(effect: ActivityEffect, target: Activity | None) -> Iterator[Fault]:
    goes = catalogue("changes")[effect.change]["goes_to"]
    if goes == "must" and effect.to_activity is None:
        yield fault_at(effect, "to_activity", "missing value", expected=f"where it goes: {effect.change} needs it", action="Name the row of activity that grows by it")  # fmt: skip
    if goes == "no":
        for column in ("to_activity", "backfills", "overflow_to"):
            if getattr(effect, column) is not None:
                yield fault_at(effect, column, "nothing uses it", expected=f"an empty cell: {effect.change} moves nothing", action="Clear the cell, or choose another change")  # fmt: skip
    if target and target.length_of_stay and effect.change == "shift_provider" and effect.ratio != 1:
        yield fault_at(effect, "ratio", "value out of range", expected="1: a shift between providers keeps its bed days", action="Clear the cell; another length of stay stands at the activity that arrives")  # fmt: skip
    if target and effect.change == "shift_provider" and target.length_of_stay == 0:
        yield fault_at(effect, "to_activity", "value out of range", expected="activity with a length of stay above nought", action="Give the stay of what arrives: bed days are kept")  # fmt: skip


def _direction(effect: ActivityEffect, target: Activity, sources: list[Activity]) -> Iterator[Fault]:
    providers = {row.provider for row in sources}
    if effect.change == "shift_provider" and target.provider in providers:
        yield fault_at(effect, "to_activity", "same provider", expected="activity of another provider", action="Name it, or write shift_setting")  # fmt: skip
    if effect.change in ("shift_setting", "substitute") and providers != {target.provider}:
        yield fault_at(effect, "to_activity", "other provider", expected=f"activity of {', '.join(sorted(providers))}", action="Name it, or write shift_provider")  # fmt: skip


def _back_fill(place: Place, effect: ActivityEffect, target: Activity | None) -> Iterator[Fault]:
    if effect.backfills is None:
        if effect.overflow_to is not None:
            yield fault_at(effect, "overflow_to", "nothing uses it", expected="an empty cell: nothing is back-filled", action="Clear it, or name in backfills what frees the beds")  # fmt: skip
        return
    if effect.change != "shift_provider":
        yield fault_at(effect, "backfills", "nothing uses it", expected="a shift to another provider", action="Clear the cell, or write shift_provider")  # fmt: skip
    if effect.overflow_to is None:
        yield fault_at(effect, "overflow_to", "missing value", expected="where it goes that finds no freed bed", action="Name a row of activity, such as a community team")  # fmt: skip
    stages = {row.intervention: row.stage for row in place.interventions}
    freeing = next((row for row in place.activity_effects if row.effect == effect.backfills), None)
    if freeing is None or target is None:
        return  # told as a name that is not there
    if freeing.backfills is not None or freeing.effect == effect.effect:
        yield fault_at(effect, "backfills", "defined from itself", expected="an effect that frees beds and back-fills none", action="Name the effect that frees the beds")  # fmt: skip
    elif stages.get(freeing.intervention) != stages.get(effect.intervention):
        yield fault_at(effect, "backfills", "other stage", expected="an effect of the same stage", action="Let both be planned, or neither")  # fmt: skip


def _priced(effect: ActivityEffect, target: Activity | None, sources: list[Activity]) -> Iterator[Fault]:
    arrives = [target] if target and effect.change != "shift_provider" else []
    missing = [row.activity for row in (*sources, *arrives) if row.contract is None or row.unit_price is None]
    if missing:
        yield fault_at(effect, "posted", "missing value", found=f"no contract or unit price in {', '.join(missing[:5])}", expected="activity with both: the money follows from them", action="Add them, or write no in posted")  # fmt: skip


# ------------------------------------------------------------------ all effects together
def _used_twice(place: Place, column: str) -> Iterator[Fault]:
    """Admissions are avoided once, and a freed bed is filled once."""
    first: dict[str, str] = {}
    for effect in place.activity_effects:
        name = getattr(effect, column)
        if name is not None and first.setdefault(name, effect.effect) != effect.effect:
            yield fault_at(effect, column, "counted twice", expected=f"a name that no other effect has here; {first[name]} has it", action="Join the two effects, or give one of them an amount")  # fmt: skip


def _names(place: Place) -> Iterator[Fault]:
    """Money is counted once: an intervention posts its activity or states its money, not both."""
    taken = {row.effect for row in place.effects}
    plans = {row.plan: row for row in place.avoidance_plans}
    money = {row.intervention for row in place.effects} | {row.intervention for row in place.stated_effects}
    for column in ("plan", "backfills"):
        yield from _used_twice(place, column)
    for effect in place.activity_effects:
        if effect.effect in taken:
            yield fault_at(effect, "effect", "name already taken", expected="a name that effects.csv does not use", action="Rename it")  # fmt: skip
        plan = plans.get(effect.plan or "")
        if plan and plan.intervention not in (None, effect.intervention):
            yield fault_at(effect, "plan", "other intervention", expected=f"a plan of {effect.intervention}", action=f"{plan.plan} is of {plan.intervention}: correct one of them")  # fmt: skip
        if effect.posted and effect.intervention in money:
            yield fault_at(effect, "posted", "counted twice", found="yes", expected="no, for its intervention states its money", action="Write no, or take the intervention out of effects.csv and stated_effects.csv")  # fmt: skip
        if not effect.posted and effect.intervention not in money:
            yield fault_at(effect, "posted", "nothing uses it", found="no", expected="yes, for its intervention states no money", action="Write yes, or state its money")  # fmt: skip
        if effect.posted and effect.profile:
            yield fault_at(effect, "profile", "nothing uses it", expected="an empty cell: money and activity build up together", action="Give the profile to the intervention")  # fmt: skip
        if not effect.posted and effect.rule:
            yield fault_at(effect, "rule", "nothing uses it", expected="an empty cell: its money is stated", action="Clear the cell")  # fmt: skip


def _more_than_there_is(plan: Plan) -> Iterator[Fault]:
    """No row loses more activity or bed days than it has, in any year; of a row that loses too much of both, activity is told."""
    postings = plan.postings
    first = postings.step == STEPS.index("start")
    told = set[int]()
    for what, base in (("activity", postings.activity), ("bed days", postings.bed_days)):
        start = np.zeros(len(plan.rows))
        start[postings.row[first]] = base[first]
        losing = np.flatnonzero((postings.effect != NO_EFFECT) & (base < 0) & plan.counted())
        lost = _lost(plan, losing, base)
        over = lost > start[None] * (1 + _A_HAIR) + _A_HAIR
        for row in np.flatnonzero(over.any(axis=0)).tolist():
            if row not in told:
                told.add(row)
                year = int(np.argmax(over[:, row]))
                share = f"{lost[year, row] / start[row]:.0%} of it" if start[row] else "some"
                numbers = sorted({*postings.effect[losing[postings.row[losing] == row]].tolist()})
                effects = [plan.effects[number] for number in numbers]
                yield _too_much(effects, f"{share} in {plan.place.years[year]}", f"{what} of {plan.rows[row].activity}")  # fmt: skip


def _lost(plan: Plan, losing: Codes, base: Floats) -> Floats:
    """What postings take from each row, before growth, which is the same on both sides [year, row]."""
    levels = plan.levels().effects[:, :, 0]
    found = np.zeros((len(levels), len(plan.rows)))
    for at in losing:
        found[:, plan.postings.row[at]] -= base[at] * levels[:, plan.postings.effect[at]]
    return found


def _too_much(effects: Sequence[ActivityEffect], found: str, most: str) -> Fault:
    last = effects[-1]
    return fault_at(
        last,
        "percent" if last.percent is not None else "amount",
        "more than there is",
        found=f"{found}, with {', '.join(effect.effect for effect in effects)}",
        expected=f"at most the {most}",
        action="Lower the amounts, or choose more activity",
    )
