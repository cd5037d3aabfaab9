"""Beds: how many are needed, how many are open, and whether they suffice."""
