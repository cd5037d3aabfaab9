"""Estimates moved to meet chosen totals: the least change, what it leaves open, and what contradicts."""
