"""Where activity goes when its site closes: with the services of the site."""

from __future__ import annotations

from leftshift.place.capacity_rows import Site
from leftshift.place.place import Place


def successor(place: Place, site: Site) -> str | None:
    """The one site to which all services of a closing site move until it closes; None where there is no such site."""
    services = [row for row in place.site_services if row.site == site.site]
    moved = [row.moves_to for row in services if row.moves and site.closes and row.moves <= site.closes]
    there = {name for name in moved if name is not None}
    return there.pop() if len(there) == 1 and len(moved) == len(services) else None
