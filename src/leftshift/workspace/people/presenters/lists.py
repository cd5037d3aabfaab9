"""People of a list as pages show them: by key, with what is known of them, in the words of the definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leftshift.population.scores.reading import packaged_scores
from leftshift.workspace.people.actions.reading import VALIDATED, is_shown
from leftshift.workspace.people.models import Listed, Release
from leftshift.workspace.people.queries import ListPage, Wanted
from leftshift.workspace.shared.tables import Cell, Row, Table

_BAND = "_band"


def number_text(value: Any) -> str:
    """A score as it is read: whole where it is whole."""
    if isinstance(value, float):
        whole, point, decimals = f"{value:,.2f}".partition(".")
        return f"{whole}{point}{decimals}".rstrip("0").rstrip(".")
    return str(value)


def score_text(scores: Mapping[str, Any], name: str) -> str:
    """A score with its band."""
    value, band = scores.get(name), scores.get(name + _BAND)
    shown = [] if value is None else [number_text(value)]
    return ", ".join([*shown, *([str(band)] if band else [])]) or "–"


def is_beyond(scores: Mapping[str, Any], name: str) -> bool:
    """Whether somebody has a score that was not validated for people like them."""
    return scores.get(VALIDATED + name) is False


def score_names(people: Sequence[Listed]) -> list[str]:
    """Scores that somebody of these has, each once."""
    found = {
        name.removesuffix(_BAND)
        for person in people
        for name in person.scores
        if not name.startswith(VALIDATED)
    }
    first = [name for name in ("long_term_conditions", "efi", "hfrs") if name in found]
    return [*first, *sorted(found - set(first))]


def title_of(name: str) -> str:
    """The title of a score in a line."""
    short = {
        "long_term_conditions": "Long-term conditions",
        "efi": "Electronic frailty index",
        "hfrs": "Hospital Frailty Risk Score",
    }
    return short.get(name, name.replace("_", " ").capitalize())


def orders(release: Release) -> list[tuple[str, str]]:
    """Scores by which a list may be put in order, with their titles."""
    names = [score["name"] for score in release.run["scores"] if is_shown(score["name"])]
    return [(name, f"{title_of(name)}, highest first") for name in names]


def list_table(code: str, people: Sequence[Listed], criteria: Mapping[str, str], wanted: Wanted) -> Table:
    """A page of a list."""
    scores = score_names(people)
    columns = ["Person", "Practice", "Locality", "Age", "Listed because of", *map(title_of, scores)]
    rows = [
        Row(
            [
                Cell(person.key, address=f"/places/{code}/people/list/{person.key}/"),
                Cell(person.practice),
                Cell(person.locality),
                Cell(person.age_band.replace(" ", "\u00a0")),
                Cell("; ".join(criteria.get(name, name) for name in person.reasons)),
                *(Cell(_listed_score(person, name)) for name in scores),
            ]
        )
        for person in people
    ]
    return Table("people", f"People of {wanted.cohort}", columns, rows)


def _listed_score(person: Listed, name: str) -> str:
    beyond = "; not validated at this age" if is_beyond(person.scores, name) else ""
    return score_text(person.scores, name) + beyond


def page_address(code: str, wanted: Wanted, number: int) -> str:
    """The address of a page of a list under the same choices."""
    names = ("cohort", "practice", "locality", "reason", "order")
    given = {**{name: getattr(wanted, name) for name in names}, "page": str(number)}
    return f"/places/{code}/people/list/?{urlencode({name: value for name, value in given.items() if value})}"


def paging(code: str, wanted: Wanted, page: ListPage) -> tuple[str, str]:
    """Addresses of the page before and the page after; empty where there is none."""
    before = page_address(code, wanted, page.number - 1) if page.number > 1 else ""
    after = page_address(code, wanted, page.number + 1) if page.number < page.pages else ""
    return before, after


@dataclass(frozen=True)
class ScoreShown:
    """A score of a person: its value in words, where it comes from, which of its items were ``met``, and what else it looks for.

    ``met`` is None where the run did not keep it.
    """

    title: str
    text: str
    source: str
    met: Sequence[str] | None
    others: Sequence[str]
    beyond: bool


@dataclass(frozen=True)
class EntryShown:
    """Why somebody stands in a list, and their scores."""

    release: Release
    criteria: Sequence[tuple[str, bool]]
    scores: Sequence[ScoreShown]


def entry_of(person: Listed) -> EntryShown:
    """One entry of one person, with every criterion of the definition and whether it is met."""
    release = person.release
    criteria = [(title, name in person.reasons) for name, title in release.criteria.items()]
    return EntryShown(release, criteria, [_score(person, name) for name in score_names([person])])


def _score(person: Listed, name: str) -> ScoreShown:
    run = {score["name"]: score for score in person.release.run["scores"]}.get(name, {})
    known = packaged_scores().get(name)
    same = known is not None and known.digest == run.get("digest")
    titles = run.get("items") or (
        {item.name: item.title for item in known.items} if known is not None and same else {}
    )
    met = person.items.get(name)
    title = run.get("title") or (known.title if known is not None and same else title_of(name))
    source = f"{run['source']}, version {run['version']}" if run else "a column of the run"
    if run.get("validated_for"):  # a run of an earlier version does not say it
        source += f"; validated for {run['validated_for']}"
    return ScoreShown(
        title,
        score_text(person.scores, name),
        source,
        None if met is None else [titles.get(item, item) for item in met],
        [words for item, words in titles.items() if item not in (met or ())],
        is_beyond(person.scores, name),
    )
