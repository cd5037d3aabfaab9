"""Rules of a round that a commissioner's file replaces, each one shown beside what the round says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from leftshift.foundation.reading_toml import PROVENANCE, Provenance, TomlTable
from leftshift.fund.premium.results import Override
from leftshift.fund.premium.rounds import COMBINING, Round, Rule

_LARGEST_PER_HEAD = 10_000


def overridden(rules: Round, entries: Sequence[TomlTable]) -> tuple[Round, tuple[Override, ...]]:
    """The round with the rules of the file in place of its own, and what was replaced."""
    found: dict[str, Override] = {}
    for entry in entries:
        entry.known(("what", "value", *PROVENANCE))
        what = entry.member("what", names_of(rules), "a rule of the round")
        provenance = entry.provenance()
        if what in found:
            entry.refuse("duplicate key", "what", "each rule once", "Leave one of the two out", found=what)
        if what and not provenance.source:
            entry.missing("source", "why the rule of the round is not used")
        own = _own(entry, what, provenance) if what else None
        if own is None:
            continue
        before = rules.combine if what == "combine" else _told(what, rule_at(rules, what))
        rules = _replaced(rules, what, own)
        after = own if isinstance(own, str) else _told(what, own)
        found[what] = Override(what, before, after, provenance)
    return rules, tuple(found.values())


def names_of(rules: Round) -> list[str]:
    """Every rule of a round that a file may replace, as ``gateways.red_1.reduction``."""
    return [*_rules_of(rules), "combine"]


def rule_at(rules: Round, what: str) -> Rule:
    """The rule of a name."""
    return _rules_of(rules)[what]


def _rules_of(rules: Round) -> Mapping[str, Rule]:
    return {
        "value_per_head": rules.value_per_head,
        "floor": rules.floor,
        **{f"measures.{row.code}.weight": row.weight for row in rules.measures},
        **{f"gateways.{row.code}.standard": row.standard for row in rules.gateways},
        **{f"gateways.{row.code}.reduction": row.reduction for row in rules.gateways},
        **{f"whole_gateways.{row.code}.left": row.left for row in rules.whole_gateways},
    }


def _is_share(what: str) -> bool:
    return what == "floor" or what.endswith((".weight", ".reduction", ".left"))


def _own(entry: TomlTable, what: str, provenance: Provenance) -> Rule | str | None:
    if "value" not in entry:
        entry.missing("value", "the rule to use instead")
        return None
    if what == "combine":
        return entry.choice("value", COMBINING)
    number = entry.share("value") if _is_share(what) else entry.number("value")
    if number is None:
        return None
    most = Decimal(1 if _is_share(what) else _LARGEST_PER_HEAD if what == "value_per_head" else 100)
    if not 0 <= number <= most:
        expected = "a share from 0% to 100%" if _is_share(what) else f"a number from 0 to {most:,}"
        entry.refuse("value out of range", "value", expected, "Correct it", found=number)
        return None
    return Rule(number, "own", provenance.source, provenance.dated)


def _told(what: str, rule: Rule) -> str:
    return f"{(rule.value * 100).normalize():f}%" if _is_share(what) else f"{rule.value.normalize():f}"


def _replaced(rules: Round, what: str, own: Rule | str) -> Round:
    if isinstance(own, str):
        return replace(rules, combine=own, combine_told="of this file, not of the round")
    kind, _, rest = what.partition(".")
    changed: dict[str, Any] = {kind: own}
    if rest:
        code, _, name = rest.rpartition(".")
        rows = getattr(rules, kind)
        changed[kind] = tuple(replace(row, **{name: own}) if row.code == code else row for row in rows)
    return replace(rules, **changed)
