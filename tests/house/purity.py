"""Finds what the library may not do: read a clock or the environment, open a socket, draw unseeded."""

from __future__ import annotations

import ast
import re

FORBIDDEN = re.compile(
    r"""
      (?:datetime\.)?datetime\.(?:now|utcnow|today) | datetime\.date\.today
    | time\.(?!struct_time|strptime).* | random(?:\..*)? | secrets(?:\..*)? | uuid\.uuid[14]
    | os\.(?:environ|environb|getenv|urandom|system|popen) .*
    | (?:socket|ssl|http|urllib|smtplib|ftplib|subprocess|multiprocessing)(?:\..*)?
    | numpy\.random\.(?!default_rng$|Generator$|SeedSequence$|PCG64$|Philox$|BitGenerator$).+
    """,
    re.VERBOSE,
)
NEEDS_A_SEED = {
    "numpy.random.default_rng",
    "numpy.random.SeedSequence",
    "numpy.random.PCG64",
    "numpy.random.Philox",
}


def faults_in(source: str) -> list[tuple[int, str]]:
    """Each line of a module that does what the library may not, with the name it uses."""
    tree = ast.parse(source)
    known = _imported(tree)
    faults = [
        *(
            (node.lineno, name)
            for node, names in _imports(tree)
            for name in names
            if FORBIDDEN.fullmatch(name)
        ),
        *((node.lineno, name) for node, name in _used(tree, known) if FORBIDDEN.fullmatch(name)),
        *((node.lineno, f"{name}()") for node, name in _unseeded(tree, known)),
    ]
    return sorted(set(faults))


def _imports(tree: ast.AST) -> list[tuple[ast.stmt, list[str]]]:
    found: list[tuple[ast.stmt, list[str]]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.append((node, [alias.name for alias in node.names]))
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node, [f"{node.module}.{alias.name}" for alias in node.names]))
    return found


def _imported(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for: ``from datetime import date as d`` gives d → datetime.date."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _dotted(node: ast.expr, known: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, known)):
        return f"{owner}.{node.attr}"
    return None


def _used(tree: ast.AST, known: dict[str, str]) -> list[tuple[ast.expr, str]]:
    named = (
        (node, _dotted(node, known)) for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)
    )
    return [(node, name) for node, name in named if name]


def _unseeded(tree: ast.AST, known: dict[str, str]) -> list[tuple[ast.Call, str]]:
    calls = ((node, _dotted(node.func, known)) for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [(node, name) for node, name in calls if name in NEEDS_A_SEED and not (node.args or node.keywords)]
