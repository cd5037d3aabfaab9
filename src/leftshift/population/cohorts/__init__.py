"""Cohorts: small definitions of whom a team looks after, who is in them, how they change and what became of them."""
