"""The file that a board pack begins from: a front sheet to fill in, and the sections that most boards ask for."""

from __future__ import annotations

import json
from datetime import date

from leftshift.reports.pack.choosing import section_choices
from leftshift.reports.pack.pack import OWN, choices

_FIRST = ("plan-on-a-page", "drivers", "bridge", "organisations", "impact", "what-ties", "scenarios",
          "quality-assurance", "limits", "sources")  # fmt: skip
_WRITE = "To be written"


def new_pack(title: str, meeting_date: date) -> str:
    """The text of a starting file, with every choice in comments; it can be built as it stands."""
    return "\n".join([*_heading(title, meeting_date), *_implications(), *_risks(), *_sections()]) + "\n"


def _heading(title: str, meeting_date: date) -> list[str]:
    return [
        "# The words of a board pack. Build it with: leftshift pack PLACE --words THIS-FILE --out FOLDER",
        "# A blank line in a text begins a new paragraph; lines that begin with a hyphen are a list.",
        '# year = "2018/19"        # the year to report on; the last of the plan unless said',
        '# compare = ["a-scenario"] # scenarios to hold beside the plan; all of the place unless said',
        "",
        "[front_sheet]",
        f"title = {_quoted(title)}",
        'meeting = "The board"                 # the body that meets',
        f"meeting_date = {meeting_date.isoformat()}",
        'author = "Director of finance"        # the role of the officer',
        f'purpose = "decision"                  # one of {", ".join(choices("purposes"))}',
        f'summary = """{_WRITE}: what the paper is about, in a few sentences."""',
        'recommendations = [                   # lettered (a), (b) ...; each goes on from "is asked to:"',
        '  "note the gap, and how the plan closes it",',
        '  "agree the plan",',
        "]",
        'appendices = []                       # such as "A: the contracts of the base year"',
        "background_papers = []",
        "",
    ]


def _implications() -> list[str]:
    lines = ["[front_sheet.implications]          # say why where there is none"]
    for name, about in choices("implications").items():
        words = f'{name} = "{_WRITE}"'
        lines.append(words if about["needed"] else f"# {words}")
    return [*lines, ""]


def _risks() -> list[str]:
    return [
        f"[[front_sheet.risks]]                 # level: one of {', '.join(choices('levels'))}",
        f'risk = "{_WRITE}"',
        'level = "medium"',
        f'reason = "{_WRITE}"',
        "",
        "# [[front_sheet.priorities]]",
        '# priority = "A priority of the body"',
        '# how = "How the paper serves it"',
        "",
    ]


def _sections() -> list[str]:
    lines = [
        "# The sections, in the order of this file. Each may have `title`, and words `before` and `after` what it shows.",
        f'# show = "{OWN}" with title and before is a section of your own.',
        "",
    ]
    for key, title, description in section_choices():
        if key != OWN:
            mark = "" if key in _FIRST else "# "
            lines += [f"# {title}: {description}", f"{mark}[[sections]]", f"{mark}show = {_quoted(key)}", ""]
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
