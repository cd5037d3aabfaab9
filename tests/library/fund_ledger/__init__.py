"""Tests of the ledger of a pooled fund."""
