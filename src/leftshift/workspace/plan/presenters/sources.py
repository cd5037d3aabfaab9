"""Where the numbers come from, how firm they are, and what calibration could not determine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from leftshift.economy.calibration.ranging import Ranges
from leftshift.economy.explanations.feeding import described
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.sources import BASES as ALL_BASES
from leftshift.place.rows import Assumption, Contract, Line
from leftshift.place.rows import Row as PlaceRow
from leftshift.reports import words
from leftshift.workspace.plan.presenters.page import (
    BASES,
    Page,
    Picture,
    amount,
    input_address,
    room_page,
    slug,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

_FACTS = (
    "contracts",
    "lines",
    "assumptions",
    "effects",
    "stated_effects",
    "resources",
    "interventions",
    "rules",
    "forms",
    "settings",
    "derivations",
    "services",
    "published",
)
_LISTED = 400


def sources(viewed: Viewed, year: str) -> Page:
    """Every source with what comes from it, the ranges that calibration leaves, and every input."""
    place = viewed.live.place
    counts = Counter(row.basis for name in _FACTS for row in place.table(name))
    total = sum(counts.values())
    firm = counts["published"] + counts["derived"]
    sentence = f"{firm:,} of {total:,} facts are published or follow from what is; {total - firm:,} are estimates, calibrated or assumed."
    picture = Picture(
        f"/places/{viewed.address}/charts/sources/{slug(year)}.svg?of={viewed.content}",
        sentence,
        "Bars of how many facts have which basis; the table below holds the figures by table.",
    )
    tables = [basis_table(viewed), source_table(viewed), *range_tables(viewed), *input_tables(viewed, year)]
    return room_page(viewed, "sources", "Sources", year, picture, tables, remarks=list(remarks(viewed)))


def remarks(viewed: Viewed) -> Iterator[str]:
    """What calibration determines and what not, in a sentence."""
    found = _ranges(viewed)
    if isinstance(found, Ranges):
        yield found.sentence()
    elif found:
        yield found


def _ranges(viewed: Viewed) -> Ranges | str | None:
    try:
        return viewed.live.ranges()
    except FaultsFound as problem:
        return f"The totals marked for calibration cannot be met together: {problem.faults.summary()}."


def basis_counts(viewed: Viewed) -> dict[str, int]:
    """Basis to how many facts have it, the firmest first."""
    place = viewed.live.place
    counts = Counter(row.basis for name in _FACTS for row in place.table(name))
    return {BASES[basis]: counts[basis] for basis in ALL_BASES if counts[basis]}


def basis_table(viewed: Viewed) -> Table:
    """Tables by basis."""
    place = viewed.live.place
    rows = []
    for name in _FACTS:
        counts = Counter(row.basis for row in place.table(name))
        if counts:
            cells = [
                Cell(f"{counts[basis]:,}" if counts[basis] else "–", number=counts[basis])
                for basis in ALL_BASES
            ]
            rows.append(
                Row(
                    [
                        Cell(name.replace("_", " ").capitalize()),
                        *cells,
                        Cell(f"{counts.total():,}", number=counts.total()),
                    ]
                )
            )
    columns = ["Table", *(BASES[basis] for basis in ALL_BASES), "All"]
    return Table("basis", "How firm the facts are", columns, rows, numeric_from=1)


def source_table(viewed: Viewed) -> Table:
    """Every source, with how many facts of which tables come from it; most first."""
    place = viewed.live.place
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name in _FACTS:
        for row in place.table(name):
            found[row.source][name.replace("_", " ")] += 1
    ordered = sorted(found.items(), key=lambda entry: (-entry[1].total(), entry[0]))
    rows = [
        Row(
            [
                Cell(source),
                Cell(f"{counts.total():,}", number=counts.total()),
                Cell(", ".join(f"{name} {count}" for name, count in counts.items())),
            ]
        )
        for source, counts in ordered
    ]
    return Table(
        "sources",
        "Every source and what comes from it",
        ["Source", "Facts", "In"],
        rows,
        numeric_from=1,
        numeric_to=2,
    )


def range_tables(viewed: Viewed) -> Iterator[Table]:
    """How far estimates and positions may be elsewhere while the same totals are met."""
    found = _ranges(viewed)
    if not isinstance(found, Ranges):
        return
    rows = [
        Row(
            [
                Cell(name[:1].upper() + name[1:]),
                amount(entry.low),
                amount(entry.high),
                _verdict(entry.is_determined),
            ]
        )
        for name, entry in found.estimates.items()
    ]
    title = (
        f"Estimates, each up to {found.distance:.0%} from what was estimated, that meet the same totals, £000"
    )
    yield Table(
        "estimates", title, ["Estimate", "Lowest", "Highest", "Verdict"], rows, numeric_from=1, numeric_to=3
    )
    names = viewed.live.names
    positions = [
        Row(
            [
                Cell(names[code]),
                Cell(str(year)),
                amount(entry.low),
                amount(entry.high),
                _verdict(entry.is_determined),
            ]
        )
        for code, by_year in found.positions.items()
        for year, entry in by_year.items()
    ]
    columns = ["Organisation", "Year", "Lowest", "Highest", "Verdict"]
    yield Table(
        "positions",
        "Positions with the plan that meet the same totals, £000",
        columns,
        positions,
        numeric_from=2,
        numeric_to=4,
    )


def _verdict(is_determined: bool) -> Cell:
    return Cell("Determined", tag="green") if is_determined else Cell("Not determined", tag="orange")


def input_tables(viewed: Viewed, year: str) -> Iterator[Table]:
    """The inputs that move money, each leading to what it feeds."""
    place = viewed.live.place
    for name in ("contracts", "lines", "assumptions", "interventions"):
        found = place.table(name)
        if found:
            more = f" (the first {_LISTED:,} of {len(found):,})" if len(found) > _LISTED else ""
            rows = [_input(viewed, row, year) for row in found[:_LISTED]]
            title = f"{name.capitalize()}: follow one to every figure that it feeds{more}"
            yield Table(
                f"inputs-{name}",
                title,
                ["Input", "Value", "Basis", "Where", "Source"],
                rows,
                numeric_from=1,
                numeric_to=2,
                folded=True,
            )


def _input(viewed: Viewed, row: PlaceRow, year: str) -> Row:
    words_ = described(row)
    return Row(
        [
            Cell(words_[:1].upper() + words_[1:], address=input_address(viewed, row.origin, year)),
            _value(row),
            Cell(BASES[row.basis]),
            Cell(str(row.origin)),
            Cell(row.source),
        ]
    )


def _value(row: PlaceRow) -> Cell:
    if isinstance(row, Contract | Line):
        return Cell(words.amount(row.value), number=row.value)
    if isinstance(row, Assumption):
        return Cell(f"{row.percent:.2%}" if row.percent is not None else f"as {row.follows}")
    return Cell("")
