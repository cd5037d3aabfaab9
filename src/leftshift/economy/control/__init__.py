"""What organisations are held to: control totals, envelopes of contracts, and the risk pool."""
