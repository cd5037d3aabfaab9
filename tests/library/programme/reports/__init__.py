"""Tests of the reports of programmes."""
