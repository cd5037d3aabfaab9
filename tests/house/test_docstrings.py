"""Every public function, class and method of the library says in a sentence what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import library_sources, name_of

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(nodes: list[ast.stmt]) -> Iterator[Documented]:
    for node in nodes:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def _is_overload(node: Documented) -> bool:
    return any(
        isinstance(mark, ast.Name) and mark.id in {"overload", "override"} for mark in node.decorator_list
    )


def _silent(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{name_of(path)}:{node.lineno}: {node.name}"
        for node in _public(tree.body)
        if not ast.get_docstring(node) and not _is_overload(node)
    ]


def test_the_library_is_documented() -> None:
    silent = [fault for path in library_sources() for fault in _silent(path)]

    assert not silent, "Say in one sentence what these do:\n" + "\n".join(silent)
