"""The Jinja environment: strict about our own names, with NHS.UK components at hand."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader


class Missing(ChainableUndefined):
    """A name that is not there: NHS.UK macros may ask for it, but printing it is an error of ours."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()
        raise AssertionError("unreachable")

    def __html__(self) -> str:
        return str(self)


def environment(**options: Any) -> Environment:
    """The environment that Django asks for."""
    slices = ("shared", "accounts", "plan", "decide", "fund", "people", "programme")
    loaders = [
        *(PackageLoader(f"leftshift.workspace.{name}", "jinja2") for name in slices),
        PackageLoader("nhsuk_frontend_jinja", "templates"),
    ]
    options["loader"] = ChoiceLoader(loaders)
    found = Environment(**{**options, "undefined": Missing, "trim_blocks": True, "lstrip_blocks": True})
    found.globals["static"] = static
    return found
