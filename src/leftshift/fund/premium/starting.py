"""The file that a Quality Premium begins from; it can be worked out as it stands."""

from __future__ import annotations

from leftshift.fund.premium.results import NOT_KNOWN
from leftshift.fund.premium.rounds import known_rounds, round_of


def new_premium(year: str = "") -> str:
    """The text of a starting file of a round, the latest unless said: every result not yet known."""
    rules = round_of(year or known_rounds()[-1])
    lines = [
        "# A Quality Premium. Work it out with: leftshift premium THIS-FILE",
        f'# A result is met = true, met = false or met = "{NOT_KNOWN}"; or a value, held against the standard of the round,',
        '# or against a target of your own: { value = 84.1, target = 83, better = "higher" }.',
        'organisation = "A commissioner"',
        f'round = "{rules.year}"',
        "",
        "[population]",
        "value = 100000",
        'basis = "assumed"',
        'source = "Write where the number comes from"',
    ]
    for kind, rows in (
        ("measures", rules.measures),
        ("gateways", rules.gateways),
        ("whole_gateways", rules.whole_gateways),
    ):
        lines += ["", f"[{kind}]"]
        for row in rows:
            lines += [f"# {row.name}", f'{row.code} = {{ met = "{NOT_KNOWN}" }}']
    lines += [
        "",
        "# A rule that is to be another than the round says; it is shown beside the round's own.",
        "# [[overrides]]",
        f'# what = "gateways.{rules.gateways[0].code}.reduction"',
        '# value = "20%"',
        '# source = "Write why"',
    ]
    return "\n".join(lines) + "\n"
