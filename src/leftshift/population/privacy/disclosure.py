"""What of small numbers may be shown: counts at or below a threshold are hidden, the rest are rounded.

**Why totals are sums of what is shown.** It seems safe to round every cell by itself, totals as well. It is not: four cells of 7
are each hidden (0 to 7), their total of 28 is rounded to 30 (28 to 32), and only four cells of 7 make 28. So what is shown beside
other numbers is told as a part of them (``privacy.splitting``), or is the sum of parts as they are shown.

**Two exports** of the same cells tell the difference of a cell to five values at best. Whoever knows from elsewhere that exactly one
person left, or the true total, learns more; no rounding that is the same every time prevents that.

Sums and means are rounded by ``privacy.rounding``. Work rates and shares out from counts as they are shown: a share of true counts gives
the counts away.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The parameters: what is hidden, to what the rest is rounded, and to how many figures sums and means are at most."""

    threshold: int
    base: int
    significant: int


@cache
def disclosure_rules() -> Disclosure:
    """The parameters that ``disclosure.toml`` gives."""
    text = resources.files("leftshift.population.privacy").joinpath("disclosure.toml").read_text("utf-8")
    return Disclosure(**{name: int(given["value"]) for name, given in tomllib.loads(text).items()})


def shown_count(count: int, rules: Disclosure | None = None) -> int:
    """A count as it may be shown; 0 stands for every count that is hidden."""
    rules = rules or disclosure_rules()
    return 0 if count <= rules.threshold else rules.base * ((2 * count + rules.base) // (2 * rules.base))


def count_text(count: int, rules: Disclosure | None = None) -> str:
    """A count that is shown by itself, in words: of a hidden one, that it is the threshold or fewer."""
    rules = rules or disclosure_rules()
    return f"{count:,}" if count else f"{rules.threshold:,} or fewer"


def told_text(count: int) -> str:
    """A count that is shown beside others, in words: what is hidden may be small, or would give a small one away."""
    return f"{count:,}" if count else HIDDEN
