"""Risk scores as versioned definitions: what counts, for how much, and who says so."""
