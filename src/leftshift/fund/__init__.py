"""Pooled funds: rounds, plans, sign-off, the ledger, returns; the Quality Premium; business cases."""
