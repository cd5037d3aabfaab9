"""Read a business case from a TOML file; every fault at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from leftshift.foundation.reading_toml import (
    EARLIEST_YEAR,
    PROVENANCE,
    TomlReader,
    TomlTable,
    open_toml,
    toml_reader,
)
from leftshift.foundation.years import FinancialYear, years_between
from leftshift.fund.cases.case import (
    CLASSES,
    KINDS_OF_KEY,
    KINDS_OF_OPTION,
    WHAT_VARIES,
    Case,
    Key,
    Option,
    Organisation,
    Phase,
    Prices,
    Risk,
    Sensitivity,
)
from leftshift.fund.cases.checking import check_sharing
from leftshift.fund.cases.parameters import LEVELS, editions, five_cases, parameter, share
from leftshift.fund.cases.reading_lines import Known, read_lines

_TOP = (
    "title",
    "author",
    "base_year",
    "last_year",
    "edition",
    "first_year_number",
    "optimism_bias",
    "preferred",
    "prices",
    "organisations",
    "phases",
    "keys",
    "ramps",
    "options",
    "lines",
    "sensitivities",
    "grid",
    "risks",
    *five_cases(),
)
_LEVELS_OF_RISK = ("low", "medium", "high")
_MOST_CHANGE = Decimal(100)
_MOST_IN_GRID = 25
_FILE = "case.toml"


def read_case(path: Path) -> Case:
    """The case of a file; raises FaultsFound, and OSError where there is none."""
    return _case(open_toml(path))


def case_of(text: str, file: str = _FILE) -> Case:
    """The case of a text; raises FaultsFound with everything that is wrong with it."""
    return _case(toml_reader(text, file))


def _case(reader: TomlReader) -> Case:
    top = reader.table
    top.known(_TOP)
    organisations = _organisations(top)
    codes = tuple(row.code for row in organisations)
    phases = _phases(top, codes)
    options = _options(top)
    keys = _keys(top, codes)
    # Without a base year, which is a fault, the rest is read as from the earliest that there may be: all is said at once.
    base = top.year("base_year", needed=True) or EARLIEST_YEAR
    last = top.year("last_year")
    known = Known(
        base,
        _last(top, base, last),
        {row.code: row for row in phases},
        codes,
        keys,
        tuple(row.code for row in options),
        _ramps(top),
    )
    lines = read_lines(top, known)
    years = years_between(
        base, known.last or max((year for row in lines for year in row.amounts), default=base)
    )
    line_codes = [row.code for row in lines]
    found = Case(
        title=top.text("title", needed=True),
        author=top.text("author"),
        years=years,
        edition=top.choice("edition", [row.edition for row in editions()]) if "edition" in top else "",
        first_year_number=_first_year_number(top),
        bias_level=top.choice("optimism_bias", LEVELS, "none"),
        prices=_prices(top.table("prices"), years),
        organisations=organisations,
        phases=phases,
        keys=keys,
        options=options,
        preferred=_preferred(top, options),
        lines=lines,
        sensitivities=_sensitivities(top, line_codes, codes),
        grid=_grid(top.table("grid")),
        risks=tuple(_risk(entry) for entry in top.tables("risks")),
        words=_words(top),
        fingerprint="",
        file=reader.file,
    )
    if not reader.faults:
        check_sharing(found, reader)
    reader.faults.raise_if_any()
    return replace(found, fingerprint=_fingerprint(found))


def _fingerprint(case: Case) -> str:
    return sha256(repr(replace(case, file="", fingerprint="")).encode()).hexdigest()


def _first_year_number(top: TomlTable) -> int:
    found = top.whole("first_year_number", least=0, most=1)
    return int(parameter("first_year_number")) if found is None else found


def _last(top: TomlTable, base: FinancialYear, last: FinancialYear | None) -> FinancialYear | None:
    most = int(parameter("most_years"))
    if last is not None and not base <= last <= base.plus(most - 1):
        expected = f"a year from {base} to {base.plus(most - 1)}: rates are stated for {most} years"
        top.refuse("year out of range", "last_year", expected, "Correct it", found=str(last))
        return None
    return last


# ---------------------------------------------------------------------------- who, when and how
@dataclass
class _Once:
    """Codes that a list of tables gives, each of which may be given once."""

    seen: set[str]

    def code(self, entry: TomlTable) -> str:
        code = entry.text("code", needed=True)
        if code and code in self.seen:
            entry.refuse("duplicate key", "code", "each code once", "Use another code", found=code)
        self.seen.add(code)
        return code


def _organisations(top: TomlTable) -> tuple[Organisation, ...]:
    once, found, entries = _Once(set()), list[Organisation](), top.tables("organisations")
    if not entries:
        top.missing("organisations", "[[organisations]] with code and name, at least one")
    for entry in entries:
        entry.known(("code", "name", "role", "population", *PROVENANCE))
        entry.provenance()
        people = entry.whole("population", least=1)
        code = once.code(entry)
        found.append(Organisation(code, entry.text("name") or code, entry.text("role"), people))
    return tuple(found)


def _phases(top: TomlTable, codes: Sequence[str]) -> tuple[Phase, ...]:
    once, found = _Once(set()), list[Phase]()
    for entry in top.tables("phases"):
        entry.known(("code", "name", "members", *PROVENANCE))
        code, members = once.code(entry), entry.texts("members")
        if not members:
            entry.missing("members", "the codes of the organisations that take part")
        for member in members:
            _one_of(entry, "members", member, codes, "an organisation")
        name = entry.text("name") or code
        found.append(Phase(code, name, members, entry.provenance()))
    return tuple(found)


def _one_of(entry: TomlTable, name: str, value: str, codes: Sequence[str], what: str) -> None:
    if value not in codes:
        TomlTable(entry.reader, {name: value}, entry.at).member(name, codes, what)


def _keys(top: TomlTable, codes: Sequence[str]) -> Mapping[str, Key]:
    once, found = _Once(set()), dict[str, Key]()
    for entry in top.tables("keys"):
        entry.known(("code", "kind", "weights", *PROVENANCE))
        code, kind = once.code(entry), entry.choice("kind", KINDS_OF_KEY)
        weights = entry.shares_by_name("weights")
        for name, weight in weights.items():
            _one_of(entry, "weights", name, codes, "an organisation")
            if weight < 0:
                expected = "nought or more"
                entry.refuse("value out of range", f"weights.{name}", expected, "Correct it", found=weight)
        needs = kind in ("fixed", "weights")
        if needs and not weights:
            entry.missing("weights", "weights by organisation, as { CCG = 60, COUNCIL = 40 }")
        if weights and not needs:
            expected = f"no weights: {kind} shares {KINDS_OF_KEY[kind]}"
            entry.refuse("value not used", "weights", expected, "Leave them out")
        total = sum(weights.values(), Decimal(0))
        if kind == "fixed" and weights and total != 1:
            expected = "percentages that add up to 100%"
            entry.refuse(
                "shares do not add up",
                "weights",
                expected,
                "Correct them",
                found=f"{(100 * total).normalize():f}%",
            )
        found[code] = Key(code, kind, weights, entry.provenance())
    return found


def _ramps(top: TomlTable) -> Mapping[str, tuple[Decimal, ...]]:
    once, found = _Once(set()), dict[str, tuple[Decimal, ...]]()
    for entry in top.tables("ramps"):
        entry.known(("code", "shares", *PROVENANCE))
        entry.provenance()
        found[once.code(entry)] = ramp_shares(entry, "shares")
    return found


def ramp_shares(entry: TomlTable, name: str) -> tuple[Decimal, ...]:
    """The shares of a ramp by year from the start; the last goes on."""
    shares = entry.shares(name)
    if not shares:
        entry.missing(name, 'shares by year, as ["25%", "75%", "100%"]')
    if any(not 0 <= value <= 10 for value in shares):
        entry.refuse("value out of range", name, "shares from 0% to 1,000%", "Correct them")
    return shares or (Decimal(1),)


def _options(top: TomlTable) -> tuple[Option, ...]:
    once, found, entries = _Once(set()), list[Option](), top.tables("options")
    if not entries:
        top.missing("options", "[[options]] with code, name and kind, at least one")
    for entry in entries:
        entry.known(("code", "name", "kind", "description"))
        code, kind = once.code(entry), entry.choice("kind", KINDS_OF_OPTION, "option")
        found.append(Option(code, entry.text("name") or code, kind, entry.text("description")))
    for kind in ("do_nothing", "do_minimum", "preferred"):
        if sum(row.kind == kind for row in found) > 1:
            top.refuse("duplicate key", "options", f"one option of kind {kind}", "Change the others")
    return tuple(found)


def _preferred(top: TomlTable, options: Sequence[Option]) -> str:
    codes = [row.code for row in options]
    by_kind = next((row.code for row in options if row.kind == "preferred"), "")
    named = top.member("preferred", codes, "an option", needed=False)
    if named and by_kind and named != by_kind:
        expected = f"{by_kind}, which is of kind preferred"
        top.refuse("contradiction", "preferred", expected, "Say it in one place", found=named)
    if not named and not by_kind and len(codes) > 1 and "preferred" not in top:
        top.missing("preferred", "the code of the preferred option: " + ", ".join(codes))
    return named or by_kind or (codes[0] if codes else "")


def _prices(entry: TomlTable, years: tuple[FinancialYear, ...]) -> Prices:
    entry.known(("terms", "deflator", "deflators", *PROVENANCE))
    nominal = entry.choice("terms", ("real", "nominal"), "real") == "nominal"
    deflator = entry.share("deflator")
    table, by_year = entry.table("deflators"), dict[FinancialYear, Decimal]()
    for label in table.given:
        year, rise = table.year_of(label, label[:80]), table.share(label)
        if year is not None and rise is not None:
            by_year[year] = rise
    for rise in [*by_year.values(), *([] if deflator is None else [deflator])]:
        if not Decimal("-0.5") < rise < 5:
            entry.refuse(
                "value out of range", "deflator", "a rise from −50% to 500% a year", "Correct it", found=rise
            )
    given = deflator is not None or bool(by_year)
    if given and not nominal:
        entry.refuse("value not used", "deflator", 'terms = "nominal" beside it', "Say so, or leave it out")
    if nominal and deflator is None and not set(years[1:]) <= set(by_year):
        missing = next(year for year in years[1:] if year not in by_year)
        entry.missing("deflator", f"the rise of prices in {missing} and every other year, or one for all")
    return Prices(nominal, deflator or Decimal(0), by_year, entry.provenance())


# ----------------------------------------------------------------------------- questions and words
def _sensitivities(
    top: TomlTable, lines: Sequence[str], organisations: Sequence[str]
) -> tuple[Sensitivity, ...]:
    return tuple(_sensitivity(entry, lines, organisations) for entry in top.tables("sensitivities"))


def _sensitivity(entry: TomlTable, lines: Sequence[str], organisations: Sequence[str]) -> Sensitivity:
    entry.known(("name", "what", "which", "change"))
    what = entry.choice("what", WHAT_VARIES)
    which = ""
    choices = {"line": lines, "organisation": organisations, "class": list(CLASSES)}.get(what)
    if choices is not None:
        which = entry.member("which", choices, "an organisation" if what == "organisation" else f"a {what}")
    elif "which" in entry:
        entry.refuse("value not used", "which", f"nothing: {what} means all", "Leave it out")
    if "change" not in entry:
        entry.missing("change", "a change such as +10%, a rate such as 5%, or a number of years")
    change = _change(entry, what)
    return Sensitivity(entry.text("name"), what, which, change)


def _change(entry: TomlTable, what: str) -> Decimal:
    if what == "benefits_later":
        return Decimal(entry.whole("change", least=1, most=50) or 1)
    found = entry.share("change") or Decimal(0)
    least, most = (Decimal(0), Decimal(1)) if what == "rate" else (Decimal(-1), _MOST_CHANGE)
    if not least <= found <= most:
        expected = f"a share from {100 * least:f}% to {100 * most:f}%"
        entry.refuse("value out of range", "change", expected, "Correct it", found=found)
    return found


def _grid(entry: TomlTable) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    entry.known(("costs", "benefits"))
    plain = tuple(share(text) for text in parameter("grid"))
    found = []
    for name in ("costs", "benefits"):
        changes = tuple(dict.fromkeys(entry.shares(name)))
        if len(changes) > _MOST_IN_GRID or any(not -1 <= value <= _MOST_CHANGE for value in changes):
            expected = f"at most {_MOST_IN_GRID} changes of −100% or more"
            entry.refuse("value out of range", name, expected, "Correct them")
        found.append(changes or plain)
    return found[0], found[1]


def _risk(entry: TomlTable) -> Risk:
    entry.known(("risk", "likelihood", "impact", "mitigation", "owner"))
    likelihood, impact = (entry.choice(name, _LEVELS_OF_RISK) for name in ("likelihood", "impact"))
    return Risk(
        entry.text("risk", needed=True), likelihood, impact, entry.text("mitigation"), entry.text("owner")
    )


def _words(top: TomlTable) -> Mapping[str, Mapping[str, str]]:
    found = {}
    for name, about in five_cases().items():
        entry = top.table(name)
        entry.known(list(about["parts"]))
        found[name] = {part: entry.text(part) for part in about["parts"]}
    return found
