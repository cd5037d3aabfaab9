"""Measures: what they are, what was observed, how sure it is, whether it changed, and whether it is what was meant."""
