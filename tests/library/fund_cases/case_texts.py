"""Invented business cases for tests, as text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from leftshift.fund.cases.appraising import Appraisal, OptionAppraisal, appraise
from leftshift.fund.cases.reading import case_of

POINTS_OF_ACCESS = Path(__file__).parents[3] / "examples" / "cases" / "points-of-access.toml"
DAY = date(2024, 4, 1)

HEAD = """title = "An invented case"
base_year = "2024/25"
last_year = "2027/28"
preferred = "do"
[[organisations]]
code = "A"
name = "Trust A"
population = 100
[[organisations]]
code = "B"
name = "Council B"
population = 300
[[phases]]
code = "P1"
name = "Phase 1"
members = ["A", "B"]
[[phases]]
code = "P2"
name = "Phase 2"
members = ["B"]
[[options]]
code = "nothing"
name = "Do nothing"
kind = "do_nothing"
[[options]]
code = "do"
name = "Do it"
[[keys]]
code = "by_benefit"
kind = "benefit_share"
[[keys]]
code = "by_people"
kind = "population"
[[keys]]
code = "halves"
kind = "equal"
[[keys]]
code = "fixed"
kind = "fixed"
weights = { A = "70%", B = "30%" }
"""
COST = """[[lines]]
code = "cost"
option = "do"
side = "cost"
name = "Setting up"
organisation = "A"
amounts = { "2024/25" = 1000 }
"""
BENEFIT = """[[lines]]
code = "saving"
option = "do"
side = "benefit"
class = "cash_releasing"
name = "Saving"
organisation = "B"
amounts = { "2025/26" = 600, "2026/27" = 600 }
"""
GOOD = HEAD + COST + BENEFIT


def appraised(text: str, as_of: date = DAY) -> Appraisal:
    """The appraisal of a text."""
    return appraise(case_of(text), as_of=as_of)


def best(text: str) -> OptionAppraisal:
    """Its preferred option."""
    return appraised(text).preferred
