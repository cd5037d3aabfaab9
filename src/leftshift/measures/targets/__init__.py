"""Targets: what a measure is meant to be, period by period, and what it is likely to be."""
