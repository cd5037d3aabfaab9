"""Figures from files: published layouts as data, rows of observations.csv out of them, revisions, and every fault at once."""
