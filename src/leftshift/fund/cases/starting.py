"""The file that a business case begins from; it can be appraised as it stands."""

from __future__ import annotations

import json

from leftshift.foundation.years import FinancialYear
from leftshift.fund.cases.case import CLASSES, KINDS_OF_KEY, WHAT_VARIES
from leftshift.fund.cases.parameters import five_cases, optimism_biases

_INVENTED = 'basis = "assumed"\nsource = "Write where this comes from"'


def new_case(title: str, base: FinancialYear) -> str:
    """The text of a starting file: two organisations, two options, a cost that is shared by benefits, and savings."""
    parts = [_heading(title, base), _who(), _options(), _lines(base), _questions(), _words()]
    return "\n".join(parts)


def _heading(title: str, base: FinancialYear) -> str:
    return f"""# A business case. Appraise it with: leftshift case THIS-FILE
# As a document: leftshift case THIS-FILE --out case.html (or .pdf, or .docx)
title = {json.dumps(title, ensure_ascii=False)}
base_year = "{base}"          # year 0: present values are stated in its money
last_year = "{base.plus(4)}"
optimism_bias = "none"         # or lower, upper: what is added to costs that name a kind of work

[prices]
terms = "real"                 # or "nominal" with deflator = "2%"
"""


def _who() -> str:
    kinds = "; ".join(f"{kind}: {words}" for kind, words in KINDS_OF_KEY.items())
    return f"""[[organisations]]
code = "A"
name = "A commissioner"

[[organisations]]
code = "B"
name = "A council"

[[phases]]
code = "first"
name = "First phase"
members = ["A", "B"]
{_INVENTED}

# {kinds}
[[keys]]
code = "agreed"
kind = "benefit_share"
{_INVENTED}

[[ramps]]                      # the last share goes on
code = "two_years"
shares = ["50%", "100%"]
"""


def _options() -> str:
    return """[[options]]
code = "do_minimum"
name = "Do minimum"
kind = "do_minimum"

[[options]]
code = "proposal"
name = "The proposal"
kind = "preferred"
"""


def _lines(base: FinancialYear) -> str:
    return f"""# side: cost or benefit; an organisation, or a key that shares it; amounts by year, or an amount with start (and end, ramp).
# class of a benefit: {", ".join(CLASSES)}. optimism_kind of a cost: {", ".join(optimism_biases())}.
[[lines]]
code = "setting_up"
option = "proposal"
side = "cost"
name = "Setting up"
key = "agreed"
phase = "first"
frequency = "one_off"
optimism_kind = "equipment_development"
amounts = {{ "{base}" = 100000 }}
{_INVENTED}

[[lines]]
code = "saving_a"
option = "proposal"
side = "benefit"
name = "Fewer admissions"
organisation = "A"
phase = "first"
class = "cash_releasing"
amount = 40000
start = "{base.plus(1)}"
ramp = "two_years"
{_INVENTED}

[[lines]]
code = "saving_b"
option = "proposal"
side = "benefit"
name = "Less double work"
organisation = "B"
phase = "first"
class = "non_cash"
probability = "80%"
amount = 20000
start = "{base.plus(1)}"
{_INVENTED}
"""


def _questions() -> str:
    return f"""# what: {", ".join(WHAT_VARIES)}; `which` names the line, organisation or class.
[[sensitivities]]
what = "costs"
change = "+20%"

[[sensitivities]]
what = "benefits_later"
change = 1

[[risks]]
risk = "Write what may go wrong"
likelihood = "medium"
impact = "medium"
mitigation = "Write what is done about it"
"""


def _words() -> str:
    lines = ["# The words of the five cases; what is empty is listed as missing."]
    for name, about in five_cases().items():
        lines.append(f"[{name}]")
        lines += [f'{part} = ""  # {says}' for part, says in about["parts"].items()]
        lines.append("")
    return "\n".join(lines)
