"""A release of a cohort as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.reports.cohort import cohort_blocks, headline, practice_table
from leftshift.reports.content import Block
from leftshift.workspace.people import queries
from leftshift.workspace.people.models import Release
from leftshift.workspace.plan.presenters.blocks import Part, parts_of

_LONG = {"by-practice", "by-locality-and-reason"}


@dataclass(frozen=True)
class Link:
    """A link of a page, and whether it leads to where one is."""

    text: str
    address: str
    current: bool = False


def day(when: date) -> str:
    """A day as people write it."""
    return f"{when.day} {when:%B %Y}"


def blocks_of(release: Release) -> list[Block]:
    """Pictures and tables of a release, all from what is protected."""
    counts = queries.counts_of(release)
    return [*cohort_blocks(counts, release.criteria), practice_table(counts)]


def parts(release: Release) -> list[tuple[Part, bool]]:
    """The parts of the page, and whether each is opened by a click."""
    at = f"/places/{release.place.code}/people/releases/{release.pk}"
    found = parts_of(blocks_of(release), lambda number: f"{at}/charts/{number}.svg")
    return [(part, part.table is not None and part.table.name in _LONG) for part in found]


def facts(release: Release) -> list[tuple[str, str]]:
    """What the run was."""
    run, definition = release.run, release.definition
    return [
        ("As at", day(release.as_at)),
        ("Definition", f"{release.cohort}, version {definition['version']}"),
        ("Source of the definition", definition["source"]),
        ("Purpose of the run", run["purpose"]),
        ("Legal basis", _basis(run)),
        ("Run", release.digest[:12]),
        ("Worked out by", f"leftshift {run['leftshift']} on {run['engine']}"),
        ("Loaded", f"{day(release.at.date())}, by {release.by.split(' <')[0]}"),
    ]


def _basis(run: Mapping[str, Any]) -> str:
    """The basis of a run with the conditions that bind whoever uses it."""
    conditions = [basis["conditions"] for basis in run.get("bases", []) if basis.get("conditions")]
    said = run["basis"] or "none is needed: invented people"
    return said + (f", on condition: {'; '.join(conditions)}" if conditions else "")


def some_hidden(release: Release) -> bool:
    """Whether practices are hidden that no total has."""
    return queries.counts_of(release).hidden > 0


def head(release: Release) -> tuple[str, str]:
    """How many of how many, and the share."""
    return headline(queries.counts_of(release))


def cohort_links(code: str, releases: Sequence[Release], shown: Release) -> list[Link]:
    """A link to each cohort of the place."""
    names = sorted({release.cohort for release in releases})
    return [Link(name, f"/places/{code}/people/?cohort={name}", name == shown.cohort) for name in names]


def history(code: str, releases: Sequence[Release], shown: Release) -> list[Link]:
    """A link to each release of the cohort, the latest first."""
    return [
        Link(
            f"As at {day(release.as_at)}, run {release.digest[:12]}, loaded {day(release.at.date())}",
            f"/places/{code}/people/?release={release.pk}",
            release.pk == shown.pk,
        )
        for release in releases
        if release.cohort == shown.cohort
    ]
