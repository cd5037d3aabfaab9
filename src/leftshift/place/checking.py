"""Named checks of a whole place: each is a function that yields faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from leftshift.foundation.faults import LISTED_IN_FULL, Fault, near_miss, shown
from leftshift.foundation.sources import Origin
from leftshift.place import rows
from leftshift.place.checking_assurance import limits, verifications
from leftshift.place.checking_interventions import effect_rules, interventions, stated_pairs
from leftshift.place.checking_settings import settings
from leftshift.place.checking_uncertainty import correlations, uncertainty
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED, Row
from leftshift.place.schema import Column, Table, catalogue, schema
from leftshift.place.seen import Seen, fault_at

_SHARES = (
    "share_of_savings", "assumption", "growth_of_spending", "saving_of_spending", "net_growth_of_spending",
)  # fmt: skip
_BEYOND = ("bed type", "activity effect", "avoidance plan", "staff group", "capital programme")
_NAMED_BY_FIGURES = (
    "steps", "interventions", "assumptions", "derivations", "bed_types", "activity_effects", "avoidance_plans", "staff_groups",
    "capital_programmes",
)  # fmt: skip
FORM_PARAMETERS = (
    "agreed_growth",
    "cap",
    "collar",
    "marginal_rate",
    "risk_share",
    "at_risk",
    "outcome",
    "gain_share",
)


def check_place(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every fault that no single cell shows."""
    for check in CHECKS:
        yield from seen.noting(check(place, seen))


def references(place: Place, seen: Seen) -> Iterator[Fault]:
    """A cell that names something names what is there; refused rows are looked through as well."""
    for table in schema().tables.values():
        for name, column in table.columns.items():
            target = column.refers or column.refers_part
            if target and target not in seen.unread:
                kept = ((row.origin, getattr(row, name)) for row in place.table(table.name))
                refused = ((row.origin, row.values.get(name)) for row in seen.refused.get(table.name, ()))
                yield from dangling([*kept, *refused], column, target, _keys(place, target, seen))


def _keys(place: Place, table: str, seen: Seen) -> set[str]:
    key = schema().tables[table].key[0]
    return {getattr(row, key) for row in place.table(table)} | seen.mentioned.get(table, set())


def dangling(
    found: Iterable[tuple[Origin, Any]], column: Column, target: str, keys: set[str]
) -> Iterator[Fault]:
    """A fault for each cell that names what is not among the keys of another table."""
    head, of, rest = target.replace("_", " ").partition(" of ")
    singular = (f"{head[:-3]}y" if head.endswith("ies") else head.removesuffix("s")) + of + rest
    article = "an" if singular[0] in "aeiou" else "a"
    allowed = keys | set(column.also)
    guesses: dict[str, str | None] = {}
    for origin, value in found:
        if value is None or value == "" or value in allowed:
            continue
        if value not in guesses and len(guesses) < LISTED_IN_FULL:
            guesses[value] = near_miss(value, allowed)
        yield Fault(
            f"unknown {singular}",
            origin.file,
            origin.row or None,
            column.name,
            shown(value),
            f"{article} {singular} of {target}.csv",
            f"Correct it, or add it to {target}.csv",
            guesses.get(value),
        )


def empty_place(place: Place, seen: Seen) -> Iterator[Fault]:
    """A place has organisations and money."""
    if not place.organisations and seen.is_sound("organisations") and not seen.mentioned.get("organisations"):
        yield Fault(
            "empty place",
            "organisations.csv",
            None,
            None,
            "no rows",
            "at least one organisation",
            "Add the organisations of the place",
        )
    if not place.contracts and not place.lines and seen.is_sound("contracts", "lines"):
        yield Fault(
            "empty place",
            "lines.csv",
            None,
            None,
            "no rows",
            "contracts or lines",
            "Add what the organisations earn and spend",
        )


def own_perimeter(place: Place, seen: Seen) -> Iterator[Fault]:
    """The perimeter of place.toml has members."""
    names = {row.perimeter for row in place.perimeters}
    if place.perimeter and place.perimeter not in names and seen.is_sound("perimeters"):
        yield Fault(
            "unknown perimeter",
            "place.toml",
            None,
            "perimeter",
            shown(place.perimeter),
            "a perimeter of perimeters.csv",
            "Correct it, or add its members",
            near_miss(place.perimeter, names),
        )


def validity(place: Place, _: Seen) -> Iterator[Fault]:
    """An organisation's code holds in at least one year of the plan."""
    for row in place.organisations:
        if row.valid_from and row.valid_to and row.valid_from > row.valid_to:
            yield fault_at(
                row,
                "valid_to",
                "dates do not follow",
                expected=f"a day after {row.valid_from}",
                action="Correct one of the dates",
            )
        elif not any(row.validity.covers(year) for year in place.years):
            yield fault_at(
                row,
                "code",
                "code not valid",
                expected=f"a code that holds between {place.base_year} and {place.last_year}",
                action="Use the code of those years, or correct valid_from and valid_to",
            )


def contracts_between_two(place: Place, _: Seen) -> Iterator[Fault]:
    """A contract has two ends, and at most one of them is outside. Payments both ways are valid."""
    for row in place.contracts:
        if row.payer == row.payee:
            yield fault_at(
                row,
                "payee",
                "contract with itself",
                expected=f"another body than the payer {row.payer}",
                action="Correct payer or payee",
            )


def allocations(place: Place, _: Seen) -> Iterator[Fault]:
    """Only the kinds of body that kinds.toml names receive an allocation."""
    kinds = {row.code: row.kind for row in place.organisations}
    for row in place.lines:
        kind = kinds.get(row.organisation)
        if row.type == "allocation" and kind and not catalogue("kinds")[kind]["may_receive_allocation"]:
            yield fault_at(
                row,
                "organisation",
                "allocation not allowed",
                expected="a commissioner or a council",
                action=f"{row.organisation} is a {kind}, which receives no allocation: make the line other_income or a contract",
            )


def assumption_values(place: Place, _: Seen) -> Iterator[Fault]:
    """A row of assumptions has a rate, or follows another organisation: one of the two."""
    for row in place.assumptions:
        if (row.percent is None) == (row.follows is None):
            yield fault_at(
                row,
                "percent",
                "missing value" if row.percent is None else "two values",
                found="" if row.percent is None else None,
                expected="a rate in percent, or an organisation in follows",
                action="Give one of the two",
            )
        if row.follows == row.organisation:
            yield fault_at(
                row,
                "follows",
                "defined from itself",
                expected="another organisation",
                action="Give a rate, or follow another",
            )


def forms(place: Place, seen: Seen) -> Iterator[Fault]:
    """A form of contract has the parameters of its kind, and none that its kind does not use."""
    given = {
        "cap": lambda row: row.cap != 0.0,
        "collar": lambda row: row.collar != 0.0,
        "at_risk": lambda row: row.at_risk != 0.0,
        "gain_share": lambda row: row.gain_share != 0.0,
    }
    for row in place.forms:
        kind = catalogue("forms")[row.kind]
        for column in FORM_PARAMETERS:
            has = given.get(column, lambda row, column=column: getattr(row, column) is not None)(row)
            if column in kind["needs"] and not has:
                yield fault_at(
                    row,
                    column,
                    "missing value",
                    found="",
                    expected=f"{column} of a form of kind {row.kind}",
                    action="Fill in the cell",
                )
            if has and column not in (*kind["needs"], *kind["may"]):
                yield fault_at(
                    row,
                    column,
                    "nothing uses it",
                    expected=f"an empty cell: a form of kind {row.kind} does not use {column}",
                    action="Clear the cell, or choose another kind",
                )
        yield from _form_name(row)
        yield from _form_assumptions(place, row, seen)


def _form_name(row: rows.Form) -> Iterator[Fault]:
    if row.form in {"tariff", "block"} and row.kind != row.form:
        yield fault_at(
            row,
            "form",
            "name already taken",
            expected=f"another name: {row.form} stands for the kind {row.form}",
            action="Rename the form",
        )


def _form_assumptions(place: Place, row: rows.Form, seen: Seen) -> Iterator[Fault]:
    known = {entry.assumption for entry in place.assumptions} | {
        entry.assumption for entry in place.derivations
    }
    for column in ("agreed_growth", "outcome"):
        name = getattr(row, column)
        if name is not None and name not in known and seen.is_sound("assumptions", "derivations"):
            yield fault_at(
                row,
                column,
                "unknown assumption",
                expected="an assumption of assumptions.csv or derivations.csv",
                action="Correct it, or add the assumption",
                suggestion=near_miss(name, known),
            )


def profiles(place: Place, _: Seen) -> Iterator[Fault]:
    """A profile is by months or by financial years, not both."""
    kinds: dict[str, type] = {}
    for row in place.profiles:
        if kinds.setdefault(row.profile, type(row.period)) is not type(row.period):
            yield fault_at(
                row,
                "period",
                "profile of two kinds",
                expected="months only, or financial years only",
                action="Write all periods of the profile in one way",
            )


def unused(place: Place, seen: Seen) -> Iterator[Fault]:
    """What nothing uses is a slip: no part of a place is without effect in silence."""
    used: dict[str, tuple[tuple[str, ...], set[Any]]] = {
        "services": (("contracts", "lines"), {row.service for row in place.flow_rows}),
        "steps": (("interventions",), {row.step for row in place.interventions}),
        "profiles": (("interventions", "activity_effects"), _profiles_in_use(place)),
    }
    for name, (users, names) in used.items():
        table = schema().tables[name]
        if seen.is_sound(*users):
            yield from _unused_rows(
                place.table(name), table, names, " or ".join(f"{user}.csv" for user in users)
            )


def _profiles_in_use(place: Place) -> set[Any]:
    return {row.profile for row in place.interventions} | {row.profile for row in place.activity_effects}


def _unused_rows(found: Iterable[Row], table: Table, names: set[Any], users: str) -> Iterator[Fault]:
    key = table.key[0]
    told: set[str] = set()
    for row in found:
        name = getattr(row, key)
        if name not in names and name not in told:
            told.add(name)
            yield fault_at(
                row,
                key,
                "nothing uses it",
                expected=f"a row of {users} that uses it",
                action="Use it, or remove it",
            )


def unattributed_member(place: Place, seen: Seen) -> Iterator[Fault]:
    """Where effects are not attributed, the perimeter says whether they count in it."""
    stated = next((row for row in place.stated_effects if row.organisation == UNATTRIBUTED), None)
    if stated and UNATTRIBUTED not in place.shares and seen.is_sound("perimeters"):
        yield fault_at(
            stated,
            "organisation",
            "unknown organisation",
            expected=f"a row {place.perimeter}, {UNATTRIBUTED} in perimeters.csv",
            action="Add it with share 100%, or attribute the effect",
        )


def published_items(place: Place, seen: Seen) -> Iterator[Fault]:
    """A published figure names what its kind of figure needs."""
    known = {
        "step": {row.step for row in place.steps},
        "intervention": {row.intervention for row in place.interventions},
        "assumption": {row.assumption for row in place.assumptions}
        | {row.assumption for row in place.derivations},
        "bed type": {row.bed_type for row in place.bed_types},
        "activity effect": {row.effect for row in place.activity_effects},
        "avoidance plan": {row.plan for row in place.avoidance_plans},
        "staff group": {row.staff_group for row in place.staff_groups},
        "capital programme": {row.programme for row in place.capital_programmes},
    }
    for row in place.published:
        figure = catalogue("figures")[row.figure]
        yield from _beyond_money(row, figure)
        if (figure["organisation"] == "must" and row.organisation is None) or (
            figure["organisation"] == "no" and row.organisation is not None
        ):
            words = "an organisation" if figure["organisation"] == "must" else "no organisation"
            yield fault_at(
                row,
                "organisation",
                "missing value" if row.organisation is None else "nothing uses it",
                expected=words,
                action="Correct the cell",
            )
        units = figure.get("units") or (["%"] if row.figure in _SHARES else ["£000", "£", "£m"])
        if row.unit not in units:
            yield fault_at(
                row,
                "unit",
                "not one of the choices",
                expected=f"{' or '.join(units)} for this figure",
                action="Correct the unit",
            )
        yield from _item(row, str(figure["item"]), known, seen)


def _beyond_money(row: rows.Published, figure: Mapping[str, Any]) -> Iterator[Fault]:
    """What is not money is not of a perimeter, and calibration cannot use it."""
    if "subject" not in figure:
        return
    if row.perimeter is not None:
        yield fault_at(
            row,
            "perimeter",
            "nothing uses it",
            expected="an empty cell: only money is of a perimeter",
            action="Clear the cell",
        )
    if row.calibrate:
        yield fault_at(
            row,
            "calibrate",
            "nothing uses it",
            expected="no: calibration moves money",
            action="Write no",
        )


def _item(row: rows.Published, needs: str, known: dict[str, set[str]], seen: Seen) -> Iterator[Fault]:
    kind = needs.removesuffix(" or none").removesuffix("s") if needs != "none" else "none"
    several = needs.startswith("steps") or needs == "staff group"
    items = [item for item in row.item.split("+") if item] if several else [row.item] if row.item else []
    if not items and not needs.endswith("none"):
        yield fault_at(row, "item", "missing value", expected=f"a {kind}", action="Fill in the cell")
    beyond = kind in _BEYOND
    for whole in items:
        names, item = known.get(kind, set()), whole.split(":")[0] if beyond else whole
        if item.strip() not in names and seen.is_sound(*_NAMED_BY_FIGURES):
            yield fault_at(
                row,
                "item",
                f"unknown {kind}" if names else "nothing uses it",
                expected=f"a {kind} of the place" if names else "an empty cell",
                action="Correct the cell",
                suggestion=near_miss(item, names),
            )


CHECKS: tuple[Callable[[Place, Seen], Iterator[Fault]], ...] = (
    references, empty_place, own_perimeter, settings, validity, contracts_between_two, allocations, assumption_values,
    forms, effect_rules, interventions, stated_pairs, profiles, unused, unattributed_member, published_items,
    uncertainty, correlations, verifications, limits,
)  # fmt: skip
