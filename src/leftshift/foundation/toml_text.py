"""TOML of a person, of whom nothing is known: parsed, or refused in words; never a crash, never a minute of waiting."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

MOST_DOTS = 60  # in one key. The parser's time grows with their square: 40,000 hold it for a minute
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]{0,200}"|'[^'\n]{0,200}')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_PART}[ \t]*\.[ \t]*){{{MOST_DOTS}}}")


class NotToml(ValueError):
    """A text that is no TOML; the words say why."""


def toml_string(text: str) -> str:
    """A text in quotes, as TOML has it."""
    # a JSON string is one; delete (0x7f) is the one character that TOML wants escaped besides
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_toml(text: str, parse_float: Callable[[str], Any] = float) -> dict[str, Any]:
    """The content of a TOML text, with or without a byte order mark. Raises NotToml."""
    if _LONG_KEY.search(text):
        raise NotToml(f"a key of over {MOST_DOTS} parts: write it flatter")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=parse_float)
    except RecursionError:
        raise NotToml("lists or tables in each other, too deep: write it flatter") from None
    except (ValueError, ArithmeticError) as problem:  # a number of too many digits is no fault of the syntax
        raise NotToml(str(problem)) from None
