"""The rooms of measures: all at a glance, one in full, what reaching others would be worth, the savings register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from markupsafe import Markup

from leftshift.measures.bodies import Bodies
from leftshift.measures.loading.layouts import layouts
from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS
from leftshift.measures.result import Measured, Measures
from leftshift.measures.words import chance_words, headline
from leftshift.reports.content import Block
from leftshift.reports.content import Table as ReportTable
from leftshift.reports.measures.cells import variation_words
from leftshift.reports.measures.icons import assurance_icon, variation_icon
from leftshift.reports.measures.one import measure_blocks
from leftshift.reports.measures.sparklines import sparkline
from leftshift.reports.measures.summary import (
    lead,
    notable,
    opportunity_blocks,
    savings_blocks,
    summary_table,
)
from leftshift.workspace.plan.presenters.blocks import Part, parts_of, table_of
from leftshift.workspace.plan.presenters.page import Link, Page, room_page
from leftshift.workspace.plan.queries import Viewed, measures_of
from leftshift.workspace.shared.tables import Table

ROOM = "measures"
SAVINGS, REACHING = "savings-register", "reaching-others"
"""No measure can be named so: names have no hyphen."""


@dataclass(frozen=True)
class Line:
    """A measure of a body in the summary: words, icons and a small chart."""

    name: str
    unit: str
    whose: str
    address: str
    period: str
    provisional: bool
    value: str
    target: str
    rating: str
    colour: str
    variation: str
    variation_icon: str
    assurance: str
    assurance_icon: str
    chance: str
    people: str
    overdue: str
    sentence: str
    chart: Markup
    anchor: str = ""


@dataclass(frozen=True)
class Theme:
    """The measures under one heading."""

    name: str
    key: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Choice:
    """A choice of the form above the summary."""

    name: str
    label: str
    options: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True)
class Dashboard:
    """The page of all measures."""

    page: Page
    lead: str
    notable: Sequence[str]
    themes: Sequence[Theme]
    choices: Sequence[Choice]
    as_charts: bool
    other_view: Link
    icons: Sequence[tuple[str, Markup]]
    links: Sequence[Link]
    checks: Sequence[tuple[str, str, str]]
    as_of: date


@dataclass(frozen=True)
class MeasurePage:
    """The page of one measure of one body, or of a table of all."""

    page: Page
    parts: Sequence[Part]
    links: Sequence[Link]
    others: Sequence[Line] = ()
    line: Line | None = None
    interventions: Sequence[Link] = ()
    icons: Sequence[tuple[str, Markup]] = ()


@dataclass(frozen=True)
class LoadPage:
    """The form that takes a file of figures: its choices, and what was chosen before."""

    page: Page
    problem: str
    key: str
    megabytes: int
    choices: Sequence[Choice]
    source: str
    mapping: str
    provisional: bool


def load_page(viewed: Viewed, problem: str, key: str, megabytes: int, asked: Mapping[str, str]) -> LoadPage:
    """The form with the layouts that are known, and the measures and bodies of the place."""
    place, bodies = viewed.live.place, Bodies(viewed.live.place).names

    def choice(name: str, label: str, usual: str, options: Mapping[str, str]) -> Choice:
        chosen = asked.get(name, "")
        return Choice(
            name,
            label,
            [("", usual, not chosen), *((value, text, value == chosen) for value, text in options.items())],
        )

    return LoadPage(
        _page(viewed, "Load figures"),
        problem,
        key,
        megabytes,
        [
            choice(
                "layout", "Layout", "Recognise it", {name: found.title for name, found in layouts().items()}
            ),
            choice(
                "measure",
                "Measure, where the file has one only",
                "As the file says",
                {row.measure: row.name for row in place.measures},
            ),
            choice("of", "Whose, where the file has one only", "As the file says", bodies),
        ],
        asked.get("source", ""),
        asked.get("mapping", ""),
        bool(asked.get("provisional")),
    )


def has_measures(viewed: Viewed) -> bool:
    """Whether the place measures anything."""
    return bool(viewed.live.place.measures)


def address(viewed: Viewed, measure: str = "", of: str = "") -> str:
    """The address of the room, or of one measure of a body."""
    inside = f"{measure}/?{urlencode({'body': of})}" if measure else ""
    return f"/places/{viewed.address}/{ROOM}/{inside}"


def dashboard(viewed: Viewed, as_of: date, theme: str, body: str, as_charts: bool) -> Dashboard:
    """Every measure, or those of a theme or a body."""
    found = measures_of(viewed, as_of)
    entries = [entry for entry in found.all if theme in ("", entry.measure.theme) and body in ("", entry.of)]
    themes = [
        Theme(name or "Measures", f"theme-{at}", _with_anchors(viewed, list(group)))
        for at, (name, group) in enumerate(groupby(entries, key=lambda entry: entry.measure.theme))
    ]
    asked = {key: value for key, value in (("theme", theme), ("body", body)) if value}
    other = urlencode({**asked, **({} if as_charts else {"view": "charts"})})
    return Dashboard(
        _page(viewed, "Measures", [table_of(summary_table(found.all, "Measures"))]),
        lead(entries),
        list(notable(entries)),
        themes,
        _choices(found, theme, body),
        as_charts,
        Link(
            "Show as a table" if as_charts else "Show as small charts",
            address(viewed) + (f"?{other}" if other else ""),
        ),
        _icons(),
        _links(viewed, found),
        [(check.check, check.verdict, check.detail) for check in found.checks()],
        as_of,
    )


def _with_anchors(viewed: Viewed, entries: Sequence[Measured]) -> list[Line]:
    """The lines of a theme; the first of each measure can be pointed at by the measure's name."""
    seen: set[str] = set()
    lines = []
    for entry in entries:
        name = entry.measure.measure
        lines.append(replace(line_of(viewed, entry), anchor="" if name in seen else name))
        seen.add(name)
    return lines


def _page(viewed: Viewed, title: str, tables: Sequence[Table] = ()) -> Page:
    return room_page(viewed, ROOM, title, viewed.result["headline_year"], None, tables)


def _links(viewed: Viewed, found: Measures) -> list[Link]:
    links = [Link("All measures", address(viewed))]
    if found.opportunities:
        links.append(Link("What reaching others would be worth", address(viewed) + f"{REACHING}/"))
    if found.place.efficiencies:
        links.append(Link("Savings register", address(viewed) + f"{SAVINGS}/"))
    return links


def _choices(found: Measures, theme: str, body: str) -> list[Choice]:
    themes = dict.fromkeys(entry.measure.theme for entry in found.all)
    bodies = dict.fromkeys(entry.of for entry in found.all)
    of_theme = [("", "All themes", not theme), *((name, name, name == theme) for name in themes if name)]
    of_body = [
        ("", "All bodies", not body),
        *((code, found.bodies.name(code), code == body) for code in bodies),
    ]
    return [Choice("theme", "Theme", of_theme), Choice("body", "Whose", of_body)]


def _icons() -> list[tuple[str, Markup]]:
    variations = _sprites("variation", variation_icon, VARIATION_WORDS)
    return [*variations, *_sprites("assurance", assurance_icon, ASSURANCE_WORDS)]


def _sprites(kind: str, draw: Callable[[str], str], words: Mapping[str, str]) -> list[tuple[str, Markup]]:
    """Each icon once, as a symbol that the rows refer to."""
    return [(icon_key(kind, name), Markup(_symbol(draw(name)))) for name in words]


def _symbol(svg: str) -> str:
    """The inside of a drawing."""
    return svg[svg.index(">") + 1 : svg.rindex("</svg>")]


def icon_key(kind: str, name: str) -> str:
    """The name of an icon within a page."""
    return f"{kind}-{name.replace(' ', '-')}"


def line_of(viewed: Viewed, entry: Measured, *, wide: bool = False) -> Line:
    """A measure of a body as the summary shows it."""
    latest, chart, rating, ahead = entry.latest, entry.chart, entry.rating, entry.forecast
    variation = chart.variation if chart else "not judged"
    assurance = chart.assurance if chart else "none"
    return Line(
        name=entry.measure.name,
        unit="" if entry.unit == "%" else entry.unit,
        whose=entry.name,
        address=address(viewed, entry.measure.measure, entry.of),
        period=str(latest.period) if latest else "",
        provisional=bool(latest and latest.provisional),
        value=entry.brief(latest.value) if latest and latest.value is not None else "–",
        target=entry.brief(entry.target.value) if entry.target else "–",
        rating=rating.word if rating else "",
        colour=rating.colour if rating else "",
        variation=variation_words(entry),
        variation_icon=icon_key("variation", variation),
        assurance=ASSURANCE_WORDS[assurance],
        assurance_icon=icon_key("assurance", assurance),
        chance=chance_words(ahead.chance) if ahead and ahead.chance is not None else "–",
        people=entry.said.words if entry.said else "",
        overdue=str(entry.overdue_since) if entry.overdue_since else "",
        sentence=headline(entry),
        chart=Markup(_drawn(entry, wide)),
    )


def _drawn(entry: Measured, wide: bool) -> str:
    if entry.chart is None:
        return ""
    return sparkline(entry.chart, width=300, height=96) if wide else sparkline(entry.chart)


_WORTH: Mapping[str, Callable[[Measures], Iterator[Block]]] = {
    SAVINGS: savings_blocks,
    REACHING: opportunity_blocks,
}


def blocks_of(viewed: Viewed, as_of: date, measure: str, body: str) -> Sequence[Block]:
    """The blocks of one measure of one body, or of what reaching others is worth; none where there is no such."""
    found = measures_of(viewed, as_of)
    if measure in _WORTH:
        return tuple(_WORTH[measure](found))
    entry = found.of(measure, body)
    return tuple(measure_blocks(found, entry)) if entry and body in found.shown_bodies(measure) else ()


def measure_page(viewed: Viewed, as_of: date, measure: str, body: str) -> MeasurePage | None:
    """The page of one measure of one body; None where there is none."""
    blocks = blocks_of(viewed, as_of, measure, body)
    if not blocks:
        return None
    found = measures_of(viewed, as_of)
    entry = found.of(measure, body)
    assert entry is not None
    query = urlencode({"body": body, "of": viewed.content, "day": as_of.isoformat()})
    charts = f"/places/{viewed.address}/charts/{ROOM}/{measure}"
    others = [found.of(measure, other) for other in found.shown_bodies(measure) if other != body]
    return MeasurePage(
        _page(viewed, f"{entry.measure.name}: {entry.name}"),
        parts_of(blocks, lambda at: f"{charts}/{at}.svg?{query}"),
        _links(viewed, found),
        [line_of(viewed, other, wide=True) for other in others if other],
        line_of(viewed, entry),
        [
            Link(
                name,
                f"/places/{viewed.address}/interventions/{viewed.result['headline_year'].replace('/', '-')}/#interventions",
            )
            for name in _moved_by(found, entry)
        ],
        _icons(),
    )


def _moved_by(found: Measures, entry: Measured) -> list[str]:
    names = {row.intervention: row.name for row in found.place.interventions}
    return [names[link.intervention] for link in entry.links]


def tables_of_measure(viewed: Viewed, as_of: date, measure: str, body: str) -> Sequence[Table]:
    """Every table of the page of a measure."""
    blocks = blocks_of(viewed, as_of, measure, body)
    return [table_of(block) for block in blocks if isinstance(block, ReportTable)]


WITH_TABLES = (ROOM, f"{ROOM}-{SAVINGS}", f"{ROOM}-{REACHING}")
"""Rooms whose tables can be had as files."""


def tables_room(viewed: Viewed, as_of: date, room: str) -> Page:
    """A room of measures with every table that can be had from it; none where the place has nothing of it."""
    if room == ROOM:
        found = measures_of(viewed, as_of)
        return _page(
            viewed, "Measures", [table_of(summary_table(found.all, "Measures"))] if found.all else []
        )
    made = worth_page(viewed, as_of, room.removeprefix(f"{ROOM}-"))
    return made.page if made else _page(viewed, "Measures")


def worth_page(viewed: Viewed, as_of: date, what: str) -> MeasurePage | None:
    """The page of opportunities, or the savings register; None where the place has none."""
    found = measures_of(viewed, as_of)
    blocks = blocks_of(viewed, as_of, what, "")
    if not blocks:
        return None
    title = "Savings register" if what == SAVINGS else "What reaching others would be worth"
    charts = f"/places/{viewed.address}/charts/{ROOM}/{what}"
    query = urlencode({"of": viewed.content, "day": as_of.isoformat()})
    tables = [table_of(block) for block in blocks if isinstance(block, ReportTable)]
    parts = parts_of(blocks, lambda at: f"{charts}/{at}.svg?{query}")
    return MeasurePage(_page(viewed, title, tables), parts, _links(viewed, found))
