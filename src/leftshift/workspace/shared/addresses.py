"""How a place stands in addresses, for every slice that has pages below one."""

from __future__ import annotations

from django.urls import register_converter


class PlaceConverter:
    """A place in an address, with its version and the scenarios it stands under: llr-2014, llr-2014@1~pay-award."""

    regex = "[-a-zA-Z0-9_]+(?:@[0-9]{1,9})?(?:~[a-z0-9-]+)*"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(PlaceConverter, "place")
