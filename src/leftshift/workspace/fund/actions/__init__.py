"""All writes of the slice: each is one transaction with its event."""
