"""The Quality Premium: what a commissioner earns for its measures, less what failed standards take off, by the rules of a round."""

from __future__ import annotations
