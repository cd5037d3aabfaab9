"""Inputs that somebody moves to ask "what if?", each as one named change of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from leftshift.foundation.toml_text import toml_string
from leftshift.place.place import Place
from leftshift.place.rows import Assumption, Contract, Intervention, Line, Row
from leftshift.place.schema import catalogue

COMMON_DELIVERY = "delivery"
"""The key of what turns the delivery of every intervention alike."""
KINDS = ("rate", "delivery", "delay", "value")


class NotALever(LookupError):
    """A lever that the place does not have, or a setting outside its range; the words say what is possible."""


@dataclass(frozen=True)
class Range:
    """How far a kind of lever goes, in its own unit."""

    name: str
    unit: str
    lowest: Decimal
    highest: Decimal
    step: Decimal
    source: str


@dataclass(frozen=True)
class Lever:
    """An input that can be moved: ``key`` names it in an address, ``stands_at`` is where the plan has it."""

    key: str
    kind: str
    name: str
    stands_at: Decimal
    where: Mapping[str, str] = field(hash=False)

    @property
    def range(self) -> Range:
        """How far it goes."""
        return range_of(self.kind)

    def set_to(self, text: str) -> Decimal:
        """A setting as somebody wrote it; raises NotALever where it is none or outside the range."""
        try:
            found = Decimal(text.strip().replace("−", "-"))
        except ArithmeticError:
            raise NotALever(f"{self.name}: {text[:40]!r} is no number") from None
        within = self.range
        if not found.is_finite() or not within.lowest <= found <= within.highest:
            raise NotALever(
                f"{self.name}: {text[:40]} is not between {within.lowest} and {within.highest} {within.unit}"
            )
        return found


@cache
def range_of(kind: str) -> Range:
    """The range of a kind of lever, from levers.toml."""
    given = catalogue("levers")[kind]
    lowest, highest, step = (Decimal(str(given[name])) for name in ("lowest", "highest", "step"))
    return Range(given["name"], given["unit"], lowest, highest, step, given["source"])


def levers_of(place: Place) -> dict[str, Lever]:
    """Every lever of a place by its key, in an order of their own."""
    found: dict[str, Lever] = {}
    for row in (*place.assumptions, *place.interventions, *place.contracts, *place.lines):
        for lever in levers_of_row(place, row):
            found.setdefault(lever.key, lever)
    return dict(sorted(found.items()))


def levers_of_row(place: Place, row: Row) -> list[Lever]:
    """The levers that move a row; none where it is no such input."""
    if isinstance(row, Assumption):
        names = {body.code: body.name for body in place.organisations}
        what = row.assumption.replace("_", " ").capitalize()
        whose = names.get(
            row.organisation,
            f"{row.organisation} organisations" if row.organisation == "all" else row.organisation,
        )
        where = {"organisation": row.organisation, "assumption": row.assumption}
        return [
            Lever(
                f"rate.{row.organisation}.{row.assumption}", "rate", f"{what} of {whose}", Decimal(0), where
            )
        ]
    if isinstance(row, Intervention):
        where = {"intervention": row.intervention}
        hundred = Decimal(str(row.delivery)) * 100
        found = [Lever(f"delivery.{row.intervention}", "delivery", f"Delivery of {row.name}", hundred, where)]
        if row.start is not None:
            found.append(
                Lever(
                    f"delay.{row.intervention}",
                    "delay",
                    f"Delay of {row.name}",
                    Decimal(row.delay_months),
                    where,
                )
            )
        return found
    if isinstance(row, Contract):
        what = f"Contract {row.contract}, {row.service.replace('_', ' ')}"
        return [Lever(f"value.{row.contract}", "value", what, Decimal(0), {"contract": row.contract})]
    if isinstance(row, Line):
        return [Lever(f"value.{row.line}", "value", f"Line {row.line}", Decimal(0), {"line": row.line})]
    return []


def scenario_text(name: str, source: str, settings: Mapping[Lever, Decimal]) -> str:
    """The file of a scenario that sets levers; those that stand where the plan has them are left out."""
    parts = [
        f"name = {toml_string(name)}",
        'description = "Set by hand, to ask what if."',
        f"source = {toml_string(source)}",
    ]
    for lever, setting in settings.items():
        if setting != lever.stands_at:
            parts.append("\n[[change]]\n" + "\n".join(_change(lever, setting)))
    return "\n".join(parts) + "\n"


def _change(lever: Lever, setting: Decimal) -> list[str]:
    table = {"rate": "assumptions", "delivery": "interventions", "delay": "interventions"}.get(
        lever.kind, "contracts" if "contract" in lever.where else "lines"
    )
    where = ", ".join(f"{name} = {toml_string(value)}" for name, value in lever.where.items())
    does = {
        "rate": f'add = {{ percent = "{setting}%" }}',
        "delivery": f'set = {{ delivery = "{setting}%" }}',
        "delay": f'set = {{ delay_months = "{setting.to_integral_value()}" }}',
        "value": f'times = {{ value = "{100 + setting}%" }}',
    }[lever.kind]
    why = f"{lever.name}: {setting:+}" if lever.kind in ("rate", "value") else f"{lever.name}: {setting}"
    return [
        f"why = {toml_string(f'{why} {lever.range.unit}')}",
        f'table = "{table}"',
        f"where = {{ {where} }}",
        does,
    ]
