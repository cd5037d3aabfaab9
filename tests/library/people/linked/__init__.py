"""Tests of sets of linked records: files, rows, numbers, matching."""
