"""Lists of codes: which codes mean a condition, in whose coding; a site brings its own, for some codings need a licence.

A file of lists is CSV with the columns ``list, system, code`` and, where codes stand for all that begin with them, ``match``.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leftshift.foundation.faults import Fault, Faults, near_miss, shown

SYSTEMS = ("gp", "medicine", "icd10", "attendance")
MATCHES = ("exact", "prefix")
COLUMNS = ("list", "system", "code", "match")
_LONGEST_CODE = 40
ListKey = tuple[str, str]  # system, list


@dataclass(frozen=True, slots=True)
class CodeLists:
    """Codes by system and list, each with whether it stands for what begins with it; and how many rows said nothing new."""

    codes: Mapping[ListKey, Mapping[str, bool]]
    repeated: Mapping[ListKey, int] = field(default_factory=dict)

    def __contains__(self, key: ListKey) -> bool:
        return key in self.codes

    def of(self, system: str) -> dict[str, Mapping[str, bool]]:
        """The lists of a system by name."""
        return {name: codes for (kind, name), codes in self.codes.items() if kind == system}

    def with_more(self, others: CodeLists) -> CodeLists:
        """These and others; of a list that both have, the other's codes."""
        return CodeLists({**self.codes, **others.codes}, {**self.repeated, **others.repeated})


def normal_code(system: str, code: str) -> str:
    """A code as codes are compared: ICD-10 in capitals, without dot, dash and what stands after them."""
    code = code.strip()
    if system == "icd10":
        return code.upper().replace(".", "").rstrip("-X")
    return code


def read_code_lists(path: Path) -> CodeLists:
    """The lists of a file; raises FaultsFound with every fault of it, and OSError where there is none."""
    faults = Faults()
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
        faults.add(
            Fault("wrong encoding", path.name, None, None, "", "text in UTF-8", "Save the file as UTF-8")
        )
    faults.raise_if_any()
    found = code_lists_of(text, path.name, faults)
    faults.raise_if_any()
    return found


def code_lists_of(text: str, file: str, faults: Faults) -> CodeLists:
    """The lists of a text; what is wrong with it goes to ``faults``."""
    rows = csv.DictReader(io.StringIO(text, newline=""), restkey="more", strict=True)
    codes: dict[ListKey, dict[str, bool]] = {}
    repeated: Counter[ListKey] = Counter()
    try:
        faults.add_all(_of_header(rows.fieldnames or (), file))
        if faults:
            return CodeLists({})
        for number, given in enumerate(rows, start=2):
            row = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
            wrong = list(_of_row(row, file, number))
            faults.add_all(wrong)
            if not wrong:
                key = (row["system"], row["list"])
                code, starts = normal_code(row["system"], row["code"]), row.get("match") == "prefix"
                known = codes.setdefault(key, {})
                repeated[key] += code in known
                known[code] = known.get(code, False) or starts
    except csv.Error as error:
        faults.add(
            Fault("file not understood", file, rows.line_num, None, str(error), "CSV", "Mend the quotes")
        )
    if not codes and not faults:
        faults.add(
            Fault(
                "empty file", file, None, None, "no codes", "at least one row", "Fill it in, or leave it out"
            )
        )
    return CodeLists(codes, +repeated)


def _of_header(names: Collection[str], file: str) -> Iterator[Fault]:
    for name in COLUMNS[:3]:
        if name not in names:
            yield Fault("missing column", file, 1, name, "", f"a column {name}", "Add it")
    for name in names:
        if name not in COLUMNS:
            yield Fault(
                "unknown column",
                file,
                1,
                shown(name),
                shown(name),
                "one of " + ", ".join(COLUMNS),
                "Rename or remove it: nothing would read it",
                near_miss(name, COLUMNS),
            )


def _of_row(row: Mapping[str, str], file: str, number: int) -> Iterator[Fault]:
    if "more" in row:
        yield Fault("too many values", file, number, None, "", f"{len(COLUMNS)} values", "Remove the others")
    for name, allowed in (("system", SYSTEMS), ("match", MATCHES)):
        value = row.get(name) or ("exact" if name == "match" else "")
        if value not in allowed:
            yield Fault(
                "unknown value",
                file,
                number,
                name,
                shown(value),
                "one of " + ", ".join(allowed),
                "Write one of them",
                near_miss(value, allowed),
            )
    for name in ("list", "code"):
        value = row.get(name) or ""
        if not value or len(value) > _LONGEST_CODE * (2 if name == "list" else 1):
            yield Fault(
                "missing value" if not value else "value too long",
                file,
                number,
                name,
                shown(value),
                "a name" if name == "list" else f"a code of at most {_LONGEST_CODE} characters",
                "Fill it in" if not value else "Shorten it",
            )
    code = row.get("code") or ""
    if code and not normal_code(row.get("system") or "", code):
        expected = (
            "an ICD-10 code, such as I21 or I21.0: a dot, a dash and a filling X say nothing by themselves"
        )
        yield Fault(
            "code not understood", file, number, "code", shown(code), expected, "Write the whole code"
        )


def missing_lists(needed: Iterable[ListKey], given: CodeLists, asked_by: str, file: str) -> Iterator[Fault]:
    """A fault for each list that a definition names and nobody gives."""
    for system, name in sorted(set(needed)):
        if (system, name) not in given:
            yield Fault(
                "missing code list",
                file,
                None,
                asked_by,
                shown(name),
                f"a list of that name for the system {system}",
                "Give it in a file of code lists (--codes)",
                near_miss(name, given.of(system)),
            )
