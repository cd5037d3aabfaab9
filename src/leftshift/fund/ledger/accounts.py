"""Accounts of a pooled fund, from the chart in accounts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from leftshift.foundation.faults import near_miss, shown
from leftshift.fund.ledger.refusals import AccountNotUnderstood

FIELDS: Final = ("source", "scheme", "partner", "hold")
HOLD_KINDS: Final = ("reserve", "contingency", "risk_share")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of account: its name, its usual side, which fields it has, and how it counts."""

    code: str
    name: str
    side: str
    fields: tuple[str, ...]
    optional: frozenset[str]
    memorandum: bool
    floor: bool
    closes: bool
    available: int

    @property
    def sign(self) -> int:
        """1 where its usual balance is a debit, -1 where it is a credit."""
        return 1 if self.side == "debit" else -1


@cache
def chart() -> Mapping[str, Kind]:
    """Every kind of account by its code, in the order of the chart."""
    text = resources.files("leftshift.fund.ledger").joinpath("accounts.toml").read_text("utf-8")
    return {code: _kind(code, row) for code, row in tomllib.loads(text).items()}


def _kind(code: str, row: dict[str, Any]) -> Kind:
    return Kind(
        code=code,
        name=row["name"],
        side=row["side"],
        fields=tuple(row["fields"]),
        optional=frozenset(row.get("optional", ())),
        memorandum=row.get("memorandum", False),
        floor=row.get("floor", False),
        closes=row.get("closes", False),
        available=row.get("available", 0),
    )


@dataclass(frozen=True, order=True, slots=True)
class Account:
    """One account: its kind, and the source, scheme, partner or hold that its kind asks for.

    Raises AccountNotUnderstood for a kind that is not in the chart, a field that is missing, and one too many.
    """

    kind: str
    source: str = ""
    scheme: str = ""
    partner: str = ""
    hold: str = ""

    def __post_init__(self) -> None:
        described = _known_kind(self.kind)
        for field in FIELDS:
            value: str = getattr(self, field)
            if value and field not in described.fields:
                raise AccountNotUnderstood(f"An account of {self.kind} has no {field}: leave it out.")
            if not value and field in described.fields and field not in described.optional:
                raise AccountNotUnderstood(f"An account of {self.kind} needs a {field}: name it.")
            if value and not _CODE.fullmatch(value):
                raise AccountNotUnderstood(
                    f"{shown(value)} is no code of a {field}: write letters, digits, '_', '-' and '.', up to 80."
                )

    @property
    def described(self) -> Kind:
        """Its kind as the chart describes it."""
        return chart()[self.kind]

    def __str__(self) -> str:
        values = [getattr(self, field) for field in self.described.fields]
        while values and not values[-1]:
            values.pop()
        return ":".join([self.kind, *values])

    @staticmethod
    def parse(text: str) -> Account:
        """Read an account as it is written: its kind, then its fields in the order of the chart."""
        kind, *values = text.strip().split(":")
        described = _known_kind(kind)
        if len(values) > len(described.fields):
            written = ":".join([kind, *(field.upper() for field in described.fields)])
            raise AccountNotUnderstood(f"{shown(text)} has too many parts: write {written}.")
        return Account(kind, **dict(zip(described.fields, values, strict=False)))


def _known_kind(kind: str) -> Kind:
    described = chart().get(kind)
    if described is None:
        near = near_miss(kind, chart())
        hint = f" Did you mean {near}?" if near else f" Write one of {', '.join(chart())}."
        raise AccountNotUnderstood(f"{shown(kind)} is no kind of account.{hint}")
    return described
