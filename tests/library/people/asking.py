"""Commands as they are typed, and what they answer as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from leftshift.cli.main import main


def answer(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """What a command about linked records answers, once it ends with a code."""
    capsys.readouterr()
    assert main(["population", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found
