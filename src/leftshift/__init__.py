"""leftshift: one connected plan of a local health and care system that always adds up."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftshift.fund.fund import Fund, read_fund
    from leftshift.measures.process_control.frames import spc
    from leftshift.measures.statistics.frames import intervals
    from leftshift.model import Model, read_place
    from leftshift.programme.boards.reading_file import read_boards
    from leftshift.programme.programme import Programme, read_programme

__all__ = [
    "Fund",
    "Model",
    "Programme",
    "intervals",
    "read_boards",
    "read_fund",
    "read_place",
    "read_programme",
    "spc",
]
__version__ = "0.1.0"
_STANDS_IN = {
    "Fund": "leftshift.fund.fund",
    "Model": "leftshift.model",
    "Programme": "leftshift.programme.programme",
    "intervals": "leftshift.measures.statistics.frames",
    "read_boards": "leftshift.programme.boards.reading_file",
    "read_fund": "leftshift.fund.fund",
    "read_place": "leftshift.model",
    "read_programme": "leftshift.programme.programme",
    "spc": "leftshift.measures.process_control.frames",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is first asked for, so that ``import leftshift`` costs nothing."""
    if name in _STANDS_IN:
        return getattr(import_module(_STANDS_IN[name]), name)
    raise AttributeError(f"module 'leftshift' has no attribute '{name}'")
