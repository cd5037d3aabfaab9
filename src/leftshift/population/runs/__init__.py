"""Runs: a set of linked records scored and sorted into cohorts at a date, with a record of what went in and what was set aside."""
