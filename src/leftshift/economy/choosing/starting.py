"""The file that a question begins from: what is asked unless said otherwise, and every other rule in comments."""

from __future__ import annotations

import json

from leftshift.economy.choosing.parameters import parameter
from leftshift.economy.choosing.variants import planned_start
from leftshift.place.place import Place


def new_question(place: Place) -> str:
    """The text of a starting file; it can be asked as it stands."""
    return "\n".join([*_what(place), *_choices(place), *_limits(place), *_rules(place), *_more()]) + "\n"


def _what(place: Place) -> list[str]:
    years = ", ".join(_quoted(year.label) for year in place.years[1:])
    return [
        "# The question of a portfolio. Ask it with: leftshift portfolio PLACE --question THIS-FILE",
        "# A line that begins with # is a comment: take the mark away to use what stands behind it.",
        f"name = {_quoted(f'The best position of {place.name}')}",
        "",
        "[objective]",
        'measure = "expected"          # or "risk": the mean of the worst draws',
        f'# share = "{parameter("worst_share"):.0%}"              # how many of the draws are the worst ones',
        'whose = "perimeter"           # or the code of an organisation',
        f"years = [{_quoted(place.last_year.label)}]         # of {years}; several are added up",
        "",
    ]


def _choices(place: Place) -> list[str]:
    planned = [
        row for row in sorted(place.interventions, key=lambda row: row.intervention) if row.stage == "plan"
    ]
    lines = [
        "# Which interventions may be chosen: all of stage plan, starting as planned or in any later year, in full.",
        '# Above [objective]: interventions = [...], starts = "as_planned", lowest = "50%", highest = "100%".',
        *(f"#   {row.intervention}: planned for {planned_start(place, row)}" for row in planned),
    ]
    name = _quoted(planned[0].intervention if planned else "an_intervention")
    return [
        *lines,
        "# [[choices]]                 # what is different for one of them",
        f"# intervention = {name}",
        f"# starts = [{_quoted(place.last_year.label)}]",
        '# lowest = "50%"',
        '# highest = "100%"',
        "",
    ]


def _limits(place: Place) -> list[str]:
    resources = sorted({row.resource for row in place.resources})
    known = ", ".join(resources) if resources else "none: describe needs in resources.csv"
    return [
        "# Positions that may not be worse: an organisation, perimeter, or each; a year or every;",
        '# an amount in £000, "as_it_stands" or "do_nothing".',
        "[[position_limits]]",
        'organisation = "each"',
        'year = "every"',
        'no_worse_than = "as_it_stands"',
        "",
        f"# Resources of the place: {known}.",
        "# [[resource_limits]]",
        f"# resource = {_quoted(resources[0] if resources else 'capital')}",
        '# year = "every"              # or a year, or "total" for all years together',
        "# at_most = 1000",
        "",
    ]


def _rules(place: Place) -> list[str]:
    names = [row.intervention for row in place.interventions if row.stage == "plan"] + ["one", "another"]
    one, other = _quoted(names[0]), _quoted(names[1])
    return [
        "# Above [objective]: must_have = [...], most_starts_a_year = 3, most_interventions = 8.",
        "# [[exclusions]]              # at most one of them",
        f"# of = [{one}, {other}]",
        "# [[prerequisites]]           # the one only with the other, or so many years after it",
        f"# intervention = {one}",
        f"# needs = {other}",
        "# lag_years = 1",
        "",
    ]


def _more() -> list[str]:
    return [
        "# By how much a limit is loosened to see what one more would be worth.",
        "# [one_more]",
        f"# position = {parameter('one_more_position'):g}              # £000",
        f"# resource = {parameter('one_more_resource'):g}",
        f"# count = {parameter('one_more_count'):g}",
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
