"""A Quality Premium as a report: what is earned, what each measure and gateway is worth, how it is worked out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from leftshift.fund.premium.awarding import Premium
from leftshift.fund.premium.telling import document
from leftshift.reports.charts import moves
from leftshift.reports.content import (
    Block,
    Cell,
    Column,
    Fact,
    Figure,
    Note,
    Paragraph,
    Report,
    Row,
    Section,
    Table,
)
from leftshift.reports.report import FOOTER

_THOUSAND = 1000


def premium_report(found: Premium) -> Report:
    """The report of a Quality Premium, for every renderer."""
    said = document(found)
    facts = (
        Fact("Organisation", said["organisation"]),
        Fact("Year", str(said["round"])),
        Fact("Population", f"{said['population']:,}"),
    )
    section = Section("award", "The award", tuple(_blocks(said)))
    return Report("quality-premium", said["title"], _fingerprint(said), facts, (section,), FOOTER)


def _fingerprint(said: dict[str, Any]) -> str:
    """A hash of everything that was worked out and what it rests on."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield Paragraph(said["sentence"], lead=True)
    bars = [(step["step"], step["change"] / _THOUSAND) for step in said["steps"]]
    if bars:
        yield Figure(
            moves(bars),
            "What is not met takes from the whole.",
            "Bars of what each measure and gateway that is not met takes, in thousands of pounds.",
        )
    yield Table(
        "From the whole to the award",
        (
            Column("Step", weight=2),
            Column("Changes by, £", numeric=True),
            Column("Leaves, £", numeric=True),
            Column("Why", weight=2),
        ),
        (
            Row((Cell("All met"), Cell("–"), _pounds(said["potential"]), Cell("value a head × population"))),
            *(
                Row((Cell(step["step"]), _pounds(step["change"]), _pounds(step["after"]), Cell(step["why"])))
                for step in said["steps"]
            ),
        ),
        "steps",
    )
    yield Paragraph(said["formula"])
    yield Table(
        "What each result is worth",
        (
            Column("Measure or gateway", weight=2),
            Column("Result"),
            Column("Rule"),
            Column("At best, £", numeric=True),
            Column("At worst, £", numeric=True),
            Column("Where it comes from", weight=2),
        ),
        tuple(
            Row(
                (
                    Cell(row["name"]),
                    Cell(_MET[row["met"]]),
                    Cell(row["rule"]),
                    _pounds(row["worth_at_best"]),
                    _pounds(row["worth_at_worst"]),
                    Cell(f"{row['why']}; {row['source']}"),
                )
            )
            for row in said["results"]
        ),
        "results",
    )
    if said["overrides"]:
        yield Note(
            "The file sets aside rules of the round: "
            + "; ".join(
                f"{row['what']} {row['own']} in place of {row['of_the_round']}" for row in said["overrides"]
            )
        )
    for text in said["not_verified"]:
        yield Note(f"Not verified: {text}")


_MET = {True: "met", False: "not met", None: "not known yet"}


def _pounds(value: float) -> Cell:
    return Cell(f"{value:,.2f}".removesuffix(".00").replace("-", "\u2212"), number=value)
