"""leftshift: one connected plan of a local health and care system that always adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftshift.model import Model, read_place

__all__ = ["Model", "read_place"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the facade when it is first asked for, so that ``import leftshift`` costs nothing."""
    if name in __all__:
        from leftshift import model

        return getattr(model, name)
    raise AttributeError(f"module 'leftshift' has no attribute '{name}'")
