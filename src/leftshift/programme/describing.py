"""The folder of a programme in words: the page of the guide."""

from __future__ import annotations

from leftshift.place.describing import table_section
from leftshift.programme.programme import programme_kind


def folder_page() -> str:
    """The documentation of every table and column of a programme, as Markdown."""
    kind = programme_kind()
    head = [
        "# The folder of a programme\n",
        "Written from the schemas in `src/leftshift/programme` by `leftshift programme schema`; a test fails when the two differ.\n",
        "A programme is the folder `programme` of its place, with `programme.toml` and tables: CSV in UTF-8, one fact a row; a line that "
        "begins with `#` is a comment. Every table may be left out but `projects.csv`.\n",
        f"`{kind.file}` holds `[{kind.whole}]` with:\n",
        "| name | needed | what it is |",
        "| --- | --- | --- |",
    ]
    rows = [
        f"| `{name}` | {'yes' if entry['required'] else ''} | {entry['description']} |"
        for name, entry in kind.heading.items()
    ]
    return "\n".join([*head, *rows, "", *map(table_section, kind.schema.tables.values())])
