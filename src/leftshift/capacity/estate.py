"""The buildings of a place by year: open or closed, how much of their area is used, what they cost, and where each service is.

Area in m². Used area starts from the utilisation of the site, or from the area of its services where none is stated, and
changes with every service that moves. Running cost in the prices of each year, £000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leftshift.capacity.contributing import contribution, stated_effects
from leftshift.capacity.parameters import parameter
from leftshift.capacity.pricing import line_level, price_levels
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import Site, SiteService
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

_COLUMNS = ("is_open", "area", "area_used", "utilisation", "is_below_target", "running_cost", "backlog")


@dataclass(frozen=True, slots=True)
class SiteYear:
    """A site in a year; None is what is not known. A closed site has no area, cost or backlog."""

    is_open: bool
    area: float | None
    area_used: float | None
    running_cost: float | None
    backlog: float | None
    services: tuple[str, ...]

    @property
    def utilisation(self) -> float | None:
        """The share of the floor area that is used."""
        return None if not self.area or self.area_used is None else self.area_used / self.area

    @property
    def is_below_target(self) -> bool:
        """Whether less of it is used than should be."""
        return self.utilisation is not None and self.utilisation < parameter("least_utilisation")

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {**{name: getattr(self, name) for name in _COLUMNS}, "services": list(self.services)}


@dataclass(frozen=True, slots=True)
class EstateYear:
    """All open sites in a year; sums are of what is known, the utilisation of the sites whose area and use are."""

    open_sites: int
    area: float
    area_used: float
    utilisation: float | None
    running_cost: float
    backlog: float


@dataclass(frozen=True)
class Estate:
    """Every site in every year, and every service's site."""

    years: tuple[FinancialYear, ...]
    sites: Mapping[str, Site]
    by_year: Mapping[str, tuple[SiteYear, ...]]
    services: tuple[SiteService, ...]

    def services_at(self, site: str, year: FinancialYear) -> tuple[SiteService, ...]:
        """The services in a building in a year: those that would have to move if it closed."""
        return tuple(row for row in self.services if site_of(row, year) == site)

    def closing(self) -> dict[str, tuple[SiteService, ...]]:
        """Site that closes to the services that are there in the year before, or are to move in the year that it closes."""
        return {
            name: self.services_at(name, row.closes.plus(-1))
            for name, row in self.sites.items()
            if row.closes is not None
        }

    def totals(self) -> tuple[EstateYear, ...]:
        """All open sites together, year by year."""
        return tuple(
            _together([years[at] for years in self.by_year.values()]) for at in range(len(self.years))
        )

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        labels = [year.label for year in self.years]
        return {
            "years": labels,
            "least_utilisation": parameter("least_utilisation"),
            "sites": [
                {
                    "site": name, "name": row.name, "organisation": row.organisation,
                    "opens": row.opens and row.opens.label, "closes": row.closes and row.closes.label,
                    "years": {label: found.document() for label, found in zip(labels, self.by_year[name], strict=True)},
                }
                for name, row in self.sites.items()
            ],
            "services": [
                {
                    "service": row.service, "site": row.site, "area": None if row.area is None else float(row.area),
                    "moves_to": row.moves_to, "moves": row.moves and row.moves.label,
                    "years": {year.label: site_of(row, year) for year in self.years},
                }
                for row in self.services
            ],
            "closing": {name: [row.service for row in rows] for name, rows in self.closing().items()},
            "totals": {label: asdict(found) for label, found in zip(labels, self.totals(), strict=True)},
        }  # fmt: skip

    def table(self) -> pl.DataFrame:
        """site, name, organisation, year, is_open, area and area_used (m²), utilisation, is_below_target, running_cost, backlog (£000)."""
        import polars as pl

        rows = [
            (name, row.name, row.organisation, year.label, *(getattr(found, column) for column in _COLUMNS))
            for name, row in self.sites.items()
            for year, found in zip(self.years, self.by_year[name], strict=True)
        ]
        words = dict.fromkeys(("site", "name", "organisation", "year"), pl.String)
        flags = {"is_open": pl.Boolean, "is_below_target": pl.Boolean}
        return pl.DataFrame(
            rows, schema={**words, **{name: flags.get(name, pl.Float64) for name in _COLUMNS}}, orient="row"
        )


def estate(place: Place) -> Estate:
    """The estate of a place, sites by name, services by name and site."""
    sites = {row.site: row for row in sorted(place.sites, key=lambda row: row.site)}
    services = tuple(sorted(place.site_services, key=lambda row: (row.service, row.site)))
    prices = price_levels(place, (row.organisation for row in sites.values()))
    by_year = {
        name: tuple(
            _site_year(row, services, year, float(prices[row.organisation][at]))
            for at, year in enumerate(place.years)
        )
        for name, row in sites.items()
    }
    return Estate(place.years, sites, by_year, services)


def is_open(site: Site, year: FinancialYear) -> bool:
    """Whether a site is open in a year."""
    return (site.opens is None or site.opens <= year) and (site.closes is None or year < site.closes)


def site_of(row: SiteService, year: FinancialYear) -> str:
    """The site that a service is in in a year."""
    return (
        row.moves_to if row.moves_to is not None and row.moves is not None and row.moves <= year else row.site
    )


def estate_contributions(place: Place) -> list[Contribution]:
    """For each site that posts: the running cost that ends when it closes, or begins when it opens, £000 of each year.

    It moves with the price of the line that holds it, where the site names one, else as costs of the organisation do.
    """
    posting = sorted((row for row in place.sites if row.posted), key=lambda row: row.site)
    prices = price_levels(place, (row.organisation for row in posting))
    lines = {row.line: row for row in place.lines}
    found: list[Contribution] = []
    for row in posting:
        line = lines.get(row.line or "")
        price = prices[row.organisation] if line is None else line_level(place, line)
        found += _contribution(place, row, price)
    return found


def _contribution(place: Place, row: Site, price: Any) -> Iterator[Contribution]:
    opened = np.array([is_open(row, year) for year in place.years], dtype=np.float64)
    gain = (row.running_cost or 0.0) * price * (opened[0] - opened)
    words = f"Running cost of {row.name}"
    yield from contribution(
        f"sites {row.site}", stated_effects(place, row, f"estate_{row.site}", words, row.organisation, gain)
    )


def _site_year(site: Site, services: tuple[SiteService, ...], year: FinancialYear, price: float) -> SiteYear:
    there = tuple(row.service for row in services if site_of(row, year) == site.site)
    if not is_open(site, year):
        return SiteYear(False, 0.0, 0.0, 0.0, 0.0, there)
    return SiteYear(
        True, None if site.area is None else float(site.area), area_used(site, services, year),
        None if site.running_cost is None else site.running_cost * price, site.backlog, there,
    )  # fmt: skip


def area_used(site: Site, services: tuple[SiteService, ...], year: FinancialYear) -> float | None:
    """The floor area of an open site that is used, m²; None where a service that counts has no area."""
    here = [row for row in services if site_of(row, year) == site.site]
    if site.area is None or site.utilisation is None:
        areas = [row.area for row in here]
        return None if not areas or None in areas else float(sum(area for area in areas if area is not None))
    came = [row for row in here if row.site != site.site]
    went = [row for row in services if row.site == site.site and row not in here]
    if any(row.area is None for row in (*came, *went)):
        return None
    change = sum(float(row.area or 0) for row in came) - sum(float(row.area or 0) for row in went)
    return float(site.area) * site.utilisation + change


def _together(sites: list[SiteYear]) -> EstateYear:
    opened = [found for found in sites if found.is_open]
    known = [found for found in opened if found.utilisation is not None]
    area, used = (sum(getattr(found, name) for found in known) for name in ("area", "area_used"))
    return EstateYear(
        len(opened), sum(found.area or 0.0 for found in opened), sum(found.area_used or 0.0 for found in opened),
        used / area if area else None,
        sum(found.running_cost or 0.0 for found in opened), sum(found.backlog or 0.0 for found in opened),
    )  # fmt: skip
