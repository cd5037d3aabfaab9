"""Read the lines of cost and benefit of a business case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leftshift.foundation.money import Money
from leftshift.foundation.reading_toml import LARGEST, PROVENANCE, TomlTable
from leftshift.foundation.years import FinancialYear
from leftshift.fund.cases.case import BENEFIT, CLASSES, COST, Key, Line, Phase
from leftshift.fund.cases.parameters import optimism_biases, parameter
from leftshift.fund.cases.sharing import rounded

_NAMES = (
    "code",
    "option",
    "side",
    "name",
    "organisation",
    "key",
    "phase",
    "amounts",
    "amount",
    "start",
    "end",
    "ramp",
    "frequency",
    "class",
    "direct",
    "health",
    "probability",
    "optimism_kind",
    "optimism",
    "quantity",
    *PROVENANCE,
)


@dataclass(frozen=True)
class Known:
    """What a line may refer to."""

    base: FinancialYear
    last: FinancialYear | None
    phases: Mapping[str, Phase]
    organisations: tuple[str, ...]
    keys: Mapping[str, Key]
    options: tuple[str, ...]
    ramps: Mapping[str, tuple[Decimal, ...]]

    def latest(self) -> FinancialYear:
        """The last year that may hold an amount."""
        return self.last or self.base.plus(int(parameter("most_years")) - 1)


def read_lines(top: TomlTable, known: Known) -> tuple[Line, ...]:
    """Every line, in the order of the file."""
    found: list[Line] = []
    codes: set[str] = set()
    for at, entry in enumerate(top.tables("lines"), start=1):
        entry.known(_NAMES)
        code = entry.text("code") or f"line-{at}"
        if code in codes:
            entry.refuse("duplicate key", "code", "each code once", "Use another code", found=code)
        codes.add(code)
        found.append(_line(entry, code, known))
    if not any(row.is_money for row in found):
        top.missing("lines", "[[lines]] of cost and benefit, at least one with an amount")
    return tuple(found)


def _line(entry: TomlTable, code: str, known: Known) -> Line:
    side = entry.choice("side", (COST, BENEFIT))
    if str(entry.given.get("side")).strip() not in (COST, BENEFIT):
        side = BENEFIT if "class" in entry else COST  # a guess, so that one slip is one fault
    option = known.options[0] if len(known.options) == 1 and "option" not in entry else ""
    option = option or entry.member("option", known.options, "an option")
    phase = entry.member("phase", list(known.phases), "a phase", needed=False)
    organisation, key = _whose(entry, side, phase, known)
    benefit_class = _class(entry, side)
    recurrent = entry.choice("frequency", ("recurrent", "one_off"), "recurrent") == "recurrent"
    amounts = _amounts(entry, known, recurrent=recurrent, benefit_class=benefit_class)
    bias_kind, bias_own = _bias(entry, side)
    return Line(
        code=code,
        option=option,
        side=side,
        name=entry.text("name", needed=True),
        organisation=organisation,
        key=key,
        phase=phase,
        amounts=amounts,
        benefit_class=benefit_class,
        is_direct=entry.yes("direct", otherwise=True),
        is_recurrent=recurrent,
        is_health=entry.yes("health", otherwise=False),
        probability=_probability(entry),
        bias_kind=bias_kind,
        bias_own=bias_own,
        quantity=entry.text("quantity"),
        provenance=entry.provenance(),
    )


def _whose(entry: TomlTable, side: str, phase: str, known: Known) -> tuple[str, str]:
    organisation = entry.member("organisation", known.organisations, "an organisation", needed=False)
    key = entry.member("key", list(known.keys), "a key", needed=False)
    if "organisation" in entry and "key" in entry:
        entry.refuse("two values", "key", "an organisation, or a key that shares", "Keep one of the two")
    if "organisation" not in entry and "key" not in entry:
        entry.missing("organisation", "who bears or gains it: an organisation, or a key that shares it")
    members = known.phases[phase].members if phase else known.organisations
    if organisation and organisation not in members:
        expected = "a member of the phase: " + ", ".join(members)
        entry.refuse(
            "not a member", "organisation", expected, "Add it to the phase, or correct it", found=organisation
        )
    if key and side == BENEFIT and known.keys[key].kind == "benefit_share":
        entry.refuse(
            "circular key",
            "key",
            "another key: benefits cannot be shared by shares of benefits",
            "Use another",
            found=key,
        )
    return organisation, key


def _class(entry: TomlTable, side: str) -> str:
    if side == BENEFIT:
        return entry.choice("class", CLASSES)
    if "class" in entry:
        entry.refuse("value not used", "class", "no class: it is told of benefits", "Leave it out")
    return ""


def _probability(entry: TomlTable) -> Decimal:
    found = entry.share("probability")
    if found is not None and not 0 <= found <= 1:
        entry.refuse(
            "value out of range", "probability", "a share from 0% to 100%", "Correct it", found=found
        )
    return Decimal(1) if found is None else found


def _bias(entry: TomlTable, side: str) -> tuple[str, Decimal | None]:
    kinds = optimism_biases()
    kind = entry.choice("optimism_kind", kinds) if "optimism_kind" in entry else ""
    own = entry.share("optimism")
    if own is not None and not 0 <= own <= 10:
        entry.refuse("value out of range", "optimism", "a share from 0% to 1,000%", "Correct it", found=own)
    if side == BENEFIT and (kind or own is not None):
        name = "optimism_kind" if kind else "optimism"
        expected = "no optimism bias: a doubtful benefit has a probability"
        entry.refuse("value not used", name, expected, "Leave it out")
    return kind, own


# --------------------------------------------------------------------------------------- amounts
def _amounts(
    entry: TomlTable, known: Known, *, recurrent: bool, benefit_class: str
) -> Mapping[FinancialYear, Money]:
    by_year, single = "amounts" in entry, "amount" in entry
    if by_year and single:
        entry.refuse("two values", "amount", "amounts by year, or one amount", "Keep one of the two")
        return {}
    if benefit_class == "qualitative" and (by_year or single):
        entry.refuse(
            "value not used",
            "amounts" if by_year else "amount",
            "no amount: what is qualitative has none",
            "Change its class, or leave it out",
        )
        return {}
    if not by_year and not single:
        if benefit_class not in ("qualitative", "quantifiable"):
            entry.missing("amounts", "amounts by year, or an amount with a start")
        elif benefit_class == "quantifiable":
            entry.text("quantity", needed=True)
        return {}
    found = _given(entry, known) if by_year else _built(entry, known, recurrent=recurrent)
    return {year: amount for year, amount in found.items() if amount.pence}


def _given(entry: TomlTable, known: Known) -> dict[FinancialYear, Money]:
    for name in ("start", "end", "ramp"):
        if name in entry:
            entry.refuse(
                "value not used", name, "no start, end or ramp beside amounts by year", "Leave it out"
            )
    found = entry.amounts("amounts")
    for year, amount in found.items():
        where = f"amounts.{year}"
        if not known.base <= year <= known.latest():
            expected = f"a year from {known.base} to {known.latest()}: what is spent before is not appraised"
            entry.refuse("year out of range", where, expected, "Correct it", found=str(year))
        if amount.pence < 0:
            expected = "nought or more: a saving is a benefit, a loss is a cost"
            entry.refuse(
                "value out of range", where, expected, "Write it on the other side", found=str(amount)
            )
    return {year: amount for year, amount in found.items() if known.base <= year <= known.latest()}


def _built(entry: TomlTable, known: Known, *, recurrent: bool) -> dict[FinancialYear, Money]:
    """One amount from its start on, by its ramp; once where it is not recurrent."""
    amount = entry.amount("amount", negative=False)
    start, end = entry.year("start", needed=True), entry.year("end")
    shares = _ramp(entry, known)
    if recurrent and end is None and known.last is None and "end" not in entry:
        entry.missing("end", "its last year, or last_year of the case")
    for name, year in (("start", start), ("end", end)):
        if year is not None and not known.base <= year <= known.latest():
            expected = f"a year from {known.base} to {known.latest()}"
            entry.refuse("year out of range", name, expected, "Correct it", found=str(year))
            return {}
    if amount is None or start is None:
        return {}
    last = (end or known.last or start) if recurrent else start.plus(len(shares) - 1)
    if last < start:
        entry.refuse("years the wrong way round", "end", f"{start} or later", "Correct it", found=str(last))
    if not recurrent and (last > known.latest() or end is not None):
        expected = f"no end, and a ramp that is over by {known.latest()}"
        entry.refuse("value out of range", "end" if end else "ramp", expected, "Correct it")
        return {}
    found = {}
    for at in range(last.starts - start.starts + 1):
        part = shares[min(at, len(shares) - 1)]
        found[start.plus(at)] = rounded(amount.pence * Fraction(part))
    if any(abs(value.pence) > LARGEST * 100 for value in found.values()):
        entry.refuse("number out of range", "ramp", f"amounts of at most £{LARGEST:,f}", "Correct it")
    return found


def _ramp(entry: TomlTable, known: Known) -> tuple[Decimal, ...]:
    value = entry.given.get("ramp")
    if value is None:
        return (Decimal(1),)
    if isinstance(value, list):
        shares = entry.shares("ramp")
        if not shares or any(not 0 <= part <= 10 for part in shares):
            entry.refuse("value out of range", "ramp", "shares from 0% to 1,000% by year", "Correct them")
        return shares or (Decimal(1),)
    name = entry.member("ramp", list(known.ramps), "a ramp")
    return known.ramps.get(name) or (Decimal(1),)
