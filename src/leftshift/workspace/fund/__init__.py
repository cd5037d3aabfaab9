"""The slice of pooled funds: plans, sign-off, ledger, decisions, returns."""
