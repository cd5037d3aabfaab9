"""The folders of a fund plan and of a round in words: the page of the guide."""

from __future__ import annotations

from leftshift.fund.plan.plan import plan_kind
from leftshift.fund.rounds.checking import rule_words
from leftshift.fund.rounds.round import round_kind
from leftshift.place.describing import table_section
from leftshift.place.folders import Kind


def folders_page() -> str:
    """The documentation of every table and column of a plan and of a round, as Markdown."""
    head = [
        "# The folders of a pooled fund\n",
        "Written from the schemas in `src/leftshift/fund` by `leftshift fund schema`; a test fails when the two differ.\n",
        "A fund plan is a folder with `plan.toml` and tables; a planning round is a folder with `round.toml` and tables. "
        "Both are CSV in UTF-8, one fact a row; a line that begins with `#` is a comment. Amounts are pounds and pence, exact.\n",
        "Tables marked *record* say what happened to a plan; they are no part of what is signed.\n",
    ]
    plan, found = plan_kind(), round_kind()
    return "\n".join(
        [
            *head,
            "# The plan\n",
            *_kind(plan),
            "# The round\n",
            *_kind(found),
            "# The rules that a round may set\n",
            *_rules(),
        ]
    )


def _kind(kind: Kind) -> list[str]:
    rows = [
        f"`{kind.file}` holds `[{kind.whole}]` with:\n",
        "| name | needed | what it is |",
        "| --- | --- | --- |",
    ]
    rows += [
        f"| `{name}` | {'yes' if entry['required'] else ''} | {entry['description']} |"
        for name, entry in kind.heading.items()
    ]
    sections = []
    for table in kind.schema.tables.values():
        text = table_section(table)
        sections.append(
            text.replace(f"## {table.file}", f"## {table.file} (record)") if table.beside_the_plan else text
        )
    return ["\n".join(rows) + "\n", *sections]


def _rules() -> list[str]:
    rows = ["| rule | what it asks |", "| --- | --- |"]
    rows += [f"| `{name}` | {entry['name']}. {entry['help']} |" for name, entry in rule_words().items()]
    return ["\n".join(rows) + "\n"]
