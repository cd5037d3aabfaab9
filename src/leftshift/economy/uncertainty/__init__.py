"""How sure are we: quantities that are drawn, and the economy worked out for every draw."""
