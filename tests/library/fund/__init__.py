"""Tests of pooled funds: plan, rounds, checks, returns, rolling and the official workbook."""
