"""Business cases: costs and benefits by year, organisation and phase, shared by agreed keys, discounted by dated rates."""

from __future__ import annotations
