"""What the pages show: plain values, worded and formatted, made from the document of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.money import round_half_up, thousands
from leftshift.reports import words
from leftshift.workspace.plan.models import PlaceVersion, Reading, Run
from leftshift.workspace.shared.tables import Cell, Row, Table

UNATTRIBUTED = "unattributed"
_TAGS = {"ties": "green", "differs by rounding": "blue", "known conflict": "yellow", "does not tie": "red"}
_BASES = {
    "published": "Published",
    "derived": "Derived",
    "assumed": "Assumed",
    "estimate": "Estimate",
    "calibrated": "Calibrated estimate",
}
_HEAT_STEPS = 4
_SMALL = 10  # £000: below it a table shows £100s, or rounding itself could not be seen


@dataclass(frozen=True)
class Link:
    """A link with its words; ``current`` where it leads to the page itself."""

    text: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart: its address, the sentence beside it, and what stands in for it where it is not seen."""

    address: str
    sentence: str
    alternative: str


@dataclass(frozen=True)
class Page:
    """What every page of a place needs."""

    title: str
    place_name: str
    code: str
    year: str
    rooms: Sequence[Link]
    years: Sequence[Link]
    notes: Sequence[str]
    picture: Picture
    tables: Sequence[Table]
    cards: Sequence[tuple[str, str, str]] = ()
    checks: Sequence[tuple[str, bool, str]] = ()
    version: PlaceVersion | None = None
    versions: Sequence[PlaceVersion] = ()


def slug(year: str) -> str:
    """A financial year as it stands in an address: 2018-19."""
    return year.replace("/", "-")


def _address(code: str, room: str, year: str) -> str:
    return f"/places/{code}/{room}/{slug(year)}/"


def _rooms(code: str, year: str, room: str) -> list[Link]:
    names = {
        "overview": "Overview",
        "organisations": "Organisations",
        "impact": "Impact",
        "tie-out": "What ties",
    }
    return [Link(name, _address(code, key, year), key == room) for key, name in names.items()]


def _years(result: Mapping[str, Any], room: str, year: str) -> list[Link]:
    if room not in {"overview", "impact"}:
        return []
    return [Link(each, _address(result["place"], room, each), each == year) for each in result["years"]]


def _notes(result: Mapping[str, Any]) -> list[str]:
    notes = [
        f"Perimeter: {result['perimeter']['name']}. Amounts in £000 unless another unit is named; a minus is a deficit or a loss."
    ]
    if "calibrated" in result["basis"].values():
        notes.append(
            "Values of the base year are calibrated estimates, not published figures. Whatever rests on them is marked."
        )
    return notes


def _picture(run: Run, chart: str, sentence: str, alternative: str, year: str) -> Picture:
    address = (
        f"/places/{run.result['place']}/charts/{chart}/{slug(year)}.svg?of={run.result['fingerprint'][:12]}"
    )
    return Picture(address, sentence, alternative)


def _page(
    run: Run, room: str, title: str, year: str, picture: Picture, tables: Sequence[Table], **more: Any
) -> Page:
    result = run.result
    return Page(
        title,
        result["name"],
        result["place"],
        year,
        _rooms(result["place"], year, room),
        _years(result, room, year),
        _notes(result),
        picture,
        tables,
        version=run.version,
        **more,
    )


# ---------------------------------------------------------------------- overview
def overview(run: Run, year: str, versions: Sequence[PlaceVersion]) -> Page:
    """The headline, the bridge, and the checks."""
    result = run.result
    picture = _picture(
        run,
        "bridge",
        words.bridge_sentence(result, year),
        f"Waterfall of the bridge {year}; the table below holds its figures.",
        year,
    )
    checks = [(entry["check"], entry["passed"], entry["detail"]) for entry in result["checks"]]
    return _page(
        run,
        "overview",
        f"Overview {year}",
        year,
        picture,
        [bridge_table(result, year)],
        cards=_cards(result, year),
        checks=checks,
        versions=versions,
    )


def _cards(result: Mapping[str, Any], year: str) -> list[tuple[str, str, str]]:
    closing = result["perimeter_position"]["plan"][year]
    counts = result["tie_counts"]
    agreeing = counts["ties"] + counts["differs by rounding"]
    return [
        ("Do-nothing gap", words.millions(result["gap"][year]), f"in {year}, without the plan"),
        ("The plan moves", words.millions(sum(result["bridge"][year].values())), "all steps of the bridge"),
        ("Surplus" if closing >= 0 else "Deficit", words.millions(abs(closing)), f"in {year}, with the plan"),
        ("Published figures", f"{agreeing} of {sum(counts.values())}", "tie, or differ by rounding"),
    ]


def bridge_table(result: Mapping[str, Any], year: str) -> Table:
    """The bridge of a year as a table."""
    names = {row["step"]: row["name"] for row in result["steps"]}
    position = result["perimeter_position"]
    rows = [Row([Cell("Do-nothing position"), _amount(position["do_nothing"][year])], strong=True)]
    rows += [Row([Cell(names[step]), _amount(value)]) for step, value in words.bridge_steps(result, year)]
    rows.append(Row([Cell("Closing position"), _amount(position["plan"][year])], strong=True))
    return Table("bridge", f"Bridge {year}, £000", ["Step", "£000"], rows, numeric_from=1)


def _amount(value: float, heat: str = "") -> Cell:
    places = 1 if 0.05 <= abs(value) < _SMALL else 0
    return Cell(
        thousands(value, places),
        number=value,
        style=" ".join(filter(None, ("app-minus" if round_half_up(value) < 0 else "", heat))),
    )


# ---------------------------------------------------------------------- organisations
def organisations(run: Run, year: str) -> Page:
    """The position of every organisation in every year, do nothing and with the plan."""
    result = run.result
    last = result["headline_year"]
    alternative = "One small line chart for each organisation, do nothing and with the plan; the tables below hold the figures."
    picture = _picture(run, "positions", words.organisations_sentence(result, last), alternative, last)
    tables = [
        positions_table(result, "positions", "With the plan, £000", "with-plan"),
        positions_table(result, "do_nothing", "Do nothing, £000", "do-nothing"),
    ]
    return _page(run, "organisations", "Organisations by year", year, picture, tables)


def positions_table(result: Mapping[str, Any], field: str, title: str, name: str) -> Table:
    """The positions of organisations by year, the perimeter's last."""
    years = result["years"]
    rows = [
        _position_row(result, entry, field)
        for entry in result["organisations"]
        if _has_money(result, entry["code"])
    ]
    total = result["perimeter_position"]["plan" if field == "positions" else "do_nothing"]
    rows.append(
        Row(
            [
                Cell(f"Perimeter: {result['perimeter']['name']}"),
                Cell(""),
                Cell(""),
                *(_amount(total[year]) for year in years),
            ],
            strong=True,
        )
    )
    return Table(name, title, ["Organisation", "In perimeter", "Rests on", *years], rows, numeric_from=3)


def _has_money(result: Mapping[str, Any], code: str) -> bool:
    return any(value for field in ("positions", "do_nothing") for value in result[field][code].values())


def _position_row(result: Mapping[str, Any], entry: Mapping[str, Any], field: str) -> Row:
    code = entry["code"]
    share = f"{round_half_up(100 * entry['share'])}%" if entry["share"] else "outside"
    return Row(
        [
            Cell(entry["name"]),
            Cell(share),
            Cell(_BASES[result["basis"][code]]),
            *(_amount(result[field][code][year]) for year in result["years"]),
        ]
    )


# ---------------------------------------------------------------------- impact
def impact(run: Run, year: str) -> Page:
    """What each intervention does to each organisation in a year."""
    result = run.result
    picture = _picture(
        run,
        "impact",
        words.impact_sentence(result, year),
        f"Bars of what the plan does to each organisation in {year}; the table below holds the figures.",
        year,
    )
    tables = [impact_table(result, year, "plan", f"Impact of the plan {year}, £000")]
    for stage, title in (
        ("do_nothing", "Counted in the gap: planned investments"),
        ("comparison", "Computed for comparison, counted nowhere"),
    ):
        table = impact_table(result, year, stage, f"{title} {year}, £000")
        tables += [table] if table.rows else []
    return _page(run, "impact", f"Impact {year}", year, picture, tables)


def impact_table(result: Mapping[str, Any], year: str, stage: str, title: str) -> Table:
    """Interventions of a stage by organisation, grouped by step, with totals; what is not attributed stands apart."""
    chosen = [
        entry
        for step in result["steps"]
        for entry in result["interventions"]
        if (entry["stage"], entry["step"]) == (stage, step["step"])
    ]
    found = {entry["intervention"]: result["impact"][year][entry["intervention"]] for entry in chosen}
    shown = [entry for entry in chosen if any(found[entry["intervention"]].values())]
    codes = [
        entry["code"]
        for entry in result["organisations"]
        if entry["code"] != UNATTRIBUTED and any(row[entry["code"]] for row in found.values())
    ]
    apart = any(row.get(UNATTRIBUTED) for row in found.values())
    largest = max((abs(found[entry["intervention"]][code]) for entry in shown for code in codes), default=0.0)
    rows = _impact_rows(result, shown, found, codes, apart=apart, largest=largest)
    columns = ["Intervention", "Step", *codes, "Total", *(["Not attributed"] if apart else [])]
    return Table(f"impact-{stage.replace('_', '-')}", title, columns, rows, numeric_from=2)


def _impact_rows(
    result: Mapping[str, Any],
    shown: Sequence[Mapping[str, Any]],
    found: Mapping[str, Mapping[str, float]],
    codes: Sequence[str],
    *,
    apart: bool,
    largest: float,
) -> list[Row]:
    steps = {row["step"]: row["name"] for row in result["steps"]}
    share = result["perimeter"]["members"]
    sums = dict.fromkeys([*codes, UNATTRIBUTED], 0.0)
    rows, grand = [], 0.0
    for entry in shown:
        row = found[entry["intervention"]]
        total = sum(row[code] * share.get(code, 0.0) for code in codes)
        grand += total
        for code in sums:
            sums[code] += row.get(code, 0.0)
        cells = [
            Cell(entry["name"]),
            Cell(steps[entry["step"]]),
            *(_amount(row[code], heat(row[code], largest)) for code in codes),
            _amount(total),
        ]
        rows.append(Row(cells + ([_amount(row.get(UNATTRIBUTED, 0.0))] if apart else [])))
    if shown:
        cells = [Cell("Total"), Cell(""), *(_amount(sums[code]) for code in codes), _amount(grand)]
        rows.append(Row(cells + ([_amount(sums[UNATTRIBUTED])] if apart else []), strong=True))
    return rows


def heat(value: float, largest: float) -> str:
    """The shade of a cell: by the root of its share of the largest, so that small effects still show."""
    if not largest or round_half_up(value) == 0:
        return ""
    step = min(_HEAT_STEPS, 1 + int(_HEAT_STEPS * (abs(value) / largest) ** 0.5 * 0.999))
    return f"app-heat-{'gain' if value > 0 else 'loss'}-{step}"


# ---------------------------------------------------------------------- what ties
def tie_out(run: Run, year: str) -> Page:
    """Published figures beside modelled ones."""
    result = run.result
    uncounted = sum(not tie["counted"] for tie in result["tie"])
    sentence = words.tie_sentence(result["tie_counts"], uncounted)
    picture = _picture(
        run,
        "verdicts",
        sentence,
        "Bars of how many published figures have which verdict.",
        result["headline_year"],
    )
    tables = [counts_table(result, uncounted), tie_table(result)]
    tables += [comparisons_table(result)] if result["comparisons"] else []
    return _page(run, "tie-out", "What ties", year, picture, tables)


def counts_table(result: Mapping[str, Any], uncounted: int) -> Table:
    """How many figures have which verdict."""
    rows = [
        Row([Cell(verdict.capitalize()), Cell(str(count), number=count)])
        for verdict, count in ((verdict, result["tie_counts"][verdict]) for verdict in words.VERDICTS)
    ]
    rows.append(
        Row(
            [
                Cell("Not counted: used to calibrate, or following from that"),
                Cell(str(uncounted), number=uncounted),
            ]
        )
    )
    rows.append(
        Row(
            [
                Cell("For comparison only"),
                Cell(str(len(result["comparisons"])), number=len(result["comparisons"])),
            ]
        )
    )
    return Table("counts", "How many figures", ["Verdict", "Figures"], rows, numeric_from=1)


def tie_table(result: Mapping[str, Any]) -> Table:
    """Every published figure that is judged; those that do not tie first."""
    order = words.VERDICTS[::-1]
    ties = sorted(result["tie"], key=lambda tie: (not tie["counted"], order.index(tie["verdict"])))
    columns = [
        "Figure",
        "Year",
        "Unit",
        "Published",
        "Modelled",
        "Difference",
        "Verdict",
        "How it came about",
        "Reason",
        "Source",
    ]
    return Table(
        "tie-out",
        "Published beside modelled",
        columns,
        [_tie_row(tie) for tie in ties],
        numeric_from=3,
        numeric_to=6,
    )


def _tie_row(tie: Mapping[str, Any]) -> Row:
    places = len(tie["published_text"].partition(".")[2])
    verdict = (
        Cell(tie["verdict"].capitalize(), tag=_TAGS[tie["verdict"]])
        if tie["counted"]
        else Cell("Not counted", tag="grey")
    )
    name = tie["name"] + (f" ({tie['reading']})" if tie["reading"] else "")
    how = {"stated": "Stated by the plan", "computed": "Computed", "calibrated": "Rests on calibration"}[
        tie["how"]
    ]
    return Row([
        Cell(name), Cell(tie["year"]), Cell(tie["unit"]), Cell(thousands(tie["published"], places), number=tie["published"]),
        Cell(thousands(tie["modelled"], places), number=tie["modelled"]), Cell(thousands(tie["difference"], places + 1), number=tie["difference"]),
        verdict, Cell(how), Cell(tie["reason"]), Cell(f"{tie['source']} ({tie['file']}, row {tie['row']})" if tie["row"] else tie["source"]),
    ])  # fmt: skip


def comparisons_table(result: Mapping[str, Any]) -> Table:
    """Figures that are shown and not judged."""
    rows = [
        Row([Cell(tie["name"]), Cell(tie["reading"]), Cell(tie["year"]), Cell(tie["unit"]), Cell(thousands(tie["published"]), number=tie["published"]),
             Cell(thousands(tie["modelled"]), number=tie["modelled"]), Cell(tie["reason"])])
        for tie in result["comparisons"]
    ]  # fmt: skip
    columns = ["Figure", "Reading", "Year", "Unit", "Published", "Modelled", "Why it is not judged"]
    return Table("comparisons", "For comparison only", columns, rows, numeric_from=4, numeric_to=6)


# ---------------------------------------------------------------------- home
@dataclass(frozen=True)
class PlaceCard:
    """A place on the first page."""

    name: str
    address: str
    headline: str
    detail: str


@dataclass(frozen=True)
class Refusal:
    """A folder that was not taken in, with its faults."""

    folder: str
    summary: str
    table: Table


def place_cards(runs: Sequence[Run]) -> list[PlaceCard]:
    """The places of the workspace."""
    cards = []
    for run in runs:
        result, year = run.result, run.result["headline_year"]
        detail = f"Version {run.version.number}, stored {run.version.added_at:%d %B %Y}. {words.tie_sentence(result['tie_counts'], 0)}"
        cards.append(
            PlaceCard(
                result["name"],
                _address(result["place"], "overview", year),
                words.headline(result, year),
                detail,
            )
        )
    return cards


def refusals(readings: Sequence[Reading]) -> list[Refusal]:
    """The folders whose last reading was refused."""
    return [_refusal(reading) for reading in readings]


def _refusal(reading: Reading) -> Refusal:
    total, listed = reading.faults["total"], reading.faults["listed"]
    columns = ["File", "Row", "Column", "Found", "Expected", "What to do"]
    rows = [
        Row(
            [
                Cell(fault["file"]),
                Cell(str(fault["row"] or "")),
                Cell(fault["column"] or ""),
                Cell(fault["found"]),
                Cell(fault["expected"]),
                Cell(_what_to_do(fault)),
            ]
        )
        for fault in listed
    ]
    more = f" The first {len(listed):,} are listed." if total > len(listed) else ""
    summary = f"The folder {reading.folder} has {total:,} fault{'s' if total != 1 else ''} and was not taken in; its last good version stays.{more}"
    return Refusal(
        reading.folder,
        summary,
        Table(f"faults-{reading.folder}", f"Faults of {reading.folder}", columns, rows),
    )


def _what_to_do(fault: Mapping[str, Any]) -> str:
    return str(fault["action"]) + (f". Did you mean {fault['suggestion']}?" if fault["suggestion"] else "")
