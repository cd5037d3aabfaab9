"""The way of a plan to being published: who has agreed it, whose agreement has lapsed and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leftshift.place.differences import differences
from leftshift.reports import words
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.models import PlaceVersion, Step
from leftshift.workspace.plan.presenters.page import address_of
from leftshift.workspace.plan.queries import (
    Viewed,
    earlier_agreements,
    model_of,
    published_version,
    standing,
)
from leftshift.workspace.plan.states import (
    AGREES,
    IN_REVIEW,
    PUBLISHED,
    PUBLISHES,
    SENT,
    STATES,
    TAKEN_BACK,
    TRANSITIONS,
    WITHDRAWS,
)
from leftshift.workspace.shared.tables import Cell, Row, Table

STEP_WORDS = {
    SENT: "sent it for review",
    TAKEN_BACK: "took it back from review",
    AGREES: "agreed it",
    WITHDRAWS: "withdrew the agreement",
    PUBLISHES: "published it",
}


@dataclass(frozen=True)
class Agreement:
    """Where an organisation stands with a plan."""

    code: str
    name: str
    verdict: str
    colour: str
    words: str
    compare_address: str
    may_agree: bool
    may_withdraw: bool


@dataclass(frozen=True)
class ReviewPage:
    """A version on its way."""

    version: PlaceVersion
    name: str
    address: str
    headline: str
    state: str
    state_words: str
    colour: str
    agreements: Sequence[Agreement]
    lapsed: Sequence[Table]
    steps: Sequence[Step]
    may_send: bool
    may_take_back: bool
    may_publish: bool
    published: PlaceVersion | None


def review(viewed: Viewed, who: Person) -> ReviewPage:
    """A version on its way, as a person sees it."""
    version, place = viewed.version, viewed.version.place
    found = standing(version)
    earlier = earlier_agreements(version)
    names = {row.code: row.name for row in model_of(version.pk).place.organisations}
    title, state_words, colour = STATES[found.state]
    allowed = TRANSITIONS[found.state]
    year = viewed.result["headline_year"]

    def agreement(code: str) -> Agreement:
        step, old = found.agreements.get(code), earlier.get(code)
        verdict, colour = (
            ("Agreed", "green") if step else ("Lapsed", "orange") if old else ("Waiting", "grey")
        )
        if found.state not in (IN_REVIEW,) and not step and not old:
            verdict = "Not asked" if found.state == "stored" else verdict
        mine = who.may(Permission.AGREE, place.code, code)
        return Agreement(
            code,
            names.get(code, code),
            verdict,
            colour,
            _when(step) if step else f"Agreed version {old.version.number}: {_when(old)}." if old else "",
            _compare(version, old, year) if old and not step else "",
            mine and AGREES in allowed and not step,
            mine and WITHDRAWS in allowed and step is not None,
        )

    return ReviewPage(
        version,
        viewed.result["name"],
        viewed.address,
        words.headline(viewed.result, year),
        title,
        state_words if found.state != PUBLISHED else f"{state_words} {_when(found.steps[-1])}.",
        colour,
        [agreement(code) for code in sorted(found.required)],
        _lapsed(version, {code: step for code, step in earlier.items() if code not in found.agreements}),
        found.steps,
        SENT in allowed and who.may(Permission.SEND_FOR_REVIEW, place.code),
        TAKEN_BACK in allowed and who.may(Permission.SEND_FOR_REVIEW, place.code),
        PUBLISHES in allowed and who.may(Permission.PUBLISH, place.code),
        published_version(place),
    )


def _when(step: Step) -> str:
    return f"{step.by.partition(' <')[0]}, {step.at:%d %B %Y}"


def _compare(version: PlaceVersion, old: Step, year: str) -> str:
    return f"{address_of(version.place.code, 'compare', year)}?before={old.version.number}&after={version.number}"


def _lapsed(version: PlaceVersion, earlier: dict[str, Step]) -> list[Table]:
    """What differs between each plan that was agreed and this one, once for all organisations that agreed it."""
    by_version: dict[int, list[str]] = {}
    for code, step in earlier.items():
        by_version.setdefault(step.version_id, []).append(code)
    now = model_of(version.pk).place
    tables = []
    for number, codes in sorted(by_version.items()):
        found = differences(model_of(number).place, now)
        rows = [
            Row(
                [
                    Cell(entry.key),
                    Cell(entry.table.replace("_", " ").capitalize()),
                    Cell(entry.column.replace("_", " ") or "row"),
                    Cell(entry.before or "–"),
                    Cell(entry.after or "–"),
                ]
            )
            for entry in found
        ]
        agreed = next(step for step in earlier.values() if step.version_id == number).version
        caption = f"Since version {agreed.number}, which {', '.join(sorted(codes))} agreed: {len(found):,} input{'s differ' if len(found) != 1 else ' differs'}"
        columns = ["Input", "Table", "What", "Then", "Now"]
        tables.append(Table(f"lapsed-{agreed.number}", caption, columns, rows))
    return tables
