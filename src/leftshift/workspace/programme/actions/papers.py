"""A paper is written, part by part of its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leftshift.programme.boards.papers import letter_of
from leftshift.programme.boards.parameters import paper_templates
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions.keeping import Facts, Records, Refused, keeping
from leftshift.workspace.programme.models import Programme

LEVELS = {"": "Not rated", "low": "Low", "medium": "Medium", "high": "High"}
_ABOUT = ("title", "author", "received_on", "late_reason")


@dataclass(frozen=True)
class Written:
    """What the form of a paper sends: what it is about, its texts part by part (several of a lettered part), its risks."""

    about: Facts
    texts: Mapping[str, Sequence[str]]
    exempt: frozenset[str] = frozenset()
    risks: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def write_paper(held: Programme, paper: str, given: Written, *, seen: int, by: Person) -> None:
    """Keep a paper; parts that the template does not know stay as they are. Raises NotAllowed, Refused, Clashed."""
    with keeping(held, by, seen) as records:
        if paper in queries.issued_papers(records.held):
            raise Refused("The paper was issued and stays as it is: write a supplement")
        row, _ = records.one("papers", paper=paper)
        if not given.about.get("title", "").strip():
            raise Refused("Give the paper a title")
        records.set_cells("papers", row, {name: given.about.get(name, "") for name in _ABOUT})
        _set_parts(records, paper, given)
        _set_risks(records, paper, given)


def _set_parts(records: Records, paper: str, given: Written) -> None:
    known = paper_templates()["part"]
    wanted = []
    for part in known:
        texts = [text for text in given.texts.get(part, ()) if text.strip()]
        lettered = bool(known[part].get("lettered"))
        wanted += [
            {
                "paper": paper, "part": part, "letter": letter_of(at) if lettered else "", "text": text,
                "exempt": "yes" if part in given.exempt else "",
            }
            for at, text in enumerate(texts)
        ]  # fmt: skip
    records.set_rows(
        "paper_parts", wanted, lambda facts: facts.get("paper") == paper and facts.get("part") in known
    )


def _set_risks(records: Records, paper: str, given: Written) -> None:
    headings = paper_templates()["risks"]["headings"]
    for heading, (level, text) in given.risks.items():
        if heading not in headings or level not in LEVELS:
            raise Refused("Rate a risk as low, medium or high")
        if text.strip() and not level:
            raise Refused(f"Rate the risk under {headings[heading]}: a reason stands there")
    wanted = [
        {"paper": paper, "heading": heading, "level": level, "text": text}
        for heading, (level, text) in given.risks.items()
        if level
    ]
    records.set_rows("paper_risks", wanted, lambda facts: facts.get("paper") == paper)
