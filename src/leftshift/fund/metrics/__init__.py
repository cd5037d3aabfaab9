"""Metrics of a fund plan: planned, counted, rated, and what schemes claim of them."""
